"""Long polling: updates are durable before Telegram hears that we have them.

Only the holder of the lease polls, so two processes by mistake do not fight; a 409 all the same means that another bot
runs with this token, and it is said in the log, or that a webhook was set before, and it is deleted. While the database
can't store anything the last holder goes on looking: Telegram keeps what is not confirmed, and people are told that
their answer will be late.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from telegram import Bot
from telegram.error import Conflict, RetryAfter, TelegramError

from bot.chat.ingest import ALLOWED, LONGEST_STORING, Excused, received, stored
from bot.chat.transport import TelegramRequest, Update
from storage.engine import DatabaseUnavailable
from storage.inbox import Inbox, Received, Row
from storage.leases import Leases

HELD = 30  # seconds that Telegram holds a poll open
LEASE = timedelta(seconds=8)  # how long nobody polls after the holder was killed
RENEW = 2.5
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
HELD_UNSTORED, UNSTORED_PAUSE = 5, 1.0  # without a database: look often, so that people hear of it and of its end

log = structlog.get_logger(__name__)


class Polling:
    """Fetches updates, stores them, hands the new ones on."""

    def __init__(
        self,
        bot: Bot,
        request: TelegramRequest,
        inbox: Inbox,
        leases: Leases,
        submit: Callable[[Row], None],
        clock: Callable[[], datetime],
        excuse: Callable[[Update], Awaitable[None]] | None = None,
    ) -> None:
        self._bot = bot
        self._request = request
        self._inbox = inbox
        self._leases = leases
        self._submit = submit
        self._clock = clock
        self._excused = Excused(excuse)
        self.leads = False
        self.heard_at: datetime | None = None  # when Telegram last answered a poll
        self._holder: UUID = uuid4()
        self._renewed: datetime | None = None
        self._offset = 0

    @property
    def stores(self) -> bool:
        """Whether what came last could be stored."""
        return not self._excused

    async def run(self) -> None:
        """Poll until cancelled; never ends by itself, whatever happens outside."""
        pause = FIRST_PAUSE
        try:
            while True:
                try:
                    if not await self._lead():
                        await asyncio.sleep(RENEW / 2)
                        continue
                    await self._poll()
                    pause = FIRST_PAUSE
                except RetryAfter as error:
                    after = error.retry_after
                    await asyncio.sleep(float(after) if isinstance(after, int | float) else after.total_seconds())
                except Conflict as error:
                    await self._end_conflict(error)
                except DatabaseUnavailable as error:
                    log.error("the database does not store", error=str(error))
                    await asyncio.sleep(UNSTORED_PAUSE)
                except (TelegramError, OSError) as error:
                    log.warning("polling", error=type(error).__name__, pause=pause)
                    await asyncio.sleep(pause)
                    pause = min(LONGEST_PAUSE, pause * 2)
                except Exception:
                    log.exception("polling")
                    await asyncio.sleep(pause)
                    pause = min(LONGEST_PAUSE, pause * 2)
        finally:
            await self._leave()

    async def _end_conflict(self, conflict: Conflict) -> None:
        if "webhook is active" in conflict.message:
            log.warning("a webhook was set; deleting it, because TELEGRAM_MODE is polling")
            try:
                await self._bot.delete_webhook(drop_pending_updates=False)
            except TelegramError as error:
                log.warning("webhook not deleted", error=type(error).__name__)
                await asyncio.sleep(FIRST_PAUSE)
        else:
            log.error("another process polls with this bot token; waiting")
            await asyncio.sleep(LONGEST_PAUSE)

    async def _lead(self) -> bool:
        """Whether this process polls; a fresh lease is not renewed before each poll: that would be a commit each.

        Who led stays while nobody can take the lease because nothing can be written.
        """
        now = self._clock()
        if self.leads and self._renewed is not None and timedelta() <= now - self._renewed < timedelta(seconds=RENEW):
            return True
        try:
            self.leads = await self._leases.take("polling", self._holder, now, LEASE)
            self._renewed = now
        except DatabaseUnavailable as error:
            log.error("the polling lease is not renewed", error=str(error))
        return self.leads

    async def _poll(self) -> None:
        """One poll under a running lease. What it brings is stored before the next offset confirms it."""
        keep = asyncio.create_task(self._keep_lease())
        try:
            updates = await self._request.get_updates_raw(
                f"{self._bot.base_url}",
                offset=self._offset,
                timeout=HELD_UNSTORED if self._excused else HELD,
                limit=100,
                allowed_updates=ALLOWED,
            )
        finally:
            keep.cancel()
        self.heard_at = self._clock()
        # to the end, also when the process is told to stop: a row that is claimed must be known to somebody
        storing = asyncio.create_task(self.ingest(updates))
        try:
            await asyncio.wait((storing,), timeout=LONGEST_STORING)
            if not storing.done():
                await self._excuse_all(updates)
            await asyncio.shield(storing)
        except asyncio.CancelledError:
            await asyncio.wait((storing,))
            raise
        except DatabaseUnavailable:
            await self._excuse_all(updates)
            raise

    async def ingest(self, updates: Sequence[Update]) -> None:
        """Store a batch and hand on what is new; the offset moves only when the commit is there."""
        if not updates:
            return
        found = [each for update in updates if (each := received(update)) is not None]
        rows = await stored(found, self._store)
        self._offset = max([self._offset, *(each.update_id + 1 for each in found)])
        self._excused.over()
        for row in rows:
            self._submit(row)

    async def _store(self, updates: Sequence[Received]) -> list[Row]:
        return await self._inbox.receive(updates, self._clock())

    async def _excuse_all(self, updates: Sequence[Update]) -> None:
        await asyncio.gather(*(self._excused.tell(update) for update in updates), return_exceptions=True)

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(RENEW)
            await self._lead()

    async def _leave(self) -> None:
        if not self.leads:
            return
        try:
            await asyncio.shield(self._leases.drop("polling", self._holder))
        except Exception as error:
            log.warning("lease not dropped", error=type(error).__name__)
