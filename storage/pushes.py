"""What the portal pushed: a row under the event's id before it is acknowledged, and worked on after that."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import orjson
import structlog
from sqlalchemy import delete, select, update

from storage.engine import Database
from storage.tables import pushes
from storage.vault import CannotOpen, Vault

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Push:
    """One event that is to be worked on. `facts` are texts of whatever the event named."""

    id: str
    kind: str
    facts: dict[str, str]


class Pushes:
    """Queries about pushed events."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def add(self, event_id: str, kind: str, facts: dict[str, str], now: datetime) -> bool:
        """Make it durable; False when it was already."""
        key = hashlib.sha256(event_id.encode()).hexdigest()
        sealed = self._vault.seal("pushes", key, "facts", orjson.dumps(facts))
        row = {"id": key, "kind": kind, "facts_sealed": sealed, "state": "open", "received_at": now}
        async with self._database.writing() as connection:
            return bool(
                (await connection.execute(self._database.insert(pushes).values(row).on_conflict_do_nothing())).rowcount
                == 1
            )

    async def waiting(self, limit: int) -> list[Push]:
        """What is to be worked on, the oldest first; what does not open is given up."""
        oldest = select(pushes).where(pushes.c.state == "open").order_by(pushes.c.received_at).limit(limit)
        async with self._database.reading() as connection:
            rows = (await connection.execute(oldest)).all()
        found, broken = [], []
        for row in rows:
            try:
                facts = dict(orjson.loads(self._vault.open("pushes", row.id, "facts", row.facts_sealed)))
                found.append(Push(row.id, row.kind, facts))
            except CannotOpen as fault:
                log.error("a pushed event is given up", reason=str(fault))
                broken.append(row.id)
        await self.done(broken)
        return found

    async def done(self, ids: Collection[str]) -> None:
        """Worked on; only the id stays, so that a replay is known."""
        if ids:
            async with self._database.writing() as connection:
                mine = update(pushes).where(pushes.c.id.in_(ids))
                await connection.execute(mine.values(state="done", facts_sealed=None))

    async def purge(self, before: datetime) -> int:
        """Forget what was done, and came before then: long after the portal has stopped to send it again."""
        old = delete(pushes).where(pushes.c.state == "done", pushes.c.received_at < before)
        async with self._database.writing() as connection:
            return int((await connection.execute(old)).rowcount)
