"""One morning in virtual time: 10,000 customers' invoices for three chats each, text and two files, at full pace.

The pace is the product's, the limits are the sandbox's, and the loop's clock jumps to whatever is next; so a morning of
nearly an hour takes a minute. `python -m bench.morning CUSTOMERS` prints JSON.
"""

import asyncio
import selectors
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from notifications.deliver import CHATS
from notifications.pace import Pace
from sandbox.botapi.limits import RateLimits
from sandbox.errors import ApiError

CUSTOMERS = 10_000
CHATS_EACH = 3
MESSAGES = 3  # the text, the PDF and the XML
PERSON = 1_000_000
LIMIT = 30  # messages a second that Telegram takes from a bot
ANSWER = 0.05  # seconds that Telegram takes


@dataclass(frozen=True, slots=True)
class Morning:
    """Seconds of it, and how many that calls to Telegram alone would cost at its limits."""

    customers: int
    calls: int
    seconds: float
    floor: float
    floods: int

    @property
    def of_the_floor(self) -> float:
        """1 is as quick as the limits allow."""
        return self.seconds / self.floor


class _Jumping(selectors.SelectSelector):
    """Waits for nothing: time is what passes."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Whatever is ready, and the time that would have been waited is over."""
        ready = super().select(0)
        if not ready and timeout is not None:
            self.passed += max(0.0, timeout)
        return ready


class _Loop(asyncio.SelectorEventLoop):
    """An event loop in virtual time."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds."""
        return self._jumping.passed


async def morning(customers: int) -> Morning:
    """Tell all of them."""
    loop = asyncio.get_running_loop()
    pace, limits, gate = Pace(), RateLimits(loop.time), asyncio.Semaphore(CHATS)
    floods = 0

    async def tell(chat_id: int) -> None:
        nonlocal floods
        async with gate:
            for _ in range(MESSAGES):
                await pace.turn(chat_id)
                pace.sent(chat_id)
                try:
                    limits.spend(1, chat_id, group=False)
                except ApiError:
                    floods += 1
                await asyncio.sleep(ANSWER)

    chats: Sequence[int] = range(PERSON, PERSON + customers * CHATS_EACH)
    began = loop.time()
    await asyncio.gather(*(tell(chat_id) for chat_id in chats))
    seconds, calls = loop.time() - began, len(chats) * MESSAGES
    return Morning(customers, calls, seconds, calls / LIMIT, floods)


def main() -> None:
    """Print the figures."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        sys.stdout.buffer.write(orjson.dumps(runner.run(morning(int(sys.argv[1])))) + b"\n")


if __name__ == "__main__":
    main()
