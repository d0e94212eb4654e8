"""What was told to whom, and why not: the outbox as a person or the operator looks at it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
import structlog
from sqlalchemy import Row as SqlRow
from sqlalchemy import select

from storage.engine import Database
from storage.tables import events, notices
from storage.vault import CannotOpen, Vault
from storage.work import GIVEN_UP

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """One notice of a chat, whatever became of it. `reason` is a notifications.reasons.Reason, or None."""

    id: UUID
    kind: str
    chat_id: int
    topic_id: int
    facts: dict[str, object]  # empty when they don't open
    subscription_id: UUID | None
    state: str
    reason: str | None
    attempts: int
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None


class ToldNotices:
    """Queries for people about notices."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def history(self, chat_id: int, topic_id: int = 0, limit: int = 20) -> list[Told]:
        """The last notices because of this chat's subscriptions, sent or not, the newest first."""
        mine = (
            notices.c.chat_id == chat_id,
            notices.c.topic_id == topic_id,
            notices.c.subscription_id.is_not(None),
        )
        return await self._all(*mine, limit=limit)

    async def of_chat(self, chat_id: int, limit: int = 50) -> list[Told]:
        """All kinds of notices of a chat, the newest first."""
        return await self._all(notices.c.chat_id == chat_id, limit=limit)

    async def given_up(self, limit: int = 200) -> list[Told]:
        """Dead letters, and those of which nobody knows whether they arrived, the newest first."""
        return await self._all(notices.c.state.in_(GIVEN_UP), limit=limit)

    async def _all(self, *conditions: object, limit: int) -> list[Told]:
        wanted = (
            select(notices, events.c.facts_sealed.label("event_facts"))
            .select_from(notices.outerjoin(events, events.c.id == notices.c.event_id))
            .where(*conditions)  # type: ignore[arg-type]  # SQL expressions
            .order_by(notices.c.created_at.desc(), notices.c.id)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [self._from(row) for row in (await connection.execute(wanted)).all()]

    def _from(self, row: SqlRow[tuple[object, ...]]) -> Told:
        return Told(
            id=row.id,
            kind=row.kind,
            chat_id=row.chat_id,
            topic_id=row.topic_id,
            facts=self._facts(row),
            subscription_id=row.subscription_id,
            state=row.state,
            reason=row.reason,
            attempts=row.attempts,
            created_at=row.created_at,
            due_at=row.due_at,
            settled_at=row.settled_at,
        )

    def _facts(self, row: SqlRow[tuple[object, ...]]) -> dict[str, object]:
        own = row.event_id is None
        sealed = row.facts_sealed if own else row.event_facts
        if sealed is None:
            return {}
        table, key = ("notices", row.id) if own else ("events", row.event_id)
        try:
            return dict(orjson.loads(self._vault.open(table, key, "facts", sealed)))
        except CannotOpen as fault:
            log.error("a notice does not open", reason=str(fault))
            return {}
