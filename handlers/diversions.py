"""Diversions: "My calls to the mobile until six", "everything back to normal".

/umleitung -> every line and where it rings now -> one line: four conditions
-> where to (saved, voicemail, a colleague, a number) -> until when -> exactly what will happen -> confirm
/umleitung 21 auf 0171 2345678 bis 18 uhr -> exactly what will happen;  /umleitung aus -> what will be off
Off needs no question; a target that nobody approved needs a PIN, and so does everything to a main number.
Bad endings: a number that is refused, no such line, an end that can't be read; the road's own (see actions).
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from bot.chat.buttons import Look
from bot.chat.context import Ctx
from bot.chat.diverted import glance, line_fact, rule_lines
from bot.chat.diverting import (
    Draft,
    Inside,
    Ready,
    Till,
    Where,
    draft_of,
    end_of,
    in_twos,
    inside,
    is_possible,
    ready,
    targets,
    till,
    where,
    with_target,
)
from bot.chat.doors import Confirm, Drop, Extensions, LineCard, Plans, Presets, SwitchOff, Targets, WhoRings
from bot.chat.feature import PBX, Command, Feature, Step, Tap, Words
from bot.chat.lists import pager, whose, window
from bot.chat.navigation import menu_row
from bot.chat.screen import BLANK, Ask, Button, Outcome, Rows, screen
from bot.chat.text import Name, Phone, Texts, say
from portal.models import DivertWhen, Extension
from services.diverting import active
from services.diverting_targets import Switchboard
from services.diverting_typed import Typed, meant_lines, typed_diversion, typed_target
from services.errors import Gone, NotDivertable, Refusal
from services.plans_typed import typed_end
from services.plans_until import NoEnd

UMLEITUNG = "umleitung"
QUICK_TARGETS = 4


@dataclass(frozen=True, slots=True)
class AskNormal(Look):
    """Everything back to normal: shows what will be off."""

    feature: ClassVar[str] = "diversions"
    verb: ClassVar[str] = "normal"
    account: str


@dataclass(frozen=True, slots=True)
class Meant(Look):
    """That line was meant by what was typed."""

    feature: ClassVar[str] = "diversions"
    verb: ClassVar[str] = "meant"
    account: str
    line: str


async def command(ctx: Ctx) -> Outcome:
    """/umleitung, alone or with a wish behind it."""
    return await _heard(ctx, ctx.connection.tag, ctx.heard.args)


async def said(ctx: Ctx) -> Outcome:
    """Free text."""
    return await _heard(ctx, ctx.connection.tag, ctx.heard.text or "")


async def lines(ctx: Ctx, button: Extensions) -> Outcome:
    """Every line and where it rings now; one's own first."""
    return await _list(ctx, button.account, await _board(ctx, button.account), button.page)


async def card(ctx: Ctx, button: LineCard) -> Outcome:
    """One line."""
    board = await _board(ctx, button.account)
    line = board.line(button.line)
    if line is None:
        raise Gone
    return _card(ctx, board, button.account, line)


async def ask_normal(ctx: Ctx, button: AskNormal) -> Outcome:
    """What is on, and the button that ends it."""
    board = await _board(ctx, button.account)
    diverted = [line for line in board.lines if active(line)]
    return await _ask_off(ctx, board, button.account, diverted, None, None)


async def choose_where(ctx: Ctx, button: Where) -> Outcome:
    """Where to?"""
    board = await _board(ctx, button.account)
    return where(board, draft_of(board, button.account, button.line, button.when, button.seconds))


async def choose_inside(ctx: Ctx, button: Inside) -> Outcome:
    """To which colleague?"""
    board = await _board(ctx, button.account)
    draft = draft_of(board, button.account, button.line, button.when, button.seconds)
    return inside(board, draft, button.page)


async def choose_till(ctx: Ctx, button: Till) -> Outcome:
    """Until when?"""
    board = await _board(ctx, button.account)
    draft = draft_of(board, button.account, button.line, button.when, button.seconds)
    return till(ctx, board, with_target(board, draft, button.target))


async def show_ready(ctx: Ctx, button: Ready) -> Outcome:
    """Exactly what will happen."""
    board = await _board(ctx, button.account)
    draft = draft_of(board, button.account, button.line, button.when, button.seconds)
    name = str(ctx.state.get("name", "")) if ctx.state.get("target") == button.target else ""
    end = end_of(ctx, button.account, button.until)
    return await ready(ctx, board, with_target(board, draft, button.target, name), end)


async def target(ctx: Ctx) -> Outcome:
    """A target was typed, perhaps with its end behind it."""
    board, draft = await _asked(ctx)
    wish, end = typed_target(ctx.heard.text or "")
    return await _aimed(ctx, board, draft, wish, end)


async def until(ctx: Ctx) -> Outcome:
    """An end was typed."""
    board, draft = await _asked(ctx)
    draft = with_target(board, draft, str(ctx.state.get("target")), str(ctx.state.get("name", "")))
    return await _ended(ctx, board, draft, ctx.heard.text or "")


async def meant(ctx: Ctx, button: Meant) -> Outcome:
    """One of several lines was meant."""
    board = await _board(ctx, button.account)
    line = board.line(button.line)
    if line is None:
        raise Gone
    typed = typed_diversion(str(ctx.state.get("text", "")), board.lines)
    return await _one_line(ctx, board, button.account, line, typed or Typed())


async def line_typed(ctx: Ctx) -> Outcome:
    """The line was written instead of tapped."""
    account, board = str(ctx.state["account"]), await _board(ctx, str(ctx.state["account"]))
    text = str(ctx.state.get("text", ""))
    found = meant_lines(ctx.heard.text or "", board.lines)
    if len(found) != 1:
        return _which(board, account, found or board.lines, text)
    return await _one_line(ctx, board, account, found[0], typed_diversion(text, board.lines) or Typed())


async def _heard(ctx: Ctx, account: str, text: str) -> Outcome:
    board = await _board(ctx, account)
    typed = typed_diversion(text, board.lines)
    if typed is None:
        back = menu_row(Extensions(account))
        return screen(say("diversions-not-understood", wish=Name(text, 60)), rows=(back,))
    if typed == Typed() or not board.lines:
        return await _list(ctx, account, board, 0)
    if typed.is_all:
        return await ask_normal(ctx, AskNormal(account))
    found = typed.lines
    if not found:
        own = await ctx.services.diverting.own_line(ctx.connection_of(account), board.lines)
        found = (own,) if own is not None else board.lines
    if len(found) > 1:
        return _which(board, account, found, text)
    return await _one_line(ctx, board, account, found[0], typed)


async def _one_line(ctx: Ctx, board: Switchboard, account: str, line: Extension, typed: Typed) -> Outcome:
    """What was typed, as far as it goes."""
    if typed.is_off:
        return await _ask_off(ctx, board, account, [line], line.id, typed.when)
    draft = Draft(account, line, typed.when or DivertWhen.ALWAYS, typed.seconds or 0)
    if draft.when not in line.supported:
        raise Gone
    if draft.seconds and not is_possible(draft.seconds, line.no_reply_timer):
        return where(board, Draft(account, line, draft.when))
    if typed.target:
        return await _aimed(ctx, board, draft, typed.target, typed.until)
    return where(board, draft) if typed.when else _card(ctx, board, account, line)


async def _aimed(ctx: Ctx, board: Switchboard, draft: Draft, wish: str, end: str) -> Outcome:
    aim = board.typed(wish)
    draft = Draft(draft.account, draft.line, draft.when, draft.seconds, aim)
    return await _ended(ctx, board, draft, end) if end else till(ctx, board, draft)


async def _ended(ctx: Ctx, board: Switchboard, draft: Draft, text: str) -> Outcome:
    found = typed_end(text, ctx.connection_of(draft.account).account.zone, ctx.now)
    if isinstance(found, NoEnd):
        return till(ctx, board, draft, found)
    return await ready(ctx, board, draft, found.ends)


async def _list(ctx: Ctx, account: str, board: Switchboard, page: int) -> Outcome:
    own = await ctx.services.diverting.own_line(ctx.connection_of(account), board.lines)
    ordered = sorted(board.lines, key=lambda line: line is not own)
    cut = window(ordered, page)
    shown = [say("diversions-title"), *whose(ctx, account), BLANK]
    for line in cut.items:
        shown += glance(board, line)
    if not ordered:
        return screen(say("diversions-none"), rows=(menu_row(),))
    rows = in_twos(_button(line, LineCard(account, line.id)) for line in cut.items)
    rows += pager(cut.page, cut.pages, lambda number: Extensions(account, number))
    if any(active(line) for line in board.lines):
        rows += ((Button(say("diversions-button-normal"), AskNormal(account)),),)
    later = (
        Button(say("diversions-button-presets"), Presets(account)),
        Button(say("diversions-button-plans"), Plans(account)),
        Button(say("targets-button-list"), Targets(account)),
    )
    return screen(*shown, rows=(*rows, later, menu_row()))


def _card(ctx: Ctx, board: Switchboard, account: str, line: Extension) -> Outcome:
    shown = [say("diversions-card", line=line_fact(line)), *whose(ctx, account)]
    if line.phone_number:
        shown.append(say("diversions-card-number", number=Phone(line.phone_number)))
    shown += [BLANK, *rule_lines(board, line)]
    if line.groups:
        shown += [BLANK, say("diversions-groups", names=Name(", ".join(line.groups), 80))]
    return screen(*shown, BLANK, say("diversions-card-how"), rows=_card_rows(board, account, line))


def _card_rows(board: Switchboard, account: str, line: Extension) -> Rows:
    """Saved targets for "always" are one tap; the other conditions ask where to."""
    rows: Rows = ()
    if DivertWhen.ALWAYS in line.supported:
        always = next((rule.target for rule in line.diversions if rule.when is DivertWhen.ALWAYS and rule.active), None)
        aims = [aim for aim in board.choices(line, DivertWhen.ALWAYS) if aim.uri != always][:QUICK_TARGETS]
        rows += targets(board, Draft(account, line), aims)
        rows += ((Button(say("diversions-button-elsewhere"), Where(account, line.id, "a")),),)
    others = {"b": DivertWhen.BUSY, "n": DivertWhen.NO_ANSWER, "r": DivertWhen.NOT_REACHABLE}
    rows += (
        tuple(
            Button(say("diversions-button-when", when=when.value), Where(account, line.id, code))
            for code, when in others.items()
            if when in line.supported
        ),
    )
    if active(line):
        rows += ((Button(say("diversions-button-off"), SwitchOff(account, line.id)),),)
    who_rings = (Button(say("diversions-button-who-rings"), WhoRings(account, line.id)),)
    return (*rows, who_rings, menu_row(Extensions(account)))


async def _ask_off(
    ctx: Ctx, board: Switchboard, account: str, off: list[Extension], line_id: str | None, when: DivertWhen | None
) -> Outcome:
    """What will be off, and yes. One line or all of them, one condition or all."""
    by, words = ctx.connection_of(account), say("summary-normal")
    summary = Texts("de", ctx.zone).plain(words)
    key = await ctx.services.diverting.normal(by, ctx.heard.chat_id, line_id, when, summary=summary)
    if key is None:
        return screen(say("diversions-normal-already"), rows=(menu_row(Extensions(account)),))
    shown = [say("diversions-ask-off"), BLANK]
    for line in off:
        shown += glance(board, line)
    rows: Rows = (
        (Button(say("diversions-button-off-yes"), Confirm(str(key))),),
        (Button(say("diversions-button-no"), Drop(str(key))),),
        menu_row(Extensions(account)),
    )
    return screen(*shown, rows=rows)


def _which(board: Switchboard, account: str, found: tuple[Extension, ...], text: str) -> Outcome:
    """Several lines may be meant."""
    rows = in_twos(_button(line, Meant(account, line.id)) for line in window(found, 0).items)
    shown = screen(say("diversions-which"), rows=(*rows, menu_row(Extensions(account))))
    return Ask(shown, "line", {"account": account, "text": text})


def _button(line: Extension, press: LineCard | Meant) -> Button:
    return Button(say("diversions-button-line", line=line_fact(line)), press)


async def _board(ctx: Ctx, account: str) -> Switchboard:
    return await ctx.services.diverting.switchboard(ctx.connection_of(account))


async def _asked(ctx: Ctx) -> tuple[Switchboard, Draft]:
    """The draft that an open question is about."""
    state, account = ctx.state, str(ctx.state.get("account"))
    board = await _board(ctx, account)
    draft = draft_of(board, account, str(state.get("line")), str(state.get("when")), int(str(state.get("seconds", 0))))
    return board, draft


def refused(ctx: Ctx, refusal: Refusal) -> Outcome | None:
    """A target that is refused leads back to the lines; an open question stays open instead."""
    if not isinstance(refusal, NotDivertable) or ctx.state:
        return None
    return screen(say(refusal.key, reason=refusal.reason), rows=(menu_row(Extensions(ctx.connection.tag)),))


FEATURE = Feature(
    "diversions",
    commands=(Command(UMLEITUNG, "forwarding", command, PBX),),
    taps=(
        Tap(Extensions, lines, PBX),
        Tap(LineCard, card, PBX),
        Tap(AskNormal, ask_normal, PBX),
        Tap(Where, choose_where, PBX),
        Tap(Inside, choose_inside, PBX),
        Tap(Till, choose_till, PBX),
        Tap(Ready, show_ready, PBX),
        Tap(Meant, meant, PBX),
    ),
    steps=(Step("target", target, PBX), Step("until", until, PBX), Step("line", line_typed, PBX)),
    words=(Words(re.compile(r"umleit|umzuleiten|weiterleit|\bleite\b|forward(?!ed)|divert|redirect"), said, PBX),),
    refused=refused,
)
