# English: invoices' files to an e-mail mailbox as well; and what these mails say.

notify-button-mailbox = 📧 Files to a mailbox too

mailbox-title = 📧 <b>Invoice files to a mailbox as well</b>
mailbox-how =
    With each new invoice that I tell you of here, I also send its PDF and e-invoice (XML) to an e-mail address, for your bookkeeping software for example. They go at once, also during quiet hours.

    Please write me the address. A code will be sent there, with which you confirm that the mailbox is yours.
mailbox-is = With each new invoice, PDF and e-invoice (XML) go to <code>{ $address }</code>, since { $since }.
mailbox-is-how = This ends when you remove it, or when your permission at the customer portal ends.
mailbox-asked =
    📨 The code is on its way to <code>{ $address }</code>.

    Please write me the six digits from the mail. The code is valid for { $minutes } minutes. Have a look in the spam folder too.
mailbox-confirmed = ✅ Confirmed. From the next invoice on, the files go to <code>{ $address }</code> too.
mailbox-removed = ✅ Removed. Nothing goes to the mailbox any more.
mailbox-button-other = ✏️ Another address
mailbox-button-remove = ✖️ Remove
mailbox-added =
    📧 <b>A new mailbox for invoices of { $company }</b>

    As of today { $person } has invoice files sent to <code>{ $address }</code> as well. If that is not all right: disconnect the account under <b>/account</b>, and that ends too.

refusal-no-mail-address = ❌ I can't send a mail to this address. Please write a single address, for example <code>invoices@your-company.com</code>.
refusal-mail-code-wrong =
    { $attempts-left ->
        [one] ❌ The code is wrong. You have <b>one</b> try left.
       *[other] ❌ The code is wrong. You have <b>{ $attempts-left }</b> tries left.
    }
refusal-mail-code-expired = ⌛ This code is no longer valid. Only the one from the newest mail counts, for { 15 } minutes. Please have a new one sent.
refusal-mail-rate-limited =
    { $minutes ->
        [one] ⏳ Too many codes were asked for just now. Please try again in <b>one minute</b>.
       *[other] ⏳ Too many codes were asked for just now. Please try again in <b>{ $minutes } minutes</b>.
    }
refusal-mail-unavailable = 📭 The mail could not be sent just now. Please try again in a few minutes.

delivery-mails = 📧 <b>Files to the mailbox</b>
delivery-mail =
    { $state ->
        [sent] ✅
        [due] ⏳
        [running] ⏳
        [unknown] ❓
        [left] ➖
       *[dead] ❌
    } <b>{ $number }</b> to { $address }
delivery-mail-when =
    { $state ->
        [sent] handed over on { $at }
        [unknown] sent on { $at }; the mail server did not confirm it
        [left] noticed on { $found }, not sent: { $reason ->
            [off] removed or switched off
            [no-file] there was no file
            [refused] the files are too big
            [disconnected] the connection to the portal has ended
            [not-entitled] the permission was missing
           *[other] not possible
        }
        [dead] noticed on { $found }, not delivered: { $reason ->
            [too-late] tried in vain for three days
           *[other] the mailbox refused the mail
        }
       *[due] comes from { $at } on: { $reason ->
            [mail] the mail server can't be reached
            [portal] the customer portal is not answering
           *[other] is on its way
        }
    }

mail-code-subject = Your code: { $code }
mail-code =
    Hello,

    Somebody at { $company } wants the files of new invoices to go to this mailbox too (set in the chat of e:service).

    If that is you, write this code into the chat: { $code }

    It is valid for { $minutes } minutes. If you know nothing of this, there is nothing to do: without the code nothing is sent.

    This mail was sent automatically.
mail-invoice-subject =
    { $credit ->
        [yes] Credit note { $number }, { $month }
       *[no] Invoice { $number }, { $month }
    }
mail-invoice =
    Hello,

    { $credit ->
        [yes] Attached is the credit note { $number } for { $month }.
       *[no] Attached is the invoice { $number } for { $month }.
    }{ $dated ->
        [yes] { $debit ->
            [yes] { " It will be debited on" } { $due }; please do not transfer it.
           *[no] { " It is due on" } { $due }.
        }
       *[no] { "" }
    }

    This mail comes automatically, because this mailbox was confirmed for it in the chat of e:service. It can be ended there, under notifications.
