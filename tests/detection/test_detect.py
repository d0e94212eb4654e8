"""Invoices by poll: what is new is found once, whatever the portal, the connections and the clock do."""

from datetime import date, timedelta

from notifications.detect import FAST, SLOW
from portal.models import InvoiceState
from services.subscriptions import EventKind, Filters
from tests.detection.bill_portal import bill
from tests.detection.lookout import Lookout, numbers

DAY = timedelta(days=1)
INVOICE, PAID, UNUSUAL = EventKind.INVOICE, EventKind.PAID, EventKind.UNUSUAL


async def test_the_first_look_tells_nothing_and_each_later_invoice_is_told_once(here: Lookout) -> None:
    """Old invoices stay old, also when they change; one in preparation counts when it is out; paid is told once."""
    world = here.world
    who = await here.connect("cust-1", 1)
    await here.subscribe(who, INVOICE)
    world.put("cust-1", *(bill(f"old-{n}", here.now - 30 * n * DAY) for n in range(90)))
    world.put("cust-1", bill("draft", here.now, state="validated"))
    await here.look()
    assert await here.found() == []
    made = here.now
    world.put("cust-1", bill("new", made, method="DirectDebit", due=date(2027, 1, 27)))
    world.put("cust-1", bill("old-80", made), bill("draft", made, state="sent"), bill("old-2", made, state="settled"))
    for _ in range(3):
        await here.later(seconds=FAST.total_seconds())
    found = await here.found()
    assert sorted(numbers(one for one in found if one.kind is INVOICE)) == ["R-draft", "R-new"]
    assert numbers(one for one in found if one.kind is PAID) == ["R-old-2"]
    (new,) = [one.facts for one in found if one.facts["invoice"] == "new"]
    assert (new["due"], new["payment"], new["state"]) == ("2027-01-27", "DirectDebit", InvoiceState.DEBITED.value)
    assert (new["total"], new["currency"], new["contracts"]) == ("100.0", "EUR", None)


async def test_unusually_high_is_measured_by_the_last_six(here: Lookout) -> None:
    """More than a quarter and 20 EUR above the median of the billing account; nothing is usual before three."""
    await here.connect("cust-1", 1)
    await here.look()
    for place, total in enumerate(("400", "100", "100", "110", "126", "135", "130.01", "90", "200")):
        here.world.put("cust-1", bill(f"b{place}", here.now, total=total, day=date(2026, 1 + place, 3)))
        await here.later(hours=1)
    assert len(await here.found(INVOICE)) == 9
    high = await here.found(UNUSUAL)
    assert [(one.facts["number"], one.facts["usual"], one.facts["percent"]) for one in high] == [("R-b8", "118.00", 69)]


async def test_whoever_is_entitled_and_alive_asks(here: Lookout) -> None:
    """A dead connection is ended and told once, one that lost its role is passed over, and the next one asks."""
    world = here.world
    await here.connect("cust-1", 1, login="dead")
    await here.connect("cust-1", 2, role="pbxAdmin", login="telephones")
    await here.connect("cust-1", 3, role="accounting", login="demoted")
    await here.connect("cust-1", 4, role="accounting", login="alive")
    await here.look()
    world.signed_out.add("cust-1/dead")
    world.denied.add("cust-1/demoted")
    world.put("cust-1", bill("new", here.now))
    await here.later(hours=1)
    assert numbers(await here.found(INVOICE)) == ["R-new"]
    assert await here.told() == ["ended"]
    await here.later(hours=1)
    assert await here.told() == ["ended"]
    assert len(await here.connections.of_customer("cust-1")) == 3


async def test_an_outage_moves_nothing(here: Lookout) -> None:
    """What came while the portal did not answer is found when it does, and nobody is asked without a pause."""
    for person in range(12):
        await here.connect(f"cust-{person}", person)
    await here.look()
    here.world.is_away = True
    here.world.put("cust-3", bill("new", here.now))
    await here.later(hours=1)
    assert await here.detector.run_once() == 0
    here.world.is_away = False
    for _ in range(3):
        await here.later(seconds=90)
    assert numbers(await here.found(INVOICE)) == ["R-new"]


async def test_the_pace_follows_what_comes(here: Lookout) -> None:
    """Nobody wishes: hourly. Somebody does: soon after a find, then slower and slower, never slower than hourly."""
    who = await here.connect("cust-1", 1)
    await here.look()

    async def looks(hours: int) -> int:
        before = len(here.world.asked)
        for _ in range(hours * 12):
            here.now += FAST
            await here.look()
        return len(here.world.asked) - before

    assert await looks(3) in (3, 4)
    await here.subscribe(who, INVOICE)
    here.world.put("cust-1", bill("new", here.now - 12 * DAY))
    await here.look()
    await looks(1)  # the wish is seen at the next look
    here.world.put("cust-1", bill("newer", here.now, day=date(2027, 1, 1)))
    await here.bills.nudge(["cust-1"], here.now)
    assert await looks(1) >= 3
    await looks(3)
    assert await looks(3) in (3, 4)
    here.now += 19 * DAY  # the day of the month on which the last one was written
    await here.look()
    assert await looks(2) >= 2 * SLOW / FAST - 1


async def test_a_nudge_during_a_look_is_not_lost(here: Lookout) -> None:
    """Whatever came after the portal had answered is looked for again at once."""
    await here.connect("cust-1", 1)
    await here.look()
    for place in range(3):
        here.now += SLOW
        (turn,) = await here.bills.claim(here.now, 1)
        look = await here.detector.look(turn, [])
        here.world.put("cust-1", bill(f"late-{place}", here.now))
        await here.bills.nudge(["cust-1"], here.now)
        await here.detector.settle([look])
        await here.look()
        assert len(await here.found(INVOICE)) == place + 1


async def test_a_clock_that_was_wrong_delays_nothing(here: Lookout) -> None:
    """Ahead by a day and back: the next look does not wait until it is that day again, and nothing is passed over."""
    await here.connect("cust-1", 1)
    await here.look()
    for wrong in (DAY, -DAY):
        true = here.now
        await here.at(true + wrong)
        here.now = true
        here.world.put("cust-1", bill(f"after {wrong}", true + timedelta(minutes=1)))
        await here.at(true + timedelta(minutes=5) + SLOW)
    assert len(await here.found(INVOICE)) == 2


async def test_what_filters_need_is_looked_up_when_somebody_filters(here: Lookout) -> None:
    """Contracts, sites and cost centres of the lines, an option's being its contract's; otherwise nobody asks."""
    who = await here.connect("cust-1", 1)
    await here.subscribe(who, INVOICE, filters=Filters(contracts=frozenset({"c-1"})))
    await here.look()
    here.world.products["cust-1"] = [
        product("c-1", place="Werk", costCentre="4711"),
        product("c-2", place="Lager"),
        {**product("o-1"), "productRelationship": [{"relationshipType": "reliesOn", "product": {"id": "c-2"}}]},
    ]
    here.world.lines["new"] = [{"id": "l1", "product": {"id": "c-1"}}, {"id": "l2", "product": {"id": "o-1"}}]
    here.world.put("cust-1", bill("new", here.now))
    await here.later(hours=1)
    (found,) = await here.found(INVOICE)
    about = (found.facts["contracts"], found.facts["sites"], found.facts["cost_centres"])
    assert about == (["c-1", "c-2"], ["s-Lager", "s-Werk"], ["4711"])


def product(product_id: str, place: str = "", **facts: str) -> dict[str, object]:
    """A `Product`; of a contract when nothing else is said."""
    return {
        "id": product_id,
        "name": product_id,
        "status": "active",
        "agreement": [{"id": f"V-{product_id}"}],
        "relatedParty": [{"id": "cust-1", "role": "customer"}],
        "place": [{"id": f"s-{place}", "name": place}] if place else [],
        "productCharacteristic": [{"name": name, "value": value} for name, value in facts.items()],
    }
