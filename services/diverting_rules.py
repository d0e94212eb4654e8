"""Diversions as they are kept with a change: what was, what shall be, and how far the telephone system is with it.

Kept as JSON: `{"service": id, "line": "21 Zentrale", "etag": ..., "before": {"busy": {"active": true, "target":
"tel:+49...", "seconds": null}}, "after": {...}}`, with the conditions that are changed and no others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from portal import bodies
from portal.bodies import KEEP, RuleChange
from portal.models import DiversionStatus, DivertWhen, Extension, LineKind
from portal.paths import Paths
from storage.actions import State

DIVERT, BULK, APPROVE = "divert", "bulk", "approve"  # the kinds of change: one line, several, targets alone
LONGEST_SUMMARY = 100

Kept = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Rule:
    """Where calls go under one condition; one that is off keeps its target."""

    active: bool = False
    target: str | None = None
    seconds: int | None = None

    def changed(self, change: RuleChange) -> "Rule":
        """The rule after a change."""
        rule = self
        if change.active is not KEEP:
            rule = replace(rule, active=change.active)
        if change.target is not KEEP:
            rule = replace(rule, target=change.target)
        if change.no_reply_seconds is not KEEP:
            rule = replace(rule, seconds=change.no_reply_seconds)
        return rule

    def as_change(self) -> RuleChange:
        """The change that leads to this rule, wherever one starts."""
        return RuleChange(self.active, self.target, KEEP if self.seconds is None else self.seconds)

    def is_met_by(self, other: "Rule") -> bool:
        """Whether it is like this; a portal may have seconds of its own where none were asked for."""
        return (self.active, self.target) == (other.active, other.target) and self.seconds in (None, other.seconds)


Rules = Mapping[DivertWhen, Rule]


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall become of one line's diversions; conditions that are not named stay as they are."""

    service_id: str
    changes: Mapping[DivertWhen, RuleChange]


@dataclass(frozen=True, slots=True)
class LineChange:
    """A change of one line, frozen: it is made only while the line is still as it was."""

    service: str
    line: str
    etag: str
    before: Rules
    after: Rules

    @classmethod
    def of(cls, line: Extension, wish: Wish) -> "LineChange":
        """What a wish comes to for a line as it is."""
        before = {when: rule_of(line, when) for when in wish.changes}
        after = {when: before[when].changed(change) for when, change in wish.changes.items()}
        return cls(line.id, line_name(line), line.etag or "*", before, after)

    def undone(self) -> Wish:
        """The wish for exactly the earlier state."""
        return Wish(self.service, {when: rule.as_change() for when, rule in self.before.items()})

    @property
    def newly_reached(self) -> dict[DivertWhen, str]:
        """Where calls would come that do not come there now."""
        return {
            when: rule.target
            for when, rule in self.after.items()
            if rule.active and rule.target is not None and not _leads(self.before[when], rule.target)
        }

    @property
    def body(self) -> bytes:
        """What is sent: the whole of each rule that is changed."""
        return bodies.diversion_change({when: rule.as_change() for when, rule in self.after.items()})

    def is_fresh(self, line: Extension) -> bool:
        """Whether the line is still as it was when this was shown."""
        same_tag = line.etag is None or self.etag in ("*", line.etag)
        return same_tag and all(rule == rule_of(line, when) for when, rule in self.before.items())

    def stand(self, line: Extension) -> State | None:
        """DONE, ACCEPTED while the telephone system is on it, FAILED; None when the line is otherwise."""
        if not all(rule.is_met_by(rule_of(line, when)) for when, rule in self.after.items()):
            return None
        found = {d.status for d in line.diversions if d.when in self.after}
        if DiversionStatus.FAILED in found:
            return State.FAILED
        return State.ACCEPTED if DiversionStatus.REQUESTED in found else State.DONE

    def kept(self) -> dict[str, object]:
        """As JSON."""
        return {
            "service": self.service,
            "line": self.line,
            "etag": self.etag,
            "before": _kept(self.before),
            "after": _kept(self.after),
        }


def line_changes(payload: Mapping[str, object]) -> list[LineChange]:
    """The lines of a kept change."""
    kept = payload.get("lines")
    return [_read(line) for line in kept if isinstance(line, Mapping)] if isinstance(kept, Sequence) else []


def earlier(payload: Mapping[str, object]) -> list[Wish]:
    """The wishes that bring back exactly the state before a change: what an end does."""
    return [change.undone() for change in line_changes(payload)]


def rule_of(line: Extension, when: DivertWhen) -> Rule:
    """The rule of a line as it is; one that was never set is off and leads nowhere."""
    for found in line.diversions:
        if found.when is when:
            return Rule(found.active, found.target, found.no_reply_seconds)
    return Rule()


def line_name(line: Extension) -> str:
    """What a line is called: "21 Zentrale", or the name of a range."""
    called = (line.number, line.name) if line.kind is LineKind.EXTENSION else (line.name,)
    return " ".join(part for part in called if part) or line.id


def requests(paths: Paths, changes: Iterable[LineChange], approve: Iterable[tuple[str, str]], summary: str) -> object:
    """Every request of a change, as it is kept: the lines first, for the SMS names the first one."""
    short = summary[:LONGEST_SUMMARY]
    patches = [("PATCH", paths.service_path(change.service), change.body, short) for change in changes]
    approvals = [
        ("POST", paths.targets_path, bodies.target_approval(uri, name), short if not patches else _approval(uri))
        for uri, name in approve
    ]
    return [
        {"method": method, "path": path, "body": body.decode(), "summary": said}
        for method, path, body, said in (*patches, *approvals)
    ]


def _approval(uri: str) -> str:
    return f"Ziel freigeben: {uri.removeprefix('tel:')}"[:LONGEST_SUMMARY]


def _leads(rule: Rule, target: str) -> bool:
    return rule.active and rule.target == target


def _kept(rules: Rules) -> Kept:
    return {
        when.value: {"active": rule.active, "target": rule.target, "seconds": rule.seconds}
        for when, rule in rules.items()
    }


def _read(kept: Kept) -> LineChange:
    before, after = _rules(kept["before"]), _rules(kept["after"])
    return LineChange(str(kept["service"]), str(kept["line"]), str(kept["etag"]), before, after)


def _rules(kept: object) -> Rules:
    if not isinstance(kept, Mapping):
        raise TypeError("rules are a mapping")
    return {DivertWhen(when): Rule(rule["active"], rule["target"], rule["seconds"]) for when, rule in kept.items()}
