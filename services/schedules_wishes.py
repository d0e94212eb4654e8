"""What is wished for later, as values and as the JSON that the database seals: ends, plans, rotas and presets."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from portal.bodies import KEEP, RuleChange
from portal.models import DivertWhen
from services.diverting_rules import LineChange, Rule, Rules, Wish
from services.plans import OFF, Setting, WeeklyPlan, next_change
from services.plans_clock import local_day, minute_of_day
from services.plans_data import from_data, to_data
from services.plans_precedence import Claim, Claims, Source, Temporary
from services.plans_rota import Rota, next_handover
from services.plans_until import For, OnDay, Until
from storage.schedules import Due, Schedule, ScheduleKind, What

LONGEST_NAME = 40  # characters of a plan's, rota's or preset's name
_MINUTE = timedelta(minutes=1)

Place = tuple[str, DivertWhen]  # which rule: the line's id, and when it applies
Json = dict[str, object]


def setting_of(rule: Rule) -> Setting:
    """A rule as the calculus of plans knows it."""
    return Setting(rule.target if rule.active else None)


def rule_from(kept: object) -> Rule:
    """A rule as it is kept: `{"active": true, "target": "tel:+49...", "seconds": null}`."""
    parts = part_of(kept)
    target, seconds = parts.get("target"), parts.get("seconds")
    pause = seconds if isinstance(seconds, int) else None
    return Rule(parts.get("active") is True, str(target) if target else None, pause)


@dataclass(frozen=True, slots=True)
class Spot:
    """A rule and what it was, or is to be, set to. `line` is how people call the line."""

    service: str
    line: str
    when: DivertWhen
    rule: Rule

    @property
    def place(self) -> Place:
        """Which rule it is."""
        return self.service, self.when


@dataclass(frozen=True, slots=True)
class End:
    """The end of a diversion: what was before, what was set, and until when.

    `under`: the end of an earlier diversion, over which this one was laid. `by_hand`: somebody ended it early.
    """

    before: tuple[Spot, ...]
    after: tuple[Spot, ...]
    until: Until
    under: UUID | None = None
    by_hand: bool = False

    @property
    def ends(self) -> datetime:
        """When it is over, in UTC; an open one is no end, and is never stored."""
        return self.until.ends or self.until.said

    @property
    def reminds(self) -> datetime:
        """A tenth of its length before, and at most a quarter of an hour."""
        return self.ends - min(timedelta(minutes=15), (self.ends - self.until.said) / 10)

    def as_json(self) -> Json:
        """What `end_of` reads."""
        under = str(self.under) if self.under else None
        before, after = [_spot_json(s) for s in self.before], [_spot_json(s) for s in self.after]
        return {"before": before, "after": after, "until": to_data(self.until), "under": under, "by_hand": self.by_hand}

    def ending(self, at: datetime, *, by_hand: bool = False) -> "End":
        """The same with another end."""
        return replace(self, until=until_at(at, self.until.zone, self.until.said), by_hand=by_hand)

    def only(self, places: Collection[Place]) -> "End":
        """The same for some of its rules."""
        before = tuple(spot for spot in self.before if spot.place in places)
        return replace(self, before=before, after=tuple(spot for spot in self.after if spot.place in places))

    def due(self, now: datetime) -> list[Due]:
        """What will be due of it."""
        reminder = [Due(What.REMIND, self.reminds)] if now < self.reminds else []
        return [*reminder, Due(What.SWITCH, self.ends)]


@dataclass(frozen=True, slots=True)
class Plan:
    """A weekly plan or a rota for one rule of a line; `base` is what the rule was before, and is without it.

    `names`: how people call the targets. `rests_for`: the change by hand for which it rests. `seconds`: how long it
    rings before, where the rule is about no answer and the plan has an opinion. `changes`: the schedule that it was
    made from, and retires.
    """

    name: str
    service: str
    line: str
    when: DivertWhen
    base: Rule
    course: WeeklyPlan | Rota
    names: Mapping[str, str] = field(default_factory=dict)
    rests_for: str = ""
    seconds: int | None = None
    changes: UUID | None = None

    @property
    def place(self) -> Place:
        """Which rule it is for."""
        return self.service, self.when

    @property
    def kind(self) -> ScheduleKind:
        """As it is stored."""
        return ScheduleKind.ROTA if isinstance(self.course, Rota) else ScheduleKind.PLAN

    @property
    def targets(self) -> frozenset[str]:
        """Everywhere it may send calls."""
        if isinstance(self.course, Rota):
            return frozenset(person.target for person in self.course.people)
        blocks = [block for day in self.course.week for block in day]
        settings = [block.setting for block in blocks] + ([self.course.otherwise] if self.course.otherwise else [])
        return frozenset(setting.target for setting in settings if setting.target)

    def next_after(self, instant: datetime) -> datetime | None:
        """When it wants something else next."""
        if isinstance(self.course, Rota):
            relief = next_handover(self.course, instant)
            return relief.at if relief else None
        change = next_change(self.course, instant)
        return change.at if change else None

    def as_json(self) -> Json:
        """What `plan_of` reads."""
        return {
            "name": self.name,
            "service": self.service,
            "line": self.line,
            "when": self.when.value,
            "base": _rule_json(self.base),
            "course": to_data(self.course),
            "names": dict(self.names),
            "rests_for": self.rests_for,
            "seconds": self.seconds,
            "changes": str(self.changes) if self.changes else None,
        }


@dataclass(frozen=True, slots=True)
class Preset:
    """Rules under a name, set all at once. `on`: the change that did it, as long as it was not taken back."""

    name: str
    spots: tuple[Spot, ...]
    on: UUID | None = None

    @property
    def targets(self) -> frozenset[str]:
        """Everywhere it sends calls."""
        return frozenset(spot.rule.target for spot in self.spots if spot.rule.active and spot.rule.target)

    def as_json(self) -> Json:
        """What `preset_of` reads."""
        return {
            "name": self.name,
            "spots": [_spot_json(s) for s in self.spots],
            "on": str(self.on) if self.on else None,
        }


def end_of(schedule: Schedule) -> End:
    """The end that was stored."""
    kept = schedule.wish
    under = UUID(str(kept["under"])) if kept.get("under") else None
    return End(
        _spots(kept["before"]),
        _spots(kept["after"]),
        from_data(Until, kept["until"]),
        under,
        kept.get("by_hand") is True,
    )


def plan_of(schedule: Schedule) -> Plan:
    """The plan or rota that was stored."""
    kept = schedule.wish
    is_rota = schedule.kind is ScheduleKind.ROTA
    course = from_data(Rota, kept["course"]) if is_rota else from_data(WeeklyPlan, kept["course"])
    names = {uri: str(name) for uri, name in part_of(kept.get("names")).items()}
    where = str(kept["name"]), str(kept["service"]), str(kept["line"]), DivertWhen(kept["when"])
    seconds = kept.get("seconds")
    pause = seconds if isinstance(seconds, int) else None
    changes = UUID(str(kept["changes"])) if kept.get("changes") else None
    return Plan(*where, rule_from(kept["base"]), course, names, str(kept.get("rests_for", "")), pause, changes)


def preset_of(schedule: Schedule) -> Preset:
    """The preset that was stored."""
    kept = schedule.wish
    return Preset(str(kept["name"]), _spots(kept["spots"]), UUID(str(kept["on"])) if kept.get("on") else None)


def spots_before(changes: Iterable[LineChange]) -> tuple[Spot, ...]:
    """What the rules were that changes are about."""
    return tuple(spot for change in changes for spot in _spots_in(change, change.before))


def spots_after(changes: Iterable[LineChange]) -> tuple[Spot, ...]:
    """What they are to become."""
    return tuple(spot for change in changes for spot in _spots_in(change, change.after))


def wishes_for(spots: Iterable[Spot]) -> dict[str, dict[DivertWhen, RuleChange]]:
    """By line, the changes that make rules exactly these."""
    changes: dict[str, dict[DivertWhen, RuleChange]] = {}
    for spot in spots:
        changes.setdefault(spot.service, {})[spot.when] = spot.rule.as_change()
    return changes


def as_wishes(changes: Mapping[str, Mapping[DivertWhen, RuleChange]]) -> list[Wish]:
    """Line by line."""
    return [Wish(service, rules) for service, rules in changes.items()]


def until_at(ends: datetime, zone: str, said: datetime) -> Until:
    """An end at an instant, in local terms where the clocks can say it; else as a stretch of time."""
    said, ends = said.replace(microsecond=0), ends.replace(microsecond=0)
    on_day = Until(OnDay(local_day(ends, zone), minute_of_day(ends, zone)), zone, said)
    if on_day.ends == ends:
        return on_day
    minutes = max(1, -(-(ends - said) // _MINUTE))
    return Until(For(minutes), zone, ends - minutes * _MINUTE)


def claims_of(place: Place, schedules: Sequence[Schedule], *, besides: UUID | None = None) -> Claims:
    """Everything that is wished for one rule, among schedules that are on."""
    plans = [plan for plan in _plans_among(schedules, besides) if plan.place == place]
    ends = [end_of(one) for one in schedules if one.kind is ScheduleKind.END and one.id != besides]
    base, temporary = OFF, None
    for end in ends:
        base = next((setting_of(spot.rule) for spot in end.before if spot.place == place), base)
        temporary = next((Temporary(setting_of(s.rule), end.until) for s in end.after if s.place == place), temporary)
    weekly = next((plan.course for plan in plans if isinstance(plan.course, WeeklyPlan)), None)
    rota = next((plan.course for plan in plans if isinstance(plan.course, Rota)), None)
    return Claims(setting_of(plans[0].base) if plans else base, weekly, rota, temporary)


def planned_change(claim: Claim, place: Place, schedules: Sequence[Schedule]) -> RuleChange:
    """The change that a weekly plan or a rota wants; what it does not speak of stays."""
    if not claim.setting.target:
        return RuleChange(False)
    kind = ScheduleKind.ROTA if claim.source is Source.ROTA else ScheduleKind.PLAN
    plans = (plan for plan in _plans_among(schedules, None) if plan.place == place and plan.kind is kind)
    seconds = next((plan.seconds for plan in plans), None)
    return RuleChange(True, claim.setting.target, KEEP if seconds is None else seconds)


def places_of(schedules: Sequence[Schedule]) -> set[Place]:
    """The rules that something is wished for."""
    found = {plan.place for plan in _plans_among(schedules, None)}
    ends = (end_of(schedule) for schedule in schedules if schedule.kind is ScheduleKind.END)
    return found | {spot.place for end in ends for spot in end.after}


def part_of(kept: object) -> Mapping[str, object]:
    """A JSON object; nothing for anything else."""
    return kept if isinstance(kept, Mapping) else {}


def _plans_among(schedules: Sequence[Schedule], besides: UUID | None) -> Iterator[Plan]:
    kinds = {ScheduleKind.PLAN, ScheduleKind.ROTA}
    return (plan_of(schedule) for schedule in schedules if schedule.kind in kinds and schedule.id != besides)


def _spots_in(change: LineChange, rules: Rules) -> Iterator[Spot]:
    return (Spot(change.service, change.line, when, rule) for when, rule in rules.items())


def _rule_json(rule: Rule) -> Json:
    return {"active": rule.active, "target": rule.target, "seconds": rule.seconds}


def _spot_json(spot: Spot) -> Json:
    return {"service": spot.service, "line": spot.line, "when": spot.when.value, "rule": _rule_json(spot.rule)}


def _spots(kept: object) -> tuple[Spot, ...]:
    return tuple(
        Spot(str(one["service"]), str(one["line"]), DivertWhen(one["when"]), rule_from(one["rule"]))
        for one in (kept if isinstance(kept, list) else [])
    )
