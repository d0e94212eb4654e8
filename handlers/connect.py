"""Connect: "I have the activation mail; let me use the chat."

mail's link (or the link pasted, or /start CODE)
  -> whose account this is (masked), shall a PIN be sent?      Yes / No
  -> PIN typed (the message is deleted) or tapped on a keypad  new PIN, cancel
  -> connected; the command that met "not connected" goes on
Bad endings: link unknown, used or expired (a new mail is offered); PIN wrong, late or too often; no SMS; connected.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar
from uuid import UUID

from bot.chat.buttons import Act, Look
from bot.chat.context import Ctx
from bot.chat.feature import ANYBODY, Command, Feature, Step, Tap
from bot.chat.navigation import menu_row
from bot.chat.screen import Ask, Button, Elsewhere, Outcome, Rows, Screen, Stay, screen
from bot.chat.text import Name, Say, say
from services import errors
from services.connecting import link_code
from services.pins import Sent

PIN = re.compile(r"\s*(\d[\s-]?){4,10}\s*", re.ASCII)
DIGITS = "123456789"


@dataclass(frozen=True, slots=True)
class SendPin(Act):
    """Yes, send the PIN (again)."""

    feature: ClassVar[str] = "connect"
    verb: ClassVar[str] = "pin"
    challenge: str


@dataclass(frozen=True, slots=True)
class Decline(Act):
    """No, not my account, or not now."""

    feature: ClassVar[str] = "connect"
    verb: ClassVar[str] = "no"
    challenge: str


@dataclass(frozen=True, slots=True)
class NewMail(Act):
    """Have a new activation mail sent."""

    feature: ClassVar[str] = "connect"
    verb: ClassVar[str] = "mail"
    code: str


@dataclass(frozen=True, slots=True)
class Keypad(Look):
    """Show keys instead of typing."""

    feature: ClassVar[str] = "connect"
    verb: ClassVar[str] = "keypad"


@dataclass(frozen=True, slots=True)
class Key(Look):
    """A key under a random name; which digit it stands for is known here only."""

    feature: ClassVar[str] = "connect"
    verb: ClassVar[str] = "key"
    pops: ClassVar[bool] = True
    key: str


async def start(ctx: Ctx) -> Outcome:
    """/start, /start CODE, or a pasted link."""
    wish = ctx.heard.args or ""
    if not wish:
        return Elsewhere("menue") if ctx.connections else ask_for_link()
    code = link_code(wish) or wish.split()[0]
    begun = await ctx.services.connecting.begin(ctx.heard.person_id, ctx.heard.chat_id, ctx.heard.person_name, code)
    challenge = str(begun.challenge_id)
    rows: Rows = (
        (Button(say("connect-button-yes"), SendPin(challenge)),),
        (Button(say("connect-button-no"), Decline(challenge)),),
    )
    shown = screen(
        say("connect-confirm", company=Name(begun.company), phone=begun.phone),
        say("blank"),
        say("connect-confirm-warning"),
        rows=rows,
    )
    state: dict[str, object] = {"challenge": challenge, "length": begun.pin_length, "code": code, **_resume(ctx)}
    return Ask(shown, "pin", state)


def ask_for_link() -> Ask:
    """Somebody without a connection and without a link."""
    return Ask(screen(say("connect-how"), rows=(menu_row(),)), "link")


async def link(ctx: Ctx) -> Outcome:
    """Something was typed where the activation link was expected (a link itself never comes here)."""
    return Ask(screen(say("connect-no-link"), rows=(menu_row(),)), "link", ctx.state)


async def send_pin(ctx: Ctx, button: SendPin) -> Outcome:
    """Yes: the SMS goes out now, and any PIN before it is dead."""
    heard = ctx.heard
    challenge = _challenge(button.challenge)
    sent = await ctx.services.connecting.send_pin(challenge, heard.person_id, heard.chat_id, heard.update_id)
    state = {**_known(ctx, button.challenge), "sent": True, "length": sent.pin_length, "typed": "", "keys": {}}
    return Ask(_pin_screen(_sent_line(sent), state), "pin", state)


async def decline(ctx: Ctx, button: Decline) -> Outcome:
    """No: the link is free again."""
    await ctx.services.connecting.cancel(ctx.heard.person_id, ctx.heard.chat_id)
    return screen(say("connect-declined"), rows=(menu_row(),))


async def pin(ctx: Ctx) -> Outcome:
    """The PIN was typed: it vanishes from the chat while the portal looks at it."""
    where = (_challenge(ctx.state.get("challenge")), ctx.heard.person_id, ctx.heard.chat_id)
    ctx.hands.delete_typed(otherwise=partial(ctx.services.connecting.burn_pin, *where))
    typed = ctx.heard.text or ""
    if not PIN.fullmatch(typed):
        return Ask(_pin_screen(say("connect-not-a-pin"), ctx.state), "pin", ctx.state)
    return await _answer(ctx, re.sub(r"[\s-]", "", typed))


async def keypad(ctx: Ctx, button: Keypad) -> Outcome:
    """Keys instead of typing: nothing of the PIN ever stands in the chat."""
    keys: dict[str, object] = {secrets.token_hex(4): digit for digit in (*DIGITS, "0", "back", "ok")}
    state = {**ctx.state, "keys": keys, "typed": ""}
    return Ask(screen(say("connect-keypad"), rows=_key_rows(keys, state)), "pin", state)


async def key(ctx: Ctx, button: Key) -> Outcome:
    """A key: the popup shows how many there are; with the last digit the PIN is answered."""
    keys, length = ctx.state.get("keys"), _length(ctx.state)
    meaning = keys.get(button.key) if isinstance(keys, Mapping) else None
    if meaning is None:
        await ctx.hands.popup(say("refusal-button-spent"), alert=True)
        return Stay()
    typed = str(ctx.state.get("typed", ""))
    typed = typed[:-1] if meaning == "back" else typed if meaning == "ok" else typed + str(meaning)
    if len(typed) >= length:
        await ctx.hands.finish()
        return await _answer(ctx, typed)
    await ctx.hands.popup(say("connect-dots", dots="●" * len(typed) + "○" * (length - len(typed))))
    return Ask(None, "pin", {**ctx.state, "typed": typed})


async def new_mail(ctx: Ctx, button: NewMail) -> Outcome:
    """The answer is the same whether the portal knows the link or not."""
    await ctx.services.connecting.reissue(button.code)
    return Ask(screen(say("connect-new-mail"), rows=(menu_row(),)), "link", _resume(ctx))


async def _answer(ctx: Ctx, typed: str) -> Outcome:
    heard = ctx.heard
    challenge = _challenge(ctx.state.get("challenge"))
    where = (challenge, heard.person_id, heard.chat_id, heard.person_name)
    connection = await ctx.services.connecting.answer(*where, typed, heard.update_id)
    account = connection.account
    await ctx.services.preferences.connected(heard.person_id, connection.id, account.locale, ctx.now)
    await ctx.hands.tell(say("connect-done", company=Name(account.customer_name), account=account.user_name))
    return Elsewhere(str(ctx.state.get("resume") or "menue"))


def refused(ctx: Ctx, refusal: errors.Refusal) -> Outcome | None:
    """What goes wrong here is told with the way on: try again, another PIN, another mail."""
    code = str(ctx.state.get("code") or link_code(ctx.heard.args) or ctx.heard.args)
    match refusal:
        case errors.PinWrong():
            state = {**ctx.state, "typed": "", "keys": {}}
            return Ask(_pin_screen(say(refusal.key, attempts_left=refusal.attempts_left), state), "pin", state)
        case errors.PinExpired():
            return Ask(_pin_screen(say(refusal.key), ctx.state), "pin", ctx.state)
        case errors.PinRateLimited():
            return Ask(_pin_screen(say(refusal.key, minutes=refusal.minutes), ctx.state), "pin", ctx.state)
        case errors.SmsUnavailable():
            return Ask(_pin_screen(say(refusal.key), ctx.state), "pin", ctx.state)
        case errors.LinkInvalid() | errors.PinLocked():
            rows: Rows = ((Button(say("connect-button-mail"), NewMail(code[:64])),), menu_row())
            return Screen((say(refusal.key),), rows)
    return None


def _pin_screen(line: Say, state: Mapping[str, object]) -> Screen:
    challenge = str(state.get("challenge", ""))
    again = say("connect-button-again" if state.get("sent") else "connect-button-yes")
    rows: list[tuple[Button, ...]] = []
    if state.get("sent"):
        rows.append((Button(say("connect-button-keypad"), Keypad()),))
    rows.append((Button(again, SendPin(challenge)), Button(say("connect-button-cancel"), Decline(challenge))))
    return Screen((line,), tuple(rows))


def _sent_line(sent: Sent) -> Say:
    return say("connect-pin-sent", minutes=sent.minutes, attempts_left=sent.attempts_left)


def _key_rows(keys: Mapping[str, object], state: Mapping[str, object]) -> Rows:
    label = {"back": say("connect-key-back"), "ok": say("connect-key-ok")}
    buttons = [Button(label.get(str(m)) or say("connect-key", digit=str(m)), Key(name)) for name, m in keys.items()]
    nine, (zero, back, ok) = buttons[:9], buttons[9:]
    challenge = str(state.get("challenge", ""))
    return (
        *(tuple(nine[i : i + 3]) for i in (0, 3, 6)),
        (back, zero, ok),
        (
            Button(say("connect-button-again"), SendPin(challenge)),
            Button(say("connect-button-cancel"), Decline(challenge)),
        ),
    )


def _challenge(name: object) -> UUID:
    """The challenge of this name; one that nobody has when a question was asked without any."""
    try:
        return UUID(str(name))
    except ValueError:
        return UUID(int=0)


def _known(ctx: Ctx, challenge: str) -> dict[str, object]:
    return {**ctx.state, "challenge": challenge}


def _length(state: Mapping[str, object]) -> int:
    found = state.get("length")
    return found if isinstance(found, int) else 6


def _resume(ctx: Ctx) -> dict[str, object]:
    resume = ctx.state.get("resume") or ctx.visit.dialog.state.get("resume")
    return {"resume": resume} if resume else {}


FEATURE = Feature(
    name="connect",
    commands=(Command("start", "start", start, ANYBODY, listed=False),),
    taps=(
        Tap(SendPin, send_pin, ANYBODY),
        Tap(Decline, decline, ANYBODY),
        Tap(NewMail, new_mail, ANYBODY),
        Tap(Keypad, keypad, ANYBODY),
        Tap(Key, key, ANYBODY),
    ),
    steps=(Step("link", link), Step("pin", pin, secret=True)),
    refused=refused,
)
