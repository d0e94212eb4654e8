"""What is different from the month before: exact, largest first, nothing lost in the rest."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.models import InvoiceLine, Money
from services.invoice_changes import Turn, changes, is_notable
from tests.proof import examples
from tests.services.facts import INVOICE, euro, line

LINES = st.lists(
    st.builds(
        line,
        st.sampled_from(["Grundpreis", "Gespräche", "Option", "Gutschrift"]),
        st.decimals("-500", "500", places=2).map(str),
        st.sampled_from(["c-1", "c-2", None]),
    ),
    max_size=12,
)


def net(lines: list[InvoiceLine]) -> Decimal:
    """What they come to."""
    return sum((each.net.amount for each in lines if each.net), Decimal(0))


def test_each_kind_of_change_is_told() -> None:
    """New, gone, dearer and cheaper with their amounts, largest first; what stayed is not named."""
    before = [line("Grundpreis", "39.95"), line("Gespräche", "12.00"), line("Flat", "9.90"), line("Alt", "5.00")]
    now = [line("Grundpreis", "39.95"), line("Gespräche", "4.00"), line("Flat", "10.00"), line("Neu", "20.00")]
    found = changes(now, before)
    assert found is not None

    assert [(change.name, change.turn, change.difference) for change in found.top] == [
        ("Neu", Turn.NEW, euro("20.00")),
        ("Gespräche", Turn.CHEAPER, euro("-8.00")),
        ("Alt", Turn.GONE, euro("-5.00")),
        ("Flat", Turn.DEARER, euro("0.10")),
    ]
    assert (found.rest_count, found.difference) == (0, euro("7.10"))


def test_the_same_name_under_two_contracts_is_two_lines() -> None:
    """A basic price that wandered from one contract to another is told."""
    found = changes([line("Grundpreis", "1.00", "c-1")], [line("Grundpreis", "1.00", "c-2")])

    assert found is not None
    assert {change.turn for change in found.top} == {Turn.NEW, Turn.GONE}
    assert found.difference == euro("0.00")


@settings(max_examples=examples(1000))
@given(LINES, LINES, st.integers(0, 6))
def test_all_changes_together_are_the_difference(now: list[InvoiceLine], before: list[InvoiceLine], top: int) -> None:
    """To the cent, however few of them are told one by one."""
    found = changes(now, before, top)
    if found is None:
        assert not now and not before
        return
    told = sum((change.difference.amount for change in found.top), Decimal(0))

    assert told + found.rest.amount == found.difference.amount == net(now) - net(before)
    assert len(found.top) <= top
    sizes = [abs(change.difference.amount) for change in found.top]
    assert sizes == sorted(sizes, reverse=True)


def test_nothing_is_said_that_would_not_be_exact() -> None:
    """A line without an amount, or two currencies: no comparison."""
    without = replace(line("Grundpreis", "1.00"), net=None)
    foreign = replace(line("Grundpreis", "1.00"), net=Money(Decimal(1), "CHF"))

    assert changes([without], [line("Grundpreis", "1.00")]) is None
    assert changes([foreign], [line("Grundpreis", "1.00")]) is None


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ("110.00", "100.00", False),
        ("110.01", "100.00", True),
        ("90.00", "100.00", False),
        ("89.99", "100.00", True),
        ("0.01", "0.00", True),
        ("0.00", "0.00", False),
        ("-20.00", "-10.00", True),
    ],
)
def test_more_than_ten_percent_is_notable(now: str, before: str, expected: bool) -> None:
    """Up or down, and exactly ten percent is not more than ten percent."""
    assert is_notable(replace(INVOICE, total=euro(now)), replace(INVOICE, total=euro(before))) is expected


def test_currencies_are_not_compared() -> None:
    """Ten francs are neither more nor less than ten euros."""
    assert not is_notable(replace(INVOICE, total=Money(Decimal(1000), "CHF")), INVOICE)
