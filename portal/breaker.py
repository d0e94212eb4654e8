"""A circuit breaker: during an outage people are answered at once, and the portal is asked by one probe at a time."""

from collections.abc import Callable

THRESHOLD = 5
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 15.0
PROBE_LEASE = 5.0


class Breaker:
    """Opens after a row of failures; then lets one probe through per pause, and the pauses grow until one succeeds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures = 0
        self._pause = 0.0  # zero: closed
        self._next_probe = 0.0

    @property
    def is_open(self) -> bool:
        return self._pause > 0

    def blocked_for(self) -> float:
        """Seconds until the next probe, or zero: go ahead. Going ahead while open makes the caller the probe."""
        if not self.is_open:
            return 0.0
        now = self._clock()
        if now < self._next_probe:
            return self._next_probe - now
        # A lease, not a lock: a probe that is cancelled never reports, and the next one must not wait for it.
        self._next_probe = now + PROBE_LEASE
        return 0.0

    def succeeded(self) -> None:
        """The portal answered."""
        self._failures = 0
        self._pause = 0.0

    def failed(self) -> None:
        """The portal did not answer."""
        self._failures += 1
        if self.is_open:
            self._open(min(self._pause * 2, LONGEST_PAUSE))
        elif self._failures >= THRESHOLD:
            self._open(FIRST_PAUSE)

    def _open(self, pause: float) -> None:
        self._pause = pause
        self._next_probe = self._clock() + pause
