"""The seam through which notices leave: the chat adapter implements it, a test may too."""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from notifications.reasons import Reason
from storage.notices import Notice


class Fate(Enum):
    """What became of one attempt to send."""

    SENT = "sent"
    NOT_SENT = "not sent"  # surely not: may be repeated
    UNKNOWN = "unknown"  # written, answer lost: it may be there already
    DEAD = "dead"  # will never work, this chat or this message


class Delivery(NamedTuple):
    """The outcome of one attempt.

    `more`: this message arrived and others of the same notices follow (files). `retry_after`: seconds that Telegram
    wants this chat left alone. `moved_to`: the chat's new id. `detail` is for the log.
    """

    fate: Fate
    reason: Reason | None = None
    message_id: int | None = None
    retry_after: float | None = None
    more: bool = False
    moved_to: int | None = None
    detail: str = ""


class Sender(Protocol):
    """Sends to chats. Never raises for what Telegram says."""

    async def send(self, batch: Sequence[Notice]) -> Delivery:
        """Send one message: the one after the `parts_sent` that are out already (0: the text; then the files).

        All of the batch are for one chat and topic because of one subscription (`subscription`, read a moment ago), or
        it is a single one with facts of its own. They are told in one message. With `more` it is called again, with
        `parts_sent` one higher; after a crash too, and then with the same notices.
        """
        ...
