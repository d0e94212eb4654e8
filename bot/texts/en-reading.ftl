# English: contracts, options, invoices, documents.

button-search = 🔍 Search

# Lists
list-back = ‹
list-on = ›
list-page = { $page } / { $pages }
list-whose = 🏢 { $company }

# What kind of contract it is, at a glance
line-emoji =
    { $line ->
        [mobile] 📱
        [voice] ☎️
        [internet] 🌐
        [cloudPhone] 🎧
       *[other] 📄
    }

# Choosing a contract
choose-sites = Which site?
choose-search =
    🔍 What are you looking for?

    Send me a <b>contract number</b>, a <b>phone number</b>, a <b>place</b> or part of the name.
choose-none = There is no contract in your account yet.
choose-nothing = I can’t find a contract for “{ $wish }”. This is what you have:
choose-found =
    { $count ->
        [one] 🔍 <b>{ $count } contract</b> matches “{ $wish }”
       *[other] 🔍 <b>{ $count } contracts</b> match “{ $wish }”
    }
choose-site = 📍 <b>{ $site }</b>
choose-no-site = 📍 <b>No fixed site</b>
choose-line = { line-emoji } { $name } · <code>{ $number }</code>
choose-line-notice =
    { line-emoji } { $name } · <code>{ $number }</code>
          ⏰ give notice by <b>{ $day }</b>
choose-line-monthly =
    { line-emoji } { $name } · <code>{ $number }</code>
          runs by the month, notice { $period }
choose-line-ends =
    { line-emoji } { $name } · <code>{ $number }</code>
          ends on { $day }
choose-button = { line-emoji } { $name } · { $number }
choose-button-phone = { line-emoji } { $name } · { $phone }
choose-button-site = 📍 { $site } ({ $count })
choose-button-no-site = 📍 No fixed site ({ $count })

# Contracts
contracts-heading =
    { $count ->
        [one] 📄 <b>Your contract</b>
       *[other] 📄 <b>Your { $count } contracts</b>
    }
contracts-name = { line-emoji } <b>{ $name }</b>
contracts-number =
    <code>{ $number }</code> · { $status ->
        [created] in preparation
        [pendingActive] being set up
        [active] active
        [suspended] suspended
        [pendingTerminate] notice given
        [terminated] ended
        [cancelled] cancelled
        [aborted] aborted
       *[other] { $sent }
    }
contracts-description = <i>{ $description }</i>
contracts-site = 📍 { $site }
contracts-phone = 📞 { $phone }
contracts-more-phones =
    { $count ->
        [one] … and one more number
       *[other] … and { $count } more numbers
    }
contracts-notice-near =
    { $days ->
        [0] ⏰ <b>Today is the last day to give notice</b> ({ $day })
        [one] ⏰ <b>Last day to give notice: { $day }</b> – that is tomorrow
       *[other] ⏰ <b>Last day to give notice: { $day }</b> – { $days } days left
    }
contracts-notice = 📅 Last day to give notice: <b>{ $day }</b>
contracts-ends = 🔚 <b>Ends on { $day }</b>
contracts-ended = 🔚 Ended on { $day }
contracts-since = Running since { $day }
contracts-term = Minimum term { $term }, until { $day }
contracts-term-over = Minimum term { $term }, ended on { $day }
contracts-notice-period = Notice period { $period }
contracts-renewal = Renews for { $period } at a time unless you give notice
contracts-price = 💶 <b>{ $net }</b> net per month · { $gross } gross
contracts-price-options =
    { $count ->
        [one] including one option at { $net } net
       *[other] including { $count } options at { $net } net
    }
contracts-seats =
    { $count ->
        [one] 👤 one seat
       *[other] 👥 { $count } seats
    }
contracts-bandwidth = ⚡ { $bandwidth }
contracts-cost-centre = 🏷 Cost centre { $centre }
contracts-button-options = 🧩 Options
contracts-button-documents = 📁 Documents
contracts-button-invoices = 🧾 Invoices
contracts-button-notice = 🗓 Notice date (.ics)
contracts-notice-summary = Last day for notice: { $name }
contracts-notice-description = Contract { $number }, { $name }. It is extended after this day.
contracts-notice-file = 🗓 Last day for notice of { $name }: <b>{ $day }</b>. Open the file to take it into your calendar.

# Options
options-heading = 🧩 <b>Options</b> – for which contract?
options-of =
    🧩 <b>Options for { $name }</b>
    <code>{ $number }</code>
options-none = There are no options for this contract.
options-booked = <b>Booked</b> (net)
options-bookable = <b>You can add</b> (net)
options-blocked = <b>Not available right now</b>
options-line-booked =
    { $count ->
        [one] ✅ { $name } · { $net } a month
       *[other] ✅ { $count } × { $name } · { $net } a month
    }
options-line-ending =
    { $count ->
        [one] ✅ { $name } · { $net } a month · until { $day }
       *[other] ✅ { $count } × { $name } · { $net } a month · until { $day }
    }
options-line-monthly = ▫️ { $name } · { $net } a month
options-line-both = ▫️ { $name } · { $net } a month + { $once } once
options-line-once = ▫️ { $name } · { $once } once
options-line-plain = ▫️ { $name }
options-line-blocked =
    🔒 { $name } – { $why ->
        [needs] needs this first: { $others }
        [excluded] doesn’t go with: { $others }
       *[contract] the contract doesn’t allow bookings right now
    }
options-button-booked = ✅ { $name }
options-button-bookable = ▫️ { $name }
options-button-blocked = 🔒 { $name }
options-button-documents = 📁 Documents
options-button-description = 📎 Service description
options-button-help = 👤 Talk to us
options-booked-name =
    { $count ->
        [one] ✅ <b>{ $name }</b>
       *[other] ✅ <b>{ $count } × { $name }</b>
    }
options-offered-name = 🧩 <b>{ $name }</b>
options-for = for { $name } · <code>{ $number }</code>
options-description = <i>{ $description }</i>
options-price = 💶 <b>{ $net }</b> net per month · { $gross } gross
options-price-each = 💶 <b>{ $net }</b> net per month per { $unit } · { $gross } gross
options-price-once = one-off { $net } net · { $gross } gross
options-price-none = 💶 at no extra cost
options-since = Booked since { $day }
options-next =
    { $why ->
        [end] 🔚 <b>Ends on { $day }</b>
       *[notice] 📅 Last day to give notice: <b>{ $day }</b>
    }
options-term = Minimum term of the option: { $term }
options-notice-period = Notice period: { $period }
options-term-unchanged = The term of your contract stays the same.
options-feasibility = 🔎 Before it is set up we check whether it works at your site.
options-description-file = 📎 { $name }
options-has-documents = You will find the service description under <b>Documents</b>.
options-how = <b>How to book:</b> in the e:service customer portal or with your contact person.
options-how-blocked =
    🔒 { $why ->
        [needs] <b>Needed first:</b> { $others }
        [excluded] <b>Doesn’t go together with:</b> { $others }
       *[contract] The contract doesn’t allow bookings right now.
    }
    Any questions? Your contact person will help.

# Invoices
invoices-emoji =
    { $state ->
        [open] 🟠
        [overdue] 🔴
        [debited] 🔵
        [partly] 🟡
        [paid] ✅
        [credit] 💚
        [preparing] ⚪️
       *[unknown] ▫️
    }
invoices-heading = 🧾 <b>Your invoices</b>
invoices-sum =
    { $state ->
        [overdue] 🔴 <b>Overdue: { $sum }</b>{ $count ->
            [one] {""}
           *[other] {" "}({ $count } invoices)
        }
        [debited] 🔵 Will be debited: <b>{ $sum }</b>{ $count ->
            [one] {""}
           *[other] {" "}({ $count } invoices)
        }
       *[open] 🟠 Open: <b>{ $sum }</b>{ $count ->
            [one] {""}
           *[other] {" "}({ $count } invoices)
        }
    }
invoices-none = There is no invoice yet.
invoices-end = The list ends here.
invoices-line =
    { invoices-emoji } <b>{ $month }</b> · { $gross } · { $state ->
        [open] open, due { $due }
        [overdue] overdue since { $due }
        [debited] will be debited on { $due }
        [partly] partly paid, rest due { $due }
        [paid] paid
        [credit] credit note
        [preparing] in preparation
       *[unknown] { $sent }
    }
invoices-account = {"      "}{ $account }
invoices-button = { invoices-emoji } { $month } · { $gross }
invoices-button-numbered = { invoices-emoji } { $number } · { $gross }
invoices-button-newest = 📎 PDF { $month }
invoices-button-newest-of = 📎 PDF { $month } · { $gross }
invoices-button-pdf = 📎 PDF
invoices-button-e-invoice = 🧮 E-invoice (XML)
invoices-button-lines = 📋 All items
invoices-button-pay = 💶 Pay
invoices-button-due = 🗓 Date (.ics)
invoices-button-changes = 🔎 What changed?
invoices-button-costs = 📊 Costs, 12 months
invoices-mandate = SEPA mandate reference { $mandate }
invoices-objection = You can dispute it at least until { $day }
invoices-search =
    🔍 Which invoice are you looking for?

    Send me a <b>month</b> (“March”, “03/2026”), a year or the <b>invoice number</b>.
invoices-nothing = I can’t find an invoice for “{ $wish }”. Search by month (“March”, “03/2026”) or by invoice number.
invoices-found =
    { $count ->
        [one] 🔍 <b>One invoice</b> matches “{ $wish }”
       *[other] 🔍 <b>{ $count } invoices</b> match “{ $wish }”
    }
invoices-name =
    { $kind ->
        [credit] 🧾 <b>Credit note { $month }</b>
       *[invoice] 🧾 <b>Invoice { $month }</b>
    }
invoices-number = <code>{ $number }</code> dated { $day }
invoices-period = Period { $period }
invoices-standing =
    { $state ->
        [open] 🟠 <b>Open</b> – please transfer it by { $due }
        [overdue] 🔴 <b>Overdue</b> since { $due } ({ $days ->
            [one] one day
           *[other] { $days } days
        })
        [debited] { $late ->
            [yes] 🔵 <b>Will be debited</b> – it was due on { $due }
           *[no] 🔵 <b>Will be debited on { $due }</b> – nothing for you to do
        }
        [partly] 🟡 <b>Partly paid</b> – please pay the rest by { $due }
        [paid] ✅ <b>Paid</b>
        [credit] 💚 <b>Credit note</b>
        [preparing] ⚪️ <b>In preparation</b>
       *[unknown] ▫️ { $due }
    }
invoices-standing-undated =
    { $state ->
        [open] 🟠 <b>Open</b>
        [overdue] 🔴 <b>Overdue</b>
        [debited] 🔵 <b>Will be debited</b> – nothing for you to do
        [partly] 🟡 <b>Partly paid</b>
        [paid] ✅ <b>Paid</b>
        [credit] 💚 <b>Credit note</b>
        [preparing] ⚪️ <b>In preparation</b>
       *[unknown] ▫️ { $sent }
    }
invoices-net = net { $net }
invoices-tax = { $rate }% VAT { $tax }
invoices-gross = <b>gross { $gross }</b>
invoices-remaining = still to pay <b>{ $remaining }</b>
invoices-more = 📈 { $amount } more than in { $month }
invoices-less = 📉 { $amount } less than in { $month }
invoices-same = ⚖️ as much as in { $month }
invoices-contract = <b>{ $name }</b> · { $net }
invoices-no-contract = <b>General</b> · { $net }
invoices-place = {"      "}{ $place }
invoices-position = · { $name }: { $net }
invoices-more-lines =
    { $count ->
        [one] … and one more item
       *[other] … and { $count } more items
    }
invoices-lines-of =
    { $count ->
        [one] 📋 <b>One item</b> on <code>{ $number }</code>, net
       *[other] 📋 <b>{ $count } items</b> on <code>{ $number }</code>, net
    }
invoices-file =
    { $kind ->
        [eInvoice] 🗂 E-invoice <code>{ $number }</code> · { $month } · { $gross }
       *[invoice] 🧾 Invoice <code>{ $number }</code> · { $month } · { $gross }
    }

# Documents
documents-heading = 📁 <b>Documents</b> – for which contract?
documents-of =
    📁 <b>Documents for { $name }</b>
    <code>{ $number }</code>
documents-kind =
    { $kind ->
        [order] <b>Order</b>
        [serviceDescription] <b>Service description</b>
        [priceList] <b>Price list</b>
        [terms] <b>Terms and conditions</b>
        [sla] <b>Service level agreement</b>
        [supplement] <b>Supplement</b>
        [invoice] <b>Invoice</b>
        [eInvoice] <b>E-invoice</b>
        [itemisedBill] <b>Call details</b>
       *[other] <b>Other documents</b>
    }
documents-none = There are no documents for this contract.
documents-line = · { $name }
documents-button = 📎 { $name }
documents-file = 📎 { $name }
documents-file-of = 📎 { $name } · <code>{ $contract }</code>
