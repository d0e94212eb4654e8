"""Approved targets: which there are, what still leads to them, and how an approval is taken back.

Without its approval a target is a new one again: a person needs a PIN to divert there, and what runs without a person
can't any more.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

from portal import errors
from portal.client import Portal
from portal.models import AccessToken, Target
from portal.oauth import Entry
from services.actions import Acting
from services.changes import Result, entries_of
from services.diverting import Diverting
from services.diverting_kind import ROLES
from services.diverting_rules import LONGEST_SUMMARY, line_name
from services.errors import Gone
from services.presets import Presets
from services.schedules_planning import Planning
from services.schedules_wishes import end_of, plan_of
from services.subscriptions import EventKind
from storage.actions import Action, State
from storage.connections import Connection
from storage.schedules import ScheduleKind

REVOKE = "revoke"  # the kind of change


@dataclass(frozen=True, slots=True)
class Uses:
    """What leads to a target, by name: lines now; lines that it returns to when a diversion ends; plans; presets."""

    lines: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    presets: tuple[str, ...] = ()


class Targets:
    """Reads approved targets and proposes to take approvals back. Raises Gone for one that is not there (any more)."""

    def __init__(
        self, portal: Portal, diverting: Diverting, planning: Planning, presets: Presets, acting: Acting
    ) -> None:
        self._portal = portal
        self._diverting = diverting
        self._planning = planning
        self._presets = presets
        self._acting = acting

    async def listed(self, by: Connection) -> tuple[Target, ...]:
        """The customer's approved targets, by name."""
        approved = (await self._diverting.switchboard(by)).approved
        return tuple(sorted(approved, key=lambda target: (target.name.casefold(), target.uri)))

    async def find(self, by: Connection, target_id: str) -> tuple[Target, Uses]:
        """One of them, and what leads there."""
        board = await self._diverting.switchboard(by)
        target = next((one for one in board.approved if one.id == target_id), None)
        if target is None:
            raise Gone
        uri = target.uri
        lines = [line for line in board.lines if any(rule.active and rule.target == uri for rule in line.diversions)]
        wished = [one.schedule for one in await self._planning.listed(by)]
        ends = [end_of(one) for one in wished if one.kind is ScheduleKind.END]
        plans = [plan_of(one) for one in wished if one.kind is not ScheduleKind.END]
        returning = [s.line for end in ends for s in end.before if s.rule.active and s.rule.target == uri]
        return target, Uses(
            tuple(line_name(line) for line in lines),
            tuple(dict.fromkeys(returning)),
            tuple(plan.name for plan in plans if uri in plan.targets),
            tuple(preset.name for _, preset in await self._presets.listed(by) if uri in preset.targets),
        )

    async def propose_revoking(self, by: Connection, chat_id: int, target: Target, summary: str) -> UUID:
        """Freeze the end of an approval; answers the action's id. `summary`: what a PIN's SMS would say of it."""
        path = self._portal.paths.target_path(target.id)
        payload: dict[str, object] = {
            "account": by.tag,
            "name": target.name,
            "target": target.uri.removeprefix("tel:"),
            "target_id": target.id,
            "subject": f"target:{target.id}",
            "requests": [{"method": "DELETE", "path": path, "body": "", "summary": summary[:LONGEST_SUMMARY]}],
        }
        return await self._acting.propose(by, chat_id, REVOKE, payload, key=uuid4())


class RevokingKind:
    """An approval is taken back. That is the safer state: nobody is asked for a PIN, unless the portal wants one."""

    name = REVOKE
    roles = ROLES
    is_always_stepped = False

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def entries(self, action: Action) -> list[Entry]:
        return entries_of(action)

    async def check(self, token: AccessToken, action: Action) -> str | None:
        """The target that was shown is still the one of this id."""
        return None if await self._is_there(token, action) else "notFound"

    async def perform(self, token: AccessToken, action: Action) -> Result:
        """One that is gone meanwhile was to go."""
        with suppress(errors.NotFound):
            await self._portal.remove_target(token, str(action.payload["target_id"]))
        return Result(State.DONE)

    async def find(self, token: AccessToken, action: Action) -> Result | None:
        return None if await self._is_there(token, action) else Result(State.DONE)

    async def reverse(self, token: AccessToken, action: Action) -> Mapping[str, object] | None:
        """Approving it again takes a PIN, so it is a change of its own."""
        return None

    def told_as(self, action: Action) -> EventKind:
        return EventKind.SECURITY

    async def _is_there(self, token: AccessToken, action: Action) -> bool:
        shown = (action.payload["target_id"], action.payload["target"])
        return any((one.id, one.uri.removeprefix("tel:")) == shown for one in await self._portal.targets(token))
