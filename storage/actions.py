"""Changes on their way, as rows: each step is a compare-and-set, so that a change is performed by one, once.

proposed -> running -> accepted -> done            the portal took it (accepted), and it has come true (done)
    |          |-> stepping -> running | ready     the portal wants a PIN for exactly this (ready: its answer was lost)
    |          |-> ready -> running                surely not sent: may be tried again
    |          |-> refused                         the portal said no
    |          |-> unknown -> accepted | done | refused | failed      the answer was lost: the portal is asked
    |-> dropped                                    declined, too late, or given up at the PIN
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy import Row as SqlRow

from storage.engine import Database
from storage.notices import NewNotice, Notices
from storage.tables import actions
from storage.vault import CannotOpen, Vault

LEASE = timedelta(seconds=30)
_PLAIN = (
    "person_id", "chat_id", "connection_id", "message_id", "undoes", "by_plan", "created_at", "expires_at",
    "confirmed_at", "finished_at", "looks", "claim",
)  # fmt: skip

log = structlog.get_logger(__name__)


class State(StrEnum):
    """How far a change is."""

    PROPOSED = "proposed"
    STEPPING = "stepping"
    READY = "ready"
    RUNNING = "running"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    DROPPED = "dropped"


OPEN = frozenset({State.STEPPING, State.READY, State.RUNNING, State.UNKNOWN, State.ACCEPTED})
ENDED = frozenset({State.DONE, State.REFUSED, State.FAILED, State.DROPPED})


@dataclass(frozen=True, slots=True)
class NewAction:
    """A proposal. `payload` is JSON: what is shown and what will be sent. `subject`: the thing that it changes."""

    id: UUID
    kind: str
    person_id: int
    chat_id: int
    connection_id: UUID
    customer_id: str
    subject: str
    payload: dict[str, object]
    expires_at: datetime
    undoes: UUID | None = None
    by_plan: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """A change as it stands."""

    id: UUID
    kind: str
    state: State
    person_id: int
    chat_id: int
    connection_id: UUID
    payload: dict[str, object]
    secrets: dict[str, str] = field(repr=False)
    outcome: dict[str, object]
    message_id: int | None
    undoes: UUID | None
    by_plan: bool
    created_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None
    finished_at: datetime | None
    looks: int
    claim: UUID | None


class Actions:
    """Queries about changes."""

    def __init__(self, database: Database, vault: Vault, notices: Notices) -> None:
        self._database = database
        self._vault = vault
        self._notices = notices

    async def add(self, new: NewAction, now: datetime) -> UUID:
        """Store a proposal; its id is also its name towards the portal."""
        key = new.id
        values = {
            "id": key,
            "kind": new.kind,
            "state": State.PROPOSED,
            "person_id": new.person_id,
            "chat_id": new.chat_id,
            "connection_id": new.connection_id,
            "customer_key": self._vault.blind_index("customer", new.customer_id),
            "subject_key": self._vault.blind_index("subject", f"{new.customer_id} {new.subject}"),
            "payload_sealed": self._sealed(key, "payload", new.payload),
            "undoes": new.undoes,
            "by_plan": new.by_plan,
            "created_at": now,
            "expires_at": new.expires_at,
            "looks": 0,
        }
        async with self._database.writing() as connection:
            await connection.execute(insert(actions).values(**values))
        return key

    async def get(self, action_id: UUID) -> Action | None:
        """One change."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(actions).where(actions.c.id == action_id))).one_or_none()
        return None if row is None else self._read(row)

    async def start(self, action_id: UUID, before: Collection[State], now: datetime) -> UUID | None:
        """Begin to perform it: the claim, for one caller; None when it is not in one of these states any more."""
        claim = uuid4()
        async with self._database.writing() as connection:
            result = await connection.execute(
                update(actions)
                .where(actions.c.id == action_id, actions.c.state.in_(before))
                .where(or_(actions.c.state != State.PROPOSED, actions.c.expires_at > now))
                .values(state=State.RUNNING, claim=claim, lease_until=now + LEASE, confirmed_at=now)
            )
        return claim if result.rowcount == 1 else None

    async def settle(
        self,
        action_id: UUID,
        claim: UUID,
        state: State,
        now: datetime,
        *,
        outcome: dict[str, object] | None = None,
        due_at: datetime | None = None,
        notices: Sequence[NewNotice] = (),
    ) -> bool:
        """Write down what became of the attempt, and who is told; False when a successor holds it by now."""
        values: dict[str, object] = {"state": state, "claim": None, "lease_until": None, "due_at": due_at}
        if outcome is not None:
            values["outcome_sealed"] = self._sealed(action_id, "outcome", outcome)
        if state in ENDED:
            values |= {"finished_at": now, "secrets_sealed": None}
        async with self._database.writing() as connection:
            result = await connection.execute(
                update(actions).where(actions.c.id == action_id, actions.c.claim == claim).values(**values)
            )
            is_held = bool(result.rowcount == 1)
            if is_held:
                await self._notices.add_within(connection, notices, now)
        return is_held

    async def keep_secret(self, action_id: UUID, secrets: dict[str, str]) -> None:
        """Keep what the step-up gave, until the change is over."""
        values = {"secrets_sealed": self._sealed(action_id, "secrets", dict(secrets))}
        async with self._database.writing() as connection:
            await connection.execute(
                update(actions).where(actions.c.id == action_id, actions.c.state.in_(OPEN)).values(**values)
            )

    async def drop(self, action_id: UUID, before: Collection[State], now: datetime) -> bool:
        """Give it up, as long as nothing was sent."""
        async with self._database.writing() as connection:
            result = await connection.execute(
                update(actions)
                .where(actions.c.id == action_id, actions.c.state.in_(before))
                .values(state=State.DROPPED, finished_at=now, secrets_sealed=None)
            )
        return bool(result.rowcount == 1)

    async def take_back(self, action_id: UUID) -> bool:
        """Its PIN is worth nothing any more, and nothing was sent: it may be confirmed again, with a new one."""
        async with self._database.writing() as connection:
            result = await connection.execute(
                update(actions)
                .where(actions.c.id == action_id, actions.c.state == State.STEPPING)
                .values(state=State.READY, secrets_sealed=None)
            )
        return bool(result.rowcount == 1)

    async def shown(self, action_id: UUID, message_id: int) -> None:
        """Remember the message that shows it."""
        async with self._database.writing() as connection:
            await connection.execute(update(actions).where(actions.c.id == action_id).values(message_id=message_id))

    async def tell(self, notices: Sequence[NewNotice], now: datetime) -> None:
        """What is to be told of a change beside its steps."""
        await self._notices.add(notices, now)

    async def claim_due(self, now: datetime, limit: int) -> list[Action]:
        """Changes to ask the portal about: due ones, and those whose performer is gone, each under a fresh claim."""
        ready = or_(
            and_(actions.c.state.in_([State.UNKNOWN, State.ACCEPTED]), actions.c.due_at <= now),
            and_(actions.c.state.in_([State.UNKNOWN, State.ACCEPTED, State.RUNNING]), actions.c.lease_until < now),
        )
        taken = []
        waiting = select(actions).where(ready).order_by(actions.c.created_at).limit(limit)
        async with self._database.writing() as connection:
            for row in (await connection.execute(waiting)).all():
                claim = uuid4()
                state = State.ACCEPTED if row.state == State.ACCEPTED else State.UNKNOWN
                as_read = (actions.c.state == row.state, actions.c.claim.is_not_distinct_from(row.claim))
                values = {"state": state, "claim": claim, "lease_until": now + LEASE, "looks": row.looks + 1}
                result = await connection.execute(
                    update(actions).where(actions.c.id == row.id, *as_read).values(due_at=None, **values)
                )
                if result.rowcount == 1:
                    taken += self._readable([row], state=state, claim=claim, looks=row.looks + 1)
        return taken

    async def nudge(self, customer_id: str, now: datetime) -> None:
        """The portal told of an order: the customer's changes that are under way are looked at now."""
        mine = actions.c.customer_key.in_(self._vault.blind_indexes("customer", customer_id))
        waiting = actions.c.state.in_([State.UNKNOWN, State.ACCEPTED])
        async with self._database.writing() as connection:
            await connection.execute(update(actions).where(mine, waiting, actions.c.due_at > now).values(due_at=now))

    async def of_customer(
        self, customer_id: str, states: Collection[State], limit: int, *, before: datetime | None = None
    ) -> list[Action]:
        """A customer's changes, newest first."""
        mine: list[ColumnElement[bool]] = [
            actions.c.customer_key.in_(self._vault.blind_indexes("customer", customer_id)),
            actions.c.state.in_(states),
        ]
        if before is not None:
            mine.append(actions.c.created_at < before)
        newest = select(actions).where(*mine).order_by(actions.c.created_at.desc(), actions.c.id).limit(limit)
        async with self._database.reading() as connection:
            return self._readable((await connection.execute(newest)).all())

    async def of_subject(self, customer_id: str, subject: str, states: Collection[State]) -> list[Action]:
        """The changes of one thing, newest first."""
        keys = self._vault.blind_indexes("subject", f"{customer_id} {subject}")
        newest = (
            select(actions)
            .where(actions.c.subject_key.in_(keys), actions.c.state.in_(states))
            .order_by(actions.c.created_at.desc())
        )
        async with self._database.reading() as connection:
            return self._readable((await connection.execute(newest)).all())

    async def undone_by(self, action_id: UUID) -> Action | None:
        """The change that took this one back."""
        statement = select(actions).where(actions.c.undoes == action_id, actions.c.state.in_([*OPEN, State.DONE]))
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).first()
        return None if row is None else self._read(row)

    async def purge(self, proposed_before: datetime, finished_before: datetime) -> int:
        """Drop proposals that nobody confirmed in time; delete what ended long ago."""
        late = actions.c.state.in_([State.PROPOSED, State.STEPPING, State.READY])
        async with self._database.writing() as connection:
            await connection.execute(
                update(actions)
                .where(late, actions.c.expires_at < proposed_before)
                .values(state=State.DROPPED, finished_at=proposed_before, secrets_sealed=None)
            )
            gone = delete(actions).where(actions.c.state.in_(ENDED), actions.c.finished_at < finished_before)
            return int((await connection.execute(gone)).rowcount)

    def _readable(self, rows: Sequence[SqlRow[tuple[object, ...]]], **changed: object) -> list[Action]:
        """What can be opened: one broken cell must not hold up everybody else."""
        found = []
        for row in rows:
            try:
                found.append(self._read(row, **changed))
            except CannotOpen as fault:
                log.error("a change is passed over", reason=str(fault))
        return found

    def _read(self, row: SqlRow[tuple[object, ...]], **changed: object) -> Action:
        c, columns = row._mapping, actions.c
        key: UUID = c[columns.id]
        secrets = self._opened(key, "secrets", c[columns.secrets_sealed])
        values = {
            "id": key,
            "kind": c[columns.kind],
            "state": State(c[columns.state]),
            "payload": self._opened(key, "payload", c[columns.payload_sealed]),
            "secrets": {name: str(value) for name, value in secrets.items()},
            "outcome": self._opened(key, "outcome", c[columns.outcome_sealed]),
        }
        return Action(**{**values, **{name: c[columns[name]] for name in _PLAIN}, **changed})

    def _sealed(self, key: UUID, column: str, value: dict[str, object]) -> bytes:
        return self._vault.seal("actions", key, column, orjson.dumps(value))

    def _opened(self, key: UUID, column: str, sealed: bytes | None) -> dict[str, object]:
        return {} if sealed is None else dict(orjson.loads(self._vault.open("actions", key, column, sealed)))
