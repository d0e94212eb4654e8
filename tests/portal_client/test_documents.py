"""Documents: where the token may go, and what is let through."""

import pytest

from portal import errors
from portal.documents import DOCUMENT_CAP, IN_MEMORY
from portal.models import Document, DocumentKind
from tests.portal_client.peer import Peer, Request, always, serving
from tests.portal_client.scripted import TOKEN, Says, Scripted, scripted

PDF = {"Content-Type": "application/pdf"}


def document(url: str, mime_type: str = "application/pdf") -> Document:
    return Document("d-1", "Rechnung März.pdf", DocumentKind.INVOICE, mime_type, url, None)


async def read(one: Scripted, paper: Document) -> bytes:
    async with one.portal.document(TOKEN, paper) as file:
        content = file.content.read()
        assert file.size == len(content)
        return content


@pytest.mark.parametrize("size", [0, 1000, IN_MEMORY + 1])
async def test_own_document_comes_whole_with_the_token(size: int) -> None:
    """A file at the API's own origin is fetched as the customer, small ones in memory and big ones on disk."""
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    async with scripted() as one:
        one.says("/documents/d-1", Says(body, headers=PDF))

        assert await read(one, document(f"{one.server.url}/documents/d-1")) == body
        assert await read(one, document("/documents/d-1")) == body
        assert {r.headers.get("authorization") for r in one.server.requests} == {f"Bearer {TOKEN.value}"}


async def test_foreign_host_is_refused_before_any_connection() -> None:
    """An address elsewhere, however it is written, gets neither the token nor a connection."""

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer()

    async with scripted() as one, serving(always(answer)) as other:
        port, own = other.url.rpartition(":")[2], one.server.url.rpartition(":")[2]
        for url in (
            f"{other.url}/d",
            f"//127.0.0.1:{port}/d",
            f"http://127.0.0.1:{own}@127.0.0.1:{port}/d",
            f"http://localhost:{port}/d",
            f"http://[::1]:{port}/d",
            f"http://2130706433:{port}/d",
            f"https://127.0.0.1:{own}/d",
            f"http://127.0.0.1:{own}\\@127.0.0.1:{port}/d",
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
        ):
            with pytest.raises((errors.NotAllowed, errors.BadAnswer, errors.NotFound)):
                await read(one, document(url))

        assert other.connections == 0


async def test_listed_host_must_be_public_and_https() -> None:
    """The operator's list does not open plain http, and a listed name at a private address is not connected to."""

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer()

    async with scripted(document_hosts=frozenset({"localhost"})) as one, serving(always(answer)) as other:
        port = other.url.rpartition(":")[2]
        with pytest.raises(errors.NotAllowed):
            await read(one, document(f"http://localhost:{port}/d"))
        with pytest.raises(errors.Unavailable):
            await read(one, document(f"https://localhost:{port}/d"))

        assert other.connections == 0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Says(b"<html>", headers={"Content-Type": "text/html"}), errors.BadAnswer),
        (Says(b"x", headers={"Content-Type": "application/x-msdownload"}), errors.BadAnswer),
        (Says(b"x", headers={"Content-Type": "application/xml"}), errors.BadAnswer),
        (Says(b"", 302, {"Location": "http://169.254.169.254/"}), errors.BadAnswer),
        (Says(b"", 401), errors.TokenExpired),
        (Says(b"", 403), errors.NotAllowed),
        (Says(b"", 404), errors.NotFound),
        (Says(b"", 410), errors.NotFound),
        (Says(b"", 503), errors.Unavailable),
    ],
)
async def test_only_the_announced_kind_is_let_through(answer: Says, expected: type[Exception]) -> None:
    """Another kind than the portal announced, a redirect or a refusal is no file."""
    async with scripted() as one:
        one.says("/documents/d-1", answer)

        with pytest.raises(expected):
            await read(one, document("/documents/d-1"))


async def test_kind_that_is_nobodys_document_is_refused_even_when_announced() -> None:
    """A portal that announces a program does not get one passed on."""
    async with scripted() as one:
        one.says("/documents/d-1", Says(b"MZ", headers={"Content-Type": "application/x-msdownload"}))

        with pytest.raises(errors.BadAnswer):
            await read(one, document("/documents/d-1", "application/x-msdownload"))


@pytest.mark.parametrize("said", [True, False])
async def test_more_than_20_mb_is_refused(said: bool) -> None:
    """A file over the cap is refused, by its announced length or while it comes."""

    async def answer(peer: Peer, request: Request) -> None:
        if said:
            await peer.answer(body=b"", headers={**PDF, "Content-Length": str(DOCUMENT_CAP + 1)})
            await peer.gone()
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            await peer.send(b"100000\r\n" + bytes(0x100000) + b"\r\n")

    async with scripted() as one, serving(always(answer)) as big:
        one.server.url = big.url
        with pytest.raises(errors.PortalError):
            await read(one, document(f"{big.url}/documents/d-1"))
