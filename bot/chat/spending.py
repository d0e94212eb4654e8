"""Costs and what changed in them: in words, and the same as a picture."""

from datetime import date
from decimal import Decimal

from bot.chat.charts import Bar, Column, Part, bars, columns
from bot.chat.text import Month, Name, Say, Signed, Texts, say
from portal.models import Invoice, Money
from services.comparing import Compared
from services.costs import Costs, SiteCosts
from services.invoice_changes import Change, Changes
from services.invoices import month_of

LONGEST_NAME = 48


def months_lines(found: Costs) -> list[Say]:
    """Each month with its sum; one without an invoice says so."""
    return [
        say("costs-no-invoice", month=Month(month))
        if amount is None
        else say("costs-month", month=Month(month), sum=amount)
        for month, amount in zip(found.months, found.sums, strict=True)
    ]


def sites_lines(found: Costs) -> list[Say]:
    """Each site with its sum, and what is missing in the figures."""
    lines = [_site(site) for site in found.sites]
    if not found.by_site:
        lines.append(say("costs-not-by-site"))
    if found.others is not None:
        lines.append(say("costs-others", count=found.others_count, sum=found.others.total))
    if found.left_out:
        lines.append(say("costs-left-out", count=found.left_out))
    return lines


def _site(site: SiteCosts) -> Say:
    if site.name is None:
        return say("costs-no-site", sum=site.total)
    return say("costs-site", site=Name(site.name, LONGEST_NAME), sum=site.total)


def costs_picture(found: Costs, texts: Texts) -> bytes:
    """Stacked columns. It computes: into a thread with it."""
    months = [
        Column(
            label=texts.fact(Month(month, is_short=True)),
            year=str(month.year) if month in (found.months[0], date(month.year, 1, 1)) else "",
            sum=None if amount is None else texts.fact(round(amount.amount)),
        )
        for month, amount in zip(found.months, found.sums, strict=True)
    ]
    title, note = say("costs-title"), say("costs-note", sum=found.total)
    return columns(texts.written(title), texts.written(note), months, _parts(found, texts))


def _parts(found: Costs, texts: Texts) -> list[Part]:
    if not found.by_site:
        return [Part("", "", [Decimal(0) if amount is None else amount.amount for amount in found.sums])]
    parts = [
        Part(site.name or texts.written(say("costs-siteless")), texts.fact(site.total), site.amounts, site.name is None)
        for site in found.sites
    ]
    if found.others is not None:
        name = texts.written(say("costs-other-sites", count=found.others_count))
        parts.append(Part(name, texts.fact(found.others.total), found.others.amounts, is_rest=True))
    return parts


def changes_heading(found: Compared) -> Say:
    """Which months are compared."""
    return say("changes-heading", month=Month(month_of(found.invoice)), before=Month(month_of(found.before)))


def changes_told(found: Compared) -> tuple[Say, ...]:
    """What is different, in words."""
    if found.changes is None:
        return (say("changes-unclear"),)
    if not found.changes.top:
        return (say("changes-none"),)
    return (*changes_lines(found.changes), say("changes-sum", amount=Signed(found.changes.difference)))


def changes_lines(found: Changes) -> list[Say]:
    """The largest changes, the sum of the others, and what they come to."""
    lines = [_change(change) for change in found.top]
    if found.rest_count:
        lines.append(say("changes-rest", count=found.rest_count, amount=Signed(found.rest)))
    return lines


def _change(change: Change) -> Say:
    return say(
        "changes-line",
        turn=change.turn.value,
        name=Name(change.name, LONGEST_NAME),
        amount=Signed(change.difference),
        before=change.before,
        now=change.now,
    )


def changes_picture(found: Changes, invoice: Invoice, before: Invoice, texts: Texts) -> bytes:
    """Bars to the right and to the left. It computes: into a thread with it."""
    rows = [_bar(change.name, change.difference, texts) for change in found.top]
    if found.rest_count:
        rows.append(_bar(texts.written(say("changes-others", count=found.rest_count)), found.rest, texts))
    note = say("changes-note", month=Month(month_of(invoice)), before=Month(month_of(before)))
    return bars(texts.written(say("changes-title")), texts.written(note), rows)


def _bar(name: str, difference: Money, texts: Texts) -> Bar:
    return Bar(name, texts.fact(Signed(difference)), difference.amount)
