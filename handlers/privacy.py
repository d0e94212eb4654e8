"""Privacy: "What do you know about me?" - what is stored, for how long, and how to end it, without legal prose."""

import re

from bot.chat.context import Ctx
from bot.chat.feature import ANYBODY, Command, Feature, Words
from bot.chat.navigation import menu_row
from bot.chat.screen import Outcome, screen
from bot.chat.text import say


async def privacy(ctx: Ctx) -> Outcome:
    """/datenschutz"""
    return screen(say("privacy-title"), say("blank"), say("privacy-text"), rows=(menu_row(),))


FEATURE = Feature(
    name="privacy",
    commands=(Command("datenschutz", "privacy", privacy, ANYBODY),),
    words=(Words(re.compile(r"\b(datenschutz|privacy|dsgvo|gdpr)\b"), privacy, ANYBODY),),
)
