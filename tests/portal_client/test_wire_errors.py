"""The wire's seam: every exception of the library passes it, none of its texts does."""

import inspect
import traceback
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import http_exceptions

from portal.wire import FAILURES, Lost, NotSent, Passage, Wire, WireError, told
from tests.portal_client.peer import Peer, free_port, serving

SECRET = "123456:canary-token"


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    yield wire
    await wire.aclose()


async def test_no_exception_tells_the_address(wire: Wire) -> None:
    """The address, which may contain the bot token, is in no text, repr or printed traceback of any failure."""

    async def script(peer: Peer) -> None:
        request = await peer.request()
        if "garbage" in request.target:
            await peer.send(b"nonsense\r\n\r\n")
        elif "cut" in request.target:
            await peer.answer(body=b"1234567", cut=3)
        elif "encoding" in request.target:
            await peer.answer(headers={"Content-Encoding": "x"})

    async with serving(script) as server:
        addresses = [f"{server.url}/bot{SECRET}/{kind}" for kind in ("garbage", "cut", "encoding", "nothing")]
        addresses += [
            f"http://127.0.0.1:{free_port()}/bot{SECRET}/x",
            f"http://{SECRET}@portal.invalid/",
            f"gopher://x/bot{SECRET}",
            f"http://[::1/bot{SECRET}",
            f"http://127.0.0.1:99999/bot{SECRET}",
        ]
        for address in addresses:
            with pytest.raises(WireError) as caught:
                await wire.call("POST", address, within=2)
            printed = "".join(traceback.format_exception(caught.value))
            assert SECRET not in printed + str(caught.value) + repr(caught.value), address


def library_exceptions() -> list[type[Exception]]:
    """Every public exception of aiohttp's client and HTTP parser."""
    modules = (aiohttp.client_exceptions, http_exceptions)
    found = {entry for module in modules for _, entry in inspect.getmembers(module, inspect.isclass)}
    return sorted((e for e in found if issubclass(e, Exception)), key=lambda e: e.__name__)


# Only websockets raise it.
NOT_OURS = {aiohttp.WSMessageTypeError}


@pytest.mark.parametrize("failure", library_exceptions())
def test_every_exception_of_the_library_is_mapped(failure: type[Exception]) -> None:
    """aiohttp cannot grow an exception that passes the seam as itself."""
    if failure in NOT_OURS:
        assert not issubclass(failure, FAILURES)
        return
    for connected, expected in ((False, NotSent), (True, Lost)):
        passage = Passage()
        passage.connected = connected
        with pytest.raises(expected), told(passage):
            raise failure.__new__(failure)
