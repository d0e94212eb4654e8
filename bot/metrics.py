"""What is counted, under names that alerts and dashboards rely on (deploy/alerts.yml, deploy/grafana.json).

Labels hold words of ours only, from short lists: no id, no address, no name of anybody. What stands in tables is read
when somebody looks (`read_at_scrape`), everything else is counted where it happens.
"""

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from notifications.push import Receipt
from notifications.sender import Delivery, Sender
from storage.inbox import Row
from storage.notices import Notice

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
UNKNOWN = float("nan")
# The portal's resources by the last word of their path; whatever else stands in an address is somebody's id.
OPERATIONS = frozenset({
    "product", "productOffering", "productOrder", "cancelProductOrder", "customerBill", "appliedCustomerBillingRate",
    "service", "targets", "hub", "userinfo", "token", "challenge", "revoke", "introspect", "content",
})  # fmt: skip
_METHOD = re.compile(r"(?<!/file)/bot[0-9]+:[A-Za-z0-9_-]+/([A-Za-z]{1,40})", re.ASCII)

Reading = Callable[[], Awaitable[Sequence[float]]]

log = structlog.get_logger(__name__)


class Metrics:
    """One process's figures, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.updates_received = self._counter(
            "updates_received", "Updates taken up: new, left by another process, or put off"
        )
        self.updates_handled = self._counter("updates_handled", "Turns by how they ended", "result")
        self.turn_seconds = self._histogram("turn_seconds", "From the begin of a turn to its end")
        self.inbox_waiting = self._gauge("inbox_waiting", "Updates that wait or run, in all processes")
        self.inbox_oldest = self._gauge("inbox_oldest_seconds", "Age of the oldest of them")
        self.heard_seconds = self._gauge("telegram_silent_seconds", "Since Telegram answered a poll or a check")
        self.webhook_requests = self._counter("webhook_requests", "What came to /telegram, by our answer", "status")
        self.push_requests = self._counter(
            "push_requests", "What came to /portal/events, by what became of it", "result"
        )
        self.telegram_seconds = self._histogram("telegram_request_seconds", "Calls of the Bot API", "method", "status")
        self.telegram_floods = self._counter("telegram_floods", "Calls that Telegram answered with 429")
        self.portal_seconds = self._histogram("portal_request_seconds", "Requests to the portal", "operation", "status")
        self.events_found = self._counter("events_found", "Events that were new, by kind and way", "kind", "way")
        self.outbox_waiting = self._gauge("outbox_waiting", "Notices that could go now, in all processes")
        self.outbox_oldest = self._gauge("outbox_oldest_seconds", "How long the oldest of them is overdue")
        self.mails_waiting = self._gauge("mails_waiting", "Mails that are not out, in all processes")
        self.mails_oldest = self._gauge("mails_oldest_seconds", "Since the oldest of them was tried first")
        self.notices_sent = self._counter("notices", "Attempts to send a notice, by how they ended", "kind", "fate")
        self.poll_lag = self._gauge("portal_poll_lag_seconds", "How far the most overdue account's poll is behind")
        self.leader = self._gauge("leader", "1 where this process holds the lease", "role")
        self.ready = self._gauge("ready", "1 when /readyz says so")
        self._readings: list[tuple[Reading, Sequence[Gauge]]] = []

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"eservice_{name}", says, labels, registry=self.registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"eservice_{name}", says, labels, registry=self.registry)

    def _histogram(self, name: str, says: str, *labels: str) -> Histogram:
        return Histogram(f"eservice_{name}", says, labels, buckets=SECONDS, registry=self.registry)

    def read_at_scrape(self, reading: Reading, *gauges: Gauge) -> None:
        """Ask for these figures whenever somebody looks; those that can't be had are NaN, the others are shown."""
        self._readings.append((reading, gauges))

    async def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        for reading, gauges in self._readings:
            try:
                found = await reading()
            except Exception as error:
                log.warning("a figure can't be read", error=type(error).__name__)
                found = [UNKNOWN] * len(gauges)
            for gauge, value in zip(gauges, found, strict=True):
                gauge.set(value)
        return generate_latest(self.registry)

    # --- hooks: each is handed to whom it listens to ------------------------------------------------------------------

    def submitting(self, submit: Callable[[Row], None]) -> Callable[[Row], None]:
        """Count the rows that are handed on."""

        def counted(row: Row) -> None:
            self.updates_received.inc()
            submit(row)

        return counted

    def turning(
        self, handle: Callable[[Row], Awaitable[None]], postponed: type[Exception]
    ) -> Callable[[Row], Awaitable[None]]:
        """Count and time turns."""

        async def timed(row: Row) -> None:
            began, result = time.perf_counter(), "crashed"
            try:
                await handle(row)
                result = "answered"
            except postponed:
                result = "postponed"
                raise
            finally:
                self.updates_handled.labels(result).inc()
                self.turn_seconds.observe(time.perf_counter() - began)

        return timed

    def telegram_call(self, method: str, url: str, status: int | None, seconds: float) -> None:
        """One request to Telegram has ended; the address holds the token and is only looked at for the method."""
        found = _METHOD.search(url)
        self.telegram_seconds.labels(found[1] if found else "file", _status(status)).observe(seconds)
        if status == 429:
            self.telegram_floods.inc()

    def portal_call(self, method: str, url: str, status: int | None, seconds: float) -> None:
        """One request to the portal has ended."""
        words = [word for word in urlsplit(url).path.split("/") if word in OPERATIONS]
        operation = f"{method} {words[-1]}" if words else "other"
        self.portal_seconds.labels(operation, _status(status)).observe(seconds)

    def event_found(self, kind: str, way: str) -> None:
        """Something that nobody had found before is being written down."""
        self.events_found.labels(kind, way).inc()

    def pushed(self, receipt: Receipt | None) -> None:
        """A push was answered; None: it could not be stored."""
        self.push_requests.labels(receipt.value if receipt else "not stored").inc()


class CountingSender:
    """A sender whose outcomes are counted."""

    def __init__(self, sender: Sender, metrics: Metrics) -> None:
        self._sender = sender
        self._metrics = metrics

    async def send(self, batch: Sequence[Notice]) -> Delivery:
        """Send one message; its files are not counted again."""
        delivery = await self._sender.send(batch)
        for notice in batch:
            if not notice.parts_sent:
                self._metrics.notices_sent.labels(notice.kind, delivery.fate.value).inc()
        return delivery


def names(registry: CollectorRegistry) -> Sequence[str]:
    """Every name that a query may use."""
    found = []
    for family in registry.collect():
        match family.type:
            case "counter":
                found.append(f"{family.name}_total")
            case "histogram":
                found += [f"{family.name}_{part}" for part in ("bucket", "sum", "count")]
            case _:
                found.append(family.name)
    return found


def _status(status: int | None) -> str:
    """2xx and so on; `none` when no answer came."""
    return "429" if status == 429 else f"{status // 100}xx" if status else "none"
