"""Long polling: updates are durable before Telegram hears that we have them.

Only the holder of the lease polls, so two processes by mistake do not fight; a 409 all the same means that another bot
runs with this token, and it is said in the log. While the database can't store anything the last holder goes on
looking: Telegram keeps what is not confirmed, and people are told that their answer will be late.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from telegram import Bot
from telegram.error import Conflict, RetryAfter, TelegramError

from bot.chat.incoming import ids_of
from bot.chat.transport import TelegramRequest, Update
from storage.engine import DatabaseUnavailable
from storage.inbox import Inbox, Received, Row
from storage.leases import Leases

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
HELD = 30  # seconds that Telegram holds a poll open
LEASE = timedelta(seconds=8)  # how long nobody polls after the holder was killed
RENEW = 2.5
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
HELD_UNSTORED, UNSTORED_PAUSE = 5, 1.0  # without a database: look often, so that people hear of it and of its end
LONGEST_STORING = 2.0  # then people hear that the database takes its time
NUMBERS = 2**63  # what both databases take for an integer

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
        self._excuse = excuse
        self._excused: set[int] = set()  # updates that can't be stored and whose people know it
        self._holder: UUID = uuid4()
        self._leads = False
        self._renewed: datetime | None = None
        self._offset = 0

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
                except Conflict:
                    log.error("another process polls with this bot token; waiting")
                    await asyncio.sleep(LONGEST_PAUSE)
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

    async def _lead(self) -> bool:
        """Whether this process polls; a fresh lease is not renewed before each poll: that would be a commit each.

        Who led stays while nobody can take the lease because nothing can be written.
        """
        now = self._clock()
        if self._leads and self._renewed is not None and timedelta() <= now - self._renewed < timedelta(seconds=RENEW):
            return True
        try:
            self._leads = await self._leases.take("polling", self._holder, now, LEASE)
            self._renewed = now
        except DatabaseUnavailable as error:
            log.error("the polling lease is not renewed", error=str(error))
        return self._leads

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
        received = [found for update in updates if (found := _received(update)) is not None]
        rows = await self._stored(received)
        self._offset = max([self._offset, *(each.update_id + 1 for each in received)])
        self._excused.clear()
        for row in rows:
            self._submit(row)

    async def _stored(self, received: Sequence[Received]) -> list[Row]:
        try:
            return await self._inbox.receive(received, self._clock())
        except DatabaseUnavailable:
            raise
        except Exception:
            if len(received) > 1:  # one that can't be stored must not keep the others out for ever
                return [row for each in received for row in await self._stored([each])]
            log.exception("update not storable", updates=[each.update_id for each in received])
            return []

    async def _excuse_all(self, updates: Sequence[Update]) -> None:
        """Tell people whose updates can't be stored, once for each update."""
        if self._excuse is None:
            return
        fresh = [u for u in updates if (number := _update_id(u)) is not None and number not in self._excused]
        self._excused.update(number for u in fresh if (number := _update_id(u)) is not None)
        await asyncio.gather(*(self._excuse(update) for update in fresh), return_exceptions=True)

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(RENEW)
            await self._lead()

    async def _leave(self) -> None:
        if not self._leads:
            return
        try:
            await asyncio.shield(self._leases.drop("polling", self._holder))
        except Exception as error:
            log.warning("lease not dropped", error=type(error).__name__)


def _received(update: Update) -> Received | None:
    """What goes into the inbox; one unusable update must not keep the others out."""
    number = _update_id(update)
    if number is None:
        log.error("an update without a number")
        return None
    body: dict[str, object] = dict(update)
    person_id, chat_id = ids_of(body)
    if not all(-NUMBERS <= each < NUMBERS for each in (person_id, chat_id)):
        person_id = chat_id = 0
    return Received(number, person_id, chat_id, body)


def _update_id(update: Update) -> int | None:
    found = update.get("update_id")
    return found if isinstance(found, int) and 0 <= found < NUMBERS else None
