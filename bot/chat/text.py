"""Every word the customer reads, and the one place where a fact becomes text.

Words live in `bot/texts/*.ftl`; a handler names a key and its facts. Facts are cleaned and escaped here and nowhere
else: mark-up comes only from the catalogue. Telegram turns "/cmd", "@name", "#tag" and "evil.de" into something
tappable even when escaped, so free text gets an invisible joiner where such a thing would begin.
"""

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit
from fluent.runtime import FluentBundle
from fluent.runtime.types import FluentType, fluent_number
from fluent.syntax import FluentParser

from portal.models import Money, Period, Span

LANGUAGES = ("de", "en")
FOLDER = Path(__file__).parents[1] / "texts"
LONGEST_FACT = 160  # visible characters; longer free text is cut with an ellipsis
LONGEST_LABEL = 48
LONGEST_ESCAPED = 480  # five facts share what Fluent takes as one part, which is 2500
GERMANY = 49  # country code
NOTHING = "–"  # shown for what is not there
_LOCALE = {"de": "de_DE", "en": "en_GB"}
_JOINER = "\u2060"
_FIRST_STRONG, _POP = "\u2068", "\u2069"
_INVISIBLE = {ord(char): None for char in (_JOINER, _FIRST_STRONG, _POP)}
_TAPPABLE = re.compile(r"(?<=[/@#$:.+。．｡])(?=\S)|(?<=\b00)(?=[1-9])")
_PERHAPS_TAPPABLE = re.compile(r"[/@#$:.+。．｡]|00")  # quicker to look for
# Latin, usual punctuation and symbols: what most texts consist of, and what cleaning leaves as it is
_LATIN = "[ -~\u00a1-\u00ac\u00ae-\u024f–—‘’‚“”„…•€]*"
_ORDINARY = re.compile(f"{_LATIN}(?:[\u2600-\u27bf\U0001f300-\U0001f64f]\ufe0f?{_LATIN})*")
_TAG = re.compile(r"<[^<>]*>")
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_UNITS = {unit: f"duration-{unit}" for unit in ("day", "week", "month", "year")}


@dataclass(frozen=True, slots=True)
class Name:
    """Free text that somebody typed somewhere (a company, a person, a product): cleaned, escaped and isolated.

    Where many share a message, `longest` cuts it shorter.
    """

    value: str
    longest: int = LONGEST_FACT


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month, shown as "März 2026"; `is_short`: as "Mär", where the year stands beside it."""

    day: date
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Signed:
    """A difference, shown with its sign: "+12,35 €", "−3,10 €"."""

    money: Money


@dataclass(frozen=True, slots=True)
class Phone:
    """An E.164 number, shown in the international format people read; `at_home`: shorter, as dialled in Germany."""

    number: str
    at_home: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Something to copy (a contract or invoice number); the catalogue puts it in <code>, where nothing is tappable."""

    value: str


Fact = Name | Code | Month | Phone | Money | Signed | Period | Span | Decimal | datetime | date | int | str | None


@dataclass(frozen=True, slots=True)
class Say:
    """A text key and its facts."""

    key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


def say(key: str, **facts: Fact) -> Say:
    """Name a text; `_` in the fact names becomes `-` in the catalogue."""
    return Say(key, facts)


def clean(value: str, longest: int = LONGEST_FACT) -> str:
    """Free text without control, bidi, zero-width, tag characters and piled-up accents, on one line and cut to size."""
    text = value[: 4 * longest + 1] if _ORDINARY.fullmatch(value) else _purged(value, 4 * longest)
    if "  " in text:
        text = re.sub(r" {2,}", " ", text)
    text = text.strip()
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _purged(value: str, most: int) -> str:
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", value):
        category = unicodedata.category(char)
        if category in {"Cc", "Zl", "Zp"} or char.isspace():
            char, marks = " ", 0
        elif category in {"Cf", "Cs", "Co", "Cn"}:
            continue
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks <= 4:
            kept.append(char)
        if len(kept) > most:
            break
    return "".join(kept)


def harmless(value: str) -> str:
    """Free text in which nothing is tappable."""
    return _TAPPABLE.sub(_JOINER, value) if _PERHAPS_TAPPABLE.search(value) else value


def _fitting(shown: str) -> str:
    """Cut to what Fluent takes once it is escaped: a hundred and sixty quotation marks are nearly a thousand then."""
    if len(shown) * len("&quot;") <= LONGEST_ESCAPED:  # most texts: no need to look
        return shown
    while len(html.escape(shown)) > LONGEST_ESCAPED:
        shown = shown[: len(shown) * 9 // 10].rstrip("…") + "…"
    return shown


class Texts:
    """One language in one time zone: keys and facts in, Telegram HTML or plain text out."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language = language if language in LANGUAGES else "de"
        self._locale = _LOCALE[self.language]
        self._zone = zone
        self._catalogue = _catalogue(self.language)

    def html(self, text: Say) -> str:
        """Telegram HTML. A key without words is a bug and raises KeyError."""
        return self._format(text, escape=True)

    def plain(self, text: Say) -> str:
        """The same unescaped, for texts without mark-up: buttons, popups and the command menu."""
        return self._format(text, escape=False)

    def label(self, text: Say) -> str:
        """A button's label: plain, short, and never empty, which Telegram would refuse."""
        return clean(self._format(text, escape=False).translate(_INVISIBLE), LONGEST_LABEL) or NOTHING

    def written(self, text: Say) -> str:
        """Plain for a file or a picture: without what only keeps Telegram from finding something to tap."""
        return self._format(text, escape=False).translate(_INVISIBLE)

    def bare(self, text: Say) -> str:
        """Like `written`, without the mark-up. Facts are escaped when it is taken out, so none is taken for it."""
        return html.unescape(_TAG.sub("", self._format(text, escape=True))).translate(_INVISIBLE)

    def fact(self, value: Fact) -> str:
        """One fact as the reader's language writes it, not escaped."""
        return str(self._value(value, escape=False))

    def _format(self, text: Say, *, escape: bool) -> str:
        facts = {name.replace("_", "-"): self._value(value, escape=escape) for name, value in text.facts.items()}
        return self._catalogue.format(text.key, facts)

    def _value(self, value: Fact, *, escape: bool) -> str | FluentType:
        match value:
            case None:
                return NOTHING
            case bool():
                return "yes" if value else "no"
            case int():
                return fluent_number(value)
            case Name():
                shown = _FIRST_STRONG + (_fitting(harmless(clean(value.value, value.longest))) or NOTHING) + _POP
            case Code():
                shown = _fitting(clean(value.value)) or NOTHING
            case str():
                shown = _fitting(harmless(clean(value)))
            case _:
                shown = self._written(value)
        return html.escape(shown) if escape else shown

    def _written(self, value: Money | Signed | Period | Span | Month | Phone | Decimal | datetime | date) -> str:
        match value:
            case Money():
                return _money(value, self._locale)
            case Signed():
                return _signed(value.money, self._locale)
            case Decimal():
                return format_decimal(value, locale=self._locale)
            case Month():
                return format_date(value.day, "LLL" if value.is_short else "LLLL yyyy", locale=self._locale)
            case Period():
                return _length(value, self._locale)
            case Span():
                return f"{self._written(value.start)} – {self._written(value.last_day)}"
            case Phone():
                return _dialled(value)
            case datetime():
                pattern = "dd.MM.yyyy, HH:mm 'Uhr'" if self.language == "de" else "d MMM yyyy, HH:mm"
                return format_datetime(value.astimezone(self._zone), pattern, locale=self._locale)
            case date():
                return format_date(value, "dd.MM.yyyy" if self.language == "de" else "d MMM yyyy", locale=self._locale)


def _money(money: Money, locale: str) -> str:
    if _CURRENCY.fullmatch(money.currency):
        return format_currency(money.amount, money.currency, locale=locale)
    return f"{format_decimal(money.amount, locale=locale)} {harmless(clean(money.currency, 8))}"


def _signed(money: Money, locale: str) -> str:
    sign = {-1: "−", 0: "±", 1: "+"}[(money.amount > 0) - (money.amount < 0)]
    return sign + _money(Money(abs(money.amount), money.currency), locale)


@lru_cache(maxsize=256)
def _length(period: Period, locale: str) -> str:
    unit = _UNITS.get(period.unit.lower().removesuffix("s"))
    if unit is None:
        return f"{period.amount} {harmless(clean(period.unit, 16))}"
    return str(format_unit(period.amount, unit, locale=locale))


@lru_cache(maxsize=2048)
def _dialled(phone: Phone) -> str:
    try:
        parsed = phonenumbers.parse(phone.number, "DE")
    except phonenumbers.NumberParseException:
        return harmless(clean(phone.number, 32)) or NOTHING
    if phone.at_home and parsed.country_code == GERMANY:
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


class Catalogue:
    """One language's messages. Each is parsed when it is said first: all of them at the start would take a third of a
    second, and thirty times the memory of their text."""

    def __init__(self, language: str) -> None:
        self._bundle = FluentBundle([_LOCALE[language].replace("_", "-")], use_isolating=False)
        self._parser = FluentParser(with_spans=False)  # where each word stands in its file is of no use here
        self._unread: dict[str, str] = {}
        self._without_facts: dict[str, str] = {}  # most buttons: what says the same each time is put together once
        for path in sorted(FOLDER.glob(f"{language}*.ftl")):
            for entry in _ENTRIES.split(path.read_text(encoding="utf-8")):
                if begins := _KEY.match(entry):
                    self._unread.setdefault(begins[0], entry)

    def format(self, key: str, facts: dict[str, str | FluentType]) -> str:
        """One message with its facts in it. Raises KeyError for a key without words, and what is wrong with a fact."""
        if not facts and (said := self._without_facts.get(key)) is not None:
            return said
        if key in self._unread:
            self._read(key)
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        result, errors = self._bundle.format_pattern(pattern, facts)
        if errors:
            raise errors[0]
        said = str(result)
        if not facts:
            self._without_facts[key] = said
        return said

    def _read(self, key: str) -> None:
        """Parse a message and those that it may refer to: whatever in it reads like a key."""
        wanted, read = [key], set[str]()
        while wanted:
            entry = self._unread.get(name := wanted.pop())
            if entry is None or name in read:
                continue
            read.add(name)
            self._bundle.add_resource(self._parser.parse(entry))
            wanted += _WORD.findall(entry)
        for name in read:  # at last: somebody in another thread may be at the same
            self._unread.pop(name, None)


_ENTRIES = re.compile(r"^(?=-?[A-Za-z][\w-]*[ ]*=)", re.MULTILINE)
_KEY = re.compile(r"-?[A-Za-z][\w-]*(?=[ ]*=)")
_WORD = re.compile(r"-?[A-Za-z][\w-]*")


@cache
def _catalogue(language: str) -> Catalogue:
    return Catalogue(language)
