"""Instants in the database: the same integers on both engines."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import BigInteger, BindParameter, Column, ColumnElement, TypeDecorator, or_
from sqlalchemy.engine import Dialect

Moment = datetime | BindParameter[datetime]


def milliseconds(instant: datetime) -> int:
    """An instant as it is kept. Refuses naive times: they are a bug that would show only in another zone."""
    if instant.tzinfo is None:
        raise ValueError("a stored time needs its zone")
    return round(instant.timestamp() * 1000)


def is_over(until: Column[datetime], now: Moment, far: Moment) -> ColumnElement[bool]:
    """Whether a lease has ended. One that ends behind `far` (two leases ahead) was given by a clock that was wrong."""
    return or_(until < now, until > far)


@lru_cache(maxsize=1024)  # thousands of rows are made, and tried, at the same instant
def _read(kept: int | None) -> datetime | None:
    return None if kept is None else datetime.fromtimestamp(kept / 1000, UTC)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime kept as integer milliseconds: SQLite has no zones, and integers compare alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """As `milliseconds` writes it."""
        return None if value is None else milliseconds(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], datetime | None]:
        """Milliseconds back to an aware UTC datetime."""
        return _read
