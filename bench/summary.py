"""From runs to figures: medians, goals, the table that is printed, and the two files in docs/bench/."""

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

import orjson

from bench.bots import AIOGRAM, OURS, PTB
from bench.fanout import FanOut
from bench.morning import Morning
from bench.outbox import Planned, Sent
from bench.poll import Poll
from bench.process import ROOT
from bench.scenarios import Run, Scenario

BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
FULL = 256
_CONTESTED = Scenario(FULL, 50, 0)  # throughput is compared here: Telegram takes 50 ms, the portal nothing
_WAITING = Scenario(50, 0, 50)  # 50 people and a portal that takes 50 ms

_GOALS = ("goal", "figure", "baseline", "ratio", "target", "met")
_RUNS = ("Telegram", "portal", "in flight", "bot", "answers/s", "p50 ms", "p99 ms", "CPU ms", "lost", "servers")
_POLLS = ("accounts connected", "requests", "queries", "seconds")
_STARTS = ("bot", "first getUpdates s", "idle MB", "peak MB")


@dataclass(frozen=True, slots=True)
class Start:
    """One start of one bot: seconds from spawn to the first getUpdates, resident MB idle and at most."""

    bot: str
    first_poll: float
    idle: float
    peak: float


@dataclass(frozen=True, slots=True)
class Measurements:
    """Everything that was measured."""

    runs: tuple[Run, ...]
    starts: tuple[Start, ...]
    ingest: tuple[float, ...]
    ceiling: float
    at: datetime
    people: int
    polls: tuple[Poll, ...]
    sent: tuple[Sent, ...]
    planned: Planned
    morning: Morning
    fan_out: FanOut


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure and what it shall be; `ratio` is figure to baseline where it is compared with another bot."""

    name: str
    unit: str
    figure: float
    baseline: float | None
    ratio: float | None
    target: str
    met: bool


def medians(runs: Sequence[Run]) -> list[Run]:
    """One run per bot and scenario, each figure the median of its runs."""
    grouped: dict[tuple[Scenario, str], list[Run]] = {}
    for run in runs:
        grouped.setdefault((run.scenario, run.bot), []).append(run)
    return [
        Run(
            bot,
            scenario,
            rate=median(r.rate for r in group),
            p50=median(r.p50 for r in group),
            p99=median(r.p99 for r in group),
            cpu=median(r.cpu for r in group),
            lost=median(r.lost for r in group),
            load=median(r.load for r in group),
        )
        for (scenario, bot), group in grouped.items()
    ]


def goals(measured: Measurements) -> list[Goal]:
    """The goals of the product and whether they are met."""
    found = {(run.bot, run.scenario): run for run in medians(measured.runs)}
    ours = found[OURS, _CONTESTED].rate
    where = "256 in flight, Telegram 50 ms, portal 0 ms"
    own = [start for start in measured.starts if start.bot == OURS]
    return [
        _compared(f"answers beside {PTB}: {where}", ours, found[PTB, _CONTESTED].rate, 3.0),
        _compared(f"answers beside {AIOGRAM}: {where}", ours, found[AIOGRAM, _CONTESTED].rate, 0.7),
        _at_least("ingest: updates made durable, SQLite on disk", "updates/s", median(measured.ingest), 5000),
        _at_most("p99 latency: 50 in flight, Telegram 0 ms, portal 50 ms", "ms", found[OURS, _WAITING].p99, 300),
        _at_most("resident memory, idle", "MB", median(start.idle for start in own), 120),
        _at_most("spawn to first getUpdates", "s", median(start.first_poll for start in own), 1.5),
        *_notices(measured),
    ]


def _notices(measured: Measurements) -> list[Goal]:
    """The goals of what the bot tells by itself."""
    told, morning, planned, sent = measured.fan_out, measured.morning, measured.planned, measured.sent
    rate, bare = median(one.rate for one in sent), median(one.bare_rate for one in sent)
    fan_out = f"one event to {told.chats:,} chats, 100 of them groups"
    customers = f"a morning of {morning.customers:,} customers' invoices (virtual time)"
    return [
        _over_floor(fan_out, told.seconds, told.floor),
        _at_most(f"{fan_out}: lost or doubled", "messages", told.lost + told.doubled + told.unanswered, 0),
        _at_most(f"{fan_out}: 429s", "%", told.floods / told.chats * 100, 0.1),
        _at_most(f"{fan_out}: p95 of commands meanwhile", "ms", told.p95, 1000),
        _over_floor(customers, morning.seconds, morning.floor),
        _at_most(f"{customers}: 429s", "%", morning.floods / morning.calls * 100, 0.1),
        _compared("sending without limits beside a bare loop", rate, bare, 0.6, "messages/s"),
        _at_most(f"planning one event for {planned.chats:,} chats", "s", planned.seconds, 10),
        _at_most(f"planning one event for {planned.chats:,} chats: memory", "MB", planned.grown, 100),
    ]


def _over_floor(name: str, seconds: float, floor: float) -> Goal:
    ratio = seconds / floor
    return Goal(name, "s", round(seconds, 1), round(floor, 1), round(ratio, 3), "<= 1.05x", ratio <= 1.05)


def _compared(name: str, figure: float, baseline: float, ratio: float, unit: str = "answers/s") -> Goal:
    reached = figure / baseline
    return Goal(name, unit, round(figure, 1), round(baseline, 1), round(reached, 2), f">= {ratio}x", reached >= ratio)


def _at_least(name: str, unit: str, figure: float, least: float) -> Goal:
    return Goal(name, unit, round(figure, 1), None, None, f">= {least:g}", figure >= least)


def _at_most(name: str, unit: str, figure: float, most: float) -> Goal:
    return Goal(name, unit, round(figure, 2), None, None, f"<= {most:g}", figure <= most)


def machine() -> dict[str, str | int | float]:
    """What it was measured on."""
    return {
        "cpu": _cpu_name(),
        "cores": os.cpu_count() or 0,
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load before": round(os.getloadavg()[0], 2),
    }


def write(folder: Path, measured: Measurements, about: dict[str, str | int | float]) -> None:
    """results.json, and the figures between the two marks of README.md."""
    folder.mkdir(parents=True, exist_ok=True)
    results = {
        "date": measured.at.isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": about,
        "goals": [asdict(goal) for goal in goals(measured)],
        "ingest": [round(rate) for rate in measured.ingest],
        "ceiling of the servers, calls/s": round(measured.ceiling),
        "people": measured.people,
        "starts": [asdict(start) for start in measured.starts],
        "polls": [asdict(poll) for poll in measured.polls],
        "sent without limits": [asdict(one) for one in measured.sent],
        "planned": asdict(measured.planned),
        "morning": asdict(measured.morning),
        "fan-out": asdict(measured.fan_out),
        "medians": [_flat(run) for run in medians(measured.runs)],
        "runs": [_flat(run) for run in measured.runs],
    }
    (folder / "results.json").write_bytes(orjson.dumps(results, option=orjson.OPT_INDENT_2) + b"\n")
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else f"{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    readme.write_text(f"{before}{BEGIN}\n\n{table(measured, about)}\n{END}{after}", encoding="utf-8")


def table(measured: Measurements, about: dict[str, str | int | float]) -> str:
    """All figures as Markdown that is also readable on a terminal."""
    cpu, cores, python = about["cpu"], about["cores"], about["python"]
    lines = [f"{measured.at:%Y-%m-%d}, commit {_commit()}, {cpu}, {cores} cores, Python {python}.", ""]
    lines += _rows(_GOALS, [_goal_row(goal) for goal in goals(measured)])
    lines += ["", *_rows(_RUNS, [_run_row(run) for run in medians(measured.runs)])]
    lines += ["", *_rows(_STARTS, [_start_row(measured.starts, bot) for bot in (OURS, PTB, AIOGRAM)])]
    lines += ["", "A round of polls in which nothing is new:", "", *_rows(_POLLS, [*map(_poll_row, measured.polls)])]
    cpu_each = tuple(median(getattr(one, name) for one in measured.sent) for name in ("cpu", "bare_cpu"))
    lines += ["", f"CPU of a message: {cpu_each[0]:.2f} ms in the outbox, {cpu_each[1]:.2f} ms in a bare loop."]
    rate = median(measured.ingest)
    lines += ["", f"Ingest: {rate:,.0f} updates/s made durable. The servers' ceiling: {measured.ceiling:,.0f} calls/s."]
    return "\n".join(lines) + "\n"


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(len(heads))]
    written = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in (heads, *rows)]
    lines = ["| " + " | ".join(row) + " |" for row in written]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


def _goal_row(goal: Goal) -> tuple[str, ...]:
    baseline = "" if goal.baseline is None else f"{goal.baseline:,g}"
    ratio = "" if goal.ratio is None else f"{goal.ratio:g}x"
    return goal.name, f"{goal.figure:,g} {goal.unit}", baseline, ratio, goal.target, "yes" if goal.met else "NO"


def _run_row(run: Run) -> tuple[str, ...]:
    where = run.scenario
    times = (
        f"{run.rate:.0f}",
        f"{run.p50:.1f}",
        f"{run.p99:.1f}",
        f"{run.cpu:.2f}",
        f"{run.lost:g}",
        f"{run.load:.0%}",
    )
    return (f"{where.telegram} ms", f"{where.portal} ms", str(where.in_flight), run.bot, *times)


def _poll_row(poll: Poll) -> tuple[str, ...]:
    return f"{poll.accounts:,}", f"{poll.requests:,}", f"{poll.queries:,}", f"{poll.seconds:.1f}"


def _start_row(starts: Sequence[Start], bot: str) -> tuple[str, ...]:
    own = [start for start in starts if start.bot == bot]
    first = median(start.first_poll for start in own)
    return bot, f"{first:.2f}", f"{median(s.idle for s in own):.0f}", f"{median(s.peak for s in own):.0f}"


def _flat(run: Run) -> dict[str, object]:
    figures = {"rate": run.rate, "p50": run.p50, "p99": run.p99, "cpu": run.cpu, "lost": run.lost, "load": run.load}
    return {"bot": run.bot, **asdict(run.scenario), **{name: round(value, 3) for name, value in figures.items()}}


def _cpu_name() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _commit() -> str:
    git = ("git", "rev-parse", "--short", "HEAD")
    asked = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    return asked.stdout.strip() or "unknown"
