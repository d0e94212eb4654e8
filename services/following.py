"""Changes that nobody waits for any more: lost answers are resolved by asking, orders are followed to their end."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from portal import errors
from portal.models import AccessToken
from services import errors as refusals
from services.changes import LOOK_LATE, Kind, Outcomes, Result, refusal_result, step_up_token, token_until
from services.sessions import Sessions
from services.watch import end_of
from storage.actions import Action, Actions, State
from storage.connections import Connection, Connections
from storage.notices import Notices

SURE_AFTER = timedelta(minutes=1)  # after this, and after its token, a request that has not arrived never will
FRESH = timedelta(seconds=40)  # so long after the yes it is sent again without anybody being asked anew
NOT_ARRIVED = Result(State.FAILED, {"code": "notArrived"})
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
        notices: Notices,
        outcomes: Outcomes,
        clock: Callable[[], datetime],
    ) -> None:
        self._sessions = sessions
        self._actions = actions
        self._connections = connections
        self._notices = notices
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
        try:
            found = await self._found(kind, action, connection)
        except refusals.Disconnected:  # the next look asks through somebody else, if there is anybody
            await self._notices.add([end_of(connection)], self._clock())
            found = None
        if found is None or (found.state is State.ACCEPTED and found.facts == action.outcome):
            await self._outcomes.again(action)
        else:
            await self._outcomes.settle(action, action.claim, found, is_news=True)

    async def _found(self, kind: Kind, action: Action, connection: Connection) -> Result | None:
        """What became of it; None when that is not known yet."""
        found = await self._sessions.call(connection, lambda token: kind.find(token, action))
        if found is None and action.state is State.UNKNOWN:
            found = await self._repeated(kind, action, connection)
        return found

    async def _repeated(self, kind: Kind, action: Action, connection: Connection) -> Result | None:
        """It has not arrived: it is sent again under the same id while that may be, else it never will."""
        now, since, until = self._clock(), action.confirmed_at or action.created_at, token_until(action)
        try:
            if (stepped := step_up_token(action, now)) is not None:
                return await kind.perform(stepped, action)
            if until is None and action.payload.get("asks_pin"):
                return NOT_ARRIVED  # without its PIN it was never sent
            if until is None and now < since + FRESH and self._is_makers(action, connection):
                return await self._sessions.call(connection, lambda token: _as_confirmed(kind, token, action))
        except (errors.StepUpRequired, errors.TokenExpired):
            found = await self._sessions.call(connection, lambda token: kind.find(token, action))
            # the attempt that is not heard of brought no PIN either: however late it arrives, it is refused
            return found or (NOT_ARRIVED if until is None and kind.is_always_stepped else None)
        except errors.OutcomeUnknown:
            return None
        except (errors.Rejected, errors.NotAllowed, errors.NotFound) as refused:
            return refusal_result(refused)
        return None if now < max(since + FRESH, until or since) + SURE_AFTER else NOT_ARRIVED

    def _is_makers(self, action: Action, connection: Connection) -> bool:
        """Whether it would be sent in the name of whoever said yes, and who still may."""
        return connection.id == action.connection_id and self._outcomes.may(action.kind, connection)

    async def _anyone(self, action: Action) -> Connection | None:
        """Whoever may ask the portal about it: the maker, else somebody else who is entitled."""
        maker = await self._connections.get(action.connection_id)
        if maker is None:
            return None
        if maker.ended_at is None:
            return maker
        others = await self._connections.of_customer(maker.account.customer_id)
        return next((other for other in others if self._outcomes.may(action.kind, other)), None)


async def _as_confirmed(kind: Kind, token: AccessToken, action: Action) -> Result | None:
    """Once more, unless something differs from what was shown by now."""
    return None if await kind.check(token, action) is not None else await kind.perform(token, action)
