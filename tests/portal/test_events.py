"""Events on their way to a listener over HTTP: what they say, to whom, and what becomes of them when it fails."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from portal.events import EventKind, verify
from portal.server.settings import PortalSettings
from tests.portal.conftest import BOT, Portal, both_engines
from tests.portal.listening import HANG_UP, NEVER, Listener, deliveries, eager, settled, subscribed, subscriber
from tests.portal.orders import add, placed
from tests.portal.tmf import BERND, MAX, Json, conform, connected

BILL_PATH = "/tmf-api/customerBillManagement/v4/customerBill"
ON_DEMAND = "/tmf-api/customerBillManagement/v4/customerBillOnDemand"
GRANTS = "/operator/grants"


@pytest.fixture
def portal_settings(portal_settings: PortalSettings) -> PortalSettings:
    return replace(eager(portal_settings), order_pace=0, event_pauses=(0.05,) * 6)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    await listener.start()
    yield listener
    await listener.stop()


async def new_bill(portal: Portal) -> str:
    wish = {"billingAccount": {"id": "ba-2300229-m"}}
    made = await portal.http.post(ON_DEMAND, json=wish, headers=portal.operator)
    assert made.status_code == 201, made.text
    return str(made.json()["customerBill"]["id"])


async def set_state(portal: Portal, bill_id: str, state: str) -> None:
    answer = await portal.http.patch(f"{BILL_PATH}/{bill_id}", json={"state": state}, headers=portal.operator)
    assert answer.status_code == 200, answer.text


async def end_grants(portal: Portal) -> list[str]:
    live = [grant["id"] for grant in (await portal.http.get(GRANTS, headers=portal.operator)).json()]
    for grant_id in live:
        assert (await portal.http.delete(f"{GRANTS}/{grant_id}", headers=portal.operator)).status_code == 204
    return live


async def hubs(portal: Portal, **wanted: bool) -> list[Json]:
    found: list[Json] = (await portal.http.get("/operator/hubs", params=wanted, headers=portal.operator)).json()
    return found


@both_engines
async def test_what_happens_is_told(portal: Portal, listener: Listener) -> None:
    """Bills, orders, diversions and the end of a connection: signed, thin, in TM Forum's shape, read by the bot."""
    # PyPI's verifier has a clock of its own
    portal.clock.set_wall((datetime.now(UTC) - portal.clock()).total_seconds())
    await portal.sign_in_operator()
    person = await connected(portal, MAX)
    made = await subscribed(portal, listener)
    secrets = [hub["secret"] for hub in made.values()]
    bill_id = await new_bill(portal)
    await set_state(portal, bill_id, "settled")
    await set_state(portal, bill_id, "settled")  # nothing changes, nothing is told
    order = await placed(portal, person, add("e-1", "opt-service-4h", "c-1001"))
    ext = await person.one("/tmf-api/ServiceActivationAndConfiguration/v4/service", "ext-21")
    driven = {"callForwarding": {"busy": {"active": True, "target": "sip:voicemail@pbx.eservice.example"}}}
    driven["callForwarding"]["busy"]["active"] = not ext["callForwarding"]["busy"]["active"]
    assert (await portal.http.patch("/operator/services/ext-21", json=driven, headers=portal.operator)).is_success
    await person.get("/tmf-api/productOrderingManagement/v4/productOrder")  # it moves on when somebody looks
    await settled(portal, 6)
    (grant_id,) = await end_grants(portal)
    log = await settled(portal, 7)
    told = [verify(post.headers, post.body, secrets, datetime.now(UTC)) for post in listener.posts]

    assert {one["state"] for one in log} == {"delivered"}
    assert {(event.kind, event.subject_id, event.state) for event in told} == {
        (EventKind.INVOICE_CREATED, bill_id, "sent"),
        (EventKind.INVOICE_STATE, bill_id, "settled"),
        (EventKind.ORDER_CREATED, order["id"], "acknowledged"),
        (EventKind.ORDER_STATE, order["id"], "inProgress"),
        (EventKind.ORDER_STATE, order["id"], "completed"),
        (EventKind.DIVERSION_CHANGED, "ext-21", None),
        (EventKind.GRANT_REVOKED, grant_id, "ended"),
    }
    assert {event.customer_id for event in told} == {"cust-2300229"}
    assert len({event.business_key for event in told}) == len(told) == 7
    for post in listener.posts:
        body = json.loads(post.body)
        (secret,) = [one for one in secrets if post.carries(one)]
        assert post.check(secret) == body
        assert body["eventId"] == post.id
        assert not any(word in post.body.decode().lower() for word in ("amount", "eur", "price"))
        if "Bill" not in body["eventType"] and "Grant" not in body["eventType"]:
            conform(body["eventType"], body)


async def test_only_the_connected_are_told_of(portal: Portal, listener: Listener) -> None:
    """Nothing of customers nobody is connected to; after the last connection's end only that it ended."""
    await connected(portal, BERND)  # another customer's
    await subscribed(portal, listener)
    await new_bill(portal)
    assert await deliveries(portal) == []

    await connected(portal, MAX)
    listener.answer = lambda _id: 503
    bill_id = await new_bill(portal)
    await listener.posts.nth(1)
    live = await end_grants(portal)
    listener.answer = lambda _id: 204
    await set_state(portal, bill_id, "settled")
    log = await settled(portal, 3)

    assert len(live) == 2
    assert {(one["event_type"], one["state"]) for one in log} == {
        ("CustomerBillCreateEvent", "withdrawn"), ("GrantRevokedEvent", "delivered"),
    }  # fmt: skip
    (withdrawn,) = [one for one in log if one["state"] == "withdrawn"]
    again = await portal.http.post(f"/operator/deliveries/{withdrawn['id']}/replay", headers=portal.operator)
    assert again.status_code == 409


async def test_a_revoked_connections_tokens_fail_at_once(portal: Portal) -> None:
    """Introspection tells of both tokens what holds, to their own client alone; the moment it ends, neither holds."""
    tokens = await portal.connect((await portal.order())["code"])

    async def ask(token: str) -> Json:
        return (await portal.http.post("/oauth2/introspect", data={"token": token}, auth=BOT)).json()

    access, refresh = await ask(tokens.access), await ask(tokens.refresh)
    assert access["active"] and refresh["active"]
    assert access["grant_id"] == refresh["grant_id"] and access["grant_state"] == "live"
    assert access["scope"] == tokens.scope and access["token_type"] == "Bearer"
    assert access["exp"] - access["iat"] == 600
    renewed = (await portal.token(grant_type="refresh_token", refresh_token=tokens.refresh)).json()
    assert renewed["grant_id"] == access["grant_id"]
    assert (await ask(renewed["refresh_token"]))["active"]
    foreign = await portal.http.post(
        "/oauth2/introspect", data={"token": tokens.access}, auth=("operator", "operator-secret-of-the-tests")
    )
    assert foreign.json() == await ask("unknown") == {"active": False}
    portal.clock.pass_time(601)
    await portal.sign_in_operator()
    assert await ask(tokens.access) == {"active": False, "grant_state": "live", "grant_id": access["grant_id"]}

    await end_grants(portal)
    for token in (tokens.access, tokens.refresh, renewed["access_token"], renewed["refresh_token"]):
        assert await ask(token) == {"active": False, "grant_state": "ended", "grant_id": access["grant_id"]}
    assert (await portal.userinfo(renewed["access_token"])).status_code == 401
    assert (await portal.http.post("/oauth2/introspect", data={"token": tokens.access})).status_code == 401


async def test_a_listener_that_fails_is_asked_again(portal: Portal, listener: Listener) -> None:
    """5xx, a redirect, a hang-up, silence: the same event comes again, byte for byte, and the log tells each try."""
    await connected(portal, MAX)
    await subscribed(portal, listener, "bills")
    answers = iter([503, 302, HANG_UP, NEVER, 204, 204])
    listener.answer = lambda _id: next(answers)
    await new_bill(portal)
    (one,) = await settled(portal, 1)

    assert len(listener.posts) == 5
    assert len({(post.id, post.body, post.path) for post in listener.posts}) == 1
    assert [tried["status"] for tried in one["tries"]] == [503, 302, None, None, 204]
    assert [bool(tried["error"]) for tried in one["tries"]] == [False, False, True, True, False]
    assert (one["state"], one["attempts"], one["next_try"]) == ("delivered", 5, None)

    again = await portal.http.post(f"/operator/deliveries/{one['id']}/replay", headers=portal.operator)
    assert again.status_code == 202
    assert (await listener.posts.nth(6)).id == one["event_id"]


async def test_tries_end_and_the_operator_may_begin_them_anew(portal: Portal, listener: Listener) -> None:
    """When the schedule is used up the delivery is failed, kept and counted; a replay starts it again."""
    await connected(portal, MAX)
    (hub,) = (await subscribed(portal, listener, "bills")).values()
    listener.answer = lambda _id: 500
    await new_bill(portal)
    (failed,) = await settled(portal, 1)
    (counted,) = await hubs(portal)
    assert failed["attempts"] == len(portal.server.settings.event_pauses) + 1
    assert (counted["id"], counted["failed"], counted["waiting"]) == (hub["id"], 1, 0)

    listener.answer = lambda _id: 204
    await portal.http.post(f"/operator/deliveries/{failed['id']}/replay", headers=portal.operator)
    await listener.posts.nth(failed["attempts"] + 1)
    await settled(portal, 1)
    (counted,) = await hubs(portal)
    assert (counted["failed"], counted["delivered"]) == (0, 1)


async def test_gone_ends_the_subscription(portal: Portal, listener: Listener) -> None:
    """410: nothing more is sent, what waits is withdrawn, and the client may subscribe anew."""
    await connected(portal, MAX)
    await subscribed(portal, listener, "bills")
    listener.answer = lambda _id: 410
    await new_bill(portal)
    await settled(portal, 1)
    await new_bill(portal)
    (ended,) = await hubs(portal, live=False)

    assert ended["ended_by"] == "gone"
    assert len(listener.posts) == 1
    assert len(await deliveries(portal)) == 1
    assert await hubs(portal) == []
    await subscribed(portal, listener, "bills")


async def test_a_secret_is_renewed_without_a_gap(portal: Portal, listener: Listener) -> None:
    """For a while old and new secret both sign; then the new one alone. Operator and bot may renew it."""
    await connected(portal, MAX)
    (hub,) = (await subscribed(portal, listener, "bills")).values()
    answer = await portal.http.post(f"/operator/hubs/{hub['id']}/secret", headers=portal.operator)
    renewed = answer.json()["secret"]
    await new_bill(portal)
    both = await listener.posts.nth(1)
    portal.clock.pass_time(portal.server.settings.event_secret_grace)
    await portal.sign_in_operator()
    await new_bill(portal)
    after = await listener.posts.nth(2)

    assert both.carries(hub["secret"]) and both.carries(renewed)
    assert after.carries(renewed) and not after.carries(hub["secret"])
    path = f"/tmf-api/customerBillManagement/v4/hub/{hub['id']}/secret"
    own = (await portal.http.post(path, headers=await subscriber(portal))).json()["secret"]
    await new_bill(portal)
    assert (await listener.posts.nth(3)).carries(own)


async def test_events_survive_a_restart(portal: Portal, listener: Listener) -> None:
    """What waits when the portal ends is sent when it begins again, also what it had just taken up."""
    await connected(portal, MAX)
    await subscribed(portal, listener, "bills")
    listener.answer = lambda _id: NEVER
    await new_bill(portal)
    first = await listener.posts.nth(1)
    listener.answer = lambda _id: 204
    await portal.restart()
    portal.clock.pass_time(60)  # should the lease not have been given back

    assert (await listener.posts.nth(2)).id == first.id
