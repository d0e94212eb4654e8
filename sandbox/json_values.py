"""Reading JSON that somebody sent: values are `object` until one of these says what they are."""

from collections.abc import Sequence

import orjson

JsonObject = dict[str, object]


def as_object(value: object) -> JsonObject | None:
    return value if isinstance(value, dict) else None


def as_list(value: object) -> Sequence[object] | None:
    return value if isinstance(value, list) else None


def as_text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def as_int(value: object) -> int | None:
    """An integer, also one that came as text (forms have nothing else)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        try:
            return int(value.strip())
        except ValueError:
            return None
    return None


def as_number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def as_flag(value: object) -> bool:
    """A boolean as Telegram reads it: true, 1, yes in any spelling."""
    if isinstance(value, str):
        return value.strip().lower() in {"true", "1", "yes", "t", "y"}
    return bool(value)


def loads_object(data: bytes) -> JsonObject | None:
    """A JSON object, or None when the bytes are anything else; nothing at all counts as empty."""
    if not data.strip():
        return {}
    try:
        value: object = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return as_object(value)
