"""What a round of polls costs in which nothing is new: every connected account's invoices are looked at once.

Run as a process of its own: `python -m bench.poll FOLDER ACCOUNTS` prints requests, queries and seconds as JSON. The
portal is a lean server in the same process that says "nothing changed", so its share is in the seconds.
"""

import asyncio
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import structlog
import uvloop
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bench.serving import Request, Server, answer
from notifications.asking import Asking
from notifications.detect import SLOW, Detector
from portal.calls import PortalAccess
from portal.client import Portal
from portal.wire import Wire
from services.sessions import Sessions
from storage.bill_watch import BillWatch
from storage.connections import Account, Connections, Tokens
from storage.engine import Database
from storage.events import Events
from storage.migrate import migrate
from storage.notices import Notices
from storage.subscriptions import Subscriptions
from storage.vault import Vault, generate_key, parse_keys

SIZES = (1_000, 10_000, 50_000)
_BEGIN = datetime(2027, 1, 13, 9, tzinfo=UTC)
_FOR_EVER = datetime(2099, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Poll:
    """One round over so many accounts."""

    accounts: int
    requests: int
    queries: int
    seconds: float


class _Quiet:
    """A portal where nothing happens."""

    def __init__(self) -> None:
        self.requests = 0

    def serve(self, request: Request) -> None:
        """Metadata once, and then empty lists."""
        self.requests += 1
        request.reply(answer(b"{}" if ".well-known" in request.path else b"[]"))


async def measure(path: Path, accounts: int) -> Poll:
    """Connect, look at everybody once, wait until all are due, and measure the next look at all of them."""
    now, quiet, queries = _BEGIN, _Quiet(), 0
    database, vault, wire = Database(f"sqlite:///{path}"), Vault(parse_keys(generate_key())), Wire()
    await migrate(database)

    def counted(*_: object) -> None:
        nonlocal queries
        queries += 1

    def clock() -> datetime:
        return now

    async with Server(quiet.serve) as server:
        portal = Portal(PortalAccess(server.url, "bot", "secret"), wire)
        people = Connections(database, vault)
        asking = Asking(Sessions(portal, people, clock), Notices(database, vault), clock)
        watch = BillWatch(database, vault, people, Events(database, vault))
        detector = Detector(portal, asking, watch, Subscriptions(database, vault), clock)
        for n in range(accounts):
            account = Account(f"acc-{n}", "user", "Max", f"cust-{n}", "GmbH", ("portalAdmin",), "de", "Europe/Berlin")
            await people.add(n, "Max", account, Tokens("access", None, _FOR_EVER, "bills:read"), now)
        before = -1
        while quiet.requests != before:  # enrolled some at a time
            before = quiet.requests
            await detector.enrol()
            while await detector.run_once():
                pass
        now += SLOW + timedelta(minutes=1)
        event.listen(Engine, "before_cursor_execute", counted)
        before, began = quiet.requests, time.perf_counter()
        while await detector.run_once():
            pass
        seconds = time.perf_counter() - began
        event.remove(Engine, "before_cursor_execute", counted)
        await portal.aclose()
    await wire.aclose()
    await database.close()
    return Poll(accounts, quiet.requests - before, queries, round(seconds, 2))


def main() -> None:
    """Print the figures."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    accounts = int(sys.argv[2])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(measure(Path(sys.argv[1]) / f"poll-{accounts}.db", accounts))
    sys.stdout.write(orjson.dumps(asdict(found)).decode() + "\n")


if __name__ == "__main__":
    main()
