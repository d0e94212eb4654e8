"""The three measured bots: how each is started and told where Telegram, the portal and its database are."""

import asyncio
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.household import furnish, furnish_naive
from bench.naive import Task
from bench.portal import PRODUCTS
from bench.process import Memory, Process
from bench.telegram import BotSide, Telegram
from storage.vault import generate_key

PEOPLE = 512
OURS, PTB, AIOGRAM = "e:service bot", "naive python-telegram-bot", "naive aiogram"
_TOKENS = {name: f"{1001 + place}:" + "bench-token-" + "0" * 30 for place, name in enumerate((OURS, PTB, AIOGRAM))}
_NAIVE = {PTB: "bench.naive_ptb", AIOGRAM: "bench.naive_aiogram"}
_START = 30.0
_SETTLED = 1.5  # seconds after the first getUpdates until a bot counts as idle


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the bots play: addresses, a folder on disk, the core that is theirs."""

    telegram_url: str
    portal_url: str
    folder: Path
    core: int


@dataclass
class Measured:
    """A running bot, Telegram's side of it, and what its start has shown."""

    name: str
    process: Process
    side: BotSide
    first_poll: float
    idle: Memory = field(default_factory=lambda: Memory(0.0, 0.0))


class Bots:
    """Prepares the databases once, and starts bots on fresh copies of them."""

    def __init__(self, stage: Stage, telegram: Telegram, people: int = PEOPLE) -> None:
        self._stage = stage
        self._telegram = telegram
        self._people = people
        self.keys = generate_key()
        self._words: dict[str, str] = {}

    async def prepare(self) -> None:
        """Furnish the databases; let our bot answer once, so that the naive ones can say the same."""
        await furnish(self._stage.folder / "bot.db", self.keys, self._people)
        furnish_naive(self._stage.folder / "naive.db", self._people)
        ours = await self.start(OURS)
        ours.side.begin(1)
        await ours.side.answers(1, _START)
        await ours.side.end(1.0)
        await ours.process.stop()
        self._words = ours.side.sample
        if "reply_markup" not in self._words:
            raise RuntimeError("the bot did not answer; see output.log in its folder")

    async def start(self, name: str) -> Measured:
        """A fresh process on a fresh copy of the database, up to its first getUpdates, and then idle."""
        folder = self._folder_of(name)
        await asyncio.to_thread(self._move_in, name, folder)
        side = self._telegram.add(_TOKENS[name], self._people)
        environment = self._ours(folder) if name == OURS else {"BENCH_TASK": str(folder / "task.json")}
        module = ("bot", "run") if name == OURS else (_NAIVE[name],)
        process = await Process.spawn(self._stage.core, folder, environment, *module)
        try:
            await asyncio.wait_for(side.polled.wait(), _START)
        except TimeoutError:
            await process.stop()
            raise RuntimeError(f"{name} did not start; see {folder}/output.log") from None
        found = Measured(name, process, side, side.first_poll - process.started)
        await asyncio.sleep(_SETTLED)
        found.idle = process.memory()
        return found

    def database_of(self, name: str) -> Path:
        """Where a bot that was started keeps what it knows."""
        return self._folder_of(name) / "bot.db"

    def _folder_of(self, name: str) -> Path:
        return self._stage.folder / name.replace(" ", "-").replace(":", "")

    def _move_in(self, name: str, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        source = "bot.db" if name == OURS else "naive.db"
        for old in folder.glob("*.db*"):
            old.unlink()
        shutil.copy(self._stage.folder / source, folder / source)
        if name != OURS:
            self._task(name, folder / source).write(folder / "task.json")

    def _task(self, name: str, database: Path) -> Task:
        return Task(
            token=_TOKENS[name],
            telegram=self._stage.telegram_url,
            products=f"{self._stage.portal_url}{PRODUCTS}",
            database=str(database),
            text=self._words["text"],
            keyboard=self._words["reply_markup"],
        )

    def _ours(self, folder: Path) -> Mapping[str, str]:
        return {
            "TELEGRAM_BOT_TOKEN": _TOKENS[OURS],
            "TELEGRAM_API_URL": self._stage.telegram_url,
            "PORTAL_URL": self._stage.portal_url,
            "PORTAL_CLIENT_ID": "bench",
            "PORTAL_CLIENT_SECRET": secrets.token_urlsafe(24),
            "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
            "SECRET_KEYS": self.keys,
        }
