"""The bot's half of push against the reference portal: hubs, introspection, and bills by their last change."""

import datetime as dt
from dataclasses import replace

import pytest

from portal import client
from portal.errors import Rejected
from portal.hubs import Hub, HubApi
from portal.models import AccessToken, RefreshToken
from portal.server.settings import PortalSettings
from tests.portal.conftest import Portal
from tests.portal.listening import subscriber
from tests.portal.tmf import BILL, MAX, ON_DEMAND
from tests.portal_client.reference import connect
from tests.portal_client.scripted import TOKEN, Says, scripted
from tests.portal_client.test_reads import bill

CALLBACK = "http://127.0.0.1:9/portal/events"


@pytest.fixture
def portal_settings(portal_settings: PortalSettings) -> PortalSettings:
    return replace(portal_settings, local_callbacks=True)


def ids(hubs: tuple[Hub, ...]) -> list[str]:
    return [hub.id for hub in hubs]


async def test_hubs_are_put_right_whatever_became_of_them(portal: Portal, bot: client.Portal) -> None:
    """Made when there are none, kept when known, replaced when the secret was lost, renewed when the portal forgot."""
    first = await bot.hubs.ensure(CALLBACK)
    assert [hub.api for hub in first] == list(HubApi)
    assert all(hub.secret for hub in first)
    assert all(hub.secret not in repr(hub) for hub in first if hub.secret)

    kept = await bot.hubs.ensure(CALLBACK, first)
    assert ids(kept) == ids(first)
    assert not any(hub.secret for hub in kept)

    await bot.hubs.delete(first[0])
    await bot.hubs.delete(first[0])  # gone already
    mended = await bot.hubs.ensure(CALLBACK, first)
    assert [bool(hub.secret) for hub in mended] == [True, False, False, False]

    unknown = await bot.hubs.ensure(CALLBACK, mended[:1])  # the secrets of the others were lost
    assert [bool(hub.secret) for hub in unknown] == [False, True, True, True]

    moved = await bot.hubs.ensure(CALLBACK + "/moved", (unknown[0], *unknown[1:]))
    assert [hub.callback for hub in moved] == [CALLBACK + "/moved"] * 4
    for api in HubApi:
        assert len(await bot.hubs.list(api)) == 1


async def test_hubs_of_other_installations_stay(portal: Portal, bot: client.Portal) -> None:
    """A hub at another callback that is not known here is not touched; a callback has one hub, and must be allowed."""
    other = await bot.hubs.register(HubApi.INVOICES, CALLBACK + "/other", "eventType=CustomerBillCreateEvent")
    await bot.hubs.ensure(CALLBACK)

    listed = await bot.hubs.list(HubApi.INVOICES)
    assert replace(other, secret=None) in listed
    for callback, status in ((CALLBACK + "/other", 409), ("http://bot.example/events", 400)):
        with pytest.raises(Rejected) as refused:
            await bot.hubs.register(HubApi.INVOICES, callback)
        assert refused.value.status == status


async def test_a_secret_is_renewed(portal: Portal, bot: client.Portal) -> None:
    """The same hub with another secret."""
    hub = await bot.hubs.register(HubApi.GRANTS, CALLBACK)
    renewed = await bot.hubs.renew_secret(hub)

    assert renewed.id == hub.id
    assert renewed.secret and renewed.secret != hub.secret
    assert (await portal.http.get("/oauth2/hub", headers=await subscriber(portal))).json()[0]["id"] == hub.id


async def test_introspection_tells_whether_the_connection_lives(portal: Portal, bot: client.Portal) -> None:
    """By access and by refresh token, from the moment it is ended; the grant is known by the id of the exchange."""
    tokens = await connect(portal, bot, MAX)
    assert tokens.refresh is not None
    access, refresh = await bot.oauth.introspect(tokens.access), await bot.oauth.introspect(tokens.refresh)
    assert access.active and access.connected and refresh.active
    assert access.grant_id == refresh.grant_id == tokens.grant_id
    assert access.customer_id == "cust-2300229"
    assert access.scopes == tokens.scopes
    assert access.expires_at is not None and access.expires_at < (refresh.expires_at or access.expires_at)

    await portal.http.delete(f"/operator/grants/{tokens.grant_id}", headers=portal.operator)
    for token in (tokens.access, tokens.refresh):
        after = await bot.oauth.introspect(token)
        assert (after.active, after.connected) == (False, False)
    unknown = await bot.oauth.introspect(RefreshToken("unknown"))
    assert (unknown.active, unknown.connected) == (False, None)


async def found(bot: client.Portal, token: AccessToken, since: dt.datetime) -> list[tuple[str, str]]:
    return [(bill.id, bill.state_sent) async for bill in bot.bills_since(token, since)]


async def new_bill(portal: Portal) -> str:
    wish = {"billingAccount": {"id": "ba-2300229-m"}}
    made = await portal.http.post(ON_DEMAND, json=wish, headers=portal.operator)
    return str(made.json()["customerBill"]["id"])


async def test_bills_are_found_by_their_last_change(portal: Portal, bot: client.Portal) -> None:
    """A new bill and every change of state move `lastUpdate`, whatever the date on the bill; nothing older is told."""
    token = (await connect(portal, bot, MAX)).access
    (bill, *_) = (await bot.invoices(token, states=("sent",))).items
    since = portal.server.context.now()
    assert await found(bot, token, since) == []
    made = await new_bill(portal)
    assert await found(bot, token, since) == [(made, "sent")]
    await portal.http.patch(f"{BILL}/{bill.id}", json={"state": "settled"}, headers=portal.operator)
    assert await found(bot, token, since) == [(bill.id, "settled"), (made, "sent")]

    later = portal.server.context.now()
    assert await found(bot, token, later) == []
    everything = [one.id async for one in bot.bills_since(token, since - dt.timedelta(days=3650))]
    assert len(everything) == len(set(everything)) > 20
    mobile = [one async for one in bot.bills_since(token, since, account_id="ba-2300229-m")]
    assert {one.account_id for one in mobile} == {"ba-2300229-m"}


@pytest.mark.parametrize("status", [200, 206])
async def test_bills_are_found_though_the_list_moves(status: int) -> None:
    """Bills come and change between two pages, which pushes the rest about: each is found, each state once."""
    plain = [bill(id=f"b-{number}", lastUpdate="2026-01-02T00:00:00Z") for number in range(1250)]
    came = [bill(id=id, lastUpdate="2026-01-03T00:00:00Z") for id in ("new-1", "new-2")]
    paid = [bill(id=id, state="settled", lastUpdate="2026-01-03T00:00:00Z") for id in ("b-1200", "b-3")]
    once = [paid[0], came[0], *(one for one in plain if one["id"] != "b-1200")]
    twice = [paid[1], came[1], *(one for one in once if one["id"] != "b-3")]
    reads = [(plain, 0), (once, 500), (once, 1000), (once, 0), (twice, 500), (twice, 0), (twice, 500), (twice, 0)]
    async with scripted() as one:
        one.says(BILL, *(Says(page[at : at + 500], status if at < 1000 else 200) for page, at in reads))
        told = await found(one.portal, TOKEN, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        asked = one.queries(BILL)

    assert [int(query["offset"]) for query in asked] == [at for _, at in reads]
    assert {(query["sort"], query["lastUpdate.gte"]) for query in asked} == {
        ("-lastUpdate", "2026-01-01T00:00:00.000+00:00")
    }
    changed = {("b-1200", "settled"), ("b-3", "settled"), ("new-1", "sent"), ("new-2", "sent")}
    assert len(told) == len(set(told))
    # who paid before its page was read is told of once, as it was then
    assert set(told) == {(f"b-{n}", "sent") for n in range(1250) if n != 1200} | changed


async def test_a_short_list_is_read_once() -> None:
    """Nothing new costs one request."""
    async with scripted() as one:
        one.says(BILL, Says([]))
        assert await found(one.portal, TOKEN, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) == []
        assert len(one.queries(BILL)) == 1
