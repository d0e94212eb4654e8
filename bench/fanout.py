"""What people feel while thousands are told: a fan-out within Telegram's limits, and commands.

The bot is the whole product in a process of its own; Telegram counts, and keeps the sandbox's limits.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.bots import OURS, Bots
from bench.household import CUSTOMER, subscribe
from bench.morning import LIMIT
from bench.telegram import FIRST_PERSON, BotSide
from sandbox.botapi.limits import RateLimits
from services.subscriptions import EventKind
from storage.connections import Connections
from storage.engine import Database
from storage.events import Events, NewEvent
from storage.vault import Vault, parse_keys

PRIVATE, GROUPS = 5_000, 100
FIRST_READER, FIRST_GROUP = 3_000_000, -2_000_000
EVERY = 0.5  # seconds between two commands
PATIENCE = 400.0
FACTS: dict[str, object] = {
    "contract": "p-1", "number": "2300229-1", "name": "ethernet.connect", "site": "Düsseldorf", "ahead": 30,
    "last_day": "2027-01-31", "days": 30, "zone": "Europe/Berlin",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FanOut:
    """How long it took and what it would cost at the limits alone (`floor`), and how quick answers were meanwhile.

    Seconds; `p50` and `p95` in milliseconds.
    """

    chats: int
    seconds: float
    floor: float
    floods: int
    lost: int
    doubled: int
    commands: int
    unanswered: int
    p50: float
    p95: float

    @property
    def of_the_floor(self) -> float:
        """1 is as quick as the limits allow."""
        return self.seconds / self.floor


async def fan_out(bots: Bots, private: int = PRIVATE, groups: int = GROUPS) -> FanOut:
    """Tell one event to so many chats, while somebody asks something twice a second."""
    chats = [*range(FIRST_READER, FIRST_READER + private), *range(FIRST_GROUP - groups, FIRST_GROUP)]
    bot = await bots.start(OURS)
    side = bot.side
    try:
        side.limits = RateLimits()
        side.mark()
        await _happen(bots.database_of(OURS), bots.keys, chats)
        began = asyncio.get_running_loop().time()
        asking = asyncio.create_task(_ask(side))
        await side.told_everybody(chats, PATIENCE)
        seconds = asyncio.get_running_loop().time() - began
        asking.cancel()
        unanswered = await side.end(5.0)
    finally:
        await bot.process.stop()
    found = side.figures()
    told = sum(side.told[chat] for chat in chats)
    reached = sum(side.told[chat] > 0 for chat in chats)
    return FanOut(
        chats=len(chats),
        seconds=seconds,
        floor=(told + found.answers) / LIMIT,
        floods=side.floods,
        lost=len(chats) - reached,
        doubled=told - reached,
        commands=found.answers,
        unanswered=unanswered,
        p50=found.latency(0.5) * 1000,
        p95=found.latency(0.95) * 1000,
    )


async def _ask(side: BotSide) -> None:
    while True:
        side.ask()
        await asyncio.sleep(EVERY)


async def _happen(path: Path, keys: str, chats: Sequence[int]) -> None:
    """Chats that want everything, by the right of the first person, and something that concerns all of them."""
    database, vault = Database(f"sqlite:///{path}"), Vault(parse_keys(keys))
    now = datetime.now(UTC)
    (right,) = await Connections(database, vault).of_person(FIRST_PERSON)
    await subscribe(database, vault, chats, right.id, now)
    await Events(database, vault).add([NewEvent(EventKind.DEADLINE.value, CUSTOMER, ("p-1",), FACTS, "poll")], now)
    await database.close()
