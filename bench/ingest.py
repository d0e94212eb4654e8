"""How many updates a second become durable: `Polling.ingest` with batches of 100, on a SQLite file, answering nothing.

Run as a process of its own: `python -m bench.ingest FILE` prints the figure.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import orjson
import uvloop
from telegram import Bot

from bench.telegram import FIRST_PERSON, update
from bot.chat.polling import Polling
from bot.chat.transport import TelegramRequest
from storage.engine import Database
from storage.inbox import Inbox
from storage.leases import Leases
from storage.migrate import migrate
from storage.vault import Vault, generate_key, parse_keys

BATCH = 100
BATCHES = 150
_WARM_UP = 10


async def measure(path: Path, batches: int = BATCHES) -> float:
    """Updates per second, from Telegram's JSON to the commit."""
    database = Database(f"sqlite:///{path}")
    await migrate(database)
    inbox = Inbox(database, Vault(parse_keys(generate_key())), 1001)
    request = TelegramRequest()
    bot = Bot("1001:" + "0" * 35, request=request)
    stored: list[object] = []
    polling = Polling(bot, request, inbox, Leases(database), stored.append, lambda: datetime.now(UTC))
    started = 0.0
    for number in range(-_WARM_UP, batches):
        if number == 0:
            started = time.perf_counter()
        first = (number + _WARM_UP) * BATCH + 1
        written = b"[" + b",".join(update(first + n, FIRST_PERSON + n) for n in range(BATCH)) + b"]"
        await polling.ingest(orjson.loads(written))
    rate = batches * BATCH / (time.perf_counter() - started)
    if len(stored) != (_WARM_UP + batches) * BATCH:
        raise RuntimeError("not everything was stored")
    await database.close()
    return rate


def main() -> None:
    """Print the figure."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rate = runner.run(measure(Path(sys.argv[1])))
    sys.stdout.write(f"{rate:.0f}\n")


if __name__ == "__main__":
    main()
