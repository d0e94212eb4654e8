"""A browser before the real sandbox, with a scripted bot behind it: what every test of the page stands on."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib
import httpx
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from sandbox.app import Sandbox
from tests.drivers.sandbox import Person, SandboxClient
from tests.sandbox.page_bot import PageBot

PHONE = (390, 844)
DESKTOP = (1440, 900)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")  # as scripts/programs looks for them
CHROMIUM_ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MAIL = Path(__file__).with_name("activation_mail.html")


def browser_path() -> str:
    """Where the browser is that `make test` has asked for."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found is not None, f"none of {', '.join(BROWSERS)} is installed"
    return found


@dataclass(slots=True)
class Stage:
    """The page, opened by one person, and everything around it."""

    sandbox: Sandbox
    client: SandboxClient
    bot: PageBot
    context: BrowserContext
    page: Page
    max: Person
    complaints: list[str]

    @property
    def messages(self) -> Locator:
        return self.page.locator(".msg")

    def bubble(self, text: str) -> Locator:
        """The newest message that contains the text."""
        return self.messages.filter(has_text=text).last

    async def start(self) -> None:
        """Press START and see the bot's answer."""
        await self.page.get_by_role("button", name="Starten").click()
        await expect(self.bubble("Sie schrieben: /start")).to_be_visible()

    async def say(self, text: str) -> None:
        """Type into the page and press Enter."""
        field = self.page.get_by_role("textbox", name="Nachricht", exact=True)
        await field.fill(text)
        await field.press("Enter")

    async def go_to(self, tab: str) -> None:
        """The tab bar of the narrow page."""
        await self.page.get_by_role("navigation", name="Bereiche").get_by_role("button", name=tab).click()

    async def send_sms(self, text: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(f"{self.sandbox.url}/sms", json={"to": self.max.phone, "text": text})
            assert answer.status_code == 202

    async def send_mail(self, link: str) -> None:
        """The activation mail, HTML with a plain part, and with what must not get through."""
        mail = EmailMessage()
        mail["From"], mail["To"] = '"e:service" <service@eservice.example>', self.max.mail
        mail["Subject"] = "Ihr Zugang zum Kundenportal e:service"
        mail.set_content(f"Ihr Zugang ist eingerichtet: {link}")
        mail.add_alternative(MAIL.read_text().replace("ACTIVATION_LINK", link), subtype="html")
        await aiosmtplib.send(mail, hostname="127.0.0.1", port=self.sandbox.smtp_port, use_tls=False, start_tls=False)


@asynccontextmanager
async def stage(browser: Browser, size: tuple[int, int] = DESKTOP, scheme: str = "light") -> AsyncIterator[Stage]:
    """Everything up and Max looking at his empty chat. Fails on console errors and requests to other hosts."""
    async with Sandbox() as sandbox, SandboxClient(sandbox.url) as client, PageBot(sandbox.url) as bot:
        person = await client.person("Max", last_name="Muster", phone="+4915112345678", mail="max@muster.example")
        await client.bot_polls()
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            timezone_id="Europe/Berlin",
            locale="de-DE",
        )
        context.set_default_timeout(10_000)
        complaints: list[str] = []
        _watch(context, sandbox.url, complaints)
        try:
            page = await context.new_page()
            await page.goto(sandbox.url)
            await page.get_by_role("button", name="Starten").wait_for()
            yield Stage(sandbox, client, bot, context, page, person, complaints)
        finally:
            await context.close()
        assert not complaints, complaints


def _watch(context: BrowserContext, home: str, complaints: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"console: {message.text}")

    def request(sent: Request) -> None:
        address = urlsplit(sent.url)
        if address.scheme in {"http", "https"} and f"{address.scheme}://{address.netloc}" != home:
            complaints.append(f"request to another host: {sent.url}")

    context.on("console", console)
    context.on("weberror", lambda error: complaints.append(f"page error: {error.error}"))
    context.on("request", request)
