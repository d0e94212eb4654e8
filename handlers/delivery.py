"""Delivery: "why did I not get it?" - the last notices of this chat, when they came, and why one did not.

/zustellung -> a line each, the newest first; what waits says until when, what was left out says why; then the same of
the files that went to a mailbox
"""

import re
from collections.abc import Mapping

from bot.chat.context import Ctx
from bot.chat.doors import Deliveries, Subscribed
from bot.chat.feature import CONNECTED, Command, Feature, Tap, Words
from bot.chat.navigation import menu_row
from bot.chat.screen import BLANK, Outcome, screen
from bot.chat.text import Name, Say, say
from storage.mails import Mailed
from storage.told import Told

MOST = 12
MOST_MAILS = 5
LONGEST_NAME = 40


async def asked(ctx: Ctx) -> Outcome:
    """/zustellung"""
    return await _log(ctx, None)


async def listed(ctx: Ctx, button: Deliveries) -> Outcome:
    """From the notifications' screen."""
    return await _log(ctx, Subscribed(button.account))


async def _log(ctx: Ctx, back: Subscribed | None) -> Outcome:
    mine = {connection.id for connection in ctx.connections}
    told = await ctx.services.subscribing.told(ctx.heard.chat_id, mine, MOST)
    mailed = await ctx.services.mailing.mailed(ctx.heard.chat_id, mine, MOST_MAILS)
    lines = [line for one in told for line in (BLANK, *_entry(one))] or [BLANK, say("delivery-nothing")]
    if mailed:
        lines += [BLANK, say("delivery-mails"), *(line for one in mailed for line in _mail(one))]
    return screen(say("delivery-title"), *lines, rows=(menu_row(back),))


def _entry(one: Told) -> tuple[Say, ...]:
    what = say("delivery-entry", state=one.state, kind=one.kind, about=Name(_about(one.facts), LONGEST_NAME))
    when = one.settled_at if one.state in {"sent", "unknown", "dead", "left"} and one.settled_at else one.due_at
    why = say("delivery-when", state=one.state, reason=one.reason or "none", found=one.created_at, at=when)
    return what, why


def _mail(one: Mailed) -> tuple[Say, ...]:
    what = say("delivery-mail", state=one.state, number=Name(one.number), address=Name(one.shown, LONGEST_NAME))
    at = one.settled_at or one.due_at
    return what, say("delivery-mail-when", state=one.state, reason=one.reason or "none", found=one.created_at, at=at)


def _about(facts: Mapping[str, object]) -> str:
    """What people call it: an invoice's or contract's number, an option, a line, a week, an order."""
    found = next((facts[name] for name in ("option_name", "number", "line", "week", "name") if facts.get(name)), "")
    return str(found)


FEATURE = Feature(
    name="delivery",
    commands=(Command("zustellung", "delivery", asked, CONNECTED),),
    taps=(Tap(Deliveries, listed),),
    words=(Words(re.compile(r"\b(nichts? bekommen|nicht angekommen|zustellung|not (?:received|arrived))\b"), asked),),
)
