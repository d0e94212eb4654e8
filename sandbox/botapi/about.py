"""What a bot asks and sets about itself, chats and files."""

import re

from ..chats import Chat
from ..errors import bad_request
from ..json_values import JsonObject, as_int, as_object, as_text
from .call import BotCall, Method
from .wire import chat_object, message_object

MAX_DOWNLOAD = 20 * 1024 * 1024
COMMAND_NAME = re.compile(r"^/?([a-z0-9_]{1,32})$")
PLAIN_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}


def get_me(call: BotCall) -> object:
    return {
        **call.bot.wire_user(), "can_join_groups": True, "can_read_all_group_messages": False,
        "supports_inline_queries": False, "can_connect_to_business": False, "has_main_web_app": False,
        "has_topics_enabled": False,
    }  # fmt: skip


def get_chat(call: BotCall) -> object:
    chat = call.chat()
    full = chat_object(call.world, chat)
    full |= {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _no_gifts()}
    if chat.pinned and (pinned := chat.messages.get(max(chat.pinned))):
        full["pinned_message"] = message_object(call.world, chat, pinned, nested=True)
    return full


def _no_gifts() -> JsonObject:
    kinds = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return dict.fromkeys(kinds, False)


def get_file(call: BotCall) -> object:
    stored = call.world.files.by_id(call.params.text("file_id") or "", call.bot.id)
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if stored.size > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": stored.size,
        "file_path": stored.path,
    }  # fmt: skip


# --- commands ---------------------------------------------------------------------------------------------------


def _scope(call: BotCall) -> str:
    scope = call.params.json_object("scope") or {"type": "default"}
    kind = as_text(scope.get("type"))
    if kind in PLAIN_SCOPES:
        return str(kind)
    if kind not in CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    chat_id = as_int(scope.get("chat_id"))
    if chat_id is None or (call.bot.id, chat_id) not in call.world.chats:
        raise bad_request("chat not found")
    return f"{kind}:{chat_id}" if kind != "chat_member" else f"{kind}:{chat_id}:{scope.get('user_id')}"


def _language(call: BotCall) -> str:
    code = call.params.text("language_code") or ""
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def _refresh(call: BotCall) -> bool:
    """Every chat of the bot may show something else now."""
    chats: list[Chat] = [chat for (bot_id, _), chat in call.world.chats.items() if bot_id == call.bot.id]
    call.world.versions.touch("settings", *(chat.resource for chat in chats))
    return True


def set_my_commands(call: BotCall) -> object:
    commands: list[JsonObject] = []
    for raw in call.params.json_array("commands") or []:
        command = as_object(raw) or {}
        name = COMMAND_NAME.match(as_text(command.get("command")) or "")
        description = (as_text(command.get("description")) or "").strip()
        if name is None:
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(description) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        commands.append({"command": name.group(1), "description": description})
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.bot.commands[_scope(call), _language(call)] = commands
    return _refresh(call)


def get_my_commands(call: BotCall) -> object:
    return call.bot.commands.get((_scope(call), _language(call)), [])


def delete_my_commands(call: BotCall) -> object:
    call.bot.commands.pop((_scope(call), _language(call)), None)
    return _refresh(call)


# --- name, descriptions, menu button ------------------------------------------------------------------------------


def _text_setting(attribute: str, parameter: str, longest: int) -> tuple[Method, Method]:
    def store(call: BotCall) -> object:
        text = call.params.text(parameter) or ""
        if len(text) > longest:
            raise bad_request(f"{parameter.replace('_', ' ')} is too long")
        texts: dict[str, str] = getattr(call.bot, attribute)
        texts[_language(call)] = text
        return _refresh(call)

    def read(call: BotCall) -> object:
        texts: dict[str, str] = getattr(call.bot, attribute)
        fallback = call.bot.first_name if parameter == "name" else ""
        return {parameter: call.bot.localised(texts, _language(call), fallback)}

    return store, read


set_my_name, get_my_name = _text_setting("names", "name", 64)
set_my_description, get_my_description = _text_setting("descriptions", "description", 512)
set_my_short_description, get_my_short_description = _text_setting("short_descriptions", "short_description", 120)


def set_chat_menu_button(call: BotCall) -> object:
    chat_id = call.chat().id if call.params.text("chat_id") else None
    button = call.params.json_object("menu_button") or {"type": "default"}
    kind = button.get("type")
    if kind not in {"default", "commands", "web_app"}:
        raise bad_request("can't parse MenuButton: Unsupported type specified")
    if kind == "web_app" and not str((as_object(button.get("web_app")) or {}).get("url", "")).startswith("https://"):
        raise bad_request("menu button Web App URL is invalid: Only HTTPS links are allowed")
    if kind == "default":
        call.bot.menu_buttons.pop(chat_id, None)
    else:
        call.bot.menu_buttons[chat_id] = button
    return _refresh(call)


def get_chat_menu_button(call: BotCall) -> object:
    if not call.params.text("chat_id"):
        return call.bot.menu_buttons.get(None, {"type": "default"})
    return call.bot.menu_button_for(call.chat().id)


METHODS = {
    "getme": get_me,
    "getchat": get_chat,
    "getfile": get_file,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setmyname": set_my_name,
    "getmyname": get_my_name,
    "setmydescription": set_my_description,
    "getmydescription": get_my_description,
    "setmyshortdescription": set_my_short_description,
    "getmyshortdescription": get_my_short_description,
    "setchatmenubutton": set_chat_menu_button,
    "getchatmenubutton": get_chat_menu_button,
}
