"""Diversions of the cloud telephone system: what there is, and changes of them as proposals.

Several lines are one change. What a change would need a person for later is settled with it: where an end would bring
back a target that nobody has approved, that one is approved with the same PIN.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid4

from portal import errors
from portal.bodies import RuleChange
from portal.client import Portal
from portal.models import AccessToken, DivertWhen, Extension, LineKind
from services.actions import Acting
from services.diverting_limits import Limits
from services.diverting_payload import aims_of, payload_of
from services.diverting_rules import APPROVE, BULK, DIVERT, LineChange, Wish, line_changes
from services.diverting_targets import Switchboard
from services.errors import Gone, NotDivertable, NotEntitled
from services.sessions import Sessions
from storage.connections import Connection

__all__ = ["APPROVE", "BULK", "DIVERT", "Diverting", "Wish"]

REMEMBERED = 30  # changes that are looked through for the line somebody diverted last
OFF = RuleChange(active=False)
Approval = tuple[str, str]  # URI and name


class Diverting:
    """Reads lines and proposes changes of them. Each proposal answers the action's id."""

    def __init__(
        self,
        portal: Portal,
        sessions: Sessions,
        acting: Acting,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
    ) -> None:
        self._portal = portal
        self._sessions = sessions
        self._acting = acting
        self._clock = clock
        self._limits = limits

    async def lines(self, connection: Connection) -> tuple[Extension, ...]:
        """Extensions and number ranges."""
        return (await self.switchboard(connection)).lines

    async def switchboard(self, connection: Connection) -> Switchboard:
        """Lines and approved targets, in one go."""

        async def read(token: AccessToken) -> Switchboard:
            extensions, ranges, approved = await asyncio.gather(
                self._portal.extensions(token), self._portal.ranges(token), self._portal.targets(token)
            )
            return Switchboard((*extensions, *ranges), approved)

        with _entitling():
            return await self._sessions.call(connection, read)

    async def own_line(self, connection: Connection, lines: Sequence[Extension]) -> Extension | None:
        """The line that a person works with: the one they diverted last, else the one that bears their name."""
        for action, _ in await self._acting.history(connection, REMEMBERED):
            if action.kind == DIVERT and action.person_id == connection.person_id:
                service = line_changes(action.payload)[0].service
                if found := next((line for line in lines if line.id == service), None):
                    return found
        name = connection.account.name.casefold()
        return next((line for line in lines if line.name.casefold() == name), None)

    async def propose(
        self,
        by: Connection,
        chat_id: int,
        wishes: Sequence[Wish],
        *,
        summary: str,
        shown: Mapping[str, object],
        approve: Sequence[Approval] = (),
        by_plan: bool = False,
        undoes: UUID | None = None,
    ) -> UUID:
        """Freeze a change of one line or of several, or an approval of targets alone (no wishes).

        `summary`: what the PIN's SMS says of it, in German and at most 100 characters. `shown`: facts for its words
        (`until` in ISO and UTC where it ends by itself); line, condition and target follow from the wish. `approve`:
        targets to be approved with it, as (URI, name). Raises NotDivertable, Gone.
        """
        board = await self.switchboard(by)
        changes = await self._changes(by, wishes)
        if any(board.line(change.service) is None for change in changes):
            raise Gone
        board.check(changes)
        new = sorted({uri for change in changes for uri in change.newly_reached.values() if board.aim(uri).is_new})
        approvals = [*approve, *_restorable(board, changes, approve, until=bool(shown.get("until")))]
        payload = payload_of(
            self._portal.paths,
            changes,
            approvals,
            summary,
            {**shown, "account": by.tag, "aims": aims_of(board, changes)},
        )
        payload |= {
            "new_targets": sorted({*new, *(uri for uri, _ in approve)}),
            "diverts": bool(approve) or any(change.newly_reached for change in changes),
            "asks_pin": not by_plan and ((len(changes) > 1 and bool(new)) or await self._is_grave(by, board, changes)),
        }
        if not by_plan and self._limits is not None and (reason := await self._limits.reason(by, payload)):
            raise NotDivertable(reason)
        kind = APPROVE if not changes else DIVERT if len(changes) == 1 else BULK
        return await self._acting.propose(by, chat_id, kind, payload, key=uuid4(), undoes=undoes, by_plan=by_plan)

    async def normal(
        self,
        by: Connection,
        chat_id: int,
        service_id: str | None = None,
        when: DivertWhen | None = None,
        *,
        summary: str,
    ) -> UUID | None:
        """Switch off what is on, at one line or all, under one condition or all; targets stay. None: nothing is on."""
        lines = [line for line in await self.lines(by) if service_id in (None, line.id)]
        found = {line.id: [each for each in active(line) if when in (None, each)] for line in lines}
        wishes = [Wish(service, dict.fromkeys(on, OFF)) for service, on in found.items() if on]
        if not wishes:
            return None
        return await self.propose(by, chat_id, wishes, summary=summary, shown={})

    async def _changes(self, by: Connection, wishes: Sequence[Wish]) -> list[LineChange]:
        """The wishes against the lines as they are this moment, with their entity tags."""

        async def read(token: AccessToken) -> list[Extension]:
            return list(await asyncio.gather(*(self._portal.extension(token, wish.service_id) for wish in wishes)))

        with _entitling():
            lines = await self._sessions.call(by, read)
        return [LineChange.of(line, wish) for line, wish in zip(lines, wishes, strict=True)]

    async def _is_grave(self, by: Connection, board: Switchboard, changes: Sequence[LineChange]) -> bool:
        """Whether all calls to a main number would go elsewhere: then the bot asks for a PIN even if nobody else does.

        A main number is a range, or what a contract has as its number.
        """
        always = [change.service for change in changes if DivertWhen.ALWAYS in change.newly_reached]
        if not always:
            return False
        lines = [line for line in board.lines if line.id in always]
        if any(line.kind is LineKind.NUMBER_RANGE for line in lines):
            return True
        with suppress(errors.NotAllowed):
            contracts = await self._sessions.call(by, self._portal.contracts)
            main = {number for contract in contracts for number in contract.numbers}
            return any(not main.isdisjoint(line.phone_numbers) for line in lines)
        return False


def active(line: Extension) -> tuple[DivertWhen, ...]:
    """The conditions under which a line is diverted."""
    return tuple(d.when for d in line.diversions if d.active)


def _restorable(
    board: Switchboard, changes: Sequence[LineChange], approve: Sequence[Approval], *, until: bool
) -> list[Approval]:
    """What an end will bring back, and nobody has approved: ends run without a person."""
    if not until:
        return []
    known = {uri for uri, _ in approve}
    found = {}
    for change in changes:
        for when, rule in change.before.items():
            is_brought_back = rule.active and rule.target is not None and rule != change.after[when]
            if is_brought_back and rule.target is not None and board.aim(rule.target).is_new:
                found[rule.target] = board.aim(rule.target).e164 or rule.target
    return [(uri, name) for uri, name in found.items() if uri not in known]


class _entitling:  # reads as a verb at its call sites
    """Turn what a customer can cause into refusals."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, errors.NotFound):
            raise Gone from None
        if isinstance(error, errors.NotAllowed):
            raise NotEntitled from None
