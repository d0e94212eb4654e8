"""A multipart form whose files are streamed from open handles that stay their owner's."""

import asyncio
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from aiohttp import FormData, Payload
from aiohttp.abc import AbstractStreamWriter

CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a form."""

    field: str
    name: str
    mime_type: str
    content: bytes | IO[bytes]


@dataclass(frozen=True, slots=True)
class Upload:
    """The fields and files of a form; may be sent more than once, each time from where its handles stood."""

    fields: Mapping[str, str]
    parts: tuple[Part, ...]

    def form(self) -> FormData:
        """For one request."""
        # Unquoted: names with umlauts go as UTF-8, which is what Telegram shows; no name can break out of its header.
        form = FormData(quote_fields=False, default_to_multipart=True)
        for name, value in self.fields.items():
            form.add_field(name, value)
        for part in self.parts:
            content = part.content
            value_or_stream = content if isinstance(content, bytes) else _Stream(content, part.mime_type)
            form.add_field(part.field, value_or_stream, filename=_harmless(part.name), content_type=part.mime_type)
        return form


def _harmless(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable()).replace('"', "'").replace("\\", "_")


class _Stream(Payload):
    """An open file from where it stands to its end, with its length said before; it is put back and never closed."""

    _default_content_type = "application/octet-stream"

    def __init__(self, content: IO[bytes], mime_type: str) -> None:
        super().__init__(content, content_type=mime_type)
        self._content = content
        self._start = content.tell()
        self._size = content.seek(0, io.SEEK_END) - self._start
        content.seek(self._start)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        raise TypeError("a file is not a text")

    async def write(self, writer: AbstractStreamWriter) -> None:
        left = self._size or 0
        self._content.seek(self._start)
        try:
            # Off the loop: a file on a slow disk must not hold up everybody else.
            while left > 0 and (chunk := await asyncio.to_thread(self._content.read, min(CHUNK, left))):
                await writer.write(chunk)
                left -= len(chunk)
        finally:
            self._content.seek(self._start)
