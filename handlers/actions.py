"""Changes: "Yes, do that" - and what became of it.

a feature shows what it would change  -> Confirm
confirm -> done, or the portal wants a PIN for exactly this -> typed or on keys -> done
receipt: what was changed, how far it is, undo or stop where that is possible; it is edited as it goes on
/verlauf -> every change, with who, when and what became of it;  /offen -> what is still running
Bad endings: PIN wrong, late, locked; price changed; portal away (nothing sent) or silent (asked until it is known).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar
from uuid import UUID

from bot.chat import pinpad
from bot.chat.buttons import Act, Look, id_of
from bot.chat.changes import facts_of, told, was
from bot.chat.context import Ctx
from bot.chat.doors import Confirm, Drop, InvitationLink, LineCard, OptionOffer, SwitchOff, Targets
from bot.chat.feature import CONNECTED, PBX, Command, Feature, Step, Tap, Telling
from bot.chat.lists import whose
from bot.chat.navigation import Go, menu_row
from bot.chat.pinpad import PinPad
from bot.chat.screen import BLANK, Button, Outcome, Rows, Screen, screen
from bot.chat.text import Name, Say, Texts, say
from portal.models import DivertWhen
from services import actions as road
from services import errors
from services.bookings import BOOK, RESIZE
from services.diverting import BULK, DIVERT
from services.diverting_rules import line_changes
from services.inviting import INVITE
from services.targets import REVOKE
from storage.actions import Action, State

PAGE = 8
REVERSIBLE = frozenset({DIVERT, BULK})
STOPPABLE = frozenset({BOOK, RESIZE})
HISTORY = "verlauf"


@dataclass(frozen=True, slots=True)
class SendPin(Act):
    """Send the PIN again."""

    feature: ClassVar[str] = "actions"
    verb: ClassVar[str] = "pin"
    action: str
    method: str = "sms"


@dataclass(frozen=True, slots=True)
class Keypad(pinpad.Keypad):
    """Show keys instead of typing."""

    feature: ClassVar[str] = "actions"


@dataclass(frozen=True, slots=True)
class Key(pinpad.Key):
    """One of the keys."""

    feature: ClassVar[str] = "actions"


@dataclass(frozen=True, slots=True)
class Show(Look):
    """A change's receipt."""

    feature: ClassVar[str] = "actions"
    verb: ClassVar[str] = "show"
    action: str


@dataclass(frozen=True, slots=True)
class Undo(Look):
    """Take a change back. No single use: under a notice it has to work for whoever is entitled, and it happens once."""

    feature: ClassVar[str] = "actions"
    verb: ClassVar[str] = "undo"
    action: str


@dataclass(frozen=True, slots=True)
class AskStop(Look):
    """Stop an order that is under way: asks first."""

    feature: ClassVar[str] = "actions"
    verb: ClassVar[str] = "stop"
    action: str


@dataclass(frozen=True, slots=True)
class Older(Look):
    """A page of the history: the changes before that moment (milliseconds)."""

    feature: ClassVar[str] = "actions"
    verb: ClassVar[str] = "older"
    account: str
    before: int


async def confirm(ctx: Ctx, button: Confirm) -> Outcome:
    """Yes to exactly what was shown."""
    heard = ctx.heard
    return _standing(ctx, await ctx.services.acting.confirm(id_of(button.action), heard.person_id, heard.update_id))


async def drop(ctx: Ctx, button: Drop) -> Outcome:
    """No, or not now."""
    is_dropped = await ctx.services.acting.drop(id_of(button.action), ctx.heard.person_id)
    return screen(say("action-dropped" if is_dropped else "action-not-dropped"), rows=(_away(),))


async def send_pin(ctx: Ctx, button: SendPin) -> Outcome:
    """A new PIN: the one before is dead. Or the code of an app, for which nothing is sent."""
    heard = ctx.heard
    where = (id_of(button.action), heard.person_id, heard.update_id)
    wanted = await ctx.services.acting.send_pin(*where, button.method)
    return _ask_pin(button.action, wanted, by_app=button.method == "totp")


async def pin(ctx: Ctx) -> Outcome:
    """The PIN was typed: it vanishes from the chat while the portal looks at it."""
    key = str(ctx.state.get("action", ""))
    ctx.hands.delete_typed(otherwise=partial(ctx.services.acting.burn_pin, id_of(key), ctx.heard.person_id))
    typed = pinpad.typed_pin(ctx)
    if typed is None:
        return _pad(key, ctx.state).ask((pinpad.not_a_pin(ctx.state),), ctx.state)
    return await _answer(ctx, typed)


async def keypad(ctx: Ctx, button: Keypad) -> Outcome:
    """Keys instead of typing."""
    return _pad(str(ctx.state.get("action", "")), ctx.state).keys(ctx.state)


async def key(ctx: Ctx, button: Key) -> Outcome:
    """With the last digit the PIN is answered."""
    found = await pinpad.pressed(ctx, button)
    return await _answer(ctx, found) if isinstance(found, str) else found


async def _answer(ctx: Ctx, typed: str) -> Outcome:
    heard, action = ctx.heard, id_of(str(ctx.state.get("action", "")))
    return _standing(ctx, await ctx.services.acting.answer(action, heard.person_id, typed, heard.update_id))


async def show(ctx: Ctx, button: Show) -> Outcome:
    """A receipt, from the history, with what was before."""
    action = await ctx.services.acting.find(id_of(button.action), ctx.connections)
    tags = {connection.tag for connection in ctx.connections}
    mine = str(action.payload.get("account")) in tags
    shown = action.payload if mine else {**action.payload, "account": ctx.connection.tag}  # somebody else made it
    lines, rows = _receipt(action.kind, str(action.state), shown, action.outcome, str(action.id))
    return screen(*lines, *was(action.kind, action.payload), rows=(*rows, menu_row(Go(HISTORY))))


async def undo(ctx: Ctx, button: Undo) -> Outcome:
    """Take it back, by whoever is entitled now."""
    heard = ctx.heard
    where = (id_of(button.action), ctx.connections, heard.chat_id, heard.update_id)
    return _standing(ctx, await ctx.services.acting.undo(*where))


async def switch_off(ctx: Ctx, button: SwitchOff) -> Outcome:
    """Off at once: the safer state needs no question, and can be undone."""
    heard, by = ctx.heard, ctx.connection_of(button.account)
    when = next((each for each in DivertWhen if each.value == button.when), None)
    summary = _summary(ctx, say("summary-normal"))
    key = await ctx.services.diverting.normal(by, heard.chat_id, button.line, when, summary=summary)
    if key is None:
        return screen(say("diversions-normal-already"), rows=(menu_row(LineCard(button.account, button.line)),))
    return _standing(ctx, await ctx.services.acting.confirm(key, heard.person_id, heard.update_id))


async def ask_stop(ctx: Ctx, button: AskStop) -> Outcome:
    """Stop an order? Shows what is stopped, and asks."""
    placed = await ctx.services.acting.find(id_of(button.action), ctx.connections)
    if placed.state is not State.ACCEPTED:
        raise errors.TooLate
    by = ctx.connection_of(str(placed.payload.get("account", "")))
    words = say("summary-cancel-order", name=Name(str(placed.payload.get("name", "")), 40))
    key = await ctx.services.bookings.cancel_order(by, ctx.heard.chat_id, placed, _summary(ctx, words))
    rows: Rows = (
        (Button(say("action-button-stop-yes"), Confirm(str(key))),),
        (Button(say("action-button-stop-no"), Drop(str(key))), *menu_row()),
    )
    return screen(say("action-stop-ask"), told(placed.kind, placed.payload), rows=rows)


async def history(ctx: Ctx) -> Outcome:
    """/verlauf"""
    return await _history(ctx, ctx.connection.tag, None)


async def older(ctx: Ctx, button: Older) -> Outcome:
    """A page further back."""
    return await _history(ctx, button.account, datetime.fromtimestamp(button.before / 1000, ctx.now.tzinfo))


async def under_way(ctx: Ctx) -> Outcome:
    """/offen"""
    found = await ctx.services.acting.under_way(ctx.connection, 2 * PAGE)
    lines = [say("actions-open"), *whose(ctx, ctx.connection.tag)]
    for number, (action, by) in enumerate(found, start=1):
        lines += [BLANK, *_entry(number, action, by)]
    if not found:
        lines += [BLANK, say("actions-open-none")]
    return screen(*lines, rows=(*_entry_rows([action for action, _ in found]), menu_row(Go(HISTORY))))


async def _history(ctx: Ctx, account: str, before: datetime | None) -> Outcome:
    connection = ctx.connection_of(account)
    found = await ctx.services.acting.history(connection, PAGE + 1, before=before)
    page = found[:PAGE]
    lines = [say("actions-history"), *whose(ctx, account)]
    for number, (action, by) in enumerate(page, start=1):
        lines += [BLANK, *_entry(number, action, by)]
    if not page:
        lines += [BLANK, say("actions-history-none")]
    turn: Rows = ()
    if len(found) > PAGE:
        last = round(page[-1][0].created_at.timestamp() * 1000)
        turn = ((Button(say("actions-button-older"), Older(account, last)),),)
    back = Go(HISTORY) if before is not None else None
    return screen(*lines, rows=(*_entry_rows([action for action, _ in page]), *turn, menu_row(back)))


def _entry(number: int, action: Action, by: str) -> tuple[Say, ...]:
    """Under its button's number."""
    head = say("actions-entry", number=number, at=action.created_at, by=Name(by, 40), state=str(action.state))
    return head, told(action.kind, action.payload)


def _entry_rows(found: list[Action]) -> Rows:
    """Receipts one tap away: numbers instead of words, four in a row."""
    buttons = [
        Button(say("actions-button-entry", number=place, state=str(action.state)), Show(action.id.hex))
        for place, action in enumerate(found, start=1)
    ]
    return tuple(tuple(buttons[i : i + 4]) for i in range(0, len(buttons), 4))


def _standing(ctx: Ctx, step: road.Step) -> Outcome:
    """Where the change stands: a PIN to ask for, or its receipt, which stays in the chat."""
    action = step.action
    if step.pin is not None:
        return _ask_pin(str(action.id), step.pin)
    lines, rows = _receipt(action.kind, str(action.state), action.payload, action.outcome, str(action.id))
    return Screen(lines, (*rows, _away()), stays=True, action=action)


def _ask_pin(action: str, wanted: road.PinWanted, *, by_app: bool = False) -> Outcome:
    sent = wanted.sent
    state: dict[str, object] = {"action": action, "length": sent.pin_length, "app": wanted.may_use_app}
    line = (
        say("action-app-code") if by_app else say("action-pin", minutes=sent.minutes, attempts_left=sent.attempts_left)
    )
    return _pad(action, state).ask((line,), state)


def _pad(action: str, state: Mapping[str, object]) -> PinPad:
    app: Rows = ((Button(say("action-button-app"), SendPin(action, "totp")),),) if state.get("app") else ()
    return PinPad(Keypad(), Key, SendPin(action), Drop(action), more=app)


def _receipt(
    kind: str, state: str, shown: Mapping[str, object], outcome: Mapping[str, object], action: str
) -> tuple[tuple[Say, ...], Rows]:
    """What was changed and how far it is; and what can be done about it."""
    code = str(outcome.get("code", ""))
    lines = [say("action-state", state=state, kind=kind, code=code), told(kind, shown)]
    if code:
        lines.append(say("action-why", code=code, names=Name(str(outcome.get("names") or ""), 120)))
    progress = str(outcome.get("progress", ""))
    if progress and state == State.ACCEPTED:
        lines.append(say("action-progress", progress=progress))
    return tuple(lines), _ways_on(kind, state, code, shown, action)


def _ways_on(kind: str, state: str, code: str, shown: Mapping[str, object], action: str) -> Rows:
    short = UUID(action).hex
    if state == State.DONE and kind in REVERSIBLE:
        return ((Button(say("action-button-undo"), Undo(short)),),)
    if state == State.DONE and kind == INVITE:
        return ((Button(say("inviting-button-link"), InvitationLink(short)),),)
    if kind == REVOKE:
        return ((Button(say("targets-button-list"), Targets(str(shown["account"]))),),)
    if state in {State.REFUSED, State.FAILED} and kind == DIVERT:
        line = LineCard(str(shown["account"]), line_changes(shown)[0].service)
        return ((Button(say("action-button-look-again"), line),),)
    if state == State.ACCEPTED and kind in STOPPABLE:
        return ((Button(say("action-button-stop"), AskStop(short)),),)
    if kind == BOOK and (state == State.REFUSED or code == "notArrived"):
        again = OptionOffer(str(shown["account"]), str(shown["contract"]), str(shown["offering"]))
        return ((Button(say("action-button-look-again"), again),),) if code not in {"alreadyBooked"} else ()
    return ()


def refused(ctx: Ctx, refusal: errors.Refusal) -> Outcome | None:
    """What goes wrong at the PIN is told with the way on; in each case nothing was changed."""
    key = str(ctx.state.get("action", ""))
    match refusal:
        case errors.PinWrong():
            line = say(refusal.key, attempts_left=refusal.attempts_left)
            return _pad(key, ctx.state).ask((line,), ctx.state)
        case errors.PinExpired() | errors.SmsUnavailable() if key:
            return _pad(key, ctx.state).ask((say(f"action-{refusal.key.removeprefix('refusal-')}"),), ctx.state)
        case errors.PinRateLimited():
            return screen(say(refusal.key, minutes=refusal.minutes), say("action-nothing"), rows=(menu_row(),))
        case errors.PinLocked():
            return screen(say("action-pin-locked"), rows=(menu_row(),))
        case errors.NothingSent():
            again = Button(say("button-retry"), Confirm(refusal.action))
            return screen(say("fault-portal-unavailable"), rows=((again,), menu_row()))
    return None


def _away() -> tuple[Button, ...]:
    return (Button(say("actions-button-history"), Go(HISTORY)), *menu_row())


def _summary(ctx: Ctx, words: Say) -> str:
    return Texts(ctx.language, ctx.zone).plain(words)


def tell_receipt(facts: Mapping[str, object]) -> Screen:
    """The receipt as it is now, over the old one; and the news that a change is over."""
    lines, rows = _receipt(
        str(facts["kind"]), str(facts["state"]), _part(facts, "shown"), _part(facts, "outcome"), str(facts["action"])
    )
    return Screen(lines, (*rows, _away()), stays=True)


def tell_changed(facts: Mapping[str, object]) -> Screen:
    """Somebody else changed something; the way back is there even if the telephone system is still on it."""
    kind, shown = str(facts["kind"]), _part(facts, "shown")
    by = facts_of({"by": facts["by"]})["by"]
    line = say("notice-changed", by=by, undoes="yes" if facts.get("undoes") else "no")
    ways = _ways_on(kind, State.DONE, "", shown, str(facts["action"])) if kind in REVERSIBLE else ()
    return Screen((line, told(kind, shown)), (*ways, _away()), stays=True)


def _part(facts: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = facts.get(name)
    return found if isinstance(found, Mapping) else {}


FEATURE = Feature(
    name="actions",
    commands=(Command(HISTORY, "history", history), Command("offen", "pending", under_way)),
    taps=(
        Tap(Confirm, confirm),
        Tap(Drop, drop),
        Tap(SendPin, send_pin),
        Tap(Keypad, keypad),
        Tap(Key, key),
        Tap(Show, show),
        Tap(Undo, undo),
        Tap(SwitchOff, switch_off, PBX),
        Tap(AskStop, ask_stop),
        Tap(Older, older),
    ),
    steps=(Step(pinpad.STEP, pin, CONNECTED, secret=True),),
    tellings=(
        Telling("receipt", tell_receipt),
        Telling("outcome", tell_receipt),
        Telling("changed", tell_changed),
    ),
    refused=refused,
)
