# Änderungen: was geändert wird (eine Zeile, überall dieselbe)
change-book =
    ➕ <b>{ $quantity ->
        [one] { $name }
       *[other] { $quantity } × { $name }
    }</b> zu { $contract-name } · <code>{ $number }</code>
change-resize =
    ✏️ <b>{ $name }</b>: { $before } → <b>{ $quantity }</b>, bei { $contract-name } · <code>{ $number }</code>
change-cancel-option =
    ➖ <b>{ $name }</b> kündigen, bei { $contract-name } · <code>{ $number }</code>. Ab { $ends } nicht mehr gebucht.
change-cancel-order = ⏹ Bestellung stornieren: <b>{ $name }</b>, bei { $contract-name } · <code>{ $number }</code>

# Wie weit eine Änderung ist
action-state =
    { $state ->
        [proposed] <b>Noch nicht bestätigt.</b>
        [stepping] 📱 <b>Wartet auf die PIN.</b>
        [ready] 🔧 <b>Noch nicht abgeschickt.</b>
        [running] ⏳ <b>Wird gerade ausgeführt …</b>
        [unknown] ❓ <b>Die Antwort des Portals fehlt noch.</b> Ich frage nach und melde mich hier, sobald ich es weiß. { $kind ->
            [divert] { "" }
            [bulk] { "" }
            [approve] { "" }
            [revoke] { "" }
            [invite] { "" }
           *[other] Bitte geben Sie den Auftrag nicht noch einmal.
        }
        [accepted] { $kind ->
            [book] 🕐 <b>Bestellt.</b>
            [resize] 🕐 <b>Bestellt.</b>
            [cancel-option] 🕐 <b>Kündigung angenommen.</b>
            [cancel-order] 🕐 <b>Stornierung angenommen.</b>
           *[other] 🕐 <b>Angenommen.</b>
        }
        [done] { $kind ->
            [book] ✅ <b>Gebucht.</b>
            [resize] ✅ <b>Geändert.</b>
            [cancel-option] ✅ <b>Gekündigt.</b>
            [cancel-order] ✅ <b>Storniert.</b>
            [divert] ✅ <b>Umgestellt.</b>
            [bulk] ✅ <b>Umgestellt.</b>
            [approve] ✅ <b>Freigegeben.</b>
            [revoke] ✅ <b>Entfernt.</b>
            [invite] ✅ <b>Der Link ist fertig.</b>
           *[other] ✅ <b>Erledigt.</b>
        }
        [refused] 🚫 <b>Es wurde nichts geändert.</b>
        [failed] { $code ->
            [orderCancelled] ⏹ <b>Die Bestellung wurde storniert.</b>
           *[other] 🚫 <b>Das hat nicht geklappt.</b>
        }
       *[other] ⏹ <b>Verworfen.</b>
    }
action-why =
    { $code ->
        [priceChanged] Der Preis hat sich inzwischen geändert. Bitte prüfen Sie ihn noch einmal.
        [termChanged] Die Mindestlaufzeit der Option hat sich inzwischen geändert. Bitte prüfen Sie sie noch einmal.
        [dateChanged] Der Termin hat sich inzwischen geändert. Bitte prüfen Sie ihn noch einmal.
        [soldOut] Diese Option ist zurzeit ausverkauft.
        [alreadyBooked] Diese Option ist bei diesem Vertrag schon gebucht oder bestellt.
        [contractEnded] Der Vertrag ist beendet.
        [preconditionMissing] Dafür fehlt noch: { $names }.
        [excluded] Das geht nicht zusammen mit: { $names }.
        [notOffered] Diese Option gibt es für diesen Vertrag nicht mehr.
        [notModifiable] Die Anzahl lässt sich zurzeit nicht ändern.
        [quantityUnchanged] Das ist schon die gebuchte Anzahl.
        [alreadyTerminating] Diese Option ist schon gekündigt.
        [requiredByOther] Sie wird noch gebraucht für: { $names }.
        [notCancellable] Dafür ist es zu spät: Die Bestellung ist schon abgeschlossen.
        [orderRejected] Die Bestellung wurde nach der Prüfung abgelehnt.
        [orderFailed] Die Bestellung konnte nicht ausgeführt werden. Ihr Ansprechpartner hilft Ihnen weiter.
        [orderCancelled] Es entstehen keine Kosten.
        [notArrived] Der Auftrag ist beim Portal nicht angekommen. Es wurde nichts bestellt und nichts geändert.
        [stepUpRefused] Die Freigabe mit der PIN galt nicht mehr. Bitte versuchen Sie es noch einmal.
        [pinNeeded] Dafür ist eine PIN nötig, und es war niemand da, den ich fragen konnte.
        [changedMeanwhile] Die Umleitung wurde inzwischen anderswo geändert. Bitte prüfen Sie sie noch einmal.
        [preconditionFailed] Die Umleitung wurde inzwischen anderswo geändert. Bitte prüfen Sie sie noch einmal.
        [overtaken] Die Umleitung wurde inzwischen anderswo geändert.
        [diversionFailed] Die Telefonanlage hat die Umleitung nicht übernommen. Anrufe klingeln also wie vorher. Bitte versuchen Sie es später noch einmal.
        [partly] Umgestellt ist nur: { $names }. Bitte sehen Sie unter /umleitung nach, und stellen Sie den Rest von Hand um.
        [targetNotAllowed] Das Portal lässt eine Umleitung zu diesem Ziel nicht zu.
        [self] Eine Leitung kann nicht auf sich selbst umgeleitet werden.
        [loop] Das gäbe einen Kreis: Von dort kämen die Anrufe wieder zurück.
        [chain] Diese Leitung ist selbst schon umgeleitet.
        [tooManyTargets] In den letzten 24 Stunden wurden schon drei neue Ziele verwendet; mehr erlaubt die Sicherheitsregel nicht.
        [tooManyChanges] In den letzten 24 Stunden wurde schon zehnmal umgeleitet; mehr erlaubt die Sicherheitsregel nicht.
        [outsideHours] Neue Ziele sind nur montags bis freitags von 7 bis 20 Uhr möglich, nicht an bundesweiten Feiertagen: So will es die Sicherheitsregel.
        [notAllowed] Ihr Konto darf das im Portal nicht. Der „Administrator Kundenportal“ kann es freigeben.
        [notFound] Das Portal kennt das nicht mehr. Bitte wählen Sie es in der Liste neu aus.
       *[other] Das Portal hat es nicht angenommen.
    }
action-progress =
    { $progress ->
        [acknowledged] Stand: angenommen. Ich melde mich hier, sobald es weitergeht.
        [pending] Stand: Es wird geprüft, ob das an Ihrem Standort geht. Ich melde mich hier.
        [held] Stand: angehalten. Ich melde mich hier, sobald es weitergeht.
        [inProgress] Stand: in Arbeit. Ich melde mich hier, sobald es fertig ist.
        [assessingCancellation] Stand: Die Stornierung wird geprüft.
        [pendingCancellation] Stand: wird storniert.
        [requested] Die Telefonanlage stellt gerade um. Ich melde mich hier, sobald es so weit ist.
       *[other] Ich melde mich hier, sobald es weitergeht.
    }
action-dropped = In Ordnung, es wurde nichts geändert.
action-not-dropped = Dafür ist es zu spät: Der Auftrag ist schon unterwegs. Wie weit er ist, steht im Verlauf.
action-nothing = Es wurde nichts geändert.
action-pin =
    📱 <b>PIN per SMS ist unterwegs.</b> Sie gilt nur für genau diesen Auftrag; in der SMS steht, welchen.

    Bitte schreiben Sie mir die PIN. Ich lösche Ihre Nachricht sofort. Die PIN gilt { $minutes ->
        [one] eine Minute
       *[other] { $minutes } Minuten
    }, Sie haben { $attempts-left ->
        [one] einen Versuch
       *[other] { $attempts-left } Versuche
    }.
action-app-code = 🔐 Bitte schreiben Sie mir den Code aus Ihrer Authenticator-App. Ich lösche Ihre Nachricht sofort.
action-pin-expired = ⌛ Diese PIN gilt nicht mehr. Bitte lassen Sie sich eine neue schicken. Geändert wurde noch nichts.
action-sms-unavailable = 📵 Die SMS konnte gerade nicht verschickt werden. Geändert wurde noch nichts. Bitte versuchen Sie es gleich noch einmal.
action-pin-locked = 🔒 Zu viele falsche PINs. Der Auftrag ist verworfen, es wurde nichts geändert. Sie können ihn neu beginnen.
action-button-app = 🔐 Code aus der App
action-button-undo = ↩️ Rückgängig
action-button-stop = ⏹ Stornieren
action-button-look-again = ↻ Neu ansehen
action-stop-ask = ⏹ <b>Diese Bestellung stornieren?</b> Zur Bestätigung kommt eine PIN per SMS.
action-button-stop-yes = ⏹ Ja, stornieren
action-button-stop-no = Nein, behalten
summary-cancel-order = Bestellung stornieren: { $name }
notice-changed =
    { $undoes ->
        [yes] ↩️ { $by } hat etwas rückgängig gemacht:
       *[no] 🔔 { $by } hat etwas geändert:
    }

# Verlauf
actions-history = 🗂 <b>Verlauf</b> – was über den Chat geändert wurde
actions-history-none = Noch nichts.
actions-open = ⏳ <b>Läuft noch</b>
actions-open-none = Zurzeit läuft nichts.
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
actions-button-history = 🗂 Verlauf
actions-button-older = Ältere ›
command-verlauf = Was geändert wurde, von wem und wann
command-offen = Bestellungen und Änderungen, die noch laufen
help-verlauf = /verlauf – was geändert wurde, von wem und wann
help-offen = /offen – was noch läuft

# Ablehnungen
refusal-too-late = ⌛ Dafür ist es zu spät. Es wurde nichts geändert. Bitte beginnen Sie neu.
refusal-undone-already = ↩️ Das wurde schon rückgängig gemacht.
refusal-nothing-sent = 🔧 Das Kundenportal antwortet gerade nicht. Es wurde nichts geändert.

# Optionen buchen
options-ask-book = 🛒 <b>Verbindlich bestellen?</b>
options-ask-resize = ✏️ <b>Anzahl verbindlich ändern?</b>
options-ask-cancel = ➖ <b>Verbindlich kündigen?</b>
options-total-month = 💶 im Monat: <b>{ $net }</b> netto + { $tax } USt. = <b>{ $gross }</b>
options-total-net = 💶 im Monat: <b>{ $net }</b> netto, zuzüglich USt.
options-total-once = einmalig: { $net } netto + { $tax } USt. = { $gross }
options-longer = ⚠️ Die Option läuft mindestens bis { $day } und damit länger als die Mindestlaufzeit Ihres Vertrags. Mit der Bestellung stimmen Sie dem ausdrücklich zu.
options-loses = Am { $day } ist der letzte Tag. Danach entfällt: { $description }
options-ends = Am { $day } ist der letzte Tag.
options-ask-pin = Zur Bestätigung schickt das Portal eine PIN per SMS. Erst mit ihr wird es verbindlich.
options-how-many = Wie viele sollen es sein ({ $unit })? Tippen Sie eine Anzahl an, oder schreiben Sie eine Zahl.
options-how-many-now = Gebucht sind { $count }. Wie viele sollen es insgesamt werden? Tippen Sie eine Anzahl an, oder schreiben Sie eine Zahl.
options-not-a-number = Bitte nur eine Zahl von 1 bis 999 schreiben.
options-button-book = 🛒 Buchen
options-button-confirm = 🛒 Verbindlich bestellen
options-button-consent = 🛒 Zustimmen und bestellen
options-button-resize = ✏️ Anzahl ändern
options-button-resize-yes = ✏️ Verbindlich ändern
options-button-cancel = ➖ Kündigen
options-button-cancel-yes = ➖ Verbindlich kündigen
options-button-no = Nein, doch nicht
options-button-count = { $count } ×
summary-book = { $name }, { $net } netto im Monat, Vertrag { $number }
summary-book-once = { $name }, { $net } netto einmalig, Vertrag { $number }
summary-book-free = { $name }, Vertrag { $number }
summary-resize = { $name }: Anzahl { $count }, Vertrag { $number }
summary-cancel-option = { $name } kündigen, Vertrag { $number }
