"""Why a notice waits, was left out or is dead: stable codes that are stored with it and for which there are words."""

from enum import StrEnum

from storage import connections


class Reason(StrEnum):
    """The value is stored, and part of a key in the catalogues."""

    # it waits
    QUIET = "quiet"  # quiet hours
    DIGEST = "digest"
    MUTED = "muted"
    BUSY = "busy"  # Telegram wants this chat left alone for a while
    TELEGRAM = "telegram"  # Telegram was not reached, or could not
    PORTAL = "portal"  # the portal could not be asked whether the right still holds, or had no file
    MAIL = "mail"  # the mail server was not reached, or could not
    LOST_ANSWER = "lost-answer"  # it may have arrived; it goes once more, and then it is left at that

    # it was left out
    AMOUNT = "amount"
    CONTRACT = "contract"
    SITE = "site"
    COST_CENTRE = "cost-centre"
    NO_FILE = "no-file"
    OFF = "off"  # switched off, or this kind is no longer wished for

    # it can't go
    BLOCKED = "blocked"  # the bot is blocked: tried again once a day, and when the person comes back
    DEACTIVATED = "deactivated"  # the person's account is gone
    KICKED = "kicked"  # the bot was thrown out of the group or channel
    NOT_FOUND = "not-found"  # there is no such chat
    DISCONNECTED = connections.DISCONNECTED  # the connection by whose right it was told has ended
    NOT_ENTITLED = "not-entitled"  # the role is no longer enough
    REFUSED = "refused"  # Telegram or the mail server will never take this message
    NO_WORDS = "no-words"  # nobody knows how to tell it
    UNREADABLE = "unreadable"  # its cell does not open
    TOO_LATE = "too-late"  # it was tried for three days


CLOSED = frozenset({Reason.BLOCKED, Reason.DEACTIVATED, Reason.KICKED, Reason.NOT_FOUND})  # nobody is told there
