"""A chat as a whole: closed to us (blocked, thrown out), open again, or moved to another id."""

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Database
from storage.tables import notices, people, subscriptions

BLOCKED = "blocked"
ONE_TRY = timedelta(days=1)  # how often a blocked chat is tried


# What a chat may have only one of.
_UNIQUE = ((subscriptions, ("topic_id", "customer_key")), (notices, ("topic_id", "kind", "event_key")))


class Chats:
    """Changes that concern everything that is told to one chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def blocked(self, chat_id: int, now: datetime) -> None:
        """The bot is blocked there: its subscriptions pause, and what waits is tried once a day."""
        async with self._database.writing() as connection:
            await self._pause(connection, chat_id, BLOCKED)
            waiting = and_(notices.c.chat_id == chat_id, notices.c.state == "due", notices.c.due_at < now + ONE_TRY)
            await connection.execute(update(notices).where(waiting).values(due_at=now + ONE_TRY, reason=BLOCKED))
            await connection.execute(update(people).where(people.c.person_id == chat_id).values(blocked_at=now))

    async def back(self, chat_id: int, now: datetime) -> None:
        """The person has come back: what was paused because of that goes on, and what waits may go."""
        paused = and_(
            subscriptions.c.chat_id == chat_id, subscriptions.c.state == "paused", subscriptions.c.reason == BLOCKED
        )
        waiting = and_(notices.c.chat_id == chat_id, notices.c.state == "due", notices.c.reason == BLOCKED)
        async with self._database.writing() as connection:
            await connection.execute(update(subscriptions).where(paused).values(state="on", reason=""))
            await connection.execute(update(notices).where(waiting).values(due_at=now, reason=None))
            person = update(people).where(people.c.person_id == chat_id, people.c.blocked_at.is_not(None))
            await connection.execute(person.values(blocked_at=None))

    async def closed(self, chat_id: int, reason: str, now: datetime) -> None:
        """Nobody is told anything there any more: its subscriptions pause, and what waits is dead."""
        waiting = and_(notices.c.chat_id == chat_id, notices.c.state == "due")
        async with self._database.writing() as connection:
            await self._pause(connection, chat_id, reason)
            await connection.execute(update(notices).where(waiting).values(state="dead", reason=reason, settled_at=now))

    async def moved(self, old: int, new: int) -> None:
        """A group has become a supergroup: everything goes there from now on."""
        async with self._database.writing() as connection:
            for table, same in (
                (subscriptions, ("topic_id", "customer_key")),
                (notices, ("topic_id", "kind", "event_key")),
            ):
                there = table.alias()
                doubled = and_(there.c.chat_id == new, *(there.c[name] == table.c[name] for name in same))
                twice = select(there.c.id).where(doubled).exists()
                await connection.execute(delete(table).where(table.c.chat_id == old, twice))
                await connection.execute(update(table).where(table.c.chat_id == old).values(chat_id=new))

    async def _pause(self, connection: AsyncConnection, chat_id: int, reason: str) -> None:
        on = update(subscriptions).where(subscriptions.c.chat_id == chat_id, subscriptions.c.state == "on")
        await connection.execute(on.values(state="paused", reason=reason))
