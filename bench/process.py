"""A measured bot as a process of its own, pinned to its core, and what the kernel says about it."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_TICKS = os.sysconf("SC_CLK_TCK")
_STOP = 15.0


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory in MB."""

    now: float
    peak: float


class Process:
    """`python -m module arguments`, with nothing in its environment but what is given and the path."""

    def __init__(self, child: asyncio.subprocess.Process, started: float) -> None:
        self._child = child
        self.started = started

    @classmethod
    async def spawn(cls, core: int, folder: Path, environment: Mapping[str, str], *module: str) -> "Process":
        """Start it; its words go to a file in its folder."""
        with (folder / "output.log").open("ab") as output:
            started = time.perf_counter()
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                *module,
                cwd=folder,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
                stdout=output,
                stderr=output,
            )
        os.sched_setaffinity(child.pid, {core})
        return cls(child, started)

    def cpu_seconds(self) -> float:
        """User and system time of all its threads until now."""
        fields = Path(f"/proc/{self._child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> Memory:
        """Now and at most."""
        lines = Path(f"/proc/{self._child.pid}/status").read_text().splitlines()
        found = {name: line for line in lines for name in ("VmRSS", "VmHWM") if line.startswith(name)}
        return Memory(*(int(found[name].split()[1]) / 1024 for name in ("VmRSS", "VmHWM")))

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL for who does not listen."""
        if self._child.returncode is None:
            self._child.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._child.wait(), _STOP)
        except TimeoutError:
            self._child.kill()
            await self._child.wait()

    async def ended(self) -> None:
        """Until it ends by itself, which has to be well."""
        if await self._child.wait():
            raise RuntimeError(f"it ended with {self._child.returncode}; see output.log in its folder")
