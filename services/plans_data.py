"""Plans, rotas and ends as plain JSON data, for the database to seal: the wish and its zone, with a version."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from services.plans import WeeklyPlan
from services.plans_rota import Rota
from services.plans_until import Until

if TYPE_CHECKING:
    from pydantic import JsonValue, TypeAdapter

VERSION = 1
LARGEST = 128 * 1024  # bytes of JSON

Kept = TypeVar("Kept", bound=WeeklyPlan | Rota | Until)

_NAMES: Mapping[type, str] = {WeeklyPlan: "weeklyPlan", Rota: "rota", Until: "until"}


class Unusable(ValueError):
    """Stored data that can't be used; the message says why without repeating what it holds."""


class Damaged(Unusable):
    """It is not what was once written: not of this kind, incomplete, or against the rules."""


class Newer(Unusable):
    """A newer version of the product wrote it."""


def to_data(kept: WeeklyPlan | Rota | Until) -> "dict[str, JsonValue]":
    """Plain JSON data: `{"version": 1, "kind": "rota", "wish": {...}}`."""
    kind = type(kept)
    wish: JsonValue = _adapters()[kind].dump_python(kept, mode="json")
    return {"version": VERSION, "kind": _NAMES[kind], "wish": wish}


def from_data(kind: type[Kept], data: object) -> Kept:
    """What `to_data` made, read back; Damaged or Newer when that can't be."""
    from pydantic import ValidationError

    if not isinstance(data, dict) or not isinstance(version := data.get("version"), int) or version < 1:
        raise Damaged("there is no version")
    if version > VERSION:
        raise Newer(f"version {version} is newer than {VERSION}, the newest that is known here")
    if data.keys() != {"version", "kind", "wish"} or data["kind"] != _NAMES[kind]:
        raise Damaged(f"this is no {_NAMES[kind]}")
    try:
        text = orjson.dumps(data["wish"])
        if len(text) > LARGEST:
            raise Damaged(f"it is larger than {LARGEST} bytes")
        kept: Kept = _adapters()[kind].validate_json(text, strict=True, extra="forbid")
        return kept
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise Damaged(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except TypeError:  # orjson: holds something that JSON has no word for
        raise Damaged("this is no JSON data") from None


@cache
def _adapters() -> "Mapping[type, TypeAdapter[Any]]":
    from pydantic import TypeAdapter  # imported here: it costs start-up time and memory, and is seldom needed

    return {kind: TypeAdapter(kind) for kind in _NAMES}
