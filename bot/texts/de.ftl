# Deutsch: alles, was für mehrere Funktionen gilt, sowie Verbinden, Menü, Konto, Hilfe, Sprache, Datenschutz.

blank = { "" }
bot-description =
    e:service im Chat: Verträge, Optionen, Rechnungen und Dokumente – mit einem Fingertipp.

    Zum Verbinden brauchen Sie den Aktivierungslink aus Ihrer E-Mail und die SMS-PIN.
bot-short = Ihr Kundenportal e:service im Chat: Verträge, Rechnungen, Dokumente.

button-back = ‹ Zurück
button-menu = ☰ Menü
button-retry = ↻ Noch einmal versuchen

command-menue = Übersicht: was möchten Sie tun?
command-vertraege = Ihre Verträge mit Laufzeit und Preis
command-optionen = Gebuchte und buchbare Optionen
command-rechnungen = Rechnungen ansehen und als PDF laden
command-dokumente = Dokumente zu Ihren Verträgen
command-konto = Verbindung, Konto wechseln, trennen
command-hilfe = Hilfe und Ansprechpartner
command-sprache = Deutsch / English
command-datenschutz = Was gespeichert wird
command-abbrechen = Laufende Eingabe abbrechen

# Hinweise
hint-forwarded = Weitergeleitete Nachrichten führe ich zu Ihrer Sicherheit nicht aus. Bitte tippen Sie selbst oder nutzen Sie die Tasten.
hint-only-text = Damit kann ich nichts anfangen. Schreiben Sie mir einen Text oder tippen Sie auf <b>Menü</b>.
hint-unknown-command = Diesen Befehl kenne ich nicht. Unter <b>Menü</b> finden Sie alles, was geht.
hint-question-over = Das hat zu lange gedauert, die Frage ist nicht mehr offen. Bitte beginnen Sie noch einmal über das <b>Menü</b>.
hint-use-menu = Das habe ich nicht verstanden. Schreiben Sie zum Beispiel <code>Verträge</code> oder <code>Rechnung März</code>, oder tippen Sie auf <b>Menü</b>.
hint-not-deleted = ⚠️ Ich konnte Ihre Nachricht mit der PIN nicht löschen. Bitte löschen Sie sie selbst. Die PIN gilt nur einmal.
hint-link-in-group = ⚠️ Ein Aktivierungslink gehört nicht in eine Gruppe. Ich habe ihn ungültig gemacht. Bitte fordern Sie einen neuen an und öffnen Sie ihn im privaten Chat mit mir.

# Ablehnungen
refusal-not-connected =
    Dieser Chat ist noch mit keinem Kundenkonto verbunden.

    Öffnen Sie den <b>Aktivierungslink</b> aus Ihrer E-Mail, oder kopieren Sie ihn hier hinein.
refusal-disconnected =
    🔌 Die Verbindung zum Kundenportal wurde dort beendet.

    Mit einem neuen Aktivierungslink verbinden Sie sich wieder. Kopieren Sie ihn einfach hier hinein.
refusal-not-entitled = Dafür hat Ihr Konto keine Berechtigung. Der „Administrator Kundenportal“ in Ihrem Haus kann weiterhelfen.
refusal-private-only = Das geht nur im privaten Chat mit mir.
refusal-gone = Das gibt es im Kundenportal nicht (mehr). Bitte wählen Sie es in der Liste neu aus.
refusal-link-invalid =
    Dieser Aktivierungslink gilt nicht: Er ist unbekannt, abgelaufen oder schon benutzt.

    Ich kann Ihnen einen neuen zuschicken lassen – an die E-Mail-Adresse, die im Portal hinterlegt ist.
refusal-pin-wrong =
    { $attempts-left ->
        [one] ❌ Die PIN stimmt nicht. Sie haben noch <b>einen</b> Versuch.
       *[other] ❌ Die PIN stimmt nicht. Sie haben noch <b>{ $attempts-left }</b> Versuche.
    }
refusal-pin-expired = ⌛ Diese PIN gilt nicht mehr. Es zählt immer nur die PIN aus der neuesten SMS. Lassen Sie sich bitte eine neue schicken.
refusal-pin-locked =
    🔒 Zu viele falsche PINs: dieser Aktivierungslink ist jetzt gesperrt.

    Ich kann Ihnen einen neuen zuschicken lassen – an die E-Mail-Adresse, die im Portal hinterlegt ist.
refusal-pin-rate-limited =
    { $minutes ->
        [one] ⏳ Gerade wurden zu viele PINs angefordert. Bitte versuchen Sie es in <b>einer Minute</b> wieder.
       *[other] ⏳ Gerade wurden zu viele PINs angefordert. Bitte versuchen Sie es in <b>{ $minutes } Minuten</b> wieder.
    }
refusal-sms-unavailable = 📵 Die SMS konnte gerade nicht verschickt werden. Es ist nichts verbraucht, Ihr Link gilt weiter. Bitte versuchen Sie es gleich noch einmal.
refusal-use-web = Das geht zurzeit nicht im Chat. Bitte nutzen Sie dafür das Kundenportal im Browser.
refusal-already-connected = Sie sind mit diesem Konto schon verbunden. Es ist alles bereit.
refusal-tap-too-old = Ihr Tippen kam zu spät bei mir an, deshalb habe ich nichts ausgeführt. Bitte tippen Sie noch einmal.
refusal-button-spent = Diese Taste gilt nicht mehr. Bitte beginnen Sie über das <b>Menü</b> neu.
refusal-file-too-big = Diese Datei ist zu groß für Telegram. Sie finden sie im Kundenportal im Browser.

# Störungen
fault-bug =
    😕 Da ist bei uns etwas schiefgegangen. Wir haben es notiert.

    Bitte versuchen Sie es noch einmal. Wenn Sie uns anrufen, nennen Sie bitte <code>{ $reference }</code>.
fault-portal-unavailable = 🔧 Das Kundenportal antwortet gerade nicht. Es wurde nichts geändert. Bitte versuchen Sie es in ein paar Minuten noch einmal.
fault-portal-refused = 🔧 Das Kundenportal nimmt Anfragen aus dem Chat zurzeit nicht an. Es wurde nichts geändert; wir kümmern uns darum.
fault-portal-rejected = Das Kundenportal hat die Anfrage nicht angenommen. Es wurde nichts geändert. Bitte versuchen Sie es noch einmal, oder fragen Sie Ihren Ansprechpartner.
fault-outcome-unknown = ❓ Das Kundenportal hat nicht rechtzeitig geantwortet. Ich weiß deshalb nicht, ob es geklappt hat. Bitte warten Sie einen Moment und versuchen Sie es dann noch einmal.
fault-storage = 🔧 Ich kann gerade nichts speichern und deshalb noch nicht antworten. Ihre Nachricht geht nicht verloren: Ich antworte, sobald es wieder geht.

# Verbinden
connect-how =
    👋 <b>Willkommen bei e:service im Chat.</b>

    Zum Verbinden brauche ich den <b>Aktivierungslink</b> aus Ihrer E-Mail: Öffnen Sie ihn, oder kopieren Sie ihn hier hinein. Danach bekommen Sie eine PIN per SMS.

    Ihr Portal-Passwort brauche ich nie – bitte schreiben Sie es nicht hierher.
connect-no-link =
    Das ist kein Aktivierungslink. Er steht in der E-Mail „Ihr Zugang zum Kundenportal“ und beginnt mit <code>https://t.me</code>.

    Bitte kopieren Sie den ganzen Link hier hinein. Ihr Portal-Passwort brauche ich nie.
connect-no-pin =
    Auf eine PIN warte ich gerade nicht. Zuerst brauche ich den <b>Aktivierungslink</b> aus Ihrer E-Mail: Öffnen Sie ihn, oder kopieren Sie ihn hier hinein. Danach bekommen Sie eine neue PIN per SMS.
connect-confirm =
    <b>Dieser Link gehört zum Konto von { $company }.</b>

    Soll ich diesen Chat damit verbinden? Dann schickt das Kundenportal eine PIN per SMS an <b>{ $phone }</b>.
connect-confirm-warning = Ist das nicht Ihre Firma oder haben Sie den Link nicht selbst bekommen? Dann tippen Sie auf <b>Nein</b>.
connect-button-yes = ✅ Ja, PIN senden
connect-button-no = ❌ Nein, nicht verbinden
pin-button-again = ↻ Neue PIN
pin-button-cancel = ❌ Abbrechen
pin-button-keypad = 🔢 Lieber Tasten tippen
connect-button-mail = ✉️ Neue E-Mail anfordern
connect-declined = In Ordnung, nichts wurde verbunden. Der Link bleibt bis zu seinem Ablauf gültig.
connect-pin-sent =
    📱 <b>Die PIN ist unterwegs.</b>

    Bitte schreiben Sie mir die PIN aus der SMS. Ich lösche Ihre Nachricht sofort. Die PIN gilt { $minutes ->
        [one] eine Minute
       *[other] { $minutes } Minuten
    }, Sie haben { $attempts-left ->
        [one] einen Versuch
       *[other] { $attempts-left } Versuche
    }.
pin-not-a-pin = Das sieht nicht nach der PIN aus. Bitte nur ihre { $digits } Ziffern schreiben.
pin-keypad = 🔢 Tippen Sie die PIN aus der SMS. Sie erscheint nirgends im Chat.
pin-key = { $digit }
pin-key-back = ⌫
pin-key-ok = OK
pin-dots = { $dots }
connect-new-mail =
    ✉️ Wenn der Link zu einem Konto gehört, ist eine neue E-Mail unterwegs – an die Adresse, die im Portal hinterlegt ist.

    Öffnen Sie daraus den neuen Link, oder kopieren Sie ihn hier hinein. Bitte schauen Sie auch im Spam-Ordner nach.
connect-done = ✅ Verbunden mit <b>{ $company }</b> (Benutzer <code>{ $account }</code>).

# Menü
menu-title = <b>{ $company }</b>
menu-several =
    { $count ->
        [one] Sie sind mit einem Konto verbunden.
       *[other] Sie sind mit { $count } Konten verbunden. Wechseln können Sie unter Konto.
    }
menu-what = Was möchten Sie tun?
menu-not-connected =
    <b>e:service im Chat</b>

    Verträge, Optionen, Rechnungen, Dokumente und Rufumleitungen – mit einem Fingertipp. Verbinden Sie zuerst diesen Chat mit Ihrem Kundenkonto.
menu-button-connect = 🔗 Verbinden
menu-button-contracts = 📄 Verträge
menu-button-options = 🧩 Optionen
menu-button-invoices = 🧾 Rechnungen
menu-button-documents = 📁 Dokumente
menu-button-account = 👤 Konto
menu-button-help = 💬 Hilfe
menu-button-language = 🌐 Sprache

# Konto
account-title =
    { $count ->
        [one] 👤 <b>Ihre Verbindung</b>
       *[other] 👤 <b>Ihre { $count } Verbindungen</b>
    }
account-company = <b>{ $company }</b>
account-company-current = <b>{ $company }</b> – wird gerade angezeigt
account-user = Benutzer <code>{ $account }</code> · { $name }
account-role =
    Rolle: { $role ->
        [portalAdmin] Administrator Kundenportal
        [pbxAdmin] Administrator Telefonanlage
        [accounting] Buchhaltung
       *[other] { $role }
    }
account-since =
    Verbunden seit { $since }
    Zuletzt benutzt { $used }
account-colleagues =
    { $count ->
        [one] <b>Außerdem ist eine Person verbunden:</b>
       *[other] <b>Außerdem sind { $count } Personen verbunden:</b>
    }
account-colleague = • { $person }, seit { $since }
account-button-look = 👁 { $company } anzeigen
account-button-end = 🔌 { $company } trennen
account-button-end-other = 🔌 { $person } trennen
account-button-language = 🌐 Sprache
account-button-really = 🔌 Ja, trennen
account-button-now = 🔌 Unbekannt? Sofort trennen
account-really =
    Die Verbindung zu <b>{ $company }</b> wirklich trennen?

    Sie wird sofort beendet, hier und im Kundenportal. Zum erneuten Verbinden ist ein neuer Aktivierungslink nötig.
account-really-other =
    { $person } wirklich von <b>{ $company }</b> trennen?

    Die Verbindung wird sofort beendet, hier und im Kundenportal. Zum erneuten Verbinden ist ein neuer Aktivierungslink nötig.
account-ended = 🔌 Getrennt. Dieser Chat sieht nichts mehr von <b>{ $company }</b>.
account-ended-other = 🔌 Getrennt: { $person } sieht nichts mehr von <b>{ $company }</b>.
notice-connected =
    🔔 <b>Neue Verbindung zu { $company }</b>

    { $person } hat am { $at } einen Telegram-Chat mit dem Benutzer <code>{ $account }</code> verbunden.
notice-disconnected = 🔌 { $by } hat Ihre Verbindung zu <b>{ $company }</b> getrennt.
notice-ended =
    🔌 Die Verbindung zu <b>{ $company }</b> wurde im Kundenportal beendet.

    Mit einem neuen Aktivierungslink verbinden Sie sich wieder.

# Hilfe
help-title = 💬 <b>Hilfe</b>
help-menue = /menue – Übersicht
help-vertraege = /vertraege – Ihre Verträge, Laufzeiten, Preise
help-optionen = /optionen – was gebucht ist und was es gibt
help-rechnungen = /rechnungen – Rechnungen und PDF; auch <code>Rechnung März</code>
help-dokumente = /dokumente – Dokumente zu Ihren Verträgen
help-konto = /konto – wer verbunden ist, trennen
help-hilfe = /hilfe – diese Seite
help-sprache = /sprache – Deutsch oder English
help-datenschutz = /datenschutz – was gespeichert wird
help-abbrechen = /abbrechen – laufende Eingabe verwerfen
help-how = Sie können auch einfach schreiben, was Sie suchen.
help-human = <b>Lieber mit einem Menschen sprechen?</b>
help-phone = ☎️ { $phone }
help-mail = ✉️ <code>{ $mail }</code>
help-hours = 🕘 { $hours }
help-portal = Die Kontaktdaten Ihres Ansprechpartners finden Sie im Kundenportal.
help-button-privacy = 🔐 Datenschutz

# Sprache
language-ask = 🌐 In welcher Sprache soll ich antworten?
language-de = Deutsch
language-en = English
language-chosen = Alles klar, wir sprechen Deutsch.

# Datenschutz
privacy-title = 🔐 <b>Was gespeichert wird</b>
privacy-text =
    • Ihre Telegram-ID (eine Kennzahl, nicht Ihre Telefonnummer) und Ihre Sprache
    • mit welchem Kundenkonto Sie verbunden sind – verschlüsselt
    • Ihr Name in Telegram, damit Ihre Kolleginnen und Kollegen sehen, wer verbunden ist – verschlüsselt
    • der Schlüssel zum Kundenportal – verschlüsselt, endet mit dem Trennen
    • was Sie im Chat ändern, planen und sichern (Bestellungen, Umleitungen und ihre Ziele), für Verlauf und Zurücknehmen – verschlüsselt
    • ein Postfach, an das Rechnungsdateien gehen sollen, solange es eingetragen ist – verschlüsselt
    • was Ihnen gemeldet wurde (auch Rechnungsnummer und Betrag) – verschlüsselt, 180 Tage
    • was Sie gemeldet haben möchten und wen Sie eingeladen haben, solange es gilt – verschlüsselt
    • Ihre Nachrichten nur, bis sie beantwortet sind; höchstens 48 Stunden bleibt ein leerer Eintrag

    Ihr Passwort und PINs speichere ich nicht. Rechnungsdateien und Dokumente kommen jedes Mal frisch aus dem Portal.

    Telegram selbst sieht, was in diesem Chat steht. Unter <b>Konto</b> trennen Sie die Verbindung jederzeit.

# Abbrechen
cancel-done = Abgebrochen.
cancel-nothing = Es ist nichts offen, was ich abbrechen könnte.
