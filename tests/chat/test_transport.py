"""The Telegram transport under a real `Bot`, against servers that refuse, reset, stall and answer badly."""

import asyncio
import io
import json
import logging
import tempfile
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.parser import BytesParser
from urllib.parse import parse_qs

import pytest
from telegram import InputFile
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest

from bot.chat.transport import (
    Json,
    OutcomeUnknown,
    SurelyNotSent,
    TelegramBot,
    TelegramRequest,
    base_file_url,
    base_url,
    message_id_of,
)
from tests.portal_client.peer import Peer, Request, Script, Server, always, free_port, serving

TOKEN = "2300229:canary-token"
MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "hi"}


async def fine(peer: Peer, request: Request) -> None:
    await peer.answer_json({"ok": True, "result": MESSAGE})


def bot_at(url: str, request: BaseRequest) -> TelegramBot:
    return TelegramBot(TOKEN, base_url=base_url(url), base_file_url=base_file_url(url), request=request)


@asynccontextmanager
async def talking(script: Script, read: float = 5.0) -> AsyncIterator[tuple[TelegramBot, Server]]:
    """A bot whose Telegram is the script."""
    request = TelegramRequest(read=read)
    async with serving(script) as server:
        try:
            yield bot_at(server.url, request), server
        finally:
            await request.shutdown()


@pytest.mark.parametrize("slash", ["", "/", "//"])
async def test_message_arrives(slash: str) -> None:
    """An ordinary call arrives as JSON at the right address, whether or not the setting ends with a slash."""
    request = TelegramRequest()
    async with serving(always(fine)) as server:
        message = await bot_at(server.url + slash, request).send_message(1, "Grüße & Küsse")
        await request.shutdown()

        (arrived,) = server.requests
        assert (arrived.method, arrived.target) == ("POST", f"/bot{TOKEN}/sendMessage")
        assert json.loads(arrived.body) == {"chat_id": 1, "text": "Grüße & Küsse"}
        assert message.message_id == 1


async def test_a_plain_call_takes_and_gives_what_telegram_writes() -> None:
    """Parameters arrive as they are, nested ones too; the result comes back as it was; it has to name its message."""
    keyboard: Json = {"inline_keyboard": [[{"text": "Ja", "callback_data": "x:y"}]]}
    async with talking(always(fine)) as (bot, server):
        result = await bot.call("sendMessage", chat_id=1, text="<b>", reply_markup=keyboard)
    assert result == MESSAGE
    assert message_id_of(result) == 1
    assert json.loads(server.requests[0].body) == {"chat_id": 1, "text": "<b>", "reply_markup": keyboard}
    with pytest.raises(OutcomeUnknown):
        message_id_of(True)


async def test_refused_connection_is_surely_not_sent() -> None:
    """When nobody listens, the sender may try again freely."""
    request = TelegramRequest()
    with pytest.raises(SurelyNotSent):
        await bot_at(f"http://127.0.0.1:{free_port()}", request).send_message(1, "x")
    await request.shutdown()


async def test_reset_after_reading_is_unknown() -> None:
    """A message that was read before the connection broke may be in the chat."""

    async def script(peer: Peer) -> None:
        await peer.request()
        peer.reset()

    async with talking(script) as (bot, _):
        with pytest.raises(OutcomeUnknown):
            await bot.send_message(1, "x")


async def test_silence_is_unknown_and_a_timeout_for_everybody_else() -> None:
    """A read time-out is an `OutcomeUnknown`, which python-telegram-bot knows as `TimedOut`."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.gone()

    async with talking(script, read=0.2) as (bot, _):
        with pytest.raises(TimedOut) as caught:
            await bot.send_message(1, "x")
        assert isinstance(caught.value, OutcomeUnknown)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (429, {"ok": False, "description": "x", "parameters": {"retry_after": 7}}, RetryAfter),
        (400, {"ok": False, "description": "x", "parameters": {"migrate_to_chat_id": -1005}}, ChatMigrated),
        (400, {"ok": False, "description": "Bad Request: chat not found"}, BadRequest),
        (403, {"ok": False, "description": "Forbidden: bot was blocked by the user"}, Forbidden),
        (401, {"ok": False, "description": "Unauthorized"}, InvalidToken),
        (500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}, SurelyNotSent),
        (502, {"ok": False, "error_code": 502, "description": "Bad Gateway"}, SurelyNotSent),
        (504, "gateway time-out", OutcomeUnknown),
        (200, "no result", OutcomeUnknown),
        (200, {"ok": True}, OutcomeUnknown),
        (200, ["result"], OutcomeUnknown),
        (302, {}, NetworkError),
    ],
)
async def test_each_answer_of_telegram(
    status: int, body: object, expected: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram's own answers stay what python-telegram-bot makes of them; the rest says whether it was done."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer_json(body, status, {"Location": "/elsewhere"})

    async with talking(always(answer)) as (bot, server):
        with pytest.raises(expected) as caught:
            await bot.send_message(1, "x")

        assert type(caught.value) is expected
        assert len(server.requests) == 1


def parts_of(request: Request) -> dict[str, tuple[str | None, str, bytes]]:
    """The parts of a multipart request: field -> (file name, type, content)."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + request.body)
    found = {}
    for part in message.walk():
        if not part.is_multipart():
            name = str(part.get_param("name", header="content-disposition"))
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            found[name] = (part.get_filename(), part.get_content_type(), content)
    return found


@pytest.mark.parametrize("size", [10, 300_000])
async def test_open_file_is_streamed_with_its_length_and_stays_open(size: int) -> None:
    """A handle is sent from where it stands, length first, and afterwards stands there again, unclosed."""
    async with talking(always(fine)) as (bot, server):
        with tempfile.SpooledTemporaryFile(max_size=100_000) as handle:
            handle.write(b"skipped" + b"%" * size)
            handle.seek(7)
            document = InputFile(handle, filename='Rechnung "März".pdf', read_file_handle=False)
            for _ in range(2):
                await bot.send_document(1, document, caption="Ihre Rechnung")

            assert (handle.closed, handle.tell()) == (False, 7)

    for request in server.requests:
        assert int(request.headers["content-length"]) == len(request.body)
        name, mime_type, content = parts_of(request)["document"]
        assert content == b"%" * size
        assert mime_type == "application/pdf"
        assert name is not None
        assert "filename=\"Rechnung 'März'.pdf\"".encode() in request.body
        assert parts_of(request)["caption"][2].decode() == "Ihre Rechnung"


async def test_file_name_cannot_break_out_of_its_header() -> None:
    """Line breaks and quotes in a file's name end neither the header nor the part."""
    async with talking(always(fine)) as (bot, server):
        evil = 'a".pdf\r\nX-Evil: 1\r\n\r\n\u2028.pdf'
        await bot.send_document(1, InputFile(b"content", filename=evil))

    (request,) = server.requests
    assert b"\r\nX-Evil" not in request.body
    assert parts_of(request)["document"][2] == b"content"


async def test_big_upload_is_never_whole_in_memory() -> None:
    """A stream is read piece by piece as the server takes it."""
    most = 0

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal most
            chunk = super().read(size)
            most = max(most, len(chunk))
            return chunk

    async with talking(always(fine)) as (bot, server):
        handle = Watched(bytes(700_000))
        await bot.send_document(1, InputFile(handle, filename="a.pdf", read_file_handle=False))

        assert most <= 64 * 1024
        assert len(server.requests[0].body) > 700_000


async def test_upload_that_breaks_off_is_unknown() -> None:
    """A connection that breaks in the middle of a file leaves the outcome unknown and the handle usable."""

    async def script(peer: Peer) -> None:
        await peer.send(b"")
        peer.reset()

    async with talking(script) as (bot, _):
        handle = io.BytesIO(bytes(900_000))
        with pytest.raises(OutcomeUnknown):
            await bot.send_document(1, InputFile(handle, filename="a.pdf", read_file_handle=False))
        assert (handle.closed, handle.tell()) == (False, 0)


async def test_updates_come_raw() -> None:
    """Long polling hands out the updates as Telegram wrote them, unknown fields included."""
    updates = [{"update_id": 5, "message": MESSAGE, "field_of_tomorrow": {"x": [1]}}]

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer_json({"ok": True, "result": updates})

    request = TelegramRequest(connections=4)
    async with serving(always(answer)) as server:
        found = await request.get_updates_raw(
            f"{base_url(server.url)}{TOKEN}", offset=5, timeout=0, limit=100, allowed_updates=["message"]
        )
        await request.shutdown()

        path, _, query = server.requests[0].target.partition("?")
        assert path == f"/bot{TOKEN}/getUpdates"
        assert parse_qs(query) == {
            "offset": ["5"],
            "timeout": ["0"],
            "limit": ["100"],
            "allowed_updates": ['["message"]'],
        }
    assert found == updates


async def test_long_poll_may_last_as_long_as_it_asked_for() -> None:
    """The poll's own patience is added to the time for an answer."""
    held = asyncio.Event()

    async def answer(peer: Peer, request: Request) -> None:
        asyncio.get_running_loop().call_later(0.6, held.set)
        await held.wait()
        await peer.answer_json({"ok": True, "result": []})

    request = TelegramRequest(read=0.3)
    async with serving(always(answer)) as server:
        url = f"{base_url(server.url)}{TOKEN}"
        assert await request.get_updates_raw(url, offset=0, timeout=1, limit=1, allowed_updates=[]) == []
    await request.shutdown()


async def test_download() -> None:
    """A file is fetched as bytes."""

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer(body=b"%PDF", headers={"Content-Type": "application/octet-stream"})

    request = TelegramRequest()
    async with serving(always(answer)) as server:
        assert await request.retrieve(f"{base_file_url(server.url)}{TOKEN}/documents/a.pdf") == b"%PDF"
    await request.shutdown()


async def test_restart_after_shutdown() -> None:
    """`initialize` after `shutdown` makes it usable again; without it nothing is sent."""
    request = TelegramRequest()
    async with serving(always(fine)) as server:
        bot = bot_at(server.url, request)
        await request.shutdown()
        with pytest.raises(SurelyNotSent):
            await bot.send_message(1, "x")
        async with request:
            assert (await bot.send_message(1, "x")).message_id == 1


async def test_256_messages_in_flight() -> None:
    """256 messages are all at Telegram before the first is answered."""
    together = asyncio.Barrier(256)

    async def answer(peer: Peer, request: Request) -> None:
        await together.wait()
        await fine(peer, request)

    async with talking(always(answer), read=20) as (bot, server):
        await asyncio.gather(*(bot.send_message(1, str(n)) for n in range(256)))

        assert len(server.requests) == 256


async def test_token_is_in_no_exception_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong, neither the exceptions as printed nor any log of a request at DEBUG shows the token."""
    caplog.set_level(logging.DEBUG)

    async def answer(peer: Peer, request: Request) -> None:
        if request.body.endswith(b"garbage"):
            await peer.send(b"nonsense\r\n\r\n")
        elif request.body.endswith(b"html"):
            await peer.answer(502, b"<html>", {"Content-Type": "text/html"})
        elif request.body.endswith(b"notjson"):
            await peer.answer(400, b"{")
        else:
            await peer.gone()

    printed = ""
    async with talking(always(answer), read=0.3) as (bot, server):
        for text in ("garbage", "html", "notjson", "nothing"):
            with pytest.raises(NetworkError) as caught:
                await bot.send_message(1, text)
            printed += "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    request = TelegramRequest()
    for url in (f"http://127.0.0.1:{free_port()}", "http://telegram.invalid", "gopher://x", "http://[::1"):
        with pytest.raises(NetworkError) as caught:
            await bot_at(url, request).send_message(1, "x")
        printed += "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(request)
    await request.shutdown()

    assert len(server.requests) == 4
    assert "canary-token" not in printed
    # `Bot` itself logs its address when it is made; that is for the redaction of the logs, not for the transport.
    made = "Set Bot API"
    assert not [line for line in caplog.messages if "canary-token" in line and not line.startswith(made)]
