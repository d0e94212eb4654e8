"""Costs: "What do we pay over the year, where, and why is it more than last month?"

/kosten, "Kosten 12 Monate"  -> a picture of twelve months by site, with its figures in words
"Was ist anders?"            -> an invoice against the one before, line by line; as a picture on request
"""

import asyncio
import io
import re
from dataclasses import dataclass
from typing import ClassVar

from bot.chat.buttons import Look
from bot.chat.context import Ctx
from bot.chat.doors import CostsOf, InvoiceCard, InvoiceChanges, InvoicesOf
from bot.chat.feature import INVOICES, Command, Feature, Tap, Words
from bot.chat.lists import whose
from bot.chat.navigation import menu_row
from bot.chat.screen import BLANK, Button, File, Outcome, Stay, screen
from bot.chat.spending import changes_heading, changes_picture, changes_told, costs_picture, months_lines, sites_lines
from bot.chat.text import Texts, say
from services.comparing import compared
from services.costs import costs
from services.errors import Gone


@dataclass(frozen=True, slots=True)
class Picture(Look):
    """The changes as a picture."""

    feature: ClassVar[str] = "costs"
    verb: ClassVar[str] = "bars"
    account: str
    invoice: str
    page: int


async def command(ctx: Ctx) -> Outcome:
    """/kosten, or a question about them."""
    return await year(ctx, CostsOf(ctx.connection.tag))


async def year(ctx: Ctx, button: CostsOf) -> Outcome:
    """Twelve months in one picture with its figures under it; should it not come through, the figures do."""
    reading = ctx.reading(button.account)
    found = await costs(reading, ctx.now.astimezone(reading.zone).date())
    back = menu_row(InvoicesOf(button.account))
    if found is None:
        return screen(say("costs-none"), rows=(back,))
    heading = say("costs-heading", sum=found.total)
    figures = (*whose(ctx, button.account), *months_lines(found), BLANK, *sites_lines(found))
    content = await asyncio.to_thread(costs_picture, found, Texts(ctx.language, ctx.zone))
    if await ctx.hands.send_photo(File("kosten.png", io.BytesIO(content), heading, figures), (back,)):
        return Stay()
    return screen(heading, *figures, rows=(back,))


async def difference(ctx: Ctx, button: InvoiceChanges) -> Outcome:
    """What is different, in words."""
    back = menu_row(InvoiceCard(button.account, button.invoice, button.page))
    found = await compared(ctx.reading(button.account), button.invoice)
    if found is None:
        return screen(say("changes-nothing-before"), rows=(back,))
    lines = [changes_heading(found), *whose(ctx, button.account), BLANK, *changes_told(found)]
    if found.changes is None or not found.changes.top:
        return screen(*lines, rows=(back,))
    drawn = Button(say("changes-button-picture"), Picture(button.account, button.invoice, button.page))
    return screen(*lines, rows=((drawn,), back))


async def picture(ctx: Ctx, button: Picture) -> Outcome:
    """The same as a picture; the words stay above it."""
    found = await compared(ctx.reading(button.account), button.invoice)
    if found is None or found.changes is None:
        raise Gone
    texts = Texts(ctx.language, ctx.zone)
    content = await asyncio.to_thread(changes_picture, found.changes, found.invoice, found.before, texts)
    await ctx.hands.send_photo(
        File("was-ist-anders.png", io.BytesIO(content), changes_heading(found), changes_told(found))
    )
    return Stay()


FEATURE = Feature(
    "costs",
    commands=(Command("kosten", "costs", command, INVOICES),),
    taps=(Tap(CostsOf, year, INVOICES), Tap(InvoiceChanges, difference, INVOICES), Tap(Picture, picture, INVOICES)),
    words=(
        Words(re.compile(r"^(?:was (?:kostet|zahlen)|kosten\b|ausgaben\b|costs?\b|spending\b)"), command, INVOICES),
    ),
)
