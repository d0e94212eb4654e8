"""A listener at the wire: takes the portal's events, and fails as it is told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import httpx
from standardwebhooks import Webhook

from portal.server.settings import PortalSettings
from tests.portal.conftest import BOT, Portal
from tests.portal.doubles import Arrivals
from tests.portal.tmf import Json

HUBS = {
    "bills": "/tmf-api/customerBillManagement/v4/hub",
    "orders": "/tmf-api/productOrderingManagement/v4/hub",
    "services": "/tmf-api/ServiceActivationAndConfiguration/v4/hub",
    "grants": "/oauth2/hub",
}
HANG_UP, NEVER = 0, -1


@dataclass(frozen=True, slots=True)
class Post:
    """One event as it came, and how it was answered."""

    path: str
    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def check(self, secret: str) -> Json:
        """The body, when PyPI's `standardwebhooks` finds it signed just now; else its error."""
        return Webhook(secret).verify(self.body, self.headers)

    def carries(self, secret: str) -> bool:
        """Whether one of its signatures is this secret's, whenever it was made."""
        at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        return Webhook(secret).sign(self.id, at, self.body.decode()) in self.headers["webhook-signature"].split()


class Listener:
    """`answer` gives each post its status; HANG_UP closes the connection, NEVER leaves it waiting."""

    def __init__(self) -> None:
        self.posts: Arrivals[Post] = Arrivals()
        self.answer: Callable[[str], int] = lambda _id: 204
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/events"

    async def start(self) -> None:
        self._open: set[asyncio.StreamWriter] = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for writer in self._open:
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("ascii").strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        status = self.answer(headers["webhook-id"])
        await self.posts.put(Post(first.split(" ")[1], headers, body, status))
        if status == NEVER:
            await reader.read()  # until the portal has had enough
        if status in {HANG_UP, NEVER}:
            return False
        writer.write(f"HTTP/1.1 {status} X\r\nLocation: {self.url}/elsewhere\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        return True


def eager(settings: PortalSettings) -> PortalSettings:
    """An installation that may call this machine and tries again at once."""
    return replace(settings, local_callbacks=True, event_pauses=(0.05,) * 60, event_timeout=0.5)


async def subscriber(portal: Portal) -> dict[str, str]:
    """The header of the bot's own token."""
    form = {"grant_type": "client_credentials", "scope": "events:subscribe"}
    token = (await portal.http.post("/oauth2/token", data=form, auth=BOT)).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


async def subscribe(portal: Portal, api: str, callback: str, **more: str) -> httpx.Response:
    headers = await subscriber(portal)
    return await portal.http.post(HUBS[api], json={"callback": callback, **more}, headers=headers)


async def subscribed(portal: Portal, listener: Listener, *apis: str) -> dict[str, Json]:
    """A hub at each of the APIs, as the 201 tells it."""
    made = {api: await subscribe(portal, api, listener.url) for api in apis or HUBS}
    assert {answer.status_code for answer in made.values()} == {201}
    return {api: answer.json() for api, answer in made.items()}


async def deliveries(portal: Portal, **wanted: str) -> list[Json]:
    """The operator's log."""
    answer = await portal.http.get("/operator/deliveries", params={"limit": 500, **wanted}, headers=portal.operator)
    assert answer.status_code == 200, answer.text
    log: list[Json] = answer.json()
    return log


async def settled(portal: Portal, count: int) -> list[Json]:
    """The log once so many deliveries have come to their end; one is noted after it was answered."""
    async with asyncio.timeout(20):
        while True:
            log = await deliveries(portal)
            if sum(one["state"] != "waiting" for one in log) >= count:
                return log
            portal.server.context.database.written.clear()
            await portal.server.context.database.written.wait()
