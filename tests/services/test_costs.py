"""Twelve months of costs: exact by month and site, with gaps where nothing was billed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.models import BilledProduct, Invoice, InvoiceLine, Money, Span
from services.costs import SITES, Costs, add_months, last_months, summed
from tests.proof import examples
from tests.services.facts import INVOICE, euro, line

NOVEMBER = date(2026, 11, 1)
MONTHS = last_months(date(2026, 12, 10), NOVEMBER)
PRODUCTS = {f"c-{n}": BilledProduct(f"c-{n}", "DSL", f"c-{n}", f"V-{n}", f"Ort {n}") for n in range(9)}


def billed(id: str, month: date, net: str) -> Invoice:
    """An invoice for a month."""
    return replace(INVOICE, id=id, period=Span(month, add_months(month, 1)), net=euro(net), total=euro(net))


def added_up(invoices: list[Invoice], lines: dict[str, list[InvoiceLine]] | None) -> Costs:
    """The costs of these."""
    found = summed(MONTHS, invoices, lines, PRODUCTS)
    assert found is not None
    return found


def test_months_are_stacked_by_site() -> None:
    """Two contracts at two sites, and a line about none; the dearest first."""
    lines = {"b": [line("a", "10.00", "c-1"), line("b", "20.00", "c-2"), line("c", "5.50", None)]}
    found = added_up([billed("b", NOVEMBER, "35.50")], lines)

    assert [(site.name, site.total) for site in found.sites] == [
        ("Ort 2", euro("20.00")),
        ("Ort 1", euro("10.00")),
        (None, euro("5.50")),
    ]
    assert (found.sums[-1], found.total) == (euro("35.50"), euro("35.50"))


def test_a_month_without_an_invoice_is_a_gap_and_one_that_cost_nothing_is_not() -> None:
    """None is not 0."""
    free = billed("a", add_months(NOVEMBER, -2), "0.00")
    found = added_up([billed("b", NOVEMBER, "1.00"), free], {"a": [], "b": [line("x", "1.00")]})

    assert found.sums[-3:] == (euro("0.00"), None, euro("1.00"))
    assert set(found.sums[:-3]) == {None}


def test_what_lines_do_not_explain_stands_under_no_site() -> None:
    """An invoice is never more or less than it says."""
    found = added_up([billed("b", NOVEMBER, "10.00")], {"b": [line("x", "4.00", "c-1")]})

    assert {site.name: site.total for site in found.sites} == {"Ort 1": euro("4.00"), None: euro("6.00")}


def test_many_sites_are_told_together() -> None:
    """Five by name and the rest in one; six are told one by one, for the rest would be only one."""
    lines = [line("x", f"{10 + n}.00", f"c-{n}") for n in range(8)]
    total = sum(10 + n for n in range(8))
    found = added_up([billed("b", NOVEMBER, f"{total}.00")], {"b": lines})
    six = added_up([billed("b", NOVEMBER, "75.00")], {"b": lines[:6]})

    assert len(found.sites) == SITES
    assert found.others is not None
    assert (found.others_count, found.others.total) == (3, euro("33.00"))
    assert (len(six.sites), six.others) == (6, None)


def test_without_lines_there_are_months_but_no_sites() -> None:
    """Too many invoices to read each: the sums still are exact."""
    found = added_up([billed("a", NOVEMBER, "1.10"), billed("b", NOVEMBER, "2.20")], None)

    assert (found.by_site, found.sites, found.sums[-1]) == (False, (), euro("3.30"))


def test_other_currencies_are_counted_and_not_added() -> None:
    """Neither are invoices that don't say their net amount."""
    foreign = replace(billed("f", NOVEMBER, "1.00"), net=Money(Decimal(1), "CHF"))
    silent = replace(billed("s", NOVEMBER, "1.00"), net=None)
    found = added_up([billed("b", NOVEMBER, "2.00"), foreign, silent], {})

    assert (found.total, found.left_out) == (euro("2.00"), 2)


def test_the_months_end_with_the_newest_invoice() -> None:
    """Early in a month the last one is not billed yet; when billing stands still the gap shows."""
    assert last_months(date(2026, 12, 1), date(2026, 10, 1))[-1] == date(2026, 10, 1)
    assert last_months(date(2026, 12, 10), NOVEMBER)[-1] == NOVEMBER
    assert last_months(date(2026, 12, 10), date(2026, 1, 1))[-1] == date(2026, 10, 1)
    assert last_months(date(2026, 12, 10), date(2027, 3, 1))[-1] == date(2026, 12, 1)
    assert MONTHS[0] == date(2025, 12, 1)
    assert len(MONTHS) == 12


AMOUNTS = st.decimals("-200", "2000", places=2)


@settings(max_examples=examples(600))
@given(
    st.lists(st.tuples(st.integers(0, 11), st.lists(st.tuples(AMOUNTS, st.integers(-1, 8)), max_size=5)), min_size=1)
)
def test_everything_adds_up_to_the_cent(drawn: list[tuple[int, list[tuple[Decimal, int]]]]) -> None:
    """Sites together are the months together are the invoices together."""
    invoices, lines = [], {}
    for place, (back, parts) in enumerate(drawn):
        net = sum((amount for amount, _ in parts), Decimal(0))
        invoices.append(billed(str(place), add_months(NOVEMBER, -back), str(net)))
        lines[str(place)] = [line("x", str(amount), f"c-{n}" if n >= 0 else None) for amount, n in parts]
    found = added_up(invoices, lines)
    every = [*found.sites, *([found.others] if found.others else [])]

    assert found.total.amount == sum(invoice.net.amount for invoice in invoices if invoice.net)
    assert found.total.amount == sum(site.total.amount for site in every)
    for place, amount in enumerate(found.sums):
        told = sum((site.amounts[place] for site in every), Decimal(0))
        assert told == (amount.amount if amount else 0)
