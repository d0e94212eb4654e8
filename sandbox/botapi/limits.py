"""Telegram's flood limits: 30 a second overall, 1 a second and chat (short bursts pass), 20 a minute and group."""

import math
import time
from collections.abc import Callable

from ..errors import too_many_requests


class _Bucket:
    """Holds up to `size` permits and gains `rate` of them a second."""

    __slots__ = ("at", "left", "rate", "size")

    def __init__(self, rate: float, size: float, now: float) -> None:
        self.rate = rate
        self.size = size
        self.left = size
        self.at = now

    def missing(self, now: float) -> float:
        """Seconds until a permit is there; 0 when there is one."""
        self.left = min(self.size, self.left + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.left >= 1 else (1 - self.left) / self.rate


class RateLimits:
    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._buckets: dict[tuple[str, int, int], _Bucket] = {}

    def _bucket(self, name: str, bot_id: int, chat_id: int, rate: float, size: float) -> _Bucket:
        key = (name, bot_id, chat_id)
        found = self._buckets.get(key)
        if found is None:
            found = self._buckets[key] = _Bucket(rate, size, self._monotonic())
        return found

    def spend(self, bot_id: int, chat_id: int, group: bool) -> None:
        """Take one message's permits or answer 429."""
        now = self._monotonic()
        buckets = [self._bucket("all", bot_id, 0, 30, 30), self._bucket("chat", bot_id, chat_id, 1, 3)]
        if group:
            buckets.append(self._bucket("group", bot_id, chat_id, 20 / 60, 20))
        missing = max(bucket.missing(now) for bucket in buckets)
        if missing > 0:
            raise too_many_requests(max(1, math.ceil(missing)))
        for bucket in buckets:
            bucket.left -= 1

    def clear(self) -> None:
        self._buckets.clear()
