"""When nothing can be stored, people are told that their answer will be late. Reads no table, writes none."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import structlog
from telegram import Bot

from bot.chat.incoming import Kind, understand
from bot.chat.sender import popup_text
from bot.chat.text import Texts, say
from services.preferences import language_of
from storage.people import Person

ANSWERED = frozenset({Kind.COMMAND, Kind.TEXT, Kind.TAP, Kind.OTHER, Kind.FORWARDED})

log = structlog.get_logger(__name__)


class Excuses:
    """Says it in the language that Telegram names: what the person chose stands in the database."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def __call__(self, body: Mapping[str, object]) -> None:
        """Answer one update with the excuse; a tap with a popup. Never raises."""
        try:
            incoming = understand(dict(body), self._bot)
            if incoming.kind not in ANSWERED:
                return
            texts = Texts(language_of(Person(incoming.person_id), incoming.language), ZoneInfo("Europe/Berlin"))
            late = say("fault-storage")
            if incoming.callback_id:
                await self._bot.answer_callback_query(incoming.callback_id, popup_text(late, texts), show_alert=True)
            else:
                await self._bot.send_message(incoming.chat_id, texts.html(late), parse_mode="HTML")
        except Exception as error:  # whatever is wrong here too, the update itself is safe
            log.info("no excuse", error=type(error).__name__)
