"""What a handler can do to the chat beside answering with a screen."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog
from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.chat.commands import publish_here
from bot.chat.feature import Command
from bot.chat.incoming import Incoming
from bot.chat.insist import Undeliverable, insist
from bot.chat.screen import File, Rows, Screen
from bot.chat.sender import Place, Screens, popup_text
from bot.chat.text import Say, Texts, say

DELETIONS = 10  # times that a deletion insists before the person has to do it

log = structlog.get_logger(__name__)


class Hands:
    """What a handler can do to the chat, for one turn."""

    def __init__(self, bot: Bot, screens: Screens, incoming: Incoming, texts: Texts, answered: bool) -> None:
        self._bot = bot
        self._screens = screens
        self._in = incoming
        self._texts = texts
        self._place = Place(incoming.person_id, incoming.chat_id)
        self.answered = answered or not incoming.callback_id

    async def popup(self, text: Say, *, alert: bool = False) -> None:
        """Answer the tap with a popup; when it was answered already there is nothing to show it on."""
        await self._answer(popup_text(text, self._texts), alert=alert)

    def delete_typed(self, otherwise: Callable[[], Awaitable[None]] | None = None) -> None:
        """Delete what the person typed, at once and beside the turn.

        When Telegram refuses, `otherwise` makes it worthless and the person is told.
        """
        self._screens.beside(self._delete(otherwise), "delete")

    def show_commands(self, commands: Sequence[Command], language: str) -> None:
        """Show this chat's command menu in a language, beside the turn."""
        work = publish_here(self._bot, self._in.chat_id, commands, language, self._in.language)
        self._screens.beside(work, "command menu")

    def start_link(self, code: str) -> str:
        """The link that opens a private chat with this bot and says `/start CODE` there."""
        return f"https://t.me/{self._bot.username}?start={code}"

    async def tell(self, text: Say) -> None:
        """Send a line of its own, beside the screen that answers."""
        await self._screens.show(self._place, Screen((text,)), self._texts)

    async def _delete(self, otherwise: Callable[[], Awaitable[None]] | None) -> None:
        if await deleted(self._bot, self._in.chat_id, self._in.message_id):
            return
        if otherwise is not None:
            await otherwise()
        await self.tell(say("hint-not-deleted"))

    async def send_file(self, file: File) -> None:
        """Send a file into the chat."""
        with suppress(TelegramError):  # before the file and not beside it: coming after, it would stay in the chat
            await self._bot.send_chat_action(self._in.chat_id, "upload_document")
        await self._screens.send_file(self._place, file, self._texts)

    async def send_photo(self, file: File, rows: Rows = ()) -> bool:
        """Send a picture that is shown in the chat, and say whether it was sent: words must say the same without it."""
        try:
            await self._screens.send_photo(self._place, file, self._texts, rows)
        except TelegramError as error:
            log.info("picture not sent", error=type(error).__name__)
            return False
        return True

    async def finish(self) -> None:
        """A tap that no popup answered is answered plainly."""
        if not self.answered:
            await self._answer(None, alert=False)

    async def _answer(self, text: str | None, *, alert: bool) -> None:
        if self.answered:
            return
        self.answered = True
        try:
            await self._bot.answer_callback_query(self._in.callback_id, text, show_alert=alert)
        except TelegramError as error:
            log.debug("callback answer", error=type(error).__name__)


async def deleted(bot: Bot, chat_id: int, message_id: int) -> bool:
    """Delete a message, through an outage of some minutes; False when Telegram does not want to."""
    for _ in range(DELETIONS):
        try:
            await insist(lambda: bot.delete_message(chat_id, message_id), repeatable=True)
        except Undeliverable as later:
            await asyncio.sleep(later.pause)
        except BadRequest as refused:
            return "not found" in refused.message  # gone already: an answer was lost, or the person was quicker
        except TelegramError:
            return False
        else:
            return True
    return False
