"""Presets: "we are closed", "lunch", "the line is down" - all lines at once, and back.

list -> one tap on, one tap back (exactly what was before)
save: choose lines (all to begin with) -> a name, tapped or typed: their diversions are kept as they stand now
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from bot.chat.buttons import Act, Look, id_of
from bot.chat.changes import told
from bot.chat.context import Ctx
from bot.chat.doors import Confirm, Drop, Plans, Presets
from bot.chat.feature import PBX, Feature, Step, Tap
from bot.chat.lists import whose
from bot.chat.navigation import menu_row
from bot.chat.screen import BLANK, Ask, Button, Outcome, Rows, Screen, screen
from bot.chat.text import Name, Say, Texts, clean, say
from portal.models import Extension
from services import actions as road
from services.diverting_rules import line_name
from services.errors import Gone
from services.schedules_wishes import LONGEST_NAME, Preset
from storage.actions import State

MOST_SHOWN = 12
MOST_LINES = 24
NAMES = ("lunch", "evening", "outage")


@dataclass(frozen=True, slots=True)
class Set(Act):
    """Set all its lines."""

    feature: ClassVar[str] = "presets"
    verb: ClassVar[str] = "set"
    account: str
    preset: str


@dataclass(frozen=True, slots=True)
class TakeBack(Act):
    """Exactly what was before."""

    feature: ClassVar[str] = "presets"
    verb: ClassVar[str] = "back"
    account: str
    preset: str


@dataclass(frozen=True, slots=True)
class Card(Look):
    """What a preset sets."""

    feature: ClassVar[str] = "presets"
    verb: ClassVar[str] = "card"
    account: str
    preset: str


@dataclass(frozen=True, slots=True)
class AskDelete(Look):
    """Forget it: asks first."""

    feature: ClassVar[str] = "presets"
    verb: ClassVar[str] = "askdel"
    account: str
    preset: str


@dataclass(frozen=True, slots=True)
class Delete(Act):
    """Yes, forget it."""

    feature: ClassVar[str] = "presets"
    verb: ClassVar[str] = "delete"
    account: str
    preset: str


@dataclass(frozen=True, slots=True)
class Keep(Look):
    """Save how lines stand now."""

    feature: ClassVar[str] = "presets"
    verb: ClassVar[str] = "keep"
    account: str


@dataclass(frozen=True, slots=True)
class Choose(Look):
    """A line in or out, by its place in the list."""

    feature: ClassVar[str] = "presets"
    verb: ClassVar[str] = "line"
    account: str
    place: int


@dataclass(frozen=True, slots=True)
class Call(Look):
    """Save it under one of the usual names."""

    feature: ClassVar[str] = "presets"
    verb: ClassVar[str] = "name"
    account: str
    name: str


async def listed(ctx: Ctx, button: Presets) -> Outcome:
    """All presets; what is set can be taken back."""
    by, presets = ctx.connection_of(button.account), ctx.services.presets
    found = (await presets.listed(by))[:MOST_SHOWN]
    lines, rows = [say("presets-title"), *whose(ctx, button.account)], []
    for key, preset in found:
        is_set = await presets.is_set(preset)
        lines.append(say("presets-entry", name=Name(preset.name, 60), count=_lines_of(preset), on=_yes(is_set)))
        rows.append((_switch(button.account, key, preset, is_set=is_set), _look(button.account, key)))
    if not found:
        lines += [BLANK, say("presets-none")]
    save = (Button(say("presets-button-keep"), Keep(button.account)),)
    return screen(*lines, rows=(*rows, save, menu_row(Plans(button.account))))


async def card(ctx: Ctx, button: Card) -> Outcome:
    """What it sets, line by line."""
    key = id_of(button.preset)
    preset = await ctx.services.presets.find(ctx.connection_of(button.account), key)
    is_set = await ctx.services.presets.is_set(preset)
    lines = [say("presets-entry", name=Name(preset.name, 60), count=_lines_of(preset), on=_yes(is_set)), BLANK]
    called: dict[str, list[str]] = {}
    for spot in preset.spots:
        targets = called.setdefault(spot.line, [])
        if spot.rule.active and spot.rule.target:
            targets.append(spot.rule.target.partition(":")[2].partition(";")[0].partition("@")[0])
    lines += [say("presets-line", line=Name(line, 60), to=Name(", ".join(to), 80)) for line, to in called.items() if to]
    quiet = [line for line, to in called.items() if not to]
    if quiet:
        lines.append(say("presets-quiet", names=Name(", ".join(quiet), 160)))
    gone = Button(say("presets-button-delete"), AskDelete(button.account, key.hex))
    rows = ((_switch(button.account, key, preset, is_set=is_set), gone), menu_row(Presets(button.account)))
    return screen(*lines, rows=rows)


async def set_all(ctx: Ctx, button: Set) -> Outcome:
    """One tap: all lines at once."""
    return await _made(ctx, button.account, button.preset, is_back=False)


async def take_back(ctx: Ctx, button: TakeBack) -> Outcome:
    """One tap: exactly what was before."""
    return await _made(ctx, button.account, button.preset, is_back=True)


async def ask_delete(ctx: Ctx, button: AskDelete) -> Outcome:
    """Forget it?"""
    preset = await ctx.services.presets.find(ctx.connection_of(button.account), id_of(button.preset))
    yes = Button(say("plans-button-delete-yes"), Delete(button.account, button.preset))
    no = Button(say("plans-button-no"), Card(button.account, button.preset))
    return screen(say("plans-ask-delete", name=Name(preset.name, 60)), rows=((yes,), (no,)))


async def delete(ctx: Ctx, button: Delete) -> Outcome:
    """Forget it, and show what is left."""
    await ctx.services.presets.delete(ctx.connection_of(button.account), id_of(button.preset))
    return await listed(ctx, Presets(button.account))


async def keep(ctx: Ctx, button: Keep) -> Outcome:
    """Which lines, and under which name?"""
    lines = (await ctx.services.diverting.lines(ctx.connection_of(button.account)))[:MOST_LINES]
    return _ask(ctx, button.account, lines, [line.id for line in lines])


async def choose(ctx: Ctx, button: Choose) -> Outcome:
    """A line in or out."""
    lines = (await ctx.services.diverting.lines(ctx.connection_of(button.account)))[:MOST_LINES]
    if not 0 <= button.place < len(lines):
        raise Gone
    chosen, toggled = _chosen(ctx), lines[button.place].id
    chosen = [one for one in chosen if one != toggled] if toggled in chosen else [*chosen, toggled]
    return _ask(ctx, button.account, lines, chosen)


async def call(ctx: Ctx, button: Call) -> Outcome:
    """Under a usual name."""
    if button.name not in NAMES:
        raise Gone
    words = Texts(ctx.language, ctx.zone)
    return await _save(ctx, button.account, words.plain(say("presets-name", name=button.name)))


async def typed_name(ctx: Ctx) -> Outcome:
    """Under a name of one's own."""
    name = clean(ctx.heard.text or "", LONGEST_NAME)
    if not name:
        lines = (await ctx.services.diverting.lines(ctx.connection_of(str(ctx.state["account"]))))[:MOST_LINES]
        return _ask(ctx, str(ctx.state["account"]), lines, _chosen(ctx))
    return await _save(ctx, str(ctx.state["account"]), name)


async def _save(ctx: Ctx, account: str, name: str) -> Outcome:
    by, chosen = ctx.connection_of(account), _chosen(ctx)
    if not chosen:
        raise Gone
    board = await ctx.services.diverting.switchboard(by)
    summary = Texts("de", ctx.zone).plain(say("summary-preset", name=Name(name, LONGEST_NAME)))
    saved = await ctx.services.presets.save(by, ctx.heard.chat_id, name, board, chosen, summary)
    if saved.action_id is None:
        done = say("plans-on", kind="preset", name=Name(name, 60))
        return screen(done, rows=((Button(say("plans-button-look"), Presets(account)),), menu_row()))
    key = str(saved.action_id)
    rows: Rows = ((Button(say("plans-button-save-yes"), Confirm(key)),), (Button(say("plans-button-no"), Drop(key)),))
    rows = (*rows, menu_row(Presets(account)))
    return screen(say("presets-ask", name=Name(name, 60)), say("plans-ask-pin"), rows=rows)


def _ask(ctx: Ctx, account: str, lines: tuple[Extension, ...], chosen: list[str]) -> Ask:
    buttons = [
        Button(
            say("presets-button-line", chosen=_yes(line.id in chosen), line=Name(line_name(line), 22)),
            Choose(account, n),
        )
        for n, line in enumerate(lines)
    ]
    rows = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    names = tuple(Button(say("presets-button-name", name=name), Call(account, name)) for name in NAMES)
    shown = screen(
        say("presets-choose", count=len(chosen)), say("presets-how"), rows=(*rows, names, menu_row(Presets(account)))
    )
    return Ask(shown, "name", {"account": account, "lines": chosen})


async def _made(ctx: Ctx, account: str, written: str, *, is_back: bool) -> Outcome:
    by, key, presets = ctx.connection_of(account), id_of(written), ctx.services.presets
    name = Name((await presets.find(by, key)).name, LONGEST_NAME)
    words = say("summary-preset-back", name=name) if is_back else say("summary-preset-on", name=name)
    act = presets.take_back if is_back else presets.set
    where = (by, ctx.heard.chat_id, key, ctx.heard.update_id)
    step, preset = await act(*where, Texts("de", ctx.zone).plain(words))
    return _receipt(account, key, preset, step)


def _receipt(account: str, key: UUID, preset: Preset, step: road.Step) -> Screen:
    """What was changed, and the way back; or the way to the PIN, where the portal wants one."""
    action = step.action
    line = told(action.kind, action.payload)
    if step.pin is not None:
        pin = Button(say("presets-button-pin"), Confirm(str(action.id)))
        return screen(line, say("plans-ask-pin"), rows=((pin,), menu_row(Presets(account))))
    code = str(action.outcome.get("code", ""))
    lines: list[Say] = [say("action-state", state=str(action.state), kind=action.kind, code=code), line]
    if code:
        lines.append(say("action-why", code=code, names=Name(str(action.outcome.get("names") or ""), 120)))
    is_set = preset.on is not None and action.state in {State.DONE, State.ACCEPTED}
    rows = ((_switch(account, key, preset, is_set=is_set),), menu_row(Presets(account)))
    return Screen(tuple(lines), rows, stays=True, action=action)


def _switch(account: str, key: UUID, preset: Preset, *, is_set: bool) -> Button:
    name = Name(preset.name, 24)
    if is_set:
        return Button(say("presets-button-back", name=name), TakeBack(account, key.hex))
    return Button(say("presets-button-on", name=name), Set(account, key.hex))


def _look(account: str, key: UUID) -> Button:
    return Button(say("presets-button-card"), Card(account, key.hex))


def _lines_of(preset: Preset) -> int:
    return len({spot.service for spot in preset.spots})


def _chosen(ctx: Ctx) -> list[str]:
    kept = ctx.state.get("lines")
    return [str(one) for one in kept] if isinstance(kept, list) else []


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"


FEATURE = Feature(
    "presets",
    taps=(
        Tap(Presets, listed, PBX),
        Tap(Set, set_all, PBX),
        Tap(TakeBack, take_back, PBX),
        Tap(Card, card, PBX),
        Tap(AskDelete, ask_delete, PBX),
        Tap(Delete, delete, PBX),
        Tap(Keep, keep, PBX),
        Tap(Choose, choose, PBX),
        Tap(Call, call, PBX),
    ),
    steps=(Step("name", typed_name, PBX),),
)
