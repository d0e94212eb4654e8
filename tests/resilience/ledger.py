"""What a bot's database says about the updates it took, read from outside while the bot may be running."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import func, select

from storage.engine import Database, DatabaseUnavailable
from storage.tables import dialogs, inbox
from tests.drivers.sandbox import SandboxClient


class Ledger:
    """Counts rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def states(self) -> Counter[str]:
        """How many updates are open, running, done or dead."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(inbox.c.state, func.count()).group_by(inbox.c.state))
            return Counter({str(state): int(count) for state, count in found.all()})

    async def claimed(self) -> int:
        """How many updates some process says it is working on."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(func.count()).where(inbox.c.state == "running"))
            return int(found.scalar_one())

    async def waiting(self) -> int:
        """How many updates were given back and wait."""
        return (await self.states())["open"]

    async def unburied(self) -> int:
        """How many dead letters still have somebody to apologise to."""
        async with self._database.reading() as connection:
            letters = (inbox.c.state == "dead", inbox.c.body_sealed.is_not(None))
            return int((await connection.execute(select(func.count()).where(*letters))).scalar_one())

    async def steps(self) -> dict[int, int]:
        """How often each person's dialog has changed: its version counts every change that was committed."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(dialogs.c.person_id, dialogs.c.version))
            return {int(person): int(version) for person, version in found.all()}

    async def settled(self, client: SandboxClient, wanted: int, within: float) -> Counter[str]:
        """Hold until this many updates are settled, one way or the other; looks again when the sandbox moves."""
        seen, states = 0, Counter[str]()
        loop = asyncio.get_running_loop()
        ends = loop.time() + within
        while loop.time() < ends:
            try:
                states = await self.states()
            except DatabaseUnavailable:
                states = Counter()  # no schema yet, or a moment of a lock
            if states["done"] + states["dead"] >= wanted:
                break
            seen = await moved(client, seen)
        return states


async def moved(client: SandboxClient, since: int) -> int:
    """Hold until anything happens in the sandbox, for a second at most."""
    found = await client.request("GET", "/sim/version", after=since, wait=1)
    return int(str(found["version"]))


@asynccontextmanager
async def ledger(database_url: str) -> AsyncIterator[Ledger]:
    """A look into a bot's database."""
    database = Database(database_url)
    try:
        yield Ledger(database)
    finally:
        await database.close()
