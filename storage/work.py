"""Rows that are worked off: due, running in somebody's hands until a lease ends, then sent, unknown, dead or left.

Notices and mails are such rows. Each acquisition has a fresh token, so that whoever was succeeded writes nothing down.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Table, Update, and_, bindparam, delete, func, select, update

from storage.engine import Database
from storage.instant import Instant
from storage.key import Key

OPEN = ("due", "running")
GIVEN_UP = ("dead", "unknown")  # unknown: it may have arrived, its answer was lost twice

NOW = bindparam("now", type_=Instant())


def hand(claim: UUID, now: datetime, lease: timedelta) -> dict[str, object]:
    """The values with which rows are taken: whose they are from now on, and until when."""
    return {"hand": claim, "now": now, "until": now + lease}


class Work:
    """What is the same for each table of such rows."""

    def __init__(self, database: Database, table: Table) -> None:
        self._database = database
        self._table = table

    def taking(self) -> Update:
        """An UPDATE by which rows come into somebody's hands, with the values of `hand`; `tried_at` stays the first."""
        columns = self._table.c
        return update(self._table).values(
            state="running",
            claim=bindparam("hand", type_=Key()),
            lease_until=bindparam("until", type_=Instant()),
            attempts=columns.attempts + 1,
            tried_at=func.coalesce(columns.tried_at, NOW, type_=Instant),
        )

    async def waiting(self) -> bool:
        """Whether anything is still to be done."""
        statement = select(self._table.c.id).where(self._table.c.state.in_(OPEN)).limit(1)
        async with self._database.reading() as connection:
            return (await connection.execute(statement)).first() is not None

    async def counts(self) -> dict[str, int]:
        """How many there are in each state."""
        state = self._table.c.state
        async with self._database.reading() as connection:
            rows = await connection.execute(select(state, func.count()).group_by(state))
            return {row[0]: row[1] for row in rows}

    async def replay(self, now: datetime, only: Sequence[UUID] | None = None) -> int:
        """What was given up is due again, with three days from now on; how many.

        All dead letters, or only these: then also those of which nobody knows whether they arrived.
        """
        columns = self._table.c
        chosen = columns.state == "dead" if only is None else and_(columns.state.in_(GIVEN_UP), columns.id.in_(only))
        again = update(self._table).where(chosen)
        fresh = {"state": "due", "reason": None, "attempts": 0, "due_at": now, "tried_at": None, "settled_at": None}
        async with self._database.writing() as connection:
            return int((await connection.execute(again.values(fresh))).rowcount)

    async def purge(self, before: datetime) -> int:
        """Delete what is settled and was made before then."""
        over = delete(self._table).where(self._table.c.state.not_in(OPEN), self._table.c.created_at < before)
        async with self._database.writing() as connection:
            return int((await connection.execute(over)).rowcount)
