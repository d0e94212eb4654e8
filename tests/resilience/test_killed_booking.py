"""T14: the bot is killed at every point where a booking is written down or sent, and the next one tells the truth."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from portal.server.access.links import send_activation
from portal.server.settings import PortalSettings
from storage.engine import Database
from tests.drivers.sandbox import Person
from tests.house import MAX, Grounds, grounds
from tests.proof import Proof
from tests.resilience.honesty import PATIENCE, Told, free_again, ordered, settled, to_question, told, yes
from tests.resilience.process import environment

STEP = 100  # seconds by which each process's clock is ahead of the one before: every lease has ended


@dataclass
class Stage:
    """The world outside, and the process of the moment."""

    outside: Grounds
    folder: Path
    database: Database
    process: asyncio.subprocess.Process | None = None
    lives: int = 0

    async def live(self) -> asyncio.subprocess.Process:
        """The next process, when it polls."""
        command = ("-m", "tests.resilience.mortal", str(self.folder), str(self.lives * STEP))
        env = {**os.environ, **environment(self.outside.settings)}
        self.lives += 1
        self.process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=self.folder, env=env)
        await self.outside.client.bot_polls(within=PATIENCE)
        return self.process

    async def connected(self) -> Person:
        """Max, by mail and PIN."""
        client, context = self.outside.client, self.outside.portal.context
        await client.switch(rate_limits=False)
        person = await client.person("Max", phone=MAX[1], mail=MAX[2])
        async with context.database.writing() as connection:
            await send_activation(context, connection, f"acc-{MAX[0]}", kind="activation")
        context.post.set()
        await person.open_link(next(link for link in (await client.mail(MAX[2], PATIENCE)).links if "start=" in link))
        await person.tap("PIN", within=PATIENCE)
        await person.send((await client.sms(MAX[1], PATIENCE)).pin)
        await person.sees("✅", PATIENCE, new=True)
        return person

    async def booking(self, person: Person, die_at: int) -> Told:
        """One booking; the process dies at this point, if there is one, and another goes on."""
        await free_again(self.outside.portal)
        await to_question(person)
        since, before = await self.outside.client.version(), await ordered(self.outside.portal)
        assert self.process is not None
        self._dies_at(die_at)
        dying, acting = (
            asyncio.create_task(self.process.wait()),
            asyncio.create_task(yes(person, self.outside.client, self.database)),
        )
        await asyncio.wait((dying, acting), return_when=asyncio.FIRST_COMPLETED)
        if not acting.done() or dying.done():
            await dying
            self._dies_at(None)
            await self.live()
        dying.cancel()
        await acting
        await self._settled()
        return await told(person, since, self.outside.portal, before)

    async def killed_booking(self, person: Person, die_at: int) -> Told:
        """The same until it did die: beats fall in between as they like, and the last points may not be passed."""
        lives = self.lives
        while True:
            ended = await self.booking(person, die_at)
            if self.lives > lives or not ended.is_true:
                return ended
            die_at -= 1

    async def _settled(self) -> None:
        """Until everything is told; it may still die on the way there."""
        assert self.process is not None
        dying = asyncio.create_task(self.process.wait())
        resting = asyncio.create_task(settled(self.database, self.outside.client))
        await asyncio.wait((dying, resting), return_when=asyncio.FIRST_COMPLETED)
        self._dies_at(None)
        if dying.done():
            await self.live()
        dying.cancel()
        await resting

    def _dies_at(self, point: int | None) -> None:
        """Tell the process; it counts from now on."""
        order = self.folder / "die_at"
        if point is None:
            order.unlink(missing_ok=True)
        else:
            order.write_text(str(point))

    def passed(self) -> list[str]:
        """The points of the last booking, and a clean sheet for the next."""
        sheet = self.folder / "passed"
        lines = sheet.read_text().splitlines()
        sheet.unlink()
        return lines


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    """For the length of a block."""

    def prompt(settings: PortalSettings) -> PortalSettings:
        return replace(settings, order_pace=0.0)

    url = f"sqlite:///{folder / 'bot.db'}"
    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(grounds(folder, url, portal=prompt))
        database = Database(url)
        stack.push_async_callback(database.close)
        made = Stage(outside, folder, database)
        try:
            yield made
        finally:
            if made.process is not None and made.process.returncode is None:
                made.process.kill()
                await made.process.wait()


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.proof("T14", target="killed at each write point: 1 order or 0; user told the truth in 100 %")
async def test_killed_at_every_point_of_a_booking(proof: Proof, tmp_path: Path) -> None:
    """Before and after every commit and every call: what the chat says in the end is what the portal has."""
    async with stage(tmp_path) as here:
        await here.live()
        person = await here.connected()
        whole = await here.booking(person, die_at=0)
        assert (len(whole.orders), whole.is_true) == (1, True), whole
        points = here.passed()
        chosen = proof.random.sample(range(1, len(points) + 1), proof.count(len(points), "kills", least=2))
        ended = [(points[number - 1], await here.killed_booking(person, number)) for number in chosen]
    wrong = [(name, end) for name, end in ended if len(end.orders) > 1 or not end.is_true]
    orders = sum(len(end.orders) for _, end in ended)
    proof.record(
        figure=f"{len(ended)} kills at {len(points)} points, {orders} orders, {len(wrong)} untrue", passed=not wrong
    )
    assert wrong == []
    assert here.lives > len(ended)
