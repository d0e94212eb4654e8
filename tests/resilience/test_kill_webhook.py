"""T25 by webhook: whatever Telegram got a 2xx for is answered, however the process ends, and however many share it."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App
from tests.house import Grounds, MovableClock, grounds, with_webhook
from tests.journeys.words import Words
from tests.proof import Proof
from tests.resilience.balancer import balancer
from tests.resilience.crowd import Crowd, check, confirmed, crowd, next_number
from tests.resilience.ledger import ledger
from tests.resilience.process import BotProcess, bot_process

SWEEP = 150  # seconds that the last process has for what the killed ones left: leases must run out


async def one_life(outside: Grounds, crowd: Crowd, process: BotProcess, updates: int, kill_after: int) -> None:
    """Updates come in, and once the bot has answered some of them with 2xx it is killed."""
    await outside.client.bot_polls(how="webhook", within=30)
    first = await next_number(outside)
    asking = asyncio.create_task(crowd.ask(updates))
    await confirmed(outside, first + kill_after)
    await process.kill()
    await asking


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.proof("T25", target="100 kills, 10,000 updates: 0 lost, 0 processed twice (webhook)")
async def test_killed_again_and_again(proof: Proof, tmp_path: Path) -> None:
    """Whatever was answered with 2xx changes its state exactly once, through any number of kills."""
    kills, updates = proof.count(100, "kills"), proof.count(10_000, "updates")
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(grounds(tmp_path, url))
        book = await stack.enter_async_context(ledger(url))
        settings, people = with_webhook(outside.settings), await crowd(outside)
        for _ in range(kills):
            async with bot_process(settings, tmp_path) as process:
                each = updates // kills
                await one_life(outside, people, process, each, proof.random.randrange(each))
        async with bot_process(settings, tmp_path) as process:
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
@pytest.mark.timeout(300)
@pytest.mark.proof("T26", target="200 times told to stop: within 10 s, 0 rows left claimed, 0 lost (webhook)")
async def test_told_to_stop_while_updates_come(proof: Proof, tmp_path: Path) -> None:
    """SIGTERM while updates arrive and answers are on their way: the end is soon, and every update is answered once."""
    rounds, each = proof.count(200 if proof.full else 60, "rounds"), 20  # starting takes most of the time
    url, slowest, claimed = f"sqlite:///{tmp_path / 'bot.db'}", 0.0, 0
    async with grounds(tmp_path, url) as outside, ledger(url) as book:
        settings, people = with_webhook(outside.settings), await crowd(outside)
        for _ in range(rounds):
            async with bot_process(settings, tmp_path) as process:
                await outside.client.bot_polls(how="webhook", within=30)
                first = await next_number(outside)
                asking = asyncio.create_task(people.ask(each))
                await confirmed(outside, first + proof.random.randrange(each))
                slowest = max(slowest, await process.terminate())
                claimed += await book.claimed()
                await asking
        async with bot_process(settings, tmp_path) as process:
            states = await book.settled(outside.client, rounds * each, within=60)
            await process.terminate()
        lost, twice = await check(book, people, states)
    proof.record(
        figure=f"{rounds} rounds: at most {slowest:.1f} s, {claimed} left claimed, {lost} lost, {twice} twice",
        passed=slowest <= 10 and (claimed, lost, twice) == (0, 0, 0),
    )
    assert slowest <= 10
    assert states == Counter(done=rounds * each)
    assert (claimed, lost, twice) == (0, 0, 0)


async def test_two_processes_share_the_work(tmp_path: Path, database_url: str) -> None:
    """Behind a balancer that turns to another process each time, everybody is answered once and in order."""
    words, rounds = Words("de"), 6
    async with grounds(tmp_path, database_url) as outside, balancer() as middle, ledger(database_url) as book:
        clock, apps = MovableClock(), []
        for _ in range(2):
            settings = with_webhook(outside.settings)
            middle.upstreams.append(settings.public_url or "")
            apps.append(App(replace(settings, public_url=middle.url), clock=clock))
        try:
            for app in apps:
                await app.start()
            await outside.client.bot_polls(how="webhook")
            anna = await outside.client.person("Anna")
            for _ in range(rounds):
                await anna.send("/hilfe")
                await anna.send("/menue")
            states = await book.settled(outside.client, 2 * rounds, within=30)
            name = "eservice_webhook_requests_total"
            taken = [app.metrics.registry.get_sample_value(name, {"status": "200"}) for app in apps]
        finally:
            for app in apps:
                await app.stop()
        said = [words("help-title") in message.text for message in (await anna.transcript()).from_bot]

    assert states == Counter(done=2 * rounds)
    assert taken == [rounds, rounds]
    assert said == [True, False] * rounds
