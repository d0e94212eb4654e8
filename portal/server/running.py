"""The reference portal inside a running event loop: for the demo and for tests."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import uvicorn

from portal.server.app import create_app
from portal.server.clock import Clock
from portal.server.context import Context
from portal.server.settings import PortalSettings


class PortalServer:
    """`start()` binds (port 0 = a free one) and serves; `url` is where. An unset public address becomes that one."""

    def __init__(self, settings: PortalSettings, clock: Clock | None = None) -> None:
        # IPPROTO_TCP is said because asyncio turns Nagle's delay off for such sockets only: 40 ms on each answer
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((settings.host, settings.port))
        host, port = self._socket.getsockname()
        self.url = f"http://{host}:{port}"
        self.settings = settings if settings.public_url else replace(settings, public_url=self.url)
        self.app = create_app(self.settings, clock)
        config = uvicorn.Config(
            self.app,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=3,
            timeout_keep_alive=75,  # longer than whoever calls keeps a connection: none is closed under a request
        )
        self._server = _Quiet(config)
        self._task: asyncio.Task[None] | None = None

    @property
    def context(self) -> Context:
        context = self.app.state.context
        if not isinstance(context, Context):
            raise TypeError("the application was built without its context")
        return context

    async def start(self) -> None:
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        self._task.add_done_callback(lambda _: self._server.ready.set())
        await self._server.ready.wait()
        if not self._server.started:
            await self._task
            raise RuntimeError("the portal did not start")

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        self._socket.close()


class _Quiet(uvicorn.Server):
    """Leaves signals to the process that embeds it and says when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
