# Umleitungen: was geändert wird (eine Zeile, überall dieselbe)
change-divert =
    { $target-kind ->
        [off] ☎️ <b>{ $line }</b> klingelt wieder { $when ->
            [unconditional] selbst
            [several] normal: keine Umleitung mehr
           *[other] selbst: keine Umleitung mehr ({ diversion-when })
        }
        [several] ↪️ <b>{ $line }</b>: mehrere Umleitungen{ diversion-until }
       *[other] ↪️ <b>{ $line }</b>, { diversion-when } → { diversion-aim }{ diversion-until }
    }
change-bulk =
    { $what ->
        [back] ↩️ Zurück wie vorher: { $count ->
            [one] eine Leitung
           *[other] { $count } Leitungen
        }
        [preset] 🎛 <b>{ $name }</b>: { $count ->
            [one] eine Leitung
           *[other] { $count } Leitungen
        }{ diversion-until }
       *[other] { $target-kind ->
            [off] ☎️ <b>Alles normal:</b> { $count ->
                [one] eine Leitung klingelt
               *[other] { $count } Leitungen klingeln
            } wieder ohne Umleitung
           *[other] ↪️ Umleitungen von { $count ->
                [one] einer Leitung
               *[other] { $count } Leitungen
            }{ diversion-until }
        }
    }
change-approve =
    { $count ->
        [one] 🔖 Ziel freigeben: <b>{ $name }</b> · <code>{ $target }</code>
       *[other] 🔖 { $count } Ziele freigeben: { $name }
    }
diversion-when =
    { $when ->
        [unconditional] immer
        [busy] bei Besetzt
        [noAnswer] { $seconds ->
            [0] wenn niemand abnimmt
           *[other] wenn nach { $seconds } s niemand abnimmt
        }
        [notReachable] wenn nicht erreichbar
       *[other] unter mehreren Bedingungen
    }
diversion-aim =
    { $target-kind ->
        [voicemail] Mailbox
        [extension] { $target-name }
        [saved] { $target-name } · <code>{ $target }</code>
        [other] <code>{ $target-name }</code>
       *[outside] <code>{ $target }</code>
    }
diversion-until =
    { $has-end ->
        [yes] , bis { $until }
       *[no] { "" }
    }

# Ablehnungen
refusal-not-divertable =
    🚫 { $reason ->
        [premium] Zu teuren Sondernummern (0900 und ähnlichen) leite ich nicht um: Jeder Anruf würde auf Ihre Rechnung gehen.
        [sharedCost] Zu 0180-Nummern leite ich nicht um: Die Kosten je Anruf sind nicht vorhersehbar.
        [massTraffic] Zu 0137-Nummern leite ich nicht um: Das sind Nummern für Abstimmungen und Gewinnspiele.
        [directory] Zu Auskunftsdiensten (118…) leite ich nicht um: Sie verbinden teuer weiter.
        [emergency] Zu Notrufnummern darf nicht umgeleitet werden.
        [shortCode] Kurzwahlen wie diese sind kein Ziel. Bitte schreiben Sie die ganze Nummer mit Vorwahl, zum Beispiel 0171 2345678.
        [callByCall] Vorwahlen wie 010… (Call-by-Call) sind kein Ziel. Bitte schreiben Sie die Nummer ohne sie.
        [satellite] Zu Satellitentelefonen leite ich nicht um: Das kostet mehrere Euro je Minute.
        [international] Ins Ausland leite ich nur dorthin um, wo es für Ihr Konto freigegeben ist. Freigeben lassen können Sie es im Portal.
        [personal] Zu 0700-Nummern leite ich nicht um: Wohin sie führen, ist nicht zu sehen.
        [corporate] Zu 032- und 018-Nummern leite ich nicht um: Wohin sie führen, ist nicht zu sehen.
        [nanp] Zu dieser Nummer in Nordamerika oder der Karibik leite ich nicht um: Sie kann sehr teuer sein.
        [ukPersonal] Zu dieser britischen Nummer leite ich nicht um: Sie kann sehr teuer sein.
        [service] Zu Servicenummern (0800 und ähnlichen) leite ich nicht um.
        [self] Eine Leitung kann nicht auf sich selbst umgeleitet werden.
        [loop] Das gäbe einen Kreis: Von dort kämen die Anrufe wieder hierher zurück.
        [chain] Diese Leitung ist selbst schon umgeleitet. Bitte leiten Sie gleich dorthin um, wo die Anrufe ankommen sollen.
        [unknownExtension] Diese Nebenstelle kenne ich nicht. Bitte schreiben Sie eine eigene Nebenstelle oder die ganze Nummer mit Vorwahl.
        [characters] Das verstehe ich nicht als Ziel. Schreiben Sie zum Beispiel 0171 2345678, 22 oder Mailbox.
        [tooManyTargets] In den letzten 24 Stunden wurden schon drei neue Ziele verwendet; mehr erlaubt die Sicherheitsregel nicht. Zu freigegebenen Zielen geht es weiter.
        [tooManyChanges] In den letzten 24 Stunden wurde schon zehnmal umgeleitet; mehr erlaubt die Sicherheitsregel nicht. Ausschalten geht immer.
        [outsideHours] Neue Ziele sind nur montags bis freitags von 7 bis 20 Uhr möglich, nicht an bundesweiten Feiertagen: So will es die Sicherheitsregel. Zu freigegebenen Zielen geht es jederzeit.
       *[other] Das ist keine gültige Telefonnummer. Bitte schreiben Sie sie mit Vorwahl, zum Beispiel 0171 2345678.
    }

# Menü und Hilfe
menu-button-diversions = ↪️ Umleitungen
command-umleitung = Anrufe umleiten, ansehen und ausschalten
help-umleitung = /umleitung – Anrufe umleiten: an wen, bis wann; „/umleitung aus“ stellt alles auf normal

# Übersicht und Karte
diversions-title = ↪️ <b>Wo klingelt es gerade?</b>
diversions-none = Zu Ihrem Konto gehört keine Telefonanlage, die sich von hier aus umleiten lässt.
diversions-line-normal = ☎️ <b>{ $line }</b>: klingelt normal
diversions-line-always =
    { $status ->
        [requested] 🕐 <b>{ $line }</b> → { diversion-aim }, wird gerade umgestellt
        [failed] 🔴 <b>{ $line }</b>: klingelt normal; die Umleitung → { diversion-aim } wurde nicht übernommen
       *[active] ↪️ <b>{ $line }</b> → { diversion-aim }
    }
diversions-line-more = ↳ { diversion-when } → { diversion-aim }
diversions-card = ☎️ <b>{ $line }</b>
diversions-card-number = { $number }
diversions-condition =
    { $when ->
        [unconditional] <b>Immer</b>
        [busy] <b>Besetzt</b>
        [noAnswer] <b>Keine Antwort</b>{ $seconds ->
            [0] { "" }
           *[other] { " " }({ $seconds } s)
        }
       *[notReachable] <b>Nicht erreichbar</b>
    }
diversions-rule-off = ⚪ { diversions-condition }: aus
diversions-rule =
    { $status ->
        [active] 🟢 { diversions-condition } → { diversion-aim }
        [requested] 🕐 { diversions-condition } → { diversion-aim }, wird gerade umgestellt
        [failed] 🔴 { diversions-condition } → { diversion-aim }, von der Telefonanlage nicht übernommen
        [rests] 💤 { diversions-condition } → { diversion-aim }, ruht, solange „Immer“ gilt
       *[off] ⚪ { diversions-condition }: aus, zuletzt → { diversion-aim }
    }
diversions-groups = ℹ️ Gilt nicht für Anrufe an die Gruppe { $names }: Die klingeln weiter wie gewohnt.
diversions-card-how = Wohin sollen alle Anrufe? Oder wählen Sie, in welchem Fall.
diversions-not-understood =
    🤔 „{ $wish }“ verstehe ich nicht. So geht es zum Beispiel:

    <code>/umleitung 21 auf 0171 2345678 bis 18 uhr</code>
    <code>/umleitung 21 besetzt auf mailbox</code>
    <code>/umleitung 21 aus</code>
diversions-which = Welche Leitung meinen Sie?
diversions-normal-already = ☎️ Es ist nichts umgeleitet: Alles klingelt normal.
diversions-ask-off = ☎️ <b>Diese Umleitungen ausschalten?</b> Die Ziele bleiben gemerkt.

# Schritte
diversions-where = ↪️ <b>{ $line }</b> umleiten, { diversion-when }
diversions-where-now = Zurzeit → { diversion-aim }
diversions-where-how = Wohin? Tippen Sie ein Ziel an, oder schreiben Sie eine Nummer, gern mit Namen dahinter: 0171 2345678 Max
diversions-inside = ↪️ <b>{ $line }</b> umleiten, { diversion-when }: zu wem?
diversions-till = ↪️ <b>{ $line }</b>, { diversion-when } → { diversion-aim }
diversions-till-how = Bis wann? Sie können es auch schreiben, zum Beispiel: 17:30, morgen 12 uhr, 3.12.
diversions-no-end =
    { $why ->
        [past] ⌛ Das ist schon vorbei. Bitte schreiben Sie ein Ende, das noch kommt.
        [tooFar] 📅 Das ist zu weit weg. Möglich sind bis zu 400 Tage, oder bis auf Weiteres.
       *[unreadable] 🤔 Das Ende verstehe ich nicht. So geht es zum Beispiel: 18 uhr, 2 stunden, freitag 12:00, 3.12.
    }
diversions-ask = ↪️ <b>So wird umgeleitet:</b>
diversions-already = 👍 Das ist schon so eingestellt:
diversions-number =
    📞 <code>{ $number }</code> · { $sort ->
        [mobile] Mobilfunk
        [geographic] Festnetz
        [foreign] Ausland
       *[other] Rufnummer
    } · { $country }
diversions-cost = 💶 Den Weg dorthin bezahlen Sie wie einen eigenen Anruf.
diversions-others-rest = Die Umleitungen für andere Fälle ruhen in dieser Zeit und bleiben erhalten.
diversions-then-back = Danach ist alles wieder genau so wie jetzt.
diversions-also-approves = 🔖 Damit das von selbst zurückgeht, wird dabei auch dieses Ziel freigegeben: <code>{ $numbers }</code>
diversions-new-target = 📱 Das Ziel ist neu. Zur Bestätigung schickt das Portal eine PIN per SMS.
diversions-main-number = 📱 Das betrifft eine Hauptnummer. Zur Bestätigung schickt das Portal eine PIN per SMS.
diversions-needs-pin = 📱 Zur Bestätigung schickt das Portal eine PIN per SMS.
diversions-button-line = { $line }
diversions-button-presets = 🎛 Presets
diversions-button-plans = 🗓 Geplant
diversions-button-normal = ☎️ Alles normal …
diversions-button-to =
    → { $target-kind ->
        [voicemail] Mailbox
        [extension] { $target-name }
        [saved] { $target-name }
        [other] { $target-name }
       *[outside] { $target }
    }
diversions-button-elsewhere = → anderes Ziel …
diversions-button-when =
    { $when ->
        [busy] Besetzt
        [noAnswer] Keine Antwort
       *[notReachable] Nicht erreichbar
    }
diversions-button-off = ☎️ Alle Umleitungen aus
diversions-button-off-one = ☎️ Diese Umleitung aus
diversions-button-off-yes = ☎️ Ja, ausschalten
diversions-button-inside = 👥 Nebenstelle …
diversions-button-wait =
    { $chosen ->
        [yes] ● { $seconds } s
       *[no] { $seconds } s
    }
diversions-button-until =
    { $end ->
        [h] 1 Stunde
        [w] bis 18:00
        [d] bis Mitternacht
        [m] bis morgen 8:00
       *[o] bis auf Weiteres
    }
diversions-button-yes = ↪️ Umleiten
diversions-button-keep = 🔖 Umleiten und Ziel freigeben
diversions-button-once = ↪️ Nur dieses Mal
diversions-button-no = Nein, doch nicht
summary-when =
    { $when ->
        [unconditional] immer
        [busy] bei Besetzt
        [noAnswer] ohne Antwort
       *[notReachable] nicht erreichbar
    }
summary-divert = { $line } { summary-when } zu { $target }
summary-divert-until = { $line } { summary-when } zu { $target } bis { $until }
summary-normal = Umleitungen ausschalten
