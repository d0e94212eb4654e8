"""Help: "How does this work, and who can I talk to?" - the commands, and at the end a human."""

import re

from bot.chat.context import Ctx
from bot.chat.feature import ANYBODY, Command, Feature, Words
from bot.chat.navigation import Go, menu_row
from bot.chat.screen import Button, Outcome, Screen
from bot.chat.text import Code, Phone, Say, say


async def help_screen(ctx: Ctx) -> Outcome:
    """/hilfe"""
    roles = ctx.connection.account.roles if ctx.connections else ()
    lines: list[Say] = [say("help-title"), say("blank")]
    for command in ctx.house.commands:
        if command.listed and (not ctx.connections or command.needs.is_met_by(roles)):
            lines.append(say(f"help-{command.german}"))
    lines += [say("blank"), say("help-how"), say("blank"), *_human(ctx)]
    privacy = Button(say("help-button-privacy"), Go("datenschutz"))
    return Screen(tuple(lines), ((privacy, *menu_row()),))


def _human(ctx: Ctx) -> list[Say]:
    house, lines = ctx.house, [say("help-human")]
    hours = house.help_hours.get(ctx.language)
    if house.help_phone:
        lines.append(say("help-phone", phone=Phone(house.help_phone)))
    if house.help_mail:
        lines.append(say("help-mail", mail=Code(house.help_mail)))
    if hours:
        lines.append(say("help-hours", hours=hours))
    if len(lines) == 1:
        lines.append(say("help-portal"))
    return lines


FEATURE = Feature(
    name="help",
    commands=(Command("hilfe", "help", help_screen, ANYBODY),),
    words=(
        Words(
            re.compile(
                r"\b(hilfe|help|mensch(en)?|human|person|hotline|support|ansprechpartner(in)?|kündig(en|ung))\b"
            ),
            help_screen,
            ANYBODY,
        ),
    ),
)
