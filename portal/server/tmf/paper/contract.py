"""The documents of a contract: order form, service description, price list, terms, SLA. Short, true to the facts."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from portal.server.tmf.money import taxed
from portal.server.tmf.paper.facts import ContractPaper
from portal.server.tmf.paper.sheet import GREY, LEFT, WIDTH, Sheet, day, money

TITLES: Mapping[str, str] = {
    "order": "Auftragsformular",
    "serviceDescription": "Leistungsbeschreibung",
    "priceList": "Preisliste",
    "terms": "Allgemeine Geschäftsbedingungen",
    "sla": "Service Level Agreement",
    "supplement": "Nachtrag",
}
TAX_RATE = Decimal(19)
TERMS = (
    (
        "Geltung",
        "Diese Bedingungen gelten für Verträge mit Unternehmern im Sinne des § 14 BGB und mit öffentlichen "
        "Einrichtungen.",
    ),
    (
        "Rangfolge",
        "Bei Widersprüchen gelten nacheinander: Nachtrag, Auftrag, Preisliste, Leistungsbeschreibung und SLA, diese "
        "Bedingungen.",
    ),
    (
        "Laufzeit und Kündigung",
        "Es gilt die im Auftrag genannte Mindestlaufzeit. Nach ihrem Ablauf läuft der Vertrag weiter und kann "
        "jederzeit mit einer Frist von einem Monat gekündigt werden. Die Kündigung bedarf der Textform.",
    ),
    (
        "Rechnung und Zahlung",
        "Die Rechnung wird monatlich im Kundenportal bereitgestellt. Einwendungen sind innerhalb von acht Wochen nach "
        "Zugang zu erheben.",
    ),
    ("Rufumleitung", "Für weitergeleitete Verbindungen zahlt der Kunde das Entgelt der Verbindung zum Ziel."),
    (
        "Störungen",
        "Störungen nimmt unser Service rund um die Uhr entgegen. Wir bestätigen den Eingang und unterrichten über den "
        "Stand der Beseitigung.",
    ),
    ("Zugangsdaten", "Der Kunde bewahrt Zugangsdaten sicher auf und gibt sie nicht an Dritte weiter."),
)
LEVELS = (
    ("Verfügbarkeit im Jahresmittel", "99,0 %"),
    ("Annahme von Störungen", "täglich, rund um die Uhr"),
    ("Reaktionszeit", "4 Stunden"),
    ("Beseitigung in der Regel", "bis zum Ende des nächsten Werktags"),
    ("Wartungsfenster", "sonntags 2–6 Uhr, angekündigt mindestens 5 Werktage vorher"),
)


def render(paper: ContractPaper) -> bytes:
    title = f"{TITLES[paper.kind]} {paper.product}" if paper.kind != "terms" else TITLES[paper.kind]
    sheet = Sheet(paper.provider, title, paper.issued_on)
    if paper.recipient is not None and paper.kind in {"order", "supplement"}:
        sheet.address(paper.recipient)
        sheet.information(_information(paper))
        sheet.set_xy(LEFT, 88)
    else:
        sheet.set_xy(LEFT, 40)
    sheet.heading(TITLES[paper.kind])
    if paper.kind != "terms":
        sheet.ln(1)
        sheet.ink(11.5, colour=GREY)
        sheet.multi_cell(WIDTH, 6, paper.product, align="L")
    sheet.ln(4)
    BODIES[paper.kind](sheet, paper)
    sheet.ln(6)
    sheet.paragraph(f"Stand {day(paper.issued_on)}", size=8, colour=GREY)
    return sheet.pdf()


def _information(paper: ContractPaper) -> list[tuple[str, str]]:
    return [
        ("Vertragsnummer", paper.contract_number),
        ("Datum", day(paper.issued_on)),
        ("Kundennummer", paper.customer_number),
        ("Service", paper.provider.phone),
    ]


def _order(sheet: Sheet, paper: ContractPaper) -> None:
    facts = [("Vertragsnummer", paper.contract_number), ("Standort", paper.site)]
    if paper.phone_numbers:
        facts.append(("Rufnummern", ", ".join(paper.phone_numbers)))
    if paper.start_on:
        facts.append(("Vertragsbeginn", day(paper.start_on)))
    facts += [
        ("Mindestlaufzeit", f"{paper.minimum_months} Monate"),
        ("Kündigungsfrist", f"{paper.notice_months} Monate zum Ende der Mindestlaufzeit, danach 1 Monat"),
    ]
    if paper.options:
        facts.append(("Optionen", ", ".join(paper.options)))
    _facts(sheet, facts)
    _prices(sheet, paper)
    sheet.ln(4)
    sheet.paragraph(
        "Es gelten unsere Preisliste, Leistungsbeschreibung, das Service Level Agreement und die Allgemeinen "
        "Geschäftsbedingungen in der bei Vertragsschluss gültigen Fassung."
    )


def _description(sheet: Sheet, paper: ContractPaper) -> None:
    sheet.paragraph(paper.description or paper.product)
    sheet.ln(3)
    for feature in paper.features:
        sheet.ink(9.5)
        top = sheet.get_y()
        sheet.cell(5, 4.8, "•")
        sheet.set_xy(LEFT + 5, top)
        sheet.multi_cell(WIDTH - 5, 4.8, feature, align="L", new_x="LMARGIN", new_y="NEXT")
        sheet.ln(1)
    if not paper.contract_number:
        sheet.ln(3)
        _facts(
            sheet,
            [
                ("Mindestlaufzeit", f"{paper.minimum_months} Monate"),
                ("Kündigungsfrist", f"{paper.notice_months} Monate"),
            ],
        )
        _prices(sheet, paper)


def _prices(sheet: Sheet, paper: ContractPaper) -> None:
    widths = (WIDTH - 78, 18.0, 30.0, 30.0)
    sheet.ink(8, bold=True, colour=GREY)
    for width, text, align in zip(widths, ("Preis", "Menge", "netto", "inkl. 19 % USt."), "LRRR", strict=True):
        sheet.cell(width, 6, text, align=align)
    sheet.ln(6)
    sheet.rule()
    for price in paper.prices:
        amount = taxed(price.net * price.quantity, TAX_RATE)
        name = f"{price.name} ({'monatlich' if price.is_recurring else 'einmalig'})"
        sheet.ink(9.5)
        cells = (name, str(price.quantity), f"{money(amount.net)} €", f"{money(amount.gross)} €")
        for width, text, align in zip(widths, cells, "LRRR", strict=True):
            sheet.cell(width, 6, text, align=align)
        sheet.ln(6)
    sheet.rule()


def _price_list(sheet: Sheet, paper: ContractPaper) -> None:
    _prices(sheet, paper)
    sheet.ln(3)
    sheet.paragraph("Alle Entgelte in Euro. Angefangene Monate werden tagesgenau berechnet.", size=8.5, colour=GREY)


def _terms(sheet: Sheet, _: ContractPaper) -> None:
    for number, (head, text) in enumerate(TERMS, start=1):
        sheet.ink(10, bold=True)
        sheet.cell(WIDTH, 5.5, f"{number}. {head}", new_x="LMARGIN", new_y="NEXT")
        sheet.paragraph(text)
        sheet.ln(3)


def _levels(sheet: Sheet, paper: ContractPaper) -> None:
    sheet.paragraph(f"Für {paper.product} sagen wir zu:")
    sheet.ln(2)
    _facts(sheet, list(LEVELS))


def _facts(sheet: Sheet, facts: list[tuple[str, str]]) -> None:
    sheet.rule()
    for label, value in facts:
        sheet.ln(1)
        sheet.ink(8.5, colour=GREY)
        sheet.cell(50, 5, label)
        sheet.ink(9.5)
        sheet.multi_cell(WIDTH - 50, 5, value or "–", align="L", new_x="LMARGIN", new_y="NEXT")
        sheet.ln(1)
        sheet.rule()
    sheet.ln(5)


BODIES: Mapping[str, Callable[[Sheet, ContractPaper], None]] = {
    "order": _order,
    "supplement": _order,
    "serviceDescription": _description,
    "priceList": _price_list,
    "terms": _terms,
    "sla": _levels,
}
