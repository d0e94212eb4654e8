"""Invoice files for chats: each is uploaded once, and goes to the other chats by the id that Telegram gave it."""

from collections.abc import Callable
from datetime import datetime

from telegram import InputFile, Message
from telegram.error import BadRequest

from bot.chat.text import Code, Month, Say, Texts, say
from bot.chat.transport import OutcomeUnknown, TelegramBot
from portal.client import PortalReads
from portal.models import DocumentKind, Invoice
from services.documents import file_name
from services.errors import Gone
from services.invoices import month_of, paper
from services.reading import Reading
from services.sessions import Sessions
from storage.connections import Connection
from storage.sent_files import SentFiles, file_key


class InvoicePapers:
    """Sends files of invoices, by the right of a connection."""

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

    async def send(self, chat_id: int, by: Connection, invoice_id: str, kind: DocumentKind, texts: Texts) -> None:
        """Send one file, without a sound. Raises Gone when there is none, or what the portal or Telegram raises."""
        reading = Reading(self._sessions, self._portal, by)
        invoice = await reading.invoice(invoice_id)
        document = paper(invoice, kind)
        if document is None:
            raise Gone
        key = file_key(by.account.customer_id, invoice_id, document.id)
        caption = texts.html(_caption(invoice, kind))
        known = await self._sent.find(key)
        if known is not None:
            try:
                await self._bot.send_document(
                    chat_id, known, caption=caption, parse_mode="HTML", disable_notification=True
                )
                return
            except BadRequest as refused:
                if "file" not in refused.message.lower():
                    raise
                await self._sent.forget(key)  # Telegram no longer knows it: uploaded again
        async with reading.document(document) as opened:
            upload = InputFile(opened.content, filename=file_name(document), read_file_handle=False)
            message = await self._bot.send_document(
                chat_id, upload, caption=caption, parse_mode="HTML", disable_notification=True
            )
        await self._sent.keep(key, _id_of(message), self._clock())


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
