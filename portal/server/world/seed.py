"""Filling a portal: with the demo world once, or with what a file says."""

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.server.access.tables import customers
from portal.server.context import Context
from portal.server.world.big import big_world
from portal.server.world.demo import demo_world
from portal.server.world.file import WorldError
from portal.server.world.load import Loaded, import_text, load

FIRST_CUSTOMER = "cust-2300229"


async def seed_demo(context: Context, *, big: bool = False) -> Loaded | None:
    """The demo world as of today; None when it is there already. `big` adds Groß AG with its 500 contracts."""
    now = context.now()
    today = now.astimezone(ZoneInfo("Europe/Berlin")).date()
    async with context.database.writing() as connection:
        there = await connection.execute(select(customers.c.id).where(customers.c.id == FIRST_CUSTOMER))
        if there.first() is not None:
            return None
        loaded = await load(connection, demo_world(today), now)
        if big:
            await load(connection, big_world(today), now)
    return loaded


async def import_file(context: Context, path: Path) -> Loaded:
    """A world file into the database, all of it or nothing; WorldError says the lines and reasons."""
    text = await asyncio.to_thread(_text, path)
    async with context.database.writing() as connection:
        return await import_text(connection, text, context.now())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise WorldError([f"line {line}: not UTF-8"]) from error
    except OSError as error:
        raise WorldError([f"{path}: {error.strerror}"]) from error
