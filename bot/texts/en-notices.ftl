# English: setting up notifications, and what is told without being asked.

command-benachrichtigungen = When I get in touch by myself
help-benachrichtigungen = /notifications – new invoices, deadlines, quiet hours
menu-button-notify = 🔔 Notifications

notify-title = 🔔 <b>Notifications in this chat</b>
notify-nothing =
    At the moment I don't get in touch by myself.

    One tap, and new invoices with their PDF, due dates and last days for notice come here.
notify-unasked = Only what colleagues order or divert is told here anyway. Tap what you don't need.
notify-always = 🛡 Always on, for security: new and ended connections, diversions to new numbers, and what becomes of your own orders.
notify-paused =
    ⏸ Paused: { $reason ->
        [blocked] I could not reach this chat
        [disconnected] the connection with the customer portal has ended
        [not-entitled] the permission is missing at the moment
       *[other] it did not work of late
    }. Any change here starts it again.
notify-muted = 🔕 Silent until { $until }. What happens meanwhile comes after it.
notify-stopped = 🔕 All right, I won't get in touch here by myself, unless it is about security. Your choices are kept.
notify-when =
    { $rhythm ->
        [once] 🕗 Delivery: <b>at once</b>
        [daily] 🕗 Delivery: gathered, <b>daily at { $time }</b>
        [weekdays] 🕗 Delivery: gathered, <b>Monday to Friday at { $time }</b>
       *[weekly] 🕗 Delivery: gathered, <b>Mondays at { $time }</b>
    }
notify-when-how =
    { $rhythm ->
        [once] When shall I get in touch? You can also write a time, such as <code>8:30</code>: everything then comes together.
       *[other] When shall I get in touch? For another time just write it, such as <code>8:30</code>.
    }
notify-no-time = I did not understand that as a time. Please write, for example, <code>8:30</code>.
notify-quiet = 🌙 Quiet hours: <b>{ $since } to { $until }</b>
notify-quiet-none = 🌙 Quiet hours: none
notify-quiet-how = What happens in the quiet hours comes when they end. For other hours just write them, such as <code>20-7</code>.
notify-no-hours = I did not understand that. Please write begin and end, for example <code>20-7</code> or <code>18:30-7:30</code>.
notify-how = 📎 <b>What shall a notice look like?</b>
notify-only = 🔍 <b>Only what concerns you</b>
notify-only-how = Tap what it shall be about. For another amount just write it, such as <code>250</code>.
notify-no-amount = I did not understand that as an amount. Please write, for example, <code>250</code> or <code>1500.00</code>.
notify-narrowed-sites =
    { $count ->
        [one] 📍 One site only
       *[other] 📍 { $count } sites only
    }
notify-narrowed-centres =
    { $count ->
        [one] 🏷 Only cost centre { $names }
       *[other] 🏷 Only { $count } cost centres: { $names }
    }
notify-narrowed-amount = 💶 Only invoices from { $amount }
notify-narrowed-file = 📎 Only invoices with a file
notify-button-begin = 🔔 Yes, get in touch
notify-button-again = 🔔 Get in touch again
notify-button-kind =
    { $on ->
        [yes] ✅
       *[no] ◻️
    } { $kind ->
        [invoice] New invoice
        [invoice-due] Due soon
        [invoice-overdue] Overdue
        [invoice-paid] Paid
        [invoice-unusual] Unusually high
        [contract-deadline] Last day for notice
        [option-end] Option ends
        [order-state] Order state
        [diversion-changed] Diversion changed
        [diversion-active] Diversion still on
       *[weekly-digest] Weekly overview
    }
notify-button-when = 🕗 Delivery
notify-button-quiet = 🌙 Quiet hours
notify-button-how = 📎 Files, sound
notify-button-only = 🔍 Only some
notify-button-mute =
    { $on ->
        [yes] 🔔 No longer silent
       *[no] 🔕 Silent 1 day
    }
notify-button-stop = ⏹ All off
notify-button-log = 📬 What arrived?
notify-button-rhythm =
    { $on ->
        [yes] ✅
       *[no] ◻️
    } { $rhythm ->
        [once] At once
        [daily] Daily
        [weekdays] Mon–Fri
       *[weekly] Mondays
    }
notify-button-at = { $time }
notify-button-hours = { $since }–{ $until }
notify-button-no-quiet = No quiet hours
notify-button-flag =
    { $on ->
        [yes] ✅
       *[no] ◻️
    } { $flag ->
        [pdf] With the invoice as PDF
        [xml] With the e-invoice (XML)
        [silent] Without a sound
        [file] Only with a file
       *[hidden] Hide amounts
    }
notify-button-site =
    { $on ->
        [yes] ✅
       *[no] ◻️
    } { $name }
notify-button-sites = 📍 Sites
notify-button-all-sites = All sites
notify-sites = 📍 <b>Only some sites</b>
notify-sites-how =
    { $many ->
        [yes] Your contracts name { $count } sites. Write the name of the one that is yours, or a part of it, for example <code>{ $example }</code>; write it once more and it no longer counts.
       *[no] Tap what it should be about.
    }
notify-which-site = Several sites are called so. Which one do you mean?
notify-no-site = I cannot find this site, or too many are called so. Please write more of its name.
notify-button-centres = 🏷 Cost centres
notify-button-centre =
    { $on ->
        [yes] ✅
       *[no] ◻️
    } { $name }
notify-button-all-centres = All cost centres
notify-centres = 🏷 <b>Only some cost centres</b>
notify-centres-how =
    { $many ->
        [yes] Your contracts name { $count } cost centres. Write the one that is yours, for example <code>{ $example }</code>; write it once more and it no longer counts.
       *[no] Tap what it should be about. You are told what concerns at least one of them.
    }
notify-which-centre = Several cost centres are called so. Which one do you mean?
notify-no-centre = None of your contracts names this cost centre. Please write it as it stands on the invoice.
notify-button-amount =
    { $amount ->
        [0] all
       *[other] from €{ $amount }
    }

# What is told without being asked
noticed-invoice =
    { $kind ->
        [invoice] { $credit ->
            [yes] 💚 <b>New credit note</b>
           *[no] 🧾 <b>New invoice</b>
        }
        [invoice-due] ⏰ <b>Due soon:</b> invoice
        [invoice-overdue] 🔴 <b>Overdue:</b> invoice
        [invoice-paid] ✅ <b>Paid:</b> invoice
       *[invoice-unusual] 📈 <b>Unusually high:</b> invoice
    } <code>{ $number }</code>
noticed-about = { $month } · { $account }
noticed-amount =
    { $hidden ->
        [yes] { $payment ->
            [credit] credit note
            [paid] paid
            [overdue] was due on { $due }
            [DirectDebit] { $dated ->
                [yes] will be debited on { $due }
               *[no] will be debited
            }
           *[other] { $dated ->
                [yes] please transfer by { $due }
               *[no] please transfer
            }
        }
       *[no] <b>{ $total }</b>{ $payment ->
            [credit] { " credit" }
            [paid] { " – paid, thank you" }
            [overdue] { " – was due on" } { $due }
            [DirectDebit] { $dated ->
                [yes] { " – will be debited on" } { $due }
               *[no] { " – will be debited" }
            }
           *[other] { $dated ->
                [yes] { " – please transfer by" } { $due }
               *[no] { " – please transfer" }
            }
        }
    }
noticed-unusual = That is { $more } ({ $percent }%) more than usual; it is mostly around { $usual }.
noticed-brief-invoice =
    { $kind ->
        [invoice] { $credit ->
            [yes] 💚 Credit note
           *[no] 🧾 New:
        }
        [invoice-due] ⏰ Due soon:
        [invoice-overdue] 🔴 Overdue:
        [invoice-paid] ✅ Paid:
       *[invoice-unusual] 📈 Unusually high:
    } <code>{ $number }</code> · { $month }{ $hidden ->
        [yes] { "" }
       *[no] { " ·" } { $total }
    }{ $dated ->
        [yes] { $debit ->
            [yes] { " · debited" } { $due }
           *[no] { " · due" } { $due }
        }
       *[no] { "" }
    }
noticed-deadline =
    { $days ->
        [0] 📅 <b>Your notice must arrive today at the latest</b> ({ $day })
        [one] 📅 <b>Your notice must arrive tomorrow at the latest</b> ({ $day })
       *[other] 📅 <b>Your notice must arrive within { $days } days</b> ({ $day })
    }
noticed-deadline-hint = What counts is when it arrives. After that the contract is extended. If nothing should change, there is nothing to do.
noticed-contract =
    { $placed ->
        [yes] { $name } · { $site } · <code>{ $number }</code>
       *[no] { $name } · <code>{ $number }</code>
    }
noticed-brief-deadline = 📅 { $name }: last day to give notice { $day }
noticed-option-end = 🧩 <b>{ $option }</b> ends on { $day }.
noticed-order =
    { $step ->
        [placed] 🛒 <b>New order in the customer portal</b>
        [held] ⏸ <b>Order from the customer portal on hold</b>
        [completed] ✅ <b>Order from the customer portal completed</b>
        [cancelled] ⏹ <b>Order from the customer portal cancelled</b>
        [rejected] 🚫 <b>Order from the customer portal rejected</b>
       *[failed] 🚫 <b>Order from the customer portal not, or only partly, carried out</b>
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
noticed-order-expected = 📅 Expected to be done on { $day }
noticed-brief-order =
    { $step ->
        [placed] 🛒 Ordered:
        [held] ⏸ Order on hold:
        [completed] ✅ Order completed:
        [cancelled] ⏹ Order cancelled:
        [rejected] 🚫 Order rejected:
       *[failed] 🚫 Order not, or only partly, carried out:
    } { $name }
noticed-diversion =
    ↪️ <b>{ $line }</b> has been diverted since { $since } → { diversion-aim }
noticed-diversion-hint = Should it stay that way? Then there is nothing to do.
noticed-week = 🗓 <b>Your week at a glance</b> · { $day }
noticed-week-invoices =
    { $standing ->
        [overdue] 🔴 Overdue: { $count }
        [open] 🟠 Open: { $count }
       *[debited] 🔵 To be debited: { $count }
    }{ $shown ->
        [yes] { " ·" } { $amount }
       *[no] { "" }
    }
noticed-week-no-invoices = 🧾 No open invoices.
noticed-week-diversions =
    { $count ->
        [0] ↪️ No diversion is on.
        [one] ↪️ One diversion is on:
       *[other] ↪️ { $count } diversions are on:
    }
noticed-week-diversion =
    • { $line } → { diversion-aim }
noticed-week-terms =
    { $count ->
        [one] 📅 One date within the next 90 days:
       *[other] 📅 { $count } dates within the next 90 days:
    }
noticed-week-term =
    • { $day }: { $matter ->
        [notice] last day to give notice
       *[end] end of contract
    }, { $name }
noticed-several = 🔔 <b>{ $count } updates</b>
noticed-whole = 📄 All of it: it was too long for one message.
noticed-whole-name = Whole notice.txt
noticed-button-file =
    { $kind ->
        [invoice] 📎 PDF
       *[eInvoice] 🧮 E-invoice
    }
noticed-button-invoice = 🧾 Show
noticed-button-number = { $number }
noticed-button-contract = 📄 Show contract
noticed-button-options = 🧩 Show options
noticed-button-invoices = 🧾 Invoices
noticed-button-line = ↪️ Show or switch off
noticed-button-lines = ↪️ Diversions
noticed-button-settings = ⚙️ Settings
noticed-button-stop = 🔕 No more of these

# What arrived?
command-zustellung = What was told, and what was not
help-zustellung = /delivery – what was told, and what was not
delivery-title = 📬 <b>The last notices in this chat</b>
delivery-nothing = There was nothing to tell yet.
delivery-entry =
    { $state ->
        [sent] ✅
        [due] ⏳
        [running] ⏳
        [unknown] ❓
        [left] ➖
       *[dead] ❌
    } { $kind ->
        [invoice] New invoice
        [invoice-due] Due soon
        [invoice-overdue] Overdue
        [invoice-paid] Paid
        [invoice-unusual] Unusually high
        [contract-deadline] Last day for notice
        [option-end] Option ends
        [order-state] Order state
        [diversion-active] Diversion still on
       *[weekly-digest] Weekly overview
    } <b>{ $about }</b>
delivery-when =
    { $state ->
        [sent] delivered on { $at }
        [unknown] sent on { $at }; Telegram did not confirm that it arrived
        [left] noticed on { $found }, not told: { $reason ->
            [amount] below your amount
            [contract] another contract
            [site] another site
            [cost-centre] another cost centre
            [no-file] no file yet
            [off] it was switched off
            [disconnected] the connection to the portal has ended
            [not-entitled] the permission was missing
           *[other] not wished for
        }
        [dead] noticed on { $found }, not delivered: { $reason ->
            [blocked] the chat had blocked me
            [deactivated] the Telegram account is gone
            [kicked] I was removed from the chat
            [not-found] the chat is gone
            [disconnected] the connection to the portal has ended
            [not-entitled] the permission was missing
            [too-late] tried in vain for three days
           *[other] Telegram refused it
        }
       *[due] comes from { $at } on: { $reason ->
            [quiet] quiet hours
            [digest] gathered delivery
            [muted] silenced
            [portal] the customer portal does not answer
            [busy] Telegram asks for a pause
            [telegram] Telegram can't be reached
            [blocked] the chat had blocked me
           *[other] on its way
        }
    }

noticed-paused =
    ⏸ For now I won't get in touch here about <b>{ $company }</b>: { $reason ->
        [not-entitled] the permission at the customer portal is no longer enough
       *[other] the connection with the customer portal has ended
    }. Your choices are kept; <b>/notifications</b> starts it again as soon as the permission is back.
