"""Paying: "Let me pay this without typing, and remind me of the day."

"Bezahlen"       -> the payment code of an invoice that is still to be transferred, with account and reference in words
"Termin (.ics)"  -> the due date, or the day of the debit, as a calendar file
"""

import asyncio
import io

from bot.chat.context import Ctx
from bot.chat.doors import DueDate, InvoiceCard, PayInvoice
from bot.chat.feature import INVOICES, Feature, Tap
from bot.chat.navigation import menu_row
from bot.chat.paycode import payment_words, qr
from bot.chat.screen import File, Outcome, Stay, screen
from bot.chat.text import Month, Name, Texts, say
from portal.models import Debit, Invoice
from services.calendar import Appointment, ics
from services.errors import Gone
from services.girocode import girocode
from services.invoices import due_day, month_of, to_pay


async def code(ctx: Ctx, button: PayInvoice) -> Outcome:
    """The payment code; should the picture not come through, its words do."""
    invoice = await ctx.reading(button.account).invoice(button.invoice)
    content = await asyncio.to_thread(qr, girocode(invoice))
    words = payment_words(invoice)
    if await ctx.hands.send_photo(File("girocode.png", io.BytesIO(content), words)):
        return Stay()
    return screen(words, rows=(menu_row(InvoiceCard(button.account, invoice.id)),))


async def due(ctx: Ctx, button: DueDate) -> Outcome:
    """The day as a calendar file."""
    invoice = await ctx.reading(button.account).invoice(button.invoice)
    day = due_day(invoice)
    if day is None:
        raise Gone
    texts, kind = Texts(ctx.language, ctx.zone), "debit" if isinstance(invoice.means, Debit) else "transfer"
    month = Month(month_of(invoice))
    entry = Appointment(
        uid=f"due-{invoice.id}",
        day=day,
        summary=texts.written(say("paying-due-summary", kind=kind, month=month, amount=to_pay(invoice))),
        description=texts.written(say("paying-due-description", number=Name(invoice.number), day=invoice.date)),
    )
    caption = say("paying-due", kind=kind, month=month, due=day)
    await ctx.hands.send_file(File(_file_name(invoice), io.BytesIO(ics(entry, ctx.now)), caption))
    return Stay()


def _file_name(invoice: Invoice) -> str:
    return f"rechnung-{month_of(invoice):%Y-%m}.ics"


FEATURE = Feature("paying", taps=(Tap(PayInvoice, code, INVOICES), Tap(DueDate, due, INVOICES)))
