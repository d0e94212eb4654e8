"""The composition: one HTTP port for Bot API, simulation API, SMS gateway and page, one SMTP port for mail."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from .botapi.server import BotApi
from .botapi.spec import Specification
from .clock import Clock
from .errors import SimRefused
from .http import CuttableProtocol, JsonResponse
from .mailbox import Mailbox
from .settings import SandboxSettings
from .sim.people_routes import PeopleRoutes
from .sim.server_routes import ServerRoutes
from .sms import SmsPhone
from .world import World

PAGE = Path(__file__).parent / "page"
GRACE_SECONDS = 0.5
PAGE_FILE = frozenset({".html", ".css", ".js", ".svg", ".png", ".ico", ".woff2", ".webmanifest"})


class SandboxApp:
    """The ASGI application: the Bot API by its path, everything else through the router."""

    def __init__(self, settings: SandboxSettings, clock: Clock | None = None) -> None:
        self.world = World(settings, clock)
        self.phone = SmsPhone(self.world)
        self.mailbox = Mailbox(self.world)
        self.bot_api = BotApi(self.world, Specification.load(settings.spec))
        self._router = Starlette(
            routes=[
                *PeopleRoutes(self.world).routes(),
                *ServerRoutes(self.world, self.phone, self.mailbox).routes(),
                Route("/sms", self.phone.gateway, methods=["POST"]),
                Route("/", _page),
                Route("/{name}", _page),
            ],
            exception_handlers={SimRefused: _refused},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if path.startswith("/bot"):
            await self.bot_api(scope, receive, send)
        elif path.startswith("/file/bot"):
            await self.bot_api.download(scope, send)
        elif path.startswith("/sim/files/"):
            await self.bot_api.serve_file(path.split("/")[3], send)
        else:
            await self._router(scope, receive, send)


async def _page(request: Request) -> Response:
    name = request.path_params.get("name", "index.html")
    file = PAGE / name
    if file.suffix not in PAGE_FILE or not await asyncio.to_thread(file.is_file):
        return JsonResponse({"error": f"there is no page {name}"}, 404)
    return FileResponse(file, headers={"cache-control": "no-cache"})


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, SimRefused) else 500
    return JsonResponse({"error": str(error)}, status)


class _Server(uvicorn.Server):
    """uvicorn inside somebody else's process: signals are the host's business, and the end comes at once."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Without uvicorn's fixed pause: hundreds of tests start and stop a sandbox each."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=GRACE_SECONDS)
        for task in self.server_state.tasks:
            task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Sandbox:
    """A running sandbox: `async with Sandbox(settings) as sandbox`, or start() and stop()."""

    def __init__(self, settings: SandboxSettings | None = None, clock: Clock | None = None) -> None:
        self.settings = settings or SandboxSettings()
        self.app = SandboxApp(self.settings, clock)
        self.url = ""
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def smtp_port(self) -> int:
        return self.app.mailbox.port

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    async def start(self) -> None:
        listening = socket.create_server((self.settings.host, self.settings.port), backlog=2048)
        # asyncio switches Nagle off only for sockets that it makes itself; with it every answer takes 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.url = f"http://{self.settings.host}:{listening.getsockname()[1]}"
        try:
            await self.app.mailbox.start(self.settings.host, self.settings.smtp_port)
        except OSError:
            listening.close()
            raise
        config = uvicorn.Config(
            self.app,
            http=CuttableProtocol,
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=False,
            timeout_keep_alive=75,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))

    async def stop(self) -> None:
        self.app.world.versions.release()
        for queue in self.app.world.queues.values():
            queue.cut()
        for webhook in self.app.world.webhooks.values():
            await webhook.close()
        if self._server is not None and self._serving is not None:
            self._server.stopping.set()
            await self._serving
        await self.app.mailbox.stop()

    async def serve_forever(self) -> None:
        if self._serving is not None:
            await self._serving

    async def __aenter__(self) -> "Sandbox":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
