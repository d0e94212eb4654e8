"""How invoices stand, what is open, and what changed."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.models import BilledProduct, DocumentKind, InvoiceState, Money
from services.invoices import (
    Standing,
    difference,
    grouped,
    month_of,
    one_before,
    outstanding,
    paper,
    standing,
    stretch,
)
from tests.services import facts
from tests.services.facts import INVOICE, euro, line

DUE = date(2026, 11, 17)


def billed(product: str, contract: str, site: str | None = "Köln", number: str = "V-1") -> BilledProduct:
    """What a line is about."""
    return BilledProduct(product, product, contract, number, site)


@pytest.mark.parametrize(
    ("state", "today", "expected"),
    [
        (InvoiceState.OPEN, DUE, Standing.OPEN),
        (InvoiceState.OPEN, date(2026, 11, 18), Standing.OVERDUE),
        (InvoiceState.PARTLY_PAID, DUE, Standing.PARTLY_PAID),
        (InvoiceState.PARTLY_PAID, date(2026, 11, 18), Standing.OVERDUE),
        (InvoiceState.DEBITED, date(2026, 12, 24), Standing.DEBITED),
        (InvoiceState.PAID, date(2026, 12, 24), Standing.PAID),
        (InvoiceState.CREDIT, date(2026, 12, 24), Standing.CREDIT),
        (InvoiceState.PREPARING, date(2026, 12, 24), Standing.PREPARING),
        (InvoiceState.UNKNOWN, date(2026, 12, 24), Standing.UNKNOWN),
    ],
)
def test_only_what_the_customer_has_to_pay_becomes_overdue(
    state: InvoiceState, today: date, expected: Standing
) -> None:
    """The due date itself is still in time; a debit is never the customer's delay."""
    assert standing(replace(INVOICE, state=state), today) is expected


def test_every_state_has_a_standing() -> None:
    """No state that the portal may send is without words."""
    assert {standing(replace(INVOICE, state=state, due=None), DUE) for state in InvoiceState} == set(Standing) - {
        Standing.OVERDUE
    }


def test_an_invoice_is_called_by_the_month_it_covers() -> None:
    """October's invoice is written in November; without a period the day it was written decides."""
    assert month_of(INVOICE) == date(2026, 10, 1)
    assert month_of(replace(INVOICE, period=None)) == date(2026, 11, 1)


def test_what_is_to_pay_is_summed_by_standing() -> None:
    """Overdue, open (with what is partly paid) and debits apart; paid ones and credits count nowhere."""
    invoices = [
        INVOICE,
        replace(INVOICE, state=InvoiceState.PARTLY_PAID, remaining=euro("9.32")),
        replace(INVOICE, due=date(2026, 10, 1)),
        replace(INVOICE, state=InvoiceState.DEBITED, remaining=None, amount_due=None),
        replace(INVOICE, state=InvoiceState.PAID),
        replace(INVOICE, state=InvoiceState.CREDIT),
    ]

    found = [(o.standing, o.count, o.amount) for o in outstanding(invoices, DUE)]

    assert found == [
        (Standing.OVERDUE, 1, euro("59.32")),
        (Standing.OPEN, 2, euro("68.64")),
        (Standing.DEBITED, 1, euro("59.32")),
    ]


def test_it_is_compared_with_the_one_before_of_the_same_billing_account() -> None:
    """Another account's invoice and a credit note are no measure; a credit note is not compared."""
    before = replace(INVOICE, id="b-0", total=euro("50"))
    older = [replace(before, id="x", account_id="ba-2"), replace(before, id="y", credit_note=True), before]

    assert one_before(INVOICE, older) is before
    assert one_before(replace(INVOICE, credit_note=True), older) is None
    assert one_before(INVOICE, older[:2]) is None
    assert difference(INVOICE, before) == euro("9.32")
    assert difference(INVOICE, replace(before, total=Money(before.total.amount, "CHF"))) is None


def test_papers_are_found_by_kind() -> None:
    """The PDF and the e-invoice; nothing when there is none."""
    pdf, xml = facts.paper("a", DocumentKind.INVOICE), facts.paper("b", DocumentKind.E_INVOICE, "application/xml")
    invoice = replace(INVOICE, documents=(pdf, xml))

    assert (paper(invoice, DocumentKind.INVOICE), paper(invoice, DocumentKind.E_INVOICE)) == (pdf, xml)
    assert paper(INVOICE, DocumentKind.INVOICE) is None


def test_lines_are_grouped_by_contract_in_the_invoices_order() -> None:
    """A contract's lines stand together with their sum; lines about none form a group of their own."""
    lines = [line("Grundpreis", "40"), line("Versand", "1", None, None), line("Verbindungen", "2")]

    found = [(group.name, [one.name for one in group.lines], group.net) for group in grouped(lines, {})]

    assert found == [("Business", ["Grundpreis", "Verbindungen"], euro("42")), (None, ["Versand"], euro("1"))]


def test_an_options_lines_stand_under_its_contract() -> None:
    """Also when the invoice names other contracts in between; of a contract that isn't billed itself, the number."""
    lines = [line("Grundpreis", "40"), line("Versand", "1", None, None), line("Multi-SIM", "5", "o-1", "Multi-SIM")]
    products = {"c-1": billed("c-1", "c-1"), "o-1": billed("o-1", "c-1"), "o-2": billed("o-2", "c-2", number="V-2")}
    alone = [line("Multi-SIM", "5", "o-2", "Multi-SIM")]

    found = [(group.name, group.place, group.net) for group in grouped(lines + alone, products)]

    assert found == [("Business", None, euro("45")), (None, None, euro("1")), ("V-2", None, euro("5"))]


def test_contracts_of_one_name_are_told_apart() -> None:
    """By site; by number where the site is the same or unknown; a name that comes once stands alone."""
    lines = [line("Grundpreis", "1", each, "DSL") for each in ("a", "b", "c", "d")] + [line("Grundpreis", "1")]
    sites = {"a": "Köln", "b": "Hamburg", "c": "Hamburg", "d": None, "c-1": "Köln"}
    products = {each: billed(each, each, site, f"V-{each}") for each, site in sites.items()}

    assert [group.place for group in grouped(lines, products)] == ["Köln", "V-b", "V-c", "V-d", None]
    assert [group.place for group in grouped(lines, {})] == [None] * 5


@given(st.lists(st.sampled_from("abc"), max_size=40), st.integers(1, 9))
def test_pages_of_lines_hold_every_line_once(contracts: list[str], size: int) -> None:
    """Turning through all pages shows each line exactly once, under its own contract, with the whole contract's sum."""
    groups = grouped([line(str(n), "1", contract, contract) for n, contract in enumerate(contracts)], {})
    pages = [stretch(groups, first, size) for first in range(0, max(1, len(contracts)), size)]

    shown = [one.name for page in pages for group in page for one in group.lines]
    whole = {group.name: (group.net, group.count) for group in groups}

    assert sorted(shown, key=int) == [str(n) for n in range(len(contracts))]
    assert all(sum(len(group.lines) for group in page) <= size for page in pages)
    assert all(whole[group.name] == (group.net, group.count) for page in pages for group in page)
