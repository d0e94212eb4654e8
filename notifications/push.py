"""The seam through which pushed events come in: the web hands over what was received, whoever verifies answers."""

from collections.abc import Mapping
from enum import Enum
from typing import Protocol

EVENTS_PATH = "/portal/events"  # at the bot's address


class Receipt(Enum):
    """What became of one pushed request."""

    TAKEN = "taken"  # it is durable, or was already
    MALFORMED = "malformed"
    UNVERIFIED = "unverified"  # nobody we know has signed it, or not lately
    CONFLICT = "conflict"  # the same id with another content
    TOO_BIG = "too big"


class PortalEvents(Protocol):
    """Takes what the portal pushes."""

    async def receive(self, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Verify the signature over the raw body, then make the event durable; header names are in lower case.

        An unverified request costs no database. DatabaseUnavailable: nothing was stored, and it is pushed again.
        """
