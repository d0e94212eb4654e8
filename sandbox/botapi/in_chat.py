"""What else a bot does to messages that are there: delete, pin, react, answer a tap."""

from ..chats import CallbackQuery, Chat, Message
from ..entities.formatted import FormattedText
from ..errors import bad_request
from ..json_values import JsonObject, as_int, as_object
from .call import BotCall

DELETABLE_SECONDS = 48 * 3600
MAX_POPUP = 200
MAX_DELETIONS = 100
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
EMOJI = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 "
    "🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 "
    "🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ "
    "💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡 "
)
REACTIONS = frozenset(EMOJI.split())


def remove(call: BotCall, chat: Chat, message: Message) -> None:
    del chat.messages[message.message_id]
    if message.message_id in chat.pinned:
        chat.pinned.remove(message.message_id)
    version = call.world.touch(chat)
    chat.deleted.append(
        {"message_id": message.message_id, "by": "bot", "version": version, "text": message.content.text}
    )


def delete_message(call: BotCall) -> object:
    chat = call.chat()
    message_id = call.params.integer("message_id")
    if message_id is None:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if call.now() - message.date > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    remove(call, chat, message)
    return True


def delete_messages(call: BotCall) -> object:
    chat = call.chat()
    ids = [as_int(each) for each in call.params.json_array("message_ids") or []]
    if not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > MAX_DELETIONS:
        raise bad_request("too many message identifiers specified")
    found = [chat.messages[each] for each in dict.fromkeys(ids) if each is not None and each in chat.messages]
    if any(call.now() - message.date > DELETABLE_SECONDS for message in found):
        raise bad_request("message can't be deleted for everyone")
    for message in found:
        remove(call, chat, message)
    return True


def answer_callback_query(call: BotCall) -> object:
    text = call.params.text("text") or ""
    query = call.world.callbacks.get(call.params.text("callback_query_id") or "")
    if query is None or query.answered is not None or _late(call, query):
        raise bad_request(TOO_OLD)
    if len(text) > MAX_POPUP:
        raise bad_request("MESSAGE_TOO_LONG")
    chat = call.world.chats.get((call.bot.id, query.person_id))
    if chat is None:
        raise bad_request(TOO_OLD)
    popup: JsonObject = {
        "version": call.world.versions.current + 1,
        "callback_query_id": query.id,
        "message_id": query.message_id,
        "label": query.label,
        "text": text,
        "show_alert": call.params.flag("show_alert"),
        "url": call.params.text("url"),
        "at": call.now(),
    }
    query.answered = popup
    chat.popups.append(popup)
    call.world.touch(chat)
    return True


def _late(call: BotCall, query: CallbackQuery) -> bool:
    return call.now() - query.at > call.world.switches.callback_seconds


def _message_named(call: BotCall, chat: Chat, absent: str) -> Message:
    message = chat.messages.get(call.params.integer("message_id") or 0)
    if message is None:
        raise bad_request(absent)
    return message


def pin_chat_message(call: BotCall) -> object:
    chat = call.writable_chat()
    message = _message_named(call, chat, "message to pin not found")
    if message.message_id not in chat.pinned:
        chat.pinned.append(message.message_id)
        notice = Message(
            message_id=call.world.next_message_id(call.bot),
            sender_id=call.bot.id,
            by_bot=True,
            date=call.now(),
            content=FormattedText(message.content.text),
            kind="pinned",
            pinned_message_id=message.message_id,
        )
        call.world.add_message(call.bot, chat, notice)
    message.version = call.world.touch(chat)
    return True


def unpin_chat_message(call: BotCall) -> object:
    chat = call.chat()
    message_id = call.params.integer("message_id")
    if message_id is None and chat.pinned:
        message_id = max(chat.pinned)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    call.world.touch(chat)
    return True


def unpin_all_chat_messages(call: BotCall) -> object:
    chat = call.chat()
    chat.pinned.clear()
    call.world.touch(chat)
    return True


def set_message_reaction(call: BotCall) -> object:
    chat = call.chat()
    message = _message_named(call, chat, "message to react not found")
    reactions: list[JsonObject] = []
    for raw in call.params.json_array("reaction") or []:
        reaction = as_object(raw) or {}
        if reaction.get("type") != "emoji" or str(reaction.get("emoji")).replace("\ufe0f", "") not in REACTIONS:
            raise bad_request("REACTION_INVALID")
        reactions.append(reaction)
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    message.reactions[call.bot.id] = reactions
    message.version = call.world.touch(chat)
    return True


METHODS = {
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "answercallbackquery": answer_callback_query,
    "pinchatmessage": pin_chat_message,
    "unpinchatmessage": unpin_chat_message,
    "unpinallchatmessages": unpin_all_chat_messages,
    "setmessagereaction": set_message_reaction,
}
