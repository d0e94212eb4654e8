"""The portal's time: a wall clock for dates and a monotonic one for lives that must not stretch.

A wall clock may be set back by an hour; a PIN must not live an hour longer for it. So whatever is short and secret is
measured on the monotonic clock, which on Linux runs on across restarts of the process: `boot` says whether two readings
may be compared.
"""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from uuid import uuid4


class Clock(Protocol):
    """Time as a value that is passed in: the system's, or a test's."""

    @property
    def boot(self) -> str: ...

    def __call__(self) -> datetime: ...

    def monotonic(self) -> float: ...


class SystemClock:
    """The machine's clocks."""

    def __init__(self) -> None:
        self._boot = _boot_id()

    @property
    def boot(self) -> str:
        return self._boot

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def _boot_id() -> str:
    """Where the kernel tells no boot id, monotonic readings are only comparable within this process."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return uuid4().hex
