# Diversions: what is changed (one line, the same everywhere)
change-divert =
    { $target-kind ->
        [off] ☎️ <b>{ $line }</b> rings { $when ->
            [unconditional] itself again
            [several] as usual again: no more diversions
           *[other] itself again: no more diversion ({ diversion-when })
        }
        [several] ↪️ <b>{ $line }</b>: several diversions{ diversion-until }
       *[other] ↪️ <b>{ $line }</b>, { diversion-when } → { diversion-aim }{ diversion-until }
    }
change-bulk =
    { $what ->
        [back] ↩️ Back as it was: { $count ->
            [one] one line
           *[other] { $count } lines
        }
        [preset] 🎛 <b>{ $name }</b>: { $count ->
            [one] one line
           *[other] { $count } lines
        }{ diversion-until }
       *[other] { $target-kind ->
            [off] ☎️ <b>All normal:</b> { $count ->
                [one] one line rings
               *[other] { $count } lines ring
            } without diversion again
           *[other] ↪️ Diversions of { $count ->
                [one] one line
               *[other] { $count } lines
            }{ diversion-until }
        }
    }
change-approve =
    { $count ->
        [one] 🔖 Approve a target: <b>{ $name }</b> · <code>{ $target }</code>
       *[other] 🔖 Approve { $count } targets: { $name }
    }
diversion-when =
    { $when ->
        [unconditional] always
        [busy] when busy
        [noAnswer] { $seconds ->
            [0] when nobody answers
           *[other] when nobody answers for { $seconds } s
        }
        [notReachable] when not reachable
       *[other] under several conditions
    }
diversion-aim =
    { $target-kind ->
        [voicemail] voicemail
        [extension] { $target-name }
        [saved] { $target-name } · <code>{ $target }</code>
        [other] <code>{ $target-name }</code>
       *[outside] <code>{ $target }</code>
    }
diversion-until =
    { $has-end ->
        [yes] , until { $until }
       *[no] { "" }
    }

# Refusals
refusal-not-divertable =
    🚫 { $reason ->
        [premium] I don't divert to premium numbers (0900 and the like): every call would go on your bill.
        [sharedCost] I don't divert to 0180 numbers: what a call costs can't be foreseen.
        [massTraffic] I don't divert to 0137 numbers: they are for votes and prize games.
        [directory] I don't divert to directory services (118…): they connect at a high price.
        [emergency] Calls must not be diverted to emergency numbers.
        [shortCode] Short numbers like this one are no target. Please write the whole number with its area code, such as 0171 2345678.
        [callByCall] Prefixes such as 010… (call-by-call) are no target. Please write the number without it.
        [satellite] I don't divert to satellite phones: that costs several euros a minute.
        [international] I divert abroad only where your account allows it. You can have it allowed in the portal.
        [personal] I don't divert to 0700 numbers: nobody can see where they lead.
        [corporate] I don't divert to 032 and 018 numbers: nobody can see where they lead.
        [nanp] I don't divert to this number in North America or the Caribbean: it may be very expensive.
        [ukPersonal] I don't divert to this British number: it may be very expensive.
        [service] I don't divert to service numbers (0800 and the like).
        [self] A line can't be diverted to itself.
        [loop] That would be a circle: from there the calls would come back here.
        [chain] That line is diverted itself. Please divert to where the calls shall arrive.
        [unknownExtension] I don't know this extension. Please write one of your own extensions, or the whole number with its area code.
        [characters] I don't understand this as a target. Write for example 0171 2345678, 22 or voicemail.
        [tooManyTargets] Three new targets were used within the last 24 hours; the security rule allows no more. Approved targets still work.
        [tooManyChanges] Calls were diverted ten times within the last 24 hours; the security rule allows no more. Switching off always works.
        [outsideHours] New targets are possible from Monday to Friday, 7:00 to 20:00, except on nationwide public holidays: that is the security rule. Approved targets work at any time.
       *[other] This is not a valid telephone number. Please write it with its area code, such as 0171 2345678.
    }

# Menu and help
menu-button-diversions = ↪️ Diversions
command-umleitung = Divert calls, see and switch off
help-umleitung = /forwarding – divert calls: to whom, until when; “/forwarding off” makes all normal

# Overview and card
diversions-title = ↪️ <b>Where does it ring now?</b>
diversions-none = Your account has no telephone system that can be diverted from here.
diversions-line-normal = ☎️ <b>{ $line }</b>: rings as usual
diversions-line-always =
    { $status ->
        [requested] 🕐 <b>{ $line }</b> → { diversion-aim }, is being changed
        [failed] 🔴 <b>{ $line }</b>: rings as usual; the diversion → { diversion-aim } was not applied
       *[active] ↪️ <b>{ $line }</b> → { diversion-aim }
    }
diversions-line-more = ↳ { diversion-when } → { diversion-aim }
diversions-card = ☎️ <b>{ $line }</b>
diversions-card-number = { $number }
diversions-condition =
    { $when ->
        [unconditional] <b>Always</b>
        [busy] <b>Busy</b>
        [noAnswer] <b>No answer</b>{ $seconds ->
            [0] { "" }
           *[other] { " " }({ $seconds } s)
        }
       *[notReachable] <b>Not reachable</b>
    }
diversions-rule-off = ⚪ { diversions-condition }: off
diversions-rule =
    { $status ->
        [active] 🟢 { diversions-condition } → { diversion-aim }
        [requested] 🕐 { diversions-condition } → { diversion-aim }, is being changed
        [failed] 🔴 { diversions-condition } → { diversion-aim }, not applied by the telephone system
        [rests] 💤 { diversions-condition } → { diversion-aim }, rests while “Always” is on
       *[off] ⚪ { diversions-condition }: off, last → { diversion-aim }
    }
diversions-groups = ℹ️ Does not apply to calls to the group { $names }: they ring as before.
diversions-card-how = Where shall all calls go? Or choose in which case.
diversions-not-understood =
    🤔 I don't understand “{ $wish }”. This works, for example:

    <code>/forwarding 21 to 0171 2345678 until 6pm</code>
    <code>/forwarding 21 busy to voicemail</code>
    <code>/forwarding 21 off</code>
diversions-which = Which line do you mean?
diversions-normal-already = ☎️ Nothing is diverted: everything rings as usual.
diversions-ask-off = ☎️ <b>Switch off these diversions?</b> Their targets are remembered.

# Steps
diversions-where = ↪️ Divert <b>{ $line }</b>, { diversion-when }
diversions-where-now = Now → { diversion-aim }
diversions-where-how = Where to? Tap a target, or write a number, with a name behind it if you like: 0171 2345678 Max
diversions-inside = ↪️ Divert <b>{ $line }</b>, { diversion-when }: to whom?
diversions-till = ↪️ <b>{ $line }</b>, { diversion-when } → { diversion-aim }
diversions-till-how = Until when? You can also write it, for example: 17:30, tomorrow noon, 3 Dec
diversions-no-end =
    { $why ->
        [past] ⌛ That is over already. Please write an end that is still to come.
        [tooFar] 📅 That is too far away. Up to 400 days are possible, or until further notice.
       *[unreadable] 🤔 I don't understand the end. This works, for example: 6pm, 2 hours, friday 12:00, 3 Dec
    }
diversions-ask = ↪️ <b>This will be diverted:</b>
diversions-already = 👍 It is set like this already:
diversions-number =
    📞 <code>{ $number }</code> · { $sort ->
        [mobile] mobile
        [geographic] landline
        [foreign] abroad
       *[other] number
    } · { $country }
diversions-cost = 💶 The way there costs you as much as a call of your own.
diversions-others-rest = Diversions for other cases rest meanwhile and are kept.
diversions-then-back = After that everything is exactly as it is now.
diversions-also-approves = 🔖 So that it goes back by itself, this target is approved with it: <code>{ $numbers }</code>
diversions-new-target = 📱 This target is new. The portal will send a PIN by text message to confirm it.
diversions-main-number = 📱 This is about a main number. The portal will send a PIN by text message to confirm it.
diversions-needs-pin = 📱 The portal will send a PIN by text message to confirm it.
diversions-button-line = { $line }
diversions-button-presets = 🎛 Presets
diversions-button-plans = 🗓 Scheduled
diversions-button-normal = ☎️ All normal …
diversions-button-to =
    → { $target-kind ->
        [voicemail] Voicemail
        [extension] { $target-name }
        [saved] { $target-name }
        [other] { $target-name }
       *[outside] { $target }
    }
diversions-button-elsewhere = → another target …
diversions-button-when =
    { $when ->
        [busy] Busy
        [noAnswer] No answer
       *[notReachable] Not reachable
    }
diversions-button-off = ☎️ All diversions off
diversions-button-off-one = ☎️ This diversion off
diversions-button-off-yes = ☎️ Yes, switch off
diversions-button-inside = 👥 Extension …
diversions-button-wait =
    { $chosen ->
        [yes] ● { $seconds } s
       *[no] { $seconds } s
    }
diversions-button-until =
    { $end ->
        [h] 1 hour
        [w] until 18:00
        [d] until midnight
        [m] until tomorrow 8:00
       *[o] until further notice
    }
diversions-button-yes = ↪️ Divert
diversions-button-keep = 🔖 Divert and approve the target
diversions-button-once = ↪️ Only this once
diversions-button-no = No, leave it
summary-when =
    { $when ->
        [unconditional] always
        [busy] when busy
        [noAnswer] no answer
       *[notReachable] not reachable
    }
summary-divert = { $line } { summary-when } to { $target }
summary-divert-until = { $line } { summary-when } to { $target } until { $until }
summary-normal = Switch diversions off
