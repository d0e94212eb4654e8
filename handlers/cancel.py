"""Cancel: "Never mind." - the open question is dropped, a PIN on its way is worthless."""

import re

from bot.chat.context import Ctx
from bot.chat.feature import ANYBODY, Command, Feature, Words
from bot.chat.navigation import menu_row
from bot.chat.screen import Outcome, screen
from bot.chat.text import say


async def cancel(ctx: Ctx) -> Outcome:
    """/abbrechen"""
    had_challenge = await ctx.services.connecting.cancel(ctx.heard.person_id, ctx.heard.chat_id)
    was_open = had_challenge or ctx.visit.dialog.step is not None
    return screen(say("cancel-done" if was_open else "cancel-nothing"), rows=(menu_row(),))


FEATURE = Feature(
    name="cancel",
    commands=(Command("abbrechen", "cancel", cancel, ANYBODY),),
    words=(Words(re.compile(r"^(abbrechen|abbruch|stopp?|cancel)$"), cancel, ANYBODY),),
)
