"""The stage: the whole product on SQLite, and one where the wire to the portal can be spoilt."""

import gc
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.chat.dialog import BUDGET
from bot.running import collect_seldom
from portal.server.settings import PortalSettings
from tests.databases import fresh_file
from tests.house import House, house
from tests.journeys.words import Words
from tests.resilience.relay import Relay, relay


@dataclass
class Spoilable:
    """A house whose bot reaches the portal over a relay."""

    home: House
    wire: Relay


@pytest.fixture
def collected_seldom() -> Iterator[None]:
    """The collector is set as in the bot's own process, where the heap of a test is not."""
    before = gc.get_threshold()
    gc.collect()
    collect_seldom()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    """The whole product on SQLite."""
    async with house(tmp_path, await fresh_file(tmp_path), budget=BUDGET) as running:
        yield running


@pytest.fixture
async def spoilable(tmp_path: Path) -> AsyncIterator[Spoilable]:
    """The same, with the relay between bot and portal."""
    async with relay() as wire:

        def behind(settings: PortalSettings) -> PortalSettings:
            return replace(settings, public_url=wire.url, order_pace=0.0)

        async with house(tmp_path, await fresh_file(tmp_path), portal=behind, budget=BUDGET) as running:
            wire.upstream = running.portal.url
            yield Spoilable(running, wire)


@pytest.fixture
def words() -> Words:
    """What is read, in German."""
    return Words("de")
