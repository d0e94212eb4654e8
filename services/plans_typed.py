"""Reading typed ends in German and English, as in "bis freitag 12:00", "1,5 h" or "until tomorrow 8am".

All of the text has to be understood. A day without a time means its morning, "einschließlich" its end; a time without a
day the next time the clocks show it; a weekday or a date without a year the next one. As entries may be meant in
another way ("8.12" is a date), whoever typed one is shown back how it was understood.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta

from services.plans_clock import DAY, local_day, minute_of_day
from services.plans_until import END_OF_DAY, END_OF_WORK, For, InDays, NoEnd, OnDay, Open, Until, Wish, resolve

MORNING = 8 * 60
LONGEST_ENTRY = 80  # characters
_LEAP_YEARS_APART = 8  # at most: 2096, 2104

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar january jänner jan",
            "februar february feb",
            "märz maerz march mrz mär mar",
            "april apr",
            "mai may",
            "juni june jun",
            "juli july jul",
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
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "montag monday mon mo",
            "dienstag tuesday tues tue di",
            "mittwoch wednesday wed mi",
            "donnerstag thursday thurs thu do",
            "freitag friday fri fr",
            "samstag sonnabend saturday sat sa",
            "sonntag sunday sun so",
        )
    )
    for name in names.split()
}
_AHEAD = {"heute": 0, "today": 0, "morgen": 1, "tomorrow": 1, "übermorgen": 2, "uebermorgen": 2}
_HOURS = {
    name: hour
    for hour, names in (
        (8, "früh morgen morgens morning"),
        (12, "mittag mittags noon midday"),
        (18, "abend abends evening"),
        (24, "mitternacht midnight"),
    )
    for name in names.split()
}
_SPOKEN_HOURS = {
    name: hour
    for hour, names in enumerate(
        ["ein eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"], start=1
    )
    for name in names.split()
}
_PARTS = {"halb": -30, "dreiviertel": -15, "viertel vor": -15, "viertel nach": 15}
_COUNTS = {
    name: float(count)
    for count, names in (
        (0.5, "halbe halben half"),
        (1, "ein eine einen one a an"),
        (1.5, "anderthalb eineinhalb"),
        (2, "zwei two"),
        (3, "drei three"),
        (4, "vier four"),
        (5, "fünf five"),
        (6, "sechs six"),
    )
    for name in names.split()
}
_UNITS = {"h": 60, "s": 60, "m": 1, "t": DAY, "d": DAY, "w": 7 * DAY}  # minutes, by the first letter


def _one_of(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_FILLER = re.compile(
    r"(?:^|(?<=[\s,]))(?:noch|bis|until|till?|zum?|um|at|(?<![0-9] )am|on|den|dem|der|the|gegen|für|fuer|for)(?!\S)"
)
_OPEN = re.compile(
    r"offen|unbefristet|unbegrenzt|dauerhaft|auf (?:weiteres|widerruf)|"
    r"open(?:[ -]end(?:ed)?)?|further notice|indefinitely"
)
_WORK = re.compile(r"feierabend|dienstschluss|end of (?:working|business) day|close of business")
_DAY_END = re.compile(r"tagesende|ende des tages|heute(?: nacht)?|end of day|eod|today|tonight")
_STRETCH = re.compile(
    rf"(?:eine |an? )?(?P<count>[0-9]{{1,4}}(?:[.,][0-9]{{1,2}})?|{_one_of(_COUNTS)})\s?(?:an? )?"
    r"(?P<unit>h|std\.?|stunden?|hours?|hrs?|m|min\.?|minuten?|minutes?|mins?|tage?n?|d|days?|wochen?|weeks?)"
    r"(?:\s?(?:und |and )?(?P<rest>[0-9]{1,2})\s?(?:m|min\.?|minuten?|minutes?|mins?)?)?"
)
_WHOLE_DAY = r"(?:einschliesslich|einschl\.?|inkl(?:usive|\.)?|incl(?:usive|uding|\.)?|through|ende|end of)"
_WHOLE = re.compile(rf"{_WHOLE_DAY}\s(?P<after>.+)|(?P<before>.+)\s{_WHOLE_DAY}")
_YEAR = r"(?P<year>20[0-9]{2})"
_NAME = rf"(?P<name>{_one_of(_MONTHS)})(?!\w)\.?"
_DATES = (
    re.compile(
        r"(?P<day>[0-9]{1,2})\.\s?(?P<month>1[0-2]|0?[1-9])(?:\.(?:\s?(?P<year>20[0-9]{2})|(?P<short>[0-9]{2})(?!:))?)?"
        r"(?![0-9:])"
    ),
    re.compile(rf"{_YEAR}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:t(?=[0-9]))?"),
    re.compile(rf"(?P<day>[0-9]{{1,2}})(?:\.|st|nd|rd|th)?\s?{_NAME}(?:\s{_YEAR})?"),
    re.compile(rf"{_NAME}\s(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?!\w)(?![:.][0-9])(?:,?\s{_YEAR})?"),
)
_RELATIVE = re.compile(rf"(?P<word>{_one_of(_AHEAD)})(?!\w)")
_WEEKDAY = re.compile(
    rf"(?P<next>(?:nächste|naechste|kommende)[nrs]?\s|next\s)?(?P<word>{_one_of(_WEEKDAYS)})(?!\w)\.?"
)
_SPOKEN = re.compile(rf"(?P<part>{_one_of(_PARTS)})\s(?P<hour>{_one_of(_SPOKEN_HOURS)}|1[0-2]|[1-9])(?:\suhr)?")
_CLOCK = re.compile(r"(?:bis|until|till?)\s(?P<hour>1[3-9]|2[0-4])h")  # "2h" are two hours, "bis 17h" is a time
_FOUR_DIGITS = re.compile(r"([01][0-9]|2[0-4])([0-5][0-9])(?=\s?(?:uhr|h)?$)")
_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?\s?(?:uhr|h|o'?clock)?\s?"
    r"(?P<half>a\.?m\.?|p\.?m\.?|früh|morgens|vormittags|mittags|nachmittags|abends)?"
)


def typed_end(text: str, zone: str, now: datetime) -> Until | NoEnd:
    """The end that somebody typed, or why it is refused."""
    if len(text) > LONGEST_ENTRY:
        return NoEnd.UNREADABLE
    said = _CLOCK.sub(r"\g<hour>:00", text.casefold())
    entry = " ".join(_FILLER.sub(" ", said).split()).strip(" ,!?")
    try:
        wish = _plain(entry) or _stretch(entry, zone, now) or _moment(entry, zone, now)
        return NoEnd.UNREADABLE if wish is None else resolve(wish, zone, now)
    except ValueError:  # the 31st of April, 25 o'clock, no time at all
        return NoEnd.UNREADABLE


def _plain(entry: str) -> Wish | None:
    for pattern, wish in ((_OPEN, Open()), (_WORK, END_OF_WORK), (_DAY_END, END_OF_DAY)):
        if pattern.fullmatch(entry):
            return wish
    return None


def _stretch(entry: str, zone: str, now: datetime) -> Wish | None:
    """Hours and minutes are real time; days and weeks end at the same time of day."""
    found = _STRETCH.fullmatch(entry)
    if found is None:
        return None
    count = _COUNTS.get(found["count"]) or float(found["count"].replace(",", "."))
    minutes = round(count * _UNITS[found["unit"][0]])
    if _UNITS[found["unit"][0]] < DAY:
        return For(minutes + int(found["rest"] or 0))
    days, odd = divmod(minutes, DAY)
    return None if odd or found["rest"] else InDays(days, minute_of_day(now, zone))


def _moment(entry: str, zone: str, now: datetime) -> Wish | None:
    """A day, a time, or both in either order; each reading has to account for the whole entry."""
    today = local_day(now, zone)
    if whole := _WHOLE.fullmatch(entry):
        day, rest, _ = _day(whole["after"] or whole["before"], today)
        return OnDay(day, DAY) if day is not None and not rest else None
    day, rest, weekly = _day(entry, today)
    minute = _minute(rest) if rest else MORNING
    if day is None or minute is None:
        return _time_first(entry, zone, now)
    return _upcoming(OnDay(day, minute), 7, zone, now) if weekly else OnDay(day, minute)


def _time_first(entry: str, zone: str, now: datetime) -> Wish | None:
    if (minute := _minute(entry)) is not None:
        return _upcoming(OnDay(local_day(now, zone), minute), 1, zone, now)
    words = entry.replace(",", " ").split()
    for place in range(1, len(words)):
        minute = _minute(" ".join(words[:place]))
        day, rest, weekly = _day(" ".join(words[place:]), local_day(now, zone))
        if minute is not None and day is not None and not rest:
            return _upcoming(OnDay(day, minute), 7, zone, now) if weekly else OnDay(day, minute)
    return None


def _upcoming(wish: OnDay, days: int, zone: str, now: datetime) -> OnDay:
    """The wish, or the one so many days later when the clocks have passed it."""
    passed = resolve(wish, zone, now) is NoEnd.PAST
    return OnDay(wish.day + timedelta(days=days), wish.minute) if passed else wish


def _day(entry: str, today: date) -> tuple[date | None, str, bool]:
    """The day at the beginning of an entry, what follows it, and whether a passed one means that of next week."""
    if found := _RELATIVE.match(entry):
        return today + timedelta(days=_AHEAD[found["word"]]), _after(found), False
    for pattern in _DATES:
        if found := pattern.match(entry):
            return _date(found.groupdict(), today), _after(found), False
    if found := _WEEKDAY.match(entry):
        return _weekday(found, today)
    return None, entry, False


def _weekday(found: re.Match[str], today: date) -> tuple[date | None, str, bool]:
    """The next such weekday; a date behind it ("Fr., 4.12.") has to agree with it."""
    number, rest = _WEEKDAYS[found["word"]], _after(found)
    for pattern in _DATES:
        if dated := pattern.match(rest):
            day = _date(dated.groupdict(), today)
            return (day if day.weekday() == number else None), _after(dated), False
    ahead = (number - today.weekday()) % 7
    return today + timedelta(days=ahead or (7 if found["next"] else 0)), rest, not ahead and not found["next"]


def _date(parts: Mapping[str, str | None], today: date) -> date:
    """The date; without a year the next one that the calendar has."""
    name = parts.get("name")
    month = _MONTHS[name] if name else int(parts["month"] or 0)
    number = int(parts["day"] or 0)
    if year := parts.get("year") or parts.get("short"):
        return date(int(year) % 100 + 2000, month, number)
    for ahead in range(_LEAP_YEARS_APART + 1):
        with suppress(ValueError):
            if (day := date(today.year + ahead, month, number)) >= today:
                return day
    raise ValueError("no such day")


def _minute(entry: str) -> int | None:
    """A time of day in minutes since midnight."""
    if entry in _HOURS:
        return _HOURS[entry] * 60
    if spoken := _SPOKEN.fullmatch(entry):
        return _spoken(spoken["part"], spoken["hour"])
    found = _TIME.fullmatch(_FOUR_DIGITS.sub(r"\1:\2", entry))
    if found is None:
        return None
    half = (found["half"] or "").replace(".", "")
    hour = _hour(int(found["hour"]), half)
    minute = hour * 60 + int(found["minute"] or 0)
    return minute if int(found["minute"] or 0) < 60 and minute <= DAY else None


def _spoken(part: str, word: str) -> int:
    """ "halb sechs" is 17:30 and "halb neun" 8:30, as an office means it."""
    hour = _SPOKEN_HOURS.get(word) or int(word)
    minute = hour * 60 + _PARTS[part]
    return minute if 7 * 60 <= minute < DAY // 2 else minute % (DAY // 2) + DAY // 2


def _hour(hour: int, half: str) -> int:
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        return hour % 12 + (12 if half == "pm" else 0)
    later = half in ("nachmittags", "abends") or (half == "mittags" and hour < 10)
    return hour + 12 if later and hour < 12 else hour


def _after(found: re.Match[str]) -> str:
    return found.string[found.end() :].lstrip(" ,")
