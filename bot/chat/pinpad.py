"""A PIN asked for in the chat: typed (and deleted at once), or on keys under random names, of which nothing stays.

Connecting and confirming a change ask in the same way; each has its own payloads, with its feature's name in them.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from bot.chat.buttons import Look, Payload
from bot.chat.context import Ctx
from bot.chat.screen import Ask, Button, Outcome, Rows, Screen, Stay, screen
from bot.chat.text import Say, say

STEP = "pin"
_PIN = re.compile(r"\s*(\d[\s-]?){4,10}\s*", re.ASCII)
_DIGITS = "123456789"
_USUAL_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Keypad(Look):
    """Show keys instead of typing."""

    verb: ClassVar[str] = "keypad"


@dataclass(frozen=True, slots=True)
class Key(Look):
    """A key under a random name; which digit it stands for is known here only."""

    verb: ClassVar[str] = "key"
    pops: ClassVar[bool] = True
    key: str


@dataclass(frozen=True, slots=True)
class PinPad:
    """A feature's buttons around a PIN: keys, another PIN, giving up; and others of its own."""

    keypad: Payload
    key: type[Key]
    again: Payload
    cancel: Payload
    more: Rows = ()

    def ask(self, lines: tuple[Say, ...], state: Mapping[str, object], *, sent: Say | None = None) -> Ask:
        """Ask for the PIN; `sent` is the label for having one sent when none was sent yet."""
        rows: list[tuple[Button, ...]] = [] if sent else [(Button(say("pin-button-keypad"), self.keypad),)]
        rows += self.more
        rows.append((Button(sent or say("pin-button-again"), self.again), self._give_up()))
        return Ask(Screen(lines, tuple(rows)), STEP, {**state, "typed": "", "keys": {}})

    def keys(self, state: Mapping[str, object]) -> Ask:
        """Keys instead of typing: nothing of the PIN ever stands in the chat."""
        names: dict[str, object] = {secrets.token_hex(4): digit for digit in (*_DIGITS, "0", "back", "ok")}
        labels = {"back": say("pin-key-back"), "ok": say("pin-key-ok")}
        keys = [Button(labels.get(str(m)) or say("pin-key", digit=str(m)), self.key(n)) for n, m in names.items()]
        nine, (zero, back, ok) = keys[:9], keys[9:]
        rows: Rows = (
            *(tuple(nine[i : i + 3]) for i in (0, 3, 6)),
            (back, zero, ok),
            (Button(say("pin-button-again"), self.again), self._give_up()),
        )
        return Ask(screen(say("pin-keypad"), rows=rows), STEP, {**state, "keys": names, "typed": ""})

    def _give_up(self) -> Button:
        return Button(say("pin-button-cancel"), self.cancel)


async def pressed(ctx: Ctx, button: Key) -> str | Outcome:
    """A key: the popup shows how many there are; with the last digit the PIN as a whole."""
    keys, length = ctx.state.get("keys"), _length(ctx.state)
    meaning = keys.get(button.key) if isinstance(keys, Mapping) else None
    if meaning is None:
        await ctx.hands.popup(say("refusal-button-spent"), alert=True)
        return Stay()
    typed = str(ctx.state.get("typed", ""))
    typed = typed[:-1] if meaning == "back" else typed if meaning == "ok" else typed + str(meaning)
    if len(typed) >= length:
        await ctx.hands.finish()
        return typed
    await ctx.hands.popup(say("pin-dots", dots="●" * len(typed) + "○" * (length - len(typed))))
    return Ask(None, STEP, {**ctx.state, "typed": typed})


def typed_pin(ctx: Ctx) -> str | None:
    """The digits of what was typed; None when that is no PIN of the length that is asked for."""
    text = ctx.heard.text or ""
    typed = re.sub(r"[\s-]", "", text) if _PIN.fullmatch(text) else ""
    return typed if len(typed) == _length(ctx.state) else None


def not_a_pin(state: Mapping[str, object]) -> Say:
    """Said about anything else."""
    return say("pin-not-a-pin", digits=_length(state))


def _length(state: Mapping[str, object]) -> int:
    found = state.get("length")
    return found if isinstance(found, int) else _USUAL_LENGTH
