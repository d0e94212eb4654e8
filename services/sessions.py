"""Access to the portal for one connection: fresh tokens, one refresh at a time, and the end of a dead grant.

A stored token is never used before it is committed: after a crash the portal and the database agree on who holds what.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from portal.client import Portal
from portal.errors import SignedOut, TokenExpired, Unavailable
from portal.models import AccessToken, RefreshToken
from portal.models import Tokens as Issued
from services.errors import Disconnected, NotConnected
from storage.connections import Connection, Connections, Tokens

MARGIN = timedelta(seconds=30)  # a token this close to its end is renewed before use
PATIENCE = 40  # looks at another process's refresh, 50 ms apart

T = TypeVar("T")
Clock = Callable[[], datetime]


def stored(issued: Issued, now: datetime) -> Tokens:
    """The portal's answer in the form that the storage keeps."""
    return Tokens(
        issued.access.value,
        issued.refresh.value if issued.refresh else None,
        now + issued.expires_in,
        " ".join(sorted(issued.scopes)),
        issued.auth_session.value if issued.auth_session else None,
        issued.grant_id,
    )


class Sessions:
    """Runs portal calls with a connection's token."""

    def __init__(self, portal: Portal, connections: Connections, clock: Clock) -> None:
        self._portal = portal
        self._connections = connections
        self._clock = clock
        self._refreshing: dict[UUID, asyncio.Task[AccessToken]] = {}

    async def call(self, connection: Connection, use: Callable[[AccessToken], Awaitable[T]]) -> T:
        """`use(token)` with a live token; refreshed at most once.

        Raises Disconnected when the grant is dead, for the one who found out; NotConnected for everybody after.
        """
        try:
            token = await self._token(connection)
            try:
                return await use(token)
            except TokenExpired:
                return await use(await self._refreshed(connection, token))
        except (SignedOut, TokenExpired):
            found_out = await self._connections.end(connection.id, self._clock())
            raise (Disconnected if found_out else NotConnected) from None

    async def _token(self, connection: Connection) -> AccessToken:
        tokens = connection.tokens
        if tokens is None:
            raise SignedOut
        if tokens.expires_at - MARGIN > self._clock():
            return AccessToken(tokens.access)
        return await self._refreshed(connection, AccessToken(tokens.access))

    async def _refreshed(self, connection: Connection, dead: AccessToken) -> AccessToken:
        running = self._refreshing.get(connection.id)
        if running is None:
            running = asyncio.create_task(self._refresh(connection.id, dead))
            self._refreshing[connection.id] = running
            running.add_done_callback(lambda _: self._refreshing.pop(connection.id, None))
        return await asyncio.shield(running)

    async def _refresh(self, connection_id: UUID, dead: AccessToken) -> AccessToken:
        for _ in range(PATIENCE):
            now = self._clock()
            current = await self._connections.get(connection_id)
            if current is None or current.tokens is None or current.ended_at is not None:
                raise SignedOut
            if current.tokens.access != dead.value and current.tokens.expires_at - MARGIN > now:
                return AccessToken(current.tokens.access)
            claim = await self._connections.claim_refresh(connection_id, now)
            if claim is not None:
                return await self._redeem(connection_id, claim, current.tokens)
            await asyncio.sleep(0.05)
        raise Unavailable("another refresh is under way")

    async def _redeem(self, connection_id: UUID, claim: UUID, tokens: Tokens) -> AccessToken:
        renewed: Tokens | None = None
        try:
            if tokens.refresh is None:
                raise SignedOut
            issued = await self._portal.oauth.refresh(RefreshToken(tokens.refresh))
            renewed = stored(issued, self._clock())
            renewed = replace(renewed, grant_id=renewed.grant_id or tokens.grant_id)
            if renewed.refresh is None:
                renewed = replace(renewed, refresh=tokens.refresh, auth_session=tokens.auth_session)
        finally:
            held = await self._connections.settle_refresh(connection_id, claim, renewed)
        if not held:
            raise Unavailable("the refresh came too late")
        return AccessToken(renewed.access)
