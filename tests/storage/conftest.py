"""A migrated database of each engine, a vault, and a fixed moment."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from storage.engine import Database
from storage.migrate import migrate
from storage.vault import Vault, generate_key, parse_keys

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """At the newest schema."""
    found = Database(database_url)
    await migrate(found)
    yield found
    await found.close()


@pytest.fixture
def vault() -> Vault:
    """One fresh key."""
    return Vault(parse_keys(generate_key()))
