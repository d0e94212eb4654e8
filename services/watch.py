"""Keep watch over connections: what the portal ended is ended here, and its owner is told once.

Used when nobody asks anything: a person who asks finds out alone. Only the connections whose turn it is are looked
at, so that thousands of them cost the portal a steady trickle.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from portal.client import PortalReads
from portal.errors import Failures, PortalError
from services.connecting import account_of
from services.errors import Disconnected, NotConnected
from services.sessions import Sessions
from storage.connections import Connection, Connections
from storage.notices import NewNotice, Notices

EVERY = timedelta(minutes=10)
AT_ONCE = 20

log = structlog.get_logger(__name__)


class Watch:
    """Looks after connections that have not been used for a while."""

    def __init__(
        self,
        sessions: Sessions,
        portal: PortalReads,
        connections: Connections,
        notices: Notices,
        clock: Callable[[], datetime],
        every: timedelta = EVERY,
    ) -> None:
        self._sessions = sessions
        self._portal = portal
        self._connections = connections
        self._notices = notices
        self._clock = clock
        self._every = every

    async def run_once(self) -> int:
        """Check the connections whose turn it is; returns how many."""
        due = await self._connections.due_for_check(self._clock() - self._every, AT_ONCE)
        failures = Failures()
        for connection in due:
            try:
                await self.check(connection)
                failures.none()
            except PortalError as error:
                log.info("watch", error=type(error).__name__)
                if failures.are_an_outage(error):
                    return 0  # the portal is out: all of them wait for the next round
                # it may be this one alone, which must not keep the others from being looked at
                await self._connections.mark(connection.id, checked_at=self._clock())
        return len(due)

    async def revoked(self, sub: str, grant_id: str | None) -> None:
        """The portal says that a grant is over: its connection ends now, and its owner is told once.

        Of a connection whose grant is not known (an earlier release made it) the portal is asked.
        """
        for connection in await self._connections.of_account(sub):
            known = connection.tokens.grant_id if connection.tokens else None
            if known is None:
                await self.check(connection)
            elif known == grant_id and await self._connections.end(connection.id, self._clock()):
                await self._notices.add([end_of(connection)], self._clock())

    async def check(self, connection: Connection) -> Connection | None:
        """The connection as the portal sees it now; None when it has ended. Raises what an unwilling portal raises."""
        now = self._clock()
        try:
            info = await self._sessions.call(connection, self._portal.userinfo)
        except Disconnected:
            await self._notices.add([end_of(connection)], now)
        except NotConnected:
            pass  # the person heard it already
        else:
            await self._connections.update_account(connection.id, account_of(info), now)
            return await self._connections.get(connection.id)
        return None


def end_of(connection: Connection) -> NewNotice:
    """Tells somebody that the portal ended their connection; for whoever finds that out while nobody asks."""
    facts: dict[str, object] = {"company": connection.account.customer_name}
    return NewNotice("ended", f"ended:{connection.id}", connection.person_id, facts)
