"""One wrapper around every callback: entitled? refusal -> words; fault -> log and apology.

Refusals are expected and become a screen; an unavailable portal becomes "nothing was changed" with a retry; anything
else is a bug: it is logged under a reference that the person is shown too.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.chat.buttons import Payload
from bot.chat.context import Ctx
from bot.chat.feature import Feature, Needs
from bot.chat.navigation import Go, menu_row
from bot.chat.screen import Ask, Button, Outcome, Screen
from bot.chat.text import say
from portal.errors import ClientRefused, OutcomeUnknown, PortalError, Rejected, Unavailable
from services.errors import NotConnected, NotEntitled, Refusal
from storage.engine import DatabaseUnavailable

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Doorway:
    """Where somebody is led who is not connected: a feature's step that takes the activation link."""

    feature: str
    step: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One callback about to run.

    `retry`: the command that would ask for the same again, if there is one. `look`: the button that was tapped, when
    tapping it again does no harm. `account`: the tag of the account that a
    button or question is about, when that need not be the one that is looked at.
    """

    feature: Feature
    needs: Needs
    run: Callable[[], Awaitable[Outcome]]
    retry: str | None = None
    step: str | None = None
    account: str | None = None
    look: Payload | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome and the feature that owns the dialog from here on."""

    outcome: Outcome
    feature: str


async def guarded(ctx: Ctx, attempt: Attempt, doorway: Doorway) -> Verdict:
    """Run the callback if the person is entitled; whatever happens, there is something to show."""
    try:
        await _check(ctx, attempt)
        return Verdict(await attempt.run(), attempt.feature.name)
    except NotConnected as refusal:
        before = ctx.visit.dialog  # a PIN that was asked for may still be typed
        state = dict(before.state) if before.feature == doorway.feature else {}
        if attempt.retry:
            state["resume"] = attempt.retry
        return Verdict(Ask(_refused(refusal), doorway.step, state), doorway.feature)
    except Refusal as refusal:
        own = attempt.feature.refused(ctx, refusal) if attempt.feature.refused else None
        return Verdict(own or _keeping(ctx, attempt, _refused(refusal)), attempt.feature.name)
    except PortalError as error:
        log.warning("portal", error=type(error).__name__, why=str(error), feature=attempt.feature.name)
        return Verdict(_keeping(ctx, attempt, _outage(error, attempt)), attempt.feature.name)
    except DatabaseUnavailable:
        raise  # nothing could be stored, nothing happened: the whole turn is done again
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("fault", reference=reference, feature=attempt.feature.name)
        return Verdict(_keeping(ctx, attempt, apology(reference)), attempt.feature.name)


def apology(reference: str) -> Screen:
    """What a person reads after a bug."""
    return Screen((say("fault-bug", reference=reference),), (menu_row(),))


async def _check(ctx: Ctx, attempt: Attempt) -> None:
    """The role that counts is the one in the account that is asked about, and that one is in use."""
    if not attempt.needs.connected:
        return
    connection = ctx.connection_of(attempt.account) if attempt.account else ctx.connection
    if not attempt.needs.is_met_by(connection.account.roles):
        raise NotEntitled
    await ctx.services.connecting.used(connection)


def _refused(refusal: Refusal) -> Screen:
    return Screen((say(refusal.key, **facts_of(refusal)),), (menu_row(),))


def facts_of(refusal: Refusal) -> dict[str, int | str]:
    """A refusal's facts as texts take them."""
    return {name: value for name, value in refusal.facts().items() if isinstance(value, int | str)}


def _outage(error: PortalError, attempt: Attempt) -> Screen:
    match error:
        case OutcomeUnknown():
            key = "fault-outcome-unknown"
        case ClientRefused():
            key = "fault-portal-refused"
        case Unavailable():
            key = "fault-portal-unavailable"
        case Rejected():
            key = "fault-portal-rejected"
        case _:
            key = "fault-portal-unavailable"
    same = attempt.look or (Go(attempt.retry) if attempt.retry else None)
    again = ((Button(say("button-retry"), same),),) if same else ()
    return Screen((say(key),), (*again, menu_row()))


def _keeping(ctx: Ctx, attempt: Attempt, shown: Screen) -> Outcome:
    """A question stays open through a refusal or an outage: the person only answers again."""
    return Ask(shown, attempt.step, ctx.state) if attempt.step else shown
