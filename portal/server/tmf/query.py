"""What a list request asks for (TMF630): paging, sort, fields and filters; and the same, applied to bodies.

A filter that is not understood is refused: ignoring it would answer more than was asked for.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt

from pydantic import JsonValue
from starlette.datastructures import QueryParams

from portal.server.errors import PortalError

Body = dict[str, JsonValue]
Comparable = str | Decimal | datetime

DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET = 100, 500, 1_000_000
CONTROL = {"offset", "limit", "sort", "fields"}
SIGNS: Mapping[str, str] = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
COMPARE: Mapping[str, Callable[[Comparable, Comparable], bool]] = {"eq": eq, "gt": gt, "gte": ge, "lt": lt, "lte": le}
_SIGNED = re.compile(r"(?P<path>[^<>=]+)(?P<sign>>=|<=|>|<)(?P<value>.*)", re.DOTALL)
USABLE = r"^[^\x00-\x1f\x7f-\x9f]+$"
MAX_VALUE = 2000
_USABLE = re.compile(rf"[^\x00-\x1f\x7f-\x9f]{{1,{MAX_VALUE}}}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?")


@dataclass(frozen=True, slots=True)
class Filter:
    path: str
    operator: str
    values: tuple[str, ...]

    def matches(self, body: Body) -> bool:
        compare = COMPARE[self.operator]
        return any(_holds(compare, leaf, value) for leaf in leaves(body, self.path) for value in self.values)


@dataclass(frozen=True, slots=True)
class ListQuery:
    offset: int
    limit: int
    sort: tuple[tuple[str, bool], ...]  # (path, descending)
    fields: frozenset[str] | None
    filters: tuple[Filter, ...]

    def cut(self, body: Body) -> Body:
        """The wished attributes, and always `id`, `href` and `@type`."""
        if self.fields is None:
            return body
        return {name: value for name, value in body.items() if name in self.fields or name in {"id", "href", "@type"}}

    def arrange(self, bodies: Sequence[Body]) -> list[Body]:
        """Filtered and sorted; the last sort key first, because Python's sort is stable."""
        kept = [body for body in bodies if all(condition.matches(body) for condition in self.filters)]
        for path, descending in reversed(self.sort):
            kept.sort(key=lambda body: _sort_key(body, path), reverse=descending)
        return kept


def parse(params: QueryParams, attributes: frozenset[str]) -> ListQuery:
    """The request's wishes, or 400 with the parameter that is wrong."""
    for name in CONTROL:
        if len(params.getlist(name)) > 1:
            raise refuse(name, "given more than once")
    filters = tuple(_filter(key, value, attributes) for key, value in params.multi_items() if key not in CONTROL)
    return ListQuery(
        offset=_number(params, "offset", 0, 0, MAX_OFFSET),
        limit=_number(params, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT),
        sort=tuple(_sort_keys(params.get("sort"), attributes)),
        fields=fields_of(params, attributes),
        filters=filters,
    )


def fields_of(params: QueryParams, attributes: frozenset[str]) -> frozenset[str] | None:
    if "fields" not in params:
        return None
    names = frozenset(params["fields"].split(","))
    if unknown := names - attributes - {"none"}:
        raise refuse("fields", f"no such attribute: {sorted(unknown)[0][:40]!r}")
    return names


def refuse(name: str, why: str) -> PortalError:
    return PortalError(400, "invalidQuery", f"{name[:60]}: {why}")


def leaves(value: JsonValue, path: str) -> Iterator[JsonValue]:
    """Every scalar at the dotted path; a list stands for each of its elements."""
    if isinstance(value, list):
        for element in value:
            yield from leaves(element, path)
    elif not path:
        if not isinstance(value, dict) and value is not None:
            yield value
    elif isinstance(value, dict):
        name, _, rest = path.partition(".")
        if name in value:
            yield from leaves(value[name], rest)


def moment(text: str) -> datetime | None:
    """RFC 3339 or a plain date as an aware instant; a time without zone is taken as UTC."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        value = datetime.fromisoformat(text.replace(" ", "+"))  # a plus that nobody escaped arrives as a blank
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _filter(key: str, value: str, attributes: frozenset[str]) -> Filter:
    signed = _SIGNED.fullmatch(f"{key}={value}" if value else key)
    if signed:
        path, operator, value = signed["path"], SIGNS[signed["sign"]], signed["value"]
    else:
        path, _, suffix = key.rpartition(".")
        operator = suffix if path and suffix in COMPARE else "eq"
        path = path if path and suffix in COMPARE else key
    if path.partition(".")[0] not in attributes:
        raise refuse(path, "no such attribute")
    if path.endswith(".regex"):
        raise refuse(path, "patterns are not offered")
    if not _USABLE.fullmatch(value):
        raise refuse(path, "no usable value")
    if operator != "eq" and path.endswith(("Date", "DateTime", "lastUpdate")) and moment(value) is None:
        raise refuse(path, "a date or an RFC 3339 instant is expected")
    return Filter(path, operator, (value,) if operator != "eq" else tuple(value.split(",")))


def _sort_keys(text: str | None, attributes: frozenset[str]) -> Iterator[tuple[str, bool]]:
    if text is None:
        return
    for key in text.split(","):
        path = key.strip().removeprefix("+").removeprefix("-")
        if path.partition(".")[0] not in attributes:
            raise refuse("sort", f"no such attribute: {path[:40]!r}")
        yield path, key.strip().startswith("-")


def _number(params: QueryParams, name: str, default: int, low: int, high: int) -> int:
    text = params.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not low <= int(text) <= high:
        raise refuse(name, f"a number from {low} to {high} is expected")
    return int(text)


def _holds(compare: Callable[[Comparable, Comparable], bool], leaf: JsonValue, wanted: str) -> bool:
    if isinstance(leaf, bool):
        return compare(str(leaf).lower(), wanted)
    if isinstance(leaf, int | float):
        try:
            return compare(Decimal(str(leaf)), Decimal(wanted))
        except InvalidOperation:
            return False
    text = str(leaf)
    left, right = moment(text), moment(wanted)
    if left is not None and right is not None:
        return compare(left, right)
    return compare(text, wanted)


def _sort_key(body: Body, path: str) -> tuple[int, Decimal, str]:
    """Numbers before instants before text, what is missing last."""
    for leaf in leaves(body, path):
        if isinstance(leaf, int | float) and not isinstance(leaf, bool):
            return 0, Decimal(str(leaf)), ""
        at = moment(str(leaf))
        return (1, Decimal(str(at.timestamp())), "") if at else (2, Decimal(0), str(leaf))
    return 3, Decimal(0), ""
