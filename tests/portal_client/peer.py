"""A real HTTP server whose every byte the test decides: it can refuse, reset, drip, cut off and lie."""

import asyncio
import json
import socket
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class Peer:
    """The server's end of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: "Server") -> None:
        self._reader = reader
        self._writer = writer
        self._server = server

    async def request(self) -> Request:
        """Read the next request whole; IncompleteReadError when the client has gone."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        request = Request(method, target, headers, await self._body(headers))
        self._server.requests.append(request)
        self._server.arrived.set()
        return request

    async def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return await self._reader.readexactly(int(headers.get("content-length", "0")))
        parts = []
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            parts.append(await self._reader.readexactly(size))
            await self._reader.readexactly(2)
        await self._reader.readexactly(2)
        return b"".join(parts)

    async def send(self, data: bytes) -> None:
        """Write as it is."""
        self._writer.write(data)
        await self._writer.drain()

    async def answer(
        self, status: int = 200, body: bytes = b"{}", headers: Mapping[str, str] | None = None, cut: int = 0
    ) -> None:
        """A proper answer, or one whose body lacks its last `cut` bytes."""
        fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
        await self.send(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body[: len(body) - cut])

    async def answer_json(self, document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        await self.answer(status, json.dumps(document).encode(), headers)

    def reset(self) -> None:
        """End the connection with RST."""
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def gone(self) -> None:
        """Wait until the client hangs up."""
        await self._reader.read()


Script = Callable[[Peer], Awaitable[None]]


@dataclass(slots=True)
class Server:
    """What the test sees of it."""

    url: str = ""
    connections: int = 0
    requests: list[Request] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[Server]:
    """Run `script` for every connection, which ends with it."""
    server = Server()
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
        try:
            await script(Peer(reader, writer, server))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    listener = await asyncio.start_server(connected, "127.0.0.1", 0, limit=2**20, backlog=1024)
    host, port = listener.sockets[0].getsockname()
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def always(answer: Callable[[Peer, Request], Awaitable[None]]) -> Script:
    """Answer every request of a kept connection in the same way."""

    async def script(peer: Peer) -> None:
        while True:
            await answer(peer, await peer.request())

    return script


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def bomb(size: int) -> bytes:
    """`size` zero bytes, zipped small."""
    zipper, mebibyte = zlib.compressobj(9, wbits=31), bytes(1024 * 1024)
    parts = [zipper.compress(mebibyte) for _ in range(size // len(mebibyte))]
    return b"".join(parts) + zipper.flush()
