"""Presets: several lines' diversions under a name, saved from how they stand, set all at once and taken back."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from services.actions import Acting, Step
from services.diverting import Diverting
from services.diverting_rules import line_changes, line_name, rule_of
from services.diverting_targets import Switchboard
from services.errors import Gone, TooLate
from services.schedules_drafts import Drafts, Saved
from services.schedules_wishes import Preset, Spot, as_wishes, preset_of, spots_after, spots_before, wishes_for
from storage.actions import Actions, State
from storage.connections import Connection
from storage.schedules import Schedule, ScheduleKind, Schedules, ScheduleState

_SET = frozenset({State.RUNNING, State.UNKNOWN, State.ACCEPTED, State.DONE})


class Presets:
    """Everything that people can do with presets. Raises Gone for what is not their customer's."""

    def __init__(
        self,
        rows: Schedules,
        diverting: Diverting,
        acting: Acting,
        actions: Actions,
        drafts: Drafts,
    ) -> None:
        self._rows = rows
        self._diverting = diverting
        self._acting = acting
        self._actions = actions
        self._drafts = drafts

    async def listed(self, by: Connection) -> list[tuple[UUID, Preset]]:
        """The customer's presets."""
        return [(schedule.id, preset_of(schedule)) for schedule in await self._all(by)]

    async def find(self, by: Connection, preset_id: UUID) -> Preset:
        """One of them."""
        return preset_of(await self._schedule(by, preset_id))

    async def is_set(self, preset: Preset) -> bool:
        """Whether it was set and not taken back."""
        action = await self._actions.get(preset.on) if preset.on is not None else None
        return action is not None and action.state in _SET

    async def save(
        self, by: Connection, chat_id: int, name: str, board: Switchboard, lines: Collection[str], summary: str
    ) -> Saved:
        """Keep how these lines stand now."""
        spots = tuple(
            Spot(line.id, line_name(line), when, rule_of(line, when))
            for line in board.lines
            if line.id in lines
            for when in line.supported
        )
        names = {target.uri: target.name for target in board.approved}
        return await self._drafts.save(by, chat_id, Preset(name, spots), names, summary)

    async def set(
        self, by: Connection, chat_id: int, preset_id: UUID, update_id: int, summary: str
    ) -> tuple[Step, Preset]:
        """Set all its lines as they were kept."""
        schedule = await self._schedule(by, preset_id)
        preset = preset_of(schedule)
        return await self._make(by, chat_id, schedule, preset, preset.spots, update_id, summary)

    async def take_back(
        self, by: Connection, chat_id: int, preset_id: UUID, update_id: int, summary: str
    ) -> tuple[Step, Preset]:
        """Exactly what was before returns, but for lines that somebody changed since. TooLate when none is left."""
        schedule = await self._schedule(by, preset_id)
        preset = preset_of(schedule)
        action = await self._actions.get(preset.on) if preset.on is not None else None
        if action is None or action.state not in _SET:
            raise TooLate
        changes = line_changes(action.payload)
        now = {line.id: line for line in await self._diverting.lines(by)}
        untouched = {
            spot.place
            for spot in spots_after(changes)
            if spot.service in now and spot.rule.is_met_by(rule_of(now[spot.service], spot.when))
        }
        spots = tuple(spot for spot in spots_before(changes) if spot.place in untouched)
        if not spots:
            await self._keep(schedule, replace(preset, on=None))
            raise TooLate
        return await self._make(by, chat_id, schedule, preset, spots, update_id, summary, undoes=action.id)

    async def delete(self, by: Connection, preset_id: UUID) -> None:
        """Forget it; what is set stays set."""
        await self._rows.delete((await self._schedule(by, preset_id)).id)

    async def _make(
        self,
        by: Connection,
        chat_id: int,
        schedule: Schedule,
        preset: Preset,
        spots: tuple[Spot, ...],
        update_id: int,
        summary: str,
        *,
        undoes: UUID | None = None,
    ) -> tuple[Step, Preset]:
        shown: Mapping[str, object] = {"what": "back" if undoes else "preset", "name": preset.name}
        wishes = as_wishes(wishes_for(spots))
        key = await self._diverting.propose(by, chat_id, wishes, summary=summary, shown=shown, undoes=undoes)
        preset = replace(preset, on=None if undoes else key)
        await self._keep(schedule, preset)
        return await self._acting.confirm(key, by.person_id, update_id), preset

    async def _keep(self, schedule: Schedule, preset: Preset) -> None:
        if not await self._rows.change(schedule, wish=preset.as_json()):
            raise TooLate

    async def _all(self, by: Connection) -> list[Schedule]:
        return await self._rows.of_customer(by.account.customer_id, {ScheduleState.ON}, {ScheduleKind.PRESET})

    async def _schedule(self, by: Connection, preset_id: UUID) -> Schedule:
        found = next((one for one in await self._all(by) if one.id == preset_id), None)
        if found is None:
            raise Gone
        return found
