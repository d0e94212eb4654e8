"""What a thief of the bot's database has: files, a backup, every cell."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Column, Table, select, update

from storage.engine import Database
from storage.tables import metadata
from tests.house import House

SEALED = "_sealed"


@dataclass(frozen=True, slots=True)
class Cell:
    """One sealed cell. `place` is what the vault was told when it was sealed."""

    table: Table
    key: tuple[object, ...]
    column: Column[bytes]
    sealed: bytes

    @property
    def place(self) -> tuple[str, str, str]:
        return self.table.name, ":".join(map(str, self.key)), self.column.name.removesuffix(SEALED)

    @property
    def kind(self) -> str:
        return f"{self.table.name}.{self.column.name}"


async def sealed_cells(database: Database) -> list[Cell]:
    """All of them, in every table."""
    found = []
    async with database.reading() as connection:
        for table in metadata.sorted_tables:
            for column in (c for c in table.columns if c.name.endswith(SEALED)):
                keys = list(table.primary_key.columns)
                for *key, sealed in await connection.execute(select(*keys, column).where(column.is_not(None))):
                    found.append(Cell(table, tuple(key), column, bytes(sealed)))
    return found


def sealed_columns() -> set[str]:
    """The kinds of cells that there must be."""
    return {f"{t.name}.{c.name}" for t in metadata.sorted_tables for c in t.columns if c.name.endswith(SEALED)}


async def overwrite(database: Database, cell: Cell, sealed: bytes) -> None:
    """As somebody does who can write to the database and has no key."""
    statement = update(cell.table).values({cell.column: sealed})
    for column, value in zip(cell.table.primary_key.columns, cell.key, strict=True):
        statement = statement.where(column == value)
    async with database.writing() as connection:
        await connection.execute(statement)


async def everything(home: House) -> bytes:
    """Every byte at rest: files of SQLite and its log, a backup, each cell of whichever engine; the portal's too."""
    files = [path for path in home.settings.var.iterdir() if ".db" in path.name]
    return b"\n".join([*(path.read_bytes() for path in files), *await of_the_bot(home)])


async def of_the_bot(home: House) -> list[bytes]:
    """The same of the bot alone: its database is the one that is sealed."""
    parts = [path.read_bytes() for path in home.settings.var.iterdir() if path.name.startswith("bot.db")]
    database = home.app.database
    if database.is_sqlite:
        with (
            closing(sqlite3.connect(str(database.url.database))) as source,
            closing(sqlite3.connect(":memory:")) as copy,
        ):
            source.backup(copy)
            parts.append(copy.serialize())
    async with database.reading() as connection:
        for table in metadata.sorted_tables:
            for row in await connection.execute(select(table)):
                parts += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    return parts
