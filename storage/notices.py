"""The outbox: an event told to one chat is a row with a unique key before it is sent, so it is told once.

A chat's notices are claimed together by one holder, so they go in order. Who stalls is succeeded when the lease is
over, and can write down nothing any more: each acquisition has a fresh token, and every result is fenced by it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import getrandbits
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Database
from storage.events import Event
from storage.instant import Instant, is_over, milliseconds
from storage.json_rows import fields, written
from storage.subscriptions import Subscription
from storage.tables import notices
from storage.together import Together
from storage.vault import CannotOpen, Vault
from storage.work import NOW, Work, hand

LEASE = timedelta(seconds=60)
GATHERING = 0.03  # seconds: outcomes of the same moment are written down in one trip
UNREADABLE = "unreadable"
CLAIMING = 7_304_117  # PostgreSQL: claims take turns under this number, so that a chat never has two holders

_CLAIMED = tuple(
    notices.c[name]
    for name in (
        "id", "kind", "chat_id", "topic_id", "facts_sealed", "attempts", "created_at", "tried_at", "event_id",
        "subscription_id", "parts_sent", "bundle", "reason",
    )
)  # fmt: skip

# Made once, as the other statements of thousands of rows: building one costs more than running it.
_STALLED = and_(notices.c.state == "running", is_over(notices.c.lease_until, NOW, bindparam("far", type_=Instant())))

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What to tell whom. `event_key` names the event; the same event is told to a chat once. `facts` are JSON."""

    kind: str
    event_key: str
    chat_id: int
    facts: dict[str, object]
    topic_id: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """One subscription's notice of an event: `state` is due or left."""

    subscription: Subscription
    state: str
    reason: str | None
    due_at: datetime


class Notice(NamedTuple):
    """A claimed notice; `claim` fences the result.

    With an `event_id` its facts stand with the event, and it is told because of a subscription: whoever sends fills in
    both. A tuple, as they are made by the thousand: a frozen dataclass takes three times as long.
    """

    id: UUID
    kind: str
    chat_id: int
    topic_id: int
    facts: dict[str, object]
    attempts: int
    created_at: datetime
    claim: UUID
    tried_at: datetime
    event_id: UUID | None = None
    subscription_id: UUID | None = None
    subscription: Subscription | None = None
    parts_sent: int = 0
    bundle: UUID | None = None
    reason: str | None = None  # why it was not sent the last time


class Result(NamedTuple):
    """What became of claimed notices."""

    state: str
    at: datetime
    reason: str | None = None
    message_id: int | None = None
    due_at: datetime | None = None


_Settled = tuple[Sequence[Notice], Result]


class Notices:
    """Queries about notices."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self.work = Work(database, notices)
        self._planning = _planning(database)
        self._outcomes = _outcomes(database)
        self._freeing = update(notices).where(_STALLED).values(state="due", claim=None, lease_until=None)
        self._taking = {own: self.work.taking().where(_ready(own=own)).returning(*_CLAIMED) for own in (False, True)}
        self._settling: Together[_Settled, None] = Together(self._settle, gathering=GATHERING)

    async def add(self, items: Sequence[NewNotice], now: datetime) -> None:
        """Put notices into the outbox; one that is there already stays as it is."""
        if items:
            async with self._database.writing() as connection:
                await self.add_within(connection, items, now)

    async def add_within(self, connection: AsyncConnection, items: Sequence[NewNotice], now: datetime) -> None:
        """The same inside the transaction of their cause."""
        for item in items:
            key = uuid4()
            values = {
                "id": key,
                "kind": item.kind,
                "event_key": item.event_key,
                "chat_id": item.chat_id,
                "topic_id": item.topic_id,
                "facts_sealed": self._vault.seal("notices", key, "facts", orjson.dumps(item.facts)),
                "state": "due",
                "due_at": now,
                "created_at": now,
            }
            await connection.execute(self._database.insert(notices).on_conflict_do_nothing(), values)

    async def plan_within(
        self, connection: AsyncConnection, event: Event, planned: Sequence[Planned], now: datetime, place: int = 0
    ) -> None:
        """Notices of an event, in the transaction that also moves on the place that was reached.

        `place`: of several events that are planned together the first is told first.
        """
        at = milliseconds(now)
        # keys that begin with the time and the place: they are in order, and thousands stand side by side in the index
        stamp = (at << 80) + (place << 64)
        rows = [
            {
                "id": f"{stamp | getrandbits(64):032x}",
                "chat_id": one.subscription.chat_id,
                "topic_id": one.subscription.topic_id,
                "subscription_id": one.subscription.id.hex,
                "state": one.state,
                "reason": one.reason,
                "due_at": milliseconds(one.due_at),
                "settled_at": at if one.state == "left" else None,
            }
            for one in planned
        ]
        if rows:
            same = {"kind": event.kind, "event_key": event.key, "event_id": event.id, "created_at": now}
            await connection.execute(self._planning, same | written(rows))

    async def claim(self, now: datetime, chats: int, *, own: bool = False) -> list[Notice]:
        """Take everything that is due in up to `chats` chats that nobody else has in hand, under a fresh claim.

        `own`: only chats where something with facts of its own is due. The oldest first.
        """
        claim = uuid4()
        at = {"now": now, "far": now + 2 * LEASE}
        ours, taking = hand(claim, now, LEASE) | {"chats": chats}, self._taking[own]
        async with self._database.writing() as connection:
            if not self._database.is_sqlite:
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({CLAIMING})"))
            await self._lock(connection, _STALLED, at)
            await connection.execute(self._freeing, at)
            if not self._database.is_sqlite:
                locked = await self._lock(connection, _ready(own=own), ours)
                taking = self.work.taking().where(notices.c.id.in_(locked)).returning(*_CLAIMED)
            rows = (await connection.execute(taking, ours)).all()
            taken = [self._from(row, claim) for row in rows]
            lost = [row.id for row, notice in zip(rows, taken, strict=True) if notice is None]
            if lost:  # one broken cell must not hold up everybody's notices
                dead = update(notices).where(notices.c.id.in_(lost))
                await connection.execute(dead.values(state="dead", reason=UNREADABLE, claim=None, settled_at=now))
        return sorted((n for n in taken if n is not None), key=lambda n: (n.created_at, n.id.int))

    async def renew(self, claims: Collection[UUID], now: datetime) -> None:
        """Whoever holds these is alive."""
        held = and_(notices.c.state == "running", notices.c.claim.in_(claims))
        async with self._database.writing() as connection:
            await self._lock(connection, held)
            await connection.execute(update(notices).where(held).values(lease_until=now + LEASE))

    async def release(self, batch: Sequence[Notice], not_before: datetime | None = None) -> None:
        """Give back what was not tried; it is due when it was, or `not_before`."""
        if not batch:
            return
        held = and_(notices.c.id.in_([n.id for n in batch]), notices.c.claim.in_({n.claim for n in batch}))
        values = {"state": "due", "claim": None, "lease_until": None, "attempts": notices.c.attempts - 1}
        if not_before is not None:
            later = literal(not_before, Instant)
            values["due_at"] = case((notices.c.due_at < later, later), else_=notices.c.due_at)
        async with self._database.writing() as connection:
            await self._lock(connection, held)
            await connection.execute(update(notices).where(held).values(values))

    async def reached(self, batch: Sequence[Notice], message_id: int | None) -> tuple[Notice, ...]:
        """Write down that one more message of these is out; the notices as they are then. Empty: they are not ours."""
        parts, bundle = batch[0].parts_sent + 1, batch[0].bundle or uuid4()
        held = and_(notices.c.id.in_([n.id for n in batch]), notices.c.claim == batch[0].claim)
        first = func.coalesce(notices.c.message_id, literal(message_id, BigInteger))
        async with self._database.writing() as connection:
            await self._lock(connection, held)
            moved = update(notices).where(held).values(parts_sent=parts, bundle=bundle, message_id=first, reason=None)
            if (await connection.execute(moved)).rowcount != len(batch):
                return ()
        return tuple(notice._replace(parts_sent=parts, bundle=bundle, reason=None) for notice in batch)

    async def settle(self, batch: Sequence[Notice], result: Result) -> None:
        """Write down what became of them; nothing where a successor holds them by now."""
        await self._settling((batch, result))

    async def written(self) -> None:
        """Until the outcomes that were handed over are written down."""
        await self._settling.settle()

    async def _settle(self, many: Sequence[_Settled]) -> list[None]:
        rows = [_outcome(notice, result) for batch, result in many for notice in batch]
        async with self._database.writing() as connection:
            if not self._database.is_sqlite:  # there it would only be a long list made in vain
                await self._lock(connection, notices.c.id.in_([notice.id for batch, _ in many for notice in batch]))
            await connection.execute(self._outcomes, written(rows))
        return [None] * len(many)

    async def _lock(
        self, connection: AsyncConnection, which: ColumnElement[bool], values: Mapping[str, object] | None = None
    ) -> Sequence[UUID]:
        return await self._database.lock(connection, notices.c.id, which, values)

    async def leave(self, lost: Subscription, reason: str, now: datetime) -> None:
        """What waits because of this subscription is left out."""
        waiting = and_(
            notices.c.chat_id == lost.chat_id, notices.c.subscription_id == lost.id, notices.c.state == "due"
        )
        async with self._database.writing() as connection:
            await self._lock(connection, waiting)
            await connection.execute(update(notices).where(waiting).values(state="left", reason=reason, settled_at=now))

    async def hold(self, chat_id: int, until: datetime, reason: str) -> None:
        """Nothing goes to this chat before then."""
        waiting = and_(notices.c.chat_id == chat_id, notices.c.state == "due", notices.c.due_at < until)
        async with self._database.writing() as connection:
            await self._lock(connection, waiting)
            await connection.execute(update(notices).where(waiting).values(due_at=until, reason=reason))

    async def message_of(self, event_key: str, chat_id: int, topic_id: int) -> int | None:
        """The message that told this chat of an event and of nothing else; None when there is none."""
        others = notices.alias()
        is_shared = exists().where(
            others.c.chat_id == notices.c.chat_id,
            others.c.message_id == notices.c.message_id,
            others.c.id != notices.c.id,
        )
        told = select(notices.c.message_id).where(
            notices.c.event_key == event_key,
            notices.c.chat_id == chat_id,
            notices.c.topic_id == topic_id,
            not_(is_shared),
        )
        async with self._database.reading() as connection:
            found: int | None = (await connection.execute(told)).scalars().first()
        return found

    def _from(self, row: Sequence[Any], claim: UUID) -> Notice | None:
        key, kind, chat_id, topic_id, sealed, attempts, created_at, tried_at, event_id, subscription_id, *rest = row
        try:
            facts = orjson.loads(self._vault.open("notices", key, "facts", sealed)) if sealed is not None else {}
        except CannotOpen as fault:
            log.error("a notice is given up", reason=str(fault))
            return None
        where, tried = (key, kind, chat_id, topic_id), (attempts, created_at, claim, tried_at)
        return Notice(*where, facts, *tried, event_id, subscription_id, None, *rest)


def _ready(*, own: bool) -> ColumnElement[bool]:
    """What is due in up to `chats` chats that nobody has in hand; `own`: where something with facts of its own is."""
    is_due = (notices.c.state == "due", notices.c.due_at <= NOW)
    busy = select(notices.c.chat_id).where(notices.c.state == "running")
    ready = select(notices.c.chat_id).where(*is_due, notices.c.chat_id.not_in(busy))
    if own:
        ready = ready.where(notices.c.event_id.is_(None))
    of_these = notices.c.chat_id.in_(ready.order_by(notices.c.due_at).limit(bindparam("chats", type_=BigInteger())))
    # the cast, which changes nothing, keeps SQLite from looking at all that is due instead of at these chats
    is_its_time = cast(notices.c.due_at, BigInteger) <= NOW
    return and_(notices.c.state == "due", is_its_time, of_these)


def _planning(database: Database) -> Executable:
    """All notices of a chunk; one that is there already stays as it is."""
    one = fields(
        {
            "id": Uuid(), "chat_id": BigInteger(), "topic_id": BigInteger(), "subscription_id": Uuid(),
            "state": String(), "reason": String(), "due_at": Instant(), "settled_at": Instant(),
        },
        is_sqlite=database.is_sqlite,
    )  # fmt: skip
    same = {
        name: bindparam(name, type_=notices.c[name].type) for name in ("kind", "event_key", "event_id", "created_at")
    }
    columns = {**one, **same, "parts_sent": literal(0), "attempts": literal(0)}
    # SQLite would take ON CONFLICT for the condition of a join if there were no WHERE
    rows = select(*columns.values()).where(one["id"].is_not(None))
    return database.insert(notices).from_select(list(columns), rows, include_defaults=False).on_conflict_do_nothing()


def _outcomes(database: Database) -> Executable:
    """All outcomes of a trip; each counts only under its own claim."""
    one = fields(
        {
            "this": Uuid(), "held": Uuid(), "state": String(), "reason": String(), "message": BigInteger(),
            "due_at": Instant(), "settled_at": Instant(),
        },
        is_sqlite=database.is_sqlite,
    )  # fmt: skip
    return (
        update(notices)
        .where(notices.c.id == one["this"], notices.c.claim == one["held"])
        .values(
            state=one["state"],
            reason=one["reason"],
            claim=None,
            lease_until=None,
            message_id=func.coalesce(notices.c.message_id, one["message"]),
            due_at=func.coalesce(one["due_at"], notices.c.due_at, type_=Instant),
            settled_at=one["settled_at"],
        )
    )


def _outcome(notice: Notice, result: Result) -> dict[str, str | int | None]:
    return {
        "this": notice.id.hex,
        "held": notice.claim.hex,
        "state": result.state,
        "reason": result.reason,
        "message": result.message_id,
        "due_at": milliseconds(result.due_at) if result.due_at is not None else None,
        "settled_at": milliseconds(result.at) if result.state != "due" else None,
    }
