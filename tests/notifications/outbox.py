"""The product's outbox on a real database and a real wire to Telegram, with the plainest of words."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID, uuid4

from sqlalchemy import insert
from telegram.error import TelegramError

from bot.chat.sender import fate_of
from bot.chat.transport import TelegramBot, TelegramRequest, base_url, message_id_of
from notifications.authority import Authority, Vouch
from notifications.deliver import Deliverer
from notifications.fan_out import Planner
from notifications.pace import Limits, Pace
from notifications.reasons import Reason
from notifications.sender import Delivery, Fate
from services.subscriptions import EventKind, Wish, to_json
from storage.chats import Chats
from storage.connections import Account, Connection, Connections, Tokens
from storage.engine import Database
from storage.events import Events, NewEvent
from storage.notices import Notice, Notices
from storage.subscriptions import Subscriptions
from storage.tables import subscriptions
from storage.told import ToldNotices
from storage.vault import Vault

CUSTOMER = "cust-1"
KINDS = frozenset(EventKind)
ROLES = ("portalAdmin",)
NO_LIMITS = Limits(None, None, None)


class Wire:
    """A sender whose message names its notices: `invoice/1 invoice/2`. With `files`, two more messages follow."""

    def __init__(self, bot: TelegramBot, files: int = 0) -> None:
        self._bot = bot
        self._files = files
        self.fails_at: int | None = None  # the part that fails once
        self.is_broken = False  # a fault of our own
        self.moved: dict[int, int] = {}  # groups that have become supergroups
        self.tally: BinaryIO | None = None  # gets a byte for each message that sets out

    async def send(self, batch: Sequence[Notice]) -> Delivery:
        """One message."""
        part = batch[0].parts_sent
        if self.is_broken:
            raise ValueError(part)
        if batch[0].chat_id in self.moved:
            return Delivery(Fate.NOT_SENT, moved_to=self.moved[batch[0].chat_id])
        if part == self.fails_at:
            self.fails_at = None
            return Delivery(Fate.NOT_SENT, Reason.TELEGRAM)
        text = " ".join(f"{notice.kind}/{notice.facts.get('invoice', '')}" for notice in batch)
        text += f" part {part}" if part else ""
        if self.tally is not None:
            self.tally.write(b".")
        try:
            sent = await self._bot.call("sendMessage", chat_id=batch[0].chat_id, text=text)
        except TelegramError as error:
            return fate_of(error)
        return Delivery(Fate.SENT, message_id=message_id_of(sent), more=part < self._files)


@dataclass
class Outbox:
    """Everything between an event and Telegram."""

    database: Database
    vault: Vault
    clock: Callable[[], datetime]
    events: Events
    subscriptions: Subscriptions
    notices: Notices
    told: ToldNotices
    connections: Connections
    chats: Chats
    pace: Pace
    planner: Planner
    deliverer: Deliverer
    sender: Wire

    async def connect(self, person_id: int = 1, roles: Sequence[str] = ROLES) -> UUID:
        """Somebody with a right."""
        now = self.clock()
        account = Account(
            f"acc-{person_id}", "max", "Max", CUSTOMER, "Muster GmbH", tuple(roles), "de", "Europe/Berlin"
        )
        tokens = Tokens("a", "r", now + timedelta(hours=1), "openid")
        connected = await self.connections.add(person_id, "Max", account, tokens, now)
        assert connected is not None
        return connected.id

    async def subscribe(self, chat_id: int, right: UUID, wish: Wish | None = None, customer: str = CUSTOMER) -> None:
        """One chat."""
        made = to_json(wish or Wish(KINDS))
        now = self.clock()
        await self.subscriptions.put(chat_id, customer, made, now, person_id=1, connection_id=right)

    async def subscribe_all(self, chat_ids: Sequence[int], right: UUID) -> None:
        """Thousands of chats that want everything."""
        wish, now = to_json(Wish(KINDS)), self.clock()
        customer_key = self.vault.blind_index("customer", CUSTOMER)
        rows = []
        for chat_id in chat_ids:
            key = uuid4()
            sealed = self.subscriptions._sealed(key, wish)
            rows.append({
                "id": key, "chat_id": chat_id, "topic_id": 0, "person_id": 1, "connection_id": right, "version": 1,
                "customer_key": customer_key, "wish_sealed": sealed, "state": "on", "reason": "", "made_at": now,
            })  # fmt: skip
        async with self.database.writing() as connection:
            await connection.execute(insert(subscriptions), rows)

    async def happen(self, *numbers: object, facts: Mapping[str, object] | None = None) -> None:
        """New events of the customer."""
        found = [
            NewEvent(
                EventKind.INVOICE.value, CUSTOMER, (str(number),), {"invoice": str(number), **(facts or {})}, "poll"
            )
            for number in numbers
        ]
        await self.events.add(found, self.clock())

    async def work(self) -> None:
        """Plan and send what is due now."""
        await self.planner.run_once()
        await self.deliverer.run_once()


@asynccontextmanager
async def outbox(
    database: Database,
    vault: Vault,
    telegram: str,
    token: str,
    clock: Callable[[], datetime],
    *,
    limits: Limits | None = None,
    files: int = 0,
    vouch: Vouch | None = None,
) -> AsyncIterator[Outbox]:
    """For the length of a block."""
    request = TelegramRequest()
    bot = TelegramBot(token, base_url=base_url(telegram), request=request, get_updates_request=TelegramRequest())
    events, wishes, notices = Events(database, vault), Subscriptions(database, vault), Notices(database, vault)
    rights, chats, pace = Connections(database, vault), Chats(database), Pace(limits=limits)
    bot.before_each_message(pace.sent)

    async def vouched(connection: Connection) -> Connection | None:
        await rights.mark(connection.id, checked_at=clock())
        return connection

    authority = Authority(events, wishes, rights, vouch or vouched, clock)
    sender = Wire(bot, files)
    deliverer = Deliverer(notices, chats, wishes, authority, sender, pace, clock)
    planner = Planner(database, events, wishes, notices, clock)
    told = ToldNotices(database, vault)
    try:
        yield Outbox(
            database, vault, clock, events, wishes, notices, told, rights, chats, pace, planner, deliverer, sender
        )  # fmt: skip
    finally:
        await request.shutdown()
