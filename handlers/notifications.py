"""Notifications: "tell me when there is a new invoice" - what is told, when, how, and silence when it is too much.

/benachrichtigungen -> one tap for the usual; each kind on or off in place
  -> delivery (at once, daily, on weekdays, weekly; at which time)   -> quiet hours (tapped or typed)
  -> files and discretion   -> only what matters (another module)    -> a day of silence, stop
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import ClassVar

from bot.chat.buttons import Look
from bot.chat.context import Ctx
from bot.chat.doors import Deliveries, MailboxOf, OnlySome, StopNotices, Subscribed, Subscribers
from bot.chat.feature import ANYBODY, CONNECTED, INVOICES, Command, Feature, Step, Tap, Words
from bot.chat.lists import whose
from bot.chat.navigation import INVITED, menu_row
from bot.chat.noticing import delivered, narrowed, quieted, yes
from bot.chat.screen import BLANK, Ask, Button, Elsewhere, Outcome, Rows, Screen, screen
from bot.chat.text import Say, say
from services.errors import Gone
from services.subscribing import UNASKED, Standing, kinds_for, standard_for, typed_hours, typed_time
from services.subscriptions import EventKind, Quiet, Rhythm, Wish, is_chosen

TIMES = (7, 8, 9, 12, 17)  # o'clock
HOURS = ((20, 7), (18, 8), (22, 6))
FLAGS = ("pdf", "xml", "silent", "hidden")
NEVER = -1  # minutes: no quiet hours


@dataclass(frozen=True, slots=True)
class Begin(Look):
    """The usual, in one tap."""

    feature: ClassVar[str] = "notify"
    verb: ClassVar[str] = "begin"
    account: str


@dataclass(frozen=True, slots=True)
class Tell(Look):
    """A kind of event, told or not: the button says which, so that an old one does no other thing."""

    feature: ClassVar[str] = "notify"
    verb: ClassVar[str] = "kind"
    account: str
    kind: str
    to: str


@dataclass(frozen=True, slots=True)
class Delivery(Look):
    """When notices come; with a rhythm (and minutes since midnight) it is set first."""

    feature: ClassVar[str] = "notify"
    verb: ClassVar[str] = "when"
    account: str
    rhythm: str = ""
    minute: int = NEVER


@dataclass(frozen=True, slots=True)
class QuietHours(Look):
    """The hours without notices; `change` sets them first, in minutes since midnight."""

    feature: ClassVar[str] = "notify"
    verb: ClassVar[str] = "quiet"
    account: str
    change: str = ""
    since: int = NEVER
    until: int = NEVER


@dataclass(frozen=True, slots=True)
class Manner(Look):
    """Files, sound, amounts; with a flag it is set first."""

    feature: ClassVar[str] = "notify"
    verb: ClassVar[str] = "how"
    account: str
    flag: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Mute(Look):
    """Silence for a day, or the end of it."""

    feature: ClassVar[str] = "notify"
    verb: ClassVar[str] = "mute"
    account: str
    to: str


async def overview(ctx: Ctx) -> Outcome:
    """/benachrichtigungen; without a connection somebody may have been invited."""
    if not ctx.connections:
        return Elsewhere(INVITED)
    return await listed(ctx, Subscribed(ctx.connection.tag))


async def listed(ctx: Ctx, button: Subscribed) -> Outcome:
    """What is told, and how."""
    by = ctx.connection_of(button.account)
    return _listed(ctx, button.account, await ctx.services.subscribing.of(by, ctx.heard.chat_id))


async def begin(ctx: Ctx, button: Begin) -> Outcome:
    """The usual kinds for this role."""
    by = ctx.connection_of(button.account)
    return _listed(ctx, button.account, await ctx.services.subscribing.begin(by, ctx.heard.chat_id))


async def tell(ctx: Ctx, button: Tell) -> Outcome:
    """A kind on or off."""
    by = ctx.connection_of(button.account)
    kind = next((kind for kind in kinds_for(by.account.roles) if kind.value == button.kind), None)
    if kind is None:
        raise Gone
    standing = await ctx.services.subscribing.turn(by, ctx.heard.chat_id, kind, on=button.to == "on")
    return _listed(ctx, button.account, standing)


async def stop(ctx: Ctx, button: StopNotices) -> Outcome:
    """Nothing more for this chat; one tap brings it back."""
    by = ctx.connection_of(button.account)
    await ctx.services.subscribing.stop(by, ctx.heard.chat_id)
    again = Button(say("notify-button-again"), Begin(button.account))
    return screen(say("notify-stopped"), rows=((again,), menu_row(Subscribed(button.account))))


async def mute(ctx: Ctx, button: Mute) -> Outcome:
    """A day of silence; what happens meanwhile comes after it."""
    by = ctx.connection_of(button.account)
    standing = await ctx.services.subscribing.mute(by, ctx.heard.chat_id, on=button.to == "on")
    return _listed(ctx, button.account, standing)


async def delivery(ctx: Ctx, button: Delivery) -> Outcome:
    """At once, or gathered at a time of the day."""
    rhythm = next((rhythm for rhythm in Rhythm if rhythm.value == button.rhythm), None)
    if rhythm is None:
        return _delivery(button.account, await _standing(ctx, button.account))

    def change(wish: Wish) -> Wish:
        return replace(wish, rhythm=rhythm, at=wish.at if button.minute < 0 else _time(button.minute))

    return _delivery(button.account, await _edited(ctx, button.account, change))


async def typed_delivery(ctx: Ctx) -> Outcome:
    """A time was typed."""
    account, at = str(ctx.state["account"]), typed_time(ctx.heard.text or "")
    if at is None:
        return _delivery(account, await _standing(ctx, account), say("notify-no-time"))

    def change(wish: Wish) -> Wish:
        return replace(wish, at=at, rhythm=Rhythm.DAILY if wish.rhythm is Rhythm.AT_ONCE else wish.rhythm)

    return _delivery(account, await _edited(ctx, account, change))


async def quiet(ctx: Ctx, button: QuietHours) -> Outcome:
    """Hours in which nothing comes; it comes when they end."""
    if not button.change:
        return _quiet(button.account, await _standing(ctx, button.account))
    hours = None if button.since < 0 else Quiet(_time(button.since), _time(button.until))
    return _quiet(button.account, await _edited(ctx, button.account, lambda wish: replace(wish, quiet=hours)))


async def typed_quiet(ctx: Ctx) -> Outcome:
    """Hours were typed."""
    account, found = str(ctx.state["account"]), typed_hours(ctx.heard.text or "")
    if found is None:
        return _quiet(account, await _standing(ctx, account), say("notify-no-hours"))
    return _quiet(account, await _edited(ctx, account, lambda wish: replace(wish, quiet=Quiet(*found))))


async def manner(ctx: Ctx, button: Manner) -> Outcome:
    """With PDF, with e-invoice, without a sound, without amounts."""
    if not button.flag:
        return _manner(button.account, await _standing(ctx, button.account))
    is_on = button.to == "on"
    change = {
        "pdf": lambda wish: replace(wish, with_pdf=is_on),
        "xml": lambda wish: replace(wish, with_xml=is_on),
        "silent": lambda wish: replace(wish, silent=is_on),
        "hidden": lambda wish: replace(wish, amounts_hidden=is_on),
    }.get(button.flag)
    if change is None:
        raise Gone
    return _manner(button.account, await _edited(ctx, button.account, change))


async def _standing(ctx: Ctx, account: str) -> Standing:
    return await ctx.services.subscribing.of(ctx.connection_of(account), ctx.heard.chat_id)


async def _edited(ctx: Ctx, account: str, change: Callable[[Wish], Wish]) -> Standing:
    return await ctx.services.subscribing.edit(ctx.connection_of(account), ctx.heard.chat_id, change)


def _listed(ctx: Ctx, account: str, standing: Standing) -> Screen:
    wish, roles = standing.wish, ctx.connection_of(account).account.roles
    head = [say("notify-title"), *whose(ctx, account)]
    log = Button(say("notify-button-log"), Deliveries(account))
    invite = ((Button(say("notify-button-invite"), Subscribers(account)),),) if INVOICES.is_met_by(roles) else ()
    if not standing.is_on and standing.state != "paused":
        start = Button(say("notify-button-begin"), Begin(account))
        told = standard_for(roles) if standing.state == UNASKED else ()
        rows = ((start,), *_choices(account, told, wish), *invite, (log,), menu_row())
        unasked = (say("notify-unasked"),) if told else ()
        return screen(*head, BLANK, say("notify-nothing"), *unasked, BLANK, say("notify-always"), rows=rows)
    if standing.state == "paused":
        head += [BLANK, say("notify-paused", reason=standing.reason)]
    muted = wish.muted_until is not None and wish.muted_until > ctx.now
    silence = Button(say("notify-button-mute", on=yes(muted)), Mute(account, "off" if muted else "on"))
    rows = (
        *_choices(account, kinds_for(roles), wish),
        (Button(say("notify-button-when"), Delivery(account)), Button(say("notify-button-quiet"), QuietHours(account))),
        (Button(say("notify-button-how"), Manner(account)), Button(say("notify-button-only"), OnlySome(account))),
        (silence, Button(say("notify-button-stop"), StopNotices(account))),
        *_mailbox(ctx, account),
        *invite,
        (log, *menu_row()),
    )
    lines = [*head, BLANK, delivered(wish), quieted(wish), *narrowed(wish)]
    if muted:
        lines.append(say("notify-muted", until=wish.muted_until))
    return screen(*lines, BLANK, say("notify-always"), rows=rows)


def _choices(account: str, kinds: Sequence[EventKind], wish: Wish) -> Rows:
    """Kinds on or off, two in a row."""
    buttons = []
    for kind in kinds:
        is_on = is_chosen(kind, wish)
        press = Tell(account, kind.value, "off" if is_on else "on")
        buttons.append(Button(say("notify-button-kind", kind=kind.value, on=yes(is_on)), press))
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))


def _mailbox(ctx: Ctx, account: str) -> Rows:
    """Files to a mailbox, for whoever may read invoices, where mails are sent."""
    may = ctx.services.mailing.is_offered and INVOICES.is_met_by(ctx.connection_of(account).account.roles)
    return ((Button(say("notify-button-mailbox"), MailboxOf(account)),),) if may else ()


def _delivery(account: str, standing: Standing, hint: Say | None = None) -> Ask:
    wish = standing.wish
    rhythms = [
        Button(
            say("notify-button-rhythm", rhythm=each.value, on=yes(each is wish.rhythm)), Delivery(account, each.value)
        )
        for each in Rhythm
    ]
    rows: list[tuple[Button, ...]] = [tuple(rhythms[:2]), tuple(rhythms[2:])]
    if wish.rhythm is not Rhythm.AT_ONCE:
        rows.append(
            tuple(
                Button(
                    say("notify-button-at", time=_shown(time(hour))), Delivery(account, wish.rhythm.value, hour * 60)
                )
                for hour in TIMES
            )
        )
    lines = [delivered(wish), hint or say("notify-when-how", rhythm=wish.rhythm.value)]
    return Ask(screen(*lines, rows=(*rows, menu_row(Subscribed(account)))), "time", {"account": account})


def _quiet(account: str, standing: Standing, hint: Say | None = None) -> Ask:
    choices = tuple(
        Button(
            say("notify-button-hours", since=_shown(time(since)), until=_shown(time(until))),
            QuietHours(account, "set", since * 60, until * 60),
        )
        for since, until in HOURS
    )
    none = (Button(say("notify-button-no-quiet"), QuietHours(account, "set")),)
    lines = [quieted(standing.wish), hint or say("notify-quiet-how")]
    return Ask(screen(*lines, rows=(choices, none, menu_row(Subscribed(account)))), "hours", {"account": account})


def _manner(account: str, standing: Standing) -> Screen:
    wish = standing.wish
    states = dict(zip(FLAGS, (wish.with_pdf, wish.with_xml, wish.silent, wish.amounts_hidden), strict=True))
    rows: Rows = tuple(
        (Button(say("notify-button-flag", flag=flag, on=yes(is_on)), Manner(account, flag, "off" if is_on else "on")),)
        for flag, is_on in states.items()
    )
    return screen(say("notify-how"), rows=(*rows, menu_row(Subscribed(account))))


def _time(minute: int) -> time:
    if not 0 <= minute < 24 * 60:
        raise Gone
    return time(*divmod(minute, 60))


def _shown(at: time) -> str:
    return at.isoformat("minutes")


FEATURE = Feature(
    name="notify",
    commands=(Command("benachrichtigungen", "notifications", overview, ANYBODY),),
    taps=(
        Tap(Subscribed, listed),
        Tap(Begin, begin),
        Tap(Tell, tell),
        Tap(StopNotices, stop),
        Tap(Mute, mute),
        Tap(Delivery, delivery),
        Tap(QuietHours, quiet),
        Tap(Manner, manner),
    ),
    steps=(
        Step("time", typed_delivery, CONNECTED),
        Step("hours", typed_quiet, CONNECTED),
    ),
    words=(
        Words(
            re.compile(r"\b(benachrichtig\w*|notifications?|rechnungs-?alarm|alarm|alerts?|ruhezeit|quiet hours)\b"),
            overview,
            ANYBODY,
        ),
    ),
)
