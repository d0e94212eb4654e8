"""Telegram's own refusals, request by request."""

import pytest

from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import Json
from tests.sandbox.conftest import RawBot


def keyboard(**button: object) -> Json:
    return {"reply_markup": {"inline_keyboard": [[{"text": "A", **button}]]}}


TEXT_BUTTON = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
SENDING = [
    ({"text": ""}, "message text is empty"),
    ({"text": "   "}, "text must be non-empty"),
    ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "😀" * 4097}, "message is too long"),
    ({"text": "a", "parse_mode": "BBCode"}, "unsupported parse_mode"),
    ({"text": "<b>a", "parse_mode": "HTML"},
     "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ({"text": "hello", "entities": [{"type": "bold", "offset": 100, "length": 1}]},
     "entity begins after the end of the text at UTF-16 offset 100"),
    ({"text": "hello", "entities": [{"type": "bold", "offset": 0, "length": 100}]},
     "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 100"),
    ({"text": "hello", "entities": [{"type": "loud", "offset": 0, "length": 1}]},
     "can't parse MessageEntity: Unsupported type specified"),
    ({"text": "a", "entities": [{"type": "text_link", "offset": 0, "length": 1, "url": "not-a-url"}]},
     "entity URL 'not-a-url' is invalid: Wrong HTTP URL"),
    ({"text": "a", "message_thread_id": 999}, "message thread not found"),
    ({"text": "a", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ({"text": "a", **keyboard()}, TEXT_BUTTON),
    ({"text": "a", **keyboard(callback_data="")}, TEXT_BUTTON),
    ({"text": "a", **keyboard(callback_data="x" * 65)}, "BUTTON_DATA_INVALID"),
    ({"text": "a", **keyboard(callback_data="ä" * 33)}, "BUTTON_DATA_INVALID"),
    ({"text": "a", **keyboard(callback_data="a", url="https://a.de")},
     "can't parse inline keyboard button: exactly one action of a button must be used"),
    ({"text": "a", **keyboard(url="http://localhost:8080/x")},
     "inline keyboard button URL 'http://localhost:8080/x' is invalid: Wrong HTTP URL"),
    ({"text": "a", **keyboard(url="ftp://example.com")},
     "inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol"),
    ({"text": "a", **keyboard(web_app={"url": "http://a.de"})},
     "inline keyboard button Web App URL 'http://a.de' is invalid: Only HTTPS links are allowed"),
    ({"text": "a", **keyboard(copy_text={"text": "x" * 257})}, "BUTTON_COPY_TEXT_INVALID"),
    ({"text": "a", "reply_markup": {"inline_keyboard": [[{"callback_data": "x"}]]}},
     'can\'t parse inline keyboard button: Can\'t find field "text"'),
    ({"text": "a", "reply_markup": {"inline_keyboard": [[{"text": str(n), "callback_data": "x"}] for n in range(101)]}},
     "REPLY_MARKUP_TOO_LONG"),
    ({"text": "a", "reply_markup": {"keyboard": []}}, "reply keyboard must be non-empty"),
]  # fmt: skip


@pytest.mark.parametrize(("params", "sentence"), SENDING, ids=[sentence[:40] for _, sentence in SENDING])
async def test_sending_is_refused_in_telegrams_words(
    bot: RawBot, anna: Person, params: dict[str, object], sentence: str
) -> None:
    """A message that Telegram would not take is refused with its sentence, and nothing reaches the chat."""
    refusal = await bot.refused("sendMessage", chat_id=anna.id, **params)

    assert refusal == f"Bad Request: {sentence}"
    assert (await anna.transcript()).from_bot == []


@pytest.mark.parametrize("text", ["x" * 4096, "😀" * 4096, "<b>" + "x" * 4096 + "</b>", "x" * 64 + "\n" * 5000])
async def test_lengths_count_code_points_after_parsing(bot: RawBot, anna: Person, text: str) -> None:
    """4096 characters are a message, whatever they take in UTF-16 and however much mark-up is around them."""
    await bot.call("sendMessage", chat_id=anna.id, text=text, parse_mode="HTML")

    assert len((await anna.last()).text) in {4096, 64}


@pytest.mark.parametrize("data", ["x", "x" * 64, "ä" * 32])
async def test_callback_data_counts_bytes(bot: RawBot, anna: Person, data: str) -> None:
    """Up to 64 bytes are taken and come back with the tap."""
    await bot.call("sendMessage", chat_id=anna.id, text="a", **keyboard(callback_data=data))

    tapped = await anna.tap("A", answered=False)
    update = (await bot.answer("getUpdates", offset=-1))["result"]

    assert tapped.kind == "callback"
    assert isinstance(update, list) and update[0]["callback_query"]["data"] == data


EDITING = [
    ("editMessageText", {"message_id": 999, "text": "b"}, "message to edit not found"),
    ("editMessageText", {"message_id": 1, "text": "b"}, "message can't be edited"),
    ("editMessageText", {"message_id": 2, "text": ""}, "message text is empty"),
    ("editMessageText", {"message_id": 2, "text": "x" * 4097}, "message is too long"),
    ("editMessageText", {"message_id": 2, "text": "a", **keyboard(callback_data="x")},
     "message is not modified: specified new message content and reply markup are exactly the same as a current "
     "content and reply markup of the message"),
    ("editMessageCaption", {"message_id": 2, "caption": "b"}, "there is no caption in the message to edit"),
    ("editMessageReplyMarkup", {"message_id": 2, **keyboard(callback_data="x")},
     "message is not modified: specified new message content and reply markup are exactly the same as a current "
     "content and reply markup of the message"),
    ("deleteMessage", {"message_id": 999}, "message to delete not found"),
    ("pinChatMessage", {"message_id": 999}, "message to pin not found"),
    ("unpinChatMessage", {}, "message to unpin not found"),
    ("setMessageReaction", {"message_id": 1, "reaction": [{"type": "emoji", "emoji": "🧾"}]}, "REACTION_INVALID"),
    ("sendChatAction", {"action": "thinking"}, "wrong parameter action in request"),
    ("answerCallbackQuery", {"callback_query_id": "1"},
     "query is too old and response timeout expired or query ID is invalid"),
    ("getFile", {"file_id": "unknown"}, "wrong file_id or the file is temporarily unavailable"),
    ("sendDocument", {}, "there is no document in the request"),
    ("sendDocument", {"document": "unknown"}, "wrong file identifier/HTTP URL specified"),
    ("sendPhoto", {"photo": "https://a.de/a.png"}, "failed to get HTTP URL content"),
    ("setMyCommands", {"commands": [{"command": "Hilfe", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "hilfe", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", {"commands": [{"command": f"c{n}", "description": "x"} for n in range(101)]},
     "BOT_COMMANDS_TOO_MUCH"),
]  # fmt: skip
WITHOUT_CHAT = {"answerCallbackQuery", "getFile", "setMyCommands"}


@pytest.mark.parametrize(("method", "params", "sentence"), EDITING, ids=[f"{m} {s[:30]}" for m, _, s in EDITING])
async def test_everything_else_is_refused_in_telegrams_words(
    bot: RawBot, anna: Person, method: str, params: dict[str, object], sentence: str
) -> None:
    """Edits, deletions, pins, reactions, files and commands fail with Telegram's sentences."""
    await bot.call("sendMessage", chat_id=anna.id, text="a", **keyboard(callback_data="x"))
    chat = {} if method in WITHOUT_CHAT else {"chat_id": anna.id}

    assert await bot.refused(method, **chat, **params) == f"Bad Request: {sentence}"


@pytest.mark.parametrize(
    ("chat_id", "sentence"),
    [(4711, "chat not found"), (-1, "chat not found"), ("@nobody_here", "chat not found"), ("", "chat_id is empty")],
)
async def test_a_chat_that_the_bot_does_not_know(bot: RawBot, anna: Person, chat_id: object, sentence: str) -> None:
    """A bot cannot write to whom it has never met."""
    assert await bot.refused("sendMessage", chat_id=chat_id, text="a") == f"Bad Request: {sentence}"


async def test_a_bot_cannot_speak_first(bot: RawBot, anna: Person) -> None:
    """A person who never pressed START is unknown to the bot."""
    stranger = await anna.client.person("Bernd")

    assert await bot.refused("sendMessage", chat_id=stranger.id, text="a") == "Bad Request: chat not found"


async def test_blocked_and_deactivated(bot: RawBot, anna: Person) -> None:
    """Who blocks the bot or leaves Telegram answers 403, until unblocked."""
    await anna.block()
    blocked = await bot.refused("sendMessage", chat_id=anna.id, text="a")
    await anna.unblock()
    await bot.call("sendMessage", chat_id=anna.id, text="a")
    await anna.deactivate()
    gone = await bot.answer("sendMessage", chat_id=anna.id, text="a")

    assert blocked == "Forbidden: bot was blocked by the user"
    assert gone == {"ok": False, "error_code": 403, "description": "Forbidden: user is deactivated"}


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/botnonsense/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot2300229:wrong/getMe", 401, "Unauthorized"),
        ("/bot99:demo/getMe", 401, "Unauthorized"),
        ("/bot2300229:demo/flyAway", 404, "Not Found: method not found"),
        ("/bot2300229:demo/", 404, "Not Found"),
    ],
)
async def test_tokens_and_methods(bot: RawBot, path: str, status: int, description: str) -> None:
    """A wrong token is 401, an unknown method is 404, in Telegram's words."""
    response = await bot.http.get(str(bot.http.base_url.copy_with(raw_path=path.encode())))

    assert response.status_code == status
    assert response.json() == {"ok": False, "error_code": status, "description": description}


async def test_every_encoding_means_the_same(bot: RawBot, anna: Person) -> None:
    """Query, form, multipart and JSON carry the same request."""
    params = {
        "chat_id": str(anna.id),
        "text": "a",
        "reply_markup": '{"inline_keyboard":[[{"text":"A","callback_data":"x"}]]}',
    }
    parts = {name: (None, value) for name, value in params.items()}
    answers = [
        await bot.http.get("sendMessage", params=params),
        await bot.http.post("SENDMESSAGE", data=params),
        await bot.http.post("sendMessage", files=parts),
        await bot.http.post("sendMessage", json={**params, "chat_id": anna.id}),
    ]
    messages = (await anna.transcript()).from_bot

    assert [answer.status_code for answer in answers] == [200] * 4
    assert [(message.text, message.labels) for message in messages] == [("a", ["A"])] * 4
