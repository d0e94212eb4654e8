"""Lines of a made-up telephone system: extensions from 10 on and a range around them."""

from collections.abc import Mapping, Sequence

from portal.models import Diversion, DiversionStatus, DivertWhen, Extension, LineKind, NumberRange, SpecialTarget

CONTEXT = "pbx.eservice.example"
VOICEMAIL = f"sip:voicemail@{CONTEXT}"
MOBILE = "tel:+491713920010"
ALWAYS, BUSY, NO_ANSWER, NOT_REACHABLE = DivertWhen


def inside(number: str) -> str:
    """An extension as a target."""
    return f"tel:{number};phone-context={CONTEXT}"


def diversion(when: DivertWhen, target: str | None, *, active: bool = True, seconds: int | None = None) -> Diversion:
    """A diversion that the telephone system has followed."""
    status = DiversionStatus.ACTIVE if active else DiversionStatus.OFF
    return Diversion(when, active, target, seconds, status, status.value)


def extension(number: str, *rules: Diversion, name: str = "", groups: Sequence[str] = ()) -> Extension:
    """An extension; its outside number is in the range."""
    outside = f"+4922147102{number}"
    return _line(
        f"ext-{number}", LineKind.EXTENSION, name or f"Platz {number}", number, (outside,), None, groups, rules
    )


def number_range(*rules: Diversion, first: str = "+492214710200", last: str = "+492214710299") -> Extension:
    """The range that all of the extensions' numbers are in."""
    span = NumberRange(first, last)
    return _line("range-1", LineKind.NUMBER_RANGE, "Köln 0221 4710 200–299", "", (), span, (), rules)


def active(rules: Mapping[DivertWhen, str]) -> tuple[Diversion, ...]:
    """Diversions that are on."""
    return tuple(diversion(when, target) for when, target in rules.items())


def _line(
    key: str,
    kind: LineKind,
    name: str,
    number: str,
    numbers: tuple[str, ...],
    span: NumberRange | None,
    groups: Sequence[str],
    rules: Sequence[Diversion],
) -> Extension:
    special = (SpecialTarget(VOICEMAIL, "Mailbox"),)
    return Extension(
        key,
        kind,
        name,
        number,
        numbers[0] if numbers else None,
        numbers,
        span,
        tuple(groups),
        tuple(rules),
        tuple(DivertWhen),
        None,
        special,
        (),
        None,
    )
