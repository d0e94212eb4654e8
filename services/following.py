"""Changes that nobody waits for any more: lost answers are resolved by asking, orders are followed to their end."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from portal import errors
from services import errors as refusals
from services.changes import LOOK_LATE, Kind, Outcomes, Result, refusal_result, step_up_token, token_until
from services.sessions import Sessions
from storage.actions import Action, Actions, State
from storage.connections import Connection, Connections

SURE_AFTER = timedelta(minutes=1)  # after this, and after its token, a request that has not arrived never will
AT_ONCE = 20
KEPT = timedelta(days=400)

log = structlog.get_logger(__name__)


class Following:
    """Asks the portal what became of changes; `run_once` is called by the metronome."""

    def __init__(
        self,
        sessions: Sessions,
        actions: Actions,
        connections: Connections,
        outcomes: Outcomes,
        clock: Callable[[], datetime],
    ) -> None:
        self._sessions = sessions
        self._actions = actions
        self._connections = connections
        self._outcomes = outcomes
        self._clock = clock

    async def run_once(self) -> int:
        """Ask the portal about what is due: lost answers, orders under way, changes whose performer is gone."""
        due = await self._actions.claim_due(self._clock(), AT_ONCE)
        for action in due:
            try:
                await self._look(action)
            except errors.PortalError as error:
                log.info("asked in vain", error=type(error).__name__, action=str(action.id))
                await self._outcomes.again(action)
            except refusals.Refusal:
                await self._outcomes.again(action, LOOK_LATE)
            except Exception:  # one that cannot be read must not hold up the others
                log.exception("a change is not followed", action=str(action.id))
                await self._outcomes.again(action, LOOK_LATE)
        return len(due)

    async def purge(self) -> None:
        """Forget proposals that nobody confirmed, and what ended long ago."""
        now = self._clock()
        await self._actions.purge(now, now - KEPT)

    async def _look(self, action: Action) -> None:
        kind = self._outcomes.kinds.get(action.kind)
        connection = await self._anyone(action)
        if kind is None or connection is None or action.claim is None:
            await self._outcomes.again(action, LOOK_LATE)
            return
        found = await self._sessions.call(connection, lambda token: kind.find(token, action))
        if found is None and action.state is State.UNKNOWN:
            found = await self._repeated(kind, action, connection)
        if found is None or (found.state is State.ACCEPTED and found.facts == action.outcome):
            await self._outcomes.again(action)
        else:
            await self._outcomes.settle(action, action.claim, found, is_news=True)

    async def _repeated(self, kind: Kind, action: Action, connection: Connection) -> Result | None:
        """It has not arrived: it is sent again under the same id while its step-up is good, else it never will."""
        stepped = step_up_token(action, self._clock())
        if stepped is not None:
            try:
                return await kind.perform(stepped, action)
            except (errors.StepUpRequired, errors.TokenExpired):
                return await self._sessions.call(connection, lambda token: kind.find(token, action))
            except errors.OutcomeUnknown:
                return None
            except (errors.Rejected, errors.NotAllowed, errors.NotFound) as refused:
                return refusal_result(refused)
        since = action.confirmed_at or action.created_at
        until = token_until(action)
        if self._clock() < max(since, until or since) + SURE_AFTER:
            return None
        return Result(State.FAILED, {"code": "notArrived"})

    async def _anyone(self, action: Action) -> Connection | None:
        """Whoever may ask the portal about it: the maker, else somebody else who is entitled."""
        maker = await self._connections.get(action.connection_id)
        if maker is None:
            return None
        if maker.ended_at is None:
            return maker
        others = await self._connections.of_customer(maker.account.customer_id)
        return next((other for other in others if self._outcomes.may(action.kind, other)), None)
