"""What comes with the notice of an invoice: its files, its payment code, and why it differs from the one before.

A file is uploaded once, and goes to the other chats by the id that Telegram gave it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from enum import Enum

import structlog
from telegram import InputFile, Message
from telegram.error import BadRequest

from bot.chat.paycode import payment_words, qr
from bot.chat.spending import changes_heading, changes_picture, changes_told
from bot.chat.text import Code, Month, Say, Texts, say
from bot.chat.transport import OutcomeUnknown, TelegramBot
from portal.client import PortalReads
from portal.errors import PortalError
from portal.models import DocumentKind, Invoice
from services.comparing import compared
from services.documents import file_name
from services.errors import Gone, Refusal
from services.girocode import girocode, why_not
from services.invoices import month_of, paper
from services.reading import Reading
from services.sessions import Sessions
from storage.connections import Connection
from storage.sent_files import SentFiles, file_key

LONGEST_CAPTION = 1024

log = structlog.get_logger(__name__)


class Part(Enum):
    """A message that follows a notice."""

    PDF = DocumentKind.INVOICE
    XML = DocumentKind.E_INVOICE
    PAYMENT_CODE = "payment code"
    CHANGES = "changes"


class InvoicePapers:
    """Sends what belongs to invoices, by the right of a connection."""

    def __init__(
        self,
        bot: TelegramBot,
        sessions: Sessions,
        portal: PortalReads,
        sent: SentFiles,
        clock: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._sessions = sessions
        self._portal = portal
        self._sent = sent
        self._clock = clock

    async def difference(self, by: Connection, invoice_id: str) -> tuple[Say, ...]:
        """Why it differs by more than a tenth from the one before; nothing else, and nothing while the portal is out.

        The notice itself does not wait for it.
        """
        try:
            found = await compared(self._reading(by), invoice_id)
        except (PortalError, Refusal) as error:
            log.info("a difference is not told", error=type(error).__name__)
            return ()
        return (changes_heading(found), *changes_told(found)) if found is not None and found.is_notable else ()

    async def send(self, chat_id: int, by: Connection, invoice_id: str, part: Part, texts: Texts) -> None:
        """Send one part, without a sound. Raises Gone when there is none, or what the portal or Telegram raises."""
        match part:
            case Part.PAYMENT_CODE:
                await self._payment_code(chat_id, by, invoice_id, texts)
            case Part.CHANGES:
                await self._changes(chat_id, by, invoice_id, texts)
            case _:
                await self._file(chat_id, by, invoice_id, part.value, texts)

    async def _payment_code(self, chat_id: int, by: Connection, invoice_id: str, texts: Texts) -> None:
        invoice = await self._reading(by).invoice(invoice_id)
        if why_not(invoice) is not None:
            raise Gone
        content = await asyncio.to_thread(qr, girocode(invoice))
        await self._picture(chat_id, content, texts.html(payment_words(invoice)))

    async def _changes(self, chat_id: int, by: Connection, invoice_id: str, texts: Texts) -> None:
        found = await compared(self._reading(by), invoice_id)
        if found is None or found.changes is None or not found.is_notable:
            raise Gone
        content = await asyncio.to_thread(changes_picture, found.changes, found.invoice, found.before, texts)
        await self._picture(chat_id, content, texts.html(changes_heading(found)))

    async def _picture(self, chat_id: int, content: bytes, caption: str) -> None:
        await self._bot.send_photo(
            chat_id, content, caption=caption[:LONGEST_CAPTION], parse_mode="HTML", disable_notification=True
        )

    async def _file(self, chat_id: int, by: Connection, invoice_id: str, kind: DocumentKind, texts: Texts) -> None:
        reading = self._reading(by)
        invoice = await reading.invoice(invoice_id)
        document = paper(invoice, kind)
        if document is None:
            raise Gone
        key = file_key(by.account.customer_id, invoice_id, document.id)
        caption = texts.html(_caption(invoice, kind))
        known = await self._sent.find(key)
        if known is not None and await self._again(chat_id, known, caption):
            return
        async with reading.document(document) as opened:
            upload = InputFile(opened.content, filename=file_name(document), read_file_handle=False)
            message = await self._bot.send_document(
                chat_id, upload, caption=caption, parse_mode="HTML", disable_notification=True
            )
        await self._sent.keep(key, _id_of(message), self._clock())

    async def _again(self, chat_id: int, known: str, caption: str) -> bool:
        """By the id of an earlier upload; False when Telegram no longer knows it, so that it is uploaded again."""
        try:
            await self._bot.send_document(chat_id, known, caption=caption, parse_mode="HTML", disable_notification=True)
        except BadRequest as refused:
            if "file" not in refused.message.lower():
                raise
            return False
        return True

    def _reading(self, by: Connection) -> Reading:
        return Reading(self._sessions, self._portal, by)


def _caption(invoice: Invoice, kind: DocumentKind) -> Say:
    return say(
        "invoices-file",
        number=Code(invoice.number),
        month=Month(month_of(invoice)),
        gross=invoice.total,
        kind=kind.value,
    )


def _id_of(message: Message) -> str:
    if message.document is None:
        raise OutcomeUnknown("an answer without the file")
    return message.document.file_id
