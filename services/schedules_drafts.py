"""Drafts: a wish that leads out of the house holds only once its targets were approved with a PIN."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.diverting import Diverting
from services.schedules_consequences import Consequences
from services.schedules_wishes import Plan, Preset
from storage.connections import Connection
from storage.schedules import NewSchedule, ScheduleKind, Schedules, ScheduleState

OUTSIDE = "tel:+"


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved, and the change that has to be confirmed for it; None when it holds already."""

    schedule_id: UUID
    action_id: UUID | None


class Drafts:
    """Saves plans, rotas and presets."""

    def __init__(
        self, rows: Schedules, diverting: Diverting, consequences: Consequences, clock: Callable[[], datetime]
    ) -> None:
        self._rows = rows
        self._diverting = diverting
        self._consequences = consequences
        self._clock = clock

    async def save(
        self, by: Connection, chat_id: int, wish: Plan | Preset, names: Mapping[str, str], summary: str
    ) -> Saved:
        """Save it. `names`: what its targets are called. Targets outside are approved (again) with the PIN."""
        kind = wish.kind if isinstance(wish, Plan) else ScheduleKind.PRESET
        who = (by.person_id, chat_id, by.id, by.account.customer_id)
        new = NewSchedule(kind, ScheduleState.DRAFT, *who, wish.as_json(), self._clock())
        key = await self._rows.add(new)
        if key is None:
            raise RuntimeError("a draft belongs to no change")
        outside = [(uri, names.get(uri) or uri.removeprefix("tel:")) for uri in sorted(wish.targets) if is_outside(uri)]
        if outside:
            called = ", ".join(name for _, name in outside)
            number = outside[0][0].removeprefix("tel:")
            shown = {"schedule": str(key), "what": str(kind), "count": len(outside), "name": called, "target": number}
            asked = await self._diverting.propose(by, chat_id, (), summary=summary, shown=shown, approve=outside)
            return Saved(key, asked)
        draft = await self._rows.get(key)
        if draft is not None:
            await self._consequences.activate(draft, by)
        return Saved(key, None)


def is_outside(uri: str) -> bool:
    """Whether calls leave the house there."""
    return uri.startswith(OUTSIDE)
