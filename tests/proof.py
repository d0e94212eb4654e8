"""Proofs: one test, two sizes. A pytest plugin (loaded by tests/conftest.py).

A proof is a test that stands for a row of the security and reliability table. `make test` runs it at about a thirtieth
of its counts with a fresh seed; `make prove` (or `make prove ROW=T13`) runs the same code at full counts and writes
`docs/proof/T13.json`. Usage:

    @pytest.mark.proof("T13", target="exactly 1 portal order each round; 0 errors shown as success")
    async def test_double_tap_books_once(proof: Proof) -> None:
        orders = [await one_round(proof.random) for _ in range(proof.count(200, "rounds"))]

        proof.record(figure=f"{max(orders)} orders at most", passed=set(orders) == {1})
        assert set(orders) == {1}

* `proof.count(200, "rounds", least=3)` is 200 under `make prove`, else 200/30, never under `least`.
* `proof.random` is a `random.Random(proof.seed)`: take all chance from it. The seed is printed with the result; run
  again with `PROVE_SEED=<seed>` to see the same.
* `proof.record(figure=..., target=..., passed=...)` says what was measured; `target` defaults to the marker's. Without
  a `record` the figure is "held". A failing test is a failed proof whatever it recorded. May be called more than once:
  figures are joined, `passed` means all passed.
* `proof.full` tells whether this is the full run. Hypothesis: `@settings(max_examples=examples(10_000))`.
* Several tests may prove one row; each is a part of the row's file.
"""

import json
import os
import secrets
import subprocess
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "docs" / "proof"
FULL = os.environ.get("PROVE") == "1"
SCALE = 30
FULL_TIMEOUT = 3 * 3600  # seconds; a proof at full counts may take its time, but not for ever
PROPERTY = "proof"

JsonPart = dict[str, object]


def examples(full: int, *, least: int = 10) -> int:
    """How many examples Hypothesis shall try: all of them under `make prove`, else about a thirtieth."""
    return full if FULL else max(least, full // SCALE)


@dataclass(slots=True)
class Proof:
    """What a proof's test gets as its `proof` fixture."""

    row: str
    target: str
    seed: int
    full: bool = FULL
    counts: dict[str, int] = field(default_factory=dict)
    figures: list[str] = field(default_factory=list)
    passed: bool = True
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def count(self, full: int, of: str = "count", *, least: int = 1) -> int:
        """How often to do it: `full` times under `make prove`, else about a thirtieth."""
        self.counts[of] = full if self.full else max(least, full // SCALE)
        return self.counts[of]

    def record(self, *, figure: str, passed: bool, target: str | None = None) -> None:
        """Say what was measured, and whether it reaches the target."""
        self.figures.append(figure)
        self.target = target or self.target
        self.passed = self.passed and passed


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--proof-row` runs the proofs of one row (or `all`) and replaces their reports as a whole."""
    parser.addoption(
        "--proof-row", metavar="ROW", help="run only the proofs of this row, e.g. T13; 'all' for every row"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Select the rows asked for, and give proofs at full counts the time they need."""
    wanted = config.getoption("--proof-row")
    proofs = [(item, marker) for item in items if (marker := item.get_closest_marker("proof"))]
    if FULL:
        for item, _ in proofs:
            item.add_marker(pytest.mark.timeout(FULL_TIMEOUT), append=False)
    if wanted is not None:
        kept = [item for item, marker in proofs if wanted in ("all", marker.args[0])]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Iterator[Proof]:
    """The proof this test makes; see the module's docstring."""
    marker = request.node.get_closest_marker("proof")
    if marker is None:
        raise pytest.UsageError(f"{request.node.nodeid} uses `proof` and needs @pytest.mark.proof('Tnn', target=...)")
    made = Proof(marker.args[0], marker.kwargs["target"], int(os.environ.get("PROVE_SEED") or secrets.randbits(32)))
    print(f"proof {made.row}: PROVE_SEED={made.seed}")  # noqa: T201 - pytest shows it when the test fails
    request.node.user_properties.append((PROPERTY, made))
    yield made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the proof into plain data once the test has run: a report must travel between processes."""
    report = yield
    for place, (name, made) in enumerate(report.user_properties):
        if name == PROPERTY and isinstance(made, Proof):
            report.user_properties[place] = (name, _part(made, report))
    return report


def _part(made: Proof, report: pytest.TestReport) -> JsonPart:
    figure = "; ".join(made.figures) or ("held" if report.passed else "failed")
    return {
        "test": report.nodeid,
        "row": made.row,
        "target": made.target,
        "counts": dict(made.counts),
        "seed": made.seed,
        "figure": figure,
        "passed": made.passed and report.passed,
        "seconds": round(report.duration, 1),
    }


def _parts(reports: Mapping[str, list[object]]) -> list[JsonPart]:
    return [
        part
        for outcome in ("passed", "failed")
        for report in reports.get(outcome, [])
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, part in report.user_properties
        if name == PROPERTY and isinstance(part, dict)
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """One line per proof with its seed; at full counts also the reports."""
    parts = sorted(_parts(terminalreporter.stats), key=lambda part: (str(part["row"]), str(part["test"])))
    if not parts:
        return
    terminalreporter.section("proofs at full counts" if FULL else "proofs at about 1/30 of their counts")
    for part in parts:
        verdict = "ok  " if part["passed"] else "FAIL"
        terminalreporter.write_line(
            f"{verdict} {part['row']:<4} {part['figure']} (target: {part['target']}; {part['counts']},"
            f" PROVE_SEED={part['seed']}, {part['seconds']} s)"
        )
    if FULL:
        for row in sorted({str(part["row"]) for part in parts}):
            kept = [part for part in parts if part["row"] == row]
            terminalreporter.write_line(f"written: {_write(row, kept, replace=bool(config.getoption('--proof-row')))}")


def _write(row: str, parts: list[JsonPart], *, replace: bool) -> Path:
    path = REPORTS / f"{row}.json"
    before = [] if replace or not path.exists() else json.loads(path.read_text())["parts"]
    now = {part["test"] for part in parts}
    merged: list[dict[str, Any]] = [part for part in before if part["test"] not in now] + parts
    document = {
        "row": row,
        "target": "; ".join(_each(merged, "target")),
        "figure": "; ".join(_each(merged, "figure")),
        "counts": {name: count for part in merged for name, count in dict(part["counts"]).items()},
        "seed": [part["seed"] for part in merged],
        "passed": all(part["passed"] for part in merged),
        "commit": _commit(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "parts": [{key: value for key, value in part.items() if key != "row"} for part in merged],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return path.relative_to(ROOT)


def _each(parts: list[JsonPart], name: str) -> list[str]:
    """What the parts say, each thing once."""
    return list(dict.fromkeys(str(part[name]) for part in parts))


def _commit() -> str:
    """The commit the figures were measured on; a `+` says that tracked files were changed."""
    ran = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout.strip() or "unknown"
