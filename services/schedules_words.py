"""What schedules have to say: which notice, to whom, with which facts. A switch that is made in time says nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

from services import watch
from services.plans_rota import Relief, Rota, handovers
from services.schedules_wishes import Json, end_of, plan_of
from storage.connections import Connection, Connections
from storage.notices import NewNotice, Notices
from storage.schedules import Schedule, ScheduleKind, Switch

_SECOND = timedelta(seconds=1)


class Words:
    """Puts notices into the outbox, each event once."""

    def __init__(self, notices: Notices, connections: Connections, clock: Callable[[], datetime]) -> None:
        self._notices = notices
        self._connections = connections
        self._clock = clock

    def chat_of(self, schedule: Schedule, by: Connection) -> int:
        """The chat in which it was wished, as long as that person is the one it is made for."""
        return schedule.chat_id if by.person_id == schedule.person_id else by.person_id

    async def reminder(self, schedule: Schedule, by: Connection, ends: datetime) -> None:
        """It ends soon."""
        key = f"reminder:{schedule.id}:{ends.timestamp():.0f}"
        await self._say("schedule-reminder", key, schedule, by, {"ends": ends.isoformat()})

    async def ended(self, schedule: Schedule, by: Connection, switch: Switch, how: str) -> None:
        """It ended late, or somebody had changed the line and nothing was touched."""
        await self._say("schedule-ended", f"ended:{switch.id}", schedule, by, {"how": how, **_at(switch)})

    async def failed(self, schedule: Schedule, by: Connection, switch: Switch, code: str) -> None:
        """It could not be switched, for good or until now (code "waiting")."""
        await self._say("schedule-failed", f"{code}:{switch.id}", schedule, by, {"code": code, **_at(switch)})

    async def turned_on(self, schedule: Schedule, by: Connection) -> None:
        """A plan, rota or preset was saved and holds."""
        facts: Json = {}
        if schedule.kind is not ScheduleKind.PRESET:
            coming = plan_of(schedule).next_after(self._clock())
            facts["next"] = coming.isoformat() if coming else ""
        await self._say("schedule-on", f"on:{schedule.id}", schedule, by, facts)

    async def rests(self, schedule: Schedule, by: Connection, cause: str) -> None:
        """Somebody changed the rule of a plan by hand."""
        await self._say("schedule-rests", f"rests:{schedule.id}:{cause}", schedule, by, {})

    async def handover(self, schedule: Schedule, by: Connection, switch: Switch) -> None:
        """Both people of a handover hear of it, where they are connected; else whoever made the rota does."""
        plan = plan_of(schedule)
        if not isinstance(plan.course, Rota):
            return
        relief = next(handovers(plan.course, switch.due_at - _SECOND, switch.due_at), None)
        if relief is None:
            return
        facts: Json = {"comes": relief.duty.person.name, "goes": relief.before.person.name if relief.before else ""}
        readers = await self._people_of(relief, by) or [by]
        for reader in readers:
            await self._say("schedule-duty", f"duty:{switch.id}", schedule, reader, {**facts, **_at(switch)})

    async def cut_off(self, by: Connection) -> None:
        """The portal ended the connection in whose name it would have been switched."""
        await self._notices.add([watch.end_of(by)], self._clock())

    async def _people_of(self, relief: Relief, by: Connection) -> list[Connection]:
        names = {relief.duty.person.name.casefold()}
        if relief.before is not None:
            names.add(relief.before.person.name.casefold())
        found: dict[int, Connection] = {}
        for other in await self._connections.of_customer(by.account.customer_id):
            if other.account.name.casefold() in names or other.person_name.casefold() in names:
                found.setdefault(other.person_id, other)
        return list(found.values())

    async def _say(self, kind: str, key: str, schedule: Schedule, reader: Connection, facts: Json) -> None:
        shown = {**_about(schedule), **facts, "reader": str(reader.id), "account": reader.tag}
        chat = self.chat_of(schedule, reader)
        await self._notices.add([NewNotice(kind, key[:96], chat, shown)], self._clock())


def _about(schedule: Schedule) -> Json:
    """What every notice says: which line, and what it is called."""
    about: Json = {"schedule": str(schedule.id), "kind": str(schedule.kind)}
    if schedule.kind is ScheduleKind.END:
        lines = list(dict.fromkeys(spot.line for spot in end_of(schedule).after))
        return {**about, "line": ", ".join(lines), "name": ""}
    name = str(schedule.wish.get("name", ""))
    return {**about, "line": str(schedule.wish.get("line", "")), "name": name}


def _at(switch: Switch) -> Json:
    return {"at": switch.due_at.isoformat()}
