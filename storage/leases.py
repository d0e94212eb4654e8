"""Leases: who may poll Telegram, and who may lead, when several processes run on one database."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, update

from storage.engine import Database
from storage.tables import leases


class Leases:
    """Queries about leases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, name: str, holder: UUID, now: datetime, life: timedelta) -> bool:
        """Take or renew a lease; False while somebody else's is running."""
        async with self._database.writing() as connection:
            result = await connection.execute(
                update(leases)
                .where(leases.c.name == name, or_(leases.c.holder == holder, leases.c.until < now))
                .values(holder=holder, until=now + life)
            )
            if result.rowcount == 0:
                statement = self._database.insert(leases).values(name=name, holder=holder, until=now + life)
                result = await connection.execute(statement.on_conflict_do_nothing())
            return bool(result.rowcount == 1)

    async def drop(self, name: str, holder: UUID) -> None:
        """Give a lease back so that a successor need not wait."""
        async with self._database.writing() as connection:
            await connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))
