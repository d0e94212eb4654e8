"""The TM Forum resources as pydantic models: what the routes send, and what the served OpenAPI promises.

v4 shapes plus the extensions of PORTAL-API section 11. Only `id` and `href` are required, because `fields=` may leave
the rest out; what a whole resource must carry is tested against TM Forum's conformance profiles.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, PlainSerializer
from pydantic.alias_generators import to_camel

Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
ALIASES = {
    "type": "@type",
    "base_type": "@baseType",
    "referred_type": "@referredType",
    "rate_type": "type",
    "bic": "BIC",
}


def wire_name(name: str) -> str:
    return ALIASES.get(name) or to_camel(name)


class Tmf(BaseModel):
    """camelCase on the wire; absent is left out, never null."""

    model_config = ConfigDict(alias_generator=wire_name, populate_by_name=True, frozen=True)


class Sent(Tmf):
    """What a client sends: strict, and only by its wire names."""

    model_config = ConfigDict(populate_by_name=False, strict=True, extra="forbid")


class Money(Tmf):
    unit: str = "EUR"
    value: Number


class Quantity(Tmf):
    amount: int
    units: str


class TimePeriod(Tmf):
    start_date_time: str
    end_date_time: str | None = None


class Reference(Tmf):
    id: str
    href: str | None = None
    name: str | None = None
    referred_type: str | None = None


class RelatedParty(Tmf):
    id: str
    role: str
    name: str | None = None
    referred_type: str = "Customer"


class RelatedPlace(Tmf):
    id: str
    name: str
    role: str = "site"
    referred_type: str = "GeographicSite"


class Characteristic(Tmf):
    name: str
    value_type: str = "string"
    value: JsonValue


class OfferingCharacteristic(Tmf):
    name: str
    value: JsonValue


class Term(Tmf):
    name: str
    duration: Quantity
    valid_for: TimePeriod | None = None


class Price(Tmf):
    tax_rate: Number
    duty_free_amount: Money
    tax_included_amount: Money


class ProductPrice(Tmf):
    name: str
    price_type: str
    recurring_charge_period: str | None = None
    price: Price


class OfferingPrice(Tmf):
    id: str
    name: str
    price_type: str
    recurring_charge_period: str | None = None
    recurring_charge_period_length: int | None = None
    price: Price


class Attachment(Tmf):
    id: str
    name: str
    description: str | None = None
    attachment_type: str | None = None
    mime_type: str
    url: str
    size: Quantity | None = None


class DocumentRef(Tmf):
    id: str
    name: str
    url: str
    mime_type: str
    category: str
    size: Quantity | None = None


class ProductRelationship(Tmf):
    relationship_type: str
    product: Reference


class OfferingRelationship(Tmf):
    id: str
    href: str | None = None
    name: str | None = None
    relationship_type: str
    referred_type: str = "ProductOffering"


class Product(Tmf):
    """A contract, or a booked option (then `productRelationship` names the contract it relies on)."""

    id: str
    href: str
    type: str | None = None
    name: str | None = None
    description: str | None = None
    status: str | None = None
    start_date: str | None = None
    termination_date: str | None = None
    is_bundle: bool | None = None
    is_customer_visible: bool | None = None
    billing_account: Reference | None = None
    product_offering: Reference | None = None
    agreement: list[Reference] | None = None
    place: list[RelatedPlace] | None = None
    product_characteristic: list[Characteristic] | None = None
    product_term: list[Term] | None = None
    product_price: list[ProductPrice] | None = None
    product_relationship: list[ProductRelationship] | None = None
    related_party: list[RelatedParty] | None = None
    document: list[DocumentRef] | None = None


class ProductOffering(Tmf):
    id: str
    href: str
    type: str | None = None
    name: str | None = None
    description: str | None = None
    is_bundle: bool | None = None
    is_sellable: bool | None = None
    lifecycle_status: str | None = None
    last_update: str | None = None
    attachment: list[Attachment] | None = None
    product_offering_characteristic: list[OfferingCharacteristic] | None = None
    product_offering_relationship: list[OfferingRelationship] | None = None
    product_offering_term: list[Term] | None = None
    product_offering_price: list[OfferingPrice] | None = None


class TaxItem(Tmf):
    tax_category: str = "VAT"
    tax_rate: Number
    tax_amount: Money


class BillPaymentMethod(Reference):
    """How a bill is paid. Beyond the reference it says what is needed for it, in the words of TMF670."""

    account_number: str | None = None  # a transfer: where to
    account_number_type: str | None = None
    bic: str | None = None
    owner: str | None = None
    bank: str | None = None
    payment_reference: str | None = None  # what the transfer must name
    debit_date: str | None = None  # a direct debit
    mandate_reference: str | None = None
    creditor_id: str | None = None


class CustomerBill(Tmf):
    id: str
    href: str
    type: str | None = None
    bill_no: str | None = None
    bill_date: str | None = None
    payment_due_date: str | None = None
    last_update: str | None = None
    category: str | None = None
    run_type: str | None = None
    state: str | None = None
    billing_account: Reference | None = None
    billing_period: TimePeriod | None = None
    amount_due: Money | None = None
    remaining_amount: Money | None = None
    tax_excluded_amount: Money | None = None
    tax_included_amount: Money | None = None
    tax_item: list[TaxItem] | None = None
    payment_method: BillPaymentMethod | None = None
    related_party: list[RelatedParty] | None = None
    bill_document: list[Attachment] | None = None


class AppliedCustomerBillingRate(Tmf):
    id: str
    href: str
    type: str | None = None
    name: str | None = None
    description: str | None = None
    rate_type: str | None = None
    date: str | None = None
    is_billed: bool | None = None
    bill: Reference | None = None
    billing_account: Reference | None = None
    product: Reference | None = None
    period_coverage: TimePeriod | None = None
    tax_excluded_amount: Money | None = None
    tax_included_amount: Money | None = None
    applied_tax: list[TaxItem] | None = None


class CustomerBillOnDemand(Tmf):
    id: str
    href: str
    type: str | None = None
    name: str | None = None
    description: str | None = None
    last_update: str | None = None
    state: str | None = None
    billing_account: Reference | None = None
    customer_bill: Reference | None = None
    related_party: RelatedParty | None = None


class Service(Tmf):
    """An extension or a number range of the cloud telephone system, with its diversions."""

    id: str
    href: str
    type: str | None = None
    base_type: str | None = None
    name: str | None = None
    category: str | None = None
    state: str | None = None
    place: list[RelatedPlace] | None = None
    related_party: list[RelatedParty] | None = None
    related_entity: list[dict[str, JsonValue]] | None = None
    service_characteristic: list[Characteristic] | None = None
    call_forwarding: dict[str, JsonValue] | None = None
    call_forwarding_capability: dict[str, JsonValue] | None = None


class DiversionTarget(Tmf):
    """A number that was approved once, so that diverting to it needs no step-up."""

    id: str
    href: str
    type: str | None = None
    target: str | None = None
    name: str | None = None
    approved_at: str | None = None
    approved_by: str | None = None


class Note(Tmf):
    text: str
    author: str | None = None
    date: str | None = None


class ProductOrder(Tmf):
    id: str
    href: str
    type: str | None = None
    external_id: str | None = None
    state: str | None = None
    description: str | None = None
    order_date: str | None = None
    expected_completion_date: str | None = None
    completion_date: str | None = None
    cancellation_date: str | None = None
    cancellation_reason: str | None = None
    note: list[Note] | None = None
    product_order_item: list[dict[str, JsonValue]] | None = None
    related_party: list[RelatedParty] | None = None


class CancelProductOrder(Tmf):
    """The task of cancelling; `done` says that it was decided, the order's state says how."""

    id: str
    href: str
    type: str | None = None
    external_id: str | None = None
    state: str | None = None
    cancellation_reason: str | None = None
    effective_cancellation_date: str | None = None
    product_order: Reference | None = None


class TmfError(Tmf):
    code: str
    reason: str
    message: str
    status: str
    type: Literal["Error"]


class BillStateChange(Sent):
    """Merge patch of a bill: nothing but its state can be changed."""

    state: Literal["new", "onHold", "validated", "sent", "partiallyPaid", "settled"]
    type: Literal["CustomerBill"] | None = None


TargetUri = Annotated[str, Field(pattern=r"^(tel|sip):[!-~]{1,200}$")]


class RuleChange(Sent):
    """What becomes of the diversion under one condition; what is left out stays, null takes away what is there."""

    active: bool = False
    target: TargetUri | None = None


class NoAnswerChange(RuleChange):
    no_reply_timer: int | None = None  # seconds


class ForwardingChange(Sent):
    unconditional: RuleChange = RuleChange()
    busy: RuleChange = RuleChange()
    no_answer: NoAnswerChange = NoAnswerChange()
    not_reachable: RuleChange = RuleChange()


class ServiceChange(Sent):
    """Merge patch of a service: nothing but its diversions can be changed."""

    call_forwarding: ForwardingChange


class ServiceDriven(Sent):
    """What the operator makes of a service: rules of any kind, and whether what is asked for fails."""

    call_forwarding: ForwardingChange | None = None
    fails: bool | None = None


class TargetWanted(Sent):
    target: TargetUri
    name: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")]


class AccountToBill(Sent):
    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=1, max_length=64)


class BillWanted(Sent):
    """Make a bill now: for what was used since the last one of the billing account."""

    billing_account: AccountToBill
    name: str | None = Field(None, max_length=200)
    description: str | None = Field(None, max_length=1000)
    type: Literal["CustomerBillOnDemand"] | None = None


def utc(value: datetime) -> str:
    """An instant in UTC, to the millisecond."""
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
