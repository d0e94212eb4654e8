"""Connections, challenges, buttons, notices and leases on both engines: the races that matter."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from storage.buttons import LIFE, ActButton, Buttons, new_id
from storage.challenges import Challenges
from storage.connections import Account, Connections, Tokens
from storage.engine import Database
from storage.leases import Leases
from storage.migrate import HEAD, current, migrate
from storage.notices import LEASE, NewNotice, Notices, Result
from storage.people import People
from storage.subscriptions import Subscriptions
from storage.vault import Vault
from tests.storage.conftest import NOW

ACCOUNT = Account("acc-1", "customer1", "Max Muster", "cust-1", "Muster GmbH", ("portalAdmin",), "de", "Europe/Berlin")
TOKENS = Tokens("access", "refresh", NOW + timedelta(minutes=10), "bills:read", "session")


async def test_the_schema_is_at_its_head_and_stays(database: Database) -> None:
    """Migrating what is migrated does nothing."""
    assert await current(database) == HEAD
    await asyncio.gather(*(migrate(database) for _ in range(3)))
    assert await current(database) == HEAD


async def test_a_person_connects_to_an_account_once(database: Database, vault: Vault) -> None:
    """Ten attempts at once make one connection; after its end there may be a new one."""
    connections = Connections(database, vault)
    made = await asyncio.gather(*(connections.add(7, "Max", ACCOUNT, TOKENS, NOW) for _ in range(10)))
    (one,) = [c for c in made if c is not None]
    assert (one.account, one.tokens) == (ACCOUNT, TOKENS)
    assert [c.id for c in await connections.of_customer("cust-1")] == [one.id]
    assert await connections.of_customer("cust-2") == []
    ended = await asyncio.gather(*(connections.end(one.id, NOW) for _ in range(5)))
    assert sorted(ended) == [False, False, False, False, True]
    assert await connections.add(7, "Max", ACCOUNT, TOKENS, NOW) is not None


async def test_ended_connections_keep_their_tokens_only_to_be_revoked(database: Database, vault: Vault) -> None:
    """Until the portal has heard it; then they are gone."""
    connections = Connections(database, vault)
    one = await connections.add(7, "Max", ACCOUNT, TOKENS, NOW)
    assert one is not None
    await connections.end(one.id, NOW, to_revoke=True)
    assert [c.id for c in await connections.to_revoke(10)] == [one.id]
    assert await connections.of_person(7) == []
    await connections.forget_tokens(one.id)
    assert await connections.to_revoke(10) == []


async def test_one_refresh_at_a_time(database: Database, vault: Vault) -> None:
    """One of many gets the right to refresh; who held it too long can't store what came too late."""
    connections = Connections(database, vault)
    one = await connections.add(7, "Max", ACCOUNT, TOKENS, NOW)
    assert one is not None
    claims = await asyncio.gather(*(connections.claim_refresh(one.id, NOW) for _ in range(10)))
    (claim,) = [c for c in claims if c is not None]
    successor = await connections.claim_refresh(one.id, NOW + timedelta(minutes=1))
    assert successor is not None
    renewed = Tokens("new", "new-refresh", NOW + timedelta(minutes=20), "bills:read")
    assert not await connections.settle_refresh(one.id, claim, renewed)
    assert await connections.settle_refresh(one.id, successor, renewed)
    stored = await connections.get(one.id)
    assert stored is not None
    assert stored.tokens == renewed


async def test_the_visit_shows_the_chosen_account(database: Database, vault: Vault) -> None:
    """The newest connection is looked at until another one is chosen; an ended one is not shown."""
    connections = Connections(database, vault)
    people = People(database, vault, connections)
    assert (await people.visit(7, 7)).person.is_new
    await people.remember(7, NOW, language_telegram="en")
    other = Account("acc-2", "customer2", "Max", "cust-2", "Beispiel", ("accounting",), "de", "Europe/Berlin")
    first = await connections.add(7, "Max", ACCOUNT, TOKENS, NOW)
    second = await connections.add(7, "Max", other, TOKENS, NOW + timedelta(seconds=1))
    assert first is not None
    assert second is not None
    assert (await people.visit(7, 7)).connection == second
    await people.look_at(7, first.id)
    assert (await people.visit(7, 7)).connection == first
    await connections.end(first.id, NOW)
    visit = await people.visit(7, 7)
    assert visit.connection == second
    assert visit.person.language_telegram == "en"


async def test_a_button_is_pressed_once_by_its_owner(database: Database, vault: Vault) -> None:
    """Ten presses at once give one; a stranger, another chat, another message and the sixteenth minute give none."""
    buttons = Buttons(database, vault)
    first, second = ActButton(new_id(), ["connect", "pin", "x"]), ActButton(new_id(), ["connect", "no", "x"])
    await buttons.add([first, second], 7, 7, NOW)
    await buttons.bind([first.id, second.id], 55)
    for person, chat, message, when in ((8, 7, 55, NOW), (7, 8, 55, NOW), (7, 7, 56, NOW), (7, 7, 55, NOW + LIFE)):
        assert await buttons.press(first.id, person, chat, message, 1, when) is None
    pressed = await asyncio.gather(*(buttons.press(first.id, 7, 7, 55, n, NOW) for n in range(10)))
    (payload,) = [p for p in pressed if p is not None]
    assert payload == ["connect", "pin", "x"]


async def test_the_same_update_may_press_again(database: Database, vault: Vault) -> None:
    """An update that is run again after a crash finds its own press."""
    buttons = Buttons(database, vault)
    button = ActButton(new_id(), ["account", "end", "x"])
    await buttons.add([button], 7, 7, NOW)
    assert await buttons.press(button.id, 7, 7, 55, 41, NOW) == await buttons.press(button.id, 7, 7, 55, 41, NOW)


async def test_long_ids_get_short_names(database: Database, vault: Vault) -> None:
    """The same id has the same name, and the name leads back."""
    buttons = Buttons(database, vault)
    target = "a very long id / with ünusual characters " * 3
    assert await buttons.name(target) == await buttons.name(target)
    assert await buttons.named(await buttons.name(target)) == target
    assert await buttons.named("~unknown") is None


async def test_a_challenge_is_its_persons_and_keeps_no_secret_when_over(database: Database, vault: Vault) -> None:
    """Only the person and chat it was made for find it; a newer one ends it; what is over has no secrets."""
    challenges = Challenges(database, vault)
    old = await challenges.add(7, 7, "connect", {"auth_session": "s1"}, NOW, NOW + timedelta(minutes=5))
    assert await challenges.get(old, 8, 8) is None
    new = await challenges.add(7, 7, "connect", {"auth_session": "s2"}, NOW, NOW + timedelta(minutes=5))
    ended, running = await challenges.get(old, 7, 7), await challenges.get(new, 7, 7)
    assert ended is not None
    assert running is not None
    assert (ended.state, ended.secrets) == ("failed", {})
    assert running.secrets == {"auth_session": "s2"}
    assert await challenges.cancel(7, 7) == ["s2"]
    assert await challenges.cancel(7, 7) == []


async def test_a_challenge_is_changed_as_it_was_read_or_not_at_all(database: Database, vault: Vault) -> None:
    """Of two who read the same, the second changes nothing; and what is over stays over, whoever read it before."""
    challenges = Challenges(database, vault)
    key = await challenges.add(7, 7, "step-up", {"auth_session": "s"}, NOW, NOW + timedelta(minutes=5))
    read = await challenges.get(key, 7, 7)
    assert read is not None
    wishes = [challenges.change(key, state="sent", secrets={"by": str(n)}, as_read=read) for n in range(5)]
    assert sorted(await asyncio.gather(*wishes)) == [False, False, False, False, True]
    latest = await challenges.get(key, 7, 7)
    assert await challenges.change(key, state="passed")
    assert not await challenges.change(key, state="sent", secrets={"by": "late"}, as_read=latest)
    over = await challenges.get(key, 7, 7)
    assert over is not None
    assert (over.state, over.secrets) == ("passed", {})


async def test_a_notice_is_told_once(database: Database, vault: Vault) -> None:
    """The same event for the same chat is one row; a stalled sender is succeeded and cannot settle any more."""
    notices = Notices(database, vault)
    item = NewNotice("connected", "connected:1", 7, {"person": "Max"})
    await asyncio.gather(*(notices.add([item], NOW) for _ in range(5)))
    (stale,) = await notices.claim(NOW, 10)
    assert await notices.claim(NOW, 10) == []
    (fresh,) = await notices.claim(NOW + LEASE + timedelta(seconds=1), 10)
    assert (fresh.facts, fresh.attempts) == ({"person": "Max"}, 2)
    await notices.settle([stale], Result("sent", NOW))
    assert await notices.work.counts() == {"running": 1}
    await notices.settle([fresh], Result("due", NOW, due_at=NOW + timedelta(minutes=5)))
    assert await notices.work.counts() == {"due": 1}
    assert await notices.claim(NOW + timedelta(minutes=4), 10) == []
    (last,) = await notices.claim(NOW + timedelta(minutes=5), 10)
    await notices.settle([last], Result("sent", NOW, message_id=9))
    assert not await notices.work.waiting()


async def test_one_holder_of_a_lease(database: Database) -> None:
    """One of many takes it, keeps it by renewing, and a successor gets it when it ran out or was given back."""
    leases, life = Leases(database), timedelta(seconds=20)
    holders = [uuid4() for _ in range(5)]
    taken = await asyncio.gather(*(leases.take("polling", holder, NOW, life) for holder in holders))
    assert sum(taken) == 1
    owner, other = holders[taken.index(True)], holders[taken.index(False)]
    assert await leases.take("polling", owner, NOW + timedelta(seconds=15), life)
    assert not await leases.take("polling", other, NOW + timedelta(seconds=30), life)
    assert await leases.take("polling", other, NOW + timedelta(seconds=36), life)
    await leases.drop("polling", other)
    assert await leases.take("polling", owner, NOW + timedelta(seconds=37), life)


async def test_whoever_connects_again_is_told_again(database: Database, vault: Vault) -> None:
    """What was told by one's own connection that ended is told by the new one; what others were told by it is not."""
    connections, wishes = Connections(database, vault), Subscriptions(database, vault)
    old = await connections.add(7, "Max", ACCOUNT, TOKENS, NOW)
    assert old is not None
    for chat in (7, 9):
        made = await wishes.put(chat, "cust-1", b"{}", NOW, person_id=chat, connection_id=old.id)
        assert made is not None
        await wishes.turn(made.id, "paused", "disconnected")
    await connections.end(old.id, NOW)
    new = await connections.add(7, "Max", ACCOUNT, TOKENS, NOW)
    assert new is not None
    own, others = [(await wishes.of_chat(chat))[0] for chat in (7, 9)]
    assert (own.connection_id, own.state, own.reason) == (new.id, "on", "")
    assert (others.connection_id, others.state, others.reason) == (old.id, "paused", "disconnected")


async def test_a_message_that_tells_several_is_no_single_ones(database: Database, vault: Vault) -> None:
    """Only a message about one thing alone may be edited because of it."""
    notices = Notices(database, vault)
    await notices.add([NewNotice("ended", f"k:{chat}:{n}", chat, {}) for chat in (7, 8) for n in range(chat - 6)], NOW)
    for notice in await notices.claim(NOW, 10):
        await notices.settle([notice], Result("sent", NOW, message_id=5))
    assert await notices.message_of("k:7:0", 7, 0) == 5
    assert await notices.message_of("k:8:0", 8, 0) is None


async def test_what_comes_after_a_message_that_waits_waits_too(database: Database, vault: Vault) -> None:
    """Given back until then, it does not overtake; what is due later anyway stays as it is."""
    notices, later = Notices(database, vault), NOW + timedelta(minutes=5)
    await notices.add([NewNotice("ended", f"k:{n}", 7, {}) for n in range(2)], NOW)
    first, second = await notices.claim(NOW, 10)
    await notices.settle([first], Result("due", NOW, "busy", due_at=later))
    await notices.release([second], later)
    assert await notices.claim(later - timedelta(seconds=1), 10) == []
    again = await notices.claim(later, 10)
    assert [notice.id for notice in again] == [first.id, second.id]
    assert [notice.attempts for notice in again] == [2, 1]
