"""Narrowing: "only invoices of our Hamburg site, and only from 250 euros" - fewer notices, none of them missed.

notifications -> sites on or off, an amount tapped or typed, only with a file
"""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from bot.chat.context import Ctx
from bot.chat.doors import OnlySome, Subscribed
from bot.chat.feature import CONNECTED, Feature, Step, Tap
from bot.chat.navigation import menu_row
from bot.chat.noticing import narrowed, yes
from bot.chat.screen import Ask, Button, Outcome, screen
from bot.chat.text import Name, Say, say
from services.contracts import SiteContracts, by_site
from services.subscribing import Standing
from services.subscriptions import INVOICE_KINDS, Filters, Wish

AMOUNTS = (0, 100, 500, 1000)
MOST_AMOUNT = Decimal(1_000_000)
MOST_SITES = 12


async def only(ctx: Ctx, button: OnlySome) -> Outcome:
    """OnlySome some sites, only from an amount, only with a file."""
    sites = by_site(await ctx.reading(button.account).contracts())[:MOST_SITES]
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
    return _only(button.account, standing, sites)


async def typed_amount(ctx: Ctx) -> Outcome:
    """An amount was typed."""
    account = str(ctx.state["account"])
    sites = by_site(await ctx.reading(account).contracts())[:MOST_SITES]
    amount = _amount(ctx.heard.text or "")
    if amount is None:
        return _only(account, await _standing(ctx, account), sites, say("notify-no-amount"))
    standing = await _filtered(ctx, account, lambda found: replace(found, amount_from=amount or None))
    return _only(account, standing, sites)


async def _standing(ctx: Ctx, account: str) -> Standing:
    return await ctx.services.subscribing.of(ctx.connection_of(account), ctx.heard.chat_id)


async def _filtered(ctx: Ctx, account: str, change: Callable[[Filters], Filters]) -> Standing:
    def narrow(wish: Wish) -> Wish:
        return replace(wish, filters=change(wish.filters))

    return await ctx.services.subscribing.edit(ctx.connection_of(account), ctx.heard.chat_id, narrow)


def _only(account: str, standing: Standing, sites: tuple[SiteContracts, ...], hint: Say | None = None) -> Ask:
    filters = standing.wish.filters
    rows: list[tuple[Button, ...]] = []
    if len(sites) > 1:
        for place, site in enumerate(sites):
            is_in = not filters.sites or site.key in filters.sites
            label = say("notify-button-site", site=Name(site.name or "–", 30), on=yes(is_in))
            rows.append((Button(label, OnlySome(account, "site", place, "off" if is_in else "on")),))
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
    taps=(Tap(OnlySome, only),),
    steps=(Step("amount", typed_amount, CONNECTED),),
)
