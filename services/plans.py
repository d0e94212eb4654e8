"""Weekly plans: what a diversion rule is set to, hour by hour, with holidays, closed days and vacations.

A plan is the customer's wish in wall time; `state_at` says what it wants at an instant, `changes_between` and
`next_change` when that becomes something else. Every instant here is in UTC.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from itertools import combinations, pairwise, takewhile
from typing import NamedTuple

from services.holidays import FederalState, holiday_name
from services.plans_clock import (
    DAY,
    WEEK,
    checked_day,
    checked_zone,
    days_between,
    days_from,
    instant_of,
    local_day,
    switches,
)

SUNDAY = 6
LONGEST_TARGET = 256  # characters
MOST_BLOCKS = 12  # of one day
MOST_DATES = 200  # closed days, or vacations, of one plan
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a diversion rule is set to: calls go to the target, a URI, or the rule is off."""

    target: str | None = None

    def __post_init__(self) -> None:
        if self.target is not None and not 1 <= len(self.target) <= LONGEST_TARGET:
            raise ValueError(f"a target has 1 to {LONGEST_TARGET} characters")


OFF = Setting()


@dataclass(frozen=True, slots=True)
class Block:
    """Hours of a day, in minutes since its midnight, and the setting that they have.

    `ends` may be 24:00 (1440). A block that does not end later than it begins ends on the next day. A break, such as
    lunch, is laid over the other blocks.
    """

    begins: int
    ends: int
    setting: Setting
    is_break: bool = False

    def __post_init__(self) -> None:
        if not (0 <= self.begins < DAY and 0 <= self.ends <= DAY):
            raise ValueError("a block begins between 0:00 and 23:59 and ends between 0:00 and 24:00")

    @property
    def end(self) -> int:
        """The minute at which it is over, counted from the midnight of the day on which it begins."""
        return self.ends if self.ends > self.begins else self.ends + DAY


def _check_blocks(blocks: Sequence[Block]) -> None:
    if len(blocks) > MOST_BLOCKS:
        raise ValueError(f"a day has at most {MOST_BLOCKS} blocks")


class DayKind(IntEnum):
    """Which of a plan's rules a day follows; what is greater outranks the others."""

    WEEKDAY = 0
    HOLIDAY = 1
    CLOSED_DAY = 2
    VACATION = 3


@dataclass(frozen=True, slots=True)
class LikeSunday:
    """The day has Sunday's blocks."""


@dataclass(frozen=True, slots=True)
class OwnBlocks:
    """The day has blocks of its own; with none it is closed, and what holds outside all blocks holds all day."""

    blocks: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        _check_blocks(self.blocks)


SpecialDay = LikeSunday | OwnBlocks
LIKE_SUNDAY = LikeSunday()
CLOSED = OwnBlocks()


@dataclass(frozen=True, slots=True)
class Holidays:
    """The public holidays of a federal state, and how they are spent."""

    state: FederalState
    spent: SpecialDay = LIKE_SUNDAY
    catholic: bool = False


@dataclass(frozen=True, slots=True)
class Vacation:
    """Days off, the first and the last included, and how they are spent."""

    first: date
    last: date
    spent: SpecialDay = CLOSED

    def __post_init__(self) -> None:
        if checked_day(self.first) > checked_day(self.last):
            raise ValueError("a vacation does not end before it begins")


@dataclass(frozen=True, slots=True)
class WeeklyPlan:
    """A week of blocks (Monday first) in a zone, the days that differ, and what holds outside all blocks.

    `otherwise` None means that the plan wants nothing then. A block belongs to the day on which it begins and runs to
    its end whatever the next day is; only a block of a higher kind of day, a break, or a later beginning outranks it.
    """

    zone: str
    week: tuple[tuple[Block, ...], ...]
    otherwise: Setting | None = None
    holidays: Holidays | None = None
    closed_days: tuple[date, ...] = ()
    vacations: tuple[Vacation, ...] = ()

    def __post_init__(self) -> None:
        checked_zone(self.zone)
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        for blocks in self.week:
            _check_blocks(blocks)
        if len(self.closed_days) > MOST_DATES or len(self.vacations) > MOST_DATES:
            raise ValueError(f"a plan has at most {MOST_DATES} closed days and {MOST_DATES} vacations")
        for day in self.closed_days:
            checked_day(day)
        in_order = sorted(self.vacations, key=lambda vacation: vacation.first)
        if any(earlier.last >= later.first for earlier, later in pairwise(in_order)):
            raise ValueError("vacations do not overlap")


@dataclass(frozen=True, slots=True)
class State:
    """What a plan wants at an instant, and why.

    Without a block it is the plan's `otherwise`. `day` is the one whose rules decide: where the block begins, else the
    calendar's day. `holiday` is the German name of a holiday.
    """

    setting: Setting | None
    block: Block | None
    day: date
    kind: DayKind
    holiday: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A switch: from `at` on the plan wants another setting than before."""

    at: datetime
    state: State


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a block stands in a plan; `weekday` counts from Monday, 0, and is None for blocks of special days."""

    block: Block
    kind: DayKind
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two blocks that want different settings at the same time."""

    first: Placed
    second: Placed


def state_at(plan: WeeklyPlan, instant: datetime) -> State:
    """What the plan wants at an instant."""
    return Timetable(plan).state_at(instant)


def changes_between(plan: WeeklyPlan, start: datetime, end: datetime) -> Iterator[Change]:
    """The switches later than `start` and not later than `end`, in order; none when time went back."""
    days = days_between(local_day(start, plan.zone) - _ONE_DAY, local_day(end, plan.zone) + _ONE_DAY)
    return takewhile(lambda change: change.at <= end, Timetable(plan).changes(days, start))


def next_change(plan: WeeklyPlan, after: datetime) -> Change | None:
    """The first switch later than `after`, or None when the plan wants the same for ever."""
    timetable = Timetable(plan)
    return next(timetable.changes(timetable.days_that_matter(after), after), None)


def conflicts(plan: WeeklyPlan) -> tuple[Conflict, ...]:
    """Every two blocks that overlap with different settings. A break lies over other blocks on purpose."""
    week = [
        (weekday * DAY, Placed(block, DayKind.WEEKDAY, weekday))
        for weekday, blocks in enumerate(plan.week)
        for block in blocks
    ]
    special = [(DayKind.VACATION, vacation.spent) for vacation in plan.vacations]
    if plan.holidays is not None:
        special.append((DayKind.HOLIDAY, plan.holidays.spent))
    found = list(_clashes(week, WEEK))
    for kind, spent in special:
        if isinstance(spent, OwnBlocks):
            found += _clashes([(0, Placed(block, kind)) for block in spent.blocks], DAY)
    return tuple(dict.fromkeys(found))


def _clashes(placed: Sequence[tuple[int, Placed]], period: int) -> Iterator[Conflict]:
    """What clashes among blocks that repeat after `period` minutes."""
    for (offset, first), (other_offset, second) in combinations(placed, 2):
        one, two = first.block, second.block
        if one.setting != two.setting and one.is_break == two.is_break:
            distance = other_offset + two.begins - offset - one.begins
            length, other_length = one.end - one.begins, two.end - two.begins
            if any(-other_length < distance + shift < length for shift in (-period, 0, period)):
                yield Conflict(first, second)


class Timetable:
    """A plan while it is read: remembers the days that were looked at, so that a long search stays quick."""

    def __init__(self, plan: WeeklyPlan) -> None:
        self._plan = plan
        self._days: dict[date, _Day] = {}

    def state_at(self, instant: datetime) -> State:
        """What the plan wants at an instant."""
        today = local_day(instant, self._plan.zone)
        # in autumn the clocks may be put back over midnight: then tomorrow's blocks have begun already
        days = [self._day(today + n * _ONE_DAY) for n in (-1, 0, 1)]
        running = [span for day in days for span in day.spans if span.starts <= instant < span.stops]
        if not running:
            return State(self._plan.otherwise, None, today, days[1].kind, days[1].holiday)
        first = max(running, key=lambda span: span.rank)
        day = self._day(first.day)
        return State(first.block.setting, first.block, first.day, day.kind, day.holiday)

    def changes(self, days: Iterable[date], after: datetime) -> Iterator[Change]:
        """The switches on the days that are later than `after`, in order."""
        found = switches(self.moments(days), lambda instant: self.state_at(instant).setting, after)
        return (Change(at, self.state_at(at)) for at, _ in found)

    def days_that_matter(self, after: datetime) -> Iterator[date]:
        """In order, the days to look at for what changes next; from the day before on."""
        plan = self._plan
        vacations = {day for vacation in plan.vacations for day in (vacation.first, vacation.last)}
        return days_from(local_day(after, plan.zone) - _ONE_DAY, vacations.union(plan.closed_days))

    def moments(self, days: Iterable[date]) -> Iterator[datetime]:
        """In order, the instants at which a block of one of the days, or of the day before, begins or ends."""
        for day in days:
            minutes = {minute for block in self._blocks(day) for minute in (block.begins, block.end)}
            minutes |= {block.end - DAY for block in self._blocks(day - _ONE_DAY)}
            yield from (instant_of(day, minute, self._plan.zone) for minute in sorted(minutes) if 0 <= minute <= DAY)

    def _blocks(self, day: date) -> Iterator[Block]:
        return (span.block for span in self._day(day).spans)

    def _day(self, day: date) -> "_Day":
        if day not in self._days:
            kind, holiday, blocks = _rules_of(self._plan, day)
            spans = (_span(self._plan.zone, day, kind, place, block) for place, block in enumerate(blocks))
            self._days[day] = _Day(kind, holiday, tuple(spans))
        return self._days[day]


class _Span(NamedTuple):
    """A block on a certain day. Of those that run at an instant the one with the greatest rank decides."""

    starts: datetime
    stops: datetime
    rank: tuple[int, bool, date, int, int]
    day: date
    block: Block


class _Day(NamedTuple):
    """A day's rules, applied."""

    kind: DayKind
    holiday: str | None
    spans: tuple[_Span, ...]


def _span(zone: str, day: date, kind: DayKind, place: int, block: Block) -> _Span:
    rank = (kind, block.is_break, day, block.begins, -place)
    return _Span(instant_of(day, block.begins, zone), instant_of(day, block.end, zone), rank, day, block)


def _rules_of(plan: WeeklyPlan, day: date) -> tuple[DayKind, str | None, tuple[Block, ...]]:
    for vacation in plan.vacations:
        if vacation.first <= day <= vacation.last:
            return DayKind.VACATION, None, _spent(plan, vacation.spent)
    if day in plan.closed_days:
        return DayKind.CLOSED_DAY, None, ()
    if plan.holidays is not None:
        name = holiday_name(day, plan.holidays.state, catholic=plan.holidays.catholic)
        if name is not None:
            return DayKind.HOLIDAY, name, _spent(plan, plan.holidays.spent)
    return DayKind.WEEKDAY, None, plan.week[day.weekday()]


def _spent(plan: WeeklyPlan, spent: SpecialDay) -> tuple[Block, ...]:
    return spent.blocks if isinstance(spent, OwnBlocks) else plan.week[SUNDAY]
