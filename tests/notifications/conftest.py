"""An outbox on SQLite, a Telegram without limits, and a clock that a test moves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.engine import Database
from storage.vault import Vault, generate_key, parse_keys
from tests.databases import fresh_file
from tests.house import MovableClock
from tests.notifications.outbox import NO_LIMITS, Outbox, outbox
from tests.notifications.telegram import TOKEN, Telegram, telegram


@pytest.fixture
async def sim() -> AsyncIterator[Telegram]:
    """Telegram without limits."""
    async with telegram() as running:
        yield running


@pytest.fixture
def clock() -> MovableClock:
    """Real time, until it is moved."""
    return MovableClock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """SQLite at the newest schema."""
    found = Database(await fresh_file(tmp_path))
    yield found
    await found.close()


@pytest.fixture
def vault() -> Vault:
    """One fresh key."""
    return Vault(parse_keys(generate_key()))


@pytest.fixture
async def box(database: Database, vault: Vault, sim: Telegram, clock: MovableClock) -> AsyncIterator[Outbox]:
    """The outbox between them, one message after the other as fast as it can."""
    async with outbox(database, vault, sim.url, TOKEN, clock, limits=NO_LIMITS) as made:
        yield made
