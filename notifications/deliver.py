"""Deliver: claimed notices leave the outbox, each outcome is written down, and authority is looked at when sending."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from notifications.sender import Delivery, Fate, Sender
from storage.connections import Connections
from storage.notices import Notice, Notices

BATCH = 50
AT_ONCE = 8
HORIZON = timedelta(hours=72)
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 3600.0

log = structlog.get_logger(__name__)


class Deliverer:
    """Works the outbox off; `run_once` is called by the metronome and after something was added."""

    def __init__(
        self, notices: Notices, connections: Connections, sender: Sender, clock: Callable[[], datetime]
    ) -> None:
        self._notices = notices
        self._connections = connections
        self._sender = sender
        self._clock = clock
        self._running = asyncio.Lock()

    async def run_once(self) -> int:
        """Send what is due now; returns how many notices were handled."""
        handled = 0
        async with self._running:
            while batch := await self._notices.claim(self._clock(), BATCH):
                gate = asyncio.Semaphore(AT_ONCE)
                async with asyncio.TaskGroup() as group:
                    for notice in batch:
                        group.create_task(self._deliver(notice, gate))
                handled += len(batch)
        return handled

    async def _deliver(self, notice: Notice, gate: asyncio.Semaphore) -> None:
        async with gate:
            if await self._may_read(notice):
                delivery = await self._sender.send(notice)
            else:
                delivery = Delivery(Fate.DEAD, "no longer entitled")
            await self._settle(notice, delivery)

    async def _may_read(self, notice: Notice) -> bool:
        """A notice about a customer goes only to somebody who is connected to that customer at this moment."""
        reader = notice.facts.get("reader")
        if reader is None:
            return True
        connection = await self._connections.get(UUID(str(reader)))
        return connection is not None and connection.ended_at is None

    async def _settle(self, notice: Notice, delivery: Delivery) -> None:
        now = self._clock()
        match delivery.fate:
            case Fate.SENT:
                await self._notices.settle(notice, "sent", message_id=delivery.message_id)
            case Fate.DEAD:
                await self._notices.settle(notice, "dead", reason=delivery.reason[:64])
            case Fate.UNKNOWN if notice.attempts >= 2:
                await self._notices.settle(notice, "unknown", reason=delivery.reason[:64])
            case _ if now - notice.created_at > HORIZON:
                await self._notices.settle(notice, "dead", reason="too late")
            case _:
                pause = delivery.retry_after if delivery.retry_after is not None else _pause(notice.attempts)
                due_at = now + timedelta(seconds=pause)
                await self._notices.settle(notice, "due", reason=delivery.reason[:64], due_at=due_at)
        log.info("notice", kind=notice.kind, fate=delivery.fate.value, attempts=notice.attempts, reason=delivery.reason)


def _pause(attempts: int) -> float:
    """Full jitter, so that what failed together doesn't come back together."""
    return random.uniform(0.5, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempts))  # noqa: S311  # not a secret
