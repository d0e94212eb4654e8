"""The outbox: an event told to one chat is a row with a unique key before it is sent, so it is told once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Database
from storage.tables import notices
from storage.vault import CannotOpen, Vault

LEASE = timedelta(seconds=60)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What to tell whom. `event_key` names the event; the same event is told to a chat once. `facts` are JSON."""

    kind: str
    event_key: str
    chat_id: int
    facts: dict[str, object]
    topic_id: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A claimed notice; `claim` fences the result."""

    id: UUID
    kind: str
    chat_id: int
    topic_id: int
    facts: dict[str, object]
    attempts: int
    created_at: datetime
    claim: UUID


class Notices:
    """Queries about notices."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def add(self, items: Sequence[NewNotice], now: datetime) -> None:
        """Put notices into the outbox; one that is there already stays as it is."""
        if items:
            async with self._database.writing() as connection:
                await self.add_within(connection, items, now)

    async def add_within(self, connection: AsyncConnection, items: Sequence[NewNotice], now: datetime) -> None:
        """The same inside the transaction of their cause."""
        make = sqlite_insert if self._database.is_sqlite else pg_insert
        for item in items:
            key = uuid4()
            statement = make(notices).values(
                id=key,
                kind=item.kind,
                event_key=item.event_key,
                chat_id=item.chat_id,
                topic_id=item.topic_id,
                facts_sealed=self._vault.seal("notices", key, "facts", orjson.dumps(item.facts)),
                state="due",
                attempts=0,
                due_at=now,
                created_at=now,
            )
            await connection.execute(statement.on_conflict_do_nothing())

    async def claim(self, now: datetime, limit: int) -> list[Notice]:
        """Take due notices (and those whose holder stalled) under a fresh claim each."""
        ready = or_(
            and_(notices.c.state == "due", notices.c.due_at <= now),
            and_(notices.c.state == "running", notices.c.lease_until < now),
        )
        taken = []
        waiting = select(notices).where(ready).order_by(notices.c.due_at).limit(limit)
        async with self._database.writing() as connection:
            for row in (await connection.execute(waiting)).all():
                claim, attempts = uuid4(), row.attempts + 1
                as_read = (notices.c.state == row.state, notices.c.claim.is_not_distinct_from(row.claim))
                result = await connection.execute(
                    update(notices)
                    .where(notices.c.id == row.id, *as_read)
                    .values(state="running", claim=claim, lease_until=now + LEASE, attempts=attempts)
                )
                if result.rowcount != 1:
                    continue
                try:
                    facts = orjson.loads(self._vault.open("notices", row.id, "facts", row.facts_sealed))
                except CannotOpen as fault:  # one broken cell must not hold up everybody's notices
                    log.error("a notice is given up", reason=str(fault))
                    lost = update(notices).where(notices.c.id == row.id)
                    await connection.execute(lost.values(state="dead", reason="does not open", claim=None))
                    continue
                where = (row.kind, row.chat_id, row.topic_id)
                taken.append(Notice(row.id, *where, facts, attempts, row.created_at, claim))
        return taken

    async def settle(
        self,
        notice: Notice,
        state: str,
        *,
        reason: str | None = None,
        message_id: int | None = None,
        due_at: datetime | None = None,
    ) -> bool:
        """Write down what became of it; False when a successor holds it by now."""
        values: dict[str, object] = {"state": state, "reason": reason, "claim": None, "lease_until": None}
        if message_id is not None:
            values["message_id"] = message_id
        if due_at is not None:
            values["due_at"] = due_at
        async with self._database.writing() as connection:
            result = await connection.execute(
                update(notices).where(notices.c.id == notice.id, notices.c.claim == notice.claim).values(**values)
            )
            return bool(result.rowcount == 1)

    async def waiting(self) -> bool:
        """Whether anything is still to be told."""
        statement = select(notices.c.id).where(notices.c.state.in_(["due", "running"])).limit(1)
        async with self._database.reading() as connection:
            return (await connection.execute(statement)).first() is not None

    async def purge(self, before: datetime) -> int:
        """Delete settled notices made before then."""
        async with self._database.writing() as connection:
            result = await connection.execute(
                delete(notices).where(notices.c.state.in_(["sent", "unknown", "dead"]), notices.c.created_at < before)
            )
            return int(result.rowcount)
