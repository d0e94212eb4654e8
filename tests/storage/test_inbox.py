"""The durable inbox on both engines: received once, worked on in order, finished by its holder only."""

import asyncio
from datetime import timedelta

from storage.connections import Connections
from storage.dialogs import Dialog, DialogChange
from storage.engine import Database
from storage.inbox import KEEP, LEASE, Inbox, Received
from storage.people import People
from storage.vault import Vault
from tests.storage.conftest import NOW

LATER = NOW + LEASE + timedelta(seconds=1)


def update(number: int, person: int = 7) -> Received:
    """An update of this person in their private chat."""
    return Received(number, person, person, {"update_id": number, "message": {"text": f"geheim {number}"}})


async def test_an_update_is_received_once(database: Database, vault: Vault) -> None:
    """The same batch again, also at the same time, brings nothing new."""
    inbox = Inbox(database, vault, bot_id=1)
    batch = [update(1), update(2)]
    rounds = await asyncio.gather(*(inbox.receive(batch, NOW) for _ in range(4)))
    assert sorted(row.update_id for rows in rounds for row in rows) == [1, 2]
    assert await Inbox(database, vault, bot_id=2).receive([update(1)], NOW) != []


async def test_done_blanks_the_body_and_happens_once(database: Database, vault: Vault) -> None:
    """Finishing twice is refused the second time; a done row is never handed out again, and goes after two days."""
    inbox = Inbox(database, vault, bot_id=1)
    (row,) = await inbox.receive([update(1)], NOW)
    assert await inbox.finish(row)
    assert not await inbox.finish(row)
    assert await inbox.reclaim(LATER) == ([], [])
    assert await inbox.purge(NOW + KEEP) == 0
    assert await inbox.purge(NOW + KEEP + timedelta(seconds=1)) == 1


async def test_the_dialog_moves_together_with_done(database: Database, vault: Vault) -> None:
    """A dialog that moved on in between keeps the update from being done; neither changes alone."""
    inbox = Inbox(database, vault, bot_id=1)
    first, second = await inbox.receive([update(1), update(2)], NOW)
    change = DialogChange(Dialog(7, 7, feature="connect", step="pin", state={"typed": "12"}), version=0)
    assert await inbox.finish(first, change)
    assert not await inbox.finish(second, change)
    rows, _ = await inbox.reclaim(LATER)
    assert [row.update_id for row in rows] == [2]
    assert rows[0].body == update(2).body
    people = People(database, vault, Connections(database, vault))
    await people.remember(7, NOW)
    dialog = (await people.visit(7, 7)).dialog
    assert (dialog.version, dialog.step, dialog.state) == (1, "pin", {"typed": "12"})


async def test_a_stalled_holder_cannot_finish(database: Database, vault: Vault) -> None:
    """After its lease a row has a successor: what the old holder brings is refused, the new one's counts."""
    inbox = Inbox(database, vault, bot_id=1)
    (stale,) = await inbox.receive([update(1)], NOW)
    (fresh,), _ = await inbox.reclaim(LATER)
    assert fresh.crashes == 1
    assert not await inbox.finish(stale, DialogChange(Dialog(7, 7, step="late"), version=0))
    assert await inbox.finish(fresh, DialogChange(Dialog(7, 7, step="right"), version=0))


async def test_a_renewed_lease_is_kept(database: Database, vault: Vault) -> None:
    """What is still being worked on is not taken away."""
    inbox = Inbox(database, vault, bot_id=1)
    rows = await inbox.receive([update(1)], NOW)
    await inbox.renew(rows, LATER)
    assert await inbox.reclaim(LATER + timedelta(seconds=1)) == ([], [])


async def test_the_order_of_a_person_is_kept(database: Database, vault: Vault) -> None:
    """Of one person only the oldest open update is handed out; other people do not wait for it."""
    inbox = Inbox(database, vault, bot_id=1)
    rows = await inbox.receive([update(1), update(2), update(3, person=8)], NOW)
    await inbox.release(rows, NOW)
    taken, _ = await inbox.reclaim(NOW)
    assert sorted(row.update_id for row in taken) == [1, 3]
    assert (await inbox.reclaim(NOW))[0] == []
    first = next(row for row in taken if row.update_id == 1)
    await inbox.finish(first)
    assert [row.update_id for row in (await inbox.reclaim(NOW))[0]] == [2]


async def test_a_released_row_waits_its_pause(database: Database, vault: Vault) -> None:
    """Given back during an outage, it comes again after the pause and has not counted as a crash."""
    inbox = Inbox(database, vault, bot_id=1)
    rows = await inbox.receive([update(1)], NOW)
    await inbox.release(rows, NOW, timedelta(seconds=30))
    assert (await inbox.reclaim(NOW + timedelta(seconds=29)))[0] == []
    (again,), _ = await inbox.reclaim(NOW + timedelta(seconds=31))
    assert again.crashes == 0


async def test_the_third_crash_is_the_last(database: Database, vault: Vault) -> None:
    """Three crashes make a dead letter, handed out once so that somebody can apologise."""
    inbox = Inbox(database, vault, bot_id=1)
    await inbox.receive([update(1)], NOW)
    now = NOW
    for crashes in (1, 2):
        now += LEASE + timedelta(seconds=1)
        (row,), dead = await inbox.reclaim(now)
        assert (row.crashes, dead) == (crashes, [])
    now += LEASE + timedelta(seconds=1)
    rows, (letter,) = await inbox.reclaim(now)
    assert (rows, letter.update_id) == ([], 1)
    await inbox.bury(letter)
    assert await inbox.reclaim(now + LEASE) == ([], [])


async def test_a_process_that_has_just_started_leaves_last_chances_alone(database: Database, vault: Vault) -> None:
    """Kills that follow each other end nobody's update; who comes behind it waits, everybody else does not."""
    inbox = Inbox(database, vault, bot_id=1)
    await inbox.receive([update(1)], NOW)
    later = LEASE + timedelta(seconds=1)
    (row,), _ = await inbox.reclaim(NOW + later, last_chances=False)
    assert row.crashes == 1
    for life in (2, 3, 4):
        assert await inbox.reclaim(NOW + life * later, last_chances=False) == ([], [])
    await inbox.receive([update(2), update(3, person=8)], NOW)
    rows, _ = await inbox.reclaim(NOW + 5 * later, last_chances=False)
    assert [row.update_id for row in rows] == [3]
    rows, dead = await inbox.reclaim(NOW + 5 * later)
    assert ([(row.update_id, row.crashes) for row in rows], dead) == ([(1, 2)], [])


async def test_what_waited_behind_a_crash_was_not_crashed(database: Database, vault: Vault) -> None:
    """Of each person and chat only the first can have begun."""
    inbox = Inbox(database, vault, bot_id=1)
    await inbox.receive([update(1), update(2), update(3), update(4, person=8)], NOW)
    rows, _ = await inbox.reclaim(LATER)
    assert [(row.update_id, row.crashes) for row in rows] == [(1, 1), (4, 1)]
    for row in rows:
        await inbox.finish(row)
    (second,), _ = await inbox.reclaim(LATER)
    assert (second.update_id, second.crashes) == (2, 0)
    await inbox.receive([update(5)], LATER)
    (again,), _ = await inbox.reclaim(LATER + LEASE + timedelta(seconds=1))
    assert (again.update_id, again.crashes) == (2, 1)
    await inbox.finish(again)
    (third,), _ = await inbox.reclaim(LATER + LEASE + timedelta(seconds=1))
    assert (third.update_id, third.crashes) == (3, 0)


async def test_many_finish_together(database: Database, vault: Vault) -> None:
    """A hundred turns that end at once all land, each with its own dialog."""
    inbox = Inbox(database, vault, bot_id=1)
    rows = await inbox.receive([update(n, person=n) for n in range(1, 101)], NOW)
    changes = [DialogChange(Dialog(row.person_id, row.chat_id, screen_id=row.update_id), version=0) for row in rows]
    assert all(await asyncio.gather(*map(inbox.finish, rows, changes)))
    assert await inbox.open_count() == 0
