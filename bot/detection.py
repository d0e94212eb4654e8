"""Detection, assembled: everything that makes events, and how often each part of it is woken."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from notifications.asking import Asking
from notifications.daily import Daily
from notifications.detect import Detector
from notifications.listening import Listening
from notifications.orders import OrderNews
from notifications.push import EVENTS_PATH
from notifications.pushed import Pushed
from portal.client import Portal
from services.sessions import Sessions
from services.watch import Watch
from storage.actions import Actions
from storage.bill_watch import BillWatch
from storage.connections import Connections
from storage.day_watch import DayWatch
from storage.drift import KnownLines
from storage.engine import Database
from storage.events import Events, Observer
from storage.hubs import KeptHubs
from storage.leases import Leases
from storage.notices import Notices
from storage.pushes import Pushes
from storage.subscriptions import Subscriptions
from storage.vault import Vault

Beat = tuple[Callable[[], Coroutine[Any, Any, object]], float]


class Detection:
    """`pushed` takes what the portal pushes; it is there when the bot has an address of its own.

    `found` hears the kind of each new event, and how it was found.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        portal: Portal,
        sessions: Sessions,
        connections: Connections,
        notices: Notices,
        actions: Actions,
        found: Observer,
        clock: Callable[[], datetime],
    ) -> None:
        events = Events(database, vault, found)
        subscriptions = Subscriptions(database, vault)
        asking = Asking(sessions, notices, clock)
        self.bills = BillWatch(database, vault, connections, events)
        self.detector = Detector(portal, asking, self.bills, subscriptions, clock)
        days = DayWatch(database, vault, connections, events)
        self.orders = OrderNews(portal, asking, connections, actions, subscriptions, events, clock)
        self.daily = Daily(portal, asking, days, self.orders, subscriptions, clock)
        self.pushed: Pushed | None = None
        self.listening: Listening | None = None
        self._stores = (database, vault)
        self._portal = portal
        self._clock = clock

    def listen(self, public_url: str, leases: Leases, lines: KnownLines, watch: Watch) -> None:
        """Have the portal push what happens to the bot's public address."""
        callback = public_url.rstrip("/") + EVENTS_PATH
        self.listening = Listening(callback, self._portal.hubs, KeptHubs(*self._stores), leases, self._clock)
        pushes = Pushes(*self._stores)
        self.pushed = Pushed(self.listening, pushes, self.bills, self.orders, lines, watch, self._clock)

    async def begin(self) -> None:
        """Before the first beats: who is connected, and which secrets sign."""
        await self.detector.enrol()
        await self.daily.enrol()
        if self.listening is not None:
            await self.listening.run_once()

    @property
    def beats(self) -> tuple[Beat, ...]:
        """What is woken, and every how many seconds."""
        found: list[Beat] = [
            (self.detector.enrol, 5),
            (self.detector.run_once, 1),
            (self.daily.enrol, 60),
            (self.daily.run_once, 5),
        ]
        if self.pushed is not None and self.listening is not None:
            found += [(self.pushed.run_once, 1), (self.orders.run_once, 1), (self.listening.run_once, 20)]
        return tuple(found)

    async def purge(self) -> None:
        """Forget what is over."""
        await self.detector.purge()
        await self.daily.purge()
        if self.pushed is not None:
            await self.pushed.purge()
