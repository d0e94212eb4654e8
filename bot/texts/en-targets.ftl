# Approved targets
targets-title = 🔖 <b>Approved targets</b>
targets-how = Calls can be diverted there without a PIN, also by a plan when nobody is there.
targets-none = There are none yet. A target is approved when you choose “Divert and approve the target”.
targets-entry =
    { $named ->
        [yes] <b>{ $name }</b> · <code>{ $target }</code>
       *[no] <code>{ $target }</code>
    }
targets-approved =
    { $known ->
        [yes] approved on { $at } by { $by }
       *[no] approved on { $at }
    }
targets-used =
    { $where ->
        [lines] ↪️ Diverted there now: { $names }. Without the approval that stays until somebody changes it.
        [ends] ⏰ When a diversion ends, calls go there again: { $names }. Without the approval that does not work.
        [plans] 🗓 Part of: { $names }. Without the approval nothing is switched there until you save the plan anew.
       *[presets] 🎛 Part of: { $names }. Without the approval a PIN is needed to turn it on.
    }
targets-unused = Nothing leads there now: no diversion, no plan, no preset.
targets-ask = 🗑 Remove { targets-entry } from the approved targets?
targets-ask-then = After that each new diversion there needs a PIN again.
targets-button = { $name }
targets-button-remove = 🗑 Remove …
targets-button-remove-yes = 🗑 Yes, remove
targets-button-list = 🔖 Targets
summary-revoke = Remove target: { $name }
change-revoke = 🗑 Remove an approved target: <b>{ $name }</b> · <code>{ $target }</code>
