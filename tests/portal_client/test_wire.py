"""The wire against real servers that misbehave: what was sent, how much, how long, and where to."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator

import pytest

from portal.wire import Lost, NotSent, Unreadable, Wire
from tests.portal_client.peer import Peer, Request, always, bomb, free_port, serving


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    yield wire
    await wire.aclose()


async def test_refused_connection_is_surely_not_sent(wire: Wire) -> None:
    """Nobody listens, so nobody can have read the request."""
    with pytest.raises(NotSent):
        await wire.call("POST", f"http://127.0.0.1:{free_port()}/", within=2)


async def test_unknown_name_is_surely_not_sent(wire: Wire) -> None:
    """A name that does not resolve leads nowhere."""
    with pytest.raises(NotSent):
        await wire.call("POST", "http://portal.invalid/", within=5)


async def test_connect_timeout_is_surely_not_sent() -> None:
    """A host that never completes the connection got no request."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        wire = Wire(connect=0.2)

        with pytest.raises(NotSent):
            await wire.call("POST", f"http://127.0.0.1:{full.getsockname()[1]}/", within=5)

        await wire.aclose()
        for filler in fillers:
            filler.close()


async def test_deadline_in_the_pool_is_surely_not_sent() -> None:
    """A request that waited for a free connection until its time was up never left."""

    async def hold(peer: Peer) -> None:
        await peer.request()
        await peer.gone()

    wire = Wire(connections=1)
    async with serving(hold) as server:
        first = asyncio.create_task(wire.call("POST", server.url, within=5))
        await server.arrived.wait()

        with pytest.raises(NotSent):
            await wire.call("POST", server.url, within=0.1)

        first.cancel()
        assert len(server.requests) == 1
    await wire.aclose()


async def test_reset_before_reading_is_unknown(wire: Wire) -> None:
    """The bytes may have been on their way when the connection broke, so nobody may claim the contrary."""

    async def script(peer: Peer) -> None:
        peer.reset()

    async with serving(script) as server:
        with pytest.raises(Lost):
            await wire.call("POST", server.url, within=2, body=b"x")


async def test_reset_after_reading_is_unknown(wire: Wire) -> None:
    """A server that read the request and broke off may have carried it out."""

    async def script(peer: Peer) -> None:
        await peer.request()
        peer.reset()

    async with serving(script) as server:
        with pytest.raises(Lost):
            await wire.call("POST", server.url, within=2, body=b"x")
        assert len(server.requests) == 1


async def test_close_without_an_answer_is_unknown(wire: Wire) -> None:
    """A polite end without an answer says as little as a reset."""

    async def script(peer: Peer) -> None:
        await peer.request()

    async with serving(script) as server:
        with pytest.raises(Lost):
            await wire.call("POST", server.url, within=2, body=b"x")
        assert len(server.requests) == 1


async def test_a_change_is_never_repeated_by_the_library(wire: Wire) -> None:
    """A kept connection that breaks under a POST is reported, not silently tried again."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.answer()
        await peer.request()

    async with serving(script) as server:
        await wire.call("POST", server.url, within=2, body=b"first")

        with pytest.raises(Lost):
            await wire.call("POST", server.url, within=2, body=b"second")

        assert [request.body for request in server.requests] == [b"first", b"second"]


async def test_silence_ends_at_the_deadline_as_unknown(wire: Wire) -> None:
    """A server that reads and says nothing costs no more than the deadline."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.gone()

    async with serving(script) as server:
        started = asyncio.get_running_loop().time()
        with pytest.raises(Lost):
            await wire.call("POST", server.url, within=0.3)

        assert asyncio.get_running_loop().time() - started < 1


async def test_slow_drip_ends_at_the_deadline(wire: Wire) -> None:
    """One byte now and then does not extend the deadline."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
        while True:
            await peer.send(b" ")
            await asyncio.sleep(0.05)  # the drip itself

    async with serving(script) as server:
        started = asyncio.get_running_loop().time()
        with pytest.raises(Lost):
            await wire.call("GET", server.url, within=0.4)

        assert asyncio.get_running_loop().time() - started < 1.5


@pytest.mark.parametrize("chunked", [False, True])
async def test_cut_off_body_is_no_answer(wire: Wire, chunked: bool) -> None:
    """A body that lacks its end is not handed out as if it were whole."""

    async def script(peer: Peer) -> None:
        await peer.request()
        if chunked:
            await peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        else:
            await peer.answer(body=b'{"whole":true}', cut=3)

    async with serving(script) as server:
        with pytest.raises(Lost):
            await wire.call("GET", server.url, within=2)


async def test_cut_off_gzip_is_no_answer(wire: Wire) -> None:
    """The length may be right and the gzip stream inside still lack its end."""
    zipped = gzip.compress(b'{"whole":true}' * 100)[:-12]

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer(body=zipped, headers={"Content-Encoding": "gzip"})

    async with serving(always(answer)) as server:
        with pytest.raises(Lost):
            await wire.call("GET", server.url, within=2)


async def test_gzip_is_understood(wire: Wire) -> None:
    """An honest zipped body comes out as it went in."""
    body = b'{"name":"Muster GmbH"}' * 50_000

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})

    async with serving(always(answer)) as server:
        reply = await wire.call("GET", server.url, within=5)

    assert reply.body == body


async def test_gzip_bomb_stops_at_the_cap(wire: Wire) -> None:
    """A small body that inflates without end is dropped at the cap."""
    zipped = bomb(50_000_000)

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer(body=zipped, headers={"Content-Encoding": "gzip"})

    async with serving(always(answer)) as server:
        with pytest.raises(Unreadable):
            await wire.call("GET", server.url, within=5)


async def test_endless_body_stops_at_the_cap(wire: Wire) -> None:
    """A body that never ends is dropped at the cap, and so is its connection."""
    ended = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                await peer.send(b"10000\r\n" + bytes(65536) + b"\r\n")
        finally:
            ended.set()

    async with serving(script) as server:
        with pytest.raises(Unreadable):
            await wire.call("GET", server.url, within=10)
        await asyncio.wait_for(ended.wait(), 5)


async def test_body_of_exactly_the_cap_is_fine(wire: Wire) -> None:
    """The cap itself is allowed, one byte more is not, zipped or plain."""

    async def answer(peer: Peer, request: Request) -> None:
        body = bytes(int(request.target.rpartition("/")[2]))
        if "zipped" in request.target:
            await peer.answer(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})
        else:
            await peer.answer(body=body)

    async with serving(always(answer)) as server:
        for kind in ("plain", "zipped"):
            assert len((await wire.call("GET", f"{server.url}/{kind}/1000", within=2, cap=1000)).body) == 1000
            with pytest.raises(Unreadable):
                await wire.call("GET", f"{server.url}/{kind}/1001", within=2, cap=1000)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "x"])
async def test_unknown_encoding_is_unreadable(wire: Wire, encoding: str) -> None:
    """Only what was asked for is decoded."""

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer(headers={"Content-Encoding": encoding})

    async with serving(always(answer)) as server:
        with pytest.raises(Unreadable):
            await wire.call("GET", server.url, within=2)


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    ],
)
async def test_what_is_not_http_is_unknown(wire: Wire, garbage: bytes) -> None:
    """A server that does not speak HTTP raises one of ours, not the parser's."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(garbage)

    async with serving(script) as server:
        with pytest.raises(Lost):
            await wire.call("POST", server.url, within=2)


async def test_redirects_are_answers(wire: Wire) -> None:
    """Nothing is fetched from where a redirect points to."""

    async def elsewhere(peer: Peer) -> None:
        await peer.request()

    async with serving(elsewhere) as other:

        async def answer(peer: Peer, request: Request) -> None:
            await peer.answer(302, headers={"Location": f"{other.url}/latest/meta-data"})

        async with serving(always(answer)) as server:
            reply = await wire.call("GET", server.url, within=2)

        assert reply.status == 302
        assert other.connections == 0


async def test_proxies_of_the_environment_are_ignored(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy variable does not lead traffic elsewhere."""

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer()

    async with serving(always(answer)) as proxy, serving(always(answer)) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        await wire.call("GET", server.url, within=2)

        assert (proxy.connections, server.connections) == (0, 1)


async def test_cookies_are_not_kept(wire: Wire) -> None:
    """What one customer's answer sets never goes out with another's request."""

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer(headers={"Set-Cookie": "session=of-somebody"})

    async with serving(always(answer)) as server:
        await wire.call("GET", server.url, within=2)
        await wire.call("GET", server.url, within=2)

        assert all("cookie" not in request.headers for request in server.requests)


async def test_public_only_connects_to_no_private_address() -> None:
    """A name that resolves to a private address is refused before anything is connected."""

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer()

    wire = Wire(public_only=True)
    async with serving(always(answer)) as server:
        with pytest.raises(NotSent):
            await wire.call("GET", server.url.replace("127.0.0.1", "localhost"), within=2)
        assert server.connections == 0
    await wire.aclose()


async def test_256_in_flight_at_once(wire: Wire) -> None:
    """256 requests are all at the server before the first is answered."""
    together = asyncio.Barrier(256)

    async def answer(peer: Peer, request: Request) -> None:
        await together.wait()
        await peer.answer()

    async with serving(always(answer)) as server:
        replies = await asyncio.gather(*(wire.call("POST", server.url, within=20) for _ in range(256)))

    assert [reply.status for reply in replies] == [200] * 256
