"""Who rings? Where a call to a number or an extension goes at a moment, and why; and whether calls would go in circles.

A call from outside meets the number range first, then the extension. There a diversion for always sends it on at once;
else the telephone rings, and each other diversion is a leg that the call takes when it applies. Every leg is followed
until the voicemail, a number outside, or a line where it has been before.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

import phonenumbers

from portal.bodies import Keep, RuleChange
from portal.models import Diversion, DiversionStatus, DivertWhen, Extension, LineKind
from services.plans_precedence import Claim, Claims, ruling_at

MOST_LEGS = 5  # that are followed one after the other; telephone systems give up not much later
LONGEST_ENTRY = 40  # characters
_NUMBER = re.compile(r"tel:(?P<number>\+[1-9][0-9]{4,14})")
_LOCAL = re.compile(r"tel:(?P<extension>[0-9]{1,8});phone-context=.+")
_TYPED_EXTENSION = re.compile(r"(?:nst\.?|nebenstelle|durchwahl|ext\.?|extension)?\s*(?P<extension>[0-9]{1,8})")
_TYPED_NUMBER = re.compile(r"\+?[0-9 ()/.-]{3,}")
VOICEMAIL = "sip:voicemail@"

Plans = Mapping[tuple[str, DivertWhen], Claims]  # what is planned, by the line's id and the rule
Changes = Mapping[str, Mapping[DivertWhen, RuleChange]]  # what becomes of rules, by the line's id


class Kind(Enum):
    """What a call comes to. The values are selectors of the texts."""

    EXTENSION = "extension"
    RANGE = "range"
    VOICEMAIL = "voicemail"
    OUTSIDE = "outside"
    NOWHERE = "nowhere"  # a target that nobody has
    LOOP = "loop"  # a line where the call has been before
    ABOVE = "above"  # a line that was followed on another leg already
    FURTHER = "further"  # more legs than are followed


@dataclass(frozen=True, slots=True)
class Moment:
    """When. Now the rules hold as they stand; later as they are planned."""

    at: datetime
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class Leg:
    """A way on: under which condition (None: the range hands the call to its extension), and who wants it so.

    `seconds`: how long it rings before; None where that is not known or does not matter.
    """

    when: DivertWhen | None
    to: "Stop"
    seconds: int | None = None
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group that a line belongs to: calls to it ring all members, whatever these have diverted."""

    name: str
    others: tuple[Extension, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a call comes to, and the ways on. `uri` is the target that led here; a line rings without a leg for always.

    `failed`: conditions whose diversion was asked for, and which the telephone system did not follow.
    """

    kind: Kind
    uri: str = ""
    line: Extension | None = None
    legs: tuple[Leg, ...] = ()
    groups: tuple[Group, ...] = ()
    failed: tuple[DivertWhen, ...] = ()

    @property
    def is_handed_on(self) -> bool:
        """Whether it goes on from here at once, and nothing rings."""
        return any(leg.when is DivertWhen.ALWAYS for leg in self.legs)


@dataclass(frozen=True, slots=True)
class Dialled:
    """What somebody calls: the line that has the number, and the range that the call meets before it."""

    number: str  # E.164; empty for a line that has none
    line: Extension
    within: Extension | None = None


class Lines:
    """The extensions and ranges of a customer, found by number and target."""

    def __init__(self, lines: Sequence[Extension]) -> None:
        self.all = tuple(lines)
        self._by_id = {line.id: line for line in lines}
        self._by_extension = {line.number: line for line in reversed(lines) if line.number}
        self._by_name = {line.name.casefold(): line for line in reversed(lines) if line.name}
        self._by_number = {number: line for line in reversed(lines) for number in line.phone_numbers}
        self._ranges = [line for line in lines if line.number_range is not None]
        self._specials = {special.uri for line in lines for special in line.special_targets}

    def get(self, line_id: str) -> Extension | None:
        """One line."""
        return self._by_id.get(line_id)

    def at(self, uri: str) -> Extension | None:
        """The line that a target leads to: by its short number, or by a number of its own."""
        if local := _LOCAL.fullmatch(uri):
            return self._by_extension.get(local["extension"])
        outside = _NUMBER.fullmatch(uri)
        return self._holder(outside["number"]) if outside else None

    def kind_of(self, uri: str) -> Kind:
        """What a target is."""
        if uri in self._specials or uri.startswith(VOICEMAIL):
            return Kind.VOICEMAIL
        if (line := self.at(uri)) is not None:
            return Kind.RANGE if line.kind is LineKind.NUMBER_RANGE else Kind.EXTENSION
        return Kind.OUTSIDE if _NUMBER.fullmatch(uri) else Kind.NOWHERE

    def called(self, line: Extension) -> Dialled:
        """A call from outside to a line."""
        number = line.phone_number or ""
        return Dialled(number, line, None if line.number_range else self._range_of(number))

    def typed(self, text: str) -> Dialled | None:
        """What somebody typed: an extension, a line's name, or one of the customer's numbers; else None."""
        entry = " ".join(text.casefold().split())
        if len(entry) > LONGEST_ENTRY:
            return None
        short = _TYPED_EXTENSION.fullmatch(entry)
        if short and (line := self._by_extension.get(short["extension"])) is not None:
            return self.called(line)
        if (line := self._by_name.get(entry)) is not None:
            return self.called(line)
        number = _e164(entry) if _TYPED_NUMBER.fullmatch(entry) else None
        if number is None or (line := self._holder(number)) is None:
            return None
        return Dialled(number, line, None if line.number_range else self._range_of(number))

    def groups_of(self, line: Extension) -> tuple[Group, ...]:
        """The groups that a line belongs to, each with its other members."""
        others = [other for other in self.all if other.id != line.id]
        return tuple(Group(name, tuple(other for other in others if name in other.groups)) for name in line.groups)

    def _holder(self, number: str) -> Extension | None:
        return self._by_number.get(number) or self._range_of(number)

    def _range_of(self, number: str) -> Extension | None:
        return next((line for line in self._ranges if _covers(line, number)), None)


def way_of(lines: Lines, dialled: Dialled, moment: Moment, plans: Plans | None = None) -> Stop:
    """Where a call goes."""
    return _Tracer(lines, moment, plans or {}).start(dialled)


def leads_to_loop(lines: Sequence[Extension], changes: Changes) -> tuple[Extension, ...]:
    """The lines that calls would go round through after a change, the changed one first and last; () if they end.

    Rules count whether or not a diversion for always is above them: it may be switched off at any time.
    """
    known = Lines(lines)
    for line in lines:
        if line.id in changes and (found := _round(known, line, changes)):
            return found
    return ()


def _round(lines: Lines, start: Extension, changes: Changes) -> tuple[Extension, ...]:
    """The shortest way from a line's changed rules back to the line."""
    came: dict[str, Extension] = {}
    waiting = [start]
    for line in waiting:  # grows while it is read
        among = changes[start.id] if line is start else tuple(DivertWhen)
        for uri in _targets(line, changes.get(line.id, {}), among):
            onward = lines.at(uri)
            if onward is not None and onward.id not in came:
                came[onward.id] = line
                waiting.append(onward)
            if onward is not None and onward.id == start.id:
                return _traced(came, start)
    return ()


def _traced(came: Mapping[str, Extension], end: Extension) -> tuple[Extension, ...]:
    way = [end, came[end.id]]
    while way[-1].id != end.id:
        way.append(came[way[-1].id])
    return tuple(reversed(way))


def _targets(
    line: Extension, changed: Mapping[DivertWhen, RuleChange], among: Collection[DivertWhen] = tuple(DivertWhen)
) -> Iterator[str]:
    """Where the active rules of a line lead after a change; only those of some conditions."""
    rules = {rule.when: rule for rule in line.diversions}
    for when in among:
        rule, change = rules.get(when), changed.get(when, RuleChange())
        is_active = bool(rule and rule.active) if isinstance(change.active, Keep) else change.active
        target = (rule.target if rule else None) if isinstance(change.target, Keep) else change.target
        if is_active and target:
            yield target


class _Tracer:
    """Follows one call; each line is followed once, and a line met again on the same way is where the call turns."""

    def __init__(self, lines: Lines, moment: Moment, plans: Plans) -> None:
        self._lines = lines
        self._moment = moment
        self._plans = plans
        self._followed: set[str] = set()

    def start(self, dialled: Dialled) -> Stop:
        """From outside: the range comes first, where it has a say."""
        line, within, uri = dialled.line, dialled.within, f"tel:{dialled.number}"
        rules = tuple(self._rules(within, (within.id,))) if within else ()
        if not rules:
            return self._line(line, uri, ())
        stop = Stop(Kind.RANGE, uri, within, rules)
        if stop.is_handed_on:
            return stop
        return replace(stop, legs=(*rules, Leg(None, self._line(line, uri, ()))))

    def _stop(self, uri: str, way: tuple[str, ...]) -> Stop:
        """What a target comes to, for a call that has passed the lines of `way`."""
        line = self._lines.at(uri)
        if line is None:
            return Stop(self._lines.kind_of(uri), uri)
        if line.id in way:
            return Stop(Kind.LOOP, uri, line)
        if line.id in self._followed:
            return Stop(Kind.ABOVE, uri, line)
        return Stop(Kind.FURTHER, uri, line) if len(way) > MOST_LEGS else self._line(line, uri, way)

    def _line(self, line: Extension, uri: str, way: tuple[str, ...]) -> Stop:
        self._followed.add(line.id)
        kind = Kind.RANGE if line.kind is LineKind.NUMBER_RANGE else Kind.EXTENSION
        legs = tuple(self._rules(line, (*way, line.id)))
        failed = tuple(rule.when for rule in line.diversions if rule.active and rule.status is DiversionStatus.FAILED)
        return Stop(kind, uri, line, legs, self._lines.groups_of(line), failed if self._moment.is_now else ())

    def _rules(self, line: Extension, way: tuple[str, ...]) -> Iterator[Leg]:
        """The legs from a line: the one for always alone, or all others."""
        rules = {rule.when: rule for rule in line.diversions}
        for when in DivertWhen:
            target, claim = self._decided(line, when, rules.get(when))
            if target is None:
                continue
            rule = rules.get(when)
            seconds = rule.no_reply_seconds if rule and when is DivertWhen.NO_ANSWER else None
            yield Leg(when, self._stop(target, way), seconds, claim)
            if when is DivertWhen.ALWAYS:
                return

    def _decided(self, line: Extension, when: DivertWhen, rule: Diversion | None) -> tuple[str | None, Claim | None]:
        """Where a rule leads (None: it is off), and who wants it so when that is planned."""
        stands = rule.target if rule and rule.active and rule.status is not DiversionStatus.FAILED else None
        claims = self._plans.get((line.id, when))
        if claims is None:
            return stands, None
        claim = ruling_at(claims, self._moment.at).winner
        if self._moment.is_now and claim.setting.target != stands:
            return stands, None
        return claim.setting.target, claim


def _covers(line: Extension, number: str) -> bool:
    span = line.number_range
    return span is not None and len(span.first) == len(number) == len(span.last) and span.first <= number <= span.last


def _e164(typed: str) -> str | None:
    try:
        parsed = phonenumbers.parse(typed, "DE")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
