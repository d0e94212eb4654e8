"""Two database engines behind one pair of verbs: `reading()` and `writing()`.

SQLite: writing is one connection that begins with BEGIN IMMEDIATE, so a read-check-write can't be overtaken (a
deferred transaction loses that race silently); reading is a pool that the engine itself forbids to write. PostgreSQL:
one pool, and every statement that changes state carries its own condition. Nobody awaits the network in either block.
"""

import sqlite3
from asyncio import CancelledError
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, event, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry, PoolResetState

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

READERS = 8
LOCK_PATIENCE_MS = 2_000  # how long SQLite waits for another process's write: less than a person waits for an answer


class DatabaseUnavailable(Exception):
    """The database can't serve now (locked, disk full, unreachable): nothing was changed, later it will work again."""


def insert_into(table: Table, *, is_sqlite: bool) -> "sqlite.Insert | postgresql.Insert":
    """The engine's own INSERT, which can leave alone, or change, what is there already."""
    if is_sqlite:
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # imported here: memory that SQLite spares

    return postgresql.insert(table)


class Database:
    """The bot's database; `url` is `sqlite:///path` or `postgresql://...` (the async driver is added here).

    Raises DatabaseUnavailable when SQLite's file can't be made.
    """

    def __init__(self, url: str) -> None:
        self.url = _with_async_driver(make_url(url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            if self.url.database:
                _private_file(Path(self.url.database))
            self._writer = _sqlite(self.url, pool_size=1, begin="BEGIN IMMEDIATE", query_only=False)
            self._reader = _sqlite(self.url, pool_size=READERS, begin="BEGIN", query_only=True)
        else:
            self._writer = self._reader = create_async_engine(
                self.url,
                pool_size=10,
                max_overflow=10,
                pool_pre_ping=True,
                connect_args={"server_settings": {"statement_timeout": "10000", "lock_timeout": "5000"}},
            )

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT that can leave alone, or change, what is there already."""
        return insert_into(table, is_sqlite=self.is_sqlite)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A consistent read; on SQLite the connection refuses to write."""
        with _told():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that commits when the block ends and rolls back when it raises."""
        with _told():
            async with self._writer.begin() as connection:
                yield connection

    async def is_reachable(self) -> bool:
        """Whether a query that reads a table succeeds now."""
        try:
            async with self.reading() as connection:
                await connection.execute(text("SELECT version_num FROM alembic_version"))
        except DatabaseUnavailable:
            return False
        return True

    async def lock(
        self,
        connection: AsyncConnection,
        key: Column[UUID],
        which: ColumnElement[bool],
        values: Mapping[str, object] | None = None,
    ) -> Sequence[UUID]:
        """Before many rows are changed. PostgreSQL locks one by one: in one order, so that no two wait for each other.

        The ids of what was locked; none on SQLite, where there is one writer.
        """
        if self.is_sqlite:
            return ()
        locking = select(key).where(which).order_by(key).with_for_update()
        return (await connection.execute(locking, values)).scalars().all()

    async def close(self) -> None:
        """Close every connection; SQLite's write-ahead log is folded back into the file first."""
        if self.is_sqlite:
            try:
                async with self._writer.connect() as connection:
                    await connection.exec_driver_sql("COMMIT")
                    await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                    await connection.exec_driver_sql("BEGIN")
            except DBAPIError:
                pass  # a full or vanished disk must not keep the process from ending; the log stays and is replayed
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


@contextmanager
def _told() -> Iterator[None]:
    """Tell apart what the database can't do now and what it will never do, which is a bug."""
    try:
        yield
    except (IntegrityError, DataError, ProgrammingError):
        raise
    except (DBAPIError, sqlite3.Error, PoolTimeout, OSError) as error:
        raise DatabaseUnavailable(type(error).__name__) from error


def _private_file(path: Path) -> None:
    """Customers' data: for this user's eyes only, from the first byte on; SQLite's log gets the same mode."""
    with _told():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)


def _with_async_driver(url: URL) -> URL:
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    return url.set(drivername=drivers.get(url.drivername, url.drivername))


def _sqlite(url: URL, *, pool_size: int, begin: str, query_only: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        pool_reset_on_return=None,  # `end`, below
    )

    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={LOCK_PATIENCE_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute(f"PRAGMA query_only={'ON' if query_only else 'OFF'}")
        cursor.close()

    def start(connection: Connection) -> None:
        # past SQLAlchemy's cursors: one way to the driver's thread instead of three, in every transaction
        try:
            connection.connection.run_async(lambda driver: driver.execute(begin))
        except CancelledError:
            connection.invalidate()  # the thread may begin all the same, and would hold the lock
            raise

    def end(connection: DBAPIConnection, _: ConnectionPoolEntry, state: PoolResetState) -> None:
        # mostly there is nothing to roll back any more: another way spared
        if not state.terminate_only and connection.driver_connection.in_transaction:
            connection.rollback()

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "reset", end)
    event.listen(engine.sync_engine, "begin", start)
    return engine
