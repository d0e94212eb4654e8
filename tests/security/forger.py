"""Updates as an attacker's own client makes Telegram deliver them, or as Telegram words what people cannot type.

They are queued at the sandbox's Bot API, so the bot fetches them like any other.
"""

import itertools
import time

from sandbox.json_values import JsonObject
from tests.house import House

GROUP = -1009000000001
BOT_ID = 2300229


class Forger:
    """Pushes updates; `digested` holds until the bot has dealt with all of them."""

    def __init__(self, home: House) -> None:
        self._home = home
        self._queue = home.sandbox.app.world.queues[BOT_ID]
        self._ids = itertools.count(700_000)

    def message(
        self,
        sender: int,
        text: str | None,
        *,
        chat: int | None = None,
        edited: bool = False,
        is_bot: bool = False,
        fields: JsonObject | None = None,
    ) -> int:
        """A message by `sender`, in their private chat unless another is named; `fields` are more of Telegram's."""
        number = next(self._ids)
        body: JsonObject = {
            "message_id": number,
            "date": int(time.time()),
            "from": user(sender, is_bot=is_bot),
            "chat": chat_of(sender if chat is None else chat),
        }
        body |= {"text": text} if text is not None else {}
        body |= {"edit_date": int(time.time())} if edited else {}
        self._queue.push("edited_message" if edited else "message", {**body, **(fields or {})})
        return number

    def tap(self, sender: int, data: str, *, message: int, chat: int | None = None) -> None:
        """A tap with this data on a message of the bot, whether or not that message has such a button."""
        carrier: JsonObject = {
            "message_id": message,
            "date": int(time.time()),
            "from": user(BOT_ID, is_bot=True),
            "chat": chat_of(sender if chat is None else chat),
            "text": "…",
        }
        query: JsonObject = {"id": str(next(self._ids)), "from": user(sender), "chat_instance": "1", "data": data}
        self._queue.push("callback_query", {**query, "message": carrier})

    async def digested(self) -> None:
        """Until nothing is under way."""
        await self._home.client.updates_taken(within=20)
        await self._home.app.turns.idle()


def user(number: int, *, is_bot: bool = False, name: str = "Fremd") -> JsonObject:
    """Somebody as Telegram describes them."""
    return {"id": number, "is_bot": is_bot, "first_name": name, "language_code": "de"}


def chat_of(number: int) -> JsonObject:
    """A private chat, or for a negative id a group."""
    if number > 0:
        return {"id": number, "type": "private", "first_name": "Fremd"}
    return {"id": number, "type": "supergroup", "title": "Kegelclub"}
