"""`make bench`: the servers on one core, the bots on another, everything measured in turns, three times."""

import asyncio
import os
import secrets
import shutil
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import uvloop

from bench.bots import AIOGRAM, OURS, PEOPLE, PTB, Bots, Measured, Stage
from bench.fanout import fan_out
from bench.morning import CUSTOMERS, Morning
from bench.outbox import CHATS, MESSAGES, Planned, Sent
from bench.poll import SIZES, Poll
from bench.portal import ReplayedPortal, record
from bench.process import ROOT, Process
from bench.scenarios import SCENARIOS, Run, Scenario, run
from bench.serving import Server
from bench.summary import Measurements, Start, machine, table, write
from bench.telegram import Telegram

ROUNDS = 3
FOLDER, RESULTS = ROOT / "var" / "bench", ROOT / "docs" / "bench"
NAMES = (OURS, PTB, AIOGRAM)


class Bench:
    """The servers, running, and what is measured against them."""

    def __init__(self, folder: Path, cores: tuple[int, int]) -> None:
        self._folder = folder
        self._core = cores[1]
        self._telegram = Telegram()
        os.sched_setaffinity(0, {cores[0]})

    async def measure(self, rounds: int, scenarios: Sequence[Scenario], names: Sequence[str] = NAMES) -> Measurements:
        """Everything, in turns."""
        self._portal = ReplayedPortal(await record(self._folder))
        async with Server(self._telegram.serve) as telegram, Server(self._portal.serve) as portal:
            self._portal.move_to(portal.url)
            bots = Bots(Stage(telegram.url, portal.url, self._folder, self._core), self._telegram)
            self._telegram.add("1:ceiling", 1)
            ceiling = await self._print("bench.ceiling", telegram.url.removeprefix("http://"), "1:ceiling")
            await bots.prepare()
            runs: list[Run] = []
            starts: list[Start] = []
            ingest: list[float] = []
            sent: list[Sent] = []
            for number in range(rounds):
                _say(f"round {number + 1} of {rounds}")
                ingest.append(await self._print("bench.ingest", str(self._folder / f"ingest-{number}.db")))
                round_runs, round_starts = await self._round(bots, scenarios, names)
                runs += round_runs
                starts += round_starts
                sent.append(await self._outbox(telegram.url))
            _say("the outbox")
            planned = Planned(**await self._said("bench.outbox", "plan", str(self._folder), str(CHATS)))
            morning = Morning(**await self._said("bench.morning", str(CUSTOMERS)))
            told = await fan_out(bots)
            _say("polls")
            polls = [Poll(**await self._said("bench.poll", str(self._folder), str(size))) for size in SIZES]
        figures = (tuple(runs), tuple(starts), tuple(ingest), ceiling, datetime.now(UTC), PEOPLE, tuple(polls))
        return Measurements(*figures, tuple(sent), planned, morning, told)

    async def _outbox(self, url: str) -> Sent:
        """As many messages as the transport allows, by a bare loop and by the outbox."""
        token = f"2:{secrets.token_hex(20)}"
        self._telegram.add(token, 1)
        return Sent(**await self._said("bench.outbox", "send", str(self._folder), str(MESSAGES), url, token))

    async def _round(
        self, bots: Bots, scenarios: Sequence[Scenario], names: Sequence[str]
    ) -> tuple[list[Run], list[Start]]:
        """All bots up, and each scenario with one bot after the other, so that a busy minute meets all of them."""
        up: list[Measured] = []
        runs: list[Run] = []
        try:
            for name in names:
                up.append(await bots.start(name))
            for place, scenario in enumerate(scenarios):
                for turn in range(len(up)):
                    runs.append(await run(up[(place + turn) % len(up)], self._portal, scenario))
            ends = [bot.process.memory() for bot in up]
        finally:
            for bot in up:
                await bot.process.stop()
        return runs, [Start(b.name, b.first_poll, b.idle.now, end.peak) for b, end in zip(up, ends, strict=True)]

    async def _print(self, *module: str) -> float:
        """The figure that a process on the bots' core prints."""
        return float(await self._last_line(*module))

    async def _said(self, *module: str) -> dict[str, Any]:
        """The figures that it prints as JSON."""
        found: dict[str, Any] = orjson.loads(await self._last_line(*module))
        return found

    async def _last_line(self, *module: str) -> str:
        output = self._folder / "output.log"
        output.unlink(missing_ok=True)
        await (await Process.spawn(self._core, self._folder, {}, *module)).ended()
        return output.read_text().splitlines()[-1]


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main() -> None:
    """Measure, print, write."""
    about, began = machine(), time.perf_counter()
    cores = sorted(os.sched_getaffinity(0))
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        measured = runner.run(Bench(FOLDER, (cores[0], cores[-1])).measure(ROUNDS, SCENARIOS))
    write(RESULTS, measured, about)
    sys.stdout.write(table(measured, about))
    _say(f"{time.perf_counter() - began:.0f} s; written to docs/bench/")


if __name__ == "__main__":
    main()
