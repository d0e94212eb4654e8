"""Mailbox: "our bookkeeping software shall get the invoices too" - files to a mailbox that somebody has proved theirs.

notifications -> address typed -> code from the mail typed -> confirmed, shown masked   -> remove
Notice: a colleague has added one (to the other portal admins).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from bot.chat.buttons import Act, id_of
from bot.chat.context import Ctx
from bot.chat.doors import MailboxOf, Subscribed
from bot.chat.feature import INVOICES, Feature, Step, Tap, Telling
from bot.chat.lists import whose
from bot.chat.navigation import menu_row
from bot.chat.screen import BLANK, Ask, Button, Outcome, Screen, screen
from bot.chat.text import Code, Name, say
from services.errors import MailCodeExpired, Refusal
from services.mailing import shown


@dataclass(frozen=True, slots=True)
class Remove(Act):
    """Nothing goes there any more. No question: it can be added again."""

    feature: ClassVar[str] = "mailbox"
    verb: ClassVar[str] = "remove"
    account: str


async def opened(ctx: Ctx, button: MailboxOf) -> Outcome:
    """The mailbox there is, or the question for one."""
    account = button.account
    found = await ctx.services.mailing.of(ctx.connection_of(account), ctx.heard.chat_id)
    head = (say("mailbox-title"), *whose(ctx, account), BLANK)
    back = menu_row(Subscribed(account))
    if found is None:
        return Ask(screen(*head, say("mailbox-how"), rows=(back,)), "address", {"account": account})
    remove = Button(say("mailbox-button-remove"), Remove(account))
    is_there = say("mailbox-is", address=Code(shown(found)), since=found.confirmed_at)
    return screen(*head, is_there, BLANK, say("mailbox-is-how"), rows=((remove,), back))


async def typed_address(ctx: Ctx) -> Outcome:
    """An address was typed: a code goes there."""
    account = str(ctx.state["account"])
    by, heard = ctx.connection_of(account), ctx.heard
    asked = await ctx.services.mailing.ask(by, heard.chat_id, heard.text or "", heard.update_id)
    rows = ((Button(say("mailbox-button-other"), MailboxOf(account)),), menu_row(Subscribed(account)))
    sent = say("mailbox-asked", address=Code(asked.shown), minutes=asked.minutes)
    return Ask(screen(sent, rows=rows), "code", {"account": account, "code": asked.id.hex})


async def typed_code(ctx: Ctx) -> Outcome:
    """The code was typed."""
    account, code = str(ctx.state["account"]), id_of(str(ctx.state["code"]))
    by, heard = ctx.connection_of(account), ctx.heard
    found = await ctx.services.mailing.confirm(by, heard.chat_id, code, heard.text or "", heard.update_id)
    confirmed = say("mailbox-confirmed", address=Code(shown(found)))
    return screen(confirmed, rows=(menu_row(MailboxOf(account)),))


async def remove(ctx: Ctx, button: Remove) -> Outcome:
    """From this moment on."""
    await ctx.services.mailing.remove(ctx.connection_of(button.account), ctx.heard.chat_id)
    return screen(say("mailbox-removed"), rows=(menu_row(Subscribed(button.account)),))


def tell_added(facts: Mapping[str, object]) -> Screen:
    """For the other portal admins: invoices have a new way out."""
    who = {"company": Name(str(facts["company"])), "person": Name(str(facts["person"]))}
    return screen(say("mailbox-added", **who, address=Code(str(facts["address"]))), rows=(menu_row(),))


def refused(ctx: Ctx, refusal: Refusal) -> Outcome | None:
    """A code that is over leads back to where another one is asked for."""
    account = ctx.state.get("account")
    if not isinstance(refusal, MailCodeExpired) or account is None:
        return None
    return screen(say(refusal.key), rows=(menu_row(MailboxOf(str(account))),))


FEATURE = Feature(
    name="mailbox",
    taps=(Tap(MailboxOf, opened, INVOICES), Tap(Remove, remove, INVOICES)),
    steps=(Step("address", typed_address, INVOICES), Step("code", typed_code, INVOICES)),
    tellings=(Telling("mailbox-added", tell_added),),
    refused=refused,
)
