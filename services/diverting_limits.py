"""The strict policy: whoever holds a stolen chat cannot send many calls to many strangers, nor while nobody looks."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.diverting_rules import APPROVE, BULK, DIVERT
from services.holidays import FederalState, holiday_name
from storage.actions import Action, Actions, State
from storage.connections import Connection, Connections

DAY = timedelta(hours=24)
MOST_NEW_TARGETS = 3
MOST_CHANGES = 10
NIGHT_FROM, NIGHT_TO = 20, 7  # local hours
SATURDAY = 5
KINDS = frozenset({DIVERT, BULK, APPROVE})
MADE = frozenset({State.RUNNING, State.UNKNOWN, State.ACCEPTED, State.DONE})
_READ = 200


class Limits:
    """How many changes and new targets outside an account may make in 24 hours, and when.

    Switching off, undoing and what a plan does are never held up.
    """

    def __init__(self, actions: Actions, connections: Connections, clock: Callable[[], datetime]) -> None:
        self._actions = actions
        self._connections = connections
        self._clock = clock

    async def reason(self, by: Connection, payload: Mapping[str, object], own: UUID | None = None) -> str | None:
        """The code of what is against a change that somebody proposes; `own`: the change itself, once it runs."""
        if not payload.get("diverts"):
            return None
        new = _new_targets(payload)
        if new and _is_quiet(self._clock().astimezone(ZoneInfo(by.account.zone))):
            return "outsideHours"
        made = [action for action in await self._made(by) if action.id != own]
        if len(made) >= MOST_CHANGES:
            return "tooManyChanges"
        before = {uri for action in made for uri in _new_targets(action.payload)}
        return "tooManyTargets" if new and len(before | new) > MOST_NEW_TARGETS else None

    async def reason_against(self, action: Action) -> str | None:
        """The same at the last moment, for a change that was proposed before others were made."""
        if action.by_plan or action.undoes is not None:
            return None
        by = await self._connections.get(action.connection_id)
        return None if by is None else await self.reason(by, action.payload, action.id)

    async def _made(self, by: Connection) -> list[Action]:
        since = self._clock() - DAY
        found = await self._actions.of_customer(by.account.customer_id, MADE, _READ)
        return [
            action
            for action in found
            if action.kind in KINDS
            and (action.confirmed_at or action.created_at) > since
            and action.payload.get("account") == by.tag
            and action.payload.get("diverts")
            and not action.by_plan
            and action.undoes is None
        ]


def _new_targets(payload: Mapping[str, object]) -> set[str]:
    found = payload.get("new_targets")
    return {str(uri) for uri in found} if isinstance(found, list) else set()


def _is_quiet(local: datetime) -> bool:
    """Night, weekend, or a holiday that all federal states share: where the customer sits is not known for sure."""
    if local.hour >= NIGHT_FROM or local.hour < NIGHT_TO or local.weekday() >= SATURDAY:
        return True
    return all(holiday_name(local.date(), state) for state in FederalState)
