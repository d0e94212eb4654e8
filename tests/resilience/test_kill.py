"""T25: what Telegram was told we have is answered, however the process ends. A real `python -m bot run` is killed."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.house import Grounds, grounds
from tests.proof import Proof
from tests.resilience.crowd import Crowd, check, confirmed, crowd, next_number
from tests.resilience.ledger import ledger
from tests.resilience.process import BotProcess, bot_process

SWEEP = 150  # seconds that the last process has for what the killed ones left: leases must run out


async def polling(outside: Grounds, within: float = 30) -> None:
    """Hold until the process polls: a killed one's lease has to run out first."""
    await outside.client.bot_polls(within=within)


async def one_life(outside: Grounds, crowd: Crowd, process: BotProcess, updates: int, kill_after: int) -> None:
    """Updates come in, and once the bot has confirmed some of them it is killed."""
    await polling(outside)
    first = await next_number(outside)
    asking = asyncio.create_task(crowd.ask(updates))
    await confirmed(outside, first + kill_after)
    await process.kill()
    await asking


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.proof("T25", target="100 kills, 10,000 updates: 0 lost, 0 processed twice (polling)")
async def test_killed_again_and_again(proof: Proof, tmp_path: Path) -> None:
    """Whatever was confirmed to Telegram changes its state exactly once, through any number of kills."""
    kills, updates = proof.count(100, "kills"), proof.count(10_000, "updates")
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(grounds(tmp_path, url))
        book = await stack.enter_async_context(ledger(url))
        people = await crowd(outside)
        for _ in range(kills):
            async with bot_process(outside.settings, tmp_path) as process:
                each = updates // kills
                await one_life(outside, people, process, each, proof.random.randrange(each))
        async with bot_process(outside.settings, tmp_path) as process:
            states = await book.settled(outside.client, updates, within=SWEEP)
            await process.terminate()
        lost, twice = await check(book, people, states)
    proof.record(
        figure=f"{kills} kills, {updates} updates: {lost} lost, {twice} processed twice, {states['dead']} dead letters",
        passed=(lost, twice) == (0, 0),
    )
    assert states == Counter(done=updates)
    assert (lost, twice) == (0, 0)


@pytest.mark.slow
async def test_told_to_stop_in_the_middle(tmp_path: Path) -> None:
    """SIGTERM with answers in flight: the end comes within 10 s, no row stays claimed, the next start answers all."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    async with grounds(tmp_path, url) as outside, ledger(url) as book:
        people = await crowd(outside)
        await outside.client.fault("delay", method="sendMessage", seconds=30, times=None)
        async with bot_process(outside.settings, tmp_path) as process:
            await polling(outside)
            first = await next_number(outside)
            await people.ask(60)
            await confirmed(outside, first + 59)
            seconds = await process.terminate()
        assert seconds <= 10
        assert await book.claimed() == 0
        assert (await book.states())["open"] == 60
        await outside.client.mend()
        async with bot_process(outside.settings, tmp_path) as process:
            states = await book.settled(outside.client, 60, within=30)
            await process.terminate()
        assert states == Counter(done=60)
        assert await check(book, people, states) == (0, 0)


@pytest.mark.slow
async def test_an_idle_bot_ends_at_once(tmp_path: Path) -> None:
    """With nothing in flight SIGTERM takes a moment, and the next start polls without waiting for a lease."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    async with grounds(tmp_path, url) as outside:
        async with bot_process(outside.settings, tmp_path) as process:
            await polling(outside)
            assert await process.terminate() < 5
            assert process.process.returncode == 0
        async with bot_process(outside.settings, tmp_path):
            await polling(outside, within=7)
            person = await outside.client.person("Anna")
            await person.send("/hilfe")
            assert await person.sees("Hilfe")
