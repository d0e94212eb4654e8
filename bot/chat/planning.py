"""The screens of a plan while it is made: a weekly plan, a rota, and the questions that their rows open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.chat.buttons import Look, Payload
from bot.chat.diverting import SHORT_WAITS, in_twos, is_possible
from bot.chat.doors import Plans
from bot.chat.navigation import menu_row
from bot.chat.plan_draft import (
    HANDOVERS,
    PLAN,
    ROTA,
    WEEKENDS,
    case_in,
    hours_in,
    lunch_in,
    people_in,
    place_in,
    seconds_in,
    vacations_in,
    weekend_in,
)
from bot.chat.planned import case_line, handover_line, hours_lines, lunch_lines, number_in, vacation_lines, weekend_line
from bot.chat.screen import BLANK, Ask, Button, Rows, screen
from bot.chat.text import Name, Say, say
from portal.models import DivertWhen, Extension
from services.diverting_rules import line_name
from services.diverting_targets import Aim, Switchboard
from services.errors import Gone
from services.holidays import FederalState
from services.plans_rota import Weekend
from services.schedules_wishes import LONGEST_NAME

STEP = "draft"
MOST_TARGETS = 8
State = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Lines(Look):
    """A page of the lines to choose from, for a plan or a rota."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "lines"
    account: str
    what: str
    page: int


@dataclass(frozen=True, slots=True)
class ForLine(Look):
    """For this line."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "line"
    account: str
    what: str
    line: str


@dataclass(frozen=True, slots=True)
class Outside(Look):
    """Calls go to this target outside business hours; of a rota: this target is one of the people."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "to"
    place: int


@dataclass(frozen=True, slots=True)
class Toggle(Look):
    """Lunch, when a rota is handed over, how long a weekend is: the next possibility; or none of something."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "toggle"
    what: str


@dataclass(frozen=True, slots=True)
class ShowDraft(Look):
    """Back to the plan as it would be saved."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "draft"


@dataclass(frozen=True, slots=True)
class AskState(Look):
    """Whose holidays?"""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "states"


@dataclass(frozen=True, slots=True)
class OfState(Look):
    """The holidays of this federal state; "" for none."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "state"
    state: str


@dataclass(frozen=True, slots=True)
class AskCase(Look):
    """Under which condition?"""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "cases"


@dataclass(frozen=True, slots=True)
class InCase(Look):
    """Under this condition; `seconds`: how long it rings before (0: as it is)."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "case"
    when: str
    seconds: int


@dataclass(frozen=True, slots=True)
class AskWeekend(Look):
    """Who takes the weekends, in which order?"""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "weekend"


@dataclass(frozen=True, slots=True)
class Weekender(Look):
    """This person (by place) takes the next weekend of the order, or is taken out of it."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "weekender"
    place: int


@dataclass(frozen=True, slots=True)
class Save(Look):
    """Save it as it is shown; `what` says what that was."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "save"
    what: str


def draft(board: Switchboard, state: State, *above: Say, meets: Sequence[Say] = ()) -> Ask:
    """What is being made, as it would be saved, and what is planned for the same rule already; of a plan that leads
    nowhere yet the question where to."""
    below = (BLANK, *meets) if meets else ()
    if state.get("what") == ROTA:
        return _rota(board, state, above, below)
    return _plan(board, state, above, below) if state.get("target") else _where(board, state)


def ask_state(state: State) -> Ask:
    """Whose holidays?"""
    rows = in_twos(Button(say("plans-button-state", state=each.value), OfState(each.value)) for each in FederalState)
    none = (Button(say("plans-button-state", state="none"), OfState("")),)
    return _asked(state, say("plans-which-state"), rows=(none, *rows, menu_row(ShowDraft())))


def ask_case(board: Switchboard, state: State) -> Ask:
    """Under which condition? A plan that exists keeps its own; only how long it rings before can be changed."""
    line, chosen, pause = line_in(board, state), case_in(state), seconds_in(state)
    cases = [chosen] if state.get("schedule") else [when for when in line.supported if when is not DivertWhen.NO_ANSWER]
    rows: list[tuple[Button, ...]] = [
        (Button(say("plans-button-case-of", when=when.value, chosen=when is chosen), InCase(when.value, 0)),)
        for when in cases
        if when is not DivertWhen.NO_ANSWER
    ]
    lines = [say("plans-which-case", line=Name(line_name(line), 60))]
    if DivertWhen.NO_ANSWER in line.supported:
        waits = [wait for wait in SHORT_WAITS if is_possible(wait, line.no_reply_timer)]
        is_it, case = chosen is DivertWhen.NO_ANSWER, DivertWhen.NO_ANSWER.value
        if waits:
            lines.append(say("plans-which-wait"))
        else:
            rows.append((Button(say("plans-button-case-of", when=case, chosen=is_it), InCase(case, 0)),))
        rows.append(
            tuple(
                Button(say("diversions-button-wait", seconds=wait, chosen=is_it and wait == pause), InCase(case, wait))
                for wait in waits
            )
        )
    return _asked(state, *lines, rows=(*filter(None, rows), menu_row(ShowDraft())))


def ask_weekend(board: Switchboard, state: State) -> Ask:
    """Who takes the weekends: names are tapped in their order."""
    weekend, people = weekend_in(state), people_in(state)
    places = {name: place for place, name in enumerate(weekend.people, start=1)} if weekend else {}
    rows = in_twos(
        Button(say("plans-button-weekender", place=places.get(p.name, 0), name=Name(p.name, 30)), Weekender(number))
        for number, p in enumerate(people)
    )
    ways = [Button(say("plans-button-weekend-span"), Toggle("weekend"))]
    if weekend is not None:
        ways.append(Button(say("plans-button-weekend-none"), Toggle("no-weekend")))
    span = WEEKENDS[place_in(state, "span", len(WEEKENDS))]
    shown = weekend or Weekend(*span, ("",))
    head = say("plans-weekend-draft", line=Name(line_name(line_in(board, state)), 60))
    lines = (head, BLANK, weekend_line(shown), BLANK, say("plans-weekend-how"))
    return _asked(state, *lines, rows=(*rows, tuple(ways), menu_row(ShowDraft())))


def line_in(board: Switchboard, state: State) -> Extension:
    """The line that the draft is for; Gone when there is none any more."""
    found = board.line(str(state.get("line", "")))
    if found is None:
        raise Gone
    return found


def aims(board: Switchboard, state: State) -> list[Aim]:
    """What is offered: the voicemail (for plans) and approved targets; of a rota, who is not on it yet."""
    taken = {person.target for person in people_in(state)}
    special = [board.voicemail.uri] if board.voicemail and state.get("what") != ROTA else []
    uris = [*special, *(target.uri for target in board.approved)]
    return [board.aim(uri) for uri in uris if uri not in taken][:MOST_TARGETS]


def called(aim: Aim, state: State) -> str:
    """What people call a target; a name that was typed with it counts until it has one of its own."""
    typed_for_it = str(state.get("target_name", "")) if aim.uri == state.get("target") else ""
    return (aim.name or typed_for_it or aim.e164 or number_in(aim.uri))[:LONGEST_NAME]


def _where(board: Switchboard, state: State) -> Ask:
    back = Lines(str(state["account"]), PLAN, 0)
    line = Name(line_name(line_in(board, state)), 60)
    rows = (*_targets(board, state), menu_row(back))
    return _asked(state, say("plans-where", line=line), say("plans-where-how"), rows=rows)


def _plan(board: Switchboard, state: State, above: Sequence[Say], below: Sequence[Say]) -> Ask:
    aim, line = board.aim(str(state["target"])), line_in(board, state)
    lunch, holidays = lunch_in(state), str(state.get("state") or "none")
    when = case_in(state)
    lines = [
        *above,
        say("plans-draft", line=Name(line_name(line), 60)),
        BLANK,
        case_line(when, seconds_in(state)),
        *hours_lines(hours_in(state), when),
        *lunch_lines(lunch),
        say("plans-outside", when=when.value, name=Name(called(aim, state), 60)),
        say("plans-holidays", state=holidays),
        *vacation_lines(vacations_in(state)),
        *below,
        BLANK,
        say("plans-hours-how"),
    ]
    options = (
        Button(say("plans-button-lunch", on="yes" if lunch else "no"), Toggle("lunch")),
        Button(say("plans-button-holidays"), AskState()),
    )
    others = tuple(_case_button(line, state))
    if vacations_in(state):
        others += (Button(say("plans-button-no-vacations"), Toggle("no-vacations")),)
    rows = ((Button(say("plans-button-save"), Save(PLAN)),), options, *((others,) if others else ()))
    back = ForLine(str(state["account"]), PLAN, line.id)
    return _asked(state, *lines, rows=(*rows, menu_row(_back(state, back))))


def _rota(board: Switchboard, state: State, above: Sequence[Say], below: Sequence[Say]) -> Ask:
    people, line, weekend = people_in(state), line_in(board, state), weekend_in(state)
    lines = [*above, say("plans-rota-draft", line=Name(line_name(line), 60)), BLANK]
    lines.append(case_line(case_in(state), seconds_in(state)))
    lines += [say("plans-person", now="no", name=Name(p.name, 60), target=number_in(p.target)) for p in people]
    others = list(_case_button(line, state))
    rows: list[tuple[Button, ...]] = []
    if people:
        lines.append(handover_line(HANDOVERS[place_in(state)]))
        rows.append((Button(say("plans-button-save"), Save(ROTA)),))
        clear = Button(say("plans-button-clear"), Toggle("clear"))
        rows.append((Button(say("plans-button-handover"), Toggle("handover")), clear))
    if len(people) > 1:
        lines += [weekend_line(weekend)] if weekend else []
        others.append(Button(say("plans-button-weekend"), AskWeekend()))
    rows += [tuple(others)] if others else []
    lines += [*below, BLANK, say("plans-rota-how")]
    back = _back(state, Lines(str(state["account"]), ROTA, 0))
    return _asked(state, *lines, rows=(*rows, *_targets(board, state), menu_row(back)))


def _case_button(line: Extension, state: State) -> Iterator[Button]:
    """Where there is something to choose."""
    is_fixed = bool(state.get("schedule")) and case_in(state) is not DivertWhen.NO_ANSWER
    if len(line.supported) > 1 and not is_fixed:
        yield Button(say("plans-button-case"), AskCase())


def _back(state: State, otherwise: Payload) -> Payload:
    """Of a plan that is changed, to what is scheduled."""
    return Plans(str(state["account"])) if state.get("schedule") else otherwise


def _targets(board: Switchboard, state: State) -> Rows:
    return tuple(
        (Button(say("plans-button-to", name=Name(called(aim, state), 36)), Outside(place)),)
        for place, aim in enumerate(aims(board, state))
    )


def _asked(state: State, *lines: Say, rows: Rows) -> Ask:
    return Ask(screen(*lines, rows=rows), STEP, dict(state))
