"""The bot as a process of its own, in a folder of its own, with secrets in files; whatever it leaves behind is kept."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class BotProcess:
    """`start`, `end`, `kill`; `traces` is everything that anybody with the disk, the log or the process table sees."""

    folder: Path
    environment: dict[str, str]
    running: subprocess.Popen[bytes] | None = None
    looked_at: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def database(self) -> Path:
        """The default place."""
        return self.folder / "var" / "bot.db"

    @property
    def log(self) -> Path:
        """Both of its streams, of all its lives."""
        return self.folder / "log.txt"

    def start(self, **more: str) -> None:
        """`python -m bot`, in the folder."""
        scratch = self.folder / "tmp"
        scratch.mkdir(exist_ok=True)
        clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch), "PYTHONUNBUFFERED": "1"}
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-X", "faulthandler", "-m", "bot"],
                cwd=self.folder,
                env=clean | self.environment | more,
                stdout=log,
                stderr=log,
            )

    def look(self) -> None:
        """Remember what can be read of it while it runs: environment, command line, the files it has open, its disk."""
        assert self.running is not None
        process = Path("/proc") / str(self.running.pid)
        self.looked_at += [(name, (process / name).read_bytes()) for name in ("environ", "cmdline")]
        for link in (process / "fd").iterdir():
            if link.exists() and link.is_file() and "db" not in link.readlink().name:
                self.looked_at.append((f"open file {link.readlink()}", link.read_bytes()))
        self.looked_at += list(self._disk())
        with closing(sqlite3.connect(self.database)) as source, closing(sqlite3.connect(":memory:")) as copy:
            source.backup(copy)
            self.looked_at.append(("backup", copy.serialize()))

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to end, or kill it; its code."""
        assert self.running is not None
        self.running.send_signal(by)
        return self.running.wait(timeout=15)

    def spoil(self, table: str, column: str) -> list[tuple[bytes, int]]:
        """Every sealed cell of a column is noise from now on; what it was, for `mend`. Each reading is a fault."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            rows = f"{table} WHERE {column} IS NOT NULL"
            was = connection.execute(f"SELECT {column}, rowid FROM {rows}").fetchall()  # noqa: S608 - names of ours
            there = [(number,) for _, number in was]
            connection.executemany(f"UPDATE {table} SET {column} = randomblob(80) WHERE rowid = ?", there)  # noqa: S608
            connection.commit()
        return was

    def mend(self, table: str, column: str, was: list[tuple[bytes, int]]) -> None:
        """It is as it was."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            connection.executemany(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", was)  # noqa: S608
            connection.commit()

    def traces(self) -> Iterator[tuple[str, bytes]]:
        """What was looked at, and what is on the disk now."""
        yield from self.looked_at
        yield from self._disk()

    def _disk(self) -> Iterator[tuple[str, bytes]]:
        for path in self.folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield str(path.relative_to(self.folder)), path.read_bytes()
