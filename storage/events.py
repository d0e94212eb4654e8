"""Events: something that happened to a customer and may be told. One row each, whoever finds it, and how often.

An event is planned in chunks: each chunk of notices is committed together with the place that was reached, so that a
crash goes on where it stopped. Who holds an event is fenced by a claim.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy import Row as SqlRow
from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Database
from storage.instant import is_over
from storage.tables import events, notices
from storage.vault import CannotOpen, Vault

LEASE = timedelta(seconds=60)
WHOSE = "customer_id"  # among the sealed facts

Observer = Callable[[str, str], None]

log = structlog.get_logger(__name__)


def event_key(kind: str, customer_id: str, *about: str) -> str:
    """What makes it one event: its kind, whose it is, and what it is about (an invoice and its state, a date)."""
    return hashlib.sha256("|".join((kind, customer_id, *about)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What was found. `facts` are JSON; `about` tells it from the customer's other events of this kind."""

    kind: str
    customer_id: str
    about: tuple[str, ...]
    facts: dict[str, object]
    found_by: str  # push, poll, clock

    @property
    def key(self) -> str:
        """The same for everybody who finds it."""
        return event_key(self.kind, self.customer_id, *self.about)


@dataclass(frozen=True, slots=True)
class Event:
    """An event; `claim` is set for the one who plans its notices."""

    id: UUID
    key: str
    kind: str
    customer_keys: tuple[bytes, ...]  # one for each key of the vault, so that a new one hides nobody
    facts: dict[str, object]
    found_at: datetime
    planned_through: UUID | None = None
    claim: UUID | None = None


class Events:
    """Queries about events. `observer` hears the kind of each that nobody had found before, and how it was found."""

    def __init__(self, database: Database, vault: Vault, observer: Observer = lambda kind, found_by: None) -> None:
        self._database = database
        self._vault = vault
        self._observer = observer

    async def add(self, found: Sequence[NewEvent], now: datetime) -> int:
        """Write down what was found; how many of them nobody had found before."""
        if not found:
            return 0
        async with self._database.writing() as connection:
            return await self.add_within(connection, found, now)

    async def add_within(self, connection: AsyncConnection, found: Sequence[NewEvent], now: datetime) -> int:
        """The same inside the transaction that also moves on whoever looked."""
        statement = self._database.insert(events).on_conflict_do_nothing()
        fresh = 0
        for item in found:
            key, sealed = uuid4(), item.facts | {WHOSE: item.customer_id}
            row = {
                "id": key,
                "key": item.key,
                "kind": item.kind,
                "customer_key": self._vault.blind_index("customer", item.customer_id),
                "facts_sealed": self._vault.seal("events", key, "facts", orjson.dumps(sealed)),
                "found_by": item.found_by,
                "found_at": now,
                "state": "new",
            }
            if (await connection.execute(statement, row)).rowcount:
                fresh += 1
                self._observer(item.kind, item.found_by)
        return fresh

    async def get(self, ids: Sequence[UUID]) -> dict[UUID, Event]:
        """Events by id; one that does not open is left out."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(select(events).where(events.c.id.in_(ids)))).all()
        return {event.id: event for row in rows if (event := self._event(row)) is not None}

    async def claim(self, now: datetime, limit: int) -> list[Event]:
        """Events whose notices are not all planned, the oldest first, each under a fresh claim."""
        stalled = and_(events.c.state == "running", is_over(events.c.lease_until, now, now + 2 * LEASE))
        ready = or_(events.c.state == "new", stalled)
        taken = []
        async with self._database.writing() as connection:
            waiting = select(events).where(ready).order_by(events.c.found_at).limit(limit)
            for row in (await connection.execute(waiting)).all():
                claim = uuid4()
                as_read = events.c.claim.is_not_distinct_from(row.claim)
                result = await connection.execute(
                    update(events)
                    .where(events.c.id == row.id, events.c.state == row.state, as_read)
                    .values(state="running", claim=claim, lease_until=now + LEASE)
                )
                if result.rowcount != 1:
                    continue
                event = self._event(row, claim)
                if event is None:  # one broken cell must not be looked at for ever
                    done = update(events).where(events.c.id == row.id)
                    await connection.execute(done.values(state="planned", claim=None, lease_until=None))
                else:
                    taken.append(event)
        return taken

    async def advance(
        self, connection: AsyncConnection, event: Event, through: UUID | None, now: datetime, *, is_done: bool
    ) -> bool:
        """Note the place that was reached, within the transaction of its notices; False when a successor holds it."""
        values: dict[str, object] = {"planned_through": through, "lease_until": now + LEASE}
        if is_done:
            values |= {"state": "planned", "claim": None, "lease_until": None}
        result = await connection.execute(
            update(events).where(events.c.id == event.id, events.c.claim == event.claim).values(**values)
        )
        return bool(result.rowcount == 1)

    async def purge(self, before: datetime) -> int:
        """Forget events that all were told of and of which no notice is left.

        Call it with a time long after a poll could find them again (the overlap of polls is days, not months).
        """
        has_notices = exists().where(notices.c.event_id == events.c.id)
        old = delete(events).where(events.c.state == "planned", events.c.found_at < before, ~has_notices)
        async with self._database.writing() as connection:
            return int((await connection.execute(old)).rowcount)

    def _event(self, row: SqlRow[tuple[object, ...]], claim: UUID | None = None) -> Event | None:
        try:
            facts = orjson.loads(self._vault.open("events", row.id, "facts", row.facts_sealed))
        except CannotOpen as fault:
            log.error("an event is given up", reason=str(fault))
            return None
        whose = facts.pop(WHOSE, None)  # an earlier release did not say it
        keys = (row.customer_key,) if whose is None else tuple(self._vault.blind_indexes("customer", whose))
        return Event(row.id, row.key, row.kind, keys, facts, row.found_at, row.planned_through, claim)
