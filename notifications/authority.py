"""Whether a notice may still be told, looked at when it is about to be sent: by whose right, and does it still hold?

Events stand with their facts, subscriptions with their wish, connections with what the portal last said of them. A
connection that nobody vouched for within a minute is asked about at the portal; while the portal is out, notices wait.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from notifications.reasons import Reason
from portal.budget import within
from portal.errors import PortalError
from services.subscriptions import EventKind, Rhythm, Wish, from_json, goes_at, is_wished, may_be_told
from storage.connections import Connection, Connections
from storage.events import Event, Events
from storage.notices import Notice
from storage.subscriptions import Subscription, Subscriptions
from storage.together import Together

FRESH = timedelta(seconds=60)  # as long as the portal's word is good for
ASKING = 8  # questions to the portal at once
PATIENCE = 10.0
EVENTS = 500  # remembered: what has happened does not change any more

Found = TypeVar("Found")
Vouch = Callable[[Connection], Awaitable[Connection | None]]  # the portal's word: as it is now, or None: it has ended


@dataclass(frozen=True, slots=True)
class Go:
    """It may be told: the notices with their facts and their subscription as it is now."""

    batch: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now; `until` None: soon."""

    reason: Reason
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """These not at all; the others of the batch are looked at again. `lost`: the subscription has no right any more."""

    batch: tuple[Notice, ...]
    reason: Reason
    lost: Subscription | None = None
    company: str = ""


class Authority:
    """Looks at notices that are about to be sent."""

    def __init__(
        self,
        events: Events,
        subscriptions: Subscriptions,
        connections: Connections,
        vouch: Vouch,
        clock: Callable[[], datetime],
    ) -> None:
        self._vouch = vouch
        self._clock = clock
        self._connections = connections
        self._events: Together[UUID, Event | None] = Together(_each(events.get))
        self._subscriptions: Together[UUID, Subscription | None] = Together(_each(subscriptions.get))
        self._rights: Together[UUID, Connection | None] = Together(_each(connections.by_id))
        self._facts: dict[UUID, dict[str, object]] = {}
        self._asking: dict[UUID, asyncio.Task[Connection | None]] = {}
        self._gate = asyncio.Semaphore(ASKING)

    async def look(self, batch: Sequence[Notice]) -> Go | Wait | Left:
        """What is to be done with notices of one chat because of one subscription."""
        first = batch[0]
        if first.subscription_id is None:
            return await self._own(first)
        subscription = await self._subscriptions(first.subscription_id)
        if subscription is None or subscription.state == "off":
            return Left(tuple(batch), Reason.OFF)
        if subscription.state == "paused" and subscription.reason != Reason.BLOCKED:
            return Left(tuple(batch), _known(subscription.reason))
        wish = from_json(subscription.wish)
        if verdict := self._wished(wish, batch):
            return verdict
        try:
            right = await self.right(subscription.connection_id)
        except PortalError:
            return Wait(Reason.PORTAL)
        if right is None:
            ended = await self._rights(subscription.connection_id)
            return Left(tuple(batch), Reason.DISCONNECTED, subscription, ended.account.customer_name if ended else "")
        if too_much := _those(batch, lambda kind: not may_be_told(kind, right.account.roles)):
            has_lost_all = not any(may_be_told(kind, right.account.roles) for kind in wish.kinds)
            lost = subscription if has_lost_all else None
            return Left(too_much, Reason.NOT_ENTITLED, lost, right.account.customer_name)
        return await self._filled(batch, subscription)

    async def _own(self, notice: Notice) -> Go | Left:
        """With facts of its own it names its reader, who must be connected at this moment, or it is for anybody.

        It may also name the `roles` of which the reader must have one.
        """
        reader = notice.facts.get("reader")
        if reader is not None:
            connection = await self._rights(UUID(str(reader)))
            if connection is None or connection.ended_at is not None:
                return Left((notice,), Reason.DISCONNECTED)
            roles = notice.facts.get("roles")
            if isinstance(roles, list) and set(roles).isdisjoint(connection.account.roles):
                return Left((notice,), Reason.NOT_ENTITLED)
        return Go((notice,))

    def _wished(self, wish: Wish, batch: Sequence[Notice]) -> Wait | Left | None:
        """What was changed after it was planned acts: muting, quiet hours, a kind that is not wished for any more."""
        if not _those(batch, lambda kind: kind is not EventKind.SECURITY):
            return None
        if off := _those(batch, lambda kind: not is_wished(kind, wish) and kind is not EventKind.SECURITY):
            return Left(off, Reason.OFF)
        until, why = goes_at(replace(wish, rhythm=Rhythm.AT_ONCE), self._clock())
        return Wait(Reason(why), until) if why else None

    async def right(self, connection_id: UUID) -> Connection | None:
        """The connection as the portal vouched for it within a minute; None when it has ended. Raises PortalError."""
        connection = await self._rights(connection_id)
        if connection is None or connection.ended_at is not None:
            return None
        if timedelta(0) <= self._clock() - connection.checked_at < FRESH:  # a clock that was ahead vouches for nobody
            return connection
        asking = self._asking.get(connection_id)
        if asking is None:
            asking = self._asking[connection_id] = asyncio.create_task(self._ask(connection))
            asking.add_done_callback(lambda _: self._asking.pop(connection_id, None))
        return await asyncio.shield(asking)

    async def _ask(self, connection: Connection) -> Connection | None:
        async with self._gate:
            with within(PATIENCE):
                return await self._vouch(connection)

    async def _filled(self, batch: Sequence[Notice], subscription: Subscription) -> Go | Left:
        facts = await self._facts_of({n.event_id for n in batch if n.event_id is not None})
        if broken := tuple(notice for notice in batch if notice.event_id not in facts):
            return Left(broken, Reason.UNREADABLE)
        return Go(
            tuple(
                replace(n, facts=facts[n.event_id], subscription=subscription) for n in batch if n.event_id is not None
            )
        )

    async def _facts_of(self, event_ids: Collection[UUID]) -> Mapping[UUID, dict[str, object]]:
        """The facts of these events; those that can't be read are missing."""
        facts = {event_id: self._facts[event_id] for event_id in event_ids if event_id in self._facts}
        found = await asyncio.gather(*(self._events(event_id) for event_id in event_ids if event_id not in facts))
        new = {event.id: event.facts for event in found if event is not None}
        if len(self._facts) + len(new) > EVENTS:
            self._facts.clear()
        self._facts.update(new)
        return facts | new


def _those(batch: Sequence[Notice], wanted: Callable[[EventKind], bool]) -> tuple[Notice, ...]:
    return tuple(notice for notice in batch if wanted(EventKind(notice.kind)))


def _known(reason: str) -> Reason:
    return Reason(reason) if reason in set(Reason) else Reason.OFF


def _each(
    get: Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, Found]]],
) -> Callable[[Sequence[UUID]], Awaitable[list[Found | None]]]:
    """Many at once, in the order of their ids."""

    async def found(ids: Sequence[UUID]) -> list[Found | None]:
        rows = await get(list(set(ids)))
        return [rows.get(key) for key in ids]

    return found
