"""The bench measures what it says: its servers, one short run of a real bot, and what it writes down."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import InvalidToken

from bench import ingest, morning, outbox, poll
from bench.bots import AIOGRAM, OURS, PTB, Bots, Stage
from bench.ceiling import measure as ceiling
from bench.fanout import FanOut, fan_out
from bench.morning import Morning
from bench.outbox import Planned, Sent
from bench.poll import Poll
from bench.portal import PRODUCTS, ReplayedPortal, record
from bench.scenarios import SCENARIOS, Run, Scenario, run
from bench.serving import Server
from bench.summary import Measurements, Start, goals, medians, write
from bench.telegram import FIRST_PERSON, Telegram
from portal.calls import PortalAccess
from portal.client import Portal
from portal.models import AccessToken
from portal.wire import Wire

TOKEN = "1001:" + "t" * 35
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Vertrag", callback_data="x:y")]])


def chat_of(update: Update) -> int:
    """The chat that an update is from."""
    assert update.effective_chat is not None
    return update.effective_chat.id


async def test_a_round_of_polls_asks_once_for_each_account(tmp_path: Path) -> None:
    """One request each, and little more than one query: whatever is looked up is looked up for many at once."""
    found = await poll.measure(tmp_path / "bot.db", 120)
    assert (found.accounts, found.requests) == (120, 120)
    assert 120 < found.queries < 1.5 * 120


async def test_telegram_keeps_as_many_unanswered_as_it_says() -> None:
    """Updates come in batches, are gone when confirmed, and each answer brings the next one, from another person."""
    telegram = Telegram()
    side = telegram.add(TOKEN, people=300)
    async with Server(telegram.serve) as server, Bot(TOKEN, base_url=f"{server.url}/bot") as bot:
        side.begin(250)
        first = await bot.get_updates(timeout=1)
        again = await bot.get_updates(timeout=1)
        rest = await bot.get_updates(offset=first[-1].update_id + 1, timeout=1)
        side.mark()
        for update in first[:3]:
            sent = await bot.send_message(chat_of(update), "Ihre Verträge", reply_markup=KEYBOARD)
        figures = side.figures()

        assert (len(first), len(rest), side.unanswered) == (100, 100, 250)
        assert [u.update_id for u in again] == [u.update_id for u in first]
        assert all(u.message and u.message.text == "/vertraege" for u in (*first, *rest))
        assert len({chat_of(u) for u in (*first, *rest)}) == 200
        assert (figures.answers, figures.latency(0.5) > 0, sent.text) == (3, True, "Ihre Verträge")
        assert orjson.loads(side.sample["reply_markup"]) == KEYBOARD.to_dict()
        assert await side.end(patience=0) == 250


async def test_a_held_poll_is_answered_by_the_next_update() -> None:
    """Without updates a poll is held; it gets what comes, after the delay that is set."""
    telegram = Telegram()
    side = telegram.add(TOKEN, people=2)
    async with Server(telegram.serve) as server, Bot(TOKEN, base_url=f"{server.url}/bot") as bot:
        poll = asyncio.create_task(bot.get_updates(timeout=20))
        await side.polled.wait()
        side.delay = 0.01
        side.begin(1)
        (update,) = await poll
        assert chat_of(update) == FIRST_PERSON


async def test_an_unknown_bot_is_refused() -> None:
    """A token that nobody announced gets Telegram's 401."""
    async with Server(Telegram().serve) as server:
        bot = Bot(TOKEN, base_url=f"{server.url}/bot")
        try:
            with pytest.raises(InvalidToken):
                await bot.initialize()
        finally:
            for request in bot._request:
                await request.shutdown()  # the bot itself counts as never started, and closes nothing


async def test_the_product_is_measured_against_recorded_answers(tmp_path: Path) -> None:
    """What the reference portal said is what the replayed one says, and the real bot answers from it."""
    portal, telegram, wire = ReplayedPortal(await record(tmp_path)), Telegram(), Wire()
    async with Server(telegram.serve) as first, Server(portal.serve) as second:
        portal.move_to(second.url)
        client = Portal(PortalAccess(second.url, "bench", "s" * 20), wire)
        contracts = await client.contracts(AccessToken("any"))
        info = await client.userinfo(AccessToken("any"))
        assert (len(contracts), info.customer_name) == (8, "Muster GmbH")
        assert (await wire.call("GET", f"{second.url}{PRODUCTS}", within=5)).status == 200
        unasked = PRODUCTS.partition("?")[0]  # with everything in it, which the bot does not ask for
        assert (await wire.call("GET", f"{second.url}{unasked}", within=5)).status == 404
        await wire.aclose()

        bots = Bots(Stage(first.url, second.url, tmp_path, core=0), telegram, people=20)
        await bots.prepare()
        for name in (OURS, PTB, AIOGRAM):
            bot = await bots.start(name)
            found = await run(bot, portal, replace(SCENARIOS[0], in_flight=10))
            await bot.process.stop()
            assert (found.bot, found.lost, found.rate > 0, found.cpu > 0, found.p99 > 0) == (name, 0, True, True, True)
            assert bot.idle.now > 10
            assert "Muster" in bot.side.sample["text"] or "Verträge" in bot.side.sample["text"]
        assert portal.calls > 30

        told = await fan_out(bots, private=20, groups=2)
        assert (told.chats, told.lost, told.doubled, told.unanswered) == (22, 0, 0, 0)
        assert told.commands > 0 < told.p50 <= told.p95


async def test_the_outbox_gives_figures(tmp_path: Path) -> None:
    """Planning and sending are done to the end, and take memory and time."""
    telegram = Telegram()
    side = telegram.add(TOKEN, people=1)
    async with Server(telegram.serve) as server:
        sent = await outbox.send(tmp_path, 40, server.url, TOKEN)
    assert set(side.told.values()) == {2 * outbox.ROUNDS}  # once by each in each round
    assert min(sent.rate, sent.bare_rate, sent.cpu, sent.bare_cpu) > 0
    planned = await outbox.plan(tmp_path, 30)
    assert (planned.chats, planned.seconds > 0) == (30, True)


def test_a_morning_in_virtual_time() -> None:
    """All calls are made, none of them over the limits, and hardly later than the limits allow."""
    with asyncio.Runner(loop_factory=morning._Loop) as runner:
        found = runner.run(morning.morning(40))
    assert (found.calls, found.floods) == (360, 0)
    assert 0.5 < found.of_the_floor < 1.3


async def test_ingest_and_ceiling_give_a_figure(tmp_path: Path) -> None:
    """Both smaller measurements work."""
    telegram = Telegram()
    telegram.add(TOKEN, people=1)
    async with Server(telegram.serve) as server:
        assert await ceiling(server.url.removeprefix("http://"), TOKEN, seconds=0.1) > 0
    assert await ingest.measure(tmp_path / "ingest.db", batches=2) > 0


def measured() -> Measurements:
    """Three rounds in which our bot makes twice as many answers as the naive ones."""
    runs = tuple(
        Run(bot, where, rate * (1 + number), p50=100, p99=200 + number, cpu=2, lost=0, load=0.1)
        for number in range(3)
        for where in SCENARIOS
        for bot, rate in ((OURS, 200.0), (PTB, 100.0), (AIOGRAM, 100.0))
    )
    starts = tuple(Start(bot, first_poll=1.0, idle=110, peak=150) for bot in (OURS, PTB, AIOGRAM))
    figures = (runs, starts, (4000, 6000, 8000), 20_000, datetime(2026, 3, 1, 12, tzinfo=UTC), 512)
    return Measurements(
        *figures,
        polls=(Poll(1000, 1000, 40, 2.0),),
        sent=tuple(Sent(rate, 0.5, 1000, 0.3) for rate in (500, 650, 700)),
        planned=Planned(100_000, 9, 120),
        morning=Morning(10_000, 90_000, 3_100, 3_000, 0),
        fan_out=FanOut(5_100, 180, 170, 2, 0, 0, 300, 0, 30, 80),
    )


def test_medians_and_goals() -> None:
    """A figure is the median of its rounds; a goal says what it is compared with and whether it is met."""
    found = {run.bot: run for run in medians(measured().runs) if run.scenario == Scenario(256, 50, 0)}
    assert (found[OURS].rate, found[PTB].rate, found[OURS].p99) == (400, 200, 201)

    beside_ptb, beside_aiogram, durable, latency, memory, start, *notices = goals(measured())
    assert (beside_ptb.ratio, beside_ptb.met, beside_aiogram.ratio, beside_aiogram.met) == (2.0, False, 2.0, True)
    assert (durable.figure, durable.met, durable.baseline) == (6000, True, None)
    assert (latency.figure, latency.met, memory.met, start.met) == (201, True, True, True)

    fan_out, lost, floods, commands, morning, no_floods, sending, planning, planning_memory = notices
    assert (fan_out.ratio, fan_out.met, morning.ratio, morning.met) == (1.059, False, 1.033, True)
    assert (lost.met, floods.figure, floods.met, no_floods.met, commands.figure, commands.met) == (
        True, 0.04, True, True, 80, True,
    )  # fmt: skip
    assert (sending.ratio, sending.met, planning.met, planning_memory.met) == (0.65, True, True, False)


def test_results_and_readme_are_written(tmp_path: Path) -> None:
    """results.json has goals, machine, date and commit; of the readme only what is between the marks changes."""
    readme = tmp_path / "README.md"
    begin, end = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
    readme.write_text(f"# Method\n\n{begin}\nold\n{end}\n\nThe end.\n")
    about: dict[str, str | int | float] = {"cpu": "some", "cores": 2, "python": "3.11"}

    write(tmp_path, measured(), about)
    write(tmp_path, measured(), about)

    results = orjson.loads((tmp_path / "results.json").read_bytes())
    assert set(results["goals"][0]) >= {"name", "figure", "baseline", "ratio", "target", "met"}
    assert (results["machine"], results["people"], len(results["goals"])) == (about, 512, 15)
    assert date.fromisoformat(results["date"][:10]) == date(2026, 3, 1)
    assert results["commit"]
    text = readme.read_text()
    assert text.startswith("# Method\n")
    assert text.endswith("\n\nThe end.\n")
    assert "old" not in text
    assert text.count(OURS) == len(SCENARIOS) + 1
