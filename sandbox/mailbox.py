"""The mailbox: an SMTP server that keeps what it gets, with the links of each mail pulled out."""

import asyncio
import contextlib
import re
import secrets
from collections import deque
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Protocol, runtime_checkable

from aiosmtpd.smtp import SMTP, Envelope, Session

from .files import StoredFile
from .json_values import JsonObject
from .world import World

RESOURCE = "mails"
KEPT = 1_000
MAX_MAIL = 30 * 1024 * 1024
AT_CONNECTION = frozenset({"outage"})
AT_RECIPIENT = frozenset({"error"})
AT_DATA = frozenset({"reset_before", "reset_after", "delay"})
URL = re.compile(r"(?:https?|tg)://[^\s<>\"']+")


@dataclass(frozen=True, slots=True)
class Mail:
    version: int
    id: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None
    links: tuple[tuple[str, str], ...]
    attachments: tuple[StoredFile, ...]
    at: float

    def sim(self) -> JsonObject:
        attachments = [
            {"name": f.name, "mime_type": f.mime_type, "size": f.size, "url": f.url} for f in self.attachments
        ]
        return {
            "version": self.version, "id": self.id, "from": self.sender, "to": list(self.to), "subject": self.subject,
            "text": self.text, "html": self.html, "links": [{"url": url, "text": text} for url, text in self.links],
            "attachments": attachments, "at": self.at,
        }  # fmt: skip


class _HtmlReader(HTMLParser):
    """The words and the links of an HTML mail."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, list[str]]] = []
        self._in_link = False
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"style", "script", "title"}:
            self._hidden += 1
        if tag in {"br", "p", "div", "tr", "h1", "h2", "h3", "li"}:
            self.words.append("\n")
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.links.append((href, []))
            self._in_link = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script", "title"}:
            self._hidden -= 1
        if tag == "a":
            self._in_link = False

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self.words.append(data)
        if self._in_link:
            self.links[-1][1].append(data)


def _part(message: EmailMessage, kind: str) -> str | None:
    body = message.get_body(preferencelist=(kind,))
    if body is None:
        return None
    content: object = body.get_content()
    return content if isinstance(content, str) else None


class Mailbox:
    """Also the aiosmtpd handler: its `handle_*` coroutines are the SMTP dialogue."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._mails: deque[Mail] = deque(maxlen=KEPT)
        self._server: asyncio.Server | None = None
        self.port = 0

    def find(self, to: str | None, after: int) -> list[Mail]:
        wanted = to.strip().lower() if to else None
        found = [mail for mail in self._mails if mail.version > after]
        return [mail for mail in found if wanted is None or wanted in {each.lower() for each in mail.to}]

    def clear(self) -> None:
        self._mails.clear()

    def take(self, recipients: list[str], raw: bytes) -> Mail:
        message = message_from_bytes(raw, policy=policy.default)
        text, html = _part(message, "plain"), _part(message, "html")
        reader = _HtmlReader()
        if html is not None:
            reader.feed(html)
        links = {url: " ".join("".join(words).split()) for url, words in reader.links}
        for found in URL.findall(text or ""):
            links.setdefault(found.rstrip(".,;:!?)]"), "")
        if text is None:
            lines = (" ".join(line.split()) for line in "".join(reader.words).splitlines())
            text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        mail = Mail(
            version=self._world.versions.touch(RESOURCE),
            id=secrets.token_hex(8),
            sender=str(message.get("From", "")),
            to=tuple(recipients),
            subject=str(message.get("Subject", "")),
            text=text,
            html=html,
            links=tuple(links.items()),
            attachments=tuple(self._attachments(message)),
            at=self._world.clock.now(),
        )
        self._mails.append(mail)
        return mail

    def _attachments(self, message: EmailMessage) -> list[StoredFile]:
        result = []
        for part in message.iter_attachments():
            content: object = part.get_payload(decode=True)
            name = part.get_filename() or "attachment"
            if isinstance(content, bytes):
                result.append(self._world.files.keep("attachment", name, part.get_content_type(), content))
        return result

    # --- SMTP -------------------------------------------------------------------------------------------------

    async def start(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, host, port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._server.wait_closed()

    def _session(self) -> asyncio.BaseProtocol:
        if self._world.faults.take("mail", kinds=AT_CONNECTION) is not None:
            return _OutOfService()
        return SMTP(self, hostname="sandbox", enable_SMTPUTF8=True, data_size_limit=MAX_MAIL)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self._world.faults.take("mail", to=address, kinds=AT_RECIPIENT)
        if fault is not None:
            return f"{fault.status} {fault.description or 'scripted fault'}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content or b""
        found = (self._world.faults.take("mail", to=each, kinds=AT_DATA) for each in envelope.rcpt_tos)
        fault = next(filter(None, found), None)
        kind = fault.kind if fault else ""
        if kind == "reset_before":
            return _cut(server)
        if fault and kind == "delay":
            await asyncio.sleep(fault.seconds)
        self.take(list(envelope.rcpt_tos), raw)
        return _cut(server) if kind == "reset_after" else "250 OK"


@runtime_checkable
class _Transport(Protocol):
    """What can be written to and closed; uvloop's are no `asyncio.Transport` by their type."""

    def write(self, data: bytes, /) -> None: ...
    def close(self) -> None: ...
    def abort(self) -> None: ...


def _cut(server: SMTP) -> str:
    transport: object = server.transport
    if isinstance(transport, _Transport):
        transport.abort()
    return "421 closing"


class _OutOfService(asyncio.Protocol):
    """One connection during an outage."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, _Transport):
            transport.write(b"421 sandbox out of service\r\n")
            transport.close()
