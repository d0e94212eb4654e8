"""Turns: one row for each customer with a live connection, and whose turn it is to be looked at.

What the watches over invoices, over days and over lines have in common. A turn is held under a claim with a lease;
whoever comes back too late changes nothing. A clock that was set back must not let a customer wait until it is there
again: a turn that lies too far ahead is due.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Row, Table, Update, case, delete, exists, literal, or_, select, type_coerce, update

from storage.connections import Connection, Connections
from storage.engine import Database
from storage.instant import Instant, is_over
from storage.tables import connections
from storage.vault import Vault

LEASE = timedelta(seconds=60)
ENROLLED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Claimed:
    """A customer whose turn it is: the row, and everybody who is connected, oldest first."""

    row: Row[Any]
    claim: UUID
    customer_id: str
    readers: tuple[Connection, ...]


class Turns:
    """Queries about the turns of one table; `farthest` is the longest that a turn may be put off."""

    def __init__(
        self, table: Table, database: Database, vault: Vault, people: Connections, farthest: timedelta
    ) -> None:
        self._table = table
        self._database = database
        self._vault = vault
        self._people = people
        self._farthest = farthest
        self._is_live = exists().where(
            connections.c.customer_key == table.c.customer_key, connections.c.ended_at.is_(None)
        )

    async def enrol(self, now: datetime) -> None:
        """A row for each customer that has a connection and no row yet."""
        c, table = connections.c, self._table
        is_known = exists().where(table.c.customer_key == c.customer_key)
        new = select(c.customer_key).where(c.ended_at.is_(None), ~is_known).distinct().limit(ENROLLED_AT_ONCE)
        async with self._database.reading() as connection:
            keys = (await connection.execute(new)).scalars().all()
        if not keys:
            return
        rows = [{"id": uuid4(), "customer_key": key, "due_at": now} for key in keys]
        async with self._database.writing() as connection:
            await connection.execute(self._database.insert(table).on_conflict_do_nothing(), rows)

    async def claim(self, now: datetime, limit: int) -> list[Claimed]:
        """The customers whose turn it is, the longest overdue first, all under one fresh claim."""
        t, claim = self._table.c, uuid4()
        is_free = or_(t.claim.is_(None), is_over(t.lease_until, now, now + 2 * LEASE))
        is_due = or_(t.due_at <= now, t.due_at > now + self._farthest)
        due = select(t.id).where(is_due, is_free, self._is_live).order_by(t.due_at).limit(limit)
        async with self._database.reading() as connection:
            ids = (await connection.execute(due)).scalars().all()
        if not ids:  # most of the time: nobody waits for the writer in vain
            return []
        async with self._database.writing() as connection:
            mine = update(self._table).where(t.id.in_(ids), is_due, is_free)
            await connection.execute(mine.values(claim=claim, lease_until=now + LEASE))
            taken = select(self._table).where(t.id.in_(ids), t.claim == claim).order_by(t.due_at)
            rows = (await connection.execute(taken)).all()
            people = await self._people.of_keys(connection, {row.customer_key for row in rows})
        return [
            Claimed(row, claim, readers[0].account.customer_id, tuple(readers))
            for row in rows
            if (readers := people.get(row.customer_key))
        ]

    def released(self, turn_id: UUID, claim: UUID, was_due: datetime, due_at: datetime) -> Update:
        """Ends a turn that is still held. Who was nudged meanwhile is due at once: it may have come after the look."""
        t = self._table.c
        return (
            update(self._table)
            .where(t.id == turn_id, t.claim == claim)
            .values(
                claim=None,
                lease_until=None,
                due_at=case((t.due_at == was_due, literal(due_at, Instant)), else_=t.due_at),
            )
        )

    async def nudge(self, customer_ids: Collection[str], now: datetime) -> None:
        """It is their turn now. The moment changes in any case, so that a look under way sees that it was nudged."""
        t = self._table.c
        keys = [key for each in customer_ids for key in self._vault.blind_indexes("customer", each)]
        tick_before = type_coerce(t.due_at, BigInteger) - 1
        sooner = case((t.due_at <= now, tick_before), else_=literal(now, Instant))
        async with self._database.writing() as connection:
            await connection.execute(update(self._table).where(t.customer_key.in_(keys)).values(due_at=sooner))

    async def purge(self) -> int:
        """Forget customers that nobody is connected to any more."""
        async with self._database.writing() as connection:
            return int((await connection.execute(delete(self._table).where(~self._is_live))).rowcount)
