"""What the outbox promises, counted: everything told once, at Telegram's pace, and to nobody without right."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from notifications.pace import Limits
from storage.connections import Connection
from storage.engine import Database
from storage.vault import Vault
from tests.house import MovableClock
from tests.notifications.outbox import Outbox, outbox
from tests.notifications.telegram import TOKEN, Telegram, telegram
from tests.proof import Proof

DAY = timedelta(days=1)
Case = tuple[int, str, str, str]
# what Telegram says: status, description; and what becomes of the notice and of the subscription's reason
CASES: tuple[Case, ...] = (
    (403, "Forbidden: bot was blocked by the user", "due", "blocked"),
    (403, "Forbidden: user is deactivated", "dead", "deactivated"),
    (403, "Forbidden: bot was kicked from the group chat", "dead", "kicked"),
    (400, "Bad Request: chat not found", "dead", "not-found"),
    (400, "Bad Request: can't parse entities: Unsupported start tag", "dead", "refused"),
)


async def drained(box: Outbox) -> None:
    """Until nothing waits any more."""
    while await box.notices.work.waiting():
        await box.deliverer.run_once()


class Hurried:
    """Time that passes faster."""

    def __init__(self, factor: int) -> None:
        self._factor, self._began, self._start = factor, time.monotonic(), datetime.now(UTC)

    def __call__(self) -> datetime:
        return self._start + (time.monotonic() - self._began) * self._factor * timedelta(seconds=1)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.proof("T22", target="all delivered <= 200 s (floor 167 s), 429s <= 0.1 %, 0 lost, 0 doubled")
async def test_fan_out_at_the_pace_that_telegram_allows(
    proof: Proof, database: Database, vault: Vault, clock: MovableClock
) -> None:
    """One event for everybody: within a few percent of the time that Telegram's limits cost, and never over them."""
    people, groups = proof.count(5_000, "private chats"), proof.count(100, "groups")
    async with (
        telegram(rate_limits=True) as sim,
        outbox(database, vault, sim.url, TOKEN, clock) as box,
    ):
        chats = sim.people(people) + sim.groups(groups)
        await box.subscribe_all(chats, await box.connect())
        await box.happen(1)
        began = time.monotonic()
        await box.work()
        seconds, received, floods = time.monotonic() - began, sim.received(), sim.answered(429)
    floor = len(chats) / 30
    lost, doubled = len(chats) - len(received), sum(received.values()) - len(received)
    # among other tests the time is theirs, too: a late message is followed closely by the next
    is_in_time = (floods <= len(chats) / 1000 and seconds <= floor * 1.2) or not proof.full
    proof.record(
        figure=f"{len(chats)} chats in {seconds:.1f} s, {seconds / floor:.3f} of the floor; {floods} times 429; "
        f"{lost} lost, {doubled} doubled",
        passed=(lost, doubled) == (0, 0) and is_in_time,
    )
    assert (lost, doubled) == (0, 0)
    assert is_in_time


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.proof(
    "T23", target="30 % of sends get 429 for 1-30 s: 0 lost, 0 doubled, none too early, others >= 70 % of normal rate"
)
async def test_a_storm_of_429(proof: Proof, database: Database, vault: Vault, sim: Telegram) -> None:
    """Whoever is to be left alone is left alone for as long as Telegram said; nobody else waits for that."""
    people = proof.count(5_000, "chats")
    clock, overall = Hurried(1 if proof.full else 10), 29.0 if proof.full else 60.0
    async with outbox(database, vault, sim.url, TOKEN, clock, limits=Limits(overall, None, None)) as box:
        chats = sim.people(people)
        await box.subscribe_all(chats, await box.connect())
        await box.happen(0)
        await box.planner.run_once()
        calm = time.monotonic()
        await drained(box)
        calm = time.monotonic() - calm
        await box.happen(1)
        storm = sim.storm(proof.random, 0.3, 30, clock)
        await box.planner.run_once()
        sending = asyncio.create_task(drained(box))
        began = time.monotonic()
        await storm.reached(people)
        rate = calm / (time.monotonic() - began)
        await sending
        received = sim.received()
    lost, doubled = 2 * people - len(received), sum(received.values()) - len(received)
    is_unhindered = rate >= 0.7 or not proof.full  # among other tests the time is theirs, too
    proof.record(
        figure=f"{people} chats, {storm.floods} times 429: {lost} lost, {doubled} doubled, {storm.too_early} too "
        f"early; {rate:.0%} of the normal rate meanwhile",
        passed=(lost, doubled, storm.too_early) == (0, 0, 0) and is_unhindered,
    )
    assert (lost, doubled, storm.too_early) == (0, 0, 0)
    assert is_unhindered


@pytest.mark.proof("T39", target="right class 100 %; blocked chat <= 1 try a day; replay sends each once")
async def test_dead_letters(proof: Proof, box: Outbox, sim: Telegram, clock: MovableClock) -> None:
    """Each refusal has its class; a blocked chat is tried once a day; when all is well again each is sent once."""
    each = proof.count(100, "chats of each class")
    chats = {case: sim.people(each, first=5_000_001 + 1000 * number) for number, case in enumerate(CASES)}
    right = await box.connect()
    await box.subscribe_all([chat for found in chats.values() for chat in found], right)
    for case, found in chats.items():
        for chat in found:
            sim.refuses(chat, case[0], case[1])
    await box.happen(1)
    await box.work()
    wrong = 0
    for case, found in chats.items():
        for chat in found:
            (one,) = await box.told.history(chat)
            (kept,) = await box.subscriptions.of_chat(chat)
            paused = ("on", "") if case[3] == "refused" else ("paused", case[3])
            wrong += (one.state, one.reason, (kept.state, kept.reason)) != (*case[2:], paused)
    for _ in range(14):  # every six hours
        clock.advance(DAY / 4)
        await box.happen(f"at{clock():%s}")
        await box.work()
    blocked = chats[CASES[0]]
    tries = max(sim.tries(chat) for chat in blocked)
    assert [one.reason for one in await box.told.of_chat(blocked[0]) if one.state == "dead"] == ["blocked"]
    before = sim.received()
    sim.mend()
    for chat in blocked:
        await box.chats.back(chat, clock())
    replayed = await box.notices.work.replay(clock())
    for found in chats.values():
        for chat in found:
            (kept,) = await box.subscriptions.of_chat(chat)
            await box.subscriptions.turn(kept.id, "on")
    await box.deliverer.run_once()
    fresh = sim.received() - before
    once = sum(fresh[chat, "invoice/1"] == 1 for found in chats.values() for chat in found)
    proof.record(
        figure=f"{wrong} of {each * len(CASES)} in the wrong class; {tries} tries of a blocked chat in 3.5 days; "
        f"{once} of {each * len(CASES)} sent once by the replay",
        passed=wrong == 0 and tries <= 4 and once == each * len(CASES) and set(fresh.values()) == {1},
    )
    assert wrong == 0
    assert tries <= 4
    assert replayed >= once == each * len(CASES)
    assert set(fresh.values()) == {1}


async def test_who_comes_back_is_told_at_once(box: Outbox, sim: Telegram, clock: MovableClock) -> None:
    """What was held while the bot was blocked goes when the person is back, and the subscription is on again."""
    (chat,) = sim.people(1)
    await box.subscribe(chat, await box.connect())
    sim.refuses(chat, *CASES[0][:2])
    await box.happen(1)
    await box.work()
    sim.mend()
    await box.chats.back(chat, clock())
    await box.happen(2)
    await box.work()
    assert sim.messages(chat) == ["invoice/1 invoice/2"]


async def test_a_group_that_became_a_supergroup(box: Outbox, sim: Telegram) -> None:
    """Everything goes to the new id, once; the subscription has moved."""
    old, new = sim.groups(2)
    await box.subscribe(old, await box.connect())
    box.sender.moved[old] = new
    await box.happen(1)
    await box.work()
    await box.work()
    assert (sim.messages(old), sim.messages(new)) == ([], ["invoice/1"])
    assert [kept.chat_id for kept in await box.subscriptions.of_chat(new)] == [new]


@pytest.mark.slow
@pytest.mark.proof("T49", target="1,000 queued, connection revoked: 0 messages after <= 5 s; <= 60 s without push")
async def test_revoked_while_queued(
    proof: Proof, database: Database, vault: Vault, sim: Telegram, clock: MovableClock
) -> None:
    """With the news of it nothing more goes out; without it, nothing after the portal's last word is a minute old."""
    is_revoked = False

    async def vouch(connection: Connection) -> Connection | None:
        if is_revoked:
            await box.connections.end(connection.id, clock())
            return None
        await box.connections.mark(connection.id, checked_at=clock())
        return connection

    queued = proof.count(1_000, "queued")
    async with outbox(database, vault, sim.url, TOKEN, clock, limits=Limits(100, None, None), vouch=vouch) as box:
        told, untold = sim.people(queued), sim.people(queued, first=6_000_000)
        pushed, polled = await box.connect(1), await box.connect(2)
        await box.subscribe_all(told, pushed)
        await box.happen(1)
        await box.planner.run_once()
        sending = asyncio.create_task(box.deliverer.run_once())
        await sim.told(queued // 2)
        await box.connections.end(pushed, clock())
        at_the_end = sum(name == "invoice/1" for _, name in sim.received())
        await sending
        after = sum(name == "invoice/1" for _, name in sim.received()) - at_the_end
        await box.subscribe_all(untold, polled)
        await box.happen(2)
        await box.planner.run_once()
        is_revoked = True
        clock.advance(timedelta(seconds=60))
        await box.deliverer.run_once()
        unheard = sum(name == "invoice/2" for _, name in sim.received())
    proof.record(
        figure=f"{after} of {queued} after the news of it, {unheard} after a minute without",
        passed=after <= 2 and unheard == 0,  # what was on its way at that moment
    )
    assert 0 < at_the_end < queued
    assert after <= 2
    assert unheard == 0


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.proof("T36", target="loop blocked 30 s, machine asleep 8 h: all due work runs once, <= 60 s after wake")
async def test_asleep(proof: Proof, database: Database, vault: Vault, sim: Telegram, clock: MovableClock) -> None:
    """What was in hand when the time jumped is told once, and so is what became due meanwhile."""
    people, blocked = proof.count(1_000, "chats"), proof.count(30, "seconds")
    async with outbox(database, vault, sim.url, TOKEN, clock, limits=Limits(150, None, None)) as box:
        chats, right = sim.people(people), await box.connect()
        await box.subscribe_all(chats, right)
        for jump in (timedelta(), timedelta(hours=8)):
            await box.happen(f"before{jump.seconds}")
            await box.planner.run_once()
            before = sim.count
            sending = asyncio.create_task(box.deliverer.run_once())
            await sim.told(before + people // 3)
            clock.advance(jump)
            time.sleep(blocked)  # noqa: ASYNC251  # the loop stands still: that is the point
            await box.happen(f"meanwhile{jump.seconds}")
            began = time.monotonic()
            await sending
            await box.work()
            seconds = time.monotonic() - began
        received = sim.received()
    wanted = people * 4
    told = sum(received.values())
    proof.record(figure=f"{told} of {wanted} told, {seconds:.1f} s after wake", passed=told == wanted and seconds <= 60)
    assert set(received.values()) == {1}
    assert told == wanted
    assert seconds <= 60
