"""Reads settings by name from several sources and remembers every mistake, so that all are reported at once."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

EXAMPLE = Path(__file__).resolve().parents[1] / ".env.example"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One setting that can't be used, and why."""

    name: str
    reason: str

    def __str__(self) -> str:
        line = _line_in_example(self.name)
        return f"{self.name} {self.reason}" + (f"  ({EXAMPLE.name}:{line})" if line else "")


class BadSettings(Exception):
    """Everything that is wrong with the settings; its text is what the operator reads."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(["The settings can't be used:", *(f"  * {mistake}" for mistake in mistakes)]))
        self.mistakes = tuple(mistakes)


class NoValue(Exception):
    """Somebody asked for a setting that was a mistake; never leaves this package, because `finish` comes first."""


class Taken(Generic[T]):
    """A setting that was read: its value, or nothing when it was a mistake."""

    __slots__ = ("_found",)

    def __init__(self, *found: T) -> None:
        self._found = found

    @property
    def value(self) -> T:
        """The value; `NoValue` when there is none."""
        if not self._found:
            raise NoValue
        return self._found[0]


class Reader:
    """Takes settings from sources, the first of which wins; an empty value is an unset one."""

    def __init__(self, sources: Sequence[Mapping[str, str]], secret_names: frozenset[str]) -> None:
        self._sources = sources
        self._secret_names = secret_names
        self._known: set[str] = set()
        self._mistakes: list[Mistake] = []

    def take(self, name: str, parse: Callable[[str], T], default: str | Callable[[], str] | None = None) -> Taken[T]:
        """The value under this name; without a default its absence is a mistake."""
        self._known.add(name)
        try:
            text = self._text(name) or (default() if callable(default) else default)
            if text is None:
                raise ValueError("is missing")
            return Taken(parse(text))
        except NoValue:
            return Taken()
        except ValueError as mistake:
            self._mistakes.append(Mistake(name, str(mistake)))
            return Taken()

    def refuse(self, name: str, contradicts: Callable[[], bool], reason: str) -> None:
        """Report values that are right by themselves and wrong together."""
        try:
            if contradicts():
                self._mistakes.append(Mistake(name, reason))
        except NoValue:
            return

    def refuse_misspelt(self, names: Mapping[str, str]) -> None:
        """Report names that nobody takes but that look like one that is taken."""
        known = self._known | {f"{name}_FILE" for name in self._secret_names}
        for name in sorted(set(names) - known):
            if meant := difflib.get_close_matches(name, known, n=1, cutoff=0.8):
                self._mistakes.append(Mistake(name, f"is not a setting; {meant[0]} is"))

    def finish(self) -> None:
        """Raise what was collected."""
        if self._mistakes:
            raise BadSettings(self._mistakes)

    def _text(self, name: str) -> str | None:
        for source in self._sources:
            direct = source.get(name, "").strip()
            file = source.get(f"{name}_FILE", "").strip() if name in self._secret_names else ""
            if direct and file:
                raise ValueError(f"and {name}_FILE are both set")
            if direct or file:
                return direct or _content(file)
        return None


def _content(file: str) -> str:
    try:
        text = Path(file).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"can't be read from {file} ({type(error).__name__})") from None
    if not text:
        raise ValueError(f"is empty in {file}")
    return text


def _line_in_example(name: str) -> int | None:
    """Where the setting is explained; a deployed package may come without the file."""
    if not EXAMPLE.exists():
        return None
    lines = (line.lstrip("#").partition("=")[0] for line in EXAMPLE.read_text().splitlines())
    return next((number for number, found in enumerate(lines, start=1) if found == name), None)
