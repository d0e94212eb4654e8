"""The catalogues as data: what each text needs, and what the code says, read from the files without running them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT / "bot" / "texts"


@dataclass(frozen=True, slots=True)
class Text:
    """One message of one language.

    Its variables, those that it shows in <code> and those that it shows outside, and by which it chooses among what.
    """

    key: str
    file: str
    variables: frozenset[str]
    references: frozenset[str]
    in_code: frozenset[str]
    outside_code: frozenset[str]
    choices: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Said:
    """One `say(...)` in the code: the keys it may mean (patterns for f-strings), and its facts with their classes."""

    place: str
    keys: tuple[str, ...]
    facts: dict[str, str]
    is_open: bool  # facts come from a dictionary too

    def means(self, key: str) -> bool:
        """Whether this may say the key; what stands somewhere in full is not meant by a pattern."""
        if re.escape(key) in said_in_full():
            return re.escape(key) in self.keys
        return any(re.fullmatch(pattern, key) for pattern in self.keys)


class _Reader(Visitor):
    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.references: set[str] = set()
        self.in_code: set[str] = set()
        self.outside: set[str] = set()
        self.choices: dict[str, tuple[str, ...]] = {}
        self._open = False

    def visit_TextElement(self, node: ftl.TextElement) -> None:
        """Text: follow whether <code> is open."""
        for tag in re.findall(r"</?code>", node.value):
            self._open = tag == "<code>"

    def visit_SelectExpression(self, node: ftl.SelectExpression) -> None:
        """The selector decides and is not shown; each variant starts where the selection stands."""
        if isinstance(node.selector, ftl.VariableReference):
            name = node.selector.id.name
            self.variables.add(name)
            self.choices[name] = (*self.choices.get(name, ()), *(_name_of(variant) for variant in node.variants))
        before = self._open
        for variant in node.variants:
            self._open = before
            self.visit(variant.value)
        self._open = before

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:
        """A fact that is shown."""
        self.variables.add(node.id.name)
        (self.in_code if self._open else self.outside).add(node.id.name)

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:
        """Another message, with the same facts."""
        self.references.add(node.id.name)


def _name_of(variant: ftl.Variant) -> str:
    return variant.key.name if isinstance(variant.key, ftl.Identifier) else str(variant.key.value)


@cache
def texts(language: str) -> dict[str, Text]:
    """Every message of a language; KeyError-free: a key that comes twice keeps its first place."""
    found: dict[str, Text] = {}
    for text in entries(language):
        found.setdefault(text.key, text)
    return found


def entries(language: str) -> Iterator[Text]:
    """Every message in the order of the files, repeated keys too; broken syntax fails."""
    for path in sorted(TEXTS.glob(f"{language}*.ftl")):
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            if isinstance(entry, ftl.Junk):
                raise AssertionError(f"{path.name}: {entry.content}")
            if isinstance(entry, ftl.Message):
                reader = _Reader()
                reader.visit(entry)
                yield Text(
                    entry.id.name,
                    path.name,
                    frozenset(reader.variables),
                    frozenset(reader.references),
                    frozenset(reader.in_code),
                    frozenset(reader.outside),
                    reader.choices,
                )


def choices(language: str, key: str) -> dict[str, tuple[str, ...]]:
    """By which facts a text and those it refers to choose, among what."""
    text = texts(language)[key]
    found = dict(text.choices)
    for reference in text.references:
        for name, names in choices(language, reference).items():
            found[name] = (*found.get(name, ()), *names)
    return found


def needed(language: str, key: str) -> frozenset[str]:
    """The facts a text needs, those of the messages it refers to among them."""
    text = texts(language)[key]
    return text.variables.union(*(needed(language, reference) for reference in text.references))


@cache
def said() -> tuple[Said, ...]:
    """Every `say(...)` of the product."""
    return tuple(one for path in _sources() for one in _said_in(path))


@cache
def said_in_full() -> frozenset[str]:
    """Every key and pattern that stands in a `say(...)`."""
    return frozenset(key for one in said() for key in one.keys)


@cache
def mentioned() -> frozenset[str]:
    """Every string constant of the product that could be a key."""
    constants = (node for path in _sources() for node in ast.walk(_tree(path)) if isinstance(node, ast.Constant))
    return frozenset(node.value for node in constants if isinstance(node.value, str))


def _sources() -> list[Path]:
    return [*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _said_in(path: Path) -> Iterator[Said]:
    tree = _tree(path)
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    scopes: list[ast.AST] = [*functions, tree]
    seen: set[int] = set()
    for scope in scopes:
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and _kind(node) == "say" and id(node) not in seen:
                seen.add(id(node))
                yield _one(path, scope, node)


def _one(path: Path, scope: ast.AST, call: ast.Call) -> Said:
    facts = {keyword.arg.replace("_", "-"): _kind(keyword.value) for keyword in call.keywords if keyword.arg}
    place = f"{path.relative_to(ROOT)}:{call.lineno}"
    is_open = any(keyword.arg is None for keyword in call.keywords)
    return Said(place, tuple(_keys(scope, call.args[0])), facts, is_open)


def _kind(value: ast.expr) -> str:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id
    return ""


def _keys(scope: ast.AST, node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(key)):
            yield re.escape(key)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _keys(scope, body)
            yield from _keys(scope, orelse)
        case ast.JoinedStr(values=values):
            yield "".join(re.escape(str(v.value)) if isinstance(v, ast.Constant) else "[a-z-]+" for v in values)
        case ast.Name(id=name):
            for assigned in _assigned(scope, name):
                yield from _keys(scope, assigned)
        case ast.Attribute(attr="key"):
            yield "refusal-[a-z-]+"
        case ast.Attribute(attr="heading"):
            yield "[a-z]+-heading"


def _assigned(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            yield node.value
