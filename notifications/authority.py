"""Whether a notice may still be told, looked at when it is about to be sent: by whose right, and does it still hold?

Events stand with their facts, subscriptions with their wish, connections with what the portal last said of them. A
connection that nobody vouched for within a minute is asked about at the portal; while the portal is out, notices wait.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from notifications.reasons import Reason
from portal.budget import within
from portal.errors import PortalError
from services.subscriptions import EventKind, Wish, from_json, goes_at, is_wished, may_be_told
from storage.connections import Connection, Connections
from storage.events import Event, Events
from storage.notices import Notice
from storage.subscriptions import Subscription, Subscriptions
from storage.together import Together

FRESH = timedelta(seconds=60)  # as long as the portal's word is good for
ASKING = 8  # questions to the portal at once
PATIENCE = 10.0
EVENTS = 500  # remembered: what has happened does not change any more
_KINDS = {kind.value: kind for kind in EventKind}

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


@dataclass(frozen=True, slots=True)
class _Standing:
    """A subscription and its right, which may have ended."""

    subscription: Subscription
    right: Connection | None


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
        self._subscriptions, self._connections = subscriptions, connections
        self._events: Together[UUID, Event | None] = Together(_each(events.get))
        self._standings: Together[UUID, _Standing | None] = Together(_each(self._with_rights))
        self._rights: Together[UUID, Connection | None] = Together(_each(connections.by_id))
        self._facts: dict[UUID | None, dict[str, object]] = {}
        self._asking: dict[UUID, asyncio.Task[Connection | None]] = {}
        self._gate = asyncio.Semaphore(ASKING)

    async def look(self, batch: Sequence[Notice]) -> Go | Wait | Left:
        """What is to be done with notices of one chat because of one subscription."""
        first = batch[0]
        if first.subscription_id is None:
            return await self._own(first)
        standing = await self._standings(first.subscription_id)
        if standing is None or standing.subscription.state == "off":
            return Left(tuple(batch), Reason.OFF)
        subscription = standing.subscription
        if subscription.state == "paused" and subscription.reason != Reason.BLOCKED:
            return Left(tuple(batch), _known(subscription.reason))
        wish, kinds = from_json(subscription.wish), {_KINDS[notice.kind] for notice in batch}
        if verdict := self._wished(wish, batch, kinds):
            return verdict
        try:
            right = await self._vouched(standing.right)
        except PortalError:
            return Wait(Reason.PORTAL)
        if right is None:
            company = standing.right.account.customer_name if standing.right is not None else ""
            return Left(tuple(batch), Reason.DISCONNECTED, subscription, company)
        roles = right.account.roles
        if too_much := {kind for kind in kinds if not may_be_told(kind, roles)}:
            has_lost_all = not any(may_be_told(kind, roles) for kind in wish.kinds)
            lost = subscription if has_lost_all else None
            return Left(_those(batch, too_much), Reason.NOT_ENTITLED, lost, right.account.customer_name)
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

    def _wished(self, wish: Wish, batch: Sequence[Notice], kinds: Collection[EventKind]) -> Wait | Left | None:
        """What was changed after it was planned acts: muting, quiet hours, a kind that is not wished for any more."""
        optional = [kind for kind in kinds if kind is not EventKind.SECURITY]
        if not optional:
            return None
        if off := {kind for kind in optional if not is_wished(kind, wish)}:
            return Left(_those(batch, off), Reason.OFF)
        until, why = goes_at(wish, self._clock(), gathers=False)
        return Wait(Reason(why), until) if why else None

    async def right(self, connection_id: UUID) -> Connection | None:
        """The connection as the portal vouched for it within a minute; None when it has ended. Raises PortalError."""
        return await self._vouched(await self._rights(connection_id))

    async def _vouched(self, connection: Connection | None) -> Connection | None:
        if connection is None or connection.ended_at is not None:
            return None
        if timedelta(0) <= self._clock() - connection.checked_at < FRESH:  # a clock that was ahead vouches for nobody
            return connection
        asking = self._asking.get(connection.id)
        if asking is None:
            asking = self._asking[connection.id] = asyncio.create_task(self._ask(connection))
            asking.add_done_callback(lambda _: self._asking.pop(connection.id, None))
        return await asyncio.shield(asking)

    async def _ask(self, connection: Connection) -> Connection | None:
        async with self._gate:
            with within(PATIENCE):
                return await self._vouch(connection)

    async def _filled(self, batch: Sequence[Notice], subscription: Subscription) -> Go | Left:
        facts = [self._facts.get(notice.event_id) for notice in batch]
        if None in facts:
            facts = await self._facts_of(batch)
        filled, broken = [], []
        for notice, told in zip(batch, facts, strict=True):
            if told is None:
                broken.append(notice)
            else:
                filled.append(notice._replace(facts=told, subscription=subscription))
        return Left(tuple(broken), Reason.UNREADABLE) if broken else Go(tuple(filled))

    async def _with_rights(self, ids: Sequence[UUID]) -> dict[UUID, _Standing]:
        """Subscriptions as they are now, each with the connection by whose right it is told."""
        found = await self._subscriptions.get(ids)
        rights = await self._connections.by_id(list({one.connection_id for one in found.values()}))
        return {key: _Standing(one, rights.get(one.connection_id)) for key, one in found.items()}

    async def _facts_of(self, batch: Sequence[Notice]) -> list[dict[str, object] | None]:
        """What each is about; None where that can't be read."""
        event_ids = {notice.event_id for notice in batch if notice.event_id is not None}
        found = await asyncio.gather(*map(self._events, event_ids))
        facts: dict[UUID | None, dict[str, object]] = {event.id: event.facts for event in found if event is not None}
        if len(self._facts) + len(facts) > EVENTS:
            self._facts.clear()
        self._facts.update(facts)
        return [facts.get(notice.event_id) for notice in batch]


def _those(batch: Sequence[Notice], kinds: Collection[EventKind]) -> tuple[Notice, ...]:
    return tuple(notice for notice in batch if _KINDS[notice.kind] in kinds)


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
