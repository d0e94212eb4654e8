"""What a look at a customer's invoices finds that was not known: new ones, paid ones, unusually high ones.

The first look is the baseline: it remembers everything and finds nothing. Known of each invoice is its state; of the
last few of each billing account also what "unusually high" is measured by.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from portal.models import Invoice, InvoiceState, Money
from services.subscriptions import EventKind

MEASURED_BY = 6  # earlier invoices of the same billing account
FEWEST = 3  # a median of fewer says nothing
HIGHER_BY = Decimal("1.25")
WORTH_TELLING = Decimal(20)
CENT = Decimal("0.01")

Known = dict[str, list[str]]  # by id: the state, and of the last few: billing account, day, total, currency


@dataclass(frozen=True, slots=True)
class News:
    """Something that was not known; `usual` is the median that an unusually high one is above."""

    kind: EventKind
    invoice: Invoice
    usual: Money | None = None


def news_of(known: Known | None, found: Iterable[Invoice]) -> tuple[Known, list[News]]:
    """What is known now, and what is news, the oldest first."""
    now_known, news = dict(known or {}), list[News]()
    for invoice in _newest_states(found):
        was = now_known.get(invoice.id)
        if invoice.state is InvoiceState.PREPARING:  # nobody's invoice yet; one that is out stays so
            now_known.setdefault(invoice.id, [invoice.state.value])
            continue
        if known is not None:
            news += _news(now_known, was, invoice)
        now_known[invoice.id] = _entry(invoice)
    return _bounded(now_known), news


def billing_days(known: Known) -> set[date]:
    """The days of the last few invoices."""
    return {date.fromisoformat(entry[2]) for entry in known.values() if len(entry) > 1}


def _newest_states(found: Iterable[Invoice]) -> list[Invoice]:
    """Each invoice once, in the order in which they were written."""
    newest: dict[str, Invoice] = {}
    for invoice in found:
        other = newest.get(invoice.id)
        if other is None or other.updated is None or (invoice.updated is not None and invoice.updated >= other.updated):
            newest[invoice.id] = invoice
    return sorted(newest.values(), key=lambda invoice: (invoice.date, invoice.number, invoice.id))


def _news(known: Known, was: list[str] | None, invoice: Invoice) -> list[News]:
    if was is None or was[0] == InvoiceState.PREPARING.value:
        usual = usual_before(known, invoice)
        return [News(EventKind.INVOICE, invoice), *([News(EventKind.UNUSUAL, invoice, usual)] if usual else [])]
    is_paid_now = invoice.state is InvoiceState.PAID and was[0] != InvoiceState.PAID.value
    return [News(EventKind.PAID, invoice)] if is_paid_now else []


def usual_before(known: Mapping[str, list[str]], invoice: Invoice) -> Money | None:
    """The median of the last few of the same billing account, when this one is unusually far above it."""
    if invoice.credit_note:
        return None
    day, currency = invoice.date.isoformat(), invoice.total.currency
    before = sorted(
        (entry[2], Decimal(entry[3]))
        for key, entry in known.items()
        if key != invoice.id and len(entry) > 1 and (entry[1], entry[4]) == (invoice.account_id, currency)
        and entry[2] <= day
    )[-MEASURED_BY:]  # fmt: skip
    if len(before) < FEWEST:
        return None
    usual = Decimal(median(total for _, total in before)).quantize(CENT)
    is_high = invoice.total.amount > usual * HIGHER_BY and invoice.total.amount - usual >= WORTH_TELLING
    return Money(usual, currency) if is_high else None


def _entry(invoice: Invoice) -> list[str]:
    if invoice.credit_note:
        return [invoice.state.value]
    total = invoice.total
    return [invoice.state.value, invoice.account_id, invoice.date.isoformat(), str(total.amount), total.currency]


def _bounded(known: Known) -> Known:
    """All states, but only the last few of each billing account in full."""
    by_account: dict[str, list[tuple[str, str]]] = {}
    for key, entry in known.items():
        if len(entry) > 1:
            by_account.setdefault(entry[1], []).append((entry[2], key))
    full = {key for entries in by_account.values() for _, key in sorted(entries)[-MEASURED_BY:]}
    return {key: entry if key in full else entry[:1] for key, entry in known.items()}
