"""Language: "Please in English." - two buttons; the choice wins over the portal's and Telegram's language."""

import re
from dataclasses import dataclass
from typing import ClassVar

from bot.chat.buttons import Look
from bot.chat.context import Ctx
from bot.chat.feature import ANYBODY, Command, Feature, Tap, Words
from bot.chat.navigation import menu_row
from bot.chat.screen import Button, Outcome, Screen, screen
from bot.chat.text import LANGUAGES, say


@dataclass(frozen=True, slots=True)
class Choose(Look):
    """This language, please."""

    feature: ClassVar[str] = "language"
    verb: ClassVar[str] = "choose"
    language: str


async def ask(ctx: Ctx) -> Outcome:
    """/sprache"""
    choices = tuple(Button(say(f"language-{language}"), Choose(language)) for language in LANGUAGES)
    return Screen((say("language-ask"),), (choices, menu_row()))


async def choose(ctx: Ctx, button: Choose) -> Outcome:
    """The very next word is in the new language."""
    ctx.language = button.language if button.language in LANGUAGES else ctx.language
    await ctx.services.preferences.choose_language(ctx.heard.person_id, ctx.language, ctx.now)
    ctx.hands.show_commands(ctx.house.commands, ctx.language)
    return screen(say("language-chosen"), rows=(menu_row(),))


FEATURE = Feature(
    name="language",
    commands=(Command("sprache", "language", ask, ANYBODY),),
    taps=(Tap(Choose, choose, ANYBODY),),
    words=(
        Words(
            re.compile(
                r"^(?:bitte |please )?(?:auf |in )?(?:sprache|language|deutsch|german|englisch|english)"
                r"(?: bitte| please)?[.!]?$"
            ),
            ask,
            ANYBODY,
        ),
    ),
)
