"""Invited: "my client's portal admin sent me a link; the invoices shall come here, in my own time."

link -> who invites, to what -> yes -> notices and their files come by themselves
/benachrichtigungen without a connection -> kinds within what was shared, delivery, quiet hours, files, silence, stop
Bad endings: the link was used, is too old, or was withdrawn; connected to the company anyway.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import ClassVar

from bot.chat.buttons import Act, Look, id_of
from bot.chat.context import Ctx
from bot.chat.doors import InvitedTo, StopInvited
from bot.chat.feature import ANYBODY, Command, Feature, Tap, Telling
from bot.chat.navigation import INVITED, menu_row
from bot.chat.noticing import delivered, quieted, shared, yes
from bot.chat.screen import BLANK, Button, Elsewhere, Outcome, Rows, Screen, screen
from bot.chat.text import Name, say
from services.errors import Gone, NotConnected
from services.invited import Share
from services.inviting import SHAREABLE
from services.subscriptions import EventKind, Quiet, Rhythm, Wish

TIMES = (7, 8, 9, 12, 17)  # o'clock
HOURS = ("20-7", "18-8", "22-6")
FLAGS = {"pdf": "with_pdf", "xml": "with_xml", "silent": "silent", "hidden": "amounts_hidden"}


@dataclass(frozen=True, slots=True)
class Accept(Act):
    """Yes, take the invitation."""

    feature: ClassVar[str] = "invited"
    verb: ClassVar[str] = "yes"
    invitation: str


@dataclass(frozen=True, slots=True)
class Decline(Act):
    """No: the link stays as good as it is."""

    feature: ClassVar[str] = "invited"
    verb: ClassVar[str] = "no"


@dataclass(frozen=True, slots=True)
class Settle(Look):
    """How notices come: `what` is "when", "at", "quiet" or a flag; with a value it is set first."""

    feature: ClassVar[str] = "invited"
    verb: ClassVar[str] = "set"
    subscription: str
    what: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Tell(Look):
    """A shared kind on or off; "mute" is a day of silence."""

    feature: ClassVar[str] = "invited"
    verb: ClassVar[str] = "kind"
    subscription: str
    kind: str
    to: str


async def invited(ctx: Ctx) -> Outcome:
    """A link was opened (with its code); without one, what was shared with this chat."""
    if ctx.heard.args:
        return await _opened(ctx, ctx.heard.args.split()[0])
    found = await ctx.services.invited.of_chat(ctx.heard.chat_id)
    if not found:
        if ctx.connections:
            return Elsewhere("benachrichtigungen")
        raise NotConnected
    if len(found) == 1:
        return _shown(ctx, found[0])
    rows = tuple((Button(say("invited-button-company", company=Name(s.company)), InvitedTo(s.id.hex)),) for s in found)
    return screen(say("invited-several"), rows=(*rows, menu_row()))


async def _opened(ctx: Ctx, code: str) -> Outcome:
    offer = await ctx.services.inviting.opened(code, ctx.heard.person_id, ctx.connections)
    if offer.invitation.person_id is not None:
        return await _taken(ctx, offer.invitation.subscription_id)
    rows: Rows = (
        (Button(say("invited-button-yes"), Accept(offer.invitation.id.hex)),),
        (Button(say("invited-button-no"), Decline()),),
        menu_row(),
    )
    company, by = Name(offer.company), Name(offer.inviter)
    lines = (say("invited-ask", company=company, by=by), *shared(offer.terms), BLANK, say("invited-then", by=by))
    return screen(*lines, rows=rows)


async def accept(ctx: Ctx, button: Accept) -> Outcome:
    """Yes: from now on it comes by itself."""
    heard = ctx.heard
    who = (heard.person_id, heard.person_name, ctx.connections)
    offer = await ctx.services.inviting.accept(id_of(button.invitation), *who)
    return await _taken(ctx, offer.invitation.subscription_id)


async def _taken(ctx: Ctx, subscription: object) -> Outcome:
    share = await ctx.services.invited.find(id_of(str(subscription)), ctx.heard.chat_id)
    settings = (Button(say("noticed-button-settings"), InvitedTo(share.id.hex)),)
    return screen(say("invited-done", company=Name(share.company)), rows=(settings, menu_row()))


async def decline(ctx: Ctx, button: Decline) -> Outcome:
    """No."""
    return screen(say("invited-declined"), rows=(menu_row(),))


async def show(ctx: Ctx, button: InvitedTo) -> Outcome:
    """What is told, and how."""
    return _shown(ctx, await _find(ctx, button.subscription))


async def stop(ctx: Ctx, button: StopInvited) -> Outcome:
    """Nothing more; one tap brings it back."""
    key = button.subscription
    share = await ctx.services.invited.stop(id_of(key), ctx.heard.chat_id)
    again = (Button(say("notify-button-again"), Tell(key, "mute", "off")),)
    return screen(say("invited-stopped", company=Name(share.company)), rows=(again, menu_row(InvitedTo(key))))


async def tell(ctx: Ctx, button: Tell) -> Outcome:
    """A kind on or off, within what was shared; or a day of silence."""
    key, chat, is_on = id_of(button.subscription), ctx.heard.chat_id, button.to == "on"
    if button.kind == "mute":
        return _shown(ctx, await ctx.services.invited.mute(key, chat, on=is_on))
    kind = next((kind for kind in EventKind if kind.value == button.kind), None)
    if kind is None:
        raise Gone
    return _shown(ctx, await ctx.services.invited.turn(key, chat, kind, on=is_on))


async def settle(ctx: Ctx, button: Settle) -> Outcome:
    """Delivery, quiet hours, files and sound."""
    what, value = button.what, button.value
    share = await _find(ctx, button.subscription)
    if value:
        share = await ctx.services.invited.edit(share.id, ctx.heard.chat_id, _change(what, value))
    if what in ("when", "at"):
        return _when(share)
    return _quiet(share) if what == "quiet" else _manner(share)


def _change(what: str, value: str) -> Callable[[Wish], Wish]:
    """What a button means; what none of them says is gone."""
    if what == "when":
        rhythm = next((each for each in Rhythm if each.value == value), None)
        if rhythm is not None:
            return lambda wish: replace(wish, rhythm=rhythm)
    if what == "at" and value in map(str, TIMES):
        return lambda wish: replace(wish, at=time(int(value)))
    if what == "quiet" and value in (*HOURS, "none"):
        return lambda wish: replace(wish, quiet=_hours(value))
    if what in FLAGS and value in ("on", "off"):
        return lambda wish: replace(wish, **{FLAGS[what]: value == "on"})  # type: ignore[arg-type]  # each flag is a bool
    raise Gone


async def _find(ctx: Ctx, subscription: str) -> Share:
    return await ctx.services.invited.find(id_of(subscription), ctx.heard.chat_id)


def _shown(ctx: Ctx, share: Share) -> Screen:
    key, wish = share.id.hex, share.wish
    head = [say("invited-title", company=Name(share.company), by=Name(share.inviter)), BLANK]
    if not share.is_on:
        again = (Button(say("notify-button-again"), Tell(key, "mute", "off")),)
        return screen(*head, say("invited-off"), rows=(again, menu_row()))
    if share.state == "paused":
        head += [say("invited-paused", by=Name(share.inviter)), BLANK]
    muted = wish.muted_until is not None and wish.muted_until > ctx.now
    kinds = [
        Button(
            say("notify-button-kind", kind=kind.value, on=yes(kind in wish.kinds)),
            Tell(key, kind.value, "off" if kind in wish.kinds else "on"),
        )
        for kind in SHAREABLE
        if kind in share.bounds.kinds
    ]
    rows = [tuple(kinds[i : i + 2]) for i in range(0, len(kinds), 2)]
    rows += [
        (
            Button(say("notify-button-when"), Settle(key, "when")),
            Button(say("notify-button-quiet"), Settle(key, "quiet")),
        ),
        (Button(say("notify-button-how"), Settle(key, "pdf")),),
        (
            Button(say("notify-button-mute", on=yes(muted)), Tell(key, "mute", "off" if muted else "on")),
            Button(say("notify-button-stop"), StopInvited(key)),
        ),
        menu_row(),
    ]
    lines = [*head, delivered(wish), quieted(wish)]
    if muted:
        lines.append(say("notify-muted", until=wish.muted_until))
    return screen(*lines, rows=tuple(rows))


def _when(share: Share) -> Screen:
    key, wish = share.id.hex, share.wish
    rhythms = [
        Button(
            say("notify-button-rhythm", rhythm=each.value, on=yes(each is wish.rhythm)), Settle(key, "when", each.value)
        )
        for each in Rhythm
    ]
    rows: list[tuple[Button, ...]] = [tuple(rhythms[:2]), tuple(rhythms[2:])]
    if wish.rhythm is not Rhythm.AT_ONCE:
        times = (
            Button(say("notify-button-at", time=time(hour).isoformat("minutes")), Settle(key, "at", str(hour)))
            for hour in TIMES
        )
        rows.append(tuple(times))
    return screen(delivered(wish), rows=(*rows, menu_row(InvitedTo(key))))


def _quiet(share: Share) -> Screen:
    key = share.id.hex
    hours = [(value, quiet) for value in HOURS if (quiet := _hours(value)) is not None]
    choices = tuple(
        Button(
            say("notify-button-hours", since=q.since.isoformat("minutes"), until=q.until.isoformat("minutes")),
            Settle(key, "quiet", value),
        )
        for value, q in hours
    )
    none = (Button(say("notify-button-no-quiet"), Settle(key, "quiet", "none")),)
    return screen(quieted(share.wish), rows=(choices, none, menu_row(InvitedTo(key))))


def _manner(share: Share) -> Screen:
    key = share.id.hex
    states = {flag: bool(getattr(share.wish, name)) for flag, name in FLAGS.items()}
    rows: Rows = tuple(
        (Button(say("notify-button-flag", flag=flag, on=yes(on)), Settle(key, flag, "off" if on else "on")),)
        for flag, on in states.items()
    )
    return screen(say("notify-how"), rows=(*rows, menu_row(InvitedTo(key))))


def _hours(value: str) -> Quiet | None:
    since, _, until = value.partition("-")
    return Quiet(time(int(since)), time(int(until))) if until else None


def tell_ended(facts: Mapping[str, object]) -> Screen:
    """What was shared is not shared any more."""
    return Screen((say("notice-invitation-ended", company=Name(str(facts["company"]))),), (menu_row(),))


FEATURE = Feature(
    name="invited",
    commands=(Command(INVITED, "invited", invited, ANYBODY, listed=False),),
    taps=(
        Tap(Accept, accept, ANYBODY),
        Tap(Decline, decline, ANYBODY),
        Tap(InvitedTo, show, ANYBODY),
        Tap(StopInvited, stop, ANYBODY),
        Tap(Tell, tell, ANYBODY),
        Tap(Settle, settle, ANYBODY),
    ),
    tellings=(Telling("invitation-ended", tell_ended),),
)
