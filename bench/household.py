"""The databases of the measured bots: so many people, each connected to an account with a token that stays good."""

import asyncio
import secrets
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert

from bench.telegram import FIRST_PERSON
from services.subscriptions import EventKind, Wish, to_json
from storage.connections import Account, Connections, Tokens
from storage.engine import Database
from storage.migrate import migrate
from storage.people import People
from storage.subscriptions import new_key
from storage.tables import subscriptions
from storage.vault import Vault, parse_keys

CUSTOMER = "cust-2300229"
_LIFE = timedelta(days=1)
_ROWS = 1000
_AT_ONCE = 64


async def furnish(path: Path, keys: str, people: int) -> None:
    """The product's own database, through its own storage."""
    database, vault = Database(f"sqlite:///{path}"), Vault(parse_keys(keys))
    connections = Connections(database, vault)
    rows = People(database, vault, connections)
    now = datetime.now(UTC)
    await migrate(database)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def connect(number: int) -> None:
        async with gate:
            person_id = FIRST_PERSON + number
            tokens = Tokens(_token(), _token(), now + _LIFE, "contracts:read bills:read", _token())
            made = await connections.add(person_id, "Max Muster", _account(number), tokens, now)
            if made is None:
                raise RuntimeError("connected already")
            values = {"connection_id": made.id, "language_portal": "de", "language_telegram": "de"}
            await rows.remember(person_id, now, **values)

    await asyncio.gather(*(connect(number) for number in range(people)))
    await database.close()


async def subscribe(database: Database, vault: Vault, chats: Sequence[int], right: UUID, now: datetime) -> None:
    """Chats that want everything of the customer, by one right."""
    customer, wish = vault.blind_index("customer", CUSTOMER), to_json(Wish(frozenset(EventKind)))

    def row(chat_id: int) -> dict[str, object]:
        key = new_key(chat_id)
        return {
            "id": key, "chat_id": chat_id, "topic_id": 0, "person_id": FIRST_PERSON, "connection_id": right,
            "version": 1, "customer_key": customer, "state": "on", "reason": "",
            "wish_sealed": vault.seal("subscriptions", key, "wish", wish), "made_at": now,
        }  # fmt: skip

    for start in range(0, len(chats), _ROWS):
        rows = [row(chat_id) for chat_id in chats[start : start + _ROWS]]
        async with database.writing() as connection:
            await connection.execute(insert(subscriptions), rows)


def furnish_naive(path: Path, people: int) -> None:
    """What a naive bot keeps: a token per person, in clear."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, language TEXT, token TEXT NOT NULL)")
        rows = [(FIRST_PERSON + number, "de", _token()) for number in range(people)]
        connection.executemany("INSERT INTO people VALUES (?, ?, ?)", rows)


def _account(number: int) -> Account:
    return Account(
        sub=f"acc-bench-{number}",
        user_name=f"customer{2_400_000 + number}",
        name="Max Muster",
        customer_id=CUSTOMER,
        customer_name="Muster GmbH",
        roles=("portalAdmin",),
        locale="de",
        zone="Europe/Berlin",
    )


def _token() -> str:
    return secrets.token_urlsafe(32)
