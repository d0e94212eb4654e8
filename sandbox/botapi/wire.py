"""Messages and updates as bots receive them."""

from ..chats import CallbackQuery, Chat, Message
from ..files import StoredFile
from ..json_values import JsonObject
from ..people import Bot, Person
from ..world import World


def chat_object(world: World, chat: Chat) -> JsonObject:
    if chat.type == "private" and chat.id in world.people:
        return world.people[chat.id].wire_chat()
    return {"id": chat.id, "type": chat.type, "title": chat.title or ""}


def user_object(world: World, user_id: int) -> JsonObject:
    if user_id in world.bots:
        return world.bots[user_id].wire_user()
    if user_id in world.people:
        return world.people[user_id].wire_user()
    return {"id": user_id, "is_bot": False, "first_name": "Deleted Account"}


def photo_sizes(file: StoredFile) -> list[JsonObject]:
    """A preview and the picture itself; only the last has the full size."""
    scale = min(1.0, 90 / max(file.width, file.height, 1))
    small: JsonObject = {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id + "s",
        "width": max(1, round(file.width * scale)),
        "height": max(1, round(file.height * scale)),
        "file_size": min(file.size, 1024),
    }
    full: JsonObject = {
        "file_id": file.file_id, "file_unique_id": file.unique_id, "width": file.width, "height": file.height,
        "file_size": file.size,
    }  # fmt: skip
    return [small, full]


def document_object(file: StoredFile) -> JsonObject:
    return {
        "file_name": file.name, "mime_type": file.mime_type, "file_id": file.file_id,
        "file_unique_id": file.unique_id, "file_size": file.size,
    }  # fmt: skip


def message_object(world: World, chat: Chat, message: Message, nested: bool = False) -> JsonObject:
    result: JsonObject = {
        "message_id": message.message_id,
        "from": user_object(world, message.sender_id),
        "chat": chat_object(world, chat),
        "date": int(message.date),
    }
    if message.thread_id is not None:
        result["message_thread_id"] = message.thread_id
    if message.edited is not None:
        result["edit_date"] = int(message.edited)
    if message.reply_to is not None and not nested and message.reply_to in chat.messages:
        result["reply_to_message"] = message_object(world, chat, chat.messages[message.reply_to], nested=True)
    if message.protected:
        result["has_protected_content"] = True
    if message.forwarded_from is not None:
        origin: JsonObject = {"type": "hidden_user", "sender_user_name": message.forwarded_from}
        result["forward_origin"] = origin | {"date": int(message.date)}
    _add_content(world, chat, message, result)
    if message.markup:
        result["reply_markup"] = message.markup
    return result


def _add_content(world: World, chat: Chat, message: Message, result: JsonObject) -> None:
    words, entities = ("text", "entities") if message.kind == "text" else ("caption", "caption_entities")
    if message.kind == "pinned":
        pinned = chat.messages.get(message.pinned_message_id or 0)
        result["pinned_message"] = message_object(world, chat, pinned, nested=True) if pinned else {}
        return
    if message.kind == "contact":
        result["contact"] = message.contact
        return
    if message.kind == "photo" and message.file:
        result["photo"] = photo_sizes(message.file)
    if message.kind == "document" and message.file:
        result["document"] = document_object(message.file)
    if message.content.text:
        result[words] = message.content.text
    if message.content.entities:
        result[entities] = message.content.wire_entities()
    if message.link_preview is not None:
        result["link_preview_options"] = message.link_preview


def callback_object(world: World, chat: Chat, query: CallbackQuery) -> JsonObject:
    message = chat.messages.get(query.message_id)
    body: JsonObject = {
        "id": query.id,
        "from": user_object(world, query.person_id),
        "chat_instance": str(chat.id * 7_919),
        "data": query.data,
    }
    body["message"] = (
        message_object(world, chat, message)
        if message
        else {"chat": chat_object(world, chat), "message_id": query.message_id, "date": 0}
    )
    return body


def my_member_object(world: World, bot: Bot, person: Person, was: str, now: str, at: float) -> JsonObject:
    def member(status: str) -> JsonObject:
        body: JsonObject = {"user": bot.wire_user(), "status": status}
        if status == "kicked":
            body["until_date"] = 0
        return body

    return {
        "chat": person.wire_chat(),
        "from": person.wire_user(),
        "date": int(at),
        "old_chat_member": member(was),
        "new_chat_member": member(now),
    }
