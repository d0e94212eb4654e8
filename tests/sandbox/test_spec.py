"""Requests against the published specification: right ones pass, mutated ones do not."""

import orjson
import pytest

from sandbox.botapi.spec import Specification
from sandbox.errors import ApiError
from sandbox.json_values import JsonObject
from tests.drivers.sandbox import Person
from tests.sandbox.conftest import SPEC, RawBot

MADE_UP: JsonObject = {
    "methods": {
        "sendNote": {
            "fields": [
                {"name": "note", "types": ["Note"], "required": True, "description": "The note"},
                {"name": "tags", "types": ["Array of String"], "required": False,
                 "description": "A JSON-serialized list of 1-3 strings"},
                {"name": "level", "types": ["Integer"], "required": False,
                 "description": "Values between 1-5 are accepted."},
                {"name": "file", "types": ["InputFile", "String"], "required": False, "description": "A file"},
                {"name": "loud", "types": ["Boolean"], "required": False, "description": "Pass True to be loud"},
            ]
        }
    },
    "types": {
        "Note": {"subtypes": ["ShortNote", "LongNote"]},
        "ShortNote": {"fields": [
            {"name": "kind", "types": ["String"], "required": True, "description": 'Kind, must be short'},
            {"name": "words", "types": ["String"], "required": True, "description": "Words, 1-5 characters"},
        ]},
        "LongNote": {"fields": [
            {"name": "kind", "types": ["String"], "required": True, "description": 'Kind, always “long”'},
            {"name": "colour", "types": ["String"], "required": False, "description": 'Must be one of “red”, “blue”.'},
        ]},
    },
}  # fmt: skip
SHORT: JsonObject = {"kind": "short", "words": "hallo"}
RIGHT: list[JsonObject] = [
    {"note": SHORT},
    {"note": {"kind": "long"}, "tags": ["a"], "level": 5, "loud": True},
    {"note": orjson.dumps(SHORT).decode(), "tags": '["a","b"]', "level": "3", "loud": "True", "file": "abc"},
]
WRONG: list[tuple[JsonObject, str]] = [
    ({}, "sendNote.note: required"),
    ({"note": SHORT, "noise": 1}, "sendNote.noise: unknown parameter"),
    ({"note": SHORT, "level": 6}, "sendNote.level: between 1 and 5, got 6"),
    ({"note": SHORT, "level": "viel"}, "sendNote.level: expected Integer, got a text that is no JSON"),
    ({"note": SHORT, "level": True}, "sendNote.level: expected Integer, got bool"),
    ({"note": SHORT, "level": None}, "sendNote.level: null is not a value"),
    ({"note": SHORT, "tags": "[1]"}, "sendNote.tags[0]: expected String, got int"),
    ({"note": SHORT, "tags": ["a"] * 4}, "sendNote.tags: 1-3 items, got 4"),
    ({"note": SHORT, "loud": "very"}, "sendNote.loud: expected Boolean, got a text that is no JSON"),
    ({"note": {"kind": "short", "words": "zu lang"}}, "sendNote.note.words: 1-5 characters, got 7"),
    ({"note": {"kind": "long", "colour": "pink"}}, "sendNote.note.colour: must be one of ['blue', 'red'], got pink"),
]  # fmt: skip


@pytest.mark.parametrize("values", RIGHT)
def test_right_requests_pass(values: JsonObject) -> None:
    """Typed JSON and the texts of a form mean the same."""
    specification = Specification(MADE_UP)

    specification.check("sendnote", values)
    assert set(values) <= set(specification.methods["sendnote"].fields)


@pytest.mark.parametrize(("values", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_wrong_requests_are_refused(values: JsonObject, sentence: str) -> None:
    """Unknown, missing, mistyped and out-of-range values are each named with their path."""
    with pytest.raises(ApiError) as refusal:
        Specification(MADE_UP).check("sendnote", values)

    assert refusal.value.description == f"Bad Request: specification violated: {sentence}"


def test_files_count_as_their_parameter() -> None:
    """An upload stands for its parameter, and only where a file may be."""
    specification = Specification(MADE_UP)
    specification.check("sendnote", {"note": SHORT}, frozenset({"file"}))
    with pytest.raises(ApiError) as refusal:
        specification.check("sendnote", {"note": SHORT}, frozenset({"level"}))

    assert "level: takes no file" in refusal.value.description


BUTTON: JsonObject = {"text": "A", "callback_data": "x"}
MUTATIONS: list[tuple[str, JsonObject]] = [
    ("sendMessage", {"text": "a", "texte": "b"}),
    ("sendMessage", {"text": "a", "disable_notification": "laut"}),
    ("sendMessage", {"text": "a", "reply_markup": {"inline_keyboard": [BUTTON]}}),
    ("sendMessage", {"text": "a", "reply_markup": {"inline_keyboard": [[{**BUTTON, "colour": "red"}]]}}),
    ("sendMessage", {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": 1, "callback_data": "x"}]]}}),
    ("sendMessage", {"text": "a", "reply_markup": {"keyboard": [[{"text": "A", "request_contact": "yes"}]]}}),
    ("sendMessage", {"text": "a", "reply_markup": {"force_reply": True, "input_field_placeholder": "x" * 65}}),
    ("sendMessage", {"text": "a", "link_preview_options": {"disabled": True}}),
    ("sendMessage", {"text": "a", "entities": [{"type": "bold", "offset": "0", "length": 1}]}),
    ("sendMessage", {"text": "a", "reply_parameters": {"message_id": "eins"}}),
    ("setMessageReaction", {"message_id": 1, "reaction": [{"type": "loud", "emoji": "👍"}]}),
    ("deleteMessages", {"message_ids": "alle"}),
    ("pinChatMessage", {}),
    ("setChatMenuButton", {"menu_button": {"type": "web_app", "text": "App"}}),
]


@pytest.mark.parametrize(("method", "params"), MUTATIONS, ids=[f"{n} {m}" for n, (m, _) in enumerate(MUTATIONS)])
async def test_mutated_requests_are_refused(bot: RawBot, anna: Person, method: str, params: dict[str, object]) -> None:
    """A request that deviates from the published specification (where that is beside the checkout) does nothing."""
    answer = await bot.answer(method, chat_id=anna.id, **params)

    refused = (answer["ok"], answer.get("error_code")) == (False, 400)
    assert refused or not SPEC.is_file()
    assert (await anna.transcript()).from_bot == [] or not SPEC.is_file()


async def test_validation_can_be_switched_off(bot: RawBot, anna: Person) -> None:
    """Without it an unknown parameter is ignored, as Telegram does."""
    await anna.client.switch(validation=False)

    assert (await bot.call("sendMessage", chat_id=anna.id, text="a", texte="b"))["text"] == "a"


async def test_a_later_method_is_not_in_the_way(bot: RawBot, anna: Person) -> None:
    """A specification that does not know a method leaves it to the server."""
    specification = Specification({"methods": {}, "types": {}})
    specification.check("getme", {"anything": 1})

    assert specification.methods == {}
