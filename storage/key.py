"""The keys of rows: UUIDs, of which the same few are read thousands of times when thousands of rows are."""

from collections.abc import Callable
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Uuid
from sqlalchemy.engine import Dialect

REMEMBERED = 4096


class Key(Uuid[UUID]):
    """`Uuid`, but what SQLite keeps as text is made a UUID once: that takes longer than reading the rest of the row."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[object], UUID | None] | None:
        """Text to UUID."""
        process: Callable[[object], UUID | None] | None = super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]  # SQLAlchemy's
        return lru_cache(REMEMBERED)(process) if process is not None else None
