# English: what several features share, and connecting, menu, account, help, language, privacy.

blank = { "" }
bot-description =
    e:service in a chat: contracts, options, invoices, documents and call diversions at a tap.

    To connect you need the activation link from your e-mail and the PIN from a text message.
bot-short = Your customer portal e:service in a chat: contracts, invoices, call diversions.

button-back = ‹ Back
button-menu = ☰ Menu
button-retry = ↻ Try again

command-menue = Overview: what would you like to do?
command-vertraege = Your contracts with term and price
command-optionen = Booked and bookable options
command-rechnungen = See invoices and get the PDF
command-dokumente = Contract documents
command-konto = Connection, switch account, disconnect
command-hilfe = Help and people to talk to
command-sprache = Deutsch / English
command-datenschutz = What is stored
command-abbrechen = Cancel what is open

# Hints
hint-forwarded = For your safety I do not act on forwarded messages. Please type yourself or use the buttons.
hint-only-text = I cannot do anything with that. Write me a text or tap <b>Menu</b>.
hint-unknown-command = I do not know this command. Everything I can do is under <b>Menu</b>.
hint-question-over = That took too long, so the question is no longer open. Please start again from the <b>Menu</b>.
hint-use-menu = I did not understand that. Write for example <code>contracts</code> or <code>invoice March</code>, or tap <b>Menu</b>.
hint-not-deleted = ⚠️ I could not delete your message with the PIN. Please delete it yourself. The PIN works only once.
hint-link-in-group = ⚠️ An activation link does not belong in a group. I have made it invalid. Please ask for a new one and open it in a private chat with me.

# Refusals
refusal-not-connected =
    This chat is not connected to any customer account yet.

    Open the <b>activation link</b> from your e-mail, or paste it here.
refusal-disconnected =
    🔌 The connection to the customer portal was ended there.

    With a new activation link you can connect again: just paste it here.
refusal-not-entitled = Your account is not entitled to this. The “Administrator Kundenportal” in your company can help.
refusal-private-only = This works only in a private chat with me.
refusal-gone = The customer portal does not have this (any more). Please choose it anew from the list.
refusal-link-invalid =
    This activation link is not valid: it is unknown, expired or already used.

    I can have a new one sent to you – to the e-mail address on file in the portal.
refusal-pin-wrong =
    { $attempts-left ->
        [one] ❌ The PIN is wrong. You have <b>one</b> try left.
       *[other] ❌ The PIN is wrong. You have <b>{ $attempts-left }</b> tries left.
    }
refusal-pin-expired = ⌛ This PIN is no longer valid. Only the PIN from the newest text message counts. Please have a new one sent.
refusal-pin-locked =
    🔒 Too many wrong PINs: this activation link is now locked.

    I can have a new one sent to you – to the e-mail address on file in the portal.
refusal-pin-rate-limited =
    { $minutes ->
        [one] ⏳ Too many PINs were asked for just now. Please try again in <b>one minute</b>.
       *[other] ⏳ Too many PINs were asked for just now. Please try again in <b>{ $minutes } minutes</b>.
    }
refusal-sms-unavailable = 📵 The text message could not be sent just now. Nothing is used up, your link is still valid. Please try again in a moment.
refusal-use-web = This cannot be done in the chat at present. Please use the customer portal in your browser.
refusal-already-connected = You are already connected to this account. Everything is ready.
refusal-tap-too-old = Your tap reached me too late, so I did nothing. Please tap again.
refusal-button-spent = This button is used up or too old. Please start again from the <b>Menu</b>.
refusal-file-too-big = This file is too big for Telegram. You will find it in the customer portal in your browser.

# Faults
fault-bug =
    😕 Something went wrong on our side. We have made a note of it.

    Please try again. If you call us, please mention <code>{ $reference }</code>.
fault-portal-unavailable = 🔧 The customer portal is not answering just now. Nothing was changed. Please try again in a few minutes.
fault-portal-refused = 🔧 The customer portal does not accept requests from the chat at present. Nothing was changed; we are looking into it.
fault-portal-rejected = The customer portal did not accept the request. Nothing was changed. Please try again or ask your contact.
fault-outcome-unknown = ❓ The customer portal did not answer in time, so I do not know whether it worked. Please wait a moment and then try again.
fault-storage = 🔧 I can't store anything just now and therefore can't answer yet. Your message is not lost: I will answer as soon as I can.

# Connecting
connect-how =
    👋 <b>Welcome to e:service in a chat.</b>

    To connect I need the <b>activation link</b> from your e-mail: open it, or paste it here. After that you get a PIN by text message.

    I never need your portal password – please do not write it here.
connect-no-link =
    That is not an activation link. It is in the e-mail about your access to the customer portal and begins with <code>https://t.me</code>.

    Please paste the whole link here. I never need your portal password.
connect-no-pin =
    I am not waiting for a PIN just now. First I need the <b>activation link</b> from your e-mail: open it, or paste it here. Then you will get a new PIN by text message.
connect-confirm =
    <b>This link belongs to the account of { $company }.</b>

    Shall I connect this chat with it? Then the customer portal sends a PIN by text message to <b>{ $phone }</b>.
connect-confirm-warning = Is this not your company, or did you not receive the link yourself? Then tap <b>No</b>.
connect-button-yes = ✅ Yes, send PIN
connect-button-no = ❌ No, do not connect
pin-button-again = ↻ New PIN
pin-button-cancel = ❌ Cancel
pin-button-keypad = 🔢 Use buttons instead
connect-button-mail = ✉️ Ask for a new e-mail
connect-declined = All right, nothing was connected. The link stays valid until it expires.
connect-pin-sent =
    📱 <b>The PIN is on its way.</b>

    Please write me the PIN from the text message. I delete your message at once. The PIN is valid for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }, you have { $attempts-left ->
        [one] one try
       *[other] { $attempts-left } tries
    }.
pin-not-a-pin = That does not look like the PIN. Please write only its { $digits } digits.
pin-keypad = 🔢 Tap the PIN from the text message. It appears nowhere in the chat.
pin-key = { $digit }
pin-key-back = ⌫
pin-key-ok = OK
pin-dots = { $dots }
connect-new-mail =
    ✉️ If the link belongs to an account, a new e-mail is on its way – to the address on file in the portal.

    Open the new link from it, or paste it here. Please check your spam folder too.
connect-done = ✅ Connected with <b>{ $company }</b> (user <code>{ $account }</code>).

# Menu
menu-title = <b>{ $company }</b>
menu-several =
    { $count ->
        [one] You are connected with one account.
       *[other] You are connected with { $count } accounts. Switch under Account.
    }
menu-what = What would you like to do?
menu-not-connected =
    <b>e:service in a chat</b>

    Contracts, options, invoices, documents and call diversions at a tap. First connect this chat with your customer account.
menu-button-connect = 🔗 Connect
menu-button-contracts = 📄 Contracts
menu-button-options = 🧩 Options
menu-button-invoices = 🧾 Invoices
menu-button-documents = 📁 Documents
menu-button-account = 👤 Account
menu-button-help = 💬 Help
menu-button-language = 🌐 Language

# Account
account-title =
    { $count ->
        [one] 👤 <b>Your connection</b>
       *[other] 👤 <b>Your { $count } connections</b>
    }
account-company = <b>{ $company }</b>
account-company-current = <b>{ $company }</b> – shown at the moment
account-user = User <code>{ $account }</code> · { $name }
account-role =
    Role: { $role ->
        [portalAdmin] portal administrator
        [pbxAdmin] telephone system administrator
        [accounting] accounting
       *[other] { $role }
    }
account-since =
    Connected since { $since }
    Last used { $used }
account-colleagues =
    { $count ->
        [one] <b>One more person is connected:</b>
       *[other] <b>{ $count } more people are connected:</b>
    }
account-colleague = • { $person }, since { $since }
account-button-look = 👁 Show { $company }
account-button-end = 🔌 Disconnect { $company }
account-button-end-other = 🔌 Disconnect { $person }
account-button-language = 🌐 Language
account-button-really = 🔌 Yes, disconnect
account-button-now = 🔌 Unknown? Disconnect now
account-really =
    Really end the connection to <b>{ $company }</b>?

    It ends at once, here and in the customer portal. To connect again a new activation link is needed.
account-really-other =
    Really disconnect { $person } from <b>{ $company }</b>?

    The connection ends at once, here and in the customer portal. To connect again a new activation link is needed.
account-ended = 🔌 Disconnected. This chat sees nothing of <b>{ $company }</b> any more.
account-ended-other = 🔌 Disconnected: { $person } sees nothing of <b>{ $company }</b> any more.
notice-connected =
    🔔 <b>New connection to { $company }</b>

    { $person } connected a Telegram chat with the user <code>{ $account }</code> on { $at }.
notice-disconnected = 🔌 { $by } ended your connection to <b>{ $company }</b>.
notice-ended =
    🔌 The connection to <b>{ $company }</b> was ended in the customer portal.

    With a new activation link you can connect again.

# Help
help-title = 💬 <b>Help</b>
help-menue = /menu – overview
help-vertraege = /contracts – your contracts, terms, prices
help-optionen = /options – what is booked and what there is
help-rechnungen = /invoices – invoices and PDF; also <code>invoice March</code>
help-dokumente = /documents – contract documents
help-konto = /account – who is connected, disconnect
help-hilfe = /help – this page
help-sprache = /language – Deutsch or English
help-datenschutz = /privacy – what is stored
help-abbrechen = /cancel – drop what is open
help-how = You can also just write what you are looking for.
help-human = <b>Would you rather talk to a person?</b>
help-phone = ☎️ { $phone }
help-mail = ✉️ <code>{ $mail }</code>
help-hours = 🕘 { $hours }
help-portal = You will find your contact in the customer portal.
help-button-privacy = 🔐 Privacy

# Language
language-ask = 🌐 Which language shall I use?
language-de = Deutsch
language-en = English
language-chosen = All right, we speak English.

# Privacy
privacy-title = 🔐 <b>What is stored</b>
privacy-text =
    • your Telegram id (a number, not your phone number) and your language
    • which customer account you are connected to – encrypted
    • your name in Telegram, so that your colleagues see who is connected – encrypted
    • the key to the customer portal – encrypted, ends when you disconnect
    • what you change, plan and save in the chat (orders, call diversions and their targets), for history and undo – encrypted
    • a mailbox that invoice files are to go to, for as long as it is set – encrypted
    • what you were told (invoice numbers and amounts too) – encrypted, 180 days
    • what you want to be told and whom you invited, for as long as it holds – encrypted
    • your messages only until they are answered; an empty entry stays for 48 hours at most

    Your password and PINs are not stored. Invoice files and documents come fresh from the portal each time.

    Telegram itself sees what is in this chat. You can disconnect at any time under <b>Account</b>.

# Cancel
cancel-done = Cancelled.
cancel-nothing = There is nothing open that I could cancel.
