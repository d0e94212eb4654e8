"""The command line: `run` runs the bot, `demo` the whole product here, `doctor` says what to mend, `outbox` shows what
could not be told or mailed."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from bot import log as logs
from bot.running import run_to_end, serve, settings_here, until_told_to_stop
from bot.settings import LogFormat, LogLevel

T = TypeVar("T")

# no pretty tracebacks: they show local variables, and with them tokens
cli = typer.Typer(
    add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, help="e:service in a chat."
)


@cli.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Run the bot, with the settings of the environment and of .env (see .env.example)."""
    if context.invoked_subcommand is None:
        run()


@cli.command()
def run() -> None:
    """Run the bot; what `python -m bot` does by itself."""
    serve()


@cli.command()
def demo() -> None:
    """Run bot, portal, Telegram, an SMS phone and a mailbox on this machine; needs no settings."""
    from bot.demo import Demo  # imported here: the bot itself has nothing to do with portal server and sandbox

    logs.configure(LogLevel.WARNING, LogFormat.CONSOLE)
    run_to_end(until_told_to_stop(Demo))


@cli.command()
def doctor() -> None:
    """Check token, portal, database, clock and keys, and say what to mend; the exit code is 0 when the bot can run."""
    settings = settings_here()
    from bot.doctor import State, examine

    logs.configure(LogLevel.ERROR, settings.log_format, settings.secrets())
    findings = run_to_end(examine(settings, Path.cwd(), lambda: datetime.now(UTC)))
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
        What, typer.Argument(help="list what was given up, replay it, or say why a chat got nothing")
    ] = What.LIST,
    subject: Annotated[
        str, typer.Argument(help="replay: an id of the list, also of what may have arrived; why: a chat's id")
    ] = "",
    all_dead: Annotated[bool, typer.Option("--all-dead", help="replay: all dead letters")] = False,
) -> None:
    """Count notices and mails, list those that were given up, and have them sent again."""
    settings = settings_here()
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
    for line in run_to_end(work):
        typer.echo(line)


def _parsed(kind: Callable[[str], T], text: str) -> T:
    try:
        return kind(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no id") from None
