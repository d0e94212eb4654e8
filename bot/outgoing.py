"""It speaks first, assembled: events are planned as notices, and notices leave at Telegram's pace."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.chat.feature import Router
from bot.chat.notices import NoticeSender
from bot.chat.papers import InvoicePapers
from bot.chat.post import SmtpPost
from bot.chat.sender import Screens
from bot.chat.transport import TelegramBot
from bot.metrics import CountingSender, Metrics
from bot.settings import MailSettings
from notifications.authority import Authority
from notifications.deliver import Deliverer
from notifications.fan_out import Planner
from notifications.mails import MailDeliverer
from notifications.pace import Pace
from portal.client import PortalReads
from services.mailing import Mailing
from services.sessions import Sessions
from services.subscribing import Subscribing
from services.watch import Watch
from storage.bill_watch import BillWatch
from storage.chats import Chats
from storage.connections import Connections
from storage.engine import Database
from storage.events import Events
from storage.mailboxes import Mailboxes
from storage.mails import Mails
from storage.notices import Notices
from storage.people import People
from storage.sent_files import SentFiles
from storage.subscriptions import Subscriptions
from storage.told import ToldNotices
from storage.vault import Vault

Beat = tuple[Callable[[], Coroutine[Any, Any, object]], float]


@dataclass(frozen=True, slots=True)
class Speech:
    """What it speaks with: Telegram, the words, the portal's files, and the rights that count when it does."""

    bot: TelegramBot
    screens: Screens
    router: Router
    people: People
    chats: Chats
    connections: Connections
    sessions: Sessions
    portal: PortalReads
    watch: Watch
    metrics: Metrics


class Outgoing:
    """What is wished for, what is planned, and what leaves."""

    def __init__(
        self,
        speech: Speech,
        database: Database,
        vault: Vault,
        notices: Notices,
        clock: Callable[[], datetime],
        mail: MailSettings | None = None,
    ) -> None:
        self.events, self.subscriptions = Events(database, vault), Subscriptions(database, vault)
        bills = BillWatch(database, vault, speech.connections, self.events)
        self.subscribing = Subscribing(self.subscriptions, ToldNotices(database, vault), bills.nudge, clock)
        self.mailboxes, self.mails = Mailboxes(database, vault), Mails(database, vault)
        post = SmtpPost(mail.server, mail.sender, speech.people, clock) if mail else None
        mailing = (self.mails, self.subscriptions, speech.connections, notices, post)
        self.mailing = Mailing(self.mailboxes, *mailing, clock)
        planned = self.mails if mail else None
        self.planner = Planner(database, self.events, self.subscriptions, notices, clock, planned)
        self.pace = Pace()
        speech.bot.before_each_message(self.pace.sent)
        self._files = SentFiles(database, vault)
        people, connections = speech.people, speech.connections
        papers = InvoicePapers(speech.bot, speech.sessions, speech.portal, self._files, clock)
        sender = NoticeSender(speech.screens, speech.router, people, connections, notices, papers, clock)
        authority = Authority(self.events, self.subscriptions, connections, speech.watch.check, clock)
        counting = CountingSender(sender, speech.metrics)
        stores = (notices, speech.chats, self.subscriptions)
        self.deliverer = Deliverer(*stores, authority, counting, self.pace, clock)
        kept = (self.mails, self.mailboxes, self.subscriptions, self.events)
        reads = (authority, speech.sessions, speech.portal)
        self.mail_deliverer = MailDeliverer(*kept, *reads, post, clock) if post else None

    @property
    def beats(self) -> tuple[Beat, ...]:
        """What is woken, and every how many seconds."""
        notices: tuple[Beat, ...] = ((self.planner.run_once, 1), (self.deliverer.run_once, 1))
        if self.mail_deliverer is None:
            return notices
        return *notices, (self.mail_deliverer.run_once, 2), (self.mail_deliverer.end_orphans, 60)

    async def purge(self, now: datetime) -> None:
        """Forget what is over."""
        await self._files.purge(now - timedelta(days=365))
        await self.mailboxes.purge(now - timedelta(days=1))
        await self.mails.work.purge(now - timedelta(days=90))
        await self.events.purge(now - timedelta(days=180))
