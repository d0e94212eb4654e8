"""The stage that several tests of services share."""

from collections.abc import AsyncIterator

import pytest

from tests.services.exchange import SPECIAL, Exchange, exchange

OTHER = SPECIAL[1]


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[Exchange]:
    """On each engine; extension 21 keeps a target for what is off."""
    async with exchange(database_url) as running:
        running.telephones.elsewhere("ext-21", unconditional={"active": False, "target": OTHER})
        yield running
