"""What follows from a change: its end is stored, earlier ends are replaced, plans rest or go on, a draft holds.

Called before the change's outcome is written down, and again when that could not be written: each consequence comes
once.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.changes import Result
from services.diverting import APPROVE, BULK, DIVERT
from services.diverting_rules import line_changes
from services.schedules_wishes import (
    End,
    Place,
    end_of,
    plan_of,
    spots_after,
    spots_before,
    until_at,
)
from services.schedules_words import Words
from storage.actions import Action, Actions, State
from storage.connections import Connection, Connections
from storage.schedules import Due, NewSchedule, Schedule, ScheduleKind, Schedules, ScheduleState, What

PLANS = (ScheduleKind.PLAN, ScheduleKind.ROTA)


class Consequences:
    """The hook of `Outcomes.after`, for changes that people make."""

    def __init__(
        self,
        rows: Schedules,
        actions: Actions,
        connections: Connections,
        words: Words,
        clock: Callable[[], datetime],
    ) -> None:
        self._rows = rows
        self._actions = actions
        self._connections = connections
        self._words = words
        self._clock = clock

    async def of(self, action: Action, result: Result) -> None:
        """A change came to this."""
        if action.by_plan or action.kind not in {DIVERT, BULK, APPROVE}:
            return
        maker = await self._connections.get(action.connection_id)
        if maker is None:
            return
        if result.state in {State.REFUSED, State.FAILED}:
            await self._take_back(action)
        elif action.state is State.ACCEPTED or result.state not in {State.DONE, State.ACCEPTED}:
            return  # its consequences came when it was accepted
        elif action.kind == APPROVE:
            await self._confirmed(action, maker)
        else:
            await self._changed(action, maker)

    async def activate(self, schedule: Schedule, by: Connection) -> None:
        """A draft holds from now on, in place of what held for the same rule."""
        now = self._clock()
        if schedule.kind is ScheduleKind.PRESET:
            await self._rows.change(schedule, state=ScheduleState.ON)
        else:
            await self._replace_plan(schedule, by)
            await self._rows.change(schedule, state=ScheduleState.ON, due=[Due(What.SWITCH, now)])

    async def _replace_plan(self, schedule: Schedule, by: Connection) -> None:
        """What it was made from is over; another one is off, and may be turned on again."""
        plan, held = plan_of(schedule), {ScheduleState.ON, ScheduleState.RESTING, ScheduleState.OFF}
        for other in await self._rows.of_customer(by.account.customer_id, held, {schedule.kind}):
            if other.id == plan.changes:
                await self._rows.change(other, state=ScheduleState.OVER, due=())
            elif (
                other.id != schedule.id and other.state is not ScheduleState.OFF and plan_of(other).place == plan.place
            ):
                await self._rows.change(other, state=ScheduleState.OFF, due=())

    async def _confirmed(self, action: Action, maker: Connection) -> None:
        named = action.payload.get("schedule")
        schedule = await self._rows.get(UUID(str(named))) if named else None
        if schedule is not None and schedule.state is ScheduleState.DRAFT:
            await self.activate(schedule, maker)
            await self._words.turned_on(schedule, maker)

    async def _changed(self, action: Action, maker: Connection) -> None:
        changes = line_changes(action.payload)
        places = {spot.place for spot in spots_after(changes)}
        states, kinds = {ScheduleState.ON, ScheduleState.RESTING}, (ScheduleKind.END, *PLANS)
        held = await self._rows.of_customer(maker.account.customer_id, states, kinds)
        ends = [one for one in held if _is_replaced(one, places, action)]
        plans = [schedule for schedule in held if schedule.kind in PLANS and plan_of(schedule).place in places]
        undone = await self._actions.get(action.undoes) if action.undoes is not None else None
        if undone is not None and not undone.by_plan:
            await self._go_on(plans, undone)
        elif at := _instant(action.payload.get("until")):
            until = until_at(at, maker.account.zone, self._clock())
            await self._store(End(spots_before(changes), spots_after(changes), until), ends, action, maker)
        else:
            await self._rest(plans, action, maker)
        await self._replace(ends, places)
        if undone is not None and (ended := await self._rows.of_action(undone.id)) is not None:
            await rearm(self._rows, ended, self._clock())

    async def _store(self, end: End, replaced: Sequence[Schedule], action: Action, maker: Connection) -> None:
        """Laid over one earlier diversion it remembers that one; of several, what was before them all returns."""
        now = self._clock()
        places = {spot.place for spot in end.after}
        if len(replaced) == 1 and {spot.place for spot in end_of(replaced[0]).after} <= places:
            end = replace(end, under=replaced[0].id)
        else:
            earlier = {spot.place: spot for schedule in replaced for spot in end_of(schedule).before}
            end = replace(end, before=tuple(earlier.get(spot.place, spot) for spot in end.before))
        who = (action.person_id, action.chat_id, maker.id, maker.account.customer_id)
        new = NewSchedule(ScheduleKind.END, ScheduleState.ON, *who, end.as_json(), now, action.id)
        await self._rows.add(new, end.due(now))

    async def _replace(self, ends: Sequence[Schedule], places: set[Place]) -> None:
        """Earlier ends of these rules are over; what else such an end has to bring back, it still does."""
        for schedule in ends:
            end = end_of(schedule)
            left = {spot.place for spot in end.after} - places
            if left:
                await self._rows.change(schedule, wish=end.only(left).as_json())
            else:
                await self._rows.change(schedule, state=ScheduleState.OVER, due=())

    async def _rest(self, plans: Sequence[Schedule], action: Action, maker: Connection) -> None:
        """By hand wins: a plan whose rule somebody set for good rests until it is turned on again."""
        for schedule in plans:
            if schedule.state is ScheduleState.ON:
                wish = replace(plan_of(schedule), rests_for=str(action.id)).as_json()
                await self._rows.change(schedule, state=ScheduleState.RESTING, wish=wish, due=())
                await self._words.rests(schedule, maker, str(action.id))

    async def _go_on(self, plans: Sequence[Schedule], undone: Action) -> None:
        """What rested, or was covered, because of a change that is taken back."""
        now = self._clock()
        for schedule in plans:
            if schedule.state is ScheduleState.RESTING and plan_of(schedule).rests_for == str(undone.id):
                await self._rows.change(schedule, state=ScheduleState.ON, due=[Due(What.SWITCH, now)])

    async def _take_back(self, action: Action) -> None:
        """It was accepted, and then it failed: there is nothing to end."""
        schedule = await self._rows.of_action(action.id)
        if schedule is not None and schedule.state is ScheduleState.ON:
            await self._rows.change(schedule, state=ScheduleState.OVER, due=())
            await rearm(self._rows, schedule, self._clock())


async def rearm(rows: Schedules, ended: Schedule, now: datetime) -> None:
    """The diversion over which an ended one was laid holds again, and ends when it was to end."""
    under = end_of(ended).under
    earlier = await rows.get(under) if under is not None else None
    if earlier is not None and earlier.state is ScheduleState.OVER and end_of(earlier).ends > now:
        await rows.change(earlier, state=ScheduleState.ON, due=end_of(earlier).due(now))


def _is_replaced(schedule: Schedule, places: set[Place], action: Action) -> bool:
    if schedule.kind is not ScheduleKind.END or schedule.action_id == action.id:
        return False
    is_earlier = schedule.made_at <= action.created_at
    return is_earlier and any(spot.place in places for spot in end_of(schedule).after)


def _instant(written: object) -> datetime | None:
    return datetime.fromisoformat(str(written)) if written else None
