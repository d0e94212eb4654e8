"""Fan out: each event becomes a notice for every chat that subscribed to its customer, in chunks that a crash resumes.

A chunk of notices and the place that was reached are one transaction, and events of a customer that were found together
share it, so that a chat hears of them in one message. Whoever wants this kind has a row, also when a filter leaves it
out or the subscription is paused: "why did I not get it?" has an answer. The facts stand once, with the event.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import structlog

from notifications.reasons import CLOSED
from services.subscriptions import OF_THE_DAY, EventKind, filtered_by, from_json, goes_at, is_wished
from storage.engine import Database
from storage.events import Event, Events
from storage.mails import Mails
from storage.notices import Notices, Planned
from storage.subscriptions import Subscription, Subscriptions

EVENTS = 50
CHUNK = 500

log = structlog.get_logger(__name__)


class Planner:
    """Plans notices; several processes may do so at once, each event is held by one."""

    def __init__(
        self,
        database: Database,
        events: Events,
        subscriptions: Subscriptions,
        notices: Notices,
        clock: Callable[[], datetime],
        mails: Mails | None = None,
    ) -> None:
        self._database = database
        self._events = events
        self._subscriptions = subscriptions
        self._notices = notices
        self._clock = clock
        self._mails = mails

    async def run_once(self) -> int:
        """Plan every event that was found; returns how many."""
        planned = 0
        while claimed := await self._events.claim(self._clock(), EVENTS):
            for events in _together(claimed):
                await self._plan(events)
            planned += len(claimed)
        return planned

    async def _plan(self, events: Sequence[Event]) -> None:
        """Events of one customer that are as far as each other; those that a successor has are left to it."""
        size = max(1, CHUNK // len(events))
        through = events[0].planned_through
        chunk, further = await self._read(events[0], through, size)
        while further is not None:
            inserting = asyncio.Event()
            ours, following = await asyncio.gather(
                self._write(events, chunk, further, inserting),
                self._read(events[0], further, size, inserting),
                return_exceptions=True,  # neither is left running when the other fails
            )
            if isinstance(ours, BaseException):
                raise ours
            if isinstance(following, BaseException):
                raise following
            if not ours:
                return
            events, through, (chunk, further) = ours, further, following
        await self._write(events, chunk, through, is_done=True)

    async def _read(
        self, event: Event, after: UUID | None, size: int, inserting: asyncio.Event | None = None
    ) -> tuple[list[Subscription], UUID | None]:
        """A chunk; the next one is made ready while the database is busy with `inserting` the one before."""
        if inserting is not None:
            await inserting.wait()
        async with self._database.reading() as connection:
            return await self._subscriptions.chunk(connection, event.customer_keys, after, size)

    async def _write(
        self,
        events: Sequence[Event],
        chunk: Sequence[Subscription],
        through: UUID | None,
        inserting: asyncio.Event | None = None,
        *,
        is_done: bool = False,
    ) -> list[Event]:
        """Write down a chunk's notices and the place that was reached, of all events at once: a chat is told of them
        in one message. Those that are still ours."""
        now, ours = self._clock(), []
        planned = {event.id: planned_for(event, chunk, now) for event in events}
        try:
            async with self._database.writing() as connection:
                for event in events:
                    if await self._events.advance(connection, event, through, now, is_done=is_done):
                        ours.append(event)
                if inserting is not None:
                    inserting.set()
                for place, event in enumerate(ours):
                    await self._notices.plan_within(connection, event, planned[event.id], now, place)
                    if self._mails is not None:
                        # a chat that is out holds up no mails
                        mailed = [one for one in planned[event.id] if one.state == "due" or one.reason in CLOSED]
                        await self._mails.plan_within(connection, event, mailed, now)
            return ours
        finally:
            if inserting is not None:
                inserting.set()


def _together(claimed: Sequence[Event]) -> list[list[Event]]:
    """Events of the same customer that have got equally far: nearly always all of them."""
    groups: dict[tuple[tuple[bytes, ...], UUID | None], list[Event]] = {}
    for event in claimed:
        groups.setdefault((event.customer_keys, event.planned_through), []).append(event)
    return list(groups.values())


def planned_for(event: Event, chunk: Sequence[Subscription], now: datetime) -> list[Planned]:
    """A notice for everyone who wants this kind and had subscribed when it was found."""
    kind = _KINDS.get(event.kind)
    if kind is None:
        log.error("nobody subscribes to this kind of event", kind=event.kind)
        return []
    found = [_planned(event, kind, one, now) for one in chunk if one.state != "off" and one.made_at <= event.found_at]
    return [one for one in found if one is not None]


def _planned(event: Event, kind: EventKind, subscription: Subscription, now: datetime) -> Planned | None:
    wish = from_json(subscription.wish)
    is_urgent = kind is EventKind.SECURITY
    if not is_wished(kind, wish) and not is_urgent:
        return None
    if wish.bounds is not None and not wish.bounds.hold(kind, event.facts):
        return Planned(subscription, "left", "site", now) if kind in wish.kinds else None
    if left_out := filtered_by(wish.filters, event.facts):
        return Planned(subscription, "left", left_out, now)
    if subscription.state == "paused":
        return Planned(subscription, "left", subscription.reason, now)
    due_at, why = goes_at(wish, now, urgent=is_urgent, of_the_day=kind in OF_THE_DAY)
    return Planned(subscription, "due", why or None, due_at)


_KINDS = {kind.value: kind for kind in EventKind}
