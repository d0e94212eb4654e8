"""What runs beside the requests, begun and ended with the server."""

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine
from contextlib import asynccontextmanager
from typing import Any

GRACE = 3.0  # seconds in which whatever is under way may give back what it holds


@asynccontextmanager
async def beside(*loops: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """These loops, for as long as the block lasts."""
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        await ended(tasks)


async def ended(tasks: Collection[asyncio.Task[None]], grace: float = GRACE) -> None:
    """Cancel them until they are over. Once is not always enough: before Python 3.12 `wait_for`, which aiosmtplib
    uses, swallows a cancellation that comes together with what it waits for.

    `grace`: seconds before the next one; a loop that ends others allows them less than it is allowed itself.
    """
    while running := [task for task in tasks if not task.done()]:
        for task in running:
            task.cancel()
        await asyncio.wait(running, timeout=grace)
    await asyncio.gather(*tasks, return_exceptions=True)
