"""What the screens about notices share."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bot.chat.doors import InvitedTo, StopInvited
from bot.chat.screen import Button
from bot.chat.text import Name, Say, say
from portal.models import Money
from services.contracts import in_order
from services.inviting import SHAREABLE, Terms
from services.subscriptions import Wish


@dataclass(frozen=True, slots=True)
class Brief:
    """A notice among several in one message: its line, and the button that leads on."""

    line: Say
    button: Button | None


def narrowed(wish: Wish) -> tuple[Say, ...]:
    """What keeps some of them out, a line each."""
    found = wish.filters
    lines = []
    if found.sites:
        lines.append(say("notify-narrowed-sites", count=len(found.sites)))
    if found.cost_centres:
        names = Name(", ".join(sorted(found.cost_centres, key=in_order)))
        lines.append(say("notify-narrowed-centres", count=len(found.cost_centres), names=names))
    if found.amount_from is not None:
        lines.append(say("notify-narrowed-amount", amount=Money(found.amount_from, "EUR")))
    if found.only_with_file:
        lines.append(say("notify-narrowed-file"))
    return tuple(lines)


def delivered(wish: Wish) -> Say:
    """When they come."""
    return say("notify-when", rhythm=wish.rhythm.value, time=wish.at.isoformat("minutes"))


def quieted(wish: Wish) -> Say:
    """The hours in which none comes."""
    if wish.quiet is None:
        return say("notify-quiet-none")
    since, until = (each.isoformat("minutes") for each in (wish.quiet.since, wish.quiet.until))
    return say("notify-quiet", since=since, until=until)


def shared(terms: Terms) -> tuple[Say, ...]:
    """What an invitation shares: a line for each kind, and which sites it is about."""
    kinds = tuple(say("inviting-kind", kind=kind.value) for kind in SHAREABLE if kind in terms.bounds.kinds)
    return (*kinds, shared_sites(terms.places))


def shared_sites(names: Sequence[str]) -> Say:
    """Which sites an invitation is about; none: all of them."""
    return say("inviting-sites", count=len(names), names=Name(", ".join(names)))


def invited_row(subscription: UUID) -> tuple[Button, ...]:
    """What an invited subscriber can do under a notice: settle how it comes, or stop it."""
    return (
        Button(say("noticed-button-settings"), InvitedTo(subscription.hex)),
        Button(say("noticed-button-stop"), StopInvited(subscription.hex)),
    )


def yes(found: bool) -> str:
    """A truth as the catalogue's selectors have it."""
    return "yes" if found else "no"
