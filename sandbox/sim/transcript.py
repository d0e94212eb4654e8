"""A chat as the person in it sees it."""

from ..chats import Chat, Message
from ..entities.render import render
from ..json_values import JsonObject, as_list, as_object
from ..people import Bot, Person
from ..world import World

BUTTON_KINDS = (
    ("callback_data", "callback"), ("url", "url"), ("copy_text", "copy"), ("web_app", "web_app"),
    ("switch_inline_query", "switch_inline"), ("switch_inline_query_current_chat", "switch_inline"),
)  # fmt: skip


def transcript(world: World, person: Person, bot: Bot, chat: Chat) -> JsonObject:
    now = world.clock.now()
    action = chat.action_at(now)
    language = person.language_code
    spinning = {
        (query.message_id, query.label, query.data)
        for query in world.callbacks.values()
        if query.person_id == person.id and query.answered is None and now - query.at <= world.switches.callback_seconds
    }
    start_button: JsonObject | None = None
    if not chat.started or chat.link_opened or chat.blocked:
        start_button = {"parameter": chat.start_parameter}
    return {
        "version": world.versions.of(chat.resource),
        "person": person.id,
        "chat": bot.username,
        "chat_id": chat.id,
        "type": chat.type,
        "title": chat.title or bot.localised(bot.names, language, bot.first_name),
        "bot": {
            "id": bot.id,
            "username": bot.username,
            "first_name": bot.localised(bot.names, language, bot.first_name),
            "description": bot.localised(bot.descriptions, language),
            "short_description": bot.localised(bot.short_descriptions, language),
        },
        "started": chat.started,
        "blocked": chat.blocked,
        "start_button": start_button,
        "messages": [message_view(world, chat, person.id, each, spinning) for each in chat.messages.values()],
        "deleted": list(chat.deleted),
        "keyboard": keyboard_view(chat.keyboard),
        "force_reply": chat.force_reply,
        "action": {"name": action[0], "until": action[1]} if action else None,
        "pinned": sorted(chat.pinned),
        "commands": bot.commands_for(chat.id, language),
        "menu_button": bot.menu_button_for(chat.id),
        "popups": list(chat.popups),
    }


def message_view(
    world: World, chat: Chat, viewer: int, message: Message, spinning: set[tuple[int, str, str]] | None = None
) -> JsonObject:
    file, content = message.file, message.content
    view: JsonObject = {
        "message_id": message.message_id,
        "version": message.version,
        "kind": message.kind,
        "mine": message.sender_id == viewer,
        "from": {"id": message.sender_id, "name": _name(world, message.sender_id), "is_bot": message.by_bot},
        "date": message.date,
        "edited": message.edited,
        "text": content.text,
        "html": render(content.text, content.entities),
        "entities": content.wire_entities(),
        "photo": None,
        "document": None,
        "contact": message.contact,
        "buttons": [[button_view(message, each, spinning or set()) for each in row] for row in message.buttons()],
        "reply_to": message.reply_to,
        "reactions": _reactions(message),
        "pinned": message.message_id in chat.pinned,
        "silent": message.silent,
        "protected": message.protected,
        "link_preview": message.link_preview,
        "received": message.received,
    }
    if file and message.kind == "photo":
        size: JsonObject = {"url": file.url, "width": file.width, "height": file.height}
        view["photo"] = size | {"size": file.size, "file_id": file.file_id}
    if file and message.kind == "document":
        named: JsonObject = {"url": file.url, "name": file.name, "mime_type": file.mime_type}
        view["document"] = named | {"size": file.size, "file_id": file.file_id}
    return view


def _name(world: World, sender_id: int) -> str:
    if sender_id in world.bots:
        return world.bots[sender_id].first_name
    return world.people[sender_id].name if sender_id in world.people else "Deleted Account"


def _reactions(message: Message) -> list[JsonObject]:
    return [{"emoji": each.get("emoji"), "from": who} for who, given in message.reactions.items() for each in given]


def button_view(message: Message, button: JsonObject, spinning: set[tuple[int, str, str]]) -> JsonObject:
    kind = next((shown for name, shown in BUTTON_KINDS if name in button), "other")
    web_app = as_object(button.get("web_app")) or {}
    return {
        "label": button.get("text"),
        "kind": kind,
        "data": button.get("callback_data"),
        "url": button.get("url") or web_app.get("url"),
        "copy": (as_object(button.get("copy_text")) or {}).get("text"),
        "style": button.get("style"),
        "spinning": (message.message_id, button.get("text"), button.get("callback_data")) in spinning,
    }


def keyboard_view(keyboard: JsonObject | None) -> JsonObject | None:
    if keyboard is None:
        return None
    rows = [
        [
            {"label": each.get("text"), "request_contact": bool(each.get("request_contact"))}
            for each in (as_object(raw) or {} for raw in as_list(row) or [])
        ]
        for row in as_list(keyboard.get("keyboard")) or []
    ]
    return {
        "buttons": rows,
        "one_time": bool(keyboard.get("one_time_keyboard")),
        "resize": bool(keyboard.get("resize_keyboard")),
        "persistent": bool(keyboard.get("is_persistent")),
        "placeholder": keyboard.get("input_field_placeholder"),
    }
