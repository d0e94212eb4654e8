"""Where calls may go: what is typed, what a target is called, and why one is refused."""

from collections.abc import Sequence

import pytest

from portal.bodies import RuleChange
from portal.models import DivertWhen, Extension, Target
from services.diverting_rules import LineChange, Wish
from services.diverting_targets import AimKind, Switchboard
from services.errors import NotDivertable
from tests.services.lines import MOBILE, VOICEMAIL, diversion, extension, inside, number_range

ALWAYS, BUSY, NO_ANSWER, NOT_REACHABLE = DivertWhen
NEW = "tel:+491712345678"
SAVED = (
    Target("t-1", MOBILE, "Max mobil", None, "Max"),
    Target("t-2", "tel:+491713920014", "Bereitschaft", None, "Max"),
)


def board(*lines: Extension) -> Switchboard:
    """A switchboard with two saved targets."""
    return Switchboard(lines or (extension("21", name="Zentrale"), extension("22", name="Max Muster")), SAVED)


def change(line: Extension, when: DivertWhen, target: str) -> LineChange:
    """A line that is to be diverted."""
    return LineChange.of(line, Wish(line.id, {when: RuleChange(active=True, target=target)}))


@pytest.mark.parametrize(
    ("text", "uri", "kind", "name"),
    [
        ("22", inside("22"), AimKind.EXTENSION, "22 Max Muster"),
        ("max muster", inside("22"), AimKind.EXTENSION, "22 Max Muster"),
        ("Max mobil", MOBILE, AimKind.SAVED, "Max mobil"),
        ("bereit", "tel:+491713920014", AimKind.SAVED, "Bereitschaft"),
        ("0171 3920010", MOBILE, AimKind.SAVED, "Max mobil"),
        ("die Mailbox", VOICEMAIL, AimKind.VOICEMAIL, "Mailbox"),
        ("voicemail", VOICEMAIL, AimKind.VOICEMAIL, "Mailbox"),
        ("0171 2345678", NEW, AimKind.MOBILE, ""),
        ("+49 (171) 2345678 Otto Meier", NEW, AimKind.MOBILE, "Otto Meier"),
        ("0221 4710222", "tel:+492214710222", AimKind.EXTENSION, "22 Max Muster"),
        ("030 1234567", "tel:+49301234567", AimKind.GEOGRAPHIC, ""),
    ],
)
def test_what_is_typed(text: str, uri: str, kind: AimKind, name: str) -> None:
    """Extensions, names, the voicemail, and numbers with or without a name behind them."""
    aim = board().typed(text)

    assert (aim.uri, aim.kind, aim.name) == (uri, kind, name)
    assert aim.is_new == (uri in (NEW, "tel:+49301234567"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0900 1234567", "premium"), ("112", "emergency"), ("11833", "directory"), ("0137 1234567", "massTraffic"),
        ("00881612345678", "satellite"), ("0033 1 23456789", "international"), ("99", "unknownExtension"),
        ("hallo", "characters"), ("ma", "characters"), ("0171", "invalid"), ("0800 1234567", "service"),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, reason: str) -> None:
    """Each refusal says why."""
    with pytest.raises(NotDivertable) as refused:
        board().typed(text)

    assert refused.value.reason == reason


def refused_as(lines: Sequence[Extension], changes: Sequence[LineChange]) -> str:
    """Why changes are refused."""
    with pytest.raises(NotDivertable) as refused:
        board(*lines).check(changes)
    return refused.value.reason


def test_self_loop_and_chain() -> None:
    """Calls are not sent round in circles, nor to a line that hands all of them on."""
    first, second = extension("21"), extension("22", diversion(BUSY, inside("21")))
    away, at_rest = extension("23", diversion(ALWAYS, MOBILE)), extension("24", diversion(ALWAYS, VOICEMAIL))
    lines = (first, second, away, at_rest)

    assert refused_as(lines, [change(first, ALWAYS, inside("21"))]) == "self"
    assert refused_as(lines, [change(first, NO_ANSWER, "tel:+492214710221")]) == "self"
    assert refused_as(lines, [change(first, ALWAYS, inside("22"))]) == "loop"
    assert refused_as(lines, [change(first, ALWAYS, inside("23"))]) == "chain"
    board(*lines).check([change(first, ALWAYS, inside("24"))])
    board(*lines).check([change(second, ALWAYS, inside("21"))])


def test_changes_are_judged_together() -> None:
    """Two changes that are fine alone may make a circle, and one may end the chain of another."""
    first, second, away = extension("21"), extension("22"), extension("23", diversion(ALWAYS, MOBILE))
    lines = (first, second, away)
    to_second, to_first = change(first, ALWAYS, inside("22")), change(second, BUSY, inside("21"))

    assert refused_as(lines, [to_second, to_first]) == "loop"
    off = LineChange.of(away, Wish(away.id, {ALWAYS: RuleChange(active=False)}))
    board(*lines).check([change(first, BUSY, inside("23")), off])


def test_a_saved_target_that_is_not_allowed_any_more() -> None:
    """Being approved once does not make a number cheap."""
    line = extension("21")
    lines = Switchboard((line,), [Target("t-9", "tel:+4990012345", "Alt", None, "Max")])

    with pytest.raises(NotDivertable):
        lines.check([change(line, ALWAYS, "tel:+4990012345")])


def test_what_only_others_could_set_is_not_switched_on() -> None:
    """A target of a form that nobody here understands stays as it is, and is not for the chat to use."""
    strange = extension("21", diversion(BUSY, "sip:someone@elsewhere.example", active=False))

    assert refused_as([strange], [change(strange, BUSY, "sip:someone@elsewhere.example")]) == "invalid"
    assert refused_as([strange], [change(strange, BUSY, "tel:+123")]) == "invalid"
    off = LineChange.of(strange, Wish(strange.id, {BUSY: RuleChange(active=False)}))
    board(strange).check([off])


def test_keys_lead_back_to_their_targets() -> None:
    """What a button carries instead of a target is short, and means that target again."""
    here = board(extension("21", diversion(BUSY, "tel:+4930777777")), extension("22"), number_range())

    for uri in (inside("22"), MOBILE, VOICEMAIL, NEW, "tel:+4930777777", "tel:+436641234567890"):
        aim = here.aim(uri)
        key = here.key_of(aim)
        assert len(key) <= 11, key
        assert here.keyed(key) == aim
    for made_up in ("k0000000000", "n", "n_-.", "n0171234567890123", "x"):
        assert here.keyed(made_up) is None


def test_likely_targets_come_first() -> None:
    """What was there before, then saved ones, then the voicemail; none of them twice."""
    line = extension("21", diversion(BUSY, "tel:+491713920014", active=False))

    assert [aim.uri for aim in board(line).choices(line, BUSY)] == ["tel:+491713920014", MOBILE, VOICEMAIL]
    assert [aim.uri for aim in board(line).choices(line, ALWAYS)] == [MOBILE, "tel:+491713920014", VOICEMAIL]
