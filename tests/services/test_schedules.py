"""What was wished for later happens once, at its time, and exactly: ends, plans, rotas and presets."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from portal.bodies import RuleChange
from portal.models import DivertWhen
from services.diverting import Wish
from services.diverting_rules import Rule
from services.errors import TooLate
from services.plans import Setting
from services.plans_hours import OFFICE_HOURS, weekly
from services.plans_rota import Colleague, Handover, Rota
from services.schedules_wishes import Plan, plan_of
from storage.actions import State
from storage.connections import Connection
from storage.schedules import ScheduleKind, ScheduleState, SwitchState, What
from tests.services.exchange import SPECIAL, Exchange
from tests.services.plan_wishes import OFFICE, at

ALWAYS = DivertWhen.ALWAYS
VOICEMAIL, OTHER, MAX, EVA, ALI, _ = SPECIAL
TO_VOICEMAIL = Wish("ext-21", {ALWAYS: RuleChange(True, VOICEMAIL)})
SIX = datetime(2027, 1, 4, 17, 0, tzinfo=UTC)  # 18:00 in Berlin


def rule(house: Exchange, line: str = "ext-21") -> tuple[object, object]:
    """Whether "always" is on, and its target."""
    found = house.telephones.rules[line]["unconditional"]
    return found["active"], found.get("target")


async def kinds(house: Exchange) -> list[str]:
    """Which notices there were."""
    return sorted(notice.kind for notice in await house.told())


async def test_the_exact_earlier_rule_returns_in_silence(house: Exchange) -> None:
    """A reminder a quarter of an hour before; at the end the rule is off again, with its old target."""
    max_ = await house.somebody()
    await house.divert(max_, TO_VOICEMAIL, until=SIX)
    assert rule(house) == (True, VOICEMAIL)
    await house.at(SIX - timedelta(minutes=16))
    assert await kinds(house) == []
    await house.at(SIX - timedelta(minutes=14))
    assert await kinds(house) == ["schedule-reminder"]
    await house.at(SIX - timedelta(seconds=1))
    assert rule(house) == (True, VOICEMAIL)
    await house.at(SIX)
    assert rule(house) == (False, OTHER)
    await house.later(hours=1)
    assert (await kinds(house), len(house.telephones.changes)) == ([], 2)


async def test_two_processes_end_it_once(house: Exchange) -> None:
    """Five at the same instant: one change at the telephone system."""
    await house.divert(await house.somebody(), TO_VOICEMAIL, until=SIX)
    others = [house.again() for _ in range(5)]
    await asyncio.gather(*(one.at(SIX) for one in others))
    assert rule(house) == (False, OTHER)
    assert len(house.telephones.changes) == 2


async def test_what_somebody_changed_meanwhile_is_not_touched(house: Exchange) -> None:
    """The line was set elsewhere: it stays so, and the person is told."""
    await house.divert(await house.somebody(), TO_VOICEMAIL, until=SIX)
    house.telephones.elsewhere("ext-21", unconditional={"active": True, "target": OTHER})
    await house.at(SIX)
    assert rule(house) == (True, OTHER)
    (ended,) = [notice for notice in await house.told() if notice.kind == "schedule-ended"]
    assert ended.facts["how"] == "changed"


async def test_later_by_an_hour_or_at_once(house: Exchange) -> None:
    """ "+1 h" moves the end, "now" brings it; after it there is nothing to move."""
    max_ = await house.somebody()
    await house.divert(max_, TO_VOICEMAIL, until=SIX)
    (listed,) = await house.planning.listed(max_)
    assert listed.next_at == SIX
    await house.planning.lengthen(max_, listed.schedule.id, timedelta(hours=1))
    await house.at(SIX + timedelta(minutes=59))
    assert rule(house) == (True, VOICEMAIL)
    await house.planning.end_now(max_, listed.schedule.id)
    await house.later(seconds=1)
    assert rule(house) == (False, OTHER)
    assert await kinds(house) == ["schedule-ended", "schedule-reminder"]
    with pytest.raises(TooLate):
        await house.planning.lengthen(max_, listed.schedule.id, timedelta(hours=1))


async def test_late_is_said(house: Exchange) -> None:
    """Eight hours of sleep: ended at once, and said."""
    await house.divert(await house.somebody(), TO_VOICEMAIL, until=SIX)
    await house.at(SIX + timedelta(hours=8))
    assert rule(house) == (False, OTHER)
    (ended,) = await house.told()
    assert (ended.kind, ended.facts["how"]) == ("schedule-ended", "late")


async def test_away_is_waited_for_and_then_given_up(house: Exchange) -> None:
    """After an hour it is said, after twelve it is missed; back in time it is done late."""
    max_ = await house.somebody()
    for back_after, codes in ((2, ["waiting"]), (14, ["missed", "waiting"])):
        house.telephones.elsewhere("ext-21", unconditional={"active": False, "target": OTHER})
        ends = house.now + timedelta(hours=6)
        await house.divert(max_, TO_VOICEMAIL, until=ends)
        house.telephones.is_away = True
        house.now = ends
        while house.now < ends + timedelta(hours=back_after):
            await house.later(minutes=11)
        house.telephones.is_away = False
        await house.later(minutes=11)
        assert rule(house) == ((False, OTHER) if back_after == 2 else (True, VOICEMAIL))
        told = [notice for notice in await house.told() if notice.kind != "schedule-reminder"]
        assert sorted(str(n.facts["code"]) for n in told if n.kind == "schedule-failed") == codes
        assert [n.facts["how"] for n in told if n.kind == "schedule-ended"] == (["late"] if back_after == 2 else [])


async def test_slept_for_days_and_the_portal_is_away_for_another_minute(house: Exchange) -> None:
    """The first tries are no reason to give up or to worry anybody, however late it is."""
    await house.divert(await house.somebody(), TO_VOICEMAIL, until=SIX)
    house.telephones.is_away = True
    await house.at(SIX + timedelta(days=2))
    await house.later(seconds=30)
    house.telephones.is_away = False
    await house.later(minutes=1)
    assert rule(house) == (False, OTHER)
    (ended,) = await house.told()
    assert (ended.kind, ended.facts["how"]) == ("schedule-ended", "late")


async def test_an_end_laid_over_another_gives_way_to_it(house: Exchange) -> None:
    """A diversion within a diversion: first the inner one ends, then the outer one; a newer one for good ends both."""
    max_ = await house.somebody()
    await house.divert(max_, TO_VOICEMAIL, until=SIX)
    await house.later(hours=1)
    inner = Wish("ext-21", {ALWAYS: RuleChange(True, ALI)})
    await house.divert(max_, inner, until=SIX - timedelta(hours=2))
    await house.at(SIX - timedelta(hours=2))
    assert rule(house) == (True, VOICEMAIL)
    await house.at(SIX)
    assert rule(house) == (False, OTHER)
    await house.divert(max_, TO_VOICEMAIL, until=SIX + timedelta(hours=3))
    await house.later(hours=1)
    await house.divert(max_, inner)
    await house.later(hours=9)
    assert rule(house) == (True, ALI)
    assert await house.planning.listed(max_) == []


async def test_an_inner_end_that_outlives_the_outer_one_brings_back_what_was_before_both(house: Exchange) -> None:
    """Nothing is left on by an end that was covered when it came."""
    max_ = await house.somebody()
    await house.divert(max_, TO_VOICEMAIL, until=SIX)
    await house.later(hours=1)
    await house.divert(max_, Wish("ext-21", {ALWAYS: RuleChange(True, ALI)}), until=SIX + timedelta(hours=1))
    await house.at(SIX)
    assert rule(house) == (True, ALI)
    await house.later(hours=1)
    assert rule(house) == (False, OTHER)


async def test_undo_takes_the_end_with_it(house: Exchange) -> None:
    """What was taken back does not end once more; what it covered goes on."""
    max_ = await house.somebody()
    await house.divert(max_, TO_VOICEMAIL, until=SIX)
    await house.later(hours=1)
    inner = Wish("ext-21", {ALWAYS: RuleChange(True, ALI)})
    key = await house.divert(max_, inner, until=SIX + timedelta(hours=1))
    step = await house.acting.undo(key, [max_], max_.person_id, 2)
    assert (step.action.state, rule(house)) == (State.DONE, (True, VOICEMAIL))
    await house.at(SIX)
    assert rule(house) == (False, OTHER)
    assert await house.planning.listed(max_) == []


async def test_somebody_else_ends_it(house: Exchange) -> None:
    """The maker is gone: another entitled person's connection does it; nobody at all is told when somebody is back."""
    max_, paula = await house.somebody(), await house.somebody("Paula Pforte", 8, "pbxAdmin")
    await house.divert(max_, TO_VOICEMAIL, until=SIX)
    await house.connections.end(max_.id, house.now)
    await house.at(SIX)
    assert rule(house) == (False, OTHER)
    await house.divert(paula, TO_VOICEMAIL, until=SIX + timedelta(hours=1))
    await house.connections.end(paula.id, house.now)
    await house.later(hours=1)
    await house.later(hours=1)
    assert rule(house) == (True, VOICEMAIL)
    await house.told()
    again = await house.somebody("Paula Pforte", 8, "pbxAdmin")
    await house.later(hours=1)
    (news,) = await house.told()
    assert (news.facts["code"], news.facts["reader"]) == ("nobody", str(again.id))


def plan(course: object = OFFICE) -> Plan:
    """For "always" of extension 21, all targets within the house."""
    assert isinstance(course, type(OFFICE) | Rota)
    return Plan("Büro", "ext-21", "21 Platz", ALWAYS, Rule(False, OTHER), course)


def after_hours() -> Plan:
    """Nobody answers within 25 seconds outside office hours: the voicemail."""
    course = weekly("Europe/Berlin", OFFICE_HOURS, Setting(VOICEMAIL), lunch=None, state=None)
    return replace(plan(course), when=DivertWhen.NO_ANSWER, base=Rule(), seconds=25)


def inside() -> Rota:
    """Two people, daily at 8:00 in Berlin."""
    people = (Colleague("Max Muster", MAX), Colleague("Eva Extern", EVA))
    return Rota("Europe/Berlin", people, date(2027, 1, 4), Handover(8 * 60))


async def saved(house: Exchange, by: Connection, wish: Plan) -> None:
    """Saved, and on: nothing of it leads out of the house."""
    found = await house.planning.save(by, by.person_id, wish, "Plan")
    assert found.action_id is None
    await house.later(seconds=1)


async def test_a_rota_tells_both_people(house: Exchange) -> None:
    """Whoever is connected hears of the handover; who is not, the maker stands in for."""
    max_ = await house.somebody()
    await saved(house, max_, plan(inside()))
    assert rule(house) == (True, MAX)
    await house.told()
    await house.at(at("2027-01-05 08:00"))
    assert rule(house) == (True, EVA)
    (duty,) = await house.told()
    assert (duty.kind, duty.facts["comes"], duty.facts["goes"], duty.chat_id) == (
        "schedule-duty",
        "Eva Extern",
        "Max Muster",
        7,
    )


async def test_a_plan_for_no_answer_leaves_the_other_conditions_alone(house: Exchange) -> None:
    """It sets its own rule with its seconds, beside a rota for always; in business hours only its own rule is off."""
    max_ = await house.somebody()
    await saved(house, max_, plan(inside()))
    await house.at(at("2027-01-04 18:30"))
    await saved(house, max_, after_hours())
    no_answer = house.telephones.rules["ext-21"]["noAnswer"]
    assert rule(house) == (True, MAX)
    assert (no_answer["active"], no_answer["noReplyTimer"]) == (True, 25)
    await house.at(at("2027-01-05 07:59"))
    await house.at(at("2027-01-05 08:01"))
    assert rule(house) == (True, EVA)
    assert house.telephones.rules["ext-21"]["noAnswer"]["active"] is False
    states = [one.schedule.state for one in await house.planning.listed(max_)]
    assert states == [ScheduleState.ON, ScheduleState.ON]


async def test_an_end_gives_a_rule_back_to_its_plan_with_the_seconds_of_that(house: Exchange) -> None:
    """What was set for a while over a plan for no answer: at its end the plan's target and seconds hold again."""
    max_ = await house.somebody()
    await house.at(at("2027-01-04 18:30"))
    await saved(house, max_, after_hours())
    planned = dict(house.telephones.rules["ext-21"]["noAnswer"])
    over = Wish("ext-21", {DivertWhen.NO_ANSWER: RuleChange(True, ALI, 10)})
    await house.divert(max_, over, until=at("2027-01-04 20:00"))
    assert house.telephones.rules["ext-21"]["noAnswer"]["noReplyTimer"] == 10
    await house.at(at("2027-01-04 20:00"))
    assert house.telephones.rules["ext-21"]["noAnswer"] == planned


async def test_a_changed_plan_takes_the_place_of_the_one_it_was_made_from(house: Exchange) -> None:
    """Only the new one is listed; another plan for the same rule is off, and may be turned on again."""
    max_ = await house.somebody()
    await saved(house, max_, plan(inside()))
    (first,) = await house.planning.listed(max_)
    await saved(house, max_, replace(plan(inside()), name="Neu", changes=first.schedule.id))
    (second,) = await house.planning.listed(max_)
    assert plan_of(second.schedule).name == "Neu"
    await saved(house, max_, plan(inside()))
    states = {one.schedule.id: one.schedule.state for one in await house.planning.listed(max_)}
    assert states.pop(second.schedule.id) is ScheduleState.OFF
    assert list(states.values()) == [ScheduleState.ON]


async def test_by_hand_wins_and_undo_lets_the_plan_go_on(house: Exchange) -> None:
    """For a while the plan is overruled; for good it rests and says so; taken back, it goes on."""
    max_ = await house.somebody()
    await saved(house, max_, plan(inside()))
    await house.divert(max_, TO_VOICEMAIL, until=at("2027-01-05 10:00"))
    await house.at(at("2027-01-05 08:00"))
    assert rule(house) == (True, VOICEMAIL)
    await house.at(at("2027-01-05 10:00"))
    assert rule(house) == (True, EVA)
    await house.told()
    key = await house.divert(max_, TO_VOICEMAIL)
    assert await kinds(house) == ["schedule-rests"]
    await house.at(at("2027-01-06 08:00"))
    assert rule(house) == (True, VOICEMAIL)
    await house.acting.undo(key, [max_], 7, 3)
    await house.later(seconds=1)
    assert rule(house) == (True, MAX)


async def test_an_end_and_a_handover_at_the_same_moment(house: Exchange) -> None:
    """The rota has the line again, whichever of the two comes first; nobody is told that somebody changed it."""
    max_ = await house.somebody()
    await saved(house, max_, plan(inside()))
    await house.divert(max_, TO_VOICEMAIL, until=at("2027-01-05 08:00"))
    await house.at(at("2027-01-05 08:00"))
    assert rule(house) == (True, EVA)
    assert "schedule-ended" not in await kinds(house)


async def test_off_and_on_again(house: Exchange) -> None:
    """Off it switches nothing; on again it sets what it wants at that moment."""
    max_ = await house.somebody()
    await saved(house, max_, plan(inside()))
    (listed,) = await house.planning.listed(max_)
    await house.planning.turn_off(max_, listed.schedule.id)
    await house.at(at("2027-01-05 08:00"))
    assert rule(house) == (True, MAX)
    await house.planning.turn_on(max_, listed.schedule.id)
    await house.later(seconds=1)
    assert rule(house) == (True, EVA)
    await house.planning.swap(max_, listed.schedule.id, date(2027, 1, 5), "Max Muster")
    await house.later(seconds=1)
    assert rule(house) == (True, MAX)
    await house.planning.delete(max_, listed.schedule.id)
    assert await house.planning.listed(max_) == []


async def test_a_preset_is_set_and_taken_back(house: Exchange) -> None:
    """All lines as they were kept; back, exactly what was before, but for what somebody changed since."""
    max_ = await house.somebody()
    house.telephones.elsewhere("ext-21", unconditional={"active": True, "target": VOICEMAIL})
    house.telephones.elsewhere("ext-22", unconditional={"active": True, "target": OTHER})
    board = await house.diverting.switchboard(max_)
    kept = await house.presets.save(max_, 7, "Feierabend", board, {"ext-21", "ext-22"}, "Preset")
    assert kept.action_id is None
    house.telephones.elsewhere("ext-21", unconditional={"active": False, "target": OTHER})
    house.telephones.elsewhere("ext-22", unconditional={"active": False, "target": VOICEMAIL})
    step, preset = await house.presets.set(max_, 7, kept.schedule_id, 1, "Feierabend")
    assert step.action.state is State.DONE
    assert await house.presets.is_set(preset)
    assert (rule(house), rule(house, "ext-22")) == ((True, VOICEMAIL), (True, OTHER))
    house.telephones.elsewhere("ext-22", unconditional={"active": True, "target": ALI})
    step, preset = await house.presets.take_back(max_, 7, kept.schedule_id, 2, "Zurück")
    assert not await house.presets.is_set(preset)
    assert (rule(house), rule(house, "ext-22")) == ((False, OTHER), (True, ALI))
    with pytest.raises(TooLate):
        await house.presets.take_back(max_, 7, kept.schedule_id, 3, "Zurück")


async def test_a_restart_between_claim_and_done(house: Exchange) -> None:
    """Killed after the claim, after the proposal, or before it was written down: done once, by the successor."""
    max_ = await house.somebody()
    key = await house.divert(max_, TO_VOICEMAIL, until=SIX)
    house.now = SIX
    (lost, *_) = [switch for switch in await house.rows.claim(SIX, 5) if switch.what is What.SWITCH]
    proposed = await house.diverting.propose(max_, 7, [TO_VOICEMAIL], summary="", shown={}, by_plan=True)
    assert await house.rows.note(lost, proposed)
    successor = house.again()
    await successor.at(SIX + timedelta(minutes=2))
    assert rule(house) == (False, OTHER)
    stale = await house.actions.get(proposed)
    assert stale is not None
    assert stale.state is State.DROPPED
    schedule = await house.rows.of_action(key)
    assert schedule is not None
    assert (schedule.kind, schedule.state) == (ScheduleKind.END, ScheduleState.OVER)
    states = {switch.state for switch in await house.rows.switches_of(schedule.id) if switch.what is What.SWITCH}
    assert states == {SwitchState.DONE}
    assert len(house.telephones.changes) == 2
    assert not await house.rows.note(lost, uuid4())
