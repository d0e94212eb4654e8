"""A relay between bot and portal that writes everything down, hands out a cookie, and can be an outage."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

import aiohttp
import orjson
from aiohttp import web

COOKIE = "canary-cookie-5f2a9c1e7b"
LEAK = "canary-in-an-error-page-81c4"
HOP_BY_HOP = frozenset({"transfer-encoding", "connection", "keep-alive", "content-length", "content-encoding", "host"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    path: str
    authorization: str
    form: dict[str, str]
    answer: object

    def facts(self) -> Iterator[tuple[str, str]]:
        """Every named string in form and answer, however deep."""
        yield from self.form.items()
        yield from _facts(self.answer)


@dataclass
class TappedPortal:
    """`async with TappedPortal() as tap`, then `tap.target = portal.url`. `outage`: "", "garbage", "error", "reset"."""

    target: str = ""
    outage: str = ""
    seen: list[Exchange] = field(default_factory=list)
    url: str = ""

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._relay)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        await self._http.close()

    async def _relay(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        form = dict(parse_qsl(body.decode()))
        authorization = request.headers.get("Authorization", "")
        if self.outage:
            self.seen.append(Exchange(request.path, authorization, form, None))
            return self._out(request)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
        url = self.target + request.raw_path
        async with self._http.request(request.method, url, data=body, headers=headers, allow_redirects=False) as found:
            content = await found.read()
        is_json = found.headers.get("Content-Type", "").startswith("application/json")
        answer = orjson.loads(content) if is_json and not found.headers.get("Content-Encoding") else None
        self.seen.append(Exchange(request.path, authorization, form, answer))
        kept = {name: value for name, value in found.headers.items() if name.lower() not in HOP_BY_HOP - _ENCODING}
        return web.Response(
            status=found.status, body=content, headers={**kept, "Set-Cookie": f"session={COOKIE}; HttpOnly"}
        )

    def _out(self, request: web.Request) -> web.StreamResponse:
        headers = {"Set-Cookie": f"session={COOKIE}; HttpOnly", "Content-Type": "application/json"}
        match self.outage:
            case "garbage":
                return web.Response(body=f'{{"access_token": "{LEAK}", "id": [[['.encode(), headers=headers)
            case "error":
                fields = {"error": "server_error", "error_description": LEAK, "reason": LEAK, "message": LEAK}
                return web.Response(status=500, body=orjson.dumps(fields), headers=headers)
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=502)


_ENCODING = frozenset({"content-encoding"})


def _facts(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _facts(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _facts(inner, name)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield name, str(value)
