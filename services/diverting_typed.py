"""Reading typed diversions in German and English: "21 auf 0171 2345678 bis 18 uhr", "21 busy to voicemail", "aus".

What is read is shown back before anything happens, so a reading may be generous; what is not understood is said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal.models import DivertWhen, Extension

LONGEST_ENTRY = 120
_POLITE = re.compile(
    r"\b(?:(?:ruf|anruf)?umleitung(?:en)?|umleiten|umstellen|leiten?|stelle?|weiterleit\w*|rufnummer|nebenstelle|nst|"
    r"durchwahl|anrufe?|gespräche?|diver(?:t|sion)s?|forward(?:ing)?|redirect|extension|ext|calls?|bitte|please|"
    r"die|der|das|den|mein|meine|meinen|the|my|von|from|of|für|fuer|for|always on|mal)\b\.?"
)
_TRAILING = re.compile(r"\s+(?:um|weiter|over)\s*[.!]*$")
_OFF = re.compile(
    r"\s*\b(?:aus|ausschalten|off|normal|beenden|end|stop+|weg|löschen|zurücksetzen|reset|cancel)\s*[.!]*$"
)
_ALL = re.compile(r"(?:alle[sn]?|all|everything)?")
_TO = re.compile(r"\s*(?:->|→|>|\b(?:auf|nach|zu[rm]?|an|to)\b)\s+")
_TO_BEHIND = re.compile(r"\s+(?:->|→|>|auf(?! weiteres| widerruf)|an|to)\s+")
_LENGTH = (
    r"(?:[0-9]{1,2}(?:[.,][0-9])?|eine?[nr]?|halbe|anderthalb|zwei|drei|vier|an?|one|two|three|four|half an?)\s?"
    r"(?:h|std|stunden?|min|minuten?|tage?n?|wochen?|hours?|minutes?|days?|weeks?)"
)
_UNTIL = re.compile(rf"[\s,]+(?=(?:bis|until|till)\s|(?:(?:für|fuer|for)\s+)?{_LENGTH}\b)")
_SECONDS = re.compile(r"\b(?:nach|after)\s+(?P<seconds>[0-9]{1,3})\s*(?:s|sek\.?|sekunden?|secs?|seconds?)\b\.?")
_WHEN = (
    (
        DivertWhen.NOT_REACHABLE,
        re.compile(r"\b(?:wenn |when |bei )?(?:nicht erreichbar|not reachable|unreachable|offline)\b"),
    ),
    (
        DivertWhen.NO_ANSWER,
        re.compile(
            r"\b(?:wenn |when |bei )?(?:keine[r]? (?:antwort|rangeht|abnimmt)|nicht ran|niemand (?:rangeht|abnimmt|da)|"
            r"ohne antwort|nichtmelden|no answer|nobody answers|unanswered)\b"
        ),
    ),
    (DivertWhen.BUSY, re.compile(r"\b(?:wenn |when |bei |if )?(?:besetzt|busy|engaged)\b")),
    (DivertWhen.ALWAYS, re.compile(r"\b(?:immer|sofort|always|immediately)\b")),
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was understood. `lines`: the lines that may be meant, none where none was named; `target` and `until` as
    they were typed. `is_off`: switch off, at these lines or at all (`is_all`).
    """

    lines: tuple[Extension, ...] = ()
    when: DivertWhen | None = None
    seconds: int | None = None
    target: str = ""
    until: str = ""
    is_off: bool = False
    is_all: bool = False


def typed_diversion(text: str, lines: Sequence[Extension]) -> Typed | None:
    """The wish in what somebody typed; None when it can't be read."""
    entry = _TRAILING.sub("", " ".join(text.split()))
    if len(entry) > LONGEST_ENTRY:
        return None
    whole, until = _parted(_UNTIL, entry)
    found = _SECONDS.search(whole.casefold())
    seconds = int(found["seconds"]) if found else None
    if found:
        whole = whole[: found.start()] + whole[found.end() :]
    head, target = _parted(_TO, whole)
    if until and not target:  # "21 bis 18 uhr auf mailbox"
        until, target = _parted(_TO_BEHIND, until)
    said = head.casefold()
    is_off = not target and _OFF.search(said) is not None
    said = _OFF.sub("", said) if is_off else said
    when, said = _condition(said)
    named = " ".join(_POLITE.sub(" ", said).split()).strip(" ,:.!?")
    if seconds is not None and when is None:
        when = DivertWhen.NO_ANSWER
    if not named or (is_off and _ALL.fullmatch(named)):
        is_all = is_off and when is None
        return Typed((), when, seconds, _target(target), until, is_off, is_all)
    meant = meant_lines(named, lines)
    return Typed(meant, when, seconds, _target(target), until, is_off) if meant else None


def typed_target(text: str) -> tuple[str, str]:
    """A target, and the end that was typed behind it ("0171 2345678 bis 18 uhr")."""
    target, until = _parted(_UNTIL, " ".join(text.split()))
    return _target(target), until


def meant_lines(said: str, lines: Sequence[Extension]) -> tuple[Extension, ...]:
    """The lines of a number or name; the whole one wins over the beginning of one, that over a part."""
    wish, digits = said.casefold(), re.sub(r"[^0-9]", "", said)
    number = f"49{digits[1:]}" if digits.startswith("0") else digits
    ways = (
        lambda line: wish in (line.number, line.name.casefold(), f"{line.number} {line.name}".casefold()),
        lambda line: len(digits) > 4 and f"+{number}" in line.phone_numbers,
        lambda line: len(wish) > 1 and not digits and line.name.casefold().startswith(wish),
        lambda line: len(wish) > 2 and not digits and wish in line.name.casefold(),
    )
    for is_meant in ways:
        if found := tuple(line for line in lines if is_meant(line)):
            return found
    return ()


def _parted(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """What stands before and after the first place where a pattern is; names keep their capitals."""
    found = pattern.search(text.casefold()) if len(text.casefold()) == len(text) else pattern.search(text)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")


def _condition(said: str) -> tuple[DivertWhen | None, str]:
    for when, pattern in _WHEN:
        if found := pattern.search(said):
            return when, f"{said[: found.start()]} {said[found.end() :]}"
    return None, said


def _target(text: str) -> str:
    return _TRAILING.sub("", text).strip(" ,.!?")
