"""On-call rotas: who, since when, and who is next."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings

from services.plans_rota import Colleague, Handover, Rota, Swap, Turn, Weekend, handovers, next_handover, on_duty
from tests.proof import examples
from tests.services.plan_wishes import BERLIN, PEOPLE, at, instants, minute, rotas, shown

DAILY = Rota(BERLIN, PEOPLE[:3], date(2027, 3, 1), Handover(minute("8:00")))  # a Monday
WEEKLY = replace(DAILY, handover=Handover(minute("8:00"), weekday=0))
WITH_WEEKENDS = replace(
    DAILY, weekend=Weekend(Handover(minute("17:00"), 4), Handover(minute("8:00"), 0), ("Eva", "Ali"))
)


def who(rota: Rota, wall: str) -> str:
    """The name of who is on call."""
    duty = on_duty(rota, at(wall))
    return duty.person.name if duty else "nobody"


@pytest.mark.parametrize(
    ("rota", "wall", "name"),
    [
        (DAILY, "2027-03-01 07:59", "nobody"),
        (DAILY, "2027-03-01 08:00", "Max"),
        (DAILY, "2027-03-02 07:59", "Max"),
        (DAILY, "2027-03-02 08:00", "Eva"),
        (DAILY, "2027-03-04 08:00", "Max"),
        (WEEKLY, "2027-03-08 07:59", "Max"),
        (WEEKLY, "2027-03-08 08:00", "Eva"),
        (WEEKLY, "2027-03-22 08:00", "Max"),
        (replace(WEEKLY, begins=date(2027, 3, 3)), "2027-03-07 08:00", "Max"),  # a short first week
        (replace(WEEKLY, begins=date(2027, 3, 3)), "2027-03-08 08:00", "Eva"),
        (WITH_WEEKENDS, "2027-03-05 16:59", "Eva"),
        (WITH_WEEKENDS, "2027-03-05 17:00", "Eva"),
        (WITH_WEEKENDS, "2027-03-08 07:59", "Eva"),
        (WITH_WEEKENDS, "2027-03-08 08:00", "Eva"),
        (WITH_WEEKENDS, "2027-03-12 17:00", "Ali"),
        (WITH_WEEKENDS, "2027-03-19 17:00", "Eva"),
        (replace(WITH_WEEKENDS, begins=date(2027, 3, 6)), "2027-03-06 09:00", "Eva"),  # begins on a weekend: the first
        (replace(WITH_WEEKENDS, begins=date(2027, 3, 6)), "2027-03-13 09:00", "Ali"),
    ],
)
def test_who_is_on_call(rota: Rota, wall: str, name: str) -> None:
    """Everybody in turn, by day or week, and weekends in an order of their own."""
    assert who(rota, wall) == name


def test_a_swap_moves_one_day() -> None:
    """The day that begins at the handover goes to another person; the others stay as they were, also at weekends."""
    swapped = replace(WEEKLY, swaps=(Swap(date(2027, 3, 3), "Ali"),))
    weekend = replace(WITH_WEEKENDS, swaps=(Swap(date(2027, 3, 6), "Max"),))
    found = list(handovers(swapped, at("2027-03-01 12:00"), at("2027-03-08 12:00")))

    assert [(shown(relief.at)[:16], relief.duty.person.name, relief.duty.turn) for relief in found] == [
        ("2027-03-03 08:00", "Ali", Turn.SWAP),
        ("2027-03-04 08:00", "Max", Turn.ROUND),
        ("2027-03-08 08:00", "Eva", Turn.ROUND),
    ]
    assert [who(weekend, f"2027-03-0{day} 12:00") for day in (5, 6, 7)] == ["Eva", "Max", "Eva"]


def test_a_handover_names_both() -> None:
    """Who goes and who comes are known, so that both can be told."""
    relief = next_handover(WEEKLY, at("2027-03-01 12:00"))

    assert relief is not None and relief.before is not None
    assert (shown(relief.at), relief.before.person.name, relief.duty.person.name) == (
        "2027-03-08 08:00 CET",
        "Max",
        "Eva",
    )


def test_the_chain_goes_on_with_those_who_come_next() -> None:
    """At a weekend the weekend's order comes first, then everybody else; nobody stands in it twice."""
    weekend = on_duty(WITH_WEEKENDS, at("2027-03-13 12:00"))
    week = on_duty(WITH_WEEKENDS, at("2027-03-03 12:00"))

    assert weekend is not None and week is not None
    assert [person.name for person in weekend.chain] == ["Ali", "Eva", "Max"]
    assert [person.name for person in week.chain] == ["Ali", "Max", "Eva"]


def test_alone_there_is_no_handover() -> None:
    """One person stays for ever; before the rota begins its beginning is the handover."""
    alone = replace(DAILY, people=PEOPLE[:1])
    begins = next_handover(alone, at("2027-01-01 12:00"))

    assert next_handover(alone, at("2027-03-02 12:00")) is None
    assert begins is not None
    assert (begins.at, begins.before) == (at("2027-03-01 08:00"), None)


def test_handovers_at_clock_changes() -> None:
    """A handover at a skipped time comes when the clocks jump, at a repeated one once."""
    rota = replace(DAILY, handover=Handover(minute("2:30")))
    spring = handovers(rota, at("2027-03-27 12:00"), at("2027-03-29 12:00"))
    autumn = handovers(rota, at("2027-10-30 12:00"), at("2027-11-01 12:00"))

    assert [shown(relief.at) for relief in spring] == ["2027-03-28 03:00 CEST", "2027-03-29 02:30 CEST"]
    assert [shown(relief.at) for relief in autumn] == ["2027-10-31 02:30 CEST", "2027-11-01 02:30 CET"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: replace(DAILY, people=()),
        lambda: replace(DAILY, people=(PEOPLE[0], PEOPLE[0])),
        lambda: replace(DAILY, zone="Mars/Olympus"),
        lambda: replace(DAILY, swaps=(Swap(date(2027, 3, 1), "Nobody"),)),
        lambda: replace(DAILY, swaps=2 * (Swap(date(2027, 3, 1), "Max"),)),
        lambda: Handover(1440),
        lambda: Handover(0, 7),
        lambda: Weekend(Handover(0), Handover(0, 1), ("Max",)),
        lambda: Weekend(Handover(0, 1), Handover(0, 1), ("Max",)),
        lambda: Weekend(Handover(0, 1), Handover(0, 2), ()),
        lambda: Colleague(" ", "tel:+491713920010"),
    ],
)
def test_a_rota_that_makes_no_sense_can_not_be_made(wrong: object) -> None:
    """Every bound is held by the rota itself."""
    assert callable(wrong)
    with pytest.raises(ValueError, match=r".{10}"):
        wrong()


@settings(max_examples=examples(2_000, least=60), deadline=None)
@given(rotas, instants)
def test_the_person_stays_until_the_next_handover(rota: Rota, after: datetime) -> None:
    """Between handovers it is one person; at one, and not a second earlier, another."""
    relief = next_handover(rota, after)
    before = on_duty(rota, after)
    end = relief.at if relief else after + timedelta(days=30)
    people = {duty and duty.person for n in range(40) for duty in (on_duty(rota, after + (end - after) * n / 40),)}

    assert people == {before and before.person}
    if relief is not None:
        assert on_duty(rota, relief.at) == relief.duty
        assert relief.before is None or relief.before.person != relief.duty.person
