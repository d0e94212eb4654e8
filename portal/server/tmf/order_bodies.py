"""What a customer's client sends to order something or to take an order back."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, WithJsonSchema

from portal.server.tmf.shapes import Sent


class Wanted(Sent):
    """What a customer's client sends. Names that are not known are passed over: nothing is believed from them."""

    model_config = ConfigDict(extra="ignore")


Word = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
Identifier = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[!-~]*$")]


class Named(Wanted):
    id: Identifier


class WantedParty(Wanted):
    id: Identifier
    role: str | None = Field(None, max_length=40)


class WantedRelationship(Wanted):
    relationship_type: Literal["reliesOn"]
    product: Named


class WantedProduct(Wanted):
    id: Identifier | None = None
    termination_date: str | None = Field(None, max_length=40)
    product_relationship: list[WantedRelationship] = Field([], max_length=1)


class SeenMoney(Wanted):
    unit: Literal["EUR"]
    value: Annotated[
        Decimal,
        Field(ge=0, le=10**9, allow_inf_nan=False),
        WithJsonSchema({"type": "number", "minimum": 0, "maximum": 10**9}),
    ]


class SeenAmounts(Wanted):
    duty_free_amount: SeenMoney
    tax_included_amount: SeenMoney | None = None


class SeenPrice(Wanted):
    """The price of one, as the customer saw it."""

    name: Word
    price_type: Literal["recurring", "oneTime"]
    price: SeenAmounts


class SeenDuration(Wanted):
    amount: int = Field(ge=0, le=1200)
    units: Literal["month"]


class SeenTerm(Wanted):
    name: Literal["minimumTerm"]
    duration: SeenDuration


class WantedItem(Wanted):
    """One change of one option; prices, term and date are compared with what holds, when they are given."""

    id: Identifier
    action: Literal["add", "modify", "delete"]
    quantity: int = Field(1, ge=1, le=10_000)
    product_offering: Named | None = None
    product: WantedProduct
    item_price: list[SeenPrice] | None = Field(None, max_length=20)
    item_term: list[SeenTerm] | None = Field(None, max_length=1)


class OrderWanted(Wanted):
    external_id: Identifier
    related_party: list[WantedParty] = Field([], max_length=5)
    product_order_item: list[WantedItem] = Field(min_length=1, max_length=1)
    type: Literal["ProductOrder"] | None = None


class CancellationWanted(Wanted):
    external_id: Identifier | None = None
    product_order: Named
    cancellation_reason: str | None = Field(None, max_length=1000, pattern=r"^[^\x00-\x08\x0b-\x1f]*$")
    type: Literal["CancelProductOrder"] | None = None
