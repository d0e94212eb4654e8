"""Invoices and credit notes, with their lines."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from portal.models.amounts import Money, Span
from portal.models.contracts import Document


class InvoiceState(Enum):
    """How an invoice stands with the customer."""

    PREPARING = "preparing"
    OPEN = "open"
    DEBITED = "debited"
    PARTLY_PAID = "partlyPaid"
    PAID = "paid"
    CREDIT = "credit"
    UNKNOWN = "unknown"


class PaymentMethod(Enum):
    """How an invoice is paid."""

    DIRECT_DEBIT = "DirectDebit"
    BANK_TRANSFER = "BankTransfer"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a transfer that pays an invoice needs."""

    iban: str
    bic: str | None
    name: str
    reference: str


@dataclass(frozen=True, slots=True)
class Debit:
    """When an invoice is debited, and by which mandate."""

    day: dt.date
    mandate: str | None
    creditor_id: str | None


@dataclass(frozen=True, slots=True)
class Tax:
    """One line of tax; the rate is in percent and only for showing."""

    rate: Decimal | None
    amount: Money


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice or a credit note."""

    id: str
    number: str
    state: InvoiceState
    state_sent: str
    payment: PaymentMethod
    credit_note: bool
    date: dt.date
    due: dt.date | None
    period: Span | None
    account_id: str
    account_name: str
    total: Money
    net: Money | None
    amount_due: Money | None
    remaining: Money | None
    taxes: tuple[Tax, ...]
    documents: tuple[Document, ...]
    updated: dt.datetime | None
    means: Transfer | Debit | None = None  # None: the portal does not say


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line of an invoice; `contract_id` and `contract_name` may be those of an option."""

    id: str
    name: str
    description: str
    contract_id: str | None
    contract_name: str | None
    period: Span | None
    net: Money | None
    gross: Money | None
    taxes: tuple[Tax, ...]
