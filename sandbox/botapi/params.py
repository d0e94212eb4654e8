"""The parameters of one request, however they were sent: query, form, multipart or JSON."""

from dataclasses import dataclass

import orjson

from ..errors import bad_request
from ..json_values import JsonObject, as_flag, as_int, as_list, as_object


@dataclass(frozen=True, slots=True)
class UploadedFile:
    field: str
    name: str
    mime_type: str
    content: bytes


class Params:
    __slots__ = ("files", "values")

    def __init__(self, values: JsonObject, files: dict[str, UploadedFile] | None = None) -> None:
        self.values = values
        self.files = files or {}

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is None or isinstance(value, str):
            return value
        return str(value).lower() if isinstance(value, bool) else str(value)

    def integer(self, name: str) -> int | None:
        return as_int(self.values.get(name))

    def flag(self, name: str) -> bool:
        return as_flag(self.values.get(name, False))

    def json(self, name: str) -> object:
        """A value that forms carry as JSON text; None when it is missing or empty."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            result: object = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
        return result

    def json_object(self, name: str) -> JsonObject | None:
        value = self.json(name)
        if value is None:
            return None
        found = as_object(value)
        if found is None:
            raise bad_request(f"object expected as {name.replace('_', ' ')}")
        return found

    def json_array(self, name: str) -> list[object] | None:
        value = self.json(name)
        if value is None:
            return None
        found = as_list(value)
        if found is None:
            raise bad_request(f"can't parse {name.replace('_', ' ')}: expected an Array")
        return list(found)
