"""What the outbox can do: planning a hundred thousand notices, and sending as fast as its transport allows.

Each a process of its own: `python -m bench.outbox plan FOLDER COUNT` and `... send FOLDER COUNT URL TOKEN` print JSON.
"""

import asyncio
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import orjson
import uvloop

from bench.household import CUSTOMER, subscribe
from bench.telegram import FIRST_PERSON
from bot.chat.transport import TelegramBot, TelegramRequest, base_url, message_id_of
from bot.log import configure
from bot.running import collect_seldom
from bot.settings import LogFormat, LogLevel
from notifications.authority import Authority
from notifications.deliver import AT_ONCE, Deliverer
from notifications.fan_out import Planner
from notifications.pace import Limits, Pace
from notifications.sender import Delivery, Fate
from services.subscriptions import EventKind
from storage.chats import Chats
from storage.connections import Account, Connection, Connections, Tokens
from storage.depths import Depths
from storage.engine import Database
from storage.events import Events, NewEvent
from storage.migrate import migrate
from storage.notices import Notice, Notices
from storage.subscriptions import Subscriptions
from storage.vault import Vault, generate_key, parse_keys

CHATS = 100_000  # that one event is planned for
MESSAGES = 5_000  # by each of the two in each round
ROUNDS = 4  # the two take turns: a machine whose speed changes is no better for one than for the other
TEXT = "Ihre Rechnung 2300229-11 über 59,32 € ist da."


@dataclass(frozen=True, slots=True)
class Planned:
    """One event for so many chats: seconds, and the megabytes that the process grew by."""

    chats: int
    seconds: float
    grown: float


@dataclass(frozen=True, slots=True)
class Sent:
    """Messages a second, and milliseconds of CPU for each: by the outbox without limits, and by a bare loop."""

    rate: float
    cpu: float
    bare_rate: float
    bare_cpu: float


@dataclass
class Box:
    """The parts between an event and the wire, on a database of its own."""

    database: Database
    vault: Vault
    notices: Notices
    events: Events
    subscriptions: Subscriptions
    connections: Connections
    planner: Planner

    @classmethod
    async def make(cls, folder: Path) -> "Box":
        """An empty one."""
        database, vault = Database(f"sqlite:///{folder / f'{uuid4().hex}.db'}"), Vault(parse_keys(generate_key()))
        await migrate(database)
        parts = (Notices(database, vault), Events(database, vault), Subscriptions(database, vault))
        planner = Planner(database, parts[1], parts[2], parts[0], _now)
        return cls(database, vault, *parts, Connections(database, vault), planner)

    async def fill(self, count: int) -> None:
        """So many chats that want everything, by one right, and one event for all of them."""
        account = Account("acc-1", "max", "Max", CUSTOMER, "Muster GmbH", ("portalAdmin",), "de", "Europe/Berlin")
        tokens = Tokens("a", "r", _now() + timedelta(hours=1), "openid")
        right = await self.connections.add(1, "Max", account, tokens, _now())
        if right is None:
            raise RuntimeError("it was to be an empty database")
        await subscribe(self.database, self.vault, range(FIRST_PERSON, FIRST_PERSON + count), right.id, _now())
        await self.happen(1)

    async def happen(self, number: int) -> None:
        """One more event for all of them."""
        facts: dict[str, object] = {"invoice": str(number), "total": "59.32"}
        await self.events.add([NewEvent(EventKind.INVOICE.value, CUSTOMER, (str(number),), facts, "poll")], _now())


async def plan(folder: Path, count: int) -> Planned:
    """One event for so many subscribers."""
    box = await Box.make(folder)
    await box.fill(count)
    before, began = _peak(), time.perf_counter()
    await box.planner.run_once()
    seconds, grown = time.perf_counter() - began, _peak() - before
    depth = await Depths(box.database).outbox(_now())
    await box.database.close()
    if depth.waiting != count:
        raise RuntimeError(f"{depth.waiting} of {count} planned")
    return Planned(count, seconds, grown)


class Plain:
    """Sends a line."""

    def __init__(self, bot: TelegramBot) -> None:
        self._bot = bot

    async def send(self, batch: Sequence[Notice]) -> Delivery:
        """One message."""
        sent = await self._bot.call("sendMessage", chat_id=batch[0].chat_id, text=TEXT)
        return Delivery(Fate.SENT, message_id=message_id_of(sent))


async def send(folder: Path, count: int, url: str, token: str) -> Sent:
    """A bare loop and the outbox without limits, on one transport."""
    request = TelegramRequest()
    bot = TelegramBot(token, base_url=base_url(url), request=request, get_updates_request=TelegramRequest())
    box = await Box.make(folder)
    await box.fill(count)

    async def vouch(connection: Connection) -> Connection | None:
        return connection

    authority = Authority(box.events, box.subscriptions, box.connections, vouch, _now)
    stores = (box.notices, Chats(box.database), box.subscriptions)
    pace = Pace(limits=Limits(None, None, None))
    bot.before_each_message(pace.sent)
    deliverer = Deliverer(*stores, authority, Plain(bot), pace, _now)
    bare_spent, own_spent = _Spent(), _Spent()

    async def bare(chats: Iterator[int]) -> None:
        for chat_id in chats:
            message_id_of(await bot.call("sendMessage", chat_id=chat_id, text=TEXT))

    for number in range(ROUNDS):
        if number:
            await box.happen(number + 1)
        await box.planner.run_once()
        chats = iter(range(FIRST_PERSON, FIRST_PERSON + count))
        with bare_spent:
            await asyncio.gather(*(bare(chats) for _ in range(AT_ONCE)))
        with own_spent:
            told = await deliverer.run_once()
        if told != count:
            raise RuntimeError(f"{told} of {count} sent")
    await request.shutdown()
    await box.database.close()
    each = count * ROUNDS
    return Sent(
        each / own_spent.seconds, own_spent.cpu / each * 1000, each / bare_spent.seconds, bare_spent.cpu / each * 1000
    )


class _Spent:
    """Seconds, and seconds of CPU, within its blocks."""

    def __init__(self) -> None:
        self.seconds = self.cpu = 0.0

    def __enter__(self) -> None:
        self.seconds -= time.perf_counter()
        self.cpu -= time.process_time()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter()
        self.cpu += time.process_time()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """Print the figures."""
    what, folder, count, *where = sys.argv[1:]
    configure(LogLevel.ERROR, LogFormat.JSON)
    collect_seldom()  # as the bot does
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        plans = what == "plan"
        found = runner.run(plan(Path(folder), int(count)) if plans else send(Path(folder), int(count), *where))
    sys.stdout.buffer.write(orjson.dumps(found) + b"\n")


if __name__ == "__main__":
    main()
