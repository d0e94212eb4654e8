"""Reading orders: states that move, states that nobody knows, and finding what a lost answer left behind."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from portal import errors
from portal.models import Money, OrderAction, OrderState, Period, PriceKind
from tests.portal_client.scripted import TOKEN, Says, scripted

ORDERS = "/tmf-api/productOrderingManagement/v4/productOrder"


def wire(number: int, state: str = "inProgress", **more: object) -> dict[str, object]:
    return {"id": f"o-{number}", "externalId": f"a-{number}", "state": state, **more}


async def test_everything_about_an_order() -> None:
    """States, times in UTC, the item with its prices, its term and its last day, and what the operator noted."""
    item = {
        "id": "1",
        "action": "add",
        "quantity": 2,
        "productOffering": {"id": "opt-ddos", "name": "DDoS-Schutz"},
        "product": {
            "id": "p-77",
            "terminationDate": "2027-01-01T00:00:00+01:00",
            "productRelationship": [{"relationshipType": "reliesOn", "product": {"id": "c-1001"}}],
        },
        "itemPrice": [
            {
                "name": "Grundpreis",
                "priceType": "recurring",
                "recurringChargePeriod": "month",
                "price": {"dutyFreeAmount": {"unit": "EUR", "value": 29.00}},
            }
        ],
        "itemTerm": [{"name": "minimumTerm", "duration": {"amount": 12, "units": "month"}}],
    }
    async with scripted() as one:
        one.says(
            f"{ORDERS}/o-1",
            Says(
                wire(
                    1,
                    orderDate="2026-11-22T21:00:00+01:00",
                    expectedCompletionDate="2026-11-24T09:00:00Z",
                    note=[{"text": "Leitung wird geprüft"}, {"author": "x"}],
                    productOrderItem=[item],
                )
            ),
        )
        order = await one.portal.order(TOKEN, "o-1")

    (line,) = order.items
    assert (order.external_id, order.state, order.notes) == ("a-1", OrderState.IN_PROGRESS, ("Leitung wird geprüft",))
    assert order.ordered == dt.datetime(2026, 11, 22, 20, tzinfo=dt.UTC)
    assert order.expected == dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
    assert order.completed is None
    assert (line.action, line.quantity, line.offering_id, line.product_id) == (OrderAction.ADD, 2, "opt-ddos", "p-77")
    assert (line.contract_id, line.ends, line.minimum_term) == ("c-1001", dt.date(2027, 1, 1), Period(12, "month"))
    assert (line.prices[0].kind, line.prices[0].net) == (PriceKind.RECURRING, Money(Decimal("29.0"), "EUR"))


async def test_unknown_states_and_actions_are_shown_not_fatal() -> None:
    """A state that nobody knows is not taken for an end."""
    async with scripted() as one:
        items = [{"id": "1", "action": "teleport"}]
        one.says(f"{ORDERS}/o-1", Says(wire(1, "inProgress.accepted", productOrderItem=items)))
        order = await one.portal.order(TOKEN, "o-1")

    assert (order.state, order.state_sent, order.state.ended) == (OrderState.UNKNOWN, "inProgress.accepted", False)
    assert (order.items[0].action, order.items[0].action_sent) == (OrderAction.UNKNOWN, "teleport")


async def test_open_orders_only() -> None:
    """The portal is asked for the states that may still move, and what it sends besides is left out."""
    async with scripted() as one:
        one.says(ORDERS, Says([wire(1), wire(2, "completed"), wire(3, "quantum")]))
        everything = await one.portal.orders(TOKEN)
        still_open = await one.portal.orders(TOKEN, open_only=True)
        first, second = one.queries(ORDERS)

    assert [order.id for order in everything] == ["o-1", "o-2", "o-3"]
    assert [order.id for order in still_open] == ["o-1", "o-3"]
    assert "state" not in first
    assert set(second["state"].split(",")) == {
        "acknowledged",
        "pending",
        "held",
        "inProgress",
        "assessingCancellation",
        "pendingCancellation",
    }


async def test_an_order_is_found_by_the_id_it_was_given() -> None:
    """Even where the portal ignores the filter and lists everything."""
    async with scripted() as one:
        one.says(ORDERS, Says([wire(1), {"id": "o-0", "state": "completed"}, wire(2)]))
        found = await one.portal.find_order(TOKEN, "a-2")
        missing = await one.portal.find_order(TOKEN, "a-3")

        assert [query["externalId"] for query in one.queries(ORDERS)] == ["a-2", "a-3"]
    assert (found.id if found else None, missing) == ("o-2", None)


async def test_a_failed_search_is_no_proof_that_there_is_nothing() -> None:
    """Only a complete list without the order means that it was not placed."""
    async with scripted() as one:
        one.says(ORDERS, Says([wire(1)], 206), Says({}, 500))

        with pytest.raises(errors.Unavailable):
            await one.portal.find_order(TOKEN, "a-2")


@pytest.mark.parametrize(
    ("quantity", "net", "of_one"),
    [
        (1, 3.90, [Money(Decimal("3.9"), "EUR")]),
        (4, 15.60, [Money(Decimal("3.9"), "EUR")]),
        (10, 100.0, [Money(Decimal("10"), "EUR")]),
        (3, 10.00, []),
        (0, 10.00, []),
    ],
)
async def test_the_price_of_one(quantity: int, net: float, of_one: list[Money]) -> None:
    """An inventory prices the whole quantity, an order names the price of one; what does not divide is not guessed."""
    both = {"dutyFreeAmount": {"unit": "EUR", "value": net}, "taxIncludedAmount": {"unit": "EUR", "value": 99.99}}
    product = {
        "id": "p-1",
        "status": "active",
        "productRelationship": [{"relationshipType": "reliesOn", "product": {"id": "c-1"}}],
        "productCharacteristic": [{"name": "quantity", "value": quantity}],
        "productPrice": [{"name": "Grundpreis", "priceType": "recurring", "price": both}],
    }
    async with scripted() as one:
        one.says("/tmf-api/productInventory/v4/product", Says([product]))
        (option,) = await one.portal.options(TOKEN, "c-1")
    option = replace(option, quantity=quantity)

    assert [price.net for price in option.unit_prices] == of_one
    assert all((price.gross is not None) == (quantity == 1) for price in option.unit_prices)


@pytest.mark.parametrize(
    "garbage",
    [
        {"state": None},
        {"state": 5},
        {"externalId": 5},
        {"orderDate": "yesterday"},
        {"note": "x"},
        {"note": [{"text": 5}]},
        {"productOrderItem": [{"id": "1"}]},
        {"productOrderItem": [{"id": "1", "action": "add", "quantity": "2"}]},
        {"productOrderItem": [{"id": "1", "action": "add", "product": []}]},
        {"productOrderItem": {"id": "1"}},
    ],
)
async def test_garbage_is_no_order(garbage: dict[str, object]) -> None:
    """A field of the wrong kind is a bad answer, not a wrong receipt."""
    async with scripted() as one:
        one.says(f"{ORDERS}/o-1", Says({**wire(1), **garbage}))

        with pytest.raises(errors.BadAnswer):
            await one.portal.order(TOKEN, "o-1")
