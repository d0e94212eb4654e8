"""The letter paper: A4 after DIN 5008, a neutral letterhead, a footer with the company's data and "Seite x von y"."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

from fpdf import FPDF, XPos, YPos

from portal.server.settings import Provider
from portal.server.tmf.paper.facts import Address

FONTS = Path(__file__).parent / "fonts"
INK, GREY, LINE, SHADE, ACCENT = (28, 32, 38), (98, 106, 118), (206, 212, 220), (242, 245, 248), (0, 92, 138)
LEFT, RIGHT = 25.0, 20.0
WIDTH = 210 - LEFT - RIGHT
FOOT = 28.0  # height of the footer
GAP = 4.0  # between text and footer
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF
    xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
    <rdf:Description rdf:about="" xmp:CreateDate="{moment}" xmp:ModifyDate="{moment}" xmp:MetadataDate="{moment}">
      <pdfaid:part>3</pdfaid:part>
      <pdfaid:conformance>B</pdfaid:conformance>
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
      <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>"""


class Sheet(FPDF):
    """One document on the provider's paper; `pdf()` gives a PDF/A, the same bytes every time."""

    def __init__(self, provider: Provider, title: str, made_on: date) -> None:
        super().__init__(format="A4", enforce_compliance="PDFA_3B")
        self.provider = provider
        self.reference = title
        self.add_font("Roboto", "", FONTS / "Roboto-Regular.ttf")
        self.add_font("Roboto", "B", FONTS / "Roboto-Bold.ttf")
        self.set_margins(LEFT, 20, RIGHT)
        self.c_margin = 0  # text starts where the rules start
        self.set_auto_page_break(True, margin=FOOT + GAP)
        moment = datetime.combine(made_on, time(4), UTC)
        self.set_creation_date(moment)
        self.set_title(title)
        self.set_author(provider.name)
        # the library's own names the moment of making, and no two files would be alike
        words = {"title": escape(title), "author": escape(provider.name), "moment": moment.isoformat()}
        self.set_xmp_metadata(XMP.format_map(words))
        self.set_lang("de-DE")
        self.add_page()

    def ink(self, size: float, *, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
        self.set_font("Roboto", "B" if bold else "", size)
        self.set_text_color(*colour)

    def header(self) -> None:
        self.set_fill_color(*ACCENT)
        self.rect(0, 0, 210, 3, style="F")
        self.ink(20 if self.page_no() == 1 else 12, bold=True, colour=ACCENT)
        self.set_xy(LEFT, 14 if self.page_no() == 1 else 10)
        self.cell(90, 9, "e:service")
        if self.page_no() == 1:
            self.ink(8, colour=GREY)
            self.set_xy(LEFT, 22.5)
            self.cell(90, 4, "Telefonie · Internet · Mobilfunk für Unternehmen")
            self.set_y(45)
        else:
            self.ink(8.5, colour=GREY)
            self.cell(WIDTH - 90, 9, self.reference, align="R")
            self.set_y(26)

    def footer(self) -> None:
        provider = self.provider
        top = 297 - FOOT
        self.set_draw_color(*LINE)
        self.set_line_width(0.2)
        self.line(LEFT, top, LEFT + WIDTH, top)
        columns = (
            (provider.name, provider.street, f"{provider.postcode} {provider.city}"),
            (f"Service {provider.phone}", provider.hours, provider.mail, provider.web),
            (
                f"{provider.bank} · BIC {provider.bic}",
                f"IBAN {grouped_iban(provider.iban)}",
                f"Gläubiger-ID {provider.creditor_id}",
            ),
            (provider.register, f"USt-IdNr. {provider.vat_id}"),
        )
        self.ink(6.5, colour=GREY)
        for x, column in zip((0, 40, 78, 124), columns, strict=True):
            for row, text in enumerate(column):
                self.set_xy(LEFT + x, top + 2.5 + row * 3.3)
                self.cell(40, 3.3, text)
        self.set_xy(LEFT, top + 17.5)
        self.ink(7.5, colour=GREY)
        self.cell(40, 4, f"Seite {self.page_no()} von {{nb}}")

    def address(self, recipient: Address) -> None:
        """The window of the envelope: the sender in small print above it."""
        provider = self.provider
        self.set_xy(LEFT, 45)
        self.ink(6.5, colour=GREY)
        self.cell(85, 4, f"{provider.name} · {provider.street} · {provider.postcode} {provider.city}")
        self.ink(10.5)
        for row, text in enumerate((recipient.name, recipient.street, f"{recipient.postcode} {recipient.city}")):
            self.set_xy(LEFT, 51.5 + row * 5.2)
            self.cell(85, 5.2, text)

    def information(self, facts: list[tuple[str, str]], top: float = 45) -> None:
        """The block on the right of the address: label and value."""
        for row, (label, value) in enumerate(facts):
            self.set_xy(LEFT + 98, top + row * 4.9)
            self.ink(8, colour=GREY)
            self.cell(30, 4.9, label)
            self.ink(8.5, bold=row == 0)
            self.cell(WIDTH - 128, 4.9, value, align="R")

    def heading(self, text: str, size: float = 16) -> None:
        self.ink(size, bold=True)
        self.cell(WIDTH, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def paragraph(self, text: str, size: float = 9.5, colour: tuple[int, int, int] = INK) -> None:
        self.ink(size, colour=colour)
        self.multi_cell(WIDTH, size * 0.48, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def rule(self) -> None:
        self.set_draw_color(*LINE)
        self.set_line_width(0.2)
        self.line(LEFT, self.get_y(), LEFT + WIDTH, self.get_y())

    def fits(self, height: float) -> bool:
        return self.get_y() + height < 297 - FOOT - GAP

    def pdf(self) -> bytes:
        return bytes(self.output())


def money(value: Decimal) -> str:
    """1.234,56 as Germans write it."""
    text = f"{abs(value):,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"−{text}" if value < 0 else text


def day(value: date) -> str:
    return f"{value:%d.%m.%Y}"


def month(value: date) -> str:
    return f"{MONTHS[value.month - 1]} {value.year}"


def grouped_iban(iban: str) -> str:
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def hidden_iban(iban: str) -> str:
    """Enough to recognise one's own account, not enough to use it."""
    return f"{iban[:4]} •••• •••• {iban[-4:]}"
