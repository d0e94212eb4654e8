"""Facts as people read them."""

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from fluent.runtime.errors import FluentReferenceError

from bot.chat.text import Catalogue, Code, Fact, Month, Name, Phone, Say, Texts, clean, say
from portal.models import Money, Period, Span

BERLIN = ZoneInfo("Europe/Berlin")
GERMAN, ENGLISH = Texts("de", BERLIN), Texts("en", BERLIN)


@pytest.mark.parametrize(
    ("fact", "german", "english"),
    [
        (Money(Decimal("1234.5"), "EUR"), "1.234,50\xa0€", "€1,234.50"),
        (Money(Decimal("-17.85"), "EUR"), "-17,85\xa0€", "-€17.85"),
        (Money(Decimal("5"), "evil.de"), "5 evil.\u2060de", "5 evil.\u2060de"),
        (date(2026, 3, 1), "01.03.2026", "1 Mar 2026"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "02.07.2026, 00:30 Uhr", "2 Jul 2026, 00:30"),
        (Month(date(2026, 3, 1)), "März 2026", "March 2026"),
        (Span(date(2026, 10, 1), date(2026, 11, 1)), "01.10.2026 – 31.10.2026", "1 Oct 2026 – 31 Oct 2026"),
        (Period(1, "month"), "1 Monat", "1 month"),
        (Period(24, "months"), "24 Monate", "24 months"),
        (Period(3, "moons"), "3 moons", "3 moons"),
        (Phone("+4922112345678"), "+49 221 12345678", "+49 221 12345678"),
        (Phone("+4922112345678", at_home=True), "0221 12345678", "0221 12345678"),
        (Phone("+442079460000", at_home=True), "+44 20 7946 0000", "+44 20 7946 0000"),
        (Phone("no number"), "no number", "no number"),
        (Decimal("19"), "19", "19"),
        (Decimal("7.5"), "7,5", "7.5"),
        (None, "–", "–"),
        (Name(" \u202e\u200b "), "\u2068–\u2069", "\u2068–\u2069"),
        (Name("Müller  &\nSöhne"), "\u2068Müller & Söhne\u2069", "\u2068Müller & Söhne\u2069"),
    ],
)
def test_facts_are_written_as_the_reader_writes_them(fact: Fact, german: str, english: str) -> None:
    """Money, dates, lengths and numbers follow the language; free text is cleaned and isolated."""
    assert (GERMAN.fact(fact), ENGLISH.fact(fact)) == (german, english)


def test_clean_cuts_by_visible_characters() -> None:
    """Long text is cut with an ellipsis to exactly the length asked for."""
    assert clean("x" * 500) == "x" * 159 + "…"
    assert clean("ab", 2) == "ab"
    assert clean("abc", 2) == "a…"


@pytest.mark.parametrize("block", [range(0x80), range(0x80, 0x3100), range(0x1F000, 0x20000), range(0xE0000, 0xE0080)])
def test_clean_looks_at_each_character(block: range) -> None:
    """Controls become blanks, invisible and unassigned characters go, everything else stays, in NFC."""
    for char in map(chr, block):
        if unicodedata.category(char) in {"Cc", "Zl", "Zp"} or char.isspace():
            kept = " "
        elif unicodedata.category(char) in {"Cf", "Cs", "Co", "Cn"}:
            kept = ""
        else:
            kept = char
        assert clean(f"x{char}z") == unicodedata.normalize("NFC", f"x{kept}z"), hex(ord(char))


def test_a_label_is_plain_and_short() -> None:
    """Labels hold no isolates and no joiners, and fit a button."""
    label = GERMAN.label(say("choose-button-site", site=Name("a.de/" * 40), count=3))

    assert label.isprintable()
    assert len(label) == 48


def test_a_text_that_is_not_there_is_a_bug() -> None:
    """An unknown key and a missing fact fail loudly instead of showing a hole."""
    with pytest.raises(LookupError):
        GERMAN.html(Say("no-such-text"))
    with pytest.raises(FluentReferenceError):
        GERMAN.html(say("contracts-site"))


def test_code_facts_are_escaped_and_nothing_else_is_done_to_them() -> None:
    """What is to be copied is copied as it is: no joiner in it."""
    assert "<code>2026/10 &amp; 1.2</code>" in GERMAN.html(
        say("invoices-number", number=Code("2026/10 & 1.2"), day=date(2026, 1, 2))
    )


def test_a_message_that_is_said_first_brings_what_it_refers_to() -> None:
    """Messages are read one by one, when they are said; those inside them come along, in whichever file they stand."""
    fresh = Catalogue("de")
    assert fresh.format("diversions-rule-off", {"when": "unconditional"}) == "⚪ <b>Immer</b>: aus"
    assert fresh.format("diversions-condition", {"when": "busy"}) == "<b>Besetzt</b>"
    with pytest.raises(KeyError):
        fresh.format("nobody-ever-wrote-this", {})
    with pytest.raises(FluentReferenceError):
        fresh.format("diversions-rule-off", {})
