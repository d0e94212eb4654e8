"""The seam through which notices leave: the chat adapter implements it, a test may too."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from storage.notices import Notice


class Fate(Enum):
    """What became of one attempt to send."""

    SENT = "sent"
    NOT_SENT = "not sent"  # surely not: may be repeated
    UNKNOWN = "unknown"  # written, answer lost: it may be there already
    DEAD = "dead"  # will never work for this chat


@dataclass(frozen=True, slots=True)
class Delivery:
    """The outcome of one attempt. `retry_after`: seconds that Telegram wants this chat left alone."""

    fate: Fate
    reason: str = ""
    message_id: int | None = None
    retry_after: float | None = None


class Sender(Protocol):
    """Sends one notice to its chat. Never raises for what Telegram says."""

    async def send(self, notice: Notice) -> Delivery: ...
