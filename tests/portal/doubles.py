"""What stands at the wire of the reference portal: a clock that can be moved, an SMS provider, a mail server."""

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session

Item = TypeVar("Item")
PATIENCE = 20.0
PIN = re.compile(r"\b(\d{6}|\d{8})\b", re.ASCII)
START = re.compile(r"\?start=([A-Za-z0-9_-]{43})", re.ASCII)
END = re.compile(r"/connections/end/([A-Za-z0-9_-]{43})", re.ASCII)


class MovableClock:
    """Real time plus what a test adds: to both clocks (time passes), or to the wall clock alone (it is set)."""

    def __init__(self) -> None:
        self.boot = "first boot"
        self._start = time.monotonic()
        self._wall = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self._passed = 0.0

    def __call__(self) -> datetime:
        return self._wall + timedelta(seconds=time.monotonic() - self._start)

    def monotonic(self) -> float:
        return 5000.0 + time.monotonic() - self._start + self._passed

    def pass_time(self, seconds: float) -> None:
        self._passed += seconds
        self.set_wall(seconds)

    def set_wall(self, by: float) -> None:
        self._wall += timedelta(seconds=by)


class Arrivals(list[Item]):
    """A list that can be waited on."""

    def __init__(self) -> None:
        super().__init__()
        self._news = asyncio.Condition()

    async def put(self, item: Item) -> None:
        async with self._news:
            self.append(item)
            self._news.notify_all()

    async def nth(self, count: int, within: float = PATIENCE) -> Item:
        """The count-th arrival, when it is there."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: len(self) >= count)
        return self[count - 1]


@dataclass(frozen=True, slots=True)
class Text:
    to: str
    text: str
    authorization: str | None

    @property
    def pin(self) -> str:
        found = PIN.search(self.text)
        assert found, self.text
        return found[1]


class SmsProvider:
    """A small HTTP server that takes POST {"to", "text"}; `answer` is its next status, 0 means it hangs up."""

    def __init__(self) -> None:
        self.texts: Arrivals[Text] = Arrivals()
        self.answer = 202
        self.url = ""

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/sms"

    async def stop(self) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        plain = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        if 200 <= self.answer < 300:
            await self.texts.put(
                Text(body["to"], body["text"], plain.get("Authorization") or plain.get("authorization"))
            )
        if self.answer:
            writer.write(f"HTTP/1.1 {self.answer} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        writer.close()


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    message: EmailMessage

    def part(self, kind: str) -> str:
        found = self.message.get_body((kind,))
        assert found is not None
        return str(found.get_content())

    @property
    def code(self) -> str:
        found = START.search(self.part("plain"))
        assert found, self.part("plain")
        return found[1]

    @property
    def end_path(self) -> str:
        found = END.search(self.part("plain"))
        assert found, self.part("plain")
        return found[0]


@dataclass
class MailServer:
    """A real SMTP server that can be away and come back on its port."""

    mails: Arrivals[Mail] = field(default_factory=Arrivals)
    refused: set[str] = field(default_factory=set)
    port: int = 0

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", self.port
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        await self.mails.put(Mail(envelope.rcpt_tos[0], message))
        return "250 OK"
