"""Mailboxes: an address that somebody has to prove by a code, and the one of a subscription that is proved."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import structlog
from sqlalchemy import ColumnElement, Update, and_, delete, insert, not_, or_, select, update
from sqlalchemy import Row as SqlRow

from storage.engine import Database
from storage.tables import connections, subscriptions
from storage.tables_mail import mailbox_codes, mailboxes, mails
from storage.vault import CannotOpen, Use, Vault

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A confirmed mailbox."""

    id: UUID
    subscription_id: UUID
    person_id: int
    address: str = field(repr=False)
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class Code:
    """A code on its way. `state`: open, used, over."""

    id: UUID
    subscription_id: UUID
    state: str
    tries: int
    answered_update: int | None
    expires_at: datetime


class Mailboxes:
    """Queries about mailboxes and the codes that prove them."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def asked(self, person_id: int, address: str, update_id: int, since: datetime) -> list[datetime]:
        """When mails with a code went out since then, at this person's wish or to this address, oldest first; without
        what this update asked for itself."""
        keys = self._vault.blind_indexes("address", address)
        either = or_(mailbox_codes.c.person_id == person_id, mailbox_codes.c.address_key.in_(keys))
        own = and_(mailbox_codes.c.person_id == person_id, mailbox_codes.c.asked_update == update_id)
        wanted = select(mailbox_codes.c.made_at).where(either, not_(own), mailbox_codes.c.made_at > since)
        async with self._database.reading() as connection:
            return list((await connection.execute(wanted.order_by(mailbox_codes.c.made_at))).scalars())

    async def ask(
        self,
        subscription_id: UUID,
        person_id: int,
        address: str,
        code: str,
        update_id: int,
        now: datetime,
        expires_at: datetime,
    ) -> UUID:
        """A new code for the address; the subscription's older ones are over. The same update makes one row."""
        same = (mailbox_codes.c.person_id == person_id, mailbox_codes.c.asked_update == update_id)
        async with self._database.writing() as connection:
            await connection.execute(delete(mailbox_codes).where(*same))
            await connection.execute(_over(mailbox_codes.c.subscription_id == subscription_id))
            key = uuid4()
            await connection.execute(
                insert(mailbox_codes).values(
                    id=key,
                    subscription_id=subscription_id,
                    person_id=person_id,
                    address_sealed=self._vault.seal_text("mailbox_codes", key, "address", address),
                    address_key=self._vault.blind_index("address", address),
                    code_hash=self._hash(key, code),
                    state="open",
                    tries=0,
                    asked_update=update_id,
                    made_at=now,
                    expires_at=expires_at,
                )
            )
        return key

    async def forget(self, code_id: UUID) -> None:
        """Its mail did not go out: it does not count."""
        async with self._database.writing() as connection:
            await connection.execute(delete(mailbox_codes).where(mailbox_codes.c.id == code_id))

    async def code(self, code_id: UUID, person_id: int) -> Code | None:
        """A code, for whoever asked for it."""
        mine = (mailbox_codes.c.id == code_id, mailbox_codes.c.person_id == person_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(select(mailbox_codes).where(*mine))).one_or_none()
        if row is None:
            return None
        return Code(row.id, row.subscription_id, row.state, row.tries, row.answered_update, row.expires_at)

    async def count(self, code: Code, update_id: int, most: int) -> bool:
        """Count a try, at the same moment as anybody else; False when none is left."""
        left = (mailbox_codes.c.id == code.id, mailbox_codes.c.state == "open", mailbox_codes.c.tries < most)
        values = {"tries": mailbox_codes.c.tries + 1, "answered_update": update_id}
        async with self._database.writing() as connection:
            return bool((await connection.execute(update(mailbox_codes).where(*left).values(values))).rowcount == 1)

    async def is_right(self, code: Code, typed: str) -> bool:
        """Whether this is what was mailed."""
        wanted = select(mailbox_codes.c.code_hash).where(mailbox_codes.c.id == code.id)
        async with self._database.reading() as connection:
            kept = (await connection.execute(wanted)).scalar_one_or_none()
        return kept is not None and self._vault.mac_matches(
            Use.PIN_PEPPER, kept, b"mailbox", code.id.bytes, typed.encode()
        )

    async def end(self, code: Code) -> None:
        """Its tries are used up."""
        async with self._database.writing() as connection:
            await connection.execute(_over(mailbox_codes.c.id == code.id))

    async def confirm(self, code: Code, now: datetime) -> Mailbox | None:
        """The mailbox of the subscription from now on, in place of the one there may be; None when the code is over."""
        mine = (mailbox_codes.c.id == code.id, mailbox_codes.c.state == "open")
        async with self._database.writing() as connection:
            row = (await connection.execute(select(mailbox_codes).where(*mine).with_for_update())).one_or_none()
            if row is None:
                return None
            address = self._vault.open_text("mailbox_codes", row.id, "address", row.address_sealed)
            used = update(mailbox_codes).where(*mine).values(state="used", address_sealed=None)
            await connection.execute(used)
            await connection.execute(delete(mailboxes).where(mailboxes.c.subscription_id == row.subscription_id))
            key = uuid4()
            await connection.execute(
                insert(mailboxes).values(
                    id=key,
                    subscription_id=row.subscription_id,
                    person_id=row.person_id,
                    address_sealed=self._vault.seal_text("mailboxes", key, "address", address),
                    confirmed_at=now,
                )
            )
        return Mailbox(key, row.subscription_id, row.person_id, address, now)

    async def of(self, subscription_id: UUID) -> Mailbox | None:
        """The subscription's mailbox."""
        return await self._one(mailboxes.c.subscription_id == subscription_id)

    async def get(self, mailbox_id: UUID) -> Mailbox | None:
        """By id; None when it was removed."""
        return await self._one(mailboxes.c.id == mailbox_id)

    async def remove(self, mailbox_id: UUID, reason: str, now: datetime) -> None:
        """Forget the address; what waits for it is left out."""
        waiting = (mails.c.mailbox_id == mailbox_id, mails.c.state == "due")
        async with self._database.writing() as connection:
            await connection.execute(delete(mailboxes).where(mailboxes.c.id == mailbox_id))
            await connection.execute(update(mails).where(*waiting).values(state="left", reason=reason, settled_at=now))

    async def orphans(self, lost: Collection[str]) -> list[UUID]:
        """Mailboxes whose subscription is gone, is told by a right that has ended, or is paused since it was `lost`."""
        alive = (
            select(subscriptions.c.id)
            .join(connections, connections.c.id == subscriptions.c.connection_id)
            .where(
                connections.c.ended_at.is_(None),
                or_(subscriptions.c.state != "paused", subscriptions.c.reason.not_in(lost)),
            )
        )
        wanted = select(mailboxes.c.id).where(mailboxes.c.subscription_id.not_in(alive))
        async with self._database.reading() as connection:
            return list((await connection.execute(wanted)).scalars())

    async def purge(self, before: datetime) -> int:
        """Delete codes made before then."""
        async with self._database.writing() as connection:
            return int(
                (await connection.execute(delete(mailbox_codes).where(mailbox_codes.c.made_at < before))).rowcount
            )

    async def _one(self, condition: ColumnElement[bool]) -> Mailbox | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(select(mailboxes).where(condition))).one_or_none()
        return None if row is None else self._from(row)

    def _from(self, row: SqlRow[tuple[object, ...]]) -> Mailbox | None:
        try:
            address = self._vault.open_text("mailboxes", row.id, "address", row.address_sealed)
        except CannotOpen as fault:
            log.error("a mailbox is passed over", reason=str(fault))
            return None
        return Mailbox(row.id, row.subscription_id, row.person_id, address, row.confirmed_at)

    def _hash(self, key: UUID, code: str) -> bytes:
        return self._vault.mac(Use.PIN_PEPPER, b"mailbox", key.bytes, code.encode())


def _over(which: ColumnElement[bool]) -> Update:
    """Codes that nobody can use any more; their address is forgotten."""
    still_open = mailbox_codes.c.state == "open"
    return update(mailbox_codes).where(which, still_open).values(state="over", address_sealed=None)
