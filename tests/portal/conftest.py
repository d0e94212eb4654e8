"""The reference portal for tests: served over HTTP, with a real SMTP server and SMS provider at its wire."""

import base64
import hashlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from portal.server.running import PortalServer
from portal.server.settings import PortalSettings, Smtp, bot_client, operator_client
from tests.databases import Postgres
from tests.drivers.sandbox_wire import plain_http
from tests.portal.doubles import MailServer, MovableClock, SmsProvider

BOT = ("eservice-bot", "bot-secret-of-the-tests")
OPERATOR = ("operator", "operator-secret-of-the-tests")
ADMIN_PHONE = "+4915228817386"  # a number that BNetzA keeps for films
SCOPE = "contracts:read bills:read pbx:read orders:write pbx:write"


@dataclass(frozen=True, slots=True)
class Tokens:
    access: str
    refresh: str
    scope: str
    session: str  # where a step-up of this connection starts


@dataclass
class Portal:
    """A running portal and the people around it."""

    server: PortalServer
    http: httpx.AsyncClient
    clock: MovableClock
    sms: SmsProvider
    post: MailServer
    operator: dict[str, str] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return self.server.url

    async def sign_in_operator(self) -> None:
        form = {"grant_type": "client_credentials", "scope": "operator"}
        token = (await self.http.post("/oauth2/token", data=form, auth=OPERATOR)).json()["access_token"]
        self.operator = {"Authorization": f"Bearer {token}"}

    async def order(
        self,
        company: str = "Muster GmbH",
        *,
        phone: str = ADMIN_PHONE,
        mail: str = "max@muster.example",
        locale: str = "de",
    ) -> dict[str, str]:
        """A new customer with its portal admin: the account, with `code` added."""
        await self.sign_in_operator()
        admin = {"name": "Max Muster", "mail": mail, "phone": phone, "locale": locale}
        body = {"customer": {"name": company}, "admin": admin}
        answer = await self.http.post("/operator/orders", json=body, headers=self.operator)
        assert answer.status_code == 201, answer.text
        return {**answer.json()["account"], "code": answer.json()["activation_code"]}

    async def new_code(self, username: str) -> str:
        """One more activation link for a known account; works however old the operator's token is."""
        await self.sign_in_operator()
        answer = await self.http.post(f"/operator/accounts/{username}/activation-link", headers=self.operator)
        return str(answer.json()["activation_code"])

    def stored(self) -> bytes:
        """Every byte of the database's files."""
        name = self.server.context.database.url.database
        assert name is not None
        files = [Path(name + end) for end in ("", "-wal")]
        return b"".join(file.read_bytes() for file in files if file.exists())

    async def challenge(self, **form: str) -> httpx.Response:
        return await self.http.post("/oauth2/challenge", data=form, auth=BOT)

    async def open(self, code: str, verifier: str = "v" * 43, **more: str) -> httpx.Response:
        """The first step with an activation code."""
        hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        form = {"response_type": "code", "scope": SCOPE, "code_challenge": hashed, "code_challenge_method": "S256"}
        return await self.challenge(**{**form, "activation_code": code, "connection_label": "Max Muster", **more})

    async def session(self, code: str, verifier: str = "v" * 43) -> str:
        answer = (await self.open(code, verifier)).json()
        assert answer["error"] == "insufficient_authorization", answer
        return str(answer["auth_session"])

    async def pin(self, session: str) -> str:
        """Asks for a PIN and reads it from the phone."""
        before = len(self.sms.texts)
        answer = (await self.challenge(auth_session=session, otp_request="sms")).json()
        assert answer.get("otp_sent"), answer
        return (await self.sms.texts.nth(before + 1)).pin

    async def connect(self, code: str) -> Tokens:
        """The whole way: the tokens of a new grant."""
        verifier = secrets.token_urlsafe(32)
        session = await self.session(code, verifier)
        answer = await self.challenge(auth_session=session, otp=await self.pin(session))
        tokens = await self.token(
            grant_type="authorization_code", code=answer.json()["authorization_code"], code_verifier=verifier
        )
        assert tokens.status_code == 200, tokens.text
        body = tokens.json()
        return Tokens(body["access_token"], body["refresh_token"], body["scope"], body["auth_session"])

    async def token(self, **form: str) -> httpx.Response:
        return await self.http.post("/oauth2/token", data=form, auth=BOT)

    async def userinfo(self, access_token: str) -> httpx.Response:
        return await self.http.get("/oauth2/userinfo", headers={"Authorization": f"Bearer {access_token}"})

    async def restart(self) -> None:
        """The process ends and begins again on the same database and address."""
        settings = replace(self.server.settings, bind=self.server.url.removeprefix("http://"))
        await self.server.stop()
        self.server = PortalServer(settings, self.clock)
        await self.server.start()


both_engines = pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """SQLite, unless the test is marked with `both_engines`."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
async def portal_database(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database of the portal's own."""
    if engine == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'portal.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = await postgres.empty()
    yield url.replace("postgresql://", "postgresql+asyncpg://")
    await postgres.drop(url)


@pytest.fixture
def portal_settings(portal_database: str) -> PortalSettings:
    """A test module may override this to change the installation."""
    return PortalSettings(
        secret_keys=("a-key-of-the-tests-long-enough-to-be-one",),
        clients=(bot_client(*BOT), operator_client(*OPERATOR)),
        bind="127.0.0.1:0",
        public_url="",
        database_url=portal_database,
        demo=True,
        mail_retry=0.05,
    )


@pytest.fixture
async def portal(portal_settings: PortalSettings) -> AsyncIterator[Portal]:
    """A portal that serves, its operator signed in."""
    clock, sms, post = MovableClock(), SmsProvider(), MailServer()
    await sms.start()
    await post.start()
    wired = replace(
        portal_settings, sms_url=sms.url, sms_authorization="Bearer of the tests", smtp=Smtp("127.0.0.1", post.port)
    )
    server = PortalServer(wired, clock)
    await server.start()
    async with httpx.AsyncClient(base_url=server.url, transport=plain_http(), trust_env=False, timeout=30) as http:
        portal = Portal(server, http, clock, sms, post)
        await portal.sign_in_operator()
        yield portal
    await portal.server.stop()
    await post.stop()
    await sms.stop()
