"""Detection on each engine."""

from collections.abc import AsyncIterator

import pytest

from tests.detection.lookout import Lookout, lookout


@pytest.fixture
async def here(database_url: str) -> AsyncIterator[Lookout]:
    """Running, with nobody connected."""
    async with lookout(database_url) as running:
        yield running
