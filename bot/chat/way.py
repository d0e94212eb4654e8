"""The way of a call in words: a line of text for each stop, and the same as the cards of a picture."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.chat.picture import Card, Tone
from bot.chat.screen import BLANK
from bot.chat.text import Fact, Name, Phone, Say, Texts, say
from services.diverting_rules import line_name
from services.diverting_targets import Switchboard
from services.plans import State
from services.plans_precedence import Claim
from services.plans_rota import Duty
from services.plans_until import Until
from services.ringing import Kind, Leg, Stop

MOST_LINES = 30
LONGEST_NAME = 40
_TONES = {
    Kind.EXTENSION: Tone.RINGS,
    Kind.RANGE: Tone.PASSES,
    Kind.VOICEMAIL: Tone.MAILBOX,
    Kind.OUTSIDE: Tone.OUTSIDE,
    Kind.NOWHERE: Tone.TROUBLE,
    Kind.LOOP: Tone.TROUBLE,
    Kind.ABOVE: Tone.PASSES,
    Kind.FURTHER: Tone.PASSES,
}


@dataclass(frozen=True, slots=True)
class Step:
    """A stop, how many legs it is away, and the leg that leads to it (none to the first)."""

    stop: Stop
    depth: int = 0
    leg: Leg | None = None


def steps_of(way: Stop) -> tuple[Step, ...]:
    """Every stop in reading order: each one before what comes after it."""
    return tuple(_walked(Step(way)))


def lines_of(way: Stop, board: Switchboard) -> tuple[Say, ...]:
    """The way as text; `board` knows what targets are called."""
    steps = steps_of(way)
    lines = [say("ringing-line", **_facts(step, board)) for step in steps[:MOST_LINES]]
    if len(steps) > MOST_LINES:
        lines.append(say("ringing-more"))
    remarks = tuple(_remarks(steps))
    return (*lines, BLANK, *remarks) if remarks else tuple(lines)


def cards_of(way: Stop, board: Switchboard, texts: Texts) -> list[Card]:
    """The way as cards."""
    return [_card(step, _facts(step, board), texts) for step in steps_of(way)]


def _walked(step: Step) -> Iterator[Step]:
    yield step
    for leg in step.stop.legs:
        yield from _walked(Step(leg.to, step.depth + 1, leg))


def _remarks(steps: tuple[Step, ...]) -> Iterator[Say]:
    """What has to be said beside the way: circles, groups, and what the telephone system did not do."""
    if any(step.stop.kind is Kind.LOOP for step in steps):
        yield say("ringing-goes-round")
    for step in steps:
        for when in step.stop.failed:
            yield say("ringing-failed", line=_named(step.stop), when=when.value)
    first = next((step.stop for step in steps if step.stop.groups), None)
    for group in first.groups if first is not None else ():
        names = Name(", ".join(line_name(line) for line in group.others), 120)
        yield say("ringing-group", group=Name(group.name, LONGEST_NAME), others=len(group.others), names=names)


def _card(step: Step, facts: dict[str, Fact], texts: Texts) -> Card:
    tone = Tone.PASSES if step.stop.is_handed_on else _TONES[step.stop.kind]
    under = texts.label(say("ringing-under", **facts)) + texts.label(say("ringing-why", **facts))
    return Card(
        step.depth,
        tone,
        texts.label(say("ringing-name", **facts)),
        texts.label(say("ringing-note", **facts)),
        under if step.leg is not None else "",
    )


def _facts(step: Step, board: Switchboard) -> dict[str, Fact]:
    stop, leg = step.stop, step.leg
    aim = board.aim(stop.uri) if stop.line is None else None
    # a target that is nobody's is shown as it is, without what only telephone systems read
    name = aim.name.partition(";")[0] if aim is not None else line_name(stop.line) if stop.line else ""
    name = "" if aim is not None and name == aim.e164 else name
    return {
        "depth": step.depth,
        "when": "start" if leg is None else leg.when.value if leg.when else "inside",
        "seconds": leg.seconds or 0 if leg else 0,
        "kind": stop.kind.value,
        "rings": "no" if stop.is_handed_on else "yes",
        "has_name": "yes" if name else "no",
        "name": Name(name, LONGEST_NAME),
        "number": Phone(aim.e164) if aim is not None and aim.e164 else None,
        **_why(leg.claim if leg else None),
    }


def _why(claim: Claim | None) -> dict[str, Fact]:
    """Who wants it so."""
    match claim.why if claim is not None else None:
        case Until() as until if until.ends is not None:
            return {"source": "until", "until": until.ends, "who": None}
        case Duty() as duty:
            return {"source": "rota", "until": None, "who": Name(duty.person.name, LONGEST_NAME)}
        case State():
            return {"source": "plan", "until": None, "who": None}
    return {"source": "none", "until": None, "who": None}


def _named(stop: Stop) -> Name:
    return Name(line_name(stop.line) if stop.line else "", LONGEST_NAME)
