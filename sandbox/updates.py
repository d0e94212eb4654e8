"""The updates of a bot until it has them, and getUpdates: offsets confirm, a second poller ends the first with 409."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from .clock import Clock
from .errors import ApiError, CutConnection
from .json_values import JsonObject
from .people import Bot
from .versions import Versions

EXPIRY_SECONDS = 86_400
MAX_TIMEOUT = 50
CONFLICT_PAUSE = 3.0
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
CONFLICT_WEBHOOK = "Conflict: terminated by setWebhook request"
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Pending:
    id: int
    at: float
    body: JsonObject
    received: Callable[[], None] | None


class UpdateQueue:
    """The updates of one bot that are not confirmed yet, and the one poll that may be held.

    `on_push` hears of each new update: with a webhook it is sent out instead of polled for.
    """

    def __init__(
        self, bot: Bot, clock: Clock, versions: Versions, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.resource = f"updates:{bot.username}"
        self.confirmed = 0
        self.polls = 0
        self.next_id = 500_000_000 + bot.id % 1_000_000
        self._clock = clock
        self._versions = versions
        self._monotonic = monotonic
        self.on_push: Callable[[Pending], None] | None = None
        self._pending: dict[int, Pending] = {}  # oldest first
        self._allowed: frozenset[str] | None = None
        self._held: asyncio.Future[None] | None = None
        self._next_conflict = 0.0
        self._last_poll: tuple[int, float] | None = None

    @property
    def polling(self) -> bool:
        return self._held is not None

    def __len__(self) -> int:
        return len(self._pending)

    def push(self, kind: str, content: JsonObject, received: Callable[[], None] | None = None) -> int | None:
        """Queue an update unless the bot does not want its kind; `received` is called when the bot confirms it."""
        if (kind in NOT_BY_DEFAULT) if self._allowed is None else (kind not in self._allowed):
            return None
        update_id = self.next_id
        self.next_id += 1
        update = Pending(update_id, self._clock.now(), {"update_id": update_id, kind: content}, received)
        self._pending[update_id] = update
        self._versions.touch(self.resource)
        self._wake()
        if self.on_push is not None:
            self.on_push(update)
        return update_id

    def pending(self) -> list[Pending]:
        """What is not confirmed, oldest first."""
        self._expire()
        return list(self._pending.values())

    def is_pending(self, update_id: int) -> bool:
        self._expire()
        return update_id in self._pending

    def taken(self, update_id: int) -> None:
        """The webhook has this one; `confirmed` is the last before the oldest that it has not."""
        update = self._pending.pop(update_id, None)
        if update is None:
            return
        self.confirmed = next(iter(self._pending), self.next_id) - 1
        self._versions.touch(self.resource)
        if update.received is not None:
            update.received()

    def allow(self, kinds: list[str]) -> None:
        """allowed_updates sticks until it is sent again; an empty list is the default again."""
        self._allowed = frozenset(kinds) or None

    def allowed(self) -> list[str] | None:
        return sorted(self._allowed) if self._allowed is not None else None

    def clear(self) -> None:
        self._pending.clear()
        self.touch()

    def touch(self) -> None:
        """Something about how updates leave has changed."""
        self._versions.touch(self.resource)

    def cut(self) -> None:
        """An outage: the held poll loses its connection."""
        if self._held and not self._held.done():
            self._held.set_exception(CutConnection())

    def end_poll(self) -> None:
        """A webhook was set: the held poll is over."""
        if self._held and not self._held.done():
            self._held.set_exception(ApiError(409, CONFLICT_WEBHOOK))

    def _wake(self) -> None:
        if self._held and not self._held.done():
            self._held.set_result(None)

    def _confirm(self, offset: int) -> None:
        before = len(self._pending)
        if offset < 0:
            while len(self._pending) > -offset:
                self._confirm_oldest()
        else:
            while self._pending and next(iter(self._pending)) < offset:
                self._confirm_oldest()
        self._expire()
        if len(self._pending) != before:
            self._versions.touch(self.resource)

    def _expire(self) -> None:
        expired = self._clock.now() - EXPIRY_SECONDS
        while self._pending and (oldest := next(iter(self._pending.values()))).at < expired:
            del self._pending[oldest.id]

    def _confirm_oldest(self) -> None:
        update = self._pending.pop(next(iter(self._pending)))
        self.confirmed = update.id
        if update.received is not None:
            update.received()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[JsonObject]:
        """One getUpdates request, from its parameters to its answer."""
        self._end_other_poll()
        self.polls += 1
        self._confirm(offset)
        limit, timeout = self._calmed(offset, min(max(limit, 1), 100), min(max(timeout, 0), MAX_TIMEOUT))
        if not self._pending and timeout > 0:
            await self._hold(timeout)
            self._confirm(offset)
        return [update.body for update in islice(self._pending.values(), limit)]

    def _calmed(self, offset: int, limit: int, timeout: float) -> tuple[int, float]:
        """The same offset again at once: Telegram slows the bot down."""
        now = self._monotonic()
        last, self._last_poll = self._last_poll, (offset, now)
        if last and last[0] == offset and now < last[1] + 3.0:
            timeout = max(timeout, 3.0)
            if now < last[1] + 0.5:
                limit = 1
        return limit, timeout

    def _end_other_poll(self) -> None:
        if self._held is None or self._held.done():
            return
        other, now = self._held, self._monotonic()
        self._held = None
        if now >= self._next_conflict:
            self._next_conflict = now + CONFLICT_PAUSE
            other.set_exception(ApiError(409, CONFLICT))
        else:
            asyncio.get_running_loop().call_later(CONFLICT_PAUSE, _fail, other)

    async def _hold(self, timeout: float) -> None:
        held: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._held = held
        self._versions.touch(self.resource)
        try:
            async with asyncio.timeout(timeout):
                await held
        except TimeoutError:
            return
        finally:
            if self._held is held:
                self._held = None


def _fail(poll: asyncio.Future[None]) -> None:
    if not poll.done():
        poll.set_exception(ApiError(409, CONFLICT))
