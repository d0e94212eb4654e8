"""Sites, dates, sums and search over contracts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.models import LineOfBusiness, Money, PriceKind, ProductStatus, Site
from services.contracts import (
    Amounts,
    Matter,
    by_site,
    in_order,
    matching,
    monthly,
    next_date,
    one_off,
    subscriber_digits,
    total,
    whole_price,
)
from tests.services.facts import COLOGNE, CONTRACT, HAMBURG, OPTION, contract, euro, price

TODAY = date(2026, 11, 22)


def test_sites_come_by_name_and_what_has_none_comes_last() -> None:
    """Hamburg before Köln, contracts without a site at the end; house 2 before house 10."""
    tenth, second = Site("s-10", "Köln, Weg 10"), Site("s-9", "Köln, Weg 2")
    found = by_site(contract(str(n), site=site) for n, site in enumerate((None, COLOGNE, tenth, HAMBURG, second)))

    assert [site.name for site in found] == [HAMBURG.name, COLOGNE.name, second.name, tenth.name, None]


def test_in_a_site_live_contracts_come_first_by_kind_and_name() -> None:
    """What has ended stands below what is in use."""
    ended = replace(contract("1"), status=ProductStatus.TERMINATED)
    voice = replace(contract("2", name="A"), line_of_business=LineOfBusiness.VOICE)
    mobiles = contract("3", name="Mobile 10"), contract("4", name="Mobile 9")

    (site,) = by_site((ended, voice, *mobiles))

    assert [c.number for c in site.contracts] == ["4", "3", "2", "1"]


@given(st.text(max_size=12), st.integers(0, 10**6), st.integers(0, 10**6))
def test_numbers_in_names_count_as_numbers(street: str, one: int, other: int) -> None:
    """House 2 before house 10, whatever the street is called."""
    assert (in_order(f"{street} {one}") < in_order(f"{street} {other}")) == (one < other)


@pytest.mark.parametrize(
    ("end", "notice", "expected"),
    [
        (None, TODAY + timedelta(days=8), (Matter.NOTICE, 8, True)),
        (None, TODAY, (Matter.NOTICE, 0, True)),
        (None, TODAY + timedelta(days=99), (Matter.NOTICE, 99, True)),
        (None, TODAY + timedelta(days=100), (Matter.NOTICE, 100, False)),
        (TODAY + timedelta(days=4), TODAY, (Matter.END, 3, True)),
        (TODAY + timedelta(days=1), None, (Matter.END, 0, True)),
        (None, TODAY - timedelta(days=1), None),
        (TODAY, None, None),
        (None, None, None),
    ],
)
def test_the_next_date_is_the_end_else_the_last_day_for_notice(
    end: date | None, notice: date | None, expected: tuple[Matter, int, bool] | None
) -> None:
    """A set end makes notice pointless; a day that has passed matters no more."""
    found = next_date(replace(CONTRACT, end=end, last_day_for_notice=notice), TODAY)

    assert (None if found is None else (found.matter, found.days_left, found.is_near)) == expected


def test_what_is_over_has_no_next_date() -> None:
    """An ended contract warns of nothing, whatever days the portal still names."""
    assert next_date(replace(CONTRACT, status=ProductStatus.TERMINATED), TODAY) is None


def test_the_price_of_a_month_counts_booked_options_and_nothing_else() -> None:
    """Recurring prices of the contract and of live options; one-off prices and ended options are left out."""
    ended = replace(OPTION, status=ProductStatus.TERMINATED)
    with_fee = replace(OPTION, prices=(*OPTION.prices, price("25", "29.75", PriceKind.ONE_TIME)))

    assert whole_price(CONTRACT, [OPTION, ended]) == Amounts(euro("49.85"), euro("59.32"))
    assert whole_price(CONTRACT, [with_fee]) == Amounts(euro("49.85"), euro("59.32"))
    assert one_off(with_fee.prices) == Amounts(euro("25"), euro("29.75"))


def test_a_sum_that_can_not_be_right_is_not_given() -> None:
    """A missing half, two currencies or nothing at all give no sum instead of a wrong one."""
    assert monthly([replace(CONTRACT.prices[0], gross=None)]) == Amounts(euro("39.95"), None)
    assert total([euro("1"), Money(euro("1").amount, "CHF")]) is None
    assert total([]) is None
    assert total([euro("1"), euro("2.50")]) == euro("3.50")


CONTRACTS = (
    contract("V-2025-4711", phone="+491713920010"),
    contract("V-2025-4712", name="Business Mobile M", phone="+491713920013"),
    contract("V-2025-47", site=HAMBURG, name="Business SIP-Trunk", phone="+494066969100"),
    contract("V-9", site=None, name="Glasfaser"),
)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("V-2025-4711", ["V-2025-4711"]),
        ("v 2025 4711", ["V-2025-4711"]),
        ("v-2025-47", ["V-2025-47"]),
        ("V-2025", ["V-2025-4711", "V-2025-4712", "V-2025-47"]),
        ("0171 3920013", ["V-2025-4712"]),
        ("+49 (0) 171 / 392 00 13", ["V-2025-4712"]),
        ("0049 171 3920013", ["V-2025-4712"]),
        ("171392", ["V-2025-4711", "V-2025-4712"]),
        ("040 6696910", ["V-2025-47"]),
        ("hamburg", ["V-2025-47"]),
        ("köln mobile m", ["V-2025-4712"]),
        ("GLASFASER", ["V-9"]),
        ("12", ["V-2025-4712"]),
        ("---", []),
        ("münchen", []),
        ("", []),
    ],
)
def test_a_contract_is_found_by_what_people_know_of_it(wish: str, expected: list[str]) -> None:
    """Its number however written, a phone number as dialled anywhere, or words of name and place."""
    assert sorted(c.number for c in matching(CONTRACTS, wish)) == sorted(expected)


@given(st.sampled_from(["+49", "0049", "0", "+49 (0)", "0049(0) "]), st.from_regex(r"[1-9][0-9]{3,11}", fullmatch=True))
def test_a_number_is_the_same_however_it_is_dialled(front: str, rest: str) -> None:
    """Country code, its exit code, or the leading zero: what follows is the subscriber."""
    assert subscriber_digits(front + rest) == rest
