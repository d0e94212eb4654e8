"""Buttons that every screen has: back and menu; and the button that runs a command."""

from dataclasses import dataclass
from typing import ClassVar

from bot.chat.buttons import Look, Payload
from bot.chat.screen import Button
from bot.chat.text import say

MENU = "menue"
INVITED = "eingeladen"


@dataclass(frozen=True, slots=True)
class Go(Look):
    """Run a command, as if it had been typed, but in place."""

    feature: ClassVar[str] = "go"
    verb: ClassVar[str] = "to"
    command: str


def menu_row(back: Payload | None = None) -> tuple[Button, ...]:
    """The last row of a screen: the way back (if there is one) and the menu."""
    menu = Button(say("button-menu"), Go(MENU))
    return (Button(say("button-back"), back), menu) if back is not None else (menu,)
