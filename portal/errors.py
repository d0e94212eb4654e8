"""What can go wrong at the portal, as the rest of the product sees it.

    PortalError
     +- Unavailable            no usable answer, and nothing was changed: ask again later
     |   +- BadAnswer          an answer that is no answer: HTML, garbage, too big, too deep, cut off
     |   +- ClientRefused      the portal does not accept the bot's own credentials (an operator's mistake)
     +- OutcomeUnknown         a change was written and its answer lost: ask the portal what became of it
     +- Rejected               the portal understood and said no (400, 409, 412, 422, 428), and why
     +- NotAllowed             this account may not do that (403)
     +- NotFound               no such thing for this customer (404, 410)
     +- StepUpRequired         the portal wants a fresh PIN for exactly this request (RFC 9470)
     +- TokenExpired           the access token is not accepted: refresh once and repeat
     +- SignedOut              the grant is dead: the customer has to connect again
     +- ChallengeRefused       how connecting with activation link and PIN can end early
         +- LinkInvalid        unknown, used or expired activation link: one answer for all three
         +- PinWrong           wrong PIN, with the tries that are left
         +- PinExpired         too late, superseded by a newer PIN, or already used
         +- PinLocked          the tries are used up; the challenge is dead, and its activation link with it
         +- PinRateLimited     too many PINs asked for; when the next may be asked for
         +- UseWeb             not in the chat: the portal's own pages have to be used
         +- SmsUnavailable     the PIN could not be sent; nothing was spent

The wire's two outcomes (`portal.wire.NotSent` and `portal.wire.Lost`) become `Unavailable`, except that a *change*
whose request may have been read by the portal becomes `OutcomeUnknown`. No message carries an address, a body or a
token.
"""

from dataclasses import dataclass


class PortalError(Exception):
    """The portal did not do what was asked."""


class Unavailable(PortalError):
    """No usable answer, and nothing was changed."""

    def __init__(self, why: str = "no answer", *, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.retry_after = retry_after


class BadAnswer(Unavailable):
    """An answer came that does not keep the contract."""


def is_silent(error: PortalError) -> bool:
    """Whether the portal gave no answer, which may come yet."""
    return isinstance(error, Unavailable) and not isinstance(error, BadAnswer)


class Failures:
    """Of a round over many customers: one that fails is one customer's matter, so many in a row are an outage."""

    IN_A_ROW = 5

    def __init__(self) -> None:
        self._in_a_row = 0

    def none(self) -> None:
        """It went well."""
        self._in_a_row = 0

    def are_an_outage(self, error: PortalError) -> bool:
        """Whether, with this one, the round had better end."""
        self._in_a_row = self._in_a_row + 1 if is_silent(error) else 0
        return self._in_a_row >= self.IN_A_ROW


class ClientRefused(Unavailable):
    """The portal does not accept the bot's client id and secret."""


class OutcomeUnknown(PortalError):
    """A change was written to the portal and its answer was lost."""


class Rejected(PortalError):
    """The portal understood the request and refused it.

    `code` is for programs, `reason` a sentence for people, `message` the particulars (such as the names it is about).
    """

    def __init__(self, status: int, code: str, reason: str, message: str = "") -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.reason = reason
        self.message = message


class NotAllowed(PortalError):
    """This account may not do that."""


class NotFound(PortalError):
    """There is no such thing for this customer."""


@dataclass(frozen=True, slots=True)
class StepUpDemand:
    """What the portal wants to see before it does the thing."""

    acr_values: str
    max_age: int | None
    scope: str | None


class StepUpRequired(PortalError):
    """The portal wants a fresh PIN for exactly this request."""

    def __init__(self, demand: StepUpDemand) -> None:
        super().__init__("step-up required")
        self.demand = demand


class TokenExpired(PortalError):
    """The access token is not accepted; a refresh may help."""


class SignedOut(PortalError):
    """The grant is dead; the customer has to connect again."""


class ChallengeRefused(PortalError):
    """Connecting (or stepping up) ended before a PIN was accepted."""


class LinkInvalid(ChallengeRefused):
    """The activation link is unknown, used or expired."""


class PinWrong(ChallengeRefused):
    """The PIN was wrong."""

    def __init__(self, attempts_left: int) -> None:
        super().__init__(f"{attempts_left} attempts left")
        self.attempts_left = attempts_left


class PinExpired(ChallengeRefused):
    """The PIN came too late, was superseded or already used."""


class PinLocked(ChallengeRefused):
    """The tries are used up; the challenge is dead, and its activation link with it."""


class PinRateLimited(ChallengeRefused):
    """Too many PINs were asked for."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"again in {retry_after:.0f} s")
        self.retry_after = retry_after


class UseWeb(ChallengeRefused):
    """This cannot be done in the chat; the portal's own pages can."""


class SmsUnavailable(ChallengeRefused):
    """The PIN could not be sent; nothing was spent."""
