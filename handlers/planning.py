"""Making a plan: "after hours to the mailbox", "this week it is Eva's turn".

which line -> where to outside business hours -> the plan with usual hours: others are typed ("Mo-Fr 8-17, Sa 9-13"),
lunch and holidays on or off -> save
which line -> people, typed ("Max 0171 2345678") or tapped -> handover weekly or daily -> save
Saving what leads out of the house is confirmed with a PIN: it runs when nobody is there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

from bot.chat.buttons import Look, id_of
from bot.chat.context import Ctx
from bot.chat.doors import ChangePlan, Confirm, Drop, NewPlan, NewRota, Plans
from bot.chat.feature import PBX, Feature, Step, Tap
from bot.chat.lists import pager, whose, window
from bot.chat.navigation import menu_row
from bot.chat.plan_draft import (
    HANDOVERS,
    PLAN,
    ROTA,
    days_kept,
    hours_in,
    kept,
    people_in,
    place_in,
    vacations_in,
)
from bot.chat.planned import handover_line, hours_lines, number_in, vacation_lines
from bot.chat.screen import BLANK, Ask, Button, Outcome, Rows, screen
from bot.chat.text import Name, Say, Texts, clean, say
from portal.models import DivertWhen, Extension
from services.diverting_rules import line_name, rule_of
from services.diverting_targets import Aim, Switchboard
from services.errors import Gone, NotDivertable
from services.holidays import FederalState
from services.plans import Setting, WeeklyPlan
from services.plans_clock import instant_of, local_day
from services.plans_hours import OFFICE_HOURS, typed_hours, typed_vacation, weekly
from services.plans_rota import MOST_PEOPLE, Colleague, Rota
from services.schedules_wishes import LONGEST_NAME, Plan, plan_of
from storage.connections import Connection

MOST_TARGETS = 8
_NUMBER = re.compile(r"[+(]?[0-9][0-9 ()/.-]*[0-9]")


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
    """Lunch, or when a rota is handed over: the next possibility."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "toggle"
    what: str


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
class Save(Look):
    """Save it as it is shown; `what` says what that was."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "save"
    what: str


async def new_plan(ctx: Ctx, button: NewPlan) -> Outcome:
    """For which line?"""
    return await lines(ctx, Lines(button.account, PLAN, 0))


async def new_rota(ctx: Ctx, button: NewRota) -> Outcome:
    """For which line?"""
    return await lines(ctx, Lines(button.account, ROTA, 0))


async def lines(ctx: Ctx, button: Lines) -> Outcome:
    """A page of the lines."""
    account, what = button.account, button.what
    cut = window(await ctx.services.diverting.lines(ctx.connection_of(account)), button.page)
    rows = tuple(
        (Button(say("plans-button-line", line=Name(line_name(line), 40)), ForLine(account, what, line.id)),)
        for line in cut.items
    )
    turning = pager(cut.page, cut.pages, lambda page: Lines(account, what, page))
    foot = (*turning, menu_row(Plans(account)))
    return screen(say("plans-which-line", kind=what), *whose(ctx, account), rows=(*rows, *foot))


async def for_line(ctx: Ctx, button: ForLine) -> Outcome:
    """A plan begins with the question where to; a rota with its people."""
    board = await ctx.services.diverting.switchboard(ctx.connection_of(button.account))
    state: dict[str, object] = {"what": button.what, "account": button.account, "line": button.line}
    _line(board, state)
    if button.what == ROTA:
        return _rota(board, {**state, "people": [], "handover": 0})
    usual = {"hours": OFFICE_HOURS, "lunch": True, "state": "", "target": ""}
    return _where(board, {**state, **usual})


async def change(ctx: Ctx, button: ChangePlan) -> Outcome:
    """The plan as it is, to be changed."""
    by = ctx.connection_of(button.account)
    plan = plan_of((await ctx.services.planning.find(by, id_of(button.schedule))).schedule)
    board = await ctx.services.diverting.switchboard(by)
    state = {"account": button.account, "line": plan.service, **kept(plan)}
    return _rota(board, state) if isinstance(plan.course, Rota) else _plan(board, state)


async def chosen(ctx: Ctx, button: Outside) -> Outcome:
    """A target was tapped."""
    board = await _board(ctx)
    aims = _aims(board, ctx.state)
    if not 0 <= button.place < len(aims):
        raise Gone
    return _aimed(ctx, board, aims[button.place])


async def typed(ctx: Ctx) -> Outcome:
    """A target, hours or people were written: whatever is open."""
    board, text = await _board(ctx), ctx.heard.text or ""
    if ctx.state.get("what") == ROTA:
        return _with_people(ctx, board, text)
    if not ctx.state.get("target"):
        return _aimed(ctx, board, board.typed(text))
    if vacation := typed_vacation(text, _by(ctx).account.zone, ctx.now):
        others = [one for one in vacations_in(ctx.state) if one.last < vacation.first or one.first > vacation.last]
        return _plan(board, {**ctx.state, "vacations": days_kept((*others, vacation))})
    hours = typed_hours(text)
    if hours is None:
        return _plan(board, ctx.state, say("plans-not-hours"))
    return _plan(board, {**ctx.state, "hours": hours})


async def toggle(ctx: Ctx, button: Toggle) -> Outcome:
    """Lunch on or off; the next kind of handover; nobody on the list."""
    board, state = await _board(ctx), ctx.state
    if button.what == "lunch":
        return _plan(board, {**state, "lunch": not state.get("lunch")})
    if button.what == "handover":
        return _rota(board, {**state, "handover": (place_in(state) + 1) % len(HANDOVERS)})
    return _rota(board, {**state, "people": []})


async def ask_state(ctx: Ctx, button: AskState) -> Outcome:
    """Whose holidays?"""
    buttons = [Button(say("plans-button-state", state=state.value), OfState(state.value)) for state in FederalState]
    rows = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    none = (Button(say("plans-button-state", state="none"), OfState("")),)
    back = OfState(str(ctx.state.get("state", "")))
    return Ask(screen(say("plans-which-state"), rows=(none, *rows, menu_row(back))), "draft", ctx.state)


async def of_state(ctx: Ctx, button: OfState) -> Outcome:
    """These holidays, or none."""
    known = button.state in {state.value for state in FederalState}
    return _plan(await _board(ctx), {**ctx.state, "state": button.state if known else ""})


async def save(ctx: Ctx, button: Save) -> Outcome:
    """As it is shown. What leads out of the house is confirmed with a PIN first."""
    board = await _board(ctx)
    by = _by(ctx)
    line = _line(board, ctx.state)
    course = _rota_of(ctx, by) if button.what == ROTA else _week_of(ctx, by)
    now_set = rule_of(line, DivertWhen.ALWAYS)
    base = await ctx.services.planning.base_of(by, (line.id, DivertWhen.ALWAYS), now_set)
    name = Texts(ctx.language, ctx.zone).plain(say("plans-name", kind=button.what, line=Name(line_name(line), 24)))
    plan = Plan(clean(name, LONGEST_NAME), line.id, line_name(line), DivertWhen.ALWAYS, base, course)
    plan = replace(plan, names={uri: _called(board.aim(uri), ctx.state) for uri in plan.targets})
    words = say("summary-plan", kind=button.what, line=Name(line_name(line), 40))
    saved = await ctx.services.planning.save(by, ctx.heard.chat_id, plan, Texts("de", ctx.zone).plain(words))
    if saved.action_id is None:
        look = Button(say("plans-button-look"), Plans(by.tag))
        return screen(say("plans-on", kind=button.what, name=Name(plan.name, 60)), rows=((look,), menu_row()))
    key = str(saved.action_id)
    rows: Rows = ((Button(say("plans-button-save-yes"), Confirm(key)),), (Button(say("plans-button-no"), Drop(key)),))
    return screen(say("plans-ask", kind=button.what, name=Name(plan.name, 60)), say("plans-ask-pin"), rows=rows)


def _where(board: Switchboard, state: dict[str, object]) -> Ask:
    line = Name(line_name(_line(board, state)), 60)
    back = Lines(str(state["account"]), PLAN, 0)
    shown = screen(
        say("plans-where", line=line), say("plans-where-how"), rows=(*_targets(board, state), menu_row(back))
    )
    return Ask(shown, "draft", state)


def _plan(board: Switchboard, state: dict[str, object], *above: Say) -> Outcome:
    """The plan as it would be saved."""
    if not state.get("target"):
        return _where(board, state)
    aim = board.aim(str(state["target"]))
    lunch, holidays = "yes" if state.get("lunch") else "no", str(state.get("state") or "none")
    lines = [
        *above,
        say("plans-draft", line=Name(line_name(_line(board, state)), 60)),
        BLANK,
        *hours_lines(hours_in(state)),
        *((say("plans-lunch"),) if lunch == "yes" else ()),
        say("plans-outside", name=Name(_called(aim, state), 60)),
        say("plans-holidays", state=holidays),
        *vacation_lines(vacations_in(state)),
        BLANK,
        say("plans-hours-how"),
    ]
    options = (
        Button(say("plans-button-lunch", on=lunch), Toggle("lunch")),
        Button(say("plans-button-holidays"), AskState()),
    )
    back = ForLine(str(state["account"]), PLAN, str(state["line"]))
    rows = ((Button(say("plans-button-save"), Save(PLAN)),), options, menu_row(back))
    return Ask(screen(*lines, rows=rows), "draft", state)


def _rota(board: Switchboard, state: dict[str, object], *above: Say) -> Outcome:
    """The rota as it would be saved."""
    people = people_in(state)
    lines = [*above, say("plans-rota-draft", line=Name(line_name(_line(board, state)), 60)), BLANK]
    lines += [say("plans-person", now="no", name=Name(p.name, 60), target=number_in(p.target)) for p in people]
    rows: list[tuple[Button, ...]] = []
    if people:
        lines += [handover_line(HANDOVERS[place_in(state)]), BLANK]
        rows.append((Button(say("plans-button-save"), Save(ROTA)),))
        clear = Button(say("plans-button-clear"), Toggle("clear"))
        rows.append((Button(say("plans-button-handover"), Toggle("handover")), clear))
    lines.append(say("plans-rota-how"))
    back = Lines(str(state["account"]), ROTA, 0)
    return Ask(screen(*lines, rows=(*rows, *_targets(board, state), menu_row(back))), "draft", state)


def _aimed(ctx: Ctx, board: Switchboard, aim: Aim) -> Outcome:
    """This target: of a plan the one outside hours, of a rota one more person."""
    if ctx.state.get("what") == ROTA:
        return _with(ctx, board, [Colleague(_called(aim, ctx.state), aim.uri)])
    return _plan(board, {**ctx.state, "target": aim.uri, "target_name": aim.name})


def _with_people(ctx: Ctx, board: Switchboard, text: str) -> Outcome:
    """People, one in a line or between commas: a name with a number before or behind it, or a name that is known."""
    found = []
    for entry in re.split(r"[,;\n]", text):
        number = _NUMBER.search(entry)
        name = " ".join(_NUMBER.sub(" ", entry).split())[:LONGEST_NAME]
        try:
            aim = board.typed(number[0] if number else entry)
        except NotDivertable as refused:
            return _rota(board, ctx.state, say("refusal-not-divertable", reason=refused.reason))
        found.append(Colleague(name if number and name else _called(aim, ctx.state), aim.uri))
    return _with(ctx, board, found)


def _with(ctx: Ctx, board: Switchboard, more: list[Colleague]) -> Outcome:
    known = {person.name: person for person in (*people_in(ctx.state), *more)}
    people = [[person.name, person.target] for person in list(known.values())[:MOST_PEOPLE]]
    return _rota(board, {**ctx.state, "people": people})


def _targets(board: Switchboard, state: dict[str, object]) -> Rows:
    return tuple(
        (Button(say("plans-button-to", name=Name(_called(aim, state), 36)), Outside(place)),)
        for place, aim in enumerate(_aims(board, state))
    )


def _aims(board: Switchboard, state: dict[str, object]) -> list[Aim]:
    """What is offered: the voicemail (for plans) and approved targets; of a rota, who is not on it yet."""
    taken = {person.target for person in people_in(state)}
    special = [board.voicemail.uri] if board.voicemail and state.get("what") != ROTA else []
    uris = [*special, *(target.uri for target in board.approved)]
    return [board.aim(uri) for uri in uris if uri not in taken][:MOST_TARGETS]


def _week_of(ctx: Ctx, by: Connection) -> WeeklyPlan:
    if not ctx.state.get("target"):
        raise Gone
    outside, state = Setting(str(ctx.state["target"])), str(ctx.state.get("state", ""))
    holidays = FederalState(state) if state else None
    lunch = bool(ctx.state.get("lunch"))
    days_off = vacations_in(ctx.state)
    return weekly(by.account.zone, hours_in(ctx.state), outside, lunch=lunch, state=holidays, vacations=days_off)


def _rota_of(ctx: Ctx, by: Connection) -> Rota:
    """The first one has the duty at once: the rota began with the last time of day at which it is handed over."""
    people, handover, zone = people_in(ctx.state), HANDOVERS[place_in(ctx.state)], by.account.zone
    if not people:
        raise Gone
    today = local_day(ctx.now, zone)
    is_later = instant_of(today, handover.minute, zone) > ctx.now
    return Rota(zone, people, today - timedelta(days=1) if is_later else today, handover)


def _called(aim: Aim, state: Mapping[str, object]) -> str:
    """What people call a target; a name that was typed with it counts until it has one of its own."""
    typed_for_it = str(state.get("target_name", "")) if aim.uri == state.get("target") else ""
    return (aim.name or typed_for_it or aim.e164 or number_in(aim.uri))[:LONGEST_NAME]


def _line(board: Switchboard, state: Mapping[str, object]) -> Extension:
    found = board.line(str(state.get("line", "")))
    if found is None:
        raise Gone
    return found


def _by(ctx: Ctx) -> Connection:
    return ctx.connection_of(str(ctx.state.get("account", "")))


async def _board(ctx: Ctx) -> Switchboard:
    """The telephone system of the account that the open draft is for; Gone when none is open any more."""
    if "what" not in ctx.state:
        raise Gone
    return await ctx.services.diverting.switchboard(_by(ctx))


FEATURE = Feature(
    "planning",
    taps=(
        Tap(NewPlan, new_plan, PBX),
        Tap(NewRota, new_rota, PBX),
        Tap(Lines, lines, PBX),
        Tap(ForLine, for_line, PBX),
        Tap(ChangePlan, change, PBX),
        Tap(Outside, chosen, PBX),
        Tap(Toggle, toggle, PBX),
        Tap(AskState, ask_state, PBX),
        Tap(OfState, of_state, PBX),
        Tap(Save, save, PBX),
    ),
    steps=(Step("draft", typed, PBX),),
)
