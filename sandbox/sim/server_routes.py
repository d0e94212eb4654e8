"""The rest of `/sim/…`: calls, updates, SMS, mails, faults, switches, clock, reset."""

from collections.abc import Sequence
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .. import calls
from ..errors import SimRefused
from ..http import JsonResponse
from ..json_values import JsonObject, as_int, as_number, as_text
from ..mailbox import Mailbox
from ..people import Bot
from ..settings import BotAccount
from ..sms import SmsPhone
from ..world import World
from .people_routes import read_object
from .waiting import changed, read_after, read_wait, until


class Shown(Protocol):
    def sim(self) -> JsonObject: ...


class ServerRoutes:
    def __init__(self, world: World, phone: SmsPhone, mailbox: Mailbox) -> None:
        self.world = world
        self.phone = phone
        self.mailbox = mailbox

    def routes(self) -> list[Route]:
        return [
            Route("/sim/version", self.version),
            Route("/sim/state", self.state),
            Route("/sim/calls", self.list_calls),
            Route("/sim/calls", self.clear_calls, methods=["DELETE"]),
            Route("/sim/updates", self.updates),
            Route("/sim/sms", self.list_sms),
            Route("/sim/mails", self.list_mails),
            Route("/sim/faults", self.list_faults),
            Route("/sim/faults", self.add_fault, methods=["POST"]),
            Route("/sim/faults", self.clear_faults, methods=["DELETE"]),
            Route("/sim/faults/{fault:int}", self.remove_fault, methods=["DELETE"]),
            Route("/sim/settings", self.change_settings, methods=["PATCH"]),
            Route("/sim/clock", self.move_clock, methods=["POST"]),
            Route("/sim/bots", self.add_bot, methods=["POST"]),
            Route("/sim/reset", self.reset, methods=["POST"]),
        ]

    # --- reading ----------------------------------------------------------------------------------------------

    async def version(self, request: Request) -> Response:
        after = read_after(request)
        await changed(request, self.world.versions, None)
        versions = self.world.versions
        return JsonResponse({"version": versions.current, "changed": versions.changed_after(after)})

    async def state(self, request: Request) -> Response:
        await changed(request, self.world.versions, "settings")
        body: JsonObject = {
            "version": self.world.versions.of("settings"),
            "bots": [_bot(bot) for bot in self.world.bots.values()],
            "now": self.world.clock.now(),
            "offset": self.world.clock.offset,
            "settings": self._settings(),
            "smtp_port": self.mailbox.port,
            "url": str(request.base_url).rstrip("/"),
        }
        return JsonResponse(body)

    def _settings(self) -> JsonObject:
        return {name: getattr(self.world.switches, name) for name in type(self.world.switches).__slots__}

    async def _newer(self, request: Request, resource: str, name: str, look: "Look") -> Response:
        """The items newer than `after`; with `wait`, held until there is one."""
        after = read_after(request)
        found = await until(self.world.versions, resource, read_wait(request), lambda: look(after) or None)
        items = [each.sim() for each in found or []]
        version = max((v for v in (as_int(each["version"]) for each in items) if v is not None), default=after)
        return JsonResponse({"version": version, name: items})

    async def list_calls(self, request: Request) -> Response:
        query = request.query_params
        method, chat_id, limit = query.get("method"), as_int(query.get("chat_id")), as_int(query.get("limit"))
        return await self._newer(
            request, calls.RESOURCE, "calls", lambda after: self.world.calls.find(after, method, chat_id, limit)
        )

    async def clear_calls(self, request: Request) -> Response:
        self.world.calls.clear()
        return JsonResponse({})

    async def list_sms(self, request: Request) -> Response:
        number = request.query_params.get("to")
        return await self._newer(request, "sms", "sms", lambda after: self.phone.find(number, after))

    async def list_mails(self, request: Request) -> Response:
        address = request.query_params.get("to")
        return await self._newer(request, "mails", "mails", lambda after: self.mailbox.find(address, after))

    async def updates(self, request: Request) -> Response:
        username = request.query_params.get("bot")
        bot = self.world.bot_by_username(username) if username else next(iter(self.world.bots.values()), None)
        if bot is None:
            raise SimRefused(404, f"there is no bot {username!r}")
        queue, webhook = self.world.queues[bot.id], self.world.webhooks[bot.id]
        confirmed = as_int(request.query_params.get("confirmed"))
        wanted = request.query_params

        def met() -> bool | None:
            if ("polling" in wanted and not queue.polling) or ("webhook" in wanted and not webhook.url):
                return None
            if confirmed is not None and queue.confirmed < confirmed:
                return None
            return True if "idle" not in wanted or len(queue) == 0 else None

        await until(self.world.versions, queue.resource, read_wait(request), met)
        body: JsonObject = {
            "version": self.world.versions.of(queue.resource),
            "pending": len(queue),
            "next_update_id": queue.next_id,
            "polling": queue.polling,
            "webhook": webhook.url or None,
            "confirmed": queue.confirmed,
        }
        return JsonResponse(body)

    # --- faults -----------------------------------------------------------------------------------------------

    async def list_faults(self, request: Request) -> Response:
        return JsonResponse({"faults": [fault.sim() for fault in self.world.faults.all()]})

    async def add_fault(self, request: Request) -> Response:
        fault = self.world.faults.add(await read_object(request))
        if fault.on == "telegram" and fault.kind == "outage" and fault.method in {None, "*", "getupdates"}:
            for queue in self.world.queues.values():
                queue.cut()
        self.world.versions.touch("settings")
        return JsonResponse(fault.sim(), 201)

    async def remove_fault(self, request: Request) -> Response:
        self.world.faults.remove(request.path_params["fault"])
        self.world.versions.touch("settings")
        return JsonResponse({})

    async def clear_faults(self, request: Request) -> Response:
        self.world.faults.clear()
        self.world.versions.touch("settings")
        return JsonResponse({})

    # --- switches ---------------------------------------------------------------------------------------------

    async def change_settings(self, request: Request) -> Response:
        body, switches = await read_object(request), self.world.switches
        for name, value in body.items():
            if name == "callback_seconds" and (seconds := as_number(value)) is not None:
                switches.callback_seconds = seconds
            elif name in {"rate_limits", "validation", "recording", "webhook_loopback"} and isinstance(value, bool):
                setattr(switches, name, value)
            else:
                raise SimRefused(400, f"there is no setting {name} = {value!r}")
        self.world.versions.touch("settings")
        return JsonResponse(self._settings())

    async def move_clock(self, request: Request) -> Response:
        body, clock = await read_object(request), self.world.clock
        advance, offset = as_number(body.get("advance")), as_number(body.get("offset"))
        if (advance is None) == (offset is None):
            raise SimRefused(400, 'either "advance" or "offset", in seconds')
        clock.offset = offset if offset is not None else clock.offset + (advance or 0.0)
        self.world.versions.touch("settings", *(chat.resource for chat in self.world.chats.values()))
        return JsonResponse({"now": clock.now(), "offset": clock.offset})

    async def add_bot(self, request: Request) -> Response:
        body = await read_object(request)
        token, username = as_text(body.get("token")) or "", as_text(body.get("username")) or ""
        if not token.partition(":")[0].isdigit() or not username:
            raise SimRefused(400, "a bot needs a token (number:secret) and a username")
        if int(token.partition(":")[0]) in self.world.bots or self.world.bot_by_username(username):
            raise SimRefused(409, f"there is a bot with this number or called {username} already")
        bot = self.world.add_bot(BotAccount(token, username, as_text(body.get("first_name")) or username))
        return JsonResponse(_bot(bot), 201)

    async def reset(self, request: Request) -> Response:
        self.world.reset()
        self.phone.clear()
        self.mailbox.clear()
        return JsonResponse({})


class Look(Protocol):
    def __call__(self, after: int, /) -> Sequence[Shown]: ...


def _bot(bot: Bot) -> JsonObject:
    return {"id": bot.id, "token": bot.token, "username": bot.username, "first_name": bot.first_name}
