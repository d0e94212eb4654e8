"""A stretch of wire in front of the portal that a test can spoil: HTTP in, HTTP out, real sockets."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache

Trouble = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
BOMB = 200_000_000


class Relay:
    """Passes everything on to `upstream` until it is told to do something else."""

    def __init__(self) -> None:
        self.url = ""
        self.upstream = ""
        self._trouble: Trouble | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._handling: set[asyncio.Task[None]] = set()

    def spoil(self, trouble: Trouble | None) -> None:
        """From now on this is what every request meets, on connections that are open too; None: all is well again."""
        self._trouble = trouble
        for writer in list(self._open):
            writer.transport.abort()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        if (task := asyncio.current_task()) is not None:
            self._handling.add(task)
            task.add_done_callback(self._handling.discard)
        self._open.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if self._trouble is not None:
                await self._trouble(reader, writer)
            else:
                await self.passed(reader, writer)
        self._open.discard(writer)
        await closed(writer)

    async def end(self) -> None:
        """Leave nothing on the wire: a socket that outlives its loop is an error in whichever test runs then."""
        self.spoil(refusal)
        while self._handling:
            for task in self._handling:
                task.cancel()
            await asyncio.wait(self._handling)

    async def passed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Both directions, until one side ends."""
        host, _, port = self.upstream.removeprefix("http://").partition(":")
        back, forth = await asyncio.open_connection(host, int(port))
        self._open.add(forth)
        ways = [asyncio.create_task(_pump(reader, forth)), asyncio.create_task(_pump(back, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open.discard(forth)
            for way in ways:
                way.cancel()
            await closed(forth)

    async def ten_seconds_late(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The portal does what it is asked, and its answer comes too late for anybody who waits."""
        host, _, port = self.upstream.removeprefix("http://").partition(":")
        back, forth = await asyncio.open_connection(host, int(port))
        sending = asyncio.create_task(_pump(reader, forth))
        try:
            answer = await back.read(1)
            await asyncio.sleep(10)  # the portal's pace
            writer.write(answer)
            await _pump(back, writer)
        finally:
            sending.cancel()
            await closed(forth)


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A page where JSON belongs."""
    await _answer(reader, writer, b"<html>Wartung</html>", "Content-Type: application/json")


async def bomb(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """200 MB of nothing in 200 kB of gzip."""
    await _answer(reader, writer, _bomb(), "Content-Type: application/json\r\nContent-Encoding: gzip")


async def refusal(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The connection ends before anything was read."""
    writer.transport.abort()


@asynccontextmanager
async def relay() -> AsyncIterator[Relay]:
    """A relay that listens."""
    made = Relay()
    server = await asyncio.start_server(made.handle, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    made.url = f"http://{host}:{port}"
    try:
        yield made
    finally:
        server.close()
        await made.end()


async def closed(writer: asyncio.StreamWriter) -> None:
    """To the end, also when the other side has gone."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes, headers: str) -> None:
    while await reader.readuntil(b"\r\n\r\n"):
        writer.write(f"HTTP/1.1 200 OK\r\n{headers}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(BOMB), 6)
