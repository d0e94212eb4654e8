"""Mailboxes and their mails on both engines: a code has five tries, a mail one holder, and an event one mail."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from storage.depths import Depths
from storage.engine import Database
from storage.events import Event
from storage.mailboxes import Mailbox, Mailboxes
from storage.mails import LEASE, Mails
from storage.notices import Planned
from storage.subscriptions import Subscription
from storage.vault import Vault
from tests.storage.conftest import NOW

LIFE = timedelta(minutes=15)
ADDRESS = "rechnung@firma.de"
TRIES = 5


async def confirmed(rows: Mailboxes, subscription: UUID, update: int = 1) -> Mailbox:
    """A mailbox that is proved."""
    code = await rows.code(await rows.ask(subscription, 7, ADDRESS, "123456", update, NOW, NOW + LIFE), 7)
    assert code is not None
    found = await rows.confirm(code, NOW)
    assert found is not None
    assert await rows.confirm(code, NOW) is None  # a code is good once
    return found


async def test_a_code_has_five_tries_however_many_guess_at_once(database: Database, vault: Vault) -> None:
    """Twenty guesses at the same moment: five count. The hash tells the right one, to whoever asked and nobody else."""
    rows = Mailboxes(database, vault)
    key = await rows.ask(uuid4(), 7, ADDRESS, "123456", 1, NOW, NOW + LIFE)
    assert await rows.code(key, 8) is None
    code = await rows.code(key, 7)
    assert code is not None
    counted = await asyncio.gather(*(rows.count(code, update, TRIES) for update in range(20)))
    assert sum(counted) == TRIES
    assert [await rows.is_right(code, typed) for typed in ("123456", "123457", "")] == [True, False, False]


async def test_only_the_newest_code_counts(database: Database, vault: Vault) -> None:
    """Another question ends the one before; the same update is the same question; both count for an hour's limit."""
    rows, subscription = Mailboxes(database, vault), uuid4()
    first = await rows.ask(subscription, 7, ADDRESS, "111111", 1, NOW, NOW + LIFE)
    again = await rows.ask(subscription, 7, ADDRESS, "222222", 1, NOW, NOW + LIFE)
    second = await rows.ask(subscription, 7, "other@firma.de", "333333", 2, NOW, NOW + LIFE)
    assert await rows.code(first, 7) is None
    states = [code.state for key in (again, second) if (code := await rows.code(key, 7)) is not None]
    assert states == ["over", "open"]
    hour = NOW - timedelta(hours=1)
    assert len(await rows.asked(7, "third@firma.de", 3, hour)) == 2  # by this person
    assert len(await rows.asked(8, ADDRESS, 3, hour)) == 1  # to this address
    assert len(await rows.asked(7, ADDRESS, 2, hour)) == 1  # without what this update asked itself
    await rows.forget(second)
    assert await rows.code(second, 7) is None


async def test_an_event_is_mailed_once_and_by_one(database: Database, vault: Vault) -> None:
    """Planned twice it is one mail; ten who want it, one gets it; whoever was too late can't settle it; a mailbox that
    is removed takes what waits with it."""
    rows, mails, told = Mailboxes(database, vault), Mails(database, vault), uuid4()
    mailbox = await confirmed(rows, told)
    subscription = Subscription(told, 7, 0, 7, uuid4(), b"{}", "on", "", 1, NOW)
    events = [Event(uuid4(), f"k{n}", kind, (), {}, NOW) for n, kind in enumerate(("invoice", "option-end"))]
    for _ in range(2):
        async with database.writing() as connection:
            await mails.plan_within(connection, events[0], [Planned(subscription, "due", None, NOW)], NOW)
    async with database.writing() as connection:
        await mails.plan_within(connection, events[1], [Planned(subscription, "due", None, NOW)], NOW)

    claimed = [mail for found in await asyncio.gather(*(mails.claim(NOW, 10) for _ in range(10))) for mail in found]
    assert [mail.event_id for mail in claimed] == [events[0].id]
    (successor,) = await mails.claim(NOW + 2 * LEASE, 10)
    assert not await mails.settle(claimed[0], "sent", NOW)
    assert await mails.settle(successor, "due", NOW, "mail", NOW + LEASE)
    await rows.remove(mailbox.id, "off", NOW)
    assert await rows.of(told) is None
    assert await mails.claim(NOW + 3 * LEASE, 10) == []
    (seen,) = await mails.history([told], 5)
    assert (seen.shown, seen.state, seen.reason) == ("r…@firma.de", "left", "off")
    assert not await mails.work.waiting()


async def test_a_dead_mail_is_listed_and_replayed(database: Database, vault: Vault) -> None:
    """It waits until it is taken, is listed when it was given up, and is due again with three days from then on."""
    rows, mails, depths, told = Mailboxes(database, vault), Mails(database, vault), Depths(database), uuid4()
    await confirmed(rows, told)
    subscription = Subscription(told, 7, 0, 7, uuid4(), b"{}", "on", "", 1, NOW)
    async with database.writing() as connection:
        event = Event(uuid4(), "k", "invoice", (), {}, NOW)
        await mails.plan_within(connection, event, [Planned(subscription, "due", None, NOW)], NOW)
    late = await depths.mails(NOW + LIFE)
    (mail,) = await mails.claim(NOW, 10)
    await mails.settle(mail, "dead", NOW, "refused")
    (dead,) = await mails.given_up()
    settled = await depths.mails(NOW + LIFE)
    replayed = await mails.work.replay(NOW + LIFE, [mail.id])
    (again,) = await mails.claim(NOW + LIFE, 10)

    assert (late.waiting, late.oldest_seconds, settled.waiting) == (1, LIFE.total_seconds(), 0)
    assert (dead.id, dead.shown, dead.state, dead.reason, dead.attempts) == (
        mail.id, "r…@firma.de", "dead", "refused", 1,
    )  # fmt: skip
    assert (replayed, again.attempts, again.tried_at) == (1, 1, NOW + LIFE)
    assert await mails.given_up() == []
