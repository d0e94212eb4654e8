"""The last day for notice, after the civil code's way of counting months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.server.tmf.calendar import Term, add_months, last_day_before


@pytest.mark.parametrize(
    ("end", "months", "last"),
    [
        ("2027-03-01", 3, "2026-11-30"),  # ends 28 February: notice on 30 November is in time (§ 188 (3) BGB)
        ("2027-03-01", 1, "2027-01-31"),
        ("2027-01-01", 3, "2026-09-30"),
        ("2026-07-01", 3, "2026-03-31"),
        ("2027-03-16", 3, "2026-12-15"),
        ("2027-03-31", 1, "2027-02-28"),
        ("2028-03-01", 12, "2027-02-28"),
        ("2026-07-01", 0, "2026-06-30"),
    ],
)
def test_the_last_day_is_as_a_lawyer_counts_it(end: str, months: int, last: str) -> None:
    """Short months give the day that is left, never one too early or too late."""
    assert last_day_before(date.fromisoformat(end), months) == date.fromisoformat(last)


@given(st.dates(date(1995, 1, 1), date(2050, 1, 1)), st.integers(0, 24))
def test_one_day_later_would_be_too_late(end: date, months: int) -> None:
    """Notice on the last day is over before the end; on the day after it no longer is."""
    last = last_day_before(end, months)

    assert add_months(last, months) < end
    assert add_months(last + timedelta(days=1), months) >= end


@given(
    st.dates(date(1995, 1, 1), date(2040, 1, 1)),
    st.integers(0, 60),
    st.integers(0, 6),
    st.integers(1, 12),
    st.dates(date(1995, 1, 1), date(2045, 1, 1)),
)
def test_the_day_offered_can_still_be_met(start: date, term: int, notice: int, renewal: int, today: date) -> None:
    """It is never past; the first term's end counts as long as it can be reached, then a month's notice at most."""
    contract = Term(start, term, notice, renewal)
    last = contract.last_day_for_notice(today)

    assert last >= today
    if contract.is_first(today):
        assert last == last_day_before(contract.minimum_end, notice)
    else:
        assert contract.notice_in_force(today) <= 1
        assert last <= max(today, contract.minimum_end) + timedelta(days=31 * (renewal + 1))


@given(st.dates(date(1995, 1, 1), date(2050, 1, 1)), st.integers(-24, 24))
def test_adding_months_keeps_the_day_where_the_month_has_it(day: date, months: int) -> None:
    """The month moves by exactly so many; the day stays or becomes the month's last."""
    moved = add_months(day, months)

    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1
