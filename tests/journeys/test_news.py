"""What happens at the portal becomes an event: by poll within its period, by push within seconds; a dead grant ends."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import orjson
import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from bot.chat.text import Name
from notifications.detect import SLOW
from notifications.push import EVENTS_PATH
from portal.hubs import HubApi
from services.subscriptions import EventKind
from storage.hubs import KeptHub, KeptHubs
from storage.tables import events
from tests.house import MAX, OPERATOR_SECRET, House, house, with_address
from tests.journeys.words import Words
from tests.proof import Proof

BILLS = "/tmf-api/customerBillManagement/v4"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
IN_TIME = 5.0  # seconds
INVOICE, PAID = EventKind.INVOICE.value, EventKind.PAID.value


@pytest.fixture
async def home(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    """With a public address, and a hub at the portal whose secret the test knows."""
    async with house(tmp_path, database_url, bot=with_address) as running:
        app = running.app
        hub = KeptHub(HubApi.INVOICES.value, "hub-1", f"{running.settings.public_url}{EVENTS_PATH}", SECRET)
        await KeptHubs(app.database, app.vault).keep(hub, running.clock())
        assert app.detection.listening is not None
        await app.detection.listening.run_once()
        yield running


async def operator(home: House, method: str, path: str, body: dict[str, object]) -> dict[str, object]:
    """What the billing run does."""
    async with httpx.AsyncClient(base_url=home.portal.url, trust_env=False) as http:
        form = {"grant_type": "client_credentials", "scope": "operator"}
        token = (await http.post("/oauth2/token", data=form, auth=("operator", OPERATOR_SECRET))).json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        answer = await http.request(method, BILLS + path, json=body, headers=headers)
        answer.raise_for_status()
        return dict(answer.json())


async def write_invoice(home: House) -> str:
    """A new invoice; its id."""
    made = await operator(home, "POST", "/customerBillOnDemand", {"billingAccount": {"id": "ba-2300229"}})
    bill = made["customerBill"]
    assert isinstance(bill, dict)
    return str(bill["id"])


async def found(home: House) -> list[tuple[str, str]]:
    """The kind of each event and the invoice it is about."""
    app = home.app
    async with app.database.reading() as connection:
        rows = (await connection.execute(select(events).order_by(events.c.found_at))).all()
    opened = [orjson.loads(app.vault.open("events", row.id, "facts", row.facts_sealed)) for row in rows]
    return [(row.kind, facts["invoice"]) for row, facts in zip(rows, opened, strict=True)]


async def metrics(home: House) -> str:
    """What a scrape reads."""
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(f"{home.settings.public_url}/metrics")).text


async def push(home: House, kind: str, resource: dict[str, object]) -> None:
    """The portal's signed event, as it arrives."""
    now = home.clock()
    name = "grant" if kind == "GrantRevokedEvent" else "customerBill"
    parties = [{"id": await customer(home), "role": "customer"}]
    event = {"eventType": kind, "timeOcurred": now.isoformat(), "event": {name: {**resource, "relatedParty": parties}}}
    body, event_id = orjson.dumps(event), f"evt-{kind}-{resource['id']}"
    signature = Webhook(SECRET).sign(event_id, now, body.decode())
    stamp = str(int(now.timestamp()))
    headers = {"webhook-id": event_id, "webhook-timestamp": stamp, "webhook-signature": signature}
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{home.settings.public_url}{EVENTS_PATH}", content=body, headers=headers)
    assert answer.status_code == 204


async def customer(home: House) -> str:
    """Whose administrator Max is."""
    (connection,) = await home.app.connections.of_account(f"acc-{MAX[0]}")
    return connection.account.customer_id


async def looked_at(home: House) -> None:
    """Everybody's invoices are known, and nobody's turn is near."""
    await home.app.detection.detector.enrol()
    await home.until(home.app.detection.detector.run_once, 0)


async def test_a_new_invoice_is_found_by_poll_and_by_push(home: House, words: Words) -> None:
    """Years of old invoices are no news; a new one is, within an hour without push, within seconds with it; paid is."""
    await home.connected("Max", language=words.language)
    await looked_at(home)
    assert await found(home) == []
    polled = await write_invoice(home)
    home.clock.advance(SLOW + timedelta(seconds=1))
    await looked_at(home)
    await home.until(lambda: found(home), [(INVOICE, polled)])

    pushed = await write_invoice(home)
    await push(home, "CustomerBillCreateEvent", {"id": pushed})
    await home.until(lambda: found(home), [(INVOICE, polled), (INVOICE, pushed)], within=IN_TIME)
    await operator(home, "PATCH", f"/customerBill/{polled}", {"state": "settled"})
    await push(home, "CustomerBillStateChangeEvent", {"id": polled, "state": "settled"})
    await home.until(lambda: found(home), [(INVOICE, polled), (INVOICE, pushed), (PAID, polled)], within=IN_TIME)
    figures = await metrics(home)
    assert 'eservice_events_found_total{kind="invoice",way="poll"} 2.0' in figures
    assert 'eservice_events_found_total{kind="invoice-paid",way="poll"} 1.0' in figures
    assert "eservice_portal_poll_lag_seconds 0.0" in figures


@pytest.mark.proof("T49", target="a revoked grant that is pushed ends its connection <= 5 s")
async def test_a_revoked_grant_ends_its_connection_at_once(home: House, words: Words, proof: Proof) -> None:
    """Its owner is told once, without having asked; and the portal's word comes true before any look would have."""
    person = await home.connected("Max", language=words.language)
    (connection,) = await home.app.connections.of_person(person.id)
    assert connection.tokens is not None
    await home.end_grants()
    grant: dict[str, object] = {"id": connection.tokens.grant_id or "grant-1", "sub": connection.account.sub}
    await push(home, "GrantRevokedEvent", grant)
    await home.until(lambda: home.app.connections.of_person(person.id), [], within=IN_TIME)
    await person.sees(words("notice-ended", company=Name("Muster GmbH")), new=True)
    proof.record(figure=f"ended within {IN_TIME:g} s", passed=True)
