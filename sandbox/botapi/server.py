"""The HTTP side of the Bot API: token, method, faults, specification, record; one plain ASGI application.

Plain ASGI and not a router, because a load test sends thousands of requests a second through here.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import orjson
from starlette.types import Receive, Scope, Send

from ..calls import Upload
from ..errors import ApiError, CutConnection, too_many_requests
from ..faults import Fault
from ..http import cut_connection, send_bytes
from ..json_values import JsonObject
from ..people import Bot
from ..world import World
from . import about, editing, in_chat, intake, sending
from .call import BotCall, Described, Method
from .limits import RateLimits
from .params import Params
from .request import read_params
from .spec import Specification

METHODS: dict[str, Method] = {
    **about.METHODS,
    **editing.METHODS,
    **in_chat.METHODS,
    **intake.METHODS,
    **sending.METHODS,
}
LIMITED = {"sendmessage", "sendphoto", "senddocument"}
TOKEN = re.compile(r"^\d+:[A-Za-z0-9_-]+$")
GARBAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
INLINE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain")
log = logging.getLogger(__name__)


class BotApi:
    def __init__(self, world: World, specification: Specification | None) -> None:
        self.world = world
        self.specification = specification
        self.limits = RateLimits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        token, _, method = path.removeprefix("/bot").partition("/")
        started = time.perf_counter()
        answer = _Answer(self, method, started)
        try:
            await answer.make(token, scope, receive)
        except CutConnection:
            await cut_connection(scope)
        except ApiError as error:
            answer.refused(error)
        answer.record()
        if answer.body is not None:
            await send_bytes(send, answer.status or 200, answer.body, answer.content_type, answer.headers)

    async def download(self, scope: Scope, send: Send) -> None:
        """`/file/bot<token>/<file_path>`"""
        token, _, path = scope["path"].removeprefix("/file/bot").partition("/")
        bot = self.world.bot_by_token(token)
        if bot is None:
            body = orjson.dumps(_error(ApiError(401, "Unauthorized")))
            return await send_bytes(send, 401, body, b"application/json")
        if (fault := self.world.faults.take("telegram", "file")) is not None:
            if fault.kind in {"outage", "reset_before", "reset_after"}:
                return await cut_connection(scope)
            await asyncio.sleep(fault.seconds)
        parts = path.split("/")
        stored = self.world.files.by_unique_id(parts[1]) if len(parts) > 2 else None
        if stored is None or stored.bot_id != bot.id:
            body = orjson.dumps(_error(ApiError(404, "Not Found")))
            return await send_bytes(send, 404, body, b"application/json")
        await send_bytes(send, 200, stored.content, b"application/octet-stream")

    async def serve_file(self, unique_id: str, send: Send) -> None:
        """A person downloads a document or looks at a photo."""
        stored = self.world.files.by_unique_id(unique_id)
        if stored is None:
            return await send_bytes(send, 404, b'{"error":"no such file"}', b"application/json")
        shown = stored.mime_type.startswith(INLINE_TYPES)
        disposition = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(stored.name)}"
        headers = ((b"content-disposition", disposition.encode()), (b"x-content-type-options", b"nosniff"))
        await send_bytes(send, 200, stored.content, stored.mime_type.encode("latin-1", "replace"), headers)


def _error(error: ApiError) -> JsonObject:
    body: JsonObject = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return body


class _Answer:
    """One request on its way to its answer; knows at each moment what the record will say."""

    def __init__(self, api: BotApi, method: str, started: float) -> None:
        self.api = api
        self.world = api.world
        self.method = method
        self.started = started
        self.bot: Bot | None = None
        self.params = Params({})
        self.fault: Fault | None = None
        self.status: int | None = None
        self.result: JsonObject | None = None
        self.body: bytes | None = None
        self.content_type = b"application/json"
        self.headers: tuple[tuple[bytes, bytes], ...] = ()

    async def make(self, token: str, scope: Scope, receive: Receive) -> None:
        name = self.method.lower()
        if not TOKEN.match(token):
            raise ApiError(401, "Unauthorized: invalid token specified")
        self.bot = self.world.bot_by_token(token)
        if self.bot is None:
            raise ApiError(401, "Unauthorized")
        if name != "getupdates" and name not in METHODS:
            raise ApiError(404, "Not Found: method not found" if self.method else "Not Found")
        self.params = await read_params(scope, receive)
        self.fault = self.world.faults.take("telegram", name, self.params.integer("chat_id"))
        if self.fault is not None:
            await self._before(self.fault)
            if self.body is not None:
                return
        self._check(name)
        call = BotCall(self.world, self.bot, self.params)
        if name == "getupdates":
            self.done(await _while_connected(receive, lambda: intake.get_updates(call)))
        else:
            self.done(METHODS[name](call))
        if self.fault is not None:
            await self._after(self.fault)

    async def _before(self, fault: Fault) -> None:
        if fault.kind in {"reset_before", "outage"}:
            raise CutConnection
        if fault.kind == "flood":
            raise too_many_requests(fault.retry_after)
        if fault.kind == "error":
            raise ApiError(fault.status, fault.description or _status_text(fault.status))
        if fault.kind == "garbage":
            self.status, self.body, self.content_type = 200, GARBAGE, b"text/html"
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)

    async def _after(self, fault: Fault) -> None:
        if fault.kind == "slow_answer":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "reset_after":
            self.body, self.status = None, None
            raise CutConnection

    def _check(self, name: str) -> None:
        switches = self.world.switches
        if switches.validation and self.api.specification is not None:
            self.api.specification.check(name, self.params.values, frozenset(self.params.files))
        if switches.rate_limits and name in LIMITED and self.bot is not None:
            chat_id = self.params.integer("chat_id") or 0
            self.api.limits.spend(self.bot.id, chat_id, group=chat_id < 0)

    def done(self, result: object) -> None:
        self.status = 200
        self.result = {"ok": True, "result": result}
        if isinstance(result, Described):
            self.result = {"ok": True, "result": result.result, "description": result.description}
        self.body = orjson.dumps(self.result)

    def refused(self, error: ApiError) -> None:
        self.status = error.code
        self.result = _error(error)
        self.body = orjson.dumps(self.result)
        if error.parameters and "retry_after" in error.parameters:
            self.headers = ((b"retry-after", str(error.parameters["retry_after"]).encode()),)

    def record(self) -> None:
        if not self.world.switches.recording:
            return
        silent_poll = self.method.lower() == "getupdates" and self.result == {"ok": True, "result": []}
        if silent_poll:
            return
        uploads = tuple(Upload(f.field, f.name, f.mime_type, len(f.content)) for f in self.params.files.values())
        self.world.calls.add(
            at=self.world.clock.now(),
            bot=self.bot.username if self.bot else "",
            method=self.method,
            values=self.params.values,
            files=uploads,
            status=self.status,
            answer=self.result,
            fault=self.fault.kind if self.fault else None,
            milliseconds=(time.perf_counter() - self.started) * 1000,
        )


def _status_text(status: int) -> str:
    return {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}.get(
        status, "Bad Request"
    )


async def _while_connected(receive: Receive, work: Callable[[], Awaitable[list[JsonObject]]]) -> list[JsonObject]:
    """A held poll ends when its client goes away; nothing is lost, because nothing is confirmed."""
    poll = asyncio.ensure_future(work())
    gone = asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait({poll, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not poll.done():
            raise CutConnection
        return poll.result()
    finally:
        gone.cancel()
        poll.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
