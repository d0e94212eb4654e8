"""What the screens about notices share."""

from dataclasses import dataclass

from bot.chat.screen import Button
from bot.chat.text import Say, say
from portal.models import Money
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
    if found.amount_from is not None:
        lines.append(say("notify-narrowed-amount", amount=Money(found.amount_from, "EUR")))
    if found.only_with_file:
        lines.append(say("notify-narrowed-file"))
    return tuple(lines)


def yes(found: bool) -> str:
    """A truth as the catalogue's selectors have it."""
    return "yes" if found else "no"
