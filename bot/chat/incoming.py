"""Telegram's update -> what the person did, in the few kinds that this bot answers.

Authority comes from the numeric id of the person who acts and from nothing else: not from a user name, a forwarded
origin, not from an anonymous or channel sender, not from a bot. In a group nothing is obeyed, whoever says it; what is
said there is only looked through for activation links, which are worthless once others have read them.
"""

import re
from dataclasses import dataclass, replace
from enum import Enum

from telegram import Bot, Message, Update, User
from telegram.constants import ChatID

from bot.chat.buttons import STAYS

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,32}))?(?:\s+(.*))?", re.ASCII | re.DOTALL)
_NOBODY = frozenset({int(ChatID.ANONYMOUS_ADMIN), int(ChatID.FAKE_CHANNEL), int(ChatID.SERVICE_CHAT)})


class Kind(Enum):
    """What an update is about."""

    COMMAND = "command"
    TEXT = "text"
    TAP = "tap"
    OTHER = "other"  # a photo, a sticker, a voice message
    FORWARDED = "forwarded"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    GROUP = "group"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update. `message_id`: the message that was typed or tapped."""

    kind: Kind
    update_id: int
    person_id: int
    chat_id: int
    person_name: str = ""
    language: str | None = None
    message_id: int = 0
    text: str | None = None
    command: str = ""
    args: str = ""
    callback_id: str = ""
    data: str = ""

    @property
    def pressed(self) -> str:
        """A button's data as it was packed."""
        return self.data.removeprefix(STAYS)

    @property
    def tapped(self) -> int | None:
        """The message that the answer to a tap may replace."""
        return self.message_id if self.kind is Kind.TAP and not self.data.startswith(STAYS) else None


def ids_of(body: dict[str, object]) -> tuple[int, int]:
    """(person, chat) of a raw update, before it is parsed: the key of its turn. Zeros when it has none."""
    for part in body.values():
        if isinstance(part, dict):
            message = part.get("message")
            holder = message if isinstance(message, dict) else part
            return _id(part.get("from")), _id(holder.get("chat")) or _id(part.get("from"))
    return 0, 0


def callback_of(body: dict[str, object]) -> tuple[str, str] | None:
    """(query id, data) when a raw update is a tap."""
    part = body.get("callback_query")
    if not isinstance(part, dict):
        return None
    return str(part.get("id", "")), str(part.get("data", "")).removeprefix(STAYS)


def understand(body: dict[str, object], bot: Bot) -> Incoming:
    """The update in our terms. Raises whatever an update raises that is not one."""
    found = _understood(body, bot)
    numbers = (found.update_id, found.person_id, found.chat_id, found.message_id)
    words = (found.person_name, found.text, found.language, found.command, found.callback_id, found.data)
    if not all(isinstance(each, int) and abs(each) < 2**63 for each in numbers):
        raise TypeError("an id is no number")  # the library takes values as they come
    if not all(each is None or isinstance(each, str) for each in words):
        raise TypeError("a text is no text")
    return replace(found, language=found.language[:16]) if found.language else found


def _understood(body: dict[str, object], bot: Bot) -> Incoming:
    update = Update.de_json(dict(body), bot)
    person_id, chat_id = ids_of({k: v for k, v in body.items() if k != "update_id"})
    ignored = Incoming(Kind.IGNORED, update.update_id, person_id, chat_id)
    if update.callback_query is not None:
        return _tap(update, ignored)
    if update.my_chat_member is not None:
        return _membership(update, ignored)
    message = update.message or update.edited_message
    if message is None:
        return ignored
    if message.chat.type != "private":
        return _in_group(message, ignored)
    user = message.from_user
    if message is not update.message or user is None or message.sender_chat is not None:
        return ignored  # an edit is no second try
    if not _is_themselves(user, message.chat.id):
        return ignored
    text = message.text
    found = _COMMAND.match(text) if text else None
    if found and found.group(2) and found.group(2).lower() != bot.username.lower():
        return ignored
    command, args = (found.group(1).lower(), (found.group(3) or "").strip()) if found else ("", "")
    if message.forward_origin is not None or message.via_bot is not None:
        kind = Kind.FORWARDED  # the person did not write it
    else:
        kind = Kind.COMMAND if found else Kind.TEXT if text else Kind.OTHER
    who = (user.full_name, user.language_code, message.message_id)
    return Incoming(kind, update.update_id, user.id, message.chat.id, *who, text, command, args)


def _is_themselves(user: User, chat_id: int) -> bool:
    """Whether this is a human being in their own chat with the bot."""
    return user.id == chat_id and not user.is_bot and user.id not in _NOBODY


def _in_group(message: Message, ignored: Incoming) -> Incoming:
    """What was said where others read along: all of its words, also those behind a link and those of an edit."""
    entities = (*message.entities, *message.caption_entities)
    words = (message.text, message.caption, *(entity.url for entity in entities))
    language = message.from_user.language_code if message.from_user else None
    text = "\n".join(word for word in words if word)
    return replace(ignored, kind=Kind.GROUP, language=language, message_id=message.message_id, text=text)


def _tap(update: Update, ignored: Incoming) -> Incoming:
    query = update.callback_query
    if query is None or query.message is None or query.data is None:
        return ignored
    user, message = query.from_user, query.message
    if message.chat.type != "private" or not _is_themselves(user, message.chat.id):
        return ignored
    return Incoming(
        Kind.TAP,
        update.update_id,
        user.id,
        message.chat.id,
        user.full_name,
        user.language_code,
        message.message_id,
        callback_id=query.id,
        data=query.data,
    )


def _membership(update: Update, ignored: Incoming) -> Incoming:
    change = update.my_chat_member
    if change is None or change.chat.type != "private":
        return ignored
    blocked = change.new_chat_member.status in {"kicked", "left"}
    kind = Kind.BLOCKED if blocked else Kind.UNBLOCKED
    return Incoming(kind, update.update_id, change.from_user.id, change.chat.id, change.from_user.full_name)


def _id(value: object) -> int:
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, int) else 0
