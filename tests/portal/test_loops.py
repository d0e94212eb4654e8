"""What runs beside the requests ends with the server, whatever a library does with a cancellation."""

import asyncio

from portal.server.loops import beside


async def test_a_swallowed_cancellation_does_not_hold_up_the_end() -> None:
    """A mail that arrives at the moment of the end may swallow one: the loop goes on, and is told again."""
    news, cancelled = asyncio.Event(), 0

    async def deaf() -> None:
        nonlocal cancelled
        while True:
            try:
                await news.wait()
            except asyncio.CancelledError:
                cancelled += 1
                if cancelled == 2:
                    raise

    async with asyncio.timeout(30):
        async with beside(deaf()):
            await asyncio.sleep(0)  # it waits

    assert cancelled == 2


async def test_what_is_under_way_is_given_back_first() -> None:
    """The end waits for a loop that clears up after itself."""
    given_back = False

    async def holding() -> None:
        nonlocal given_back
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(20):
                await asyncio.sleep(0)
            given_back = True

    async with beside(holding()):
        await asyncio.sleep(0)

    assert given_back
