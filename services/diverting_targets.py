"""Where calls may go: whom a target means, what somebody typed, and why a target is refused.

The portal judges by the same table (`portal.dialling`) and has the last word; here it is said before anybody confirms.
"""

import hashlib
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from portal.dialling import NotDiallable, Reason, judge
from portal.models import DivertWhen, Extension, SpecialTarget, Target
from services.diverting_rules import LineChange, line_name, rule_of
from services.errors import NotDivertable
from services.ringing import Lines, leads_to_loop

UNKNOWN_EXTENSION = "unknownExtension"
LONGEST_NAME = 40
TO_ITSELF = 2  # lines of the shortest way round: the one that is changed, twice
_VOICEMAIL = re.compile(r"(?:die |meine |the |my )?(?:mail ?box|voice ?mail|ab|anrufbeantworter|answering machine)")
_E164 = re.compile(r"tel:(?P<number>\+[1-9][0-9]{4,14})")
_NUMBER_AND_NAME = re.compile(r"(?P<number>[+(]?[0-9][0-9 ()/.-]{3,}?)[ ,:]+(?P<name>[^0-9 ()/.+-].*)")
_TYPED = "n"  # in front of a key that is a number itself
_TYPED_KEY = re.compile(rf"{_TYPED}[0-9a-z]{{1,10}}")
_DIGITS = string.digits + string.ascii_lowercase
_SHORT = re.compile(r"[0-9]{1,8}")


class AimKind(StrEnum):
    """What a target is; the values are selectors of the texts."""

    VOICEMAIL = "voicemail"
    EXTENSION = "extension"
    SAVED = "saved"  # an approved number
    GEOGRAPHIC = "geographic"
    MOBILE = "mobile"
    FOREIGN = "foreign"
    OTHER = "other"  # set elsewhere, and not for the chat to judge


OUTSIDE = frozenset({AimKind.GEOGRAPHIC, AimKind.MOBILE, AimKind.FOREIGN, AimKind.OTHER})


@dataclass(frozen=True, slots=True)
class Aim:
    """A target, and how it is shown. `e164`, `region` (ISO 3166-1) and `sort` where calls leave the house."""

    uri: str
    kind: AimKind
    name: str = ""
    e164: str = ""
    region: str = ""
    sort: str = ""  # of a number outside: geographic, mobile, foreign

    @property
    def is_new(self) -> bool:
        """Whether it leads to a number outside that nobody has approved."""
        return self.kind in OUTSIDE

    @property
    def shown_as(self) -> str:
        """The kind as texts show it: a number that was kept without a name is just a number."""
        return shown_as(self.kind.value, self.name, self.e164)


def shown_as(kind: str, name: str, e164: str) -> str:
    """What `Aim.shown_as` is, from the facts that are kept of one."""
    return "outside" if kind == AimKind.SAVED and name in ("", e164) else kind


class Switchboard:
    """The lines of a customer and the approved targets, as the portal shows them."""

    def __init__(self, lines: Sequence[Extension], approved: Sequence[Target]) -> None:
        self.lines = tuple(lines)
        self._ways = Lines(lines)
        self.approved = tuple(approved)
        self.allowed = tuple(dict.fromkeys(prefix for line in lines for prefix in line.allowed_destinations))

    @property
    def voicemail(self) -> SpecialTarget | None:
        """The voicemail, where the telephone system has one."""
        return next((line.voicemail for line in self.lines if line.voicemail is not None), None)

    def line(self, service_id: str) -> Extension | None:
        """A line by its id."""
        return next((line for line in self.lines if line.id == service_id), None)

    def local(self, line: Extension) -> str:
        """The URI that means an extension of the house."""
        for uri in self._known_uris():
            if "phone-context=" in uri:
                return f"tel:{line.number};phone-context={uri.partition('phone-context=')[2]}"
        if self.voicemail is not None:
            return f"tel:{line.number};phone-context={self.voicemail.uri.partition('@')[2]}"
        return f"tel:{line.phone_number}" if line.phone_number else f"tel:{line.number}"

    def aim(self, uri: str) -> Aim:
        """What a target means; one of a form that is not known here is shown as it is."""
        special = next((s for line in self.lines for s in line.special_targets if s.uri == uri), None)
        if special is not None:
            return Aim(uri, AimKind.VOICEMAIL, special.name)
        if line := self._ways.at(uri):
            return Aim(uri, AimKind.EXTENSION, line_name(line))
        e164 = found["number"] if (found := _E164.fullmatch(uri)) else ""
        saved = next((target for target in self.approved if target.uri == uri), None)
        try:
            dialled = judge(e164, allowed=self.allowed)
        except NotDiallable:
            name = saved.name if saved else "" if e164 else uri.partition(":")[2]
            return Aim(uri, AimKind.SAVED if saved else AimKind.OTHER, name, e164)
        sort = dialled.kind.value
        kind, name = (AimKind.SAVED, saved.name) if saved else (AimKind(sort), "")
        return Aim(uri, kind, name, e164, dialled.region, sort)

    def choices(self, line: Extension, when: DivertWhen) -> tuple[Aim, ...]:
        """Targets for a condition of a line, likely ones first: what was there before, approved ones, the voicemail."""
        kept = rule_of(line, when).target
        uris = [*([kept] if kept else []), *(target.uri for target in self.approved)]
        uris += [self.voicemail.uri] if self.voicemail is not None else []
        return tuple(map(self.aim, dict.fromkeys(uris)))

    def keyed(self, key: str) -> Aim | None:
        """The target of a short key (see `key_of`); a number that was typed is in its key."""
        if _TYPED_KEY.fullmatch(key):
            return self.aim(f"tel:+{int(key[1:], 36)}")
        uris = [target.uri for target in self.approved] + self._known_uris()
        uris += [special.uri for line in self.lines for special in line.special_targets]
        uris += [self.local(line) for line in self.lines if line.number]
        return next((self.aim(uri) for uri in uris if _digest(uri) == key), None)

    def key_of(self, aim: Aim) -> str:
        """A short key that fits into a button."""
        is_known = self.keyed(_digest(aim.uri)) is not None
        return _digest(aim.uri) if is_known or not aim.e164 else _TYPED + _base36(int(aim.e164[1:]))

    def typed(self, text: str) -> Aim:
        """The target that somebody typed: an extension, the voicemail, a name that is known here, or a number.

        A name behind a number ("0171 2345678 Max") is the name to keep it under. Raises NotDivertable.
        """
        wish = " ".join(text.split())
        if _VOICEMAIL.fullmatch(wish.casefold()) and self.voicemail is not None:
            return self.aim(self.voicemail.uri)
        if found := self._named(wish):
            return found
        named = _NUMBER_AND_NAME.fullmatch(wish)
        number, name = (named["number"].strip(), named["name"][:LONGEST_NAME]) if named else (wish, "")
        try:
            dialled = judge(number, allowed=self.allowed)
        except NotDiallable as refused:
            is_short = refused.reason is Reason.SHORT_CODE and _SHORT.fullmatch(number) is not None
            raise NotDivertable(UNKNOWN_EXTENSION if is_short else refused.reason.value) from None
        aim = self.aim(f"tel:{dialled.e164}")
        return replace(aim, name=aim.name or name)

    def check(self, changes: Sequence[LineChange]) -> None:
        """NotDivertable when calls must not go where changes would send them."""
        reached = [uri for change in changes for uri in change.newly_reached.values()]
        for aim in map(self.aim, reached):
            is_judged = aim.e164 != "" or aim.kind is AimKind.OTHER
            if is_judged and (reason := _refused(aim.e164, self.allowed)) is not None:
                raise NotDivertable(reason)
        found = leads_to_loop(self.lines, {c.service: {w: r.as_change() for w, r in c.after.items()} for c in changes})
        if found:
            raise NotDivertable((Reason.SELF if len(found) == TO_ITSELF else Reason.LOOP).value)
        if any(self._is_handed_on(uri, changes) for uri in reached):
            raise NotDivertable(Reason.CHAIN.value)

    def _is_handed_on(self, uri: str, changes: Sequence[LineChange]) -> bool:
        """Whether calls to a line go on from there at once; portals don't send calls round the house."""
        line = self._ways.at(uri)
        if line is None:
            return False
        after = next((change.after for change in changes if change.service == line.id), {})
        always = after.get(DivertWhen.ALWAYS) or rule_of(line, DivertWhen.ALWAYS)
        return always.active and always.target not in {special.uri for special in line.special_targets}

    def _named(self, wish: str) -> Aim | None:
        """An extension by number or name, or an approved target by name; the whole name wins over its beginning."""
        if line := next((line for line in self.lines if line.number and line.number == wish), None):
            return self.aim(self.local(line))
        called = [(target.name, target.uri) for target in self.approved]
        called += [(line.name, self.local(line)) for line in self.lines if line.number]
        said = wish.casefold()
        whole = [uri for name, uri in called if name.casefold() == said]
        begun = [uri for name, uri in called if len(said) >= 3 and name.casefold().startswith(said)]
        for found in (whole, begun):
            if len(set(found)) == 1:
                return self.aim(found[0])
        return None

    def _known_uris(self) -> list[str]:
        return [rule.target for line in self.lines for rule in line.diversions if rule.target]


def _refused(e164: str, allowed: Sequence[str]) -> str | None:
    try:
        judge(e164, allowed=allowed)
    except NotDiallable as refused:
        return refused.reason.value
    return None


def _digest(uri: str) -> str:
    return "k" + hashlib.sha256(uri.encode()).hexdigest()[:10]


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
