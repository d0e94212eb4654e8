"""The stage of every journey: the whole product, on each database engine and in each language.

`make test` takes German with SQLite and English with PostgreSQL, so that every journey meets both of both; with
`PROVE=1` the other two pairs run as well.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import House, house
from tests.journeys.words import Words
from tests.proof import FULL


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the pairs that show nothing new."""
    if FULL:
        return
    nothing_new = [("sqlite", "en"), ("postgresql", "de")]
    config.hook.pytest_deselected(items=[item for item in items if _pair(item) in nothing_new])
    items[:] = [item for item in items if _pair(item) not in nothing_new]


def _pair(item: pytest.Item) -> tuple[object, object]:
    asked = getattr(getattr(item, "callspec", None), "params", {})
    return asked.get("database_url"), asked.get("words")


@pytest.fixture
async def home(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    """Sandbox, portal and bot, running."""
    async with house(tmp_path, database_url) as running:
        yield running


@pytest.fixture(params=["de", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    """The language that the person's Telegram speaks."""
    return Words(request.param)
