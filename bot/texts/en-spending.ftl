# Paying
paying-code =
    💶 <b>{ $amount }</b> to { $name }
    IBAN <code>{ $iban }</code>
    Reference <code>{ $reference }</code>
    Please transfer it by { $due }.

    Scan the GiroCode with your banking app, or save the picture and open it there.
paying-due =
    { $kind ->
        [debit] 🗓 The invoice for { $month } will be debited on <b>{ $due }</b>. Open the file to take the day into your calendar.
       *[transfer] 🗓 The invoice for { $month } is due on <b>{ $due }</b>. Open the file to take the day into your calendar.
    }
paying-due-summary =
    { $kind ->
        [debit] Invoice for { $month } is debited: { $amount }
       *[transfer] Transfer invoice for { $month }: { $amount }
    }
paying-due-description = Invoice { $number } of { $day }
refusal-not-payable =
    { $reason ->
        [debit] 🔵 This invoice is debited. Please don't transfer it, or it is paid twice.
        [paid] ✅ Nothing is left to transfer for this invoice.
        [credit] 💚 This is a credit note, there is nothing to pay.
        [currency] There is a GiroCode only for amounts in euro.
        [amount] There is no GiroCode for this amount.
       *[account] I don't know the complete bank details for this invoice. You find them on the invoice (PDF).
    }

# Costs
command-kosten = Costs of the last 12 months as a picture
help-kosten = /costs – what the last 12 months have cost, by site
costs-none = There is no invoice in the last 12 months.
costs-heading = 📊 <b>Costs of the last 12 months: { $sum }</b> net
costs-title = Costs of the last 12 months
costs-note = net · { $sum } in all
costs-month = { $month }: { $sum }
costs-no-invoice = { $month }: no invoice
costs-site = · { $site }: <b>{ $sum }</b>
costs-no-site = · Without a site: <b>{ $sum }</b>
costs-siteless = Without a site
costs-others = · { $count } more sites: <b>{ $sum }</b>
costs-other-sites = { $count } more sites
costs-not-by-site = There are too many invoices to tell the sites apart.
costs-left-out =
    { $count ->
        [one] One invoice in another currency or without a net amount is not included.
       *[other] { $count } invoices in another currency or without a net amount are not included.
    }
changes-heading = 🔎 <b>What changed?</b> { $month } against { $before }, net
changes-title = What changed?
changes-note = { $month } against { $before } · net
changes-line =
    { $turn ->
        [new] 🆕 { $name }: <b>{ $amount }</b> (new)
        [gone] 🗑 { $name }: <b>{ $amount }</b> (gone)
        [dearer] 📈 { $name }: <b>{ $amount }</b> ({ $before } → { $now })
       *[cheaper] 📉 { $name }: <b>{ $amount }</b> ({ $before } → { $now })
    }
changes-rest =
    { $count ->
        [one] … and one more change: { $amount }
       *[other] … and { $count } more changes: { $amount } together
    }
changes-others =
    { $count ->
        [one] One more change
       *[other] { $count } more changes
    }
changes-sum = Together <b>{ $amount }</b>
changes-none = ⚖️ Every line is as in the month before.
changes-unclear = The lines can't be compared: amounts are missing or in different currencies.
changes-nothing-before = There is no invoice before it that I could compare with.
changes-button-picture = 📊 As a picture
