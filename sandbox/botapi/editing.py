"""editMessageText / Caption / Media / ReplyMarkup: a bot changes what it said."""

from ..chats import Chat, Message
from ..entities.formatted import FormattedText
from ..errors import bad_request
from ..files import StoredFile
from ..json_values import JsonObject, as_text
from .call import BotCall
from .markup import read_markup
from .params import Params
from .sending import read_caption, read_text, take_file
from .wire import message_object

UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def _change(
    call: BotCall, chat: Chat, message: Message, content: FormattedText, kind: str, file: StoredFile | None
) -> object:
    markup = read_markup(call.params, inline_only=True).inline
    same_file = (file.unique_id if file else None) == (message.file.unique_id if message.file else None)
    if content == message.content and markup == message.markup and same_file and kind == message.kind:
        raise bad_request(UNCHANGED)
    if content != message.content or not same_file or kind != message.kind:
        message.edited = call.now()
    message.content, message.kind, message.file, message.markup = content, kind, file, markup
    if "link_preview_options" in call.params.values:
        message.link_preview = call.params.json_object("link_preview_options")
    message.version = call.world.touch(chat)
    return message_object(call.world, chat, message)


def edit_message_text(call: BotCall) -> object:
    if not call.params.text("text"):
        raise bad_request("message text is empty")
    chat = call.chat()
    message = call.own_message(chat)
    content = read_text(call.params)
    if message.kind != "text":
        raise bad_request("there is no text in the message to edit")
    return _change(call, chat, message, content, "text", None)


def edit_message_caption(call: BotCall) -> object:
    chat = call.chat()
    message = call.own_message(chat)
    content = read_caption(call.params)
    if message.kind == "text":
        raise bad_request("there is no caption in the message to edit")
    return _change(call, chat, message, content, message.kind, message.file)


def edit_message_media(call: BotCall) -> object:
    chat = call.chat()
    message = call.own_message(chat)
    media = call.params.json_object("media")
    if media is None:
        raise bad_request("can't parse InputMedia: Can't find field \"media\"")
    kind = as_text(media.get("type"))
    if kind not in {"photo", "document"}:
        raise bad_request("can't parse InputMedia: the sandbox takes photo and document")
    caption: JsonObject = {name: media[name] for name in ("caption", "parse_mode", "caption_entities") if name in media}
    content = read_caption(Params(caption))
    file = take_file(call, kind, as_text(media.get("media")), "media")
    return _change(call, chat, message, content, kind, file)


def edit_message_reply_markup(call: BotCall) -> object:
    chat = call.chat()
    message = call.own_message(chat)
    markup = read_markup(call.params, inline_only=True).inline
    if markup == message.markup:
        raise bad_request(UNCHANGED)
    message.markup = markup
    message.version = call.world.touch(chat)
    return message_object(call.world, chat, message)


METHODS = {
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagemedia": edit_message_media,
    "editmessagereplymarkup": edit_message_reply_markup,
}
