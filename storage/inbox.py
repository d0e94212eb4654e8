"""The durable inbox: an update is a sealed row before Telegram hears that we have it, and `done` is a row change.

`receive` writes a whole batch in one commit and hands back what is new, already claimed by this process. `finish`
gathers what concurrent turns have finished and commits it together (one fsync for many answers); each item is still
all or nothing, with its dialog. `reclaim` picks up what a crashed or stalled process left; the third crash on one row
makes it a dead letter. Whatever only waited behind others in that process was not crashed.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy import Row as SqlRow
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialogs
from storage.dialogs import DialogChange
from storage.engine import Database
from storage.tables import inbox
from storage.together import Together
from storage.vault import CannotOpen, Vault

LEASE = timedelta(seconds=15)
KEEP = timedelta(hours=48)
MAX_CRASHES = 3

log = structlog.get_logger(__name__)

_SEEN = ("bot_id", "update_id")
# Made once: building a statement costs more than running it.
_DONE = (
    update(inbox)
    .where(inbox.c.id.in_(bindparam("ids")), inbox.c.claim.in_(bindparam("claims")))
    .values(state="done", body_sealed=None, claim=None, lease_until=None)
    .returning(inbox.c.id)
)

_UNCLAIMED: dict[str, object] = {"state": "open", "claim": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class Received:
    """An update as it came, before it is stored. `body` is Telegram's JSON object."""

    update_id: int
    person_id: int
    chat_id: int
    body: dict[str, object]


@dataclass(frozen=True, slots=True)
class Row:
    """An update this process holds. `claim` fences: only its holder may finish it."""

    id: UUID
    update_id: int
    person_id: int
    chat_id: int
    body: dict[str, object]
    received_at: datetime
    crashes: int
    claim: UUID


@dataclass(frozen=True, slots=True)
class _Finished:
    row: Row
    dialog: DialogChange | None


class Inbox:
    """The updates of one bot."""

    def __init__(self, database: Database, vault: Vault, bot_id: int) -> None:
        self._database = database
        self._vault = vault
        self._bot_id = bot_id
        self._new = database.insert(inbox).on_conflict_do_nothing(index_elements=_SEEN).returning(inbox.c.id)
        self._together = Together(self._land)

    async def receive(
        self, updates: Sequence[Received], now: datetime, *, holding: Sequence[Row] | None = None
    ) -> list[Row]:
        """Store what is new and claim it; an update seen before is dropped by the unique key.

        With `holding` (what this process works on) others may receive too: an update of somebody who has an earlier one
        elsewhere is stored unclaimed and left to `reclaim`, so that order is kept across processes.
        """
        if not updates:
            return []
        rows = [
            Row(uuid4(), u.update_id, u.person_id, u.chat_id, u.body, now, crashes=0, claim=uuid4()) for u in updates
        ]
        async with self._database.writing() as connection:
            busy = set() if holding is None else await self._busy_elsewhere(connection, rows, holding)
            values = [self._values(row) | (_UNCLAIMED if _whose(row) in busy else {}) for row in rows]
            stored = set((await connection.execute(self._new, values)).scalars())
        return [row for row in rows if row.id in stored and _whose(row) not in busy]

    async def _busy_elsewhere(
        self, connection: AsyncConnection, rows: Sequence[Row], holding: Sequence[Row]
    ) -> set[tuple[int, int]]:
        """The (person, chat)s that have something unfinished which this process does not hold."""
        people = {row.person_id for row in rows}
        held = [row.claim for row in holding if row.person_id in people]
        unfinished = and_(inbox.c.state.in_(["open", "running"]), inbox.c.person_id.in_(people))
        is_ours = and_(inbox.c.claim.is_not(None), inbox.c.claim.in_(held))
        found = await connection.execute(
            select(inbox.c.person_id, inbox.c.chat_id).where(unfinished, ~is_ours).distinct()
        )
        return {(person_id, chat_id) for person_id, chat_id in found.all()}

    async def finish(self, row: Row, dialog: DialogChange | None = None) -> bool:
        """Mark a row done together with its dialog; False when a successor holds the row or the dialog moved on."""
        return await self._together(_Finished(row, dialog))

    async def release(self, rows: Iterable[Row], now: datetime, pause: timedelta = timedelta()) -> None:
        """Give rows back undone (an outage, a shutdown): they are taken up again after `pause`."""
        async with self._database.writing() as connection:
            for row in rows:
                await connection.execute(
                    update(inbox)
                    .where(inbox.c.id == row.id, inbox.c.claim == row.claim)
                    .values(state="open", claim=None, lease_until=None, not_before=now + pause)
                )

    async def renew(self, rows: Sequence[Row], now: datetime) -> None:
        """Keep the leases of rows that are still being worked on, as far as they are still ours."""
        if not rows:
            return
        async with self._database.writing() as connection:
            for start in range(0, len(rows), 500):
                part = [row.claim for row in rows[start : start + 500]]
                held = and_(inbox.c.claim.in_(part), inbox.c.state == "running")
                await self._database.lock(connection, inbox.c.id, held)
                await connection.execute(update(inbox).where(held).values(lease_until=now + LEASE))

    async def reclaim(
        self, now: datetime, limit: int = 100, holding: Sequence[Row] = (), *, last_chances: bool = True
    ) -> tuple[list[Row], list[Row]]:
        """Claim what waits: (rows to work on, dead letters whose person is to be told). `holding` is left alone.

        The oldest open row of a (chat, person) is taken only when none of theirs is running: order is kept across
        processes. A row on its last chance runs only while no other such row does: whatever crashes then, the rows
        that were merely near an earlier crash don't die with it. Without `last_chances` such rows are left waiting: a
        process that has just started does not yet know whether it will be ended again at once.
        """
        held = {row.claim for row in holding}
        rows: list[Row] = []
        dead: list[Row] = []
        async with self._database.writing() as connection:
            suspect_runs = (await connection.execute(_suspects(now))).first() is not None
            for item in (await connection.execute(_waiting(now).limit(limit + len(held)))).all():
                if item.claim in held:
                    continue
                crashes = item.crashes + (1 if item.state == "running" else 0)
                is_suspect = crashes == MAX_CRASHES - 1
                if is_suspect and (suspect_runs or not last_chances):
                    continue
                suspect_runs = suspect_runs or is_suspect
                if row := await self._claim(connection, item, crashes, now):
                    (dead if crashes >= MAX_CRASHES else rows).append(row)
                    if item.state == "running":
                        await self._let_go_behind(connection, row, held, now)
        return rows, dead

    async def _let_go_behind(
        self, connection: AsyncConnection, row: Row, held: Collection[UUID], now: datetime
    ) -> None:
        """What waited behind a row in the process that crashed had not begun: it is no crash of theirs."""
        behind = (
            inbox.c.person_id == row.person_id,
            inbox.c.chat_id == row.chat_id,
            inbox.c.id != row.id,
            inbox.c.state == "running",
            inbox.c.lease_until < now,
            inbox.c.claim.not_in(held),
        )
        await connection.execute(update(inbox).where(*behind).values(_UNCLAIMED))

    async def _claim(
        self, connection: AsyncConnection, item: SqlRow[tuple[object, ...]], crashes: int, now: datetime
    ) -> Row | None:
        """Take a row as it was read; None when somebody else was quicker."""
        c, claim = item._mapping, uuid4()
        as_read = (inbox.c.state == c["state"], inbox.c.claim.is_not_distinct_from(c["claim"]))
        state = "dead" if crashes >= MAX_CRASHES else "running"
        values = {"state": state, "crashes": crashes, "claim": claim, "lease_until": now + LEASE}
        taken = await connection.execute(update(inbox).where(inbox.c.id == c["id"], *as_read).values(values))
        if taken.rowcount != 1:
            return None
        try:
            return self._row(item, crashes, claim)
        except CannotOpen as fault:  # one broken cell must not hold up everybody's updates
            log.error("an update is given up", reason=str(fault))
            given_up = {"state": "dead", "body_sealed": None, "claim": None, "lease_until": None}
            await connection.execute(update(inbox).where(inbox.c.id == c["id"]).values(given_up))
            return None

    async def bury(self, row: Row) -> None:
        """Blank a dead letter's body once the person has been told."""
        async with self._database.writing() as connection:
            await connection.execute(
                update(inbox)
                .where(inbox.c.id == row.id)
                .values(state="dead", body_sealed=None, claim=None, lease_until=None)
            )

    async def purge(self, now: datetime) -> int:
        """Delete what was finished more than 48 h ago; returns how many rows went."""
        async with self._database.writing() as connection:
            result = await connection.execute(
                delete(inbox).where(inbox.c.state.in_(["done", "dead"]), inbox.c.received_at < now - KEEP)
            )
            return int(result.rowcount)

    async def open_count(self) -> int:
        """How many updates wait or run."""
        async with self._database.reading() as connection:
            found = await connection.execute(
                select(func.count()).select_from(inbox).where(inbox.c.state.in_(["open", "running"]))
            )
            return int(found.scalar_one())

    def _row(self, item: SqlRow[tuple[object, ...]], crashes: int, claim: UUID) -> Row:
        c = item._mapping
        body = orjson.loads(self._vault.open("inbox", c["id"], "body", c["body_sealed"]))
        return Row(c["id"], c["update_id"], c["person_id"], c["chat_id"], body, c["received_at"], crashes, claim)

    def _values(self, row: Row) -> dict[str, object]:
        return {
            "id": row.id,
            "bot_id": self._bot_id,
            "update_id": row.update_id,
            "person_id": row.person_id,
            "chat_id": row.chat_id,
            "body_sealed": self._vault.seal("inbox", row.id, "body", orjson.dumps(row.body)),
            "state": "running",
            "crashes": 0,
            "received_at": row.received_at,
            "not_before": row.received_at,
            "claim": row.claim,
            "lease_until": row.received_at + LEASE,
        }

    async def _land(self, finished: Sequence[_Finished]) -> list[bool]:
        """Mark the rows done that are still ours, each together with its dialog."""
        rows = [each.row for each in finished]
        held = {"ids": [row.id for row in rows], "claims": [row.claim for row in rows]}
        first_of = {each.row.id: each for each in reversed(finished)}  # a row finished twice: the first counts
        async with self._database.writing() as connection:
            await self._database.lock(connection, inbox.c.id, inbox.c.id.in_(held["ids"]))
            mine = set((await connection.execute(_DONE, held)).scalars())
            firsts = [each for each in finished if each.row.id in mine and first_of[each.row.id] is each]
            moves = [(each.row, each.dialog) for each in firsts if each.dialog is not None]
            saved = await dialogs.save(connection, self._vault, [change for _, change in moves])
            for (row, _), is_saved in zip(moves, saved, strict=True):
                if not is_saved:
                    await self._give_back(connection, row)
                    mine.discard(row.id)
        return [each.row.id in mine and first_of[each.row.id] is each for each in finished]

    async def _give_back(self, connection: AsyncConnection, row: Row) -> None:
        """Somebody else moved the dialog on: the update goes back, to be answered on what is true now."""
        body = self._vault.seal("inbox", row.id, "body", orjson.dumps(row.body))
        await connection.execute(update(inbox).where(inbox.c.id == row.id).values(state="open", body_sealed=body))


def _whose(row: Row) -> tuple[int, int]:
    return row.person_id, row.chat_id


def _waiting(now: datetime) -> Select[tuple[object, ...]]:
    """Rows to take up, those that never crashed first: open ones, ones left alone, dead ones nobody was told of."""
    ready = or_(
        and_(inbox.c.state == "open", inbox.c.not_before <= now),
        and_(inbox.c.state.in_(["running", "dead"]), inbox.c.lease_until < now),
    )
    return select(inbox).where(ready, _is_next(now)).order_by(inbox.c.crashes, inbox.c.received_at)


def _suspects(now: datetime) -> Select[tuple[object, ...]]:
    """Rows on their last chance that run now."""
    last = inbox.c.crashes == MAX_CRASHES - 1
    return select(inbox.c.id).where(inbox.c.state == "running", inbox.c.lease_until >= now, last).limit(1)


def _is_next(now: datetime) -> ColumnElement[bool]:
    other = inbox.alias()
    earlier_or_running = exists().where(
        other.c.person_id == inbox.c.person_id,
        other.c.chat_id == inbox.c.chat_id,
        other.c.id != inbox.c.id,
        or_(
            and_(other.c.state == "running", other.c.lease_until >= now),
            and_(other.c.state.in_(["open", "running"]), other.c.update_id < inbox.c.update_id),
        ),
    )
    return ~earlier_or_running
