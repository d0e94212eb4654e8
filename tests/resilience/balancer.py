"""A load balancer between Telegram and the bot's processes: each request goes to the next of them."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web


@dataclass
class Balancer:
    """`url` is where it listens, `upstreams` where it leads."""

    url: str = ""
    upstreams: list[str] = field(default_factory=list)
    turns: "itertools.count[int]" = field(default_factory=itertools.count)

    async def forward(self, request: web.Request) -> web.Response:
        """One request, to whose turn it is; 502 when nobody is there."""
        upstream = self.upstreams[next(self.turns) % len(self.upstreams)]
        kept = ("Content-Type", "X-Telegram-Bot-Api-Secret-Token")
        headers = {name: value for name, value in request.headers.items() if name in kept}
        try:
            async with aiohttp.ClientSession() as session:
                body = await request.read()
                async with session.post(upstream + request.path, data=body, headers=headers) as answer:
                    return web.Response(status=answer.status, body=await answer.read())
        except aiohttp.ClientError:
            return web.Response(status=502)


@asynccontextmanager
async def balancer() -> AsyncIterator[Balancer]:
    """Listening for the length of a block."""
    middle = Balancer()
    app = web.Application()
    app.router.add_post("/{path:.*}", middle.forward)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        middle.url = f"http://{host}:{port}"
        yield middle
    finally:
        await runner.cleanup()
