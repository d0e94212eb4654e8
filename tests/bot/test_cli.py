"""The command line, as processes: what they print, when they end, and with which code."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.environment import EXAMPLE
from sandbox.app import Sandbox
from sandbox.settings import BotAccount, SandboxSettings
from storage.vault import generate_key
from tests.bot.leaky import CANARIES, KNOWN
from tests.drivers.sandbox import SandboxClient
from tests.proof import Proof

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "TELEGRAM_BOT_TOKEN": KNOWN["bot token"],
    "TELEGRAM_API_URL": "http://127.0.0.1:1",
    "PORTAL_URL": "http://127.0.0.1:1",
    "PORTAL_CLIENT_ID": "chat",
    "PORTAL_CLIENT_SECRET": "vSx3Jq81LmTzPa0d",
}


PATIENCE = 10.0  # seconds that an end may take


@contextmanager
def running(*arguments: str, folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """`python -m bot ...` while the block runs; killed if the block left it alive."""
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=clean | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def end(process: subprocess.Popen[str], by: signal.Signals) -> tuple[int, str]:
    """Tell it to end; its code and what it wrote to stderr."""
    process.send_signal(by)
    _, errors = process.communicate(timeout=PATIENCE)
    return process.returncode, errors


def environment_of(process: subprocess.Popen[str]) -> str:
    """What everybody with the process's user id can read of it."""
    return Path(f"/proc/{process.pid}/environ").read_text()


def bot(*arguments: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`python -m bot ...` in an empty folder with nothing but this environment."""
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "120"}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, cwd=folder, env=clean | environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("command", [(), ("run",), ("doctor",)])
def test_missing_settings_are_told_without_a_trace(command: tuple[str, ...], tmp_path: Path) -> None:
    """Each is named once with its line in .env.example; nothing else is printed and nothing is left behind."""
    ran = bot(*command, folder=tmp_path, environment={})

    assert ran.returncode == 2
    assert ran.stdout == ""
    for name in ("TELEGRAM_BOT_TOKEN", "PORTAL_URL", "PORTAL_CLIENT_ID", "PORTAL_CLIENT_SECRET"):
        assert ran.stderr.count(f"* {name} is missing  ({EXAMPLE.name}:") == 1
    assert "Traceback" not in ran.stderr


def test_help_lists_the_commands(tmp_path: Path) -> None:
    """`--help` names what there is."""
    ran = bot("--help", folder=tmp_path, environment={})

    assert ran.returncode == 0
    assert all(command in ran.stdout for command in ("run", "demo", "doctor"))


def test_the_doctor_ends_with_a_code(tmp_path: Path) -> None:
    """Something to mend is exit code 1; each thing has its line; the token is in none."""
    ran = bot("doctor", folder=tmp_path, environment=GOOD)

    assert ran.returncode == 1
    assert [line.split()[1] for line in ran.stdout.splitlines()] == [
        "telegram",
        "portal",
        "database",
        "clock",
        "keys",
        "help",
    ]
    assert KNOWN["bot token"] not in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
async def test_the_bot_polls_until_it_is_told_to_stop(by: signal.Signals, tmp_path: Path) -> None:
    """With real settings it comes up even while the portal is away, and ends in time, with code 0 and no trace."""
    account = BotAccount(KNOWN["bot token"], "eservice_demo_bot")
    async with Sandbox(SandboxSettings(bots=(account,))) as telegram, SandboxClient(telegram.url) as client:
        with running(folder=tmp_path, environment=GOOD | {"TELEGRAM_API_URL": telegram.url}) as process:
            await client.bot_polls()
            code, errors = await asyncio.to_thread(end, process, by)

    assert code == 0
    assert "stopped" in errors
    assert "Traceback" not in errors
    assert KNOWN["bot token"] not in errors


async def test_a_refused_token_is_a_sentence(tmp_path: Path) -> None:
    """A token that Telegram does not know ends the start with one line that says where to look."""
    async with Sandbox(SandboxSettings(bots=(BotAccount("2300229:demo", "eservice_demo_bot"),))) as telegram:
        with running(folder=tmp_path, environment=GOOD | {"TELEGRAM_API_URL": telegram.url}) as process:
            _, errors = await asyncio.to_thread(process.communicate, timeout=PATIENCE)

    assert process.returncode == 1
    assert "Telegram does not know TELEGRAM_BOT_TOKEN" in errors
    assert "Traceback" not in errors
    assert KNOWN["bot token"] not in errors


def test_an_address_that_is_taken_is_a_sentence(tmp_path: Path) -> None:
    """Two programs at one HTTP_BIND: the second ends with a line that says so."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        ran = bot("run", folder=tmp_path, environment=GOOD | {"HTTP_BIND": bind})

    assert ran.returncode == 1
    assert f"Nothing can listen at HTTP_BIND={bind}" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_database_that_can_not_be_used_is_a_sentence(tmp_path: Path) -> None:
    """A file that can't be made ends the start with one line that says where to look."""
    (tmp_path / "file").write_text("no folder")
    ran = bot(folder=tmp_path, environment=GOOD | {"DATABASE_URL": f"sqlite:///{tmp_path}/file/bot.db"})

    assert ran.returncode == 1
    assert "The database can't be used" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_told_to_stop_while_telegram_is_away(tmp_path: Path) -> None:
    """A start that can't finish ends at once when told to."""
    with running(folder=tmp_path, environment=GOOD) as process:
        assert process.stderr is not None
        seen = process.stderr.readline()
        code, errors = end(process, signal.SIGTERM)

    assert "Telegram does not answer yet" in seen
    assert code == 0
    assert "Traceback" not in errors


@pytest.mark.proof("T11", target="0 hits of >= 20 canaries")
async def test_a_running_bot_leaves_no_trace_of_secrets(proof: Proof, tmp_path: Path) -> None:
    """Secrets of `.env` and files, codes, PINs and words of the chat: not in /proc, log or database."""
    typed = {name: CANARIES[name] for name in ("activation code", "typed PIN", "message text", "phone for people")}
    given = {"token": KNOWN["bot token"], "client secret": GOOD["PORTAL_CLIENT_SECRET"], "key": generate_key()}
    person = {"first name": CANARIES["first name"], "phone": CANARIES["phone"], "mail": "kanarius@vogelsang.example"}
    canaries = typed | given | person
    async with Sandbox(SandboxSettings(bots=(BotAccount(given["token"], "eservice_demo_bot"),))) as telegram:
        (tmp_path / "key").write_text(given["key"])
        settings = GOOD | {"TELEGRAM_API_URL": telegram.url, "SECRET_KEYS_FILE": str(tmp_path / "key")}
        (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        async with SandboxClient(telegram.url) as client:
            who = await client.person(person["first name"], phone=person["phone"], mail=person["mail"])
            with running(folder=tmp_path, environment={"LOG_LEVEL": "DEBUG"}) as process:
                reading = asyncio.create_task(asyncio.to_thread(process.communicate))
                await client.bot_polls()
                await who.open_link(f"https://t.me/eservice_demo_bot?start={typed['activation code']}")
                for text in typed.values():
                    await who.send(text)
                await who.answer()
                await client.updates_taken()
                environ = environment_of(process)
                process.send_signal(signal.SIGTERM)
                written = "".join(await reading)
    stored = b"".join(file.read_bytes() for file in (tmp_path / "var").iterdir()).decode(errors="replace")
    shown = [
        f"{name} in {place}"
        for name, canary in canaries.items()
        for place, text in (("/proc", environ), ("log", written), ("database", stored))
        if canary in text
    ]

    proof.record(figure=f"{len(shown)} hits of {len(canaries)} canaries in a running bot", passed=not shown)
    assert shown == []
    assert process.returncode == 0
    assert "debug" in written


@pytest.mark.slow
def test_the_demo_serves_a_page_and_ends(tmp_path: Path) -> None:
    """`make run`: an address is printed, the page is there, Ctrl-C ends everything; another run takes the next port."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    with running("demo", folder=tmp_path / "a", environment={}) as one:
        first = _address(one)
        with running("demo", folder=tmp_path / "b", environment={}) as two:
            second = _address(two)
            pages = [httpx.get(address, trust_env=False) for address in (first, second)]
            codes = [end(process, signal.SIGINT) for process in (two, one)]

    assert first != second
    assert [page.status_code for page in pages] == [200, 200]
    assert [code for code, _ in codes] == [0, 0]
    assert not any("Traceback" in errors for _, errors in codes)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"is running:\s+(http://\S+)", line):
            return found[1]
    raise AssertionError("the demo ended without an address")
