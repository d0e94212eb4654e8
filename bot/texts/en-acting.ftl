# Changes: what is changed (one line, the same everywhere)
change-book =
    ➕ <b>{ $quantity ->
        [one] { $name }
       *[other] { $quantity } × { $name }
    }</b> for { $contract-name } · <code>{ $number }</code>
change-resize =
    ✏️ <b>{ $name }</b>: { $before } → <b>{ $quantity }</b>, on { $contract-name } · <code>{ $number }</code>
change-cancel-option =
    ➖ Cancel <b>{ $name }</b> on { $contract-name } · <code>{ $number }</code>. No longer booked from { $ends }.
change-cancel-order = ⏹ Stop the order: <b>{ $name }</b>, on { $contract-name } · <code>{ $number }</code>

# How far a change is
action-state =
    { $state ->
        [proposed] <b>Not confirmed yet.</b>
        [stepping] 📱 <b>Waits for the PIN.</b>
        [ready] 🔧 <b>Not sent yet.</b>
        [running] ⏳ <b>Being carried out …</b>
        [unknown] ❓ <b>The portal’s answer is missing.</b> I am asking, and will tell you here as soon as I know. { $kind ->
            [divert] { "" }
            [bulk] { "" }
            [approve] { "" }
            [revoke] { "" }
            [invite] { "" }
           *[other] Please do not send the request again.
        }
        [accepted] { $kind ->
            [book] 🕐 <b>Ordered.</b>
            [resize] 🕐 <b>Ordered.</b>
            [cancel-option] 🕐 <b>Cancellation accepted.</b>
            [cancel-order] 🕐 <b>Being cancelled.</b>
           *[other] 🕐 <b>Accepted.</b>
        }
        [done] { $kind ->
            [book] ✅ <b>Booked.</b>
            [resize] ✅ <b>Changed.</b>
            [cancel-option] ✅ <b>Cancelled.</b>
            [cancel-order] ✅ <b>Order cancelled.</b>
            [divert] ✅ <b>Changed.</b>
            [bulk] ✅ <b>Changed.</b>
            [approve] ✅ <b>Approved.</b>
            [revoke] ✅ <b>Removed.</b>
            [invite] ✅ <b>The link is ready.</b>
           *[other] ✅ <b>Done.</b>
        }
        [refused] 🚫 <b>Nothing was changed.</b>
        [failed] { $code ->
            [orderCancelled] ⏹ <b>The order was cancelled.</b>
           *[other] 🚫 <b>That did not work.</b>
        }
       *[other] ⏹ <b>Dropped.</b>
    }
action-why =
    { $code ->
        [priceChanged] The price has changed in the meantime. Please look at it again.
        [termChanged] The option’s minimum term has changed in the meantime. Please look at it again.
        [dateChanged] The date has changed in the meantime. Please look at it again.
        [soldOut] This option is sold out at the moment.
        [alreadyBooked] This option is booked or ordered for this contract already.
        [contractEnded] The contract has ended.
        [preconditionMissing] This is needed first: { $names }.
        [excluded] This does not go together with: { $names }.
        [notOffered] This option is no longer offered for this contract.
        [notModifiable] The quantity cannot be changed at the moment.
        [quantityUnchanged] That is the booked quantity already.
        [alreadyTerminating] This option is cancelled already.
        [requiredByOther] It is still needed for: { $names }.
        [notCancellable] It is too late for that: the order is complete.
        [orderRejected] The order was declined after a check.
        [orderFailed] The order could not be carried out. Your contact will help you.
        [orderCancelled] There is nothing to pay.
        [notArrived] The request did not reach the portal. Nothing was ordered and nothing was changed.
        [stepUpRefused] The approval by PIN was no longer valid. Please try again.
        [pinNeeded] That needs a PIN, and nobody was there to be asked.
        [changedMeanwhile] The diversion was changed elsewhere in the meantime. Please look at it again.
        [preconditionFailed] The diversion was changed elsewhere in the meantime. Please look at it again.
        [overtaken] The diversion was changed elsewhere in the meantime.
        [diversionFailed] The telephone system has not applied the diversion. So calls ring as before. Please try again later.
        [partly] Only this is changed: { $names }. Please look at /forwarding, and change the rest by hand.
        [targetNotAllowed] The portal does not allow a diversion to this target.
        [self] A line can't be diverted to itself.
        [loop] That would be a circle: from there the calls would come back.
        [chain] That line is diverted itself.
        [tooManyTargets] Three new targets were used within the last 24 hours; the security rule allows no more.
        [tooManyChanges] Calls were diverted ten times within the last 24 hours; the security rule allows no more.
        [outsideHours] New targets are possible from Monday to Friday, 7:00 to 20:00, except on nationwide public holidays: that is the security rule.
        [notAllowed] Your account may not do that in the portal. The “Administrator Kundenportal” can allow it.
        [notFound] The portal does not know it any more. Please choose it anew from the list.
       *[other] The portal did not accept it.
    }
action-progress =
    { $progress ->
        [acknowledged] Status: accepted. I will tell you here when it goes on.
        [pending] Status: being checked for your site. I will tell you here.
        [held] Status: on hold. I will tell you here when it goes on.
        [inProgress] Status: in progress. I will tell you here when it is done.
        [assessingCancellation] Status: the cancellation is being checked.
        [pendingCancellation] Status: being cancelled.
        [requested] The telephone system is being changed. I will tell you here as soon as it is done.
       *[other] I will tell you here when it goes on.
    }
action-dropped = All right, nothing was changed.
action-not-dropped = It is too late for that: the request is on its way. The history shows how far it is.
action-nothing = Nothing was changed.
action-pin =
    📱 <b>A PIN is on its way by text message.</b> It is good for exactly this request; the message says which.

    Please send me the PIN. I delete your message at once. The PIN is valid for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }, you have { $attempts-left ->
        [one] one try
       *[other] { $attempts-left } tries
    }.
action-app-code = 🔐 Please send me the code from your authenticator app. I delete your message at once.
action-pin-expired = ⌛ This PIN is no longer valid. Please have a new one sent. Nothing was changed yet.
action-sms-unavailable = 📵 The text message could not be sent just now. Nothing was changed yet. Please try again in a moment.
action-pin-locked = 🔒 Too many wrong PINs. The request is dropped, nothing was changed. You can start again.
action-button-app = 🔐 Code from the app
action-button-undo = ↩️ Undo
action-button-stop = ⏹ Cancel the order
action-button-look-again = ↻ Look again
action-stop-ask = ⏹ <b>Cancel this order?</b> A PIN by text message confirms it.
action-button-stop-yes = ⏹ Yes, cancel it
action-button-stop-no = No, keep it
summary-cancel-order = Stop order: { $name }
notice-changed =
    { $undoes ->
        [yes] ↩️ { $by } has undone something:
       *[no] 🔔 { $by } has changed something:
    }

# History
actions-history = 🗂 <b>History</b> – what was changed in the chat
actions-history-none = Nothing yet.
actions-open = ⏳ <b>Still running</b>
actions-open-none = Nothing is running at the moment.
actions-entry =
    <b>{ $number }</b> { $state ->
        [done] ✅
        [accepted] 🕐
        [running] ⏳
        [unknown] ❓
        [stepping] 📱
        [ready] 🔧
       *[other] 🚫
    } { $at } · { $by }
actions-button-entry =
    { $state ->
        [done] ✅
        [accepted] 🕐
        [running] ⏳
        [unknown] ❓
        [stepping] 📱
        [ready] 🔧
       *[other] 🚫
    } { $number }
actions-button-history = 🗂 History
actions-button-older = Older ›
command-verlauf = What was changed, by whom and when
command-offen = Orders and changes still running
help-verlauf = /history – what was changed, by whom and when
help-offen = /pending – what is still running

# Refusals
refusal-too-late = ⌛ It is too late for that. Nothing was changed. Please start again.
refusal-undone-already = ↩️ That was undone already.
refusal-nothing-sent = 🔧 The customer portal is not answering just now. Nothing was changed.

# Booking options
options-ask-book = 🛒 <b>Place a binding order?</b>
options-ask-resize = ✏️ <b>Change the quantity? This is binding.</b>
options-ask-cancel = ➖ <b>Cancel this option? This is binding.</b>
options-total-month = 💶 per month: <b>{ $net }</b> net + { $tax } VAT = <b>{ $gross }</b>
options-total-net = 💶 per month: <b>{ $net }</b> net, plus VAT
options-total-once = once: { $net } net + { $tax } VAT = { $gross }
options-longer = ⚠️ The option runs until { $day } at least, which is longer than your contract’s minimum term. By ordering you expressly agree to that.
options-loses = The last day is { $day }. After that you no longer have: { $description }
options-ends = The last day is { $day }.
options-ask-pin = The portal sends a PIN by text message to confirm. Only with it does this become binding.
options-how-many = How many should it be ({ $unit })? Tap a quantity, or write a number.
options-how-many-now = You have { $count }. How many should it be altogether? Tap a quantity, or write a number.
options-not-a-number = Please write just a number from 1 to 999.
options-button-book = 🛒 Book
options-button-confirm = 🛒 Place binding order
options-button-consent = 🛒 Agree and order
options-button-resize = ✏️ Change quantity
options-button-resize-yes = ✏️ Confirm change
options-button-cancel = ➖ Cancel option
options-button-cancel-yes = ➖ Yes, cancel option
options-button-no = No, leave it
options-button-count = { $count } ×
summary-book = { $name }, { $net } net per month, contract { $number }
summary-book-once = { $name }, { $net } net once, contract { $number }
summary-book-free = { $name }, contract { $number }
summary-resize = { $name }: quantity { $count }, contract { $number }
summary-cancel-option = cancel { $name }, contract { $number }
