"""Metrics: what alerts and dashboards ask for exists, what is counted is true, and no label knows anybody."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from bot.chat.turns import Postponed
from bot.metrics import Metrics, names
from storage.bill_watch import BillWatch
from storage.connections import Account, Connections, Tokens
from storage.depths import Depths
from storage.engine import Database
from storage.events import Events
from storage.inbox import Inbox, Received
from storage.migrate import migrate
from storage.notices import NewNotice, Notices
from storage.vault import Vault, generate_key, parse_keys
from tests.databases import fresh_file

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
# what Prometheus itself adds, and what the library counts of a process
GIVEN = frozenset({"up", "process_cpu_seconds_total", "process_resident_memory_bytes"})
NAME = re.compile(r"\b(?:eservice|process|up)\w*\b", re.ASCII)
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def asked_for(expression: str) -> set[str]:
    """The metrics that a query names; what stands in quotes is no name."""
    return set(NAME.findall(re.sub(r'"[^"]*"', "", expression)))


def queries() -> list[str]:
    """Every query in deploy/."""
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text())
    board = json.loads((DEPLOY / "grafana.json").read_text())
    alerts = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    return alerts + [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def test_alerts_and_dashboard_ask_for_what_exists() -> None:
    """Each query names metrics, and only such as this release has; each of ours is looked at somewhere."""
    known = set(names(Metrics().registry)) | GIVEN
    asked = [asked_for(query) for query in queries()]

    assert len(asked) > 30
    assert all(asked)
    assert set().union(*asked) - known == set()
    ours = {name for name in known if name.startswith("eservice_") and not name.endswith(("_sum", "_bucket", "_count"))}
    assert ours - set().union(*asked) == set()


def test_every_alert_says_what_to_do() -> None:
    """A summary, an action, and who is to be woken."""
    rules = [r for g in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"] for r in g["rules"]]

    for rule in rules:
        assert rule["annotations"].keys() == {"summary", "action"}
        assert rule["labels"]["severity"] in ("page", "ticket")
    assert len({rule["alert"] for rule in rules}) == len(rules)


@pytest.mark.parametrize("file", ["Caddyfile", "nginx.conf"])
def test_the_proxies_hide_what_is_not_public(file: str) -> None:
    """Of the paths that the bot serves only Telegram's and the portal's are passed on."""
    text = "\n".join(line for line in (DEPLOY / file).read_text().splitlines() if not line.lstrip().startswith("#"))

    assert "/telegram" in text
    assert "/portal/events" in text
    assert "/metrics" not in text
    assert "404" in text


async def test_labels_know_nobody() -> None:
    """Addresses hold the token and ids of customers; what is left of them is the method or the resource."""
    metrics = Metrics()
    metrics.telegram_call("POST", "https://api.telegram.org/bot2300229:canary-token/sendMessage", 429, 0.1)
    metrics.telegram_call("GET", "https://api.telegram.org/file/bot2300229:canary-token/photos/canary.jpg", 200, 0.1)
    metrics.portal_call("GET", "https://p/tmf-api/productInventory/v4/product/canary?customer=canary", 200, 0.1)
    metrics.portal_call("POST", "https://p/oauth2/token", None, 0.1)
    metrics.portal_call("GET", "https://p/canary/canary", 503, 0.1)
    text = (await metrics.text()).decode()

    assert "canary" not in text
    assert 'eservice_telegram_request_seconds_count{method="sendMessage",status="429"} 1.0' in text
    assert 'eservice_telegram_request_seconds_count{method="file",status="2xx"} 1.0' in text
    assert "eservice_telegram_floods_total 1.0" in text
    assert 'eservice_portal_request_seconds_count{operation="GET product",status="2xx"} 1.0' in text
    assert 'eservice_portal_request_seconds_count{operation="POST token",status="none"} 1.0' in text
    assert 'eservice_portal_request_seconds_count{operation="other",status="5xx"} 1.0' in text


async def test_turns_are_told_apart(tmp_path: Path) -> None:
    """Answered, put off and crashed turns each count as what they are, and what they raise goes on."""
    metrics = Metrics()
    vault, database = Vault(parse_keys(generate_key())), Database(await fresh_file(tmp_path))
    (row,) = await Inbox(database, vault, 1).receive([Received(1, 1, 1, {})], NOW)
    await database.close()
    faults: list[Exception | None] = [None, Postponed(timedelta()), RuntimeError("a bug")]

    async def turn(_: object) -> None:
        fault = faults.pop(0)
        if fault is not None:
            raise fault

    timed = metrics.turning(turn, Postponed)
    await timed(row)
    with pytest.raises(Postponed):
        await timed(row)
    with pytest.raises(RuntimeError):
        await timed(row)
    for result in ("answered", "postponed", "crashed"):
        assert metrics.registry.get_sample_value("eservice_updates_handled_total", {"result": result}) == 1
    assert metrics.registry.get_sample_value("eservice_turn_seconds_count") == 3


async def test_what_can_not_be_read_is_not_a_number() -> None:
    """A figure that needs the database is NaN while that is away; the others are shown."""
    metrics = Metrics()

    async def away() -> list[float]:
        raise OSError("gone")

    metrics.read_at_scrape(away, metrics.outbox_waiting, metrics.outbox_oldest)
    text = (await metrics.text()).decode()

    assert "eservice_outbox_waiting NaN" in text
    assert "eservice_updates_received_total 0.0" in text


async def test_depths_count_what_is_due(database_url: str) -> None:
    """An update counts from when it came, a notice from when it may go; what is held back does not count.

    A poll counts from when it was due, as long as somebody is connected.
    """
    database, vault = Database(database_url), Vault(parse_keys(generate_key()))
    await migrate(database)
    depths, notices, minute = Depths(database), Notices(database, vault), timedelta(minutes=1)
    inbox = Inbox(database, vault, 1)
    rows = await inbox.receive([Received(1, 1, 1, {}), Received(2, 2, 2, {})], NOW)
    await inbox.finish(rows[0])
    await notices.add([NewNotice("welcome", "a", 1, {})], NOW)
    await notices.add([NewNotice("welcome", "b", 1, {})], NOW + 10 * minute)
    people = Connections(database, vault)
    for customer in ("late", "left"):
        account = Account(f"acc-{customer}", "max", "Max", customer, customer, (), "de", "Europe/Berlin")
        await people.add(1, "Max", account, Tokens("a", None, NOW + 9 * minute, ""), NOW)
    await BillWatch(database, vault, people, Events(database, vault)).enrol(NOW)
    (left,) = await people.of_customer("left")
    await people.end(left.id, NOW)
    polls = await depths.polls(NOW + 3 * minute)
    (waiting, due) = await depths.inbox(NOW + minute), await depths.outbox(NOW + 2 * minute)
    await database.close()

    assert (waiting.waiting, waiting.oldest_seconds) == (1, 60)
    assert (due.waiting, due.oldest_seconds) == (1, 120)
    assert (polls.waiting, polls.oldest_seconds) == (1, 180)
