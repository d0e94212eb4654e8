"""Refusals: expected, with facts, and with words in the catalogue.

A class name is a text key: `PinWrong(attempts_left=2)` is told with `refusal-pin-wrong`. Bugs and outages are not here.
"""

import re
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Refusal(Exception):
    """Something was asked that can't be done, and the person is told why and what to do next."""

    @property
    def key(self) -> str:
        """The text key."""
        return "refusal-" + re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()

    def facts(self) -> dict[str, object]:
        """The facts that the words need."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True)
class NotConnected(Refusal):
    """The chat is not connected to any account."""


@dataclass(frozen=True)
class Disconnected(Refusal):
    """The connection ended at the portal; the person has to connect again."""


@dataclass(frozen=True)
class NotEntitled(Refusal):
    """The account's role does not include this."""


@dataclass(frozen=True)
class PrivateOnly(Refusal):
    """This works only in a private chat with the bot."""


@dataclass(frozen=True)
class Gone(Refusal):
    """The portal does not know the thing (any more)."""


@dataclass(frozen=True)
class LinkInvalid(Refusal):
    """The activation link is unknown, used or expired."""


@dataclass(frozen=True)
class InvitationOver(Refusal):
    """The invitation was used, has expired, or was withdrawn."""


@dataclass(frozen=True)
class InvitationNotNeeded(Refusal):
    """The person is connected to the company already, with a right of their own."""


@dataclass(frozen=True)
class PinWrong(Refusal):
    """The PIN was wrong."""

    attempts_left: int


@dataclass(frozen=True)
class PinExpired(Refusal):
    """The PIN came too late or was replaced by a newer one."""


@dataclass(frozen=True)
class PinLocked(Refusal):
    """Too many wrong PINs; the activation link is dead."""


@dataclass(frozen=True)
class PinRateLimited(Refusal):
    """Too many PINs were asked for."""

    minutes: int


@dataclass(frozen=True)
class SmsUnavailable(Refusal):
    """The SMS could not be sent."""


@dataclass(frozen=True)
class NoMailAddress(Refusal):
    """What was typed is no address, or the mail server knows none like it."""


@dataclass(frozen=True)
class MailCodeWrong(Refusal):
    """The code was wrong."""

    attempts_left: int


@dataclass(frozen=True)
class MailCodeExpired(Refusal):
    """The code came too late, was replaced by a newer one, or was wrong too often."""


@dataclass(frozen=True)
class MailRateLimited(Refusal):
    """Too many codes were asked for."""

    minutes: int


@dataclass(frozen=True)
class MailUnavailable(Refusal):
    """The mail could not be sent."""


@dataclass(frozen=True)
class UseWeb(Refusal):
    """The portal's web pages have to be used for this."""


@dataclass(frozen=True)
class AlreadyConnected(Refusal):
    """This person is connected to this account already."""


@dataclass(frozen=True)
class TapTooOld(Refusal):
    """The tap reached us more than five minutes ago and was not executed."""


@dataclass(frozen=True)
class ButtonSpent(Refusal):
    """The button was used before, is too old, or belongs to somebody else."""


@dataclass(frozen=True)
class FileTooBig(Refusal):
    """The file is larger than Telegram lets a bot send."""


@dataclass(frozen=True)
class NotPayable(Refusal):
    """The invoice has no payment code; `reason`: a `services.girocode.WhyNot`."""

    reason: str


@dataclass(frozen=True)
class TooLate(Refusal):
    """What was proposed was not confirmed in time, or what was done can't be undone any more."""


@dataclass(frozen=True)
class UndoneAlready(Refusal):
    """Somebody has taken this change back."""


@dataclass(frozen=True)
class NothingSent(Refusal):
    """The portal could not be reached before the change was sent: nothing was changed, and it may be tried again."""

    action: str


@dataclass(frozen=True)
class NotDivertable(Refusal):
    """Calls may not be diverted like that; `reason`: a code of `portal.dialling`, `services.diverting_targets` or
    `services.diverting_limits`."""

    reason: str
