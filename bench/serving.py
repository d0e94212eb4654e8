"""HTTP/1.1 as lean as it goes, so that what answers the bots is not what is measured.

Keep-alive, no pipelining, bodies with Content-Length: what the clients of the measured bots send.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"
_JSON = "HTTP/1.1 {} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}\r\n"


@dataclass(slots=True)
class Request:
    """One request; `reply` may be called later, once."""

    path: str
    query: bytes
    body: bytes
    reply: Callable[[bytes], None]


Serve = Callable[[Request], None]


def answer(body: bytes, status: int = 200, headers: str = "") -> bytes:
    """A whole JSON answer; `headers` are lines that each end with CR LF."""
    return _JSON.format(status, len(body), headers).encode() + body


@runtime_checkable
class _Writable(Protocol):
    """uvloop's transports are no subclasses of asyncio's."""

    def write(self, data: bytes) -> None: ...

    def close(self) -> None: ...


class _Exchange(asyncio.Protocol):
    """One connection."""

    def __init__(self, serve: Serve, open_ones: set["_Exchange"]) -> None:
        self._serve = serve
        self._open_ones = open_ones
        self._read = b""
        self._transport: _Writable | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, _Writable):
            self._transport = transport
            self._open_ones.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._open_ones.discard(self)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._read += data
        head = self._read.find(_END)
        if head < 0:
            return
        found = _LENGTH.search(self._read, 0, head)
        ends = head + len(_END) + (int(found[1]) if found else 0)
        if len(self._read) < ends:
            return
        request, self._read = self._read[:ends], self._read[ends:]
        path, _, query = request[: request.index(b"\r\n")].split(b" ")[1].partition(b"?")
        self._serve(Request(path.decode(), query, request[head + len(_END) :], self._reply))

    def _reply(self, whole: bytes) -> None:
        if self._transport is not None:
            self._transport.write(whole)


class Server:
    """Serves on a free port of this machine."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._server: asyncio.Server | None = None
        self._open_ones: set[_Exchange] = set()
        self.url = ""

    async def __aenter__(self) -> "Server":
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Exchange(self._serve, self._open_ones), "127.0.0.1", 0, backlog=1024
        )
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for exchange in list(self._open_ones):
            exchange.close()


def after(seconds: float, reply: Callable[[bytes], None], whole: bytes) -> None:
    """Answer now, or so many seconds later."""
    if seconds > 0:
        asyncio.get_running_loop().call_later(seconds, reply, whole)
    else:
        reply(whole)
