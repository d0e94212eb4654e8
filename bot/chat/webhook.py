"""Updates that Telegram sends: durable before the answer, many at once in one commit.

Telegram is told where to send them and keeps being asked whether it still does. The secret that proves that a request
is Telegram's is derived from the vault's keys and the bot's token, so all processes know it and nobody stores it; while
the keys are rotated, the one of each key is accepted.
"""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog
from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.chat.ingest import ALLOWED, LONGEST_STORING, Excused, received, stored
from bot.chat.transport import Update
from storage.engine import DatabaseUnavailable
from storage.inbox import Inbox, Received, Row
from storage.together import Together
from storage.vault import Use, Vault

PATH = "/telegram"
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  # the header's name
CONNECTIONS = 100  # what Telegram allows; many at once share a commit
LOOK = 60.0  # seconds between looks at what Telegram has noted down
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0

log = structlog.get_logger(__name__)


class WebhookSecret:
    """What Telegram sends along with each update."""

    def __init__(self, vault: Vault, token: str) -> None:
        self._vault = vault
        self._parts = (b"telegram", token.encode())

    def text(self) -> str:
        """In the characters that Telegram permits."""
        return base64.urlsafe_b64encode(self._vault.mac(Use.WEBHOOK, *self._parts)).rstrip(b"=").decode()

    def matches(self, text: str) -> bool:
        """Whether this is the secret, in the same time for each wrong one."""
        try:
            tag = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            tag = b""
        return self._vault.mac_matches(Use.WEBHOOK, tag, *self._parts) and len(text) == 43


class Webhook:
    """Takes updates, stores them, hands the new ones on, and keeps Telegram sending."""

    def __init__(
        self,
        bot: Bot,
        public_url: str,
        secret: WebhookSecret,
        inbox: Inbox,
        submit: Callable[[Row], None],
        holding: Callable[[], Sequence[Row]],
        clock: Callable[[], datetime],
        excuse: Callable[[Update], Awaitable[None]] | None = None,
    ) -> None:
        self.secret = secret
        self.heard_at: datetime | None = None  # when Telegram last confirmed that it sends here
        self._bot = bot
        self._url = f"{public_url}{PATH}"
        self._inbox = inbox
        self._submit = submit
        self._holding = holding
        self._clock = clock
        self._excused = Excused(excuse)
        self._together = Together(self._take)

    @property
    def leads(self) -> bool:
        """Every process takes updates."""
        return True

    @property
    def stores(self) -> bool:
        """Whether what came last could be stored."""
        return not self._excused

    async def take(self, update: Update) -> None:
        """Returns when the update is durable; DatabaseUnavailable when it is not, and Telegram sends it again."""
        found = received(update)
        if found is None:
            return
        storing = asyncio.ensure_future(self._together(found))
        try:
            await asyncio.wait((storing,), timeout=LONGEST_STORING)
            if not storing.done():
                await self._excused.tell(update)
            await storing
        except DatabaseUnavailable:
            await self._excused.tell(update)
            raise
        self._excused.over()

    async def _take(self, updates: Sequence[Received]) -> list[None]:
        """One commit. What is claimed in it is handed on here, also when nobody waits for it any more."""
        for row in await stored(updates, self._store):
            self._submit(row)
        return [None] * len(updates)

    async def _store(self, updates: Sequence[Received]) -> list[Row]:
        return await self._inbox.receive(updates, self._clock(), holding=self._holding())

    async def run(self) -> None:
        """Have Telegram send updates here until cancelled; never ends by itself, whatever happens outside.

        Nothing is taken back at the end: other processes may serve the same address, and the next start goes on.
        """
        pause = FIRST_PAUSE
        while True:
            try:
                await self._see_to_it()
                self.heard_at, pause = self._clock(), FIRST_PAUSE
                await asyncio.sleep(LOOK)
            except RetryAfter as error:
                after = error.retry_after
                await asyncio.sleep(float(after) if isinstance(after, int | float) else after.total_seconds())
            except TelegramError as error:
                log.warning("webhook not set", error=error.message, pause=pause)
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
            except Exception:
                log.exception("webhook")
                await asyncio.sleep(LONGEST_PAUSE)

    async def settle(self) -> None:
        """Until nothing more is being stored: a row that is claimed must be known to somebody."""
        await self._together.settle()

    async def _see_to_it(self) -> None:
        """Set the webhook, the first time in any case: what is set may be an older release's."""
        if self.heard_at is not None:
            info = await self._bot.get_webhook_info()
            if info.url == self._url:
                if info.last_error_date is not None and info.last_error_date > self.heard_at:
                    log.warning(
                        "Telegram can't deliver", error=info.last_error_message, waiting=info.pending_update_count
                    )
                return
            log.error("the webhook is not ours any more; setting it again", found=bool(info.url))
        await self._bot.set_webhook(
            self._url, secret_token=self.secret.text(), allowed_updates=ALLOWED, max_connections=CONNECTIONS
        )
