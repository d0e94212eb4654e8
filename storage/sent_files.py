"""Files that Telegram has already: what was uploaded once goes to every other chat by its id there."""

import hashlib
from datetime import datetime

from sqlalchemy import delete, select

from storage.engine import Database
from storage.tables import sent_files
from storage.vault import CannotOpen, Vault


def file_key(customer_id: str, *about: str) -> str:
    """What names a file: whose it is, and what it is about."""
    return hashlib.sha256("|".join((customer_id, *about)).encode()).hexdigest()


class SentFiles:
    """Queries about files that were sent."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def find(self, key: str) -> str | None:
        """The file's id at Telegram; None when it has not been there yet."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(sent_files).where(sent_files.c.key == key))).first()
        if row is None:
            return None
        try:
            return self._vault.open_text("sent_files", key, "file_id", row.file_id_sealed)
        except CannotOpen:  # it is uploaded again
            return None

    async def keep(self, key: str, file_id: str, now: datetime) -> None:
        """Remember where it is; the newest upload counts."""
        values = {"file_id_sealed": self._vault.seal_text("sent_files", key, "file_id", file_id), "sent_at": now}
        statement = (
            self._database.insert(sent_files)
            .values(key=key, **values)
            .on_conflict_do_update(index_elements=["key"], set_=values)
        )
        async with self._database.writing() as connection:
            await connection.execute(statement)

    async def purge(self, before: datetime) -> int:
        """Forget what was uploaded before then."""
        async with self._database.writing() as connection:
            return int((await connection.execute(delete(sent_files).where(sent_files.c.sent_at < before))).rowcount)
