"""Reading a world file: every mistake with the line it stands on."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from portal.server.world.model import World

Path = tuple[str | int, ...]
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
MISTAKES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Mistake:
    """Where in the document, and why."""

    path: Path
    reason: str


class WorldError(Exception):
    """The file cannot be used; `lines` says why, each with its line number."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Lines:
    """On which line of a JSON text each of its values stands. The text has been parsed before, so it is well-formed."""

    def __init__(self, text: str) -> None:
        self.of: dict[Path, int] = {(): 1}
        self.duplicates: list[Mistake] = []
        for path, line in _places(text):
            if path in self.of:
                self.duplicates.append(Mistake(path, f"“{path[-1]}” is given twice"))
            self.of[path] = line

    def line(self, path: Path) -> int:
        """The line of the value; of what contains it when it is missing."""
        while path not in self.of:
            path = path[:-1]
        return self.of[path]

    def error(self, mistakes: list[Mistake]) -> WorldError:
        found = sorted({(self.line(one.path), f"{_words(one.path)}{one.reason}") for one in mistakes})
        shown = [f"line {line}: {text}" for line, text in found[:MISTAKES_SHOWN]]
        if len(found) > MISTAKES_SHOWN:
            shown.append(f"and {len(found) - MISTAKES_SHOWN} more")
        return WorldError(shown)


def parse(text: str) -> tuple[World, Lines]:
    """The world and where its parts stand, or WorldError."""
    try:
        json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise WorldError([f"line {error.lineno}: not JSON: {error.msg} (column {error.colno})"]) from error
    except (RecursionError, ValueError) as error:
        raise WorldError([f"line 1: not usable as JSON: {error}"]) from error
    lines = Lines(text)
    if lines.duplicates:
        raise lines.error(lines.duplicates)
    try:
        return World.model_validate_json(text), lines
    except ValidationError as error:
        mistakes = [Mistake(_path(item["loc"]), item["msg"]) for item in error.errors(include_url=False)]
        raise lines.error(mistakes) from error


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number")


def _path(location: tuple[str | int, ...]) -> Path:
    return tuple(location)


def _words(path: Path) -> str:
    return ".".join(str(part) for part in path) + ": " if path else ""


@dataclass(slots=True)
class _Open:
    """An object or array that is being read."""

    path: Path
    is_object: bool
    key: str | None = None
    index: int = 0

    def next(self) -> Path:
        return (*self.path, self.key or "") if self.is_object else (*self.path, self.index)


def _places(text: str) -> Iterator[tuple[Path, int]]:
    stack: list[_Open] = []
    line, seen = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        piece = match.group()
        top = stack[-1] if stack else None
        if piece in "]}":
            stack.pop()
        elif piece == ",":
            if top is not None:
                top.key, top.index = None, top.index + 1
        elif piece == ":":
            continue
        elif top is not None and top.is_object and top.key is None:
            top.key = str(json.loads(piece))
        else:
            path = top.next() if top is not None else ()
            if path:
                yield path, line
            if piece in "[{":
                stack.append(_Open(path, piece == "{"))
