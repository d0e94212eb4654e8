"""People in the sandbox, as a test speaks of them.

    async with SandboxClient(sandbox.url) as client:
        anna = await client.person("Anna", phone="+4915112345678", mail="anna@muster.example")
        await anna.open_link((await client.mail(anna.mail)).link())
        await anna.tap("PIN anfordern")
        await anna.send((await client.sms(anna.phone)).pin)
        await anna.sees("verbunden")

Every wait is a long-poll on the sandbox; what does not come in time fails with the whole chat as that person sees it.
"""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeVar

import httpx
import orjson

from tests.drivers.sandbox_views import (
    Call,
    File,
    Json,
    Mail,
    Message,
    Popup,
    Sms,
    Tapped,
    Transcript,
    as_object,
    as_objects,
    as_read,
    number,
)
from tests.drivers.sandbox_wire import NotSeen, SandboxRefused, plain_http

__all__ = ["NotSeen", "Person", "SandboxClient", "SandboxRefused", "plain_http"]

BOT = "eservice_demo_bot"
PATIENCE = 10.0
LONGEST_WAIT = 60.0
T = TypeVar("T")


class SandboxClient:
    """The whole sandbox over HTTP; people come from `person`."""

    def __init__(self, url: str, bot: str = BOT) -> None:
        self.url = url
        self.bot = bot
        self._sms_read: dict[str, int] = {}
        self._mails_read: dict[str, int] = {}
        timeout = httpx.Timeout(LONGEST_WAIT + 15, connect=5)
        self._http = httpx.AsyncClient(base_url=url, timeout=timeout, transport=plain_http(), trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def request(self, method: str, path: str, body: Json | None = None, /, **query: str | float | None) -> Json:
        """One simulation API request; a refusal is raised with its sentence."""
        params = {name: value for name, value in query.items() if value is not None}
        response = await self._http.request(method, path, json=body, params=params or None)
        found = as_object(orjson.loads(response.content))
        if response.status_code >= 400:
            raise SandboxRefused(str(found.get("error")))
        return found

    # --- people -----------------------------------------------------------------------------------------------

    async def person(
        self,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language: str | None = "de",
        phone: str | None = None,
        mail: str | None = None,
    ) -> "Person":
        """A new person; `language` is what Telegram tells the bot (None: nothing)."""
        body: Json = {"first_name": first_name, "last_name": last_name, "username": username}
        body |= {"language_code": language, "phone": phone, "mail": mail}
        return self._known(await self.request("POST", "/sim/people", body))

    async def people(self) -> list["Person"]:
        return [self._known(each) for each in as_objects((await self.request("GET", "/sim/people"))["people"])]

    async def person_named(self, first_name: str) -> "Person":
        """Somebody who is there already (the demo's Max)."""
        return next(person for person in await self.people() if person.name == first_name)

    def _known(self, raw: Json) -> "Person":
        phone, mail = str(raw["phone"] or ""), str(raw["mail"] or "")
        return Person(self, number(raw["id"]), str(raw["first_name"]), phone, mail, self.bot)

    # --- SMS and mail -----------------------------------------------------------------------------------------

    async def sms(self, number_: str, within: float = PATIENCE) -> Sms:
        """The next SMS to this number that was not read yet."""
        found = await self.all_sms(number_, after=self._sms_read.get(number_, 0), wait=within)
        if not found:
            raise NotSeen(f"no (further) SMS to {number_} within {within} s")
        self._sms_read[number_] = found[0].version
        return found[0]

    async def all_sms(self, number_: str | None = None, after: int = 0, wait: float = 0) -> list[Sms]:
        found = await self.request("GET", "/sim/sms", to=number_, after=after, wait=wait)
        return [Sms.read(each) for each in as_objects(found["sms"])]

    async def mail(self, address: str, within: float = PATIENCE, subject: str = "") -> Mail:
        """The next mail to this address that was not read yet; mails with another subject are passed over."""
        deadline = asyncio.get_running_loop().time() + within
        while True:
            left = max(0.0, deadline - asyncio.get_running_loop().time())
            found = await self.all_mails(address, after=self._mails_read.get(address, 0), wait=left)
            if not found:
                raise NotSeen(f"no (further) mail {subject!r} to {address} within {within} s")
            for mail in found:
                self._mails_read[address] = mail.version
                if subject in mail.subject:
                    return mail

    async def all_mails(self, address: str | None = None, after: int = 0, wait: float = 0) -> list[Mail]:
        found = await self.request("GET", "/sim/mails", to=address, after=after, wait=wait)
        return [Mail.read(each) for each in as_objects(found["mails"])]

    # --- what the server saw ----------------------------------------------------------------------------------

    async def calls(
        self, method: str | None = None, chat_id: int | None = None, after: int = 0, wait: float = 0
    ) -> list[Call]:
        """Recorded calls, oldest first; with `wait`, held until one newer than `after` exists."""
        found = await self.request("GET", "/sim/calls", method=method, chat_id=chat_id, after=after, wait=wait)
        return [Call.read(each) for each in as_objects(found["calls"])]

    async def forget_calls(self) -> None:
        await self.request("DELETE", "/sim/calls")

    async def version(self) -> int:
        """Now, as a number: `after` for everything that comes later."""
        return number((await self.request("GET", "/sim/version"))["version"])

    async def bot_polls(self, within: float = 10, how: str = "polling") -> None:
        """Hold until a bot holds a getUpdates request, or has set a `webhook`."""
        found = await self.request("GET", "/sim/updates", bot=self.bot, wait=within, **{how: "1"})
        if not found[how]:
            raise NotSeen(f"no bot takes updates by {how} within {within} s")

    async def updates_taken(self, within: float = PATIENCE) -> None:
        """Hold until the bot has confirmed every update."""
        found = await self.request("GET", "/sim/updates", bot=self.bot, idle="1", wait=within)
        if found["pending"]:
            raise NotSeen(f"{found['pending']} updates are still not confirmed after {within} s")

    # --- faults, switches, clock ------------------------------------------------------------------------------

    async def fault(
        self,
        kind: str,
        *,
        on: str = "telegram",
        method: str | None = None,
        chat: "Person | None" = None,
        times: int | None = 1,
        retry_after: int | None = None,
        status: int | None = None,
        seconds: float | None = None,
        to: str | None = None,
    ) -> int:
        """Script a fault (docs/sandbox.md); the number is for `mend`."""
        body: Json = {"on": on, "kind": kind, "method": method, "chat_id": chat.id if chat else None, "to": to}
        body |= {"times": None if kind == "outage" else times}
        body |= {"retry_after": retry_after, "status": status, "seconds": seconds}
        return number((await self.request("POST", "/sim/faults", body))["id"])

    async def mend(self, fault: int | None = None) -> None:
        """End one fault or all of them."""
        await self.request("DELETE", "/sim/faults" if fault is None else f"/sim/faults/{fault}")

    async def switch(self, **settings: bool | float) -> None:
        """`rate_limits`, `validation`, `recording`, `callback_seconds`"""
        await self.request("PATCH", "/sim/settings", dict(settings))

    async def advance(self, seconds: float) -> None:
        """Move the sandbox's clock (not the bot's)."""
        await self.request("POST", "/sim/clock", {"advance": seconds})

    async def reset(self) -> None:
        self._sms_read.clear()
        self._mails_read.clear()
        await self.request("POST", "/sim/reset")

    async def download(self, url: str) -> bytes:
        response = await self._http.get(url)
        response.raise_for_status()
        return response.content


@dataclass(slots=True)
class Person:
    """Somebody with Telegram, in the chat with the bot. Acts return at once; `sees` and its like wait."""

    client: SandboxClient
    id: int
    name: str
    phone: str
    mail: str
    bot: str
    acted_at: int = 0
    popups_read: int = 0
    messages_read: dict[int, tuple[Json, Message]] = field(default_factory=dict, repr=False)

    @property
    def _chat(self) -> str:
        return f"/sim/people/{self.id}/chats/{self.bot}"

    async def _act(self, act: str, body: Json | None = None) -> Json:
        answer = await self.client.request("POST", f"{self._chat}/{act}", body or {})
        self.acted_at = number(answer["version"])
        return answer

    async def _say(self, act: str, body: Json) -> Message:
        return [Message.read(each) for each in as_objects((await self._act(act, body))["messages"])][-1]

    # --- acts -------------------------------------------------------------------------------------------------

    async def send(self, text: str, reply_to: Message | None = None) -> Message:
        body: Json = {"text": text}
        return await self._say("send", body | ({"reply_to": reply_to.id} if reply_to else {}))

    async def forward(self, text: str, source: str) -> Message:
        """Send on what somebody else (`source`) wrote."""
        return await self._say("send", {"text": text, "forwarded_from": source})

    async def send_photo(self, content: bytes, mime_type: str = "image/png") -> Message:
        encoded = base64.b64encode(content).decode()
        return await self._say("send", {"photo": {"name": "photo.png", "mime_type": mime_type, "content": encoded}})

    async def paste(self, text: str) -> Message:
        return await self._say("paste", {"text": text})

    async def send_document(self, name: str, content: bytes, mime_type: str = "application/pdf") -> Message:
        encoded = base64.b64encode(content).decode()
        return await self._say("send", {"document": {"name": name, "mime_type": mime_type, "content": encoded}})

    async def share_contact(self) -> Message:
        return await self._say("send", {"contact": True})

    async def edit(self, message: Message, text: str) -> Message:
        return await self._say("edit", {"message_id": message.id, "text": text})

    async def press(self, label: str) -> Message:
        """A button of the reply keyboard."""
        return await self._say("press", {"label": label})

    async def start(self) -> Message:
        """The START (or RESTART) button."""
        return await self._say("start", {})

    async def open_link(self, url: str, *, drop_parameter: bool = False, press: bool = True) -> None:
        """Tap a t.me link and START; `drop_parameter`: Telegram loses the parameter."""
        body: Json = {"url": url, "drop_parameter": drop_parameter, "press": press}
        opened = await self.client.request("POST", f"/sim/people/{self.id}/open", body)
        self.acted_at = number(opened["version"])

    async def tap(
        self, label: str, *, on: Message | None = None, within: float = PATIENCE, answered: bool = True
    ) -> Tapped:
        """Tap an inline button (of `on`, else of the newest message that has it), as soon as it is there.

        Fails when the bot does not answer the callback in time, unless `answered` is False.
        """

        def find(chat: Transcript) -> Json | None:
            for message in reversed(chat.messages):
                place = message.place(label) if on is None or message.id == on.id else None
                if place is not None:
                    return {"message_id": message.id, "row": place[0], "column": place[1]}
            return None

        button = await self.until(find, within, f"a button {label!r}")
        tapped = Tapped.read(await self._act("tap", button | {"wait": within if answered else 0}))
        if answered and tapped.kind == "callback" and tapped.popup is None:
            raise NotSeen(await self._complaint(f"an answer to the tap on {label!r}", within))
        return tapped

    async def block(self) -> None:
        await self._act("block")

    async def unblock(self) -> None:
        await self._act("unblock")

    async def react(self, message: Message, emoji: str | None) -> None:
        await self._act("react", {"message_id": message.id, "emoji": emoji})
        self.acted_at = await self.client.version()  # the reaction itself is no answer

    async def delete(self, message: Message) -> None:
        await self._act("delete", {"message_id": message.id})

    async def clear(self) -> None:
        await self._act("clear")

    async def deactivate(self) -> None:
        await self.client.request("POST", f"/sim/people/{self.id}/deactivate", {})

    async def speaks(self, language: str | None) -> None:
        """Change the language that Telegram tells the bot."""
        await self.client.request("PATCH", f"/sim/people/{self.id}", {"language_code": language})

    # --- looking ----------------------------------------------------------------------------------------------

    async def transcript(self, after: int | None = None, wait: float = 0) -> Transcript:
        raw = await self.client.request("GET", self._chat, after=after, wait=wait)
        return Transcript.read(raw, self.messages_read)

    async def last(self) -> Message:
        """The bot's newest message, now."""
        return (await self.transcript()).last

    async def until(self, look: Callable[[Transcript], T | None], within: float = PATIENCE, what: str = "it") -> T:
        """Hold until `look` finds something in the chat."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        chat = await self.transcript()
        while (found := look(chat)) is None:
            left = deadline - loop.time()
            if left <= 0:
                raise NotSeen(await self._complaint(what, within))
            chat = await self.transcript(after=chat.version, wait=left)
        return found

    async def sees(self, text: str, within: float = PATIENCE, *, new: bool = False) -> Message:
        """The bot's newest message that contains the text; `new`: written or edited since the last act."""

        def look(chat: Transcript) -> Message | None:
            since = self.acted_at if new else 0
            found = [m for m in chat.from_bot if as_read(text) in as_read(m.text) and m.version > since]
            return found[-1] if found else None

        return await self.until(look, within, f"{'new words with ' if new else ''}{text!r}")

    async def answer(self, within: float = PATIENCE) -> Message:
        """What the bot has said or edited since the last act, the newest of it."""

        def look(chat: Transcript) -> Message | None:
            found = [m for m in chat.from_bot if m.version > self.acted_at]
            return found[-1] if found else None

        return await self.until(look, within, "an answer")

    async def does_not_see(self, text: str) -> None:
        """Not now; let the bot finish before (`client.updates_taken`, or something that it says later)."""
        chat = await self.transcript()
        if chat.contains(text):
            raise AssertionError(f"{self.name} sees {text!r}\n{chat.readable()}")

    async def receives(self, name: str = "", within: float = PATIENCE, *, new: bool = False) -> File:
        """The newest document whose name contains the text."""

        def look(chat: Transcript) -> File | None:
            since = self.acted_at if new else 0
            found = [m.document for m in chat.from_bot if m.document and m.version > since and name in m.document.name]
            return found[-1] if found else None

        return await self.until(look, within, f"a document {name!r}")

    async def loses(self, message: Message, within: float = PATIENCE) -> None:
        """Hold until the message is deleted (a typed PIN)."""
        gone = f"message {message.id} ({message.text!r}) to be deleted"
        await self.until(lambda chat: True if chat.message(message.id) is None else None, within, gone)

    async def popup(self, within: float = PATIENCE) -> Popup:
        """The next answer to a tap that carries words."""

        def look(chat: Transcript) -> Popup | None:
            return next((p for p in chat.popups if p.text and p.version > self.popups_read), None)

        found = await self.until(look, within, "a popup")
        self.popups_read = found.version
        return found

    async def download(self, file: File) -> bytes:
        return await self.client.download(file.url)

    async def _complaint(self, what: str, within: float) -> str:
        chat = await self.transcript()
        refused = [call for call in await self.client.calls() if call.status != 200][-5:]
        calls = "".join(f"\n     {call.readable()}" for call in refused)
        heading = f"{self.name} does not see {what} within {within} s"
        return f"{heading}\n{chat.readable()}" + (f"\nrefused calls:{calls}" if refused else "")
