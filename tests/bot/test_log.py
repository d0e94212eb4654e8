"""The log: whatever is thrown at it, no secret, PIN, number or word of a customer comes out; what is of use does."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
import structlog
from hypothesis import example, given
from hypothesis import strategies as st

from bot import log as logs
from bot.redact import LONGEST_TEXT, Redactor, indented, one_line
from bot.settings import LogFormat, LogLevel
from tests.bot.leaky import BY_SHAPE, CANARIES, KNOWN, SURVIVES
from tests.proof import Proof

ROOT = Path(__file__).resolve().parents[2]
REDACT = Redactor(KNOWN.values())


@pytest.fixture
def clean_logging() -> Iterator[None]:
    """Puts the process's logging back as it was."""
    root = logging.getLogger()
    kept = (root.handlers[:], root.level, sys.excepthook, threading.excepthook)
    events = structlog.get_config()
    yield
    root.handlers[:], level, sys.excepthook, threading.excepthook = kept
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.configure(**events)


@pytest.mark.proof("T11", target="0 hits of >= 20 canaries")
@pytest.mark.parametrize("form", list(LogFormat))
def test_a_careless_process_leaks_nothing(form: LogFormat, proof: Proof) -> None:
    """At DEBUG, with httpx, python-telegram-bot, the driver, tracebacks and warnings: no canary is written."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bot.leaky", form], cwd=ROOT, capture_output=True, text=True, check=False
    )
    written = ran.stdout + ran.stderr
    shown = [name for name, canary in CANARIES.items() if canary in written]

    proof.record(figure=f"{form}: {len(shown)} hits of {len(CANARIES)} canaries", passed=not shown)
    assert shown == []
    assert len(CANARIES) >= 20
    assert ran.returncode == 1
    assert SURVIVES in written
    for logger in ("httpcore", "httpx", "telegram", "aiosqlite", "asyncio", "py.warnings", "uncaught", "careless"):
        assert logger in written
    assert written.count("Traceback (most recent call last)") >= 5


@pytest.mark.usefixtures("clean_logging")
def test_a_beat_that_is_left_out_is_no_news() -> None:
    """On a busy machine the metronome says all the time that it skips a beat; only what fails there is written."""
    written = StringIO()
    logs.configure(LogLevel.INFO, LogFormat.CONSOLE, stream=written)
    logging.getLogger("apscheduler.scheduler").warning("skipped")
    logging.getLogger("apscheduler.scheduler").error("broken")

    assert "skipped" not in written.getvalue()
    assert "broken" in written.getvalue()


@given(st.sampled_from(sorted(KNOWN)), st.text(max_size=30), st.text(max_size=30))
def test_a_known_secret_is_hidden_anywhere(name: str, before: str, after: str) -> None:
    """A registered secret disappears whatever stands around it, letters and digits included."""
    assert KNOWN[name] not in REDACT(before + KNOWN[name] + after)


@pytest.mark.parametrize("name", sorted(set(BY_SHAPE) - {"start code", "auth session", "code verifier", "cookie"}))
@pytest.mark.parametrize("form", ["{0}", "'{0}'", '{{"value": "{0}"}}', "x {0}.", "({0})", "[b'{0}']", "PIN: {0}\n"])
def test_an_unknown_secret_is_recognised_by_its_shape(name: str, form: str) -> None:
    """Tokens, codes, PINs and numbers that nobody registered are recognised in plain text, in a repr and in JSON."""
    if name in ("second cookie", "webhook secret", "first name", "last name", "message text", "address password"):
        form = {
            "second cookie": "Cookie: a=b; csrf={0}",
            "webhook secret": "X-Telegram-Bot-Api-Secret-Token: {0}",
            "address password": "https://user:{0}@host/",
        }.get(name, "text='{0}'")
    if name == "basic credentials":
        form = "Authorization: Basic {0}"
    if name == "spaced PIN":
        form = "Die PIN lautet {0}"

    assert BY_SHAPE[name] not in REDACT(form.format(BY_SHAPE[name]))


@given(st.integers(0, 99_999_999), st.sampled_from([6, 8]))
def test_every_pin_is_hidden(number: int, length: int) -> None:
    """Six or eight digits standing alone never pass, with leading zeros too."""
    pin = str(number).zfill(length)[-length:]

    assert pin not in REDACT(f"wrong: {pin}")
    assert pin not in REDACT(f'{{"otp":{pin}}}')
    assert pin not in REDACT(f"text='{pin}'")


@given(st.text(max_size=60))
def test_what_somebody_typed_is_hidden_in_any_representation(typed: str) -> None:
    """Quotes, backslashes and line ends in a message do not end its hiding early."""
    marked = f"{typed}canary"
    for shown in (
        f"text={marked!r}",
        json.dumps({"text": marked}),
        repr({"text": marked}),
        f"text={json.dumps(marked)}",
    ):
        assert "canary" not in REDACT(shown)


@pytest.mark.parametrize(
    "text",
    [
        "order 4711 of customer2300229 is completed",
        "update 912345678 done in 12.5 ms",
        "action 0b8f6a52-6f0e-4c1e-9a55-1f3f0f3c7a11 is unknown",
        "invoice RE-2026-0042 of 2026-11-22 is over 1234.56 EUR",
        "contract V-2025-4711 in Düsseldorf, Prinzenallee 11",
        "2026-11-22T17:45:52+00:00 until 2026-11-23",
        "served at http://127.0.0.1:37313/healthz",
        "test_every_notice_is_told_to_each_chat_once_and_only_once failed",
        "retry after 30 s, 3 of 5 attempts left",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "status code 404, error_code 400",
        "body of 1000000 bytes",
    ],
)
def test_what_is_of_use_stays(text: str) -> None:
    """Numbers of orders, invoices, contracts and updates, times, addresses and names of functions can be read."""
    assert REDACT(text) == text


@given(st.uuids())
@example(UUID("c85e3705-81c5-0015-3850-38b1789a03b6"))  # has a group that begins like a call abroad
@example(UUID("00900040-1f4c-e090-0141-010904994010"))  # begins like one
def test_an_id_stays_readable(value: UUID) -> None:
    """The ids of our rows pass, or nothing could be followed through a log."""
    assert REDACT(f"action {value} done") == f"action {value} done"


def test_a_flood_is_cut_without_cutting_a_secret_open() -> None:
    """A text of megabytes becomes a line; a secret across the cut is not half shown."""
    token = BY_SHAPE["access token"]
    for lead in range(LONGEST_TEXT - 60, LONGEST_TEXT + 60, 7):
        shown = REDACT("x " * (lead // 2) + token + " y" * 1_000_000)
        assert len(shown) < LONGEST_TEXT + 2_000
        assert token[:12] not in shown


@given(st.text())
def test_no_value_can_forge_a_line(text: str) -> None:
    """Line ends, control and direction characters are written out."""
    line = one_line(f"a{text}\r\n\x1b[31m\u202e\u2028b")

    assert not any(character in line for character in "\r\n\x00\x1b\x85\u2028\u2029\u202e")
    assert len(f"x{line}".splitlines()) == 1


@given(st.text())
def test_no_traceback_can_forge_a_line(text: str) -> None:
    """Each line of a block is indented, so none can be taken for a line of the log."""
    assert all(line.startswith("    ") for line in indented(text).splitlines())


@pytest.mark.usefixtures("clean_logging")
def test_console_lines_are_in_utc_and_one_per_event() -> None:
    """A line begins with the time in UTC; an event, a field or a library's argument with line ends stays one line."""
    stream = StringIO()
    logs.configure(LogLevel.INFO, LogFormat.CONSOLE, stream=stream)
    structlog.get_logger("a").info("one\ntwo", field="three\nfour", number=5)
    logging.getLogger("b").warning("%s", "five\nsix")
    lines = stream.getvalue().splitlines()

    assert len(lines) == 2
    for line in lines:
        stamp = datetime.fromisoformat(line.split()[0])
        assert stamp.utcoffset() == timedelta(0)
        assert abs(datetime.now(UTC) - stamp) < timedelta(minutes=1)
    assert lines[0].endswith(r"info    a: one\ntwo field=three\nfour number=5")
    assert lines[1].endswith(r"warning b: five\nsix")


@pytest.mark.usefixtures("clean_logging")
def test_json_lines_are_objects() -> None:
    """For collectors each event is one JSON object; numbers stay numbers, an exception is a field."""
    stream = StringIO()
    logs.configure(LogLevel.INFO, LogFormat.JSON, stream=stream)
    log = structlog.get_logger("a")
    log.info("größer", number=5, nothing=None)
    try:
        raise ValueError("line\nend")
    except ValueError:
        logging.getLogger("b").exception("failed")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())

    assert (first["event"], first["number"], first["nothing"], first["level"]) == ("größer", 5, None, "info")
    assert "ValueError: line\nend" in second["exception"]


@pytest.mark.usefixtures("clean_logging")
def test_a_library_that_brought_its_own_handler_loses_it() -> None:
    """No logger keeps a way out past the redactor."""
    stream, aside = StringIO(), StringIO()
    stubborn = logging.getLogger("stubborn")
    stubborn.addHandler(logging.StreamHandler(aside))
    stubborn.propagate = False
    logs.configure(LogLevel.INFO, LogFormat.CONSOLE, stream=stream)
    stubborn.info("hello")

    assert "hello" in stream.getvalue()
    assert aside.getvalue() == ""


@pytest.mark.usefixtures("clean_logging")
def test_levels_hold_and_talkative_libraries_are_quiet_above_debug() -> None:
    """INFO shows our events and warnings of libraries; DEBUG shows everything; configuring twice does not double."""
    stream = StringIO()
    for level in (LogLevel.WARNING, LogLevel.INFO, LogLevel.DEBUG):
        logs.configure(level, LogFormat.CONSOLE, stream=stream)
        structlog.get_logger("ours").info(f"at {level}")
        logging.getLogger("httpx").info(f"request at {level}")
    shown = [line.split(": ", 1)[1] for line in stream.getvalue().splitlines()]

    assert shown == ["at INFO", "at DEBUG", "request at DEBUG"]


@pytest.mark.usefixtures("clean_logging")
def test_a_secret_may_be_registered_later() -> None:
    """What becomes known while running, a fresh webhook secret for instance, is hidden from then on."""
    stream = StringIO()
    redactor = logs.configure(LogLevel.INFO, LogFormat.CONSOLE, stream=stream)
    redactor.hide("a b+c/d")
    structlog.get_logger("a").info("a b+c/d", quoted="x=a%20b%2Bc%2Fd")

    assert "b+c" not in stream.getvalue()
    assert "b%2Bc" not in stream.getvalue()
