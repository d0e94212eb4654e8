"""Narrowing: "only invoices of our Hamburg site, and only from 250 euros" - fewer notices, none of them missed.

notifications -> sites on or off, an amount tapped or typed, only with a file
  -> cost centres on or off; of very many the chosen ones, and a typed name chooses one
"""

import re
from collections.abc import Callable, Sequence
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
from bot.chat.text import Code, Name, Say, say
from portal.models import Contract
from services.contracts import SiteContracts, by_site, cost_centres
from services.subscribing import Standing
from services.subscriptions import INVOICE_KINDS, Filters, Wish

AMOUNTS = (0, 100, 500, 1000)
MOST_AMOUNT = Decimal(1_000_000)
MOST_SITES = 12
MOST_CENTRES = 12
ALL = ""  # no cost centre is called so


@dataclass(frozen=True, slots=True)
class CostCentres(Look):
    """Which cost centres a chat is told of."""

    feature: ClassVar[str] = "narrow"
    verb: ClassVar[str] = "centres"
    account: str


@dataclass(frozen=True, slots=True)
class OnlyCentre(Look):
    """A cost centre, told of or not; ALL of them is no filter."""

    feature: ClassVar[str] = "narrow"
    verb: ClassVar[str] = "centre"
    account: str
    centre: str
    to: str


async def only(ctx: Ctx, button: OnlySome) -> Outcome:
    """Only some sites, only from an amount, only with a file."""
    contracts = await ctx.reading(button.account).contracts()
    sites = by_site(contracts)  # also those for which there was no room among the buttons
    standing = await _standing(ctx, button.account)
    is_on = button.to == "on"
    match button.what:
        case "site" if 0 <= button.value < len(sites):
            key = sites[button.value].key
            chosen = standing.wish.filters.sites or frozenset(site.key for site in sites)
            kept = chosen | {key} if is_on else chosen - {key}
            whole = not kept or kept >= {
                site.key for site in sites
            }  # all of them is no filter, and none would be silence
            sites_kept = frozenset() if whole else frozenset(kept)
            standing = await _filtered(ctx, button.account, lambda found: replace(found, sites=sites_kept))
        case "amount":
            amount = Decimal(button.value) if button.value > 0 else None
            standing = await _filtered(ctx, button.account, lambda found: replace(found, amount_from=amount))
        case "file":
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


async def centres(ctx: Ctx, button: CostCentres) -> Outcome:
    """The cost centres that the contracts name."""
    known = cost_centres(await ctx.reading(button.account).contracts())
    return _centres(button.account, await _standing(ctx, button.account), known)


async def only_centre(ctx: Ctx, button: OnlyCentre) -> Outcome:
    """One of them on or off, or all of them again."""
    known = cost_centres(await ctx.reading(button.account).contracts())
    standing = await _turned(ctx, button.account, known, button.centre, is_on=button.to == "on")
    return _centres(button.account, standing, known)


async def typed_centre(ctx: Ctx) -> Outcome:
    """A cost centre was typed: it is chosen, or not any more when it was."""
    account, typed = str(ctx.state["account"]), (ctx.heard.text or "").strip().casefold()
    known = cost_centres(await ctx.reading(account).contracts())
    standing = await _standing(ctx, account)
    meant = next((centre for centre in known if centre.casefold() == typed), None)
    if meant is None:
        return _centres(account, standing, known, say("notify-no-centre"))
    chosen = standing.wish.filters.cost_centres
    kept = chosen - {meant} if meant in chosen else chosen | {meant}
    return _centres(account, await _kept(ctx, account, known, kept), known)


async def _turned(ctx: Ctx, account: str, known: Sequence[str], centre: str, *, is_on: bool) -> Standing:
    chosen = (await _standing(ctx, account)).wish.filters.cost_centres
    if centre == ALL:
        return await _kept(ctx, account, known, frozenset())
    if is_on:
        return await _kept(ctx, account, known, chosen | ({centre} & set(known)))
    return await _kept(ctx, account, known, (chosen or frozenset(known)) - {centre})


async def _kept(ctx: Ctx, account: str, known: Sequence[str], centres: frozenset[str]) -> Standing:
    whole = centres >= set(known)  # all of them is no filter, and none would be silence
    kept = frozenset() if whole else centres
    return await _filtered(ctx, account, lambda found: replace(found, cost_centres=kept))


async def _standing(ctx: Ctx, account: str) -> Standing:
    return await ctx.services.subscribing.of(ctx.connection_of(account), ctx.heard.chat_id)


async def _filtered(ctx: Ctx, account: str, change: Callable[[Filters], Filters]) -> Standing:
    def narrow(wish: Wish) -> Wish:
        return replace(wish, filters=change(wish.filters))

    return await ctx.services.subscribing.edit(ctx.connection_of(account), ctx.heard.chat_id, narrow)


def _only(account: str, standing: Standing, contracts: Sequence[Contract], hint: Say | None = None) -> Ask:
    filters, sites = standing.wish.filters, by_site(contracts)[:MOST_SITES]
    rows: list[tuple[Button, ...]] = _sites(account, filters, sites) if len(sites) > 1 else []
    if len(cost_centres(contracts)) > 1:
        rows.append((Button(say("notify-button-centres"), CostCentres(account)),))
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


def _sites(account: str, filters: Filters, sites: Sequence[SiteContracts]) -> list[tuple[Button, ...]]:
    rows: list[tuple[Button, ...]] = []
    for place, site in enumerate(sites):
        is_in = not filters.sites or site.key in filters.sites
        label = say("notify-button-site", site=Name(site.name or "–", 30), on=yes(is_in))
        rows.append((Button(label, OnlySome(account, "site", place, "off" if is_in else "on")),))
    return rows


def _centres(account: str, standing: Standing, known: Sequence[str], hint: Say | None = None) -> Ask:
    chosen, is_many = standing.wish.filters.cost_centres, len(known) > MOST_CENTRES
    shown = [centre for centre in known if centre in chosen][:MOST_CENTRES] if is_many else known
    buttons = [
        Button(
            say("notify-button-centre", centre=Name(centre, 30), on=yes(is_in)),
            OnlyCentre(account, centre, "off" if is_in else "on"),
        )
        for centre in shown
        for is_in in (not chosen or centre in chosen,)
    ]
    rows = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    if chosen:
        rows.append((Button(say("notify-button-all-centres"), OnlyCentre(account, ALL, "on")),))
    how = say("notify-centres-how", count=len(known), many=yes(is_many), example=Code(known[0] if known else ""))
    lines = [say("notify-centres"), *narrowed(standing.wish), hint or how]
    return Ask(screen(*lines, rows=(*rows, menu_row(OnlySome(account)))), "centre", {"account": account})


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
    taps=(Tap(OnlySome, only), Tap(CostCentres, centres), Tap(OnlyCentre, only_centre)),
    steps=(Step("amount", typed_amount, CONNECTED), Step("centre", typed_centre, CONNECTED)),
)
