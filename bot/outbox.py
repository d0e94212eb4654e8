"""`python -m bot outbox`: dead letters and what became of a chat's notices, for the operator. Shows no facts."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from bot.settings import Settings
from storage.engine import Database
from storage.told import Told, ToldNotices
from storage.vault import Vault, parse_keys


async def listed(settings: Settings) -> Sequence[str]:
    """How many notices there are in each state, and the dead letters."""
    async with _told(settings) as told:
        counts, dead = await told.counts(), await told.dead()
    total = ", ".join(f"{state}: {count}" for state, count in sorted(counts.items()))
    return [total or "the outbox is empty", *(_line(one) for one in dead)]


async def replayed(settings: Settings, only: UUID | None, now: datetime) -> Sequence[str]:
    """Dead letters are due again; a running bot sends them within seconds."""
    async with _told(settings) as told:
        count = await told.replay(now, None if only is None else [only])
    return [f"{count} due again"]


async def why(settings: Settings, chat_id: int) -> Sequence[str]:
    """What became of a chat's last notices, the newest first."""
    async with _told(settings) as told:
        found = await told.of_chat(chat_id)
    return [_line(one) for one in found] or ["nothing was ever to be told there"]


def _line(one: Told) -> str:
    ended = one.settled_at or one.due_at
    what = f"{one.state} ({one.reason})" if one.reason else one.state
    tries = f"{one.attempts} tries" if one.attempts != 1 else "1 try"
    times = f"{one.created_at:%Y-%m-%d %H:%M} -> {ended:%Y-%m-%d %H:%M} UTC"
    return f"{one.id}  {one.kind:<18} chat {one.chat_id}  {times}  {what}, {tries}"


@asynccontextmanager
async def _told(settings: Settings) -> AsyncIterator[ToldNotices]:
    database = Database(settings.database_url.reveal())
    try:
        yield ToldNotices(database, Vault(parse_keys(settings.secret_keys.reveal())))
    finally:
        await database.close()
