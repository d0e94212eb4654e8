"""A portal that is down, slow or coming back: people are answered in time, and the portal is not hammered."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from portal.breaker import FIRST_PAUSE, LONGEST_PAUSE, PROBE_LEASE, THRESHOLD, Breaker
from portal.budget import remaining, within
from portal.calls import PortalAccess
from portal.client import Portal
from portal.errors import NotFound, OutcomeUnknown, Unavailable
from portal.models import AuthSession
from portal.wire import Wire
from tests.portal_client.peer import Peer, Request, always, free_port, serving
from tests.portal_client.scripted import TOKEN, Says, scripted, server_metadata


class Clock:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    yield wire
    await wire.aclose()


async def silent(peer: Peer, request: Request) -> None:
    await peer.gone()


async def test_silent_portal_is_given_up_within_three_seconds(wire: Wire) -> None:
    """Without anybody asking for it, a read of a silent portal ends in time for a sentence within three seconds."""
    async with serving(always(silent)) as server:
        started = asyncio.get_running_loop().time()
        with pytest.raises(Unavailable):
            await Portal(PortalAccess(server.url, "bot", "s"), wire).contracts(TOKEN)

        assert asyncio.get_running_loop().time() - started < 2.9


async def test_one_budget_covers_several_calls(wire: Wire) -> None:
    """Two calls inside one budget share it; the second, left without time, is not even sent."""
    async with serving(always(silent)) as server:
        portal = Portal(PortalAccess(server.url, "bot", "s"), wire)
        started = asyncio.get_running_loop().time()
        with within(0.3):
            for _ in range(2):
                with pytest.raises(Unavailable):
                    await portal.contracts(TOKEN)

        assert asyncio.get_running_loop().time() - started < 1
        assert len(server.requests) == 1


async def test_inner_budget_never_lengthens_the_outer_one() -> None:
    """Whoever promised an answer in time keeps the promise for everything below."""
    with within(1.0), within(60.0):
        assert remaining() <= 1.0
    with within(60.0), within(1.0):
        assert remaining() <= 1.0
    assert remaining() == 2.5


async def test_change_against_a_silent_portal_is_unknown(wire: Wire) -> None:
    """A PIN that was told and not answered may have been counted."""

    async def answer(peer: Peer, request: Request) -> None:
        if request.method == "POST":
            await peer.gone()
        elif "authorization-server" in request.path:
            await peer.answer_json(server_metadata(server.url))
        else:
            await peer.answer_json({"resource": server.url, "authorization_servers": [server.url]})

    async with serving(always(answer)) as server:
        portal = Portal(PortalAccess(server.url, "bot", "s"), wire)
        await portal.discover()
        with within(0.3), pytest.raises(OutcomeUnknown):
            await portal.oauth.answer_pin(AuthSession("s"), "123456")


async def test_change_against_a_dead_portal_is_an_outage(wire: Wire) -> None:
    """A PIN that cannot have arrived was not counted."""

    async def answer(peer: Peer, request: Request) -> None:
        ends = {"Connection": "close"}  # a kept connection would make the next request one that was written
        if "authorization-server" in request.path:
            await peer.answer_json(server_metadata(server.url), headers=ends)
        else:
            await peer.answer_json({"resource": server.url, "authorization_servers": [server.url]}, headers=ends)

    async with serving(always(answer)) as server:
        portal = Portal(PortalAccess(server.url, "bot", "s"), wire)
        await portal.discover()
    with pytest.raises(Unavailable):
        await portal.oauth.answer_pin(AuthSession("s"), "123456")


async def test_closed_wire_sends_nothing() -> None:
    """After closing, a late call is an outage and opens nothing that nobody would close."""
    async with scripted() as one:
        portal = one.portal
    with pytest.raises(Unavailable):
        await portal.contracts(TOKEN)


async def test_open_breaker_answers_at_once_and_recovers(wire: Wire) -> None:
    """After a row of failures nobody waits any more; when the portal is back, the first probe closes the breaker."""
    clock, port = Clock(), free_port()
    portal = Portal(PortalAccess(f"http://127.0.0.1:{port}", "bot", "s"), wire, clock=clock)
    for _ in range(THRESHOLD):
        with pytest.raises(Unavailable) as caught:
            await portal.contract(TOKEN, "c-1")
        assert caught.value.retry_after is None
    with pytest.raises(Unavailable) as caught:
        await portal.contract(TOKEN, "c-1")
    assert caught.value.retry_after == FIRST_PAUSE

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 X\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    async with await asyncio.start_server(connected, "127.0.0.1", port):
        with pytest.raises(Unavailable):
            await portal.contract(TOKEN, "c-1")
        clock.now += FIRST_PAUSE
        for _ in range(3):
            with pytest.raises(NotFound):
                await portal.contract(TOKEN, "c-1")


async def test_refusals_and_garbage_do_not_open_the_breaker() -> None:
    """A portal that answers, however badly for one customer, is there for the others."""
    async with scripted() as one:
        one.says("/tmf-api/productInventory/v4/product", Says({}, 500), Says(b"{"), Says({}, 429))
        for _ in range(3 * THRESHOLD):
            with pytest.raises(Unavailable) as caught:
                await one.portal.contracts(TOKEN)
            assert caught.value.why != "not answering for a while"


def test_breaker_lets_one_probe_through_per_pause() -> None:
    """While open only one caller goes ahead; pauses double up to a limit; a lost probe does not block for ever."""
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(THRESHOLD):
        assert breaker.blocked_for() == 0
        breaker.failed()
    pause = FIRST_PAUSE
    while pause < LONGEST_PAUSE:
        assert breaker.blocked_for() == pytest.approx(pause)
        clock.now += pause
        assert breaker.blocked_for() == 0
        assert breaker.blocked_for() == PROBE_LEASE
        breaker.failed()
        pause = min(pause * 2, LONGEST_PAUSE)
    clock.now += LONGEST_PAUSE
    assert breaker.blocked_for() == 0
    clock.now += PROBE_LEASE
    assert breaker.blocked_for() == 0
    breaker.succeeded()
    assert not breaker.is_open


def test_successes_in_between_keep_the_breaker_closed() -> None:
    """Only a row of failures opens it."""
    breaker = Breaker(Clock())
    for _ in range(10):
        for _ in range(THRESHOLD - 1):
            breaker.failed()
        breaker.succeeded()
    assert not breaker.is_open
