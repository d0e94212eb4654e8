"""The whole product for a test: sandbox, reference portal and bot, over HTTP, on a database of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import httpx
from sqlalchemy import func, select

from bot.app import App
from bot.settings import HelpContact, MailSettings, Settings, TelegramMode
from bot.values import Bind, MailServer, Secret
from portal.server.access import grants
from portal.server.access import tables as access_tables
from portal.server.access.links import send_activation
from portal.server.app import build_context
from portal.server.clock import Clock
from portal.server.running import PortalServer
from portal.server.settings import Client, PortalSettings, Smtp, bot_client
from portal.server.tmf.tables import orders
from portal.server.world.seed import seed_demo
from sandbox.app import Sandbox
from sandbox.settings import BotAccount, SandboxSettings
from storage.vault import generate_key
from tests.databases import new_file
from tests.drivers.sandbox import Person, SandboxClient, plain_http

if TYPE_CHECKING:
    from tests.journeys.words import Words

SPECIFICATION = Path(__file__).resolve().parents[2] / "shared" / "specs" / "telegram-bot-api.json"
TOKEN = "2300229:canary-bot-token-AAAAAAAAAAAAAAAAAAA"
PORTAL_SECRET = "canary-portal-client-secret-4711"
OPERATOR_SECRET = "operator-secret-for-tests-0815"
PORTAL_KEYS = ("a-key-for-tests-0123456789",)
MAIL_FROM = "chat@eservice.example"
UNHURRIED = 10.0  # seconds that the portal may take: a crowded machine is no outage, but where a test is about those
WEBHOOK_RETRY = 0.02  # seconds that stand for Telegram's one
Who = tuple[str, str, str]
MAX = ("customer2300229", "+491713920010", "max.muster@muster-gmbh.example")
MARTINA = ("customer2300231", "+491713920012", "martina.muster@muster-gmbh.example")
PAULA = ("customer2300230", "+491713920011", "paula.pforte@muster-gmbh.example")
ERIKA = ("customer2300241", "+491713920030", "erika@beispiel-logistik.example")
BERND = ("customer2300242", "+491713920031", "buchhaltung@beispiel-logistik.example")


@dataclass
class MovableClock:
    """The real time, moved by what a test says."""

    offset: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def advance(self, by: timedelta) -> None:
        """Later by this much, at once."""
        self.offset += by


@dataclass
class House:
    """Everything, running."""

    sandbox: Sandbox
    client: SandboxClient
    portal: PortalServer
    app: App
    settings: Settings
    clock: MovableClock

    async def person(self, name: str = "Max", *, language: str | None = "de", who: Who = MAX) -> Person:
        """Somebody with a Telegram account and the phone and mailbox of a portal account."""
        person = await self.client.person(name, language=language, phone=who[1], mail=who[2])
        if language == "en":  # the portal's accounts are German, and the portal's language wins over Telegram's
            await self.app.preferences.choose_language(person.id, "en", self.clock())
        return person

    async def mail_link(self, who: Who = MAX) -> str:
        """Have the activation mail sent and return the Telegram link from the mailbox."""
        async with self.portal.context.database.writing() as connection:
            await send_activation(self.portal.context, connection, f"acc-{who[0]}", kind="activation")
        self.portal.context.post.set()
        return await self.mailed_link(who)

    async def mailed_link(self, who: Who = MAX) -> str:
        """The Telegram link of the next mail that has one."""
        while True:
            mail = await self.client.mail(who[2], within=10)
            found = [link for link in mail.links if "start=" in link]
            if found:
                return found[0]

    async def connected(self, name: str = "Max", *, language: str | None = "de", who: Who = MAX) -> Person:
        """Somebody who has connected."""
        person = await self.person(name, language=language, who=who)
        await self.connect(person, who)
        return person

    async def connect(self, person: Person, who: Who = MAX) -> None:
        """The whole way from mail to PIN."""
        await person.open_link(await self.mail_link(who))
        await person.tap("PIN")
        sms = await self.client.sms(who[1])
        await person.send(sms.pin)
        await person.sees("✅", new=True)

    async def connect_with(self, person: Person, link: str, words: "Words") -> None:
        """From a link in hand to the menu, in the person's language."""
        await person.open_link(link)
        await person.tap(words.label("connect-button-yes"))
        await person.send((await self.client.sms(MAX[1])).pin)
        await person.sees(words("menu-what"))

    async def end_grants(self) -> None:
        """The portal ends every connection."""
        context = self.portal.context
        async with context.database.writing() as connection:
            await grants.end(connection, context.now(), "operator", access_tables.grants.c.ended_at.is_(None))

    async def live_grants(self) -> int:
        """How many connections the portal holds to be alive."""
        table = access_tables.grants
        async with self.portal.context.database.reading() as connection:
            found = await connection.execute(select(func.count()).where(table.c.ended_at.is_(None)))
            return int(found.scalar_one())

    async def operator(self, method: str, path: str, body: dict[str, object] | None = None) -> httpx.Response:
        """What the portal's operator does by hand."""
        async with httpx.AsyncClient(base_url=self.portal.url, transport=plain_http(), trust_env=False) as http:
            form = {"grant_type": "client_credentials", "scope": "operator"}
            token = (await http.post("/oauth2/token", data=form, auth=("operator", OPERATOR_SECRET))).json()
            headers = {"Authorization": f"Bearer {token['access_token']}"}
            answer = await http.request(method, f"/operator{path}", json=body, headers=headers)
            answer.raise_for_status()
            return answer

    async def orders(self) -> list[tuple[str, str, str]]:
        """(id, externalId, state) of every order at the portal, oldest first."""
        found = select(orders.c.id, orders.c.external_id, orders.c.state).order_by(orders.c.ordered_at)
        async with self.portal.context.database.reading() as connection:
            return [(row.id, row.external_id, row.state) for row in await connection.execute(found)]

    async def until(self, look: Callable[[], Awaitable[object]], wanted: object, within: float = 10) -> None:
        """Look again and again until it is as wanted."""
        ends = asyncio.get_running_loop().time() + within
        while (found := await look()) != wanted:
            assert asyncio.get_running_loop().time() < ends, f"still {found!r}, not {wanted!r}"
            await asyncio.sleep(0)

    async def restart(self) -> None:
        """Stop the bot in order and start it anew on the same database."""
        await self.app.stop()
        await self.start_again()

    async def start_again(self) -> None:
        """Start the bot anew after it was stopped."""
        self.app = App(self.settings, clock=self.clock)
        await self.app.start()


@dataclass
class Grounds:
    """Everything but the bot: Telegram, phones, mailboxes and the portal, and the settings of a bot that lives here."""

    sandbox: Sandbox
    client: SandboxClient
    portal: PortalServer
    settings: Settings


@asynccontextmanager
async def grounds(
    folder: Path,
    database_url: str,
    *,
    portal: Callable[[PortalSettings], PortalSettings] = lambda settings: settings,
    portal_clock: Clock | None = None,
    big: bool = False,
) -> AsyncIterator[Grounds]:
    """The outside world for the length of a block."""
    specification = SPECIFICATION if SPECIFICATION.exists() else None
    bots = (BotAccount(TOKEN, "eservice_demo_bot"),)
    sandbox = Sandbox(
        SandboxSettings(bots=bots, spec=specification, webhook_loopback=True, webhook_retry_seconds=WEBHOOK_RETRY)
    )
    async with sandbox, SandboxClient(sandbox.url) as client:
        if portal_clock is None:
            await _furnished(folder / "portal.db", big=big)
        server = PortalServer(portal(_portal_settings(folder, sandbox)), portal_clock)
        await server.start()
        outside = Grounds(sandbox, client, server, _bot_settings(folder, database_url, sandbox, server))
        try:
            await seed_demo(server.context, big=big)
            yield outside
        finally:
            await outside.portal.stop()


@asynccontextmanager
async def house(
    folder: Path,
    database_url: str,
    *,
    clock: MovableClock | None = None,
    portal_clock: Clock | None = None,
    portal: Callable[[PortalSettings], PortalSettings] = lambda settings: settings,
    bot: Callable[[Settings], Settings] = lambda settings: settings,
    big: bool = False,
    watch_every: timedelta = timedelta(minutes=10),
    budget: float = UNHURRIED,
) -> AsyncIterator[House]:
    """A house for the length of a block."""
    clock = clock or MovableClock()
    async with grounds(folder, database_url, portal=portal, portal_clock=portal_clock, big=big) as outside:
        settings = bot(outside.settings)
        app = App(settings, clock=clock, watch_every=watch_every, budget=budget)
        await app.start()
        running = House(outside.sandbox, outside.client, outside.portal, app, settings, clock)
        try:
            yield running
        finally:
            await running.app.stop()
            outside.portal = running.portal  # a test may have put another one in its place


def with_address(settings: Settings) -> Settings:
    """The same, served at a free port of this machine."""
    with create_server(("127.0.0.1", 0)) as probe:
        bind = Bind(*probe.getsockname())
    return replace(settings, http_bind=bind, public_url=f"http://{bind}")


def with_webhook(settings: Settings) -> Settings:
    """The same, with Telegram sending the updates."""
    return replace(with_address(settings), telegram_mode=TelegramMode.WEBHOOK)


_furniture: dict[bool, bytes] = {}  # the portal's file with the demo world in it, for all tests of this process


async def _furnished(path: Path, *, big: bool) -> None:
    """The portal's database with today's demo world, as it would make it itself."""
    if big not in _furniture:
        with TemporaryDirectory() as place:
            made = Path(place) / "portal.db"
            settings = PortalSettings(PORTAL_KEYS, (), "127.0.0.1:0", "", f"sqlite+aiosqlite:///{made}")
            context = build_context(settings)
            await context.database.create()
            await seed_demo(context, big=big)
            await context.database.close()
            _furniture[big] = made.read_bytes()
    new_file(path, _furniture[big])


def _portal_settings(folder: Path, sandbox: Sandbox) -> PortalSettings:
    operator = Client("operator", OPERATOR_SECRET, own_scopes=frozenset({"operator"}))
    return PortalSettings(
        secret_keys=PORTAL_KEYS,
        clients=(bot_client("bot", PORTAL_SECRET), operator),
        bind="127.0.0.1:0",
        public_url="",
        database_url=f"sqlite+aiosqlite:///{folder / 'portal.db'}",
        smtp=Smtp("127.0.0.1", sandbox.smtp_port),
        sms_url=f"{sandbox.url}/sms",
        demo=True,
        mail_retry=0.2,
        order_pace=1.0,
    )


def _bot_settings(folder: Path, database_url: str, sandbox: Sandbox, server: PortalServer) -> Settings:
    return Settings(
        telegram_bot_token=Secret(TOKEN),
        telegram_api_url=sandbox.url,
        portal_url=server.settings.public_url,
        portal_client_id="bot",
        portal_client_secret=Secret(PORTAL_SECRET),
        secret_keys=Secret(generate_key()),
        database_url=Secret(database_url),
        help_contact=HelpContact("0800 000 23 00", "service@eservice.example", "Mo–Fr 8–18 Uhr", "Mon–Fri 8–18"),
        mail=MailSettings(MailServer("127.0.0.1", sandbox.smtp_port, is_tls=False, is_near=True), MAIL_FROM),
        var=folder,
    )
