"""One Bot API call on its way through the world: who calls, with what, and which chat and message are meant."""

from collections.abc import Callable
from dataclasses import dataclass

from ..chats import Chat, Message
from ..errors import bad_request, forbidden
from ..people import Bot, Person
from ..world import World
from .params import Params

Method = Callable[["BotCall"], object]


@dataclass(frozen=True, slots=True)
class Described:
    """A result that Telegram adds a sentence to."""

    result: object
    description: str


@dataclass(frozen=True, slots=True)
class BotCall:
    world: World
    bot: Bot
    params: Params

    def now(self) -> float:
        return self.world.clock.now()

    def chat(self) -> Chat:
        """The chat named by chat_id, as far as this bot knows it."""
        raw = self.params.text("chat_id")
        if not raw:
            raise bad_request("chat_id is empty")
        chat_id = self.params.integer("chat_id")
        chat = self.world.chats.get((self.bot.id, chat_id)) if chat_id is not None else None
        if chat is None or not chat.started:
            raise bad_request("chat not found")
        return chat

    def writable_chat(self) -> Chat:
        """The chat, when the bot may send to it right now."""
        chat = self.chat()
        if chat.type == "private":
            if self.world.people[chat.id].deactivated:
                raise forbidden("user is deactivated")
            if chat.blocked:
                raise forbidden("bot was blocked by the user")
        return chat

    def person(self, chat: Chat) -> Person:
        return self.world.people[chat.id]

    def own_message(self, chat: Chat) -> Message:
        """The message to edit: it exists and the bot wrote it."""
        message_id = self.params.integer("message_id")
        if self.params.text("inline_message_id"):
            raise bad_request("MESSAGE_ID_INVALID")
        if message_id is None:
            raise bad_request("message identifier is not specified")
        message = chat.messages.get(message_id)
        if message is None:
            raise bad_request("message to edit not found")
        if message.sender_id != self.bot.id or message.has_reply_keyboard or message.kind == "pinned":
            raise bad_request("message can't be edited")
        return message
