"""What the portal tells, as facts: frozen, typed, without JSON and without words for the customer.

Money is `Decimal` with its currency. Dates are civil dates in the customer's zone (PORTAL-API 6: the wire dresses them
as date-times). Enumerations are open: a value nobody knows becomes `UNKNOWN`, and the field `..._sent` beside it keeps
what the portal said, so that it can be shown. Secrets are values whose `repr` never shows them.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A bearer token of one connection; lives ten minutes."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What a connection is renewed with."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuthSession:
    """The portal's name for one challenge, or for a grant that may be stepped up."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """What a right PIN is answered with; good for one exchange."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The portal's answer to an exchange or a refresh."""

    access: AccessToken
    refresh: RefreshToken | None
    expires_in: dt.timedelta
    scopes: frozenset[str]
    auth_session: AuthSession | None


@dataclass(frozen=True, slots=True)
class Challenge:
    """The activation link is good; nothing was sent yet."""

    auth_session: AuthSession
    customer_name_masked: str
    phone_number_masked: str
    methods: tuple[str, ...]
    pin_length: int
    locale: str | None


@dataclass(frozen=True, slots=True)
class PinSent:
    """A PIN is on its way; the ones before it are dead."""

    auth_session: AuthSession
    expires_in: dt.timedelta
    attempts_left: int
    resends_left: int
    pin_length: int


class Role(Enum):
    """What an account is at the customer's."""

    PORTAL_ADMIN = "portalAdmin"
    PBX_ADMIN = "pbxAdmin"
    ACCOUNTING = "accounting"


@dataclass(frozen=True, slots=True)
class UserInfo:
    """The account behind a connection."""

    subject: str
    name: str
    username: str
    customer_id: str
    customer_name: str
    roles: frozenset[Role]
    locale: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as the portal sent it."""

    amount: Decimal
    currency: str


class PriceKind(Enum):
    """How often a price is due."""

    RECURRING = "recurring"
    ONE_TIME = "oneTime"
    USAGE = "usage"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Price:
    """One price of a contract, option or offering."""

    name: str
    kind: PriceKind
    period: str | None
    net: Money | None
    gross: Money | None
    tax_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in calendar units: `Period(3, "month")`."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Span:
    """From a day up to, and not including, another."""

    start: dt.date
    until: dt.date

    @property
    def last_day(self) -> dt.date:
        return max(self.start, self.until - dt.timedelta(days=1))


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
class Option:
    """An option that is booked on a contract."""

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


class DivertWhen(Enum):
    """When a diversion applies (3GPP TS 24.604)."""

    ALWAYS = "unconditional"
    BUSY = "busy"
    NO_ANSWER = "noAnswer"
    NOT_REACHABLE = "notReachable"


@dataclass(frozen=True, slots=True)
class Diversion:
    """Where calls go under one condition; a diversion that is off keeps its target."""

    when: DivertWhen
    active: bool
    target: str | None
    no_reply_seconds: int | None


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension of the cloud PBX."""

    id: str
    name: str
    number: str
    phone_number: str | None
    diversions: tuple[Diversion, ...]
    supported: tuple[DivertWhen, ...]
    etag: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `total` is the portal's own count and may be missing or wrong."""

    items: tuple[T, ...]
    offset: int
    more: bool
    total: int | None
