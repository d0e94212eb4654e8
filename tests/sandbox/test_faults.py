"""Scripted misfortune on Telegram, and its flood limits."""

import asyncio
from collections.abc import Callable, Coroutine

import httpx
import pytest
import uvloop

from sandbox.app import Sandbox
from sandbox.botapi.limits import RateLimits
from sandbox.errors import ApiError
from sandbox.settings import BotAccount, SandboxSettings
from tests.drivers.sandbox import Person, SandboxClient
from tests.sandbox.conftest import TOKEN, RawBot


async def test_flood_and_server_errors(bot: RawBot, anna: Person) -> None:
    """A fault meets the named method and chat as often as it was told, then all is well."""
    await anna.client.fault("flood", method="sendMessage", chat=anna, retry_after=7, times=2)
    await anna.client.fault("error", method="getMe", status=502)
    floods = [await bot.answer("sendMessage", chat_id=anna.id, text="a") for _ in range(3)]
    broken = await bot.http.get("getMe")

    assert floods[0] == {
        "ok": False, "error_code": 429, "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }  # fmt: skip
    assert [answer["ok"] for answer in floods] == [False, False, True]
    assert broken.status_code == 502
    assert (await bot.http.get("getMe")).status_code == 200


@pytest.mark.parametrize(("kind", "arrives"), [("reset_before", False), ("reset_after", True)])
async def test_a_reset_gives_no_answer(bot: RawBot, anna: Person, kind: str, arrives: bool) -> None:
    """The connection is cut; whether the message was sent depends on the side of the reset."""
    await anna.client.fault(kind, method="sendMessage")

    with pytest.raises(httpx.TransportError):
        await bot.answer("sendMessage", chat_id=anna.id, text="angekommen")
    calls = await anna.client.calls("sendMessage")
    assert (await anna.transcript()).contains("angekommen") is arrives
    assert [(call.status, call.fault) for call in calls] == [(None, kind)]


async def test_an_outage_cuts_everything_until_it_is_mended(bot: RawBot, anna: Person) -> None:
    """Held polls die too; afterwards the same update is still there."""
    poll = asyncio.create_task(bot.answer("getUpdates", offset=999_999_999, timeout=20))
    await anna.client.bot_polls()
    await anna.client.fault("outage")
    polled = await asyncio.gather(poll, return_exceptions=True)
    with pytest.raises(httpx.TransportError):
        await bot.answer("getMe")
    with pytest.raises(httpx.TransportError):
        await bot.answer("getUpdates")
    await anna.client.mend()

    assert isinstance(polled[0], httpx.TransportError)
    assert (await bot.call("getMe"))["is_bot"] is True


@pytest.mark.parametrize(("kind", "sent_at_once"), [("delay", False), ("slow_answer", True)])
async def test_slowness_before_and_after(bot: RawBot, anna: Person, kind: str, sent_at_once: bool) -> None:
    """A delay holds the effect back, a slow answer only the answer."""
    await anna.client.fault(kind, method="sendMessage", seconds=30)
    call = asyncio.create_task(bot.answer("sendMessage", chat_id=anna.id, text="langsam"))
    if sent_at_once:
        await anna.sees("langsam")
    await bot.call("getMe")

    assert not call.done()
    assert (await anna.transcript()).contains("langsam") is sent_at_once
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)


async def test_garbage_is_no_json(bot: RawBot, anna: Person) -> None:
    """A proxy's page instead of an answer."""
    await anna.client.fault("garbage", method="getMe")
    response = await bot.http.get("getMe")

    assert (response.status_code, response.headers["content-type"]) == (200, "text/html")


async def test_the_limits_can_be_switched_on(bot: RawBot, anna: Person) -> None:
    """Off by default; switched on, a burst of more than three in a chat is answered 429."""
    free = [(await bot.answer("sendMessage", chat_id=anna.id, text="a"))["ok"] for _ in range(5)]
    await anna.client.switch(rate_limits=True)
    limited = [(await bot.answer("sendMessage", chat_id=anna.id, text="a")) for _ in range(4)]

    assert free == [True] * 5
    assert [answer["ok"] for answer in limited] == [True, True, True, False]
    assert limited[3]["parameters"] == {"retry_after": 1}


class _Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _accepted(limits: RateLimits, chat_id: int, tries: int, group: bool = False) -> int:
    count = 0
    for _ in range(tries):
        try:
            limits.spend(1, chat_id, group)
        except ApiError as refusal:
            assert refusal.code == 429
            continue
        count += 1
    return count


def test_limits_per_second_chat_and_group() -> None:
    """Three at once and one a second in a chat, thirty a second over all chats, twenty a minute in a group."""
    time = _Seconds()
    limits = RateLimits(time)
    burst = _accepted(limits, 1, 10)
    time.now = 1.0
    next_second = _accepted(limits, 1, 10)
    time.now = 100.0
    overall = sum(_accepted(limits, chat, 1) for chat in range(100, 200))
    time.now = 200.0
    group = 0
    for second in range(60):
        time.now = 200.0 + second
        group += _accepted(limits, -5, 2, group=True)

    assert (burst, next_second, overall) == (3, 1, 30)
    assert 20 <= group <= 40


async def test_the_record_shows_calls_as_the_server_saw_them(bot: RawBot, anna: Person) -> None:
    """Parameters are decoded from forms, answers are kept, and readers are woken by the next call."""
    before = await anna.client.version()
    waiting = asyncio.create_task(anna.client.calls("sendMessage", after=before, wait=10))
    markup = '{"inline_keyboard":[[{"text":"A","callback_data":"1"}]]}'
    await bot.http.post("sendMessage", data={"chat_id": anna.id, "text": "12", "reply_markup": markup})
    seen = (await asyncio.wait_for(waiting, 5))[0]

    assert seen.params["chat_id"] == anna.id
    assert seen.params["text"] == "12"
    assert seen.params["reply_markup"] == {"inline_keyboard": [[{"text": "A", "callback_data": "1"}]]}
    assert (seen.status, seen.answer["ok"]) == (200, True)
    await anna.client.switch(recording=False)
    await bot.call("sendMessage", chat_id=anna.id, text="still")
    assert len(await anna.client.calls("sendMessage")) == 1


async def _resets(caplog: pytest.LogCaptureFixture) -> list[str]:
    """A client that hangs up its held poll, then one whose connection is reset; what the server logged of it."""
    async with Sandbox(SandboxSettings(bots=(BotAccount(TOKEN, "eservice_demo_bot"),))) as sandbox:
        bot = RawBot(sandbox.url)
        async with SandboxClient(sandbox.url) as client:
            poll = asyncio.create_task(bot.answer("getUpdates", timeout=20))
            await client.bot_polls()
            poll.cancel()
            await asyncio.gather(poll, return_exceptions=True)
            await client.fault("reset_after", method="getMe")
            with pytest.raises(httpx.TransportError):
                await bot.answer("getMe")
            assert (await bot.call("getMe"))["is_bot"] is True
        await bot.http.aclose()
    return [record.getMessage() for record in caplog.records if record.name == "uvicorn.error" and record.levelno > 30]


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_cut_connections_leave_no_trace(
    run: Callable[[Coroutine[object, object, list[str]]], list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    """On either event loop a client that hangs up and a scripted reset are no errors of the server."""
    assert run(_resets(caplog)) == []
