"""How a weekly plan and a rota are told, line by line; the same wherever they are shown."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.text import Name, Say, say
from portal.models import DivertWhen
from services.plans import Vacation, WeeklyPlan
from services.plans_hours import Hours, Span, grouped, hours_of, lunch_of
from services.plans_rota import Handover, Rota, Weekend, on_duty
from services.schedules_wishes import Plan

_LONGEST, _LONGEST_LIST = 60, 200


def plan_lines(plan: Plan, now: datetime) -> tuple[Say, ...]:
    """What a plan does: hours and where calls go outside of them, or who is on call."""
    course, case = plan.course, case_line(plan.when, plan.seconds or 0)
    return (case, *(_rota_lines(course, now) if isinstance(course, Rota) else _week_lines(course, plan)))


def case_line(when: DivertWhen, seconds: int) -> Say:
    """Under which condition calls are diverted."""
    return say("plans-case", when=when.value, seconds=seconds)


def hours_lines(hours: Hours, when: DivertWhen) -> tuple[Say, ...]:
    """Days with their hours, those with the same together; closed days are left out."""
    lines = []
    for first, last, spans in grouped(hours):
        written = ", ".join(f"{clock(begins)}–{clock(ends)}" for begins, ends in spans)
        days = {"same": "yes" if first == last else "no", "first": first, "last": last}
        lines.append(say("plans-hours", when=when.value, spans=written, **days))
    return tuple(lines)


def lunch_lines(lunch: Span | None) -> tuple[Say, ...]:
    """The lunch break, if there is one."""
    return (say("plans-lunch", span=f"{clock(lunch[0])}–{clock(lunch[1])}"),) if lunch else ()


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
    lines = list(hours_lines(hours_of(course), plan.when))
    lines += lunch_lines(lunch_of(course))
    target = course.otherwise.target if course.otherwise else None
    if target:
        name = Name(plan.names.get(target) or number_in(target), _LONGEST)
        lines.append(say("plans-outside", when=plan.when.value, name=name))
    state = course.holidays.state.value if course.holidays else "none"
    return (*lines, say("plans-holidays", state=state), *vacation_lines(course.vacations))


def _rota_lines(rota: Rota, now: datetime) -> tuple[Say, ...]:
    """Who is on duty, and who comes next in which order."""
    duty = on_duty(rota, now)
    lines = [handover_line(rota.handover), *([weekend_line(rota.weekend)] if rota.weekend else [])]
    for place, person in enumerate(duty.chain if duty else rota.people):
        is_now = "yes" if duty and not place else "no"
        lines.append(say("plans-person", now=is_now, name=Name(person.name, _LONGEST), target=number_in(person.target)))
    return tuple(lines)


def handover_line(handover: Handover) -> Say:
    """When the duty is handed over."""
    day = "daily" if handover.weekday is None else handover.weekday
    return say("plans-handover", day=day, time=clock(handover.minute))


def weekend_line(weekend: Weekend) -> Say:
    """From when to when a weekend is, and who takes them in turn; one person without a name: nobody yet."""
    names = Name(", ".join(weekend.people), _LONGEST_LIST)
    begins, ends = weekend.begins, weekend.ends
    days = {"first": begins.weekday or 0, "last": ends.weekday or 0}
    times = {"begins": clock(begins.minute), "ends": clock(ends.minute)}
    count = len(weekend.people) if any(weekend.people) else 0
    return say("plans-weekend", names=names, count=count, **days, **times)
