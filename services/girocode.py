"""The GiroCode of an invoice: EPC069-12, the text of a QR code that a banking app turns into a transfer.

Only what is still to be transferred has one. Never for a direct debit, which would then be paid twice.
"""

import re
from decimal import Decimal
from enum import Enum

from portal.models import Invoice, InvoiceState, PaymentMethod, Transfer
from services.errors import NotPayable
from services.invoices import to_pay

LEAST, MOST = Decimal("0.01"), Decimal("999999999.99")
LONGEST_NAME, LONGEST_STRUCTURED, LONGEST_TEXT = 70, 35, 140
LONGEST_CODE = 331  # bytes
PAYABLE = frozenset({InvoiceState.OPEN, InvoiceState.PARTLY_PAID})
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_CREDITOR_REFERENCE = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")


class WhyNot(Enum):
    """Why there is no code for an invoice."""

    CREDIT = "credit"
    DEBIT = "debit"
    PAID = "paid"
    CURRENCY = "currency"
    AMOUNT = "amount"
    ACCOUNT = "account"  # where to, or as what, is not known or not believable


def why_not(invoice: Invoice) -> WhyNot | None:
    """What speaks against a code; None when there is one."""
    amount = to_pay(invoice)
    if invoice.credit_note:
        return WhyNot.CREDIT
    if invoice.payment is PaymentMethod.DIRECT_DEBIT:
        return WhyNot.DEBIT
    if invoice.state not in PAYABLE:
        return WhyNot.PAID
    if amount.currency != "EUR":
        return WhyNot.CURRENCY
    if not LEAST <= amount.amount <= MOST or amount.amount != round(amount.amount, 2):
        return WhyNot.AMOUNT
    return None if isinstance(invoice.means, Transfer) and _is_complete(invoice.means) else WhyNot.ACCOUNT


def girocode(invoice: Invoice) -> str:
    """The twelve lines, or NotPayable."""
    reason = why_not(invoice)
    if reason is not None or not isinstance(invoice.means, Transfer):
        raise NotPayable((reason or WhyNot.ACCOUNT).value)
    means, amount = invoice.means, to_pay(invoice).amount
    bic, reference = _compact(means.bic or ""), _line(means.reference)
    is_structured = _is_creditor_reference(reference)
    rest = [
        _compact(means.iban),
        f"EUR{amount:.2f}",
        "",  # purpose
        _compact(reference) if is_structured else "",
        "" if is_structured else reference,
        "",  # a note to the payer
    ]
    head = ["BCD", "002", "1", "SCT", bic if _BIC.fullmatch(bic) else ""]
    return "\n".join([*head, _name(means.name, LONGEST_CODE - len("\n".join([*head, "", *rest]).encode())), *rest])


def _is_complete(means: Transfer) -> bool:
    """Nothing is ever cut off a reference: a payment that names half of it finds no invoice."""
    return is_iban(means.iban) and bool(_line(means.name)) and 0 < len(_line(means.reference)) <= LONGEST_TEXT


def is_iban(text: str) -> bool:
    """Whether the check digits are right (ISO 7064, MOD 97-10)."""
    iban = _compact(text)
    return _IBAN.fullmatch(iban) is not None and _remainder(iban) == 1


def _is_creditor_reference(text: str) -> bool:
    reference = _compact(text)
    return _CREDITOR_REFERENCE.fullmatch(reference) is not None and _remainder(reference) == 1


def _remainder(code: str) -> int:
    return int("".join(str(int(char, 36)) for char in code[4:] + code[:4])) % 97


def _compact(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


def _line(text: str) -> str:
    """On one line: a line break would move everything behind it into another field."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _name(name: str, room: int) -> str:
    """Cut to the characters and to the bytes there are."""
    return _line(name)[:LONGEST_NAME].encode()[:room].decode(errors="ignore").rstrip()
