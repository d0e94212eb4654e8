"""An invoice in words: the same wherever it is shown."""

from collections.abc import Sequence
from datetime import date

from bot.chat.screen import BLANK
from bot.chat.text import Month, Name, Say, say
from portal.models import Debit, Invoice, InvoiceLine, InvoiceState, Money
from services.invoices import (
    ContractLines,
    Standing,
    difference,
    due_day,
    month_of,
    objection_until,
    standing,
    stretch,
    to_pay,
)

NAME_BESIDE_PLACE, PLACE = 36, 36  # so that a page of lines fits into a message at their longest


def period(invoice: Invoice) -> tuple[Say, ...]:
    """What it covers."""
    return (say("invoices-period", period=invoice.period),) if invoice.period else ()


def how_it_stands(invoice: Invoice, today: date) -> Say:
    """Its standing, and the day that belongs to it."""
    found, due = standing(invoice, today), due_day(invoice)
    if found is Standing.UNKNOWN or due is None:
        return say("invoices-standing-undated", state=found.value, sent=invoice.state_sent)
    late = (today - due).days
    return say("invoices-standing", state=found.value, due=due, late="yes" if late > 0 else "no", days=late)


def mandate(invoice: Invoice, today: date) -> tuple[Say, ...]:
    """By which mandate it is debited, while that is to come."""
    is_coming = standing(invoice, today) is Standing.DEBITED
    if not is_coming or not isinstance(invoice.means, Debit) or not invoice.means.mandate:
        return ()
    return (say("invoices-mandate", mandate=Name(invoice.means.mandate, 35)),)


def objection(invoice: Invoice, today: date) -> tuple[Say, ...]:
    """Until when objections are possible, while they are."""
    until = objection_until(invoice)
    return (say("invoices-objection", day=until),) if until is not None and today <= until else ()


def amounts(invoice: Invoice) -> tuple[Say, ...]:
    """Net, tax and gross, and what is left to pay of it."""
    shown = [say("invoices-net", net=invoice.net)] if invoice.net is not None else []
    for tax in invoice.taxes:
        shown.append(say("invoices-tax", rate=tax.rate, tax=tax.amount))
    shown.append(say("invoices-gross", gross=invoice.total))
    if invoice.state is InvoiceState.PARTLY_PAID:
        shown.append(say("invoices-remaining", remaining=to_pay(invoice)))
    return tuple(shown)


def compared(invoice: Invoice, before: Invoice | None) -> tuple[Say, ...]:
    """How much more or less it is than the one before."""
    more = difference(invoice, before) if before is not None else None
    if before is None or more is None:
        return ()
    month = Month(month_of(before))
    if more.amount == 0:
        return (say("invoices-same", month=month),)
    if more.amount > 0:
        return (say("invoices-more", amount=more, month=month),)
    return (say("invoices-less", amount=Money(-more.amount, more.currency), month=month),)


def positions(groups: Sequence[ContractLines], first: int, count: int) -> tuple[Say, ...]:
    """Under the name of each contract its lines; a single line that bears the name already needs no heading."""
    shown: list[Say] = []
    was_alone = False
    for group in stretch(groups, first, count):
        is_alone = group.count == 1 and (group.name is None or group.name in group.lines[0].name)
        shown += [] if is_alone and was_alone else [BLANK]
        if not is_alone:
            shown.append(_heading(group))
        place = (say("invoices-place", place=Name(group.place, PLACE)),) if group.place else ()
        shown += [*(() if is_alone else place), *map(_line, group.lines), *(place if is_alone else ())]
        was_alone = is_alone
    return tuple(shown)


def _heading(group: ContractLines) -> Say:
    if group.name is None:
        return say("invoices-no-contract", net=group.net)
    return say("invoices-contract", name=Name(group.name, NAME_BESIDE_PLACE if group.place else 60), net=group.net)


def _line(line: InvoiceLine) -> Say:
    return say("invoices-position", name=Name(line.name or line.description, 60), net=line.net)
