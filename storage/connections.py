"""Connections: a Telegram person <-> a portal account, with the tokens that the portal gave for it.

Looked up by person in clear, by account and customer through keyed hashes; what a customer would call personal is
sealed.
"""

import base64
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy import Row as SqlRow
from sqlalchemy import Update, and_, bindparam, case, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Database
from storage.tables import connections, subscriptions
from storage.vault import CannotOpen, Vault

REFRESH_LEASE = timedelta(seconds=20)
DISCONNECTED = "disconnected"  # why a subscription rests: the right by which it was told has ended

_THESE = select(connections).where(connections.c.id.in_(bindparam("ids", expanding=True)))

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """The portal account as userinfo described it. `zone` is an IANA name; `roles` are the portal's words."""

    sub: str
    user_name: str
    name: str
    customer_id: str
    customer_name: str
    roles: tuple[str, ...]
    locale: str
    zone: str

    @property
    def is_admin(self) -> bool:
        """Whether this is a portal admin, who is told about other connections."""
        return "portalAdmin" in self.roles


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the portal issued; never printed."""

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    expires_at: datetime
    scope: str
    auth_session: str | None = field(repr=False, default=None)
    grant_id: str | None = None  # the connection's name at the portal


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection; `tokens` is None once it ended."""

    id: UUID
    person_id: int
    person_name: str
    account: Account
    tokens: Tokens | None
    connected_at: datetime
    used_at: datetime
    checked_at: datetime
    ended_at: datetime | None
    tag: str  # six characters that name the account in a button


class Connections:
    """Queries about connections."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def add(
        self, person_id: int, person_name: str, account: Account, tokens: Tokens, now: datetime
    ) -> Connection | None:
        """Store a new connection; None when this person is already connected to this account.

        What this person was told of the customer by a connection that has ended is told by this one from now on.
        """
        key = uuid4()
        values = {
            "id": key,
            "person_id": person_id,
            "person_name_sealed": self._vault.seal_text("connections", key, "person_name", person_name),
            "account_key": self._vault.blind_index("account", account.sub),
            "customer_key": self._vault.blind_index("customer", account.customer_id),
            "account_sealed": self._seal_account(key, account),
            "tokens_sealed": self._seal_tokens(key, tokens),
            "is_admin": account.is_admin,
            "connected_at": now,
            "used_at": now,
            "checked_at": now,
        }
        try:
            async with self._database.writing() as connection:
                await connection.execute(insert(connections).values(**values))
                await connection.execute(self._carrying_on(person_id, account.customer_id, key))
        except IntegrityError:
            return None
        return await self.get(key)

    def _carrying_on(self, person_id: int, customer_id: str, successor: UUID) -> Update:
        mine = select(connections.c.id).where(connections.c.person_id == person_id, connections.c.ended_at.is_not(None))
        was_lost = and_(subscriptions.c.state == "paused", subscriptions.c.reason == DISCONNECTED)
        return (
            update(subscriptions)
            .where(
                subscriptions.c.person_id == person_id,
                subscriptions.c.customer_key.in_(self._vault.blind_indexes("customer", customer_id)),
                subscriptions.c.connection_id.in_(mine),
            )
            .values(
                connection_id=successor,
                state=case((was_lost, "on"), else_=subscriptions.c.state),
                reason=case((was_lost, ""), else_=subscriptions.c.reason),
            )
        )

    async def get(self, connection_id: UUID) -> Connection | None:
        """One connection, live or ended."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(connections).where(connections.c.id == connection_id))).one_or_none()
        return None if row is None else self.from_row(row)

    async def by_id(self, ids: Sequence[UUID]) -> dict[UUID, Connection]:
        """Connections, live or ended; what does not open is left out."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(_THESE, {"ids": ids})).all()
        return {found.id: found for found in self._readable(rows)}

    async def of_person(self, person_id: int) -> list[Connection]:
        """The person's live connections, oldest first."""
        return await self._live(connections.c.person_id == person_id)

    async def of_customer(self, customer_id: str) -> list[Connection]:
        """Everybody connected to this customer."""
        return await self._live(connections.c.customer_key.in_(self._vault.blind_indexes("customer", customer_id)))

    async def of_account(self, sub: str) -> list[Connection]:
        """Everybody connected to this account."""
        return await self._live(connections.c.account_key.in_(self._vault.blind_indexes("account", sub)))

    async def of_keys(self, connection: AsyncConnection, keys: Collection[bytes]) -> dict[bytes, list[Connection]]:
        """Live connections by the key of their customer, oldest first; what does not open is left out."""
        live = select(connections).where(connections.c.customer_key.in_(keys), connections.c.ended_at.is_(None))
        found: dict[bytes, list[Connection]] = {}
        for row in (await connection.execute(live.order_by(connections.c.connected_at))).all():
            found.setdefault(row.customer_key, []).extend(self._readable([row]))
        return found

    async def due_for_check(self, before: datetime, limit: int) -> list[Connection]:
        """Live connections the portal has not vouched for since `before`, the longest ago first."""
        statement = (
            select(connections)
            .where(connections.c.ended_at.is_(None), connections.c.checked_at < before)
            .order_by(connections.c.checked_at)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return self._readable((await connection.execute(statement)).all())

    async def end(self, connection_id: UUID, now: datetime, *, to_revoke: bool = False) -> bool:
        """End a connection; True for the one caller who ended it.

        Its tokens are forgotten, or kept only until the portal has heard that they are to be revoked.
        """
        values: dict[str, object] = {"ended_at": now, "refresh_claim": None, "refresh_until": None}
        if not to_revoke:
            values["tokens_sealed"] = None
        async with self._database.writing() as connection:
            result = await connection.execute(
                update(connections)
                .where(connections.c.id == connection_id, connections.c.ended_at.is_(None))
                .values(**values)
            )
            return bool(result.rowcount == 1)

    async def to_revoke(self, limit: int) -> list[Connection]:
        """Ended connections whose tokens the portal still honours."""
        statement = (
            select(connections)
            .where(connections.c.ended_at.is_not(None), connections.c.tokens_sealed.is_not(None))
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return self._readable((await connection.execute(statement)).all())

    async def forget_tokens(self, connection_id: UUID) -> None:
        """The portal has revoked them."""
        async with self._database.writing() as connection:
            await connection.execute(
                update(connections).where(connections.c.id == connection_id).values(tokens_sealed=None)
            )

    async def mark(
        self, connection_id: UUID, *, used_at: datetime | None = None, checked_at: datetime | None = None
    ) -> None:
        """Remember the last use or the portal's last word."""
        values = {k: v for k, v in (("used_at", used_at), ("checked_at", checked_at)) if v is not None}
        async with self._database.writing() as connection:
            await connection.execute(update(connections).where(connections.c.id == connection_id).values(**values))

    async def update_account(self, connection_id: UUID, account: Account, now: datetime) -> None:
        """Take over what userinfo says now (a role may have changed)."""
        async with self._database.writing() as connection:
            await connection.execute(
                update(connections)
                .where(connections.c.id == connection_id)
                .values(
                    account_sealed=self._seal_account(connection_id, account), is_admin=account.is_admin, checked_at=now
                )
            )

    async def claim_refresh(self, connection_id: UUID, now: datetime) -> UUID | None:
        """The right to refresh this connection's tokens, for one holder at a time; None while somebody else has it."""
        claim = uuid4()
        async with self._database.writing() as connection:
            result = await connection.execute(
                update(connections)
                .where(
                    connections.c.id == connection_id,
                    connections.c.ended_at.is_(None),
                    or_(connections.c.refresh_until.is_(None), connections.c.refresh_until < now),
                )
                .values(refresh_claim=claim, refresh_until=now + REFRESH_LEASE)
            )
        return claim if result.rowcount == 1 else None

    async def settle_refresh(self, connection_id: UUID, claim: UUID, tokens: Tokens | None) -> bool:
        """Store the new tokens before anybody uses them (or, with None, only give the right back)."""
        values: dict[str, object] = {"refresh_claim": None, "refresh_until": None}
        if tokens is not None:
            values["tokens_sealed"] = self._seal_tokens(connection_id, tokens)  # who may do what, this does not say
        async with self._database.writing() as connection:
            result = await connection.execute(
                update(connections)
                .where(connections.c.id == connection_id, connections.c.refresh_claim == claim)
                .values(**values)
            )
            return bool(result.rowcount == 1)

    def from_row(self, row: SqlRow[tuple[object, ...]]) -> Connection:
        """A Connection from a row that has all of the table's columns."""
        c, columns = row._mapping, connections.c
        key: UUID = c[columns.id]
        sealed_tokens: bytes | None = c[columns.tokens_sealed]
        return Connection(
            key,
            c[columns.person_id],
            self._vault.open_text("connections", key, "person_name", c[columns.person_name_sealed]),
            self._open_account(key, c[columns.account_sealed]),
            self._open_tokens(key, sealed_tokens) if sealed_tokens else None,
            c[columns.connected_at],
            c[columns.used_at],
            c[columns.checked_at],
            c[columns.ended_at],
            base64.urlsafe_b64encode(c[columns.account_key])[:6].decode(),
        )

    def _readable(self, rows: Sequence[SqlRow[tuple[object, ...]]]) -> list[Connection]:
        """What can be opened: in background work one broken cell must not hold up everybody else."""
        found = []
        for row in rows:
            try:
                found.append(self.from_row(row))
            except CannotOpen as fault:
                log.error("a connection is passed over", reason=str(fault))
        return found

    async def _live(self, *conditions: object) -> list[Connection]:
        statement = (
            select(connections)
            .where(connections.c.ended_at.is_(None), *conditions)  # type: ignore[arg-type]  # SQL expressions
            .order_by(connections.c.connected_at)
        )
        async with self._database.reading() as connection:
            return [self.from_row(row) for row in await connection.execute(statement)]

    def _seal_account(self, key: UUID, a: Account) -> bytes:
        facts: Sequence[object] = (
            a.sub, a.user_name, a.name, a.customer_id, a.customer_name, a.roles, a.locale, a.zone
        )  # fmt: skip
        return self._vault.seal("connections", key, "account", orjson.dumps(facts))

    def _open_account(self, key: UUID, sealed: bytes) -> Account:
        sub, user, name, customer, customer_name, roles, locale, zone = orjson.loads(
            self._vault.open("connections", key, "account", sealed)
        )
        return Account(sub, user, name, customer, customer_name, tuple(roles), locale, zone)

    def _seal_tokens(self, key: UUID, t: Tokens) -> bytes:
        facts = (t.access, t.refresh, t.expires_at.isoformat(), t.scope, t.auth_session, t.grant_id)
        return self._vault.seal("connections", key, "tokens", orjson.dumps(facts))

    def _open_tokens(self, key: UUID, sealed: bytes) -> Tokens:
        access, refresh, expires_at, *others = orjson.loads(self._vault.open("connections", key, "tokens", sealed))
        return Tokens(access, refresh, datetime.fromisoformat(expires_at), *others)  # earlier releases kept fewer
