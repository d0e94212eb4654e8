"""Drift: whoever changes diversions elsewhere (in the portal, at the telephone) does not change them unnoticed.

What the bot last knew of a customer's lines is compared with what the portal says, every few minutes where calls are
diverted, else every hour, each customer in turn. What the bot changed itself is known the moment it is done; a change
that is under way explains what a look may find already.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import orjson
import structlog

from portal.client import PortalReads
from portal.errors import Failures, PortalError
from portal.models import AccessToken, DivertWhen, Extension, LineKind
from services.changes import Outcomes, Result
from services.diverting import BULK, DIVERT, Wish
from services.diverting_rules import LineChange, Rule, line_changes, line_name, rule_of
from services.diverting_targets import Aim, Switchboard
from services.errors import Disconnected, Gone, Refusal
from services.sessions import Sessions
from services.subscriptions import EventKind
from services.watch import end_of
from storage.actions import Action, Actions, State
from storage.connections import Connection, Connections
from storage.drift import Known, KnownLines, Turn
from storage.notices import NewNotice, Notices

WHILE_DIVERTED, WHILE_QUIET, SOON = timedelta(minutes=5), timedelta(hours=1), timedelta(seconds=30)
SPREAD = 0.1  # looks come up to this part of their pause earlier, each customer's at a moment of its own
AT_ONCE = 20
RECENT = 50  # changes of a customer that may explain what is found
OVERLAP = timedelta(seconds=5)  # by which the clocks of two processes may differ
MOST_TOLD = 8

Found = TypeVar("Found")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Difference:
    """A rule that is not as it was known."""

    service: str
    line: str
    when: DivertWhen
    before: Rule
    after: Rule


class Drift:
    """Looks after the lines of all customers; `run_once` is called by the metronome."""

    def __init__(
        self,
        portal: PortalReads,
        sessions: Sessions,
        known: KnownLines,
        actions: Actions,
        connections: Connections,
        notices: Notices,
        outcomes: Outcomes,
        clock: Callable[[], datetime],
    ) -> None:
        self._portal = portal
        self._sessions = sessions
        self._known = known
        self._actions = actions
        self._connections = connections
        self._notices = notices
        self._outcomes = outcomes
        self._clock = clock

    async def run_once(self) -> int:
        """Look at the customers whose turn it is; returns how many."""
        await self._known.enrol(self._clock())
        turns = await self._known.claim(self._clock(), AT_ONCE)
        failures = Failures()
        for turn in turns:
            try:
                await self._look(turn)
                failures.none()
            except PortalError as error:
                log.info("lines not looked at", error=type(error).__name__)
                if failures.are_an_outage(error):
                    return 0  # the portal is out: all of them wait until their claims run out
                await self._known.put_off(turn, self._clock() + WHILE_DIVERTED)
            except Refusal:  # this connection has ended; somebody else's may be alive
                await self._known.put_off(turn, self._clock() + SOON)
        return len(turns)

    async def learn(self, action: Action, result: Result) -> None:
        """The bot has changed diversions itself: called when a change is settled."""
        if action.kind not in {DIVERT, BULK} or result.state not in {State.ACCEPTED, State.DONE}:
            return
        maker = await self._connections.get(action.connection_id)
        if maker is None or action.state is State.ACCEPTED:  # it was learned when the portal took it
            return
        changed = {change.service: _kept(change.after) for change in line_changes(action.payload)}
        await self._known.learn(maker.account.customer_id, changed, self._clock() + WHILE_DIVERTED)

    async def purge(self) -> None:
        """Forget customers that nobody is connected to."""
        await self._known.purge()

    async def _look(self, turn: Turn) -> None:
        began = self._clock()
        readers = [reader for reader in turn.readers if self._outcomes.may(DIVERT, reader)]
        if not readers:
            await self._known.put_off(turn, began + WHILE_QUIET)
            return
        lines = await self._ask(readers[0], self._lines)
        found = await self._unexplained(turn, differences(turn.known or {}, lines))
        notices = await self._told(turn, lines, found, readers) if found else []
        is_diverted = any(rule.active for line in lines for rule in line.diversions)
        pause = (WHILE_DIVERTED if is_diverted else WHILE_QUIET) * (1 - SPREAD * turn.id.bytes[0] / 255)
        await self._known.settle(turn, _known(lines), began, began + pause, notices)

    async def _ask(self, reader: Connection, question: Callable[[AccessToken], Awaitable[Found]]) -> Found:
        try:
            return await self._sessions.call(reader, question)
        except Disconnected:
            await self._notices.add([end_of(reader)], self._clock())
            raise

    async def _lines(self, token: AccessToken) -> tuple[Extension, ...]:
        extensions, ranges = await asyncio.gather(self._portal.extensions(token), self._portal.ranges(token))
        return (*extensions, *ranges)

    async def _unexplained(self, turn: Turn, found: Sequence[Difference]) -> list[Difference]:
        """What no change of ours has brought about since the last look."""
        if not found or turn.looked_at is None:
            return []
        since = turn.looked_at - OVERLAP
        states = set(State) - {State.PROPOSED, State.DROPPED, State.STEPPING, State.READY}
        ours = [
            action
            for action in await self._actions.of_customer(turn.customer_id, states, RECENT)
            if action.kind in {DIVERT, BULK} and (action.finished_at is None or action.finished_at >= since)
        ]
        return [difference for difference in found if not _is_ours(difference, ours)]

    async def _told(
        self, turn: Turn, lines: Sequence[Extension], found: Sequence[Difference], readers: Sequence[Connection]
    ) -> list[NewNotice]:
        """One notice for each entitled person who wants to know; of what may be fraud, each (`services.declining`)."""
        board = Switchboard(lines, await self._ask(readers[0], self._portal.targets))
        facts: dict[str, object] = {
            "changes": [_facts(board, difference) for difference in found[:MOST_TOLD]],
            "count": len(found),
            "back": way_back(found),
            "roles": sorted(self._outcomes.kinds[DIVERT].roles),
        }
        is_grave = any(_is_grave(board, difference) for difference in found)
        told_as = EventKind.SECURITY if is_grave else EventKind.DIVERSION_CHANGED
        return [
            NewNotice(
                "drift", f"drift:{turn.claim}:{turn.id}", c.person_id, {**facts, "reader": str(c.id), "account": c.tag}
            )
            for c in await self._outcomes.readers(told_as, readers)
        ]


def differences(known: Known, lines: Iterable[Extension]) -> list[Difference]:
    """The rules of known lines that are otherwise now; what is off and stays off makes no difference to a call."""
    found = []
    for line in lines:
        rules = known.get(line.id)
        if not isinstance(rules, Mapping):  # a new line
            continue
        for when in DivertWhen:
            before, after = _rule(rules, when), rule_of(line, when)
            if not before.is_met_by(after) and (before.active or after.active):
                found.append(Difference(line.id, line_name(line), when, before, after))
    return found


def way_back(found: Sequence[Difference]) -> str:
    """The earlier rules as a text that a button can carry."""
    rules = [[d.service, d.when.value, d.before.active, d.before.target, d.before.seconds] for d in found]
    return orjson.dumps(rules).decode()


def wishes_back(kept: str) -> list[Wish]:
    """The earlier rules as wishes; Gone for what is no such text (callback data can be made up)."""
    found: dict[str, dict[DivertWhen, Rule]] = {}
    try:
        for service, when, active, target, seconds in orjson.loads(kept):
            found.setdefault(str(service), {})[DivertWhen(when)] = Rule(bool(active), target, seconds)
    except (ValueError, TypeError):
        raise Gone from None
    return [Wish(service, {when: rule.as_change() for when, rule in rules.items()}) for service, rules in found.items()]


def _is_grave(board: Switchboard, found: Difference) -> bool:
    """Whether calls go to a number now that nobody has approved, or all calls of a range go elsewhere."""
    if not found.after.active or found.after.target is None:
        return False
    line = board.line(found.service)
    is_range = line is not None and line.kind is LineKind.NUMBER_RANGE
    return board.aim(found.after.target).is_new or (is_range and found.when is DivertWhen.ALWAYS)


def _is_ours(difference: Difference, ours: Sequence[Action]) -> bool:
    """Whether the newest of our changes that settled this rule, or one still under way, made it so."""
    for action in ours:
        for change in line_changes(action.payload):
            after = _of(change, difference)
            if after is not None and after.is_met_by(difference.after):
                return True
            if after is not None and action.state is State.DONE:
                return False
    return False


def _of(change: LineChange, difference: Difference) -> Rule | None:
    return change.after.get(difference.when) if change.service == difference.service else None


def _facts(board: Switchboard, found: Difference) -> dict[str, object]:
    """What the words need."""
    return {
        "line": found.line,
        "service": found.service,
        "when": found.when.value,
        "seconds": found.after.seconds or 0,
        "before": _aim(board, found.before),
        "after": _aim(board, found.after),
    }


def _aim(board: Switchboard, rule: Rule) -> dict[str, object]:
    aim: Aim | None = board.aim(rule.target) if rule.active and rule.target else None
    if aim is None:
        return {"target_kind": "off", "target_name": "", "target": ""}
    return {"target_kind": aim.shown_as, "target_name": aim.name, "target": aim.e164}


def _known(lines: Iterable[Extension]) -> Known:
    return {line.id: _kept({rule.when: rule_of(line, rule.when) for rule in line.diversions}) for line in lines}


def _kept(rules: Mapping[DivertWhen, Rule]) -> dict[str, object]:
    return {
        when.value: {"active": rule.active, "target": rule.target, "seconds": rule.seconds}
        for when, rule in rules.items()
    }


def _rule(rules: Mapping[str, object], when: DivertWhen) -> Rule:
    kept = rules.get(when.value)
    return Rule(kept["active"], kept["target"], kept["seconds"]) if isinstance(kept, Mapping) else Rule()
