"""Questions in a customer's name, while nobody asks: of those who are connected, the first who is entitled does.

A connection that the portal has ended is ended here and its owner is told once; then the next one asks.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import TypeVar

import structlog

from portal.errors import NotAllowed
from portal.models import AccessToken, Role
from services.errors import Disconnected, NotConnected
from services.sessions import Sessions
from services.watch import end_of
from storage.connections import Connection
from storage.notices import Notices

INVOICES = frozenset({Role.PORTAL_ADMIN.value, Role.ACCOUNTING.value})
TELEPHONES = frozenset({Role.PORTAL_ADMIN.value, Role.PBX_ADMIN.value})
CONTRACTS = INVOICES | TELEPHONES

Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)


class NobodyMayAsk(Exception):
    """Nobody who is connected is entitled and alive."""


class Asking:
    """Asks the portal with somebody's connection."""

    def __init__(self, sessions: Sessions, notices: Notices, clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._notices = notices
        self._clock = clock

    async def ask(
        self,
        readers: Iterable[Connection],
        roles: frozenset[str],
        question: Callable[[AccessToken], Awaitable[Answer]],
    ) -> Answer:
        """The portal's answer to the first who may ask; NobodyMayAsk when there is none."""
        for reader in readers:
            if roles.isdisjoint(reader.account.roles):
                continue
            try:
                return await self._sessions.call(reader, question)
            except Disconnected:
                await self._notices.add([end_of(reader)], self._clock())
            except NotConnected:
                continue  # its owner heard it already
            except NotAllowed:
                log.info("a role was lost", connection=str(reader.id))
        raise NobodyMayAsk
