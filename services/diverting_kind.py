"""How diversions are changed, followed and taken back: the kinds of change that go to the telephone system."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import uuid4

from portal import errors
from portal.client import Portal
from portal.models import AccessToken, Extension
from portal.oauth import Entry
from services.changes import Result, entries_of
from services.diverting_limits import Limits
from services.diverting_payload import payload_of
from services.diverting_rules import APPROVE, LineChange, line_changes
from services.diverting_targets import OUTSIDE
from services.subscriptions import EventKind
from storage.actions import Action, State

ROLES = frozenset({"portalAdmin", "pbxAdmin"})
SURE_AFTER_LOOKS = 4  # some ten seconds: a request that was on its way has arrived by then
_CLASH = 412
_REASONS = frozenset({"self", "loop", "chain"})


class DivertingKind:
    """One line (DIVERT), several (BULK), or approved targets alone (APPROVE)."""

    roles = ROLES

    def __init__(self, portal: Portal, name: str, limits: Limits | None = None) -> None:
        self.name = name
        self.is_always_stepped = name == APPROVE  # lines go to approved targets without one
        self._portal = portal
        self._limits = limits

    def entries(self, action: Action) -> list[Entry]:
        return entries_of(action)

    async def check(self, token: AccessToken, action: Action) -> str | None:
        """Each line is still as it was shown, or already as it shall be."""
        if self._limits is not None and (reason := await self._limits.reason_against(action)) is not None:
            return reason
        changes = line_changes(action.payload)
        lines = await self._lines(token, changes)
        fits = [change.is_fresh(line) or change.stand(line) for change, line in zip(changes, lines, strict=True)]
        return None if all(fits) else "changedMeanwhile"

    async def perform(self, token: AccessToken, action: Action) -> Result:
        """Targets are approved before calls go there; lines are changed one after the other."""
        entries = entries_of(action)
        changes = line_changes(action.payload)
        patches = [entry for entry in entries if entry.method == "PATCH"]
        done: list[Extension] = []
        try:
            for entry in entries:
                if entry.method == "POST":
                    await self._portal.approve_target(token, entry.body)
            for change, entry in zip(changes, patches, strict=True):
                done.append(await self._changed(token, change, entry.body))
        except errors.Unavailable:
            if not done:
                raise
            raise errors.OutcomeUnknown("some lines are changed") from None
        except (errors.Rejected, errors.NotAllowed, errors.NotFound, errors.StepUpRequired) as refused:
            if done:
                return _partly(changes, [True] * len(done))
            if isinstance(refused, errors.Rejected) and refused.message in _REASONS:
                return Result(State.REFUSED, {"code": refused.message})
            raise
        return _result(changes, done)

    async def find(self, token: AccessToken, action: Action) -> Result | None:
        """The lines as they are now, compared with what was wished."""
        changes = line_changes(action.payload)
        if not changes:
            return await self._approved(token, action)
        lines = await self._lines(token, changes)
        fits = [change.stand(line) is not None for change, line in zip(changes, lines, strict=True)]
        if all(fits):
            return _result(changes, lines)
        if any(fit and change.before != change.after for change, fit in zip(changes, fits, strict=True)):
            is_sure = action.looks >= SURE_AFTER_LOOKS
            return _partly(changes, fits) if is_sure else Result(State.ACCEPTED, {"progress": "requested"})
        # A line that has moved on since takes this change no more; whether it had taken it before, nobody can tell.
        has_moved = any(line.etag != change.etag for change, line in zip(changes, lines, strict=True))
        is_over = action.state is State.ACCEPTED or has_moved
        return Result(State.FAILED, {"code": "overtaken"}) if is_over else None

    async def reverse(self, token: AccessToken, action: Action) -> Mapping[str, object] | None:
        """Exactly the earlier rules, as long as nobody changed them since."""
        changes = line_changes(action.payload)
        lines = await self._lines(token, changes)
        if not changes or any(change.stand(line) is None for change, line in zip(changes, lines, strict=True)):
            return None
        back = [LineChange.of(line, change.undone()) for change, line in zip(changes, lines, strict=True)]
        shown: dict[str, object] = {name: action.payload[name] for name in ("account", "aims")}
        shown["what"] = "back"
        summary = f"Zurück: {', '.join(change.line for change in back)}"
        payload = payload_of(self._portal.paths, back, (), summary, shown)
        payload["asks_pin"] = len(back) > 1 and any(_led_outside(action.payload, change) for change in back)
        payload["key"] = str(uuid4())
        return payload

    def told_as(self, action: Action) -> EventKind:
        """Security, as `services.declining` has it: what needs a PIN, whoever asks for it."""
        payload = action.payload
        is_new = any(_led_outside(payload, change) for change in line_changes(payload))
        is_grave = bool(payload.get("asks_pin") or payload.get("approved"))
        return EventKind.SECURITY if is_new or is_grave else EventKind.DIVERSION_CHANGED

    async def _changed(self, token: AccessToken, change: LineChange, body: bytes) -> Extension:
        """The line after the change; a clash is none when the change has arrived before."""
        try:
            return await self._portal.change_diversions(token, change.service, body, change.etag)
        except errors.Rejected as clash:
            if clash.status != _CLASH:
                raise
            try:
                line = await self._portal.extension(token, change.service)
            except errors.NotAllowed:  # a step-up's token does not read
                raise clash from None
            if change.stand(line) is None:
                raise
            return line

    async def _approved(self, token: AccessToken, action: Action) -> Result | None:
        known = {target.uri for target in await self._portal.targets(token)}
        wanted = action.payload.get("approved")
        is_there = isinstance(wanted, Sequence) and known.issuperset(str(uri) for uri in wanted)
        return Result(State.DONE) if is_there else None

    async def _lines(self, token: AccessToken, changes: Sequence[LineChange]) -> list[Extension]:
        return list(await asyncio.gather(*(self._portal.extension(token, change.service) for change in changes)))


def _led_outside(payload: Mapping[str, object], change: LineChange) -> bool:
    """Whether calls would go to a number again that nobody had approved: then a PIN is asked for before all lines."""
    aims = payload["aims"]
    known = aims if isinstance(aims, Mapping) else {}
    return any(known.get(uri, {}).get("kind") in OUTSIDE for uri in change.newly_reached.values())


def _result(changes: Sequence[LineChange], lines: Sequence[Extension]) -> Result:
    """What the lines say of themselves, read back."""
    stands = [change.stand(line) for change, line in zip(changes, lines, strict=True)]
    if State.FAILED in stands or None in stands:
        return Result(State.FAILED, {"code": "diversionFailed"})
    if State.ACCEPTED in stands:
        return Result(State.ACCEPTED, {"progress": "requested"})
    return Result(State.DONE)


def _partly(changes: Sequence[LineChange], fits: Sequence[bool]) -> Result:
    changed = [change.line for change, is_done in zip(changes, fits, strict=False) if is_done]
    return Result(State.FAILED, {"code": "partly", "names": ", ".join(changed)})
