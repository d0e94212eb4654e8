"""Narrowing: "only invoices of our Hamburg site, and only from 250 euros" - fewer notices, none of them missed.

notifications -> sites on or off, an amount tapped or typed, only with a file
  -> cost centres on or off, and sites when there are many; of very many the chosen ones, and a typed name chooses one
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from bot.chat.buttons import Look
from bot.chat.context import Ctx
from bot.chat.doors import OnlySome, Subscribed
from bot.chat.feature import CONNECTED, Feature, Step, Tap
from bot.chat.navigation import menu_row
from bot.chat.noticing import narrowed, yes
from bot.chat.screen import Ask, Button, Outcome, screen
from bot.chat.text import NOTHING, Code, Name, Say, say
from portal.models import Contract
from services.contracts import by_site, cost_centres
from services.subscribing import Standing
from services.subscriptions import INVOICE_KINDS, Filters, Wish

AMOUNTS = (0, 100, 500, 1000)
MOST_AMOUNT = Decimal(1_000_000)
MOST_SHOWN = 12
ALL = ""  # nothing is called so
SITES, CENTRES = "site", "centre"

Known = Mapping[str, str]  # what there is to choose from: names by key, in order


@dataclass(frozen=True, slots=True)
class OnlyThese(Look):
    """Which sites, or cost centres, a chat is told of."""

    feature: ClassVar[str] = "narrow"
    verb: ClassVar[str] = "these"
    account: str
    what: str


@dataclass(frozen=True, slots=True)
class OnlyThis(Look):
    """One of them, told of or not; ALL is no filter."""

    feature: ClassVar[str] = "narrow"
    verb: ClassVar[str] = "this"
    account: str
    what: str
    key: str
    to: str


async def only(ctx: Ctx, button: OnlySome) -> Outcome:
    """Only some sites, only from an amount, only with a file."""
    contracts = await ctx.reading(button.account).contracts()
    standing = await _standing(ctx, button.account)
    match button.what:
        case "amount":
            amount = Decimal(button.value) if button.value > 0 else None
            standing = await _filtered(ctx, button.account, lambda found: replace(found, amount_from=amount))
        case "file":
            is_on = button.to == "on"
            standing = await _filtered(ctx, button.account, lambda found: replace(found, only_with_file=is_on))
    return _only(button.account, standing, contracts)


async def typed_amount(ctx: Ctx) -> Outcome:
    """An amount was typed."""
    account = str(ctx.state["account"])
    contracts = await ctx.reading(account).contracts()
    amount = _amount(ctx.heard.text or "")
    if amount is None:
        return _only(account, await _standing(ctx, account), contracts, say("notify-no-amount"))
    standing = await _filtered(ctx, account, lambda found: replace(found, amount_from=amount or None))
    return _only(account, standing, contracts)


async def these(ctx: Ctx, button: OnlyThese) -> Outcome:
    """The sites, or cost centres, of the contracts."""
    what = _what(button.what)
    known = _known(what, await ctx.reading(button.account).contracts())
    return _these(button.account, what, await _standing(ctx, button.account), known)


async def only_this(ctx: Ctx, button: OnlyThis) -> Outcome:
    """One of them on or off, or all of them again."""
    account, what = button.account, _what(button.what)
    contracts = await ctx.reading(account).contracts()
    known, chosen = _known(what, contracts), _chosen(what, (await _standing(ctx, account)).wish.filters)
    if button.key == ALL:
        kept = frozenset[str]()
    elif button.to == "on":
        kept = chosen | ({button.key} & known.keys())
    else:
        kept = (chosen or frozenset(known)) - {button.key}
    standing = await _kept(ctx, account, what, known, kept)
    if what == SITES and len(known) <= MOST_SHOWN:  # they stand beside the amounts
        return _only(account, standing, contracts)
    return _these(account, what, standing, known)


async def typed_site(ctx: Ctx) -> Outcome:
    """The name of a site was typed, or so much of it that only one can be meant."""
    return await _typed(ctx, SITES)


async def typed_centre(ctx: Ctx) -> Outcome:
    """A cost centre was typed."""
    return await _typed(ctx, CENTRES)


async def _typed(ctx: Ctx, what: str) -> Outcome:
    """What was typed is chosen, or not any more when it was."""
    account, typed = str(ctx.state["account"]), (ctx.heard.text or "").strip().casefold()
    known = _known(what, await ctx.reading(account).contracts())
    standing = await _standing(ctx, account)
    meant = _meant(known, typed)
    if 1 < len(meant) <= MOST_SHOWN:
        return _these(account, what, standing, known, say(f"notify-which-{what}"), meant)
    if len(meant) != 1:
        return _these(account, what, standing, known, say(f"notify-no-{what}"))
    chosen = _chosen(what, standing.wish.filters)
    return _these(account, what, await _kept(ctx, account, what, known, chosen ^ meant.keys()), known)


def _meant(known: Known, typed: str) -> Known:
    exact = {key: name for key, name in known.items() if name.casefold() == typed}
    return exact or {key: name for key, name in known.items() if typed and typed in name.casefold()}


def _what(sent: str) -> str:
    """Callback data can be made up."""
    return sent if sent == SITES else CENTRES


def _known(what: str, contracts: Sequence[Contract]) -> Known:
    if what == SITES:
        return {site.key: site.name or NOTHING for site in by_site(contracts)}
    return {centre: centre for centre in cost_centres(contracts)}


def _chosen(what: str, filters: Filters) -> frozenset[str]:
    return filters.sites if what == SITES else filters.cost_centres


async def _kept(ctx: Ctx, account: str, what: str, known: Known, keys: frozenset[str]) -> Standing:
    kept = frozenset[str]() if keys >= known.keys() else keys  # all of them is no filter, and none would be silence

    def change(filters: Filters) -> Filters:
        return replace(filters, sites=kept) if what == SITES else replace(filters, cost_centres=kept)

    return await _filtered(ctx, account, change)


async def _standing(ctx: Ctx, account: str) -> Standing:
    return await ctx.services.subscribing.of(ctx.connection_of(account), ctx.heard.chat_id)


async def _filtered(ctx: Ctx, account: str, change: Callable[[Filters], Filters]) -> Standing:
    def narrow(wish: Wish) -> Wish:
        return replace(wish, filters=change(wish.filters))

    return await ctx.services.subscribing.edit(ctx.connection_of(account), ctx.heard.chat_id, narrow)


def _only(account: str, standing: Standing, contracts: Sequence[Contract], hint: Say | None = None) -> Ask:
    filters, sites = standing.wish.filters, _known(SITES, contracts)
    rows: list[tuple[Button, ...]] = []
    if len(sites) > MOST_SHOWN:
        rows.append((Button(say("notify-button-sites"), OnlyThese(account, SITES)),))
    elif len(sites) > 1:
        rows += [(button,) for button in _switches(account, SITES, filters.sites or sites, sites)]
    if len(cost_centres(contracts)) > 1:
        rows.append((Button(say("notify-button-centres"), OnlyThese(account, CENTRES)),))
    if standing.wish.kinds & INVOICE_KINDS:
        rows.append(
            tuple(
                Button(say("notify-button-amount", amount=each), OnlySome(account, "amount", each)) for each in AMOUNTS
            )
        )
        file = say("notify-button-flag", flag="file", on=yes(filters.only_with_file))
        rows.append((Button(file, OnlySome(account, "file", 0, "off" if filters.only_with_file else "on")),))
    lines = [say("notify-only"), *narrowed(standing.wish), hint or say("notify-only-how")]
    return Ask(screen(*lines, rows=(*rows, menu_row(Subscribed(account)))), "amount", {"account": account})


def _switches(account: str, what: str, chosen: Collection[str], shown: Known) -> list[Button]:
    return [
        Button(
            say(f"notify-button-{what}", name=Name(name, 40), on=yes(is_in)),
            OnlyThis(account, what, key, "off" if is_in else "on"),
        )
        for key, name in shown.items()
        for is_in in (key in chosen,)
    ]


def _these(
    account: str, what: str, standing: Standing, known: Known, hint: Say | None = None, meant: Known | None = None
) -> Ask:
    """All of them to switch; of many only those that may be `meant`, else those that are chosen: others are typed."""
    is_many, chosen = len(known) > MOST_SHOWN, _chosen(what, standing.wish.filters)
    shown, ticked = known, chosen or known
    if is_many:
        mine = [(key, name) for key, name in known.items() if key in chosen]
        shown, ticked = meant or dict(mine[:MOST_SHOWN]), chosen
    buttons, per_row = _switches(account, what, ticked, shown), 1 if what == SITES else 2
    rows = [tuple(buttons[i : i + per_row]) for i in range(0, len(buttons), per_row)]
    if chosen:
        rows.append((Button(say(f"notify-button-all-{what}s"), OnlyThis(account, what, ALL, "on")),))
    example = Code(next(iter(known.values()), ""))
    how = say(f"notify-{what}s-how", count=len(known), many=yes(is_many), example=example)
    lines = [say(f"notify-{what}s"), *narrowed(standing.wish), hint or how]
    return Ask(screen(*lines, rows=(*rows, menu_row(OnlySome(account)))), what, {"account": account})


def _amount(text: str) -> Decimal | None:
    """Euros as people write them: "250", "ab 1.000,50 €"; 0 is no limit."""
    written = re.sub(r"(?i)\b(?:ab|from|eur|euro)\b|€|\s", "", text)
    if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]{1,2})?", written, re.ASCII):
        written = written.replace(".", "")
    try:
        amount = Decimal(written.replace(",", ".")) if re.fullmatch(r"[0-9.,]{1,12}", written, re.ASCII) else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount <= MOST_AMOUNT else None


FEATURE = Feature(
    name="narrow",
    taps=(Tap(OnlySome, only), Tap(OnlyThese, these), Tap(OnlyThis, only_this)),
    steps=(
        Step("amount", typed_amount, CONNECTED),
        Step(SITES, typed_site, CONNECTED),
        Step(CENTRES, typed_centre, CONNECTED),
    ),
)
