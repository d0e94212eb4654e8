"""Subscriptions: what one chat (or topic) wants to be told about one customer. Subscribing twice edits one row."""

from collections.abc import Collection, Sequence
from datetime import datetime
from random import getrandbits
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import Uuid, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Database
from storage.json_rows import fields, written
from storage.tables import subscriptions
from storage.vault import CannotOpen, Vault

_BIAS = 1 << 63  # groups and channels have negative ids
_READ = tuple(
    subscriptions.c[name]
    for name in (
        "id", "chat_id", "topic_id", "person_id", "connection_id", "wish_sealed", "state", "reason", "version",
        "made_at", "customer_key",
    )
)  # fmt: skip

log = structlog.get_logger(__name__)


class Subscription(NamedTuple):
    """One row. `wish` is services.subscriptions.Wish as `to_json` writes it; `state` is on, paused or off.

    A tuple, as they are made by the thousand: a frozen dataclass takes three times as long.
    """

    id: UUID
    chat_id: int
    topic_id: int
    person_id: int
    connection_id: UUID
    wish: bytes
    state: str
    reason: str
    version: int
    made_at: datetime


def new_key(chat_id: int) -> UUID:
    """A key that begins with the chat: fan-out goes by the keys, and what it plans stands by the chat in the indexes,
    so that neighbours there are planned, claimed and settled together."""
    return UUID(int=((chat_id + _BIAS) << 64) | getrandbits(64))


class Subscriptions:
    """Queries about subscriptions."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._these = select(*_READ).where(
            subscriptions.c.id == fields({"this": Uuid()}, is_sqlite=database.is_sqlite)["this"]
        )

    async def put(
        self,
        chat_id: int,
        customer_id: str,
        wish: bytes,
        now: datetime,
        *,
        person_id: int,
        connection_id: UUID,
        topic_id: int = 0,
        expected: int | None = None,
    ) -> Subscription | None:
        """Make it, or edit the one that is there (and switch it on); None when `expected` is not its version now."""
        for _ in range(2):
            found = await self.of(chat_id, customer_id, topic_id)
            try:
                if found is None:
                    await self._insert(chat_id, topic_id, customer_id, wish, now, person_id, connection_id)
                elif expected is not None and found.version != expected:
                    return None
                elif not await self._replace(found, wish, person_id, connection_id):
                    continue
            except IntegrityError:  # somebody else made it at this moment: theirs is edited
                continue
            return await self.of(chat_id, customer_id, topic_id)
        return None

    async def of(self, chat_id: int, customer_id: str, topic_id: int = 0) -> Subscription | None:
        """The one of this chat and topic about this customer."""
        keys = self._vault.blind_indexes("customer", customer_id)
        found = await self._all(
            subscriptions.c.chat_id == chat_id,
            subscriptions.c.topic_id == topic_id,
            subscriptions.c.customer_key.in_(keys),
        )
        return found[0] if found else None

    async def get(self, ids: Sequence[UUID]) -> dict[UUID, Subscription]:
        """By id; one that does not open is left out."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(self._these, written([{"this": key.hex} for key in ids]))).all()
        return {found.id: found for row in rows if (found := self._from(row)) is not None}

    async def of_chat(self, chat_id: int, topic_id: int = 0) -> list[Subscription]:
        """All of this chat (or topic), oldest first."""
        return await self._all(subscriptions.c.chat_id == chat_id, subscriptions.c.topic_id == topic_id)

    async def of_connection(self, connection_id: UUID) -> list[Subscription]:
        """All that are told by the right of this connection."""
        return await self._all(subscriptions.c.connection_id == connection_id)

    async def wishes(self, customer_ids: Collection[str]) -> dict[str, list[bytes]]:
        """What is wished for now about each of these customers; whoever wishes for nothing is missing."""
        whose = {key: each for each in customer_ids for key in self._vault.blind_indexes("customer", each)}
        wanted = select(*_READ).where(subscriptions.c.customer_key.in_(whose), subscriptions.c.state == "on")
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).all()
        found: dict[str, list[bytes]] = {}
        for row in rows:
            if (one := self._from(row)) is not None:
                found.setdefault(whose[row.customer_key], []).append(one.wish)
        return found

    async def chunk(
        self, connection: AsyncConnection, customer_keys: Collection[bytes], after: UUID | None, limit: int
    ) -> tuple[list[Subscription], UUID | None]:
        """The next `limit` about a customer (under each key of the vault), in the order of their ids, whatever their
        state; and the place to go on from, None after the last."""
        wanted = select(*_READ).where(subscriptions.c.customer_key.in_(customer_keys))
        if after is not None:
            wanted = wanted.where(subscriptions.c.id > after)
        rows = (await connection.execute(wanted.order_by(subscriptions.c.id).limit(limit))).all()
        found = [one for row in rows if (one := self._from(row)) is not None]
        return found, rows[-1].id if len(rows) == limit else None

    async def rewrite(self, found: Subscription, wish: bytes) -> bool:
        """Change the wish of one that is there, by whosever right it is told; False when it is not as it was read."""
        return await self._replace(found, wish, found.person_id, found.connection_id)

    async def make_within(
        self,
        connection: AsyncConnection,
        chat_id: int,
        customer_id: str,
        wish: bytes,
        now: datetime,
        *,
        person_id: int,
        connection_id: UUID,
    ) -> UUID:
        """A new one in a private chat, in place of the one there may be; its id."""
        old = (subscriptions.c.chat_id == chat_id, subscriptions.c.topic_id == 0)
        keys = self._vault.blind_indexes("customer", customer_id)
        await connection.execute(delete(subscriptions).where(*old, subscriptions.c.customer_key.in_(keys)))
        key = new_key(chat_id)
        values = self._values(key, chat_id, 0, customer_id, wish, now, person_id, connection_id)
        await connection.execute(insert(subscriptions).values(values))
        return key

    async def turn(self, subscription_id: UUID, state: str, reason: str = "") -> None:
        """Switch it on, pause it or switch it off, with the reason."""
        async with self._database.writing() as connection:
            await connection.execute(
                update(subscriptions).where(subscriptions.c.id == subscription_id).values(state=state, reason=reason)
            )

    async def turn_chat(self, chat_id: int, state: str, reason: str = "", *, was: str) -> int:
        """The same for every one of a chat that is `was` now: the chat is blocked, or has come back."""
        mine = update(subscriptions).where(subscriptions.c.chat_id == chat_id, subscriptions.c.state == was)
        async with self._database.writing() as connection:
            return int((await connection.execute(mine.values(state=state, reason=reason))).rowcount)

    async def delete(self, subscription_id: UUID) -> None:
        """Forget it."""
        async with self._database.writing() as connection:
            await connection.execute(delete(subscriptions).where(subscriptions.c.id == subscription_id))

    async def _insert(
        self,
        chat_id: int,
        topic_id: int,
        customer_id: str,
        wish: bytes,
        now: datetime,
        person_id: int,
        connection_id: UUID,
    ) -> None:
        values = self._values(new_key(chat_id), chat_id, topic_id, customer_id, wish, now, person_id, connection_id)
        async with self._database.writing() as connection:
            await connection.execute(insert(subscriptions).values(values))

    def _values(
        self,
        key: UUID,
        chat_id: int,
        topic_id: int,
        customer_id: str,
        wish: bytes,
        now: datetime,
        person_id: int,
        connection_id: UUID,
    ) -> dict[str, object]:
        return {
            "id": key,
            "chat_id": chat_id,
            "topic_id": topic_id,
            "person_id": person_id,
            "connection_id": connection_id,
            "customer_key": self._vault.blind_index("customer", customer_id),
            "wish_sealed": self._sealed(key, wish),
            "state": "on",
            "reason": "",
            "version": 1,
            "made_at": now,
        }

    async def _replace(self, found: Subscription, wish: bytes, person_id: int, connection_id: UUID) -> bool:
        values = {
            "wish_sealed": self._sealed(found.id, wish),
            "person_id": person_id,
            "connection_id": connection_id,
            "state": "on",
            "reason": "",
            "version": found.version + 1,
        }
        as_read = (subscriptions.c.id == found.id, subscriptions.c.version == found.version)
        async with self._database.writing() as connection:
            return bool((await connection.execute(update(subscriptions).where(*as_read).values(values))).rowcount == 1)

    async def _all(self, *conditions: object) -> list[Subscription]:
        wanted = select(*_READ).where(*conditions).order_by(subscriptions.c.made_at)  # type: ignore[arg-type]  # SQL expressions
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).all()
        return [found for row in rows if (found := self._from(row)) is not None]

    def _sealed(self, key: UUID, wish: bytes) -> bytes:
        return self._vault.seal("subscriptions", key, "wish", wish)

    def _from(self, row: Sequence[Any]) -> Subscription | None:
        key, chat_id, topic_id, person_id, connection_id, sealed, *rest, _ = row
        try:
            wish = self._vault.open("subscriptions", key, "wish", sealed)
        except CannotOpen as fault:  # one broken cell must not hold up everybody's notices
            log.error("a subscription is passed over", reason=str(fault))
            return None
        return Subscription(key, chat_id, topic_id, person_id, connection_id, wish, *rest)
