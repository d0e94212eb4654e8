"""What the screens about notices share."""

from bot.chat.text import Say, say
from portal.models import Money
from services.subscriptions import Wish


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
