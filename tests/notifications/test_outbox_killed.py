"""The outbox and the processes that work it off: killed, stopped, told to end, and two at once."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.engine import Database, DatabaseUnavailable
from storage.notices import LEASE
from storage.tables import notices
from storage.vault import Vault, generate_key, parse_keys
from tests.databases import fresh_file
from tests.notifications.outbox import NO_LIMITS, Outbox, outbox
from tests.notifications.telegram import TOKEN, Telegram
from tests.notifications.worker import SharedClock
from tests.proof import Proof

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Floor:
    """A folder with an outbox in it, Telegram, and processes that come and go."""

    folder: Path
    box: Outbox
    sim: Telegram

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """A process; it does not outlive the block."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = (sys.executable, "-m", "tests.notifications.worker", str(self.folder))
        process = await asyncio.create_subprocess_exec(*command, cwd=self.folder, env=environment)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def stall(self, process: asyncio.subprocess.Process) -> None:
        """Stop it, but not within a write: while SQLite's lock is held nobody can take over, and nothing goes wrong."""
        while True:
            process.send_signal(signal.SIGSTOP)
            try:
                await self.box.notices.renew([], self.box.clock())
            except DatabaseUnavailable:
                process.send_signal(signal.SIGCONT)
                await asyncio.sleep(0.02)  # it needs a moment to get out of its write
            else:
                return

    def later(self) -> None:
        """Every lease is over."""
        path = self.folder / "later"
        path.write_text(str(float(path.read_text()) + LEASE.total_seconds() + 1))

    def set_out(self) -> int:
        """How many messages the workers have handed to the wire."""
        return (self.folder / "set-out").stat().st_size

    async def committed(self) -> int:
        """How many are known to be sent."""
        return await self._count("sent")

    async def claimed(self) -> int:
        """How many some process says it has in hand."""
        return await self._count("running")

    async def _count(self, state: str) -> int:
        async with self.box.database.reading() as connection:
            return int((await connection.execute(select(func.count()).where(notices.c.state == state))).scalar_one())

    async def drained(self, within: float = 60) -> None:
        """Hold until nothing waits."""
        ends = asyncio.get_running_loop().time() + within
        while await self.box.notices.work.waiting():
            assert asyncio.get_running_loop().time() < ends, "still not all told"
            await asyncio.sleep(0.02)  # the cores belong to the workers


@pytest.fixture
async def floor(tmp_path: Path, sim: Telegram) -> AsyncIterator[Floor]:
    """A migrated database, and workers that send a hundred messages a second."""
    key = generate_key()
    (tmp_path / "order.json").write_text(json.dumps({"telegram": sim.url, "key": key, "overall": 100}))
    (tmp_path / "later").write_text("0")
    (tmp_path / "set-out").touch()
    database = Database(await fresh_file(tmp_path))
    clock = SharedClock(tmp_path)
    async with outbox(database, Vault(parse_keys(key)), sim.url, TOKEN, clock, limits=NO_LIMITS) as box:
        yield Floor(tmp_path, box, sim)
    await database.close()


async def subscribed(floor: Floor, count: int) -> list[int]:
    """So many chats that want everything."""
    chats = floor.sim.people(count)
    await floor.box.subscribe_all(chats, await floor.box.connect())
    return chats


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.proof("T24", target=">= 100 kills in 5,000 sends: 0 lost; dups <= accepted and not committed at a kill")
async def test_killed_again_and_again(proof: Proof, floor: Floor) -> None:
    """Whatever was found is told, and twice only where Telegram had taken it and nobody could write that down."""
    kills, sends = proof.count(100, "kills"), proof.count(5_000, "sends")
    await subscribed(floor, sends)
    await floor.box.happen(1)
    uncommitted = 0
    for _ in range(kills):
        async with floor.worker() as process:
            start = floor.sim.count
            await floor.sim.told(min(sends, start + 1 + proof.random.randrange(sends // kills)))
            process.kill()
            await process.wait()
        await floor.sim.caught_up()
        uncommitted = sum(floor.sim.received().values()) - await floor.committed()
        floor.later()
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with floor.worker():
        await floor.drained()
    seconds, received = loop.time() - began, floor.sim.received()
    lost, doubled = sends - len(received), sum(received.values()) - len(received)
    proof.record(
        figure=f"{kills} kills, {sends} sends: {lost} lost, {doubled} doubled ({uncommitted} were accepted and not "
        f"committed at a kill), {seconds:.1f} s after the last kill",
        passed=lost == 0 and doubled <= uncommitted and seconds <= 60,
    )
    assert lost == 0
    assert doubled <= uncommitted
    assert seconds <= 60


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.proof("T26", target="exit <= 10 s; 0 rows left claimed; 0 lost")
async def test_told_to_end_in_the_middle(proof: Proof, floor: Floor) -> None:
    """What is on its way is written down, the rest is given back at once, and the next process goes on with it."""
    rounds, each = proof.count(200, "rounds") if proof.full else 3, 30
    chats = await subscribed(floor, each)
    slowest, left = 0.0, 0
    loop = asyncio.get_running_loop()
    for number in range(rounds):
        await floor.box.happen(number)
        start = floor.sim.count
        async with floor.worker() as process:
            await floor.sim.told(start + 1 + proof.random.randrange(each // 2))
            began = loop.time()
            process.send_signal(signal.SIGTERM)
            await process.wait()
            slowest = max(slowest, loop.time() - began)
        left += await floor.claimed()
    async with floor.worker():
        await floor.drained()
    received = floor.sim.received()
    lost, doubled = rounds * each - len(received), sum(received.values()) - len(received)
    proof.record(
        figure=f"slowest end {slowest:.1f} s, {left} left claimed, {lost} lost, {doubled} doubled",
        passed=slowest <= 10 and (left, lost, doubled) == (0, 0, 0),
    )
    assert len(chats) == each
    assert slowest <= 10
    assert (left, lost, doubled) == (0, 0, 0)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.proof("T27", target="0 stale writes; dups <= what was on its way at the stall")
async def test_stopped_past_its_lease(proof: Proof, floor: Floor) -> None:
    """A successor takes over; whoever wakes up after that sends nothing of the old and writes nothing down."""
    rounds, each = proof.count(200, "rounds") if proof.full else 3, 40
    await subscribed(floor, each)
    allowed = 0
    async with floor.worker() as stalled:
        for number in range(rounds):
            start, before = floor.sim.count, floor.set_out()
            await floor.box.happen(number)
            await floor.sim.told(start + 1 + proof.random.randrange(each // 2))
            await floor.stall(stalled)
            allowed += floor.set_out() - before - (await floor.committed() - number * each)
            floor.later()
            await floor.box.work()
            stalled.send_signal(signal.SIGCONT)
            await floor.drained()
        stalled.send_signal(signal.SIGTERM)
        await stalled.wait()
    received = floor.sim.received()
    stale = rounds * each - await floor.committed()
    lost, doubled = rounds * each - len(received), sum(received.values()) - len(received)
    proof.record(
        figure=f"{rounds} stalls: {stale} stale writes, {lost} lost, {doubled} doubled ({allowed} were on their way)",
        passed=(stale, lost) == (0, 0) and doubled <= allowed,
    )
    assert (stale, lost) == (0, 0)
    assert doubled <= allowed


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.proof("T28", target="two processes, 10,000 notices: 0 doubled, 0 lost without faults; each in order")
async def test_two_share_the_work(proof: Proof, floor: Floor) -> None:
    """Each notice is sent by one of them, and a chat's notices in order."""
    count = proof.count(10_000, "notices")
    chats = await subscribed(floor, count // 5)
    async with floor.worker() as one, floor.worker() as other:
        for number in range(5):
            await floor.box.happen(number)
            await floor.sim.told((number + 1) * len(chats), within=300)
        await floor.drained()
        for process in (one, other):
            process.send_signal(signal.SIGTERM)
            await process.wait()
    received = floor.sim.received()
    wanted = 5 * len(chats)
    lost, doubled = wanted - len(received), sum(received.values()) - len(received)
    in_order = all(floor.sim.messages(chat) == [f"invoice/{number}" for number in range(5)] for chat in chats)
    proof.record(
        figure=f"{wanted} notices: {lost} lost, {doubled} doubled, {'each' if in_order else 'not each'} chat in order",
        passed=(lost, doubled) == (0, 0) and in_order,
    )
    assert (lost, doubled) == (0, 0)
    assert in_order
