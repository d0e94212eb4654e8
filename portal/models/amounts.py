"""Money, prices, lengths of time and pages: what the other facts are made of."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as the portal sent it."""

    amount: Decimal
    currency: str


class PriceKind(Enum):
    """How often a price is due."""

    RECURRING = "recurring"
    ONE_TIME = "oneTime"
    USAGE = "usage"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Price:
    """One price of a contract, option or offering."""

    name: str
    kind: PriceKind
    period: str | None
    net: Money | None
    gross: Money | None
    tax_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in calendar units: `Period(3, "month")`."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Span:
    """From a day up to, and not including, another."""

    start: dt.date
    until: dt.date

    @property
    def last_day(self) -> dt.date:
        return max(self.start, self.until - dt.timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `total` is the portal's own count and may be missing or wrong."""

    items: tuple[T, ...]
    offset: int
    more: bool
    total: int | None
