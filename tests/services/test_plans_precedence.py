"""Who decides, and why, when several wishes meet on one rule."""

import cProfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.plans import OFF, Block, Setting, WeeklyPlan
from services.plans_precedence import Claims, Source, Temporary, next_ruling, ruling_at, rulings
from services.plans_rota import Colleague, Handover, Rota, on_duty
from services.plans_until import OnDay, Until
from tests.proof import examples
from tests.services.plan_wishes import (
    BERLIN,
    MOBILE,
    OFFICE,
    ON_CALL,
    PEOPLE,
    VOICEMAIL,
    at,
    instants,
    minute,
    plans,
    rotas,
    settings_,
    shown,
    untils,
)

ROTA = Rota(BERLIN, PEOPLE[:2], date(2027, 3, 2), Handover(minute("8:00")))
UNTIL_NINE = Until(OnDay(date(2027, 3, 3), minute("9:00")), BERLIN, at("2027-03-02 12:00"))
EVERYTHING = Claims(VOICEMAIL, OFFICE, ROTA, Temporary(MOBILE, UNTIL_NINE), ON_CALL)


@pytest.mark.parametrize(
    ("claims", "wall", "source", "setting"),
    [
        (EVERYTHING, "2027-03-02 13:00", Source.MANUAL, ON_CALL),
        (replace(EVERYTHING, manual=None), "2027-03-02 13:00", Source.UNTIL, MOBILE),
        (replace(EVERYTHING, manual=None), "2027-03-03 09:00", Source.ROTA, Setting(PEOPLE[1].target)),
        (replace(EVERYTHING, manual=None), "2027-03-02 11:59", Source.ROTA, Setting(PEOPLE[0].target)),
        (replace(EVERYTHING, manual=None), "2027-03-01 20:00", Source.WEEKLY_PLAN, ON_CALL),
        (Claims(VOICEMAIL, replace(OFFICE, otherwise=None)), "2027-03-01 20:00", Source.BASE, VOICEMAIL),
        (Claims(VOICEMAIL, OFFICE, manual=OFF), "2027-03-01 20:00", Source.MANUAL, OFF),  # off is a wish, too
        (Claims(), "2027-03-01 20:00", Source.BASE, OFF),
    ],
)
def test_the_strongest_wish_wins(claims: Claims, wall: str, source: Source, setting: Setting) -> None:
    """By hand, then until, rota, weekly plan, and what holds anyway."""
    winner = ruling_at(claims, at(wall)).winner

    assert (winner.source, winner.setting) == (source, setting)


def test_a_ruling_names_the_overruled() -> None:
    """Everybody who wanted to decide is known with their reason; in conflict are those who wanted something else."""
    moment = at("2027-03-02 20:00")
    ruling = ruling_at(EVERYTHING, moment)

    assert [claim.source for claim in ruling.overruled] == [
        Source.UNTIL,
        Source.ROTA,
        Source.WEEKLY_PLAN,
        Source.BASE,
    ]
    assert [claim.source for claim in ruling.conflicts] == [Source.UNTIL, Source.ROTA]  # the plan wants the same
    assert ruling.overruled[0].why == UNTIL_NINE
    assert ruling.overruled[1].why == on_duty(ROTA, moment)


def test_the_next_switch_is_that_of_the_winner() -> None:
    """While something is set until 9:00 nothing else switches; then the rota goes on."""
    claims = replace(EVERYTHING, manual=None)
    found = next_ruling(claims, at("2027-03-02 13:00"))

    assert found is not None
    assert (shown(found[0])[:16], found[1].winner.source) == ("2027-03-03 09:00", Source.ROTA)
    assert next_ruling(EVERYTHING, at("2027-03-02 13:00")) is None


def test_the_most_there_can_be_is_searched_soon() -> None:
    """Full plans and rotas that never want anything else. Counted in calls: they are the same on a slow machine."""
    day = tuple(Block(place * 120, (place + 1) * 120, MOBILE) for place in range(12))
    same = tuple(Colleague(f"Person {place}", MOBILE.target or "") for place in range(30))
    rota = Rota(BERLIN, same, date(2027, 1, 1), Handover(0))
    claims = Claims(MOBILE, WeeklyPlan(BERLIN, 7 * (day,)), rota)
    searching = cProfile.Profile()

    assert searching.runcall(next_ruling, claims, at("2027-03-01 12:00")) is None
    assert sum(called.callcount for called in searching.getstats()) < 1_500_000  # about a second of a slow machine


@settings(max_examples=examples(1_000, least=40), deadline=None)
@given(
    st.builds(
        Claims,
        settings_,
        st.none() | plans,
        st.none() | rotas,
        st.none() | st.builds(Temporary, settings_, untils),
        st.none(),
    ),
    instants,
)
def test_every_switch_is_a_switch(claims: Claims, after: datetime) -> None:
    """Each of the next switches gives the rule another setting, and between them it keeps its own."""
    last, setting = after, ruling_at(claims, after).winner.setting
    for number, (at_, ruling) in enumerate(rulings(claims, after)):
        middle = last + (at_ - last) / 2
        assert at_ > last and at_.utcoffset() == UTC.utcoffset(None)
        assert ruling_at(claims, middle).winner.setting == setting != ruling.winner.setting
        assert ruling_at(claims, at_ - timedelta(seconds=1)).winner.setting == setting
        last, setting = at_, ruling.winner.setting
        if number == 5:
            break
