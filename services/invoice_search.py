"""What is meant by "rechnung märz", "03/2026", "letzte rechnung" or "2026-10-000123", and the invoices it names."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from portal.models import Invoice
from services.invoices import UNPAID, month_of
from services.reading import Reading

MOST = 500  # invoices looked through when only a part of a number is known: some forty years of months


@dataclass(frozen=True, slots=True)
class Everything:
    """No wish: the list."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest invoice."""


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What is still to be paid."""


@dataclass(frozen=True, slots=True)
class ByMonth:
    """The invoices of a month; without a year the last such month that has one."""

    month: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class ByYear:
    """The invoices of a year."""

    year: int


@dataclass(frozen=True, slots=True)
class ByDay:
    """The invoice written on a day."""

    day: date


@dataclass(frozen=True, slots=True)
class ByNumber:
    """The invoice with this number, or with numbers that contain it."""

    number: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing that invoices are found by."""


Wanted = Everything | Latest | Unpaid | ByMonth | ByYear | ByDay | ByNumber | Unclear

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar january jänner jaenner jan",
            "februar february feber feb",
            "märz maerz march marz mrz mär mar",
            "april apr",
            "mai may",
            "juni june juno jun",
            "juli july julei jul",
            "august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "dezember december dez dec",
        ),
        start=1,
    )
    for name in names.split()
}
_NAMED = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = "(?:19|20)[0-9]{2}"
MONTH_WORDS = rf"(?:{_NAMED})\.?(?:\s*['’/.-]?\s*(?:{_YEAR}|[0-9]{{2}}))?"

_KEYWORDS = re.compile(
    r"\b(?:(?:monats)?rechnung(?:en|s)?(?:nummer|nr)?|invoices?|bills?|number|nummer|nr|no|pdf|xml|als|as|von|vom|aus|"
    r"für|fuer|for|from|of|the|my|me|a|an|mein(?:e|en|er)?|der|die|das|den|dem|des|im|in|bitte|please|zeig(?:e|en)?|"
    r"show|send|schick(?:e|en)?|mir|monat|month|jahr|year)\b\.?",
    re.IGNORECASE,
)
_LATEST = re.compile(r"^(?:letzte[nrs]?|neu(?:e)?ste[nrs]?|aktuelle[nrs]?|jüngste[nrs]?|last|latest|newest|current)$")
_UNPAID = re.compile(
    r"^(?:offene?[nrs]?|überfällige?[nrs]?|unbezahlte?[nrs]?|open|unpaid|overdue|outstanding|due|fällige?[nrs]?)$"
)
_LAST_MONTH = re.compile(
    r"\b(?:vormonats?|letzte[nrs]? monats?|vorige[nrs]? monats?|last month|previous month)\b", re.IGNORECASE
)
_THIS_MONTH = re.compile(r"\b(?:diese[nrs]? monats?|laufende[nrs]? monats?|this month|current month)\b", re.IGNORECASE)
_DAY = re.compile(r"(?<![0-9-])([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})(?![0-9-])")
_ISO_DAY = re.compile(r"(?<![0-9-])([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9-])")
_MONTH_YEAR = re.compile(rf"^([0-9]{{1,2}})\s*[/.-]\s*({_YEAR}|[0-9]{{2}})$")
_YEAR_MONTH = re.compile(rf"^({_YEAR})\s*[/.-]\s*([0-9]{{1,2}})$")
_NAMED_MONTH = re.compile(rf"(?<!\w)({_NAMED})\.?(?!\w)(?:\s*['’/.-]?\s*({_YEAR}|[0-9]{{2}})(?![0-9]))?")
_WHOLE_YEAR = re.compile(rf"^{_YEAR}$")


def wanted(text: str, today: date) -> Wanted:
    """Understand a wish, in German and English."""
    lowered = text.casefold().strip()
    if _LAST_MONTH.search(lowered):
        before = today.replace(day=1) - timedelta(days=1)
        return ByMonth(before.month, before.year)
    if _THIS_MONTH.search(lowered):
        return ByMonth(today.month, today.year)
    wish = essence(lowered)
    return _by_date(wish) or _by_word(wish)


def essence(text: str) -> str:
    """The wish as it was written, without the words that only say that it is about an invoice."""
    if month := _LAST_MONTH.search(text) or _THIS_MONTH.search(text):
        return month[0]
    return " ".join(_KEYWORDS.sub(" ", text).split()).strip(" ?!.,:;#\"'„“")


def _by_date(wish: str) -> Wanted | None:
    if found := _DAY.search(wish):
        return _day(_year(found[3]), int(found[2]), int(found[1]))
    if found := _ISO_DAY.search(wish):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _NAMED_MONTH.search(wish):
        return ByMonth(_MONTHS[found[1]], _year(found[2]) if found[2] else None)
    if (found := _MONTH_YEAR.match(wish)) and 1 <= int(found[1]) <= 12:
        return ByMonth(int(found[1]), _year(found[2]))
    if (found := _YEAR_MONTH.match(wish)) and 1 <= int(found[2]) <= 12:
        return ByMonth(int(found[2]), int(found[1]))
    return ByYear(int(wish)) if _WHOLE_YEAR.match(wish) else None


def _by_word(wish: str) -> Wanted:
    if not wish:
        return Everything()
    if _LATEST.match(wish):
        return Latest()
    if _UNPAID.match(wish):
        return Unpaid()
    with_digits = [word for word in wish.split() if re.search(r"[0-9]", word)]
    return ByNumber("".join(with_digits)) if with_digits else Unclear()


def _day(year: int, month: int, day: int) -> Wanted:
    try:
        return ByDay(date(year, month, day))
    except ValueError:
        return Unclear()


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


async def find(reading: Reading, wish: Wanted, today: date) -> tuple[Invoice, ...]:
    """The invoices somebody wants, newest first."""
    match wish:
        case Latest():
            newest = (await reading.invoices(limit=10)).items
            return tuple(invoice for invoice in newest if not invoice.credit_note)[:1]
        case Unpaid():
            return (await reading.invoices(states=UNPAID, limit=MOST)).items
        case ByNumber():
            return await _numbered(reading, wish.number)
        case ByDay():
            page = await reading.invoices(dated_from=wish.day, dated_before=wish.day + timedelta(days=1), limit=50)
            return page.items or await _of_month(reading, wish.day.year, wish.day.month)
        case ByYear():
            after = date(wish.year + 1, 3, 1)
            page = await reading.invoices(dated_from=date(wish.year, 1, 1), dated_before=after, limit=MOST)
            return tuple(invoice for invoice in page.items if month_of(invoice).year == wish.year)
        case ByMonth(month, year):
            years = [year] if year else [today.year - (month > today.month) - back for back in (0, 1)]
            for candidate in years:
                if found := await _of_month(reading, candidate, month):
                    return found
    return ()


async def _of_month(reading: Reading, year: int, month: int) -> tuple[Invoice, ...]:
    """Those that cover the month (they may be written up to two months later), else those written in it."""
    begin = date(year, month, 1)
    page = await reading.invoices(dated_from=begin, dated_before=_months_later(begin, 3), limit=100)
    written = tuple(invoice for invoice in page.items if invoice.date < _months_later(begin, 1))
    return tuple(invoice for invoice in page.items if month_of(invoice) == begin) or written


async def _numbered(reading: Reading, number: str) -> tuple[Invoice, ...]:
    exact = (await reading.invoices(number=number.upper(), limit=10)).items
    if exact:
        return exact
    bare = _bare(number)
    everything = (await reading.invoices(limit=MOST)).items
    return tuple(invoice for invoice in everything if len(bare) >= 3 and bare in _bare(invoice.number))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
