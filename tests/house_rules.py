"""The rules of this house, as small linters: each takes a parsed file and says what breaks it.

What ruff, mypy and import-linter can hold they hold; here is what they can't.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

LONGEST_MODULE = 400
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc", "manager"}
VAGUE_ENDINGS = ("Manager", "Helper", "Utils", "Util")
MOCKS = {"Mock", "MagicMock", "AsyncMock", "mocker", "create_autospec"}
RE_CALLS = {"compile", "match", "fullmatch", "search", "findall", "finditer", "sub", "split"}

Node = TypeVar("Node", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Found = Iterator[tuple[ast.AST | int, str]]


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The file, parsed."""
        return ast.parse(self.text, str(self.path))

    @cached_property
    def lines(self) -> list[str]:
        """The file, line by line."""
        return self.text.splitlines()

    @property
    def is_test(self) -> bool:
        """Whether the file belongs to the tests."""
        return self.path.parts[0] == "tests"

    @cached_property
    def _by_kind(self) -> dict[type[ast.AST], list[ast.AST]]:
        """Walked once, whatever is asked for."""
        found: dict[type[ast.AST], list[ast.AST]] = {}
        for node in ast.walk(self.tree):
            found.setdefault(type(node), []).append(node)
        return found

    def nodes(self, kind: type[Node]) -> Iterator[Node]:
        """Every node of this kind."""
        return (
            node
            for known, nodes in self._by_kind.items()
            if issubclass(known, kind)
            for node in nodes
            if isinstance(node, kind)
        )

    def functions(self) -> Iterator[Function]:
        """Every function and method."""
        yield from self.nodes(ast.FunctionDef)
        yield from self.nodes(ast.AsyncFunctionDef)

    def tests(self) -> Iterator[Function]:
        """Every test."""
        return (function for function in self.functions() if self.is_test and function.name.startswith("test_"))


def no_mocks(source: Source) -> Found:
    """Doubles stand at the wire: no unittest.mock, no pytest-mock, nothing of our own is patched."""
    for imported in source.nodes(ast.ImportFrom):
        if imported.module in ("unittest.mock", "unittest") or any(name.name in MOCKS for name in imported.names):
            yield imported, "imports a mock"
    for plain in source.nodes(ast.Import):
        if any(name.name.startswith(("unittest", "mock")) for name in plain.names):
            yield plain, "imports a mock"
    for call in source.nodes(ast.Call):
        if _name(call.func) in ("monkeypatch.setattr", "monkeypatch.setitem", "mocker.patch"):
            yield call, "patches code"


def no_sleep_in_tests(source: Source) -> Found:
    """A test waits for a condition, not for time to pass; a slow server's pace is excused by a comment behind it."""
    for call in source.nodes(ast.Call):
        gives_way = call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0
        excused = gives_way or "  # " in source.lines[call.lineno - 1]
        if source.is_test and _name(call.func).rpartition(".")[2] == "sleep" and not excused:
            yield call, "sleeps"


def nothing_unfinished(source: Source) -> Found:
    """Nothing is left to do in the code; what is open stands in an issue."""
    for number, line in enumerate(source.lines, start=1):
        if re.search(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|NotImplemented" r"Error)\b", line):
            yield number, "is unfinished"


def no_skipped_tests(source: Source) -> Found:
    """Every test runs everywhere."""
    for attribute in source.nodes(ast.Attribute):
        if _name(attribute) in ("pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.skip"):
            yield attribute, "skips a test"
        if _name(attribute) in ("pytest.importorskip", "pytest.xfail", "unittest.skip"):
            yield attribute, "skips a test"


def modules_fit_in_a_head(source: Source) -> Found:
    """One idea per module."""
    length = len(source.lines)
    if length > LONGEST_MODULE:
        yield length, f"has {length} lines; more than {LONGEST_MODULE} is more than one idea"


def modules_say_what_they_are(source: Source) -> Found:
    """Every module with code in it has a docstring."""
    if source.tree.body and not ast.get_docstring(source.tree):
        yield 1, "has no docstring"


def tests_state_their_property(source: Source) -> Found:
    """A test's docstring says in a sentence what holds."""
    for test in source.tests():
        if not ast.get_docstring(test):
            yield test, f"{test.name} has no docstring"


def docstrings_have_no_empty_params(source: Source) -> Found:
    """A docstring tells the contract; `:param x:` with nothing behind it tells nothing."""
    for function in source.functions():
        if re.search(r"^\s*:(param|return|raises)\b", ast.get_docstring(function) or "", re.MULTILINE):
            yield function, f"{function.name} lists parameters in its docstring"


def names_say_something(source: Source) -> Found:
    """No drawer for odds and ends."""
    if set(source.path.with_suffix("").parts) & VAGUE_NAMES:
        yield 1, "has a name that says nothing"
    for defined in source.nodes(ast.ClassDef):
        if defined.name.endswith(VAGUE_ENDINGS):
            yield defined, f"{defined.name} has a name that says nothing"


def types_are_not_talked_away(source: Source) -> Found:
    """No `cast`, and a `type: ignore` names what it ignores and why."""
    for imported in source.nodes(ast.ImportFrom):
        if imported.module == "typing" and any(name.name == "cast" for name in imported.names):
            yield imported, "imports cast"
    for number, line in enumerate(source.lines, start=1):
        ignored = re.search(r"#\s*type: ig" r"nore(?P<what>\[[a-z, -]+\])?(?P<why>.*)", line)
        # a library without types explains itself
        explained = ignored and (
            ignored["what"] == "[import-untyped]"
            or "#" in ignored["why"]
            or source.lines[number - 2].lstrip().startswith("#")
        )
        if ignored and not (ignored["what"] and explained):
            yield number, "ignores a type without saying which error and why"


def digits_are_ascii(source: Source) -> Found:
    """Arabic-Indic digits pass `isdigit()` and a Unicode pattern's digit class, and are no phone number or PIN."""
    if source.path.parts[0] in ("tests", "sandbox"):  # the sandbox reads as Telegram reads
        return
    for call in source.nodes(ast.Call):
        name = _name(call.func)
        is_ascii = "isascii()" in source.lines[call.lineno - 1]
        if name.rpartition(".")[2] in ("isdigit", "isnumeric", "isdecimal") and not is_ascii:
            yield call, "accepts digits of every script; use an ASCII pattern"
        if name in {f"re.{verb}" for verb in RE_CALLS} and _has_digit_class(call) and not _is_ascii_pattern(call):
            yield call, "matches digits of every script; write [0-9] or add re.ASCII"


def _has_digit_class(call: ast.Call) -> bool:
    texts = [node.value for arg in call.args[:1] for node in ast.walk(arg) if isinstance(node, ast.Constant)]
    return any(isinstance(text, str) and "\\d" in text for text in texts)


def _is_ascii_pattern(call: ast.Call) -> bool:
    given = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
    return any(_name(node) in ("re.ASCII", "re.A") for arg in given for node in ast.walk(arg))


def no_secret_in_the_code(source: Source) -> Found:
    """No token of Telegram's length and no private key stands in the product."""
    for number, line in enumerate(source.lines, start=1):
        if not source.is_test and re.search(r"[0-9]{8,10}:[A-Za-z0-9_-]{35}|BEGIN [A-Z ]*PRIVATE" r" KEY", line):
            yield number, "holds a secret"


RULES: tuple[Callable[[Source], Found], ...] = (
    no_mocks,
    no_sleep_in_tests,
    nothing_unfinished,
    no_skipped_tests,
    modules_fit_in_a_head,
    modules_say_what_they_are,
    tests_state_their_property,
    docstrings_have_no_empty_params,
    names_say_something,
    types_are_not_talked_away,
    digits_are_ascii,
    no_secret_in_the_code,
)


def asserting_names(sources: list[Source]) -> set[str]:
    """Names of functions of the tests that assert something themselves or by calling one that does."""
    bodies = [function for source in sources if source.is_test for function in source.functions()]
    known: set[str] = set()
    while grown := {function.name for function in bodies if _asserts(function, known)} - known:
        known |= grown
    return known


def _asserts(function: Function, known: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = _name(node.func)
            if name in ("pytest.raises", "pytest.fail", "expect") or name.rpartition(".")[2] in known:
                return True
    return False


def idle_tests(sources: list[Source]) -> Iterator[str]:
    """Tests that can't fail but by accident."""
    known = asserting_names(sources)
    for source in sources:
        for test in source.tests():
            if not _asserts(test, known - {test.name}):
                yield f"{source.path}:{test.lineno}: {test.name} asserts nothing"


def _name(node: ast.AST) -> str:
    """The dotted name of an expression, as far as it has one."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
