"""Connect: "I have the activation mail; let me use the chat."

mail's link (or the link pasted, or /start CODE)
  -> whose account this is (masked), shall a PIN be sent?      Yes / No
  -> PIN typed (the message is deleted) or tapped on a keypad  new PIN, cancel
  -> connected; the command that met "not connected" goes on
Bad endings: link unknown, used or expired (a new mail is offered); PIN wrong, late or too often; no SMS; connected.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar
from uuid import UUID

from bot.chat import pinpad
from bot.chat.buttons import Act
from bot.chat.context import Ctx
from bot.chat.feature import ANYBODY, Command, Feature, Step, Tap
from bot.chat.navigation import INVITED, menu_row
from bot.chat.pinpad import PinPad
from bot.chat.screen import Ask, Button, Elsewhere, Outcome, Rows, Screen, screen
from bot.chat.text import Name, Say, say
from services import errors
from services.connecting import link_code
from services.pins import Sent
from services.preferences import language_of


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
class Keypad(pinpad.Keypad):
    """Show keys instead of typing."""

    feature: ClassVar[str] = "connect"


@dataclass(frozen=True, slots=True)
class Key(pinpad.Key):
    """One of the keys."""

    feature: ClassVar[str] = "connect"


async def start(ctx: Ctx) -> Outcome:
    """/start, /start CODE, or a pasted link."""
    wish = ctx.heard.args or ""
    if not wish:
        return Elsewhere("menue") if ctx.connections else ask_for_link()
    code = link_code(wish) or wish.split()[0]
    if await ctx.services.inviting.knows(code):
        return Elsewhere(f"{INVITED} {code}")
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
    """Something was typed where the activation link was expected (a link itself never comes here).

    A PIN is taken for one: somebody looked at something else after the SMS came.
    """
    if pinpad.typed_pin(ctx) is None:
        return Ask(screen(say("connect-no-link"), rows=(menu_row(),)), "link", ctx.state)
    if "challenge" in ctx.state:
        return await pin(ctx)
    ctx.hands.delete_typed()
    return Ask(screen(say("connect-no-pin"), rows=(menu_row(),)), "link", ctx.state)


async def send_pin(ctx: Ctx, button: SendPin) -> Outcome:
    """Yes: the SMS goes out now, and any PIN before it is dead."""
    heard = ctx.heard
    challenge = _challenge(button.challenge)
    sent = await ctx.services.connecting.send_pin(challenge, heard.person_id, heard.chat_id, heard.update_id)
    state = {**ctx.state, "challenge": button.challenge, "sent": True, "length": sent.pin_length}
    return _ask_pin(_sent_line(sent), state)


async def decline(ctx: Ctx, button: Decline) -> Outcome:
    """No: the link is free again."""
    await ctx.services.connecting.cancel(ctx.heard.person_id, ctx.heard.chat_id)
    return screen(say("connect-declined"), rows=(menu_row(),))


async def pin(ctx: Ctx) -> Outcome:
    """The PIN was typed: it vanishes from the chat while the portal looks at it."""
    where = (_challenge(ctx.state.get("challenge")), ctx.heard.person_id, ctx.heard.chat_id)
    ctx.hands.delete_typed(otherwise=partial(ctx.services.connecting.burn_pin, *where))
    typed = pinpad.typed_pin(ctx)
    return _ask_pin(pinpad.not_a_pin(ctx.state), ctx.state) if typed is None else await _answer(ctx, typed)


async def keypad(ctx: Ctx, button: Keypad) -> Outcome:
    """Keys instead of typing."""
    return _pad(ctx.state).keys(ctx.state)


async def key(ctx: Ctx, button: Key) -> Outcome:
    """With the last digit the PIN is answered."""
    found = await pinpad.pressed(ctx, button)
    return await _answer(ctx, found) if isinstance(found, str) else found


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
    language = language_of(replace(ctx.visit.person, language_portal=account.locale), heard.language_code)
    if language != ctx.language:
        ctx.hands.show_commands(ctx.house.commands, language)
    await ctx.hands.tell(say("connect-done", company=Name(account.customer_name), account=account.user_name))
    return Elsewhere(str(ctx.state.get("resume") or "menue"))


def refused(ctx: Ctx, refusal: errors.Refusal) -> Outcome | None:
    """What goes wrong here is told with the way on: try again, another PIN, another mail."""
    code = str(ctx.state.get("code") or link_code(ctx.heard.args) or ctx.heard.args)
    match refusal:
        case errors.PinWrong():
            return _ask_pin(say(refusal.key, attempts_left=refusal.attempts_left), ctx.state)
        case errors.PinRateLimited():
            return _ask_pin(say(refusal.key, minutes=refusal.minutes), ctx.state)
        case errors.PinExpired() | errors.SmsUnavailable():
            return _ask_pin(say(refusal.key), ctx.state)
        case errors.LinkInvalid() | errors.PinLocked():
            rows: Rows = ((Button(say("connect-button-mail"), NewMail(code[:64])),), menu_row())
            return Screen((say(refusal.key),), rows)
    return None


def _ask_pin(line: Say, state: Mapping[str, object]) -> Ask:
    return _pad(state).ask((line,), state, sent=None if state.get("sent") else say("connect-button-yes"))


def _pad(state: Mapping[str, object]) -> PinPad:
    challenge = str(state.get("challenge", ""))
    return PinPad(Keypad(), Key, SendPin(challenge), Decline(challenge))


def _sent_line(sent: Sent) -> Say:
    return say("connect-pin-sent", minutes=sent.minutes, attempts_left=sent.attempts_left)


def _challenge(name: object) -> UUID:
    """The challenge of this name; one that nobody has when a question was asked without any."""
    try:
        return UUID(str(name))
    except ValueError:
        return UUID(int=0)


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
