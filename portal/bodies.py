"""The bodies of changes, each made once: the same bytes are digested for the step-up, stored and sent.

Amounts are written from `Decimal` as JSON numbers with two decimals (more only where a price has more), never by way of
a float. Days are written as midnight in the customer's zone, with its offset.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from zoneinfo import ZoneInfo

import orjson

from portal.models import DivertWhen, Money, Period, Price, PriceKind

CENTS = 2

Body = dict[str, object]


def add_order(
    *,
    external_id: str,
    customer_id: str,
    contract_id: str,
    offering_id: str,
    quantity: int = 1,
    prices: Sequence[Price] = (),
    minimum_term: Period | None = None,
) -> bytes:
    """Book an option on a contract, at the unit prices and with the term of its own that the customer saw."""
    relationship = {"relationshipType": "reliesOn", "product": {"id": contract_id}}
    item: Body = {
        "action": "add",
        "quantity": quantity,
        "productOffering": {"id": offering_id},
        "product": {"@type": "Product", "productRelationship": [relationship]},
        **_shown_prices(prices),
    }
    if minimum_term is not None:
        duration = {"amount": minimum_term.amount, "units": minimum_term.unit}
        item["itemTerm"] = [{"name": "minimumTerm", "duration": duration}]
    return _order(external_id, customer_id, item)


def modify_order(
    *, external_id: str, customer_id: str, product_id: str, quantity: int, prices: Sequence[Price] = ()
) -> bytes:
    """Change the quantity of a booked option to this, at its `unit_prices` as the customer saw them."""
    item: Body = {
        "action": "modify",
        "quantity": quantity,
        "product": {"id": product_id},
        **_shown_prices(prices),
    }
    return _order(external_id, customer_id, item)


def delete_order(
    *, external_id: str, customer_id: str, product_id: str, ends: dt.date | None = None, zone: ZoneInfo
) -> bytes:
    """Cancel a booked option; `ends` is the first day without it, as the customer saw it."""
    date = {} if ends is None else {"terminationDate": midnight(ends, zone)}
    return _order(external_id, customer_id, {"action": "delete", "product": {"id": product_id, **date}})


def cancel_order(*, external_id: str, order_id: str, reason: str) -> bytes:
    """Cancel an order that is not completed yet."""
    body = {
        "externalId": external_id,
        "@type": "CancelProductOrder",
        "productOrder": {"id": order_id},
        "cancellationReason": reason,
    }
    return orjson.dumps(body)


class Keep(Enum):
    """The value of what is not touched."""

    KEEP = auto()


KEEP = Keep.KEEP


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What becomes of the diversion under one condition; `None` takes away what is there."""

    active: bool | Keep = KEEP
    target: str | Keep | None = KEEP
    no_reply_seconds: int | Keep | None = KEEP


def diversion_change(changes: Mapping[DivertWhen, RuleChange]) -> bytes:
    """Change diversions of one extension or range; other conditions stay as they are (RFC 7386)."""
    rules = {when.value: _rule(when, changes[when]) for when in DivertWhen if when in changes}
    return orjson.dumps({"callForwarding": rules})


def target_approval(uri: str, name: str) -> bytes:
    """Approve a target under a name."""
    return orjson.dumps({"target": uri, "name": name})


def midnight(day: dt.date, zone: ZoneInfo) -> str:
    """The beginning of a day as the wire dresses it."""
    return dt.datetime.combine(day, dt.time(), zone).isoformat()


def _order(external_id: str, customer_id: str, item: Body) -> bytes:
    customer = {"id": customer_id, "role": "customer", "@referredType": "Customer"}
    body = {
        "externalId": external_id,
        "@type": "ProductOrder",
        "relatedParty": [customer],
        "productOrderItem": [{"id": "1", **item}],
    }
    return orjson.dumps(body)


def _rule(when: DivertWhen, change: RuleChange) -> Body:
    # Only "no answer" has a timer that could be taken away.
    timeless = when is not DivertWhen.NO_ANSWER and change.no_reply_seconds is None
    timer = KEEP if timeless else change.no_reply_seconds
    fields = {"active": change.active, "target": change.target, "noReplyTimer": timer}
    return {name: value for name, value in fields.items() if value is not KEEP}


def _shown_prices(prices: Sequence[Price]) -> Body:
    # A kind of price that nobody knows cannot be named, and one without an amount says nothing.
    shown = [_price(price) for price in prices if price.kind is not PriceKind.UNKNOWN and (price.net or price.gross)]
    return {"itemPrice": shown} if shown else {}


def _price(price: Price) -> Body:
    period = {"recurringChargePeriod": price.period} if price.period else {}
    amounts = {"dutyFreeAmount": price.net, "taxIncludedAmount": price.gross}
    return {
        "name": price.name,
        "priceType": price.kind.value,
        **period,
        "price": {name: _money(amount) for name, amount in amounts.items() if amount is not None},
    }


def _money(money: Money) -> Body:
    return {"unit": money.currency, "value": orjson.Fragment(_exact(money.amount))}


def _exact(amount: Decimal) -> str:
    """The amount as a JSON number, with cents even where they are zero."""
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError("not an amount")
    return f"{amount:.{max(CENTS, -exponent)}f}"
