"""Reading typed business hours ("Mo-Fr 8-17, Sa 9-13"), lunch breaks ("Mittag 12:30-13:15") and vacations
("Urlaub 2.8.-20.8."), and the plans of them.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby, pairwise

from services.holidays import FederalState
from services.plans import CLOSED, OFF, Block, Holidays, Setting, Vacation, WeeklyPlan
from services.plans_clock import DAY
from services.plans_typed import typed_end
from services.plans_until import OnDay, Until

LONGEST_ENTRY = 200  # characters
MOST_SPANS = 4  # of one day

Span = tuple[int, int]  # minutes since midnight
Hours = tuple[tuple[Span, ...], ...]  # of a week, Monday first

LUNCH: Span = (12 * 60, 13 * 60)  # unless another one is typed
OFFICE_HOURS: Hours = (*(5 * (((8 * 60, 17 * 60),),)), (), ())

_DAYS = (
    r"mo(?:n(?:tag|day)?)?",
    r"di(?:enstag)?|tu(?:e(?:s(?:day)?)?)?",
    r"mi(?:ttwoch)?|we(?:d(?:nesday)?)?",
    r"do(?:nnerstag)?|th(?:u(?:rs(?:day)?)?)?",
    r"fr(?:eitag|i(?:day)?)?",
    r"sa(?:mstag|t(?:urday)?)?",
    r"so(?:nntag)?|su(?:n(?:day)?)?",
)
_DAY = "|".join(f"(?:{day})" for day in _DAYS)
_TO = r"\s*(?:-|–|—|bis|to|until)\s*"
_TIME = r"([0-9]{1,2})(?:[:.]([0-9]{2}))?(?:\s*(?:uhr|h))?"
_TOKEN = re.compile(
    rf"(?P<days>(?P<first>{_DAY})\b\.?(?:{_TO}(?P<last>{_DAY})\b\.?)?)|(?P<span>{_TIME}{_TO}{_TIME})"
    r"|(?P<between>[\s,;:&+]+|\b(?:und|and|von|from|uhr)\b)",
    re.ASCII,
)
_VACATION = re.compile(
    r"(?:betriebsferien|urlaub|ferien|geschlossen|vacation|closed)\b[ :]*(?:vom |von |from )?(?P<days>.+)"
)
_LUNCH = re.compile(
    rf"(?:mittags(?:pause)?|mittag|lunch(?: ?break)?|pause|break)\b[ :]*(?:von |from )?{_TIME}{_TO}{_TIME}", re.ASCII
)


def typed_hours(text: str) -> Hours | None:
    """The hours of a week; None when not all of the text is understood, or a span ends before it begins."""
    entry = text.casefold().strip()
    if len(entry) > LONGEST_ENTRY:
        return None
    week: list[list[Span]] = [[] for _ in range(7)]
    days: list[int] = []
    place, is_open = 0, False
    while place < len(entry):
        found = _TOKEN.match(entry, place)
        if found is None:
            return None
        place = found.end()
        if found["days"]:
            days, is_open = [*(days if is_open else []), *_days(found["first"], found["last"])], True
        elif found["span"]:
            span = _span(found.groups()[-5:-1])
            if span is None or not days:
                return None
            is_open = False
            for day in days:
                week[day].append(span)
    return _checked(week)


def typed_lunch(text: str) -> Span | None:
    """A lunch break: "Mittag 12:30-13:15"; None for anything else, and for one that ends before it begins."""
    found = _LUNCH.fullmatch(text.casefold().strip())
    return _span(found.groups()) if found else None


def typed_vacation(text: str, zone: str, now: datetime) -> Vacation | None:
    """Days off, or one: "Urlaub 2.8.-20.8.", "closed 24 Dec"; None for anything else, and for what is over."""
    found = _VACATION.fullmatch(text.casefold().strip())
    if found is None:
        return None
    ends = [typed_end(day, zone, now) for day in re.split(_TO, found["days"], maxsplit=1)]
    days = [end.wish.day for end in ends if isinstance(end, Until) and isinstance(end.wish, OnDay)]
    return Vacation(days[0], days[-1]) if len(days) == len(ends) and days[0] <= days[-1] else None


def grouped(hours: Hours) -> list[tuple[int, int, tuple[Span, ...]]]:
    """Days that follow each other with the same hours: the first, the last, their hours. Closed days are left out."""
    found = []
    for spans, days in groupby(range(7), key=lambda day: hours[day]):
        each = list(days)
        if spans:
            found.append((each[0], each[-1], spans))
    return found


def weekly(
    zone: str,
    hours: Hours,
    outside: Setting,
    *,
    lunch: Span | None,
    state: FederalState | None,
    vacations: Sequence[Vacation] = (),
) -> WeeklyPlan:
    """The plan: in business hours it rings here; else, at lunch, on holidays and in vacations, calls go `outside`."""
    return WeeklyPlan(
        zone,
        tuple(_blocks(spans, outside, lunch=lunch) for spans in hours),
        otherwise=outside,
        holidays=Holidays(state, CLOSED) if state else None,
        vacations=tuple(vacations),
    )


def hours_of(plan: WeeklyPlan) -> Hours:
    """The business hours of a plan that `weekly` made."""
    return tuple(tuple((block.begins, block.ends) for block in day if not block.is_break) for day in plan.week)


def is_within(lunch: Span, spans: Sequence[Span]) -> bool:
    """Whether a lunch break interrupts a day's business hours."""
    return any(begins < lunch[0] and lunch[1] < ends for begins, ends in spans)


def lunch_of(plan: WeeklyPlan) -> Span | None:
    """The lunch break of a plan that `weekly` made."""
    return next(((block.begins, block.ends) for day in plan.week for block in day if block.is_break), None)


def _blocks(spans: Sequence[Span], outside: Setting, *, lunch: Span | None) -> tuple[Block, ...]:
    blocks = [Block(begins, ends, OFF) for begins, ends in spans]
    if lunch and is_within(lunch, spans):
        blocks.append(Block(*lunch, outside, is_break=True))
    return tuple(blocks)


def _days(first: str, last: str | None) -> list[int]:
    begin = _number(first)
    end = _number(last) if last else begin
    return [(begin + n) % 7 for n in range((end - begin) % 7 + 1)]


def _number(word: str) -> int:
    return next(number for number, day in enumerate(_DAYS) if re.fullmatch(day, word))


def _span(found: Sequence[str | None]) -> Span | None:
    hour, minute, to_hour, to_minute = (int(part or 0) for part in found)
    begins, ends = hour * 60 + minute, to_hour * 60 + to_minute
    is_clock = minute < 60 and to_minute < 60
    return (begins, ends) if is_clock and 0 <= begins < ends <= DAY else None


def _checked(week: Sequence[Sequence[Span]]) -> Hours | None:
    """None for a week without hours, or where some overlap."""
    hours = tuple(tuple(sorted(spans)) for spans in week)
    overlaps = any(one[1] > two[0] for spans in hours for one, two in pairwise(spans))
    is_long = any(len(spans) > MOST_SPANS for spans in hours)
    return hours if any(hours) and not overlaps and not is_long else None
