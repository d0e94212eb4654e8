"""What is known of lines, on both engines: one look at a time, and what the bot changes itself counts at once."""

import asyncio
from datetime import timedelta

import pytest

from storage.connections import Account, Connection, Connections, Tokens
from storage.drift import KnownLines
from storage.engine import Database
from storage.notices import NewNotice, Notices
from storage.turns import LEASE
from storage.vault import Vault
from tests.storage.conftest import NOW

SOON, LATER = NOW + timedelta(seconds=1), NOW + timedelta(hours=1)
OFF, ON = {"active": False, "target": None}, {"active": True, "target": "tel:+491713920010"}
KNOWN: dict[str, object] = {"ext-21": {"busy": OFF, "unconditional": OFF}, "ext-22": {"busy": OFF}}


@pytest.fixture
def people(database: Database, vault: Vault) -> Connections:
    """Who is connected."""
    return Connections(database, vault)


@pytest.fixture
def known(database: Database, vault: Vault, people: Connections) -> KnownLines:
    """On each engine."""
    return KnownLines(database, vault, people, Notices(database, vault))


async def connect(people: Connections, customer: str, person: int) -> Connection:
    """Somebody of a customer."""
    account = Account(f"acc-{person}", "max", "Max", customer, customer, ("pbxAdmin",), "de", "Europe/Berlin")
    made = await people.add(person, "Max", account, Tokens("access", "refresh", LATER, "pbx:write"), NOW)
    assert made is not None
    return made


async def test_each_customer_has_a_turn_and_one_looks(people: Connections, known: KnownLines) -> None:
    """However many are connected, and however many processes ask; whoever stalls is succeeded."""
    for customer, person in (("cust-1", 1), ("cust-1", 2), ("cust-2", 3)):
        await connect(people, customer, person)
    await asyncio.gather(*(known.enrol(NOW) for _ in range(3)))
    claimed = await asyncio.gather(*(known.claim(NOW, 10) for _ in range(5)))
    turns = [turn for found in claimed for turn in found]
    assert sorted(turn.customer_id for turn in turns) == ["cust-1", "cust-2"]
    assert {turn.known for turn in turns} == {None}
    after = NOW + LEASE + timedelta(seconds=1)
    (stale, _), fresh = turns, await known.claim(after, 10)
    assert {turn.id for turn in fresh} == {turn.id for turn in turns}
    assert not await known.settle(stale, KNOWN, NOW, LATER)
    assert all([await known.settle(turn, KNOWN, after, LATER) for turn in fresh])
    assert await known.claim(LATER - timedelta(seconds=1), 10) == []
    again = await known.claim(LATER, 10)
    assert [(turn.known, turn.looked_at) for turn in again] == [(KNOWN, after)] * 2


async def test_what_the_bot_changes_itself_is_known_at_once(people: Connections, known: KnownLines) -> None:
    """And a look that began before is worth nothing: it may have seen the old rules."""
    await connect(people, "cust-1", 1)
    await known.enrol(NOW)
    (first,) = await known.claim(NOW, 10)
    assert await known.settle(first, KNOWN, NOW, SOON)
    (under_way,) = await known.claim(SOON, 10)
    await known.learn("cust-1", {"ext-21": {"busy": ON}, "ext-99": {"busy": ON}}, LATER)
    assert not await known.settle(under_way, KNOWN, SOON, LATER)
    (again,) = await known.claim(SOON, 10)
    assert again.known == {"ext-21": {"busy": ON, "unconditional": OFF}, "ext-22": {"busy": OFF}}


async def test_what_differs_is_told_with_what_is_known(
    database: Database, vault: Vault, people: Connections, known: KnownLines
) -> None:
    """In one commit: who comes too late tells nothing."""
    notices = Notices(database, vault)
    await connect(people, "cust-1", 1)
    await known.enrol(NOW)
    (turn,) = await known.claim(NOW, 10)
    told = [NewNotice("drift", "drift:1", 1, {})]
    assert await known.settle(turn, KNOWN, NOW, SOON, told)
    assert not await known.settle(turn, KNOWN, NOW, SOON, [NewNotice("drift", "drift:2", 1, {})])
    assert [notice.kind for notice in await notices.claim(NOW, 10)] == ["drift"]


async def test_nobody_connected_nobody_asked(people: Connections, known: KnownLines) -> None:
    """When the last connection ends the customer is not looked at any more, and forgotten."""
    only = await connect(people, "cust-1", 1)
    await known.enrol(NOW)
    await people.end(only.id, NOW)
    assert await known.claim(NOW, 10) == []
    assert await known.purge() == 1
    await known.enrol(NOW)
    assert await known.claim(NOW, 10) == []
