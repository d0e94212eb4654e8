"""Buttons that act, as rows: single use, bound to person, chat and message; and short names for long portal ids."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import and_, delete, insert, or_, select, update

from storage.engine import Database
from storage.tables import buttons, refs
from storage.vault import Vault

LIFE = timedelta(minutes=15)
_ID = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)  # what `new_id` makes


@dataclass(frozen=True, slots=True)
class ActButton:
    """A stored button: its random id (the callback data) and what pressing it means."""

    id: str
    payload: list[object]


def new_id() -> str:
    """A random 128-bit id that fits in callback data."""
    return secrets.token_urlsafe(16)


class Buttons:
    """Queries about buttons and short names."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def add(self, items: Sequence[ActButton], person_id: int, chat_id: int, now: datetime) -> None:
        """Store the buttons of one screen, before it is sent."""
        async with self._database.writing() as connection:
            await connection.execute(
                insert(buttons),
                [
                    {
                        "id": item.id,
                        "person_id": person_id,
                        "chat_id": chat_id,
                        "payload_sealed": self._vault.seal("buttons", item.id, "payload", orjson.dumps(item.payload)),
                        "expires_at": now + LIFE,
                    }
                    for item in items
                ],
            )

    async def bind(self, ids: Sequence[str], message_id: int) -> None:
        """Bind the buttons to the message they were sent with."""
        async with self._database.writing() as connection:
            await connection.execute(update(buttons).where(buttons.c.id.in_(ids)).values(message_id=message_id))

    async def press(
        self, button_id: str, person_id: int, chat_id: int, message_id: int, update_id: int, now: datetime
    ) -> list[object] | None:
        """Use a button up and return its payload; None when it is not theirs, not here, used or too old.

        The same update run again (after a crash) gets the payload again; any other press of it does not.
        """
        if not _ID.fullmatch(button_id):
            return None
        mine = (
            buttons.c.id == button_id,
            buttons.c.person_id == person_id,
            buttons.c.chat_id == chat_id,
            or_(buttons.c.message_id.is_(None), buttons.c.message_id == message_id),
        )
        usable = or_(
            buttons.c.used_update == update_id, and_(buttons.c.used_update.is_(None), buttons.c.expires_at > now)
        )
        async with self._database.reading() as connection:  # what nobody may press costs no turn at the writer
            if (await connection.execute(select(buttons.c.id).where(*mine, usable))).first() is None:
                return None
        async with self._database.writing() as connection:
            await connection.execute(
                update(buttons)
                .where(*mine, buttons.c.expires_at > now, buttons.c.used_update.is_(None))
                .values(used_update=update_id)
            )
            row = (
                await connection.execute(select(buttons).where(*mine, buttons.c.used_update == update_id))
            ).one_or_none()
        if row is None:
            return None
        payload: list[object] = orjson.loads(self._vault.open("buttons", button_id, "payload", row.payload_sealed))
        return payload

    async def name(self, target: str) -> str:
        """A short stable name for a portal id that is too long for a button."""
        ref = "~" + self._vault.blind_index("ref", target).hex()[:20]
        statement = self._database.insert(refs).values(
            ref=ref, target_sealed=self._vault.seal_text("refs", ref, "target", target)
        )
        async with self._database.writing() as connection:
            await connection.execute(statement.on_conflict_do_nothing())
        return ref

    async def named(self, ref: str) -> str | None:
        """What a short name stands for."""
        async with self._database.reading() as connection:
            sealed = (
                await connection.execute(select(refs.c.target_sealed).where(refs.c.ref == ref))
            ).scalar_one_or_none()
        return None if sealed is None else self._vault.open_text("refs", ref, "target", sealed)

    async def purge(self, before: datetime) -> int:
        """Delete acting buttons that expired before then."""
        async with self._database.writing() as connection:
            result = await connection.execute(delete(buttons).where(buttons.c.expires_at < before))
            return int(result.rowcount)
