"""What is due is done: diversions end, plans switch, rotas hand over. Called by the metronome, and remembers nothing.

Each switch is claimed from the table, proposed and confirmed on the same road as a change by hand (and never with a
PIN), and written down together with the next one. A change is noted with its switch before it is confirmed, so a
restart finds what was begun: it is waited for, or given up and begun anew, and never made twice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from portal import errors
from portal.bodies import RuleChange
from portal.models import DivertWhen, Extension
from services import errors as refusals
from services.actions import Acting
from services.changes import Outcomes
from services.diverting import DIVERT, Diverting
from services.diverting_rules import rule_of
from services.plans_precedence import Source, ruling_at
from services.schedules_consequences import rearm
from services.schedules_wishes import (
    Spot,
    as_wishes,
    claims_of,
    end_of,
    plan_of,
    planned_change,
    wishes_for,
)
from services.schedules_words import Words
from storage.actions import Actions, State
from storage.connections import Connection, Connections
from storage.schedules import Due, Schedule, ScheduleKind, Schedules, ScheduleState, Switch, SwitchState, What

AT_ONCE = 20
MOST_ROUNDS = 50  # of one beat: what was slept over is caught up with at the next ones
SOON, FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=3), timedelta(seconds=5), timedelta(minutes=10)
LATE = timedelta(minutes=5)  # what ends later than this is said
WORRIED, GIVEN_UP = timedelta(hours=1), timedelta(hours=12)
ENOUGH_TRIES = 6  # within some three minutes: a machine that wakes up days late finds its network a moment later
NEWS_LIFE = timedelta(days=30)
_MOMENT = timedelta(milliseconds=1)
_AGAIN = {"preconditionFailed", "changedMeanwhile", "notArrived", "partly"}  # looked at anew, and begun anew

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A switch in hand, its schedule, and on whose behalf it is made."""

    schedule: Schedule
    switch: Switch
    by: Connection


class Scheduling:
    """Performs what is due; `run_once` is called by the metronome."""

    def __init__(
        self,
        rows: Schedules,
        diverting: Diverting,
        acting: Acting,
        actions: Actions,
        connections: Connections,
        outcomes: Outcomes,
        words: Words,
        clock: Callable[[], datetime],
    ) -> None:
        self._rows = rows
        self._diverting = diverting
        self._acting = acting
        self._actions = actions
        self._connections = connections
        self._outcomes = outcomes
        self._words = words
        self._clock = clock

    async def run_once(self) -> int:
        """Do what is due; returns how many switches were looked at."""
        looked = 0
        for _ in range(MOST_ROUNDS):
            due = await self._rows.claim(self._clock(), AT_ONCE)
            for switch in due:
                await self._see_to(switch)
            looked += len(due)
            if not due:
                break
        return looked

    async def _see_to(self, switch: Switch) -> None:
        """One switch; what goes wrong with it must not hold up the others."""
        try:
            schedule = await self._rows.get(switch.schedule_id)
            by = await self._somebody(schedule) if schedule is not None else None
            if schedule is None:
                await self._rows.settle(switch, SwitchState.MISSED, self._clock(), "gone")
            elif switch.what is What.TELL:
                await self._tell(schedule, switch, by)
            elif schedule.state is not ScheduleState.ON:
                await self._rows.settle(switch, SwitchState.MISSED, self._clock(), "over")
            elif by is None:
                await self._nobody(schedule, switch)
            else:
                await self._attempt(Job(schedule, switch, by))
        except Exception:
            log.exception("a switch", switch=str(switch.id))
            await self._rows.postpone(switch, self._clock() + LONGEST_PAUSE, "fault")

    async def _attempt(self, job: Job) -> None:
        if job.switch.what is What.REMIND:
            await self._remind(job)
            return
        try:
            if job.switch.action_id is None or not await self._standing(job, job.switch.action_id):
                await (self._end(job) if job.schedule.kind is ScheduleKind.END else self._turn(job))
        except (errors.PortalError, refusals.Refusal) as error:
            if isinstance(error, refusals.Disconnected):
                await self._words.cut_off(job.by)
            await self._again(job, type(error).__name__)

    async def _end(self, job: Job) -> None:
        """The exact earlier rules return, unless somebody changed them meanwhile or a plan has something to say."""
        end = end_of(job.schedule)
        lines = await self._lines(job.by)
        if any(spot.service not in lines for spot in end.after):
            await self._failed(job, "notFound")
            return
        left: dict[str, dict[DivertWhen, RuleChange]] = {}
        back = await self._back(job)
        for spot in end.after:
            rule, change = rule_of(lines[spot.service], spot.when), back[spot.service][spot.when]
            if rule.changed(change) == rule:
                continue
            if not spot.rule.is_met_by(rule):
                await self._done(job, "changed")
                return
            left.setdefault(spot.service, {})[spot.when] = change
        if left:
            await self._perform(job, left, {"what": "back"}, undoes=job.schedule.action_id)
        else:
            await self._done(job, "same")

    async def _back(self, job: Job) -> dict[str, dict[DivertWhen, RuleChange]]:
        """The way to what was before; to what a plan or a rota wants now, for rules that they decide about."""
        now = self._now(job)
        others = await self._rows.of_customer(job.by.account.customer_id, {ScheduleState.ON})
        before = await self._before(job.schedule, now)
        changes = wishes_for(before)
        for spot in before:
            winner = ruling_at(claims_of(spot.place, others, besides=job.schedule.id), now).winner
            if winner.source in {Source.WEEKLY_PLAN, Source.ROTA}:
                changes[spot.service][spot.when] = planned_change(winner, spot.place, others)
        return changes

    async def _before(self, schedule: Schedule, now: datetime) -> tuple[Spot, ...]:
        """What was before; if that was itself a diversion that has ended by now, then what was before that."""
        end = end_of(schedule)
        under = await self._rows.get(end.under) if end.under is not None else None
        if under is None or end_of(under).ends > now:
            return end.before
        earlier = {spot.place: spot for spot in await self._before(under, now)}
        return tuple(earlier.get(spot.place, spot) for spot in end.before)

    async def _turn(self, job: Job) -> None:
        """A plan or a rota: the rule is set to what is wanted now. What a later switch has overtaken is left out."""
        plan, now = plan_of(job.schedule), self._now(job)
        if (coming := plan.next_after(job.switch.due_at)) is not None and coming <= now:
            if job.switch.reason:
                await self._words.failed(job.schedule, job.by, job.switch, "overtaken")
            await self._settle(job, SwitchState.MISSED, "overtaken")
            return
        others = await self._rows.of_customer(job.by.account.customer_id, {ScheduleState.ON})
        winner = ruling_at(claims_of(plan.place, others), now).winner
        if winner.source in {Source.UNTIL, Source.MANUAL}:
            await self._done(job, "overruled")
            return
        lines = await self._lines(job.by)
        if plan.service not in lines:
            await self._failed(job, "notFound")
            return
        is_base, rule = winner.source is Source.BASE, rule_of(lines[plan.service], plan.when)
        change = plan.base.as_change() if is_base else planned_change(winner, plan.place, others)
        if rule.changed(change) == rule:
            await self._done(job, "same")
            return
        await self._perform(job, {plan.service: {plan.when: change}}, {"what": "plan", "name": plan.name})

    async def _perform(
        self,
        job: Job,
        changes: Mapping[str, Mapping[DivertWhen, RuleChange]],
        shown: Mapping[str, object],
        *,
        undoes: UUID | None = None,
    ) -> None:
        """Propose, note, confirm. Whoever lost the claim in between has proposed something that nobody will confirm."""
        where = (job.by, self._words.chat_of(job.schedule, job.by), as_wishes(changes))
        key = await self._diverting.propose(*where, summary="", shown=shown, by_plan=True, undoes=undoes)
        if await self._rows.note(job.switch, key):
            await self._acting.confirm(key, job.by.person_id, 0)
            if not await self._standing(job, key):
                await self._again(job, "dropped")

    async def _standing(self, job: Job, action_id: UUID) -> bool:
        """How the change stands that was begun for it; False when it has to be begun anew."""
        action = await self._actions.get(action_id)
        state = action.state if action is not None else State.DROPPED
        code = str(action.outcome.get("code", "")) if action is not None else ""
        if state in {State.DONE, State.ACCEPTED}:
            await self._done(job, "")
        elif state in {State.RUNNING, State.UNKNOWN}:
            await self._rows.postpone(job.switch, self._clock() + SOON, "asking")
        elif state in {State.REFUSED, State.FAILED} and code not in _AGAIN:
            await self._failed(job, code or "rejected")
        elif state in {State.REFUSED, State.FAILED}:
            await self._rows.note(job.switch, None)
            await self._again(job, code)
        else:
            if action is not None:
                await self._acting.drop(action.id, action.person_id)
            return not await self._rows.note(job.switch, None)
        return True

    async def _done(self, job: Job, how: str) -> None:
        """`how`: "" when something was switched, else why that was not needed."""
        is_held = await self._settle(job, SwitchState.DONE, how)
        if not is_held:
            return
        if job.schedule.kind is ScheduleKind.END:
            if how != "changed":
                await rearm(self._rows, job.schedule, self._clock())
            is_late, by_hand = self._clock() - job.switch.due_at > LATE, end_of(job.schedule).by_hand
            if how == "changed" or by_hand or (is_late and not how):
                await self._words.ended(job.schedule, job.by, job.switch, how or ("now" if by_hand else "late"))
        elif job.schedule.kind is ScheduleKind.ROTA and how != "overruled":
            await self._words.handover(job.schedule, job.by, job.switch)

    async def _failed(self, job: Job, code: str) -> None:
        if await self._settle(job, SwitchState.FAILED, code):
            await self._words.failed(job.schedule, job.by, job.switch, code)

    async def _again(self, job: Job, why: str) -> None:
        """Later, in growing steps; after an hour it is said, after twelve it is given up, never at the first tries."""
        now, late = self._clock(), self._clock() - job.switch.due_at
        has_tried = job.switch.attempts >= ENOUGH_TRIES
        if late > GIVEN_UP and has_tried:
            if await self._settle(job, SwitchState.MISSED, why):
                await self._words.failed(job.schedule, job.by, job.switch, "missed")
            return
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(job.switch.attempts - 1, 10))
        if await self._rows.postpone(job.switch, now + pause, why) and late > WORRIED and has_tried:
            await self._words.failed(job.schedule, job.by, job.switch, "waiting")

    async def _nobody(self, schedule: Schedule, switch: Switch) -> None:
        """Nobody is connected who could: it is said as soon as somebody is."""
        later = [Due(What.TELL, switch.due_at + _MOMENT, "nobody")] if switch.what is What.SWITCH else []
        await self._settle_for(schedule, switch, SwitchState.FAILED, "nobody", later)

    async def _tell(self, schedule: Schedule, switch: Switch, by: Connection | None) -> None:
        now = self._clock()
        if by is None and now - switch.due_at < NEWS_LIFE:
            await self._rows.postpone(switch, now + LONGEST_PAUSE, switch.reason)
            return
        if await self._rows.settle(switch, SwitchState.DONE, now, switch.reason) and by is not None:
            await self._words.failed(schedule, by, replace(switch, due_at=switch.due_at - _MOMENT), "nobody")

    async def _remind(self, job: Job) -> None:
        now, end = self._clock(), end_of(job.schedule)
        is_in_time = now < end.ends
        if (
            await self._rows.settle(job.switch, SwitchState.DONE if is_in_time else SwitchState.MISSED, now)
            and is_in_time
        ):
            await self._words.reminder(job.schedule, job.by, end.ends)

    async def _settle(self, job: Job, state: SwitchState, reason: str) -> bool:
        return await self._settle_for(job.schedule, job.switch, state, reason, ())

    async def _settle_for(
        self, schedule: Schedule, switch: Switch, state: SwitchState, reason: str, more: Iterable[Due]
    ) -> bool:
        """With what comes next: of a plan the next switch, of an end nothing."""
        then, over = list(more), None
        if schedule.kind is ScheduleKind.END:
            over = ScheduleState.OVER if switch.what is What.SWITCH else None
        elif (coming := plan_of(schedule).next_after(switch.due_at)) is not None:
            then.append(Due(What.SWITCH, coming))
        return await self._rows.settle(switch, state, self._clock(), reason, then=then, schedule_state=over)

    def _now(self, job: Job) -> datetime:
        """The time; never before what is due was due, though the clock may have been put back since."""
        return max(self._clock(), job.switch.due_at)

    async def _lines(self, by: Connection) -> dict[str, Extension]:
        return {line.id: line for line in await self._diverting.lines(by)}

    async def _somebody(self, schedule: Schedule) -> Connection | None:
        """Who it is made for: whoever wished it, else somebody else who is entitled."""
        maker = await self._connections.get(schedule.connection_id)
        if maker is None:
            return None
        if maker.ended_at is None and self._outcomes.may(DIVERT, maker):
            return maker
        others = await self._connections.of_customer(maker.account.customer_id)
        return next((other for other in others if self._outcomes.may(DIVERT, other)), None)
