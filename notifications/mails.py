"""Mails: an invoice's files leave for a confirmed mailbox, beside the chat's notice and independent of it.

They go at once, whatever hours the chat chose, by a right that is looked at when it is their turn. A mail server that
is out delays mails for up to three days and holds up no chat.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from notifications.authority import Authority
from notifications.reasons import CLOSED, Reason
from notifications.tries import HORIZON, pause
from portal.client import PortalReads
from portal.errors import PortalError
from portal.models import DocumentKind, Invoice
from services.documents import file_name
from services.errors import Gone, NotEntitled, Refusal
from services.invoices import paper
from services.mailing import Attached, Post, PostDown, PostError, PostRefused, PostUnknown
from services.reading import Reading
from services.sessions import Sessions
from services.subscriptions import EventKind, from_json, may_be_told
from storage.connections import Connection
from storage.events import Events
from storage.mailboxes import Mailbox, Mailboxes
from storage.mails import Mail, Mails
from storage.subscriptions import Subscriptions

MOST = 20  # in one round
AT_ONCE = 4
LONGEST_TRY = 120.0  # seconds; well within the lease
REST = timedelta(seconds=10)  # after the mail server did not answer
LARGEST = 15 * 1000 * 1000  # bytes of files in one mail: what most mail servers take, once it is encoded
FILES = (DocumentKind.INVOICE, DocumentKind.E_INVOICE)
LOST = frozenset({Reason.DISCONNECTED.value, Reason.NOT_ENTITLED.value})

_WHY: dict[type[Refusal], Reason] = {Gone: Reason.NO_FILE, NotEntitled: Reason.NOT_ENTITLED}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Came:
    """What became of one try: a state of `storage.mails`, and why."""

    state: str
    reason: Reason | None = None


class _Left(Exception):
    """It is not to be sent (any more)."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class MailDeliverer:
    """Works the mails off; `run_once` is called by the metronome."""

    def __init__(
        self,
        mails: Mails,
        mailboxes: Mailboxes,
        subscriptions: Subscriptions,
        events: Events,
        authority: Authority,
        sessions: Sessions,
        portal: PortalReads,
        post: Post,
        clock: Callable[[], datetime],
    ) -> None:
        self._mails = mails
        self._mailboxes = mailboxes
        self._subscriptions = subscriptions
        self._events = events
        self._authority = authority
        self._sessions = sessions
        self._portal = portal
        self._post = post
        self._clock = clock
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._rests_until: datetime | None = None

    async def run_once(self) -> int:
        """Send what is due now; returns how many were tried."""
        now = self._clock()
        if self._rests_until is not None and now < self._rests_until:
            return 0
        claimed = await self._mails.claim(now, MOST)
        await asyncio.gather(*(self._work_off(mail) for mail in claimed))
        return len(claimed)

    async def end_orphans(self) -> int:
        """Mailboxes end with the right by which they are told; returns how many did."""
        found = await self._mailboxes.orphans(LOST)
        for mailbox_id in found:
            await self._mailboxes.remove(mailbox_id, Reason.DISCONNECTED.value, self._clock())
        return len(found)

    async def _work_off(self, mail: Mail) -> None:
        async with self._gate:
            try:
                async with asyncio.timeout(LONGEST_TRY):
                    came = await self._try(mail)
            except TimeoutError:
                came = Came("due", Reason.MAIL)
        log.info("mail", state=came.state, reason=came.reason, attempts=mail.attempts)
        await self._settle(mail, came)

    async def _try(self, mail: Mail) -> Came:
        try:
            mailbox, by = await self._entitled(mail)
            invoice, files = await self._files(mail, by)
            await self._post.invoice(mailbox.address, mailbox.person_id, mail.id, invoice, files)
        except _Left as left:
            return Came("left", left.reason)
        except PortalError:
            return Came("due", Reason.PORTAL)
        except Refusal as refusal:  # gone, or the role changed in between
            return Came("left", _WHY.get(type(refusal), Reason.DISCONNECTED))
        except PostRefused:
            return Came("dead", Reason.REFUSED)
        except PostUnknown:
            is_second = mail.reason == Reason.LOST_ANSWER
            return Came("unknown" if is_second else "due", Reason.LOST_ANSWER)
        except PostError as error:
            if isinstance(error, PostDown):
                self._rests_until = self._clock() + REST
            return Came("due", Reason.MAIL)
        return Came("sent")

    async def _entitled(self, mail: Mail) -> tuple[Mailbox, Connection]:
        """The mailbox and by whose right, as both are at this moment."""
        mailbox = await self._mailboxes.get(mail.mailbox_id)
        subscription = (await self._subscriptions.get([mail.subscription_id])).get(mail.subscription_id)
        if mailbox is None or subscription is None or subscription.state == "off":
            raise _Left(Reason.OFF)
        wish = from_json(subscription.wish)
        if EventKind.INVOICE not in wish.kinds or wish.bounds is not None:
            raise _Left(Reason.OFF)
        if subscription.state == "paused" and subscription.reason not in CLOSED:
            raise await self._ended(mailbox, Reason.DISCONNECTED)
        by = await self._authority.right(subscription.connection_id)
        if by is None:
            raise await self._ended(mailbox, Reason.DISCONNECTED)
        if not may_be_told(EventKind.INVOICE, by.account.roles):
            raise await self._ended(mailbox, Reason.NOT_ENTITLED)
        return mailbox, by

    async def _ended(self, mailbox: Mailbox, reason: Reason) -> _Left:
        """A mailbox ends with its right: whoever gets a new one confirms it anew."""
        await self._mailboxes.remove(mailbox.id, reason.value, self._clock())
        return _Left(reason)

    async def _files(self, mail: Mail, by: Connection) -> tuple[Invoice, list[Attached]]:
        event = (await self._events.get([mail.event_id])).get(mail.event_id)
        if event is None:
            raise _Left(Reason.UNREADABLE)
        reading = Reading(self._sessions, self._portal, by)
        invoice = await reading.invoice(str(event.facts["invoice"]))
        files: list[Attached] = []
        room = LARGEST
        for document in (found for kind in FILES if (found := paper(invoice, kind)) is not None):
            async with reading.document(document) as opened:
                room -= opened.size
                if room < 0:
                    raise _Left(Reason.REFUSED)
                files.append(Attached(file_name(document), opened.mime_type, opened.content.read()))
        if not files:
            raise _Left(Reason.NO_FILE)
        return invoice, files

    async def _settle(self, mail: Mail, came: Came) -> None:
        now = self._clock()
        if came.state == "due" and now - mail.tried_at > HORIZON:
            came = Came("dead", Reason.TOO_LATE)
        due_at = now + pause(mail.attempts) if came.state == "due" else None
        await self._mails.settle(mail, came.state, now, came.reason, due_at)
