"""What people wished for later, and when it is due: ends of diversions, weekly plans, rotas and presets.

A schedule is the wish, in local terms and sealed; a switch is one instant at which something is due, in UTC. A switch
is claimed with a lease under a fresh claim, and its outcome is written by whoever holds the claim: two processes, a
restart or a clock that jumps do each one once.

due -> running -> done | missed | failed             running -> due: tried again later
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy import Row as SqlRow
from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Database
from storage.tables import schedules, switches
from storage.vault import CannotOpen, Vault

LEASE = timedelta(seconds=60)
_PLAIN = ("person_id", "chat_id", "connection_id", "action_id", "version", "made_at", "done_through")
_SWITCH = ("id", "schedule_id", "due_at", "attempts", "action_id", "claim", "reason")

log = structlog.get_logger(__name__)


class ScheduleKind(StrEnum):
    """What was wished."""

    END = "end"
    PLAN = "plan"
    ROTA = "rota"
    PRESET = "preset"


class ScheduleState(StrEnum):
    """DRAFT: not confirmed yet. RESTING: somebody changed the rule by hand. OVER: it came, or was replaced."""

    DRAFT = "draft"
    ON = "on"
    RESTING = "resting"
    OFF = "off"
    OVER = "over"


class What(StrEnum):
    """What is due: the switch itself, the reminder before it, or bad news for when somebody is there again."""

    SWITCH = "switch"
    REMIND = "remind"
    TELL = "tell"


class SwitchState(StrEnum):
    """How far a switch is. MISSED: nothing was switched, because a later one came first or it was too late."""

    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    MISSED = "missed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Due:
    """Something that will be due; `reason` is told with it."""

    what: What
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """A wish to store. `wish` is JSON. `action_id`: the change that an end belongs to, once."""

    kind: ScheduleKind
    state: ScheduleState
    person_id: int
    chat_id: int
    connection_id: UUID
    customer_id: str
    wish: dict[str, object]
    made_at: datetime
    action_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A wish as it stands. `done_through`: the last instant that was seen to, from which the next one is counted."""

    id: UUID
    kind: ScheduleKind
    state: ScheduleState
    wish: dict[str, object]
    person_id: int
    chat_id: int
    connection_id: UUID
    action_id: UUID | None
    version: int
    made_at: datetime
    done_through: datetime | None


@dataclass(frozen=True, slots=True)
class Switch:
    """One instant. `action_id`: the change that performs it, as soon as there is one."""

    id: UUID
    schedule_id: UUID
    what: What
    state: SwitchState
    due_at: datetime
    attempts: int
    action_id: UUID | None
    claim: UUID | None
    reason: str


class Schedules:
    """Queries about schedules and their switches."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def add(self, new: NewSchedule, due: Sequence[Due] = ()) -> UUID | None:
        """Store a wish with what is due; None when its change has one already."""
        key = uuid4()
        values = {
            "id": key,
            "kind": new.kind,
            "state": new.state,
            "person_id": new.person_id,
            "chat_id": new.chat_id,
            "connection_id": new.connection_id,
            "customer_key": self._vault.blind_index("customer", new.customer_id),
            "action_id": new.action_id,
            "wish_sealed": self._sealed(key, new.wish),
            "version": 1,
            "made_at": new.made_at,
        }
        async with self._database.writing() as connection:
            make = self._database.insert(schedules).values(**values).on_conflict_do_nothing()
            if (await connection.execute(make)).rowcount != 1:
                return None
            await self._add_due(connection, key, due)
        return key

    async def get(self, schedule_id: UUID) -> Schedule | None:
        """One wish."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(schedules).where(schedules.c.id == schedule_id))).one_or_none()
        return None if row is None else self._read(row)

    async def of_action(self, action_id: UUID) -> Schedule | None:
        """The end that belongs to a change."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(schedules).where(schedules.c.action_id == action_id))).one_or_none()
        return None if row is None else self._read(row)

    async def of_customer(
        self, customer_id: str, states: Collection[ScheduleState], kinds: Collection[ScheduleKind] = tuple(ScheduleKind)
    ) -> list[Schedule]:
        """A customer's wishes, oldest first; one that does not open must not hide the others."""
        mine = schedules.c.customer_key.in_(self._vault.blind_indexes("customer", customer_id))
        asked = select(schedules).where(mine, schedules.c.state.in_(states), schedules.c.kind.in_(kinds))
        found = []
        async with self._database.reading() as connection:
            for row in await connection.execute(asked.order_by(schedules.c.made_at, schedules.c.id)):
                try:
                    found.append(self._read(row))
                except CannotOpen as fault:
                    log.error("a schedule is passed over", reason=str(fault))
        return found

    async def change(
        self,
        schedule: Schedule,
        *,
        state: ScheduleState | None = None,
        wish: dict[str, object] | None = None,
        due: Sequence[Due] | None = None,
    ) -> bool:
        """Change it as it was read; False when somebody was faster. `due` replaces what is not done yet."""
        values: dict[str, object] = {"version": schedule.version + 1}
        if state is not None:
            values["state"] = state
        if wish is not None:
            values["wish_sealed"] = self._sealed(schedule.id, wish)
        as_read = (schedules.c.id == schedule.id, schedules.c.version == schedule.version)
        async with self._database.writing() as connection:
            result = await connection.execute(update(schedules).where(*as_read).values(**values))
            if result.rowcount != 1:
                return False
            if due is not None:
                await _forget_due(connection, schedule.id)
                await self._add_due(connection, schedule.id, due)
        return True

    async def claim(self, now: datetime, limit: int) -> list[Switch]:
        """Take what is due (and what a stalled holder left) under a fresh claim each."""
        ready = or_(
            and_(switches.c.state == SwitchState.DUE, switches.c.not_before <= now),
            and_(switches.c.state == SwitchState.RUNNING, switches.c.lease_until < now),
        )
        async with self._database.reading() as connection:  # most beats find nothing, and must not queue for writing
            rows = (
                await connection.execute(select(switches).where(ready).order_by(switches.c.due_at).limit(limit))
            ).all()
        taken = []
        for row in rows:
            claim = uuid4()
            values = {"state": SwitchState.RUNNING, "claim": claim, "lease_until": now + LEASE}
            as_read = (switches.c.state == row.state, switches.c.claim.is_not_distinct_from(row.claim))
            async with self._database.writing() as connection:
                result = await connection.execute(
                    update(switches)
                    .where(switches.c.id == row.id, *as_read)
                    .values(attempts=row.attempts + 1, **values)
                )
            if result.rowcount == 1:
                taken.append(_switch(row, state=SwitchState.RUNNING, claim=claim, attempts=row.attempts + 1))
        return taken

    async def note(self, switch: Switch, action_id: UUID | None) -> bool:
        """Remember the change that performs it, before it is confirmed; False when a successor holds it by now."""
        return await self._settle(switch, {"action_id": action_id})

    async def postpone(self, switch: Switch, until: datetime, reason: str) -> bool:
        """Try it again later."""
        values = {"state": SwitchState.DUE, "not_before": until, "reason": reason[:32]}
        return await self._settle(switch, {**values, "claim": None, "lease_until": None})

    async def settle(
        self,
        switch: Switch,
        state: SwitchState,
        now: datetime,
        reason: str = "",
        *,
        then: Sequence[Due] = (),
        schedule_state: ScheduleState | None = None,
    ) -> bool:
        """Write down what became of it, together with what is due next; False when a successor holds it by now."""
        values: dict[str, object] = {"state": state, "claim": None, "lease_until": None, "finished_at": now}
        async with self._database.writing() as connection:
            held = switches.c.id == switch.id, switches.c.claim == switch.claim
            result = await connection.execute(update(switches).where(*held).values(reason=reason[:32], **values))
            if result.rowcount != 1:
                return False
            changed: dict[str, object] = {}
            if switch.what is What.SWITCH:
                changed["done_through"] = switch.due_at
            if schedule_state is not None:
                changed |= {"state": schedule_state, "version": schedules.c.version + 1}
                await _forget_due(connection, switch.schedule_id)
            if changed:
                await connection.execute(
                    update(schedules).where(schedules.c.id == switch.schedule_id).values(**changed)
                )
            await self._add_due(connection, switch.schedule_id, then)
        return True

    async def switches_of(self, schedule_id: UUID) -> list[Switch]:
        """Everything that was and will be due of one schedule, in order."""
        asked = select(switches).where(switches.c.schedule_id == schedule_id).order_by(switches.c.due_at)
        async with self._database.reading() as connection:
            return [_switch(row) for row in await connection.execute(asked)]

    async def next_due(self, schedule_ids: Collection[UUID]) -> dict[UUID, datetime]:
        """When the next switch of each comes; what has none is left out."""
        waiting = switches.c.state.in_([SwitchState.DUE, SwitchState.RUNNING])
        asked = (
            select(switches.c.schedule_id, func.min(switches.c.due_at).label("at"))
            .where(switches.c.schedule_id.in_(schedule_ids), switches.c.what == What.SWITCH, waiting)
            .group_by(switches.c.schedule_id)
        )
        async with self._database.reading() as connection:
            return {row.schedule_id: row.at for row in await connection.execute(asked)}

    async def purge(self, before: datetime) -> int:
        """Forget what ended before then: drafts, ends that are over, switches that were made."""
        ended = schedules.c.state.in_([ScheduleState.OVER, ScheduleState.DRAFT])
        waiting = select(switches.c.schedule_id).where(switches.c.state.in_([SwitchState.DUE, SwitchState.RUNNING]))
        old = switches.c.finished_at < before
        async with self._database.writing() as connection:
            await connection.execute(delete(switches).where(old))
            gone = delete(schedules).where(ended, schedules.c.made_at < before, schedules.c.id.not_in(waiting))
            return int((await connection.execute(gone)).rowcount)

    async def delete(self, schedule_id: UUID) -> None:
        """Forget it altogether."""
        async with self._database.writing() as connection:
            await connection.execute(delete(switches).where(switches.c.schedule_id == schedule_id))
            await connection.execute(delete(schedules).where(schedules.c.id == schedule_id))

    async def _settle(self, switch: Switch, values: dict[str, object]) -> bool:
        held = switches.c.id == switch.id, switches.c.claim == switch.claim
        async with self._database.writing() as connection:
            return bool((await connection.execute(update(switches).where(*held).values(**values))).rowcount == 1)

    async def _add_due(self, connection: AsyncConnection, schedule_id: UUID, due: Sequence[Due]) -> None:
        for one in due:
            values = {
                "id": uuid4(),
                "schedule_id": schedule_id,
                "what": one.what,
                "state": SwitchState.DUE,
                "due_at": one.at,
                "not_before": one.at,
                "attempts": 0,
                "reason": one.reason[:32],
            }
            await connection.execute(self._database.insert(switches).values(**values).on_conflict_do_nothing())

    def _sealed(self, key: UUID, wish: dict[str, object]) -> bytes:
        return self._vault.seal("schedules", key, "wish", orjson.dumps(wish))

    def _read(self, row: SqlRow[tuple[object, ...]]) -> Schedule:
        c, columns = row._mapping, schedules.c
        key: UUID = c[columns.id]
        wish: dict[str, object] = orjson.loads(self._vault.open("schedules", key, "wish", c[columns.wish_sealed]))
        kind, state = ScheduleKind(c[columns.kind]), ScheduleState(c[columns.state])
        return Schedule(key, kind, state, wish, **{name: c[columns[name]] for name in _PLAIN})


async def _forget_due(connection: AsyncConnection, schedule_id: UUID) -> None:
    waiting = switches.c.state.in_([SwitchState.DUE, SwitchState.RUNNING])
    await connection.execute(delete(switches).where(switches.c.schedule_id == schedule_id, waiting))


def _switch(row: SqlRow[tuple[object, ...]], **changed: object) -> Switch:
    c, columns = row._mapping, switches.c
    values = {"what": What(c[columns.what]), "state": SwitchState(c[columns.state])}
    return Switch(**{**values, **{name: c[columns[name]] for name in _SWITCH}, **changed})
