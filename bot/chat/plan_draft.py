"""A plan while it is made: what the open question keeps of it, as JSON, and the values that this means."""

from collections.abc import Iterable, Mapping
from datetime import date

from portal.models import DivertWhen
from services.plans import Vacation
from services.plans_hours import LUNCH, OFFICE_HOURS, Hours, Span, hours_of, is_within, lunch_of
from services.plans_rota import Colleague, Handover, Rota, Swap, Weekend
from services.schedules_wishes import Plan

PLAN, ROTA = "plan", "rota"
MORNING, EVENING = 8 * 60, 17 * 60
HANDOVERS = (Handover(MORNING, 0), Handover(MORNING), Handover(EVENING, 4))  # the first is what one begins with
WEEKENDS = ((Handover(EVENING, 4), Handover(MORNING, 0)), (Handover(MORNING, 5), Handover(MORNING, 0)))


def kept(plan: Plan) -> dict[str, object]:
    """What is kept of a plan that is changed."""
    course = plan.course
    case: dict[str, object] = {"line": plan.service, "when": plan.when.value, "seconds": plan.seconds or 0}
    if isinstance(course, Rota):
        people = [[person.name, person.target] for person in course.people]
        place = HANDOVERS.index(course.handover) if course.handover in HANDOVERS else 0
        running = {"begins": course.begins.isoformat(), "swaps": [[s.day.isoformat(), s.person] for s in course.swaps]}
        return {**case, "what": ROTA, "people": people, "handover": place, **running, **_weekend_kept(course.weekend)}
    target = course.otherwise.target if course.otherwise else None
    return {
        **case,
        "what": PLAN,
        "hours": hours_of(course),
        "lunch": lunch_of(course),
        "state": course.holidays.state.value if course.holidays else "",
        "vacations": days_kept(course.vacations),
        "target": target or "",
        "target_name": plan.names.get(target or "", ""),
    }


def days_kept(vacations: Iterable[Vacation]) -> list[list[str]]:
    """Days off, as they are kept."""
    return [[one.first.isoformat(), one.last.isoformat()] for one in vacations]


def begun_anew(state: Mapping[str, object]) -> dict[str, object]:
    """The same with its round begun anew: who takes turns, or when, is not what it was."""
    return {name: value for name, value in state.items() if name not in {"begins", "swaps"}}


def case_in(state: Mapping[str, object]) -> DivertWhen:
    """Under which condition calls are diverted."""
    return DivertWhen(state.get("when", DivertWhen.ALWAYS.value))


def seconds_in(state: Mapping[str, object]) -> int:
    """How long it rings before; 0: as it is."""
    seconds = state.get("seconds")
    return seconds if isinstance(seconds, int) else 0


def hours_in(state: Mapping[str, object]) -> Hours:
    """Business hours; the usual ones to begin with."""
    days = state.get("hours")
    found = days if isinstance(days, list | tuple) else OFFICE_HOURS
    return tuple(tuple((int(begins), int(ends)) for begins, ends in day) for day in found)


def lunch_in(state: Mapping[str, object]) -> Span | None:
    """The lunch break; None for none, or where it interrupts no business hours."""
    found = state.get("lunch")
    if isinstance(found, list | tuple):
        lunch = int(found[0]), int(found[1])
    elif found:  # an open question of the release before kept no times
        lunch = LUNCH
    else:
        return None
    return lunch if any(is_within(lunch, spans) for spans in hours_in(state)) else None


def vacations_in(state: Mapping[str, object]) -> tuple[Vacation, ...]:
    """Days off."""
    return tuple(
        Vacation(date.fromisoformat(first), date.fromisoformat(last)) for first, last in _pairs(state, "vacations")
    )


def people_in(state: Mapping[str, object]) -> tuple[Colleague, ...]:
    """Who is on a rota."""
    return tuple(Colleague(name, uri) for name, uri in _pairs(state, "people"))


def swaps_in(state: Mapping[str, object]) -> tuple[Swap, ...]:
    """Swaps of a rota that is changed."""
    return tuple(Swap(date.fromisoformat(day), person) for day, person in _pairs(state, "swaps"))


def begins_in(state: Mapping[str, object]) -> date | None:
    """The day on which a rota that is changed began; None when its round begins anew."""
    begins = state.get("begins")
    return date.fromisoformat(begins) if isinstance(begins, str) else None


def weekenders_in(state: Mapping[str, object]) -> tuple[str, ...]:
    """Who takes the weekends, in their order; only people of the rota."""
    names, known = state.get("weekenders"), {person.name for person in people_in(state)}
    return tuple(str(name) for name in (names if isinstance(names, list) else []) if name in known)


def weekend_in(state: Mapping[str, object]) -> Weekend | None:
    """The order of the weekends; None when they are like the week."""
    names = weekenders_in(state)
    return Weekend(*WEEKENDS[place_in(state, "span", len(WEEKENDS))], names) if names else None


def place_in(state: Mapping[str, object], name: str = "handover", count: int = len(HANDOVERS)) -> int:
    """Which of the handovers, or of other possibilities."""
    place = state.get(name)
    return place % count if isinstance(place, int) else 0


def _weekend_kept(weekend: Weekend | None) -> dict[str, object]:
    if weekend is None:
        return {}
    span = (weekend.begins, weekend.ends)
    return {"weekenders": list(weekend.people), "span": WEEKENDS.index(span) if span in WEEKENDS else 0}


def _pairs(state: Mapping[str, object], name: str) -> list[tuple[str, str]]:
    found = state.get(name)
    return [(str(one), str(other)) for one, other in (found if isinstance(found, list) else [])]
