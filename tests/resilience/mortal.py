"""The bot as a process that dies at a moment of the test's choosing: right before or right after it writes or sends.

`python -m tests.resilience.mortal FOLDER LATER`: its clock is LATER seconds ahead, so that what a killed process held
is free at once. In FOLDER `die_at` says at which point it ends by SIGKILL (counted from 1 since the file is there), and
every point on the way there is written to `passed`.
"""

import asyncio
import functools
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

from bot.app import App
from bot.log import configure
from bot.settings import LogFormat, LogLevel
from portal.wire import Wire
from storage.actions import Actions
from storage.buttons import Buttons
from storage.challenges import Challenges
from storage.inbox import Inbox
from tests.resilience.clerk import of_the_test

P = ParamSpec("P")
T = TypeVar("T")
WRITES: tuple[tuple[type[object], tuple[str, ...]], ...] = (
    (Inbox, ("receive", "finish")),
    (Buttons, ("press",)),
    (Challenges, ("add", "change")),
    (Actions, ("start", "keep_secret", "settle", "shown")),
)
CALLS = ("productOrder", "/oauth2/challenge", "/oauth2/token")  # the portal calls of a booking


class Death:
    """Waits for its moment."""

    def __init__(self, folder: Path) -> None:
        self._order, self._passed = folder / "die_at", folder / "passed"
        self._seen = 0

    def pass_by(self, point: str) -> None:
        """A point of the way; the last one, when it is the one."""
        if not self._order.exists():
            self._seen = 0
            return
        self._seen += 1
        with self._passed.open("a") as passed:
            passed.write(f"{self._seen} {point}\n")
        if self._seen == int(self._order.read_text()):
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, act: Callable[P, Awaitable[T]], name: str, *calls: str) -> Callable[P, Awaitable[T]]:
        """The same, with a point on each side; with `calls`, only where an address has one of them in it."""

        @functools.wraps(act)
        async def acting(*args: P.args, **kwargs: P.kwargs) -> T:
            if calls and not any(part in str(args) for part in calls):
                return await act(*args, **kwargs)
            self.pass_by(f"before {name}")
            done = await act(*args, **kwargs)
            self.pass_by(f"after {name}")
            return done

        return acting


async def live(folder: Path, later: timedelta) -> None:
    """Until somebody ends it."""
    death = Death(folder)
    for owner, names in WRITES:
        for name in names:
            setattr(owner, name, death.around(getattr(owner, name), f"{owner.__name__}.{name}"))
    setattr(Wire, "call", death.around(Wire.call, "portal call", *CALLS))  # noqa: B010 - as the others above
    app = App(replace(of_the_test(), var=folder), clock=lambda: datetime.now(UTC) + later)
    await app.start()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    await app.stop()


if __name__ == "__main__":
    configure(LogLevel.ERROR, LogFormat.JSON)
    asyncio.run(live(Path(sys.argv[1]), timedelta(seconds=float(sys.argv[2]))))
