"""The demo world's dates, counted by hand: its contracts begin so many months before the first of this month."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from portal.models import Money, Period

BERLIN = ZoneInfo("Europe/Berlin")


def today() -> date:
    """Today, where the customers live."""
    return datetime.now(BERLIN).date()


def first(months: int = 0) -> date:
    """The first of the month so many months from now."""
    now = today()
    year, month = divmod(now.year * 12 + now.month - 1 + months, 12)
    return date(year, month + 1, 1)


def end_of_month(months: int = 0) -> date:
    """The last day of the month so many months from now."""
    return first(months + 1) - timedelta(days=1)


def months(amount: int) -> Period:
    """So many months."""
    return Period(amount, "month")


def euros(amount: str) -> Money:
    """An amount."""
    return Money(Decimal(amount), "EUR")
