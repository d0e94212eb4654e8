"""Invoices: "Give me the last bill, tell me what is open, and why it is more than before."

/rechnungen     -> what is open, the newest six with their state; the newest PDF is one more tap away
"rechnung märz", "2026-10-000123", "letzte rechnung", "Suchen"  -> the invoice that is meant, or a choice
invoice         -> its card: state, due date, amounts, difference to the one before, lines by contract
PDF, e-invoice  -> the file
Paying, dates, "what is different?" and the costs of a year are features of their own.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot.chat.billed import amounts, compared, how_it_stands, mandate, objection, period, positions
from bot.chat.buttons import Look
from bot.chat.context import Ctx
from bot.chat.doors import CostsOf, DueDate, InvoiceCard, InvoiceChanges, InvoiceFile, InvoicesOf, PayInvoice
from bot.chat.feature import INVOICES, Command, Feature, Step, Tap, Words
from bot.chat.lists import pager, whose, window
from bot.chat.navigation import menu_row
from bot.chat.screen import BLANK, Ask, Button, File, Outcome, Rows, Screen, Stay, screen
from bot.chat.text import Code, Month, Name, Say, say
from portal.models import DocumentKind, Invoice, Page
from services.documents import file_name
from services.errors import Gone
from services.girocode import why_not
from services.invoice_search import MONTH_WORDS, Everything, essence, find, wanted
from services.invoices import (
    UNPAID,
    ContractLines,
    grouped,
    is_to_come,
    month_of,
    one_before,
    outstanding,
    paper,
    standing,
)
from services.reading import Reading

PER_PAGE = 6
LINES_ON_CARD = 8
LINES_PER_PAGE = 15
ALL_UNPAID = 500
LONGEST_WISH = 64
PDF, E_INVOICE = DocumentKind.INVOICE, DocumentKind.E_INVOICE


@dataclass(frozen=True, slots=True)
class Found(Look):
    """A page of what a search found."""

    feature: ClassVar[str] = "invoices"
    verb: ClassVar[str] = "found"
    account: str
    wish: str
    page: int


@dataclass(frozen=True, slots=True)
class Search(Look):
    """Ask what to look for."""

    feature: ClassVar[str] = "invoices"
    verb: ClassVar[str] = "search"
    account: str


@dataclass(frozen=True, slots=True)
class Lines(Look):
    """All lines of an invoice, by pages; `page` is the list's, `part` the lines'."""

    feature: ClassVar[str] = "invoices"
    verb: ClassVar[str] = "lines"
    account: str
    invoice: str
    page: int
    part: int


async def invoices(ctx: Ctx) -> Outcome:
    """/rechnungen, with or without something to look for."""
    return await _looked_for(ctx, ctx.connection.tag, ctx.heard.args)


async def said(ctx: Ctx) -> Outcome:
    """Free text about invoices."""
    return await _looked_for(ctx, ctx.connection.tag, ctx.heard.text or "")


async def listed(ctx: Ctx, button: InvoicesOf) -> Outcome:
    """A page of the list."""
    reading, start = ctx.reading(button.account), max(0, button.page) * PER_PAGE
    found, unpaid = await asyncio.gather(
        reading.invoices(offset=start, limit=PER_PAGE), reading.invoices(states=UNPAID, limit=ALL_UNPAID)
    )
    today = _today(ctx, reading)
    head = [say("invoices-heading"), *whose(ctx, button.account)]
    head += [
        say("invoices-sum", state=o.standing.value, count=o.count, sum=o.amount)
        for o in outstanding(unpaid.items, today)
    ]
    if not found.items:
        return screen(
            *head, BLANK, say("invoices-none" if button.page == 0 else "invoices-end"), rows=_after_the_end(button)
        )
    newest = _newest_pdfs(button, found.items)
    rows = (*newest, *_buttons(button.account, found.items, today, button.page), *_pages(button, found))
    return screen(*head, BLANK, *_list(found.items, today), rows=(*rows, *_ways_on(button.account)))


async def search(ctx: Ctx, button: Search) -> Outcome:
    """Ask what to look for."""
    shown = screen(say("invoices-search"), rows=(menu_row(InvoicesOf(button.account)),))
    return Ask(shown, "search", {"account": button.account})


async def searched(ctx: Ctx) -> Outcome:
    """What was typed is looked for."""
    return await _looked_for(ctx, str(ctx.state["account"]), ctx.heard.text or "")


async def found(ctx: Ctx, button: Found) -> Outcome:
    """Turn the pages of a search."""
    reading = ctx.reading(button.account)
    today = _today(ctx, reading)
    return _hits(ctx, button, await find(reading, wanted(button.wish, today), today), today)


async def card(ctx: Ctx, button: InvoiceCard) -> Outcome:
    """Everything about one invoice."""
    reading = ctx.reading(button.account)
    invoice = await reading.invoice(button.invoice)
    groups, older = await asyncio.gather(
        _groups(reading, invoice.id), reading.invoices(dated_before=invoice.date, limit=PER_PAGE)
    )
    today, before = _today(ctx, reading), one_before(invoice, older.items)
    shown = [
        say("invoices-name", month=Month(month_of(invoice)), kind="credit" if invoice.credit_note else "invoice"),
        *whose(ctx, button.account),
        say("invoices-number", number=Code(invoice.number), day=invoice.date),
        *period(invoice),
        BLANK,
        how_it_stands(invoice, today),
        *mandate(invoice, today),
        *amounts(invoice),
        *compared(invoice, before),
        *objection(invoice, today),
        *positions(groups, 0, LINES_ON_CARD),
    ]
    hidden = sum(group.count for group in groups) - LINES_ON_CARD
    more = (say("invoices-more-lines", count=hidden),) if hidden > 0 else ()
    return screen(*shown, *more, rows=_card_rows(button, invoice, today, before is not None, hidden > 0))


async def lines(ctx: Ctx, button: Lines) -> Outcome:
    """All lines of an invoice."""
    reading = ctx.reading(button.account)
    invoice, groups = await asyncio.gather(reading.invoice(button.invoice), _groups(reading, button.invoice))
    found = [line for group in groups for line in group.lines]
    cut = window(found, button.part, LINES_PER_PAGE)
    head = say("invoices-lines-of", number=Code(invoice.number), count=len(found))
    turning = pager(cut.page, cut.pages, lambda part: Lines(button.account, invoice.id, button.page, part))
    back = menu_row(InvoiceCard(button.account, invoice.id, button.page))
    shown = positions(groups, cut.page * LINES_PER_PAGE, LINES_PER_PAGE)
    return screen(head, *shown, rows=(*turning, back))


async def file(ctx: Ctx, button: InvoiceFile) -> Outcome:
    """The PDF or the e-invoice."""
    reading = ctx.reading(button.account)
    invoice = await reading.invoice(button.invoice)
    document = paper(invoice, E_INVOICE if button.kind == E_INVOICE.value else PDF)
    if document is None:
        raise Gone
    kind, month = document.kind.value, Month(month_of(invoice))
    caption = say("invoices-file", number=Code(invoice.number), month=month, gross=invoice.total, kind=kind)
    async with reading.document(document) as opened:
        await ctx.hands.send_file(File(file_name(document), opened.content, caption))
    return Stay()


async def _groups(reading: Reading, invoice_id: str) -> tuple[ContractLines, ...]:
    lines = await reading.invoice_lines(invoice_id)
    return grouped(lines, await reading.billed_products(lines))


async def _looked_for(ctx: Ctx, account: str, text: str) -> Outcome:
    reading, wish = ctx.reading(account), text[:LONGEST_WISH].strip()
    today = _today(ctx, reading)
    meant = wanted(wish, today)
    if isinstance(meant, Everything):
        return await listed(ctx, InvoicesOf(account))
    hits = await find(reading, meant, today)
    if len(hits) == 1:
        return await card(ctx, InvoiceCard(account, hits[0].id, 0))
    return _hits(ctx, Found(account, wish, 0), hits, today)


def _today(ctx: Ctx, reading: Reading) -> date:
    return ctx.now.astimezone(reading.zone).date()


def _hits(ctx: Ctx, button: Found, hits: Sequence[Invoice], today: date) -> Screen:
    back = menu_row(InvoicesOf(button.account))
    wish = Name(essence(button.wish) or button.wish, LONGEST_WISH)
    if not hits:
        return screen(say("invoices-nothing", wish=wish), rows=((_search(button.account), *back),))
    cut = window(hits, button.page, PER_PAGE)
    head = say("invoices-found", count=len(hits), wish=wish)
    turning = pager(cut.page, cut.pages, lambda page: Found(button.account, button.wish, page))
    rows = (*_buttons(button.account, cut.items, today, 0), *turning, (_search(button.account), *back))
    return screen(head, *whose(ctx, button.account), BLANK, *_list(cut.items, today), rows=rows)


def _list(items: Sequence[Invoice], today: date) -> tuple[Say, ...]:
    several = len({invoice.account_id for invoice in items}) > 1
    lines: list[Say] = []
    for invoice in items:
        state, month = standing(invoice, today).value, Month(month_of(invoice))
        line = say(
            "invoices-line", state=state, month=month, gross=invoice.total, due=invoice.due, sent=invoice.state_sent
        )
        lines += [line, say("invoices-account", account=Name(invoice.account_name, 60))] if several else [line]
    return tuple(lines)


def _buttons(account: str, items: Sequence[Invoice], today: date, page: int) -> Rows:
    seen = [(month_of(invoice), invoice.total) for invoice in items]
    return tuple(
        (Button(_label(invoice, today, seen.count(looks) > 1), InvoiceCard(account, invoice.id, page)),)
        for invoice, looks in zip(items, seen, strict=True)
    )


def _label(invoice: Invoice, today: date, is_ambiguous: bool) -> Say:
    state, month = standing(invoice, today).value, Month(month_of(invoice))
    if is_ambiguous:
        return say("invoices-button-numbered", state=state, number=Code(invoice.number), gross=invoice.total)
    return say("invoices-button", state=state, month=month, gross=invoice.total)


def _newest_pdfs(button: InvoicesOf, items: Sequence[Invoice]) -> Rows:
    """The newest PDF; of two billing accounts with an invoice for the newest month, both."""
    ready = [i for i in items if not i.credit_note and paper(i, PDF) and button.page == 0]
    newest = [invoice for invoice in ready if month_of(invoice) == month_of(ready[0])]
    if len(newest) == 1:
        label = say("invoices-button-newest", month=Month(month_of(newest[0])))
        return ((Button(label, InvoiceFile(button.account, newest[0].id, PDF.value)),),)
    return tuple(
        (
            Button(
                say("invoices-button-newest-of", month=Month(month_of(invoice)), gross=invoice.total),
                InvoiceFile(button.account, invoice.id, PDF.value),
            ),
        )
        for invoice in (newest if len(newest) == 2 else newest[:1])
    )


def _pages(button: InvoicesOf, found: Page[Invoice]) -> Rows:
    """With the portal's count, when it is believable; else only on and back."""
    seen = found.offset + len(found.items)
    if found.total is not None and (found.total > seen) == found.more and found.total >= seen:
        return pager(button.page, -(-found.total // PER_PAGE), lambda page: InvoicesOf(button.account, page))
    before = (Button(say("list-back"), InvoicesOf(button.account, button.page - 1)),) if button.page > 0 else ()
    after = (Button(say("list-on"), InvoicesOf(button.account, button.page + 1)),) if found.more else ()
    return ((*before, *after),) if before or after else ()


def _after_the_end(button: InvoicesOf) -> Rows:
    return (menu_row(InvoicesOf(button.account) if button.page > 0 else None),)


def _ways_on(account: str) -> Rows:
    return ((_search(account), Button(say("invoices-button-costs"), CostsOf(account))), menu_row())


def _search(account: str) -> Button:
    return Button(say("button-search"), Search(account))


def _card_rows(button: InvoiceCard, invoice: Invoice, today: date, has_before: bool, is_long: bool) -> Rows:
    account, id = button.account, invoice.id
    files = (
        *((Button(say("invoices-button-pdf"), InvoiceFile(account, id, PDF.value)),) if paper(invoice, PDF) else ()),
        *(
            (Button(say("invoices-button-e-invoice"), InvoiceFile(account, id, E_INVOICE.value)),)
            if _has_xml(invoice)
            else ()
        ),
    )
    paying = (
        *((Button(say("invoices-button-pay"), PayInvoice(account, id)),) if why_not(invoice) is None else ()),
        *((Button(say("invoices-button-due"), DueDate(account, id)),) if is_to_come(invoice, today) else ()),
    )
    more = (
        *((Button(say("invoices-button-lines"), Lines(account, id, button.page, 0)),) if is_long else ()),
        *((Button(say("invoices-button-changes"), InvoiceChanges(account, id, button.page)),) if has_before else ()),
    )
    return (*(row for row in (files, paying, more) if row), menu_row(InvoicesOf(account, button.page)))


def _has_xml(invoice: Invoice) -> bool:
    return paper(invoice, E_INVOICE) is not None


FEATURE = Feature(
    "invoices",
    commands=(Command("rechnungen", "invoices", invoices, INVOICES),),
    taps=(
        Tap(InvoicesOf, listed, INVOICES),
        Tap(Search, search, INVOICES),
        Tap(Found, found, INVOICES),
        Tap(InvoiceCard, card, INVOICES),
        Tap(Lines, lines, INVOICES),
        Tap(InvoiceFile, file, INVOICES),
    ),
    steps=(Step("search", searched, INVOICES),),
    words=(
        Words(re.compile(r"\brechnung|\binvoices?\b|\bbills?\b"), said, INVOICES),
        Words(
            re.compile(
                r"^\s*(?:20[0-9]{2}-[0-9]{2}(?:-[0-9]{3,})?|(?:[01]?[0-9]\s*[/.-]\s*)?20[0-9]{2}|pdf|"
                rf"{MONTH_WORDS})\s*$"
            ),
            said,
            INVOICES,
        ),
    ),
)
