"""No request body is larger than it can need to be: counted as it comes in, whatever its header says."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 1024 * 1024


class BodyLimit:
    """413 for more than a mebibyte."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST:
                raise HTTPException(413, "the body is larger than a mebibyte")
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)
