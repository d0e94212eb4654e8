"""The text of a payment code as a QR code that a banking app reads from a screen or out of a saved picture."""

import io

from bot.chat.text import Code, Name, Say, say
from portal.models import Invoice, Transfer
from services.errors import NotPayable
from services.girocode import WhyNot
from services.invoices import to_pay

SIDE = 640  # pixels at least: sharp on a phone
QUIET = 4  # modules of white around it, as the standard wants; they are what a dark chat doesn't give


def qr(text: str) -> bytes:
    """A PNG, error level M as EPC069-12 wants it."""
    import segno  # imported here: it costs start-up time and memory, and is seldom needed

    code = segno.make_qr(text, error="m", boost_error=False, encoding="utf-8")
    written = io.BytesIO()
    code.save(written, kind="png", border=QUIET, scale=-(-SIDE // code.symbol_size(border=QUIET)[0]), light="white")
    return written.getvalue()


def payment_words(invoice: Invoice) -> Say:
    """What the code says, in words; NotPayable when there is nothing to transfer to."""
    means = invoice.means
    if not isinstance(means, Transfer):
        raise NotPayable(WhyNot.ACCOUNT.value)
    return say(
        "paying-code",
        amount=to_pay(invoice),
        name=Name(means.name, 70),
        iban=Code(_grouped(means.iban)),
        reference=Code(means.reference),
        due=invoice.due,
    )


def _grouped(iban: str) -> str:
    bare = "".join(iban.split())
    return " ".join(bare[start : start + 4] for start in range(0, len(bare), 4))
