"""A plan while it is made: what the open question keeps of it, as JSON, and the values that this means."""

from collections.abc import Iterable, Mapping
from datetime import date

from services.plans import Vacation
from services.plans_hours import OFFICE_HOURS, Hours, hours_of
from services.plans_rota import Colleague, Handover, Rota
from services.schedules_wishes import Plan

PLAN, ROTA = "plan", "rota"
MORNING, EVENING = 8 * 60, 17 * 60
HANDOVERS = (Handover(MORNING, 0), Handover(MORNING), Handover(EVENING, 4))  # the first is what one begins with


def kept(plan: Plan) -> dict[str, object]:
    """What is kept of a plan that is changed."""
    course = plan.course
    if isinstance(course, Rota):
        people = [[person.name, person.target] for person in course.people]
        place = HANDOVERS.index(course.handover) if course.handover in HANDOVERS else 0
        return {"what": ROTA, "people": people, "handover": place}
    target = course.otherwise.target if course.otherwise else None
    return {
        "what": PLAN,
        "hours": hours_of(course),
        "lunch": any(block.is_break for day in course.week for block in day),
        "state": course.holidays.state.value if course.holidays else "",
        "vacations": days_kept(course.vacations),
        "target": target or "",
        "target_name": plan.names.get(target or "", ""),
    }


def days_kept(vacations: Iterable[Vacation]) -> list[list[str]]:
    """Days off, as they are kept."""
    return [[one.first.isoformat(), one.last.isoformat()] for one in vacations]


def hours_in(state: Mapping[str, object]) -> Hours:
    """Business hours; the usual ones to begin with."""
    days = state.get("hours")
    found = days if isinstance(days, list | tuple) else OFFICE_HOURS
    return tuple(tuple((int(begins), int(ends)) for begins, ends in day) for day in found)


def vacations_in(state: Mapping[str, object]) -> tuple[Vacation, ...]:
    """Days off."""
    days = state.get("vacations")
    found = days if isinstance(days, list) else []
    return tuple(Vacation(date.fromisoformat(str(first)), date.fromisoformat(str(last))) for first, last in found)


def people_in(state: Mapping[str, object]) -> tuple[Colleague, ...]:
    """Who is on a rota."""
    people = state.get("people")
    return tuple(Colleague(str(name), str(uri)) for name, uri in (people if isinstance(people, list) else []))


def place_in(state: Mapping[str, object]) -> int:
    """Which of the handovers."""
    place = state.get("handover")
    return place % len(HANDOVERS) if isinstance(place, int) else 0
