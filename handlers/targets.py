"""Approved targets: "where may calls go without a PIN, who allowed that, and is this one still wanted?"

/umleitung -> targets, with who approved them and when -> one: what leads there -> remove: asks first -> done
Bad endings: somebody else removed it first; the road's own (see actions).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.chat.buttons import Look
from bot.chat.context import Ctx
from bot.chat.diverting import in_twos
from bot.chat.doors import Confirm, Drop, Extensions, Targets
from bot.chat.feature import PBX, Feature, Tap
from bot.chat.lists import pager, whose, window
from bot.chat.navigation import menu_row
from bot.chat.screen import BLANK, Button, Outcome, Rows, screen
from bot.chat.text import Fact, Name, Phone, Say, Texts, say
from portal.models import Target
from services.targets import Uses

LONGEST = 60
LONGEST_LIST = 160


@dataclass(frozen=True, slots=True)
class Card(Look):
    """One of them."""

    feature: ClassVar[str] = "targets"
    verb: ClassVar[str] = "card"
    account: str
    target: str


@dataclass(frozen=True, slots=True)
class AskRevoke(Look):
    """Remove it: asks first."""

    feature: ClassVar[str] = "targets"
    verb: ClassVar[str] = "ask"
    account: str
    target: str


async def listed(ctx: Ctx, button: Targets) -> Outcome:
    """A page of them."""
    account = button.account
    cut = window(await ctx.services.targets.listed(ctx.connection_of(account)), button.page)
    lines = [say("targets-title"), *whose(ctx, account)]
    for target in cut.items:
        lines += [BLANK, *_entry(target)]
    lines += [BLANK, say("targets-how" if cut.items else "targets-none")]
    rows = in_twos(
        Button(say("targets-button", name=_name(target, 30)), Card(account, target.id)) for target in cut.items
    )
    turning = pager(cut.page, cut.pages, lambda page: Targets(account, page))
    return screen(*lines, rows=(*rows, *turning, menu_row(Extensions(account))))


async def card(ctx: Ctx, button: Card) -> Outcome:
    """Who approved it, and what leads there."""
    target, uses = await ctx.services.targets.find(ctx.connection_of(button.account), button.target)
    ask = (Button(say("targets-button-remove"), AskRevoke(button.account, target.id)),)
    lines = (*_entry(target), *whose(ctx, button.account), BLANK, *_uses(uses))
    return screen(*lines, rows=(ask, menu_row(Targets(button.account))))


async def ask_revoke(ctx: Ctx, button: AskRevoke) -> Outcome:
    """Really? What still leads there is said before."""
    by = ctx.connection_of(button.account)
    target, uses = await ctx.services.targets.find(by, button.target)
    summary = Texts("de", ctx.zone).plain(say("summary-revoke", name=_name(target, 40)))
    key = str(await ctx.services.targets.propose_revoking(by, ctx.heard.chat_id, target, summary))
    rows: Rows = (
        (Button(say("targets-button-remove-yes"), Confirm(key)),),
        (Button(say("diversions-button-no"), Drop(key)),),
        menu_row(Card(button.account, target.id)),
    )
    return screen(say("targets-ask", **_facts(target)), BLANK, *_uses(uses), BLANK, say("targets-ask-then"), rows=rows)


def _entry(target: Target) -> Sequence[Say]:
    head = say("targets-entry", **_facts(target))
    if target.approved_at is None:
        return (head,)
    by = Name(target.approved_by, LONGEST)
    return head, say("targets-approved", at=target.approved_at, by=by, known="yes" if target.approved_by else "no")


def _uses(uses: Uses) -> Sequence[Say]:
    """What leads there, and what becomes of it without the approval."""
    found = {"lines": uses.lines, "ends": uses.ends, "plans": uses.plans, "presets": uses.presets}
    if not any(found.values()):
        return (say("targets-unused"),)
    return [
        say("targets-used", where=where, names=Name(", ".join(names), LONGEST_LIST))
        for where, names in found.items()
        if names
    ]


def _name(target: Target, longest: int = LONGEST) -> Name:
    return Name(target.name or target.uri.removeprefix("tel:"), longest)


def _facts(target: Target) -> dict[str, Fact]:
    number = target.uri.removeprefix("tel:")
    named = "no" if target.name in ("", number) else "yes"
    return {"name": _name(target), "target": Phone(number), "named": named}


FEATURE = Feature(
    "targets",
    taps=(Tap(Targets, listed, PBX), Tap(Card, card, PBX), Tap(AskRevoke, ask_revoke, PBX)),
)
