"""Long-polling for every reading answer: `?after=VERSION&wait=SECONDS`."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request

from ..errors import SimRefused
from ..json_values import as_int, as_number
from ..versions import Versions

MAX_WAIT = 60.0
T = TypeVar("T")


def read_after(request: Request) -> int:
    raw = request.query_params.get("after", "0")
    after = as_int(raw)
    if after is None:
        raise SimRefused(400, f"after is a version number, not {raw!r}")
    return after


def read_wait(request: Request) -> float:
    raw = request.query_params.get("wait", "0")
    wait = as_number(raw)
    if wait is None or wait < 0:
        raise SimRefused(400, f"wait is a number of seconds, not {raw!r}")
    return min(wait, MAX_WAIT)


async def until(versions: Versions, resource: str | None, wait: float, look: Callable[[], T | None]) -> T | None:
    """Look again whenever the resource changes, until something is found or the time is over."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait
    while True:
        seen = versions.of(resource)
        found = look()
        left = deadline - loop.time()
        if found is not None or left <= 0 or not await versions.newer(resource, seen, left):
            return found


async def changed(request: Request, versions: Versions, resource: str | None) -> None:
    """Hold until the resource is newer than `after`; at once when no `after` was given."""
    if "after" in request.query_params:
        await versions.newer(resource, read_after(request), read_wait(request))
