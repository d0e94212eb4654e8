"""Detection: what happened to customers becomes events, each once, whoever finds it (poll, push or the clock).

Facts of events are JSON: days are ISO dates (`2026-11-27`), amounts are text with a point (`"59.32"`) in `currency`,
and what the portal did not say is None. They are what was true when it was found; whoever sends reads anew what must
be true then. What a filter needs stands in three keys that every kind but the digest has:

    contracts, sites, cost_centres   lists of what it is about: ids of contracts, `services.contracts.site_key`, names;
                                     None when nobody filtered by them, so that nothing was looked up: that passes

Invoices (INVOICE, PAID, UNUSUAL, DUE_SOON, OVERDUE):

    invoice, number    the portal's id, and the number that people know
    credit_note        True for a credit note
    state              `InvoiceState.value`: open, debited, partlyPaid, paid, credit, unknown
    payment            `PaymentMethod.value`: DirectDebit, BankTransfer, ""
    date, due          days; `due` may be None
    period_start, period_last          first and last day of what is billed; both or neither are None
    total, net, to_pay, currency       gross, net (or None), what is left to pay
    billing_account, billing_account_name
    has_pdf, has_xml   whether there is a file of this kind
    zone               the portal account's zone, in which the days are
    UNUSUAL adds       usual (median of the account's last six), more (above it), percent (whole, above it)
    DUE_SOON adds      days (until due; 0 on the day itself)
    OVERDUE adds       days (since it was due, at least 1)

Contracts (DEADLINE: the last day for notice; OPTION_END: an option's last day):

    contract, number, name, site       the contract's id, number, name and site's name ("" without)
    last_day, days     and how many days are left (0 on the day itself)
    zone
    DEADLINE adds      ahead (90, 30 or 7: which of the reminders it is)
    OPTION_END adds    option, option_name

Diversions (DIVERSION_ACTIVE: `always` has been active for more than three days; None for the filter's three keys):

    service, line      the line's id, and what people call it
    when               `DivertWhen.value`, always "unconditional"
    target_kind, target_name, target   as in the notice of drift (`services.drift`)
    since, days        the first day on which it was seen, and how many days ago
    zone

DIGEST. Each part is None when the customer has nobody entitled to read it; whoever sends leaves out the parts that the
reader's own role may not see (invoices: portalAdmin, accounting; diversions: portalAdmin, pbxAdmin; terms: everybody):

    week, day, zone    `2026-W48`, and the day on which it was made
    diversions         {count, most: [{service, line, when, target_kind, target_name, target}]}: the first eight
    invoices           [{standing, count, amount, currency}]: overdue, open, debited (`services.invoices.Standing`)
    terms              {count, most: [{contract, number, name, matter, last_day, days}]}: within 90 days; matter is
                       `services.contracts.Matter`: notice (last day for notice) or end

An event's key is made of: INVOICE, PAID, UNUSUAL: the invoice. DUE_SOON, OVERDUE: the invoice and its due date.
DEADLINE: contract, last day and `ahead`. OPTION_END: option and last day. DIVERSION_ACTIVE: line and `since`. DIGEST:
the week.
"""
