"""The command menu: one per language for everybody, and one for a chat whose language is not Telegram's."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import structlog
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import TelegramError

from bot.chat.feature import Command
from bot.chat.text import LANGUAGES, Texts, say

_NOWHERE = ZoneInfo("UTC")  # no date stands in a menu

log = structlog.get_logger(__name__)


def menu(commands: Sequence[Command], language: str) -> list[BotCommand]:
    """The commands that are listed, named and explained in a language."""
    texts = Texts(language, _NOWHERE)
    return [
        BotCommand(c.english if language == "en" else c.german, texts.plain(say(f"command-{c.german}")))
        for c in commands
        if c.listed
    ]


async def publish(bot: Bot, commands: Sequence[Command]) -> None:
    """The menu per language, and what a chat shows before it begins; German where we do not speak the language."""
    for language in (None, *LANGUAGES):
        texts = Texts(language or "de", _NOWHERE)
        try:
            scope = BotCommandScopeAllPrivateChats()
            await bot.set_my_commands(menu(commands, language or "de"), scope=scope, language_code=language)
            await bot.set_my_description(texts.plain(say("bot-description")), language_code=language)
            await bot.set_my_short_description(texts.plain(say("bot-short")), language_code=language)
        except TelegramError as error:
            log.warning("commands not published", error=type(error).__name__)


async def publish_here(
    bot: Bot, chat_id: int, commands: Sequence[Command], language: str, telegram: str | None
) -> None:
    """Show a chat the menu in its language; where Telegram chooses the same by itself, the chat needs none."""
    by_itself = "en" if (telegram or "").lower()[:2] == "en" else "de"
    scope = BotCommandScopeChat(chat_id)
    if language == by_itself:
        await bot.delete_my_commands(scope)
    else:
        await bot.set_my_commands(menu(commands, language), scope)
