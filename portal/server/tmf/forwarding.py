"""Diversions of a telephone system: what may become of a rule, where a target leads, and how far the system is.

A stored rule is what goes over the wire, `{active, target, noReplyTimer}`, and while it is on also when the telephone
system will have followed (`due`, an instant) and whether it will have failed (`fails`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import JsonValue

from portal.dialling import NotDiallable, Reason, judge
from portal.server.errors import PortalError
from portal.server.tmf.shapes import ForwardingChange, utc

Rule = Mapping[str, JsonValue]
Rules = Mapping[str, Rule]
Capability = Mapping[str, Any]  # {conditions, noReplyTimer, specialTargets}, as it is published

PHONE_CONTEXT = "pbx.eservice.example"
DEFAULT_NO_REPLY = 20  # seconds
PROGRESS = {"due", "fails"}
_NUMBER = re.compile(r"tel:(?P<number>\+[1-9][0-9]{4,14})")
_LOCAL = re.compile(rf"tel:(?P<extension>[0-9]{{1,8}});phone-context={re.escape(PHONE_CONTEXT)}")


@dataclass(frozen=True, slots=True)
class Line:
    """An extension or a number range, and where calls to it go."""

    id: str
    extension: str | None
    numbers: frozenset[str]
    first: str
    last: str
    rules: Rules

    @classmethod
    def of(cls, id: str, facts: Mapping[str, JsonValue], rules: Rules) -> "Line":
        """From a service's characteristics."""
        listed = facts.get("phoneNumbers")
        numbers = [facts.get("phoneNumber"), *(listed if isinstance(listed, list) else [])]
        return cls(
            id=id,
            extension=str(facts["extensionNumber"]) if "extensionNumber" in facts else None,
            numbers=frozenset(str(number) for number in numbers if number),
            first=str(facts.get("firstNumber", "")),
            last=str(facts.get("lastNumber", "")),
            rules=rules,
        )

    def covers(self, number: str) -> bool:
        return len(self.first) == len(number) == len(self.last) and self.first <= number <= self.last


class TelephoneSystem:
    """All lines of one customer: whom a target means, and whether calls would find their way."""

    def __init__(self, lines: Iterable[Line], specials: Iterable[str], allowed: Sequence[str]) -> None:
        self._lines = list(lines)
        self._specials = frozenset(specials)
        self.allowed = allowed

    def line_of(self, target: str) -> Line | None:
        """The line a target leads to: an extension by its short number, or any by a number of its own."""
        if local := _LOCAL.fullmatch(target):
            return next((line for line in self._lines if line.extension == local["extension"]), None)
        if not (dialled := _NUMBER.fullmatch(target)):
            return None
        number = dialled["number"]
        holders = [line for line in self._lines if number in line.numbers]
        return next(iter(holders or [line for line in self._lines if line.covers(number)]), None)

    def is_own(self, target: str) -> bool:
        """Whether calls stay in the house."""
        return target in self._specials or self.line_of(target) is not None

    def check(self, line_id: str, target: str) -> None:
        """409 `targetNotAllowed` with the reason, when this line's calls must not go there."""
        if target in self._specials:
            return
        if line := self.line_of(target):
            reason = self._in_circles(line_id, line)
        else:
            reason = Reason.INVALID if _LOCAL.fullmatch(target) else outside(target, self.allowed)
        if reason is not None:
            raise not_allowed(reason)

    def _in_circles(self, line_id: str, line: Line) -> Reason | None:
        if line.id == line_id:
            return Reason.SELF
        if line_id in self._reached(line):
            return Reason.LOOP
        always = line.rules.get("unconditional", {})
        is_handed_on = always.get("active") and always.get("target") not in self._specials
        return Reason.CHAIN if is_handed_on else None

    def _reached(self, start: Line) -> set[str]:
        """The lines that calls to `start` may come to, under whatever condition."""
        seen, waiting = {start.id}, [start]
        while waiting:
            for target in active_targets(waiting.pop().rules):
                line = self.line_of(target)
                if line is not None and line.id not in seen:
                    seen.add(line.id)
                    waiting.append(line)
        return seen


def outside(target: str, allowed: Sequence[str]) -> Reason | None:
    """Why calls may not go to this number outside; only its E.164 form is taken."""
    number = target.removeprefix("tel:")
    try:
        dialled = judge(number, allowed=allowed)
    except NotDiallable as error:
        return error.reason
    return None if f"tel:{dialled.e164}" == target else Reason.INVALID


def not_allowed(reason: Reason) -> PortalError:
    return PortalError(409, "targetNotAllowed", reason.value)


def active_targets(rules: Rules) -> Iterator[str]:
    return (str(rule["target"]) for rule in rules.values() if rule.get("active"))


def newly_reached(before: Rules, after: Rules) -> list[str]:
    """Targets of rules that become active, or stay so with another target."""
    return [
        str(rule["target"])
        for name, rule in after.items()
        if rule.get("active")
        and not (before.get(name, {}).get("active") and before[name].get("target") == rule.get("target"))
    ]


def changed(rules: Rules, change: ForwardingChange, capability: Capability, due: datetime, *, fails: bool) -> Rules:
    """The rules after a merge patch (RFC 7386), or 400."""
    after = dict(rules)
    for name, patch in change.model_dump(by_alias=True, exclude_unset=True).items():
        if name not in capability["conditions"]:
            raise PortalError(400, "invalidBody", f"callForwarding.{name}: not among this service's conditions")
        if "noReplyTimer" in patch:
            _check_timer(patch["noReplyTimer"], capability)
        after[name] = _merged(name, rules.get(name, {}), patch, due, fails=fails)
    return after


def _merged(name: str, rule: Rule, patch: Rule, due: datetime, *, fails: bool) -> Rule:
    merged = {key: value for key, value in {**rule, **patch}.items() if value is not None}
    if name == "noAnswer":
        merged.setdefault("noReplyTimer", DEFAULT_NO_REPLY)
    if not merged.get("active"):
        return {key: value for key, value in merged.items() if key not in PROGRESS}
    if "target" not in merged:
        raise PortalError(400, "targetMissing", f"callForwarding.{name}: an active diversion needs a target")
    if merged == rule and not rule.get("fails"):
        return rule
    return {**merged, "due": utc(due), "fails": fails}


def _check_timer(seconds: int | None, capability: Capability) -> None:
    bounds = capability["noReplyTimer"]
    possible = range(bounds["minimum"], bounds["maximum"] + 1, bounds["step"])
    if seconds is not None and seconds not in possible:
        steps = f"{possible[0]} to {possible[-1]} seconds in steps of {possible.step}"
        raise PortalError(400, "timerOutOfRange", f"noReplyTimer: {steps}")


def failing(rules: Rules, now: datetime) -> Rules:
    """What the telephone system has not followed yet will fail."""
    return {name: {**rule, "fails": True} if status(rule, now) == "requested" else rule for name, rule in rules.items()}


def status(rule: Rule, now: datetime) -> str:
    """off | requested | active | failed"""
    if not rule.get("active"):
        return "off"
    due = rule.get("due")
    if isinstance(due, str) and now < datetime.fromisoformat(due):
        return "requested"
    return "failed" if rule.get("fails") else "active"


def shown(rules: Rules, now: datetime) -> dict[str, JsonValue]:
    """As it goes over the wire."""
    body: dict[str, JsonValue] = {}
    for name, rule in rules.items():
        facts = {key: value for key, value in rule.items() if key not in PROGRESS}
        body[name] = {**facts, "status": status(rule, now)}
    return body


def due_at(now: datetime, pace: float) -> datetime:
    """When the telephone system will have followed."""
    return now + timedelta(seconds=pace)
