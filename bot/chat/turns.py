"""One update at a time per person and chat, everything else at once.

A tap that has to wait is answered before it waits, so that the button does not look dead. An update that can't be
answered now goes back into the inbox together with those behind it, so that nobody is answered out of order.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog

from storage.inbox import Row

AT_ONCE = 256
AGAIN = 1.0  # seconds between tries to give rows back to a database that does not answer

log = structlog.get_logger(__name__)

Key = tuple[int, int]
GiveBack = Callable[[Sequence[Row], timedelta], Awaitable[None]]


class Postponed(Exception):
    """This update can't be answered now; it is taken up again after `pause`, and that is no crash."""

    def __init__(self, pause: timedelta) -> None:
        super().__init__(f"again in {pause.total_seconds():.0f} s")
        self.pause = pause


class Turns:
    """Runs `handle(row)` for every row given to it; `greet(row)` is told of one that has to wait."""

    def __init__(
        self,
        handle: Callable[[Row], Awaitable[None]],
        greet: Callable[[Row], None],
        give_back: GiveBack,
        at_once: int = AT_ONCE,
    ) -> None:
        self._handle = handle
        self._greet = greet
        self._give_back = give_back
        self._gate = asyncio.Semaphore(at_once)
        self._queues: dict[Key, deque[Row]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: dict[UUID, Row] = {}
        self._ending = False
        self._one_ended = asyncio.Event()

    @property
    def are_ending(self) -> bool:
        """Whether nothing is begun any more."""
        return self._ending

    @property
    def held(self) -> list[Row]:
        """The rows that run or wait here."""
        return list(self._held.values())

    def submit(self, row: Row) -> None:
        """Queue a row behind the others of its person and chat."""
        self._held[row.claim] = row
        if self._ending:
            return  # `drain` returns it with the others
        key = (row.person_id, row.chat_id)
        queue = self._queues.get(key)
        if queue is not None:
            self._greet(row)
            queue.append(row)
            return
        self._queues[key] = deque([row])
        task = asyncio.create_task(self._work(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, patience: float) -> list[Row]:
        """Wait for running turns, at most `patience` seconds; the rows that did not end are returned undone."""
        self._ending = True
        self._one_ended.set()
        for queue in self._queues.values():
            while len(queue) > 1:
                queue.pop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
        for task in list(self._tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        return self.held

    async def one_ended(self, within: float) -> None:
        """Until nothing more of some person is here, which lets the next of theirs be taken up."""
        self._one_ended.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._one_ended.wait()

    async def idle(self) -> None:
        """Until nothing runs."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _work(self, key: Key) -> None:
        queue = self._queues[key]
        try:
            while queue:
                row = queue[0]
                async with self._gate:
                    pause = await self._run(row)
                if pause is not None:
                    await self._leave(queue, pause)
                    continue
                queue.popleft()
                self._held.pop(row.claim, None)
        finally:
            self._queues.pop(key, None)
            self._one_ended.set()

    async def _run(self, row: Row) -> timedelta | None:
        """One turn; a pause when it is to be given back."""
        try:
            await self._handle(row)
        except Postponed as later:
            return later.pause
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # the row stays claimed; its lease runs out and it is taken up again, or becomes a dead letter
            log.exception("turn", update=row.update_id, crashes=row.crashes + 1)
        return None

    async def _leave(self, queue: deque[Row], pause: timedelta) -> None:
        """Give back everything of this person that is here, in one go; also while the database does not answer."""
        while queue:
            rows = list(queue)
            try:
                await self._give_back(rows, pause)
            except Exception as error:
                log.warning("not given back yet", rows=len(rows), error=type(error).__name__)
                await asyncio.sleep(AGAIN)
                continue
            for row in rows:
                queue.popleft()
                self._held.pop(row.claim, None)
