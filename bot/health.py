"""Whether this process can do its work now, and what is wrong when it can't."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from storage.engine import Database

PATIENCE = 2.0  # seconds for the database to answer
FRESH = 1.0  # seconds that an answer is good for: whoever asks often asks the database seldom
SILENCE = timedelta(seconds=150)  # a poll takes up to 40 s, a look at the webhook comes each minute


class WayIn(Protocol):
    """How updates come in: polling, or a webhook."""

    @property
    def leads(self) -> bool:
        """Whether updates come in through this process."""

    @property
    def heard_at(self) -> datetime | None:
        """When Telegram last answered."""

    @property
    def stores(self) -> bool:
        """Whether what came last could be stored."""


class Health:
    """Asked by /readyz."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.way_in: WayIn | None = None
        self.stopping = False
        self._database = database
        self._clock = clock
        self._looked: tuple[float, bool] | None = None
        self._looking = asyncio.Lock()

    async def wrong(self) -> dict[str, str]:
        """What is wrong, by part; nothing when the bot works."""
        if self.stopping:
            return {"process": "is stopping"}
        wrong: dict[str, str] = {}
        if not await self._database_answers():
            wrong["database"] = "does not answer"
        elif self.way_in is not None and not self.way_in.stores:
            wrong["database"] = "does not store"
        if (telegram := self._about_telegram()) is not None:
            wrong["telegram"] = telegram
        return wrong

    def silence(self) -> float:
        """Seconds since Telegram last answered; 0 for who does not ask it."""
        way = self.way_in
        if way is None or not way.leads or way.heard_at is None:
            return 0.0
        return max(0.0, (self._clock() - way.heard_at).total_seconds())

    def _about_telegram(self) -> str | None:
        if self.way_in is None:
            return "is not reached yet"
        if not self.way_in.leads:
            return None  # another process polls, and this one takes over when that is gone
        if self.way_in.heard_at is None:
            return "has not answered yet"
        return f"has been silent for {self.silence():.0f} s" if self.silence() > SILENCE.total_seconds() else None

    async def _database_answers(self) -> bool:
        async with self._looking:
            if self._looked is None or time.monotonic() - self._looked[0] > FRESH:
                self._looked = (time.monotonic(), await self._ask())
            return self._looked[1]

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._database.is_reachable()
        except Exception:  # whatever a driver raises, it is no answer
            return False
