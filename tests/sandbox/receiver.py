"""A bot's address, as a test speaks of it: takes what the sandbox sends and answers what the test says."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.drivers.sandbox_views import Json, as_object


@dataclass
class Receiver:
    """Answers with the scripted statuses first and with 200 from then on; `hold` keeps answers back."""

    url: str = ""
    script: list[web.Response] = field(default_factory=list)
    taken: list[Json] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self.hold.set()

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """One update."""
        self.headers.append(dict(request.headers))
        self.at.append(asyncio.get_running_loop().time())
        self.taken.append(as_object(await request.json()))
        answer = self.script.pop(0) if self.script else web.Response()
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        async with self._news:
            self._news.notify_all()
        await self.hold.wait()
        self.busy -= 1
        return answer

    async def has(self, count: int) -> None:
        """Hold until this many requests have come."""
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: len(self.taken) >= count)

    def texts(self) -> list[str]:
        """What the messages say, in the order in which they came."""
        return [str(as_object(update["message"])["text"]) for update in self.taken if "message" in update]


@asynccontextmanager
async def receiver(script: Iterable[web.Response] = ()) -> AsyncIterator[Receiver]:
    """A server on this machine for the length of a block."""
    taking = Receiver(script=list(script))
    app = web.Application()
    app.router.add_post("/telegram", taking.receive)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        taking.url = f"http://{host}:{port}/telegram"
        yield taking
    finally:
        taking.hold.set()
        await runner.cleanup()
