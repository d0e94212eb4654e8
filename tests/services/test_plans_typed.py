"""Typed ends: what is understood, what is refused, and when it is over."""

import string
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.plans_typed import typed_end
from services.plans_until import (
    END_OF_DAY,
    END_OF_WORK,
    ONE_HOUR,
    TOMORROW,
    For,
    InDays,
    NoEnd,
    OnDay,
    Open,
    Until,
    Wish,
)
from services.plans_until import resolve as resolved
from tests.proof import examples
from tests.services.plan_wishes import BERLIN, at, instants, shown, zones

SUNDAY_NIGHT = at("2026-11-22 21:35")
MONDAY_MORNING = at("2026-11-23 10:00")


def ends(entry: str, now: datetime = SUNDAY_NIGHT) -> str:
    """When a typed end is over in Berlin, or why it is refused."""
    found = typed_end(entry, BERLIN, now)
    return found.value if isinstance(found, NoEnd) else shown(found.ends)[:16]


@pytest.mark.parametrize(
    ("entry", "end"),
    [
        ("1 h", "2026-11-22 22:35"),
        ("1h30", "2026-11-22 23:05"),
        ("1,5 Stunden", "2026-11-22 23:05"),
        ("90 min.", "2026-11-22 23:05"),
        ("für eine halbe Stunde", "2026-11-22 22:05"),
        ("for half an hour", "2026-11-22 22:05"),
        ("zwei Stunden", "2026-11-22 23:35"),
        ("for 2 hours and 15 minutes", "2026-11-22 23:50"),
        ("2 Tage", "2026-11-24 21:35"),
        ("one week", "2026-11-29 21:35"),
        ("bis 18 uhr", "2026-11-23 18:00"),
        ("bis 22 uhr", "2026-11-22 22:00"),
        ("bis 18:30", "2026-11-23 18:30"),
        ("bis 18.30", "2026-11-23 18:30"),
        ("bis 8", "2026-11-23 08:00"),
        ("bis 8 Uhr abends", "2026-11-23 20:00"),
        ("bis 24 Uhr", "2026-11-23 00:00"),
        ("bis 1730 Uhr", "2026-11-23 17:30"),
        ("bis 17h", "2026-11-23 17:00"),
        ("17h", "2026-11-23 14:35"),
        ("bis halb sechs", "2026-11-23 17:30"),
        ("morgen halb neun", "2026-11-23 08:30"),
        ("bis halb zwölf", "2026-11-23 11:30"),
        ("bis viertel nach 12", "2026-11-23 12:15"),
        ("bis dreiviertel eins", "2026-11-23 12:45"),
        ("until 6 pm", "2026-11-23 18:00"),
        ("until 11:30 p.m.", "2026-11-22 23:30"),
        ("12 am", "2026-11-23 00:00"),
        ("till noon", "2026-11-23 12:00"),
        ("bis Mitternacht", "2026-11-23 00:00"),
        ("heute", "2026-11-23 00:00"),
        ("until the end of the day", "2026-11-23 00:00"),
        ("heute 23 Uhr", "2026-11-22 23:00"),
        ("bis morgen", "2026-11-23 08:00"),
        ("bis morgen 8", "2026-11-23 08:00"),
        ("morgen früh", "2026-11-23 08:00"),
        ("morgen Mittag", "2026-11-23 12:00"),
        ("bis morgen abend", "2026-11-23 18:00"),
        ("until tomorrow 8am", "2026-11-23 08:00"),
        ("8am tomorrow", "2026-11-23 08:00"),
        ("bis übermorgen um 7:15", "2026-11-24 07:15"),
        ("bis freitag 12:00", "2026-11-27 12:00"),
        ("bis Fr. 12", "2026-11-27 12:00"),
        ("friday at noon", "2026-11-27 12:00"),
        ("bis Freitag", "2026-11-27 08:00"),
        ("bis einschließlich Freitag", "2026-11-28 00:00"),
        ("through friday", "2026-11-28 00:00"),
        ("Sonntag 23 Uhr", "2026-11-22 23:00"),
        ("Sonntag", "2026-11-29 08:00"),
        ("nächsten Sonntag 23 Uhr", "2026-11-29 23:00"),
        ("bis 3.12.", "2026-12-03 08:00"),
        ("bis zum 3.12. um 18 Uhr", "2026-12-03 18:00"),
        ("Do, 3.12., 18:00", "2026-12-03 18:00"),
        ("3.12.2026, 18:00", "2026-12-03 18:00"),
        ("03.12.26 18.00 Uhr", "2026-12-03 18:00"),
        ("3. Dezember 18 Uhr", "2026-12-03 18:00"),
        ("December 3rd, 6 pm", "2026-12-03 18:00"),
        ("2026-12-03T18:00", "2026-12-03 18:00"),
        ("2.1.", "2027-01-02 08:00"),
        ("offen", "never"),
        ("bis auf Weiteres", "never"),
        ("until further notice", "never"),
    ],
)
def test_an_entry_is_understood(entry: str, end: str) -> None:
    """German and English, dates and times in either order, with and without words around them."""
    assert ends(entry) == end


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("", "unreadable"),
        ("bis", "unreadable"),
        ("bald", "unreadable"),
        ("bis 25 Uhr", "unreadable"),
        ("bis 18:60", "unreadable"),
        ("13 pm", "unreadable"),
        ("31.4.", "unreadable"),
        ("Mo 3.12.", "unreadable"),  # it is a Thursday
        ("bis 12/3", "unreadable"),  # December or March
        ("bis ٣ Uhr", "unreadable"),  # digits of another script
        ("0 h", "unreadable"),
        ("morgen 8 dann 9", "unreadable"),
        ("8 " * 41, "unreadable"),
        ("heute 18 Uhr", "past"),
        ("1.1.2020", "past"),
        ("Feierabend", "past"),
        ("9999 h", "tooFar"),
        ("500 Tage", "tooFar"),
        ("2099-12-31", "tooFar"),
        ("29.2.", "tooFar"),  # the next one is in 2028
    ],
)
def test_an_entry_is_refused(entry: str, reason: str) -> None:
    """What can't be read whole, is over, or is more than 400 days away has its reason."""
    assert ends(entry) == reason


@pytest.mark.parametrize(
    ("wish", "end"),
    [
        (ONE_HOUR, "2026-11-23 11:00"),
        (END_OF_WORK, "2026-11-23 18:00"),
        (END_OF_DAY, "2026-11-24 00:00"),
        (TOMORROW, "2026-11-24 08:00"),
        (OnDay(date(2026, 12, 24), 720), "2026-12-24 12:00"),
        (Open(), "never"),
    ],
)
def test_the_usual_ends(wish: Wish, end: str) -> None:
    """What the buttons offer."""
    found = resolved(wish, BERLIN, MONDAY_MORNING)

    assert isinstance(found, Until)
    assert shown(found.ends)[:16] == end[:16]


@pytest.mark.parametrize(
    ("said", "wish", "end"),
    [
        (at("2027-03-28 01:50"), For(60), "2027-03-28 03:50 CEST"),  # an hour is an hour
        (at("2027-03-27 12:00"), InDays(1, 150), "2027-03-28 03:00 CEST"),  # 2:30 does not exist
        (at("2027-10-31 01:30"), InDays(0, 150), "2027-10-31 02:30 CEST"),  # twice: the first
        (at("2027-10-31 02:10", fold=1), InDays(0, 150), "2027-10-31 02:30 CET"),  # the first is over
        (at("2028-02-28 12:00"), InDays(1, 480), "2028-02-29 08:00 CET"),
    ],
)
def test_ends_at_clock_changes(said: datetime, wish: Wish, end: str) -> None:
    """A wall time ends at the clocks' time, a stretch after its time."""
    found = resolved(wish, BERLIN, said)

    assert isinstance(found, Until)
    assert shown(found.ends) == end


WORDS = """bis until noch um morgen 8 18:30 uhr 3.12. 31.2. freitag next fr 29.2. heute h min 1,5 abend pm am 2027
dezember ende einschl. , t"""
words = st.sampled_from(WORDS.split())


@settings(max_examples=examples(5_000, least=250), deadline=None)
@given(st.lists(words, max_size=6).map(" ".join) | st.text(string.printable + "äöüß٣²½", max_size=90), zones, instants)
@example("freitag 24:00", BERLIN, datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC))
def test_whatever_is_typed_ends_in_time_or_is_refused(entry: str, zone: str, now: datetime) -> None:
    """No entry breaks anything; an end lies ahead, but not more than 400 days."""
    found = typed_end(entry, zone, now)

    assert isinstance(found, NoEnd) or found.ends is None or now < found.ends <= now + timedelta(days=400)
