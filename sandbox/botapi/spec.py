"""Every request against the published, machine-readable Bot API specification: names, required, types, ranges.

What the server itself refuses in Telegram's words (an empty text, a callback_data that is too long) is left to it:
whoever reads the refusal wants Telegram's sentence, not ours. The file stays outside the repository.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

from ..errors import bad_request
from ..json_values import JsonObject, as_int, as_number

CHARACTERS = re.compile(r"(\d+)\s*-\s*(\d+) (characters|bytes)", re.IGNORECASE)
BETWEEN = re.compile(r"(?:[Vv]alues between |between |; |, )(\d+)(?:-| and )(\d+)(?! (?:characters|bytes))")
ITEMS = re.compile(r"(?:list of |include )(\d+)-(\d+) (?:identifiers|items|answer options|strings)")
CONSTANT = re.compile(r"(?:must be|always) [\"“]?([a-z_0-9]+)[\"”]?$")
ONE_OF = re.compile(r"[Mm]ust be one of ((?:[\"“][^\"”]+[\"”][^\"“.]*)+)")
QUOTED = re.compile(r"[\"“]([^\"”]+)[\"”]")

# Checked by the server itself, with Telegram's own sentence.
OWN_WORDS = frozenset({
    "text", "caption", "callback_data", "callback_query_id", "chat_id", "message_id", "photo", "document", "media",
    "url", "copy_text", "commands", "command", "description", "style", "action", "message_ids", "offset", "limit",
    "timeout", "language_code", "short_description", "name", "file_id", "inline_keyboard", "keyboard",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    types: tuple[str, ...]
    required: bool
    length: tuple[int, int, str] | None
    between: tuple[int, int] | None
    items: tuple[int, int] | None
    constant: str | None
    one_of: frozenset[str]

    @classmethod
    def read(cls, raw: JsonObject) -> "Field":
        prose, types = str(raw["description"]), raw["types"]
        length, between, items = CHARACTERS.search(prose), BETWEEN.search(prose), ITEMS.search(prose)
        constant, one_of = CONSTANT.search(prose), ONE_OF.search(prose)
        names = tuple(str(each) for each in types) if isinstance(types, list) else ()
        return cls(
            name=str(raw["name"]),
            types=names,
            required=bool(raw["required"]),
            length=(int(length[1]), int(length[2]), length[3].lower()) if length and "String" in names else None,
            between=(int(between[1]), int(between[2])) if between and "Integer" in names else None,
            items=(int(items[1]), int(items[2])) if items and any(n.startswith("Array") for n in names) else None,
            constant=constant[1] if constant and names == ("String",) else None,
            one_of=frozenset(QUOTED.findall(one_of[1])) if one_of and names == ("String",) else frozenset(),
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """A method or a type: its fields, or for a union the types it may be."""

    fields: dict[str, Field]
    subtypes: tuple[str, ...]


class Violation(Exception):
    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.depth = path.count(".") + path.count("[")


class Specification:
    def __init__(self, document: JsonObject) -> None:
        self.methods = {name.lower(): shape for name, shape in _shapes(document["methods"]).items()}
        self.names = {name.lower(): name for name in _shapes(document["methods"])}
        self.types = _shapes(document["types"])

    @classmethod
    def load(cls, path: Path | None) -> "Specification | None":
        """The specification, or None where the file is not there."""
        return _loaded(path) if path is not None and path.is_file() else None

    def check(self, method: str, values: JsonObject, files: frozenset[str] = frozenset()) -> None:
        """Raise Telegram's 400 for the first violation."""
        shape = self.methods.get(method)
        if shape is None:
            return
        try:
            self._fields(shape, values, self.names[method], files)
        except Violation as violation:
            raise bad_request(f"specification violated: {violation}") from None

    def _fields(self, shape: Shape, values: JsonObject, path: str, files: frozenset[str] | None) -> None:
        top = files is not None
        for name, value in values.items():
            field = shape.fields.get(name)
            if field is None:
                raise Violation(f"{path}.{name}", "unknown parameter" if top else "unknown field")
            if value is None:
                raise Violation(f"{path}.{name}", "null is not a value")
            if top and isinstance(value, str) and "String" not in field.types:
                value = _from_form(field, value, f"{path}.{name}")
            self._value(field, value, f"{path}.{name}")
        for field in shape.fields.values():
            present = field.name in values or (files is not None and field.name in files)
            if field.required and not present and field.name not in OWN_WORDS:
                raise Violation(f"{path}.{field.name}", "required")
        for name in (files or frozenset()) & shape.fields.keys():
            if "InputFile" not in shape.fields[name].types:
                raise Violation(f"{path}.{name}", "takes no file")

    def _value(self, field: Field, value: object, path: str) -> None:
        problems = []
        for type_name in field.types:
            try:
                self._type(type_name, value, path)
                break
            except Violation as violation:
                problems.append(violation)
        else:
            raise max(problems, key=lambda each: each.depth)
        if field.name not in OWN_WORDS:
            _ranges(field, value, path)

    def _type(self, name: str, value: object, path: str) -> None:
        if name.startswith("Array of "):
            if not isinstance(value, list):
                raise Violation(path, "expected an Array")
            for index, each in enumerate(value):
                self._type(name.removeprefix("Array of "), each, f"{path}[{index}]")
        elif name in {"Integer", "Float", "Boolean", "True", "String", "InputFile"}:
            _plain(name, value, path)
        else:
            self._named(name, value, path)

    def _named(self, name: str, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise Violation(path, f"expected {name}")
        shape = self.types[name]
        if not shape.subtypes:
            return self._fields(shape, value, path, None)
        problems = []
        for subtype in self._candidates(shape, value):
            try:
                return self._named(subtype, value, path)
            except Violation as violation:
                problems.append(violation)
        raise max(problems, key=lambda each: each.depth)

    def _candidates(self, shape: Shape, value: JsonObject) -> tuple[str, ...]:
        """The members of a union whose constants (`type`, `source`) the value has; all when none fits."""

        def fits(name: str) -> bool:
            constants = [field for field in self.types[name].fields.values() if field.constant]
            return bool(constants) and all(value.get(field.name) == field.constant for field in constants)

        return tuple(name for name in shape.subtypes if fits(name)) or shape.subtypes


@cache
def _loaded(path: Path) -> Specification:
    return Specification(orjson.loads(path.read_bytes()))


def _shapes(raw: object) -> dict[str, Shape]:
    result = {}
    for name, body in (raw if isinstance(raw, dict) else {}).items():
        fields = [Field.read(each) for each in body.get("fields", [])]
        result[name] = Shape({field.name: field for field in fields}, tuple(body.get("subtypes", [])))
    return result


def _from_form(field: Field, value: str, path: str) -> object:
    """Forms carry text: what is not a String is its JSON, or a bare number or boolean."""
    if value in {"True", "False"} and "Boolean" in field.types:
        return value == "True"
    if field.types == ("InputFile",):
        return value
    try:
        result: object = orjson.loads(value)
    except orjson.JSONDecodeError:
        raise Violation(path, f"expected {' or '.join(field.types)}, got a text that is no JSON") from None
    return result


def _plain(name: str, value: object, path: str) -> None:
    right = {
        "Integer": isinstance(value, int) and not isinstance(value, bool),
        "Float": isinstance(value, int | float) and not isinstance(value, bool),
        "Boolean": isinstance(value, bool),
        "True": value is True,
        "String": isinstance(value, str),
        "InputFile": isinstance(value, str),
    }[name]
    if not right:
        raise Violation(path, f"expected {name}, got {type(value).__name__}")


def _ranges(field: Field, value: object, path: str) -> None:
    if field.length and isinstance(value, str):
        low, high, unit = field.length
        size = len(value.encode()) if unit == "bytes" else len(value)
        if not low <= size <= high:
            raise Violation(path, f"{low}-{high} {unit}, got {size}")
    number = as_number(value) if field.between else None
    if field.between and number is not None and as_int(value) is not None:
        low, high = field.between
        if not low <= number <= high:
            raise Violation(path, f"between {low} and {high}, got {value}")
    if field.items and isinstance(value, list) and not field.items[0] <= len(value) <= field.items[1]:
        raise Violation(path, f"{field.items[0]}-{field.items[1]} items, got {len(value)}")
    if field.constant and value != field.constant:
        raise Violation(path, f"must be {field.constant}, got {value}")
    if field.one_of and value not in field.one_of and field.name != "emoji":
        raise Violation(path, f"must be one of {sorted(field.one_of)}, got {value}")
