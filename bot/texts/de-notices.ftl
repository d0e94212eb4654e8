# Deutsch: Benachrichtigungen einstellen, und was von selbst gemeldet wird.

command-benachrichtigungen = Wann ich mich von selbst melde
help-benachrichtigungen = /benachrichtigungen – neue Rechnungen, Fristen, Ruhezeiten
menu-button-notify = 🔔 Benachrichtigungen

notify-title = 🔔 <b>Benachrichtigungen in diesem Chat</b>
notify-nothing =
    Zurzeit melde ich mich nicht von selbst.

    Ein Tipp genügt, und Sie bekommen neue Rechnungen mit PDF, Fälligkeiten und Kündigungsfristen hierher.
notify-always = Immer gemeldet werden neue und beendete Verbindungen, Ihre Aufträge und Änderungen an Umleitungen.
notify-paused =
    ⏸ Pausiert: { $reason ->
        [blocked] der Chat war für mich nicht erreichbar
        [right] die Berechtigung fehlt zurzeit
       *[other] es ging zuletzt nicht
    }. Mit jeder Änderung hier geht es weiter.
notify-muted = 🔕 Stumm bis { $until }. Was bis dahin geschieht, kommt danach.
notify-stopped = 🔕 Gut, ich melde mich hier nicht mehr von selbst. Ihre Auswahl ist gemerkt.
notify-when =
    { $rhythm ->
        [once] 🕗 Zustellung: <b>sofort</b>
        [daily] 🕗 Zustellung: gesammelt, <b>täglich um { $time } Uhr</b>
        [weekdays] 🕗 Zustellung: gesammelt, <b>Montag bis Freitag um { $time } Uhr</b>
       *[weekly] 🕗 Zustellung: gesammelt, <b>montags um { $time } Uhr</b>
    }
notify-when-how =
    { $rhythm ->
        [once] Wann soll ich mich melden? Sie können auch eine Uhrzeit schreiben, zum Beispiel <code>8:30</code>: dann kommt alles gesammelt.
       *[other] Wann soll ich mich melden? Eine andere Uhrzeit schreiben Sie einfach, zum Beispiel <code>8:30</code>.
    }
notify-no-time = Das habe ich nicht als Uhrzeit verstanden. Schreiben Sie zum Beispiel <code>8:30</code>.
notify-quiet = 🌙 Ruhezeit: <b>{ $since } bis { $until } Uhr</b>
notify-quiet-none = 🌙 Ruhezeit: keine
notify-quiet-how = Was in die Ruhezeit fällt, kommt an ihrem Ende. Andere Zeiten schreiben Sie einfach, zum Beispiel <code>20-7</code>.
notify-no-hours = Das habe ich nicht verstanden. Schreiben Sie Anfang und Ende, zum Beispiel <code>20-7</code> oder <code>18:30-7:30</code>.
notify-how = 📎 <b>Wie soll eine Meldung aussehen?</b>
notify-only = 🔍 <b>Nur, was Sie betrifft</b>
notify-only-how = Tippen Sie an, worum es gehen soll. Einen anderen Betrag schreiben Sie einfach, zum Beispiel <code>250</code>.
notify-no-amount = Das habe ich nicht als Betrag verstanden. Schreiben Sie zum Beispiel <code>250</code> oder <code>1.500,00</code>.
notify-narrowed-sites =
    { $count ->
        [one] 📍 Nur ein Standort
       *[other] 📍 Nur { $count } Standorte
    }
notify-narrowed-amount = 💶 Nur Rechnungen ab { $amount }
notify-narrowed-file = 📎 Nur Rechnungen mit Datei
notify-button-begin = 🔔 Ja, melden Sie sich
notify-button-again = 🔔 Doch wieder melden
notify-button-kind =
    { $on ->
        [yes] ✅
       *[no] ◻️
    } { $kind ->
        [invoice] Neue Rechnung
        [invoice-due] Bald fällig
        [invoice-overdue] Überfällig
        [invoice-paid] Bezahlt
        [invoice-unusual] Ungewöhnlich hoch
        [contract-deadline] Kündigungsfrist
        [option-end] Option endet
        [diversion-active] Umleitung noch an
       *[weekly-digest] Wochenüberblick
    }
notify-button-when = 🕗 Zustellung
notify-button-quiet = 🌙 Ruhezeit
notify-button-how = 📎 Dateien, Ton
notify-button-only = 🔍 Nur bestimmte
notify-button-mute =
    { $on ->
        [yes] 🔔 Nicht mehr stumm
       *[no] 🔕 Einen Tag stumm
    }
notify-button-stop = ⏹ Alles aus
notify-button-log = 📬 Was kam an?
notify-button-rhythm =
    { $on ->
        [yes] ✅
       *[no] ◻️
    } { $rhythm ->
        [once] Sofort
        [daily] Täglich
        [weekdays] Mo–Fr
       *[weekly] Montags
    }
notify-button-at = { $time }
notify-button-hours = { $since }–{ $until }
notify-button-no-quiet = Keine Ruhezeit
notify-button-flag =
    { $on ->
        [yes] ✅
       *[no] ◻️
    } { $flag ->
        [pdf] Rechnung als PDF dazu
        [xml] E-Rechnung (XML) dazu
        [silent] Ohne Ton
        [file] Nur mit Datei
       *[hidden] Beträge verbergen
    }
notify-button-site =
    { $on ->
        [yes] ✅
       *[no] ◻️
    } { $site }
notify-button-amount =
    { $amount ->
        [0] alle
       *[other] ab { $amount } €
    }
