"""Webhooks as Telegram has them: what is sent where, in which order, how often, and what is refused."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from sandbox.app import Sandbox
from sandbox.settings import BotAccount, SandboxSettings
from tests.drivers.sandbox import Person, SandboxClient
from tests.sandbox.conftest import SPEC, TOKEN, RawBot
from tests.sandbox.receiver import receiver

SECRET = "a-Secret_of-the-tests"
RETRY = 0.05  # seconds that stand for Telegram's one


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox that sends to this machine, and again soon."""
    bots = (BotAccount(TOKEN, "eservice_demo_bot"),)
    settings = SandboxSettings(bots=bots, spec=SPEC, webhook_loopback=True, webhook_retry_seconds=RETRY)
    async with Sandbox(settings) as running:
        yield running


async def test_updates_are_sent_with_the_secret(bot: RawBot, anna: Person) -> None:
    """What waited and what is new arrives as JSON with the secret header, and counts as received."""
    async with receiver() as address:
        answer = await bot.answer("setWebhook", url=address.url, secret_token=SECRET, max_connections=7)
        assert answer == {"ok": True, "result": True, "description": "Webhook was set"}
        await anna.send("hallo")
        await address.has(2)
        await anna.client.updates_taken()

        assert address.texts() == ["/start", "hallo"]
        assert {each["X-Telegram-Bot-Api-Secret-Token"] for each in address.headers} == {SECRET}
        assert {each["Content-Type"] for each in address.headers} == {"application/json"}
        assert [message.received for message in (await anna.transcript()).messages] == [True, True]
        info = await bot.call("getWebhookInfo")
        assert (info["url"], info["max_connections"], info["pending_update_count"]) == (address.url, 7, 0)


async def test_a_chat_waits_for_its_own_update_only(bot: RawBot, anna: Person) -> None:
    """The next update of a chat is sent after the one before was taken; other chats don't wait for it."""
    bernd = await anna.client.person("Bernd")
    async with receiver() as address:
        await bot.answer("setWebhook", url=address.url)
        await address.has(1)
        await anna.client.updates_taken()
        address.hold.clear()
        await anna.send("eins")
        await anna.send("zwei")
        await bernd.send("drei")
        await address.has(3)
        assert sorted(address.texts()[1:]) == ["drei", "eins"]
        address.hold.set()
        await address.has(4)
        assert address.texts()[3] == "zwei"


async def test_no_more_connections_than_allowed(bot: RawBot, client: SandboxClient) -> None:
    """With max_connections=3, ten chats have three requests under way at most, and all arrive."""
    async with receiver() as address:
        await bot.answer("setWebhook", url=address.url, max_connections=3)
        address.hold.clear()
        people = [await client.person(f"P{number}") for number in range(10)]
        for person in people:
            await person.send("hallo")
        await address.has(3)
        assert address.busy == 3
        address.hold.set()
        await address.has(10)
        await client.updates_taken()
        assert address.busiest == 3


async def test_what_was_not_taken_is_sent_again(bot: RawBot, anna: Person) -> None:
    """At once, then after 1, 2, 4 units, the same update each time; getWebhookInfo says what went wrong."""
    refusals = [web.Response(status=503), web.Response(status=500), web.Response(status=302)]
    async with receiver(refusals) as address:
        await bot.answer("setWebhook", url=address.url)
        await address.has(3)
        await anna.send("danach")
        await address.has(5)
        await anna.client.updates_taken()

        assert address.texts() == ["/start"] * 4 + ["danach"]
        gaps = [later - earlier for earlier, later in zip(address.at, address.at[1:], strict=False)]
        assert gaps[1] >= RETRY * 0.9
        assert gaps[2] >= 2 * RETRY * 0.9
        info = await bot.call("getWebhookInfo")
        assert info["last_error_message"] == "Wrong response from the webhook: 302 Found"


async def test_retry_after_is_honoured(bot: RawBot, anna: Person) -> None:
    """A bot that says when to come again is left alone until then."""
    async with receiver([web.Response(status=503, headers={"Retry-After": "1"})]) as address:
        await bot.answer("setWebhook", url=address.url)
        await address.has(2)
        await anna.client.updates_taken()
        assert address.at[1] - address.at[0] >= 0.99


async def test_nobody_at_the_address(bot: RawBot, anna: Person) -> None:
    """Updates wait while nobody listens; deleting the webhook gives them to getUpdates, in order."""
    async with receiver() as address:
        gone = address.url
    await bot.answer("setWebhook", url=gone)
    await anna.send("hallo")
    info = await bot.call("getWebhookInfo")
    while "last_error_message" not in info:
        info = await bot.call("getWebhookInfo")
        await asyncio.sleep(0)
    assert info["last_error_message"] == "Connection refused"
    assert info["pending_update_count"] == 2

    deleted = await bot.answer("deleteWebhook")
    assert deleted["description"] == "Webhook was deleted"
    assert (await bot.answer("deleteWebhook"))["description"] == "Webhook is already deleted"
    found = (await bot.answer("getUpdates"))["result"]
    assert isinstance(found, list)
    assert len(found) == 2


async def test_getting_updates_and_a_webhook_exclude_each_other(bot: RawBot, anna: Person) -> None:
    """409 while a webhook is set; a poll that is held when it is set ends with 409."""
    await bot.answer("getUpdates", offset=-1)
    await bot.answer("getUpdates", offset=600_000_000)
    held = asyncio.create_task(bot.answer("getUpdates", offset=600_000_001, timeout=30))
    await anna.client.bot_polls()
    async with receiver() as address:
        await bot.answer("setWebhook", url=address.url)
        ended = await held
        assert (ended["error_code"], ended["description"]) == (409, "Conflict: terminated by setWebhook request")
        refused = await bot.answer("getUpdates")
        assert refused["error_code"] == 409
        assert "use deleteWebhook" in str(refused["description"])


async def test_kinds_that_are_not_wanted_are_not_sent(bot: RawBot, anna: Person) -> None:
    """allowed_updates of setWebhook holds for both ways, and waiting updates can be dropped."""
    async with receiver() as address:
        await bot.answer("setWebhook", url=address.url, allowed_updates=["message"], drop_pending_updates=True)
        await anna.block()
        await anna.unblock()
        await anna.send("hallo")
        await address.has(1)
        await anna.client.updates_taken()
        assert address.texts() == ["hallo"]
        assert len(address.taken) == 1


@pytest.mark.parametrize(
    ("url", "secret", "complaint"),
    [
        ("http://bot.example.com/x", "a", "bad webhook: An HTTPS URL must be provided for webhook"),
        ("https://bot.example.com:8080/x", "a", "Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ("https://10.0.0.1/x", "a", "bad webhook: IP address 10.0.0.1 is reserved"),
        ("https://bot.example.com/x", "a b", "secret token contains unallowed characters"),
        ("https://bot.example.com/x", "a" * 257, "secret"),
    ],
)
async def test_addresses_telegram_does_not_take(bot: RawBot, url: str, secret: str, complaint: str) -> None:
    """https, four ports, public addresses, and a secret of the permitted characters."""
    assert complaint in await bot.refused("setWebhook", url=url, secret_token=secret)
    assert (await bot.call("getWebhookInfo"))["url"] == ""


async def test_this_machine_is_refused_unless_switched_on(bot: RawBot, client: SandboxClient) -> None:
    """Without the switch http to this machine is refused as Telegram refuses it."""
    await client.switch(webhook_loopback=False)
    assert "HTTPS URL" in await bot.refused("setWebhook", url="http://127.0.0.1:8080/telegram")
    assert "reserved" in await bot.refused("setWebhook", url="https://127.0.0.1/telegram")
