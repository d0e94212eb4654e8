"""SQLite's one writer, shared by processes: who waits for it, who gives up, and what is left behind then."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.engine import Database, DatabaseUnavailable


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Database, Database]]:
    """One file, as two processes have it open."""
    first, second = (Database(f"sqlite:///{tmp_path / 'shared.db'}") for _ in range(2))
    async with first.writing() as connection:
        await connection.execute(text("CREATE TABLE notes (line TEXT)"))
    yield first, second
    await first.close()
    await second.close()


async def write(database: Database, line: str) -> None:
    async with database.writing() as connection:
        await connection.execute(text("INSERT INTO notes VALUES (:line)"), {"line": line})


async def lines(database: Database) -> list[str]:
    async with database.reading() as connection:
        return list((await connection.execute(text("SELECT line FROM notes ORDER BY rowid"))).scalars())


async def test_who_waits_in_vain_is_told_and_can_write_later(two: tuple[Database, Database]) -> None:
    """Nothing of it is written, and no lock is left."""
    first, second = two
    async with first.writing():
        with pytest.raises(DatabaseUnavailable):
            await write(second, "too early")
    await write(second, "later")
    await write(first, "after that")
    assert await lines(first) == ["later", "after that"]


async def test_who_gives_up_while_waiting_holds_up_nobody(two: tuple[Database, Database]) -> None:
    """The driver's thread goes on waiting and may get the writer when nobody wants it any more."""
    first, second = two
    await lines(second)  # its connections are made
    async with first.writing():
        waiting = asyncio.create_task(write(second, "given up"))
        done, _ = await asyncio.wait({waiting}, timeout=0.5)
        assert not done
        waiting.cancel()
        await asyncio.wait({waiting})
    await write(first, "one")
    await write(second, "two")
    await write(first, "three")
    assert await lines(second) == ["one", "two", "three"]


async def test_what_fails_or_is_given_up_halfway_is_not_kept(two: tuple[Database, Database]) -> None:
    """Neither an error nor a cancellation leaves a transaction open."""
    first, second = two
    halfway = asyncio.Event()

    async def hesitate() -> None:
        async with first.writing() as connection:
            await connection.execute(text("INSERT INTO notes VALUES ('half')"))
            halfway.set()
            await asyncio.Event().wait()

    hesitating = asyncio.create_task(hesitate())
    await halfway.wait()
    hesitating.cancel()
    await asyncio.wait({hesitating})
    with pytest.raises(ZeroDivisionError):
        async with first.writing() as connection:
            await connection.execute(text("INSERT INTO notes VALUES ('failed')"))
            raise ZeroDivisionError
    await write(second, "whole")
    assert await lines(first) == ["whole"]
