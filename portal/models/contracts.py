"""Contracts, their options, what can be booked on them, and the files that go with them."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from portal.models.amounts import Period, Price


class DocumentKind(Enum):
    """What a document is."""

    INVOICE = "invoice"
    E_INVOICE = "eInvoice"
    ITEMISED_BILL = "itemisedBill"
    ORDER = "order"
    SERVICE_DESCRIPTION = "serviceDescription"
    PRICE_LIST = "priceList"
    TERMS = "terms"
    SLA = "sla"
    SUPPLEMENT = "supplement"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file the portal keeps; `Portal.document` fetches it."""

    id: str
    name: str
    kind: DocumentKind
    mime_type: str
    url: str
    size: int | None


class ProductStatus(Enum):
    """The life of a contract or option."""

    CREATED = "created"
    PENDING_ACTIVE = "pendingActive"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    PENDING_TERMINATE = "pendingTerminate"
    TERMINATED = "terminated"
    CANCELLED = "cancelled"
    ABORTED = "aborted"
    UNKNOWN = ""


class LineOfBusiness(Enum):
    """What kind of thing a contract is about."""

    MOBILE = "mobile"
    VOICE = "voice"
    INTERNET = "internet"
    CLOUD_PHONE = "cloudPhone"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Site:
    """Where a contract belongs."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract of the customer, with everything a customer asks for."""

    id: str
    number: str
    name: str
    description: str
    status: ProductStatus
    status_sent: str
    line_of_business: LineOfBusiness
    offering_id: str
    offering_name: str
    customer_id: str
    site: Site | None
    numbers: tuple[str, ...]
    start: dt.date | None
    end: dt.date | None
    minimum_term: Period | None
    minimum_term_end: dt.date | None
    notice_period: Period | None
    renewal_period: Period | None
    last_day_for_notice: dt.date | None
    cost_centre: str | None
    bandwidth: str | None
    seats: int | None
    prices: tuple[Price, ...]
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class BilledProduct:
    """What an invoice line is about; an option names the contract it stands on, a contract itself."""

    id: str
    name: str
    contract_id: str
    contract_number: str | None
    site: str | None


@dataclass(frozen=True, slots=True)
class Option:
    """An option that is booked on a contract; `prices` are those of its whole quantity."""

    id: str
    contract_id: str
    name: str
    description: str
    status: ProductStatus
    status_sent: str
    offering_id: str
    quantity: int
    start: dt.date | None
    end: dt.date | None
    minimum_term: Period | None
    minimum_term_end: dt.date | None
    notice_period: Period | None
    last_day_for_notice: dt.date | None
    prices: tuple[Price, ...]
    documents: tuple[Document, ...]

    @property
    def unit_prices(self) -> tuple[Price, ...]:
        """What one of it costs, as an order has to name it.

        For several only net: the gross of one cannot be told from theirs. A price that cannot be told is left out.
        """
        if self.quantity == 1:
            return self.prices
        return tuple(price for whole in self.prices if (price := _of_one(whole, self.quantity)) is not None)


@dataclass(frozen=True, slots=True)
class OfferingRef:
    """Another offering, by its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Offering:
    """An option that can be booked, with its preconditions."""

    id: str
    name: str
    description: str
    on_sale: bool
    optional_for: tuple[OfferingRef, ...]
    requires: tuple[OfferingRef, ...]
    excludes: tuple[OfferingRef, ...]
    minimum_term: Period | None
    notice_period: Period | None
    feasibility_check: bool
    quantity_unit: str | None
    prices: tuple[Price, ...]
    documents: tuple[Document, ...]


def _of_one(price: Price, quantity: int) -> Price | None:
    if price.net is None or quantity < 1:
        return None
    net = (price.net.amount / quantity).quantize(Decimal("0.0001"))
    if net * quantity != price.net.amount:
        return None
    return replace(price, net=replace(price.net, amount=net.normalize()), gross=None)
