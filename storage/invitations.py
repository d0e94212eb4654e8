"""Invitations: a colleague without a portal account is told what was shared with them, by the right of who invited.

open -> taken -> off        the code opens it once, within its time; off: withdrawn, ended, or seen where others read
A taken one stands beside its subscription, which knows the same right: whoever has a right of their own by now
(the subscription is told by another connection) is no invited subscriber any more.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
import structlog
from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy import Row as SqlRow

from storage.engine import Database
from storage.subscriptions import Subscriptions
from storage.tables import connections, invitations, subscriptions
from storage.vault import CannotOpen, Vault

OPEN, TAKEN, OFF = "open", "taken", "off"
LOST = ("disconnected", "not-entitled")  # reasons why a subscription rests until somebody carries it on
AT_ONCE = 50

log = structlog.get_logger(__name__)

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Invitation:
    """One row. `terms` is the JSON of what is shared; `is_resting`: its subscription has lost its right."""

    id: UUID
    connection_id: UUID
    terms: Json
    state: str
    subscription_id: UUID | None
    person_id: int | None
    person_name: str
    made_at: datetime
    expires_at: datetime
    taken_at: datetime | None
    is_resting: bool = False


def hash_of(code: str) -> bytes:
    """What stands in the database of a code."""
    return hashlib.sha256(code.encode()).digest()


class Invitations:
    """Queries about invitations."""

    def __init__(self, database: Database, vault: Vault, rows: Subscriptions) -> None:
        self._database = database
        self._vault = vault
        self._rows = rows

    async def add(
        self, key: UUID, code: str, customer_id: str, connection_id: UUID, terms: Json, now: datetime, until: datetime
    ) -> None:
        """Make it, once: made again under the same id it stays as it is."""
        values = {
            "id": key,
            "code_hash": hash_of(code),
            "customer_key": self._vault.blind_index("customer", customer_id),
            "connection_id": connection_id,
            "terms_sealed": self._sealed(key, terms),
            "state": OPEN,
            "made_at": now,
            "expires_at": until,
        }
        async with self._database.writing() as connection:
            known = await connection.execute(select(invitations.c.id).where(invitations.c.id == key))
            if known.first() is None:
                await connection.execute(insert(invitations).values(values))

    async def get(self, invitation_id: UUID) -> Invitation | None:
        """By id, whatever its state."""
        return await self._one(invitations.c.id == invitation_id)

    async def by_code(self, code: str) -> Invitation | None:
        """By the code of its link, whatever its state."""
        return await self._one(invitations.c.code_hash == hash_of(code))

    async def of_customer(self, customer_id: str, now: datetime) -> list[Invitation]:
        """Whoever is invited now, and links that are still good; the oldest first."""
        keys = self._vault.blind_indexes("customer", customer_id)
        is_open = and_(invitations.c.state == OPEN, invitations.c.expires_at > now)
        is_live = and_(invitations.c.state == TAKEN, subscriptions.c.id.is_not(None))
        return await self._all(invitations.c.customer_key.in_(keys), or_(is_open, is_live))

    async def orphans(self) -> list[Invitation]:
        """Taken ones that have lost their right, and nobody was asked yet to carry them on."""
        lost = or_(
            connections.c.ended_at.is_not(None),
            and_(subscriptions.c.state == "paused", subscriptions.c.reason.in_(LOST)),
        )
        waiting = and_(invitations.c.state == TAKEN, invitations.c.offered_at.is_(None))
        return await self._all(waiting, subscriptions.c.id.is_not(None), lost, limit=AT_ONCE)

    async def take(
        self, found: Invitation, customer_id: str, wish: bytes, now: datetime, *, person_id: int, person_name: str
    ) -> bool:
        """It becomes a subscription of the person's private chat; False for everybody but the first, in time."""
        good = (invitations.c.id == found.id, invitations.c.state == OPEN, invitations.c.expires_at > now)
        taken = {
            "state": TAKEN,
            "person_id": person_id,
            "terms_sealed": self._sealed(found.id, {**found.terms, "person": person_name}),
            "taken_at": now,
        }
        async with self._database.writing() as connection:
            if (await connection.execute(update(invitations).where(*good).values(taken))).rowcount != 1:
                return False
            who = {"person_id": person_id, "connection_id": found.connection_id}
            made = await self._rows.make_within(connection, person_id, customer_id, wish, now, **who)  # type: ignore[arg-type]  # ids by name
            named = update(invitations).where(invitations.c.id == found.id).values(subscription_id=made)
            await connection.execute(named)
        return True

    async def end(self, found: Invitation) -> bool:
        """Withdraw it, and end its subscription unless that has a right of its own; False when it was off before."""
        still = and_(invitations.c.id == found.id, invitations.c.state == found.state, invitations.c.state != OFF)
        async with self._database.writing() as connection:
            if (await connection.execute(update(invitations).where(still).values(state=OFF))).rowcount != 1:
                return False
            await connection.execute(delete(subscriptions).where(*_its_subscription(found)))
        return True

    async def burn(self, code: str) -> bool:
        """The link is worth nothing any more; whether it was good until now."""
        still = and_(invitations.c.code_hash == hash_of(code), invitations.c.state == OPEN)
        async with self._database.writing() as connection:
            return bool((await connection.execute(update(invitations).where(still).values(state=OFF))).rowcount)

    async def hand_over(self, found: Invitation, connection_id: UUID) -> bool:
        """From now on it is told by another right; False when somebody else was quicker."""
        was = (invitations.c.id == found.id, invitations.c.state == TAKEN)
        is_lost = and_(subscriptions.c.state == "paused", subscriptions.c.reason.in_(LOST))
        async with self._database.writing() as connection:
            changed = update(invitations).where(*was, invitations.c.connection_id == found.connection_id)
            values = {"connection_id": connection_id, "offered_at": None}
            if (await connection.execute(changed.values(values))).rowcount != 1:
                return False
            mine = update(subscriptions).where(*_its_subscription(found))
            await connection.execute(mine.where(is_lost).values(state="on", reason=""))
            await connection.execute(mine.values(connection_id=connection_id, version=subscriptions.c.version + 1))
        return True

    async def offered(self, invitation_id: UUID, now: datetime) -> None:
        """Others were asked to carry it on."""
        async with self._database.writing() as connection:
            mine = update(invitations).where(invitations.c.id == invitation_id)
            await connection.execute(mine.values(offered_at=now))

    async def purge(self, before: datetime) -> None:
        """Forget links whose time was over before then, and what is off."""
        over = and_(invitations.c.state != TAKEN, invitations.c.expires_at < before)
        async with self._database.writing() as connection:
            await connection.execute(delete(invitations).where(over))

    async def _one(self, condition: ColumnElement[bool]) -> Invitation | None:
        found = await self._all(condition)
        return found[0] if found else None

    async def _all(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Invitation]:
        own = and_(
            subscriptions.c.id == invitations.c.subscription_id,
            subscriptions.c.connection_id == invitations.c.connection_id,
        )
        wanted = (
            select(invitations, subscriptions.c.state.label("told"), subscriptions.c.reason, connections.c.ended_at)
            .select_from(
                invitations.outerjoin(subscriptions, own).outerjoin(
                    connections, connections.c.id == invitations.c.connection_id
                )
            )
            .where(*conditions)
            .order_by(invitations.c.made_at, invitations.c.id)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).all()
        return [found for row in rows if (found := self._from(row)) is not None]

    def _sealed(self, key: UUID, terms: Json) -> bytes:
        return self._vault.seal("invitations", key, "terms", orjson.dumps(terms))

    def _from(self, row: SqlRow[tuple[object, ...]]) -> Invitation | None:
        try:
            terms = dict(orjson.loads(self._vault.open("invitations", row.id, "terms", row.terms_sealed)))
        except CannotOpen as fault:
            log.error("an invitation is passed over", reason=str(fault))
            return None
        is_lost = row.told == "paused" and row.reason in LOST
        return Invitation(
            id=row.id,
            connection_id=row.connection_id,
            terms=terms,
            state=row.state,
            subscription_id=row.subscription_id,
            person_id=row.person_id,
            person_name=str(terms.get("person", "")),
            made_at=row.made_at,
            expires_at=row.expires_at,
            taken_at=row.taken_at,
            is_resting=row.state == TAKEN and (is_lost or row.ended_at is not None),
        )


def _its_subscription(found: Invitation) -> tuple[ColumnElement[bool], ...]:
    return subscriptions.c.id == found.subscription_id, subscriptions.c.connection_id == found.connection_id
