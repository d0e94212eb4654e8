"""Subscriptions: who may make them, where they may lead, what is seen of them."""

import pytest

from portal.server.events.callbacks import NotACallback, check
from portal.server.settings import PortalSettings
from tests.portal.conftest import Portal
from tests.portal.listening import HUBS, deliveries, eager, subscribe, subscriber
from tests.portal.tmf import conform

HERE = "http://127.0.0.1:9/events"
INSIDE = (
    "http://bot.example/events",
    "https://127.0.0.1/events",
    "https://10.1.2.3/events",
    "https://192.168.0.1:8443/events",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/events",
    "https://0.0.0.0/events",
    "https://224.0.0.1/events",
    "https://[::1]/events",
    "https://[fd00::1]/events",
    "https://[::ffff:10.0.0.1]/events",
    "https://[64:ff9b::a00:1]/events",
    "https://[2002:a00:1::]/events",
    "https://localhost/events",
    "https://LOCALHOST./events",
    "https://bot/events",
    "https://bot.internal/events",
    "https://me:secret@bot.example/events",
    "https://bot.example/events#part",
    "https://bot.example:0/events",
    "https://bot.example:99999/events",
    "https://bot.example/ev ents",
    "https://bücher.example/events",
    "ftp://bot.example/events",
    "//bot.example/events",
    "https:///events",
    "https://[::1",
    "https://bot.example/" + "a" * 500,
)


@pytest.fixture
def portal_settings(portal_settings: PortalSettings) -> PortalSettings:
    return eager(portal_settings)


async def test_the_life_of_a_hub(portal: Portal) -> None:
    """Made once per callback, its secret shown once, read and ended by its own client; the same at all four APIs."""
    headers = await subscriber(portal)
    for api, path in HUBS.items():
        answer = await subscribe(portal, api, HERE)
        made = answer.json()
        shown = {"id": made["id"], "callback": HERE}

        assert answer.status_code == 201
        assert answer.headers["Location"] == f"{portal.base_url}{path}/{made['id']}"
        assert made["secret"].startswith("whsec_")
        if api != "grants":
            conform("EventSubscription", made)
        assert (await subscribe(portal, api, HERE)).status_code == 409
        assert (await portal.http.get(path, headers=headers)).json() == [shown]
        assert (await portal.http.get(f"{path}/{made['id']}", headers=headers)).json() == shown
        renewed = (await portal.http.post(f"{path}/{made['id']}/secret", headers=headers)).json()
        assert renewed["secret"] != made["secret"]
        assert made["secret"].encode() not in portal.stored()
        assert (await portal.http.delete(f"{path}/{made['id']}", headers=headers)).status_code == 204
        assert (await portal.http.delete(f"{path}/{made['id']}", headers=headers)).status_code == 404
        assert (await portal.http.get(path, headers=headers)).json() == []
        assert (await subscribe(portal, api, HERE)).status_code == 201


async def test_only_a_subscriber_has_hubs(portal: Portal) -> None:
    """The operator's token is no subscriber's, none is nobody's; a hub of one API does not exist at another."""
    made = (await subscribe(portal, "bills", HERE)).json()
    elsewhere = await portal.http.get(f"{HUBS['orders']}/{made['id']}", headers=await subscriber(portal))

    assert elsewhere.status_code == 404
    for path in HUBS.values():
        assert (await portal.http.get(path, headers=portal.operator)).status_code == 403
        assert (await portal.http.post(path, json={"callback": HERE})).status_code == 401


async def test_what_is_asked_for_must_be_known(portal: Portal) -> None:
    """A query names event types of its API; anything else is refused rather than ignored."""
    good = await subscribe(portal, "bills", HERE, query="eventType=CustomerBillCreateEvent")
    bad = ("eventType=ProductOrderCreateEvent", "eventType=", "state=sent", "eventType=CustomerBillCreateEvent&x=1")

    assert good.json()["query"] == "eventType=CustomerBillCreateEvent"
    for query in bad:
        assert (await subscribe(portal, "bills", HERE + "/2", query=query)).status_code == 400
    assert await deliveries(portal) == []


@pytest.mark.parametrize("callback", INSIDE)
def test_events_leave_the_house_only_to_the_public_internet(callback: str) -> None:
    """No plain http, no address or name of an inner network, nothing that two readers could read differently."""
    with pytest.raises(NotACallback):
        check(callback, local=False)


def test_public_https_addresses_are_callbacks() -> None:
    """A name or an address of the public internet, any port and path; this machine only by the operator's switch."""
    for callback in ("https://bot.example.com/portal/events", "https://bot.example.com:8443/", "https://1.1.1.1/e"):
        check(callback, local=False)
    for callback in (HERE, "http://localhost:8080/events", "http://[::1]:8080/events"):
        check(callback, local=True)
    with pytest.raises(NotACallback):
        check("http://192.168.0.1/events", local=True)
