"""What the migrations make is what the tables say, and the start goes to the newest of them."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage import migrate
from storage.engine import Database
from storage.tables import metadata

MADE_BY_HAND = {"uq_connections_live", "ix_notices_own"}  # indexes over some rows only


def test_the_start_goes_to_the_newest_revision() -> None:
    """`HEAD` is written down, so that the usual start need not read the folder."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.HEAD


async def test_tables_and_migrations_agree(database: Database) -> None:
    """Nothing is in one and not in the other: tables, columns, keys, indexes."""

    def differences(connection: Connection) -> list[str]:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
        return [str(one) for one in found if getattr(one[1], "name", "") not in MADE_BY_HAND]

    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []
