# Umleitungen: was geändert wird (eine Zeile, überall dieselbe)
change-divert =
    { $target-kind ->
        [off] ☎️ <b>{ $line }</b> klingelt wieder normal: keine Umleitung { $when ->
            [several] mehr
           *[other] { diversion-when }
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
        [tooManyTargets] Heute wurden schon drei neue Ziele verwendet; mehr erlaubt die Sicherheitsregel nicht. Zu gespeicherten Zielen geht es weiter.
        [tooManyChanges] Heute wurde schon zehnmal umgeleitet; mehr erlaubt die Sicherheitsregel nicht. Ausschalten geht immer.
        [outsideHours] Neue Ziele sind nur werktags von 7 bis 20 Uhr möglich: So will es die Sicherheitsregel. Zu gespeicherten Zielen geht es jederzeit.
       *[other] Das ist keine gültige Telefonnummer. Bitte schreiben Sie sie mit Vorwahl, zum Beispiel 0171 2345678.
    }
