"""Updates as fast as the bot takes them: what is handled, how long it takes, and what the log complains of."""

import time
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.chat.polling import Polling
from bot.chat.transport import TelegramRequest
from bot.chat.turns import Turns
from storage.inbox import Row
from tests.house import House
from tests.resilience.updates import Json

AT_ONCE = 4  # few, so that a turn's time is its own
NOISY = frozenset({"exception", "critical"})


@dataclass
class Complaints:
    """What the log says about faults while everything else is dropped."""

    found: list[str] = field(default_factory=list)

    def __call__(self, logger: object, method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
        if method in NOISY or event.get("exc_info"):
            told = structlog.processors.format_exc_info(logger, method, event)
            self.found.append("\n".join(str(value)[-1500:] for value in told.values()))
        raise structlog.DropEvent


@contextmanager
def complaints() -> Iterator[Complaints]:
    """Listen to the log for the length of a block."""
    heard = Complaints()
    before = structlog.get_config()["processors"]
    structlog.configure(processors=[heard])
    try:
        yield heard
    finally:
        structlog.configure(processors=before)


@dataclass
class Feeder:
    """Gives updates to the conversation the way polling does, and takes the time of each turn."""

    home: House
    at_once: int = AT_ONCE
    clock: Callable[[], float] = time.monotonic
    slowest_update: str = ""
    seconds: list[float] = field(default_factory=list)
    own_seconds: list[float] = field(default_factory=list)  # without the waits for Telegram and the portal

    def __post_init__(self) -> None:
        app = self.home.app
        self._waits: list[tuple[float, float]] = []

        def waited(method: str, url: str, status: int | None, seconds: float) -> None:
            self._waits.append((self.clock() - seconds, self.clock()))

        app.wire.observer = app.request.wire.observer = waited

        async def give_back(rows: object, pause: timedelta) -> None:
            raise AssertionError("Telegram is up: nothing is postponed")

        self.turns = Turns(self.timed, app.conversation.greet, give_back, self.at_once)
        self.polling = Polling(app.bot, TelegramRequest(), app.inbox, app.leases, self.turns.submit, app.clock)

    async def timed(self, row: Row) -> None:
        """One turn."""
        began = self.clock()
        self._waits.clear()
        await self.home.app.conversation.turn(row)
        seconds = self.clock() - began
        if seconds > self.slowest:
            self.slowest_update = repr(row.body)[:2000]
        self.seconds.append(seconds)
        self.own_seconds.append(seconds - _covered(self._waits))

    @property
    def handled(self) -> int:
        """How many turns there were."""
        return len(self.seconds)

    @property
    def slowest(self) -> float:
        """The longest turn so far."""
        return max(self.seconds, default=0.0)

    async def feed(self, updates: list[Json]) -> None:
        """A batch, until all of it is handled."""
        await self.polling.ingest(updates)  # type: ignore[arg-type]  # wrong JSON is the point
        await self.turns.idle()


def percentile(seconds: Sequence[float], share: float) -> float:
    """The time that this share of the turns needed at most."""
    return sorted(seconds)[round(share * (len(seconds) - 1))]


def _covered(spans: Sequence[tuple[float, float]]) -> float:
    """How much time they cover together."""
    covered, reached = 0.0, 0.0
    for begin, end in sorted(spans):
        covered += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return covered
