"""A portal answer as checked JSON, and small readers that take facts out of it.

Tolerant where the standard is open (missing optional fields, unknown enumeration values), intolerant of garbage: a
field of the wrong kind raises `BadAnswer`. Amounts are read exactly: orjson's floats print back as the literal that was
sent as long as it has at most 15 digits, and anything bigger is refused rather than rounded.
"""

import datetime as dt
import logging
import re
from decimal import Decimal
from enum import Enum
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

import orjson

from portal.errors import BadAnswer
from portal.models import Money, Period, Span

MOST_CONTAINERS = 250_000  # 500 contracts have about 60,000; parsing millions would hold up everybody else
LARGEST_AMOUNT = 10**13  # with two decimals this is the last power of ten that a float carries exactly

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Node = dict[str, Json]
E = TypeVar("E", bound=Enum)

log = logging.getLogger(__name__)

_ISO_PERIOD = re.compile(r"P(\d{1,4})([DWMY])", re.ASCII)
_UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year"}


def decode(body: bytes) -> Json:
    """The body as JSON. Nothing here walks down a document, so the parser's own bound of its depth is enough."""
    # A short body has no room for that many.
    if len(body) > MOST_CONTAINERS and body.count(b"[") + body.count(b"{") > MOST_CONTAINERS:
        raise BadAnswer("too many parts")
    try:
        document: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadAnswer("not JSON, or too deep") from None
    return document


def as_node(value: Json) -> Node:
    """An object, or the answer is bad."""
    if not isinstance(value, dict):
        raise BadAnswer("not an object")
    return value


def as_list(value: Json) -> list[Node]:
    """A list of objects, or the answer is bad."""
    if not isinstance(value, list):
        raise BadAnswer("not a list")
    return [as_node(entry) for entry in value]


def text(source: Node, key: str) -> str:
    """A text that must be there."""
    found = maybe_text(source, key)
    if not found:
        raise BadAnswer(f"{key} is missing")
    return found


def maybe_text(source: Node, key: str) -> str | None:
    """A text that may be missing."""
    value = source.get(key)
    if value is None or isinstance(value, str):
        return value
    raise BadAnswer(f"{key} is not a text")


def number(source: Node, key: str) -> int | None:
    """A whole number that may be missing."""
    value = source.get(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise BadAnswer(f"{key} is not a whole number")


def flag(source: Node, key: str) -> bool:
    """A yes or no; missing means no."""
    value = source.get(key)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise BadAnswer(f"{key} is not a yes or no")


def node(source: Node, key: str) -> Node:
    """An object; missing means an empty one."""
    value = source.get(key)
    return {} if value is None else as_node(value)


def nodes(source: Node, key: str) -> list[Node]:
    """A list of objects; missing means an empty one."""
    value = source.get(key)
    return [] if value is None else as_list(value)


def first(source: Node, key: str) -> Node:
    """The first object of a list; missing or empty means an empty one."""
    found = nodes(source, key)
    return found[0] if found else {}


def texts(source: Node, key: str) -> tuple[str, ...]:
    """A list of texts; missing means an empty one."""
    value = source.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadAnswer(f"{key} is not a list")
    found = tuple(entry for entry in value if isinstance(entry, str))
    if len(found) != len(value):
        raise BadAnswer(f"{key} is not a list of texts")
    return found


def decimal(value: Json) -> Decimal:
    """An exact decimal number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadAnswer("not a number")
    if not -LARGEST_AMOUNT < value < LARGEST_AMOUNT:
        raise BadAnswer("number out of range")
    return Decimal(repr(value))


def maybe_decimal(source: Node, key: str) -> Decimal | None:
    """A decimal number that may be missing."""
    value = source.get(key)
    return None if value is None else decimal(value)


def money(source: Node, key: str) -> Money | None:
    """TMF's `{unit, value}`, or nothing when it is missing."""
    amount = source.get(key)
    if amount is None:
        return None
    found = as_node(amount)
    return Money(decimal(found.get("value")), text(found, "unit"))


def moment(source: Node, key: str) -> dt.datetime | None:
    """A point in time, aware, in UTC."""
    value = maybe_text(source, key)
    return None if not value else _moment(value)


def _moment(value: str) -> dt.datetime:
    try:
        parsed = dt.datetime.fromisoformat(value)
        if parsed.tzinfo is None:
            log.warning("the portal sent a time without an offset; taken as UTC")
            parsed = parsed.replace(tzinfo=dt.UTC)
        return parsed.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise BadAnswer("not a time") from None


def day(source: Node, key: str, zone: ZoneInfo) -> dt.date | None:
    """A civil date, sent plain or dressed as a date-time, in the customer's zone."""
    value = maybe_text(source, key)
    return None if not value else as_day(value, zone)


def as_day(value: str, zone: ZoneInfo) -> dt.date:
    """A civil date out of its text."""
    if len(value) == len("2026-12-31"):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise BadAnswer("not a date") from None
    try:
        return _moment(value).astimezone(zone).date()
    except OverflowError:
        raise BadAnswer("not a date") from None


def span(source: Node, key: str, zone: ZoneInfo) -> Span | None:
    """TMF's TimePeriod with an exclusive end, when it has both ends."""
    found = node(source, key)
    start, until = day(found, "startDateTime", zone), day(found, "endDateTime", zone)
    return Span(start, until) if start and until else None


def iso_period(value: str | None) -> Period | None:
    """`P3M` as three months; what is not understood is left out rather than guessed."""
    match = _ISO_PERIOD.fullmatch(value or "")
    return Period(int(match[1]), _UNITS[match[2]]) if match else None


def one_of(kinds: type[E], sent: str | None, unknown: E) -> E:
    """The member with that value; an unknown value is no error."""
    try:
        return kinds(sent)
    except ValueError:
        return unknown
