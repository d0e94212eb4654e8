"""How fast messages may leave: below Telegram's limits overall and per chat, and conversations before everything else.

An answer to somebody who is looking at the screen never waits here: it is counted (`sent`), and notices make room for
it. Notices wait for their turn: what has facts of its own (it answers somebody, too) before what goes out by the
thousand. Time is monotonic seconds, so a changed clock of the machine changes nothing.
"""

import asyncio
import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

OVERALL = 29.0  # a second; Telegram's bulk limit is 30
BURST = 5.0
PRIVATE = 1.0  # a second, to one person
GROUP = 20 / 60  # a second, to one group or channel
GROUP_BURST = 3.0
FLOODED = 10  # different chats refused in a row, none served: it is not about them
DUST = 1e-6  # of a permit: rounding must not make anybody wait for a time that no clock shows
MOST_CHATS = 20_000  # remembered; a full bucket says nothing and may be forgotten
LONGEST = 60.0  # that all of them wait because of that


@dataclass(slots=True)
class Limits:
    """What Telegram allows; None: no limit (for measuring what we are capable of)."""

    overall: float | None = OVERALL
    private: float | None = PRIVATE
    group: float | None = GROUP


@dataclass(slots=True)
class _Bucket:
    """Holds up to `size` permits and gains `rate` of them a second; conversations may take what isn't there yet."""

    rate: float
    size: float
    left: float
    at: float

    def is_full(self, now: float) -> bool:
        """Whether it knows nothing of the past."""
        self.missing(now)
        return self.left >= self.size

    def missing(self, now: float) -> float:
        """Seconds until there is a permit."""
        self.left = min(self.size, self.left + max(0.0, now - self.at) * self.rate)
        self.at = now
        short = 1 - self.left
        return short / self.rate if short > DUST else 0.0


@dataclass(order=True, slots=True)
class _Waiter:
    is_bulk: bool
    number: int
    turn: asyncio.Future[None] = field(compare=False)


class Pace:
    """One process's share of Telegram's patience."""

    def __init__(self, monotonic: Callable[[], float] | None = None, limits: Limits | None = None) -> None:
        self._monotonic = monotonic or (lambda: asyncio.get_running_loop().time())
        self._limits = limits or Limits()
        self._overall: _Bucket | None = None
        self._chats: dict[int, _Bucket] = {}
        self._granted: Counter[int] = Counter()  # turns that were given and whose message is not on its way yet
        self._queue: list[_Waiter] = []
        self._numbers = count()
        self._serving: asyncio.Task[None] | None = None
        self._halted_until = 0.0
        self._refused: set[int] = set()

    async def turn(self, chat_id: int, *, is_bulk: bool = True) -> None:
        """Wait until a message may go to this chat. Each turn is for one message, which must be sent."""
        chat = self._chat(chat_id)
        if chat is not None:
            wait = chat.missing(self._monotonic())
            chat.left -= 1  # at once: whoever comes next for this chat waits longer
            await asyncio.sleep(wait)
        if self._limits.overall is not None:
            waiter = _Waiter(is_bulk, next(self._numbers), asyncio.get_running_loop().create_future())
            heapq.heappush(self._queue, waiter)
            if self._serving is None or self._serving.done():
                self._serving = asyncio.create_task(self._serve())
            await waiter.turn
        self._granted[chat_id] += 1

    def sent(self, chat_id: int) -> None:
        """A message is about to go out: by a turn that was given, or in a conversation, which waits for nobody."""
        if self._take_back(chat_id):
            return
        now = self._monotonic()
        for bucket in (self._all(now), self._chat(chat_id)):
            if bucket is not None:
                bucket.missing(now)
                bucket.left = max(bucket.left - 1, -bucket.size)  # a long conversation is no debt: Telegram forgets it

    def unused(self, chat_id: int) -> None:
        """A turn was given and there is nothing to send after all."""
        self._take_back(chat_id)

    def served(self, chat_id: int) -> None:
        """Telegram took a message."""
        self._refused.clear()

    def refused(self, chat_id: int, seconds: float) -> None:
        """Telegram wants this chat left alone. Only when it says so for one chat after the other it means us."""
        self._refused.add(chat_id)
        if len(self._refused) >= FLOODED:
            self._refused.clear()
            self._halted_until = max(self._halted_until, self._monotonic() + min(seconds, LONGEST))

    def _take_back(self, chat_id: int) -> bool:
        left = self._granted.pop(chat_id, 0) - 1
        if left > 0:
            self._granted[chat_id] = left
        return left >= 0

    def _all(self, now: float) -> _Bucket | None:
        if self._overall is None and self._limits.overall is not None:
            self._overall = _Bucket(self._limits.overall, BURST, BURST, now)
        return self._overall

    def _chat(self, chat_id: int) -> _Bucket | None:
        rate = self._limits.private if chat_id > 0 else self._limits.group
        if rate is None:
            return None
        found = self._chats.get(chat_id)
        if found is None:
            now = self._monotonic()
            if len(self._chats) > MOST_CHATS:  # a full one says nothing
                self._chats = {key: one for key, one in self._chats.items() if not one.is_full(now)}
            size = 1.0 if chat_id > 0 else GROUP_BURST
            found = self._chats[chat_id] = _Bucket(rate, size, size, now)
        return found

    async def _serve(self) -> None:
        """Give turns, one after the other, as long as somebody waits."""
        while self._queue:
            now = self._monotonic()
            overall = self._all(now)
            wait = max(self._halted_until - now, overall.missing(now) if overall is not None else 0.0)
            if wait > 0:
                await asyncio.sleep(wait)
                continue  # a conversation may have taken it, or somebody more urgent may have come
            waiter = heapq.heappop(self._queue)
            if waiter.turn.done():  # given up
                continue
            if overall is not None:
                overall.left -= 1
            waiter.turn.set_result(None)
