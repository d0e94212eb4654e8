"""Many small trips to the database that are wanted at the same time become one.

Under load hundreds of turns read their visit or finish their update at once. A trip costs the same for one as for many
(begin, statement, commit, and a hop to the driver's thread for each), so what is asked while one is under way gathers
and goes together with the next. Alone, nobody waits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")

MOST = 512  # items in one trip


class Together(Generic[Item, Found]):
    """`await together(item)`: its result out of `carry(items)`, which answers in the order of the items.

    `gathering`: seconds that pass at least between two trips; after a longer pause nobody waits for them.
    """

    def __init__(
        self, carry: Callable[[Sequence[Item]], Awaitable[Sequence[Found]]], *, gathering: float = 0.0
    ) -> None:
        self._carry = carry
        self._gathering = gathering
        self._rests_until = 0.0
        self._waiting: list[tuple[Item, asyncio.Future[Found]]] = []
        self._trips: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Found:
        """Go with the next trip. What it raises, everybody on it hears, and decides alone whether to try again."""
        found: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, found))
        if self._trips is None or self._trips.done():
            self._trips = asyncio.create_task(self._run())
        return await found

    async def settle(self) -> None:
        """Until nothing is under way."""
        if self._trips is not None:
            await asyncio.wait((self._trips,))

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._waiting:
            if (rest := self._rests_until - clock()) > 0:
                await asyncio.sleep(rest)
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                results = await self._carry([item for item, _ in batch])
            except Exception as fault:
                for _, found in batch:
                    if not found.done():
                        found.set_exception(fault)
            else:
                for (_, found), result in zip(batch, results, strict=True):
                    if not found.done():
                        found.set_result(result)
            self._rests_until = clock() + self._gathering
