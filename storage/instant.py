"""Instants in the database: the same integers on both engines."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Column, ColumnElement, TypeDecorator, or_
from sqlalchemy.engine import Dialect


def milliseconds(instant: datetime) -> int:
    """An instant as it is kept. Refuses naive times: they are a bug that would show only in another zone."""
    if instant.tzinfo is None:
        raise ValueError("a stored time needs its zone")
    return round(instant.timestamp() * 1000)


def is_over(until: Column[datetime], now: datetime, lease: timedelta) -> ColumnElement[bool]:
    """Whether a lease has ended; one that ends far ahead was given by a clock that was wrong."""
    return or_(until < now, until > now + 2 * lease)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime kept as integer milliseconds: SQLite has no zones, and integers compare alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """As `milliseconds` writes it."""
        return None if value is None else milliseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Milliseconds back to an aware UTC datetime."""
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)
