"""Turns and processes: order per person, poison that does not spread, two bots on one database, a locked one."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.chat.context import Ctx
from bot.chat.feature import ANYBODY, Command, Feature
from bot.chat.navigation import Go
from bot.chat.screen import Button, Outcome, Stay, screen
from bot.chat.text import say
from handlers import FEATURES
from storage.inbox import LEASE
from tests.databases import fresh_file
from tests.house import House, MovableClock, grounds
from tests.journeys.words import Words
from tests.resilience.ledger import ledger, moved

SOON = 3.0


class Poison(BaseException):
    """What no handler of exceptions expects."""


@dataclass
class Probe:
    """A feature of the test's own: writes down what it is asked, waits where it is told to, or falls over."""

    heard: list[str] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def so_far(self) -> list[str]:
        """What it was asked until now."""
        return list(self.heard)

    async def note(self, ctx: Ctx) -> Outcome:
        self.heard.append(ctx.heard.args)
        return screen(say("menu-what"), rows=((Button(say("button-menu"), Go("slow")),),))

    async def slow(self, ctx: Ctx) -> Outcome:
        self.heard.append("slow")
        await self.go_on.wait()
        return Stay()

    async def poison(self, ctx: Ctx) -> Outcome:
        self.heard.append("poison")
        raise asyncio.CancelledError if ctx.heard.args == "cancelled" else Poison

    @property
    def feature(self) -> Feature:
        commands = {"note": self.note, "slow": self.slow, "poison": self.poison}
        return Feature("probe", tuple(Command(n, f"{n}s", e, ANYBODY, listed=False) for n, e in commands.items()))


@pytest.fixture
def probe() -> Probe:
    """One for each test."""
    return Probe()


@pytest.fixture
async def home(tmp_path: Path, probe: Probe) -> AsyncIterator[House]:
    """A house whose bot has the probe among its features."""
    clock = MovableClock()
    async with grounds(tmp_path, await fresh_file(tmp_path)) as outside:
        app = App(outside.settings, clock=clock, features=(*FEATURES, probe.feature))
        await app.start()
        await outside.client.switch(rate_limits=False)
        running = House(outside.sandbox, outside.client, outside.portal, app, outside.settings, clock)
        yield running
        probe.go_on.set()
        await running.app.stop()


async def test_one_after_the_other(home: House, probe: Probe) -> None:
    """What one person says is worked on in its order, one at a time; somebody else does not wait for it."""
    anna, otto = await home.client.person("Anna"), await home.client.person("Otto")
    await anna.send("/slow")
    for number in range(10):
        await anna.send(f"/note {number}")
    await otto.send("/note otto")
    await otto.answer()
    assert probe.heard == ["slow", "otto"]
    probe.go_on.set()
    await anna.answer()
    await home.client.updates_taken()
    await home.app.turns.idle()
    assert probe.heard == ["slow", "otto", *map(str, range(10))]


async def test_a_tap_that_waits_is_answered_first(home: House, probe: Probe) -> None:
    """A button tapped while a turn runs does not look dead, and does its work when its turn comes."""
    anna = await home.client.person("Anna")
    await anna.send("/note 1")
    await anna.answer()
    await anna.send("/slow")
    await anna.tap("Menü", within=2)
    await home.until(probe.so_far, ["1", "slow"])
    probe.go_on.set()
    await anna.until(lambda chat: len(chat.from_bot) or None)
    await home.app.turns.idle()
    assert probe.heard == ["1", "slow", "slow"]


@pytest.mark.parametrize("kind", ["raised", "cancelled"])
async def test_poison_becomes_a_dead_letter(home: House, probe: Probe, words: Words, kind: str) -> None:
    """What crashes its turn three times is given up with an apology, once; everything else is answered meanwhile."""
    anna = await home.client.person("Anna")
    await anna.send(f"/poison {kind}")
    await anna.send("/note after")
    await anna.answer()
    for crashes in (2, 3, 3):
        await home.app.turns.idle()
        home.clock.advance(LEASE + timedelta(seconds=1))
        await home.app.reclaim()  # one that began before the leases ended may still run
        await home.app.reclaim()
        await home.app.turns.idle()
        assert probe.heard.count("poison") == crashes
    sorry = words("fault-bug", reference="").splitlines()[0]
    await anna.sees(sorry)
    async with ledger(home.settings.database_url.reveal()) as book:
        await home.until(book.states, Counter(done=1, dead=1))
        await home.until(book.unburied, 0)
    home.clock.advance(LEASE + timedelta(seconds=1))
    await home.app.reclaim()
    assert [sorry in message.text for message in (await anna.transcript()).from_bot].count(True) == 1


async def test_two_bots_on_one_database(home: House, words: Words) -> None:
    """Started twice by mistake, only one polls and every answer comes once; when it ends the other goes on."""
    first, second = home.app, App(home.settings, clock=home.clock)
    await second.start()
    anna = await home.client.person("Anna")
    for _ in range(5):
        await anna.send("/hilfe")
        await anna.sees(words("help-title"), new=True)
    assert len((await anna.transcript()).from_bot) == 5
    await first.stop()
    home.app = second
    await anna.send("/sprache")
    await anna.sees(words("language-ask"), within=10)
    assert [call for call in await home.client.calls("getUpdates") if call.status == 409] == []


@asynccontextmanager
async def locked(home: House) -> AsyncIterator[None]:
    """Another program holds SQLite's one write lock.

    It waits for the lock in a thread of its own: the bot shares this event loop and may be in the middle of a
    transaction that it can only end when the loop turns.
    """
    path = home.settings.database_url.reveal().removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    try:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


async def test_the_database_is_locked(home: House, words: Words) -> None:
    """Locked by another program: said within three seconds, answered once it is free; a brief lock nobody notices."""
    anna = await home.client.person("Anna")
    async with locked(home):
        await anna.send("/hilfe")
        await moved(home.client, await home.client.version())
    assert "Hilfe" in (await anna.answer()).text
    async with locked(home):
        began = asyncio.get_running_loop().time()
        await anna.send("/sprache")
        await anna.sees(words("fault-storage"))
        assert asyncio.get_running_loop().time() - began <= SOON
    await anna.sees(words("language-ask"), within=15)
    await home.app.turns.idle()
    assert await home.app.inbox.open_count() == 0
