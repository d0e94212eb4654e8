"""The portal's side: what the bot asks is asked once of the reference portal, and replayed byte for byte."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import orjson

from bench.serving import Request, Server, after, answer
from portal.budget import within
from portal.calls import PortalAccess
from portal.client import Portal
from portal.oauth import Pkce
from portal.reads import LISTED, PAGE
from portal.server.access.links import send_activation
from portal.server.running import PortalServer
from portal.server.settings import PortalSettings, bot_client
from portal.server.world.seed import seed_demo
from portal.wire import Reply, Wire
from services.connecting import SCOPE

PRODUCTS = f"/tmf-api/productInventory/v4/product?{urlencode({'fields': LISTED, 'offset': 0, 'limit': PAGE})}"
_ASKED = (
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-authorization-server",
    "/oauth2/userinfo",
    PRODUCTS,
)
_KEPT = ("X-Total-Count", "X-Result-Count", "Link", "Vary", "Cache-Control", "ETag")
_ACCOUNT = "acc-customer2300229"  # Muster GmbH
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer of the reference portal; addresses in it are those of `origin`."""

    reply: Reply
    origin: str

    def at(self, url: str) -> bytes:
        """The answer as a portal at this address would give it."""
        kept = [f"{name}: {value}\r\n" for name in _KEPT if (value := self.reply.headers.get(name))]
        body = self.reply.body.replace(self.origin.encode(), url.encode())
        return answer(body, self.reply.status, "".join(kept).replace(self.origin, url))


Question = tuple[str, frozenset[tuple[bytes, bytes]]]
Recording = dict[Question, Recorded]


def _question(path: str, query: bytes) -> Question:
    """A request as the recording knows it: whoever asks for other fields gets no answer, rather than a wrong one."""
    return path, frozenset(parse_qsl(query))


async def record(folder: Path) -> Recording:
    """Start the reference portal, connect to Muster GmbH as the bot would, and keep what it answers."""
    pins: asyncio.Queue[str] = asyncio.Queue()

    def take_sms(request: Request) -> None:
        found = re.search(r"\b[0-9]{6}\b", orjson.loads(request.body)["text"])
        pins.put_nowait(found[0] if found else "")
        request.reply(answer(b"{}"))

    async with Server(take_sms) as phone, _reference(folder, phone.url) as server:
        wire = Wire()
        try:
            token = await _connect(server, wire, pins)
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
            return {
                _question(path, query.encode()): Recorded(
                    await wire.call("GET", f"{server.url}{path}?{query}", within=_PATIENCE, headers=headers), server.url
                )
                for path, _, query in (asked.partition("?") for asked in _ASKED)
            }
        finally:
            await wire.aclose()


@asynccontextmanager
async def _reference(folder: Path, sms_url: str) -> AsyncIterator[PortalServer]:
    settings = PortalSettings(
        secret_keys=(secrets.token_urlsafe(32),),
        clients=(bot_client("bench", secrets.token_urlsafe(24)),),
        bind="127.0.0.1:0",
        public_url="",
        database_url=f"sqlite+aiosqlite:///{folder / 'portal.db'}",
        sms_url=f"{sms_url}/sms",
        demo=True,
    )
    server = PortalServer(settings)
    await server.start()
    try:
        await seed_demo(server.context)
        yield server
    finally:
        await server.stop()


async def _connect(server: PortalServer, wire: Wire, pins: asyncio.Queue[str]) -> str:
    async with server.context.database.writing() as connection:
        code = await send_activation(server.context, connection, _ACCOUNT, kind="activation")
    client = server.settings.clients[0]
    portal = Portal(PortalAccess(server.url, client.id, client.secret), wire)
    pkce = Pkce.new()
    with within(_PATIENCE):
        challenge = await portal.oauth.challenge_start(code, "bench", pkce=pkce, scope=SCOPE)
        sent = await portal.oauth.request_pin(challenge.auth_session)
        pin = await asyncio.wait_for(pins.get(), _PATIENCE)
        tokens = await portal.oauth.exchange(await portal.oauth.answer_pin(sent.auth_session, pin), pkce)
    await portal.aclose()
    return tokens.access.value


class ReplayedPortal:
    """Serves a recording; any access token is good."""

    def __init__(self, recording: Recording, url: str = "") -> None:
        self._recording = recording
        self._written: dict[Question, bytes] = {}
        self.delay = 0.0
        self.calls = 0
        self.move_to(url)

    def move_to(self, url: str) -> None:
        """Say this address in the answers."""
        self._written = {question: recorded.at(url) for question, recorded in self._recording.items()}

    def serve(self, request: Request) -> None:
        """Answer one call, after the delay."""
        self.calls += 1
        whole = self._written.get(_question(request.path, request.query))
        after(self.delay, request.reply, whole if whole is not None else answer(b"{}", 404))
