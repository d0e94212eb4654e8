"""Bring a database to the schema of this release; the usual start only reads one row to see that it is there."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.engine import Database

HEAD = "0008"  # the newest revision: tests hold it against the folder
_LOCK = 2300229  # an arbitrary number that only this product's migrations lock


async def migrate(database: Database) -> None:
    """Upgrade to HEAD, one process at a time. Raises what the database raises."""
    if await current(database) == HEAD:
        return
    async with database.writing() as connection:
        if not database.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        await connection.run_sync(_upgrade)


async def current(database: Database) -> str | None:
    """The revision the database is at; None for an empty one."""
    async with database.reading() as connection:
        if not await connection.run_sync(lambda plain: inspect(plain).has_table("alembic_version")):
            return None
        return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()


def _upgrade(connection: Connection) -> None:
    from alembic import command  # imported here: it costs start-up time and is seldom needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
