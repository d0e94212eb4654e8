"""The running service over the hours at which clocks are changed, killed, asleep and with a clock that jumps."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from portal.models import DivertWhen
from services.diverting_rules import Rule
from services.plans import Block, Setting, WeeklyPlan, changes_between, state_at
from services.schedules_wishes import Plan
from storage.connections import Connection
from storage.schedules import Schedule, SwitchState
from tests.proof import Proof
from tests.services.exchange import SPECIAL, Exchange, exchange
from tests.services.plan_wishes import ON_CALL, VOICEMAIL, ZONES
from tests.services.test_plans_proof import BEGIN, END, precarious

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
AROUND = timedelta(hours=26)
ENDED = {SwitchState.DONE, SwitchState.MISSED}


def inside(setting: Setting) -> Setting:
    """The same with a target within the house, for which nobody is asked for a PIN."""
    place = 0 if setting == VOICEMAIL else 1 if setting == ON_CALL else 2
    return Setting(SPECIAL[place]) if setting.target else setting


def the_plan(zone: str) -> WeeklyPlan:
    """Switches at all the wrong times, on every day: clocks are changed at weekends."""
    plan = precarious(zone)
    week = 7 * (tuple(_inside(block) for block in plan.week[0]),)
    return replace(plan, week=week, otherwise=inside(ON_CALL), vacations=(), closed_days=())


def _inside(block: Block) -> Block:
    return replace(block, setting=inside(block.setting))


def clock_changes(zone: str) -> list[datetime]:
    """The hours within the two years before which the clocks were changed."""
    here = ZoneInfo(zone)
    instants = [BEGIN + n * HOUR for n in range(int((END - BEGIN) / HOUR))]
    return [b for a, b in pairwise(instants) if a.astimezone(here).utcoffset() != b.astimezone(here).utcoffset()]


async def begin(house: Exchange, plan: WeeklyPlan, at: datetime) -> tuple[Connection, Schedule]:
    """Somebody saves the plan, which begins at once."""
    house.now = at
    max_ = await house.somebody()
    wish = Plan("Woche", "ext-21", "21", DivertWhen.ALWAYS, Rule(), plan)
    saved = await house.planning.save(max_, 7, wish, "Woche")
    await house.at(at)
    found = await house.rows.get(saved.schedule_id)
    assert found is not None
    return max_, found


def set_to(house: Exchange) -> Setting:
    """What the telephone system does."""
    rule = house.telephones.rules["ext-21"].get("unconditional", {"active": False})
    return Setting(str(rule["target"])) if rule["active"] else Setting()


@pytest.mark.proof("T35", target="the running service makes each switch exactly once, at its local time")
async def test_each_switch_is_made_once_at_its_local_time(proof: Proof, tmp_path: Path) -> None:
    """Around each change of clocks: nothing a second before, one change at the telephone system at the instant."""
    wrong, switched = [], 0
    most = proof.count(4, "clock changes of a zone")
    for zone in proof.random.sample(ZONES, proof.count(len(ZONES), "zones", least=2)):
        for place, change in enumerate(proof.random.sample(clock_changes(zone), most)):
            plan = the_plan(zone)
            name = f"{zone.replace('/', '-')}-{place}.db"
            async with exchange(f"sqlite:///{tmp_path / name}", zone) as house:
                await begin(house, plan, change - AROUND)
                for due in changes_between(plan, change - AROUND, change + AROUND):
                    await house.at(due.at - SECOND)
                    made = len(house.telephones.changes)
                    before = set_to(house)
                    await house.at(due.at)
                    is_once = len(house.telephones.changes) == made + 1
                    if not is_once or set_to(house) != due.state.setting or before == due.state.setting:
                        wrong.append((zone, due.at))
                    switched += 1

    proof.record(figure=f"{switched} switches, {len(wrong)} wrong", passed=not wrong)
    assert wrong[:5] == []
    assert switched


class Chaos:
    """Naps, clocks that are set, kills at any await, and a second process."""

    def __init__(self, house: Exchange, random: Random) -> None:
        self._house = house
        self._random = random
        self.kills = 0

    async def live(self, until: datetime) -> None:
        """Until the true time is that."""
        true, wrong_by = self._house.now, timedelta()
        while true < until:
            true += timedelta(minutes=self._random.choice((1, 5, 30, 60, 8 * 60)))
            if self._random.random() < 0.2:
                wrong_by = self._random.choice((-HOUR, timedelta(), HOUR))
            self._house.now = true + wrong_by
            await self._beat()
        for minutes in (0, 2, 4, 30, 60):  # leases run out, answers that were lost are asked for
            await self._house.at(true + HOUR + timedelta(minutes=minutes))

    async def _beat(self) -> None:
        one, other = self._house, self._house.again()
        beats = [asyncio.create_task(each.scheduling.run_once()) for each in (one, other)]
        if self._random.random() < 0.4:
            for _ in range(self._random.randrange(400)):
                await asyncio.sleep(0)
            self.kills += sum(not beat.done() for beat in beats)
            for beat in beats:
                beat.cancel()
        await asyncio.gather(*beats, return_exceptions=True)
        await one.following.run_once()


@pytest.mark.proof("T35", target="killed, asleep, clock ±1 h, two processes: 0 switches lost, 0 made twice")
async def test_nothing_is_lost_or_made_twice(proof: Proof, tmp_path: Path) -> None:
    """Each instant is settled exactly once, each change is one switch's, and in the end the rule is as wished."""
    lost = twice = unlike = switched = kills = 0
    for round_ in range(proof.count(60, "lives of four days", least=2)):
        zone = proof.random.choice(ZONES)
        change = proof.random.choice(clock_changes(zone))
        plan = the_plan(zone)
        async with exchange(f"sqlite:///{tmp_path / str(round_)}.db", zone) as house:
            start = change - 2 * DAY
            _, schedule = await begin(house, plan, start)
            chaos = Chaos(house, proof.random)
            await chaos.live(change + 2 * DAY)
            rows = await house.rows.switches_of(schedule.id)
            settled = Counter(row.due_at for row in rows if row.state in ENDED)
            stored = await house.rows.get(schedule.id)
            assert stored is not None
            assert stored.done_through is not None
            asked = [one.at for one in changes_between(plan, start, stored.done_through)]
            made = sum(row.state is SwitchState.DONE and not row.reason for row in rows)
            lost += len(set(asked) - settled.keys())
            twice += max(0, len(house.telephones.changes) - made)
            unlike += set_to(house) != state_at(plan, house.now).setting
            switched, kills = switched + len(asked), kills + chaos.kills

    figure = f"{switched} switches, {kills} kills, {lost} lost, {twice} made twice, {unlike} ended otherwise"
    proof.record(figure=figure, passed=not (lost or twice or unlike))
    assert (lost, twice, unlike) == (0, 0, 0)
