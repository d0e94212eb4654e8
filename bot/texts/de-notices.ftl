# Deutsch: Benachrichtigungen einstellen, und was von selbst gemeldet wird.

command-benachrichtigungen = Wann ich mich von selbst melde
help-benachrichtigungen = /benachrichtigungen – neue Rechnungen, Fristen, Ruhezeiten
menu-button-notify = 🔔 Benachrichtigungen

notify-title = 🔔 <b>Benachrichtigungen in diesem Chat</b>
notify-nothing =
    Zurzeit melde ich mich nicht von selbst.

    Ein Tipp genügt, und Sie bekommen neue Rechnungen mit PDF, Fälligkeiten und letzte Kündigungstage hierher.
notify-unasked = Nur was Kollegen bestellen oder umleiten, erfahren Sie hier auch so. Was Sie nicht brauchen, tippen Sie an.
notify-always = 🛡 Immer an ist, was der Sicherheit dient: neue und beendete Verbindungen, Umleitungen zu neuen Nummern, und was aus Ihren eigenen Aufträgen wird.
notify-paused =
    ⏸ Pausiert: { $reason ->
        [blocked] der Chat war für mich nicht erreichbar
        [disconnected] die Verbindung zum Kundenportal ist beendet
        [not-entitled] die Berechtigung fehlt zurzeit
       *[other] es ging zuletzt nicht
    }. Mit jeder Änderung hier geht es weiter.
notify-muted = 🔕 Stumm bis { $until }. Was bis dahin geschieht, kommt danach.
notify-stopped = 🔕 Gut, ich melde mich hier nicht mehr von selbst, außer wenn es um die Sicherheit geht. Ihre Auswahl ist gemerkt.
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
notify-narrowed-centres =
    { $count ->
        [one] 🏷 Nur Kostenstelle { $names }
       *[other] 🏷 Nur { $count } Kostenstellen: { $names }
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
        [contract-deadline] Letzter Kündigungstag
        [option-end] Option endet
        [order-state] Bestellung: Stand
        [diversion-changed] Umleitung geändert
        [diversion-active] Umleitung läuft
       *[weekly-digest] Wochenüberblick
    }
notify-button-when = 🕗 Zustellung
notify-button-quiet = 🌙 Ruhezeit
notify-button-how = 📎 Dateien, Ton
notify-button-only = 🔍 Nur bestimmte
notify-button-mute =
    { $on ->
        [yes] 🔔 Nicht mehr stumm
       *[no] 🔕 1 Tag stumm
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
    } { $name }
notify-button-sites = 📍 Standorte
notify-button-all-sites = Alle Standorte
notify-sites = 📍 <b>Nur bestimmte Standorte</b>
notify-sites-how =
    { $many ->
        [yes] In Ihren Verträgen stehen { $count } Standorte. Schreiben Sie den Namen, der Sie betrifft, oder einen Teil davon, zum Beispiel <code>{ $example }</code>; schreiben Sie ihn noch einmal, gilt er nicht mehr.
       *[no] Tippen Sie an, worum es gehen soll.
    }
notify-which-site = Mehrere Standorte heißen so. Welchen meinen Sie?
notify-no-site = Diesen Standort finde ich nicht, oder zu viele heißen so. Bitte schreiben Sie mehr von seinem Namen.
notify-button-centres = 🏷 Kostenstellen
notify-button-centre =
    { $on ->
        [yes] ✅
       *[no] ◻️
    } { $name }
notify-button-all-centres = Alle Kostenstellen
notify-centres = 🏷 <b>Nur bestimmte Kostenstellen</b>
notify-centres-how =
    { $many ->
        [yes] In Ihren Verträgen stehen { $count } Kostenstellen. Schreiben Sie, welche Sie betrifft, zum Beispiel <code>{ $example }</code>; schreiben Sie sie noch einmal, gilt sie nicht mehr.
       *[no] Tippen Sie an, worum es gehen soll. Gemeldet wird, was mindestens eine davon betrifft.
    }
notify-which-centre = Mehrere Kostenstellen heißen so. Welche meinen Sie?
notify-no-centre = Diese Kostenstelle steht in keinem Ihrer Verträge. Bitte schreiben Sie sie so, wie sie in der Rechnung steht.
notify-button-amount =
    { $amount ->
        [0] alle
       *[other] ab { $amount } €
    }

# Was von selbst gemeldet wird
noticed-invoice =
    { $kind ->
        [invoice] { $credit ->
            [yes] 💚 <b>Neue Gutschrift</b>
           *[no] 🧾 <b>Neue Rechnung</b>
        }
        [invoice-due] ⏰ <b>Bald fällig:</b> Rechnung
        [invoice-overdue] 🔴 <b>Überfällig:</b> Rechnung
        [invoice-paid] ✅ <b>Bezahlt:</b> Rechnung
       *[invoice-unusual] 📈 <b>Ungewöhnlich hoch:</b> Rechnung
    } <code>{ $number }</code>
noticed-about = { $month } · { $account }
noticed-amount =
    { $hidden ->
        [yes] { $payment ->
            [credit] Gutschrift
            [paid] bezahlt
            [overdue] war am { $due } fällig
            [DirectDebit] { $dated ->
                [yes] wird am { $due } abgebucht
               *[no] wird abgebucht
            }
           *[other] { $dated ->
                [yes] bitte bis { $due } überweisen
               *[no] bitte überweisen
            }
        }
       *[no] <b>{ $total }</b>{ $payment ->
            [credit] { " Gutschrift" }
            [paid] { " – bezahlt, vielen Dank" }
            [overdue] { " – war am" } { $due } fällig
            [DirectDebit] { $dated ->
                [yes] { " – wird am" } { $due } abgebucht
               *[no] { " – wird abgebucht" }
            }
           *[other] { $dated ->
                [yes] { " – bitte bis" } { $due } überweisen
               *[no] { " – bitte überweisen" }
            }
        }
    }
noticed-unusual = Das sind { $more } ({ $percent } %) mehr als üblich; sonst sind es meist rund { $usual }.
noticed-brief-invoice =
    { $kind ->
        [invoice] { $credit ->
            [yes] 💚 Gutschrift
           *[no] 🧾 Neu:
        }
        [invoice-due] ⏰ Bald fällig:
        [invoice-overdue] 🔴 Überfällig:
        [invoice-paid] ✅ Bezahlt:
       *[invoice-unusual] 📈 Ungewöhnlich hoch:
    } <code>{ $number }</code> · { $month }{ $hidden ->
        [yes] { "" }
       *[no] { " ·" } { $total }
    }{ $dated ->
        [yes] { $debit ->
            [yes] { " · Abbuchung" } { $due }
           *[no] { " · fällig" } { $due }
        }
       *[no] { "" }
    }
noticed-deadline =
    { $days ->
        [0] 📅 <b>Ihre Kündigung muss spätestens heute eingehen</b> ({ $day })
        [one] 📅 <b>Ihre Kündigung muss spätestens morgen eingehen</b> ({ $day })
       *[other] 📅 <b>Ihre Kündigung muss in spätestens { $days } Tagen eingehen</b> ({ $day })
    }
noticed-deadline-hint = Es zählt, wann sie eingeht. Danach verlängert sich der Vertrag. Wenn alles so bleiben soll, ist nichts zu tun.
noticed-contract =
    { $placed ->
        [yes] { $name } · { $site } · <code>{ $number }</code>
       *[no] { $name } · <code>{ $number }</code>
    }
noticed-brief-deadline = 📅 { $name }: letzter Tag zum Kündigen { $day }
noticed-option-end = 🧩 <b>{ $option }</b> endet am { $day }.
noticed-order =
    { $step ->
        [placed] 🛒 <b>Neue Bestellung im Kundenportal</b>
        [held] ⏸ <b>Bestellung aus dem Kundenportal angehalten</b>
        [completed] ✅ <b>Bestellung aus dem Kundenportal ausgeführt</b>
        [cancelled] ⏹ <b>Bestellung aus dem Kundenportal storniert</b>
        [rejected] 🚫 <b>Bestellung aus dem Kundenportal abgelehnt</b>
       *[failed] 🚫 <b>Bestellung aus dem Kundenportal nicht oder nur zum Teil ausgeführt</b>
    }
noticed-order-item =
    { $action ->
        [add] ➕
        [modify] ✏️
        [delete] ➖
       *[other] •
    } { $quantity ->
        [one] { $name }
       *[other] { $quantity } × { $name }
    }
noticed-order-expected = 📅 Voraussichtlich fertig am { $day }
noticed-brief-order =
    { $step ->
        [placed] 🛒 Bestellt:
        [held] ⏸ Bestellung angehalten:
        [completed] ✅ Bestellung ausgeführt:
        [cancelled] ⏹ Bestellung storniert:
        [rejected] 🚫 Bestellung abgelehnt:
       *[failed] 🚫 Bestellung nicht oder nur zum Teil ausgeführt:
    } { $name }
noticed-diversion =
    ↪️ <b>{ $line }</b> wird seit { $since } umgeleitet → { diversion-aim }
noticed-diversion-hint = Soll das so bleiben? Dann ist nichts zu tun.
noticed-week = 🗓 <b>Ihre Woche im Überblick</b> · { $day }
noticed-week-invoices =
    { $standing ->
        [overdue] 🔴 Überfällig: { $count }
        [open] 🟠 Offen: { $count }
       *[debited] 🔵 Wird abgebucht: { $count }
    }{ $shown ->
        [yes] { " ·" } { $amount }
       *[no] { "" }
    }
noticed-week-no-invoices = 🧾 Keine offenen Rechnungen.
noticed-week-diversions =
    { $count ->
        [0] ↪️ Keine Umleitung ist an.
        [one] ↪️ Eine Umleitung ist an:
       *[other] ↪️ { $count } Umleitungen sind an:
    }
noticed-week-diversion =
    • { $line } → { diversion-aim }
noticed-week-terms =
    { $count ->
        [one] 📅 Ein Termin in den nächsten 90 Tagen:
       *[other] 📅 { $count } Termine in den nächsten 90 Tagen:
    }
noticed-week-term =
    • { $day }: { $matter ->
        [notice] letzter Tag zum Kündigen
       *[end] Vertragsende
    }, { $name }
noticed-several = 🔔 <b>{ $count } Neuigkeiten</b>
noticed-whole = 📄 Alles zusammen: Für eine Nachricht war es zu lang.
noticed-whole-name = Meldung vollständig.txt
noticed-button-file =
    { $kind ->
        [invoice] 📎 PDF
       *[eInvoice] 🧮 E-Rechnung
    }
noticed-button-invoice = 🧾 Ansehen
noticed-button-number = { $number }
noticed-button-contract = 📄 Vertrag ansehen
noticed-button-options = 🧩 Optionen ansehen
noticed-button-invoices = 🧾 Rechnungen
noticed-button-line = ↪️ Ansehen oder ausschalten
noticed-button-lines = ↪️ Umleitungen
noticed-button-settings = ⚙️ Einstellen
noticed-button-stop = 🔕 Nicht mehr melden

# Was kam an?
command-zustellung = Was gemeldet wurde und was nicht
help-zustellung = /zustellung – was gemeldet wurde und was nicht
delivery-title = 📬 <b>Die letzten Meldungen in diesem Chat</b>
delivery-nothing = Es gab noch nichts zu melden.
delivery-entry =
    { $state ->
        [sent] ✅
        [due] ⏳
        [running] ⏳
        [unknown] ❓
        [left] ➖
       *[dead] ❌
    } { $kind ->
        [invoice] Neue Rechnung
        [invoice-due] Bald fällig
        [invoice-overdue] Überfällig
        [invoice-paid] Bezahlt
        [invoice-unusual] Ungewöhnlich hoch
        [contract-deadline] Letzter Kündigungstag
        [option-end] Option endet
        [order-state] Bestellung: Stand
        [diversion-active] Umleitung läuft
       *[weekly-digest] Wochenüberblick
    } <b>{ $about }</b>
delivery-when =
    { $state ->
        [sent] zugestellt am { $at }
        [unknown] gesendet am { $at }; ob es ankam, hat Telegram nicht bestätigt
        [left] bemerkt am { $found }, nicht gemeldet: { $reason ->
            [amount] unter Ihrem Mindestbetrag
            [contract] anderer Vertrag
            [site] anderer Standort
            [cost-centre] andere Kostenstelle
            [no-file] noch keine Datei
            [off] war ausgeschaltet
            [disconnected] die Verbindung zum Portal ist beendet
            [not-entitled] die Berechtigung fehlte
           *[other] nicht gewünscht
        }
        [dead] bemerkt am { $found }, nicht zugestellt: { $reason ->
            [blocked] der Chat hatte mich blockiert
            [deactivated] das Telegram-Konto gibt es nicht mehr
            [kicked] ich wurde aus dem Chat entfernt
            [not-found] den Chat gibt es nicht mehr
            [disconnected] die Verbindung zum Portal ist beendet
            [not-entitled] die Berechtigung fehlte
            [too-late] drei Tage lang vergeblich versucht
           *[other] Telegram hat sie abgelehnt
        }
       *[due] kommt ab { $at }: { $reason ->
            [quiet] Ruhezeit
            [digest] gesammelte Zustellung
            [muted] stumm geschaltet
            [portal] das Kundenportal antwortet nicht
            [busy] Telegram bittet um eine Pause
            [telegram] Telegram ist nicht erreichbar
            [blocked] der Chat hatte mich blockiert
           *[other] ist unterwegs
        }
    }

noticed-paused =
    ⏸ Zu <b>{ $company }</b> melde ich mich hier vorerst nicht mehr: { $reason ->
        [not-entitled] die Berechtigung im Kundenportal reicht dafür nicht mehr aus
       *[other] die Verbindung zum Kundenportal ist beendet
    }. Ihre Auswahl ist gemerkt; mit <b>/benachrichtigungen</b> geht es weiter, sobald die Berechtigung wieder da ist.
