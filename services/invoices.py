"""What follows from invoices: how one stands today, which month it is called by, what is open, what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from portal.models import Document, DocumentKind, Invoice, InvoiceLine, InvoiceState, Money
from services.contracts import total

UNPAID = ("sent", "partiallyPaid")  # the wire's words for what is still to be paid


class Standing(Enum):
    """How an invoice stands with the customer today."""

    OPEN = "open"
    OVERDUE = "overdue"
    DEBITED = "debited"
    PARTLY_PAID = "partly"
    PAID = "paid"
    CREDIT = "credit"
    PREPARING = "preparing"
    UNKNOWN = "unknown"


_STANDINGS = {
    InvoiceState.OPEN: Standing.OPEN,
    InvoiceState.DEBITED: Standing.DEBITED,
    InvoiceState.PARTLY_PAID: Standing.PARTLY_PAID,
    InvoiceState.PAID: Standing.PAID,
    InvoiceState.CREDIT: Standing.CREDIT,
    InvoiceState.PREPARING: Standing.PREPARING,
    InvoiceState.UNKNOWN: Standing.UNKNOWN,
}


def standing(invoice: Invoice, today: date) -> Standing:
    """Open and past its due date is overdue; a debit that is late is the bank's business, not the customer's."""
    found = _STANDINGS[invoice.state]
    if found in (Standing.OPEN, Standing.PARTLY_PAID) and invoice.due is not None and invoice.due < today:
        return Standing.OVERDUE
    return found


def month_of(invoice: Invoice) -> date:
    """The month an invoice is called by: the one it covers, else the one it was written in."""
    day = invoice.period.start if invoice.period else invoice.date
    return day.replace(day=1)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What is still to be paid in one standing."""

    standing: Standing
    count: int
    amount: Money | None


def outstanding(invoices: Iterable[Invoice], today: date) -> tuple[Outstanding, ...]:
    """Overdue, open and to be debited, each with count and sum; what there is none of is left out."""
    grouped: dict[Standing, list[Invoice]] = {Standing.OVERDUE: [], Standing.OPEN: [], Standing.DEBITED: []}
    for invoice in invoices:
        found = standing(invoice, today)
        found = Standing.OPEN if found is Standing.PARTLY_PAID else found
        if found in grouped:
            grouped[found].append(invoice)
    return tuple(Outstanding(s, len(found), total(map(to_pay, found))) for s, found in grouped.items() if found)


def to_pay(invoice: Invoice) -> Money:
    """What is left to pay."""
    return invoice.remaining or invoice.amount_due or invoice.total


def paper(invoice: Invoice, kind: DocumentKind) -> Document | None:
    """The invoice's file of a kind."""
    return next((document for document in invoice.documents if document.kind is kind), None)


def one_before(invoice: Invoice, older: Sequence[Invoice]) -> Invoice | None:
    """The invoice of the same billing account that came before it; `older` is newest first."""
    mine = [o for o in older if o.account_id == invoice.account_id and o.id != invoice.id and not o.credit_note]
    return None if invoice.credit_note or not mine else mine[0]


def difference(invoice: Invoice, before: Invoice) -> Money | None:
    """How much more this one is; None when they can't be compared."""
    if invoice.total.currency != before.total.currency:
        return None
    return Money(invoice.total.amount - before.total.amount, invoice.total.currency)


@dataclass(frozen=True, slots=True)
class ContractLines:
    """The lines about one contract; `name` is None for lines about none.

    `count` and `net` are those of all its lines, also where only some of them are on a page.
    """

    name: str | None
    lines: tuple[InvoiceLine, ...]
    net: Money | None
    count: int


def grouped(lines: Sequence[InvoiceLine]) -> tuple[ContractLines, ...]:
    """Lines by contract, in the order in which the invoice names them."""
    found: dict[str | None, list[InvoiceLine]] = {}
    for line in lines:
        found.setdefault(line.contract_id, []).append(line)
    return tuple(
        ContractLines(
            group[0].contract_name or contract_id, tuple(group), total(line.net for line in group), len(group)
        )
        for contract_id, group in found.items()
    )


def stretch(groups: Sequence[ContractLines], first: int, count: int) -> tuple[ContractLines, ...]:
    """`count` lines from `first` on, still grouped; sums stay those of the whole groups."""
    found: list[ContractLines] = []
    begin = 0
    for group in groups:
        kept = group.lines[max(0, first - begin) : max(0, first + count - begin)]
        if kept:
            found.append(replace(group, lines=kept))
        begin += len(group.lines)
    return tuple(found)
