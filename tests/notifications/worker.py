"""A process that plans and sends, to be killed, stopped and told to end: `python -m tests.notifications.worker FOLDER`.

In FOLDER stand the database, `order.json` (where Telegram is, the key, how fast) and `later`: seconds that every clock
here is ahead, so that leases end when a test says so.
"""

import asyncio
import json
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.log import configure
from bot.settings import LogFormat, LogLevel
from notifications.pace import Limits
from storage.engine import Database
from storage.vault import Vault, parse_keys
from tests.notifications.outbox import outbox
from tests.notifications.telegram import TOKEN


class SharedClock:
    """The real time and what FOLDER/later says."""

    def __init__(self, folder: Path) -> None:
        self._later = folder / "later"

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self._later.read_text() or 0))


async def live(folder: Path) -> None:
    """Until somebody ends it."""
    order = json.loads((folder / "order.json").read_text())
    database, vault = Database(f"sqlite:///{folder / 'bot.db'}"), Vault(parse_keys(order["key"]))
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    limits = Limits(order["overall"], None, None)
    with (folder / "set-out").open("ab", buffering=0) as tally:
        async with outbox(database, vault, order["telegram"], TOKEN, SharedClock(folder), limits=limits) as box:
            box.sender.tally = tally

            async def work() -> None:
                while not ended.is_set():
                    await box.work()
                    await asyncio.wait((over,), timeout=0.05)

            over = asyncio.create_task(ended.wait())
            working = asyncio.create_task(work())
            await asyncio.wait((over, working), return_when=asyncio.FIRST_COMPLETED)
            await box.deliverer.drain(7.0)
            await working
    await database.close()


if __name__ == "__main__":
    configure(LogLevel.ERROR, LogFormat.JSON)
    asyncio.run(live(Path(sys.argv[1])))
