"""Fetching a file that the portal points to, without trusting the pointer.

The bearer token goes only to the API's own origin. Any other host must be on the operator's list, is reached over https
only, without the token, and only at public addresses. Redirects are refused. The file is spooled to disk before anyone
sees it, so that what is passed on is complete, of the expected kind, and at most 20 MB.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from yarl import URL

from portal.budget import LONGEST_CALL
from portal.calls import Calls, refusal
from portal.discovery import origin
from portal.errors import BadAnswer, NotAllowed
from portal.models import AccessToken, Document
from portal.wire import MIB, Headers, Incoming, Lost, NotSent, Reply, Wire

DOCUMENT_CAP = 20 * 1000 * 1000
IN_MEMORY = MIB

_EXPECTED = frozenset({"application/pdf", "application/xml", "text/xml", "text/csv", "application/zip"})


@dataclass(frozen=True, slots=True)
class File:
    """A complete file; `content` stands at its beginning and is closed with the block that asked for it."""

    name: str
    mime_type: str
    size: int
    content: IO[bytes]


class Documents:
    """Fetches documents of one portal."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._own = origin(calls.access.url)
        self._foreign = Wire(connections=64, public_only=True)

    @asynccontextmanager
    async def fetch(self, token: AccessToken, document: Document) -> AsyncIterator[File]:
        """The document's file, for as long as the block lasts."""
        url = self._resolved(document.url)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as content:
            mime_type = await self._spool(url, token, document, content)
            size = content.tell()
            content.seek(0)
            yield File(document.name, mime_type, size, content)

    async def aclose(self) -> None:
        """Close the connections to foreign hosts."""
        await self._foreign.aclose()

    def _resolved(self, url: str) -> URL:
        try:
            found = self._own.join(URL(url))
        except ValueError:
            raise BadAnswer("not an address") from None
        if origin(str(found)) == self._own:
            return found
        if found.scheme == "https" and found.host in self._calls.access.document_hosts and found.user is None:
            return found
        raise NotAllowed("a document at a host that the settings do not allow")

    async def _spool(self, url: URL, token: AccessToken, document: Document, content: IO[bytes]) -> str:
        own = origin(str(url)) == self._own
        headers: Headers = {"Authorization": f"Bearer {token.value}", "Accept-Encoding": "identity"} if own else {}
        wire = self._calls.wire if own else self._foreign
        # A person waits for the file's beginning as for any answer; a big one may then take longer to arrive.
        head, whole = self._calls.admitted(), LONGEST_CALL
        try:
            async with wire.opened(
                "GET", str(url), within=whole, head=head, headers=headers, cap=DOCUMENT_CAP
            ) as incoming:
                mime_type = _checked(incoming, document)
                async for piece in incoming.chunks():
                    content.write(piece)
        except (NotSent, Lost) as failure:
            raise self._calls.failed(failure, head) from None
        return mime_type


def _checked(incoming: Incoming, document: Document) -> str:
    if incoming.status != 200:
        raise refusal(Reply(incoming.status, incoming.headers, b""))
    mime_type = incoming.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    expected = {document.mime_type.lower()} if document.mime_type else _EXPECTED
    if mime_type not in expected or mime_type not in _EXPECTED:
        raise BadAnswer("a document of another kind than announced")
    length = incoming.headers.get("Content-Length", "")
    if length.isascii() and length.isdecimal() and int(length[:19]) > DOCUMENT_CAP:
        raise BadAnswer("a document that is too big")
    return mime_type
