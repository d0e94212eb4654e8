"""The SMS phone: what a portal hands to its SMS gateway is shown per number."""

import asyncio
import re
import secrets
from collections import deque
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from .http import JsonResponse, cut_connection
from .json_values import JsonObject, as_text, loads_object
from .world import World

RESOURCE = "sms"
CODE = re.compile(r"(?<![\d-])\d{4,8}(?![\d-])")  # a part of a contract's number is no code
KEPT = 2_000


def plain_number(number: str) -> str:
    """Numbers are compared without what people put between the digits; 00 is +."""
    digits = re.sub(r"[^\d+]", "", number)
    return "+" + digits[2:] if digits.startswith("00") else digits


@dataclass(frozen=True, slots=True)
class TextMessage:
    version: int
    id: str
    to: str
    text: str
    at: float

    def sim(self) -> JsonObject:
        return {
            "version": self.version, "id": self.id, "to": self.to, "text": self.text, "codes": CODE.findall(self.text),
            "at": self.at,
        }  # fmt: skip


class SmsPhone:
    def __init__(self, world: World) -> None:
        self._world = world
        self._messages: deque[TextMessage] = deque(maxlen=KEPT)

    def receive(self, to: str, text: str) -> TextMessage:
        version = self._world.versions.touch(RESOURCE)
        message = TextMessage(version, secrets.token_hex(8), plain_number(to), text, self._world.clock.now())
        self._messages.append(message)
        return message

    def find(self, to: str | None, after: int) -> list[TextMessage]:
        number = plain_number(to) if to else None
        return [each for each in self._messages if each.version > after and number in {None, each.to}]

    def clear(self) -> None:
        self._messages.clear()

    async def gateway(self, request: Request) -> Response:
        """`POST /sms`: the HTTP gateway as the portal calls it."""
        body = loads_object(await request.body())
        to, text = as_text((body or {}).get("to")), as_text((body or {}).get("text"))
        fault = self._world.faults.take("sms", to=to)
        kind = fault.kind if fault else ""
        if fault and kind == "flood":
            return JsonResponse({"error": "slow down"}, 429, {"Retry-After": str(fault.retry_after)})
        if fault and kind == "error":
            return JsonResponse({"error": fault.description or "the gateway is down"}, fault.status)
        if kind == "garbage":
            return HTMLResponse("<html><body>nginx</body></html>")
        if kind in {"reset_before", "outage"}:
            return await _cut(request)
        if fault and kind == "delay":
            await asyncio.sleep(fault.seconds)
        wanted = self._world.settings.sms_authorization
        if wanted is not None and request.headers.get("authorization") != wanted:
            return JsonResponse({"error": "unauthorized"}, 401)
        if not to or not text or not re.fullmatch(r"\+\d{6,15}", plain_number(to)):
            return JsonResponse({"error": "to (an international number) and text are required"}, 400)
        message = self.receive(to, text)
        if kind == "reset_after":
            return await _cut(request)
        if fault and kind == "slow_answer":
            await asyncio.sleep(fault.seconds)
        return JsonResponse({"id": message.id}, 202)


async def _cut(request: Request) -> Response:
    await cut_connection(request.scope)
    return Response()
