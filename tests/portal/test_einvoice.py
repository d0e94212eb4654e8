"""E-invoices, as others read them: ZUGFeRD in the PDF and XRechnung beside it, valid, and equal to the bill."""

import asyncio
import io
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import facturx  # type: ignore[import-untyped]
import pytest
from lxml import etree  # type: ignore[import-untyped]
from pypdf import PdfReader
from pypdf.generic import PdfObject

from portal.server.tmf.paper import einvoice, invoice
from portal.server.tmf.paper.einvoice import Guideline
from portal.server.tmf.paper.facts import Invoice, InvoiceLine
from tests.portal.conftest import Portal
from tests.portal.test_pdf import OCTOBER, bill
from tests.portal.tmf import BILL, LINE, MAX, connected

NAMES = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}


def said(xml: bytes, path: str) -> list[str]:
    """The texts of all elements of this name, or below this path."""
    return [element.text or "" for element in etree.fromstring(xml).iterfind(f".//{path}", NAMES)]


def amounts(xml: bytes, path: str) -> list[Decimal]:
    """The same as amounts."""
    return [Decimal(text) for text in said(xml, path)]


def valid(xml: bytes) -> None:
    """Raises what is wrong with it under the schema of EN 16931."""
    facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")


def adds_up(xml: bytes) -> None:
    """Quantity x price = line, lines = net, net + tax = gross, exactly."""
    lines = amounts(xml, "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount")
    prices = amounts(xml, "ram:NetPriceProductTradePrice/ram:ChargeAmount")
    quantities = amounts(xml, "ram:BilledQuantity")
    total = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
    (net,), (tax,), (gross,) = (
        amounts(xml, f"{total}/ram:{name}") for name in ("TaxBasisTotalAmount", "TaxTotalAmount", "GrandTotalAmount")
    )
    assert [price * quantity for price, quantity in zip(prices, quantities, strict=True)] == lines
    assert min(prices) >= 0
    assert sum(lines) == net
    assert net + tax == gross == amounts(xml, f"{total}/ram:DuePayableAmount")[0]
    assert amounts(xml, "ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax/ram:CalculatedAmount") == [tax]


def billed(*nets: str, quantity: int | None = None) -> Invoice:
    """An invoice over these lines."""
    lines = tuple(InvoiceLine("V-1 · DSL", f"Posten {n}", "", quantity, *OCTOBER, Decimal(n)) for n in nets)
    net = sum((line.net for line in lines), Decimal(0))
    tax = (net * 19 / 100).quantize(Decimal("0.01"))
    return replace(bill(), lines=lines, net=net, tax=tax, gross=net + tax)


def credit(debit: Invoice) -> Invoice:
    """The same given back."""
    lines = tuple(replace(line, net=-line.net) for line in debit.lines)
    return replace(debit, is_credit_note=True, lines=lines, net=-debit.net, tax=-debit.tax, gross=-debit.gross)


BY_TRANSFER = billed("44.90", "-3.10", "0.00", "12.34")
BY_DEBIT = replace(BY_TRANSFER, is_debited=True, mandate_reference="M-2300229-01", iban="DE89370400440532013000")


@pytest.mark.parametrize("guideline", list(Guideline))
@pytest.mark.parametrize(
    "facts",
    [BY_TRANSFER, BY_DEBIT, credit(BY_TRANSFER), billed("10.00", quantity=3), billed("9.99", quantity=7)],
    ids=["transfer", "debit", "credit", "thirds", "sevenths"],
)
def test_every_kind_is_valid_and_adds_up(facts: Invoice, guideline: Guideline) -> None:
    """By the schema; no price is negative, and what quantity and price can't say exactly is sold as one."""
    xml = einvoice.xml(facts, guideline)

    valid(xml)
    adds_up(xml)
    assert said(xml, "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID") == [guideline.value]
    assert said(xml, "rsm:ExchangedDocument/ram:TypeCode") == ["381" if facts.is_credit_note else "380"]


def test_seller_buyer_and_reference_are_named() -> None:
    """With address, VAT id, contact, electronic addresses and the buyer's reference, as XRechnung wants them."""
    xml = einvoice.xml(BY_TRANSFER, Guideline.XRECHNUNG)

    assert said(xml, "ram:SellerTradeParty/ram:SpecifiedTaxRegistration/ram:ID") == ["DE123456789"]
    assert said(xml, "ram:SellerTradeParty/ram:PostalTradeAddress/ram:CityName") == ["Düsseldorf"]
    assert said(xml, "ram:DefinedTradeContact/ram:TelephoneUniversalCommunication/ram:CompleteNumber")
    assert said(xml, "ram:BuyerTradeParty/ram:Name") == ["Łódź & Söhne GmbH"]
    assert said(xml, "ram:BuyerReference") == ["2300229"]
    assert said(xml, "ram:URIUniversalCommunication/ram:URIID") == [
        "service@eservice.example",
        "rechnung@muster.example",
    ]


def test_a_transfer_says_where_to_and_a_debit_when_and_by_which_mandate() -> None:
    """IBAN, BIC and purpose; or mandate, creditor id and the debited account. Both have their day."""
    transfer, debit = (einvoice.xml(facts, Guideline.XRECHNUNG) for facts in (BY_TRANSFER, BY_DEBIT))
    means = "ram:SpecifiedTradeSettlementPaymentMeans"

    assert said(transfer, f"{means}/ram:TypeCode") == ["58"]
    assert said(transfer, f"{means}/ram:PayeePartyCreditorFinancialAccount/ram:IBANID") == ["DE02120300000000202051"]
    assert said(transfer, "ram:PaymentReference") == ["2026-10-000123"]
    assert said(debit, f"{means}/ram:TypeCode") == ["59"]
    assert said(debit, "ram:DirectDebitMandateID") == ["M-2300229-01"]
    assert said(debit, "ram:CreditorReferenceID") == ["DE98ZZZ09999999999"]
    assert said(debit, f"{means}/ram:PayerPartyDebtorFinancialAccount/ram:IBANID") == ["DE89370400440532013000"]
    for xml in (transfer, debit):
        assert said(xml, "ram:DueDateDateTime/udt:DateTimeString") == ["20261203"]


def test_the_file_is_the_same_every_time() -> None:
    """Whatever the clock says, and however often: what was issued can be made again."""
    first, again = (einvoice.zugferd(invoice.render(BY_DEBIT), BY_DEBIT) for _ in range(2))
    dates = PdfReader(io.BytesIO(first)).metadata

    assert first == again
    assert dates is not None and dates.creation_date is not None and dates.modification_date is not None
    assert dates.creation_date.date() == dates.modification_date.date() == date(2026, 11, 3)


async def test_each_invoice_has_both_files_and_they_equal_the_bill(portal: Portal) -> None:
    """The PDF is PDF/A-3 with the invoice inside, the XML an XRechnung; totals and lines are those of the API."""
    person = await connected(portal, MAX)
    bills = await person.list(BILL, limit=500)
    of_each_kind = {(b["category"], b["paymentMethod"]["@referredType"], b["state"]): b for b in bills}
    for found in of_each_kind.values():
        pdf, xml = [await person.get(paper["url"]) for paper in found["billDocument"]]
        name, embedded = facturx.get_facturx_xml_from_pdf(pdf.content)
        lines = await person.list(LINE, **{"bill.id": found["id"]}, limit=500)
        sign = -1 if found["category"] == "creditNote" else 1

        assert [paper["attachmentType"] for paper in found["billDocument"]] == ["invoice", "eInvoice"]
        assert (name, xml.headers["Content-Type"]) == ("factur-x.xml", "application/xml")
        for file in (embedded, xml.content):
            valid(file)
            adds_up(file)
            assert said(file, "rsm:ExchangedDocument/ram:ID") == [found["billNo"]]
            assert amounts(file, "ram:GrandTotalAmount")[0] == sign * value(found["taxIncludedAmount"])
            assert amounts(file, "ram:TaxTotalAmount")[0] == sign * value(found["taxItem"][0]["taxAmount"])
            assert said(file, "ram:SpecifiedTradeProduct/ram:Name") == [line["name"] for line in lines]
        is_pdf_a3(pdf.content)
        told = await asyncio.to_thread(pdfinfo, pdf.content)
        assert found["billNo"] in told["Title"]
        assert (told["Pages"] != "0", told["Page size"][-4:], told["Encrypted"]) == (True, "(A4)", "no")


async def test_an_open_transfer_names_its_account_and_a_debit_its_day(portal: Portal) -> None:
    """Beyond the reference `paymentMethod` says what paying needs; a credit note needs nothing."""
    person = await connected(portal, MAX)
    bills = await person.list(BILL, limit=500)
    methods = {b["billNo"]: (b, b["paymentMethod"]) for b in bills if b["category"] == "normal"}
    given_back = next(b["paymentMethod"] for b in bills if b["category"] == "creditNote")

    assert {method["@referredType"] for _, method in methods.values()} == {"BankTransfer", "DirectDebit"}
    for number, (found, method) in methods.items():
        if method["@referredType"] == "BankTransfer":
            assert (method["accountNumber"], method["BIC"]) == ("DE02120300000000202051", "BYLADEM1001")
            assert (method["paymentReference"], "debitDate" in method) == (number, False)
        else:
            assert method["debitDate"] == found["paymentDueDate"]
            assert method["mandateReference"]
            assert "accountNumber" not in method
    assert set(given_back) == {"id", "name", "@referredType"}


def value(money: dict[str, object]) -> Decimal:
    """An amount of the API."""
    return Decimal(str(money["value"])).quantize(Decimal("0.01"))


def pdfinfo(content: bytes) -> dict[str, str]:
    """What poppler reads in a PDF; it complains of nothing."""
    read = subprocess.run(["pdfinfo", "-"], input=content, capture_output=True, check=True)
    assert read.stderr == b""
    return {
        name: value.strip() for name, _, value in (line.partition(":") for line in read.stdout.decode().splitlines())
    }


def is_pdf_a3(content: bytes) -> None:
    """By its own claim, with what the claim needs: a colour profile, every font inside, the attachment related."""
    reader = PdfReader(io.BytesIO(content))
    metadata = reader.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("3", "B")
    assert list(reader.attachments) == ["factur-x.xml"]
    assert [inside(intent)["/S"] for intent in inside(reader.root_object)["/OutputIntents"]] == ["/GTS_PDFA1"]
    assert [inside(file)["/AFRelationship"] for file in inside(reader.root_object["/AF"])] == ["/Alternative"]
    for page in reader.pages:
        for font in inside(inside(page["/Resources"])["/Font"]).values():
            (descendant,) = inside(font)["/DescendantFonts"]
            assert "/FontFile2" in inside(inside(descendant)["/FontDescriptor"])


def inside(found: PdfObject) -> Any:
    """What a reference leads to."""
    return found.get_object()
