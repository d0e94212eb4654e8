"""What the bot last knew of where a customer's calls go, one row per customer, and whose turn it is to be looked at.

When the bot itself changes something while a look is under way, the claim is forgotten, and what the look found counts
for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.connections import Connection, Connections
from storage.engine import Database
from storage.notices import NewNotice, Notices
from storage.tables import known_lines
from storage.turns import Claimed, Turns
from storage.vault import CannotOpen, Vault

FARTHEST = timedelta(hours=2)

Known = dict[str, object]  # JSON: by the line's id

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """A customer whose turn it is. `known` is None before the first look."""

    id: UUID
    claim: UUID
    customer_id: str
    readers: tuple[Connection, ...]
    known: Known | None
    looked_at: datetime | None
    due_at: datetime


class KnownLines:
    """Queries about what was known."""

    def __init__(self, database: Database, vault: Vault, people: Connections, notices: Notices) -> None:
        self._database = database
        self._vault = vault
        self._notices = notices
        self._turns = Turns(known_lines, database, vault, people, FARTHEST)

    async def enrol(self, now: datetime) -> None:
        """A row for each customer that has a connection and no row yet."""
        await self._turns.enrol(now)

    async def claim(self, now: datetime, limit: int) -> list[Turn]:
        """The customers whose turn it is."""
        claimed = await self._turns.claim(now, limit)
        return [turn for one in claimed if (turn := self._turn(one)) is not None]

    async def settle(
        self, turn: Turn, found: Known, looked_at: datetime, due_at: datetime, notices: Sequence[NewNotice] = ()
    ) -> bool:
        """Take over what was found, and tell what differs; False when the look came too late."""
        values = {"lines_sealed": self._sealed(turn.id, found), "looked_at": looked_at}
        async with self._database.writing() as connection:
            if not await self._released(connection, turn, due_at, **values):
                return False
            await self._notices.add_within(connection, notices, looked_at)
        return True

    async def put_off(self, turn: Turn, due_at: datetime) -> None:
        """Nothing was found out; later again."""
        async with self._database.writing() as connection:
            await self._released(connection, turn, due_at)

    async def learn(self, customer_id: str, changed: Mapping[str, Mapping[str, object]], due_at: datetime) -> None:
        """The bot changed rules itself: `{line: {condition: rule}}` are known from now on, and a look is due then."""
        keys = self._vault.blind_indexes("customer", customer_id)
        async with self._database.writing() as connection:
            rows = (await connection.execute(select(known_lines).where(known_lines.c.customer_key.in_(keys)))).all()
            for row in rows:
                known = self._opened(row.id, row.lines_sealed)
                values = {"claim": None, "lease_until": None, "due_at": min(due_at, row.due_at)}
                if known is not None:
                    values["lines_sealed"] = self._sealed(row.id, _merged(known, changed))
                await connection.execute(update(known_lines).where(known_lines.c.id == row.id).values(values))

    async def nudge(self, customer_id: str, now: datetime) -> None:
        """Something may have changed: it is their turn now, also if they are being looked at."""
        await self._turns.nudge([customer_id], now)

    async def purge(self) -> int:
        """Forget customers that nobody is connected to any more."""
        return await self._turns.purge()

    def _turn(self, one: Claimed) -> Turn | None:
        row = one.row
        try:
            known = self._opened(row.id, row.lines_sealed)
        except CannotOpen as fault:  # one broken cell must not hold up everybody else's
            log.error("a customer's lines are not looked at", reason=str(fault))
            return None
        return Turn(row.id, one.claim, one.customer_id, one.readers, known, row.looked_at, row.due_at)

    async def _released(self, connection: AsyncConnection, turn: Turn, due_at: datetime, **values: object) -> bool:
        ended = self._turns.released(turn.id, turn.claim, turn.due_at, due_at)
        return bool((await connection.execute(ended.values(**values) if values else ended)).rowcount == 1)

    def _sealed(self, key: UUID, known: Known) -> bytes:
        return self._vault.seal("known_lines", key, "lines", orjson.dumps(known))

    def _opened(self, key: UUID, sealed: bytes | None) -> Known | None:
        return None if sealed is None else dict(orjson.loads(self._vault.open("known_lines", key, "lines", sealed)))


def _merged(known: Known, changed: Mapping[str, Mapping[str, object]]) -> Known:
    merged = dict(known)
    for line, rules in changed.items():
        before = known.get(line)
        if isinstance(before, dict):
            merged[line] = {**before, **rules}
    return merged
