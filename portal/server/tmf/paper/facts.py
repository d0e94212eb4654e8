"""What a PDF is made of."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.server.settings import Provider


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    street: str
    postcode: str
    city: str


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    group: str  # the contract it belongs to, as a heading
    name: str
    description: str
    quantity: int | None
    period_start: date
    period_end: date  # exclusive
    net: Decimal


@dataclass(frozen=True, slots=True)
class Invoice:
    provider: Provider
    recipient: Address
    number: str
    is_credit_note: bool
    billed_on: date
    due_on: date
    period_start: date
    period_end: date  # exclusive
    customer_number: str
    billing_account: str
    is_debited: bool
    mandate_reference: str | None
    iban: str | None
    recipient_mail: str | None  # where the customer's machines receive e-invoices
    lines: tuple[InvoiceLine, ...]
    net: Decimal
    tax_rate: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class PriceLine:
    name: str
    is_recurring: bool
    quantity: int
    net: Decimal  # of one


@dataclass(frozen=True, slots=True)
class ContractPaper:
    """A document of a contract, or (without contract facts) of an offering."""

    provider: Provider
    kind: str  # order | serviceDescription | priceList | terms | sla | supplement
    issued_on: date
    product: str
    description: str
    features: tuple[str, ...]
    prices: tuple[PriceLine, ...]
    minimum_months: int
    notice_months: int
    customer_number: str = ""
    recipient: Address | None = None
    contract_number: str = ""
    site: str = ""
    start_on: date | None = None
    phone_numbers: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
