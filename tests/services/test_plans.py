"""Weekly plans: what they want when, and when that changes."""

from cProfile import Profile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings

from services.holidays import FederalState, holiday_name
from services.plans import (
    CLOSED,
    Block,
    DayKind,
    Holidays,
    OwnBlocks,
    Setting,
    Vacation,
    WeeklyPlan,
    changes_between,
    conflicts,
    next_change,
    state_at,
)
from tests.proof import examples
from tests.services.plan_wishes import (
    BERLIN,
    DESK,
    MOBILE,
    OFFICE,
    ON_CALL,
    VOICEMAIL,
    at,
    hours,
    instants,
    plans,
    shown,
)

NO_DAYS = 7 * ((),)


def daily(*blocks: Block, zone: str = BERLIN) -> WeeklyPlan:
    """A plan with the same blocks every day."""
    return WeeklyPlan(zone, 7 * (blocks,))


@pytest.mark.parametrize(
    ("wall", "setting", "kind"),
    [
        ("2027-03-01 07:59", ON_CALL, DayKind.WEEKDAY),
        ("2027-03-01 08:00", DESK, DayKind.WEEKDAY),
        ("2027-03-01 12:00", VOICEMAIL, DayKind.WEEKDAY),  # the break lies over the office hours
        ("2027-03-01 13:00", DESK, DayKind.WEEKDAY),
        ("2027-03-01 17:00", ON_CALL, DayKind.WEEKDAY),
        ("2027-03-05 15:00", ON_CALL, DayKind.WEEKDAY),
        ("2027-03-06 10:00", ON_CALL, DayKind.WEEKDAY),
        ("2027-01-06 10:00", ON_CALL, DayKind.HOLIDAY),  # Epiphany, a Wednesday, like Sunday
        ("2027-05-07 10:00", ON_CALL, DayKind.CLOSED_DAY),
        ("2027-08-02 00:00", MOBILE, DayKind.VACATION),
        ("2027-08-20 23:59", MOBILE, DayKind.VACATION),
        ("2027-08-21 00:00", ON_CALL, DayKind.WEEKDAY),
    ],
)
def test_an_office_week(wall: str, setting: Setting, kind: DayKind) -> None:
    """Hours, lunch, weekend, holiday, closed day and vacation each have their setting."""
    state = state_at(OFFICE, at(wall))

    assert (state.setting, state.kind) == (setting, kind)


def test_a_state_says_why() -> None:
    """The block, the day it belongs to, and the holiday's name are known."""
    holiday = state_at(OFFICE, at("2027-01-06 10:00"))
    lunch = state_at(OFFICE, at("2027-03-01 12:30"))

    assert (holiday.holiday, holiday.block, holiday.day) == ("Heilige Drei Könige", None, date(2027, 1, 6))
    assert (lunch.block, lunch.day) == (OFFICE.week[0][1], date(2027, 3, 1))


def test_a_day_has_its_switches() -> None:
    """The changes of a Monday are the four at which the setting differs, and the next one is the first of them."""
    monday = at("2027-03-01 00:00")
    changes = list(changes_between(OFFICE, monday, monday + timedelta(days=1)))

    assert [shown(change.at)[11:16] for change in changes] == ["08:00", "12:00", "13:00", "17:00"]
    assert next_change(OFFICE, monday) == changes[0]
    assert next_change(OFFICE, changes[0].at) == changes[1]


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    """A block over midnight runs on into a Sunday, a closed day, and from Sunday into Monday."""
    night = hours("22:00-6:00", ON_CALL)
    plan = WeeklyPlan(BERLIN, (*(6 * ((),)), (night,)), closed_days=(date(2027, 3, 8),))

    assert [shown(change.at) for change in changes_between(plan, at("2027-03-06 00:00"), at("2027-03-13 00:00"))] == [
        "2027-03-07 22:00 CET",
        "2027-03-08 06:00 CET",
    ]


def test_special_days_may_have_blocks_of_their_own() -> None:
    """A holiday's own hours replace those of the weekday and outrank last night's block."""
    own = OwnBlocks((hours("0:00-10:00", MOBILE),))
    plan = replace(
        daily(hours("20:00-8:00", ON_CALL)), holidays=Holidays(FederalState.BAVARIA, own), vacations=(), closed_days=()
    )

    assert [
        (shown(change.at)[:16], change.state.setting)
        for change in changes_between(plan, at("2027-01-05 12:00"), at("2027-01-07 12:00"))
    ] == [("2027-01-05 20:00", ON_CALL), ("2027-01-06 00:00", MOBILE), ("2027-01-06 10:00", None)]


@pytest.mark.parametrize(
    ("zone", "day", "span", "switches"),
    [
        (BERLIN, "2027-03-28", "2:30-5:00", ["2027-03-28 03:00 CEST", "2027-03-28 05:00 CEST"]),  # skipped
        (BERLIN, "2027-03-28", "1:00-2:30", ["2027-03-28 01:00 CET", "2027-03-28 03:00 CEST"]),
        (BERLIN, "2027-03-28", "2:10-2:50", []),  # lies in the hour that does not exist
        (BERLIN, "2027-10-31", "2:30-5:00", ["2027-10-31 02:30 CEST", "2027-10-31 05:00 CET"]),  # twice: the first
        (BERLIN, "2027-10-31", "1:00-2:30", ["2027-10-31 01:00 CEST", "2027-10-31 02:30 CEST"]),
        ("Australia/Lord_Howe", "2027-10-03", "2:10-4:00", ["2027-10-03 02:30 +11", "2027-10-03 04:00 +11"]),
        ("America/Havana", "2027-03-14", "0:00-9:00", ["2027-03-14 01:00 CDT", "2027-03-14 09:00 CDT"]),
        ("America/Havana", "2027-11-07", "0:30-9:00", ["2027-11-07 00:30 CDT", "2027-11-07 09:00 CST"]),
        ("Africa/Cairo", "2027-10-28", "23:30-1:00", ["2027-10-28 23:30 EEST", "2027-10-29 01:00 EET"]),
    ],
)
def test_clock_changes(zone: str, day: str, span: str, switches: list[str]) -> None:
    """A skipped time counts when the clocks jump, a repeated one the first time; each switch comes once."""
    weekday = date.fromisoformat(day).weekday()
    plan = WeeklyPlan(zone, tuple((hours(span, ON_CALL),) if n == weekday else () for n in range(7)))
    start = at(f"{day} 00:00", zone) - timedelta(hours=2)

    found = list(changes_between(plan, start, start + timedelta(days=2)))

    assert [shown(change.at, zone) for change in found] == switches


def test_a_leap_day_is_a_day() -> None:
    """The plan holds on 29 February as on any other."""
    changes = changes_between(daily(hours("8:00-9:00", MOBILE)), at("2028-02-29 00:00"), at("2028-03-01 00:00"))

    assert [shown(change.at)[:16] for change in changes] == ["2028-02-29 08:00", "2028-02-29 09:00"]


def test_a_plan_that_wants_the_same_for_ever_has_no_next_change() -> None:
    """Blocks that follow one another with one setting are no switches."""
    assert next_change(daily(hours("0:00-12:00", MOBILE), hours("12:00-24:00", MOBILE)), at("2027-01-01 00:00")) is None
    assert next_change(WeeklyPlan(BERLIN, NO_DAYS), at("2027-01-01 00:00")) is None


def test_a_far_vacation_is_found() -> None:
    """What changes only in years is the next change all the same."""
    far = Vacation(date(2050, 5, 1), date(2050, 5, 2), OwnBlocks((hours("0:00-24:00", MOBILE),)))
    plan = WeeklyPlan(BERLIN, NO_DAYS, vacations=(far,))
    begins = next_change(plan, at("2027-01-01 00:00"))

    assert begins is not None
    assert shown(begins.at) == "2050-05-01 00:00 CEST"


def test_time_going_back_switches_nothing() -> None:
    """There are no changes between now and an hour ago."""
    assert list(changes_between(OFFICE, at("2027-03-01 12:30"), at("2027-03-01 11:30"))) == []


def test_the_longest_plan_is_searched_without_going_over_it_again_and_again() -> None:
    """As many blocks and vacations as a plan may have, and nothing that changes: fifty calls a moment, no more."""
    day = tuple(Block(place * 120, (place + 1) * 120, MOBILE) for place in range(12))
    own = OwnBlocks(day)
    free = tuple(Vacation(date(2030, 1, 1) + timedelta(n), date(2030, 1, 1) + timedelta(n), own) for n in range(200))
    plan = WeeklyPlan("America/Havana", 7 * (day,), MOBILE, Holidays(FederalState.BAVARIA, own), (), free)
    profile = Profile()

    assert profile.runcall(next_change, plan, at("2027-01-01 00:00")) is None
    calls = sum(entry.callcount for entry in profile.getstats())
    assert calls < 12_000 * 50  # moments: twelve blocks on each of a thousand days


def test_conflicts_name_both_blocks() -> None:
    """Blocks that overlap with other targets clash: in a day, over midnight, over the weekend; a break does not."""
    late, early = hours("22:00-8:00", ON_CALL), hours("6:00-17:00", MOBILE)
    plan = WeeklyPlan(BERLIN, ((early, hours("12:00-13:00", VOICEMAIL, is_break=True)), *(5 * ((),)), (late,)))
    found = conflicts(plan)

    assert [(c.first.block, c.first.weekday, c.second.block, c.second.weekday) for c in found] == [(early, 0, late, 6)]
    assert conflicts(replace(plan, week=(*plan.week[:6], (replace(late, ends=360),)))) == ()
    assert conflicts(daily(early, replace(late, setting=MOBILE))) == ()


def test_conflicts_of_special_days_are_found() -> None:
    """Also a holiday's own blocks may not want two things at once."""
    two = OwnBlocks((hours("8:00-12:00", MOBILE), hours("11:00-14:00", ON_CALL)))
    plan = WeeklyPlan(BERLIN, NO_DAYS, holidays=Holidays(FederalState.BERLIN, two))

    assert [(c.first.kind, c.second.block) for c in conflicts(plan)] == [(DayKind.HOLIDAY, two.blocks[1])]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: WeeklyPlan("Europe/Atlantis", NO_DAYS),
        lambda: WeeklyPlan("../../etc/passwd", NO_DAYS),
        lambda: WeeklyPlan(BERLIN, NO_DAYS[:6]),
        lambda: WeeklyPlan(BERLIN, (13 * (hours("8:00-9:00", MOBILE),), *NO_DAYS[1:])),
        lambda: WeeklyPlan(BERLIN, NO_DAYS, closed_days=(date(9999, 12, 31),)),
        lambda: WeeklyPlan(BERLIN, NO_DAYS, vacations=2 * (Vacation(date(2027, 1, 1), date(2027, 1, 2)),)),
        lambda: Vacation(date(2027, 1, 2), date(2027, 1, 1)),
        lambda: Block(1440, 60, MOBILE),
        lambda: Setting(""),
    ],
)
def test_a_plan_that_makes_no_sense_can_not_be_made(wrong: object) -> None:
    """Every bound is held by the plan itself."""
    assert callable(wrong)
    with pytest.raises(ValueError, match=r".{10}"):
        wrong()


@pytest.mark.parametrize(
    ("day", "state", "catholic", "name"),
    [
        ("2027-01-06", FederalState.BAVARIA, False, "Heilige Drei Könige"),
        ("2027-01-06", FederalState.BERLIN, False, None),
        ("2027-03-08", FederalState.BERLIN, False, "Frauentag"),
        ("2027-03-26", FederalState.HAMBURG, False, "Karfreitag"),
        ("2027-05-27", FederalState.HESSE, False, "Fronleichnam"),
        ("2027-10-31", FederalState.SAXONY, False, "Reformationstag"),
        ("2027-11-17", FederalState.SAXONY, False, "Buß- und Bettag"),
        ("2027-08-15", FederalState.BAVARIA, True, "Mariä Himmelfahrt"),
        ("2027-08-15", FederalState.BAVARIA, False, None),
        ("2027-05-27", FederalState.THURINGIA, True, "Fronleichnam"),
        ("2027-12-24", FederalState.BAVARIA, False, None),
    ],
)
def test_holidays_are_those_of_the_state(day: str, state: FederalState, catholic: bool, name: str | None) -> None:
    """What is a holiday in one state is a working day in another."""
    assert holiday_name(date.fromisoformat(day), state, catholic=catholic) == name


def test_every_state_has_at_least_the_nine_common_holidays() -> None:
    """No federal state is left out."""
    year = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]

    assert len(FederalState) == 16
    assert min(sum(holiday_name(day, state) is not None for day in year) for state in FederalState) >= 9


def test_holidays_have_an_english_name() -> None:
    """For those who read English."""
    assert holiday_name(date(2027, 10, 3), FederalState.BERLIN, language="en") == "German Unity Day"


@settings(max_examples=examples(2_000, least=60), deadline=None)
@given(plans, instants)
def test_nothing_changes_before_the_next_change(plan: WeeklyPlan, after: datetime) -> None:
    """Until the next change the setting stays; with it, and not a second earlier, comes another."""
    change = next_change(plan, after)
    before = state_at(plan, after).setting
    end = change.at if change else after + timedelta(days=30)
    inside = [after + (end - after) * n / 50 for n in range(50)]

    assert {state_at(plan, instant).setting for instant in inside} == {before}
    if change is not None:
        assert change.at > after and change.at.tzinfo is UTC
        assert state_at(plan, change.at) == change.state
        assert state_at(plan, change.at - timedelta(seconds=1)).setting == before != change.state.setting


@settings(max_examples=examples(600, least=30), deadline=None)
@given(plans, instants)
def test_a_stretch_of_changes_is_the_chain_of_next_changes(plan: WeeklyPlan, start: datetime) -> None:
    """However the time is cut into stretches, the same switches come out."""
    end = start + timedelta(days=9)
    middle = start + (end - start) / 3
    whole = list(changes_between(plan, start, end))
    chained, last = [], start
    while (change := next_change(plan, last)) and change.at <= end:
        chained.append(change)
        last = change.at

    assert whole == chained
    assert whole == [*changes_between(plan, start, middle), *changes_between(plan, middle, end)]


def test_closed_means_what_holds_outside_all_blocks() -> None:
    """A closed vacation has the plan's `otherwise` all day."""
    plan = replace(OFFICE, vacations=(Vacation(date(2027, 3, 1), date(2027, 3, 2), CLOSED),))

    assert next(changes_between(plan, at("2027-02-28 12:00"), at("2027-03-05 00:00"))).at == at("2027-03-03 08:00")
