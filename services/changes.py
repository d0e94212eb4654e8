"""What a kind of change says of itself; and what became of a change, written down once and told to whom it concerns."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from portal import errors
from portal.models import AccessToken
from portal.oauth import Entry
from services.declining import Declining
from services.subscriptions import EventKind
from storage.actions import ENDED, Action, Actions, State
from storage.connections import Connection, Connections
from storage.notices import NewNotice

LOOK_SOON, LOOK_LATE = timedelta(seconds=2), timedelta(minutes=10)
LOOKED_AT = timedelta(seconds=10)  # so long a person watches what a tap comes to


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt or a look at the portal found: ACCEPTED (under way there), DONE, REFUSED or FAILED, and facts."""

    state: State
    facts: dict[str, object] = field(default_factory=dict)


class Kind(Protocol):
    """One kind of change. `roles`: who may make it, and who is told about it.

    `is_always_stepped`: the portal takes none of its requests without a step-up.
    """

    name: str
    roles: frozenset[str]
    is_always_stepped: bool

    def entries(self, action: Action) -> list[Entry]:
        """Every request that will be sent, for the step-up."""

    async def check(self, token: AccessToken, action: Action) -> str | None:
        """Whether what was shown still holds; else what differs, as a code for the words."""

    async def perform(self, token: AccessToken, action: Action) -> Result:
        """Send it. May be called again with the same action: it happens once."""

    async def find(self, token: AccessToken, action: Action) -> Result | None:
        """What the portal knows of it; None when it has not arrived."""

    async def reverse(self, token: AccessToken, action: Action) -> Mapping[str, object] | None:
        """The payload that takes it back; None when that is not possible (any more)."""

    def told_as(self, action: Action) -> EventKind:
        """What the other entitled people are told it as; SECURITY is told to all of them."""


class Outcomes:
    """Settles changes. `kinds` are all that there are.

    Those in `after` are told each outcome before it is written down, so maybe twice: whatever follows from a change.
    """

    def __init__(
        self,
        actions: Actions,
        connections: Connections,
        kinds: Sequence[Kind],
        declining: Declining,
        clock: Callable[[], datetime],
    ) -> None:
        self.kinds = {kind.name: kind for kind in kinds}
        self.after: list[Callable[[Action, Result], Awaitable[None]]] = []
        self._actions = actions
        self._connections = connections
        self._declining = declining
        self._clock = clock

    def may(self, kind: str, connection: Connection) -> bool:
        """Whether an account is entitled to make, and to see, changes of this kind."""
        known = self.kinds.get(kind)
        return known is not None and not known.roles.isdisjoint(connection.account.roles)

    async def settle(self, action: Action, claim: UUID, result: Result, *, is_news: bool = False) -> None:
        """Write down what an attempt or a look came to, and tell it; `is_news`: nobody sees it on a screen yet."""
        for follow in self.after:  # first: what was written down would not be looked at again after a crash
            await follow(action, result)
        now = self._clock()
        due = now + pause(action) if result.state is State.ACCEPTED else None
        told = await self._told(action, result, is_news=is_news)
        await self._actions.settle(
            action.id, claim, result.state, now, outcome=result.facts, due_at=due, notices=told
        )  # together: what is over is not looked at again, so whoever is to be told must be known by then

    async def _told(self, action: Action, result: Result, *, is_news: bool) -> list[NewNotice]:
        """The chat hears what it does not see yet; the other entitled people hear that something was changed."""
        maker = await self._connections.get(action.connection_id)
        if maker is None:
            return []
        facts = {**_facts(action, result), "by": maker.person_name, "reader": str(maker.id)}
        step = f"{action.id}:{result.state}:{result.facts.get('progress', '')}"[:80]
        notices = []
        if is_news and action.message_id is not None:
            edit = {**facts, "message": action.message_id}
            notices.append(NewNotice("receipt", f"receipt:{step}", action.chat_id, edit))
        if is_news and result.state in ENDED and not (result.state is State.DONE and self._is_seen(action)):
            notices.append(NewNotice("outcome", f"outcome:{step}", action.chat_id, facts))
        if result.state in {State.DONE, State.ACCEPTED} and not action.by_plan:
            notices += await self._for_others(action, maker, facts)
        return notices

    def _is_seen(self, action: Action) -> bool:
        """Whether nobody needs to be called: a plan did it, or whoever did is still looking at its receipt."""
        recent = action.confirmed_at is not None and self._clock() - action.confirmed_at < LOOKED_AT
        as_expected = action.state is State.ACCEPTED and action.message_id is not None
        return action.by_plan or (recent and as_expected)

    async def _for_others(self, action: Action, maker: Connection, facts: dict[str, object]) -> list[NewNotice]:
        """Once per change and chat: the event's key is the change alone."""
        others = [
            other
            for other in await self._connections.of_customer(maker.account.customer_id)
            if self.may(action.kind, other) and other.person_id != maker.person_id
        ]
        kind, key = self.kinds[action.kind], f"changed:{action.id}"
        told_as, facts = kind.told_as(action), {**facts, "roles": sorted(kind.roles)}
        return [
            NewNotice("changed", key, other.person_id, {**facts, "reader": str(other.id), "account": other.tag})
            for other in await self.readers(told_as, others)
        ]

    async def readers(self, told_as: EventKind, entitled: Sequence[Connection]) -> list[Connection]:
        """Who of them is told: each person once, but nobody who declined it."""
        people: dict[int, Connection] = {}
        for each in entitled:
            people.setdefault(each.person_id, each)
        return [each for each in people.values() if not await self._declining.has(told_as, each)]

    async def catch_up(self, action: Action) -> None:
        """Its message came to the chat after it had moved on: it shall say what is true now."""
        maker = await self._connections.get(action.connection_id)
        if maker is not None:
            facts = {**_facts(action, Result(action.state, action.outcome)), "by": maker.person_name}
            edit = {**facts, "reader": str(maker.id), "message": action.message_id}
            key = f"receipt:{action.id}:{action.message_id}:{action.state}"
            await self._actions.tell([NewNotice("receipt", key, action.chat_id, edit)], self._clock())

    async def again(self, action: Action, late: timedelta | None = None) -> None:
        """Nothing new: asked again later."""
        if action.claim is not None:
            now = self._clock()
            due = now + (late or pause(action))
            await self._actions.settle(action.id, action.claim, action.state, now, due_at=due)


def entries_of(action: Action) -> list[Entry]:
    """The requests of a change, from what was frozen."""
    requests = action.payload["requests"]
    if not isinstance(requests, list):
        raise TypeError("requests are a list")
    return [
        Entry(str(action.id), str(r["method"]), str(r["path"]), str(r["body"]).encode(), str(r["summary"]))
        for r in requests
    ]


def pause(action: Action) -> timedelta:
    """Until the portal is asked again: seconds at first, then minutes."""
    return min(LOOK_LATE, LOOK_SOON * 1.5 ** min(action.looks, 30))


def step_up_token(action: Action, now: datetime) -> AccessToken | None:
    """The token that is good for this change only, as long as it lives."""
    until = token_until(action)
    return AccessToken(action.secrets["token"]) if until is not None and until > now else None


def token_until(action: Action) -> datetime | None:
    """How long its step-up is good for; None when there is none."""
    until = action.secrets.get("until")
    return datetime.fromisoformat(until) if until and "token" in action.secrets else None


def refusal_result(refused: errors.PortalError) -> Result:
    """The portal's no, with its code for the words."""
    match refused:
        case errors.Rejected():
            return Result(State.REFUSED, {"code": refused.code or "rejected", "names": refused.message})
        case errors.NotAllowed():
            return Result(State.REFUSED, {"code": "notAllowed"})
        case errors.NotFound():
            return Result(State.REFUSED, {"code": "notFound"})
        case _:
            return Result(State.REFUSED, {"code": "rejected"})


def _facts(action: Action, result: Result) -> dict[str, object]:
    shown = {name: value for name, value in action.payload.items() if name != "requests"}
    return {
        "action": str(action.id),
        "kind": action.kind,
        "state": str(result.state),
        "shown": shown,
        "outcome": result.facts,
        "undoes": str(action.undoes or ""),
    }
