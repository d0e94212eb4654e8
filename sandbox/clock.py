"""The sandbox's own time: real time plus an offset that a test moves (48 h rule, late callbacks)."""

import time
from collections.abc import Callable


class Clock:
    def __init__(self, real: Callable[[], float] = time.time) -> None:
        self._real = real
        self.offset = 0.0

    def now(self) -> float:
        return self._real() + self.offset
