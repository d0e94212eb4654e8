"""What follows from invoices: how one stands today, which month it is called by, what is open, what changed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from portal.models import BilledProduct, Debit, Document, DocumentKind, Invoice, InvoiceLine, InvoiceState, Money
from services.contracts import total

OBJECTION = timedelta(weeks=8)
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


TO_COME = frozenset({Standing.OPEN, Standing.DEBITED, Standing.PARTLY_PAID})


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


def objection_until(invoice: Invoice) -> date | None:
    """The last day to object. The eight weeks run from receipt, so that the invoice's date is on the safe side."""
    return None if invoice.credit_note else invoice.date + OBJECTION


def due_day(invoice: Invoice) -> date | None:
    """When it is to be paid, or is debited."""
    return invoice.means.day if isinstance(invoice.means, Debit) else invoice.due


def is_to_come(invoice: Invoice, today: date) -> bool:
    """Whether the day of payment is known, not past, and anything to be done then."""
    day = due_day(invoice)
    return day is not None and day >= today and standing(invoice, today) in TO_COME


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
    """The lines about one contract and its options; `name` is None for lines about none.

    `place` tells contracts of the same name apart: the site, or the contract's number where the site does not.
    `count` and `net` are those of all its lines, also where only some of them are on a page.
    """

    name: str | None
    place: str | None
    lines: tuple[InvoiceLine, ...]
    net: Money | None
    count: int


def grouped(lines: Sequence[InvoiceLine], products: Mapping[str, BilledProduct]) -> tuple[ContractLines, ...]:
    """Lines by contract, in the order in which the invoice names them; `products` says whose an option is."""
    found: dict[str | None, list[InvoiceLine]] = {}
    for line in lines:
        product = products.get(line.contract_id or "")
        found.setdefault(product.contract_id if product else line.contract_id, []).append(line)
    names = {key: _name(key, group, products) for key, group in found.items()}
    places = _places(names, {key: _any_of(group, products) for key, group in found.items()})
    return tuple(
        ContractLines(names[key], places.get(key), tuple(group), total(line.net for line in group), len(group))
        for key, group in found.items()
    )


def _name(contract_id: str | None, group: Sequence[InvoiceLine], products: Mapping[str, BilledProduct]) -> str | None:
    """The contract's; where only an option is on the invoice, the contract's number."""
    own = [line.contract_name for line in group if line.contract_id == contract_id]
    option = _any_of(group, products)
    if own or option is None:
        return (own[0] if own else group[0].contract_name) or contract_id
    return option.contract_number or contract_id


def _any_of(group: Sequence[InvoiceLine], products: Mapping[str, BilledProduct]) -> BilledProduct | None:
    return next(
        (products[line.contract_id] for line in group if line.contract_id and line.contract_id in products), None
    )


def _places(
    names: Mapping[str | None, str | None], products: Mapping[str | None, BilledProduct | None]
) -> dict[str | None, str | None]:
    """What to show beside names that repeat."""
    alike = Counter(names.values())
    sites = Counter((names[key], product.site) for key, product in products.items() if product)
    return {
        key: product.site if product.site and sites[names[key], product.site] == 1 else product.contract_number
        for key, product in products.items()
        if product and alike[names[key]] > 1
    }


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
