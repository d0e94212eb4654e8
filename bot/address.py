"""The bot's address: the web, put together from what it serves and what it shows."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.chat.polling import Polling
from bot.chat.webhook import Webhook
from bot.health import Health
from bot.metrics import Metrics
from bot.settings import Settings
from notifications.push import PortalEvents
from storage.depths import Depths

if TYPE_CHECKING:
    from bot.serving import Serving


class Nowhere:
    """A bot that asks for its updates, and shows nobody its figures, needs no address."""

    async def start(self) -> None:
        """Nothing listens."""

    async def stop(self) -> None:
        """Nothing did."""


def address(
    settings: Settings,
    health: Health,
    metrics: Metrics,
    way_in: Polling | Webhook,
    events: PortalEvents | None = None,
) -> "Serving | Nowhere":
    """The web; without HTTP_BIND and PUBLIC_URL there is none."""
    if settings.listens_on is None:
        return Nowhere()
    from bot.serving import Serving  # imported here, with what serves: memory that a bot without an address spares
    from bot.web import application

    webhook = way_in if isinstance(way_in, Webhook) else None
    return Serving(application(health, metrics, webhook, events), settings.listens_on)


def show(
    metrics: Metrics, depths: Depths, health: Health, way_in: Polling | Webhook, clock: Callable[[], datetime]
) -> None:
    """What is read when somebody looks."""

    async def inbox() -> Sequence[float]:
        depth = await depths.inbox(clock())
        return depth.waiting, depth.oldest_seconds

    async def outbox() -> Sequence[float]:
        depth = await depths.outbox(clock())
        return depth.waiting, depth.oldest_seconds

    async def mails() -> Sequence[float]:
        depth = await depths.mails(clock())
        return depth.waiting, depth.oldest_seconds

    async def polls() -> Sequence[float]:
        return ((await depths.polls(clock())).oldest_seconds,)

    async def ready() -> Sequence[float]:
        return (float(not await health.wrong()),)

    metrics.read_at_scrape(inbox, metrics.inbox_waiting, metrics.inbox_oldest)
    metrics.read_at_scrape(outbox, metrics.outbox_waiting, metrics.outbox_oldest)
    metrics.read_at_scrape(mails, metrics.mails_waiting, metrics.mails_oldest)
    metrics.read_at_scrape(polls, metrics.poll_lag)
    metrics.read_at_scrape(ready, metrics.ready)
    metrics.heard_seconds.set_function(health.silence)
    metrics.leader.labels("updates").set_function(lambda: float(way_in.leads))
