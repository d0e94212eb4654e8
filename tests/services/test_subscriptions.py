"""What a chat wants to be told: kept as it was said, and when a notice may go, also where clocks change."""

import datetime as dt
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.subscriptions import STANDARD, EventKind, Filters, Quiet, Rhythm, Wish, from_json, goes_at, to_json

UTC = dt.UTC
MOMENTS = st.integers(1_767_225_600, 1_861_920_000).map(lambda seconds: dt.datetime.fromtimestamp(seconds, UTC))
TIMES = st.times().map(lambda found: found.replace(second=0, microsecond=0))
WISHES = st.builds(
    Wish,
    kinds=st.frozensets(st.sampled_from(EventKind)),
    zone=st.sampled_from(["Europe/Berlin", "UTC", "America/New_York", "Australia/Lord_Howe"]),
    filters=st.builds(
        Filters,
        contracts=st.frozensets(st.text(max_size=5), max_size=3),
        amount_from=st.none() | st.decimals(0, 10**6, places=2),
        only_with_file=st.booleans(),
    ),
    rhythm=st.sampled_from(Rhythm),
    at=TIMES,
    quiet=st.none() | st.builds(Quiet, TIMES, TIMES),
    silent=st.booleans(),
    with_pdf=st.booleans(),
    with_xml=st.booleans(),
    amounts_hidden=st.booleans(),
    muted_until=st.none() | MOMENTS,
    declined=st.frozensets(st.sampled_from(sorted(STANDARD, key=str))),
)


@given(WISHES)
def test_a_wish_is_kept(wish: Wish) -> None:
    """All of it survives the database."""
    assert from_json(to_json(wish)) == wish


@given(WISHES, MOMENTS)
def test_nothing_is_dropped_or_sent_back_in_time(wish: Wish, now: dt.datetime) -> None:
    """A notice goes at a time that is not past, within ten days, and not in quiet hours; an urgent one at once."""
    at, why = goes_at(wish, now)
    begins = max(now, wish.muted_until or now)
    assert begins <= at <= begins + dt.timedelta(days=10)
    assert why or at == now
    assert goes_at(Wish(wish.kinds, wish.zone, quiet=wish.quiet), at)[0] == at
    assert goes_at(wish, now, urgent=True) == (now, "")


@pytest.mark.parametrize(
    ("wish", "now", "expected"),
    [
        ({}, "2026-11-27T10:00Z", "2026-11-27T10:00Z"),
        ({"quiet": Quiet(dt.time(20), dt.time(7))}, "2026-11-27T20:00Z", "2026-11-28T06:00Z"),
        ({"quiet": Quiet(dt.time(20), dt.time(7))}, "2026-11-27T05:59Z", "2026-11-27T06:00Z"),
        ({"quiet": Quiet(dt.time(20), dt.time(7))}, "2026-11-27T06:00Z", "2026-11-27T06:00Z"),
        # the night in which the clocks jump from 2 to 3, and the one in which 2:00 to 3:00 comes twice
        ({"quiet": Quiet(dt.time(22), dt.time(7))}, "2027-03-28T00:30Z", "2027-03-28T05:00Z"),
        ({"quiet": Quiet(dt.time(22), dt.time(2, 30))}, "2027-10-31T00:45Z", "2027-10-31T01:30Z"),
        ({"rhythm": Rhythm.DAILY}, "2026-11-27T07:01Z", "2026-11-28T07:00Z"),
        ({"rhythm": Rhythm.WEEKDAYS}, "2026-11-27T12:00Z", "2026-11-30T07:00Z"),  # Friday noon -> Monday 8:00
        ({"rhythm": Rhythm.WEEKLY}, "2026-11-24T12:00Z", "2026-11-30T07:00Z"),
        ({"muted_until": dt.datetime(2026, 11, 28, 9, tzinfo=UTC)}, "2026-11-27T12:00Z", "2026-11-28T09:00Z"),
    ],
)
def test_a_notice_goes_when_the_reader_wants_it(wish: dict[str, object], now: str, expected: str) -> None:
    """Times are the reader's: 8:00 in Berlin is 7:00 UTC in winter and 6:00 in summer."""
    wanted = Wish(frozenset({EventKind.INVOICE}), **wish)  # type: ignore[arg-type]  # the table's own keywords
    assert goes_at(wanted, dt.datetime.fromisoformat(now))[0] == dt.datetime.fromisoformat(expected)


def test_a_kind_of_a_later_version_is_passed_over() -> None:
    """An older process reads what a newer one wrote, and tells what it knows."""
    wish = Wish(frozenset({EventKind.INVOICE, EventKind.PAID}), filters=Filters(amount_from=Decimal("100.00")))
    kept = orjson.loads(to_json(wish)) | {"kinds": ["invoice", "something-new"]}
    assert from_json(orjson.dumps(kept)).kinds == {EventKind.INVOICE}


def test_what_is_of_the_day_belongs_to_the_digest_of_its_hour() -> None:
    """Found seconds after eight it goes at once and not a day or a week later; found long after it waits."""
    for rhythm in (Rhythm.DAILY, Rhythm.WEEKLY):
        wish = Wish(frozenset({EventKind.DUE_SOON}), rhythm=rhythm)
        monday = dt.datetime.fromisoformat("2026-11-30T07:00:03Z")  # 8:00:03 in Berlin
        assert goes_at(wish, monday, of_the_day=True) == (monday, "")
        assert goes_at(wish, monday)[0] > monday
        assert goes_at(wish, monday + dt.timedelta(hours=2), of_the_day=True)[1] == "digest"
    quiet = Wish(frozenset(), rhythm=Rhythm.DAILY, quiet=Quiet(dt.time(20), dt.time(9)))
    assert goes_at(quiet, monday, of_the_day=True)[1] == "quiet"
