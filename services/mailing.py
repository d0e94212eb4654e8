"""Mailing: an invoice's files also go to a mailbox that somebody has proved to be theirs, for bookkeeping software.

address typed -> a mail with a code -> code typed into the chat -> confirmed. One mailbox for a subscription; it ends
with it, and with the right by which it is told.
"""

import re
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from portal.models import Invoice
from services.errors import Gone, MailCodeExpired, MailCodeWrong, MailRateLimited, MailUnavailable, NoMailAddress
from services.subscriptions import from_json
from storage.connections import Connection, Connections
from storage.mailboxes import Mailbox, Mailboxes
from storage.mails import Mailed, Mails, masked
from storage.notices import NewNotice, Notices
from storage.subscriptions import Subscription, Subscriptions

LIFE = timedelta(minutes=15)
TRIES = 5
AN_HOUR = timedelta(hours=1)
MOST_IN_AN_HOUR = 3
OFF = "off"  # the reason when its owner removes a mailbox
LONGEST_ADDRESS = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}", re.ASCII)
_CODE = re.compile(r"[0-9]{6}", re.ASCII)


class PostError(Exception):
    """A mail did not go out for sure."""


class PostDown(PostError):
    """The mail server can't be reached, or lets nobody in: nothing goes out at the moment."""


class PostDelayed(PostError):
    """It does not take this mail now."""


class PostRefused(PostError):
    """It will never take this mail, or for this address."""


class PostUnknown(PostError):
    """The mail was handed over and the answer is lost: it may have arrived."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a mail."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)


class Post(Protocol):
    """Writes mails and hands them over. Each raises a PostError."""

    async def code(self, address: str, person_id: int, company: str, code: str) -> None:
        """The code that proves the address."""

    async def invoice(
        self, address: str, person_id: int, mail_id: UUID, invoice: Invoice, files: Sequence[Attached]
    ) -> None:
        """An invoice's files; the same `mail_id` is the same mail."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A code is on its way."""

    id: UUID
    shown: str
    minutes: int


class Mailing:
    """Mailboxes of private chats' subscriptions."""

    def __init__(
        self,
        rows: Mailboxes,
        mails: Mails,
        subscriptions: Subscriptions,
        connections: Connections,
        notices: Notices,
        post: Post | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._rows = rows
        self._mails = mails
        self._subscriptions = subscriptions
        self._connections = connections
        self._notices = notices
        self._post = post
        self._clock = clock

    @property
    def is_offered(self) -> bool:
        """Whether this installation sends mails."""
        return self._post is not None

    async def of(self, by: Connection, chat_id: int) -> Mailbox | None:
        """The mailbox beside what this chat is told."""
        return await self._rows.of((await self._told(by, chat_id)).id)

    async def ask(self, by: Connection, chat_id: int, typed: str, update_id: int) -> Asked:
        """Mail a code to the address. The same update run twice is the same question, with a new code."""
        post, told, address = self._needed(), await self._told(by, chat_id), mail_address(typed)
        now = self._clock()
        await self._limit(by.person_id, address, update_id, now)
        code = f"{secrets.randbelow(10**6):06}"
        key = await self._rows.ask(told.id, by.person_id, address, code, update_id, now, now + LIFE)
        try:
            await post.code(address, by.person_id, by.account.customer_name, code)
        except PostUnknown:
            pass  # it may arrive, and if not, another one can be asked for
        except PostRefused:
            await self._rows.forget(key)
            raise NoMailAddress from None
        except PostError:
            await self._rows.forget(key)
            raise MailUnavailable from None
        return Asked(key, masked(address), int(LIFE.total_seconds() / 60))

    async def confirm(self, by: Connection, chat_id: int, code_id: UUID, typed: str, update_id: int) -> Mailbox:
        """The mailbox that the right code proves; a wrong one counts, each update once."""
        told, code = await self._told(by, chat_id), await self._rows.code(code_id, by.person_id)
        if code is None or code.subscription_id != told.id:
            raise MailCodeExpired
        again = code.answered_update == update_id
        if again and code.state == "used" and (found := await self._rows.of(told.id)) is not None:
            await self._tell_others(by, found)  # once: they may have been told before the crash
            return found
        if code.state != "open" or code.expires_at < self._clock():
            raise MailCodeExpired
        if not again and not await self._rows.count(code, update_id, TRIES):
            raise MailCodeExpired
        text = re.sub(r"[\s-]", "", typed)
        if _CODE.fullmatch(text) and await self._rows.is_right(code, text):
            confirmed = await self._rows.confirm(code, self._clock())
            if confirmed is None:
                raise MailCodeExpired
            await self._tell_others(by, confirmed)
            return confirmed
        left = TRIES - code.tries - (not again)
        if left <= 0:
            await self._rows.end(code)
            raise MailCodeExpired
        raise MailCodeWrong(left)

    async def remove(self, by: Connection, chat_id: int) -> None:
        """Nothing goes there any more, from this moment on."""
        found = await self.of(by, chat_id)
        if found is None:
            raise Gone
        await self._rows.remove(found.id, OFF, self._clock())

    async def mailed(self, chat_id: int, by: Collection[UUID], most: int) -> list[Mailed]:
        """What went to mailboxes of this chat of late, by the right of one of these connections."""
        mine = [found.id for found in await self._subscriptions.of_chat(chat_id) if found.connection_id in by]
        return await self._mails.history(mine, most) if mine else []

    async def _tell_others(self, by: Connection, mailbox: Mailbox) -> None:
        """The customer's other portal admins hear of a new way out for invoices."""
        account = by.account
        others = {
            c.person_id: c for c in await self._connections.of_customer(account.customer_id) if c.account.is_admin
        }
        others.pop(by.person_id, None)
        facts: dict[str, object] = {
            "person": by.person_name,
            "company": account.customer_name,
            "address": masked(mailbox.address),
        }
        notices = [
            NewNotice("mailbox-added", f"mailbox:{mailbox.id}", person_id, {**facts, "reader": str(other.id)})
            for person_id, other in others.items()
        ]
        await self._notices.add(notices, self._clock())

    def _needed(self) -> Post:
        if self._post is None:
            raise Gone
        return self._post

    async def _told(self, by: Connection, chat_id: int) -> Subscription:
        """What this chat is told by a right of this person's own; an invited subscriber has none to share."""
        found = await self._subscriptions.of(chat_id, by.account.customer_id)
        if found is None or found.person_id != by.person_id or from_json(found.wish).bounds is not None:
            raise Gone
        return found

    async def _limit(self, person_id: int, address: str, update_id: int, now: datetime) -> None:
        asked = await self._rows.asked(person_id, address, update_id, now - AN_HOUR)
        if len(asked) >= MOST_IN_AN_HOUR:
            free = asked[-MOST_IN_AN_HOUR] + AN_HOUR - now
            raise MailRateLimited(max(1, -int(-free.total_seconds() // 60)))


def shown(mailbox: Mailbox) -> str:
    """Its address where others may read along: "r…@firma.de"."""
    return masked(mailbox.address)


def mail_address(typed: str) -> str:
    """An address as it is typed or tapped in a chat, in the plain form that every mail server takes; else a refusal.

    Stricter than the standards: ASCII, no quotes, no comments, a domain with a dot. So no address is more than one
    line or more than one recipient.
    """
    text = typed.strip().removeprefix("mailto:")
    name, _, domain = text.rpartition("@")
    address = f"{name}@{domain.lower()}"
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise NoMailAddress
    return address
