"""The reference portal's database: SQLite or PostgreSQL behind `reading()` and `writing()`.

SQLite: one writing connection with `BEGIN IMMEDIATE` (a deferred transaction that turns into a writer loses races and
fails without waiting), a pool of reading ones with `query_only`. PostgreSQL: one engine. Nothing that talks to the
network is awaited inside either.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import DateTime, Dialect, MetaData, event, func, inspect, select
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateColumn
from sqlalchemy.types import TypeDecorator

metadata = MetaData()


class Utc(TypeDecorator[datetime]):
    """An instant: aware going in, UTC coming out, on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Opens engines, makes the tables, hands out transactions."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.written = asyncio.Event()  # set by every commit of this process: a queue need not look so often
        if self.url.get_backend_name() == "sqlite":
            if self.url.database:
                _private_file(Path(self.url.database))
            self._writer = _sqlite(str(self.url), writing=True)
            self._reader = _sqlite(str(self.url), writing=False)
        else:
            self._writer = self._reader = create_async_engine(self.url, pool_size=10, pool_pre_ping=True)

    async def create(self) -> None:
        """Make the tables and columns that are missing: the reference portal has no migrations of its own."""
        async with self.writing() as connection:
            await exclusively(connection, "tables")
            await connection.run_sync(metadata.create_all)
            await connection.run_sync(_add_columns)

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Committed when the block ends well, rolled back when it raises."""
        async with self._writer.begin() as connection:
            yield connection
        self.written.set()


class SchemaTooOld(Exception):
    """The database is of an earlier version and cannot be brought to this one."""


def _add_columns(connection: Connection) -> None:
    """A database from before a column came gets it, empty; one that would need more than that is refused as it is."""
    inspector = inspect(connection)
    for table in metadata.sorted_tables:
        known = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name in known:
                continue
            if not column.nullable and column.server_default is None:
                raise SchemaTooOld(f"{table.name}.{column.name} is missing: please start with an empty database")
            definition = CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {definition}")


def _private_file(path: Path) -> None:
    """Customers' data: for this user's eyes only, from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)


async def exclusively(connection: AsyncConnection, what: str) -> None:
    """Until the transaction ends nobody else is here. SQLite has one writer anyway; PostgreSQL needs to be told."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))


def _sqlite(url: str, *, writing: bool) -> AsyncEngine:
    pool = {"pool_size": 1, "max_overflow": 0} if writing else {"pool_size": 4, "max_overflow": 4}
    engine = create_async_engine(url, connect_args={"isolation_level": None, "timeout": 10}, pool_timeout=60, **pool)

    def pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        if not writing:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    event.listen(engine.sync_engine, "connect", pragmas)
    event.listen(engine.sync_engine, "begin", begin)
    return engine
