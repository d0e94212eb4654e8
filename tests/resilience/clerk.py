"""The road for changes in a process of its own: does what many taps at once would do, at standard input's word.

Each line in is `{"do": "confirm" | "answer", "action", "person", "pin", "times"}` objects in a list, all of them at
once; the line out is a list of `[action, told]`: the state that a tap was shown, or the name of its refusal. An empty
list asks the portal what became of changes.
"""

import asyncio
import itertools
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from bot.app import App
from bot.log import configure
from bot.settings import LogFormat, LogLevel, Settings, load
from bot.values import Secret
from portal.errors import PortalError
from services.errors import Refusal
from tests.resilience.process import environment

Told = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Taps:
    """So many taps of a person on one button; with a PIN: so many answers."""

    action: UUID
    person: int
    pin: str = ""
    times: int = 1

    def line(self) -> dict[str, object]:
        """As it goes over the pipe."""
        return {"action": str(self.action), "person": self.person, "pin": self.pin, "times": self.times}


@dataclass
class Clerk:
    """The process, seen from the test."""

    process: asyncio.subprocess.Process

    async def do(self, taps: Sequence[Taps]) -> list[Told]:
        """All at once; how each ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([each.line() for each in taps]).encode() + b"\n")
        return [(action, told) for action, told in json.loads(await self.process.stdout.readline())]


@asynccontextmanager
async def clerk(settings: Settings, folder: Path) -> AsyncIterator[Clerk]:
    """A process for the length of a block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        cwd=folder,
        env={**os.environ, **environment(settings)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Clerk(process)
    finally:
        process.kill()
        await process.wait()


async def tapped(app: App, taps: Taps, update_id: int) -> Told:
    """One tap."""
    try:
        if taps.pin:
            step = await app.acting.answer(taps.action, taps.person, taps.pin, update_id)
        else:
            step = await app.acting.confirm(taps.action, taps.person, update_id)
        return str(taps.action), str(step.action.state)
    except (Refusal, PortalError) as no:
        return str(taps.action), type(no).__name__


def of_the_test() -> Settings:
    """The test's settings. Its PostgreSQL is reached over a socket, which an operator's must not be."""
    database = os.environ.pop("DATABASE_URL")
    return replace(load(os.environ, Path.cwd()), database_url=Secret(database))


async def serve() -> None:
    """Until standard input ends."""
    app, numbers = App(of_the_test()), itertools.count(os.getpid() * 1_000_000)
    while line := await asyncio.to_thread(sys.stdin.readline):
        taps = [Taps(UUID(each["action"]), each["person"], each["pin"], each["times"]) for each in json.loads(line)]
        told = await asyncio.gather(*(tapped(app, each, next(numbers)) for each in taps for _ in range(each.times)))
        if not taps:
            await app.following.run_once()
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    configure(LogLevel.ERROR, LogFormat.JSON)
    asyncio.run(serve())
