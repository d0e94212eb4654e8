# English: inviting colleagues who only receive notices; and what those who are invited read.

notify-button-invite = 👥 Invite colleagues

inviting-title = 👥 <b>Who else is notified</b>
inviting-nobody =
    Nobody yet.

    Your bookkeeper or tax adviser can get invoices right into their chat, without a login to the portal.
inviting-entry =
    { $number }. { $state ->
        [open] 🔗 Link not used yet, good until { $since }, by { $by }
        [resting] ⏸ <b>{ $person }</b>, since { $since }: paused, { $by } is no longer entitled
       *[taken] <b>{ $person }</b>, since { $since }, invited by { $by }
    }
inviting-kind =
    { $kind ->
        [invoice] • new invoices, with their file
        [invoice-due] • invoices due soon
        [invoice-overdue] • overdue invoices
        [invoice-paid] • paid invoices
        [invoice-unusual] • unusually high invoices
        [contract-deadline] • last days for notice
       *[option-end] • options that end
    }
inviting-sites =
    { $count ->
        [0] 📍 all sites
       *[other] 📍 { $names } only; nothing that is about other sites as well
    }
inviting-choose =
    👥 <b>What shall your colleague get?</b>

    Only notices and their files, in their own chat. Contracts, diversions and everything else stay with you.
inviting-ask = 👥 <b>Whoever opens the link gets</b>, of { $company }:
inviting-then = To be safe the portal asks for a PIN now. The link is good for 24 hours and for one person. You can end it at any time.
inviting-link = 🔗 <b>Please pass this link only to the person you mean.</b> It is good until { $until }, and once.
inviting-url = <code>{ $url }</code>
inviting-end-ask =
    { $taken ->
        [yes] ✖️ <b>{ $person }</b> gets nothing any more then, and is told. Shared until now:
       *[no] ✖️ The link is no longer good then. It would share:
    }
inviting-ended =
    { $taken ->
        [yes] ✅ Ended. { $person } gets nothing any more.
       *[no] ✅ The link is no longer good.
    }
inviting-carry-on-ask = 🤝 <b>{ $person }</b> was told this through { $by }. Shall it go on through you?
inviting-carried-on = ✅ { $person } is notified through you now.
inviting-button-new = ➕ Invite somebody
inviting-button-go-on = Go on
inviting-button-yes = ✅ Yes, make a link
inviting-button-no = No, rather not
inviting-button-link = 🔗 Link to pass on
inviting-button-share = 📤 Pass on in Telegram
inviting-button-copy = 📋 Copy
inviting-button-end = ✖️ End { $number } …
inviting-button-end-yes = ✖️ Yes, end it
inviting-button-carry-on = 🤝 Carry on { $number } …
inviting-button-carry-on-yes = 🤝 Yes, through me
inviting-button-take-on = 🤝 Carry on through me …
inviting-button-let-end = ✖️ End it …
change-invite =
    👥 Invitation: { $kinds ->
        [one] one kind of notice
       *[other] { $kinds } kinds of notices
    }, { $sites ->
        [0] all sites
        [one] one site
       *[other] { $sites } sites
    }
summary-invite =
    Invitation to { $kinds ->
        [one] one kind of notice
       *[other] { $kinds } kinds of notices
    }
notice-invitation-taken = 👥 <b>{ $person }</b> accepted your invitation and gets notices of { $company } now. If that is a stranger: end it under /notifications.
notice-invitation-lost =
    ⏸ <b>{ $person }</b> got notices of { $company } through { $by }. { $by } is no longer entitled, so they are paused.

    Shall they go on through you?

# For those who are invited
refusal-invitation-over = 🔗 This invitation is no longer good: it was used, has expired, or was withdrawn. Please ask for a new one.
refusal-invitation-not-needed = You are connected to this company yourself. What you get is settled under /notifications; the link stays good.
invited-ask = 👋 <b>{ $by }</b> of <b>{ $company }</b> wants you to get, here in this chat:
invited-then = You see nothing else, and you can stop it at any time. { $by } sees your name in Telegram.
invited-declined = Good, nothing will come. Should you change your mind, open the link once more.
invited-done = ✅ <b>Done.</b> Notices of { $company } come into this chat by themselves from now on.
invited-title = 🔔 <b>Notices of { $company }</b>, invited by { $by }
invited-several = 🔔 <b>Which company is it about?</b>
invited-off = 🔕 Nothing comes at the moment. Your choice is kept.
invited-paused = ⏸ Notices are paused: { $by } can no longer share them. Please ask at the company.
invited-stopped = 🔕 Good, nothing comes of { $company } any more. Your choice is kept.
invited-button-yes = ✅ Yes, please
invited-button-no = No, thanks
invited-button-company = { $company }
notice-invitation-ended = 🔕 { $company } has ended the invitation. No more notices will come.
