"""Chats and messages: one model for private chats now and for groups, topics and channels later."""

from collections import deque
from dataclasses import dataclass, field

from .entities.formatted import FormattedText
from .files import StoredFile
from .json_values import JsonObject

ACTION_SECONDS = 5.0


@dataclass(slots=True)
class Message:
    message_id: int
    sender_id: int
    by_bot: bool
    date: float
    content: FormattedText
    kind: str = "text"
    file: StoredFile | None = None
    contact: JsonObject | None = None
    markup: JsonObject | None = None
    has_reply_keyboard: bool = False
    reply_to: int | None = None
    forwarded_from: str | None = None
    thread_id: int | None = None
    edited: float | None = None
    silent: bool = False
    protected: bool = False
    link_preview: JsonObject | None = None
    pinned_message_id: int | None = None
    received: bool | None = None  # by the bot; None for what the bot wrote itself
    reactions: dict[int, list[JsonObject]] = field(default_factory=dict)
    version: int = 0

    def buttons(self) -> list[list[JsonObject]]:
        rows = self.markup.get("inline_keyboard") if self.markup else None
        return [[each for each in row if isinstance(each, dict)] for row in rows] if isinstance(rows, list) else []


@dataclass(slots=True)
class CallbackQuery:
    id: str
    person_id: int
    message_id: int
    label: str
    data: str
    at: float
    answered: JsonObject | None = None


@dataclass(slots=True)
class Chat:
    """`id` is what bots call it. A private chat belongs to one bot and one person; `members` are the people in it."""

    id: int
    type: str
    key: str
    bot_ids: set[int]
    members: set[int]
    title: str | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    started: bool = False
    blocked: bool = False
    start_parameter: str | None = None
    link_opened: bool = False
    keyboard: JsonObject | None = None
    force_reply: JsonObject | None = None
    action: tuple[str, float] | None = None
    pinned: list[int] = field(default_factory=list)
    topics: set[int] = field(default_factory=set)
    popups: deque[JsonObject] = field(default_factory=lambda: deque(maxlen=50))
    deleted: deque[JsonObject] = field(default_factory=lambda: deque(maxlen=200))

    @property
    def resource(self) -> str:
        return f"chat:{self.key}"

    def newest_first(self) -> list[Message]:
        return sorted(self.messages.values(), key=lambda each: each.message_id, reverse=True)

    def action_at(self, now: float) -> tuple[str, float] | None:
        return self.action if self.action and self.action[1] > now else None
