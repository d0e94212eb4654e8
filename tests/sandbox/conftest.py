"""A running sandbox, the plain Bot API over HTTP, the driver, and the page in a browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from sandbox.app import Sandbox
from sandbox.settings import BotAccount, SandboxSettings
from tests.drivers.sandbox import Person, SandboxClient, plain_http
from tests.drivers.sandbox_views import Json, as_object
from tests.sandbox.page_stage import CHROMIUM_ARGS, PHONE, Stage, browser_path, stage

TOKEN = "2300229:demo"
SPEC = Path(__file__).parents[3] / "shared" / "specs" / "telegram-bot-api.json"


class RawBot:
    """The Bot API without a client library: what goes over the wire is what the test says."""

    def __init__(self, url: str, token: str = TOKEN) -> None:
        self.http = httpx.AsyncClient(
            base_url=f"{url}/bot{token}/", timeout=30, transport=plain_http(), trust_env=False
        )

    async def answer(self, method: str, **params: object) -> Json:
        response = await self.http.post(method, json=params)
        return as_object(response.json())

    async def call(self, method: str, **params: object) -> Json:
        """The result object of a call that must succeed."""
        answer = await self.answer(method, **params)
        assert answer["ok"], answer
        return as_object(answer["result"])

    async def refused(self, method: str, **params: object) -> str:
        """The description of a call that must fail."""
        answer = await self.answer(method, **params)
        assert answer["ok"] is False, answer
        return str(answer["description"])


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    account = BotAccount(TOKEN, "eservice_demo_bot")
    async with Sandbox(SandboxSettings(bots=(account,), spec=SPEC)) as running:
        yield running


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[SandboxClient]:
    async with SandboxClient(sandbox.url) as driver:
        yield driver


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[RawBot]:
    raw = RawBot(sandbox.url)
    yield raw
    await raw.http.aclose()


@pytest.fixture
async def anna(client: SandboxClient) -> Person:
    """Somebody who has pressed START."""
    person = await client.person("Anna", phone="+4915112345678", mail="anna@muster.example")
    await person.start()
    return person


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for this module."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser_path(), args=CHROMIUM_ARGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(browser: Browser) -> AsyncIterator[Stage]:
    """The page at 1440 px, light."""
    async with stage(browser) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def hand(browser: Browser) -> AsyncIterator[Stage]:
    """The page at 390 px, light."""
    async with stage(browser, PHONE) as opened:
        yield opened
