"""Orders that somebody made in the portal: placed, held and ended are told, each once, by push or by the daily look."""

from datetime import timedelta
from uuid import uuid4

from services.subscriptions import EventKind
from storage.actions import NewAction
from storage.connections import Connection
from tests.detection.lookout import Lookout
from tests.detection.test_found_once import event, listening, signed

CUSTOMER, ORDER = "cust-1", EventKind.ORDER
DAY = timedelta(days=1)
CREATED, MOVED = "ProductOrderCreateEvent", "ProductOrderStateChangeEvent"


def put(here: Lookout, order_id: str, state: str, **more: object) -> None:
    """A `ProductOrder`, as it is from now on."""
    before = [one for one in here.world.orders.get(CUSTOMER, []) if one["id"] != order_id]
    relationship = {"relationshipType": "reliesOn", "product": {"id": "c-1"}}
    item = {
        "id": "1",
        "action": "add",
        "quantity": 2,
        "productOffering": {"id": "off-1", "name": "LTE guard"},
        "product": {"productRelationship": [relationship]},
    }
    made = {"id": order_id, "state": state, "orderDate": here.now.isoformat(), "productOrderItem": [item], **more}
    here.world.orders[CUSTOMER] = [made, *before]


async def pushed(here: Lookout, *events: tuple[str, str]) -> None:
    """These are pushed, in this order, and worked on."""
    ears = await listening(here)
    for kind, order_id in events:
        body = event(CUSTOMER, order_id, here.now.isoformat(), kind)
        await ears.receive(signed(here, f"evt-{uuid4()}", body), body)
    await ears.run_once()
    await here.orders.run_once()


async def steps(here: Lookout) -> list[tuple[object, object]]:
    """What was found of which order."""
    return [(one.facts["order"], one.facts["step"]) for one in await here.found(ORDER)]


async def subscribed(here: Lookout) -> Connection:
    """Somebody who wants to know."""
    who = await here.connect(CUSTOMER, 1)
    await here.subscribe(who, ORDER)
    return who


async def test_a_pushed_order_is_told_when_it_is_placed_and_when_it_ends(here: Lookout) -> None:
    """Not each state between; twice pushed is told once; another customer's order is nobody's here."""
    await subscribed(here)
    put(here, "o-1", "acknowledged")
    await pushed(here, (CREATED, "o-1"), (CREATED, "o-1"), (CREATED, "another's"))
    put(here, "o-1", "inProgress")
    await pushed(here, (MOVED, "o-1"))
    put(here, "o-1", "completed")
    await pushed(here, (MOVED, "o-1"), (CREATED, "o-1"))
    (placed, _) = await here.found(ORDER)

    assert await steps(here) == [("o-1", "placed"), ("o-1", "completed")]
    assert placed.facts["items"] == [{"action": "add", "name": "LTE guard", "quantity": 2}]
    assert placed.facts["contracts"] == ["c-1"]


async def test_without_push_the_next_morning_tells(here: Lookout) -> None:
    """What was there before is no news; what came and what moved since yesterday is, and what a push told is not."""
    put(here, "o-old", "inProgress")
    put(here, "o-done", "completed")
    await subscribed(here)
    await here.later(days=1)
    assert await steps(here) == []
    put(here, "o-old", "failed")
    put(here, "o-new", "acknowledged")
    put(here, "o-quick", "completed")
    await pushed(here, (CREATED, "o-quick"))
    for _ in range(3):
        await here.later(days=1)

    assert sorted(await steps(here)) == [("o-new", "placed"), ("o-old", "failed"), ("o-quick", "completed")]


async def test_while_the_portal_is_away_a_hint_waits(here: Lookout) -> None:
    """It is looked into when the portal is back."""
    await subscribed(here)
    put(here, "o-1", "held")
    await here.orders.hint(CUSTOMER, "o-1", is_new=True)
    here.world.is_away = True
    assert await here.orders.run_once() == 0
    here.world.is_away = False
    here.now += DAY
    assert await here.orders.run_once() == 1

    assert await steps(here) == [("o-1", "held")]


async def test_ones_own_orders_are_told_elsewhere(here: Lookout) -> None:
    """What was ordered in the chat has a receipt, and notices of its own."""
    who = await subscribed(here)
    proposal = NewAction(uuid4(), "book", 1, 1, who.id, CUSTOMER, "contract:c-1", {}, here.now + DAY)
    key = await here.actions.add(proposal, here.now)
    put(here, "o-1", "completed", externalId=str(key))
    put(here, "o-2", "completed", externalId="made elsewhere")
    await pushed(here, (CREATED, "o-1"), (CREATED, "o-2"))

    assert await steps(here) == [("o-2", "completed")]


async def test_who_declined_costs_the_portal_nothing(here: Lookout) -> None:
    """Nobody wants to know: nobody asks, neither for a push nor in the morning."""
    await here.subscribe(await here.connect(CUSTOMER, 1), EventKind.INVOICE)
    put(here, "o-1", "completed")
    await pushed(here, (CREATED, "o-1"))
    await here.later(days=1)

    assert await steps(here) == []
    assert not any(name in ("productOrder", "o-1") for _, name, _ in here.world.asked)
