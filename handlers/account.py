"""Account: "Which account do I see here, who else is connected, and how do I end it?"

/konto -> my connections (company, since, last use), the colleagues'
       -> switch to another account      (when there are several)
       -> disconnect -> really? -> done  (at the portal too)
Notices: somebody connected (one tap ends it), my connection was ended by a colleague or by the portal.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from bot.chat.buttons import Act, Look, id_of
from bot.chat.context import Ctx
from bot.chat.feature import CONNECTED, Command, Feature, Tap, Telling, Words
from bot.chat.navigation import Go, menu_row
from bot.chat.screen import Button, Elsewhere, Outcome, Rows, Screen, screen
from bot.chat.text import Code, Name, Say, say
from services.errors import Gone
from storage.connections import Connection

MOST_COLLEAGUES = 6


@dataclass(frozen=True, slots=True)
class LookAt(Look):
    """Show this account from now on."""

    feature: ClassVar[str] = "account"
    verb: ClassVar[str] = "look"
    account: str


@dataclass(frozen=True, slots=True)
class AskEnd(Look):
    """End this connection? Asked once more."""

    feature: ClassVar[str] = "account"
    verb: ClassVar[str] = "ask"
    connection: str


@dataclass(frozen=True, slots=True)
class End(Act):
    """Yes, end it."""

    feature: ClassVar[str] = "account"
    verb: ClassVar[str] = "end"
    connection: str


@dataclass(frozen=True, slots=True)
class EndAtOnce(Look):
    """The one tap under a security notice: the safe direction needs no second question."""

    feature: ClassVar[str] = "account"
    verb: ClassVar[str] = "now"
    connection: str


async def account(ctx: Ctx) -> Outcome:
    """/konto"""
    current = ctx.connection
    several = len(ctx.connections) > 1
    lines: list[Say] = [say("account-title", count=len(ctx.connections)), say("blank")]
    rows: list[tuple[Button, ...]] = []
    for connection in ctx.connections:
        lines += [*_mine(connection, is_current=several and connection.id == current.id), say("blank")]
        name = Name(connection.account.customer_name)
        if connection.id != current.id:
            rows.append((Button(say("account-button-look", company=name), LookAt(connection.tag)),))
        rows.append((Button(say("account-button-end", company=name), AskEnd(connection.id.hex)),))
    colleagues = await ctx.services.connecting.colleagues(current)
    others = [c for c in colleagues if c.person_id != current.person_id]
    if others:
        lines.append(say("account-colleagues", count=len(others)))
        for other in others[:MOST_COLLEAGUES]:
            lines.append(say("account-colleague", person=Name(other.person_name), since=other.connected_at))
            rows.append(
                (Button(say("account-button-end-other", person=Name(other.person_name)), AskEnd(other.id.hex)),)
            )
    rows += [(Button(say("account-button-language"), Go("sprache")), *menu_row())]
    return Screen(tuple(lines), tuple(rows))


async def look_at(ctx: Ctx, button: LookAt) -> Outcome:
    """Another account on the screens."""
    await ctx.services.preferences.look_at(ctx.heard.person_id, ctx.connection_of(button.account).id)
    return Elsewhere("menue")


async def ask_end(ctx: Ctx, button: AskEnd) -> Outcome:
    """Said before it is done: what ends, and that a new activation link is needed afterwards."""
    rows: Rows = (
        (Button(say("account-button-really"), End(button.connection)),),
        (Button(say("button-back"), Go("konto")),),
    )
    wanted = id_of(button.connection)
    for mine in ctx.connections:
        if mine.id == wanted:
            return screen(say("account-really", company=Name(mine.account.customer_name)), rows=rows)
    for mine in ctx.connections:
        for other in await ctx.services.connecting.colleagues(mine):
            if other.id == wanted:
                facts = {"person": Name(other.person_name), "company": Name(other.account.customer_name)}
                return screen(say("account-really-other", **facts), rows=rows)
    raise Gone


async def end(ctx: Ctx, button: End) -> Outcome:
    """Done, here at once and at the portal as soon as it hears it."""
    return await _end(ctx, button.connection)


async def end_at_once(ctx: Ctx, button: EndAtOnce) -> Outcome:
    """From a notice; authority is looked at now, whoever got the notice then."""
    return await _end(ctx, button.connection)


async def _end(ctx: Ctx, connection: str) -> Outcome:
    ended = await ctx.services.connecting.end(id_of(connection), ctx.connections)
    key = "account-ended" if ended.person_id == ctx.heard.person_id else "account-ended-other"
    facts = {"company": Name(ended.account.customer_name), "person": Name(ended.person_name)}
    return screen(say(key, **facts), rows=(menu_row(),))


def _mine(connection: Connection, *, is_current: bool) -> list[Say]:
    account = connection.account
    lines = [say("account-company-current" if is_current else "account-company", company=Name(account.customer_name))]
    lines.append(say("account-user", account=Code(account.user_name), name=Name(account.name)))
    lines += [say("account-role", role=role) for role in account.roles]
    lines.append(say("account-since", since=connection.connected_at, used=connection.used_at))
    return lines


def tell_connected(facts: Mapping[str, object]) -> Screen:
    """Somebody else connected to the customer."""
    at = datetime.fromisoformat(str(facts["at"]))
    line = say(
        "notice-connected",
        person=Name(str(facts["person"])),
        company=Name(str(facts["company"])),
        account=str(facts["account"]),
        at=at,
    )
    press = EndAtOnce(UUID(str(facts["connection"])).hex)
    return Screen((line,), ((Button(say("account-button-now"), press),), menu_row()))


def tell_disconnected(facts: Mapping[str, object]) -> Screen:
    """A colleague ended my connection."""
    line = say("notice-disconnected", company=Name(str(facts["company"])), by=Name(str(facts["by"])))
    return Screen((line,), (menu_row(),))


def tell_ended(facts: Mapping[str, object]) -> Screen:
    """The portal ended my connection."""
    return Screen((say("notice-ended", company=Name(str(facts["company"]))),), (menu_row(),))


FEATURE = Feature(
    name="account",
    commands=(Command("konto", "account", account, CONNECTED),),
    taps=(Tap(LookAt, look_at), Tap(AskEnd, ask_end), Tap(End, end), Tap(EndAtOnce, end_at_once)),
    words=(
        Words(
            re.compile(
                r"^(?:(?:mein |my )?(?:konto|account)|(?:verbindung )?trennen|abmelden|disconnect|log ?(?:out|off))"
                r"[.!]?$"
            ),
            account,
        ),
    ),
    tellings=(
        Telling("connected", tell_connected),
        Telling("disconnected", tell_disconnected),
        Telling("ended", tell_ended),
    ),
)
