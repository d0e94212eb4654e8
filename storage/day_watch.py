"""Whose day it is to be asked about: once in each of a customer's local days, whatever the clocks do.

The day that was asked for moves in the commit of the events that were found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import orjson
import structlog

from storage.connections import Connection, Connections
from storage.engine import Database
from storage.events import Events, NewEvent
from storage.tables import day_watch
from storage.turns import Claimed, Turns
from storage.vault import CannotOpen, Vault

FARTHEST = timedelta(hours=50)  # two days, and the hours by which clocks are changed

Seen = dict[str, str]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DayTurn:
    """A customer whose turn it is. `asked` is the last local day that was asked for; None before the first.

    `seen` is what the questions of that day left for the next.
    """

    id: UUID
    claim: UUID
    customer_id: str
    readers: tuple[Connection, ...]
    asked: date | None
    seen: Seen
    due_at: datetime


class DayWatch:
    """Queries about days."""

    def __init__(self, database: Database, vault: Vault, people: Connections, events: Events) -> None:
        self._database = database
        self._vault = vault
        self._events = events
        self._turns = Turns(day_watch, database, vault, people, FARTHEST)

    async def enrol(self, now: datetime) -> None:
        """Everybody who is connected has days."""
        await self._turns.enrol(now)

    async def claim(self, now: datetime, limit: int) -> list[DayTurn]:
        """The customers whose turn it is."""
        claimed = await self._turns.claim(now, limit)
        return [turn for one in claimed if (turn := self._turn(one)) is not None]

    async def settle(
        self, turn: DayTurn, asked: date, seen: Seen, due_at: datetime, events: Sequence[NewEvent], now: datetime
    ) -> bool:
        """The day was asked for, with what was found; False when somebody else was sooner."""
        sealed = self._vault.seal("day_watch", turn.id, "seen", orjson.dumps(seen)) if seen else None
        ended = self._turns.released(turn.id, turn.claim, turn.due_at, due_at)
        async with self._database.writing() as connection:
            result = await connection.execute(ended.values(asked_day=asked.isoformat(), seen_sealed=sealed))
            if result.rowcount != 1:
                return False
            await self._events.add_within(connection, events, now)
        return True

    async def put_off(self, turn: DayTurn, due_at: datetime) -> None:
        """Not asked now; later again."""
        async with self._database.writing() as connection:
            await connection.execute(self._turns.released(turn.id, turn.claim, turn.due_at, due_at))

    async def purge(self) -> int:
        """Forget customers that nobody is connected to any more."""
        return await self._turns.purge()

    def _turn(self, one: Claimed) -> DayTurn | None:
        row = one.row
        try:
            seen = self._opened(row.id, row.seen_sealed)
        except CannotOpen as fault:  # one broken cell must not hold up everybody else's
            log.error("a customer's day is not asked about", reason=str(fault))
            return None
        asked = date.fromisoformat(row.asked_day) if row.asked_day else None
        return DayTurn(row.id, one.claim, one.customer_id, one.readers, asked, seen, row.due_at)

    def _opened(self, key: UUID, sealed: bytes | None) -> Seen:
        return {} if sealed is None else dict(orjson.loads(self._vault.open("day_watch", key, "seen", sealed)))
