"""Reading a Bot API request from the wire: its parameters and files, in any of Telegram's four encodings."""

from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message as AsgiMessage
from starlette.types import Receive, Scope

from ..errors import ApiError, CutConnection, bad_request
from ..json_values import JsonObject, loads_object
from .params import Params, UploadedFile

MAX_BODY = 55 * 1024 * 1024
MAX_UPLOAD = 50 * 1024 * 1024
TOO_LARGE = ApiError(413, "Request Entity Too Large")


async def read_body(receive: Receive) -> bytes:
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CutConnection
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size <= MAX_BODY:
            chunks.append(chunk)
        if not message.get("more_body"):
            break
    if size > MAX_BODY:
        raise TOO_LARGE
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _pairs(encoded: bytes) -> JsonObject:
    return dict(parse_qsl(encoded.decode("utf-8", "replace"), keep_blank_values=True))


async def read_params(scope: Scope, receive: Receive) -> Params:
    values = _pairs(scope["query_string"]) if scope["query_string"] else {}
    if scope["method"] != "POST":
        return Params(values)
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"").lower()
    if kind.startswith(b"multipart/form-data"):
        return await _multipart(scope, receive, values)
    body = await read_body(receive)
    if kind.startswith(b"application/json"):
        found = loads_object(body)
        if found is None:
            raise bad_request("can't parse JSON object")
        return Params(values | found)
    return Params(values | _pairs(body)) if body else Params(values)


async def _multipart(scope: Scope, receive: Receive, values: JsonObject) -> Params:
    received = 0

    async def counted() -> AsgiMessage:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > MAX_BODY:
            raise TOO_LARGE
        return message

    files: dict[str, UploadedFile] = {}
    try:
        async with Request(scope, counted).form(max_part_size=1024 * 1024) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    kind = value.content_type or "application/octet-stream"
                    files[name] = UploadedFile(name, value.filename or name, kind, await value.read())
                else:
                    values[name] = value
    except MultiPartException:
        raise bad_request("can't parse multipart form") from None
    if any(len(file.content) > MAX_UPLOAD for file in files.values()):
        raise TOO_LARGE
    return Params(values, files)
