"""Who rings: every call ends, circles are found, and the planned state counts for later moments."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.bodies import RuleChange
from portal.dialling import Reason
from portal.models import DiversionStatus, DivertWhen, Extension
from portal.server.errors import PortalError
from portal.server.tmf.forwarding import Line, TelephoneSystem
from services.plans import Setting
from services.plans_precedence import Claims, Source, Temporary
from services.plans_until import For, Until, resolve
from services.ringing import Kind, Leg, Lines, Moment, Stop, leads_to_loop, way_of
from tests.proof import examples
from tests.services.lines import (
    ALWAYS,
    BUSY,
    MOBILE,
    NO_ANSWER,
    NOT_REACHABLE,
    VOICEMAIL,
    active,
    diversion,
    extension,
    inside,
    number_range,
)

NOW = Moment(datetime(2026, 11, 23, 9, tzinfo=UTC), is_now=True)
NUMBERS = ("21", "22", "23", "24", "25", "26")
TARGETS = st.sampled_from(
    [*map(inside, NUMBERS), *(f"tel:+4922147102{number}" for number in NUMBERS), MOBILE, VOICEMAIL, inside("99")]
)
RULES = st.dictionaries(st.sampled_from(DivertWhen), TARGETS).map(active)


@st.composite
def houses(draw: st.DrawFn) -> tuple[Extension, ...]:
    """Six extensions in a range, diverted anyhow."""
    return (*(extension(number, *draw(RULES)) for number in NUMBERS), number_range(*draw(RULES)))


def stops(stop: Stop) -> Iterator[Stop]:
    """A stop and all that come after it."""
    yield stop
    for leg in stop.legs:
        yield from stops(leg.to)


def told(stop: Stop) -> object:
    """The way as plain values: where, and under which condition what."""
    name = stop.line.number or "range" if stop.line else stop.uri
    legs = {leg.when.value if leg.when else "inside": told(leg.to) for leg in stop.legs}
    return (stop.kind.value, name, legs) if legs else (stop.kind.value, name)


def way(*lines: Extension, to: str = "21", moment: Moment = NOW) -> Stop:
    """Where a call to an extension goes."""
    known = Lines(lines)
    dialled = known.typed(to)
    assert dialled is not None
    return way_of(known, dialled, moment)


def test_the_telephone_rings_and_each_condition_is_a_leg() -> None:
    """Busy goes to the voicemail, no answer to a colleague whose own diversion is followed to the mobile."""
    first = extension(
        "21",
        diversion(ALWAYS, MOBILE, active=False),
        diversion(BUSY, VOICEMAIL),
        diversion(NO_ANSWER, inside("22"), seconds=20),
    )
    found = way(first, extension("22", *active({ALWAYS: MOBILE})))
    onward = ("extension", "22", {"unconditional": ("outside", MOBILE)})
    assert told(found) == ("extension", "21", {"busy": ("voicemail", VOICEMAIL), "noAnswer": onward})
    assert [leg.seconds for leg in found.legs] == [None, 20]
    assert not found.is_handed_on


def test_always_covers_the_other_conditions() -> None:
    """What is below a diversion for always does not apply."""
    found = way(extension("21", *active({ALWAYS: inside("22"), BUSY: MOBILE})), extension("22"))
    assert told(found) == ("extension", "21", {"unconditional": ("extension", "22")})
    assert found.is_handed_on


def test_the_range_comes_before_its_extensions() -> None:
    """For a call from outside; a diversion of the whole range for always leaves nothing to the extension."""
    line = extension("21", *active({BUSY: VOICEMAIL}))
    plain, cut_off, gone = number_range(), number_range(diversion(NOT_REACHABLE, MOBILE)), number_range(
        diversion(ALWAYS, MOBILE)
    )  # fmt: skip
    own = ("extension", "21", {"busy": ("voicemail", VOICEMAIL)})
    assert told(way(line, plain)) == own
    assert told(way(line, cut_off)) == ("range", "range", {"notReachable": ("outside", MOBILE), "inside": own})
    assert told(way(line, gone)) == ("range", "range", {"unconditional": ("outside", MOBILE)})
    assert told(way(line, gone, to="+49 221 4710221")) == told(way(line, gone))
    assert told(way(line, gone, to="0221 4710 250")) == told(way(line, gone))


def test_a_call_that_goes_round_is_shown_where_it_turns() -> None:
    """A to B to A ends in "has been here", and the way says which line."""
    found = way(extension("21", *active({ALWAYS: inside("22")})), extension("22", *active({NO_ANSWER: inside("21")})))
    last = list(stops(found))[-1]
    assert (last.kind, last.line and last.line.number) == (Kind.LOOP, "21")


def test_long_chains_are_cut() -> None:
    """After five legs nobody follows any more, and the way says so."""
    chain = [extension(str(n), *active({ALWAYS: inside(str(n + 1))})) for n in range(21, 35)]
    kinds = [stop.kind for stop in stops(way(*chain))]
    assert kinds == [Kind.EXTENSION] * 6 + [Kind.FURTHER]


def test_groups_are_named_with_their_other_members() -> None:
    """Calls to a group ring whatever is diverted, so the way names it."""
    found = way(extension("21", groups=["Zentrale"]), extension("23", groups=["Zentrale"]), extension("24"))
    assert [(group.name, [member.number for member in group.others]) for group in found.groups] == [
        ("Zentrale", ["23"])
    ]


def test_what_the_telephone_system_did_not_follow_does_not_ring() -> None:
    """A failed diversion leads nowhere, and is named."""
    rule = replace(diversion(ALWAYS, MOBILE), status=DiversionStatus.FAILED)
    found = way(extension("21", rule))
    assert (found.legs, found.failed) == ((), (ALWAYS,))


def test_later_the_plan_decides_and_now_what_stands() -> None:
    """A diversion until 10:00 holds before and is gone after; what somebody else switched since counts for now."""
    until = resolve(For(60), "Europe/Berlin", NOW.at)
    assert isinstance(until, Until)
    claims = Claims(temporary=Temporary(Setting(MOBILE), until))
    plans = {("ext-21", ALWAYS): claims}
    lines = Lines([extension("21", *active({ALWAYS: MOBILE}))])
    line = lines.all[0]
    now = way_of(lines, lines.called(line), NOW, plans)
    assert [(leg.to.uri, leg.claim and leg.claim.source) for leg in now.legs] == [(MOBILE, Source.UNTIL)]
    later = way_of(lines, lines.called(line), Moment(NOW.at + timedelta(hours=2)), plans)
    assert later.legs == ()
    other = Lines([extension("21", *active({ALWAYS: VOICEMAIL}))])
    assert way_of(other, other.called(other.all[0]), NOW, plans).legs == (Leg(ALWAYS, Stop(Kind.VOICEMAIL, VOICEMAIL)),)


@pytest.mark.parametrize("typed", ["", "99", "0171 3920010", "110", "+", "2" * 50, "21; drop table", "²¹"])
def test_numbers_of_nobody_here(typed: str) -> None:
    """What is neither an extension nor a number of the customer is not found."""
    assert Lines([extension("21"), number_range()]).typed(typed) is None


@given(houses(), st.sampled_from([*NUMBERS, "+492214710250", "+4922147102" + NUMBERS[0]]))
@settings(max_examples=examples(20_000, least=300))
def test_every_call_ends(house: tuple[Extension, ...], dialled: str) -> None:
    """Whatever is diverted where: the way is finite, small, and each leg ends in something that has words."""
    found = list(stops(way(*house, to=dialled)))
    assert len(found) <= 4 * (len(house) + 1)
    followed = [stop.line.id for stop in found if stop.kind is Kind.EXTENSION and stop.line]
    assert len(followed) <= len(set(followed)) + 1
    assert all(stop.legs == () for stop in found if stop.kind not in {Kind.EXTENSION, Kind.RANGE})


@given(houses(), st.sampled_from(NUMBERS), st.sampled_from(DivertWhen), TARGETS)
@settings(max_examples=examples(20_000, least=300))
def test_loops_are_found_like_the_telephone_system_finds_them(
    house: tuple[Extension, ...], number: str, when: DivertWhen, target: str
) -> None:
    """What the portal refuses as going round, and nothing else, is found before it is asked."""
    line = next(line for line in house if line.number == number)
    found = leads_to_loop(house, {line.id: {when: RuleChange(active=True, target=target)}})
    assert bool(found) == (_refused(house, line, target) in {Reason.SELF, Reason.LOOP})
    if found:
        assert found[0].id == found[-1].id == line.id
        assert leads_to_loop(house, {line.id: {when: RuleChange(active=False)}}) == ()


def _refused(house: tuple[Extension, ...], line: Extension, target: str) -> Reason | None:
    """The reference portal's word."""
    try:
        TelephoneSystem(map(_as_there, house), [VOICEMAIL], ()).check(line.id, target)
    except PortalError as error:
        return Reason(error.message)
    return None


def _as_there(line: Extension) -> Line:
    span = line.number_range
    rules = {rule.when.value: {"active": rule.active, "target": rule.target} for rule in line.diversions}
    first, last = (span.first, span.last) if span else ("", "")
    return Line(line.id, line.number or None, frozenset(line.phone_numbers), first, last, rules)
