"""Events and subscriptions, on both engines: found often, one row; planned by one, in chunks, from where it stopped."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from storage.engine import Database
from storage.events import LEASE, Event, Events, NewEvent
from storage.subscriptions import Subscription, Subscriptions
from storage.vault import Vault, generate_key, parse_keys
from tests.storage.conftest import NOW

LATER = NOW + LEASE + timedelta(seconds=1)


def invoice(number: str, found_by: str = "poll") -> NewEvent:
    """A new invoice of one customer."""
    return NewEvent("invoice", "cust-1", (number,), {"invoice": number}, found_by)


async def test_an_event_found_twice_is_one(database: Database, vault: Vault) -> None:
    """Push and poll, and both at once, meet in one row; its facts are those of whoever was first."""
    events = Events(database, vault)
    assert await events.add([invoice("1"), invoice("2"), invoice("1")], NOW) == 2
    counts = await asyncio.gather(*(events.add([invoice("2", "push"), invoice("3", "push")], NOW) for _ in range(5)))
    assert sum(counts) == 1
    assert {event.facts["invoice"] for event in await events.claim(NOW, 10)} == {"1", "2", "3"}


async def test_whoever_stalls_is_succeeded_and_writes_no_more(database: Database, vault: Vault) -> None:
    """The successor goes on from the place that was committed, and the one who stalled moves nothing."""
    events = Events(database, vault)
    await events.add([invoice("1")], NOW)
    (stale,) = await events.claim(NOW, 10)
    place = uuid4()
    assert await advance(database, events, stale, place, is_done=False)
    assert await events.claim(NOW, 10) == []
    (fresh,) = await events.claim(LATER, 10)
    assert fresh.planned_through == place
    assert not await advance(database, events, stale, uuid4(), is_done=True)
    assert await advance(database, events, fresh, None, is_done=True)
    assert await events.claim(LATER + LEASE * 2, 10) == []
    assert await events.purge(LATER) == 1


async def test_subscribing_twice_edits_one_row(database: Database, vault: Vault) -> None:
    """Also at the same moment; an edit of what somebody else changed meanwhile is refused, and a pause ends."""
    store = Subscriptions(database, vault)
    made = await asyncio.gather(*(subscribe(store, str(n).encode()) for n in range(4)))
    (only,) = await store.of_chat(7)
    assert all(found is None or found.id == only.id for found in made)
    await store.turn(only.id, "paused", "blocked")
    edited = await subscribe(store, b"9", expected=only.version)
    assert edited is not None
    assert (edited.id, edited.wish, edited.state, edited.reason) == (only.id, b"9", "on", "")
    assert await subscribe(store, b"10", expected=only.version) is None


async def test_subscriptions_come_in_chunks(database: Database, vault: Vault) -> None:
    """Each once, in one order, those of the customer only."""
    store = Subscriptions(database, vault)
    for chat in range(1, 8):
        await subscribe(store, b"{}", chat=chat)
    await subscribe(store, b"{}", chat=1, customer="cust-2")
    customer_key = vault.blind_index("customer", "cust-1")
    async with database.reading() as connection:
        seen: list[Subscription] = []
        chunk, place = await store.chunk(connection, (customer_key,), None, 3)
        while place is not None:
            seen += chunk
            chunk, place = await store.chunk(connection, (customer_key,), place, 3)
        seen += chunk
    assert sorted(found.chat_id for found in seen) == list(range(1, 8))


async def subscribe(
    store: Subscriptions,
    wish: bytes,
    *,
    chat: int = 7,
    customer: str = "cust-1",
    expected: int | None = None,
) -> Subscription | None:
    """Somebody subscribes a chat."""
    return await store.put(chat, customer, wish, NOW, person_id=7, connection_id=UUID(int=1), expected=expected)


async def advance(database: Database, events: Events, event: Event, through: UUID | None, *, is_done: bool) -> bool:
    """Move on, in a transaction of its own."""
    async with database.writing() as connection:
        return await events.advance(connection, event, through, NOW, is_done=is_done)


def test_keys_differ_where_events_do() -> None:
    """Kind, customer and subject are all of it."""
    keys: Sequence[str] = [
        invoice("1").key, invoice("2").key, NewEvent("invoice-paid", "cust-1", ("1",), {}, "poll").key,
        NewEvent("invoice", "cust-2", ("1",), {}, "poll").key,
    ]  # fmt: skip
    assert len(set(keys)) == 4
    assert invoice("1").key == invoice("1", "push").key


async def test_a_new_key_of_the_vault_hides_nobody(database: Database) -> None:
    """Who subscribed under the key before is found by an event that is written under the new one."""
    old, new = generate_key(), generate_key()
    await subscribe(Subscriptions(database, Vault(parse_keys(old))), b"{}")
    vault = Vault(parse_keys(f"{new},{old}"))
    events, store = Events(database, vault), Subscriptions(database, vault)
    await events.add([invoice("1")], NOW)
    (event,) = await events.claim(NOW, 10)
    async with database.reading() as connection:
        found, _ = await store.chunk(connection, event.customer_keys, None, 10)
    assert [one.chat_id for one in found] == [7]
    assert event.facts == {"invoice": "1"}


async def test_a_lease_of_a_clock_that_was_wrong_holds_nothing_up(database: Database, vault: Vault) -> None:
    """Claimed by a clock that was a day ahead: taken over as soon as it is right again."""
    events = Events(database, vault)
    await events.add([invoice("1")], NOW)
    assert len(await events.claim(NOW + timedelta(days=1), 10)) == 1
    assert len(await events.claim(NOW, 10)) == 1
