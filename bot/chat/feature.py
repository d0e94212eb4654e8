"""Feature: the table that each handler module exports, and the router that reads all the tables.

A feature declares its commands, taps, steps and words, and for each who may use it. Nothing in a handler asks "is
somebody connected?": the guard has read it here.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.chat.buttons import Look
from bot.chat.noticing import Brief
from bot.chat.screen import Outcome, Screen
from services.errors import Refusal

if TYPE_CHECKING:
    from bot.chat.context import Ctx

Entry = Callable[["Ctx"], Awaitable[Outcome]]
L = TypeVar("L", bound=Look)


@dataclass(frozen=True, slots=True)
class Needs:
    """Who may: `connected` to an account, with one of `roles` (empty: any role)."""

    connected: bool = True
    roles: frozenset[str] = frozenset()

    def is_met_by(self, roles: Sequence[str]) -> bool:
        """Whether an account with these roles is entitled."""
        return not self.roles or not self.roles.isdisjoint(roles)


ANYBODY = Needs(connected=False)
CONNECTED = Needs()
INVOICES = Needs(roles=frozenset({"portalAdmin", "accounting"}))
PBX = Needs(roles=frozenset({"portalAdmin", "pbxAdmin"}))
ADMIN = Needs(roles=frozenset({"portalAdmin"}))


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command: its German and English name. `listed`: shown in Telegram's command menu and in /hilfe.

    What it does is `command-<german name>` in the catalogue.
    """

    german: str
    english: str
    entry: Entry
    needs: Needs = CONNECTED
    listed: bool = True


class Tap:
    """A button's payload class and its handler, who gets exactly that class; the table holds them as one type."""

    __slots__ = ("needs", "payload", "press")

    def __init__(
        self, payload: type[L], press: Callable[["Ctx", L], Awaitable[Outcome]], needs: Needs = CONNECTED
    ) -> None:
        async def pressed(ctx: "Ctx", button: Look) -> Outcome:
            if not isinstance(button, payload):
                raise TypeError(f"{type(button).__name__} is not the payload of this tap")
            return await press(ctx, button)

        self.payload: type[Look] = payload
        self.press: Callable[[Ctx, Look], Awaitable[Outcome]] = pressed
        self.needs = needs


@dataclass(frozen=True, slots=True)
class Step:
    """A question: what is typed after `Ask(step=name)` comes here. `secret`: it may not stay readable in the chat."""

    name: str
    answer: Entry
    needs: Needs = ANYBODY
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Free text that means this feature when no question is open; `pattern` searches the lower-cased text."""

    pattern: re.Pattern[str]
    entry: Entry
    needs: Needs = CONNECTED


@dataclass(frozen=True, slots=True)
class Telling:
    """A kind of notice and the screen that tells it, from the facts that were stored with it.

    `brief`: its line in a message that tells several. What a subscription is told has one; its facts also have `kind`,
    `account` (the tag for buttons) and `amounts_hidden`.
    """

    kind: str
    tell: Callable[[Mapping[str, object]], Screen]
    brief: Callable[[Mapping[str, object]], Brief] | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature = one handler module = one row in `handlers.FEATURES`.

    `refused` may answer a refusal of this feature in its own way (None: the usual words).
    """

    name: str
    commands: tuple[Command, ...] = ()
    taps: tuple[Tap, ...] = ()
    steps: tuple[Step, ...] = ()
    words: tuple[Words, ...] = ()
    tellings: tuple[Telling, ...] = ()
    refused: Callable[["Ctx", Refusal], Outcome | None] | None = None


class Router:
    """Finds the row that an update is about."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.features = tuple(features)
        self._commands = {name: c for f in features for c in f.commands for name in (c.german, c.english)}
        self._taps = {(t.payload.feature, t.payload.verb): t for f in features for t in f.taps}
        self._steps = {(f.name, s.name): s for f in features for s in f.steps}
        self._words = [w for f in features for w in f.words]
        self._tellings = {t.kind: t for f in features for t in f.tellings}
        self._owners: dict[int, Feature] = {
            id(row): f for f in features for row in (*f.commands, *f.taps, *f.steps, *f.words)
        }

    def command(self, name: str) -> Command | None:
        """The command of this name, in either language."""
        return self._commands.get(name.lower())

    def tap(self, feature: str, verb: str) -> Tap | None:
        """The tap of this verb; None for a button that a deploy removed or that was never ours."""
        return self._taps.get((feature, verb))

    def step(self, feature: str | None, name: str | None) -> Step | None:
        """The step of this name; None when a deploy removed it."""
        return self._steps.get((feature or "", name or ""))

    def words(self, text: str) -> Words | None:
        """The feature that free text is about."""
        lowered = text.lower()
        return next((w for w in self._words if w.pattern.search(lowered)), None)

    def telling(self, kind: str) -> Telling | None:
        """How a kind of notice is told."""
        return self._tellings.get(kind)

    def owner(self, row: Command | Tap | Step | Words) -> Feature:
        """The feature that a row belongs to."""
        return self._owners[id(row)]

    @property
    def commands(self) -> list[Command]:
        """Every command once, in the order of the table of contents."""
        return [c for f in self.features for c in f.commands]
