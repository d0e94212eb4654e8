"""T25: what Telegram was told we have is answered, however the process ends. A real `python -m bot run` is killed."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.drivers.sandbox import Person
from tests.house import Grounds, grounds
from tests.proof import Proof
from tests.resilience.ledger import Ledger, ledger
from tests.resilience.process import BotProcess, bot_process

PEOPLE = 25
SWEEP = 150  # seconds that the last process has for what the killed ones left: leases must run out


@dataclass
class Crowd:
    """People who each ask for something again and again."""

    people: list[Person]
    asked: Counter[int]

    async def ask(self, times: int) -> None:
        """This many updates, from the people in turn; every one of them changes its person's dialog."""
        askers = [self.people[number % len(self.people)] for number in range(times)]
        for start in range(0, times, len(self.people)):
            await asyncio.gather(*(person.send("/hilfe") for person in askers[start : start + len(self.people)]))
        self.asked.update(person.id for person in askers)


async def crowd(outside: Grounds) -> Crowd:
    """People who have never been seen by the bot."""
    await outside.client.switch(rate_limits=False, validation=False)
    return Crowd([await outside.client.person(f"P{number}") for number in range(PEOPLE)], Counter())


async def polling(outside: Grounds, within: float = 30) -> None:
    """Hold until the process polls: a killed one's lease has to run out first."""
    await outside.client.bot_polls(within=within)


async def confirmed(outside: Grounds, number: int) -> None:
    """Hold until the bot has confirmed the update of this number."""
    await outside.client.request("GET", "/sim/updates", bot=outside.client.bot, confirmed=number, wait=20)


async def next_number(outside: Grounds) -> int:
    """The number that the next update gets."""
    found = await outside.client.request("GET", "/sim/updates", bot=outside.client.bot)
    return int(str(found["next_update_id"]))


async def one_life(outside: Grounds, crowd: Crowd, process: BotProcess, updates: int, kill_after: int) -> None:
    """Updates come in, and once the bot has confirmed some of them it is killed."""
    await polling(outside)
    first = await next_number(outside)
    asking = asyncio.create_task(crowd.ask(updates))
    await confirmed(outside, first + kill_after)
    await process.kill()
    await asking


async def check(book: Ledger, crowd: Crowd, states: Counter[str]) -> tuple[int, int]:
    """(updates lost, updates that changed the state twice) after everything has settled."""
    steps = await book.steps()
    lost = sum(max(0, asked - steps.get(person, 0)) for person, asked in crowd.asked.items())
    twice = sum(max(0, steps.get(person, 0) - asked) for person, asked in crowd.asked.items())
    return lost + states["dead"], twice


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
