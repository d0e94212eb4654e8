"""sendMessage, sendPhoto, sendDocument, sendChatAction: a bot speaks."""

from ..chats import ACTION_SECONDS, Chat, Message
from ..entities.formatted import FormattedText, finished, given, parse
from ..errors import bad_request
from ..files import StoredFile
from ..json_values import JsonObject, as_flag, as_int
from .call import BotCall
from .markup import Markup, read_markup
from .params import Params, UploadedFile
from .wire import message_object

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_PHOTO = 10 * 1024 * 1024
ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip


def read_text(params: Params) -> FormattedText:
    source = params.text("text")
    if not source:
        raise bad_request("message text is empty")
    text = _formatted(params, source, "entities")
    if not text.text:
        raise bad_request("text must be non-empty")
    if len(text.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return text


def read_caption(params: Params) -> FormattedText:
    source = params.text("caption")
    if not source:
        return FormattedText("")
    text = _formatted(params, source, "caption_entities")
    if len(text.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return text


def _formatted(params: Params, source: str, entities_name: str) -> FormattedText:
    text, entities = parse(source, params.text("parse_mode"))
    if not params.text("parse_mode"):
        entities = given(text, params.json_array(entities_name) or [])
    return finished(text, entities)


def _reply_target(call: BotCall, chat: Chat) -> int | None:
    parameters = call.params.json_object("reply_parameters")
    if parameters is None:
        message_id = call.params.integer("reply_to_message_id")
        lenient = call.params.flag("allow_sending_without_reply")
    else:
        if "message_id" not in parameters:
            raise bad_request('can\'t find field "message_id"')
        message_id = as_int(parameters["message_id"])
        lenient = as_flag(parameters.get("allow_sending_without_reply", False))
    if message_id is None:
        return None
    if message_id not in chat.messages:
        if lenient:
            return None
        raise bad_request("message to be replied not found")
    return message_id


def post(
    call: BotCall,
    chat: Chat,
    content: FormattedText,
    markup: Markup,
    kind: str = "text",
    file: StoredFile | None = None,
) -> Message:
    """Put the bot's message into the chat; everything was checked before."""
    params, bot = call.params, call.bot
    thread_id = params.integer("message_thread_id")
    if thread_id is not None and thread_id not in chat.topics:
        raise bad_request("message thread not found")
    reply_to = _reply_target(call, chat)
    message = Message(
        message_id=call.world.next_message_id(bot),
        sender_id=bot.id,
        by_bot=True,
        date=call.now(),
        content=content,
        kind=kind,
        file=file,
        markup=markup.inline,
        has_reply_keyboard=markup.is_reply_keyboard,
        reply_to=reply_to,
        thread_id=thread_id,
        silent=params.flag("disable_notification"),
        protected=params.flag("protect_content"),
        link_preview=params.json_object("link_preview_options"),
    )
    if markup.keyboard is not None:
        chat.keyboard = markup.keyboard
    elif markup.remove_keyboard:
        chat.keyboard = None
    if markup.is_reply_keyboard:
        chat.force_reply = _forced(markup, message)
    chat.action = None
    return call.world.add_message(bot, chat, message)


def _forced(markup: Markup, message: Message) -> JsonObject | None:
    if markup.force_reply is None:
        return None
    return {"message_id": message.message_id, "placeholder": markup.force_reply.get("input_field_placeholder")}


def send_message(call: BotCall) -> object:
    chat = _text_checked_chat(call)
    content, markup = read_text(call.params), read_markup(call.params)
    return message_object(call.world, chat, post(call, chat, content, markup))


def _text_checked_chat(call: BotCall) -> Chat:
    """Telegram looks at the text before it looks at the chat."""
    if not call.params.text("text"):
        raise bad_request("message text is empty")
    return call.writable_chat()


def attached(params: Params, field: str, value: str | None) -> UploadedFile | None:
    """The upload meant by a field: a part of the same name, or `attach://part`."""
    if value and value.startswith("attach://"):
        upload = params.files.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return upload
    return params.files.get(field)


def take_file(call: BotCall, kind: str, value: str | None, field: str) -> StoredFile:
    """An upload is kept; a file id is looked up and must be of the kind."""
    upload = attached(call.params, field, value)
    if upload is not None:
        return keep_upload(call, kind, upload)
    if not value:
        raise bad_request(f"there is no {kind} in the request")
    if value.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    stored = call.world.files.by_id(value, call.bot.id)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {stored.kind.capitalize()} as {kind.capitalize()}")
    return stored


def keep_upload(call: BotCall, kind: str, upload: UploadedFile) -> StoredFile:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if kind == "photo" and len(upload.content) > MAX_PHOTO:
        raise bad_request("file is too big")
    stored = call.world.files.keep(kind, upload.name, upload.mime_type, upload.content, call.bot.id)
    if kind == "photo":
        if not stored.width:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if (
            stored.width + stored.height > 10_000
            or max(stored.width / stored.height, stored.height / stored.width) > 20
        ):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return stored


def _send_file(call: BotCall, kind: str) -> object:
    chat = call.writable_chat()
    content, markup = read_caption(call.params), read_markup(call.params)
    file = take_file(call, kind, call.params.text(kind), kind)
    return message_object(call.world, chat, post(call, chat, content, markup, kind, file))


def send_photo(call: BotCall) -> object:
    return _send_file(call, "photo")


def send_document(call: BotCall) -> object:
    return _send_file(call, "document")


def send_chat_action(call: BotCall) -> object:
    action = (call.params.text("action") or "").lower()
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = call.writable_chat()
    chat.action = (action, call.now() + ACTION_SECONDS)
    call.world.touch(chat)
    return True


METHODS = {
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "senddocument": send_document,
    "sendchataction": send_chat_action,
}
