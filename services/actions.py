"""The one road for every change: propose -> confirm -> step up -> perform, and the truth about its outcome.

A kind of change says who may make it, what it sends, and how the portal is asked what became of it; it can forget none
of the road. What was shown is frozen with the very bytes that will be sent, each step is a compare-and-set, the
action's id is the `externalId`, and an answer that got lost is a state of its own that is resolved by asking.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from portal import errors
from portal.client import Portal
from portal.errors import StepUpDemand
from portal.models import AccessToken, AuthorizationCode, AuthSession
from portal.oauth import Pkce
from services import errors as refusals
from services.changes import Kind, Outcomes, Result, refusal_result, step_up_token
from services.pins import Pins, Sent, refusal_of, told_before
from services.sessions import Sessions
from storage.actions import ENDED, OPEN, Action, Actions, NewAction, State
from storage.connections import Connection, Connections

PROPOSAL_LIFE = timedelta(minutes=15)
UNDO_LIFE = timedelta(hours=24)
LOOK_SOON, LOOK_LATE = timedelta(seconds=2), timedelta(minutes=10)
OWN_DEMAND = StepUpDemand("urn:eservice:acr:sms-otp", 300, "pbx:write")  # where the bot asks though nobody else does

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PinWanted:
    """The portal wants a PIN for exactly this change, and has sent it; `may_use_app`: an app code will do, too."""

    sent: Sent
    may_use_app: bool


@dataclass(frozen=True, slots=True)
class Step:
    """Where a change stands after somebody did something to it."""

    action: Action
    pin: PinWanted | None = None


class Acting:
    """Proposes, confirms, performs and follows changes."""

    def __init__(
        self,
        portal: Portal,
        sessions: Sessions,
        pins: Pins,
        actions: Actions,
        connections: Connections,
        outcomes: Outcomes,
        clock: Callable[[], datetime],
    ) -> None:
        self._portal = portal
        self._sessions = sessions
        self._pins = pins
        self._actions = actions
        self._connections = connections
        self._outcomes = outcomes
        self._clock = clock

    async def propose(
        self,
        connection: Connection,
        chat_id: int,
        kind: str,
        payload: Mapping[str, object],
        *,
        key: UUID,
        undoes: UUID | None = None,
        by_plan: bool = False,
    ) -> UUID:
        """Freeze a change as it is shown; `payload["subject"]` names the thing that it changes. Raises NotEntitled.

        `key` becomes the action's id; the requests in the payload name it as their `externalId`. With `asks_pin` in the
        payload (true) a PIN is asked for, whether the portal wants one or not; its token has `scope`, if that is given.
        """
        self._entitled(kind, connection)
        now = self._clock()
        new = NewAction(
            key,
            kind,
            connection.person_id,
            chat_id,
            connection.id,
            connection.account.customer_id,
            str(payload["subject"]),
            dict(payload),
            now + PROPOSAL_LIFE,
            undoes,
            by_plan,
        )
        return await self._actions.add(new, now)

    async def confirm(self, action_id: UUID, person_id: int, update_id: int) -> Step:
        """Yes to exactly what was shown. Whoever comes second, or again, is told how it stands."""
        action = await self._mine(action_id, person_id)
        if action.state is State.PROPOSED and action.expires_at <= self._clock():
            raise refusals.TooLate
        connection = await self._live(action)
        self._entitled(action.kind, connection)
        claim = await self._actions.start(action.id, {State.PROPOSED, State.READY}, self._clock())
        if claim is None:
            return await self._standing(action, update_id)
        return await self._attempt(action, claim, connection, update_id)

    async def send_pin(self, action_id: UUID, person_id: int, update_id: int, method: str = "sms") -> PinWanted:
        """Have the portal send a PIN again; with `totp` it looks for the code of an app instead, and sends nothing."""
        action = await self._mine(action_id, person_id)
        if action.state is not State.STEPPING:
            raise refusals.PinExpired
        try:
            sent = await self._pins.send(_challenge(action), person_id, action.chat_id, update_id, method=method)
        except refusals.LinkInvalid:  # the PIN was right, and its answer lost: the way is closed, nothing was done
            await self._actions.drop(action.id, {State.STEPPING}, self._clock())
            raise refusals.TooLate from None
        return PinWanted(sent, may_use_app="totp" in action.secrets.get("methods", ""))

    async def burn_pin(self, action_id: UUID, person_id: int) -> None:
        """The PIN could not be deleted from the chat: it is worth nothing any more."""
        action = await self._mine(action_id, person_id)
        if "challenge" in action.secrets:
            await self._pins.burn(_challenge(action), person_id, action.chat_id)

    async def answer(self, action_id: UUID, person_id: int, pin: str, update_id: int) -> Step:
        """Answer with the PIN, and perform; or the refusal with the tries that are left."""
        action = await self._mine(action_id, person_id)
        if action.state is not State.STEPPING:
            return await self._standing(action, update_id)
        if step_up_token(action, self._clock()) is None:
            await self._redeem(action, person_id, pin, update_id)
        claim = await self._actions.start(action.id, {State.STEPPING}, self._clock())
        if claim is None:
            return await self._standing(action, update_id)
        return await self._attempt(await self._read(action.id), claim, await self._live(action), update_id)

    async def _redeem(self, action: Action, person_id: int, pin: str, update_id: int) -> None:
        challenge = await self._pins.open(_challenge(action), person_id, action.chat_id)
        if challenge.answered_update == update_id and "refusal" in challenge.outcome:
            raise told_before(challenge)
        try:
            code = await self._pins.redeem(challenge, pin, update_id)
            await self._exchange(action, code, challenge.secrets["verifier"])
        except (refusals.PinLocked, refusals.LinkInvalid):
            await self._actions.drop(action.id, {State.STEPPING}, self._clock())
            raise refusals.PinLocked from None
        except (errors.OutcomeUnknown, errors.LinkInvalid):  # the PIN is used up, and what it was for was not sent
            if await self._actions.take_back(action.id):
                raise refusals.NothingSent(str(action.id)) from None
            return
        await self._pins.passed(challenge.id, update_id)

    async def drop(self, action_id: UUID, person_id: int) -> bool:
        """No, or not now. False when it is too late for that."""
        action = await self._mine(action_id, person_id)
        await self._end_challenge(action)
        return await self._actions.drop(action.id, {State.PROPOSED, State.STEPPING, State.READY}, self._clock())

    async def undo(self, action_id: UUID, mine: Sequence[Connection], chat_id: int, update_id: int) -> Step:
        """Take a change back, by anybody who may make it; no PIN is asked on the way to the safer state."""
        action = await self._actions.get(action_id)
        if action is None:
            raise refusals.Gone
        owner = await self._connections.get(action.connection_id)
        customer = owner.account.customer_id if owner is not None else ""
        by = next((c for c in mine if c.account.customer_id == customer), None)
        if by is None:
            raise refusals.NotEntitled
        self._entitled(action.kind, by)
        if action.state is not State.DONE or self._clock() - (action.finished_at or action.created_at) > UNDO_LIFE:
            raise refusals.TooLate
        if await self._actions.undone_by(action.id) is not None:
            raise refusals.UndoneAlready
        kind = self._outcomes.kinds[action.kind]
        payload = await self._sessions.call(by, lambda token: kind.reverse(token, action))
        if payload is None:
            raise refusals.TooLate
        key = UUID(str(payload["key"]))
        await self.propose(by, chat_id, action.kind, payload, key=key, undoes=action.id)
        return await self.confirm(key, by.person_id, update_id)

    async def shown(self, as_shown: Action, message_id: int) -> None:
        """Remember the message that shows it: the receipt is edited as it goes on, and if it has gone on already."""
        await self._actions.shown(as_shown.id, message_id)
        now = await self._read(as_shown.id)
        if (now.state, now.outcome) != (as_shown.state, as_shown.outcome):
            await self._outcomes.catch_up(now)

    async def find(self, action_id: UUID, mine: Sequence[Connection]) -> Action:
        """One change of a customer that somebody is connected to; Gone when there is none."""
        action = await self._actions.get(action_id)
        owner = await self._connections.get(action.connection_id) if action is not None else None
        if action is None or owner is None:
            raise refusals.Gone
        if not any(
            self._outcomes.may(action.kind, c) and c.account.customer_id == owner.account.customer_id for c in mine
        ):
            raise refusals.Gone
        return action

    async def history(
        self, connection: Connection, limit: int, *, before: datetime | None = None
    ) -> list[tuple[Action, str]]:
        """The customer's changes that this account may see, newest first, each with who made it."""
        states = (OPEN | ENDED) - {State.DROPPED}
        return await self._listed(connection, states, limit, before)

    async def under_way(self, connection: Connection, limit: int) -> list[tuple[Action, str]]:
        """What is still running."""
        return await self._listed(connection, OPEN - {State.STEPPING, State.READY}, limit, None)

    async def _attempt(self, action: Action, claim: UUID, connection: Connection, update_id: int) -> Step:
        kind = self._outcomes.kinds[action.kind]
        try:
            if (differs := await self._sessions.call(connection, lambda t: kind.check(t, action))) is not None:
                result = Result(State.REFUSED, {"code": differs})
            else:
                result = await self._performed(kind, action, connection)
        except errors.StepUpRequired as wanted:
            if not action.by_plan:
                return await self._step_up(action, claim, connection, wanted.demand, update_id)
            result = Result(State.REFUSED, {"code": "pinNeeded"})  # nobody is there who could be asked
        except errors.OutcomeUnknown as lost:
            log.warning("the portal's answer was lost", action=str(action.id), why=str(lost))
            due = self._clock() + LOOK_SOON
            await self._actions.settle(action.id, claim, State.UNKNOWN, self._clock(), due_at=due)
            return Step(await self._read(action.id))
        except errors.Unavailable:
            await self._actions.settle(action.id, claim, State.READY, self._clock())
            raise refusals.NothingSent(str(action.id)) from None
        except refusals.Refusal:
            await self._actions.settle(action.id, claim, State.READY, self._clock())
            raise
        except errors.PortalError as refused:
            result = refusal_result(refused)
        await self._outcomes.settle(action, claim, result)
        return Step(await self._read(action.id))

    async def _performed(self, kind: Kind, action: Action, connection: Connection) -> Result:
        stepped = step_up_token(action, self._clock())
        if stepped is None and action.payload.get("asks_pin"):
            scope = str(action.payload.get("scope", OWN_DEMAND.scope))
            raise errors.StepUpRequired(replace(OWN_DEMAND, scope=scope))
        if stepped is None:
            return await self._sessions.call(connection, lambda token: kind.perform(token, action))
        try:
            return await kind.perform(stepped, action)
        except (errors.StepUpRequired, errors.TokenExpired):  # too late; or good, and used up by an earlier attempt
            found = await self._sessions.call(connection, lambda token: kind.find(token, action))
            return found or Result(State.REFUSED, {"code": "stepUpRefused"})

    async def _step_up(
        self, action: Action, claim: UUID, connection: Connection, demand: StepUpDemand, update_id: int
    ) -> Step:
        """The portal wants a PIN: it is told what for, and sends it."""
        entries, pkce = self._outcomes.kinds[action.kind].entries(action), Pkce.new()

        async def start(_: AccessToken) -> tuple[AuthSession, tuple[str, ...]]:
            now = await self._connections.get(connection.id)
            session = now.tokens.auth_session if now is not None and now.tokens is not None else None
            label = connection.person_name
            found = await self._portal.oauth.step_up_start(
                AuthSession(session or ""), demand, entries, label, pkce=pkce
            )
            return found.auth_session, found.methods

        try:
            session, methods = await self._sessions.call(connection, start)
            challenge = await self._pins.add(action.person_id, action.chat_id, session, pkce)
            secrets = {"challenge": str(challenge), "methods": " ".join(methods)}
            await self._actions.keep_secret(action.id, secrets)
            sent = await self._pins.send(challenge, action.person_id, action.chat_id, update_id)
        except errors.ChallengeRefused as refused:
            await self._actions.settle(action.id, claim, State.READY, self._clock())
            raise refusal_of(refused) from None
        except errors.PortalError:
            await self._actions.settle(action.id, claim, State.READY, self._clock())
            raise refusals.NothingSent(str(action.id)) from None
        except refusals.Refusal:
            await self._actions.settle(action.id, claim, State.READY, self._clock())
            raise
        await self._actions.settle(action.id, claim, State.STEPPING, self._clock())
        return Step(await self._read(action.id), PinWanted(sent, may_use_app="totp" in methods))

    async def _exchange(self, action: Action, code: str, verifier: str) -> None:
        """The token is kept before it is used: a lost answer can only be repeated with it."""
        issued = await self._portal.oauth.exchange(AuthorizationCode(code), Pkce(verifier))
        until = self._clock() + issued.expires_in
        await self._actions.keep_secret(action.id, {"token": issued.access.value, "until": until.isoformat()})

    async def _standing(self, action: Action, update_id: int) -> Step:
        """How it stands, for a tap that was not the first; an open PIN is asked for again."""
        now = await self._read(action.id)
        if now.state is State.STEPPING:
            challenge = await self._pins.find(_challenge(now), now.person_id, now.chat_id)
            if challenge is not None and "minutes" in challenge.outcome:
                sent = Sent(**{name: int(str(value)) for name, value in challenge.outcome.items()})
                return Step(now, PinWanted(sent, may_use_app="totp" in now.secrets.get("methods", "")))
        if now.state is State.DROPPED:
            raise refusals.TooLate
        return Step(now)

    async def _listed(
        self, connection: Connection, states: Collection[State], limit: int, before: datetime | None
    ) -> list[tuple[Action, str]]:
        customer = connection.account.customer_id
        found = await self._actions.of_customer(customer, states, limit, before=before)
        makers: dict[UUID, str] = {}
        listed = []
        for action in found:
            if not self._outcomes.may(action.kind, connection):
                continue
            if action.connection_id not in makers:
                maker = await self._connections.get(action.connection_id)
                makers[action.connection_id] = maker.person_name if maker is not None else ""
            listed.append((action, makers[action.connection_id]))
        return listed

    async def _end_challenge(self, action: Action) -> None:
        if action.state is State.STEPPING and "challenge" in action.secrets:
            for session in await self._pins.cancel(action.person_id, action.chat_id):
                with suppress(errors.PortalError):
                    await self._portal.oauth.give_up(AuthSession(session))

    async def _mine(self, action_id: UUID, person_id: int) -> Action:
        action = await self._actions.get(action_id)
        if action is None or action.person_id != person_id:
            raise refusals.Gone
        return action

    async def _read(self, action_id: UUID) -> Action:
        found = await self._actions.get(action_id)
        if found is None:
            raise refusals.Gone
        return found

    async def _live(self, action: Action) -> Connection:
        connection = await self._connections.get(action.connection_id)
        if connection is None or connection.ended_at is not None:
            raise refusals.NotConnected
        return connection

    def _entitled(self, kind: str, connection: Connection) -> None:
        if not self._outcomes.may(kind, connection):
            raise refusals.NotEntitled


def _challenge(action: Action) -> UUID:
    return UUID(action.secrets.get("challenge", str(UUID(int=0))))
