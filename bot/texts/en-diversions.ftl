# Diversions: what is changed (one line, the same everywhere)
change-divert =
    { $target-kind ->
        [off] ☎️ <b>{ $line }</b> rings as usual again: no diversion { $when ->
            [several] any more
           *[other] { diversion-when }
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
        [tooManyTargets] Three new targets were used today already; the security rule allows no more. Saved targets still work.
        [tooManyChanges] Calls were diverted ten times today already; the security rule allows no more. Switching off always works.
        [outsideHours] New targets are possible on working days from 7:00 to 20:00 only: that is the security rule. Saved targets work at any time.
       *[other] This is not a valid telephone number. Please write it with its area code, such as 0171 2345678.
    }
