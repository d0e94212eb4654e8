"""Inviting: "my bookkeeper shall get the invoices, without a login of her own."

notifications -> who is invited -> invite: which kinds, which sites -> exactly that confirmed -> PIN (see actions)
  -> the link to pass on   -> withdraw: asks first   -> carry on what a colleague can't any more: asks first
Notices: a link was taken; the right behind an invitation is lost (to the other portal admins).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from bot.chat.buttons import Act, Look, id_of
from bot.chat.context import Ctx
from bot.chat.doors import Confirm, Drop, InvitationLink, Subscribed, Subscribers
from bot.chat.feature import CONNECTED, INVOICES, Feature, Tap, Telling
from bot.chat.lists import pager, whose, window
from bot.chat.navigation import menu_row
from bot.chat.noticing import shared, shared_sites, yes
from bot.chat.screen import BLANK, Button, Copy, Link, Outcome, Rows, Screen, screen
from bot.chat.text import Code, Name, Say, Texts, say
from services.contracts import SiteContracts, by_site
from services.errors import Gone
from services.inviting import Offer, Terms, shareable
from services.subscriptions import Bounds
from storage.invitations import OPEN

MOST_SITES = 96  # a bit each, and all of them fit into a button
MOST_TICKED = 8  # up to so many are all ticked until one is taken out; of more those that are meant are ticked
LONGEST_NAME = 40
PER_PAGE = 6


@dataclass(frozen=True, slots=True)
class Choose(Look):
    """What is shared so far: each kind and each site is a bit, in the order they are shown in; no site is all."""

    feature: ClassVar[str] = "inviting"
    verb: ClassVar[str] = "choose"
    account: str
    kinds: int = 1
    sites: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class Propose(Look):
    """That is it: shows exactly what is shared, and asks."""

    feature: ClassVar[str] = "inviting"
    verb: ClassVar[str] = "ask"
    account: str
    kinds: int
    sites: int


@dataclass(frozen=True, slots=True)
class AskRevoke(Look):
    """Withdraw an invitation? Asked once more."""

    feature: ClassVar[str] = "inviting"
    verb: ClassVar[str] = "askend"
    invitation: str


@dataclass(frozen=True, slots=True)
class Revoke(Act):
    """Yes, withdraw it."""

    feature: ClassVar[str] = "inviting"
    verb: ClassVar[str] = "end"
    invitation: str


@dataclass(frozen=True, slots=True)
class AskCarryOn(Look):
    """Carry on what a colleague can't any more? Says what is shared then, by whom."""

    feature: ClassVar[str] = "inviting"
    verb: ClassVar[str] = "askon"
    invitation: str


@dataclass(frozen=True, slots=True)
class CarryOn(Act):
    """Yes, by my right from now on."""

    feature: ClassVar[str] = "inviting"
    verb: ClassVar[str] = "on"
    invitation: str


async def listed(ctx: Ctx, button: Subscribers) -> Outcome:
    """Who is invited, since when, to what."""
    account = button.account
    cut = window(await ctx.services.inviting.listed(ctx.connection_of(account)), button.page, PER_PAGE)
    lines = [say("inviting-title"), *whose(ctx, account)]
    rows: list[tuple[Button, ...]] = [(Button(say("inviting-button-new"), Choose(account)),)]
    for number, offer in enumerate(cut.items, start=1 + cut.page * PER_PAGE):
        lines += [BLANK, *_entry(number, offer)]
        key = offer.invitation.id.hex
        end = Button(say("inviting-button-end", number=number), AskRevoke(key))
        carry_on = Button(say("inviting-button-carry-on", number=number), AskCarryOn(key))
        rows.append((end, carry_on) if offer.invitation.is_resting else (end,))
    lines += [] if cut.items else [BLANK, say("inviting-nobody")]
    turning = pager(cut.page, cut.pages, lambda page: Subscribers(account, page))
    return screen(*lines, rows=(*rows, *turning, menu_row(Subscribed(account))))


async def choose(ctx: Ctx, button: Choose) -> Outcome:
    """Kinds and sites, on or off in place."""
    account, kinds, sites = button.account, button.kinds, button.sites
    offered, places = shareable(ctx.connection_of(account).account.roles), await _places(ctx, account)
    rows = [
        (
            Button(
                say("notify-button-kind", kind=kind.value, on=yes(_has(kinds, bit))),
                Choose(account, kinds ^ (1 << bit), sites, button.page),
            ),
        )
        for bit, kind in enumerate(offered)
    ]
    every, is_many = (1 << len(places)) - 1, len(places) > MOST_TICKED
    ticked = sites or (0 if is_many else every)
    cut = window([*enumerate(places)] if len(places) > 1 else [], button.page)
    for bit, place in cut.items:
        chosen = ticked ^ (1 << bit)
        label = say("notify-button-site", name=Name(place.name or "–", 40), on=yes(_has(ticked, bit)))
        rows.append((Button(label, Choose(account, kinds, 0 if chosen == every else chosen, cut.page)),))
    turning = pager(cut.page, cut.pages, lambda page: Choose(account, kinds, sites, page))
    on = ((Button(say("inviting-button-go-on"), Propose(account, kinds, sites)),),) if kinds else ()
    names = tuple(place.name or "–" for bit, place in enumerate(places) if _has(sites, bit))
    lines = (say("inviting-choose"), *((shared_sites(names),) if is_many else ()))
    return screen(*lines, rows=(*rows, *turning, *on, menu_row(Subscribers(account))))


async def propose(ctx: Ctx, button: Propose) -> Outcome:
    """Exactly what is shared, before the PIN."""
    by, terms = ctx.connection_of(button.account), await _chosen(ctx, button)
    summary = Texts("de", ctx.zone).plain(say("summary-invite", kinds=len(terms.bounds.kinds)))
    key = str(await ctx.services.inviting.propose(by, ctx.heard.chat_id, terms, summary))
    rows: Rows = (
        (Button(say("inviting-button-yes"), Confirm(key)),),
        (Button(say("inviting-button-no"), Drop(key)),),
        menu_row(Choose(button.account, button.kinds, button.sites)),
    )
    company = Name(by.account.customer_name)
    lines = (say("inviting-ask", company=company), *shared(terms), BLANK, say("inviting-then"))
    return screen(*lines, rows=rows)


async def link(ctx: Ctx, button: InvitationLink) -> Outcome:
    """The link to pass on, for whoever made it."""
    code, until = await ctx.services.inviting.code(id_of(button.invitation), ctx.connections)
    url = ctx.hands.start_link(code)
    rows: Rows = (
        (Button(say("inviting-button-share"), Link(f"https://t.me/share/url?url={quote(url, safe='')}")),),
        (Button(say("inviting-button-copy"), Copy(url)),),
        menu_row(Subscribers(ctx.connection.tag)),
    )
    return screen(say("inviting-link", until=until), say("inviting-url", url=Code(url)), rows=rows)


async def ask_revoke(ctx: Ctx, button: AskRevoke) -> Outcome:
    """What ends is said before."""
    offer, by = await ctx.services.inviting.find(id_of(button.invitation), ctx.connections)
    rows: Rows = (
        (Button(say("inviting-button-end-yes"), Revoke(button.invitation)),),
        menu_row(Subscribers(by.tag)),
    )
    return screen(say("inviting-end-ask", **_who(offer)), *shared(offer.terms), rows=rows)


async def revoke(ctx: Ctx, button: Revoke) -> Outcome:
    """Withdrawn at once."""
    offer = await ctx.services.inviting.revoke(id_of(button.invitation), ctx.connections)
    return screen(say("inviting-ended", **_who(offer)), rows=(menu_row(Subscribers(ctx.connection.tag)),))


async def ask_carry_on(ctx: Ctx, button: AskCarryOn) -> Outcome:
    """Whoever carries it on shares this from now on."""
    offer, by = await ctx.services.inviting.find(id_of(button.invitation), ctx.connections)
    if not offer.invitation.is_resting:
        raise Gone
    rows: Rows = (
        (Button(say("inviting-button-carry-on-yes"), CarryOn(button.invitation)),),
        menu_row(Subscribers(by.tag)),
    )
    return screen(say("inviting-carry-on-ask", **_who(offer)), *shared(offer.terms), rows=rows)


async def carry_on(ctx: Ctx, button: CarryOn) -> Outcome:
    """By my right from now on."""
    offer = await ctx.services.inviting.carry_on(id_of(button.invitation), ctx.connections)
    return screen(say("inviting-carried-on", **_who(offer)), rows=(menu_row(Subscribers(ctx.connection.tag)),))


async def _places(ctx: Ctx, account: str) -> Sequence[SiteContracts]:
    return by_site(await ctx.reading(account).contracts())[:MOST_SITES]


async def _chosen(ctx: Ctx, button: Propose) -> Terms:
    """What the bits mean now; a bit that means nothing (callback data can be made up) is no choice."""
    offered = shareable(ctx.connection_of(button.account).account.roles)
    kinds = frozenset(kind for bit, kind in enumerate(offered) if _has(button.kinds, bit))
    places = [place for bit, place in enumerate(await _places(ctx, button.account)) if _has(button.sites, bit)]
    if not kinds or button.sites < 0 or (button.sites and not places):
        raise Gone
    names = tuple(place.name or "–" for place in places)
    return Terms(Bounds(kinds, frozenset(place.key for place in places)), names)


def _has(bits: int, bit: int) -> bool:
    return bool(bits >> bit & 1)


def _entry(number: int, offer: Offer) -> tuple[Say, ...]:
    found = offer.invitation
    state = "open" if found.state == OPEN else "resting" if found.is_resting else "taken"
    since = found.expires_at if found.state == OPEN else found.taken_at
    head = say("inviting-entry", number=number, state=state, since=since, **_who(offer))
    return head, *shared(offer.terms)


def _who(offer: Offer) -> dict[str, Name | str]:
    person = offer.invitation.person_name
    return {
        "person": Name(person, LONGEST_NAME),
        "by": Name(offer.inviter, LONGEST_NAME),
        "taken": yes(bool(person)),
    }


def tell_taken(facts: Mapping[str, object]) -> Screen:
    """Somebody took the link; whoever was meant, it is seen who it was."""
    person, company = Name(str(facts["person"]), LONGEST_NAME), Name(str(facts["company"]))
    return Screen((say("notice-invitation-taken", person=person, company=company),), (menu_row(),))


def tell_lost(facts: Mapping[str, object]) -> Screen:
    """The right behind an invitation is lost: whoever may is asked to carry it on."""
    line = say(
        "notice-invitation-lost",
        person=Name(str(facts["person"]), LONGEST_NAME),
        by=Name(str(facts["by"]), LONGEST_NAME),
        company=Name(str(facts["company"])),
    )
    key = str(facts["invitation"])
    rows: Rows = (
        (Button(say("inviting-button-take-on"), AskCarryOn(key)),),
        (Button(say("inviting-button-let-end"), AskRevoke(key)),),
        menu_row(),
    )
    return Screen((line,), rows, stays=True)


FEATURE = Feature(
    name="inviting",
    taps=(
        Tap(Subscribers, listed, INVOICES),
        Tap(Choose, choose, INVOICES),
        Tap(Propose, propose, INVOICES),
        Tap(InvitationLink, link, CONNECTED),
        Tap(AskRevoke, ask_revoke, CONNECTED),
        Tap(Revoke, revoke, CONNECTED),
        Tap(AskCarryOn, ask_carry_on, CONNECTED),
        Tap(CarryOn, carry_on, CONNECTED),
    ),
    tellings=(Telling("invitation-taken", tell_taken), Telling("invitation-lost", tell_lost)),
)
