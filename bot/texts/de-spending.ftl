# Bezahlen
paying-code =
    💶 <b>{ $amount }</b> an { $name }
    IBAN <code>{ $iban }</code>
    Verwendungszweck <code>{ $reference }</code>
    Bitte bis { $due } überweisen.

    Scannen Sie den GiroCode mit Ihrer Banking-App, oder speichern Sie das Bild und öffnen Sie es dort.
paying-due =
    { $kind ->
        [debit] 🗓 Die Rechnung { $month } wird am <b>{ $due }</b> abgebucht. Öffnen Sie die Datei, um den Tag in Ihren Kalender zu übernehmen.
       *[transfer] 🗓 Die Rechnung { $month } ist am <b>{ $due }</b> fällig. Öffnen Sie die Datei, um den Tag in Ihren Kalender zu übernehmen.
    }
paying-due-summary =
    { $kind ->
        [debit] Rechnung { $month } wird abgebucht: { $amount }
       *[transfer] Rechnung { $month } überweisen: { $amount }
    }
paying-due-description = Rechnung { $number } vom { $day }
refusal-not-payable =
    { $reason ->
        [debit] 🔵 Diese Rechnung wird abgebucht. Bitte nicht überweisen, sonst wird sie zweimal bezahlt.
        [paid] ✅ Bei dieser Rechnung ist nichts mehr zu überweisen.
        [credit] 💚 Das ist eine Gutschrift, Sie müssen nichts zahlen.
        [currency] Einen GiroCode gibt es nur für Beträge in Euro. Bitte überweisen Sie mit den Angaben auf der Rechnung (PDF).
        [amount] Für diesen Betrag gibt es keinen GiroCode. Bitte überweisen Sie mit den Angaben auf der Rechnung (PDF).
       *[account] Zu dieser Rechnung kenne ich keine vollständigen Bankdaten. Sie stehen auf der Rechnung (PDF).
    }

# Kosten
command-kosten = Kosten der letzten 12 Monate als Bild
help-kosten = /kosten – was die letzten 12 Monate gekostet haben, nach Standort
costs-none = In den letzten 12 Monaten gibt es keine Rechnung.
costs-heading = 📊 <b>Kosten der letzten 12 Monate: { $sum }</b> netto
costs-title = Kosten der letzten 12 Monate
costs-note = netto · gesamt { $sum }
costs-month = { $month }: { $sum }
costs-no-invoice = { $month }: keine Rechnung
costs-site = · { $site }: <b>{ $sum }</b>
costs-no-site = · Ohne Standort: <b>{ $sum }</b>
costs-siteless = Ohne Standort
costs-others = · { $count } weitere Standorte: <b>{ $sum }</b>
costs-other-sites = { $count } weitere Standorte
costs-not-by-site = Für eine Aufteilung nach Standorten sind es zu viele Rechnungen.
costs-left-out =
    { $count ->
        [one] Eine Rechnung in anderer Währung oder ohne Nettobetrag ist nicht enthalten.
       *[other] { $count } Rechnungen in anderer Währung oder ohne Nettobetrag sind nicht enthalten.
    }
changes-heading = 🔎 <b>Was ist anders?</b> { $month } gegenüber { $before }, netto
changes-title = Was ist anders?
changes-note = { $month } gegenüber { $before } · netto
changes-line =
    { $turn ->
        [new] 🆕 { $name }: <b>{ $amount }</b> (neu)
        [gone] 🗑 { $name }: <b>{ $amount }</b> (entfallen)
        [dearer] 📈 { $name }: <b>{ $amount }</b> ({ $before } → { $now })
       *[cheaper] 📉 { $name }: <b>{ $amount }</b> ({ $before } → { $now })
    }
changes-rest =
    { $count ->
        [one] … und eine weitere Änderung: { $amount }
       *[other] … und { $count } weitere Änderungen: zusammen { $amount }
    }
changes-others =
    { $count ->
        [one] Eine weitere Änderung
       *[other] { $count } weitere Änderungen
    }
changes-sum = Zusammen <b>{ $amount }</b>
changes-none = ⚖️ Jede Position ist wie im Monat davor.
changes-unclear = Die Positionen lassen sich nicht vergleichen: Beträge fehlen oder sind in verschiedenen Währungen.
changes-nothing-before = Davor gibt es keine Rechnung, mit der ich vergleichen könnte.
changes-button-picture = 📊 Als Bild
