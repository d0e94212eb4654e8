"""Detection, running on a real database before a portal at the other end of the wire; the clock is a value."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
from sqlalchemy import select

from notifications.asking import Asking
from notifications.daily import Daily
from notifications.detect import Detector
from notifications.orders import OrderNews
from portal.calls import PortalAccess
from portal.client import Portal
from portal.wire import Wire
from services.sessions import Sessions
from services.subscriptions import STANDARD, EventKind, Filters, Wish, to_json
from storage.actions import Actions
from storage.bill_watch import BillWatch
from storage.connections import Account, Connection, Connections, Tokens
from storage.day_watch import DayWatch
from storage.engine import Database
from storage.events import Events
from storage.migrate import migrate
from storage.notices import Notices
from storage.subscriptions import Subscriptions
from storage.tables import events, notices
from storage.vault import Vault, generate_key, parse_keys
from tests.detection.bill_portal import BillPortal
from tests.portal_client.peer import Peer, Request, always, serving
from tests.portal_client.scripted import resource_metadata, server_metadata

BEGIN = datetime(2027, 1, 13, 9, 0, tzinfo=UTC)  # a Wednesday, far from the days on which bills are written
FOR_EVER = datetime(2099, 1, 1, tzinfo=UTC)

Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Found:
    """An event, as it stands in the table."""

    kind: EventKind
    facts: Facts
    found_at: datetime


@dataclass
class Lookout:
    """What makes events, and who is connected. `now` is what the clock shows."""

    world: BillPortal
    database: Database
    vault: Vault
    portal: Portal
    now: datetime = BEGIN

    def __post_init__(self) -> None:
        stores = (self.database, self.vault)
        self.connections, self.notices = Connections(*stores), Notices(*stores)
        self.events, self.subscriptions = Events(*stores), Subscriptions(*stores)
        self.sessions = Sessions(self.portal, self.connections, self.clock)
        asking = Asking(self.sessions, self.notices, self.clock)
        self.bills = BillWatch(*stores, self.connections, self.events)
        self.detector = Detector(self.portal, asking, self.bills, self.subscriptions, self.clock)
        self.days = DayWatch(*stores, self.connections, self.events)
        self.actions = Actions(*stores, self.notices)
        known = (self.connections, self.actions, self.subscriptions, self.events)
        self.orders = OrderNews(self.portal, asking, *known, self.clock)
        self.daily = Daily(self.portal, asking, self.days, self.orders, self.subscriptions, self.clock)

    def clock(self) -> datetime:
        """The time."""
        return self.now

    async def connect(
        self, customer: str, person: int, *, role: str = "portalAdmin", zone: str = "Europe/Berlin", login: str = ""
    ) -> Connection:
        """Somebody of a customer; `login` tells several of one customer apart."""
        account = Account(f"acc-{customer}{login}", "user", "Max", customer, customer, (role,), "de", zone)
        token = f"{customer}/{login}" if login else customer
        made = await self.connections.add(person, "Max", account, Tokens(token, None, FOR_EVER, ""), self.now)
        assert made is not None
        return made

    async def subscribe(self, who: Connection, *kinds: EventKind, filters: Filters | None = None) -> None:
        """Their chat wishes to be told these, and nothing else."""
        declined = STANDARD - set(kinds)
        wish = Wish(frozenset(kinds), who.account.zone, filters or Filters(), declined=declined)
        where = (who.person_id, who.account.customer_id, to_json(wish), self.now)
        await self.subscriptions.put(*where, person_id=who.person_id, connection_id=who.id)

    async def look(self) -> None:
        """Beats, until nobody's invoices are due."""
        await self.detector.enrol()
        while await self.detector.run_once():
            pass

    async def ask(self) -> None:
        """Beats, until nobody's day is due."""
        await self.daily.enrol()
        while await self.daily.run_once():
            pass

    async def at(self, now: datetime) -> None:
        """It becomes then, and everything is woken."""
        self.now = now
        await self.look()
        await self.ask()

    async def later(self, **by: float) -> None:
        """So much later."""
        await self.at(self.now + timedelta(**by))

    async def found(self, *kinds: EventKind) -> list[Found]:
        """The events of these kinds (or of all), in the order in which they were found."""
        async with self.database.reading() as connection:
            rows = (await connection.execute(select(events).order_by(events.c.found_at))).all()
        opened = [
            Found(
                EventKind(row.kind),
                orjson.loads(self.vault.open("events", row.id, "facts", row.facts_sealed)),
                row.found_at,
            )
            for row in rows
        ]
        return [one for one in opened if not kinds or one.kind in kinds]

    async def told(self) -> list[str]:
        """Which notices were put into the outbox, by their kind."""
        async with self.database.reading() as connection:
            return list((await connection.execute(select(notices.c.kind))).scalars())


def numbers(found: Iterable[Found]) -> list[str]:
    """The numbers of the invoices that events are about."""
    return [str(one.facts["number"]) for one in found]


@asynccontextmanager
async def lookout(database_url: str) -> AsyncIterator[Lookout]:
    """For the length of a block."""
    world, wire, database = BillPortal(), Wire(), Database(database_url)
    url = ""

    async def answer(peer: Peer, request: Request) -> None:
        if request.path.startswith("/.well-known/"):
            is_resource = request.path.endswith("resource")
            await peer.answer_json(resource_metadata(url) if is_resource else server_metadata(url))
        else:
            await world.answer(peer, request)

    await migrate(database)
    async with serving(always(answer)) as server:
        url = server.url
        portal = Portal(PortalAccess(url, "bot", "secret"), wire)
        try:
            yield Lookout(world, database, Vault(parse_keys(generate_key())), portal)
        finally:
            await portal.aclose()
            await wire.aclose()
            await database.close()
