"""An invitation opens once, for one person, in private and in time; whoever took it gets no more than was shared."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.errors import Gone, InvitationOver, NotEntitled
from services.inviting import Terms
from services.subscriptions import Bounds, EventKind
from storage.tables import subscriptions
from tests.drivers.sandbox import Person
from tests.house import BERND, House
from tests.journeys.invitation import accepted, colleague, invitation
from tests.journeys.words import Words
from tests.security.at_rest import everything
from tests.security.engines import one_engine
from tests.security.forger import GROUP, Forger

DE = Words("de")
OVER = DE("refusal-invitation-over")


async def invited(home: House) -> int:
    """How many chats are told something."""
    async with home.app.database.reading() as connection:
        return int((await connection.execute(select(func.count()).select_from(subscriptions))).scalar_one())


async def refused(person: Person, link: str) -> None:
    """The link does nothing for them."""
    await person.open_link(link)
    await person.sees(OVER, new=True)


async def test_a_link_is_taken_once(home: House) -> None:
    """By two at once: one gets it; opened again, by whomever else, it is over; its code stands nowhere."""
    max_ = await home.connected("Max")
    link = await invitation(home, max_, DE)
    code = link.partition("start=")[2]
    assert len(code) == 43
    steffi, thea = await colleague(home, DE), await colleague(home, DE, "Thea")
    for person in (steffi, thea):
        await person.open_link(link)
        await person.sees(DE("inviting-kind", kind="invoice"), new=True)
    yes = DE.label("invited-button-yes")
    await asyncio.gather(steffi.tap(yes), thea.tap(yes))
    await home.until(lambda: invited(home), 1)
    winners = [p for p in (steffi, thea) if await home.app.invited.of_chat(p.id)]
    assert len(winners) == 1
    late = next(p for p in (steffi, thea) if p not in winners)
    await late.sees(OVER)
    await late.paste(f"/start {code}")
    await late.sees(OVER, new=True)
    assert await invited(home) == 1
    assert code.encode() not in await everything(home)


@one_engine
async def test_a_link_seen_guessed_or_too_old_is_worth_nothing(home: House, forger: Forger) -> None:
    """In a group it is burned; after a day it is over; a code that nobody made the portal does not know either."""
    max_, thea = await home.connected("Max"), await colleague(home, DE, "Thea")
    link = await invitation(home, max_, DE)
    forger.message(max_.id, f"Bitte: {link}", chat=GROUP)
    await forger.digested()
    await refused(thea, link)

    link = await invitation(home, max_, DE)
    home.clock.advance(timedelta(hours=24, seconds=1))
    await refused(thea, link)
    await thea.open_link(f"{link[:-1]}{'A' if link[-1] != 'A' else 'B'}")
    await thea.sees(DE("refusal-link-invalid"), new=True)
    assert await invited(home) == 0


@one_engine
async def test_whoever_lost_the_right_to_share_invites_nobody(home: House) -> None:
    """A link that is out when the inviter disconnects, or withdraws it, opens nothing; a colleague keeps their own."""
    max_, thea = await home.connected("Max"), await colleague(home, DE, "Thea")
    link = await invitation(home, max_, DE)
    (by,) = await home.app.connections.of_person(max_.id)
    (offer,) = await home.app.inviting.listed(by)
    await max_.open_link(link)
    await max_.sees(DE("refusal-invitation-not-needed"), new=True)
    await thea.open_link(link)
    yes = await thea.sees(DE("inviting-kind", kind="invoice"), new=True)
    await home.app.inviting.revoke(offer.invitation.id, [by])
    await thea.tap(DE.label("invited-button-yes"), on=yes)
    await thea.sees(OVER)

    link = await invitation(home, max_, DE)
    assert await home.app.connections.end(by.id, home.clock())
    await refused(thea, link)
    assert await invited(home) == 0


@one_engine
async def test_the_invited_get_no_more_than_was_shared(home: House, forger: Forger) -> None:
    """Made-up buttons, their own and others', and the services behind them: no kind, no site, no chat beyond."""
    max_, steffi = await home.connected("Max"), await colleague(home, DE)
    bernd = await home.connected("Bernd", who=BERND)
    await accepted(steffi, await invitation(home, max_, DE), DE)
    (share,) = await home.app.invited.of_chat(steffi.id)
    (by,), (accounting,) = [await home.app.connections.of_person(p.id) for p in (max_, bernd)]
    (offer,) = await home.app.inviting.listed(by)
    key, invitation_key = share.id.hex, offer.invitation.id.hex
    for data in (
        f"invited:kind:{key}:invoice-overdue:on",
        f"invited:kind:{key}:security:on",
        f"notify:kind:{by.tag}:invoice-overdue:on",
        f"narrow:to:{by.tag}:site:1:off",
        f"invited:set:{key}:sites:on",
        f"inviting:list:{by.tag}:0",
        f"inviting:link:{invitation_key}",
        f"inviting:askon:{invitation_key}",
    ):
        forger.tap(steffi.id, data, message=1)
    for person in (bernd, await colleague(home, DE, "Thea")):
        for data in (f"invited:stop:{key}", f"invited:kind:{key}:invoice:off", f"inviting:askend:{invitation_key}"):
            forger.tap(person.id, data, message=1)
    await forger.digested()
    assert await home.app.invited.of_chat(steffi.id) == [share]
    assert not (await steffi.transcript()).contains("start=")

    beyond = Terms(Bounds(frozenset({EventKind.DEADLINE})))
    with pytest.raises(NotEntitled):
        await home.app.inviting.propose(accounting, bernd.id, beyond, "x")
    with pytest.raises(Gone):
        await home.app.inviting.revoke(offer.invitation.id, [accounting])
    with pytest.raises(Gone):
        await home.app.inviting.carry_on(offer.invitation.id, [by])
    with pytest.raises(InvitationOver):
        await home.app.inviting.accept(offer.invitation.id, max_.id, "Max", [])


def test_bounds_hold_what_nobody_knows_the_sites_of() -> None:
    """With sites, an event is shared when it is known to be about these and no others; without, by its kind alone."""
    some = Bounds(frozenset({EventKind.INVOICE}), frozenset({"a", "b"}))
    held: tuple[object, ...] = (["a"], ["a", "b"])
    left: tuple[object, ...] = (["a", "c"], [], None)
    assert all(some.hold(EventKind.INVOICE, {"sites": sites}) for sites in held)
    assert not any(some.hold(EventKind.INVOICE, {"sites": sites}) for sites in left)
    every = Bounds(some.kinds)
    assert every.hold(EventKind.INVOICE, {}) and not every.hold(EventKind.SECURITY, {})
