"""Subscribing: what a chat may be told by whose right, and the one row that is edited."""

import datetime as dt
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.errors import Gone, NotEntitled
from services.subscriptions import STANDARD, EventKind, Wish, from_json, is_chosen, may_be_told, to_json, turned
from storage.connections import Connection
from storage.subscriptions import Subscription, Subscriptions
from storage.told import Told, ToldNotices

MUTED = dt.timedelta(days=1)
ON, OFF, PAUSED = "on", "off", "paused"
UNASKED = "unasked"  # nobody has chosen anything in this chat yet

LookNow = Callable[[Collection[str], dt.datetime], Awaitable[None]]  # customers whose turn it is from now on

_TRIES = 3
_ORDER = (
    EventKind.INVOICE, EventKind.DUE_SOON, EventKind.OVERDUE, EventKind.PAID, EventKind.UNUSUAL,
    EventKind.DEADLINE, EventKind.OPTION_END, EventKind.ORDER, EventKind.DIVERSION_CHANGED, EventKind.DIVERSION_ACTIVE,
    EventKind.DIGEST,
)  # fmt: skip
_USUAL = frozenset({EventKind.INVOICE, EventKind.DUE_SOON, EventKind.OVERDUE, EventKind.UNUSUAL, EventKind.DEADLINE})
_CLOCK = r"([01]?[0-9]|2[0-4])(?:[:.h]([0-5][0-9]))?(?:\s*(?:uhr|h|o'clock))?"
_TIME = re.compile(rf"\s*(?:um|ab|at)?\s*{_CLOCK}\s*", re.IGNORECASE | re.ASCII)
_HOURS = re.compile(rf"\s*(?:von|from)?\s*{_CLOCK}\s*(?:-|–|bis|to|until|till)\s*{_CLOCK}\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a chat's subscription; `reason` says why it is paused."""

    wish: Wish
    state: str
    reason: str = ""

    @property
    def is_on(self) -> bool:
        """Whether anything is told that was asked for here."""
        return self.state == ON and any(is_chosen(kind, self.wish) for kind in EventKind)


def kinds_for(roles: Sequence[str]) -> tuple[EventKind, ...]:
    """What an account with these roles may be told, in reading order; security is always told to the person."""
    return tuple(kind for kind in _ORDER if may_be_told(kind, roles))


def standard_for(roles: Sequence[str]) -> tuple[EventKind, ...]:
    """What is told to such an account unasked."""
    return tuple(kind for kind in kinds_for(roles) if kind in STANDARD)


class Subscribing:
    """Subscriptions of private chats."""

    def __init__(
        self, rows: Subscriptions, notices: ToldNotices, look_now: LookNow, clock: Callable[[], dt.datetime]
    ) -> None:
        self._rows = rows
        self._notices = notices
        self._look_now = look_now
        self._clock = clock

    async def of(self, by: Connection, chat_id: int) -> Standing:
        """What this chat is told about the connection's customer."""
        found = await self._rows.of(chat_id, by.account.customer_id)
        return _nothing_yet(by) if found is None else _standing(found)

    async def edit(self, by: Connection, chat_id: int, change: Callable[[Wish], Wish]) -> Standing:
        """Change the wish; from now on it is told by this connection's right. Raises NotEntitled for what is not."""
        customer = by.account.customer_id
        for _ in range(_TRIES):
            found = await self._rows.of(chat_id, customer)
            before = from_json(found.wish) if found else _nothing_yet(by).wish
            after = change(before)
            if not all(may_be_told(kind, by.account.roles) for kind in after.kinds - before.kinds):
                raise NotEntitled
            may = frozenset(kind for kind in after.kinds if may_be_told(kind, by.account.roles))
            where = {"person_id": by.person_id, "connection_id": by.id}
            expected = found.version if found else None
            wish = to_json(replace(after, kinds=may, bounds=None))  # with a right of one's own no invitation binds
            written = await self._rows.put(chat_id, customer, wish, self._clock(), expected=expected, **where)  # type: ignore[arg-type]  # ids by name
            if written is not None:
                if after.kinds - before.kinds:  # whoever begins to listen is not kept waiting for the slow pace to end
                    await self._look_now([customer], self._clock())
                return _standing(written)
        raise Gone

    async def turn(self, by: Connection, chat_id: int, kind: EventKind, *, on: bool) -> Standing:
        """A kind on or off."""
        return await self.edit(by, chat_id, lambda wish: turned(wish, kind, on=on))

    async def begin(self, by: Connection, chat_id: int) -> Standing:
        """What most people want, in one tap; what was chosen before stays."""
        usual = frozenset(kind for kind in _USUAL if may_be_told(kind, by.account.roles))
        return await self.edit(by, chat_id, lambda wish: wish if wish.kinds else replace(wish, kinds=usual))

    async def stop(self, by: Connection, chat_id: int) -> Standing:
        """Tell nothing any more but security; the choices are kept for the next time."""
        found = await self._rows.of(chat_id, by.account.customer_id)
        if found is None:
            return _nothing_yet(by)
        await self._rows.turn(found.id, OFF)
        return replace(_standing(found), state=OFF)

    async def told(self, chat_id: int, by: Collection[UUID], most: int) -> list[Told]:
        """The last notices of this chat, sent or not, that were told by the right of one of these connections."""
        mine = {found.id for found in await self._rows.of_chat(chat_id) if found.connection_id in by}
        return [one for one in await self._notices.history(chat_id, limit=most) if one.subscription_id in mine]

    async def mute(self, by: Connection, chat_id: int, *, on: bool) -> Standing:
        """Be quiet for a day: what happens meanwhile comes after it."""
        until = self._clock() + MUTED if on else None
        return await self.edit(by, chat_id, lambda wish: replace(wish, muted_until=until))


def typed_time(text: str) -> dt.time | None:
    """A time of the day as people write it ("8", "8:30 Uhr", "um 17.15"); None when it is none."""
    found = _TIME.fullmatch(text)
    return _clock(found.group(1), found.group(2)) if found else None


def typed_hours(text: str) -> tuple[dt.time, dt.time] | None:
    """Hours as people write them ("20-7", "von 20:00 bis 7:30 Uhr"); None when they are none or no time at all."""
    found = _HOURS.fullmatch(text)
    if found is None:
        return None
    since, until = _clock(found.group(1), found.group(2)), _clock(found.group(3), found.group(4))
    return None if since is None or until is None or since == until else (since, until)


def _clock(hour: str, minute: str | None) -> dt.time | None:
    if int(hour) == 24:
        return dt.time() if not int(minute or 0) else None
    return dt.time(int(hour), int(minute or 0))


def _nothing_yet(by: Connection) -> Standing:
    return Standing(Wish(frozenset(), by.account.zone), UNASKED)


def _standing(found: Subscription) -> Standing:
    return Standing(from_json(found.wish), found.state, found.reason)
