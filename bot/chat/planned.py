"""How a weekly plan and a rota are told, line by line; the same wherever they are shown."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.text import Name, Say, say
from services.plans import Vacation, WeeklyPlan
from services.plans_hours import Hours, grouped, hours_of
from services.plans_rota import Handover, Rota, on_duty
from services.schedules_wishes import Plan

_LONGEST = 60


def plan_lines(plan: Plan, now: datetime) -> tuple[Say, ...]:
    """What a plan does: hours and where calls go outside of them, or who is on call."""
    course = plan.course
    return _rota_lines(course, now) if isinstance(course, Rota) else _week_lines(course, plan)


def hours_lines(hours: Hours) -> tuple[Say, ...]:
    """Days with their hours, those with the same together; closed days are left out."""
    lines = []
    for first, last, spans in grouped(hours):
        written = ", ".join(f"{clock(begins)}–{clock(ends)}" for begins, ends in spans)
        lines.append(say("plans-hours", same="yes" if first == last else "no", first=first, last=last, spans=written))
    return tuple(lines)


def vacation_lines(vacations: Sequence[Vacation]) -> tuple[Say, ...]:
    """Days off."""
    return tuple(say("plans-vacation", first=one.first, last=one.last) for one in vacations)


def clock(minute: int) -> str:
    """A minute of the day as clocks show it."""
    return f"{minute // 60}:{minute % 60:02}"


def number_in(uri: str) -> str:
    """What people know of a target's URI."""
    return uri.partition(":")[2].partition(";")[0].partition("@")[0]


def _week_lines(course: WeeklyPlan, plan: Plan) -> tuple[Say, ...]:
    lines = list(hours_lines(hours_of(course)))
    if any(block.is_break for day in course.week for block in day):
        lines.append(say("plans-lunch"))
    target = course.otherwise.target if course.otherwise else None
    if target:
        lines.append(say("plans-outside", name=Name(plan.names.get(target) or number_in(target), _LONGEST)))
    state = course.holidays.state.value if course.holidays else "none"
    return (*lines, say("plans-holidays", state=state), *vacation_lines(course.vacations))


def _rota_lines(rota: Rota, now: datetime) -> tuple[Say, ...]:
    """Who is on duty, and who comes next in which order."""
    duty = on_duty(rota, now)
    lines = [handover_line(rota.handover)]
    for place, person in enumerate(duty.chain if duty else rota.people):
        is_now = "yes" if duty and not place else "no"
        lines.append(say("plans-person", now=is_now, name=Name(person.name, _LONGEST), target=number_in(person.target)))
    return tuple(lines)


def handover_line(handover: Handover) -> Say:
    """When the duty is handed over."""
    day = "daily" if handover.weekday is None else str(handover.weekday)
    return say("plans-handover", day=day, time=clock(handover.minute))
