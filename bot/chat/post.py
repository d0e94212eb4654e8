"""Mails: written in the reader's language, plain and HTML without anything that is fetched, and handed over by SMTP.

Headers are made by the standard library, which refuses a second line; an address was checked before it came here.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as PLAIN_SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from bot.chat.sender import texts_for
from bot.chat.text import Month, Name, Texts, say
from bot.values import MailServer
from portal.models import Invoice, PaymentMethod
from services.invoices import due_day, month_of
from services.mailing import LIFE, Attached, PostDelayed, PostDown, PostRefused, PostUnknown
from storage.people import People

if TYPE_CHECKING:
    import aiosmtplib

SMTP = PLAIN_SMTP.clone(cte_type="7bit")  # every server takes it, whatever it says it can do
TIMEOUT = 15.0  # seconds for each step of the dialogue
UPLOAD_TIMEOUT = 60.0  # for the files
PERMANENT = range(500, 600)


class SmtpPost:
    """`services.mailing.Post` over one mail server."""

    def __init__(self, server: MailServer, sender: str, people: People, clock: Callable[[], datetime]) -> None:
        self._server = server
        self._sender = sender
        self._people = people
        self._clock = clock

    async def code(self, address: str, person_id: int, company: str, code: str) -> None:
        """The code that proves the address. The company is as the portal writes it; nothing that was typed goes out."""
        texts = await self._texts(person_id)
        minutes = int(LIFE.total_seconds() / 60)
        text = texts.written(say("mail-code", code=code, company=Name(company), minutes=minutes))
        message = self._message(address, uuid4(), texts.written(say("mail-code-subject", code=code)), text)
        await self._hand_over(address, message)

    async def invoice(
        self, address: str, person_id: int, mail_id: UUID, invoice: Invoice, files: Sequence[Attached]
    ) -> None:
        """An invoice's files. No amount stands in the words: who reads the subject on a screen need not know it."""
        texts = await self._texts(person_id)
        number, month = Name(invoice.number), Month(month_of(invoice))
        credit = "yes" if invoice.credit_note else "no"
        subject = texts.written(say("mail-invoice-subject", number=number, month=month, credit=credit))
        text = _about(texts, invoice, credit)
        message = self._message(address, mail_id, subject, text)
        for file in files:
            main, _, sub = file.mime_type.partition("/")
            message.add_attachment(file.content, maintype=main, subtype=sub or "octet-stream", filename=file.name)
        await self._hand_over(address, message)

    async def _texts(self, person_id: int) -> Texts:
        return texts_for(await self._people.visit(person_id, person_id))

    def _message(self, address: str, mail_id: UUID, subject: str, text: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = address
        message["Subject"] = subject
        message["Date"] = format_datetime(self._clock())
        message["Message-ID"] = f"<{mail_id.hex}@{self._own_address.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text + "\n")
        message.add_alternative(_html(text), subtype="html")
        return message

    @property
    def _own_address(self) -> str:
        return parseaddr(self._sender)[1]

    async def _hand_over(self, address: str, message: EmailMessage) -> None:
        import aiosmtplib  # here: few installations send mails, and an idle bot is to stay small

        content = await asyncio.to_thread(message.as_bytes)
        async with _connected(self._server) as client:
            try:
                await client.mail(self._own_address)
                await client.rcpt(address)
            except aiosmtplib.SMTPRecipientRefused as error:
                raise (PostRefused if error.code in PERMANENT else PostDelayed)(str(error.code)) from None
            except (aiosmtplib.SMTPException, OSError) as error:
                raise PostDelayed(type(error).__name__) from None
            try:
                await client.data(content, timeout=UPLOAD_TIMEOUT)
            except aiosmtplib.SMTPResponseException as error:
                raise (PostRefused if error.code in PERMANENT else PostDelayed)(str(error.code)) from None
            except (aiosmtplib.SMTPException, OSError) as error:
                raise PostUnknown(type(error).__name__) from None


async def reach(server: MailServer) -> None:
    """Connect and log in, and send nothing. Raises PostDown."""
    async with _connected(server):
        pass


@asynccontextmanager
async def _connected(server: MailServer) -> AsyncIterator["aiosmtplib.SMTP"]:
    """A session with the server, encrypted unless it is near, and logged in when there is a password."""
    import aiosmtplib

    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password.reveal() if server.password else None,
        use_tls=server.is_tls,
        start_tls=False if server.is_tls else None if server.is_near else True,
        validate_certs=not server.is_near,  # there it has one of its own making, if any
        timeout=TIMEOUT,
    )
    try:
        await client.connect()
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        client.close()
        raise PostDown(type(error).__name__) from None
    try:
        yield client
    finally:
        try:
            await client.quit(timeout=TIMEOUT)
        except (aiosmtplib.SMTPException, OSError):
            client.close()


def _about(texts: Texts, invoice: Invoice, credit: str) -> str:
    lines = say(
        "mail-invoice",
        number=Name(invoice.number),
        month=Month(month_of(invoice)),
        credit=credit,
        due=due_day(invoice),
        dated="no" if invoice.credit_note or due_day(invoice) is None else "yes",
        debit="yes" if invoice.payment is PaymentMethod.DIRECT_DEBIT else "no",
    )
    return texts.written(lines)


def _html(text: str) -> str:
    paragraphs = "".join(f"<p>{escape(each).replace(chr(10), '<br>')}</p>" for each in text.split("\n\n"))
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body>{paragraphs}</body></html>'
