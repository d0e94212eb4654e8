# Deutsch: Verträge, Optionen, Rechnungen, Dokumente.

button-search = 🔍 Suchen

# Listen
list-back = ‹
list-on = ›
list-page = { $page } / { $pages }
list-whose = 🏢 { $company }

# Was für ein Vertrag es ist, auf einen Blick
line-emoji =
    { $line ->
        [mobile] 📱
        [voice] ☎️
        [internet] 🌐
        [cloudPhone] 🎧
       *[other] 📄
    }

# Einen Vertrag auswählen
choose-sites = An welchem Standort?
choose-search =
    🔍 Wonach soll ich suchen?

    Schreiben Sie mir eine <b>Vertragsnummer</b>, eine <b>Rufnummer</b>, einen <b>Ort</b> oder einen Teil des Namens.
choose-none = Zu Ihrem Konto gibt es noch keinen Vertrag.
choose-nothing = Zu „{ $wish }“ finde ich keinen Vertrag. Das haben Sie:
choose-found =
    { $count ->
        [one] 🔍 <b>{ $count } Vertrag</b> passt zu „{ $wish }“
       *[other] 🔍 <b>{ $count } Verträge</b> passen zu „{ $wish }“
    }
choose-site = 📍 <b>{ $site }</b>
choose-no-site = 📍 <b>Ohne festen Standort</b>
choose-line = { line-emoji } { $name } · <code>{ $number }</code>
choose-line-notice =
    { line-emoji } { $name } · <code>{ $number }</code>
          ⏰ kündbar bis <b>{ $day }</b>
choose-line-monthly =
    { line-emoji } { $name } · <code>{ $number }</code>
          monatlich kündbar, Frist { $period }
choose-line-ends =
    { line-emoji } { $name } · <code>{ $number }</code>
          endet am { $day }
choose-button = { line-emoji } { $name } · { $number }
choose-button-phone = { line-emoji } { $name } · { $phone }
choose-button-site = 📍 { $site } ({ $count })
choose-button-no-site = 📍 Ohne Standort ({ $count })

# Verträge
contracts-heading =
    { $count ->
        [one] 📄 <b>Ihr Vertrag</b>
       *[other] 📄 <b>Ihre { $count } Verträge</b>
    }
contracts-name = { line-emoji } <b>{ $name }</b>
contracts-number =
    <code>{ $number }</code> · { $status ->
        [created] in Vorbereitung
        [pendingActive] wird eingerichtet
        [active] aktiv
        [suspended] gesperrt
        [pendingTerminate] gekündigt
        [terminated] beendet
        [cancelled] storniert
        [aborted] abgebrochen
       *[other] { $sent }
    }
contracts-description = <i>{ $description }</i>
contracts-site = 📍 { $site }
contracts-phone = 📞 { $phone }
contracts-more-phones =
    { $count ->
        [one] … und eine weitere Rufnummer
       *[other] … und { $count } weitere Rufnummern
    }
contracts-notice-near =
    { $days ->
        [0] ⏰ <b>Heute ist der letzte Tag zum Kündigen</b> ({ $day })
        [one] ⏰ <b>Letzter Tag zum Kündigen: { $day }</b> – das ist morgen
       *[other] ⏰ <b>Letzter Tag zum Kündigen: { $day }</b> – noch { $days } Tage
    }
contracts-notice = 📅 Letzter Tag zum Kündigen: <b>{ $day }</b>
contracts-ends = 🔚 <b>Endet am { $day }</b>
contracts-ended = 🔚 Beendet am { $day }
contracts-since = Läuft seit { $day }
contracts-term = Mindestlaufzeit { $term }, bis { $day }
contracts-term-over = Mindestlaufzeit { $term }, endete am { $day }
contracts-notice-period = Kündigungsfrist { $period }
contracts-renewal = Ohne Kündigung jeweils { $period } länger
contracts-price = 💶 <b>{ $net }</b> netto im Monat · { $gross } brutto
contracts-price-options =
    { $count ->
        [one] darin eine Option für { $net } netto
       *[other] darin { $count } Optionen für { $net } netto
    }
contracts-seats =
    { $count ->
        [one] 👤 ein Arbeitsplatz
       *[other] 👥 { $count } Arbeitsplätze
    }
contracts-bandwidth = ⚡ { $bandwidth }
contracts-cost-centre = 🏷 Kostenstelle { $centre }
contracts-button-options = 🧩 Optionen
contracts-button-documents = 📁 Dokumente
contracts-button-invoices = 🧾 Rechnungen
contracts-button-notice = 🗓 Letzter Kündigungstag (.ics)
contracts-notice-summary = Letzter Tag zum Kündigen: { $name }
contracts-notice-description = Vertrag { $number }, { $name }. Nach diesem Tag verlängert er sich.
contracts-notice-file = 🗓 Letzter Tag zum Kündigen von { $name }: <b>{ $day }</b>. Öffnen Sie die Datei, um ihn in Ihren Kalender zu übernehmen.

# Optionen
options-heading = 🧩 <b>Optionen</b> – zu welchem Vertrag?
options-of =
    🧩 <b>Optionen zu { $name }</b>
    <code>{ $number }</code>
options-none = Zu diesem Vertrag gibt es keine Optionen.
options-booked = <b>Gebucht</b> (netto)
options-bookable = <b>Können Sie dazubuchen</b> (netto)
options-blocked = <b>Zurzeit nicht buchbar</b>
options-line-booked =
    { $count ->
        [one] ✅ { $name } · { $net } im Monat
       *[other] ✅ { $count } × { $name } · { $net } im Monat
    }
options-line-ending =
    { $count ->
        [one] ✅ { $name } · { $net } im Monat · bis { $day }
       *[other] ✅ { $count } × { $name } · { $net } im Monat · bis { $day }
    }
options-line-monthly = ▫️ { $name } · { $net } im Monat
options-line-both = ▫️ { $name } · { $net } im Monat + { $once } einmalig
options-line-once = ▫️ { $name } · { $once } einmalig
options-line-plain = ▫️ { $name }
options-line-blocked =
    🔒 { $name } – { $why ->
        [needs] braucht zuerst: { $others }
        [excluded] verträgt sich nicht mit: { $others }
       *[contract] der Vertrag lässt gerade keine Buchung zu
    }
options-button-booked = ✅ { $name }
options-button-bookable = ▫️ { $name }
options-button-blocked = 🔒 { $name }
options-button-documents = 📁 Dokumente
options-button-description = 📎 Leistungsbeschreibung
options-button-help = 👤 Ansprechpartner
options-booked-name =
    { $count ->
        [one] ✅ <b>{ $name }</b>
       *[other] ✅ <b>{ $count } × { $name }</b>
    }
options-offered-name = 🧩 <b>{ $name }</b>
options-for = zu { $name } · <code>{ $number }</code>
options-description = <i>{ $description }</i>
options-price = 💶 <b>{ $net }</b> netto im Monat · { $gross } brutto
options-price-each = 💶 <b>{ $net }</b> netto im Monat je { $unit } · { $gross } brutto
options-price-once = einmalig { $net } netto · { $gross } brutto
options-price-none = 💶 ohne zusätzliche Kosten
options-since = Gebucht seit { $day }
options-next =
    { $why ->
        [end] 🔚 <b>Endet am { $day }</b>
       *[notice] 📅 Letzter Tag zum Kündigen: <b>{ $day }</b>
    }
options-term = Mindestlaufzeit der Option: { $term }
options-notice-period = Kündigungsfrist: { $period }
options-term-unchanged = Die Laufzeit Ihres Vertrags bleibt unverändert.
options-feasibility = 🔎 Vor der Schaltung wird geprüft, ob das an Ihrem Standort geht.
options-description-file = 📎 { $name }
options-has-documents = Die Leistungsbeschreibung finden Sie unter <b>Dokumente</b>.
options-how = <b>So buchen Sie:</b> im Kundenportal e:service oder bei Ihrem Ansprechpartner.
options-how-blocked =
    🔒 { $why ->
        [needs] <b>Vorher nötig:</b> { $others }
        [excluded] <b>Geht nicht zusammen mit:</b> { $others }
       *[contract] Der Vertrag lässt gerade keine Buchung zu.
    }
    Fragen dazu? Ihr Ansprechpartner hilft weiter.

# Rechnungen
invoices-emoji =
    { $state ->
        [open] 🟠
        [overdue] 🔴
        [debited] 🔵
        [partly] 🟡
        [paid] ✅
        [credit] 💚
        [preparing] ⚪️
       *[unknown] ▫️
    }
invoices-heading = 🧾 <b>Ihre Rechnungen</b>
invoices-sum =
    { $state ->
        [overdue] 🔴 <b>Überfällig: { $sum }</b>{ $count ->
            [one] {""}
           *[other] {" "}({ $count } Rechnungen)
        }
        [debited] 🔵 Wird abgebucht: <b>{ $sum }</b>{ $count ->
            [one] {""}
           *[other] {" "}({ $count } Rechnungen)
        }
       *[open] 🟠 Offen: <b>{ $sum }</b>{ $count ->
            [one] {""}
           *[other] {" "}({ $count } Rechnungen)
        }
    }
invoices-none = Es gibt noch keine Rechnung.
invoices-end = Hier endet die Liste.
invoices-line =
    { invoices-emoji } <b>{ $month }</b> · { $gross } · { $state ->
        [open] offen bis { $due }
        [overdue] überfällig seit { $due }
        [debited] wird abgebucht am { $due }
        [partly] teilweise bezahlt, Rest bis { $due }
        [paid] bezahlt
        [credit] Gutschrift
        [preparing] in Vorbereitung
       *[unknown] { $sent }
    }
invoices-account = {"      "}{ $account }
invoices-button = { invoices-emoji } { $month } · { $gross }
invoices-button-numbered = { invoices-emoji } { $number } · { $gross }
invoices-button-newest = 📎 PDF { $month }
invoices-button-newest-of = 📎 PDF { $month } · { $gross }
invoices-button-pdf = 📎 PDF
invoices-button-e-invoice = 🧮 E-Rechnung (XML)
invoices-button-lines = 📋 Alle Positionen
invoices-button-pay = 💶 Bezahlen
invoices-button-due = 🗓 Termin (.ics)
invoices-button-changes = 🔎 Was ist anders?
invoices-button-costs = 📊 Kosten 12 Monate
invoices-mandate = SEPA-Mandatsreferenz { $mandate }
invoices-objection = Beanstanden können Sie sie mindestens bis { $day }
invoices-search =
    🔍 Welche Rechnung suchen Sie?

    Schreiben Sie mir einen <b>Monat</b> („März“, „03/2026“), ein Jahr oder die <b>Rechnungsnummer</b>.
invoices-nothing = Zu „{ $wish }“ finde ich keine Rechnung. Suchen Sie nach einem Monat („März“, „03/2026“) oder der Rechnungsnummer.
invoices-found =
    { $count ->
        [one] 🔍 <b>Eine Rechnung</b> passt zu „{ $wish }“
       *[other] 🔍 <b>{ $count } Rechnungen</b> passen zu „{ $wish }“
    }
invoices-name =
    { $kind ->
        [credit] 🧾 <b>Gutschrift { $month }</b>
       *[invoice] 🧾 <b>Rechnung { $month }</b>
    }
invoices-number = <code>{ $number }</code> vom { $day }
invoices-period = Zeitraum { $period }
invoices-standing =
    { $state ->
        [open] 🟠 <b>Offen</b> – bitte bis { $due } überweisen
        [overdue] 🔴 <b>Überfällig</b> seit { $due } ({ $days ->
            [one] ein Tag
           *[other] { $days } Tage
        })
        [debited] { $late ->
            [yes] 🔵 <b>Wird abgebucht</b> – Termin war der { $due }
           *[no] 🔵 <b>Wird am { $due } abgebucht</b> – Sie müssen nichts tun
        }
        [partly] 🟡 <b>Teilweise bezahlt</b> – Rest bitte bis { $due }
        [paid] ✅ <b>Bezahlt</b>
        [credit] 💚 <b>Gutschrift</b>
        [preparing] ⚪️ <b>In Vorbereitung</b>
       *[unknown] ▫️ { $due }
    }
invoices-standing-undated =
    { $state ->
        [open] 🟠 <b>Offen</b>
        [overdue] 🔴 <b>Überfällig</b>
        [debited] 🔵 <b>Wird abgebucht</b> – Sie müssen nichts tun
        [partly] 🟡 <b>Teilweise bezahlt</b>
        [paid] ✅ <b>Bezahlt</b>
        [credit] 💚 <b>Gutschrift</b>
        [preparing] ⚪️ <b>In Vorbereitung</b>
       *[unknown] ▫️ { $sent }
    }
invoices-net = netto { $net }
invoices-tax = { $rate } % USt. { $tax }
invoices-gross = <b>brutto { $gross }</b>
invoices-remaining = noch zu zahlen <b>{ $remaining }</b>
invoices-more = 📈 { $amount } mehr als im { $month }
invoices-less = 📉 { $amount } weniger als im { $month }
invoices-same = ⚖️ so viel wie im { $month }
invoices-contract = <b>{ $name }</b> · { $net }
invoices-no-contract = <b>Allgemein</b> · { $net }
invoices-place = {"      "}{ $place }
invoices-position = · { $name }: { $net }
invoices-more-lines =
    { $count ->
        [one] … und eine weitere Position
       *[other] … und { $count } weitere Positionen
    }
invoices-lines-of =
    { $count ->
        [one] 📋 <b>Eine Position</b> auf <code>{ $number }</code>, netto
       *[other] 📋 <b>{ $count } Positionen</b> auf <code>{ $number }</code>, netto
    }
invoices-file =
    { $kind ->
        [eInvoice] 🗂 E-Rechnung <code>{ $number }</code> · { $month } · { $gross }
       *[invoice] 🧾 Rechnung <code>{ $number }</code> · { $month } · { $gross }
    }

# Dokumente
documents-heading = 📁 <b>Dokumente</b> – zu welchem Vertrag?
documents-of =
    📁 <b>Dokumente zu { $name }</b>
    <code>{ $number }</code>
documents-kind =
    { $kind ->
        [order] <b>Auftrag</b>
        [serviceDescription] <b>Leistungsbeschreibung</b>
        [priceList] <b>Preisliste</b>
        [terms] <b>Geschäftsbedingungen</b>
        [sla] <b>Service-Level-Vereinbarung</b>
        [supplement] <b>Nachtrag</b>
        [invoice] <b>Rechnung</b>
        [eInvoice] <b>E-Rechnung</b>
        [itemisedBill] <b>Einzelverbindungen</b>
       *[other] <b>Weitere Dokumente</b>
    }
documents-none = Zu diesem Vertrag liegen keine Dokumente vor.
documents-line = · { $name }
documents-button = 📎 { $name }
documents-file = 📎 { $name }
documents-file-of = 📎 { $name } · <code>{ $contract }</code>
