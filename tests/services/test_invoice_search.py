"""What people write when they look for an invoice, in German and English."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.invoice_search import (
    ByDay,
    ByMonth,
    ByNumber,
    ByYear,
    Everything,
    Latest,
    Unclear,
    Unpaid,
    Wanted,
    essence,
    wanted,
)

TODAY = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Everything()),
        ("rechnungen", Everything()),
        ("Zeig mir bitte meine Rechnungen!", Everything()),
        ("please show my invoices", Everything()),
        ("letzte Rechnung", Latest()),
        ("die neueste rechnung als pdf bitte", Latest()),
        ("aktuelle Rechnung", Latest()),
        ("latest invoice", Latest()),
        ("my last bill", Latest()),
        ("offene Rechnungen", Unpaid()),
        ("überfällige rechnungen", Unpaid()),
        ("unpaid invoices", Unpaid()),
        ("rechnung märz", ByMonth(3)),
        ("Rechnung vom März", ByMonth(3)),
        ("MAERZ", ByMonth(3)),
        ("rechnung märz 2026", ByMonth(3, 2026)),
        ("märz 25", ByMonth(3, 2025)),
        ("märz '25", ByMonth(3, 2025)),
        ("Mrz. 2025", ByMonth(3, 2025)),
        ("märz/25", ByMonth(3, 2025)),
        ("dez 2025", ByMonth(12, 2025)),
        ("invoice for May", ByMonth(5)),
        ("October 2025 invoice pdf", ByMonth(10, 2025)),
        ("sept. 25", ByMonth(9, 2025)),
        ("rechnung 03/2026", ByMonth(3, 2026)),
        ("3/26", ByMonth(3, 2026)),
        ("03.2026", ByMonth(3, 2026)),
        ("2026-03", ByMonth(3, 2026)),
        ("rechnung letzter monat", ByMonth(2, 2026)),
        ("vormonat", ByMonth(2, 2026)),
        ("invoice last month", ByMonth(2, 2026)),
        ("rechnung dieses monats", ByMonth(3, 2026)),
        ("this month", ByMonth(3, 2026)),
        ("rechnungen 2025", ByYear(2025)),
        ("invoices of 2025", ByYear(2025)),
        ("rechnung vom 03.11.2025", ByDay(date(2025, 11, 3))),
        ("3.11.25", ByDay(date(2025, 11, 3))),
        ("2025-11-03", ByDay(date(2025, 11, 3))),
        ("2026-10-000123", ByNumber("2026-10-000123")),
        ("Rechnung Nr. 2026-10-000123", ByNumber("2026-10-000123")),
        ("rechnungsnummer re 4711 / 12", ByNumber("471112")),
        ("invoice no 000123", ByNumber("000123")),
        ("13/2026", ByNumber("13/2026")),
        ("31.02.2026", Unclear()),
        ("rechnung blumenkohl", Unclear()),
        ("märz 1234", ByMonth(3)),
        ("0000-03", ByNumber("0000-03")),
    ],
)
def test_wishes_are_understood(text: str, expected: Wanted) -> None:
    """Months, years, days, numbers, the latest, what is unpaid; what is none of these is told to be unclear."""
    assert wanted(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rechnung März 2026!", "März 2026"),
        ("meine rechnung", ""),
        ("invoice 2026-10-000123", "2026-10-000123"),
        ("Rechnungen vom letzten Monat", "letzten Monat"),
    ],
)
def test_the_essence_is_what_was_looked_for(text: str, expected: str) -> None:
    """What is repeated to the person holds no filler, and is spelt as they did."""
    assert essence(text) == expected


@given(st.text(max_size=64), st.dates(date(1990, 1, 2), date(2100, 12, 31)))
def test_any_text_is_understood_somehow(text: str, today: date) -> None:
    """Nothing typed makes the search stumble, and every month it names is one."""
    found = wanted(text, today)

    assert isinstance(found, Wanted)
    assert not isinstance(found, ByMonth) or 1 <= found.month <= 12
