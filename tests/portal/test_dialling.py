"""Where calls may be diverted to: the policy against the published number plans, and against people with ideas."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.dialling import POLICY_DATE, Dialled, Kind, NotDiallable, Reason, judge
from tests.portal.numbering import EVERYWHERE, area_codes, forbidden, ordinary
from tests.proof import Proof

FORBIDDEN, ORDINARY = 5_000, 2_000


def verdict(typed: str, allowed: tuple[str, ...] = ()) -> Dialled | Reason:
    try:
        return judge(typed, allowed=allowed)
    except NotDiallable as refused:
        return refused.reason


@pytest.mark.proof("T42", target="0 false allow on >= 5,000 numbers, each refused for a right reason")
def test_nothing_costly_gets_through(proof: Proof) -> None:
    """German and foreign special ranges, call-by-call, short codes, disguises, countries not on the list."""
    wanted = proof.count(FORBIDDEN, "forbidden numbers", least=FORBIDDEN)
    corpus = list(forbidden(proof.random, each=18))
    judged = [(typed, verdict(typed, allowed), reasons) for typed, allowed, reasons in corpus]
    allowed = [(typed, got) for typed, got, _ in judged if isinstance(got, Dialled)]
    astray = [(typed, got, reasons) for typed, got, reasons in judged if got not in reasons]

    proof.record(
        figure=f"{len(allowed)} false allow, {len(astray)} wrong reasons on {len(corpus)} numbers",
        passed=not allowed and not astray and len(corpus) >= wanted,
    )
    assert allowed == []
    assert astray == []
    assert len(corpus) >= wanted


@pytest.mark.proof("T42", target="false deny <= 0.5 % on >= 1,000 German numbers as people write them")
def test_ordinary_german_numbers_pass(proof: Proof) -> None:
    """Geographic and mobile numbers in 23 written forms: allowed, and read as the number they are."""
    count = proof.count(ORDINARY, "ordinary numbers", least=ORDINARY)
    judged = [(typed, e164, verdict(typed)) for typed, e164 in ordinary(proof.random, count)]
    denied = [(typed, got) for typed, _, got in judged if not isinstance(got, Dialled)]
    misread = [(typed, got) for typed, e164, got in judged if isinstance(got, Dialled) and got.e164 != e164]

    proof.record(
        figure=f"{100 * len(denied) / count:.2f} % false deny, {len(misread)} misread on {count} numbers",
        passed=len(denied) <= count * 0.005 and not misread,
    )
    assert misread == []
    assert len(denied) <= count * 0.005, denied


def test_every_area_code_is_known_but_no_service_behind_it() -> None:
    """All German area codes: a subscriber passes, 110, 112, 115 and 118xx with the code in front do not."""
    codes = area_codes()
    assert len(codes) > 5_000
    passing = [code for code in codes if isinstance(verdict(f"0{code} 234567"), Dialled)]
    behind = Counter(verdict(f"0{code} {service}") for code in codes for service in ("110", "112", "115", "11833"))

    assert passing == codes
    assert set(behind) == {Reason.EMERGENCY, Reason.SHORT_CODE, Reason.DIRECTORY}


@pytest.mark.parametrize(
    ("typed", "allowed", "expected"),
    [
        ("0171 3920010", (), Dialled("+491713920010", "DE", Kind.MOBILE, "+49 171 3920010")),
        ("+49 (0)221 4710-200", (), Dialled("+492214710200", "DE", Kind.GEOGRAPHIC, "+49 221 4710200")),
        ("0043 664 1234567", ("+43",), Dialled("+436641234567", "AT", Kind.FOREIGN, "+43 664 1234567")),
        ("+1 212 456 1212", ("+1",), Dialled("+12124561212", "US", Kind.FOREIGN, "+1 212-456-1212")),
        ("+880 2 7111234", ("+880",), Dialled("+88027111234", "BD", Kind.FOREIGN, "+880 2-7111234")),
        ("+43 664 1234567", (), Reason.INTERNATIONAL),
        ("+43 664 1234567", ("+41", "+4366"), Dialled("+436641234567", "AT", Kind.FOREIGN, "+43 664 1234567")),
        ("+43 664 1234567", ("", "+", "+4", "43", "0043"), Reason.INTERNATIONAL),
        ("+43 900 123456", ("+43",), Reason.PREMIUM),
        ("0800 330 1000", (), Reason.SERVICE),
        ("0171 33 3920010 1", (), Reason.INVALID),
    ],
)  # fmt: skip
def test_the_verdict_says_what_the_number_is(typed: str, allowed: tuple[str, ...], expected: Dialled | Reason) -> None:
    """E.164, country, kind and the way to show it; a list entry counts from a whole country code on."""
    assert verdict(typed, allowed) == expected


@given(st.text(max_size=50) | st.text("0123456789+ ()/.-", max_size=30) | st.from_regex(r"\A\+?[0-9]{1,17}\Z"))
def test_any_text_gets_a_verdict_and_an_allowed_one_is_a_number(typed: str) -> None:
    """Whatever is typed: a reason, or an E.164 number made of the typed digits."""
    got = verdict(typed, EVERYWHERE)
    if isinstance(got, Dialled):
        assert re.fullmatch(r"\+[1-9][0-9]{6,14}", got.e164)
        assert re.sub(r"[^0-9]", "", typed).endswith(got.e164[-5:])
        assert verdict(got.e164, EVERYWHERE) == got


def test_the_policy_has_a_date() -> None:
    """So that a report can say by which table a number was judged."""
    assert POLICY_DATE.year >= 2026
