"""A portal client in a process of its own, sent against one hostile portal per line of its input; T50 measures it.

Input: `attack address` lines. Output: a JSON line per attack with what came of each kind of call, then the memory peak.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from portal.calls import PortalAccess
from portal.client import Portal
from portal.errors import PortalError, StepUpDemand
from portal.models import AccessToken, AuthSession, Document, DocumentKind
from portal.oauth import Entry, Pkce
from portal.wire import Wire

TOKEN = AccessToken("canary-token")
DEMAND = StepUpDemand("urn:x", 300, "orders:write")
ORDER = Entry("a-1", "POST", "/orders", b"{}", "an order")


async def besiege(attack: str, address: str) -> dict[str, object]:
    """Make every kind of call against one hostile portal; none may end in anything but a portal error."""
    wire = Wire()
    portal = Portal(PortalAccess(address, "bot", "canary-secret"), wire)
    document = Document("d", "d.pdf", DocumentKind.INVOICE, "application/pdf", f"{address}/documents/d", None)

    async def fetch() -> None:
        async with portal.document(TOKEN, document):
            pass

    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: portal.contracts(TOKEN),
        lambda: portal.invoice(TOKEN, "b-1"),
        fetch,
        lambda: portal.find_order(TOKEN, "a-1"),
        lambda: portal.targets(TOKEN),
        lambda: portal.place_order(TOKEN, ORDER.body),
        lambda: portal.change_diversions(TOKEN, "ext-21", b"{}", '"1"'),
        lambda: portal.remove_target(TOKEN, "t-1"),
        lambda: portal.oauth.step_up_start(AuthSession("s"), DEMAND, [ORDER], "Max", pkce=Pkce.new()),
        lambda: portal.oauth.challenge_start("code", "Max", pkce=Pkce.new(), scope="x"),
    ]
    started = time.monotonic()
    outcomes = await asyncio.gather(*(outcome(call()) for call in calls))
    seconds = time.monotonic() - started
    await portal.aclose()
    await wire.aclose()
    return {"attack": attack, "outcomes": outcomes, "seconds": seconds}


async def outcome(call: Awaitable[object]) -> str:
    """The portal error's name; any other exception ends the process, and with it the test."""
    try:
        await call
    except PortalError as error:
        return type(error).__name__
    return "accepted"


def memory_peak() -> int:
    """Bytes; not by getrusage, whose peak begins with that of the process which this one was forked from."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines())
    return int(status["VmHWM"].split()[0]) * 1024


async def main() -> None:
    for line in sys.stdin:
        attack, address = line.split()
        sys.stdout.write(json.dumps(await besiege(attack, address)) + "\n")
    sys.stdout.write(json.dumps({"peak": memory_peak()}) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
