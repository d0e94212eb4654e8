"""What bots do to messages and what the person sees of it: edits, deletions, taps, keyboards, pins, commands."""

import pytest

from tests.drivers.sandbox import NotSeen, Person, SandboxRefused
from tests.drivers.sandbox_views import Json, as_object, as_objects, number
from tests.sandbox.conftest import RawBot

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def inline(*labels: str) -> Json:
    return {"inline_keyboard": [[{"text": label, "callback_data": label.lower()}] for label in labels]}


async def last_query(bot: RawBot) -> Json:
    update = as_objects((await bot.answer("getUpdates", offset=-1))["result"])[0]
    return as_object(update["callback_query"])


async def test_an_edit_changes_what_the_person_sees(bot: RawBot, anna: Person) -> None:
    """Text and buttons are replaced in place; an edit without reply_markup takes the buttons away."""
    sent = await bot.call("sendMessage", chat_id=anna.id, text="eins", reply_markup=inline("A"))
    await bot.call(
        "editMessageText", chat_id=anna.id, message_id=sent["message_id"], text="<b>zwei</b>", parse_mode="HTML"
    )
    seen = await anna.last()

    assert (seen.text, seen.html, seen.labels, seen.edited) == ("zwei", "<b>zwei</b>", [], True)
    assert len((await anna.transcript()).from_bot) == 1


async def test_a_markup_edit_leaves_the_text_unmarked(bot: RawBot, anna: Person) -> None:
    """Only the buttons change, and the message does not count as edited."""
    sent = await bot.call("sendMessage", chat_id=anna.id, text="eins", reply_markup=inline("A"))
    await bot.call(
        "editMessageReplyMarkup", chat_id=anna.id, message_id=sent["message_id"], reply_markup=inline("B", "C")
    )
    seen = await anna.last()

    assert (seen.text, seen.labels, seen.edited) == ("eins", ["B", "C"], False)


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(bot: RawBot, anna: Person) -> None:
    """Telegram does not edit what carries a menu keyboard."""
    sent = await bot.call("sendMessage", chat_id=anna.id, text="eins", reply_markup={"keyboard": [[{"text": "A"}]]})
    refusal = await bot.refused("editMessageText", chat_id=anna.id, message_id=sent["message_id"], text="zwei")

    assert refusal == "Bad Request: message can't be edited"


async def test_deletion_ends_after_48_hours(bot: RawBot, anna: Person) -> None:
    """A bot deletes its own and the person's messages for 48 hours, no longer."""
    pin = await anna.send("123456")
    await bot.answer("deleteMessage", chat_id=anna.id, message_id=pin.id)
    await anna.loses(pin)
    old = await bot.call("sendMessage", chat_id=anna.id, text="alt")
    await anna.client.advance(48 * 3600 + 1)
    refusal = await bot.refused("deleteMessage", chat_id=anna.id, message_id=old["message_id"])

    assert pin.id in (await anna.transcript()).deleted_ids
    assert refusal == "Bad Request: message can't be deleted for everyone"


async def test_several_deletions_skip_what_is_not_there(bot: RawBot, anna: Person) -> None:
    """deleteMessages takes what exists and says yes."""
    sent = [number((await bot.call("sendMessage", chat_id=anna.id, text=t))["message_id"]) for t in "abc"]
    answer = await bot.answer("deleteMessages", chat_id=anna.id, message_ids=[sent[0], 999, sent[2]])

    assert answer["result"] is True
    assert [message.text for message in (await anna.transcript()).from_bot] == ["b"]


async def test_a_tap_is_answered_once(bot: RawBot, anna: Person) -> None:
    """The first answer is shown, a second one fails as Telegram's does."""
    await bot.call("sendMessage", chat_id=anna.id, text="a", reply_markup=inline("OK"))
    await anna.tap("OK", answered=False)
    waiting = (await anna.last()).button("OK").spinning
    query = await last_query(bot)
    await bot.answer("answerCallbackQuery", callback_query_id=query["id"], text="Gespeichert", show_alert=True)
    popup = await anna.popup()
    second = await bot.refused("answerCallbackQuery", callback_query_id=query["id"])

    assert waiting and not (await anna.last()).button("OK").spinning
    assert (popup.text, popup.is_alert, popup.label) == ("Gespeichert", True, "OK")
    assert second == TOO_OLD


async def test_a_late_answer_is_refused(bot: RawBot, anna: Person) -> None:
    """After the callback's seconds (sandbox clock) the answer fails."""
    await bot.call("sendMessage", chat_id=anna.id, text="a", reply_markup=inline("OK"))
    await anna.tap("OK", answered=False)
    query = await last_query(bot)
    await anna.client.advance(16)

    assert await bot.refused("answerCallbackQuery", callback_query_id=query["id"]) == TOO_OLD
    assert not (await anna.last()).button("OK").spinning


async def test_a_popup_has_200_characters(bot: RawBot, anna: Person) -> None:
    """A longer answer is refused and the tap stays unanswered."""
    await bot.call("sendMessage", chat_id=anna.id, text="a", reply_markup=inline("OK"))
    await anna.tap("OK", answered=False)
    query = await last_query(bot)
    refusal = await bot.refused("answerCallbackQuery", callback_query_id=query["id"], text="x" * 201)
    taken = await bot.answer("answerCallbackQuery", callback_query_id=query["id"], text="x" * 200)

    assert refusal == "Bad Request: MESSAGE_TOO_LONG"
    assert taken["ok"] is True


async def test_taps_find_the_newest_button(bot: RawBot, anna: Person) -> None:
    """By label the newest message wins; by message any; parts of a label do when only one fits."""
    first = await bot.call("sendMessage", chat_id=anna.id, text="alt", reply_markup=inline("Verträge (2)"))
    second = await bot.call("sendMessage", chat_id=anna.id, text="neu", reply_markup=inline("Verträge (3)", "Menü"))
    by_label = await anna.tap("Verträge", answered=False)
    old = (await anna.transcript()).message(number(first["message_id"]))
    by_message = await anna.tap("Verträge", on=old, answered=False)

    assert (by_label.message_id, by_message.message_id) == (second["message_id"], first["message_id"])
    with pytest.raises(SandboxRefused, match="newest messages have"):
        await anna._act("tap", {"label": "Rechnungen"})


async def test_link_and_copy_buttons_go_to_the_person(bot: RawBot, anna: Person) -> None:
    """They hand over a link or a text and tell the bot nothing."""
    markup = {"inline_keyboard": [[
        {"text": "Portal", "url": "https://portal.example.com/x"}, {"text": "IBAN", "copy_text": {"text": "DE02"}},
    ]]}  # fmt: skip
    await bot.call("sendMessage", chat_id=anna.id, text="a", reply_markup=markup)
    before = as_objects((await bot.answer("getUpdates", offset=-1))["result"])

    assert (await anna.tap("Portal")).url == "https://portal.example.com/x"
    assert (await anna.tap("IBAN")).copied == "DE02"
    assert as_objects((await bot.answer("getUpdates", offset=-1))["result"]) == before


async def test_the_menu_keyboard_stays_until_removed(bot: RawBot, anna: Person) -> None:
    """A reply keyboard is there for the next messages too; a press sends its words; removal removes it."""
    keys = {"keyboard": [[{"text": "Verträge"}, {"text": "Nummer teilen", "request_contact": True}]]}
    await bot.call("sendMessage", chat_id=anna.id, text="Menü", reply_markup=keys)
    await bot.call("sendMessage", chat_id=anna.id, text="noch etwas")
    shown = (await anna.transcript()).keyboard
    pressed = await anna.press("Verträge")
    shared = await anna.press("Nummer teilen")
    await bot.call("sendMessage", chat_id=anna.id, text="weg", reply_markup={"remove_keyboard": True})

    assert shown == ("Verträge", "Nummer teilen")
    assert (pressed.text, shared.kind) == ("Verträge", "contact")
    assert (await anna.transcript()).keyboard is None


async def test_typing_ends_with_the_message(bot: RawBot, anna: Person) -> None:
    """The chat action is shown until the bot speaks or five seconds have gone by."""
    await bot.answer("sendChatAction", chat_id=anna.id, action="typing")
    typing = (await anna.transcript()).action
    await bot.call("sendMessage", chat_id=anna.id, text="a")
    spoken = (await anna.transcript()).action
    await bot.answer("sendChatAction", chat_id=anna.id, action="upload_document")
    await anna.client.advance(6)

    assert (typing, spoken, (await anna.transcript()).action) == ("typing", None, None)


async def test_pins_are_seen_and_taken_back(bot: RawBot, anna: Person) -> None:
    """A pin shows and leaves a notice in the chat; unpinning takes the pin away."""
    sent = number((await bot.call("sendMessage", chat_id=anna.id, text="wichtig"))["message_id"])
    await bot.answer("pinChatMessage", chat_id=anna.id, message_id=sent)
    pinned = await anna.transcript()
    await bot.answer("unpinChatMessage", chat_id=anna.id, message_id=sent)

    assert pinned.pinned == (sent,) and pinned.last.kind == "pinned"
    assert (await anna.transcript()).pinned == ()


async def test_commands_follow_scope_and_language(bot: RawBot, anna: Person) -> None:
    """A chat's own list comes before that of private chats before the default one, the person's language first."""

    async def put(name: str, scope: Json | None, language: str) -> None:
        extra: Json = {"scope": scope} if scope else {}
        await bot.answer(
            "setMyCommands", commands=[{"command": name, "description": name}], language_code=language, **extra
        )

    async def seen() -> list[str]:
        return list((await anna.transcript()).commands)

    found = [await seen()]
    await put("default", None, "")
    found.append(await seen())
    await put("deutsch", None, "de")
    found.append(await seen())
    await put("private", {"type": "all_private_chats"}, "")
    found.append(await seen())
    await put("own", {"type": "chat", "chat_id": anna.id}, "")
    found.append(await seen())
    await bot.answer("deleteMyCommands", scope={"type": "chat", "chat_id": anna.id})
    found.append(await seen())

    assert found == [[], ["default"], ["deutsch"], ["private"], ["own"], ["private"]]


async def test_protection_silence_and_replies_are_seen(bot: RawBot, anna: Person) -> None:
    """What Telegram's flags do is in the person's view."""
    asked = await anna.send("Frage")
    await bot.call(
        "sendMessage", chat_id=anna.id, text="Antwort", protect_content=True, disable_notification=True,
        reply_parameters={"message_id": asked.id},
    )  # fmt: skip
    seen = await anna.last()

    assert (seen.protected, seen.silent, seen.reply_to) == (True, True, asked.id)


async def test_a_missing_reply_target_may_be_forgiven(bot: RawBot, anna: Person) -> None:
    """allow_sending_without_reply sends anyway."""
    parameters = {"message_id": 999, "allow_sending_without_reply": True}
    sent = await bot.call("sendMessage", chat_id=anna.id, text="a", reply_parameters=parameters)

    assert "reply_to_message" not in sent


async def test_what_does_not_come_is_told_with_the_chat(bot: RawBot, anna: Person) -> None:
    """A wait that fails shows the chat and the refused calls."""
    await bot.call("sendMessage", chat_id=anna.id, text="Guten Tag", reply_markup=inline("Menü"))
    await bot.refused("sendMessage", chat_id=anna.id, text="")

    with pytest.raises(NotSeen) as failure:
        await anna.sees("Auf Wiedersehen", within=0.1)
    report = str(failure.value)
    assert all(part in report for part in ("Anna", "/start", "Guten Tag", "[Menü]", "message text is empty"))
