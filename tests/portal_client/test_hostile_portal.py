"""T50: a portal that means harm costs neither memory nor time nor a connection elsewhere."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.portal_client.peer import Peer, Request, Server, always, bomb, serving
from tests.proof import Proof

ROOT = Path(__file__).resolve().parents[2]
MILLION = 1_000_000
METADATA = "http://169.254.169.254/latest/meta-data"

Answer = Callable[[Peer, Request], Awaitable[None]]


def saying(body: bytes, **headers: str) -> Answer:
    """Answer everything with this."""

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer(body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return answer


def leading_to(place: str) -> Answer:
    """Redirect everything."""

    async def answer(peer: Peer, request: Request) -> None:
        await peer.answer(302, headers={"Location": place})

    return answer


async def drip(peer: Peer, request: Request) -> None:
    """Answer so slowly that it never ends."""
    await peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 9000000\r\n\r\n")
    while True:
        await peer.send(b"[")
        await asyncio.sleep(0.1)  # the drip itself


def attacks(canary: Server) -> dict[str, Answer]:
    return {
        "gzip-bomb": saying(bomb(200 * MILLION), Content_Encoding="gzip"),
        "gzip-bomb-document": saying(bomb(200 * MILLION), Content_Encoding="gzip", Content_Type="application/pdf"),
        "many-small-lists": saying(b"[" + b"[]," * 1_700_000 + b"[]]"),
        "deep-json": saying(b"[" * MILLION + b"]" * MILLION),
        "deep-objects": saying(b'{"a":' * 1000 + b"1" + b"}" * 1000),
        "redirect-to-metadata": leading_to(METADATA),
        "redirect-loop": leading_to("/again"),
        "redirect-to-canary": leading_to(canary.url),
        "html": saying(b"<html><body>Wartungsarbeiten</body></html>", Content_Type="text/html"),
        "html-as-json": saying(b"<html></html>"),
        "wrong-type": saying(b"%PDF-1.7", Content_Type="application/octet-stream"),
        "wrong-shape": saying(b'[1, null, "x", {"id": 5}, {"id": "c-1", "status": {}}]'),
        "not-utf8": saying(b'{"name": "\xff\xfe"}'),
        "nan": saying(b'{"id": NaN}'),
        "empty": saying(b""),
        "drip": drip,
    }


@pytest.mark.proof("T50", target="RSS < 300 MB, each call ends <= 15 s, 0 foreign connects, 0 crash")
async def test_hostile_portal(proof: Proof) -> None:
    """Every attack ends in a portal error, in time, within bounded memory and without a foreign connection."""

    async def touched(peer: Peer, request: Request) -> None:
        await peer.answer()

    async with AsyncExitStack() as stack:
        canary = await stack.enter_async_context(serving(always(touched)))
        lines = []
        for name, answer in attacks(canary).items():
            server = await stack.enter_async_context(serving(always(answer)))
            lines.append(f"{name} {server.url}\n")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.portal_client.besieged",
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate("".join(lines).encode())

    *results, memory = [json.loads(line) for line in output.splitlines()]
    longest = max(result["seconds"] for result in results)
    accepted = [r["attack"] for r in results if "accepted" in r["outcomes"]]
    peak = memory["peak"] / 1e6
    proof.record(
        figure=f"RSS peak {peak:.0f} MB, longest call {longest:.1f} s, {canary.connections} foreign connects, "
        f"{len(results)} attacks, exit status {process.returncode}",
        passed=peak < 300 and longest <= 15 and canary.connections == 0 and not accepted and process.returncode == 0,
    )
    assert process.returncode == 0
    assert len(results) == len(lines)
    assert accepted == []
    assert canary.connections == 0
    assert longest <= 15
    assert peak < 300
