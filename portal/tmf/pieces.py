"""The pieces that several resources have in common: characteristics, terms, prices, taxes, documents."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from portal.answers import Json, Node, as_day, maybe_decimal, maybe_text, money, node, nodes, one_of, text
from portal.models import Document, DocumentKind, Period, Price, PriceKind, Tax

_BYTES = {"B": 1, "byte": 1, "bytes": 1, "kB": 1000, "KB": 1000, "KiB": 1024, "MB": 1000**2, "MiB": 1024**2}

Facts = dict[str, list[str]]


def name_of(source: Node) -> str:
    """Its own name, else its offering's, else its id."""
    return maybe_text(source, "name") or maybe_text(node(source, "productOffering"), "name") or text(source, "id")


def characteristics(source: Node, key: str) -> Facts:
    """Characteristics by name; a name may come several times, or once with several values."""
    facts: Facts = {}
    for entry in nodes(source, key):
        value = entry.get("value")
        facts.setdefault(text(entry, "name"), []).extend(_shown(value if isinstance(value, list) else [value]))
    return {name: values for name, values in facts.items() if values}


def _shown(values: list[Json]) -> Iterator[str]:
    for value in values:
        # TMF allows structured values; the contract has none, so they are somebody else's extension.
        if value is not None and not isinstance(value, dict | list):
            yield str(value).lower() if isinstance(value, bool) else str(value)


def fact(facts: Facts, name: str) -> str | None:
    """The first value of a characteristic."""
    return facts[name][0] if name in facts else None


def fact_day(facts: Facts, name: str, zone: ZoneInfo) -> dt.date | None:
    """A characteristic that is a civil date."""
    value = fact(facts, name)
    return as_day(value, zone) if value else None


def fact_count(facts: Facts, name: str) -> int | None:
    """A characteristic that is a count."""
    value = fact(facts, name)
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 10 else None


def duration(term: Node) -> Period | None:
    """How long a term is."""
    length = node(term, "duration")
    amount, units = maybe_decimal(length, "amount"), maybe_text(length, "units")
    if amount is None or not units or amount != int(amount):
        return None
    return Period(int(amount), units)


def prices(source: Node, key: str) -> tuple[Price, ...]:
    """The prices, whatever the field is called."""
    return tuple(_price(entry, node(entry, "price")) for entry in nodes(source, key))


def _price(entry: Node, amounts: Node) -> Price:
    return Price(
        name=maybe_text(entry, "name") or "",
        kind=one_of(PriceKind, maybe_text(entry, "priceType"), PriceKind.UNKNOWN),
        period=maybe_text(entry, "recurringChargePeriod"),
        net=money(amounts, "dutyFreeAmount"),
        gross=money(amounts, "taxIncludedAmount"),
        tax_rate=maybe_decimal(amounts, "taxRate"),
    )


def taxes(source: Node, key: str) -> tuple[Tax, ...]:
    """The taxes that say how much."""
    found = ((maybe_decimal(entry, "taxRate"), money(entry, "taxAmount")) for entry in nodes(source, key))
    return tuple(Tax(rate, amount) for rate, amount in found if amount is not None)


def documents(source: Node, key: str, kind_key: str) -> tuple[Document, ...]:
    """The documents that can be fetched."""
    return tuple(_document(entry, kind_key) for entry in nodes(source, key) if entry.get("url"))


def _document(entry: Node, kind_key: str) -> Document:
    size = node(entry, "size")
    amount, unit = maybe_decimal(size, "amount"), _BYTES.get(maybe_text(size, "units") or "")
    return Document(
        id=text(entry, "id"),
        name=maybe_text(entry, "name") or text(entry, "id"),
        kind=one_of(DocumentKind, maybe_text(entry, kind_key), DocumentKind.UNKNOWN),
        mime_type=maybe_text(entry, "mimeType") or "",
        url=text(entry, "url"),
        size=int(amount * unit) if amount is not None and unit else None,
    )
