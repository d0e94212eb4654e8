"""Mails on their way: an invoice's files for a mailbox, planned together with the notice of the same event.

One row for each mailbox and event, claimed with a lease and a fresh token, so that a restart loses nothing and two
processes share the work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy import Row as SqlRow
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Database
from storage.events import Event
from storage.instant import is_over
from storage.notices import Planned
from storage.tables import events
from storage.tables_mail import mailboxes, mails
from storage.vault import CannotOpen, Vault
from storage.work import GIVEN_UP, Work, hand

LEASE = timedelta(minutes=5)  # longer than one try may take
MAILED = "invoice"  # the kind of event that has files

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Mail:
    """A claimed mail; `claim` fences the result."""

    id: UUID
    mailbox_id: UUID
    subscription_id: UUID
    event_id: UUID
    attempts: int
    tried_at: datetime
    claim: UUID
    reason: str | None


@dataclass(frozen=True, slots=True)
class Mailed:
    """What became of a mail. `shown` is the address as it may be shown; `number` is the invoice's."""

    id: UUID
    shown: str
    number: str
    state: str
    reason: str | None
    attempts: int
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None


class Mails:
    """Queries about mails."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self.work = Work(database, mails)

    async def plan_within(
        self, connection: AsyncConnection, event: Event, planned: Sequence[Planned], now: datetime
    ) -> None:
        """Mails for the mailboxes of these who wish to know of a new invoice, in the transaction of their notices."""
        if event.kind != MAILED:
            return
        told = [one.subscription.id for one in planned]
        wanted = select(mailboxes).where(
            mailboxes.c.subscription_id.in_(told), mailboxes.c.confirmed_at <= event.found_at
        )
        for row in (await connection.execute(wanted)).all():
            if (shown := self._shown(row)) is None:
                continue
            key = uuid4()
            values = {
                "id": key,
                "mailbox_id": row.id,
                "subscription_id": row.subscription_id,
                "event_id": event.id,
                "shown_sealed": self._vault.seal_text("mails", key, "shown", shown),
                "state": "due",
                "due_at": now,
                "created_at": now,
            }
            await connection.execute(self._database.insert(mails).values(values).on_conflict_do_nothing())

    async def claim(self, now: datetime, most: int) -> list[Mail]:
        """What is due, the oldest first, under a fresh claim; also what its holder was too late with."""
        claim = uuid4()
        late = and_(mails.c.state == "running", is_over(mails.c.lease_until, now, now + 2 * LEASE))
        ready = or_(and_(mails.c.state == "due", mails.c.due_at <= now), late)
        first = select(mails.c.id).where(ready).order_by(mails.c.due_at).limit(most)
        if not self._database.is_sqlite:
            first = first.with_for_update(skip_locked=True)
        taking = self.work.taking().where(mails.c.id.in_(first)).returning(mails)
        async with self._database.writing() as connection:
            rows = (await connection.execute(taking, hand(claim, now, LEASE))).all()
        return [
            Mail(r.id, r.mailbox_id, r.subscription_id, r.event_id, r.attempts, r.tried_at, claim, r.reason)
            for r in sorted(rows, key=lambda r: (r.created_at, r.id))
        ]

    async def settle(
        self, mail: Mail, state: str, now: datetime, reason: str | None = None, due_at: datetime | None = None
    ) -> bool:
        """Write down what became of it; False when a successor holds it by now."""
        values: dict[str, object] = {"state": state, "reason": reason, "claim": None, "lease_until": None}
        values |= {"due_at": due_at} if due_at is not None else {"settled_at": now}
        held = (mails.c.id == mail.id, mails.c.claim == mail.claim)
        async with self._database.writing() as connection:
            return bool((await connection.execute(update(mails).where(*held).values(values))).rowcount == 1)

    async def history(self, subscription_ids: Sequence[UUID], most: int) -> list[Mailed]:
        """The last ones because of these subscriptions, the newest first."""
        return await self._all(mails.c.subscription_id.in_(subscription_ids), most)

    async def given_up(self, most: int = 200) -> list[Mailed]:
        """Dead letters, and those of which nobody knows whether they arrived, the newest first."""
        return await self._all(mails.c.state.in_(GIVEN_UP), most)

    async def _all(self, condition: ColumnElement[bool], most: int) -> list[Mailed]:
        wanted = (
            select(mails, events.c.facts_sealed)
            .select_from(mails.outerjoin(events, events.c.id == mails.c.event_id))
            .where(condition)
            .order_by(mails.c.created_at.desc(), mails.c.id)
            .limit(most)
        )
        async with self._database.reading() as connection:
            return [self._mailed(row) for row in (await connection.execute(wanted)).all()]

    def _shown(self, mailbox: SqlRow[tuple[object, ...]]) -> str | None:
        try:
            return masked(self._vault.open_text("mailboxes", mailbox.id, "address", mailbox.address_sealed))
        except CannotOpen as fault:  # one broken cell must not hold up everybody's notices
            log.error("a mailbox is passed over", reason=str(fault))
            return None

    def _mailed(self, row: SqlRow[tuple[object, ...]]) -> Mailed:
        shown, number = "", ""
        try:
            shown = self._vault.open_text("mails", row.id, "shown", row.shown_sealed)
            if row.facts_sealed is not None:
                number = str(
                    orjson.loads(self._vault.open("events", row.event_id, "facts", row.facts_sealed))["number"]
                )
        except (CannotOpen, KeyError) as fault:
            log.error("a mail is not told whole", reason=type(fault).__name__)
        times = (row.created_at, row.due_at, row.settled_at)
        return Mailed(row.id, shown, number, row.state, row.reason, row.attempts, *times)


def masked(address: str) -> str:
    """An address as it may be shown where others read along: "r…@firma.de"."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"
