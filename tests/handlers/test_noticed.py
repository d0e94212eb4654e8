"""Notices read well: each kind in both languages, alone and among others, and no amount where amounts are hidden."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import pytest

from bot.chat.feature import Router
from bot.chat.text import LANGUAGES, Texts
from handlers import FEATURES
from services.subscriptions import EventKind

ROUTER = Router(FEATURES)
INVOICE: Mapping[str, object] = {
    "account": "abc123", "amounts_hidden": False, "invoice": "b-1", "number": "2026-11-000001", "credit_note": False,
    "payment": "BankTransfer", "date": "2026-11-01", "due": "2026-11-15", "period_start": "2026-10-01",
    "period_last": "2026-10-31", "total": "4711.08", "currency": "EUR", "billing_account_name": "Muster GmbH",
    "has_pdf": True, "has_xml": True, "usual": "1234.50", "more": "3476.58", "percent": 281, "days": 3,
}  # fmt: skip
CONTRACT: Mapping[str, object] = {
    "account": "abc123", "contract": "c-1", "number": "V-1", "name": "business line", "site": "Hamburg",
    "last_day": "2026-12-24", "days": 7, "ahead": 7, "option": "p-1", "option_name": "LTE guard",
}  # fmt: skip
DIVERSION: Mapping[str, object] = {
    "account": "abc123", "service": "ext-21", "line": "21 Empfang", "when": "unconditional", "target_kind": "mobile",
    "target_name": "", "target": "+491712345678", "since": "2026-11-20", "days": 7,
}  # fmt: skip
ORDER: Mapping[str, object] = {
    "account": "abc123", "order": "o-1", "step": "placed", "name": "LTE guard", "count": 1, "expected": "2026-12-24",
    "items": [{"action": "add", "name": "LTE guard", "quantity": 2}], "contracts": ["c-1"],
}  # fmt: skip
WEEK: Mapping[str, object] = {
    "account": "abc123", "amounts_hidden": False, "week": "2026-W48", "day": "2026-11-23",
    "diversions": {"count": 1, "most": [DIVERSION]},
    "invoices": [{"standing": "open", "count": 2, "amount": "4711.08", "currency": "EUR"}],
    "terms": {"count": 1, "most": [{**CONTRACT, "matter": "notice"}]},
}  # fmt: skip
EXPECTED = {
    EventKind.INVOICE: (INVOICE, "2026-11-000001"),
    EventKind.DUE_SOON: (INVOICE, "2026-11-000001"),
    EventKind.OVERDUE: (INVOICE, "2026-11-000001"),
    EventKind.PAID: (INVOICE, "2026-11-000001"),
    EventKind.UNUSUAL: (INVOICE, "281"),
    EventKind.DEADLINE: (CONTRACT, "business line"),
    EventKind.OPTION_END: (CONTRACT, "LTE guard"),
    EventKind.ORDER: (ORDER, "2 × LTE guard"),
    EventKind.DIVERSION_ACTIVE: (DIVERSION, "+49 171 2345678"),
    EventKind.DIGEST: (WEEK, "21 Empfang"),
}


def told(kind: EventKind, facts: Mapping[str, object], language: str) -> str:
    """The notice as text, without isolation marks."""
    telling = ROUTER.telling(kind.value)
    assert telling is not None
    texts = Texts(language, ZoneInfo("Europe/Berlin"))
    lines = [texts.plain(line) for line in telling.tell({**facts, "kind": kind.value}).lines]
    return "\n".join(lines).replace("\u2068", "").replace("\u2069", "").replace("\xa0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EXPECTED)
def test_each_kind_has_words(kind: EventKind, language: str) -> None:
    """What it is about is in it; among others it has a line of its own."""
    facts, expected = EXPECTED[kind]
    assert expected in told(kind, facts, language)
    telling = ROUTER.telling(kind.value)
    assert telling is not None
    assert telling.brief is not None
    assert Texts(language, ZoneInfo("Europe/Berlin")).plain(telling.brief({**facts, "kind": kind.value}).line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hidden_amounts_are_not_there(language: str) -> None:
    """No invoice, no overview and no line among others says a sum."""
    texts = Texts(language, ZoneInfo("Europe/Berlin"))
    for kind, (facts, _) in EXPECTED.items():
        hidden = {**facts, "amounts_hidden": True, "kind": kind.value}
        telling = ROUTER.telling(kind.value)
        assert telling is not None
        assert telling.brief is not None
        said = [*telling.tell(hidden).lines, telling.brief(hidden).line]
        everything = " ".join(texts.plain(line) for line in said)
        assert not any(sum_ in everything for sum_ in ("4.711", "4,711", "1.234", "1,234", "3.476", "3,476"))


@pytest.mark.parametrize(
    ("changed", "de", "en"),
    [
        ({}, "bitte bis 15.11.2026 überweisen", "please transfer by 15 Nov 2026"),
        ({"payment": "DirectDebit"}, "wird am 15.11.2026 abgebucht", "will be debited on 15 Nov 2026"),
        ({"credit_note": True}, "Gutschrift", "credit"),
        ({"due": None}, "bitte überweisen", "please transfer"),
    ],
)
def test_it_says_how_it_is_paid(changed: Mapping[str, object], de: str, en: str) -> None:
    """Transfer with its day, debit with its day, credit; without a day none is made up."""
    assert de in told(EventKind.INVOICE, {**INVOICE, **changed}, "de")
    assert en in told(EventKind.INVOICE, {**INVOICE, **changed}, "en")
