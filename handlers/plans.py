"""What is scheduled: "until when is that diverted?", "who is on call?", "not today".

/plaene -> ends that will come, weekly plans and rotas with their next switch -> a card
card of an end: +1 h, end now;  of a plan: off or on, delete;  of a rota also who is on duty, and a swap
Notices: a reminder before an end with both buttons; what failed, ended late or was left alone; a rota's handover.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from bot.chat.buttons import Act, Look, id_of
from bot.chat.context import Ctx
from bot.chat.doors import ChangePlan, Extensions, NewPlan, NewRota, Plans, Presets
from bot.chat.feature import PBX, Command, Feature, Tap, Telling
from bot.chat.lists import whose
from bot.chat.navigation import menu_row
from bot.chat.planned import plan_lines
from bot.chat.screen import BLANK, Button, Outcome, Rows, Screen, screen
from bot.chat.text import Name, Say, say
from services.errors import Gone
from services.plans_clock import instant_of, local_day
from services.plans_precedence import Source, ruling_at
from services.plans_rota import Rota, on_duty
from services.schedules_planning import Listed
from services.schedules_wishes import Plan, end_of, plan_of
from storage.schedules import ScheduleKind, ScheduleState

MOST_SHOWN = 20
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Card(Look):
    """An end, a plan or a rota."""

    feature: ClassVar[str] = "plans"
    verb: ClassVar[str] = "card"
    account: str
    schedule: str


@dataclass(frozen=True, slots=True)
class Longer(Look):
    """An hour more before an end. No single use: under a reminder it has to work, and it can be pressed again."""

    feature: ClassVar[str] = "plans"
    verb: ClassVar[str] = "more"
    account: str
    schedule: str


@dataclass(frozen=True, slots=True)
class EndNow(Look):
    """End it now; once it is over there is nothing to end."""

    feature: ClassVar[str] = "plans"
    verb: ClassVar[str] = "end"
    account: str
    schedule: str


@dataclass(frozen=True, slots=True)
class Turn(Look):
    """A plan on or off: `to` is "on" or "off"."""

    feature: ClassVar[str] = "plans"
    verb: ClassVar[str] = "turn"
    account: str
    schedule: str
    to: str


@dataclass(frozen=True, slots=True)
class AskDelete(Look):
    """Delete a plan: asks first."""

    feature: ClassVar[str] = "plans"
    verb: ClassVar[str] = "askdel"
    account: str
    schedule: str


@dataclass(frozen=True, slots=True)
class Delete(Act):
    """Yes, delete it."""

    feature: ClassVar[str] = "plans"
    verb: ClassVar[str] = "delete"
    account: str
    schedule: str


@dataclass(frozen=True, slots=True)
class AskSwap(Look):
    """Who takes today's duty?"""

    feature: ClassVar[str] = "plans"
    verb: ClassVar[str] = "askswap"
    account: str
    schedule: str


@dataclass(frozen=True, slots=True)
class TakeDuty(Act):
    """This person of the rota (by place) takes the duty of a day."""

    feature: ClassVar[str] = "plans"
    verb: ClassVar[str] = "swap"
    account: str
    schedule: str
    day: str
    person: int


async def scheduled(ctx: Ctx) -> Outcome:
    """/plaene"""
    return await _listed(ctx, ctx.connection.tag)


async def listed(ctx: Ctx, button: Plans) -> Outcome:
    """What is scheduled."""
    return await _listed(ctx, button.account)


async def card(ctx: Ctx, button: Card) -> Outcome:
    """One of them."""
    return await _card(ctx, button.account, button.schedule)


async def longer(ctx: Ctx, button: Longer) -> Outcome:
    """An hour more."""
    by = ctx.connection_of(button.account)
    end = await ctx.services.planning.lengthen(by, id_of(button.schedule), HOUR)
    again = Button(say("plans-button-longer"), Longer(button.account, button.schedule))
    return screen(say("plans-longer", until=end.ends), rows=((again,), menu_row(Plans(button.account))))


async def end_now(ctx: Ctx, button: EndNow) -> Outcome:
    """At once: the metronome does it, and says so."""
    await ctx.services.planning.end_now(ctx.connection_of(button.account), id_of(button.schedule))
    return screen(say("plans-ending"), rows=(menu_row(Plans(button.account)),))


async def turn(ctx: Ctx, button: Turn) -> Outcome:
    """On or off."""
    by, key, planning = ctx.connection_of(button.account), id_of(button.schedule), ctx.services.planning
    await (planning.turn_on(by, key) if button.to == "on" else planning.turn_off(by, key))
    return await _card(ctx, button.account, button.schedule)


async def ask_delete(ctx: Ctx, button: AskDelete) -> Outcome:
    """Delete it?"""
    found = await _found(ctx, button.account, button.schedule)
    yes = Button(say("plans-button-delete-yes"), Delete(button.account, button.schedule))
    no = Button(say("plans-button-no"), Card(button.account, button.schedule))
    return screen(say("plans-ask-delete", name=_name(found)), rows=((yes,), (no,)))


async def delete(ctx: Ctx, button: Delete) -> Outcome:
    """It is gone; what is diverted stays."""
    await ctx.services.planning.delete(ctx.connection_of(button.account), id_of(button.schedule))
    rows = ((Button(say("plans-button-lines"), Extensions(button.account)),), menu_row(Plans(button.account)))
    return screen(say("plans-deleted"), rows=rows)


async def ask_swap(ctx: Ctx, button: AskSwap) -> Outcome:
    """Who takes over until the next handover?"""
    found = await _found(ctx, button.account, button.schedule)
    rota = _rota(plan_of(found.schedule))
    day, duty = _duty_day(rota, ctx.now).isoformat(), on_duty(rota, ctx.now)
    now = duty.person.name if duty else ""
    others = [(place, person) for place, person in enumerate(rota.people) if person.name != now]
    rows = tuple(
        (Button(say("plans-button-person", name=Name(p.name, 40)), TakeDuty(button.account, button.schedule, day, n)),)
        for n, p in others[:8]
    )
    back = Card(button.account, button.schedule)
    return screen(say("plans-ask-swap", name=Name(now, 60)), rows=(*rows, menu_row(back)))


async def swap(ctx: Ctx, button: TakeDuty) -> Outcome:
    """This person."""
    by = ctx.connection_of(button.account)
    found = await _found(ctx, button.account, button.schedule)
    rota = _rota(plan_of(found.schedule))
    if not 0 <= button.person < len(rota.people):
        raise Gone
    person = rota.people[button.person].name
    await ctx.services.planning.swap(by, found.schedule.id, date.fromisoformat(button.day), person)
    return await _card(ctx, button.account, button.schedule)


async def _listed(ctx: Ctx, account: str) -> Screen:
    found = (await ctx.services.planning.listed(ctx.connection_of(account)))[:MOST_SHOWN]
    lines = [say("plans-title"), *whose(ctx, account)]
    for one in found:
        lines += [BLANK, *_entry(one)]
    if not found:
        lines += [BLANK, say("plans-none")]
    buttons = [
        Button(say("plans-button-card", kind=_kind(one), name=_name(one, 24)), _to(account, one)) for one in found
    ]
    rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    new = (Button(say("plans-button-new"), NewPlan(account)), Button(say("plans-button-rota"), NewRota(account)))
    presets = (Button(say("plans-button-presets"), Presets(account)),)
    return screen(*lines, rows=(*rows, new, presets, menu_row(Extensions(account))))


async def _card(ctx: Ctx, account: str, written: str) -> Screen:
    found = await _found(ctx, account, written)
    lines, rows = list(_entry(found)), _ways(account, found)
    if found.schedule.kind is not ScheduleKind.END:
        plan = plan_of(found.schedule)
        lines += [*await _conflict(ctx, account, found, plan), BLANK, *plan_lines(plan, ctx.now)]
    return screen(*lines, rows=(*rows, menu_row(Plans(account))))


async def _conflict(ctx: Ctx, account: str, one: Listed, plan: Plan) -> tuple[Say, ...]:
    """What decides about the same rule instead, now."""
    claims = (await ctx.services.planning.claims(ctx.connection_of(account))).get(plan.place)
    if claims is None or one.schedule.state is not ScheduleState.ON:
        return ()
    own = Source.ROTA if plan.kind is ScheduleKind.ROTA else Source.WEEKLY_PLAN
    winner = ruling_at(claims, ctx.now).winner
    return (
        (say("plans-overruled", by="rota" if winner.source is Source.ROTA else "end"),) if winner.source > own else ()
    )


def _entry(one: Listed) -> tuple[Say, ...]:
    """What it is, how it stands, and when it switches next."""
    if one.schedule.kind is ScheduleKind.END:
        return (say("plans-end", line=_name(one), until=end_of(one.schedule).ends),)
    plan = plan_of(one.schedule)
    head = say("plans-plan", kind=_kind(one), name=_name(one), line=Name(plan.line, 60))
    state = str(one.schedule.state)
    if one.schedule.state is ScheduleState.ON and one.next_at is not None:
        return head, say("plans-next", at=one.next_at)
    return head, say("plans-state", state=state)


def _ways(account: str, one: Listed) -> Rows:
    key = one.schedule.id.hex
    if one.schedule.kind is ScheduleKind.END:
        longer = Button(say("plans-button-longer"), Longer(account, key))
        return ((longer, Button(say("plans-button-end"), EndNow(account, key))),)
    is_on = one.schedule.state is ScheduleState.ON
    label = say("plans-button-turn", to="off" if is_on else "on", rests=str(one.schedule.state))
    first = [Button(label, Turn(account, key, "off" if is_on else "on"))]
    first.append(Button(say("plans-button-delete"), AskDelete(account, key)))
    second = [Button(say("plans-button-change"), ChangePlan(account, key))]
    if one.schedule.kind is ScheduleKind.ROTA:
        second.append(Button(say("plans-button-swap"), AskSwap(account, key)))
    return tuple(first), tuple(second)


def _duty_day(rota: Rota, now: datetime) -> date:
    """The day whose handover was the last one: a duty begins there, and so does a swap."""
    today = local_day(now, rota.zone)
    return today if instant_of(today, rota.handover.minute, rota.zone) <= now else today - timedelta(days=1)


def _rota(plan: Plan) -> Rota:
    if not isinstance(plan.course, Rota):
        raise Gone
    return plan.course


def _to(account: str, one: Listed) -> Card:
    return Card(account, one.schedule.id.hex)


def _kind(one: Listed) -> str:
    return str(one.schedule.kind)


def _name(one: Listed, longest: int = 60) -> Name:
    if one.schedule.kind is ScheduleKind.END:
        lines = dict.fromkeys(spot.line for spot in end_of(one.schedule).after)
        return Name(", ".join(lines), longest)
    return Name(plan_of(one.schedule).name, longest)


async def _found(ctx: Ctx, account: str, written: str) -> Listed:
    return await ctx.services.planning.find(ctx.connection_of(account), id_of(written))


def tell_reminder(facts: Mapping[str, object]) -> Screen:
    """It ends soon: an hour more, or now."""
    account, key = str(facts["account"]), UUID(str(facts["schedule"])).hex
    line = say("plans-reminder", line=Name(str(facts["line"]), 80), until=_instant(facts["ends"]))
    longer = Button(say("plans-button-longer"), Longer(account, key))
    return Screen((line,), ((longer, Button(say("plans-button-end"), EndNow(account, key))), menu_row()), stays=True)


def tell_ended(facts: Mapping[str, object]) -> Screen:
    """It ended late or early, or somebody had changed the line."""
    line = say("plans-ended", how=str(facts["how"]), line=Name(str(facts["line"]), 80), at=_instant(facts["at"]))
    return _told(facts, line)


def tell_failed(facts: Mapping[str, object]) -> Screen:
    """It could not be switched."""
    kind, called = str(facts["kind"]), str(facts["name"] or facts["line"])
    head = say("plans-failed", kind=kind, name=Name(called, 80), at=_instant(facts["at"]))
    return _told(facts, head, say("plans-failed-why", code=str(facts["code"])))


def tell_on(facts: Mapping[str, object]) -> Screen:
    """Saved and confirmed: it holds."""
    coming = _instant(facts["next"]) if facts.get("next") else None
    head = say("plans-on", kind=str(facts["kind"]), name=Name(str(facts["name"]), 60))
    return _told(facts, head, *((say("plans-next", at=coming),) if coming else ()))


def tell_rests(facts: Mapping[str, object]) -> Screen:
    """A plan rests because somebody set its rule by hand."""
    key = UUID(str(facts["schedule"])).hex
    line = say("plans-rests", name=Name(str(facts["name"]), 60))
    on = Button(say("plans-button-turn", to="on", rests="resting"), Turn(str(facts["account"]), key, "on"))
    return Screen((line,), ((on,), menu_row()), stays=True)


def tell_duty(facts: Mapping[str, object]) -> Screen:
    """A handover, for the one who goes and the one who comes."""
    goes, comes = Name(str(facts["goes"]), 60), Name(str(facts["comes"]), 60)
    line = Name(str(facts["line"]), 60)
    return _told(facts, say("plans-duty", name=Name(str(facts["name"]), 60), goes=goes, comes=comes, line=line))


def _told(facts: Mapping[str, object], *lines: Say) -> Screen:
    account = str(facts["account"])
    door = Presets(account) if facts["kind"] == ScheduleKind.PRESET else Plans(account)
    return Screen(lines, ((Button(say("plans-button-look"), door),), menu_row()), stays=True)


def _instant(written: object) -> datetime:
    return datetime.fromisoformat(str(written))


FEATURE = Feature(
    "plans",
    commands=(Command("plaene", "schedules", scheduled, PBX),),
    taps=(
        Tap(Plans, listed, PBX),
        Tap(Card, card, PBX),
        Tap(Longer, longer, PBX),
        Tap(EndNow, end_now, PBX),
        Tap(Turn, turn, PBX),
        Tap(AskDelete, ask_delete, PBX),
        Tap(Delete, delete, PBX),
        Tap(AskSwap, ask_swap, PBX),
        Tap(TakeDuty, swap, PBX),
    ),
    tellings=(
        Telling("schedule-reminder", tell_reminder),
        Telling("schedule-ended", tell_ended),
        Telling("schedule-failed", tell_failed),
        Telling("schedule-on", tell_on),
        Telling("schedule-rests", tell_rests),
        Telling("schedule-duty", tell_duty),
    ),
)
