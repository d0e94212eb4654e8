"""Screens become Telegram messages, and Telegram's errors become outcomes.

A tap edits the tapped message, typed input gets a new one and the old keyboard goes, so the answer is where the eye is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import structlog
from telegram import InlineKeyboardMarkup, InputFile
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.chat.buttons import Packer
from bot.chat.insist import Undeliverable, insist, seconds_of
from bot.chat.screen import Button, Copy, File, Link, Rows, Screen
from bot.chat.text import Say, Texts
from bot.chat.transport import Json, OutcomeUnknown, SurelyNotSent, TelegramBot, message_id_of
from notifications.reasons import Reason
from notifications.sender import Delivery, Fate
from services.preferences import language_of
from storage.buttons import Buttons
from storage.engine import DatabaseUnavailable
from storage.people import Visit

LONGEST_CAPTION = 1024
LONGEST = 4096  # UTF-16 units: always within Telegram's limit, which counts code points
CROWD = 32  # calls on their way beside the turns
UPLOAD_LIMIT = 50 * 1000 * 1000

Message = dict[str, Json]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a screen goes: over the tapped message, or as a new one whose predecessor loses its keyboard."""

    person_id: int
    chat_id: int
    tapped: int | None = None
    previous: int | None = None


class Insisting(Protocol):
    """How often a call is repeated: `insist`, or once."""

    async def __call__(self, call: Callable[[], Awaitable[int]], *, repeatable: bool) -> int: ...


class Screens:
    """Shows screens."""

    def __init__(self, bot: TelegramBot, store: Buttons, clock: Callable[[], datetime]) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self._background: set[asyncio.Task[None]] = set()

    async def show(
        self, place: Place, screen: Screen, texts: Texts, *, patient: bool = True, silent: bool = False
    ) -> int:
        """Show a screen; the id of the message that carries it. Raises Undeliverable or Telegram's final refusal;
        not `patient` (nobody looks at the screen), whatever Telegram says at the first try.
        """
        insists = insist if patient else _once
        packer = Packer(self._store, stays=screen.stays)
        message = await _written(screen, texts, packer)
        if silent:
            message["disable_notification"] = True
        await packer.store(place.person_id, place.chat_id, self._clock())
        if place.tapped is not None and not screen.fresh and await self._edit(place, message, insists):
            shown = place.tapped
        else:
            shown = await self._send(place.chat_id, message, insists)
            self._forget_keyboard(place.chat_id, place.tapped or place.previous)
        await packer.bind(shown)
        return shown

    async def edit(self, place: Place, screen: Screen, texts: Texts) -> bool:
        """Put a screen over the message that was sent before; False when it can't be edited (any more)."""
        packer = Packer(self._store, stays=screen.stays)
        message = await _written(screen, texts, packer)
        return await self._edit(place, message, _once)

    async def send_file(self, place: Place, file: File, texts: Texts, *, patient: bool = True) -> None:
        """Send a file; it is streamed from its handle. Not `patient`: once, and without a sound."""

        async def send() -> int:
            # streamed: the transport puts the handle back to where it stood, so a second try sends the whole file
            upload = InputFile(file.content, filename=file.name, read_file_handle=False)
            message = await self._bot.send_document(
                place.chat_id,
                upload,
                caption=caption_of(file, texts),
                parse_mode="HTML",
                disable_notification=not patient,
            )
            return message.message_id

        insists: Insisting = insist if patient else _once
        await insists(send, repeatable=False)

    async def send_photo(self, place: Place, file: File, texts: Texts, rows: Rows = ()) -> None:
        """Send a picture that is shown in the chat, with buttons that only look; what they open is a new message."""
        picture, caption = file.content.read(), caption_of(file, texts)
        keyboard = await _keyboard(rows, texts, Packer(self._store, stays=True))
        markup = InlineKeyboardMarkup.de_json({"inline_keyboard": keyboard}) if rows else None

        async def send() -> None:
            await self._bot.send_photo(
                place.chat_id,
                picture,
                caption=caption,
                parse_mode="HTML",
                filename=file.name,
                reply_markup=markup,
            )

        await insist(send, repeatable=False)

    async def settle(self) -> None:
        """Wait for what runs beside the turns."""
        if self._background:
            await asyncio.wait(self._background, timeout=2)

    def beside(self, work: Coroutine[Any, Any, object], what: str) -> None:
        """Run something cosmetic beside the turn; its failure is only logged."""
        task = asyncio.create_task(_quietly(work, what))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def typing(self, chat_id: int) -> None:
        """Show that something is being done. In a crowd it is our own load that people wait for, and a sign for each
        of them would make all wait longer."""
        if len(self._background) < CROWD:
            self.beside(self._bot.send_chat_action(chat_id, "typing"), "chat action")

    async def _send(self, chat_id: int, message: Message, insists: Insisting) -> int:
        async def send() -> int:
            return message_id_of(await self._bot.call("sendMessage", chat_id=chat_id, **message))

        return await insists(send, repeatable=False)

    async def _edit(self, place: Place, message: Message, insists: Insisting) -> bool:
        async def edit() -> int:
            await self._bot.call("editMessageText", chat_id=place.chat_id, message_id=place.tapped, **message)
            return 0

        try:
            await insists(edit, repeatable=True)
        except BadRequest as refused:
            if "message is not modified" in refused.message.lower():
                return True
            log.info("not editable", reason=refused.message)
            return False
        return True

    def _forget_keyboard(self, chat_id: int, message_id: int | None) -> None:
        if message_id is not None:
            gone = self._bot.call("editMessageReplyMarkup", chat_id=chat_id, message_id=message_id)
            self.beside(gone, "old keyboard")


def texts_for(visit: Visit, language_telegram: str | None = None) -> Texts:
    """The reader's language and zone."""
    connection = visit.connection
    zone = ZoneInfo(connection.account.zone if connection else "Europe/Berlin")
    return Texts(language_of(visit.person, language_telegram), zone)


def fate_of(error: TelegramError | Undeliverable) -> Delivery:
    """What an error says about one attempt to send (TELEGRAM.md section 3)."""
    match error:
        case Undeliverable():
            return Delivery(Fate.NOT_SENT, Reason.TELEGRAM, detail=str(error))
        case RetryAfter():
            return Delivery(Fate.NOT_SENT, Reason.BUSY, retry_after=seconds_of(error))
        case SurelyNotSent() | InvalidToken() | Conflict():  # 401 and 404: it was not even looked at
            return Delivery(Fate.NOT_SENT, Reason.TELEGRAM, detail=error.message)
        case OutcomeUnknown():
            return Delivery(Fate.UNKNOWN, Reason.LOST_ANSWER, detail=error.message)
        case ChatMigrated():
            return Delivery(Fate.NOT_SENT, moved_to=error.new_chat_id)
        case Forbidden():
            return Delivery(Fate.DEAD, _closed(error.message), detail=error.message)
        case BadRequest() if "chat not found" in error.message.lower():
            return Delivery(Fate.DEAD, Reason.NOT_FOUND, detail=error.message)
        case BadRequest():
            log.error("telegram refused a notice", reason=error.message)
            return Delivery(Fate.DEAD, Reason.REFUSED, detail=error.message)
        case _:
            return Delivery(Fate.UNKNOWN, Reason.LOST_ANSWER, detail=type(error).__name__)


def _closed(message: str) -> Reason:
    """Which 403 it is."""
    lowered = message.lower()
    if "deactivated" in lowered:
        return Reason.DEACTIVATED
    return Reason.BLOCKED if "blocked" in lowered else Reason.KICKED


def render(screen: Screen, texts: Texts) -> str:
    """The lines as one message; whole lines are left out at the end rather than mark-up cut."""
    kept = _fitting(screen, texts)
    return "\n".join(kept if len(kept) == len(screen.lines) else (*kept, "…"))


def is_shortened(screen: Screen, texts: Texts) -> bool:
    """Whether one message does not hold all of it."""
    return len(_fitting(screen, texts)) < len(screen.lines)


def _fitting(screen: Screen, texts: Texts) -> list[str]:
    kept: list[str] = []
    room = LONGEST - 2
    for line in screen.lines:
        text = texts.html(line)
        room -= len(text.encode("utf-16-le")) // 2 + 1
        if room < 0:
            break
        kept.append(text)
    return kept


async def _written(screen: Screen, texts: Texts, packer: Packer) -> Message:
    """What sendMessage and editMessageText take in common."""
    message: Message = {
        "text": render(screen, texts),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if screen.rows:
        message["reply_markup"] = {"inline_keyboard": await _keyboard(screen.rows, texts, packer)}
    return message


async def _keyboard(rows: Rows, texts: Texts, packer: Packer) -> list[Json]:
    return [[await _button(button, texts, packer) for button in row] for row in rows]


async def _button(button: Button, texts: Texts, packer: Packer) -> Json:
    label = texts.label(button.label)
    match button.press:
        case Link():
            return {"text": label, "url": button.press.url}
        case Copy():
            return {"text": label, "copy_text": {"text": button.press.text}}
        case _:
            return {"text": label, "callback_data": await packer.pack(button.press)}


async def _once(call: Callable[[], Awaitable[int]], *, repeatable: bool) -> int:
    return await call()


async def _quietly(work: Coroutine[Any, Any, object], what: str) -> None:
    try:
        await work
    except (TelegramError, Undeliverable, DatabaseUnavailable) as error:
        log.debug("beside", what=what, error=type(error).__name__)
    except Exception:
        log.exception("beside", what=what)


def caption_of(file: File, texts: Texts) -> str:
    """A file's caption: whole lines, as many as Telegram takes."""
    caption = texts.html(file.caption)[:LONGEST_CAPTION]
    for line in file.more:
        longer = f"{caption}\n{texts.html(line)}"
        if len(longer) > LONGEST_CAPTION:
            break
        caption = longer
    return caption


def popup_text(text: Say, texts: Texts) -> str:
    """A popup's text: plain, at most 200 characters."""
    return texts.plain(text)[:200]
