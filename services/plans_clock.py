"""Wall clocks and instants: the one place that knows about daylight saving time.

People wish in wall time ("18:00 in Berlin"); what is due is stored and compared in UTC only, because two local times
of one zone compare by what the clock shows, not by which comes first. A wall time is a day and a minute since its
midnight: 24:00 is minute 1440, and minute 1800 is 6:00 on the next day.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain
from typing import TypeVar
from zoneinfo import ZoneInfo

DAY = 24 * 60  # minutes
WEEK = 7 * DAY
LOOKAHEAD = 800  # days: whatever repeats, holidays too, shows itself within 400, also after an end 400 days away
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)  # what a plan may name

_SECOND = timedelta(seconds=1)
_LESS_THAN_A_DAY = timedelta(hours=20)  # also less than one that clock changes shorten
Value = TypeVar("Value")


@lru_cache(maxsize=16384)
def instant_of(day: date, minute: int, zone: str) -> datetime:
    """The instant, in UTC, when the clocks of a zone first show a wall time, or jump over it.

    A time skipped in spring is reached when the clocks jump. Of a time shown twice in autumn the first counts.
    """
    wall = datetime.combine(day, time(), ZoneInfo(zone)) + timedelta(minutes=minute)
    instant = wall.astimezone(UTC)
    if _shown(instant, zone) == wall.replace(tzinfo=None):
        return instant
    early = wall.replace(fold=1).astimezone(UTC)  # skipped: read with the offset that holds after the jump
    seconds = range(int((instant - early) / _SECOND) + 1)
    jump = bisect_left(seconds, wall.replace(tzinfo=None), key=lambda n: _shown(early + n * _SECOND, zone))
    return early + jump * _SECOND


def second_instant_of(day: date, minute: int, zone: str) -> datetime:
    """The instant when the clocks show a wall time for the last time: in autumn an hour after the first."""
    wall = datetime.combine(day, time(), ZoneInfo(zone)) + timedelta(minutes=minute)
    return max(instant_of(day, minute, zone), wall.replace(fold=1).astimezone(UTC))


def local_day(instant: datetime, zone: str) -> date:
    """The day that the calendars of a zone show."""
    return instant.astimezone(ZoneInfo(zone)).date()


def minute_of_day(instant: datetime, zone: str) -> int:
    """The minute since midnight that the clocks of a zone show."""
    shown = _shown(instant, zone)
    return shown.hour * 60 + shown.minute


def days_from(first: date, marked: Iterable[date]) -> Iterator[date]:
    """The days that have to be looked at to find what changes next: the near ones, and those around marked ones."""
    near = first + timedelta(days=LOOKAHEAD)
    around = {day + timedelta(days=n) for day in marked for n in (-1, 0, 1, 2)}
    return chain(
        (first + timedelta(days=n) for n in range(LOOKAHEAD + 1)), (day for day in sorted(around) if day > near)
    )


def days_between(first: date, last: date) -> Iterator[date]:
    """Each day, both ends included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def switches(
    moments: Iterable[datetime], value_at: Callable[[datetime], Value], after: datetime
) -> Iterator[tuple[datetime, Value]]:
    """The moments later than `after` at which a value is another one than just before, each once.

    `moments` come in order and hold every instant at which the value may change.
    """
    last, value = after, value_at(after)
    for moment in moments:
        if moment > last:
            # days may have been left out in between, and with them switches
            before = value if moment - last < _LESS_THAN_A_DAY else value_at(moment - _SECOND)
            last, value = moment, value_at(moment)
            if value != before:
                yield moment, value


def checked_zone(zone: str) -> str:
    """A zone of the time zone database; anything else is a ValueError."""
    try:
        return ZoneInfo(zone).key
    except (OSError, KeyError, ValueError):
        raise ValueError("unknown time zone") from None


def checked_day(day: date) -> date:
    """A day that a plan may name; anything else is a ValueError."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"a day is between {FIRST_DAY} and {LAST_DAY}")
    return day


def _shown(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
