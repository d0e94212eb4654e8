"""Making a plan: "after hours to the mailbox", "this week it is Eva's turn".

which line -> where to outside business hours -> the plan with usual hours: others are typed ("Mo-Fr 8-17, Sa 9-13"),
lunch and holidays on or off, another condition than always -> save
which line -> people, typed ("Max 0171 2345678") or tapped -> handover weekly or daily, weekends of their own -> save
Saving what leads out of the house is confirmed with a PIN: it runs when nobody is there.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from bot.chat.buttons import id_of
from bot.chat.context import Ctx
from bot.chat.diverting import is_possible
from bot.chat.doors import ChangePlan, Confirm, Drop, NewPlan, NewRota, Plans
from bot.chat.feature import PBX, Feature, Step, Tap
from bot.chat.lists import pager, whose, window
from bot.chat.navigation import menu_row
from bot.chat.plan_draft import (
    HANDOVERS,
    PLAN,
    ROTA,
    WEEKENDS,
    begins_in,
    begun_anew,
    case_in,
    days_kept,
    hours_in,
    kept,
    lunch_in,
    people_in,
    place_in,
    seconds_in,
    swaps_in,
    vacations_in,
    weekend_in,
    weekenders_in,
)
from bot.chat.planning import (
    STEP,
    AskCase,
    AskState,
    AskWeekend,
    ForLine,
    InCase,
    Lines,
    OfState,
    Outside,
    Save,
    ShowDraft,
    Toggle,
    Weekender,
    aims,
    ask_case,
    ask_state,
    ask_weekend,
    called,
    draft,
    line_in,
)
from bot.chat.screen import Ask, Button, Outcome, Rows, screen
from bot.chat.text import Name, Say, Texts, clean, say
from portal.models import DivertWhen
from services.diverting_rules import line_name, rule_of
from services.diverting_targets import Aim, Switchboard
from services.errors import Gone, NotDivertable
from services.holidays import FederalState
from services.plans import Setting, WeeklyPlan
from services.plans_clock import instant_of, local_day
from services.plans_hours import LUNCH, OFFICE_HOURS, typed_hours, typed_lunch, typed_vacation, weekly
from services.plans_rota import MOST_PEOPLE, Colleague, Rota
from services.schedules_wishes import LONGEST_NAME, Plan, end_of, plan_of
from storage.connections import Connection
from storage.schedules import Schedule, ScheduleKind

LINE_ROOM, CASE_ROOM = 24, 8  # characters of a line's name in a plan's, and what a condition takes of them
_NUMBER = re.compile(r"[+(]?[0-9][0-9 ()/.-]*[0-9]")


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
    supported = line_in(board, state).supported
    if not supported:
        raise Gone
    state["when"] = (DivertWhen.ALWAYS if DivertWhen.ALWAYS in supported else supported[0]).value
    usual = {"hours": OFFICE_HOURS, "lunch": LUNCH}
    return await _drafted(ctx, board, state if button.what == ROTA else {**state, **usual})


async def change(ctx: Ctx, button: ChangePlan) -> Outcome:
    """The plan as it is, to be changed."""
    by = ctx.connection_of(button.account)
    found = (await ctx.services.planning.find(by, id_of(button.schedule))).schedule
    board = await ctx.services.diverting.switchboard(by)
    return await _drafted(ctx, board, {"account": button.account, "schedule": str(found.id), **kept(plan_of(found))})


async def chosen(ctx: Ctx, button: Outside) -> Outcome:
    """A target was tapped."""
    board = await _board(ctx)
    offered = aims(board, ctx.state)
    if not 0 <= button.place < len(offered):
        raise Gone
    return await _aimed(ctx, board, offered[button.place])


async def typed(ctx: Ctx) -> Outcome:
    """A target, hours or people were written: whatever is open."""
    board, text = await _board(ctx), ctx.heard.text or ""
    if ctx.state.get("what") == ROTA:
        return await _with_people(ctx, board, text)
    if not ctx.state.get("target"):
        return await _aimed(ctx, board, board.typed(text))
    if vacation := typed_vacation(text, _by(ctx).account.zone, ctx.now):
        others = [one for one in vacations_in(ctx.state) if one.last < vacation.first or one.first > vacation.last]
        return await _drafted(ctx, board, {**ctx.state, "vacations": days_kept((*others, vacation))})
    if (lunch := typed_lunch(text)) and lunch_in({**ctx.state, "lunch": lunch}):
        return await _drafted(ctx, board, {**ctx.state, "lunch": lunch})
    hours = typed_hours(text)
    if hours is None:
        return await _drafted(ctx, board, ctx.state, say("plans-not-hours"))
    return await _drafted(ctx, board, {**ctx.state, "hours": hours})


async def toggle(ctx: Ctx, button: Toggle) -> Outcome:
    """Lunch on or off; the next kind of handover or of weekend; no vacations, no order of weekends, nobody."""
    board, state = await _board(ctx), ctx.state
    match button.what:
        case "lunch":
            return await _drafted(ctx, board, {**state, "lunch": None if lunch_in(state) else LUNCH})
        case "handover":
            return await _drafted(ctx, board, {**begun_anew(state), "handover": place_in(state) + 1})
        case "no-vacations":
            return await _drafted(ctx, board, {**state, "vacations": []})
        case "weekend":
            return ask_weekend(board, {**state, "span": place_in(state, "span", len(WEEKENDS)) + 1})
        case "no-weekend":
            return await _drafted(ctx, board, {**state, "weekenders": []})
    return await _drafted(ctx, board, {**begun_anew(state), "people": []})


async def show_draft(ctx: Ctx, _: ShowDraft) -> Outcome:
    """Back to the draft."""
    return await _drafted(ctx, await _board(ctx), ctx.state)


async def choose_case(ctx: Ctx, _: AskCase) -> Outcome:
    """Under which condition?"""
    return ask_case(await _board(ctx), ctx.state)


async def in_case(ctx: Ctx, button: InCase) -> Outcome:
    """Under this one."""
    board = await _board(ctx)
    line, when = line_in(board, ctx.state), next((each for each in DivertWhen if each.value == button.when), None)
    if when not in line.supported or (button.seconds and not is_possible(button.seconds, line.no_reply_timer)):
        raise Gone
    return await _drafted(ctx, board, {**ctx.state, "when": button.when, "seconds": button.seconds})


async def choose_weekend(ctx: Ctx, _: AskWeekend) -> Outcome:
    """Who takes the weekends?"""
    return ask_weekend(await _board(ctx), ctx.state)


async def weekender(ctx: Ctx, button: Weekender) -> Outcome:
    """One more for the weekends, or one less."""
    board, people, names = await _board(ctx), people_in(ctx.state), weekenders_in(ctx.state)
    if not 0 <= button.place < len(people):
        raise Gone
    name = people[button.place].name
    order = [one for one in names if one != name] if name in names else [*names, name]
    return ask_weekend(board, {**ctx.state, "weekenders": order})


async def choose_state(ctx: Ctx, _: AskState) -> Outcome:
    """Whose holidays?"""
    await _board(ctx)
    return ask_state(ctx.state)


async def of_state(ctx: Ctx, button: OfState) -> Outcome:
    """These holidays, or none."""
    known = button.state in {state.value for state in FederalState}
    return await _drafted(ctx, await _board(ctx), {**ctx.state, "state": button.state if known else ""})


async def save(ctx: Ctx, button: Save) -> Outcome:
    """As it is shown. What leads out of the house is confirmed with a PIN first."""
    board = await _board(ctx)
    by = _by(ctx)
    line, when = line_in(board, ctx.state), case_in(ctx.state)
    course = _rota_of(ctx, by) if button.what == ROTA else _week_of(ctx, by)
    base = await ctx.services.planning.base_of(by, (line.id, when), rule_of(line, when))
    room = LINE_ROOM if when is DivertWhen.ALWAYS else LINE_ROOM - CASE_ROOM
    name = say("plans-name", kind=button.what, line=Name(line_name(line), room), when=when.value)
    named = clean(Texts(ctx.language, ctx.zone).plain(name), LONGEST_NAME)
    plan = Plan(named, line.id, line_name(line), when, base, course, seconds=seconds_in(ctx.state) or None)
    names = {uri: called(board.aim(uri), ctx.state) for uri in plan.targets}
    earlier = ctx.state.get("schedule")
    plan = replace(plan, names=names, changes=UUID(str(earlier)) if earlier else None)
    words = say("summary-plan", kind=button.what, line=Name(line_name(line), 40))
    saved = await ctx.services.planning.save(by, ctx.heard.chat_id, plan, Texts("de", ctx.zone).plain(words))
    if saved.action_id is None:
        look = Button(say("plans-button-look"), Plans(by.tag))
        return screen(say("plans-on", kind=button.what, name=Name(plan.name, 60)), rows=((look,), menu_row()))
    key = str(saved.action_id)
    rows: Rows = ((Button(say("plans-button-save-yes"), Confirm(key)),), (Button(say("plans-button-no"), Drop(key)),))
    asked = say("plans-ask", kind=button.what, name=Name(plan.name, 60))
    return Ask(screen(asked, say("plans-ask-pin"), rows=(*rows, menu_row(ShowDraft()))), STEP, ctx.state)


async def _aimed(ctx: Ctx, board: Switchboard, aim: Aim) -> Outcome:
    """This target: of a plan the one outside hours, of a rota one more person."""
    if ctx.state.get("what") == ROTA:
        return await _with(ctx, board, [Colleague(called(aim, ctx.state), aim.uri)])
    return await _drafted(ctx, board, {**ctx.state, "target": aim.uri, "target_name": aim.name})


async def _with_people(ctx: Ctx, board: Switchboard, text: str) -> Outcome:
    """People, one in a line or between commas: a name with a number before or behind it, or a name that is known."""
    found = []
    for entry in re.split(r"[,;\n]", text):
        number = _NUMBER.search(entry)
        name = " ".join(_NUMBER.sub(" ", entry).split())[:LONGEST_NAME]
        try:
            aim = board.typed(number[0] if number else entry)
        except NotDivertable as refused:
            return await _drafted(ctx, board, ctx.state, say("refusal-not-divertable", reason=refused.reason))
        found.append(Colleague(name if number and name else called(aim, ctx.state), aim.uri))
    return await _with(ctx, board, found)


async def _with(ctx: Ctx, board: Switchboard, more: list[Colleague]) -> Outcome:
    known = {person.name: person for person in (*people_in(ctx.state), *more)}
    people = [[person.name, person.target] for person in list(known.values())[:MOST_PEOPLE]]
    return await _drafted(ctx, board, {**begun_anew(ctx.state), "people": people})


async def _drafted(ctx: Ctx, board: Switchboard, state: Mapping[str, object], *above: Say) -> Ask:
    """The draft, with what is planned for the same rule already: who saves it should know what it meets."""
    place, earlier = (line_in(board, state).id, case_in(state)), state.get("schedule")
    own = ScheduleKind.ROTA if state.get("what") == ROTA else ScheduleKind.PLAN
    others = await ctx.services.planning.others(_by(ctx, state), place, own, UUID(str(earlier)) if earlier else None)
    return draft(board, state, *above, meets=[_met(own, other) for other in others])


def _met(own: ScheduleKind, other: Schedule) -> Say:
    """What becomes of a draft of this kind, or of the other."""
    if other.kind is ScheduleKind.END:
        return say("plans-meets-end", until=end_of(other).ends)
    return say("plans-meets", own=str(own), other=str(other.kind), name=Name(plan_of(other).name, 60))


def _week_of(ctx: Ctx, by: Connection) -> WeeklyPlan:
    if not ctx.state.get("target"):
        raise Gone
    outside, state = Setting(str(ctx.state["target"])), str(ctx.state.get("state", ""))
    holidays = FederalState(state) if state else None
    lunch = lunch_in(ctx.state)
    days_off = vacations_in(ctx.state)
    return weekly(by.account.zone, hours_in(ctx.state), outside, lunch=lunch, state=holidays, vacations=days_off)


def _rota_of(ctx: Ctx, by: Connection) -> Rota:
    """The first one has the duty at once: the rota began with the last time of day at which it is handed over.

    One that is changed goes on with its round as long as the same people take turns at the same times.
    """
    people, handover, zone = people_in(ctx.state), HANDOVERS[place_in(ctx.state)], by.account.zone
    if not people:
        raise Gone
    today = local_day(ctx.now, zone)
    is_later = instant_of(today, handover.minute, zone) > ctx.now
    begins = begins_in(ctx.state) or (today - timedelta(days=1) if is_later else today)
    return Rota(zone, people, begins, handover, weekend_in(ctx.state), swaps_in(ctx.state))


def _by(ctx: Ctx, state: Mapping[str, object] | None = None) -> Connection:
    return ctx.connection_of(str((state or ctx.state).get("account", "")))


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
        Tap(ShowDraft, show_draft, PBX),
        Tap(AskState, choose_state, PBX),
        Tap(OfState, of_state, PBX),
        Tap(AskCase, choose_case, PBX),
        Tap(InCase, in_case, PBX),
        Tap(AskWeekend, choose_weekend, PBX),
        Tap(Weekender, weekender, PBX),
        Tap(Save, save, PBX),
    ),
    steps=(Step(STEP, typed, PBX),),
)
