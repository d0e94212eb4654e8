"""What a person does in a chat, and the update each act becomes for the bot."""

import base64
import binascii
import re
import secrets
from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qs, urlsplit

from ..botapi.wire import callback_object, message_object, my_member_object, user_object
from ..chats import CallbackQuery, Chat, Message
from ..entities.formatted import FormattedText, finished
from ..errors import SimRefused
from ..files import StoredFile
from ..json_values import JsonObject, as_flag, as_int, as_list, as_object, as_text
from ..people import Bot, Person
from ..world import World

START_PARAMETER = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
CLIENT_SPLITS_AT = 4096


class Actor:
    """One person in one chat."""

    def __init__(self, world: World, person: Person, bot: Bot) -> None:
        self.world = world
        self.person = person
        self.bot = bot
        self.chat: Chat = world.private_chat(bot, person)

    # --- speaking ---------------------------------------------------------------------------------------------

    def send(self, body: JsonObject) -> list[Message]:
        self._able()
        if as_flag(body.get("contact", False)):
            return [self._share_contact()]
        for kind in ("document", "photo"):
            if (file := as_object(body.get(kind))) is not None:
                return [self._send_file(kind, file, as_text(body.get("text")) or "")]
        text = as_text(body.get("text"))
        if text is None or not text.strip():
            raise SimRefused(400, "a message needs a text, a document, a photo or a contact")
        reply_to = as_int(body.get("reply_to"))
        if reply_to is not None and reply_to not in self.chat.messages:
            raise SimRefused(404, f"there is no message {reply_to} to reply to")
        pieces = [text[at : at + CLIENT_SPLITS_AT] for at in range(0, len(text), CLIENT_SPLITS_AT)]
        source = as_text(body.get("forwarded_from"))
        return [self._post(FormattedText(piece), reply_to=reply_to, forwarded_from=source) for piece in pieces]

    def _able(self) -> None:
        if self.person.deactivated:
            raise SimRefused(409, f"{self.person.name}'s account is deactivated")
        if self.chat.blocked:
            raise SimRefused(409, f"{self.person.name} has blocked the bot: unblock first")

    def _post(
        self,
        content: FormattedText,
        kind: str = "text",
        file: StoredFile | None = None,
        contact: JsonObject | None = None,
        reply_to: int | None = None,
        forwarded_from: str | None = None,
    ) -> Message:
        message = Message(
            message_id=self.world.next_message_id(self.bot),
            sender_id=self.person.id,
            by_bot=False,
            date=self.world.clock.now(),
            content=finished(content.text, []),
            kind=kind,
            file=file,
            contact=contact,
            reply_to=reply_to,
            forwarded_from=forwarded_from,
            received=False,
        )
        self.chat.started, self.chat.link_opened, self.chat.start_parameter = True, False, None
        self.chat.force_reply = None
        if self.chat.keyboard and self.chat.keyboard.get("one_time_keyboard"):
            self.chat.keyboard = None
        self.world.add_message(self.bot, self.chat, message)
        self._tell("message", message_object(self.world, self.chat, message), partial(self._received, message))
        return message

    def _received(self, message: Message) -> None:
        message.received = True
        message.version = self.world.touch(self.chat)

    def _tell(self, kind: str, content: JsonObject, received: Callable[[], None] | None = None) -> None:
        self.world.queues[self.bot.id].push(kind, content, received)

    def _send_file(self, kind: str, file: JsonObject, caption: str) -> Message:
        try:
            content = base64.b64decode(as_text(file.get("content")) or "", validate=True)
        except binascii.Error:
            raise SimRefused(400, f"{kind}.content is not base64") from None
        name = as_text(file.get("name")) or kind
        mime_type = as_text(file.get("mime_type")) or "application/octet-stream"
        stored = self.world.files.keep(kind, name, mime_type, content, self.bot.id)
        return self._post(FormattedText(caption), kind, stored)

    def _share_contact(self) -> Message:
        if not self.person.phone:
            raise SimRefused(400, f"{self.person.name} has no phone number to share")
        contact: JsonObject = {
            "phone_number": self.person.phone.lstrip("+"),
            "first_name": self.person.first_name,
            "user_id": self.person.id,
        }
        if self.person.last_name:
            contact["last_name"] = self.person.last_name
        return self._post(FormattedText(""), "contact", contact=contact)

    def edit(self, body: JsonObject) -> Message:
        self._able()
        message = self._message(body, own=True)
        message.content = finished(as_text(body.get("text")) or "", [])
        message.edited = self.world.clock.now()
        message.version = self.world.touch(self.chat)
        self._tell("edited_message", message_object(self.world, self.chat, message))
        return message

    def _message(self, body: JsonObject, own: bool = False) -> Message:
        message = self.chat.messages.get(as_int(body.get("message_id")) or 0)
        if message is None:
            raise SimRefused(404, f"there is no message {body.get('message_id')!r} in this chat")
        if own and message.sender_id != self.person.id:
            raise SimRefused(400, f"message {message.message_id} is not {self.person.name}'s")
        return message

    # --- buttons ----------------------------------------------------------------------------------------------

    def tap(self, body: JsonObject) -> tuple[JsonObject, CallbackQuery | None]:
        self._able()
        message, button = self._button(body)
        label = str(button.get("text"))
        if "callback_data" in button:
            query = CallbackQuery(
                id=str(secrets.randbits(62)),
                person_id=self.person.id,
                message_id=message.message_id,
                label=label,
                data=str(button["callback_data"]),
                at=self.world.clock.now(),
            )
            self.world.open_callback(query)
            self.world.touch(self.chat)
            self._tell("callback_query", callback_object(self.world, self.chat, query))
            found: JsonObject = {"kind": "callback", "callback_query_id": query.id}
            return found | {"message_id": message.message_id, "label": label}, query
        if "url" in button:
            return {"kind": "url", "url": button["url"]}, None
        if "copy_text" in button:
            return {"kind": "copy", "copied": (as_object(button["copy_text"]) or {}).get("text")}, None
        if "web_app" in button:
            return {"kind": "web_app", "url": (as_object(button["web_app"]) or {}).get("url")}, None
        raise SimRefused(400, f"the sandbox does not know what the button {label!r} does")

    def _button(self, body: JsonObject) -> tuple[Message, JsonObject]:
        messages = [self._message(body)] if "message_id" in body else self.chat.newest_first()
        label, row, column = as_text(body.get("label")), as_int(body.get("row")), as_int(body.get("column"))
        if label is None:
            for message in messages[:1]:
                buttons = message.buttons()
                if row is not None and row < len(buttons) and (column or 0) < len(buttons[row]):
                    return message, buttons[row][column or 0]
            raise SimRefused(404, f"there is no button at row {row}, column {column}")
        for message in messages:
            if (button := _labelled(message, label)) is not None:
                return message, button
        shown = [str(each.get("text")) for message in messages[:3] for line in message.buttons() for each in line]
        raise SimRefused(404, f"there is no button {label!r}; the newest messages have {shown}")

    def press(self, body: JsonObject) -> list[Message]:
        label = as_text(body.get("label")) or ""
        rows = as_list((self.chat.keyboard or {}).get("keyboard")) or []
        buttons = [as_object(each) or {} for row in rows for each in as_list(row) or []]
        exact = [each for each in buttons if each.get("text") == label]
        found = exact or [each for each in buttons if label and label in str(each.get("text"))]
        if len(found) != 1:
            raise SimRefused(404, f"there is no menu button {label!r}; there is {[b.get('text') for b in buttons]}")
        return self.send({"contact": True} if found[0].get("request_contact") else {"text": found[0]["text"]})

    # --- the chat itself --------------------------------------------------------------------------------------

    def open(self, parameter: str | None, drop: bool, press: bool) -> list[Message]:
        if parameter is not None and not START_PARAMETER.match(parameter):
            raise SimRefused(400, "START_PARAM_INVALID")
        self.chat.link_opened = parameter is not None
        self.chat.start_parameter = None if drop else parameter
        self.world.touch(self.chat)
        return self.start() if press else []

    def start(self) -> list[Message]:
        """The START button: it also unblocks, as the client's RESTART does."""
        if self.chat.blocked:
            self.block(False)
        parameter = self.chat.start_parameter
        return self.send({"text": f"/start {parameter}" if parameter else "/start"})

    def block(self, blocked: bool) -> None:
        if self.chat.blocked == blocked:
            return
        self.chat.blocked = blocked
        self.world.touch(self.chat)
        was, now = ("member", "kicked") if blocked else ("kicked", "member")
        at = self.world.clock.now()
        self._tell("my_chat_member", my_member_object(self.world, self.bot, self.person, was, now, at))

    def react(self, body: JsonObject) -> None:
        message, emoji = self._message(body), as_text(body.get("emoji"))
        before = message.reactions.get(self.person.id, [])
        message.reactions[self.person.id] = [{"type": "emoji", "emoji": emoji}] if emoji else []
        message.version = self.world.touch(self.chat)
        update: JsonObject = {
            "chat": self.person.wire_chat(),
            "message_id": message.message_id,
            "user": user_object(self.world, self.person.id),
            "date": int(self.world.clock.now()),
            "old_reaction": before,
            "new_reaction": message.reactions[self.person.id],
        }
        self._tell("message_reaction", update)

    def delete(self, body: JsonObject) -> None:
        message = self._message(body)
        del self.chat.messages[message.message_id]
        if message.message_id in self.chat.pinned:
            self.chat.pinned.remove(message.message_id)
        self._gone(message)

    def _gone(self, message: Message) -> None:
        version = self.world.touch(self.chat)
        text = message.content.text
        self.chat.deleted.append({"message_id": message.message_id, "by": "person", "version": version, "text": text})

    def clear(self) -> None:
        messages = list(self.chat.messages.values())
        self.chat.messages.clear()
        self.chat.pinned.clear()
        for message in messages:
            self._gone(message)


def _labelled(message: Message, label: str) -> JsonObject | None:
    """An exact label wins, else the one label that contains the text."""
    buttons = [each for row in message.buttons() for each in row]
    exact = [each for each in buttons if each.get("text") == label]
    if exact:
        return exact[0]
    containing = [each for each in buttons if label and label in str(each.get("text"))]
    return containing[0] if len(containing) == 1 else None


def read_link(url: str) -> tuple[str, str | None]:
    """The bot's username and the start parameter of a t.me or tg:// link."""
    parts = urlsplit(url if "://" in url else "https://" + url)
    query = parse_qs(parts.query, keep_blank_values=True)
    if parts.scheme == "tg":
        username = query.get("domain", [""])[0]
    elif parts.hostname in {"t.me", "telegram.me", "www.t.me"}:
        username = parts.path.strip("/")
    else:
        username = ""
    if not username:
        raise SimRefused(400, f"this is no link to a bot: {url}")
    return username, query.get("start", [None])[0]
