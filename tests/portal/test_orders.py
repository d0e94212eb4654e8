"""Ordering: what is accepted and does, every refusal, one order per `externalId`, states over time, cancelling."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select

from portal.server.running import PortalServer
from portal.server.settings import PortalSettings
from portal.server.tmf import order_progress
from portal.server.tmf import tables as t
from tests.portal.conftest import Portal, both_engines
from tests.portal.orders import CANCEL, add, cancel, end, modify, options, order, outcomes, placed, price, send
from tests.portal.step_up import Wish, step_up
from tests.portal.tmf import INVENTORY, MAX, OFFERING, ORDER, PAULA, Json, conform, connected

PACE = 6


@pytest.fixture
def portal_settings(portal_settings: PortalSettings) -> PortalSettings:
    return replace(portal_settings, order_pace=PACE)


async def set_offering(portal: Portal, id: str, **change: object) -> None:
    answer = await portal.http.patch(f"/operator/offerings/{id}", json=change, headers=portal.operator)
    assert answer.status_code == 200, answer.text
    conform("ProductOffering", answer.json())


def net(option: Json) -> float:
    return float(option["productPrice"][0]["price"]["dutyFreeAmount"]["value"])


def quantity(option: Json) -> Json:
    return {one["name"]: one["value"] for one in option["productCharacteristic"]}["quantity"]


def minimum_term(months: int) -> Json:
    return [{"name": "minimumTerm", "duration": {"amount": months, "units": "month"}}]


async def set_order(portal: Portal, id: str, **change: str) -> int:
    answer = await portal.http.patch(f"/operator/product-orders/{id}", json=change, headers=portal.operator)
    return answer.status_code


@both_engines
async def test_booking_over_time(portal: Portal) -> None:
    """acknowledged, inProgress, completed, each at its time; the option is pendingActive and then active."""
    max_ = await connected(portal, MAX)
    shown = [price(29.00, 34.51)]
    wish = add("e-1", "opt-ddos", "c-1002", itemPrice=shown, itemTerm=minimum_term(1))
    answer = await send(portal, await step_up(portal, max_, wish), wish)
    made = answer.json()

    assert (answer.status_code, answer.headers["Location"]) == (201, made["href"])
    conform("ProductOrder", made)
    assert (made["state"], made["externalId"]) == ("acknowledged", "e-1")
    option = (await options(max_, "c-1002"))["opt-ddos"]
    conform("Product", option)
    assert (option["id"], option["status"]) == (made["productOrderItem"][0]["product"]["id"], "pendingActive")
    seen = []
    for _ in range(3):
        portal.clock.pass_time(PACE)
        now = await max_.one(ORDER, made["id"])
        conform("ProductOrder", now)
        seen.append((now["state"], now["productOrderItem"][0]["state"]))
    assert seen == [("inProgress",) * 2, ("completed",) * 2, ("completed",) * 2]
    assert now["completionDate"] == made["expectedCompletionDate"]
    assert (await options(max_, "c-1002"))["opt-ddos"]["status"] == "active"


async def test_an_option_reads_like_the_seeded_ones(portal: Portal) -> None:
    """The same attributes as an option of the world, behind its contract; the contract's papers still render."""
    max_ = await connected(portal, MAX)
    await placed(portal, max_, add("e-1", "opt-service-4h", "c-1001"))
    listed = [product["id"] for product in await max_.list(INVENTORY, limit=500)]
    option, seeded = (await options(max_, "c-1001"))["opt-service-4h"], await max_.one(INVENTORY, "p-1001-ddos")
    contract = await max_.one(INVENTORY, "c-1001")
    files = [await max_.get(paper["url"]) for paper in contract["document"]]

    assert set(option) == set(seeded)
    assert listed[listed.index("c-1001") :].index(option["id"]) == 3
    assert {file.status_code for file in files} == {200}


async def test_quantities(portal: Portal) -> None:
    """modify takes effect when it completes; only what is sold in a quantity has one."""
    max_ = await connected(portal, MAX)
    shown = [price(3.90, 4.64)]
    wishes = modify("e-1", "p-1004-channels", 5, itemPrice=shown), add("e-2", "opt-multisim", "c-1006", quantity=3)
    assert await outcomes(portal, max_, *wishes) == ["ok", "ok"]
    before = (await options(max_, "c-1004"))["opt-channels"]
    portal.clock.pass_time(2 * PACE)
    after, added = (await options(max_, "c-1004"))["opt-channels"], (await options(max_, "c-1006"))["opt-multisim"]

    assert [quantity(option) for option in (before, after, added)] == [4, 5, 3]
    assert net(after) == 19.5


async def test_ending_an_option(portal: Portal) -> None:
    """Completed when the end is booked: after the notice to the end of a month, or after the minimum term."""
    max_ = await connected(portal, MAX)  # it is 2 March 2026
    notice, own_term = (
        end("e-1", "p-1001-ddos", terminationDate="2026-05-01T00:00:00+02:00"),
        end("e-2", "p-1002-router"),
    )
    assert await outcomes(portal, max_, notice, own_term) == ["ok", "ok"]
    portal.clock.pass_time(2 * PACE)
    ddos, router = await max_.one(INVENTORY, "p-1001-ddos"), await max_.one(INVENTORY, "p-1002-router")

    assert (ddos["status"], ddos["terminationDate"]) == ("pendingTerminate", "2026-05-01T00:00:00+02:00")
    assert (router["status"], router["terminationDate"]) == ("pendingTerminate", "2026-06-01T00:00:00+02:00")


async def test_refusals_of_what_does_not_fit(portal: Portal) -> None:
    """Each code, and nothing of it changes anything; the entry stays good until something came of it."""
    max_ = await connected(portal, MAX)
    await set_offering(portal, "opt-service-4h", sellable=False)
    before = await max_.list(INVENTORY, limit=500)
    expected = {
        "unknownOffering": add("e-1", "opt-none", "c-1001"),
        "unknownProduct": add("e-2", "opt-ddos", "c-2001"),  # another customer's
        "notOffered": add("e-3", "opt-ddos", "c-1004"),
        "soldOut": add("e-4", "opt-service-4h", "c-1001"),
        "alreadyBooked": add("e-5", "opt-ddos", "c-1001"),
        "preconditionMissing": add("e-6", "opt-lte-guard", "c-1003"),
        "excluded": add("e-7", "opt-flat-global", "c-1004"),
        "priceChanged": add("e-8", "opt-ddos", "c-1002", itemPrice=[price(28.00, 33.32)]),
        "termChanged": add(
            "e-9",
            "opt-ddos",
            "c-1002",
            itemTerm=[{"name": "minimumTerm", "duration": {"amount": 12, "units": "month"}}],
        ),
        "notModifiable": modify("e-10", "p-1001-ddos", 2),
        "quantityUnchanged": modify("e-11", "p-1004-channels", 4),
        "alreadyTerminating": end("e-12", "p-1005-attendant"),
        "dateChanged": end("e-13", "p-1001-ddos", terminationDate="2026-04-01T00:00:00+02:00"),
        "invalidBody": add("e-14", "opt-ddos", "c-1002", quantity=2),
    }
    assert await outcomes(portal, max_, *expected.values()) == list(expected)
    more = [
        add("m-1", "off-dsl-100", "c-1001"), add("m-2", "opt-fax-archive", "c-1001"),
        add("m-3", "opt-ddos", "p-1001-router"), modify("m-4", "c-1001", 2), end("m-5", "c-1001"), end("m-6", "p-none"),
        add("m-7", "opt-router", "c-1003", itemPrice=[price(6.90, 8.21)]),  # its one-time price was not shown
        end("m-8", "p-1001-ddos", terminationDate="soon"), end("m-9", "p-1001-ddos", terminationDate="2026-05-01"),
        order("m-10", action="add", product={}), order("m-11", action="delete", product={}),
    ]  # fmt: skip
    assert await outcomes(portal, max_, *more) == [
        "notOffered", "notOffered", "unknownProduct", "notModifiable", "notModifiable", "unknownProduct",
        "priceChanged", "invalidBody", "invalidBody", "invalidBody", "invalidBody",
    ]  # fmt: skip
    assert await max_.list(INVENTORY, limit=500) == before
    assert await max_.list(ORDER) == []


async def test_refusals_name_what_is_missing_or_in_the_way(portal: Portal) -> None:
    """`message` lists the names; both directions of an exclusion; what others need stays."""
    erika = await connected(portal, "customer2300241")
    wanted = (
        add("e-1", "opt-lte-guard", "c-2002"),
        add("e-2", "opt-flat-national", "c-2003"),
        end("e-3", "p-2001-router"),
    )
    wishes = [Wish(ORDER, wish.body.replace(b"cust-2300229", b"cust-2300241")) for wish in wanted]
    token = await step_up(portal, erika, *wishes)
    answers = [(await send(portal, token, wish)).json() for wish in wishes]

    assert [(answer["code"], answer["message"]) for answer in answers] == [
        ("preconditionMissing", "Business-Router"), ("excluded", "Global-Flat"), ("requiredByOther", "LTE-Guard"),
    ]  # fmt: skip
    for answer in answers:
        conform("Error", answer)


async def test_a_contract_that_has_ended_takes_no_order(portal: Portal) -> None:
    """Neither a new option nor a change of one that it had."""
    max_ = await connected(portal, MAX)
    async with portal.server.context.database.writing() as connection:
        await connection.execute(t.products.update().where(t.products.c.id == "c-1004").values(status="terminated"))
    wishes = add("e-1", "opt-flat-global", "c-1004"), modify("e-2", "p-1004-channels", 5), end("e-3", "p-1004-flat")

    assert await outcomes(portal, max_, *wishes) == ["contractEnded"] * 3


async def test_what_is_on_its_way_counts(portal: Portal) -> None:
    """A second order for the same thing is refused while the first has not come to its end."""
    max_ = await connected(portal, MAX)
    wishes = [
        add("e-1", "opt-ddos", "c-1002"), add("e-2", "opt-ddos", "c-1002"),
        modify("e-3", "p-1004-channels", 5), modify("e-4", "p-1004-channels", 6),
        end("e-5", "p-1001-ddos"), end("e-6", "p-1001-ddos"),
        end("e-7", "p-1002-router"), add("e-8", "opt-lte-guard", "c-1002"),
    ]  # fmt: skip

    assert await outcomes(portal, max_, *wishes) == [
        "ok", "alreadyBooked", "ok", "notModifiable", "ok", "alreadyTerminating", "ok", "preconditionMissing",
    ]  # fmt: skip


@both_engines
async def test_one_order_per_external_id(portal: Portal) -> None:
    """The same again with a fresh PIN is the same order; another body is a conflict; nobody else is concerned."""
    max_ = await connected(portal, MAX)
    wish, other = add("e-1", "opt-ddos", "c-1002"), add("e-1", "opt-ddos", "c-1003")
    first = await placed(portal, max_, wish)
    token = await step_up(portal, max_, wish, other)
    again, conflict = await send(portal, token, wish), await send(portal, token, other)

    assert (again.status_code, again.json()) == (201, first)
    assert (conflict.status_code, conflict.json()["code"]) == (409, "externalIdConflict")
    assert [one["id"] for one in await max_.list(ORDER)] == [first["id"]]


@both_engines
async def test_fifty_at_once_make_one_order(portal: Portal) -> None:
    """Two servers on one database, two tokens that may do it twenty times each: one order, one option."""
    max_ = await connected(portal, MAX)
    wish = add("e-1", "opt-ddos", "c-1002")
    second = PortalServer(replace(portal.server.settings, bind="127.0.0.1:0"), portal.clock)
    await second.start()
    try:
        tokens = [await step_up(portal, max_, *[wish] * 20) for _ in range(2)]
        clients = [portal.http, httpx.AsyncClient(base_url=second.url, trust_env=False, timeout=30)]
        headers = [{**token, "Content-Type": "application/json"} for token in tokens]
        answers = await asyncio.gather(
            *(clients[n % 2].post(ORDER, content=wish.body, headers=headers[n // 2 % 2]) for n in range(50))
        )
        await clients[1].aclose()
    finally:
        await second.stop()
    made = [answer.json() for answer in answers if answer.status_code == 201]
    refused = [answer.json()["code"] for answer in answers if answer.status_code != 201]

    assert len(made) == 40 and {one["id"] for one in made} == {made[0]["id"]}
    assert refused == ["insufficient_user_authentication"] * 10  # each token carried twenty entries
    assert len(await max_.list(ORDER)) == 1
    assert list(await options(max_, "c-1002")) == ["opt-router", "opt-ddos"]


@both_engines
async def test_two_people_at_once_book_one_option(portal: Portal) -> None:
    """Different orders for the same option on the same contract: one is accepted."""
    people = [await connected(portal, MAX), await connected(portal, "customer2300231")]
    wishes = [add(f"e-{n}", "opt-ddos", "c-1002") for n in range(10)]
    tokens = [await step_up(portal, person, *wishes) for person in people]
    answers = await asyncio.gather(*(send(portal, tokens[n % 2], wish) for n, wish in enumerate(wishes)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert len(await people[0].list(ORDER)) == 1


async def test_a_feasibility_check_takes_longer_and_may_end_in_a_no(portal: Portal) -> None:
    """pending is one state more; rejected and failed take the option away again, and an end is the end."""
    max_ = await connected(portal, MAX)
    checked, refused = add("e-1", "opt-up-250", "c-1002"), add("e-2", "opt-up-250", "c-1003")
    assert await outcomes(portal, max_, checked, refused) == ["ok", "ok"]
    ids = {one["externalId"]: one["id"] for one in await max_.list(ORDER)}
    assert await set_order(portal, ids["e-2"], state="pending", note="Wir messen die Leitung.") == 200
    states = []
    for _ in range(3):
        portal.clock.pass_time(PACE)
        states.append((await max_.one(ORDER, ids["e-1"]))["state"])
    held = await max_.one(ORDER, ids["e-2"])
    conform("ProductOrder", held)

    assert states == ["pending", "inProgress", "completed"]
    assert (held["state"], held["note"][0]["text"]) == ("pending", "Wir messen die Leitung.")
    assert "opt-up-250" in await options(max_, "c-1003")
    assert await set_order(portal, ids["e-2"], state="rejected") == 200
    assert "opt-up-250" not in await options(max_, "c-1003")
    assert await set_order(portal, ids["e-2"], state="completed") == 409
    assert await set_order(portal, "o-none", state="completed") == 404


async def test_the_beat_moves_orders_that_nobody_reads(portal: Portal) -> None:
    """States come by themselves, without a request in between."""
    max_ = await connected(portal, MAX)
    made = await placed(portal, max_, add("e-1", "opt-ddos", "c-1002"))
    portal.clock.pass_time(10 * PACE)
    await order_progress.settle_all(portal.server.context)
    async with portal.server.context.database.reading() as connection:
        state = (await connection.execute(select(t.orders.c.state).where(t.orders.c.id == made["id"]))).scalar_one()

    assert state == "completed"


@both_engines
async def test_cancelling(portal: Portal) -> None:
    """An order on its way is taken back: the option is gone, a change is not made; an ended one stays."""
    max_ = await connected(portal, MAX)
    assert (
        await outcomes(portal, max_, add("e-1", "opt-ddos", "c-1002"), modify("e-2", "p-1004-channels", 9))
        == ["ok"] * 2
    )
    ids = {one["externalId"]: one["id"] for one in await max_.list(ORDER)}
    first = cancel(ids["e-1"], cancellationReason="Doch nicht", externalId="c-1")
    second, unknown = cancel(ids["e-2"]), cancel("o-none")
    token = await step_up(portal, max_, first, first, second, second, unknown)
    answers = [await send(portal, token, wish) for wish in (first, first, second, second, unknown)]
    portal.clock.pass_time(5 * PACE)
    orders = {one["externalId"]: one for one in await max_.list(ORDER)}
    listed = await max_.list(CANCEL)

    assert [answer.status_code for answer in answers] == [201, 201, 201, 409, 400]
    assert answers[0].json() == answers[1].json() and answers[3].json()["code"] == "notCancellable"
    assert answers[0].headers["Location"] == answers[0].json()["href"]
    assert (orders["e-1"]["state"], orders["e-1"]["cancellationReason"]) == ("cancelled", "Doch nicht")
    assert "opt-ddos" not in await options(max_, "c-1002")
    assert orders["e-2"]["state"] == "cancelled"
    assert (await options(max_, "c-1004"))["opt-channels"]["productPrice"][0]["price"]["dutyFreeAmount"][
        "value"
    ] == 15.6
    assert {task["id"] for task in listed} == {answers[0].json()["id"], answers[2].json()["id"]}
    assert await max_.one(CANCEL, listed[0]["id"]) == listed[0]
    for task in listed:
        conform("CancelProductOrder", task)
    for one in orders.values():
        conform("ProductOrder", one)


async def test_the_operator_sets_price_and_term(portal: Portal) -> None:
    """What was shown before is refused from then on; the service description is printed anew."""
    max_ = await connected(portal, MAX)
    paper = (await max_.one(OFFERING, "opt-ddos"))["attachment"][0]["url"]
    old = (await max_.get(paper)).content
    await set_offering(
        portal, "opt-ddos", prices=[{"name": "Grundpreis", "kind": "recurring", "net": 31}], minimumTermMonths=6
    )
    seen, now = [price(29.00, 34.51)], [price(31.00, 36.89)]
    wishes = [add("e-1", "opt-ddos", "c-1002", itemPrice=seen), add("e-2", "opt-ddos", "c-1002", itemPrice=now)]

    assert await outcomes(portal, max_, *wishes) == ["priceChanged", "ok"]
    assert (await max_.get(paper)).content != old
    assert net(await max_.one(INVENTORY, "p-1001-ddos")) == 29  # what is booked keeps its price
    unknown = await portal.http.patch("/operator/offerings/opt-none", json={"sellable": True}, headers=portal.operator)
    assert unknown.status_code == 404


async def test_only_who_may_order_can(portal: Portal) -> None:
    """A role without orders:write gets 403, whatever the PIN."""
    paula = await connected(portal, PAULA)
    answer = await send(portal, paula.headers, add("e-1", "opt-ddos", "c-1002"))

    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
