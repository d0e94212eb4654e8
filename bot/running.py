"""The life of a process: brought up, told to stop, taken down in order."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NoReturn, Protocol, TypeVar

import uvloop

from bot import log as logs
from bot.environment import BadSettings
from bot.settings import Settings, load

BAD_SETTINGS = 2

T = TypeVar("T")


class Runnable(Protocol):
    """What can be brought up and taken down: the bot alone, or the demo."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


def serve() -> None:
    """Run the bot with the settings of the environment and of .env, until it is told to stop."""
    settings = settings_here()
    logs.configure(settings.log_level, settings.log_format, settings.secrets())
    gc.disable()  # what an import makes is no garbage
    # imported here: mistakes in the settings are told before anything loads
    from bot.app import App, BotTokenRefused
    from bot.values import AddressTaken
    from storage.engine import DatabaseUnavailable

    gc.freeze()  # and need not be looked through as soon as it comes back
    gc.enable()
    try:
        run_to_end(until_told_to_stop(lambda: App(settings)))
    except BotTokenRefused:
        _give_up("Telegram does not know TELEGRAM_BOT_TOKEN; python -m bot doctor says more.")
    except AddressTaken as reason:
        _give_up(f"Nothing can listen at HTTP_BIND={reason}")
    except DatabaseUnavailable as error:
        _give_up(f"The database can't be used ({error}); python -m bot doctor says more.")


def settings_here() -> Settings:
    """The settings, or the end of the process with everything that is wrong with them."""
    try:
        return load(os.environ, Path.cwd())
    except BadSettings as mistakes:
        _give_up(str(mistakes), BAD_SETTINGS)


async def until_told_to_stop(make: Callable[[], Runnable]) -> None:
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


def run_to_end(main: Coroutine[Any, Any, T]) -> T:
    """On the loop that the product runs on."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def _give_up(reason: str, code: int = 1) -> NoReturn:
    sys.stderr.write(f"{reason}\n")
    raise SystemExit(code)
