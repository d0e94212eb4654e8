"""How often a call to Telegram is repeated while somebody waits.

What surely was not sent is sent again; what may have arrived, once more.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import RetryAfter

from bot.chat.transport import OutcomeUnknown, SurelyNotSent

T = TypeVar("T")

PATIENCE = 20.0  # seconds that one turn insists; after that its update waits in the inbox
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 4.0


class Undeliverable(Exception):
    """Telegram can't be reached now; the update is taken up again later."""

    def __init__(self, pause: float) -> None:
        super().__init__(f"again in {pause:.0f} s")
        self.pause = pause


async def insist(call: Callable[[], Awaitable[T]], *, repeatable: bool) -> T:
    """Repeat until it works or patience ends. `repeatable`: twice is no harm (an edit).

    A message whose answer was lost is sent once more: an answer may repeat, but it must not be missing.
    """
    loop = asyncio.get_running_loop()
    ends = loop.time() + PATIENCE
    pause, unknown = FIRST_PAUSE, 0
    while True:
        try:
            return await call()
        except RetryAfter as error:
            wait = seconds_of(error)
        except SurelyNotSent:
            wait = pause
        except OutcomeUnknown:
            unknown += 1
            if unknown > 1 and not repeatable:
                raise
            wait = pause
        if loop.time() + wait > ends:
            raise Undeliverable(max(wait, LONGEST_PAUSE)) from None
        await asyncio.sleep(wait)
        pause = min(LONGEST_PAUSE, pause * 2)


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram wants to be left alone."""
    after = error.retry_after
    return float(after) if isinstance(after, int | float) else after.total_seconds()
