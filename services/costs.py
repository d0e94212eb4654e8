"""What the last twelve months cost, by month and site: exact, net, from the invoices and their lines.

An invoice's lines are read once. When there are too many invoices for that the months are told without their sites,
from the list alone. What the lines of an invoice do not explain stands under no site, so that months always add up.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.models import BilledProduct, Invoice, InvoiceLine, Money
from services.invoices import month_of
from services.reading import Reading

MONTHS = 12
SITES = 5  # told apart; the rest is summed
MOST_INVOICES = 60  # whose lines are read
LIST_PAGE, MOST_PAGES = 500, 4
AT_ONCE = 6

Amounts = dict[str | None, Decimal]


@dataclass(frozen=True, slots=True)
class SiteCosts:
    """A site's part, month by month; `name` None: no site, or a contract's that the reader may not see."""

    name: str | None
    amounts: tuple[Decimal, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class Costs:
    """Twelve months, oldest first. `sums` is None for a month without an invoice.

    `sites` are the dearest, dearest first; `others` (None: there are none) are all the rest of them together. Both are
    empty when `by_site` is False. `left_out` counts invoices that are in another currency or do not say their net.
    """

    months: tuple[date, ...]
    sums: tuple[Money | None, ...]
    total: Money
    by_site: bool
    sites: tuple[SiteCosts, ...]
    others: SiteCosts | None
    others_count: int
    left_out: int


async def costs(reading: Reading, today: date) -> Costs | None:
    """The last twelve months; None when there is no invoice in them."""
    invoices, is_whole = await _invoices(reading, add_months(today.replace(day=1), -MONTHS - 1))
    if not invoices:
        return None
    months = last_months(today, max(map(month_of, invoices)))
    # The list broke off: what is older than its last entry may be incomplete, and is better not told.
    oldest = months[0] if is_whole else add_months(month_of(invoices[-1]), 1)
    mine = [invoice for invoice in invoices if months[0] <= month_of(invoice) <= months[-1]]
    mine = [invoice for invoice in mine if month_of(invoice) >= oldest]
    if not mine:
        return None
    lines = await _lines(reading, mine) if len(mine) <= MOST_INVOICES else None
    products = await reading.billed_products([line for of in (lines or {}).values() for line in of])
    return summed(months, mine, lines, products)


def last_months(today: date, newest: date) -> tuple[date, ...]:
    """Twelve months up to the newest one with an invoice; up to the last full one when billing is further behind."""
    this = today.replace(day=1)
    last = min(this, max(newest, add_months(this, -2)))
    return tuple(add_months(last, back) for back in range(1 - MONTHS, 1))


def summed(
    months: Sequence[date],
    invoices: Iterable[Invoice],
    lines: Mapping[str, Sequence[InvoiceLine]] | None,
    products: Mapping[str, BilledProduct],
) -> Costs | None:
    """Add up; `lines` by invoice, None when they were not read."""
    told, currency, left_out = _in_one_currency(invoices)
    by_month: dict[date, Amounts] = {}
    for invoice, net in told:
        parts = by_month.setdefault(month_of(invoice), {})
        for site, amount in _parts(net, (lines or {}).get(invoice.id, ()), products, currency).items():
            parts[site] = parts.get(site, Decimal(0)) + amount
    if not by_month:
        return None
    sums = [sum(by_month[month].values(), Decimal(0)) if month in by_month else None for month in months]
    sites = _ranked(months, by_month, currency) if lines is not None else ()
    rest = sites[SITES:] if len(sites) > SITES + 1 else ()
    return Costs(
        months=tuple(months),
        sums=tuple(None if amount is None else Money(amount, currency) for amount in sums),
        total=Money(sum((amount for amount in sums if amount is not None), Decimal(0)), currency),
        by_site=lines is not None,
        sites=sites[: len(sites) - len(rest)],
        others=_together(rest, currency) if rest else None,
        others_count=len(rest),
        left_out=left_out,
    )


def add_months(month: date, count: int) -> date:
    """The first day of the month so many later."""
    year, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, index + 1, 1)


async def _invoices(reading: Reading, dated_from: date) -> tuple[list[Invoice], bool]:
    """Those written since a day, newest first, and whether these are all."""
    found: list[Invoice] = []
    for _ in range(MOST_PAGES):
        page = await reading.invoices(offset=len(found), limit=LIST_PAGE, dated_from=dated_from)
        found += page.items
        if not page.more or not page.items:
            return found, True
    return found, False


async def _lines(reading: Reading, invoices: Iterable[Invoice]) -> dict[str, Sequence[InvoiceLine]]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def of(invoice: Invoice) -> tuple[str, Sequence[InvoiceLine]]:
        async with gate:
            return invoice.id, await reading.invoice_lines(invoice.id)

    return dict(await asyncio.gather(*map(of, invoices)))


def _in_one_currency(invoices: Iterable[Invoice]) -> tuple[list[tuple[Invoice, Decimal]], str, int]:
    """Those with a net amount in the currency of the first, with that amount; and how many others there are."""
    every = list(invoices)
    nets = [(invoice, invoice.net) for invoice in every]
    currency = next((net.currency for _, net in nets if net is not None), "EUR")
    told = [(invoice, net.amount) for invoice, net in nets if net is not None and net.currency == currency]
    return told, currency, len(every) - len(told)


def _parts(net: Decimal, lines: Sequence[InvoiceLine], products: Mapping[str, BilledProduct], currency: str) -> Amounts:
    parts: Amounts = {}
    for line in lines:
        if line.net is not None and line.net.currency == currency:
            product = products.get(line.contract_id or "")
            site = product.site if product else None
            parts[site] = parts.get(site, Decimal(0)) + line.net.amount
    unexplained = net - sum(parts.values(), Decimal(0))
    if unexplained or not parts:
        parts[None] = parts.get(None, Decimal(0)) + unexplained
    return parts


def _ranked(months: Sequence[date], by_month: Mapping[date, Amounts], currency: str) -> tuple[SiteCosts, ...]:
    names = {name for parts in by_month.values() for name in parts}
    found = []
    for name in names:
        amounts = tuple(by_month.get(month, {}).get(name, Decimal(0)) for month in months)
        found.append(SiteCosts(name, amounts, Money(sum(amounts, Decimal(0)), currency)))
    return tuple(sorted(found, key=lambda site: (-site.total.amount, site.name is None, site.name or "")))


def _together(sites: Sequence[SiteCosts], currency: str) -> SiteCosts:
    amounts = tuple(sum(column, Decimal(0)) for column in zip(*(site.amounts for site in sites), strict=True))
    return SiteCosts(None, amounts, Money(sum(amounts, Decimal(0)), currency))
