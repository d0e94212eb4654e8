"""The record of every Bot API call as the server saw it: a bounded ring, decoded only when somebody reads it."""

from collections import deque
from dataclasses import dataclass
from typing import Final

import orjson

from .json_values import JsonObject, as_int
from .versions import Versions

RESOURCE = "calls"
WORDS: Final = frozenset({
    "text", "caption", "parse_mode", "callback_query_id", "url", "description", "short_description", "name", "file_id",
    "language_code", "action", "title",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upload:
    field: str
    name: str
    mime_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Call:
    version: int
    at: float
    bot: str
    method: str
    values: JsonObject
    files: tuple[Upload, ...]
    status: int | None
    answer: JsonObject | None
    fault: str | None
    milliseconds: float

    def params(self) -> JsonObject:
        return {name: decoded(name, value) for name, value in self.values.items()}

    def sim(self) -> JsonObject:
        files = [{"field": f.field, "name": f.name, "mime_type": f.mime_type, "size": f.size} for f in self.files]
        return {
            "version": self.version, "at": self.at, "bot": self.bot, "method": self.method, "params": self.params(),
            "files": files, "status": self.status, "answer": self.answer, "fault": self.fault,
            "ms": round(self.milliseconds, 2),
        }  # fmt: skip


def decoded(name: str, value: object) -> object:
    """Forms carry text only; numbers, booleans and objects are turned back into what they mean."""
    if not isinstance(value, str) or name in WORDS:
        return value
    if value in {"True", "False"}:
        return value == "True"
    try:
        result: object = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    return result


class CallRecord:
    def __init__(self, size: int, versions: Versions) -> None:
        self._calls: deque[Call] = deque(maxlen=size)
        self._versions = versions

    def add(
        self, at: float, bot: str, method: str, values: JsonObject, files: tuple[Upload, ...], status: int | None,
        answer: JsonObject | None, fault: str | None, milliseconds: float,
    ) -> None:  # fmt: skip
        version = self._versions.touch(RESOURCE)
        self._calls.append(Call(version, at, bot, method, values, files, status, answer, fault, milliseconds))

    def clear(self) -> None:
        self._calls.clear()
        self._versions.touch(RESOURCE)

    def find(self, after: int, method: str | None, chat_id: int | None, limit: int | None) -> list[Call]:
        wanted = method.lower() if method else None
        found = [
            call
            for call in self._calls
            if call.version > after
            and (wanted is None or call.method.lower() == wanted)
            and (chat_id is None or as_int(call.values.get("chat_id")) == chat_id)
        ]
        return found[-limit:] if limit else found
