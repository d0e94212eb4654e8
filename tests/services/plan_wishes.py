"""Wishes to test with: hours as people write them, a usual office week, and strategies for any plan, rota and end."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from services.holidays import FederalState
from services.plans import (
    CLOSED,
    LIKE_SUNDAY,
    OFF,
    Block,
    Holidays,
    OwnBlocks,
    Setting,
    SpecialDay,
    Vacation,
    WeeklyPlan,
)
from services.plans_rota import Colleague, Handover, Rota, Swap, Weekend
from services.plans_until import For, InDays, OnDay, Open, Until

BERLIN = "Europe/Berlin"
MOBILE = Setting("tel:+491713920010")
ON_CALL = Setting("tel:+491713920014")
VOICEMAIL = Setting("sip:voicemail@example.invalid")
DESK = OFF

ZONES = (  # thirty with daylight saving time; jumps at midnight, by half an hour, by two hours, and in Ramadan included
    *("Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Athens", "Europe/Chisinau"),
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage"),
    *("America/Adak", "America/St_Johns", "America/Halifax", "America/Havana", "America/Santiago", "America/Nuuk"),
    *("America/Scoresbysund", "America/Miquelon", "Atlantic/Azores", "Africa/Cairo", "Africa/Casablanca"),
    *("Asia/Jerusalem", "Asia/Beirut", "Australia/Sydney", "Australia/Adelaide", "Australia/Lord_Howe"),
    *("Pacific/Auckland", "Pacific/Chatham", "Antarctica/Troll"),
)


def minute(clock: str) -> int:
    """The minute of "18:30"."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def hours(span: str, setting: Setting, *, is_break: bool = False) -> Block:
    """The block of "8:00-17:30"."""
    begins, ends = span.split("-")
    return Block(minute(begins), minute(ends), setting, is_break)


def at(wall: str, zone: str = BERLIN, *, fold: int = 0) -> datetime:
    """The instant of "2027-03-01 18:00" in a zone."""
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def shown(instant: datetime | None, zone: str = BERLIN) -> str:
    """What calendar and clock show at an instant."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %Z") if instant else "never"


WORKDAY = (hours("8:00-17:00", DESK), hours("12:00-13:00", VOICEMAIL, is_break=True))
OFFICE = WeeklyPlan(
    zone=BERLIN,
    week=(*(4 * (WORKDAY,)), (hours("8:00-15:00", DESK),), (), ()),
    otherwise=ON_CALL,
    holidays=Holidays(FederalState.BAVARIA),
    closed_days=(date(2027, 5, 7),),
    vacations=(Vacation(date(2027, 8, 2), date(2027, 8, 20), OwnBlocks((hours("0:00-24:00", MOBILE),))),),
)

settings_ = st.sampled_from((OFF, MOBILE, ON_CALL, VOICEMAIL))
blocks = st.builds(Block, st.integers(0, 1439), st.integers(0, 1440), settings_, st.booleans())
days_blocks = st.lists(blocks, max_size=4).map(tuple)
days = st.dates(date(2026, 10, 1), date(2028, 12, 31))
zones = st.sampled_from(ZONES)
spent: st.SearchStrategy[SpecialDay] = st.just(LIKE_SUNDAY) | st.just(CLOSED) | st.builds(OwnBlocks, days_blocks)
instants = st.integers(0, 700 * 24 * 3600).map(lambda n: datetime(2026, 12, 1, tzinfo=UTC) + timedelta(seconds=n))


@st.composite
def vacations(draw: st.DrawFn) -> tuple[Vacation, ...]:
    """Vacations one after the other."""
    free, made = date(2026, 12, 1), []
    for pause, length in draw(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 30)), max_size=3)):
        first = free + timedelta(days=pause)
        made.append(Vacation(first, first + timedelta(days=length), draw(spent)))
        free = made[-1].last + timedelta(days=1)
    return tuple(made)


plans = st.builds(
    WeeklyPlan,
    zone=zones,
    week=st.tuples(*(7 * [days_blocks])),
    otherwise=st.none() | settings_,
    holidays=st.none() | st.builds(Holidays, st.sampled_from(FederalState), spent, st.booleans()),
    closed_days=st.lists(days, max_size=3).map(tuple),
    vacations=vacations(),
)

PEOPLE = tuple(Colleague(name, f"tel:+49171392001{place}") for place, name in enumerate(("Max", "Eva", "Ali", "Ina")))
names = st.sampled_from([person.name for person in PEOPLE])
weekends = st.builds(
    lambda begins, length, people, minutes: Weekend(
        Handover(minutes[0], begins), Handover(minutes[1], (begins + length) % 7), tuple(people)
    ),
    st.integers(0, 6),
    st.integers(1, 6),
    st.lists(names, min_size=1, max_size=4),
    st.tuples(st.integers(0, 1439), st.integers(0, 1439)),
)
rotas = st.builds(
    Rota,
    zone=zones,
    people=st.just(PEOPLE),
    begins=days,
    handover=st.builds(Handover, st.integers(0, 1439), st.none() | st.integers(0, 6)),
    weekend=st.none() | weekends,
    swaps=st.lists(st.builds(Swap, days, names), max_size=4, unique_by=lambda swap: swap.day).map(tuple),
)
wishes = st.one_of(
    st.builds(For, st.integers(1, 600_000)),
    st.builds(InDays, st.integers(0, 400), st.integers(0, 1440)),
    st.builds(OnDay, days, st.integers(0, 1440)),
    st.just(Open()),
)
untils = st.builds(Until, wishes, zones, instants)
