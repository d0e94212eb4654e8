"""What the bot last knew of a customer's invoices, and whose turn it is to be looked at.

What a look found, the events that follow from it and the moment up to which everything is known are one commit.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import structlog

from storage.connections import Connection, Connections
from storage.engine import Database
from storage.events import Events, NewEvent
from storage.tables import bill_watch
from storage.turns import Claimed, Turns
from storage.vault import CannotOpen, Vault

FARTHEST = timedelta(hours=2)

Known = dict[str, list[str]]  # by the invoice's id

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class BillTurn:
    """A customer whose turn it is. `known` and `since` are None before the first look."""

    id: UUID
    claim: UUID
    customer_id: str
    readers: tuple[Connection, ...]
    known: Known | None
    since: datetime | None
    quiet_rounds: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """What came of a turn. `known` is None when nothing about it is new; `since` None leaves it where it was."""

    turn: BillTurn
    due_at: datetime
    quiet_rounds: int
    since: datetime | None = None
    known: Known | None = None
    events: Sequence[NewEvent] = ()


class BillWatch:
    """Queries about the watch over invoices."""

    def __init__(self, database: Database, vault: Vault, people: Connections, events: Events) -> None:
        self._database = database
        self._vault = vault
        self._events = events
        self._turns = Turns(bill_watch, database, vault, people, FARTHEST)

    async def enrol(self, now: datetime) -> None:
        """Everybody who is connected is watched."""
        await self._turns.enrol(now)

    async def claim(self, now: datetime, limit: int) -> list[BillTurn]:
        """The customers whose turn it is."""
        claimed = await self._turns.claim(now, limit)
        return [turn for one in claimed if (turn := self._turn(one)) is not None]

    async def settle(self, looks: Sequence[Look], now: datetime) -> int:
        """Take over what was found, all in one commit; how many of them did not come too late."""
        held = 0
        async with self._database.writing() as connection:
            for look in looks:
                turn = look.turn
                values: dict[str, object] = {"quiet_rounds": look.quiet_rounds}
                if look.since is not None:
                    values["since"] = look.since
                if look.known is not None:
                    sealed = self._vault.seal("bill_watch", turn.id, "known", orjson.dumps(look.known))
                    values["known_sealed"] = sealed
                ended = self._turns.released(turn.id, turn.claim, turn.due_at, look.due_at).values(**values)
                if (await connection.execute(ended)).rowcount == 1:
                    held += 1
                    await self._events.add_within(connection, look.events, now)
        return held

    async def nudge(self, customer_ids: Collection[str], now: datetime) -> None:
        """Something may have come: it is their turn now."""
        await self._turns.nudge(customer_ids, now)

    async def purge(self) -> int:
        """Forget customers that nobody is connected to any more."""
        return await self._turns.purge()

    def _turn(self, one: Claimed) -> BillTurn | None:
        row = one.row
        try:
            known = self._opened(row.id, row.known_sealed)
        except CannotOpen as fault:  # one broken cell must not hold up everybody else's
            log.error("a customer's invoices are not looked at", reason=str(fault))
            return None
        who = (one.claim, one.customer_id, one.readers)
        return BillTurn(row.id, *who, known, row.since, row.quiet_rounds, row.due_at)

    def _opened(self, key: UUID, sealed: bytes | None) -> Known | None:
        return None if sealed is None else dict(orjson.loads(self._vault.open("bill_watch", key, "known", sealed)))
