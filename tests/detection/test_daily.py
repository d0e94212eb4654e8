"""What the clock brings: each reminder once, on its local day, whatever happens to the clock and to the machine."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from services.plans_clock import instant_of, local_day
from services.subscriptions import EventKind, Filters
from tests.databases import fresh_file
from tests.detection.bill_portal import bill
from tests.detection.lookout import BEGIN, Lookout, lookout, numbers
from tests.proof import Proof
from tests.services.plan_wishes import ZONES

BERLIN = "Europe/Berlin"
EIGHT = 8 * 60
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
TODAY = local_day(BEGIN, BERLIN)
CLOCK_CHANGES = (date(2027, 3, 14), date(2027, 3, 28), date(2027, 4, 4), date(2027, 10, 31), date(2027, 11, 7))
LEAP_DAY = date(2028, 2, 29)
JUMPS = (timedelta(), HOUR, -HOUR, DAY, -DAY)
DUE_SOON, OVERDUE, DEADLINE = EventKind.DUE_SOON, EventKind.OVERDUE, EventKind.DEADLINE


def product(product_id: str, *, relies_on: str = "", end: date | None = None, **facts: str) -> dict[str, object]:
    """A `Product`: a contract, or the option of one."""
    ends = {"terminationDate": datetime.combine(end, time(), ZoneInfo(BERLIN)).isoformat()} if end else {}
    related = [{"relationshipType": "reliesOn", "product": {"id": relies_on}}] if relies_on else []
    return {
        "id": product_id,
        "name": product_id.title(),
        "status": "active",
        "agreement": [{"id": f"V-{product_id}"}],
        "relatedParty": [{"id": "cust-1", "role": "customer"}],
        "productRelationship": related,
        "productCharacteristic": [{"name": name, "value": value} for name, value in facts.items()],
        **ends,
    }


def line(number: str, target: str | None, when: str = "unconditional") -> dict[str, object]:
    """An extension, diverted or not."""
    rule = {"active": target is not None, "target": target or "", "status": "active" if target else "off"}
    return {
        "id": f"ext-{number}",
        "category": "cloudPbxExtension",
        "name": "Platz",
        "serviceCharacteristic": [{"name": "extensionNumber", "value": number}],
        "callForwarding": {when: rule},
    }


async def eight(here: Lookout, day: date, zone: str = BERLIN) -> None:
    """It becomes eight."""
    here.now = instant_of(day, EIGHT, zone)
    await here.ask()


async def test_due_dates_are_told_once_each_and_only_to_be_paid_ones(here: Lookout) -> None:
    """Three days before by transfer and debit; the day after by transfer only; what was paid meanwhile is not."""
    world, due = here.world, TODAY + 4 * DAY
    who = await here.connect("cust-1", 1)
    await here.subscribe(who, DUE_SOON, OVERDUE)
    world.put("cust-1", bill("open", BEGIN, due=due), bill("debit", BEGIN, due=due, method="DirectDebit"))
    world.put("cust-1", bill("paid", BEGIN, due=due, state="settled"), bill("late", BEGIN, due=TODAY - 9 * DAY))
    for n in range(1, 8):
        if n == 3:
            world.put("cust-1", bill("soon paid", BEGIN, due=due))
        if n == 4:
            world.put("cust-1", bill("soon paid", BEGIN, due=due, state="settled"))
        await eight(here, TODAY + n * DAY)
        await here.later(hours=9)
    soon, overdue = await here.found(DUE_SOON), await here.found(OVERDUE)
    told = {str(one.facts["number"]): (one.facts["days"], one.found_at) for one in soon}
    assert told["R-open"] == told["R-debit"] == (3, instant_of(TODAY + DAY, EIGHT, BERLIN))
    assert sorted(told) == sorted(numbers(soon)) == ["R-debit", "R-open", "R-soon paid"]
    assert [(one.facts["number"], one.facts["days"]) for one in overdue] == [("R-open", 1)]


async def test_a_deadline_is_made_up_for_but_never_after_its_day(here: Lookout) -> None:
    """90, 30 and 7 days before; a bot that was off tells the nearest one when it is back, with the days left then."""
    who = await here.connect("cust-1", 1)
    await here.subscribe(who, DEADLINE, EventKind.OPTION_END)
    last = {
        name: TODAY + timedelta(days=days) for name, days in (("far", 91), ("near", 8), ("missed", 40), ("gone", 25))
    }
    here.world.products["cust-1"] = [
        *(product(name, lastDayForNotice=day.isoformat()) for name, day in last.items()),
        product("ends", end=TODAY + 9 * DAY, lastDayForNotice=last["near"].isoformat()),
        product("option", relies_on="far", end=TODAY + 9 * DAY),
    ]
    await eight(here, TODAY + DAY)
    found = [(one.facts["contract"], one.facts["ahead"], one.facts["days"]) for one in await here.found(DEADLINE)]
    assert sorted(found) == [("far", 90, 90), ("near", 7, 7)]
    (option,) = await here.found(EventKind.OPTION_END)
    assert (option.facts["option"], option.facts["contract"], option.facts["days"]) == ("option", "far", 7)

    await eight(here, TODAY + 29 * DAY)  # off for four weeks
    found = [(one.facts["contract"], one.facts["ahead"], one.facts["days"]) for one in await here.found(DEADLINE)]
    assert sorted(found) == [("far", 90, 90), ("missed", 30, 11), ("near", 7, 7)]


async def test_a_diversion_that_stays_is_told_after_three_days(here: Lookout) -> None:
    """Once; another target counts anew, and one that only applies when busy does not count."""
    who = await here.connect("cust-1", 1)
    await here.subscribe(who, EventKind.DIVERSION_ACTIVE)
    services = here.world.services
    for n in range(1, 10):
        target = "tel:+491713920010" if n < 8 else "tel:+491713920011"
        services["cust-1"] = [line("21", target), line("22", None), line("23", target, "busy")]
        await eight(here, TODAY + n * DAY)
    (told,) = await here.found(EventKind.DIVERSION_ACTIVE)
    assert (told.facts["line"], told.facts["days"], told.facts["target"]) == ("21 Platz", 3, "+491713920010")
    assert told.found_at == instant_of(TODAY + 4 * DAY, EIGHT, BERLIN)


async def test_the_digest_comes_on_mondays_with_what_may_be_read(here: Lookout) -> None:
    """Sums, diversions and terms; the part that nobody may ask for is None. A missed Monday is made up for."""
    who = await here.connect("cust-1", 1, role="accounting")
    await here.subscribe(who, EventKind.DIGEST)
    world = here.world
    world.put(
        "cust-1", bill("a", BEGIN, due=TODAY, total="10.50"), bill("b", BEGIN, due=TODAY + 90 * DAY, total="5.25")
    )
    world.products["cust-1"] = [product("near", lastDayForNotice=(TODAY + 60 * DAY).isoformat()), product("far")]
    for n in range(1, 7):
        await eight(here, TODAY + n * DAY)
    await eight(here, TODAY + 13 * DAY)  # a Tuesday
    first, second = await here.found(EventKind.DIGEST)
    assert (first.facts["week"], first.facts["day"]) == ("2027-W03", "2027-01-18")
    assert (second.facts["week"], second.facts["day"]) == ("2027-W04", "2027-01-26")
    sums = [(one["standing"], one["amount"]) for one in first.facts["invoices"]]  # type: ignore[attr-defined]  # JSON
    assert sums == [("overdue", "10.5"), ("open", "5.25")]
    assert first.facts["diversions"] is None
    assert first.facts["terms"]["most"][0]["number"] == "V-near"  # type: ignore[index]  # JSON


async def test_what_nobody_wishes_to_know_is_not_asked(here: Lookout) -> None:
    """No subscription, no request; and each request only for its kinds. An outage is made up for on the same day."""
    who = await here.connect("cust-1", 1)
    await eight(here, TODAY + DAY)
    assert here.world.asked == []
    await here.subscribe(who, DUE_SOON, filters=Filters(sites=frozenset({"s-1"})))
    here.world.put("cust-1", bill("open", BEGIN, due=TODAY + 3 * DAY))
    here.world.is_away = True
    await eight(here, TODAY + 2 * DAY)
    here.world.is_away = False
    here.now += 10 * MINUTE
    await here.ask()
    assert [name for _, name, _ in here.world.asked] == ["customerBill", "product", "appliedCustomerBillingRate"]
    (told,) = await here.found(DUE_SOON)
    assert told.facts["contracts"] == []


@pytest.mark.proof("T35", target="each daily job exactly once a local day; 0 dup/lost alerts")
async def test_each_daily_question_is_asked_once_a_local_day(proof: Proof, tmp_path: Path) -> None:
    """Thirty zones around each change of clocks and the leap day, with a clock that jumps and nights of sleep."""
    zones = proof.random.sample(ZONES, proof.count(len(ZONES), "zones", least=3))
    changes = proof.random.sample((*CLOCK_CHANGES, LEAP_DAY), proof.count(6, "changes of clocks"))
    wrong, alerts = list[tuple[object, ...]](), 0
    for middle in changes:
        async with lookout(f"sqlite:///{tmp_path / str(middle)}.db") as here:
            days = [middle + n * DAY for n in range(-3, 4)]
            for place, zone in enumerate(zones):
                customer = zone.replace("/", " ")
                here.world.put(customer, *(bill(f"{customer} {day}", BEGIN, due=day, zone=zone) for day in days))
                await here.subscribe(await here.connect(customer, place, zone=zone), DUE_SOON, OVERDUE)
            # whoever is asked a day late, because the clock jumped over that day's morning, is not forgotten
            asked = await live(here, days[0] - DAY, days[-1] + 6 * DAY, proof.random)
            found = Counter((one.kind, one.facts["invoice"]) for one in await here.found())
        customers = [zone.replace("/", " ") for zone in zones]
        wanted = {(kind, f"{each} {day}") for kind in (DUE_SOON, OVERDUE) for each in customers for day in days}
        wrong += wanted ^ found.keys()
        wrong += [key for key, times in (asked | found).items() if times > 1]
        alerts += found.total()
    proof.record(figure=f"{alerts} alerts, {len(wrong)} lost, twice, or days asked about twice", passed=not wrong)
    assert wrong[:5] == []


async def live(here: Lookout, begin: date, end: date, random: Random) -> Counter[tuple[object, ...]]:
    """From one day to another; how often each customer was asked about each of its days."""
    asked = Counter[tuple[object, ...]]()
    true, until = (datetime.combine(day, time(), UTC) for day in (begin, end))
    while true < until:
        true += MINUTE * random.choice((1, 30, 60, 120, 8 * 60))
        here.now = true + (random.choice(JUMPS) if random.random() < 0.1 else timedelta())
        before = len(here.world.asked)
        await here.ask()
        for customer, _, _ in here.world.asked[before:]:
            asked[customer, local_day(here.now, customer.replace(" ", "/"))] += 1
    return asked


@pytest.mark.proof("T36", target="all due work runs once, <= 60 s after wake")
async def test_a_day_that_was_slept_through_until_the_evening_is_asked_about_once(proof: Proof, tmp_path: Path) -> None:
    """Asleep over 8:00 for eight hours, or the loop stands still: asked at the first beat after, and not again."""
    late = []
    nights = proof.count(60, "days")
    async with lookout(await fresh_file(tmp_path)) as here:
        await here.subscribe(await here.connect("cust-1", 1), DUE_SOON)
        for n in range(1, nights + 1):
            day = TODAY + n * DAY
            here.now = instant_of(day, EIGHT, BERLIN) - timedelta(seconds=proof.random.uniform(1, 8 * 3600))
            await here.ask()
            here.now += 8 * HOUR
            before = len(here.world.asked)
            for _ in range(3):
                await here.ask()
                here.now += timedelta(seconds=30)
            if len(here.world.asked) != before + 1:
                late.append(day)
    proof.record(figure=f"{nights} days, {len(late)} not asked about once at the first beat", passed=not late)
    assert late == []
