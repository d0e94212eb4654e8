"""The invoice (or credit note) as a PDF: total and due date first, then the lines by contract, then how it is paid."""

from datetime import date, timedelta
from itertools import groupby

from fpdf import XPos, YPos

from portal.server.tmf.paper.facts import Invoice, InvoiceLine
from portal.server.tmf.paper.sheet import (
    GREY,
    INK,
    LEFT,
    SHADE,
    WIDTH,
    Sheet,
    day,
    grouped_iban,
    hidden_iban,
    money,
    month,
)

COLUMNS = (WIDTH - 66, 12.0, 30.0, 24.0)  # service, quantity, period, net
INDENT = 3.0
OBJECTION = (
    "Einwendungen gegen diese Rechnung können Sie innerhalb von acht Wochen nach Zugang bei uns erheben (§ 67 Abs. 1 "
    "TKG); danach gilt sie als genehmigt. Auf Wunsch erhalten Sie dazu einen Einzelverbindungsnachweis. Bei Fragen "
    "hilft Ihnen unser Service gern weiter."
)


def render(invoice: Invoice) -> bytes:
    sheet = Sheet(invoice.provider, title(invoice), invoice.billed_on)
    sheet.address(invoice.recipient)
    sheet.information(
        [
            ("Rechnungsnummer" if not invoice.is_credit_note else "Gutschriftnummer", invoice.number),
            ("Datum", day(invoice.billed_on)),
            ("Leistungszeitraum", f"{_period(invoice.period_start, invoice.period_end)}"),
            ("Kundennummer", invoice.customer_number),
            ("Rechnungskonto", invoice.billing_account),
            ("Service", invoice.provider.phone),
        ]
    )
    sheet.set_xy(LEFT, 82)
    kind = "Gutschrift" if invoice.is_credit_note else "Rechnung"
    sheet.heading(f"{kind} {month(invoice.period_start)}")
    sheet.ln(3)
    _summary(sheet, invoice)
    sheet.ln(6)
    _table(sheet, invoice)
    _totals(sheet, invoice)
    _closing(sheet, invoice)
    return sheet.pdf()


def title(invoice: Invoice) -> str:
    """What the document is called."""
    return f"{'Gutschrift' if invoice.is_credit_note else 'Rechnung'} {invoice.number}"


def _summary(sheet: Sheet, invoice: Invoice) -> None:
    """What most readers look for, in one box."""
    top = sheet.get_y()
    sheet.set_fill_color(*SHADE)
    sheet.rect(LEFT, top, WIDTH, 15, style="F", round_corners=True, corner_radius=1.5)
    facts = [
        ("Gutschriftbetrag" if invoice.is_credit_note else "Rechnungsbetrag", f"{money(invoice.gross)} €"),
        _due(invoice),
        ("Zahlungsart", _method(invoice)),
    ]
    for column, (label, value) in enumerate(facts):
        x = LEFT + 4 + column * (WIDTH - 4) / 3
        sheet.set_xy(x, top + 2.6)
        sheet.ink(7.5, colour=GREY)
        sheet.cell(WIDTH / 3 - 4, 4, label)
        sheet.set_xy(x, top + 6.6)
        sheet.ink(12, bold=True)
        sheet.cell(WIDTH / 3 - 4, 6, value)
    sheet.set_y(top + 15)


def _method(invoice: Invoice) -> str:
    if invoice.is_credit_note:
        return "Verrechnung"
    return "SEPA-Lastschrift" if invoice.is_debited else "Überweisung"


def _due(invoice: Invoice) -> tuple[str, str]:
    if invoice.is_credit_note:
        return "Gutschrift zum", day(invoice.due_on)
    return ("Wird abgebucht am" if invoice.is_debited else "Zahlbar bis"), day(invoice.due_on)


def _table(sheet: Sheet, invoice: Invoice) -> None:
    _columns(sheet)
    for group, lines in groupby(invoice.lines, key=lambda line: line.group):
        _group(sheet, group, list(lines))


def _columns(sheet: Sheet) -> None:
    sheet.ink(7.5, bold=True, colour=GREY)
    for width, text, align in zip(COLUMNS, ("Leistung", "Menge", "Zeitraum", "Netto EUR"), "LRRR", strict=True):
        sheet.cell(width, 5, text, align=align)
    sheet.ln(5)
    sheet.rule()


def _group(sheet: Sheet, group: str, lines: list[InvoiceLine]) -> None:
    if not sheet.fits(18):
        sheet.add_page()
        _columns(sheet)
    sheet.ln(2)
    sheet.ink(8.5, bold=True)
    sheet.multi_cell(WIDTH - COLUMNS[3], 4.6, group, align="L", new_x=XPos.RIGHT, new_y=YPos.LAST)
    sheet.ink(8.5, colour=GREY)
    sheet.cell(COLUMNS[3], 4.6, money(sum((line.net for line in lines), start=lines[0].net * 0)), align="R")
    sheet.ln(5)
    for line in lines:
        _line(sheet, line)
    sheet.ln(1)
    sheet.rule()


def _line(sheet: Sheet, line: InvoiceLine) -> None:
    if not sheet.fits(9):
        sheet.add_page()
        _columns(sheet)
    sheet.ink(8.5)
    sheet.set_x(LEFT + INDENT)
    cells = (
        line.name,
        str(line.quantity) if line.quantity else "",
        _period(line.period_start, line.period_end, short=True),
        money(line.net),
    )
    for width, text, align in zip((COLUMNS[0] - INDENT, *COLUMNS[1:]), cells, "LRRR", strict=True):
        sheet.cell(width, 4.5, _shortened(sheet, text, width), align=align)
    sheet.ln(4.5)
    if line.description:
        sheet.ink(7.5, colour=GREY)
        sheet.set_x(LEFT + INDENT)
        sheet.cell(COLUMNS[0], 3.8, _shortened(sheet, line.description, COLUMNS[0]))
        sheet.ln(3.8)


def _shortened(sheet: Sheet, text: str, width: float) -> str:
    if sheet.get_string_width(text) <= width - 2:
        return text
    while text and sheet.get_string_width(text + "…") > width - 2:
        text = text[:-1]
    return text + "…"


def _totals(sheet: Sheet, invoice: Invoice) -> None:
    if not sheet.fits(24):
        sheet.add_page()
    sheet.ln(3)
    rows = [
        ("Summe netto", invoice.net, False),
        (f"Umsatzsteuer {invoice.tax_rate.normalize():f} %", invoice.tax, False),
        ("Gutschriftbetrag" if invoice.is_credit_note else "Rechnungsbetrag", invoice.gross, True),
    ]
    for label, value, is_total in rows:
        sheet.ink(11 if is_total else 9, bold=is_total)
        sheet.set_x(LEFT + WIDTH - 90)
        if is_total:
            sheet.set_draw_color(*INK)
            sheet.set_line_width(0.35)
            sheet.line(LEFT + WIDTH - 90, sheet.get_y() + 0.6, LEFT + WIDTH, sheet.get_y() + 0.6)
            sheet.set_y(sheet.get_y() + 1.2)
            sheet.set_x(LEFT + WIDTH - 90)
        sheet.cell(60, 6 if is_total else 5, label)
        sheet.cell(30, 6 if is_total else 5, f"{money(value)} €", align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(6)


def _closing(sheet: Sheet, invoice: Invoice) -> None:
    text = payment(invoice)
    if not sheet.fits(25):
        sheet.add_page()
    sheet.paragraph(text)
    sheet.ln(3)
    if not invoice.is_credit_note:
        sheet.paragraph(OBJECTION, size=8, colour=GREY)


def payment(invoice: Invoice) -> str:
    """How the amount finds its way, as a sentence."""
    if invoice.is_credit_note:
        amount = money(abs(invoice.gross))
        return f"Wir verrechnen {amount} € mit Ihrer nächsten Rechnung. Sie müssen nichts veranlassen."
    if invoice.is_debited:
        account = hidden_iban(invoice.iban) if invoice.iban else "Ihrem Konto"
        return (
            f"Den Betrag von {money(invoice.gross)} € ziehen wir am {day(invoice.due_on)} per SEPA-Lastschrift "
            f"von {account} ein. Mandatsreferenz {invoice.mandate_reference}, "
            f"Gläubiger-ID {invoice.provider.creditor_id}."
        )
    return (
        f"Bitte überweisen Sie {money(invoice.gross)} € bis zum {day(invoice.due_on)} auf unser Konto "
        f"IBAN {grouped_iban(invoice.provider.iban)} ({invoice.provider.bank}), Verwendungszweck: {invoice.number}."
    )


def _period(start: date, end: date, *, short: bool = False) -> str:
    """First and last day; `end` is the day after."""
    last = end - timedelta(days=1)
    if last <= start:
        return day(start)
    return f"{start:%d.%m.}–{last:%d.%m.%y}" if short else f"{day(start)} – {day(last)}"
