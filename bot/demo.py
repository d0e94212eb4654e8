"""`make run`: the real bot, the real reference portal and the sandbox, composed in one process with a fresh demo world.

Enter in the terminal has the portal write a new invoice, so that one sees the bot speak first.
The only place of the bot that knows the portal's server and the sandbox. Each start begins anew in a folder of
its port under `var/demo`: the sandbox keeps its chats in memory, so an older database would not fit to them.
"""

import asyncio
import base64
import json
import secrets
import shutil
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket
from typing import Any

from bot.app import App, utc_now
from bot.settings import HelpContact, MailSettings, Settings
from bot.values import Bind, MailServer, Secret
from portal.server.access.links import send_activation
from portal.server.running import PortalServer
from portal.server.settings import Client, PortalSettings, Provider, Smtp, bot_client
from portal.server.world.demo import demo_world
from portal.server.world.seed import seed_demo
from sandbox.app import Sandbox
from sandbox.people import Person
from sandbox.settings import BotAccount, SandboxSettings
from storage.vault import generate_key

HOST = "127.0.0.1"
PAGE_PORT, PORTAL_PORT, BOT_PORT = 8080, 8082, 8084
BILLING_ACCOUNT = "ba-2300229"
BOT = BotAccount("2300229:demo-" + "0" * 30, "eservice_demo_bot")
MAIL_FROM = '"e:service im Chat" <chat@eservice.example>'
TRIES = 50  # ports looked at before giving up


class NoPort(Exception):
    """No port is free."""


class Demo:
    """Everything, running. `start()` prints the address."""

    def __init__(self, folder: Path = Path("var/demo"), page_port: int = PAGE_PORT, portal_port: int = PORTAL_PORT):
        self._folder = folder
        self._page_port = page_port
        self._portal_port = portal_port
        self._running = AsyncExitStack()
        self.url = ""

    async def start(self) -> None:
        """Bring up sandbox, portal and bot, in this order; each needs the one before."""
        page_port = free_port(self._page_port)
        self._folder /= str(page_port)  # a demo that runs already keeps its own
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        async with AsyncExitStack() as starting:
            sandbox = Sandbox(SandboxSettings(host=HOST, port=page_port, bots=(BOT,), rate_limits=True))
            await starting.enter_async_context(sandbox)
            client_secret, operator_secret = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
            portal = PortalServer(self._portal_settings(sandbox, client_secret, operator_secret))
            await portal.start()
            starting.push_async_callback(portal.stop)
            await self._move_in(portal, sandbox, utc_now())
            app = App(self._bot_settings(sandbox, portal, client_secret))
            await app.start()
            starting.push_async_callback(app.stop)
            starting.enter_context(_on_enter(lambda: write_invoice(portal.url, operator_secret)))
            self._running = starting.pop_all()
        self.url = sandbox.url
        _announce(sandbox, portal, self._page_port)

    async def stop(self) -> None:
        """Take it down in the opposite order."""
        await self._running.aclose()

    async def _move_in(self, portal: PortalServer, sandbox: Sandbox, now: datetime) -> None:
        """The demo customers into the portal, their people into the sandbox, the activation mails on their way."""
        for customer in demo_world(now.date()).customers:
            for account in customer.accounts:
                if all(p.mail != account.mail for p in sandbox.app.world.people.values()):
                    first, _, last = account.name.partition(" ")
                    number = sandbox.app.world.next_person_id()
                    sandbox.app.world.add_person(Person(number, first, last, None, "de", account.phone, account.mail))
        loaded = await seed_demo(portal.context)
        async with portal.context.database.writing() as connection:
            for account_id in loaded.accounts if loaded else ():
                await send_activation(portal.context, connection, account_id, kind="activation")
        portal.context.post.set()

    def _portal_settings(self, sandbox: Sandbox, client_secret: str, operator_secret: str) -> PortalSettings:
        operator = Client("operator", operator_secret, own_scopes=frozenset({"operator"}))
        return PortalSettings(
            secret_keys=(secrets.token_urlsafe(32),),
            clients=(bot_client("bot", client_secret), operator),
            bind=f"{HOST}:{free_port(self._portal_port)}",
            public_url="",
            database_url=f"sqlite+aiosqlite:///{self._folder / 'portal.db'}",
            smtp=Smtp(HOST, sandbox.smtp_port),
            sms_url=f"{sandbox.url}/sms",
            telegram_link=f"https://t.me/{BOT.username}",
            demo=True,
            order_pace=6.0,
            forwarding_pace=2.0,
            local_callbacks=True,
        )

    def _bot_settings(self, sandbox: Sandbox, portal: PortalServer, client_secret: str) -> Settings:
        provider, port = Provider(), free_port(BOT_PORT)
        return Settings(
            telegram_bot_token=Secret(BOT.token),
            telegram_api_url=sandbox.url,
            portal_url=portal.url,
            portal_client_id="bot",
            portal_client_secret=Secret(client_secret),
            secret_keys=Secret(generate_key()),
            database_url=Secret(f"sqlite:///{self._folder / 'bot.db'}"),
            help_contact=HelpContact(provider.phone, provider.mail, provider.hours, "Mon–Fri 8 am – 6 pm"),
            mail=MailSettings(MailServer(HOST, sandbox.smtp_port, is_tls=False, is_near=True), MAIL_FROM),
            var=self._folder,
            public_url=f"http://{HOST}:{port}",  # the portal's push comes in here
            http_bind=Bind(HOST, port),
        )


def write_invoice(portal: str, operator_secret: str) -> str:
    """Have the portal write an invoice, as its billing run would; the number. Blocks."""
    basic = base64.b64encode(f"operator:{operator_secret}".encode()).decode()
    form = b"grant_type=client_credentials&scope=operator"
    token = _posted(f"{portal}/oauth2/token", form, "application/x-www-form-urlencoded", f"Basic {basic}")
    path = "/tmf-api/customerBillManagement/v4/customerBillOnDemand"
    wanted = json.dumps({"billingAccount": {"id": BILLING_ACCOUNT}}).encode()
    made = _posted(portal + path, wanted, "application/json", f"Bearer {token['access_token']}")
    return str(made["customerBill"]["name"])


def _posted(url: str, body: bytes, kind: str, authorization: str) -> dict[str, Any]:
    headers = {"Content-Type": kind, "Authorization": authorization}
    request = urllib.request.Request(url, body, headers)  # noqa: S310  # our own portal, on this machine
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return dict(json.loads(answer.read()))


@contextmanager
def _on_enter(act: Callable[[], str]) -> Iterator[None]:
    """Enter in the terminal acts, beside everything else; where there is no terminal nothing listens."""
    if not sys.stdin or not sys.stdin.isatty():
        yield
        return
    loop, acting = asyncio.get_running_loop(), set[asyncio.Task[None]]()

    async def acts() -> None:
        try:
            sys.stdout.write(f"  Invoice {await asyncio.to_thread(act)} is written.\n")
        except OSError as error:
            sys.stdout.write(f"  The portal does not answer ({error}); press Enter again in a moment.\n")

    def pressed() -> None:
        if not sys.stdin.readline():  # Ctrl-D
            loop.remove_reader(sys.stdin)
            return
        task = loop.create_task(acts())
        acting.add(task)
        task.add_done_callback(acting.discard)

    loop.add_reader(sys.stdin, pressed)
    try:
        yield
    finally:
        loop.remove_reader(sys.stdin)


def free_port(wanted: int) -> int:
    """The wanted port, or the next one that nobody uses; 0 stays 0, the system's choice."""
    if wanted == 0:
        return 0
    for port in range(wanted, min(wanted + TRIES, 65_536)):
        with socket(AF_INET, SOCK_STREAM) as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise NoPort(f"none of the ports {wanted} to {wanted + TRIES - 1} is free")


def _announce(sandbox: Sandbox, portal: PortalServer, wanted: int) -> None:
    taken = "" if wanted in (0, sandbox.port) else f"  (port {wanted} is taken)"
    sys.stdout.write(
        f"\n  e:service is running:  {sandbox.url}{taken}\n\n"
        "  Open it in a browser. Max Muster has an activation mail: open it under Mail, tap the Telegram button,\n"
        "  press START and follow the chat; the PIN arrives under SMS.\n\n"
        "  Then send /benachrichtigungen, say yes, and press Enter here: the portal writes a new invoice.\n\n"
        "  The invoice's files also go to a mailbox, if you wish: type Max's address there (it stands under Mail).\n\n"
        f"  The portal answers at {portal.url}. Ctrl-C ends everything.\n\n"
    )
    sys.stdout.flush()
