"""How much waits, and for how long: what the metrics ask when somebody looks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, exists, func, select

from storage.engine import Database
from storage.instant import Instant
from storage.tables import bill_watch, connections, inbox, notices
from storage.tables_mail import mails


@dataclass(frozen=True, slots=True)
class Depth:
    """How many rows wait, and how many seconds the oldest of them is overdue."""

    waiting: int
    oldest_seconds: float


class Depths:
    """Counts of rows that are still to be worked on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def inbox(self, now: datetime) -> Depth:
        """Updates that wait or run."""
        return await self._depth(inbox, inbox.c.state.in_(["open", "running"]), inbox.c.received_at, now)

    async def outbox(self, now: datetime) -> Depth:
        """Notices that could go now; those that quiet hours or a pause hold back are not overdue."""
        is_due = notices.c.state.in_(["due", "running"]) & (notices.c.due_at <= now)
        return await self._depth(notices, is_due, notices.c.due_at, now)

    async def mails(self, now: datetime) -> Depth:
        """Mails that are not out, from their first try on: each failed one makes the next due later."""
        waits = mails.c.state.in_(["due", "running"])
        return await self._depth(mails, waits, func.coalesce(mails.c.tried_at, mails.c.due_at, type_=Instant), now)

    async def polls(self, now: datetime) -> Depth:
        """Customers whose invoices should have been looked at by now."""
        is_live = exists().where(
            connections.c.customer_key == bill_watch.c.customer_key, connections.c.ended_at.is_(None)
        )
        return await self._depth(bill_watch, is_live & (bill_watch.c.due_at <= now), bill_watch.c.due_at, now)

    async def _depth(
        self, table: Table, waits: ColumnElement[bool], since: ColumnElement[datetime], now: datetime
    ) -> Depth:
        statement = select(func.count(), func.min(since)).select_from(table).where(waits)
        async with self._database.reading() as connection:
            count, oldest = (await connection.execute(statement)).one()
        return Depth(int(count), max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
