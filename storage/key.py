"""The keys of rows: UUIDs, of which the same few are read thousands of times when thousands of rows are."""

from collections.abc import Callable
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Uuid
from sqlalchemy.engine import Dialect


@lru_cache(maxsize=4096)
def _read(kept: str | None) -> UUID | None:
    return None if kept is None else UUID(int=int(kept, 16))


class Key(Uuid[UUID]):
    """`Uuid`, but the same text of SQLite is made a UUID once, as long as it is remembered."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], UUID | None] | None:
        """Text to UUID; nothing where the engine's driver has done it."""
        is_text = super().result_processor(dialect, coltype) is not None  # type: ignore[no-untyped-call]  # SQLAlchemy's
        return _read if is_text else None
