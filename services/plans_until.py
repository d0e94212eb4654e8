"""How long something holds: "1 h", "bis 18 uhr", "until tomorrow 8am", "bis 3.12.", open.

A wish is kept in local terms with its zone and the instant it was made; the instant at which it ends follows from
these.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum

from services.plans_clock import DAY, checked_day, checked_zone, instant_of, local_day, second_instant_of

FARTHEST = timedelta(days=400)
MOST_DAYS = 36_525  # what can be written down at all; `resolve` refuses what is farther than FARTHEST


@dataclass(frozen=True, slots=True)
class For:
    """A stretch of real time, in minutes."""

    minutes: int

    def __post_init__(self) -> None:
        if not 0 < self.minutes <= MOST_DAYS * DAY:
            raise ValueError(f"a stretch has 1 minute to {MOST_DAYS} days")


@dataclass(frozen=True, slots=True)
class InDays:
    """A wall time (minute since midnight, 1440 is 24:00) so many days from now."""

    days: int
    minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.days <= MOST_DAYS or not 0 <= self.minute <= DAY:
            raise ValueError(f"a time is within {MOST_DAYS} days, between 0:00 and 24:00")


@dataclass(frozen=True, slots=True)
class OnDay:
    """A wall time (minute since midnight, 1440 is 24:00) on a day."""

    day: date
    minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.minute <= DAY:
            raise ValueError("a time is between 0:00 and 24:00")
        checked_day(self.day)


@dataclass(frozen=True, slots=True)
class Open:
    """Until somebody ends it."""


Wish = For | InDays | OnDay | Open

ONE_HOUR = For(60)
END_OF_WORK = InDays(0, 18 * 60)
END_OF_DAY = InDays(0, DAY)
TOMORROW = InDays(1, 8 * 60)


@dataclass(frozen=True, slots=True)
class Until:
    """A wish made at an instant (in UTC, with whole seconds) in a zone."""

    wish: Wish
    zone: str
    said: datetime

    def __post_init__(self) -> None:
        checked_zone(self.zone)
        if self.said.utcoffset() != timedelta(0):
            raise ValueError("an instant is in UTC")

    @property
    def ends(self) -> datetime | None:
        """When it is over, in UTC; None for an open end."""
        match self.wish:
            case For(minutes):
                return self.said.astimezone(UTC) + timedelta(minutes=minutes)
            case InDays(days, minute):
                return self._at(local_day(self.said, self.zone) + timedelta(days=days), minute)
            case OnDay(day, minute):
                return self._at(day, minute)
            case Open():
                return None

    def _at(self, day: date, minute: int) -> datetime:
        """The first time the clocks show it; in the hour that autumn repeats the second, when the first is over."""
        first = instant_of(day, minute, self.zone)
        return first if first > self.said else second_instant_of(day, minute, self.zone)


class NoEnd(Enum):
    """Why an end is refused."""

    UNREADABLE = "unreadable"
    PAST = "past"
    TOO_FAR = "tooFar"


def resolve(wish: Wish, zone: str, now: datetime) -> Until | NoEnd:
    """A wish made now, or why it is refused: its end is past, or more than 400 days away."""
    until = Until(wish, zone, now.astimezone(UTC).replace(microsecond=0))
    if until.ends is not None and until.ends <= now:
        return NoEnd.PAST
    if until.ends is not None and until.ends - now > FARTHEST:
        return NoEnd.TOO_FAR
    return until
