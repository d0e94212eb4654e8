"""Thousands of events through every fault of a listener, and a restart of the portal in between."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from portal.events import EventRefused, verify
from portal.server.events.delivery import AT_ONCE, BATCH
from portal.server.events.record import Event, record
from portal.server.events.tables import deliveries
from portal.server.settings import PortalSettings
from tests.portal.conftest import BOT, Portal
from tests.portal.listening import HANG_UP, NEVER, Listener, Post, eager, subscribed
from tests.proof import Proof

STORM = 600.0  # seconds: thousands of deliveries, each tried again and again
FAULTS = (500, 503, 302, 404, 429, HANG_UP)


@pytest.fixture
def portal_settings(portal_settings: PortalSettings) -> PortalSettings:
    return replace(eager(portal_settings), event_timeout=0.6)


async def happen(portal: Portal, count: int) -> None:
    """So many changes of bills, on record as their causes put them there."""
    context = portal.server.context
    async with context.database.writing() as connection:
        for _ in range(count):
            bill = {"id": f"b-{uuid4()}", "state": "sent"}
            event = Event("CustomerBillCreateEvent", "cust-7", context.now(), "customerBill", bill)
            await record(connection, event, {BOT[0]})


async def states(portal: Portal, hub_id: str) -> Counter[str]:
    counted = func.count().label("how_many")
    query = select(deliveries.c.state, counted).where(deliveries.c.hub_id == hub_id).group_by(deliveries.c.state)
    async with portal.server.context.database.reading() as connection:
        return Counter({row.state: row.how_many for row in await connection.execute(query)})


async def all_delivered(portal: Portal, hub_id: str, count: int) -> None:
    while (await states(portal, hub_id))["delivered"] < count:
        portal.server.context.database.written.clear()
        await portal.server.context.database.written.wait()


@pytest.mark.proof("T38", target="each event delivered at least once, 0 lost; what is forged or replayed is refused")
async def test_no_event_is_lost(portal: Portal, proof: Proof) -> None:
    """Errors, redirects, hang-ups, silence, a listener that is away, one that is gone, and a restart of the portal."""
    events, silences = proof.count(10_000, "events"), proof.count(60, "silences")
    listener, gone = Listener(), Listener()
    await listener.start()
    await gone.start()
    hub = (await subscribed(portal, listener, "bills"))["bills"]
    lost = (await subscribed(portal, gone, "bills"))["bills"]
    gone.answer = lambda _id: 410
    quiet = 0

    def fails_often(_id: str) -> int:
        nonlocal quiet
        chance = proof.random.random()
        if chance < 0.05 and quiet < silences:
            quiet += 1
            return NEVER
        return proof.random.choice(FAULTS) if chance < 0.2 else 204

    listener.answer = fails_often
    await happen(portal, events // 2)
    await listener.posts.nth(events // 4, STORM)
    await portal.restart()
    await happen(portal, events - events // 2)
    await listener.posts.nth(events * 3 // 4, STORM)
    await listener.stop()  # away: nobody answers at its port
    await listener.start()
    portal.clock.pass_time(60)  # whatever was under way at the restart is free again
    async with asyncio.timeout(60 + events / 20):
        await all_delivered(portal, hub["id"], events)
    await listener.stop()
    await gone.stop()
    taken = Counter(post.id for post in listener.posts if post.status == 204)
    accepted = sum(_is_accepted(forged, hub["secret"]) for post in listener.posts[:events] for forged in _forged(post))

    figure = f"{len(listener.posts)} posts for {events} events, {events - len(taken)} lost, {accepted} forgeries taken"
    proof.record(figure=figure, passed=len(taken) == events and not accepted)
    assert len(taken) == events
    assert await states(portal, hub["id"]) == {"delivered": events}
    assert accepted == 0
    assert all(post.carries(hub["secret"]) for post in listener.posts[:200])
    assert set((await states(portal, lost["id"])).keys()) == {"withdrawn"}
    assert len({post.id for post in gone.posts}) <= BATCH + AT_ONCE  # those on their way at the restart come again


async def test_a_restart_repeats_only_what_was_on_its_way(portal: Portal) -> None:
    """What a listener had taken before the portal ended is noted, though the batch was not over."""
    portal.server.settings = replace(portal.server.settings, event_timeout=30)
    await portal.restart()
    listener = Listener()
    await listener.start()
    hub = (await subscribed(portal, listener, "bills"))["bills"]
    listener.answer = lambda _id: 204 if listener.posts else NEVER
    await happen(portal, BATCH)
    await listener.posts.nth(BATCH)  # all but those that are on their way are answered now
    listener.answer = lambda _id: 204
    await portal.restart()
    portal.clock.pass_time(60)  # should a lease not have been given back
    async with asyncio.timeout(20):
        await all_delivered(portal, hub["id"], BATCH)
    await listener.stop()

    posts = Counter(post.id for post in listener.posts)
    again = [post_id for post_id, times in posts.items() if times > 1]
    assert 1 <= len(again) <= AT_ONCE
    assert len(posts) == BATCH


def _forged(post: Post) -> Iterator[tuple[Post, dt.timedelta]]:
    """The post altered, signed for another id, at another time, or come again later; each with its delay."""
    now = dt.timedelta()
    yield replace(post, body=post.body.replace(b"cust-7", b"cust-8")), now
    yield replace(post, headers={**post.headers, "webhook-id": str(uuid4())}), now
    later = str(int(post.headers["webhook-timestamp"]) + 301)
    yield replace(post, headers={**post.headers, "webhook-timestamp": later}), dt.timedelta(seconds=301)
    yield post, dt.timedelta(seconds=301)


def _is_accepted(forged: tuple[Post, dt.timedelta], secret: str) -> bool:
    post, delay = forged
    signed_at = dt.datetime.fromtimestamp(int(post.headers["webhook-timestamp"]), dt.UTC)
    try:
        verify(post.headers, post.body, [secret], signed_at + delay)
    except EventRefused:
        return False
    return True
