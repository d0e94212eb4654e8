"""An ASGI application served inside this process: listens when it is started, ends what runs when it is stopped."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from bot.values import AddressTaken, Bind

PATIENCE = 1.0  # seconds that requests under way have at the end
AT_ONCE = 1_000  # connections and requests; more are told to come again
BACKLOG = 2048


class Serving:
    """`start()` listens (port 0 = a free one); `url` is where."""

    def __init__(self, app: ASGIApp, bind: Bind) -> None:
        self.url = ""
        self._bind = bind
        self._server = _Server(
            uvicorn.Config(
                app,
                lifespan="off",
                log_config=None,
                log_level="error",  # what strangers send is not worth a line
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=AT_ONCE,
                timeout_keep_alive=75,
            )
        )
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen; AddressTaken when that can't be."""
        host, port = self._bind.host, self._bind.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            raise AddressTaken(f"{self._bind}: {error.strerror or error}") from None
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.url = f"http://{Bind(host, listening.getsockname()[1])}"
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))

    async def stop(self) -> None:
        """Take no more, and see those under way to their end."""
        if self._serving is not None:
            self._server.told_to_stop.set()
            await self._serving
            self._serving = None


class _Server(uvicorn.Server):
    """uvicorn inside somebody else's process: signals are the host's business, and the end does not wait for a tick."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told_to_stop = asyncio.Event()

    async def main_loop(self) -> None:
        while not self.told_to_stop.is_set():
            await self.on_tick(0)  # the date of the answers
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self.told_to_stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=PATIENCE)
        for task in self.server_state.tasks:
            task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
