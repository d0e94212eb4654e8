"""Updates sent to a bot's address, as Telegram does it: one at a time for each chat, again until it was taken.

The next update of a chat is sent only after the one before got a 2xx. One that did not is sent again at once, then
after 1, 2, 4, ... seconds; a `Retry-After` is honoured. All chats together use at most `max_connections` connections.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
import orjson

from .clock import Clock
from .json_values import JsonObject, as_int, as_object
from .updates import Pending, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name
PATIENCE = aiohttp.ClientTimeout(total=60, connect=10)
LONGEST_PAUSE = 60  # times the first one
LONGEST_RETRY_AFTER = 3600.0


@dataclass(frozen=True, slots=True)
class Address:
    """What setWebhook said."""

    url: str
    secret: str | None
    max_connections: int


class Webhook:
    """Where the updates of one bot go, if anywhere, and what came of it."""

    def __init__(self, queue: UpdateQueue, clock: Clock, retry_seconds: float) -> None:
        self.address: Address | None = None
        self.last_error: tuple[float, str] | None = None
        self._queue = queue
        self._clock = clock
        self._retry_seconds = retry_seconds
        self._lanes: dict[int, deque[Pending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore()
        self._session: aiohttp.ClientSession | None = None
        queue.on_push = self._pushed

    @property
    def url(self) -> str:
        return self.address.url if self.address else ""

    def set(self, address: Address | None) -> None:
        """From now on updates go there, those that wait first; None: they wait for getUpdates again."""
        self._end()
        self.address, self.last_error = address, None
        if address is not None:
            self._gate = asyncio.Semaphore(address.max_connections)
            self._queue.end_poll()
            for update in self._queue.pending():
                self._pushed(update)
        self._queue.touch()

    async def close(self) -> None:
        """Send nothing more."""
        tasks = list(self._tasks)
        self._end()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks, self._lanes = set(), {}

    def _pushed(self, update: Pending) -> None:
        if self.address is None:
            return
        chat = _chat_of(update.body)
        if chat in self._lanes:
            self._lanes[chat].append(update)
            return
        lane = self._lanes[chat] = deque([update])
        task = asyncio.create_task(self._serve(chat, lane, self.address))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, chat: int, lane: deque[Pending], address: Address) -> None:
        """Everything of one chat, in order."""
        pauses = 0
        while lane:
            update = lane[0]
            failure = await self._send(update, address) if self._queue.is_pending(update.id) else None
            if failure is None:
                lane.popleft()
                self._queue.taken(update.id)
                pauses = 0
            else:
                grown = self._retry_seconds * min(2 ** (pauses - 1), LONGEST_PAUSE) if pauses else 0.0
                await asyncio.sleep(max(grown, min(failure, LONGEST_RETRY_AFTER)))
                pauses = min(pauses + 1, LONGEST_PAUSE)
        del self._lanes[chat]

    async def _send(self, update: Pending, address: Address) -> float | None:
        """One try: None when it was taken, else the seconds that the bot wants to be left alone."""
        headers = {"Content-Type": "application/json"}
        if address.secret is not None:
            headers[SECRET_HEADER] = address.secret
        async with self._gate:
            try:
                async with self._open().post(
                    address.url, data=orjson.dumps(update.body), headers=headers, allow_redirects=False
                ) as response:
                    await response.read()
            except TimeoutError:
                return self._failed("Read timeout expired")
            except aiohttp.ClientConnectorError:
                return self._failed("Connection refused")
            except aiohttp.ClientError:
                return self._failed("Connection closed")
        if 200 <= response.status < 300:
            return None
        said = response.headers.get("Retry-After", "")
        phrase = HTTPStatus(response.status).phrase if response.status in set(HTTPStatus) else ""
        self._failed(f"Wrong response from the webhook: {response.status} {phrase}".rstrip())
        return float(said) if said.isdecimal() else 0.0

    def _failed(self, description: str) -> float:
        self.last_error = (self._clock.now(), description)
        return 0.0

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=PATIENCE, connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session


def _chat_of(body: JsonObject) -> int:
    """The chat of an update; whose it is, when it has none."""
    content = next((found for value in body.values() if (found := as_object(value)) is not None), {})
    for holder in (as_object(content.get("message")), content):
        chat = as_object(holder.get("chat")) if holder is not None else None
        if chat is not None:
            return as_int(chat.get("id")) or 0
    sender = as_object(content.get("from"))
    return as_int(sender.get("id")) or 0 if sender is not None else 0
