"""The road of every change under anything that can happen, in any order.

Two people and two processes propose, confirm, answer, drop and undo, while the portal loses answers, is slow, says no,
changes its mind, and processes are killed; what the road says is held against what the portal has.
"""

import tempfile
from collections.abc import Callable, Collection, Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from portal.bodies import RuleChange
from portal.models import AccessToken, DivertWhen, Offering, Option
from services.bookings import BOOK, CANCEL_ORDER, RESIZE
from services.diverting_rules import Wish, line_changes
from storage.actions import ENDED, Action, State
from tests.proof import Proof, examples
from tests.services.acting_stage import ANNA, MAX, Process, Stage, migrated
from tests.services.acting_truth import approved, bodies, has_come_true, is_told
from tests.services.facts import CONTRACT
from tests.services.model_answers import Rule
from tests.services.model_portal import APPROVED, ENDS, LINE, MAIN, NEW

NOT_SENT = frozenset({State.PROPOSED, State.STEPPING, State.READY, State.DROPPED, State.REFUSED})
UNDER_WAY = frozenset({State.RUNNING, State.UNKNOWN})
TROUBLES = ("away", "lost before", "lost after", "late", "busy", "error after", "killed before", "killed after")

people = st.sampled_from([MAX, ANNA])
newest = st.integers(0, 3)  # which of the changes, counted backwards
at = st.integers(0, 1)  # which process
lines = st.sampled_from([LINE, MAIN])
whens = st.sampled_from([DivertWhen.ALWAYS, DivertWhen.BUSY])
to_target = st.sampled_from([RuleChange(True, APPROVED), RuleChange(True, NEW), RuleChange(active=False)])


class Road(RuleBasedStateMachine):
    """Everything that people, portal and machines can do to a change."""

    folder: Path  # with a migrated database in it

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage(self.folder / "template.db", self.folder / "road.db")
        self.confirmed: set[UUID] = set()  # by whoever proposed them
        self.since: dict[UUID, dict[str, int]] = {}  # how often each line had changed when a change was confirmed first
        self.ended: dict[UUID, Action] = {}
        self.read: list[Action] | None = None  # as they stand, until something is done
        self.updates = 0

    # What people do

    @rule(who=people, on=at)
    def propose_booking(self, who: int, on: int) -> None:
        by, process = self.stage.connection(who), self.stage.processes[on]

        async def read(token: AccessToken) -> Offering:
            return await process.portal.offering(token, "opt")

        async def propose() -> UUID:
            offering = await process.sessions.call(by, read)
            return await process.bookings.book(by, who, CONTRACT, offering, 1, "Option")

        self._propose(propose)

    @rule(who=people, on=at, quantity=st.integers(2, 4))
    def propose_other_quantity(self, who: int, on: int, quantity: int) -> None:
        by, process = self.stage.connection(who), self.stage.processes[on]

        async def read(token: AccessToken) -> tuple[Option, ...]:
            return await process.portal.options(token, CONTRACT.id)

        async def propose() -> UUID:
            (option,) = await process.sessions.call(by, read)
            return await process.bookings.resize(by, who, CONTRACT, option, quantity, "Option")

        self._propose(propose)

    @rule(who=people, on=at, which=newest)
    def propose_to_stop_an_order(self, who: int, on: int, which: int) -> None:
        placed = [action for action in self._actions if action.state is State.ACCEPTED and "order" in action.outcome]
        if placed:
            by, bookings = self.stage.connection(who), self.stage.processes[on].bookings
            order = placed[-1 - which % len(placed)]
            self._propose(lambda: bookings.cancel_order(by, who, order, "Storno"))

    @rule(who=people, on=at, line=lines, when=whens, change=to_target, by_plan=st.booleans())
    def propose_diversion(
        self, who: int, on: int, line: str, when: DivertWhen, change: RuleChange, by_plan: bool
    ) -> None:
        by, diverting = self.stage.connection(who), self.stage.processes[on].diverting
        wish = Wish(line, {when: change})
        self._propose(lambda: diverting.propose(by, who, [wish], summary="Umleitung", shown={}, by_plan=by_plan))

    @rule(who=people, on=at, change=to_target)
    def propose_several_diversions(self, who: int, on: int, change: RuleChange) -> None:
        by, diverting = self.stage.connection(who), self.stage.processes[on].diverting
        wishes = [Wish(line, {DivertWhen.BUSY: change}) for line in (LINE, MAIN)]
        self._propose(lambda: diverting.propose(by, who, wishes, summary="Umleitungen", shown={}))

    @rule(who=people, on=at)
    def propose_approval(self, who: int, on: int) -> None:
        by, diverting = self.stage.connection(who), self.stage.processes[on].diverting
        self._propose(lambda: diverting.propose(by, who, [], summary="Ziel", shown={}, approve=[(NEW, "Neu")]))

    @rule(which=newest, on=at, who=people, taps=st.integers(1, 3), is_same=st.booleans(), is_old=st.booleans())
    def confirm(self, which: int, on: int, who: int, taps: int, is_same: bool, is_old: bool) -> None:
        """Mostly by whoever proposed it; once, or several times at once in both processes; or long after."""
        if action := self._pick(which, frozenset(State) if is_old else {State.PROPOSED, State.READY}):
            self._confirm(action, [(on + tap) % 2 for tap in range(taps)], action.person_id if is_same else who)

    @rule(which=newest, on=at)
    def confirm_with_pin(self, which: int, on: int) -> None:
        self._go_on(which, on)

    @rule(which=newest, on=at, taps=st.integers(1, 2), is_right=st.sampled_from([True, True, False]))
    def answer(self, which: int, on: int, taps: int, is_right: bool) -> None:
        if action := self._pick(which, frozenset(State) - {State.PROPOSED}):
            self._answer(action, [(on + tap) % 2 for tap in range(taps)], is_right=is_right)

    @rule(which=newest, on=at)
    def ask_for_another_pin(self, which: int, on: int) -> None:
        if action := self._pick(which, {State.STEPPING}):
            self._do(self.stage.processes[on].acting.send_pin(action.id, action.person_id, self._update()))

    @rule(which=newest, on=at, who=people)
    def drop(self, which: int, on: int, who: int) -> None:
        if action := self._pick(which, frozenset(State)):
            self._do(self.stage.processes[on].acting.drop(action.id, who))

    @rule(which=newest, on=at, who=people, taps=st.integers(1, 2))
    def undo(self, which: int, on: int, who: int, taps: int) -> None:
        if action := self._pick(which, {State.DONE}):
            mine, before = [self.stage.connection(who)], {known.id for known in self._actions}
            since = {name: len(line.past) - 1 for name, line in self.stage.portal.lines.items()}
            tries = [self.stage.processes[(on + tap) % 2].acting for tap in range(taps)]
            self._do(*(acting.undo(action.id, mine, who, self._update()) for acting in tries))
            for new in self._actions:
                if new.id not in before:
                    self.confirmed.add(new.id)
                    self.since[new.id] = since

    # What the portal, its operator and others do

    @rule(what=st.sampled_from(TROUBLES), to=st.sampled_from(["change", "change", "change", "pin", "exchange"]))
    def trouble(self, what: str, to: str) -> None:
        """The next request of this sort goes wrong."""
        self.stage.portal.trouble[to] = what

    @rule(what=st.sampled_from(["away", "lost after", "busy"]), to=st.sampled_from(["read", "refresh"]))
    def trouble_with_reads(self, what: str, to: str) -> None:
        self.stage.portal.trouble[to] = what

    @rule()
    def arrive(self) -> None:
        """What hung on the way comes in after all."""
        self.stage.portal.arrive()

    @rule(state=st.sampled_from(["inProgress", "completed", "completed", "rejected", "failed", "cancelled"]))
    def order_moves(self, state: str) -> None:
        for placed in self.stage.portal.orders.values():
            if placed.state not in ENDS:
                placed.state = state
                return

    @rule(price=st.sampled_from([29, 29, 31]), on_sale=st.sampled_from([True, True, False]))
    def offer_changes(self, price: int, on_sale: bool) -> None:
        self.stage.portal.price, self.stage.portal.on_sale = price, on_sale

    @rule(line=lines, when=whens, is_active=st.booleans(), to=st.sampled_from([APPROVED, NEW]))
    def changed_elsewhere(self, line: str, when: DivertWhen, is_active: bool, to: str) -> None:
        rules: dict[str, Rule] = {
            when.value: {"active": is_active, "target": to, "status": "active" if is_active else "off"}
        }
        self.stage.portal.set_elsewhere(line, rules)

    @rule(is_slow=st.booleans(), status=st.sampled_from(["active", "active", "failed"]))
    def telephone_system(self, is_slow: bool, status: str) -> None:
        self.stage.portal.slow_lines = is_slow
        self.stage.portal.settle_lines(status)

    # What machines and time do

    @rule(seconds=st.sampled_from([1, 3, 20, 31, 120, 301, 700]))
    def time_goes_on(self, seconds: int) -> None:
        self.stage.now += timedelta(seconds=seconds)

    @rule(on=at, both=st.booleans())
    def follow(self, on: int, both: bool) -> None:
        self._do(*(self.stage.processes[(on + n) % 2].following.run_once() for n in range(2 if both else 1)))

    @rule(on=at)
    def purge(self, on: int) -> None:
        self._do(self.stage.processes[on].following.purge())

    @rule(on=at)
    def restart(self, on: int) -> None:
        self.stage.processes[on] = Process(self.stage)

    @rule(who=people, at_the_portal=st.booleans())
    def connection_ends(self, who: int, at_the_portal: bool) -> None:
        connection = self.stage.connection(who)
        for grant in self.stage.portal.grants.values():
            if grant.alive and grant.name.startswith(f"{who}-"):
                grant.alive = False
        if not at_the_portal:
            self.stage.run(self.stage.connections.end(connection.id, self.stage.now))

    @rule(who=people)
    def connect_again(self, who: int) -> None:
        self.stage.connect(who)

    @rule(who=people, is_admin=st.booleans())
    def role_changes(self, who: int, is_admin: bool) -> None:
        self.stage.give_role(who, "portalAdmin" if is_admin else "accounting")

    # What has to be true, always

    @invariant()
    def what_is_said_is_true(self) -> None:
        actions = self._actions
        self._one_confirm_is_one_order()
        self._nothing_without_its_step_up(actions)
        for action in actions:
            self._is_true(action, actions)
            if action.state in ENDED:
                assert action.secrets == {}
                before = self.ended.setdefault(action.id, action)
                assert (action.state, action.outcome) == (before.state, before.outcome)

    def _one_confirm_is_one_order(self) -> None:
        portal = self.stage.portal
        assert all(times == 1 for times in portal.passed.values())
        assert {UUID(key) for key in portal.passed} <= self.confirmed

    def _nothing_without_its_step_up(self, actions: Collection[Action]) -> None:
        must = {body for action in actions if action.payload.get("asks_pin") for body in bodies(action)}
        may = {body for action in actions if not action.payload.get("asks_pin") for body in bodies(action)}
        assert all(stepped for _, body, stepped in self.stage.portal.effects if body in must - may)

    def teardown(self) -> None:
        """When all is calm, everything comes to an end, and the end is true."""
        try:
            self._calm_down()
            actions = self._actions
            for action in actions:
                assert action.state not in UNDER_WAY
                self._is_true(action, actions)
        finally:
            self.stage.close()

    def _calm_down(self) -> None:
        portal = self.stage.portal
        portal.trouble.clear()
        portal.late.clear()
        portal.settle_lines("active")
        for placed in portal.orders.values():
            placed.state = placed.state if placed.state in ENDS else "completed"
        for who in (MAX, ANNA):
            self.stage.connect(who)
            self.stage.give_role(who, "portalAdmin")
        for _ in range(4):
            self.stage.now += timedelta(minutes=11)
            self._do(self.stage.processes[0].following.run_once())
            self.stage.connect(MAX)
            self.stage.connect(ANNA)

    # How it is done, and how it is known

    @property
    def _actions(self) -> list[Action]:
        if self.read is None:
            self.read = self.stage.all_actions()
        return self.read

    def _propose(self, propose: Callable[[], Coroutine[object, object, UUID]]) -> None:
        """Few open proposals make for many that go on: with two of them, the newest goes on instead."""
        if sum(action.state is State.PROPOSED for action in self._actions) < 2:
            self._do(propose())
        else:
            self._go_on(0, on=0)

    def _go_on(self, which: int, on: int) -> None:
        """The whole way, as it mostly goes."""
        if action := self._pick(which, {State.PROPOSED, State.READY}):
            self._confirm(action, [on])
        if action := self._pick(which, {State.STEPPING}):
            self._answer(action, [on], is_right=True)

    def _do(self, *works: Coroutine[object, object, object]) -> None:
        self.read = None
        self.stage.together(*works)

    def _confirm(self, action: Action, on: Collection[int], who: int | None = None) -> None:
        person = who or action.person_id
        if person == action.person_id:
            self.confirmed.add(action.id)
            self.since.setdefault(action.id, {name: len(s.past) - 1 for name, s in self.stage.portal.lines.items()})
        self._do(*(self.stage.processes[n].acting.confirm(action.id, person, self._update()) for n in on))

    def _answer(self, action: Action, on: Collection[int], *, is_right: bool) -> None:
        pin = self.stage.portal.right_pin(str(action.id)) if is_right else None
        person, said = action.person_id, pin or "000000"
        self._do(*(self.stage.processes[n].acting.answer(action.id, person, said, self._update()) for n in on))

    def _update(self) -> int:
        self.updates += 1
        return self.updates

    def _pick(self, which: int, states: Collection[State]) -> Action | None:
        found = [action for action in self._actions if action.state in states]
        return found[-1 - which % len(found)] if found else None

    def _is_true(self, action: Action, actions: Collection[Action]) -> None:
        portal = self.stage.portal
        never_arrived = action.state in NOT_SENT or action.outcome.get("code") == "notArrived"
        if action.kind in (BOOK, RESIZE):
            placed = portal.orders.get(str(action.id))
            assert (placed is None) if never_arrived else is_told(action, placed)
        elif action.kind == CANCEL_ORDER:
            assert not (never_arrived and str(action.id) in portal.cancelled)
            order = next(one for one in portal.orders.values() if one.id == action.payload["order"])
            assert action.state is not State.DONE or order.state == "cancelled"
        elif never_arrived:
            others = {body for other in actions if other.id != action.id for body in bodies(other)}
            assert not {body for _, body, _ in portal.effects} & (bodies(action) - others)
        elif action.state is State.DONE and action.id not in self.ended:
            self._has_come_true(action, actions)

    def _has_come_true(self, action: Action, actions: Collection[Action]) -> None:
        """At least for a moment: others may have changed it since."""
        portal = self.stage.portal
        assert {uri for uri in (NEW,) if uri in approved(action)} <= portal.targets.keys()
        for change in line_changes(action.payload):
            past = portal.lines[change.service].past[self.since[action.id][change.service] :]
            assert any(has_come_true(change, rules) for rules in past)
        if action.undoes is not None:
            undone = next(other for other in actions if other.id == action.undoes)
            pairs = zip(line_changes(action.payload), line_changes(undone.payload), strict=True)
            assert all((back.service, back.after) == (change.service, change.before) for back, change in pairs)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder whose files need no disk: a file of its own for each example costs too much there."""
    shared = Path("/dev/shm")  # noqa: S108 - not for secrets
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else tmp_path) as folder:
        yield Path(folder)


@pytest.mark.proof("T34", target="no order twice, nothing without its step-up, no untrue end, every earlier state back")
def test_the_road_holds_whatever_happens(proof: Proof, memory: Path) -> None:
    """Never two orders for one confirm, nothing without its step-up, no untrue end, every earlier state comes back."""
    Road.folder = memory
    migrated(memory)
    count = examples(5_000) if proof.full else 60  # a thirtieth would take most of a minute
    proof.counts |= {"examples": count, "steps each": 50}

    phases = [Phase.reuse, Phase.generate, *([Phase.shrink] if proof.full else [])]  # minutes, for a smaller example
    run_state_machine_as_test(
        Road,
        settings=settings(
            max_examples=count, stateful_step_count=50, phases=phases, suppress_health_check=list(HealthCheck)
        ),
    )

    proof.record(figure=f"held in {count} examples of 50 steps", passed=True)
