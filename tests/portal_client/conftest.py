"""The reference portal, served as its own tests serve it; its database engine is not what the client is about."""

from pathlib import Path

import pytest

from tests.portal.conftest import portal, portal_settings
from tests.portal_client.reference import bot

__all__ = ["bot", "portal", "portal_settings"]


@pytest.fixture
def portal_database(tmp_path: Path) -> str:
    """An empty database of the portal's own."""
    return f"sqlite+aiosqlite:///{tmp_path / 'portal.db'}"
