"""Typed diversions, as people write them in German and English."""

import pytest

from portal.models import DivertWhen
from services.diverting_typed import typed_diversion, typed_target
from tests.services.lines import extension, number_range

ALWAYS, BUSY, NO_ANSWER, NOT_REACHABLE = DivertWhen
LINES = (
    extension("21", name="Zentrale"),
    extension("22", name="Max Muster"),
    extension("23", name="Maria Muster"),
    number_range(),
)

DIVERTED = [
    ("21 auf 0171 2345678 bis 18 uhr", "ext-21", None, "0171 2345678", "bis 18 uhr"),
    ("21 besetzt auf mailbox", "ext-21", BUSY, "mailbox", ""),
    ("leite 21 auf Max mobil um", "ext-21", None, "Max mobil", ""),
    ("leite die Zentrale bitte auf Max mobil um bis 18 uhr", "ext-21", None, "Max mobil", "bis 18 uhr"),
    ("21 wenn besetzt an 22", "ext-21", BUSY, "22", ""),
    ("Umleitung 21 nicht erreichbar zur mailbox", "ext-21", NOT_REACHABLE, "mailbox", ""),
    ("0221 4710221 auf mailbox", "ext-21", None, "mailbox", ""),
    ("Köln auf 22", "range-1", None, "22", ""),
    (
        "21 auf 0171 2345678 Otto Meier bis freitag 12:00",
        "ext-21",
        None,
        "0171 2345678 Otto Meier",
        "bis freitag 12:00",
    ),
    ("21 to 0171 2345678 until 6pm", "ext-21", None, "0171 2345678", "until 6pm"),
    ("forward 21 to voicemail for 2 hours", "ext-21", None, "voicemail", "for 2 hours"),
    ("21 auf Max mobil eine Stunde", "ext-21", None, "Max mobil", "eine Stunde"),
    ("21 auf 0171 2345678 für 1,5 h", "ext-21", None, "0171 2345678", "für 1,5 h"),
    ("21 bis 18 uhr auf mailbox", "ext-21", None, "mailbox", "bis 18 uhr"),
    ("21 bis auf weiteres auf Max mobil", "ext-21", None, "Max mobil", "bis auf weiteres"),
    ("21 until friday to 22", "ext-21", None, "22", "until friday"),
    ("21 to 22 half an hour", "ext-21", None, "22", "half an hour"),
    ("21 busy to voicemail", "ext-21", BUSY, "voicemail", ""),
    ("divert extension 21 when nobody answers to 22", "ext-21", NO_ANSWER, "22", ""),
]


@pytest.mark.parametrize(("text", "line", "when", "target", "until"), DIVERTED)
def test_a_diversion(text: str, line: str, when: DivertWhen | None, target: str, until: str) -> None:
    """Line, condition, target and end, each as it was typed."""
    typed = typed_diversion(text, LINES)

    assert typed is not None
    assert ([found.id for found in typed.lines], typed.when, typed.target, typed.until) == ([line], when, target, until)
    assert not typed.is_off


@pytest.mark.parametrize("text", ["21 nach 25 sekunden auf mailbox", "21 after 25 seconds to voicemail"])
def test_seconds_mean_no_answer(text: str) -> None:
    """How long it rings before says under which condition."""
    typed = typed_diversion(text, LINES)

    assert typed is not None
    assert (typed.when, typed.seconds) == (NO_ANSWER, 25)


@pytest.mark.parametrize("text", ["aus", "alles normal", "alle umleitungen aus", "off", "all off", "umleitung aus"])
def test_everything_off(text: str) -> None:
    """Off without a line means all of them."""
    typed = typed_diversion(text, LINES)

    assert typed is not None
    assert (typed.is_off, typed.is_all, typed.lines) == (True, True, ())


@pytest.mark.parametrize(
    ("text", "when"), [("21 aus", None), ("21 off", None), ("Zentrale besetzt aus", BUSY), ("21 busy off", BUSY)]
)
def test_one_line_off(text: str, when: DivertWhen | None) -> None:
    """Off with a line means that line, and with a condition that one."""
    typed = typed_diversion(text, LINES)

    assert typed is not None
    assert (typed.is_off, typed.is_all, [line.id for line in typed.lines], typed.when) == (
        True,
        False,
        ["ext-21"],
        when,
    )


def test_several_lines_may_be_meant() -> None:
    """Part of a name that two lines have leaves both of them; the whole name leaves one."""
    part, whole = typed_diversion("muster auf mailbox", LINES), typed_diversion("max muster auf mailbox", LINES)

    assert part is not None
    assert whole is not None
    assert [line.id for line in part.lines] == ["ext-22", "ext-23"]
    assert [line.id for line in whole.lines] == ["ext-22"]


@pytest.mark.parametrize("text", ["umleitung", "Umleitungen bitte", "forwarding", "my diversions"])
def test_the_bare_word(text: str) -> None:
    """The word alone wishes nothing yet."""
    typed = typed_diversion(text, LINES)

    assert typed is not None
    assert (typed.lines, typed.target, typed.is_off) == ((), "", False)


@pytest.mark.parametrize("text", ["bla", "99 auf mailbox", "21 0171 2345678", "x" * 200, "٢١ auf mailbox"])
def test_what_can_not_be_read(text: str) -> None:
    """A line that nobody has, or no sentence at all."""
    assert typed_diversion(text, LINES) is None


def test_a_target_with_its_end() -> None:
    """The answer to "where to" may say until when as well."""
    assert typed_target(" 0171 2345678 bis morgen 8 uhr ") == ("0171 2345678", "bis morgen 8 uhr")
    assert typed_target("Max mobil") == ("Max mobil", "")
