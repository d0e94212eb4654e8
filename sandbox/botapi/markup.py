"""reply_markup: inline keyboards, reply keyboards, removal, forced replies, checked as Telegram checks them."""

from dataclasses import dataclass

from ..entities.links import BadLink, checked_link
from ..errors import bad_request
from ..json_values import JsonObject, as_object, as_text
from .params import Params

ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
STYLES = {"danger", "success", "primary"}
MAX_CALLBACK_BYTES = 64
MAX_COPY_TEXT = 256
MAX_BUTTONS = 100
MAX_ROW = 8


@dataclass(frozen=True, slots=True)
class Markup:
    inline: JsonObject | None = None
    keyboard: JsonObject | None = None
    remove_keyboard: bool = False
    force_reply: JsonObject | None = None

    @property
    def is_reply_keyboard(self) -> bool:
        return self.keyboard is not None or self.remove_keyboard or self.force_reply is not None


def read_markup(params: Params, inline_only: bool = False) -> Markup:
    raw = params.json_object("reply_markup")
    if not raw:
        return Markup()
    if "inline_keyboard" in raw:
        return Markup(inline=inline_keyboard(raw["inline_keyboard"]))
    if inline_only:
        raise bad_request("inline keyboard expected")
    for name in ("keyboard", "remove_keyboard", "force_reply"):
        _check_flags(raw)
        if name in raw:
            break
    else:
        raise bad_request("object expected as reply markup")
    if "keyboard" in raw:
        return Markup(keyboard={**raw, "keyboard": reply_keyboard(raw["keyboard"])})
    if raw.get("remove_keyboard"):
        return Markup(remove_keyboard=True)
    return Markup(force_reply=raw) if raw.get("force_reply") else Markup()


def _check_flags(raw: JsonObject) -> None:
    flags = ("remove_keyboard", "force_reply", "resize_keyboard", "one_time_keyboard", "is_persistent", "selective")
    for name in flags:
        if name in raw and not isinstance(raw[name], bool):
            raise bad_request(f'field "{name}" must be of type Boolean')


def inline_keyboard(raw: object) -> JsonObject | None:
    if not isinstance(raw, list):
        raise bad_request('field "inline_keyboard" must be of type Array')
    rows = []
    for row in raw:
        if not isinstance(row, list):
            raise bad_request('field "inline_keyboard" must be an Array of Arrays')
        buttons = [inline_button(each) for each in row]
        if len(buttons) > MAX_ROW:
            raise bad_request("REPLY_MARKUP_TOO_LONG")
        if buttons:
            rows.append(buttons)
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": rows} if rows else None


def inline_button(raw: object) -> JsonObject:
    button = as_object(raw)
    if button is None:
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = button.get("text")
    if text is None:
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not isinstance(text, str):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not text.strip():
        raise bad_request("can't parse inline keyboard button: inline keyboard button text must be non-empty")
    if "style" in button and button["style"] not in STYLES:
        raise bad_request("can't parse inline keyboard button: unsupported button style specified")
    actions = [name for name in ACTIONS if _given(button, name)]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action of a button must be used")
    return _checked_action(button, actions[0])


def _given(button: JsonObject, name: str) -> bool:
    """An empty callback_data or url counts as none; an empty inline query is a query."""
    value = button.get(name)
    return value is not None and (value != "" or name.startswith("switch_inline"))


def _checked_action(button: JsonObject, action: str) -> JsonObject:
    value = button[action]
    if action == "callback_data":
        if not isinstance(value, str):
            raise bad_request('can\'t parse inline keyboard button: Field "callback_data" must be of type String')
        if len(value.encode()) > MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif action == "url":
        return {**button, "url": _button_link(value)}
    elif action == "web_app":
        url = as_text((as_object(value) or {}).get("url")) or ""
        if not url.lower().startswith("https://"):
            reason = "Only HTTPS links are allowed"
            raise bad_request(f"inline keyboard button Web App URL '{url}' is invalid: {reason}")
    elif action == "copy_text":
        text = as_text((as_object(value) or {}).get("text")) or ""
        if not 1 <= len(text) <= MAX_COPY_TEXT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif action in {"pay", "callback_game"}:
        raise bad_request("BUTTON_TYPE_INVALID")
    return button


def _button_link(value: object) -> str:
    url = as_text(value) or ""
    if url.startswith("tg://user?id="):
        return url
    try:
        return checked_link(url)
    except BadLink as reason:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}") from None


def reply_keyboard(raw: object) -> list[list[JsonObject]]:
    if not isinstance(raw, list):
        raise bad_request('field "keyboard" must be of type Array')
    rows: list[list[JsonObject]] = []
    for row in raw:
        if not isinstance(row, list):
            raise bad_request('field "keyboard" must be an Array of Arrays')
        rows.append([_reply_button(each) for each in row])
    if not any(rows):
        raise bad_request("reply keyboard must be non-empty")
    return [row for row in rows if row]


def _reply_button(raw: object) -> JsonObject:
    if isinstance(raw, str):
        return {"text": raw}
    button = as_object(raw)
    if button is None:
        raise bad_request("can't parse keyboard button: KeyboardButton must be an Object")
    text = as_text(button.get("text"))
    if text is None:
        raise bad_request("can't parse keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad_request("can't parse keyboard button: keyboard button text must be non-empty")
    return button
