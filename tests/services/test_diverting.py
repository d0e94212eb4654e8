"""Changes of diversions on the one road, at the reference portal: PINs, clashes, several lines, the strict policy."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from bot.settings import Policy, Settings
from portal.bodies import RuleChange
from portal.models import DivertWhen
from portal.server.settings import PortalSettings
from services.actions import Step
from services.diverting import Wish
from services.diverting_limits import Limits
from services.diverting_rules import Rule, rule_of
from services.errors import NotDivertable, TooLate
from services.following import FRESH
from storage.actions import State
from storage.connections import Connection
from tests.databases import fresh_file
from tests.house import MAX, House, MovableClock, house
from tests.services.lines import MOBILE, inside

ALWAYS, BUSY, NO_ANSWER, NOT_REACHABLE = DivertWhen
STANDBY, NEW, OTHER = "tel:+491713920014", "tel:+491712345678", "tel:+491712345679"
SLOW = 0.8  # seconds that the telephone system takes


@dataclass
class Desk:
    """Somebody at the telephone system, and what they do there."""

    home: House
    by: Connection
    updates: int = 1000

    async def proposed(self, *wishes: Wish, until: str = "", approve: Sequence[tuple[str, str]] = ()) -> UUID:
        """Frozen, and not confirmed yet."""
        propose, shown = self.home.app.diverting.propose, {"until": until}
        return await propose(self.by, self.by.person_id, wishes, summary="Probe", shown=shown, approve=approve)

    async def divert(self, *wishes: Wish, until: str = "", approve: Sequence[tuple[str, str]] = ()) -> Step:
        """Proposed and confirmed."""
        key = await self.proposed(*wishes, until=until, approve=approve)
        self.updates += 1
        return await self.home.app.acting.confirm(key, self.by.person_id, self.updates)

    async def answered(self, step: Step) -> Step:
        """With the PIN of the SMS."""
        assert step.pin is not None, step.action.state
        self.updates += 1
        pin = (await self.home.client.sms(MAX[1])).pin
        return await self.home.app.acting.answer(step.action.id, self.by.person_id, pin, self.updates)

    async def undone(self, step: Step) -> Step:
        """Taken back."""
        self.updates += 1
        return await self.home.app.acting.undo(step.action.id, [self.by], self.by.person_id, self.updates)

    async def rule(self, line: str, when: DivertWhen) -> Rule:
        """What the portal says."""
        lines = await self.home.app.diverting.lines(self.by)
        return next(rule_of(found, when) for found in lines if found.id == line)

    async def saved(self) -> set[str]:
        """The approved targets."""
        return {target.uri for target in (await self.home.app.diverting.switchboard(self.by)).approved}

    async def elsewhere(self, line: str, **rules: object) -> None:
        """Somebody changes a line at the telephone itself."""
        await self.home.operator("PATCH", f"/services/{line}", {"callForwarding": rules})


def to(line: str, target: str, when: DivertWhen = ALWAYS) -> Wish:
    """Calls of a line to a target."""
    return Wish(line, {when: RuleChange(active=True, target=target)})


async def at_desk(home: House) -> Desk:
    """Max, connected."""
    person = await home.connected()
    visit = await home.app.people.visit(person.id, person.id)
    return Desk(home, visit.connections[0])


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk of a house whose telephone system follows at once."""
    async with house(tmp_path, await fresh_file(tmp_path)) as home:
        yield await at_desk(home)


@pytest.fixture
async def slow_desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk of a house whose telephone system takes a moment."""

    def slow(settings: PortalSettings) -> PortalSettings:
        return replace(settings, forwarding_pace=SLOW)

    async with house(tmp_path, await fresh_file(tmp_path), portal=slow) as home:
        yield await at_desk(home)


async def test_which_changes_ask_for_a_pin(desk: Desk) -> None:
    """None for what is approved or inside; one for a new target, whether it is kept or not."""
    assert (await desk.divert(to("ext-22", STANDBY))).action.state is State.DONE
    assert (await desk.divert(to("ext-23", inside("24"), BUSY))).action.state is State.DONE
    once = await desk.answered(await desk.divert(to("ext-24", NEW, BUSY)))
    assert once.action.state is State.DONE
    assert NEW not in await desk.saved()
    kept = await desk.answered(await desk.divert(to("ext-25", OTHER), approve=[(OTHER, "Otto")]))
    assert kept.action.state is State.DONE
    assert OTHER in await desk.saved()
    assert (await desk.divert(to("ext-27", OTHER))).action.state is State.DONE


async def test_a_main_number_asks_for_a_pin(desk: Desk) -> None:
    """The portal would let it pass; the bot does not, for all calls, and does for those that nobody could take."""
    main = await desk.divert(to("range-koeln", STANDBY))
    assert main.action.state is State.STEPPING
    assert (await desk.rule("range-koeln", ALWAYS)).active is False
    assert (await desk.answered(main)).action.state is State.DONE
    assert (await desk.divert(to("range-koeln", MOBILE, NOT_REACHABLE))).action.state is State.DONE


async def test_undo_returns_exactly_the_earlier_state(desk: Desk) -> None:
    """Over another diversion and over none; not when somebody changed it since."""
    before = await desk.rule("ext-21", NO_ANSWER)
    changed = await desk.divert(Wish("ext-21", {NO_ANSWER: RuleChange(True, STANDBY, 35)}))
    assert await desk.rule("ext-21", NO_ANSWER) == Rule(True, STANDBY, 35)
    assert (await desk.undone(changed)).action.state is State.DONE
    assert await desk.rule("ext-21", NO_ANSWER) == before
    unset = await desk.rule("ext-22", BUSY)
    first = await desk.divert(to("ext-22", STANDBY, BUSY))
    await desk.undone(first)
    assert await desk.rule("ext-22", BUSY) == unset == Rule()
    later = await desk.divert(to("ext-22", STANDBY, BUSY))
    await desk.elsewhere("ext-22", busy={"active": True, "target": MOBILE})
    with pytest.raises(TooLate):
        await desk.undone(later)


async def test_several_lines_are_one_change(desk: Desk) -> None:
    """All of them off and all of them back; a new target among them asks for its PIN before anything is sent."""
    app = desk.home.app
    key = await app.diverting.normal(desk.by, desk.by.person_id, summary="aus")
    assert key is not None
    off = await app.acting.confirm(key, desk.by.person_id, 1)
    assert (off.action.kind, off.action.state) == ("bulk", State.DONE)
    lines = await app.diverting.lines(desk.by)
    assert not any(rule.active for line in lines for rule in line.diversions)
    assert await app.diverting.normal(desk.by, desk.by.person_id, summary="aus") is None
    await desk.undone(off)
    assert await desk.rule("ext-26", ALWAYS) == Rule(True, STANDBY)
    assert (await desk.rule("ext-21", BUSY)).active
    step = await desk.divert(to("ext-22", STANDBY), to("ext-23", NEW))
    assert step.action.state is State.STEPPING
    assert await desk.rule("ext-22", ALWAYS) == Rule()
    assert (await desk.answered(step)).action.state is State.DONE
    assert (await desk.rule("ext-22", ALWAYS)).active
    assert (await desk.rule("ext-23", ALWAYS)).active
    key = await app.diverting.normal(desk.by, desk.by.person_id, summary="aus")
    assert key is not None
    off = await app.acting.confirm(key, desk.by.person_id, 2)
    assert (await desk.undone(off)).action.state is State.STEPPING, "back to a number that nobody approved"
    assert not (await desk.rule("ext-22", ALWAYS)).active


async def test_a_clash_changes_nothing(desk: Desk) -> None:
    """What somebody else changed between the look and the yes is not overwritten."""
    key = await desk.proposed(to("ext-22", STANDBY))
    await desk.elsewhere("ext-22", unconditional={"active": True, "target": MOBILE})
    step = await desk.home.app.acting.confirm(key, desk.by.person_id, 1)
    assert (step.action.state, step.action.outcome) == (State.REFUSED, {"code": "changedMeanwhile"})
    assert await desk.rule("ext-22", ALWAYS) == Rule(True, MOBILE)


async def test_an_end_needs_nobody(desk: Desk) -> None:
    """What an end will bring back is approved with the PIN of the change; without an end it is not."""
    await desk.elsewhere("ext-22", unconditional={"active": True, "target": NEW})
    open_end = await desk.divert(to("ext-22", STANDBY))
    assert open_end.action.state is State.DONE
    await desk.elsewhere("ext-22", unconditional={"active": True, "target": NEW})
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    step = await desk.answered(await desk.divert(to("ext-22", STANDBY), until=until))
    assert step.action.state is State.DONE
    assert NEW in await desk.saved()
    by_plan = await desk.home.app.diverting.propose(
        desk.by, desk.by.person_id, [to("ext-22", NEW)], summary="Ende", shown={}, by_plan=True
    )
    ended = await desk.home.app.acting.confirm(by_plan, desk.by.person_id, 1)
    assert ended.action.state is State.DONE


async def test_slow_failing_and_overtaken(slow_desk: Desk) -> None:
    """Accepted until the telephone system has followed; what it did not follow, or somebody overtook, is told."""
    desk, actions = slow_desk, slow_desk.home.app.actions

    async def state(step: Step) -> tuple[State, object]:
        found = await actions.get(step.action.id)
        assert found is not None
        return found.state, found.outcome.get("code")

    slow = await desk.divert(to("ext-22", STANDBY))
    assert slow.action.state is State.ACCEPTED
    await desk.home.until(lambda: state(slow), (State.DONE, None), within=20)
    failing = await desk.divert(to("ext-23", STANDBY))
    await desk.home.operator("PATCH", "/services/ext-23", {"fails": True})
    overtaken = await desk.divert(to("ext-24", STANDBY))
    await desk.elsewhere("ext-24", unconditional={"active": True, "target": MOBILE})
    await desk.home.until(lambda: state(failing), (State.FAILED, "diversionFailed"), within=20)
    await desk.home.until(lambda: state(overtaken), (State.FAILED, "overtaken"), within=20)


async def test_a_lost_answer_is_resolved_by_looking(desk: Desk) -> None:
    """What arrived is done, what did not is sent again or said to be lost, and of several the changed are named."""
    app, clock = desk.home.app, desk.home.clock

    async def lost(*wishes: Wish, ago: timedelta = timedelta()) -> UUID:
        key = await desk.proposed(*wishes)
        claim = await app.actions.start(key, {State.PROPOSED}, clock() - ago)
        assert claim is not None
        await app.actions.settle(key, claim, State.UNKNOWN, clock(), due_at=clock())
        return key

    async def told(key: UUID) -> tuple[State, object]:
        found = await app.actions.get(key)
        assert found is not None
        return found.state, found.outcome.get("names") or found.outcome.get("code")

    arrived, missing = await lost(to("ext-22", STANDBY)), await lost(to("ext-23", STANDBY), ago=FRESH)
    partly = await lost(to("ext-24", STANDBY), to("ext-25", STANDBY))
    for line in ("ext-22", "ext-24"):
        await desk.elsewhere(line, unconditional={"active": True, "target": STANDBY})
    await desk.home.until(lambda: told(arrived), (State.DONE, None))
    await desk.home.until(lambda: told(partly), (State.ACCEPTED, None))
    again = await lost(to("ext-26", STANDBY, BUSY))
    await desk.home.until(lambda: told(again), (State.DONE, None))
    assert await desk.rule("ext-26", BUSY) == Rule(True, STANDBY)
    clock.advance(timedelta(seconds=70))
    await desk.home.until(lambda: told(missing), (State.FAILED, "notArrived"))
    assert not (await desk.rule("ext-23", ALWAYS)).active

    async def later() -> tuple[State, object]:
        clock.advance(timedelta(seconds=1))
        return await told(partly)

    await desk.home.until(later, (State.FAILED, "24 Vertrieb"), within=20)


async def test_circles_and_strange_numbers(desk: Desk) -> None:
    """Refused before anything is frozen, with the reason."""
    found = {}
    for line, target in (("ext-22", inside("22")), ("ext-22", inside("21")), ("ext-24", inside("26"))):
        with pytest.raises(NotDivertable) as refused:
            await desk.divert(to(line, target))
        found[line, target] = refused.value.reason
    with pytest.raises(NotDivertable) as premium:
        await desk.divert(to("ext-22", "tel:+499001234567"))

    assert list(found.values()) == ["self", "loop", "chain"]
    assert premium.value.reason == "premium"


class Noon(MovableClock):
    """A Wednesday without a holiday, at ten in Berlin, moved by what a test says."""

    def __call__(self) -> datetime:
        return datetime(2027, 3, 10, 9, tzinfo=UTC) + self.offset


async def test_the_strict_policy(desk: Desk) -> None:
    """Three new targets and ten changes a day, none new at night or on holidays; off and undo are never held up."""
    app, clock = desk.home.app, Noon()
    limits = Limits(app.actions, app.connections, clock)
    new: dict[str, object] = {"diverts": True, "new_targets": [NEW]}
    assert await limits.reason(desk.by, new) is None
    for hours, reason in ((11, "outsideHours"), (-4, "outsideHours"), (72, "outsideHours"), (9, None)):
        clock.offset = timedelta(hours=hours)
        assert await limits.reason(desk.by, new) == reason, hours
    clock.offset = datetime(2027, 5, 6, 9, tzinfo=UTC) - Noon()()  # Ascension Day
    assert await limits.reason(desk.by, new) == "outsideHours"
    assert await limits.reason(desk.by, {"diverts": True, "new_targets": []}) is None
    assert await limits.reason(desk.by, {"diverts": False, "new_targets": []}) is None


async def test_the_strict_policy_counts(tmp_path: Path) -> None:
    """Refused with its reason, when it is proposed and once more when it is confirmed."""
    clock = MovableClock()

    def strict(settings: Settings) -> Settings:
        return replace(settings, policy=Policy.STRICT)

    async with house(tmp_path, await fresh_file(tmp_path), clock=clock, bot=strict) as home:
        desk = await at_desk(home)
        limits = Limits(home.app.actions, home.app.connections, clock)
        while await limits.reason(desk.by, {"diverts": True, "new_targets": [NEW]}):
            clock.advance(timedelta(hours=1))
        new = [f"tel:+4917123456{count}" for count in range(12, 16)]
        early = await desk.proposed(to("ext-25", new[3], BUSY))
        three = [to(f"ext-2{count + 2}", new[count], BUSY) for count in range(3)]
        assert (await desk.answered(await desk.divert(*three))).action.state is State.DONE
        assert await reason_of(desk, to("ext-26", NEW, BUSY)) == "tooManyTargets"
        late = await home.app.acting.confirm(early, desk.by.person_id, 1)
        assert (late.action.state, late.action.outcome) == (State.REFUSED, {"code": "tooManyTargets"})
        for count in range(9):
            changed = await desk.divert(to("ext-25", (STANDBY, MOBILE)[count % 2]))
            assert changed.action.state is State.DONE
        assert await reason_of(desk, to("ext-25", MOBILE)) == "tooManyChanges"
        assert (await desk.divert(Wish("ext-25", {ALWAYS: RuleChange(active=False)}))).action.state is State.DONE
        clock.advance(timedelta(hours=25))
        assert (await desk.divert(to("ext-25", MOBILE))).action.state is State.DONE


async def reason_of(desk: Desk, wish: Wish) -> str:
    """Why a wish is refused."""
    try:
        await desk.divert(wish)
    except NotDivertable as refused:
        return refused.reason
    return ""
