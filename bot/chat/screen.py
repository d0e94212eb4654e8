"""What a handler answers with: texts by key, buttons by meaning. Nothing here knows how it is sent."""

from dataclasses import dataclass, field
from typing import IO

from bot.chat.buttons import Payload
from bot.chat.text import Say, say
from storage.actions import Action


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens an address."""

    url: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A button that copies a text to the clipboard (1-256 characters)."""

    text: str


@dataclass(frozen=True, slots=True)
class Button:
    """A label and what pressing it means."""

    label: Say
    press: Payload | Link | Copy


@dataclass(frozen=True, slots=True)
class File:
    """A file to send beside the screen. `name` is ours or cleaned; `content` is closed by whoever opened it."""

    name: str
    content: IO[bytes]
    caption: Say


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """Lines of text and rows of buttons. After a tap it replaces the tapped message, else it is a new one."""

    lines: tuple[Say, ...]
    rows: Rows = ()
    fresh: bool = False  # a new message even after a tap
    stays: bool = False  # its message stays as it is (a receipt, a notice): what its buttons open is a new message
    action: Action | None = None  # the change that it shows, as it was then: its message is edited when that goes on


@dataclass(frozen=True, slots=True)
class Ask:
    """A screen with an open question: what is typed next goes to `step` of this feature, with `state`."""

    screen: Screen | None
    step: str
    state: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Go on with another command, as if the person had typed it (`/` is left out)."""

    command: str


@dataclass(frozen=True, slots=True)
class Stay:
    """The dialog stays as it is; the popup or file was the answer."""


Outcome = Screen | Ask | Elsewhere | Stay


def screen(*lines: Say, rows: Rows = (), fresh: bool = False) -> Screen:
    """A screen from lines in reading order."""
    return Screen(lines, rows, fresh)


BLANK = say("blank")
