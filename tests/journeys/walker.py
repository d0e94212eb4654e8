"""A person with endless patience: presses every button that looks, breadth first from the menu, and reads each screen.

Many of a kind (the third invoice, the fourth contract) lead to the same kind of screen: of each kind of button a screen
has, only the first and the last are pressed, and what a button carries is tried once, wherever it stands. Buttons that
act are left alone.
"""

import re
from collections import Counter, deque
from dataclasses import dataclass, field

from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import Button, Message, as_read
from tests.journeys.words import Words

ALIKE = 1  # how many buttons of one kind are pressed on one screen, beside the last of them
ACTS = "!"
STEPS = {  # each line, condition, target, moment, invoice and contract has its own
    "diversions:w", "diversions:i", "diversions:t", "diversions:r", "ringing:at", "ringing:now", "ringing:picture",
    "planning:line", "planning:to", "planning:toggle", "planning:case",
    "costs:diff", "costs:bars", "paying:code", "paying:due", "contracts:ics",
}  # fmt: skip
SETTINGS = re.compile(  # what they set changes the screens that were seen already
    r"language:choose|notify:(?:begin|kind|stop|mute)|(?:notify:(?:when|quiet|how)|narrow:to):[^:]*:[a-z]|narrow:this:"
    r"|planning:(?:state|case|weekender):|inviting:choose:[^:]*:(?!1:0:0$)"
)
LAST = "planning:save"  # what is saved is told on the drafts that were seen already: one is saved when all were seen
MOST_STEPS = 2  # that are pressed of each of these kinds, wherever they stand


@dataclass(frozen=True, slots=True)
class Seen:
    """A screen, and the labels that lead to it from the menu."""

    message: Message
    path: tuple[str, ...]


@dataclass(slots=True)
class Walk:
    """Everything that was found."""

    screens: list[Seen] = field(default_factory=list)
    files: list[tuple[str, ...]] = field(default_factory=list)

    def texts(self) -> list[str]:
        """What stands on the screens."""
        return [as_read(seen.message.text) for seen in self.screens]


class Walker:
    """One walk through the chat."""

    def __init__(self, person: Person, words: Words) -> None:
        self._person = person
        self._words = words
        self._found = Walk()
        self._known: set[tuple[str, tuple[str, ...]]] = set()
        self._pressed: set[str | None] = set()
        self._here: Message | None = None
        self._steps: Counter[str] = Counter()
        self._waiting: deque[Seen] = deque()
        self._last: tuple[Seen, Button] | None = None

    async def walk(self) -> Walk:
        """From the menu to the last screen."""
        self._note(Seen(await self._menu(), ()))
        while self._waiting:
            seen = self._waiting.popleft()
            for button in _worth_pressing(seen.message):
                if (button.data or "").startswith(LAST):
                    self._last = self._last or (seen, button)
                elif button.data not in self._pressed and not self._is_enough(button.data or ""):
                    self._pressed.add(button.data)
                    await self._follow(seen, button)
            if not self._waiting and self._last is not None and LAST not in self._pressed:
                self._pressed.add(LAST)
                await self._follow(*self._last)
        return self._found

    async def _follow(self, seen: Seen, button: Button) -> None:
        await self._stand_on(seen)
        after = await self._press(button)
        if after is None:
            self._found.files.append((*seen.path, button.label))
        else:
            self._note(Seen(after, (*seen.path, button.label)))

    def _is_enough(self, data: str) -> bool:
        kind = ":".join(data.split(":")[:2])
        self._steps[kind] += kind in STEPS
        return self._steps[kind] > MOST_STEPS

    def _note(self, seen: Seen) -> None:
        looks = _looks(seen.message)
        if looks not in self._known:
            self._known.add(looks)
            self._found.screens.append(seen)
            self._waiting.append(seen)

    async def _menu(self) -> Message:
        await self._person.send("/menue")
        self._here = await self._person.answer()
        return self._here

    async def _stand_on(self, seen: Seen) -> None:
        """Be on the screen: one back if that leads there, else all the way from the menu."""
        here = self._here
        if here is not None and _looks(here) == _looks(seen.message):
            return
        back = self._words.label("button-back")
        if here is not None and any(b.label == back for row in here.buttons for b in row):
            here = await self._press(here.button(back))
            if here is not None and _looks(here) == _looks(seen.message):
                return
        here = await self._menu()
        for label in seen.path:
            here = await self._press(here.button(label)) or here
        assert _looks(here) == _looks(seen.message), f"{seen.path} leads elsewhere now:\n{here.readable()}"

    async def _press(self, button: Button) -> Message | None:
        """The screen that comes, or None for a file or a picture. The driver fails when the tap is not answered."""
        here = self._here
        assert here is not None
        await self._person.tap(button.label, on=here)
        answer = await self._person.answer()
        if answer.document is not None or answer.photo is not None:
            return None
        assert answer.id == here.id, f"[{button.label}] did not edit its message\n{answer.readable()}"
        self._here = answer
        return answer


def _looks(message: Message) -> tuple[str, tuple[str, ...]]:
    return message.text, tuple(message.labels)


def _worth_pressing(message: Message) -> list[Button]:
    kinds: dict[str, list[Button]] = {}
    for row in message.buttons:
        for button in row:
            data = button.data or ""
            is_standing_still = " / " in button.label  # the page one is on
            if data.startswith(ACTS) or SETTINGS.match(data) or is_standing_still:
                continue
            kind = data if data.startswith("go:") else ":".join(data.split(":")[:2])
            kinds.setdefault(kind, []).append(button)
    return [button for alike in kinds.values() for button in (*alike[:ALIKE], *alike[ALIKE:][-1:])]
