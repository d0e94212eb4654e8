# What is scheduled
plans-title = 🗓 <b>Scheduled</b> – what is switched by itself
plans-none = Nothing yet. A weekly plan diverts outside business hours, a rota from one person to the next.
plans-end = ⏰ <b>{ $line }</b>: diverted until { $until }
plans-plan =
    { $kind ->
        [rota] 👥
       *[plan] 🗓
    } <b>{ $name }</b> · { $line }
plans-next = Next switch: { $at }
plans-state =
    { $state ->
        [resting] 💤 resting, because it was changed by hand
        [off] ⚪ off
       *[on] 🟢 on
    }
plans-overruled =
    { $by ->
        [rota] ⚠️ A rota for the same line decides now; it comes first.
       *[end] ⚠️ A diversion until a fixed end holds now; it comes first.
    }
plans-hours =
    { $same ->
        [yes] { plans-first }
       *[no] { plans-first }–{ plans-last }
    }: { $when ->
        [unconditional] it rings here
       *[other] not diverted
    } <b>{ $spans }</b>
plans-first =
    { $first ->
        [0] Mon
        [1] Tue
        [2] Wed
        [3] Thu
        [4] Fri
        [5] Sat
       *[6] Sun
    }
plans-last =
    { $last ->
        [0] Mon
        [1] Tue
        [2] Wed
        [3] Thu
        [4] Fri
        [5] Sat
       *[6] Sun
    }
plans-lunch = 🍽 Diverted at lunch, { $span }
plans-case = 📞 Diverted: { diversion-when }
plans-outside =
    { $when ->
        [unconditional] ↪️ Otherwise always → { $name }
       *[other] ↪️ Otherwise → { $name }
    }
plans-holidays =
    { $state ->
        [none] 🎉 Public holidays: like other days
       *[other] 🎉 Public holidays: { plans-state-name }
    }
plans-state-name =
    { $state ->
        [BW] Baden-Württemberg
        [BY] Bavaria
        [BE] Berlin
        [BB] Brandenburg
        [HB] Bremen
        [HH] Hamburg
        [HE] Hesse
        [MV] Mecklenburg-Western Pomerania
        [NI] Lower Saxony
        [NW] North Rhine-Westphalia
        [RP] Rhineland-Palatinate
        [SL] Saarland
        [SN] Saxony
        [ST] Saxony-Anhalt
        [SH] Schleswig-Holstein
        [TH] Thuringia
       *[none] none
    }
plans-vacation = 🏖 Closed from { $first } to { $last }
plans-handover =
    { $day ->
        [daily] 🔁 Handover every day at { $time }
        [0] 🔁 Handover on Mondays at { $time }
        [1] 🔁 Handover on Tuesdays at { $time }
        [2] 🔁 Handover on Wednesdays at { $time }
        [3] 🔁 Handover on Thursdays at { $time }
        [4] 🔁 Handover on Fridays at { $time }
        [5] 🔁 Handover on Saturdays at { $time }
       *[6] 🔁 Handover on Sundays at { $time }
    }
plans-weekend = 🛋 Weekend ({ plans-first } { $begins } – { plans-last } { $ends }): { $count ->
        [0] like the week
        [one] { $names }
       *[other] { $names }, in turn
    }
plans-person =
    { $now ->
        [yes] 👉 <b>{ $name }</b> is on duty
       *[no] • { $name }
    } · <code>{ $target }</code>
plans-longer = ⏰ All right: it stays diverted until { $until }.
plans-ending = ⏳ Ending it. In a moment I'll say here that everything is as before.
plans-ask-delete = 🗑 Delete <b>{ $name }</b>? What is diverted now stays so until you change it.
plans-deleted = 🗑 Deleted. What is diverted now stays so until you change it.
plans-ask-swap = 🔁 { $name } is on duty now. Who takes over until the next handover?
plans-button-card =
    { $kind ->
        [end] ⏰
        [rota] 👥
       *[plan] 🗓
    } { $name }
plans-button-new = ➕ Weekly plan
plans-button-rota = ➕ Rota
plans-button-presets = 🎛 Presets
plans-button-longer = ⏰ +1 h
plans-button-end = ⏹ End now
plans-button-turn =
    { $to ->
        [off] ⚪ Turn off
       *[on] { $rests ->
            [resting] ▶️ Resume the plan
           *[other] 🟢 Turn on
        }
    }
plans-button-change = ✏️ Change
plans-button-delete = 🗑 Delete
plans-button-delete-yes = 🗑 Yes, delete
plans-button-no = No, never mind
plans-button-swap = 🔁 Swap
plans-button-person = { $name }
plans-button-lines = ↪️ Diversions
plans-button-look = 🔎 Show
command-plaene = What is switched by itself: ends, weekly plans, rotas
help-plaene = /schedules – what is switched by itself: ends, weekly plans, rotas, presets

# Making plans
plans-which-line =
    { $kind ->
        [rota] 👥 <b>Rota:</b> for which line?
       *[plan] 🗓 <b>Weekly plan:</b> for which line?
    }
plans-button-line = ☎️ { $line }
plans-where = 🗓 <b>{ $line }</b>: where to outside business hours?
plans-where-how = Tap a target, or write an extension or a number.
plans-draft = 🗓 <b>Weekly plan for { $line }</b>
plans-meets =
    { $own ->
        [rota]
            { $other ->
                [rota] ℹ️ Replaces the rota “{ $name }” when you save it.
               *[plan] ℹ️ Comes before the weekly plan “{ $name }” for the same line.
            }
       *[plan]
            { $other ->
                [rota] ⚠️ The rota “{ $name }” holds for the same line; it comes first.
               *[plan] ℹ️ Replaces the weekly plan “{ $name }” when you save it.
            }
    }
plans-meets-end = ⚠️ The same line is diverted until { $until }; until then that comes first.
plans-hours-how =
    Other hours? Write for example: Mon-Fri 8-17, Sat 9-13
    Another lunch break? For example: lunch 12:30-13:15
    Days off? For example: vacation 2 Aug - 20 Aug
plans-not-hours = 🤔 I don't understand these hours.
plans-rota-draft = 👥 <b>Rota for { $line }</b>
plans-rota-how = Who takes part? Tap targets, or write a name and a number: Eva 0171 2345678
plans-which-case = 📞 <b>{ $line }</b>: under which condition should calls be diverted?
plans-which-wait = When nobody answers: tap how long it should ring before.
plans-weekend-draft = 🛋 <b>Weekends for { $line }</b>
plans-weekend-how = Tap the names in the order in which they take the weekends. After the last one it begins again.
plans-which-state = 🎉 On whose public holidays are you closed?
plans-button-lunch =
    { $on ->
        [yes] 🍽 without a lunch break
       *[no] 🍽 with a lunch break
    }
plans-button-holidays = 🎉 Public holidays …
plans-button-state =
    { $state ->
        [none] No public holidays
       *[other] { plans-state-name }
    }
plans-button-to = → { $name }
plans-button-save = 💾 Save
plans-button-save-yes = 💾 Save and approve
plans-button-clear = ✖️ Clear the list
plans-button-case = 📞 Another condition …
plans-button-case-of =
    { $chosen ->
        [yes] ● { plans-case-name }
       *[no] { plans-case-name }
    }
plans-case-name =
    { $when ->
        [unconditional] Always
        [busy] Busy
        [noAnswer] No answer
       *[notReachable] Not reachable
    }
plans-button-weekend = 🛋 Weekend …
plans-button-weekend-span = 🕔 Another time
plans-button-weekend-none = ✖️ Like the week
plans-button-weekender =
    { $place ->
        [0] { $name }
       *[other] { $place }. { $name }
    }
plans-button-no-vacations = 🏖 Remove days off
plans-button-handover = 🔁 Another handover
plans-name =
    { $kind ->
        [rota] Duty { $line }
       *[plan] Week { $line }
    }{ $when ->
        [unconditional] { "" }
        [busy] , busy
        [noAnswer] , no answer
       *[notReachable] , unreachable
    }
plans-ask =
    { $kind ->
        [rota] 👥 <b>Save the rota “{ $name }”?</b>
       *[plan] 🗓 <b>Save the weekly plan “{ $name }”?</b>
    }
plans-ask-pin = 📱 This runs when nobody is there, too. So the portal sends a PIN by text message to confirm it.
summary-plan =
    { $kind ->
        [rota] Rota for { $line }
       *[plan] Weekly plan for { $line }
    }

# Notices
plans-reminder = ⏰ <b>{ $line }</b>: the diversion ends on { $until }. After that everything is as before.
plans-ended =
    { $how ->
        [changed] ⏰ <b>{ $line }</b>: the diversion would have ended on { $at }. Somebody has set the line otherwise in the meantime; I left it like that.
        [now] ⏹ <b>{ $line }</b>: the diversion is over, everything is as before.
        [same] ⏹ <b>{ $line }</b>: the diversion was over already.
       *[late] ⏰ <b>{ $line }</b>: the diversion was to end on { $at }. It ended only now; everything is as before.
    }
plans-failed =
    { $kind ->
        [end] ⚠️ <b>{ $name }</b>: the diversion was to end on { $at } and is still there.
       *[other] ⚠️ <b>{ $name }</b>: the switch of { $at } did not work.
    }
plans-failed-why =
    { $code ->
        [waiting] The portal does not answer. I keep trying, and tell you.
        [missed] The portal did not answer for twelve hours. Please check where it rings.
        [overtaken] The portal did not answer. By now the next switch holds.
        [nobody] No entitled account was connected any more. Please check where it rings.
        [pinNeeded] The target is not approved any more. Please save the plan anew.
        [notFound] The portal does not know this line any more.
       *[other] The portal did not accept it. Please check where it rings.
    }
plans-on =
    { $kind ->
        [preset] ✅ <b>{ $name }</b> is saved.
       *[plan] ✅ <b>{ $name }</b> is saved and on.
    }
plans-rests = 💤 <b>{ $name }</b> is resting: the line was changed by hand, and that holds until you resume the plan.
plans-duty = 👥 <b>{ $name }</b>: { $comes } is on duty for { $line } now. Relieved: { $goes }

# Presets
presets-title = 🎛 <b>Presets</b> – several lines at once, and back
presets-none = No presets yet. Set everything as you need it, then save how it stands.
presets-entry =
    { $on ->
        [yes] 🟢
       *[no] ⚪
    } <b>{ $name }</b> · { $count ->
        [one] one line
       *[other] { $count } lines
    }
presets-line = ↪️ { $line } → { $to }
presets-quiet = ☎️ rings normally: { $names }
presets-choose =
    💾 <b>Save how it stands now:</b> { $count ->
        [one] one line
       *[other] { $count } lines
    }
presets-how = Choose lines, then tap or write a name.
presets-ask = 💾 <b>Save the preset “{ $name }”?</b>
presets-name =
    { $name ->
        [lunch] Lunch
        [evening] After hours
       *[outage] Line down
    }
presets-button-keep = 💾 Save how it stands now
presets-button-delete = 🗑 Delete
presets-button-line =
    { $chosen ->
        [yes] ☑️ { $line }
       *[no] ⬜️ { $line }
    }
presets-button-name =
    { $name ->
        [lunch] Lunch
        [evening] After hours
       *[outage] Line down
    }
presets-button-on = 🟢 { $name }
presets-button-back = ↩️ { $name }: back
presets-button-card = 🔎 Show
presets-button-pin = 📱 Enter the PIN
summary-preset = Save the preset { $name }
summary-preset-on = Turn on the preset { $name }
summary-preset-back = Take back the preset { $name }
