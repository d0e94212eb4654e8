"""The PDFs: what they say, that they are the same every time, and how they travel."""

import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pypdf import PdfReader
from sqlalchemy import update

from portal.server.settings import Provider
from portal.server.tmf import tables as t
from portal.server.tmf.paper import contract, invoice
from portal.server.tmf.paper.facts import Address, ContractPaper, Invoice, InvoiceLine, PriceLine
from portal.server.tmf.paper.sheet import money
from tests.portal.conftest import Portal
from tests.portal.tmf import BILL, INVENTORY, LINE, MAX, OFFERING, connected

RECIPIENT = Address("Łódź & Söhne GmbH", "Beispielstraße 7", "50667", "Köln")
OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))


def bill(lines: int = 3) -> Invoice:
    items = [
        InvoiceLine(f"V-{n:03d} · Business DSL · Köln", f"Grundpreis {n}", "30 Minuten", 2, *OCTOBER, Decimal("44.90"))
        for n in range(lines)
    ]
    return Invoice(
        Provider(), RECIPIENT, "2026-10-000123", False, date(2026, 11, 3), date(2026, 12, 3), *OCTOBER, "2300229",
        "ba-2300229", False, None, None, "rechnung@muster.example", tuple(items), Decimal("1134.70"), Decimal(19),
        Decimal("215.59"), Decimal("1350.29"),
    )  # fmt: skip


def text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_an_invoice_says_what_an_invoice_must() -> None:
    """Number, date, period, customer, recipient, lines, net, tax, gross, due date, purpose, objection, pages."""
    said = text(invoice.render(bill()))
    wanted = (
        "2026-10-000123", "03.11.2026", "01.10.2026 – 31.10.2026", "2300229", "Łódź & Söhne GmbH", "50667 Köln",
        "V-001 · Business DSL · Köln", "Grundpreis 2", "44,90", "1.134,70 €", "Umsatzsteuer 19 %",
        "215,59 €", "1.350,29 €",
        "Zahlbar bis", "03.12.2026", "DE02 1203 0000 0000 2020 51", "Verwendungszweck: 2026-10-000123", "acht Wochen",
        "Seite 1 von 1", "USt-IdNr. DE123456789",
    )  # fmt: skip

    assert [words for words in wanted if words not in said] == []


def test_a_debit_names_its_mandate_and_hides_the_account() -> None:
    """Debit date, mandate reference and creditor id instead of an account to pay to."""
    debited = replace(bill(), is_debited=True, mandate_reference="M-2300229-01", iban="DE89370400440532013000")
    said = text(invoice.render(debited)).replace("\n", " ")

    assert "am 03.12.2026 per SEPA-Lastschrift" in said
    assert "M-2300229-01" in said
    assert "DE98ZZZ09999999999" in said
    assert "DE89 •••• •••• 3000" in said
    assert "Verwendungszweck" not in said
    assert "370400440532" not in said


def test_a_credit_note_asks_for_nothing() -> None:
    """Its amounts are negative, it is called Gutschrift, and nobody is asked to pay."""
    credit = replace(bill(1), is_credit_note=True, net=Decimal("-15"), tax=Decimal("-2.85"), gross=Decimal("-17.85"))
    said = text(invoice.render(credit))

    assert "Gutschrift 2026-10-000123" in said or "Gutschrift Oktober 2026" in said
    assert "−17,85 €" in said
    assert "überweisen" not in said


def test_long_invoices_run_over_pages() -> None:
    """Two hundred lines: none is lost, every page has its number and the columns' heads."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(invoice.render(bill(200)))).pages]

    assert len(pages) > 5
    assert all(f"Seite {number} von {len(pages)}" in page for number, page in enumerate(pages, start=1))
    assert all(any(f"Grundpreis {n}\n" in page or f"Grundpreis {n} " in page for page in pages) for n in range(200))


def test_the_bytes_depend_on_the_facts_alone() -> None:
    """Rendered twice it is the same file, which names no other day than its own; another amount makes another file."""
    assert invoice.render(bill()) == invoice.render(bill())
    assert set(re.findall(rb"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]+", invoice.render(bill()))) == {b"2026-11-03T04:00:00"}
    assert invoice.render(bill()) != invoice.render(replace(bill(), gross=Decimal("1.00")))


def test_every_kind_of_contract_document_renders() -> None:
    """Each has its title, its product and its date, and is small."""
    for kind, title in contract.TITLES.items():
        paper = ContractPaper(
            Provider(), kind, date(2025, 3, 1), "Business DSL 100", "Internet.", ("Schnell",),
            (PriceLine("Grundpreis", True, 1, Decimal("44.90")),), 24, 3, "2300229", RECIPIENT, "V-1", "Köln",
            date(2025, 3, 1), ("+492214710100",), ("Business-Router",),
        )  # fmt: skip
        content = contract.render(paper)

        assert title in text(content)
        assert "01.03.2025" in text(content)
        assert len(content) < 60_000


def test_money_is_written_the_german_way() -> None:
    """Dots between thousands, a comma before the cents, a real minus."""
    assert [money(Decimal(value)) for value in ("1234567.8", "0", "-17.85", "999.99")] == [
        "1.234.567,80", "0,00", "−17,85", "999,99",
    ]  # fmt: skip


async def test_an_invoices_file_agrees_with_its_data(portal: Portal) -> None:
    """Number, gross total and every line of the bill stand in the PDF; under 100 kB."""
    person = await connected(portal, MAX)
    for wanted in (await person.list(BILL, limit=500))[:4]:
        file = await person.get(wanted["billDocument"][0]["url"])
        said = text(file.content)

        assert file.headers["Content-Type"] == "application/pdf"
        assert len(file.content) == int(file.headers["Content-Length"]) < 100_000
        assert wanted["billNo"] in said
        assert money(Decimal(str(wanted["taxIncludedAmount"]["value"]))) in said
        for line in await person.list(LINE, **{"bill.id": wanted["id"]}):
            assert line["name"] in said


async def test_a_file_is_kept_and_tagged(portal: Portal) -> None:
    """The second reading is byte for byte the first, its size is then in the bill, and the tag saves the transfer."""
    person = await connected(portal, MAX)
    wanted = (await person.list(BILL))[0]
    url = wanted["billDocument"][0]["url"]
    first, second = await person.get(url), await person.get(url)
    etag = first.headers["ETag"]
    unchanged = await portal.http.get(url, headers={**person.headers, "If-None-Match": f'W/"x", {etag}'})

    assert second.content == first.content
    assert second.headers["ETag"] == etag
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert "size" not in wanted["billDocument"][0]
    assert (await person.one(BILL, wanted["id"]))["billDocument"][0]["size"]["amount"] == len(first.content)


async def test_all_documents_of_contracts_and_offerings_open(portal: Portal) -> None:
    """Whatever is linked can be read, and is a PDF."""
    person = await connected(portal, MAX)
    contract_papers = (await person.one(INVENTORY, "c-1001"))["document"]
    papers = [*contract_papers, *(await person.one(OFFERING, "opt-lte-guard"))["attachment"]]

    kinds = [paper["category"] for paper in contract_papers]
    assert kinds == ["order", "serviceDescription", "priceList", "terms", "sla"]
    for paper in papers:
        file = await person.get(paper["url"])
        assert file.content.startswith(b"%PDF-"), paper
        assert "attachment" in file.headers["Content-Disposition"]


async def test_a_withdrawn_document_is_gone(portal: Portal) -> None:
    """410 tells a client not to ask again."""
    person = await connected(portal, MAX)
    paper = (await person.one(INVENTORY, "c-1001"))["document"][0]
    async with portal.server.context.database.writing() as connection:
        change = update(t.documents).where(t.documents.c.id == paper["id"])
        await connection.execute(change.values(withdrawn_at=portal.server.context.now()))

    assert (await person.get(paper["url"])).status_code == 410
