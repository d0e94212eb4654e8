"""The one place where HTTP connections are made, for the portal and for Telegram.

It answers three questions that nobody above can answer later:

* **Was it sent?** A request that failed before a connection was handed to it was *surely not sent* (`NotSent`: refused,
  DNS, TLS, connect time-out, pool full) and may be repeated. From then on its bytes may have arrived, so its fate is
  unknown (`Lost`: read time-out, reset, server gone, answer cut off). aiohttp's own trace signals mark the moment.
* **How much, how long?** Bodies are inflated in bounded steps up to a cap, each call has one deadline for everything,
  so neither a gzip bomb nor a slow drip can hold memory or time.
* **Where to?** Redirects are answers, not instructions; proxy variables of the environment are not read; cookies are
  never kept; and a wire made with `public_only` connects to no private address, whatever a name resolves to.

Texts of the library's exceptions can contain the address, and Telegram's address contains the bot token. They never
leave this module: what is raised here carries the exception's class name only.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from socket import AF_UNSPEC, AddressFamily
from types import SimpleNamespace
from typing import Protocol

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.http_exceptions import HttpProcessingError

from portal.upload import Upload

MIB = 1024 * 1024
JSON_CAP = 5 * MIB

Headers = Mapping[str, str]
Body = bytes | Upload

# Every way in which aiohttp says that a request failed; tests/portal_client/test_wire_errors.py walks aiohttp for more.
FAILURES = (aiohttp.ClientError, HttpProcessingError, OSError, TimeoutError)


class WireError(Exception):
    """No complete answer came."""


class NotSent(WireError):
    """Nobody can have read the request."""


class Lost(WireError):
    """The request may have been read, and its answer is not here."""


class Unreadable(Lost):
    """An answer came, but it is over the cap or cannot be decoded."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer."""

    status: int
    headers: Headers
    body: bytes


class Observer(Protocol):
    """Hears of each request when it has ended; `status` is None when no answer came."""

    def __call__(self, method: str, url: str, status: int | None, seconds: float, /) -> None: ...


class Passage:
    """How far one request got."""

    __slots__ = ("connected",)

    def __init__(self) -> None:
        self.connected = False


@contextmanager
def told(passage: Passage) -> Iterator[None]:
    """Turn the library's exceptions into ours; the one seam."""
    try:
        yield
    except FAILURES as failure:
        name = type(failure).__name__
        # `from None`, and not the failure itself: its text may hold the address.
        raise (Lost(name) if passage.connected else NotSent(name)) from None


class Incoming:
    """An answer whose head is here and whose body is still coming."""

    def __init__(self, response: aiohttp.ClientResponse, passage: Passage, deadline: float, cap: int) -> None:
        self._response = response
        self._passage = passage
        self._deadline = deadline
        self._cap = cap
        self.status = response.status
        self.headers: Headers = response.headers

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body, inflated, in pieces; raises `Unreadable` as soon as it is over the cap."""
        inflater = _inflater(self.headers.get("Content-Encoding", ""))
        room = self._cap
        while raw := await self._read():
            for piece in inflater.pieces(raw, room):
                room -= len(piece)
                if room < 0:
                    raise Unreadable("too big")
                yield piece
        if not inflater.complete:
            raise Lost("cut off")

    async def _read(self) -> bytes:
        with told(self._passage):
            async with asyncio.timeout_at(self._deadline):
                return await self._response.content.readany()


class _Plain:
    """A body as it is."""

    complete = True

    def pieces(self, raw: bytes, room: int) -> Iterator[bytes]:
        yield raw


class _Gzip:
    """A gzip body, inflated never further than one byte past the room that is left."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)

    @property
    def complete(self) -> bool:
        return self._zlib.eof

    def pieces(self, raw: bytes, room: int) -> Iterator[bytes]:
        try:
            while raw and not self._zlib.eof:
                piece = self._zlib.decompress(raw, max(1, min(room + 1, MIB // 4)))
                room -= len(piece)
                raw = self._zlib.unconsumed_tail
                yield piece
        except zlib.error:
            raise Unreadable("broken gzip") from None


def _inflater(encoding: str) -> _Plain | _Gzip:
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Gzip()
        case _:
            raise Unreadable("unknown content encoding")


class Wire:
    """Connections to the outside; one per peer, so that one peer's trouble stays its own."""

    def __init__(
        self,
        *,
        connections: int = 512,
        connect: float = 5.0,
        idle: float = 4.0,
        public_only: bool = False,
        observer: Observer | None = None,
    ) -> None:
        self._connections = connections
        self._timeout = aiohttp.ClientTimeout(total=None, connect=connect, sock_connect=connect)
        # Shorter than the usual five seconds of servers: a connection that the server is about to close loses changes.
        self._idle = idle
        self._public_only = public_only
        self.observer = observer
        self._session: aiohttp.ClientSession | None = None
        self.closed = False

    async def call(
        self,
        method: str,
        url: str,
        *,
        within: float,
        headers: Headers | None = None,
        body: Body | None = None,
        cap: int = JSON_CAP,
    ) -> Reply:
        """Send a request and read its whole answer; `within` seconds for everything together."""
        async with self.opened(method, url, within=within, headers=headers, body=body, cap=cap) as incoming:
            parts = [piece async for piece in incoming.chunks()]
        return Reply(incoming.status, incoming.headers, parts[0] if len(parts) == 1 else b"".join(parts))

    @asynccontextmanager
    async def opened(
        self,
        method: str,
        url: str,
        *,
        within: float,
        head: float | None = None,
        headers: Headers | None = None,
        body: Body | None = None,
        cap: int = JSON_CAP,
    ) -> AsyncIterator[Incoming]:
        """Send a request and hand out its answer while the body still comes; `head` bounds the wait for its start."""
        passage, response = Passage(), None
        now = asyncio.get_running_loop().time()
        deadline = now + within
        try:
            with told(passage):
                async with asyncio.timeout_at(deadline if head is None else now + min(head, within)):
                    response = await self._open().request(
                        method,
                        url,
                        headers=headers,
                        data=body.form() if isinstance(body, Upload) else body,
                        allow_redirects=False,
                        timeout=self._timeout,
                        trace_request_ctx=passage,
                    )
            yield Incoming(response, passage, deadline, cap)
        finally:
            if response is not None:  # one that was read to its end gives its connection back; any other closes it
                response.release()
            if self.observer is not None:
                status = response.status if response is not None else None
                self.observer(method, url, status, asyncio.get_running_loop().time() - now)

    async def aclose(self) -> None:
        """Close every connection; what is called from now on is not sent."""
        self.closed = True
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self.closed:
            raise NotSent("closed")
        # Made on first use: aiohttp wants a running loop, and a composition root has none yet.
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections,
                    keepalive_timeout=self._idle,
                    resolver=_PublicAddresses() if self._public_only else None,
                ),
                headers={"Accept-Encoding": "gzip", "User-Agent": "eservice-bot"},
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                trace_configs=[_tracing()],
            )
        return self._session


def _tracing() -> aiohttp.TraceConfig:
    """Mark a request's passage at the moment when it gets a connection."""
    tracing = aiohttp.TraceConfig()
    tracing.on_connection_create_end.append(_connected)
    tracing.on_connection_reuseconn.append(_connected)
    return tracing


async def _connected(session: aiohttp.ClientSession, context: SimpleNamespace, params: object) -> None:
    context.trace_request_ctx.connected = True


class _PublicAddresses(AbstractResolver):
    """Resolves names to public addresses only, and the connection goes to the address that was checked."""

    def __init__(self) -> None:
        self._names = aiohttp.DefaultResolver()

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_UNSPEC) -> list[ResolveResult]:
        found = await self._names.resolve(host, port, family)
        if not all(ip_address(entry["host"]).is_global for entry in found):
            raise OSError("not a public address")
        return found

    async def close(self) -> None:
        await self._names.close()
