"""`python -m bot outbox`: what was given up and what became of a chat's notices, for the operator.

Shows no facts, and of a mailbox what may be shown where others read along.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from bot.settings import Settings
from storage.engine import Database
from storage.mails import Mailed, Mails
from storage.notices import Notices
from storage.told import Told, ToldNotices
from storage.vault import Vault, parse_keys


async def listed(settings: Settings) -> Sequence[str]:
    """How many notices and mails there are in each state, and those that were given up."""
    async with _opened(settings) as (database, vault):
        mails = Mails(database, vault)
        works = {"notices": Notices(database, vault).work, "mails": mails.work}
        totals = [_total(name, counts) for name, work in works.items() if (counts := await work.counts())]
        notices = await ToldNotices(database, vault).given_up()
        given_up = [*map(_notice, notices), *map(_mail, await mails.given_up())]
    return [*(totals or ["the outbox is empty"]), *given_up]


async def replayed(settings: Settings, only: UUID | None, now: datetime) -> Sequence[str]:
    """What was given up is due again (all dead letters, or `only` one); a running bot sends it soon, mails only with
    `SMTP_URL`."""
    async with _opened(settings) as (database, vault):
        works = (Notices(database, vault).work, Mails(database, vault).work)
        count = sum([await work.replay(now, None if only is None else [only]) for work in works])
    return [f"{count} due again"]


async def why(settings: Settings, chat_id: int) -> Sequence[str]:
    """What became of a chat's last notices, the newest first."""
    async with _opened(settings) as (database, vault):
        found = await ToldNotices(database, vault).of_chat(chat_id)
    return [_notice(one) for one in found] or ["nothing was ever to be told there"]


def _total(name: str, counts: Mapping[str, int]) -> str:
    return f"{name}: " + ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))


def _notice(one: Told) -> str:
    return _line(one, one.kind, f"chat {one.chat_id}")


def _mail(one: Mailed) -> str:
    return _line(one, "mail", one.shown)


def _line(one: Told | Mailed, kind: str, to: str) -> str:
    ended = one.settled_at or one.due_at
    what = f"{one.state} ({one.reason})" if one.reason else one.state
    tries = f"{one.attempts} tries" if one.attempts != 1 else "1 try"
    times = f"{one.created_at:%Y-%m-%d %H:%M} -> {ended:%Y-%m-%d %H:%M} UTC"
    return f"{one.id}  {kind:<18} {to}  {times}  {what}, {tries}"


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Database, Vault]]:
    database = Database(settings.database_url.reveal())
    try:
        yield database, Vault(parse_keys(settings.secret_keys.reveal()))
    finally:
        await database.close()
