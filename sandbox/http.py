"""The HTTP edge: a uvicorn protocol that can cut a connection, and the small answers written without a framework."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterable

import orjson
from starlette.responses import Response
from starlette.types import Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TRANSPORT = "sandbox.transport"
NO_LINGER = struct.pack("ii", 1, 0)


class JsonResponse(Response):
    """A JSON answer; chats are long, and orjson writes them many times as fast as the framework's own."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return orjson.dumps(content)


class CuttableProtocol(HttpToolsProtocol):
    """Hands its transport to the application, so that a scripted reset reaches the wire as one."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"][TRANSPORT] = self.transport


async def cut_connection(scope: Scope) -> None:
    """Reset the connection (RST, no answer) and let uvicorn notice it."""
    transport = scope["state"][TRANSPORT]
    sock: socket.socket | None = transport.get_extra_info("socket")
    if sock is not None and not transport.is_closing():
        # The client may have gone first; uvloop says so with a ValueError.
        with contextlib.suppress(OSError, ValueError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    transport.abort()
    # The protocol hears of it in the next turns of the loop; before that it would answer 500.
    for _ in range(3):
        await asyncio.sleep(0)


async def send_bytes(
    send: Send, status: int, body: bytes, content_type: bytes, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    start = [(b"content-type", content_type), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})
