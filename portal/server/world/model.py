"""What a world file may say. Strict: an unknown name, a wrong type or an impossible date is refused, never guessed.

Dates are civil dates; an `..._end` and `ends` is the first day that no longer belongs to it. Amounts are euro, net.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

DocumentKind = Literal["order", "serviceDescription", "priceList", "terms", "sla", "supplement"]
LineOfBusiness = Literal["mobile", "voice", "internet", "cloudPhone", "other"]
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)


def _plausible(value: date) -> date:
    if not EARLIEST <= value < LATEST:
        raise ValueError(f"the year must lie between {EARLIEST.year} and {LATEST.year - 1}")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("not a time zone, e.g. Europe/Berlin") from error
    return value


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~-]{1,60}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
LongText = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f]*$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{4,14}$")]
Prefix = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{0,6}$")]
Mail = Annotated[str, StringConstraints(pattern=r"^[^@\s<>]{1,64}@[^@\s<>]{3,180}$")]
Day = Annotated[date, AfterValidator(_plausible)]
Zone = Annotated[str, AfterValidator(_zone)]
Amount = Annotated[Decimal, Field(max_digits=11, decimal_places=2, allow_inf_nan=False)]
Price = Annotated[Decimal, Field(ge=0, max_digits=11, decimal_places=2, allow_inf_nan=False)]
Months = Annotated[int, Field(ge=0, le=120)]
Quantity = Annotated[int, Field(ge=1, le=100_000)]


class Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NamedPrice(Fact):
    name: Text
    kind: Literal["recurring", "oneTime"]
    net: Price


class Offering(Fact):
    id: Id
    kind: Literal["contract", "option"]
    name: Text
    description: LongText = ""
    line_of_business: LineOfBusiness
    minimum_term_months: Months
    notice_months: Months
    renewal_months: Months = 1
    quantity_unit: Text | None = None
    feasibility_check: bool = False
    sellable: bool = True
    lifecycle: Literal["Launched", "Retired"] = "Launched"
    features: tuple[Text, ...] = ()
    prices: tuple[NamedPrice, ...] = ()
    optional_for: tuple[Id, ...] = ()
    requires: tuple[Id, ...] = ()
    excludes: tuple[Id, ...] = ()


class Account(Fact):
    username: Annotated[str, StringConstraints(pattern=r"^[a-z0-9._-]{3,64}$")]
    name: Text
    mail: Mail
    phone: Phone
    roles: Annotated[tuple[Literal["portalAdmin", "pbxAdmin", "accounting"], ...], Field(min_length=1)]
    locale: Literal["de", "en"] = "de"


class Site(Fact):
    id: Id
    street: Text
    postcode: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z -]{3,10}$")]
    city: Annotated[str, StringConstraints(min_length=1, max_length=80)]

    @property
    def name(self) -> str:
        return f"{self.city}, {self.street}"


class BillingAccount(Fact):
    id: Id
    name: Text
    payment: Literal["directDebit", "bankTransfer"]
    mandate_reference: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+?/:().,' -]{1,35}$")] | None = None
    iban: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$")] | None = None
    payment_days: Annotated[int, Field(ge=0, le=180)] = 14


class BookedOption(Fact):
    id: Id
    offering: Id
    name: Text | None = None  # the offering's
    status: Literal["active", "pendingActive", "pendingTerminate", "suspended", "terminated"] = "active"
    start: Day
    ends: Day | None = None
    quantity: Quantity | None = None
    minimum_term_months: Months | None = None  # the offering's, like the three below
    notice_months: Months | None = None
    renewal_months: Months | None = None
    prices: tuple[NamedPrice, ...] | None = None


class Contract(Fact):
    id: Id
    number: Text
    offering: Id
    site: Id | None = None
    billing_account: Id
    name: Text | None = None
    description: LongText = ""
    status: Literal["active", "pendingActive", "pendingTerminate", "suspended", "terminated"] = "active"
    start: Day
    ends: Day | None = None
    minimum_term_months: Months | None = None
    notice_months: Months | None = None
    renewal_months: Months | None = None
    phone_numbers: tuple[Phone, ...] = ()
    cost_centre: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None
    bandwidth: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None
    seats: Quantity | None = None
    prices: tuple[NamedPrice, ...] | None = None
    options: tuple[BookedOption, ...] = ()
    documents: tuple[DocumentKind, ...] = ("order", "serviceDescription", "priceList", "terms", "sla")


class Rule(Fact):
    """One diversion; switched off it keeps its target."""

    active: bool = False
    target: Annotated[str, StringConstraints(pattern=r"^(tel|sip):[^\s]{1,200}$")] | None = None
    no_reply_timer: Annotated[int, Field(ge=5, le=60)] | None = None


class Rules(Fact):
    unconditional: Rule = Rule()
    busy: Rule = Rule()
    no_answer: Rule = Rule()
    not_reachable: Rule = Rule()


class Service(Fact):
    id: Id
    category: Literal["cloudPbxExtension", "cloudPbxNumberRange"]
    name: Text
    contract: Id
    extension_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,8}$")] | None = None
    phone_numbers: tuple[Phone, ...] = ()
    number_range: tuple[Phone, Phone] | None = None  # first and last
    groups: tuple[Text, ...] = ()  # calls to these do not follow the personal diversion
    call_forwarding: Rules = Rules()


class ApprovedTarget(Fact):
    """A number outside that calls may be diverted to without a step-up."""

    target: Annotated[str, StringConstraints(pattern=r"^tel:\+[1-9][0-9]{4,14}$")]
    name: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]*$")]
    approved_by: Text


class InvoiceLine(Fact):
    product: Id | None = None  # a contract or an option
    name: Text
    description: LongText = ""
    kind: Literal["recurring", "oneTime", "usage", "credit"] = "recurring"
    quantity: Quantity | None = None
    net: Amount
    period_start: Day | None = None  # the invoice's, like the next
    period_end: Day | None = None


class Invoice(Fact):
    id: Id
    number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
    billing_account: Id
    category: Literal["normal", "creditNote"] = "normal"
    billed: Day
    due: Day
    period_start: Day
    period_end: Day
    paid: Literal["all"] | Price = Decimal(0)
    lines: Annotated[tuple[InvoiceLine, ...], Field(min_length=1)]


class Customer(Fact):
    id: Id
    name: Text
    street: Text
    postcode: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z -]{3,10}$")]
    city: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    locale: Literal["de", "en"] = "de"
    zoneinfo: Zone = "Europe/Berlin"
    accounts: tuple[Account, ...] = ()
    sites: tuple[Site, ...] = ()
    billing_accounts: tuple[BillingAccount, ...] = ()
    contracts: tuple[Contract, ...] = ()
    services: tuple[Service, ...] = ()
    allowed_destinations: tuple[Prefix, ...] = ()  # abroad: "+43"
    approved_targets: tuple[ApprovedTarget, ...] = ()
    invoices: tuple[Invoice, ...] = ()

    def products(self) -> Iterator[Contract | BookedOption]:
        for contract in self.contracts:
            yield contract
            yield from contract.options


class World(Fact):
    world: Literal[1] = 1  # the version of this format
    offerings: tuple[Offering, ...] = ()
    customers: tuple[Customer, ...] = ()
