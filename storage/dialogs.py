"""Where a person stands in a chat: one row per person and chat, saved by compare-and-set on a version."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import orjson
from sqlalchemy import Row as SqlRow
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from storage.engine import insert_into
from storage.tables import dialogs
from storage.vault import Vault

_CHANGING = ("version", "feature", "step", "state_sealed", "screen_id", "expires_at")


@dataclass(frozen=True, slots=True)
class Dialog:
    """The stored position: the open question (None: none) and the message that has the keyboard."""

    person_id: int
    chat_id: int
    version: int = 0
    feature: str | None = None
    step: str | None = None
    state: dict[str, object] = field(default_factory=dict)
    screen_id: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DialogChange:
    """The dialog as it shall be after `version` (the version that was read)."""

    after: Dialog
    version: int


@cache  # building a statement costs more than running it
def _compare_and_set(*, is_sqlite: bool) -> ReturningInsert[tuple[int, int]]:
    new = insert_into(dialogs, is_sqlite=is_sqlite)
    return new.on_conflict_do_update(
        index_elements=["person_id", "chat_id"],
        set_={name: new.excluded[name] for name in _CHANGING},
        where=dialogs.c.version == new.excluded.version - 1,
    ).returning(dialogs.c.person_id, dialogs.c.chat_id)


def read(row: SqlRow[tuple[object, ...]], vault: Vault) -> Dialog:
    """A Dialog from a joined row that has one."""
    mapping = row._mapping
    person_id, chat_id = mapping[dialogs.c.person_id], mapping[dialogs.c.chat_id]
    sealed = mapping[dialogs.c.state_sealed]
    state = orjson.loads(vault.open("dialogs", _pk(person_id, chat_id), "state", sealed)) if sealed else {}
    return Dialog(
        person_id,
        chat_id,
        mapping[dialogs.c.version],
        mapping[dialogs.c.feature],
        mapping[dialogs.c.step],
        state,
        mapping[dialogs.c.screen_id],
        mapping[dialogs.c.expires_at],
    )


async def save(connection: AsyncConnection, vault: Vault, changes: Sequence[DialogChange]) -> list[bool]:
    """Compare-and-set for each; False where somebody else saved in between, also earlier in the same list."""
    first = {(change.after.person_id, change.after.chat_id): change for change in reversed(changes)}
    if not first:
        return []
    statement = _compare_and_set(is_sqlite=connection.dialect.name == "sqlite")
    values = [_values(change, vault) for change in first.values()]
    saved = {(row.person_id, row.chat_id) for row in await connection.execute(statement, values)}
    keys = ((change, (change.after.person_id, change.after.chat_id)) for change in changes)
    return [key in saved and first[key] is change for change, key in keys]


def _values(change: DialogChange, vault: Vault) -> dict[str, object]:
    after = change.after
    key = _pk(after.person_id, after.chat_id)
    return {
        "person_id": after.person_id,
        "chat_id": after.chat_id,
        "version": change.version + 1,
        "feature": after.feature,
        "step": after.step,
        "state_sealed": vault.seal("dialogs", key, "state", orjson.dumps(after.state)) if after.state else None,
        "screen_id": after.screen_id,
        "expires_at": after.expires_at,
    }


def _pk(person_id: int, chat_id: int) -> str:
    return f"{person_id}:{chat_id}"
