"""The stage of every journey: the whole product, on each database engine, in each language."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import House, house
from tests.journeys.words import Words


@pytest.fixture
async def home(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    """Sandbox, portal and bot, running."""
    async with house(tmp_path, database_url) as running:
        yield running


@pytest.fixture(params=["de", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    """The language that the person's Telegram speaks."""
    return Words(request.param)
