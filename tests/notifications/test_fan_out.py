"""From events to messages: who is told what, when, together with what, and by whose right."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest

from notifications.authority import FRESH
from notifications.deliver import MARGIN
from notifications.fan_out import Planner
from notifications.reasons import Reason
from portal.errors import Unavailable
from services.subscriptions import EventKind, Filters, Quiet, Rhythm, Wish
from storage.connections import Connection
from storage.engine import Database, DatabaseUnavailable
from storage.mailboxes import Mailboxes
from storage.mails import Mails
from storage.notices import LEASE, NewNotice
from storage.vault import Vault
from tests.house import MovableClock
from tests.notifications.outbox import KINDS, NO_LIMITS, Outbox, outbox
from tests.notifications.telegram import TOKEN, Telegram
from tests.storage.test_mailboxes import confirmed

EVERYTHING = Wish(KINDS)


def _hour(at: datetime) -> time:
    """As it is typed."""
    return at.time().replace(second=0, microsecond=0)


async def reasons(box: Outbox, chat: int) -> list[tuple[str, str | None]]:
    """(state, reason) of a chat's notices, oldest first."""
    return [(one.state, one.reason) for one in reversed(await box.told.history(chat))]


async def test_what_is_due_at_once_is_one_message_and_planned_once(box: Outbox, sim: Telegram) -> None:
    """Three invoices are one message in each chat; planning again and finding them again adds nothing."""
    chats, right = sim.people(3), await box.connect()
    for chat in chats:
        await box.subscribe(chat, right)
    await box.happen(1, 2, 3)
    await box.work()
    await box.happen(1, 2, 3)
    await box.work()
    assert [sim.messages(chat) for chat in chats] == [["invoice/1 invoice/2 invoice/3"]] * 3
    assert await reasons(box, chats[0]) == [("sent", None)] * 3


async def test_what_was_found_together_is_there_at_once(box: Outbox, sim: Telegram) -> None:
    """Whoever claims while it is planned finds nothing of it or all of it: never the half of one message."""
    (chat,) = sim.people(1)
    await box.subscribe(chat, await box.connect())
    seen: set[int] = set()
    for number in range(10):
        before = 3 * number
        await box.happen(*range(before, before + 3))
        planning = asyncio.create_task(box.planner.run_once())
        while not planning.done():
            seen.add((await box.notices.work.counts()).get("due", 0) - before)
        assert await planning == 3
    assert seen <= {0, 3}


async def test_why_did_i_not_get_it(box: Outbox, sim: Telegram) -> None:
    """Whoever wants the kind and was left out has a row that says which filter did it; nobody else has one."""
    right = await box.connect()
    filters = {
        "amount": Filters(amount_from=Decimal(100)),
        "site": Filters(sites=frozenset({"elsewhere"})),
        "contract": Filters(contracts=frozenset({"c9"})),
        "cost-centre": Filters(cost_centres=frozenset({"k9"})),
        "no-file": Filters(only_with_file=True),
    }
    chats = dict(zip(filters, sim.people(5), strict=True))
    for name, chosen in filters.items():
        await box.subscribe(chats[name], right, replace(EVERYTHING, filters=chosen))
    (other,) = sim.people(1, first=6_000_000)
    await box.subscribe(other, right, Wish(frozenset({EventKind.ORDER})))
    about: dict[str, object] = {"contracts": ["c1"], "sites": ["s1"], "cost_centres": ["k1"]}
    await box.happen(1, facts={"total": "99.99", "has_pdf": False, "has_xml": False, **about})
    await box.work()
    assert {name: await reasons(box, chat) for name, chat in chats.items()} == {n: [("left", n)] for n in filters}
    assert await box.told.history(other) == []
    assert sim.received() == {}


async def test_quiet_hours_and_digests_hold_and_tell_together(box: Outbox, sim: Telegram, clock: MovableClock) -> None:
    """Held with the reason; at the hour everything comes in one message; muting after planning acts as well."""
    quiet, daily, muted = sim.people(3)
    right = await box.connect()
    now = clock()
    before, after, later = (_hour(now + timedelta(hours=ahead)) for ahead in (-1, 1, 2))
    await box.subscribe(quiet, right, Wish(KINDS, "UTC", quiet=Quiet(before, after)))
    await box.subscribe(daily, right, Wish(KINDS, "UTC", rhythm=Rhythm.DAILY, at=later))
    await box.subscribe(muted, right)
    await box.happen(1)
    await box.planner.run_once()
    await box.subscribe(muted, right, replace(EVERYTHING, muted_until=now + timedelta(minutes=30)))
    await box.happen(2)
    await box.work()
    assert [await reasons(box, chat) for chat in (quiet, daily)] == [[("due", "quiet")] * 2, [("due", "digest")] * 2]
    assert await reasons(box, muted) == [("due", "muted")] * 2
    assert sim.received() == {}
    clock.advance(timedelta(hours=2, minutes=1))
    await box.work()
    assert [sim.messages(chat) for chat in (quiet, daily, muted)] == [["invoice/1 invoice/2"]] * 3


async def test_a_lost_right_pauses_and_says_so_once(box: Outbox, sim: Telegram, clock: MovableClock) -> None:
    """Ended, or a role that is too little: nothing more is told, the chat hears why once, the subscription stays."""
    ended, demoted = sim.people(2)
    gone, small = await box.connect(1), await box.connect(2, ("pbxAdmin",))
    await box.subscribe(ended, gone)
    await box.subscribe(demoted, small, Wish(frozenset({EventKind.INVOICE})))
    await box.happen(1, 2)
    await box.planner.run_once()
    await box.connections.end(gone, clock())
    await box.deliverer.run_once()
    await box.happen(3)
    await box.work()
    assert sim.messages(ended) == sim.messages(demoted) == ["subscription-paused/"]
    assert await reasons(box, ended) == [("left", "disconnected")] * 3
    assert await reasons(box, demoted) == [("left", "not-entitled")] * 3
    (kept,) = await box.subscriptions.of_chat(ended)
    assert (kept.state, kept.reason) == ("paused", "disconnected")


async def test_a_silent_portal_makes_notices_wait(
    database: Database, vault: Vault, sim: Telegram, clock: MovableClock
) -> None:
    """A right that nobody vouched for within a minute is asked about; no answer drops nothing and tells nothing."""
    is_out = True

    async def vouch(connection: Connection) -> Connection | None:
        if is_out:
            raise Unavailable("out")
        return connection

    async with outbox(database, vault, sim.url, TOKEN, clock, limits=NO_LIMITS, vouch=vouch) as box:
        (chat,) = sim.people(1)
        await box.subscribe(chat, await box.connect())
        clock.advance(timedelta(seconds=61))
        await box.happen(1)
        await box.work()
        assert await reasons(box, chat) == [("due", "portal")]
        is_out = False
        clock.advance(timedelta(minutes=1))
        await box.work()
        assert sim.messages(chat) == ["invoice/1"]


async def test_parts_go_on_where_they_stopped(
    database: Database, vault: Vault, sim: Telegram, clock: MovableClock
) -> None:
    """Text and files are messages of their own; what follows a refusal is the next part, with the same notices."""
    async with outbox(database, vault, sim.url, TOKEN, clock, limits=NO_LIMITS, files=2) as box:
        (chat,) = sim.people(1)
        await box.subscribe(chat, await box.connect())
        await box.happen(1, 2)
        await box.planner.run_once()
        box.sender.fails_at = 1
        await box.deliverer.run_once()
        assert sim.messages(chat) == ["invoice/1 invoice/2"]
        await box.happen(3)
        clock.advance(timedelta(minutes=1))
        await box.work()
        both = "invoice/1 invoice/2"
        told = [f"{both} part 1", f"{both} part 2", "invoice/3", "invoice/3 part 1", "invoice/3 part 2"]
        assert sim.messages(chat) == [both, *told]


async def test_a_mailbox_gets_its_mails_while_the_chat_is_out(box: Outbox, sim: Telegram) -> None:
    """Whoever blocked the bot because the mailbox is enough still gets each invoice there; not without a right."""
    (chat,) = sim.people(1)
    await box.subscribe(chat, await box.connect())
    (told,) = await box.subscriptions.of_chat(chat)
    await confirmed(Mailboxes(box.database, box.vault), told.id)
    mails = Mails(box.database, box.vault)
    planner = Planner(box.database, box.events, box.subscriptions, box.notices, box.clock, mails)
    for number, reason in enumerate((Reason.BLOCKED, Reason.DISCONNECTED)):
        await box.subscriptions.turn(told.id, "paused", reason)
        await box.happen(number)
        await planner.run_once()
    assert len(await mails.claim(box.clock(), 10)) == 1
    assert await reasons(box, chat) == [("left", "blocked"), ("left", "disconnected")]


async def test_a_fault_of_our_own_ends_after_two_tries(box: Outbox, sim: Telegram, clock: MovableClock) -> None:
    """It does not hold up its chat for ever, and what comes afterwards is told."""
    (chat,) = sim.people(1)
    await box.subscribe(chat, await box.connect())
    box.sender.is_broken = True
    await box.happen(1)
    for _ in range(3):
        await box.work()
        clock.advance(timedelta(hours=1))
    assert await reasons(box, chat) == [("unknown", "lost-answer")]
    box.sender.is_broken = False
    await box.happen(2)
    await box.work()
    assert sim.messages(chat) == ["invoice/2"]


async def test_whoever_lost_the_role_is_not_told_what_waited(box: Outbox, sim: Telegram) -> None:
    """A change that was to be told to a telephone administrator, who is one no more when its turn comes."""
    chats = sim.people(2)
    for chat, role in zip(chats, ("pbxAdmin", "accounting"), strict=True):
        right = await box.connect(chat, [role])
        facts: dict[str, object] = {"reader": str(right), "roles": ["pbxAdmin", "portalAdmin"]}
        await box.notices.add([NewNotice("changed", "change", chat, facts)], box.clock())
    await box.work()
    found = [(one.state, one.reason) for chat in chats for one in await box.told.of_chat(chat)]
    assert found == [("sent", None), ("left", "not-entitled")]


async def test_whoever_is_too_late_gives_back_at_once(
    database: Database, vault: Vault, sim: Telegram, clock: MovableClock
) -> None:
    """The portal took so long that the lease is nearly over: it is told all the same, before the lease ends."""

    async def vouch(connection: Connection) -> Connection | None:
        await box.connections.mark(connection.id, checked_at=clock())
        clock.advance(LEASE - MARGIN + timedelta(seconds=1))
        return connection

    async with outbox(database, vault, sim.url, TOKEN, clock, limits=NO_LIMITS, vouch=vouch) as box:
        (chat,) = sim.people(1)
        await box.subscribe(chat, await box.connect())
        clock.advance(FRESH)
        await box.happen(1)
        await box.work()
        assert sim.messages(chat) == ["invoice/1"]


async def test_what_was_told_is_written_down_when_the_database_is_back(
    box: Outbox, database: Database, sim: Telegram
) -> None:
    """It was out at the moment of the answer: nothing is told twice because of that."""
    (chat,) = sim.people(1)
    await box.subscribe(chat, await box.connect())
    await box.happen(1)
    await box.planner.run_once()
    sim.takes_its_time(chat, 0.5)
    telling = asyncio.create_task(box.deliverer.run_once())
    await sim.told(1)
    with closing(sqlite3.connect(database.url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for _ in range(2):  # whoever writes waits for its turn: the outcome was before the second of these
            with pytest.raises(DatabaseUnavailable):
                await box.chats.back(chat, box.clock())
        other.execute("ROLLBACK")
    with suppress(DatabaseUnavailable):  # whoever looked for more may have met the outage as well
        await telling
    await box.work()
    assert sim.messages(chat) == ["invoice/1"]
    assert await reasons(box, chat) == [("sent", None)]


async def test_what_was_on_its_way_when_the_machine_slept_is_told_once(
    box: Outbox, sim: Telegram, clock: MovableClock
) -> None:
    """Telegram has it and the answer has not been read: the lease is over, and it is not taken up again."""
    (chat,) = sim.people(1)
    await box.subscribe(chat, await box.connect())
    await box.happen(1)
    await box.planner.run_once()
    sim.takes_its_time(chat, 1.0)
    telling = asyncio.create_task(box.deliverer.run_once())
    await sim.told(1)
    clock.advance(timedelta(hours=8))
    await telling
    await box.work()
    assert sim.messages(chat) == ["invoice/1"]
    assert await reasons(box, chat) == [("sent", None)]
