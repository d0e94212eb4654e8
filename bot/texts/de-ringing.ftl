# Wo klingelt es?
command-werklingelt = Wo ein Anruf klingelt, jetzt oder später
help-werklingelt = /werklingelt – wo ein Anruf klingelt, jetzt oder später, zum Beispiel „/werklingelt 21 morgen 18:30“
ringing-choose =
    🔎 <b>Wo klingelt es?</b>

    Tippen Sie eine Leitung an, oder schreiben Sie eine Nebenstelle oder Rufnummer. Auch möglich: „21 morgen 18:30“.
ringing-no-lines = 🔎 Zu diesem Konto gehört keine Telefonanlage, deren Umleitungen ich sehen kann.
ringing-unknown = Diese Nebenstelle oder Rufnummer gehört nicht zu Ihrer Anlage. Bitte schreiben Sie eine eigene, zum Beispiel 21.
ringing-unreadable = Den Zeitpunkt verstehe ich nicht. Schreiben Sie zum Beispiel „morgen 18:30“, „Freitag 12 Uhr“ oder „24.12. 9:00“.
ringing-past = Dieser Zeitpunkt ist vorbei. Bitte schreiben Sie einen späteren.
ringing-too-far = So weit kann ich nicht vorausschauen, höchstens 400 Tage.
ringing-heading = 🔎 <b>Wo klingelt ein Anruf an { $line }?</b>
ringing-title = Wo klingelt ein Anruf an { $line }?
ringing-now = Jetzt
ringing-at = { $weekday ->
    [0] Montag
    [1] Dienstag
    [2] Mittwoch
    [3] Donnerstag
    [4] Freitag
    [5] Samstag
   *[6] Sonntag
    }, { $at }
ringing-planned = Wie es dann nach den heutigen Einstellungen und Plänen sein wird.
ringing-caption = { $line }
ringing-more = … und weitere
ringing-ask-moment = Für einen anderen Zeitpunkt schreiben Sie zum Beispiel „morgen 18:30“.
ringing-group = 👥 Anrufe an die Gruppe <b>{ $group }</b> klingeln trotz Umleitungen hier{ $others ->
        [0] { "" }
       *[other] { " " }und bei { $names }
    }.
ringing-failed = ⚠️ Bei { $line } ist eine Umleitung eingestellt ({ ringing-condition }), aber die Telefonanlage hat sie nicht übernommen.
ringing-goes-round = 🔁 Vorsicht: Ein Anruf kann im Kreis laufen, bis die Telefonanlage ihn abbricht.
ringing-condition =
    { $when ->
        [unconditional] immer
        [busy] bei Besetzt
        [noAnswer] wenn niemand abnimmt
       *[notReachable] wenn nicht erreichbar
    }
ringing-line = { ringing-indent }{ ringing-lead }{ ringing-icon } <b>{ ringing-name }</b> { ringing-note }{ ringing-why }
ringing-indent =
    { $depth ->
        [0] { "" }
        [1] ↳{ " " }
        [2] {"\u2003"}↳{ " " }
        [3] {"\u2003\u2003"}↳{ " " }
        [4] {"\u2003\u2003\u2003"}↳{ " " }
       *[other] {"\u2003\u2003\u2003\u2003"}↳{ " " }
    }
ringing-lead =
    { $when ->
        [start] { "" }
       *[other] { ringing-under }:{ " " }
    }
ringing-under =
    { $when ->
        [start] { "" }
        [inside] sonst
        [unconditional] immer
        [busy] besetzt
        [noAnswer] { $seconds ->
            [0] niemand nimmt ab
           *[other] niemand nimmt in { $seconds } s ab
        }
       *[notReachable] nicht erreichbar
    }
ringing-icon =
    { $kind ->
        [extension] ☎️
        [range] 🏢
        [voicemail] 📼
        [outside] 📱
        [above] ☎️
        [loop] 🔁
        [nowhere] ⚠️
       *[further] …
    }
ringing-name =
    { $has-name ->
        [yes] { $name }
       *[no] { $number }
    }
ringing-note =
    { $kind ->
        [extension] { $rings ->
            [yes] klingelt
           *[no] klingelt nicht, wird umgeleitet
        }
        [range] { $rings ->
            [yes] nimmt den Anruf an
           *[no] wird als Ganzes umgeleitet
        }
        [voicemail] nimmt den Anruf an
        [outside] { $has-name ->
            [yes] klingelt ({ $number })
           *[no] klingelt
        }
        [above] wie oben
        [loop] war schon dran: Der Anruf läuft im Kreis
        [nowhere] führt nirgendwohin
       *[further] und von dort noch weiter
    }
ringing-why =
    { $source ->
        [until] , bis { $until }
        [rota] , Dienst: { $who }
        [plan] , nach Wochenplan
       *[none] { "" }
    }
diversions-button-who-rings = 🔎 Wo klingelt es?
ringing-button-line = ☎️ { $line }
ringing-button-now = Jetzt
ringing-button-today = Heute 18:30
ringing-button-tomorrow = Morgen 8:00
ringing-button-weekend = Samstag 10:00
ringing-button-picture = 🖼 Als Bild
ringing-button-other = 🔎 Andere Leitung

# Woanders geändert
drift-notice =
    🔀 <b>Nicht über den Chat geändert:</b> { $count ->
        [one] Eine Umleitung ist anders als vorher.
       *[other] { $count } Umleitungen sind anders als vorher.
    }
drift-line = <b>{ $line }</b>, { diversion-when }
drift-before = vorher: { drift-aim }
drift-after = jetzt: { drift-aim }
drift-aim =
    { $target-kind ->
        [off] keine Umleitung
       *[other] { diversion-aim }
    }
drift-more = … und weitere
drift-hint = Wenn das niemand von Ihnen war, stellen Sie es zurück und wenden Sie sich an Ihren Ansprechpartner.
drift-button-line = ☎️ { $line }
drift-button-back = ↩️ Wie vorher
drift-button-back-yes = ↩️ Ja, wie vorher
drift-button-no = Nein, so lassen
drift-ask = ↩️ <b>Wieder wie vorher einstellen?</b>
drift-summary = Umleitungen wie vorher
