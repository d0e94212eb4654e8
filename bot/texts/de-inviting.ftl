# Deutsch: Kollegen einladen, die nur Meldungen bekommen; und was die Eingeladenen lesen.

notify-button-invite = 👥 Kollegen einladen

inviting-title = 👥 <b>Wer sonst noch Meldungen bekommt</b>
inviting-nobody =
    Noch niemand.

    Buchhaltung oder Steuerbüro können Rechnungen direkt in ihren Chat bekommen, ganz ohne Zugang zum Kundenportal.
inviting-entry =
    { $number }. { $state ->
        [open] 🔗 Link noch nicht benutzt, gültig bis { $since }, von { $by }
        [resting] ⏸ <b>{ $person }</b>, seit { $since }: ruht, denn { $by } ist nicht mehr berechtigt
       *[taken] <b>{ $person }</b>, seit { $since }, eingeladen von { $by }
    }
inviting-kind =
    { $kind ->
        [invoice] • neue Rechnungen, mit Datei
        [invoice-due] • bald fällige Rechnungen
        [invoice-overdue] • überfällige Rechnungen
        [invoice-paid] • bezahlte Rechnungen
        [invoice-unusual] • ungewöhnlich hohe Rechnungen
        [contract-deadline] • letzte Kündigungstage
       *[option-end] • Optionen, die enden
    }
inviting-sites =
    { $count ->
        [0] 📍 alle Standorte
       *[other] 📍 nur { $names }; was auch andere Standorte betrifft, nicht
    }
inviting-choose =
    👥 <b>Was soll die eingeladene Person bekommen?</b>

    Nur Meldungen und ihre Dateien, in den eigenen Chat. Verträge, Umleitungen und alles andere bleiben bei Ihnen.
inviting-ask = 👥 <b>Das bekommt, wer den Link öffnet</b>, von { $company }:
inviting-then = Zur Sicherheit fragt das Portal gleich nach einer PIN. Der Link gilt 24 Stunden und nur für eine Person. Sie können alles jederzeit beenden.
inviting-link = 🔗 <b>Bitte geben Sie diesen Link nur der Person weiter, die Sie meinen.</b> Er gilt bis { $until } und nur einmal.
inviting-url = <code>{ $url }</code>
inviting-end-ask =
    { $taken ->
        [yes] ✖️ <b>{ $person }</b> bekommt dann nichts mehr und erfährt das. Bisher geteilt:
       *[no] ✖️ Der Link gilt dann nicht mehr. Geteilt würde:
    }
inviting-ended =
    { $taken ->
        [yes] ✅ Beendet. { $person } bekommt nichts mehr.
       *[no] ✅ Der Link gilt nicht mehr.
    }
inviting-carry-on-ask = 🤝 <b>{ $person }</b> bekam das bisher über { $by }. Soll es über Sie weiterlaufen?
inviting-carried-on = ✅ { $person } bekommt die Meldungen jetzt über Sie.
inviting-button-new = ➕ Jemanden einladen
inviting-button-go-on = Weiter
inviting-button-yes = ✅ Ja, Link erstellen
inviting-button-no = Nein, doch nicht
inviting-button-link = 🔗 Link zum Weitergeben
inviting-button-share = 📤 In Telegram weitergeben
inviting-button-copy = 📋 Kopieren
inviting-button-end = ✖️ { $number } beenden …
inviting-button-end-yes = ✖️ Ja, beenden
inviting-button-carry-on = 🤝 { $number } weiterführen …
inviting-button-carry-on-yes = 🤝 Ja, über mich
inviting-button-take-on = 🤝 Über mich weiterführen …
inviting-button-let-end = ✖️ Beenden …
change-invite =
    👥 Einladung: { $kinds ->
        [one] eine Art von Meldungen
       *[other] { $kinds } Arten von Meldungen
    }, { $sites ->
        [0] alle Standorte
        [one] ein Standort
       *[other] { $sites } Standorte
    }
summary-invite =
    Einladung zu { $kinds ->
        [one] einer Art Meldungen
       *[other] { $kinds } Arten Meldungen
    }
notice-invitation-taken = 👥 <b>{ $person }</b> hat Ihre Einladung angenommen und bekommt jetzt Meldungen von { $company }. Kennen Sie die Person nicht? Dann beenden Sie das unter /benachrichtigungen.
notice-invitation-lost =
    ⏸ <b>{ $person }</b> bekam Meldungen von { $company } durch { $by }. { $by } ist nicht mehr berechtigt, deshalb ruhen sie.

    Sollen sie durch Sie weitergehen?

# Für Eingeladene
refusal-invitation-over = 🔗 Diese Einladung gilt nicht mehr: sie wurde schon benutzt, ist abgelaufen oder zurückgezogen. Bitten Sie um eine neue.
refusal-invitation-not-needed = Sie sind mit diesem Unternehmen schon selbst verbunden. Was Sie bekommen, stellen Sie unter /benachrichtigungen ein; der Link bleibt gültig.
invited-ask = 👋 <b>{ $by }</b> von <b>{ $company }</b> möchte, dass Sie hier in diesem Chat bekommen:
invited-then = Mehr sehen Sie nicht, und Sie können es jederzeit abstellen. { $by } sieht Ihren Telegram-Namen.
invited-declined = Gut, es kommt nichts. Wenn Sie es sich anders überlegen, öffnen Sie den Link noch einmal.
invited-done = ✅ <b>Fertig.</b> Meldungen von { $company } kommen ab jetzt von selbst in diesen Chat.
invited-title = 🔔 <b>Meldungen von { $company }</b>, eingeladen von { $by }
invited-several = 🔔 <b>Um welches Unternehmen geht es?</b>
invited-off = 🔕 Zurzeit kommt nichts. Ihre Auswahl ist gemerkt.
invited-paused = ⏸ Zurzeit ruhen die Meldungen: { $by } kann sie nicht mehr freigeben. Fragen Sie bitte im Unternehmen nach.
invited-stopped = 🔕 Gut, von { $company } kommt nichts mehr. Ihre Auswahl ist gemerkt.
invited-button-yes = ✅ Ja, gern
invited-button-no = Nein, danke
invited-button-company = { $company }
notice-invitation-ended = 🔕 { $company } hat die Einladung beendet. Es kommen keine Meldungen mehr.
