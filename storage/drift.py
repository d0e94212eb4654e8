"""What the bot last knew of where a customer's calls go, one row per customer, and whose turn it is to be looked at.

A row is there for every customer with a live connection. A look is fenced by a claim; when the bot itself changes
something meanwhile, the claim is forgotten, and what the look found counts for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy import Row as SqlRow
from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.connections import Connections
from storage.engine import Database
from storage.notices import NewNotice, Notices
from storage.tables import connections, known_lines
from storage.vault import CannotOpen, Vault

LEASE = timedelta(seconds=60)
ENROLLED_AT_ONCE = 200

Known = dict[str, object]  # JSON: by the line's id

log = structlog.get_logger(__name__)

_IS_LIVE = exists().where(connections.c.customer_key == known_lines.c.customer_key, connections.c.ended_at.is_(None))


@dataclass(frozen=True, slots=True)
class Turn:
    """A customer whose turn it is. `known` is None before the first look."""

    id: UUID
    customer_id: str
    known: Known | None
    looked_at: datetime | None
    claim: UUID


class KnownLines:
    """Queries about what was known."""

    def __init__(self, database: Database, vault: Vault, people: Connections, notices: Notices) -> None:
        self._database = database
        self._vault = vault
        self._people = people
        self._notices = notices

    async def enrol(self, now: datetime) -> None:
        """A row for each customer that has a connection and no row yet."""
        c = connections.c
        is_known = exists().where(known_lines.c.customer_key == c.customer_key)
        new = select(c.customer_key).where(c.ended_at.is_(None), ~is_known).distinct().limit(ENROLLED_AT_ONCE)
        async with self._database.reading() as connection:
            keys = (await connection.execute(new)).scalars().all()
        if not keys:
            return
        make = sqlite_insert if self._database.is_sqlite else pg_insert
        rows = [{"id": uuid4(), "customer_key": key, "due_at": now} for key in keys]
        async with self._database.writing() as connection:
            await connection.execute(make(known_lines).values(rows).on_conflict_do_nothing())

    async def claim(self, now: datetime, limit: int) -> list[Turn]:
        """The customers whose turn it is, the longest overdue first, each under a fresh claim."""
        is_free = or_(known_lines.c.claim.is_(None), known_lines.c.lease_until < now)
        due = (
            select(known_lines)
            .where(known_lines.c.due_at <= now, is_free, _IS_LIVE)
            .order_by(known_lines.c.due_at)
            .limit(limit)
        )
        taken = []
        async with self._database.writing() as connection:
            for row in (await connection.execute(due)).all():
                claim = uuid4()
                as_read = known_lines.c.claim.is_not_distinct_from(row.claim)
                result = await connection.execute(
                    update(known_lines)
                    .where(known_lines.c.id == row.id, as_read)
                    .values(claim=claim, lease_until=now + LEASE)
                )
                if result.rowcount == 1 and (turn := await self._turn(connection, row, claim)) is not None:
                    taken.append(turn)
        return taken

    async def settle(
        self, turn: Turn, found: Known, looked_at: datetime, due_at: datetime, notices: Sequence[NewNotice] = ()
    ) -> bool:
        """Take over what was found, and tell what differs; False when the look came too late."""
        values = {"lines_sealed": self._sealed(turn.id, found), "looked_at": looked_at}
        async with self._database.writing() as connection:
            if not await self._released(connection, turn, due_at=due_at, **values):
                return False
            await self._notices.add_within(connection, notices, looked_at)
        return True

    async def put_off(self, turn: Turn, due_at: datetime) -> None:
        """Nothing was found out; later again."""
        async with self._database.writing() as connection:
            await self._released(connection, turn, due_at=due_at)

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
        """Something may have changed: a look is due now, and one under way counts for nothing."""
        mine = known_lines.c.customer_key.in_(self._vault.blind_indexes("customer", customer_id))
        async with self._database.writing() as connection:
            await connection.execute(
                update(known_lines)
                .where(mine, or_(known_lines.c.due_at > now, known_lines.c.claim.is_not(None)))
                .values(due_at=now, claim=None, lease_until=None)
            )

    async def purge(self) -> int:
        """Forget customers that nobody is connected to any more."""
        async with self._database.writing() as connection:
            return int((await connection.execute(delete(known_lines).where(~_IS_LIVE))).rowcount)

    async def _turn(self, connection: AsyncConnection, row: SqlRow[tuple[object, ...]], claim: UUID) -> Turn | None:
        c = connections.c
        anyone = select(connections).where(c.customer_key == row.customer_key, c.ended_at.is_(None)).limit(1)
        found = (await connection.execute(anyone)).first()
        try:
            if found is None:
                return None
            customer = self._people.from_row(found).account.customer_id
            return Turn(row.id, customer, self._opened(row.id, row.lines_sealed), row.looked_at, claim)
        except CannotOpen as fault:  # one broken cell must not hold up everybody else's
            log.error("a customer's lines are not looked at", reason=str(fault))
            return None

    async def _released(self, connection: AsyncConnection, turn: Turn, **values: object) -> bool:
        result = await connection.execute(
            update(known_lines)
            .where(known_lines.c.id == turn.id, known_lines.c.claim == turn.claim)
            .values(claim=None, lease_until=None, **values)
        )
        return bool(result.rowcount == 1)

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
