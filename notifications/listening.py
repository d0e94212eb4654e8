"""Listening: the bot's hubs at the portal, so that it pushes what happens; without them everything is polled.

One process registers, all know the secrets: each reads them again now and then.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from portal.errors import PortalError
from portal.hubs import Hub, HubApi, Hubs
from storage.hubs import KeptHub, KeptHubs
from storage.leases import Leases

LEASE = timedelta(minutes=2)
AGAIN, AFTER_FAILURE = timedelta(hours=1), timedelta(minutes=1)

log = structlog.get_logger(__name__)


class Listening:
    """Keeps the hubs at one address; `run_once` is called by the metronome."""

    def __init__(
        self, callback: str, hubs: Hubs, kept: KeptHubs, leases: Leases, clock: Callable[[], datetime]
    ) -> None:
        self._callback = callback
        self._hubs = hubs
        self._kept = kept
        self._leases = leases
        self._clock = clock
        self._holder = uuid4()
        self._due_at: datetime | None = None
        self._secrets: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Whatever may sign an event now."""
        return self._secrets

    async def run_once(self) -> None:
        """Know all secrets; from time to time see to it that the portal knows all hubs."""
        now = self._clock()
        if self._due_at is None or not now < self._due_at <= now + AGAIN:
            self._due_at = now + AFTER_FAILURE  # before it is tried: not twice at the same time
            if await self._ensured(now):
                self._due_at = now + AGAIN
        known = await self._kept.all()
        self._secrets = tuple(secret for hub in known for secret in (hub.secret, hub.earlier) if secret)

    async def _ensured(self, now: datetime) -> bool:
        if not await self._leases.take("hubs", self._holder, now, LEASE):
            return False  # another process is at it
        before = {HubApi(hub.api): hub for hub in await self._kept.all()}
        try:
            found = await self._hubs.ensure(
                self._callback, [Hub(api, hub.hub_id, hub.callback) for api, hub in before.items()]
            )
        except PortalError as error:
            log.warning("hubs not registered: what happens is polled", error=type(error).__name__)
            return False
        for hub in found:
            if hub.secret is not None:
                earlier = before[hub.api].secret if hub.api in before else None
                await self._kept.keep(KeptHub(hub.api.value, hub.id, hub.callback, hub.secret, earlier), now)
        return True
