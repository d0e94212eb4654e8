"""Wishes for later, as people make and change them: plans, rotas, their rests and swaps, and the ends of diversions.

A plan that leads out of the house is confirmed with a PIN, which approves its targets: it runs when nobody is there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from services.diverting_rules import Rule
from services.errors import Gone, TooLate
from services.plans_precedence import Claims
from services.plans_rota import Rota, Swap
from services.schedules_consequences import PLANS, Consequences
from services.schedules_drafts import Drafts, Saved
from services.schedules_wishes import End, Place, Plan, claims_of, end_of, places_of, plan_of
from storage.connections import Connection
from storage.schedules import Due, Schedule, ScheduleKind, Schedules, ScheduleState, SwitchState, What

LISTED = frozenset({ScheduleState.ON, ScheduleState.RESTING, ScheduleState.OFF})


@dataclass(frozen=True, slots=True)
class Listed:
    """A wish with the instant of its next switch."""

    schedule: Schedule
    next_at: datetime | None


class Planning:
    """Everything that people can do with schedules. Raises Gone for what is not their customer's."""

    def __init__(
        self, rows: Schedules, drafts: Drafts, consequences: Consequences, clock: Callable[[], datetime]
    ) -> None:
        self._rows = rows
        self._drafts = drafts
        self._consequences = consequences
        self._clock = clock

    async def listed(self, by: Connection) -> list[Listed]:
        """Ends that will come, plans and rotas (also those that rest or are off)."""
        found = await self._rows.of_customer(by.account.customer_id, LISTED, (ScheduleKind.END, *PLANS))
        coming = await self._rows.next_due([schedule.id for schedule in found])
        return [Listed(schedule, coming.get(schedule.id)) for schedule in found]

    async def find(self, by: Connection, schedule_id: UUID) -> Listed:
        """One of them."""
        found = next((one for one in await self.listed(by) if one.schedule.id == schedule_id), None)
        if found is None:
            raise Gone
        return found

    async def claims(self, by: Connection) -> Mapping[Place, Claims]:
        """Everything that is wished now, by rule."""
        found = await self._rows.of_customer(by.account.customer_id, {ScheduleState.ON}, (ScheduleKind.END, *PLANS))
        return {place: claims_of(place, found) for place in places_of(found)}

    async def others(self, by: Connection, place: Place, kind: ScheduleKind, besides: UUID | None) -> list[Schedule]:
        """What a plan of this kind meets at its rule: one of the same kind, which it replaces, and what holds now."""
        held = {ScheduleState.ON, ScheduleState.RESTING}
        found = await self._rows.of_customer(by.account.customer_id, held, (ScheduleKind.END, *PLANS))
        return [one for one in found if one.id != besides and place in places_of([one]) and self._is_met(one, kind)]

    def _is_met(self, other: Schedule, kind: ScheduleKind) -> bool:
        if other.kind is ScheduleKind.END:
            return end_of(other).ends > self._clock()
        return other.kind is kind or other.state is ScheduleState.ON

    async def base_of(self, by: Connection, place: Place, now_set: Rule) -> Rule:
        """What a rule is without any wish: of a rule that is set for a while, what it was before."""
        held = {ScheduleState.ON, ScheduleState.RESTING}
        for schedule in await self._rows.of_customer(by.account.customer_id, held, (*PLANS, ScheduleKind.END)):
            if schedule.kind is ScheduleKind.END:
                now_set = next((s.rule for s in end_of(schedule).before if s.place == place), now_set)
            elif plan_of(schedule).place == place:
                return plan_of(schedule).base
        return now_set

    async def save(self, by: Connection, chat_id: int, plan: Plan, summary: str) -> Saved:
        """Save a plan or a rota. It replaces the one of its kind for the same rule as soon as it is confirmed."""
        return await self._drafts.save(by, chat_id, plan, plan.names, summary)

    async def turn_on(self, by: Connection, schedule_id: UUID) -> None:
        """A plan that was off, or rests, goes on now."""
        schedule = (await self.find(by, schedule_id)).schedule
        if schedule.kind in PLANS and schedule.state in {ScheduleState.OFF, ScheduleState.RESTING}:
            await self._consequences.activate(schedule, by)

    async def turn_off(self, by: Connection, schedule_id: UUID) -> None:
        """It does nothing any more; what is set stays set."""
        schedule = (await self.find(by, schedule_id)).schedule
        if schedule.kind in PLANS:
            await self._rows.change(schedule, state=ScheduleState.OFF, due=())

    async def delete(self, by: Connection, schedule_id: UUID) -> None:
        """Forget a plan; what is set stays set."""
        schedule = (await self.find(by, schedule_id)).schedule
        if schedule.kind in PLANS:
            await self._rows.delete(schedule.id)

    async def swap(self, by: Connection, schedule_id: UUID, day: date, person: str) -> Plan:
        """Another person of the rota has the duty that begins on that day. Raises TooLate when somebody was faster."""
        schedule = (await self.find(by, schedule_id)).schedule
        plan = plan_of(schedule)
        if not isinstance(plan.course, Rota):
            raise Gone
        others = tuple(swap for swap in plan.course.swaps if swap.day != day)
        swapped = replace(plan, course=replace(plan.course, swaps=(*others, Swap(day, person))))
        is_on = schedule.state is ScheduleState.ON
        due = [Due(What.SWITCH, self._clock())] if is_on else None
        if not await self._rows.change(schedule, wish=swapped.as_json(), due=due):
            raise TooLate
        return swapped

    async def lengthen(self, by: Connection, schedule_id: UUID, more: timedelta) -> End:
        """An end comes later. Raises TooLate when it has come."""
        schedule, end = await self._end(by, schedule_id)
        return await self._move(schedule, end.ending(max(end.ends, self._clock()) + more))

    async def end_now(self, by: Connection, schedule_id: UUID) -> End:
        """An end comes now: it is due at once. Raises TooLate when it has come."""
        schedule, end = await self._end(by, schedule_id)
        return await self._move(schedule, end.ending(self._clock(), by_hand=True))

    async def _end(self, by: Connection, schedule_id: UUID) -> tuple[Schedule, End]:
        try:
            schedule = (await self.find(by, schedule_id)).schedule
        except Gone:
            raise TooLate from None
        if schedule.kind is not ScheduleKind.END:
            raise Gone
        return schedule, end_of(schedule)

    async def _move(self, schedule: Schedule, end: End) -> End:
        if any(switch.state is SwitchState.RUNNING for switch in await self._rows.switches_of(schedule.id)):
            raise TooLate  # it ends this very moment
        if not await self._rows.change(schedule, wish=end.as_json(), due=end.due(self._clock())):
            raise TooLate
        return end
