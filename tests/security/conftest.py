"""The stage of every attack: the whole product on each database engine, and a hand on the wire from Telegram."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import House, house
from tests.security.forger import Forger


@pytest.fixture
async def home(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    """Sandbox, portal and bot, running."""
    async with house(tmp_path, database_url) as running:
        yield running


@pytest.fixture
def forger(home: House) -> Forger:
    """Whoever writes updates by hand."""
    return Forger(home)
