"""Typed business hours are read whole or not at all."""

from datetime import date

import pytest

from services.holidays import FederalState
from services.plans import OFF, Setting, Vacation, state_at
from services.plans_hours import (
    LUNCH,
    OFFICE_HOURS,
    Hours,
    grouped,
    hours_of,
    lunch_of,
    typed_hours,
    typed_lunch,
    typed_vacation,
    weekly,
)
from tests.services.plan_wishes import BERLIN, VOICEMAIL, at

EIGHT, NOON, ONE, FIVE = 480, 720, 780, 1020


def week(**days: tuple[tuple[int, int], ...]) -> Hours:
    """Hours by the German letters of the day."""
    return tuple(days.get(day, ()) for day in ("mo", "di", "mi", "do", "fr", "sa", "so"))


WORKDAYS = ("mo", "di", "mi", "do", "fr")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Mo-Fr 8-17", OFFICE_HOURS),
        ("mon–fri 8:00 - 17.00 uhr", OFFICE_HOURS),
        ("Montag bis Freitag von 8 Uhr bis 17 Uhr", OFFICE_HOURS),
        ("Mo-Fr 8-17, Sa 9-13", week(**dict.fromkeys(WORKDAYS, ((EIGHT, FIVE),)), sa=((540, ONE),))),
        ("Mo, Mi 8-12 und 13-17; Fr 8-12", week(
            mo=((EIGHT, NOON), (ONE, FIVE)), mi=((EIGHT, NOON), (ONE, FIVE)), fr=((EIGHT, NOON),)
        )),
        ("Sa-So 0-24", week(sa=((0, 1440),), so=((0, 1440),))),
        ("Fr-Mo 13-17", week(fr=((ONE, FIVE),), sa=((ONE, FIVE),), so=((ONE, FIVE),), mo=((ONE, FIVE),))),
        ("tue 8-12, thursday 13-17", week(di=((EIGHT, NOON),), do=((ONE, FIVE),))),
    ],
)  # fmt: skip
def test_hours_as_people_write_them(text: str, hours: Hours) -> None:
    """Days, ranges of days, several spans, German and English."""
    assert typed_hours(text) == hours


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8-17",
        "Mo-Fr",
        "Mo 17-8",
        "Mo 8-25",
        "Mo 8:75-9",
        "Mo 8-12, 11-13",
        "Mittag 12-13",
        "Mo 8-17 bitte",
        "x" * 300,
    ],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    """Nothing is guessed."""
    assert typed_hours(text) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Urlaub 2.8.-20.8.", (date(2027, 8, 2), date(2027, 8, 20))),
        ("Betriebsferien vom 24.12. bis 2.1.2028", (date(2027, 12, 24), date(2028, 1, 2))),
        ("closed 24 Dec", (date(2027, 12, 24), date(2027, 12, 24))),
        ("vacation 2 Aug - 20 Aug", (date(2027, 8, 2), date(2027, 8, 20))),
        ("Urlaub 20.8.-2.8.", None),
        ("Urlaub bald", None),
        ("Mo-Fr 8-17", None),
    ],
)
def test_days_off(text: str, days: tuple[date, date] | None) -> None:
    """From a day to a day, or one; anything else is no vacation."""
    assert typed_vacation(text, BERLIN, at("2027-01-04 09:00")) == (Vacation(*days) if days else None)


@pytest.mark.parametrize(
    ("text", "lunch"),
    [
        ("Mittag 12:30-13:15", (750, 795)),
        ("mittagspause von 12 bis 13 uhr", (720, 780)),
        ("Lunch break 12.30 to 13", (750, 780)),
        ("pause: 11-12", (660, 720)),
        ("Mittag 13-12", None),
        ("Mittag 25-26", None),
        ("Mittag", None),
        ("Mo-Fr 8-17", None),
    ],
)
def test_a_lunch_break(text: str, lunch: tuple[int, int] | None) -> None:
    """From a time to a later one; anything else is none."""
    assert typed_lunch(text) == lunch


def test_days_with_the_same_hours_are_told_together() -> None:
    """Closed days part them."""
    hours = week(mo=((EIGHT, FIVE),), di=((EIGHT, FIVE),), do=((EIGHT, NOON),), sa=((EIGHT, NOON),))
    assert grouped(hours) == [(0, 1, ((EIGHT, FIVE),)), (3, 3, ((EIGHT, NOON),)), (5, 5, ((EIGHT, NOON),))]


def test_a_weekly_plan_of_business_hours() -> None:
    """It rings in business hours; at lunch, in the evening and on a holiday calls go outside."""
    plan = weekly(BERLIN, OFFICE_HOURS, VOICEMAIL, lunch=LUNCH, state=FederalState.BERLIN)
    wanted: dict[str, Setting] = {
        "2027-01-04 09:00": OFF,
        "2027-01-04 12:30": VOICEMAIL,
        "2027-01-04 13:00": OFF,
        "2027-01-04 17:00": VOICEMAIL,
        "2027-03-08 09:00": VOICEMAIL,  # women's day, in Berlin only
    }
    assert {wall: state_at(plan, at(wall)).setting for wall in wanted} == wanted
    assert (hours_of(plan), lunch_of(plan)) == (OFFICE_HOURS, LUNCH)


def test_a_lunch_break_interrupts_business_hours_or_is_none() -> None:
    """One in the evening would be none, and is not kept."""
    plans = [weekly(BERLIN, OFFICE_HOURS, VOICEMAIL, lunch=lunch, state=None) for lunch in ((750, 795), (1080, 1140))]
    assert [lunch_of(plan) for plan in plans] == [(750, 795), None]
