"""The bot's address: Telegram's webhook, the portal's events, and how the bot is, in one ASGI application.

Who sends is looked at before anything is read, what is read is bounded in size, depth and time, and a 2xx means that it
is durable. Nothing here says more than its status to strangers; /readyz and /metrics are not for the public, which the
examples in deploy/ see to.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.chat.transport import Json, Update
from bot.chat.webhook import PATH, SECRET_HEADER, Webhook
from bot.health import Health
from bot.metrics import CONTENT_TYPE, Metrics
from notifications.push import EVENTS_PATH, PortalEvents, Receipt
from storage.engine import DatabaseUnavailable

LARGEST = 1024 * 1024
DEEPEST = 64
PATIENCE = 10.0  # seconds for a body to arrive
STATUS = {
    Receipt.TAKEN: 204,
    Receipt.MALFORMED: 400,
    Receipt.UNVERIFIED: 401,
    Receipt.CONFLICT: 409,
    Receipt.TOO_BIG: 413,
}
Handler = Callable[[Request], Awaitable[Response]]


class Refused(Exception):
    """The request gets this status and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def application(
    health: Health, metrics: Metrics, webhook: Webhook | None = None, events: PortalEvents | None = None
) -> Starlette:
    """The whole address; what is not given is not there."""
    routes = [
        Route("/healthz", _alive),
        Route("/readyz", _Ready(health).answer),
        Route("/metrics", _Figures(metrics).answer),
    ]
    if webhook is not None:
        routes.append(Route(PATH, _FromTelegram(webhook, metrics).answer, methods=["POST"]))
    if events is not None:
        pushed = _FromPortal(events, metrics).answer
        # TM Forum servers may append /listener/... to the address that was registered
        routes += [Route(path, pushed, methods=["POST"]) for path in (EVENTS_PATH, EVENTS_PATH + "/{rest:path}")]
    return Starlette(routes=routes, exception_handlers={HTTPException: _nothing_here})


async def _alive(request: Request) -> Response:
    return PlainTextResponse("ok")


async def _nothing_here(request: Request, error: Exception) -> Response:
    return Response(status_code=404)


class _Ready:
    def __init__(self, health: Health) -> None:
        self._health = health

    async def answer(self, request: Request) -> Response:
        wrong = await self._health.wrong()
        return JSONResponse({"ready": not wrong, "wrong": wrong}, 503 if wrong else 200)


class _Figures:
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def answer(self, request: Request) -> Response:
        return Response(await self._metrics.text(), media_type=CONTENT_TYPE)


class _FromTelegram:
    def __init__(self, webhook: Webhook, metrics: Metrics) -> None:
        self._webhook = webhook
        self._metrics = metrics

    async def answer(self, request: Request) -> Response:
        status = await self._status(request)
        self._metrics.webhook_requests.labels(str(status)).inc()
        return _told(status)

    async def _status(self, request: Request) -> int:
        if not self._webhook.secret.matches(request.headers.get(SECRET_HEADER, "")):
            return 401
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return 415
        try:
            update = update_in(await _body(request))
        except Refused as refused:
            return refused.status
        try:
            await self._webhook.take(update)
        except DatabaseUnavailable:
            return 503
        return 200


class _FromPortal:
    def __init__(self, events: PortalEvents, metrics: Metrics) -> None:
        self._events = events
        self._metrics = metrics

    async def answer(self, request: Request) -> Response:
        receipt: Receipt | None = Receipt.MALFORMED
        try:
            receipt = await self._events.receive(dict(request.headers), await _body(request))
        except Refused as refused:
            receipt = Receipt.TOO_BIG if refused.status == 413 else Receipt.MALFORMED
        except DatabaseUnavailable:
            receipt = None
        self._metrics.pushed(receipt)
        return _told(STATUS[receipt] if receipt else 503)


def update_in(body: bytes) -> Update:
    """The update in a body; `Refused` when it is none."""
    try:
        update = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refused(400) from None
    number = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(update, dict) or type(number) is not int or not 0 <= number < 2**63 or _is_deep(update):
        raise Refused(400)
    return update


def _is_deep(value: Json) -> bool:
    level: Sequence[Json] = [value]
    for _ in range(DEEPEST):
        level = [child for each in level for child in _children(each)]
        if not level:
            return False
    return True


def _children(value: Json) -> Sequence[Json]:
    match value:
        case dict():
            return list(value.values())
        case list():
            return value
        case _:
            return ()


async def _body(request: Request) -> bytes:
    """What was sent, within the size and the time there is for it."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdecimal() and int(announced[:19]) > LARGEST:
        raise Refused(413)
    parts, size = [], 0
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                size += len(part)
                if size > LARGEST:
                    raise Refused(413)
                parts.append(part)
    except TimeoutError:
        raise Refused(408) from None
    except ClientDisconnect:
        raise Refused(400) from None
    return b"".join(parts)


def _told(status: int) -> Response:
    """A status alone."""
    return Response(status_code=status, headers={"Retry-After": "1"} if status == 503 else None)
