"""Invited subscribers: what they are told, and how, within what was shared with them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.errors import Gone, NotEntitled
from services.subscribing import MUTED, OFF
from services.subscriptions import Bounds, EventKind, Wish, from_json, to_json
from storage.connections import Connections
from storage.subscriptions import Subscription, Subscriptions

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Share:
    """One subscription of an invited reader: what it is about, and by whose right it is told."""

    id: UUID
    wish: Wish
    bounds: Bounds
    state: str
    company: str
    inviter: str

    @property
    def is_on(self) -> bool:
        """Whether anything is told."""
        return self.state != OFF


class Invited:
    """What somebody settles who was invited into this chat."""

    def __init__(self, rows: Subscriptions, connections: Connections, clock: Callable[[], datetime]) -> None:
        self._rows = rows
        self._connections = connections
        self._clock = clock

    async def of_chat(self, chat_id: int) -> list[Share]:
        """Everything that was shared with this chat."""
        return [share for row in await self._rows.of_chat(chat_id) if (share := await self._share(row)) is not None]

    async def find(self, subscription_id: UUID, chat_id: int) -> Share:
        """One of them; Gone when it is none of this chat's, or was ended."""
        return (await self._found(subscription_id, chat_id))[1]

    async def edit(self, subscription_id: UUID, chat_id: int, change: Callable[[Wish], Wish]) -> Share:
        """Change how it is told, and which of the shared kinds. Raises NotEntitled for whatever goes beyond them."""
        for _ in range(_TRIES):
            row, share = await self._found(subscription_id, chat_id)
            after = change(share.wish)
            if not after.kinds <= share.bounds.kinds or after.filters != share.wish.filters:
                raise NotEntitled
            if await self._rows.rewrite(row, to_json(replace(after, bounds=share.bounds))):
                return await self.find(subscription_id, chat_id)
        raise Gone

    async def turn(self, subscription_id: UUID, chat_id: int, kind: EventKind, *, on: bool) -> Share:
        """A kind on or off."""

        def change(wish: Wish) -> Wish:
            return replace(wish, kinds=wish.kinds | {kind} if on else wish.kinds - {kind})

        return await self.edit(subscription_id, chat_id, change)

    async def mute(self, subscription_id: UUID, chat_id: int, *, on: bool) -> Share:
        """Be quiet for a day: what happens meanwhile comes after it."""
        until = self._clock() + MUTED if on else None
        return await self.edit(subscription_id, chat_id, lambda wish: replace(wish, muted_until=until))

    async def stop(self, subscription_id: UUID, chat_id: int) -> Share:
        """Tell nothing any more; any change brings it back."""
        row, _ = await self._found(subscription_id, chat_id)
        await self._rows.turn(row.id, OFF)
        return await self.find(subscription_id, chat_id)

    async def _found(self, subscription_id: UUID, chat_id: int) -> tuple[Subscription, Share]:
        row = (await self._rows.get([subscription_id])).get(subscription_id)
        share = await self._share(row) if row is not None and row.chat_id == chat_id else None
        if row is None or share is None:
            raise Gone
        return row, share

    async def _share(self, row: Subscription) -> Share | None:
        wish = from_json(row.wish)
        right = await self._connections.get(row.connection_id)
        if wish.bounds is None or right is None:
            return None
        return Share(row.id, wish, wish.bounds, row.state, right.account.customer_name, right.person_name)
