# Where does it ring?
command-werklingelt = Where a call rings, now or later
help-werklingelt = /whorings – where a call rings, now or later, for example “/whorings 21 tomorrow 18:30”
ringing-choose =
    🔎 <b>Where does it ring?</b>

    Tap a line, or write an extension or phone number. You can also write “21 tomorrow 18:30”.
ringing-no-lines = 🔎 This account has no telephone system whose diversions I can see.
ringing-unknown = This extension or phone number is not part of your telephone system. Please write one of yours, for example 21.
ringing-unreadable = I don’t understand that time. Write for example “tomorrow 18:30”, “Friday 12:00” or “24 Dec 9:00”.
ringing-past = That time has passed. Please write a later one.
ringing-too-far = I can’t look that far ahead, 400 days at most.
ringing-heading = 🔎 <b>Where does a call to { $line } ring?</b>
ringing-title = Where does a call to { $line } ring?
ringing-now = Now
ringing-at = { $weekday ->
    [0] Monday
    [1] Tuesday
    [2] Wednesday
    [3] Thursday
    [4] Friday
    [5] Saturday
   *[6] Sunday
    }, { $at }
ringing-planned = As it will be then by today’s settings and plans.
ringing-caption = { $line }
ringing-more = … and more
ringing-ask-moment = For another time write for example “tomorrow 18:30”.
ringing-group = 👥 Calls to the group <b>{ $group }</b> ring here{ $others ->
        [0] { "" }
       *[other] { " " }and at { $names }
    } in spite of diversions.
ringing-failed = ⚠️ { $line } has a diversion ({ ringing-condition }), but the telephone system has not applied it.
ringing-goes-round = 🔁 Careful: a call may go round in circles until the telephone system ends it.
ringing-condition =
    { $when ->
        [unconditional] always
        [busy] when busy
        [noAnswer] when nobody answers
       *[notReachable] when not reachable
    }
ringing-line = { ringing-indent }{ ringing-lead }{ ringing-icon } <b>{ ringing-name }</b> { ringing-note }{ ringing-why }
ringing-indent =
    { $depth ->
        [0] { "" }
        [1] ↳{ " " }
        [2] {"\u2003"}↳{ " " }
        [3] {"\u2003\u2003"}↳{ " " }
        [4] {"\u2003\u2003\u2003"}↳{ " " }
       *[other] {"\u2003\u2003\u2003\u2003"}↳{ " " }
    }
ringing-lead =
    { $when ->
        [start] { "" }
       *[other] { ringing-under }:{ " " }
    }
ringing-under =
    { $when ->
        [start] { "" }
        [inside] else
        [unconditional] always
        [busy] busy
        [noAnswer] { $seconds ->
            [0] nobody answers
           *[other] nobody answers within { $seconds } s
        }
       *[notReachable] not reachable
    }
ringing-icon =
    { $kind ->
        [extension] ☎️
        [range] 🏢
        [voicemail] 📼
        [outside] 📱
        [above] ☎️
        [loop] 🔁
        [nowhere] ⚠️
       *[further] …
    }
ringing-name =
    { $has-name ->
        [yes] { $name }
       *[no] { $number }
    }
ringing-note =
    { $kind ->
        [extension] { $rings ->
            [yes] rings
           *[no] does not ring, it is diverted
        }
        [range] { $rings ->
            [yes] takes the call
           *[no] is diverted as a whole
        }
        [voicemail] takes the call
        [outside] { $has-name ->
            [yes] rings ({ $number })
           *[no] rings
        }
        [above] as above
        [loop] had the call before: it goes round in circles
        [nowhere] leads nowhere
       *[further] and on from there
    }
ringing-why =
    { $source ->
        [until] , until { $until }
        [rota] , on duty: { $who }
        [plan] , by the weekly plan
       *[none] { "" }
    }
diversions-button-who-rings = 🔎 Where does it ring?
ringing-button-line = ☎️ { $line }
ringing-button-now = Now
ringing-button-today = Today 18:30
ringing-button-tomorrow = Tomorrow 8:00
ringing-button-weekend = Saturday 10:00
ringing-button-picture = 🖼 As a picture
ringing-button-other = 🔎 Another line

# Changed elsewhere
drift-notice =
    🔀 <b>Not changed in the chat:</b> { $count ->
        [one] one diversion is different from before.
       *[other] { $count } diversions are different from before.
    }
drift-line = <b>{ $line }</b>, { diversion-when }
drift-before = before: { drift-aim }
drift-after = now: { drift-aim }
drift-aim =
    { $target-kind ->
        [off] no diversion
       *[other] { diversion-aim }
    }
drift-more = … and more
drift-hint = If it was none of you, set it back and call your contact.
drift-button-line = ☎️ { $line }
drift-button-back = ↩️ As before
drift-button-back-yes = ↩️ Yes, as before
drift-button-no = No, leave it
drift-ask = ↩️ <b>Set everything as it was before?</b>
drift-summary = Diversions as before
