"""On-call rotas: one duty that moves from person to person by the calendar, in wall time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from services.plans import Setting
from services.plans_clock import (
    DAY,
    checked_day,
    checked_zone,
    days_from,
    instant_of,
    local_day,
    switches,
)

MOST_PEOPLE = 30
MOST_SWAPS = 400
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can be on call, and where calls reach them."""

    name: str
    target: str

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > 100:
            raise ValueError("a name has 1 to 100 characters")
        Setting(self.target)


@dataclass(frozen=True, slots=True)
class Handover:
    """When the next person takes over: every day at a minute since midnight, or on one weekday (Monday is 0)."""

    minute: int
    weekday: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.minute < DAY or not (self.weekday is None or 0 <= self.weekday <= 6):
            raise ValueError("a handover is on a weekday from 0 to 6, at a minute from 0 to 1439")


@dataclass(frozen=True, slots=True)
class Weekend:
    """Weekends with an order of their own: each weekend the next of `people`, from one moment of the week to another.

    It begins and ends at handovers on weekdays, for example Friday 17:00 to Monday 8:00.
    """

    begins: Handover
    ends: Handover
    people: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.begins.weekday is None or self.ends.weekday is None or self.begins == self.ends:
            raise ValueError("a weekend begins and ends on weekdays, and lasts")
        if not 1 <= len(self.people) <= MOST_PEOPLE:
            raise ValueError(f"1 to {MOST_PEOPLE} people share the weekends")


@dataclass(frozen=True, slots=True)
class Swap:
    """An exception: this person has the duty that begins on this day, until the same time on the next day."""

    day: date
    person: str


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is on call: the first of `people` from the handover on `begins` on, then each in turn.

    A weekly rota whose first day is not its weekday begins with a short week. Before it begins nobody is on call.
    """

    zone: str
    people: tuple[Colleague, ...]
    begins: date
    handover: Handover
    weekend: Weekend | None = None
    swaps: tuple[Swap, ...] = ()

    def __post_init__(self) -> None:
        checked_zone(self.zone)
        checked_day(self.begins)
        names = {person.name for person in self.people}
        if not 1 <= len(self.people) <= MOST_PEOPLE or len(names) < len(self.people):
            raise ValueError(f"a rota has 1 to {MOST_PEOPLE} people with different names")
        if len(self.swaps) > MOST_SWAPS or len({checked_day(swap.day) for swap in self.swaps}) < len(self.swaps):
            raise ValueError(f"a rota has at most {MOST_SWAPS} swaps, one for each day")
        weekenders = self.weekend.people if self.weekend else ()
        if not names.issuperset(weekenders) or not names.issuperset(swap.person for swap in self.swaps):
            raise ValueError("weekends and swaps name people of the rota")


class Turn(Enum):
    """Why somebody is on call."""

    ROUND = "round"
    WEEKEND = "weekend"
    SWAP = "swap"


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on call, why, and who comes next in order: `chain` begins with the person and names everybody once."""

    person: Colleague
    turn: Turn
    chain: tuple[Colleague, ...]


@dataclass(frozen=True, slots=True)
class Relief:
    """A handover: from `at` on somebody else is on call than before."""

    at: datetime
    before: Duty | None
    duty: Duty


def on_duty(rota: Rota, instant: datetime) -> Duty | None:
    """Who is on call at an instant; None before the rota begins."""
    day = _duty_day(rota, instant)
    if day < rota.begins:
        return None
    for swap in rota.swaps:
        if swap.day == day:
            return _duty(rota, Turn.SWAP, tuple(person.name for person in rota.people), swap.person)
    if rota.weekend and (weekend := _weekend_at(rota, rota.weekend, instant)) is not None:
        order = rota.weekend.people
        return _duty(rota, Turn.WEEKEND, order, order[weekend % len(order)])
    names = tuple(person.name for person in rota.people)
    return _duty(rota, Turn.ROUND, names, names[_rounds(rota, day) % len(names)])


def next_handover(rota: Rota, after: datetime) -> Relief | None:
    """The first handover later than `after`, or None when the same person stays for ever."""
    return next(handovers(rota, after), None)


def handovers(rota: Rota, after: datetime, until: datetime | None = None) -> Iterator[Relief]:
    """The handovers later than `after` and not later than `until`, in order; looks 800 days ahead."""
    for at, _ in switches(rota_moments(rota, after), lambda instant: _person_at(rota, instant), after):
        if until is not None and at > until:
            return
        if (duty := on_duty(rota, at)) is not None:
            yield Relief(at, on_duty(rota, at - timedelta(seconds=1)), duty)


def rota_moments(rota: Rota, after: datetime) -> Iterator[datetime]:
    """In order, the instants at which the duty may move; some may lie before `after`."""
    marked = {rota.begins, *(swap.day for swap in rota.swaps)}
    weekend = (rota.weekend.begins, rota.weekend.ends) if rota.weekend else ()
    for day in days_from(local_day(after, rota.zone) - _ONE_DAY, marked):
        minutes = {rota.handover.minute, *(edge.minute for edge in weekend if edge.weekday == day.weekday())}
        yield from (instant_of(day, minute, rota.zone) for minute in sorted(minutes))


def _person_at(rota: Rota, instant: datetime) -> Colleague | None:
    duty = on_duty(rota, instant)
    return duty.person if duty else None


def _duty_day(rota: Rota, instant: datetime) -> date:
    """The day whose handover was the last one; on weekdays without a change of person there is one too."""
    return _last_day(rota.zone, rota.handover.minute, instant)


def _last_day(zone: str, minute: int, instant: datetime) -> date:
    today = local_day(instant, zone)
    # in autumn the clocks may be put back over midnight: then tomorrow's first minutes have been already
    return next(day for n in (1, 0, -1) if instant_of(day := today + n * _ONE_DAY, minute, zone) <= instant)


def _rounds(rota: Rota, day: date) -> int:
    """How often the duty was handed over from the beginning of the rota to that of the duty of a day."""
    if rota.handover.weekday is None:
        return (day - rota.begins).days
    return _weeks(rota.begins, day, rota.handover.weekday)


def _weekend_at(rota: Rota, weekend: Weekend, instant: datetime) -> int | None:
    """The number of the weekend that an instant lies in, the rota's first being 0; None between weekends."""
    begun, lasts = _last_weekend(rota.zone, weekend, instant)
    if not lasts:
        return None
    first, is_first = _last_weekend(rota.zone, weekend, instant_of(rota.begins, rota.handover.minute, rota.zone))
    return (begun - first).days // 7 - (not is_first)


def _last_weekend(zone: str, weekend: Weekend, instant: datetime) -> tuple[date, bool]:
    """The day on which the last weekend began, and whether it still lasts."""
    begun = _last_time(zone, weekend.begins, instant)
    ended = _last_time(zone, weekend.ends, instant)
    return begun, (begun, weekend.begins.minute) > (ended, weekend.ends.minute)


def _last_time(zone: str, moment: Handover, instant: datetime) -> date:
    """The last day on which a moment of the week came."""
    day = _last_day(zone, moment.minute, instant)
    return day - timedelta(days=(day.weekday() - (moment.weekday or 0)) % 7)


def _weeks(first: date, day: date, weekday: int) -> int:
    """How many times a weekday came after `first`, up to and including a day."""
    week_of_first = first - timedelta(days=(first.weekday() - weekday) % 7)
    return (day - week_of_first).days // 7


def _duty(rota: Rota, turn: Turn, order: tuple[str, ...], name: str) -> Duty:
    """The duty of a person: next in the chain come those after them in the order, then everybody else."""
    place = order.index(name)
    known = {person.name: person for person in rota.people}
    names = dict.fromkeys((*order[place:], *order[:place], *known))
    return Duty(known[name], turn, tuple(known[name] for name in names))
