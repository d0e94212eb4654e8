"""Schedules against the clock on the wall, over two years, minute by minute."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.holidays import FederalState
from services.plans import (
    LIKE_SUNDAY,
    Block,
    Change,
    Holidays,
    OwnBlocks,
    Setting,
    Vacation,
    WeeklyPlan,
    changes_between,
    next_change,
)
from services.plans_rota import Handover, Rota, handovers
from tests.proof import Proof
from tests.services.plan_wishes import MOBILE, ON_CALL, PEOPLE, VOICEMAIL, ZONES, hours

BEGIN, END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)  # 29 February 2028 lies within
MINUTE = timedelta(minutes=1)
PRECARIOUS = (  # about the hours at which clocks are changed somewhere
    *(hours("23:30-0:15", MOBILE), hours("0:15-0:45", VOICEMAIL), hours("1:00-1:45", ON_CALL)),
    *(hours("2:00-2:15", MOBILE), hours("2:30-3:00", VOICEMAIL), hours("3:30-8:00", ON_CALL)),
)
WORKDAY = (hours("8:00-17:00", MOBILE), hours("12:00-13:00", VOICEMAIL, is_break=True))
EASTER_MONDAYS = {date(2027, 3, 29), date(2028, 4, 17)}


def precarious(zone: str) -> WeeklyPlan:
    """A plan with switches at all the wrong times, a vacation over the leap day, and a closed day."""
    return WeeklyPlan(
        zone=zone,
        week=(*(5 * ((*PRECARIOUS, *WORKDAY),)), PRECARIOUS, (hours("0:00-24:00", VOICEMAIL),)),
        otherwise=ON_CALL,
        closed_days=(date(2027, 6, 4),),
        vacations=(Vacation(date(2028, 2, 28), date(2028, 3, 1), OwnBlocks((hours("0:00-24:00", MOBILE),))),),
    )


def wanted_at(plan: WeeklyPlan) -> Callable[[datetime], Setting | None]:
    """A second reading of the same plan: one table of minutes for each kind of day, no instants, no zones."""

    def table(own: tuple[Block, ...]) -> list[Setting | None]:
        minutes: list[Setting | None] = [None for _ in range(1440)]
        for block in sorted(own, key=lambda block: (block.is_break, block.begins)):
            for n in range(block.begins, min(block.end, 1440)):
                minutes[n] = block.setting
        return minutes

    def tail(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(Block(0, block.end - 1440, block.setting) for block in blocks if block.end > 1440)

    def blocks_of(day: date) -> tuple[Block, ...]:
        if day in plan.closed_days:
            return ()
        if any(vacation.first <= day <= vacation.last for vacation in plan.vacations):
            return (hours("0:00-24:00", MOBILE),)
        return plan.week[day.weekday()]

    tables: dict[date, list[Setting | None]] = {}

    def wanted(wall: datetime) -> Setting | None:
        day = wall.date()
        if day not in tables:
            tables[day] = table((*tail(blocks_of(day - timedelta(days=1))), *blocks_of(day)))
        return tables[day][wall.hour * 60 + wall.minute] or plan.otherwise

    return wanted


def clock_on_the_wall(zone: str) -> Iterator[tuple[datetime, datetime]]:
    """Each minute of the two years, and the latest wall time that the clocks have shown until then."""
    here, latest = ZoneInfo(zone), datetime.min.replace(tzinfo=UTC)
    for n in range(int((END - BEGIN) / MINUTE) + 1):
        now = BEGIN + n * MINUTE
        latest = max(latest, now.astimezone(here).replace(tzinfo=UTC))
        yield now, latest


@pytest.mark.proof("T35", target="each switch exactly once at its local time; 0 lost; < 1 s per call")
def test_each_switch_comes_once_at_its_local_time(proof: Proof) -> None:
    """A scheduler that wakes every minute switches when the clock on the wall shows it for the first time, only then.

    The clock on the wall is read on its own: a skipped time has come when the clocks have jumped over it, a repeated
    one changes nothing.
    """
    wrong, switched, slowest = [], 0, 0.0
    for zone in proof.random.sample(ZONES, proof.count(len(ZONES), "zones")):
        plan = precarious(zone)
        wanted = wanted_at(plan)
        clock = clock_on_the_wall(zone)
        setting = wanted(next(clock)[1])
        due = next_change(plan, BEGIN)
        for now, wall in clock:
            expected = wanted(wall)
            while due and due.at <= now:
                if due.at != now or setting == due.state.setting:
                    wrong.append((zone, now))
                setting, switched = due.state.setting, switched + 1
                begin = time.process_time()
                due = next_change(plan, due.at)
                slowest = max(slowest, time.process_time() - begin)
            if setting != expected:
                wrong.append((zone, now))
                setting = expected

    passed = not wrong and slowest < 1
    proof.record(figure=f"{switched} switches, {len(wrong)} wrong, slowest call {slowest * 1000:.0f} ms", passed=passed)
    assert wrong[:5] == []
    assert passed


class JumpingClock:
    """The clock of a machine that is set back and forth and sleeps, while true time goes on."""

    def __init__(self, proof: Proof) -> None:
        self._random = proof.random
        self.wrong_by = timedelta()
        self.true = BEGIN

    def wake(self) -> datetime:
        """What the clock shows after a nap of up to a day; one time in ten it was set by an hour or a day."""
        self.true += MINUTE * self._random.choice((1, 1, 5, 60, 8 * 60, 24 * 60))
        if self._random.random() < 0.1:
            jump = self._random.choice((timedelta(hours=1), timedelta(days=1)))
            self.wrong_by = self._random.choice((-jump, timedelta(), jump))
        return self.true + self.wrong_by


@pytest.mark.proof("T35", target="clock ±1 h and ±1 d: 0 duplicates, 0 lost")
def test_a_jumping_clock_neither_repeats_nor_loses_a_switch(proof: Proof) -> None:
    """What is due is counted from the last instant done; that one never goes back, so each switch is done once."""
    duplicates = lost = switched = 0
    for zone in proof.random.sample(ZONES, proof.count(len(ZONES), "zones", least=4)):
        plan = replace(precarious(zone), holidays=Holidays(FederalState.BERLIN, LIKE_SUNDAY))
        clock, done, performed = JumpingClock(proof), BEGIN, Counter[datetime]()
        while clock.true < END:
            now = clock.wake()
            performed.update(change.at for change in changes_between(plan, done, now))
            done = max(done, now)
        asked = [change.at for change in changes_between(plan, BEGIN, done)]
        switched += len(asked)
        duplicates += sum(performed.values()) - len(performed)
        lost += len(set(asked) - performed.keys())

    proof.record(
        figure=f"{switched} switches, {duplicates} duplicates, {lost} lost", passed=duplicates == 0 and lost == 0
    )
    assert (duplicates, lost) == (0, 0)


def day_of(at: datetime, minute: int, zone: ZoneInfo) -> date:
    """Whose day's switch it is: where clocks jump over midnight (Nuuk), a skipped one comes as the next day begins."""
    shown = at.astimezone(zone)
    is_of_yesterday = shown.hour * 60 + shown.minute < minute
    return shown.date() - timedelta(days=1) if is_of_yesterday else shown.date()


@pytest.mark.proof("T35", target="a daily switch comes exactly once on each local day")
def test_a_daily_switch_comes_once_a_day(proof: Proof) -> None:
    """At any minute of the day, in any zone: as many switches as days, each on its own day."""
    for zone in proof.random.sample(ZONES, proof.count(len(ZONES), "zones", least=6)):
        minute = proof.random.choice((0, 30, 60, 90, 120, 150, 179, 180, proof.random.randrange(1440)))
        plan = WeeklyPlan(zone, 7 * ((Block(minute, (minute + 600) % 1440, MOBILE),),))
        begins: list[Change] = [c for c in changes_between(plan, BEGIN, END) if c.state.setting == MOBILE]
        days = Counter(day_of(change.at, minute, ZoneInfo(zone)) for change in begins)

        assert set(days.values()) == {1}
        assert len(days) in (730, 731, 732)
        assert len(days) == (max(days) - min(days)).days + 1


@pytest.mark.proof("T35", target="the duty is handed over exactly once on each local day, to whoever is next")
def test_a_daily_duty_is_handed_over_once_a_day(proof: Proof) -> None:
    """Whatever the clocks do, nobody is left out and nobody comes twice in a row."""
    for zone in proof.random.sample(ZONES, proof.count(len(ZONES), "zones", least=6)):
        minute = proof.random.choice((0, 30, 60, 90, 120, 150, 180, proof.random.randrange(1440)))
        rota = Rota(zone, PEOPLE, BEGIN.date() - timedelta(days=2), Handover(minute))
        reliefs = list(handovers(rota, BEGIN, END))
        days = [relief.at.astimezone(ZoneInfo(zone)).date() for relief in reliefs]
        order = [PEOPLE.index(relief.duty.person) for relief in reliefs]

        assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
        assert order == [(order[0] + n) % len(PEOPLE) for n in range(len(order))]
        assert len(days) in (730, 731, 732)


def test_holidays_switch_in_their_years() -> None:
    """Easter Monday moves with the moon, and the plan with it."""
    whole = OwnBlocks((hours("0:00-24:00", MOBILE),))
    plan = WeeklyPlan("Europe/Berlin", 7 * ((),), holidays=Holidays(FederalState.HESSE, whole))
    here = ZoneInfo("Europe/Berlin")
    begins = {c.at.astimezone(here).date() for c in changes_between(plan, BEGIN, END) if c.state.setting}

    assert begins > EASTER_MONDAYS
    assert date(2028, 2, 29) not in begins
