"""`/sim/people…`: people, their chats and what they do there."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..chats import CallbackQuery, Message
from ..errors import SimRefused
from ..http import JsonResponse
from ..json_values import JsonObject, as_flag, as_int, as_number, as_text, loads_object
from ..people import Bot, Person
from ..world import World
from .acts import Actor, read_link
from .transcript import message_view, transcript
from .waiting import changed, until

TEXT_FIELDS = ("last_name", "username", "language_code", "phone", "mail")


async def read_object(request: Request) -> JsonObject:
    body = loads_object(await request.body())
    if body is None:
        raise SimRefused(400, "the body is no JSON object")
    return body


class PeopleRoutes:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        chat = "/sim/people/{person:int}/chats/{chat}"
        acts: dict[str, Callable[[Actor, JsonObject], JsonObject]] = {
            "send": lambda actor, body: self._messages(actor, actor.send(body)),
            "paste": lambda actor, body: self._messages(actor, actor.send({"text": body.get("text")})),
            "edit": lambda actor, body: self._messages(actor, [actor.edit(body)]),
            "press": lambda actor, body: self._messages(actor, actor.press(body)),
            "start": lambda actor, body: self._messages(actor, actor.start()),
        }
        silent: dict[str, Callable[[Actor, JsonObject], None]] = {
            "block": lambda actor, body: actor.block(True),
            "unblock": lambda actor, body: actor.block(False),
            "react": lambda actor, body: actor.react(body),
            "delete": lambda actor, body: actor.delete(body),
            "clear": lambda actor, body: actor.clear(),
        }
        return [
            Route("/sim/people", self.list_people),
            Route("/sim/people", self.create, methods=["POST"]),
            Route("/sim/people/{person:int}", self.show),
            Route("/sim/people/{person:int}", self.change, methods=["PATCH"]),
            Route("/sim/people/{person:int}", self.remove, methods=["DELETE"]),
            Route("/sim/people/{person:int}/deactivate", self.deactivate, methods=["POST"]),
            Route("/sim/people/{person:int}/open", self.open_link, methods=["POST"]),
            Route("/sim/people/{person:int}/chats", self.list_chats),
            Route(chat, self.read_chat),
            Route(chat + "/tap", self.tap, methods=["POST"]),
            *(Route(f"{chat}/{name}", self._act(act), methods=["POST"]) for name, act in acts.items()),
            *(Route(f"{chat}/{name}", self._silent_act(act), methods=["POST"]) for name, act in silent.items()),
        ]

    # --- people -----------------------------------------------------------------------------------------------

    async def list_people(self, request: Request) -> Response:
        await changed(request, self.world.versions, "people")
        people = [person.sim() for person in self.world.people.values()]
        return JsonResponse({"version": self.world.versions.of("people"), "people": people})

    async def create(self, request: Request) -> Response:
        body = await read_object(request)
        first_name = as_text(body.get("first_name"))
        if not first_name:
            raise SimRefused(400, "a person needs a first_name")
        person_id = as_int(body.get("id")) or self.world.next_person_id()
        if person_id in self.world.people:
            raise SimRefused(409, f"there is a person {person_id} already")
        person = Person(person_id, first_name)
        self._fill(person, body)
        return JsonResponse(self.world.add_person(person).sim(), 201)

    def _fill(self, person: Person, body: JsonObject) -> None:
        for name in TEXT_FIELDS:
            if name in body:
                setattr(person, name, as_text(body[name]))
        person.first_name = as_text(body.get("first_name")) or person.first_name

    def _person(self, request: Request) -> Person:
        person = self.world.people.get(request.path_params["person"])
        if person is None:
            raise SimRefused(404, f"there is no person {request.path_params['person']}")
        return person

    async def show(self, request: Request) -> Response:
        return JsonResponse(self._person(request).sim())

    async def change(self, request: Request) -> Response:
        person = self._person(request)
        self._fill(person, await read_object(request))
        self._changed(person)
        return JsonResponse(person.sim())

    def _changed(self, person: Person) -> None:
        chats = [chat.resource for chat in self.world.chats.values() if person.id in chat.members]
        self.world.versions.touch("people", *chats)

    async def remove(self, request: Request) -> Response:
        self.world.remove_person(self._person(request).id)
        return JsonResponse({})

    async def deactivate(self, request: Request) -> Response:
        person = self._person(request)
        person.deactivated = as_flag((await read_object(request)).get("deactivated", True))
        self._changed(person)
        return JsonResponse(person.sim())

    # --- chats ------------------------------------------------------------------------------------------------

    def _bot(self, username: str) -> Bot:
        bot = self.world.bot_by_username(username)
        if bot is None:
            known = sorted(bot.username for bot in self.world.bots.values())
            raise SimRefused(404, f"there is no chat {username!r}; the bots are {known}")
        return bot

    def _actor(self, request: Request) -> Actor:
        return Actor(self.world, self._person(request), self._bot(request.path_params["chat"]))

    async def list_chats(self, request: Request) -> Response:
        person, chats = self._person(request), []
        await changed(request, self.world.versions, None)
        for bot in self.world.bots.values():
            chat = self.world.private_chat(bot, person)
            last = next(iter(chat.newest_first()), None)
            chats.append(
                {
                    "chat": bot.username,
                    "chat_id": chat.id,
                    "type": chat.type,
                    "title": bot.localised(bot.names, person.language_code, bot.first_name),
                    "last_text": last.content.text if last else None,
                    "last_date": last.date if last else None,
                    "version": self.world.versions.of(chat.resource),
                }
            )
        return JsonResponse({"version": self.world.versions.current, "chats": chats})

    async def read_chat(self, request: Request) -> Response:
        actor = self._actor(request)
        await changed(request, self.world.versions, actor.chat.resource)
        return JsonResponse(transcript(self.world, actor.person, actor.bot, actor.chat))

    def _messages(self, actor: Actor, messages: list[Message]) -> JsonObject:
        return {"messages": [message_view(self.world, actor.chat, actor.person.id, each) for each in messages]}

    def _act(self, act: Callable[[Actor, JsonObject], JsonObject]) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            body, before = await read_object(request), self.world.versions.current
            return JsonResponse({"version": before, **act(self._actor(request), body)})

        return endpoint

    def _silent_act(self, act: Callable[[Actor, JsonObject], None]) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            body, before = await read_object(request), self.world.versions.current
            act(self._actor(request), body)
            return JsonResponse({"version": before})

        return endpoint

    async def tap(self, request: Request) -> Response:
        body, actor = await read_object(request), self._actor(request)
        before = self.world.versions.current
        outcome, query = actor.tap(body)
        wait = as_number(body.get("wait")) or 0.0
        if query is not None:
            outcome["answer"] = await self._answer(actor, query, wait)
        return JsonResponse({"version": before, **outcome})

    async def _answer(self, actor: Actor, query: CallbackQuery, wait: float) -> JsonObject | None:
        return await until(self.world.versions, actor.chat.resource, wait, lambda: query.answered)

    async def open_link(self, request: Request) -> Response:
        body, person = await read_object(request), self._person(request)
        username, parameter = read_link(as_text(body.get("url")) or "")
        actor = Actor(self.world, person, self._bot(username))
        drop, press = as_flag(body.get("drop_parameter", False)), as_flag(body.get("press", True))
        before = self.world.versions.current
        sent = actor.open(parameter, drop, press)
        return JsonResponse({"version": before, "chat": actor.bot.username, **self._messages(actor, sent)})
