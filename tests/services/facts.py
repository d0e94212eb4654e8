"""Contracts, options, offerings and invoices for tests of rules: complete, and changed where a test says so."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from portal.models import (
    Contract,
    Document,
    DocumentKind,
    Invoice,
    InvoiceLine,
    InvoiceState,
    LineOfBusiness,
    Money,
    Offering,
    OfferingRef,
    Option,
    PaymentMethod,
    Period,
    Price,
    PriceKind,
    ProductStatus,
    Site,
    Span,
)

COLOGNE = Site("s-1", "Köln, Beispielstraße 7")
HAMBURG = Site("s-2", "Hamburg, Am Musterhafen 3")


def euro(amount: str) -> Money:
    """Some euros."""
    return Money(Decimal(amount), "EUR")


def price(net: str, gross: str, kind: PriceKind = PriceKind.RECURRING) -> Price:
    """A price, monthly unless said otherwise."""
    return Price("Grundpreis", kind, "month", euro(net), euro(gross), Decimal(19))


def paper(name: str, kind: DocumentKind = DocumentKind.ORDER, mime_type: str = "application/pdf") -> Document:
    """A document whose id is its name."""
    return Document(name, name, kind, mime_type, f"https://portal.example/documents/{name}", 1000)


CONTRACT = Contract(
    id="c-1",
    number="V-2025-4711",
    name="Business Mobile L",
    description="Geschäftsführung",
    status=ProductStatus.ACTIVE,
    status_sent="active",
    line_of_business=LineOfBusiness.MOBILE,
    offering_id="off-bml",
    offering_name="Business Mobile L",
    customer_id="cust-1",
    site=COLOGNE,
    numbers=("+491713920010",),
    start=date(2025, 3, 1),
    end=None,
    minimum_term=Period(24, "month"),
    minimum_term_end=date(2027, 3, 1),
    notice_period=Period(3, "month"),
    renewal_period=Period(1, "month"),
    last_day_for_notice=date(2026, 11, 30),
    cost_centre="4711",
    bandwidth=None,
    seats=None,
    prices=(price("39.95", "47.54"),),
    documents=(),
)
OPTION = Option(
    id="o-1",
    contract_id="c-1",
    name="Auslandsoption Welt",
    description="",
    status=ProductStatus.ACTIVE,
    status_sent="active",
    offering_id="off-roam",
    quantity=1,
    start=date(2025, 3, 1),
    end=None,
    minimum_term=Period(1, "month"),
    minimum_term_end=None,
    notice_period=Period(1, "month"),
    last_day_for_notice=date(2026, 10, 31),
    prices=(price("9.90", "11.78"),),
    documents=(),
)
OFFERING = Offering(
    id="off-data",
    name="Datenpaket 20 GB",
    description="",
    on_sale=True,
    optional_for=(OfferingRef("off-bml", "Business Mobile L"),),
    requires=(),
    excludes=(),
    minimum_term=Period(1, "month"),
    notice_period=Period(1, "month"),
    feasibility_check=False,
    quantity_unit=None,
    prices=(price("7.50", "8.93"),),
    documents=(),
)
INVOICE = Invoice(
    id="b-1",
    number="2026-10-000123",
    state=InvoiceState.OPEN,
    state_sent="sent",
    payment=PaymentMethod.BANK_TRANSFER,
    credit_note=False,
    date=date(2026, 11, 3),
    due=date(2026, 11, 17),
    period=Span(date(2026, 10, 1), date(2026, 11, 1)),
    account_id="ba-1",
    account_name="Muster GmbH",
    total=euro("59.32"),
    net=euro("49.85"),
    amount_due=euro("59.32"),
    remaining=euro("59.32"),
    taxes=(),
    documents=(),
    updated=None,
)


def contract(number: str, *, site: Site | None = COLOGNE, name: str = "Business Mobile L", phone: str = "") -> Contract:
    """A contract that differs from the others."""
    numbers = (phone,) if phone else ()
    return replace(CONTRACT, id=f"c-{number}", number=number, site=site, name=name, numbers=numbers)


def line(name: str, net: str, contract_id: str | None = "c-1", contract_name: str | None = "Business") -> InvoiceLine:
    """A line of an invoice."""
    return InvoiceLine(name, name, "", contract_id, contract_name, None, euro(net), None, ())
