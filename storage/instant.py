"""Instants in the database: the same integers on both engines."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, TypeDecorator
from sqlalchemy.engine import Dialect


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime kept as integer milliseconds: SQLite has no zones, and integers compare alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse naive times: they are a bug that would show only in another zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its zone")
        return round(value.timestamp() * 1000)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Milliseconds back to an aware UTC datetime."""
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)
