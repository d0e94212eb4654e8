"""The command line: `python -m bot` runs the bot, `demo` the whole product here, `doctor` says what to mend, `outbox`
shows what could not be told or mailed."""

import sys

if __name__ == "__main__":
    for name in ("rich", "pygments"):  # structlog and httpx would load them for what is never printed: 5 MB
        sys.modules[name] = None  # type: ignore[assignment]  # None: importing it fails, says Python's documentation

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

import typer
import uvloop

from bot import log as logs
from bot.environment import BadSettings
from bot.settings import LogFormat, LogLevel, Settings, load

BAD_SETTINGS = 2

T = TypeVar("T")

# no pretty tracebacks: they show local variables, and with them tokens
cli = typer.Typer(
    add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, help="e:service in a chat."
)


class Runnable(Protocol):
    """What can be brought up and taken down: the bot alone, or the demo."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


@cli.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Run the bot, with the settings of the environment and of .env (see .env.example)."""
    if context.invoked_subcommand is None:
        run()


@cli.command()
def run() -> None:
    """Run the bot; what `python -m bot` does by itself."""
    settings = _settings()
    logs.configure(settings.log_level, settings.log_format, settings.secrets())
    gc.disable()  # what an import makes is no garbage
    # imported here: mistakes in the settings are told before anything loads
    from bot.app import App, BotTokenRefused
    from bot.values import AddressTaken
    from storage.engine import DatabaseUnavailable

    gc.enable()
    try:
        _run(_until_told_to_stop(lambda: App(settings)))
    except BotTokenRefused:
        typer.echo("Telegram does not know TELEGRAM_BOT_TOKEN; python -m bot doctor says more.", err=True)
        raise typer.Exit(1) from None
    except AddressTaken as reason:
        typer.echo(f"Nothing can listen at HTTP_BIND={reason}", err=True)
        raise typer.Exit(1) from None
    except DatabaseUnavailable as error:
        typer.echo(f"The database can't be used ({error}); python -m bot doctor says more.", err=True)
        raise typer.Exit(1) from None


@cli.command()
def demo() -> None:
    """Run bot, portal, Telegram, an SMS phone and a mailbox on this machine; needs no settings."""
    from bot.demo import Demo  # imported here: the bot itself has nothing to do with portal server and sandbox

    logs.configure(LogLevel.WARNING, LogFormat.CONSOLE)
    _run(_until_told_to_stop(Demo))


@cli.command()
def doctor() -> None:
    """Check token, portal, database, clock and keys, and say what to mend; the exit code is 0 when the bot can run."""
    settings = _settings()
    from bot.doctor import State, examine

    logs.configure(LogLevel.ERROR, settings.log_format, settings.secrets())
    findings = _run(examine(settings, Path.cwd(), lambda: datetime.now(UTC)))
    for finding in findings:
        typer.echo(str(finding))
    if any(finding.state is State.MEND for finding in findings):
        raise typer.Exit(1)


class What(StrEnum):
    """What to do with the outbox."""

    LIST = "list"
    REPLAY = "replay"
    WHY = "why"


@cli.command()
def outbox(
    what: Annotated[
        What, typer.Argument(help="list dead letters, replay them, or say why a chat got nothing")
    ] = What.LIST,
    subject: Annotated[str, typer.Argument(help="replay: a letter's id; why: a chat's id")] = "",
    all_dead: Annotated[bool, typer.Option("--all-dead", help="replay: all of them")] = False,
) -> None:
    """Count notices and mails, list those that were given up, and have them sent again."""
    settings = _settings()
    from bot.outbox import listed, replayed, why

    logs.configure(LogLevel.ERROR, settings.log_format, settings.secrets())
    match what:
        case What.LIST:
            work = listed(settings)
        case What.REPLAY if all_dead or subject:
            work = replayed(settings, None if all_dead else _parsed(UUID, subject), datetime.now(UTC))
        case What.REPLAY:
            raise typer.BadParameter("a letter's id, or --all-dead")
        case What.WHY:
            work = why(settings, _parsed(int, subject))
    for line in _run(work):
        typer.echo(line)


def _parsed(kind: Callable[[str], T], text: str) -> T:
    try:
        return kind(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no id") from None


def _settings() -> Settings:
    try:
        return load(os.environ, Path.cwd())
    except BadSettings as mistakes:
        typer.echo(str(mistakes), err=True)
        raise typer.Exit(BAD_SETTINGS) from None


async def _until_told_to_stop(make: Callable[[], Runnable]) -> None:
    """Start, wait for SIGTERM or Ctrl-C, stop; told during the start, end it there."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    runnable = make()
    starting = asyncio.create_task(runnable.start())
    waiting = asyncio.create_task(told.wait())
    await asyncio.wait((starting, waiting), return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.wait((starting,))
        return
    try:
        await starting  # raises what went wrong
        collect_seldom()
        await waiting
        await runnable.stop()
    finally:
        waiting.cancel()


def collect_seldom() -> None:
    """Let the collector leave alone what the start has made, and come when there may be something for it.

    Answering makes thousands of objects and next to no cycles; as Python is set, looking for some takes a quarter of
    the time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 10, 50)


def _run(main: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


if __name__ == "__main__":
    cli()
