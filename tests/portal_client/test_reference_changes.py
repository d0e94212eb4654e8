"""Acting through the client against the real reference portal: step-up, order, cancellation, diversion, target."""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from portal import bodies, client, errors
from portal.bodies import RuleChange
from portal.models import (
    AccessToken,
    CancellationState,
    DiversionStatus,
    DivertWhen,
    Offering,
    Option,
    OrderAction,
    OrderState,
    ProductStatus,
    Tokens,
    UserInfo,
)
from portal.oauth import Entry, Pkce
from portal.server.settings import PortalSettings
from tests.portal.conftest import Portal
from tests.portal.tmf import MAX, PAULA
from tests.portal_client.reference import connect

T = TypeVar("T")

ORDER_PACE, FORWARDING_PACE = 6.0, 2.0
BERLIN = ZoneInfo("Europe/Berlin")
STRANGER = "tel:+4915228817386"


@pytest.fixture
def portal_settings(portal_settings: PortalSettings) -> PortalSettings:
    """Orders and telephones that take their time."""
    return replace(portal_settings, order_pace=ORDER_PACE, forwarding_pace=FORWARDING_PACE)


class Somebody:
    """A connected person: reads and acts with the bot's own client, and has the telephone that gets the PINs."""

    def __init__(self, portal: Portal, bot: client.Portal, tokens: Tokens, who: UserInfo) -> None:
        self.portal = portal
        self.bot = bot
        self.tokens = tokens
        self.token = tokens.access
        self.customer_id = who.customer_id

    async def perform(
        self, act: Callable[[AccessToken], Awaitable[T]], body: bytes, path: str, method: str = "POST"
    ) -> T:
        """Try it, be asked for a PIN, and do it with the token that the PIN gave."""
        with pytest.raises(errors.StepUpRequired) as asked:
            await act(self.token)
        return await act(await self.stepped_up(asked.value.demand, Entry(uuid4().hex, method, path, body, "Test")))

    async def stepped_up(self, demand: errors.StepUpDemand, *entries: Entry) -> AccessToken:
        """The token that one PIN gives for these requests."""
        assert self.tokens.auth_session is not None
        pkce, before = Pkce.new(), len(self.portal.sms.texts)
        offer = await self.bot.oauth.step_up_start(self.tokens.auth_session, demand, entries, "Max", pkce=pkce)
        assert "sms" in offer.methods
        sent = await self.bot.oauth.request_pin(offer.auth_session)
        sms = await self.portal.sms.texts.nth(before + 1)
        code = await self.bot.oauth.answer_pin(sent.auth_session, sms.pin)
        tokens = await self.bot.oauth.exchange(code, pkce)
        assert (tokens.refresh, tokens.auth_session) == (None, None)
        assert tokens.step_up is not None
        assert tokens.step_up.external_ids == tuple(entry.external_id for entry in entries)
        return tokens.access

    async def offering(self, contract_id: str, offering_id: str) -> Offering:
        contract = await self.bot.contract(self.token, contract_id)
        offered = await self.bot.offerings(self.token, contract.offering_id)
        return next(offering for offering in offered if offering.id == offering_id)

    async def booking(self, contract_id: str, offering_id: str) -> bytes:
        """The order for an option exactly as it is offered now."""
        offering = await self.offering(contract_id, offering_id)
        return bodies.add_order(
            external_id=str(uuid4()),
            customer_id=self.customer_id,
            contract_id=contract_id,
            offering_id=offering_id,
            prices=offering.prices,
            minimum_term=offering.minimum_term,
        )

    async def option(self, contract_id: str, option_id: str) -> Option | None:
        options = await self.bot.options(self.token, contract_id)
        return next((option for option in options if option.id == option_id), None)


async def somebody(portal: Portal, bot: client.Portal, username: str) -> Somebody:
    tokens = await connect(portal, bot, username)
    return Somebody(portal, bot, tokens, await bot.userinfo(tokens.access))


async def test_an_option_from_order_to_end(portal: Portal, bot: client.Portal) -> None:
    """Booked as it was shown, found by its id, completed in time; then its end is ordered for the day that holds."""
    max_ = await somebody(portal, bot, MAX)
    body = await max_.booking("c-1002", "opt-ddos")
    order = await max_.perform(lambda token: bot.place_order(token, body), body, bot.paths.order_path)

    (item,) = order.items
    assert (order.state, item.action, item.contract_id) == (OrderState.ACKNOWLEDGED, OrderAction.ADD, "c-1002")
    assert item.prices and item.prices[0].net == (await max_.offering("c-1002", "opt-ddos")).prices[0].net
    assert order.external_id is not None
    found = await bot.find_order(max_.token, order.external_id)
    assert found is not None
    assert found.id == order.id
    assert await bot.find_order(max_.token, str(uuid4())) is None
    assert order.id in {one.id for one in await bot.orders(max_.token, open_only=True)}

    portal.clock.pass_time(2 * ORDER_PACE)
    assert (await bot.order(max_.token, order.id)).state is OrderState.COMPLETED
    assert order.id not in {one.id for one in await bot.orders(max_.token, open_only=True)}
    option = await max_.option("c-1002", item.product_id)
    assert option is not None
    assert option.status is ProductStatus.ACTIVE

    ending = bodies.delete_order(
        external_id=str(uuid4()), customer_id=max_.customer_id, product_id=option.id, zone=BERLIN
    )
    await max_.perform(lambda token: bot.place_order(token, ending), ending, bot.paths.order_path)
    portal.clock.pass_time(2 * ORDER_PACE)
    ended = await max_.option("c-1002", option.id)
    assert ended is not None
    assert ended.status is ProductStatus.PENDING_TERMINATE
    assert ended.end is not None


async def test_an_order_is_called_off(portal: Portal, bot: client.Portal) -> None:
    """Cancelled while in flight, its option is gone; cancelled again, it is refused with the portal's reason."""
    max_ = await somebody(portal, bot, MAX)
    body = await max_.booking("c-1002", "opt-ddos")
    order = await max_.perform(lambda token: bot.place_order(token, body), body, bot.paths.order_path)

    calling_off = bodies.cancel_order(external_id=str(uuid4()), order_id=order.id, reason="Vertippt")
    task = await max_.perform(lambda token: bot.cancel_order(token, calling_off), calling_off, bot.paths.cancel_path)

    assert (task.state, task.order_id) == (CancellationState.DONE, order.id)
    assert (await bot.order(max_.token, order.id)).state is OrderState.CANCELLED
    assert (await max_.option("c-1002", order.items[0].product_id)) is None
    with pytest.raises(errors.NotFound):
        await bot.order(max_.token, "no-such-order")


async def test_what_was_shown_must_still_hold(portal: Portal, bot: client.Portal) -> None:
    """A quantity is changed at the price of now, and refused at another; a wrong day is told apart from both."""
    max_ = await somebody(portal, bot, MAX)
    option = await max_.option("c-1004", "p-1004-channels")
    assert option is not None
    mine = {"customer_id": max_.customer_id, "product_id": option.id}
    dearer = [replace(one, net=replace(one.net, amount=one.net.amount + 1)) for one in option.unit_prices if one.net]
    wrong_price = bodies.modify_order(external_id="a-1", quantity=5, prices=dearer, **mine)
    wrong_day = bodies.delete_order(external_id="a-2", ends=dt.date(2020, 1, 1), zone=BERLIN, **mine)
    right = bodies.modify_order(external_id="a-3", quantity=5, prices=option.unit_prices, **mine)
    wishes = wrong_price, wrong_day, right
    with pytest.raises(errors.StepUpRequired) as asked:
        await bot.place_order(max_.token, right)
    entries = [Entry(uuid4().hex, "POST", bot.paths.order_path, body, "Test") for body in wishes]
    token = await max_.stepped_up(asked.value.demand, *entries)

    codes = []
    for body in (wrong_price, wrong_day):
        with pytest.raises(errors.Rejected) as refused:
            await bot.place_order(token, body)
        codes.append((refused.value.status, refused.value.code))
    await bot.place_order(token, right)
    portal.clock.pass_time(2 * ORDER_PACE)
    after = await max_.option("c-1004", option.id)

    assert codes == [(409, "priceChanged"), (409, "dateChanged")]
    assert after is not None
    assert after.quantity == 5


async def test_a_step_up_is_for_one_request(portal: Portal, bot: client.Portal) -> None:
    """Its token neither orders with an altered body nor twice, and a second attempt is asked for a PIN again."""
    max_ = await somebody(portal, bot, MAX)
    body, other = await max_.booking("c-1002", "opt-ddos"), await max_.booking("c-1002", "opt-ddos")
    with pytest.raises(errors.StepUpRequired) as asked:
        await bot.place_order(max_.token, body)
    token = await max_.stepped_up(asked.value.demand, Entry("a-1", "POST", bot.paths.order_path, body, "Test"))

    for altered in (other, body + b" "):
        with pytest.raises(errors.StepUpRequired):
            await bot.place_order(token, altered)
    order = await bot.place_order(token, body)
    with pytest.raises(errors.StepUpRequired):
        await bot.place_order(token, body)

    assert [one.id for one in await bot.orders(max_.token, open_only=True)].count(order.id) == 1


async def test_a_session_of_before_asks_for_a_refresh(portal: Portal, bot: client.Portal) -> None:
    """After a refresh the connection's earlier session starts no step-up; the new one does."""
    max_ = await somebody(portal, bot, MAX)
    assert max_.tokens.refresh is not None
    body = await max_.booking("c-1002", "opt-ddos")
    renewed = await bot.oauth.refresh(max_.tokens.refresh)
    entry = Entry("a-1", "POST", bot.paths.order_path, body, "Test")
    with pytest.raises(errors.StepUpRequired) as asked:
        await bot.place_order(renewed.access, body)
    with pytest.raises(errors.TokenExpired):
        await max_.stepped_up(asked.value.demand, entry)
    max_.tokens = renewed

    assert (await bot.place_order(await max_.stepped_up(asked.value.demand, entry), body)).state.ended is False


async def test_a_diversion_there_and_back(portal: Portal, bot: client.Portal) -> None:
    """To a colleague without a PIN, requested and then active; seen too late it is refused; then exactly back."""
    paula = await somebody(portal, bot, PAULA)
    before = await bot.extension(paula.token, "ext-23")
    assert before.etag is not None
    colleague = before.voicemail
    assert colleague is not None
    divert = bodies.diversion_change({DivertWhen.ALWAYS: RuleChange(True, colleague.uri)})
    changed = await bot.change_diversions(paula.token, "ext-23", divert, before.etag)
    with pytest.raises(errors.Rejected) as clash:
        await bot.change_diversions(paula.token, "ext-23", divert, before.etag)
    portal.clock.pass_time(FORWARDING_PACE)
    settled = await bot.extension(paula.token, "ext-23")

    assert changed.etag not in (None, before.etag)
    assert [d.status for d in changed.diversions if d.when is DivertWhen.ALWAYS] == [DiversionStatus.REQUESTED]
    assert [d.status for d in settled.diversions if d.when is DivertWhen.ALWAYS] == [DiversionStatus.ACTIVE]
    assert (clash.value.status, clash.value.code) == (412, "preconditionFailed")

    earlier = {d.when: RuleChange(d.active, d.target, d.no_reply_seconds) for d in before.diversions}
    back = bodies.diversion_change({DivertWhen.ALWAYS: RuleChange(False, None), **earlier})
    assert settled.etag is not None
    restored = await bot.change_diversions(paula.token, "ext-23", back, settled.etag)
    assert [(d.active, d.target, d.no_reply_seconds) for d in restored.diversions] == [
        (d.active, d.target, d.no_reply_seconds) for d in before.diversions
    ]


async def test_a_new_target_needs_a_pin_once(portal: Portal, bot: client.Portal) -> None:
    """A stranger's number asks for a PIN, an approved one does not, and a number that is not allowed says why."""
    paula = await somebody(portal, bot, PAULA)
    extension = await bot.extension(paula.token, "ext-23")
    assert extension.etag is not None
    etag = extension.etag
    divert = bodies.diversion_change({DivertWhen.ALWAYS: RuleChange(True, STRANGER)})
    with pytest.raises(errors.StepUpRequired) as asked:
        await bot.change_diversions(paula.token, "ext-23", divert, etag)
    assert asked.value.demand.scope == "pbx:write"

    approval = bodies.target_approval(STRANGER, "Bereitschaft neu")
    target = await paula.perform(lambda token: bot.approve_target(token, approval), approval, bot.paths.targets_path)
    listed = await bot.targets(paula.token)
    diverted = await bot.change_diversions(paula.token, "ext-23", divert, etag)

    assert (target.uri, target.name) == (STRANGER, "Bereitschaft neu")
    assert target.approved_at is not None
    assert target in listed
    assert "Max mobil" in {one.name for one in listed}
    assert next(d.target for d in diverted.diversions if d.when is DivertWhen.ALWAYS) == STRANGER

    await bot.remove_target(paula.token, target.id)
    assert target not in await bot.targets(paula.token)
    with pytest.raises(errors.NotFound):
        await bot.remove_target(paula.token, target.id)
    premium = bodies.diversion_change({DivertWhen.ALWAYS: RuleChange(True, "tel:+49900123456")})
    assert diverted.etag is not None
    with pytest.raises(errors.Rejected) as refused:
        await bot.change_diversions(paula.token, "ext-23", premium, diverted.etag)
    assert (refused.value.code, refused.value.message) == ("targetNotAllowed", "premium")


async def test_a_diversion_with_its_own_pin(portal: Portal, bot: client.Portal) -> None:
    """For once, a stranger's number is diverted to with a PIN for exactly this change."""
    paula = await somebody(portal, bot, PAULA)
    extension = await bot.extension(paula.token, "ext-23")
    assert extension.etag is not None
    etag, body = extension.etag, bodies.diversion_change({DivertWhen.BUSY: RuleChange(True, STRANGER)})
    changed = await paula.perform(
        lambda token: bot.change_diversions(token, "ext-23", body, etag),
        body,
        bot.paths.service_path("ext-23"),
        "PATCH",
    )

    assert next(d.target for d in changed.diversions if d.when is DivertWhen.BUSY) == STRANGER
    assert STRANGER not in {target.uri for target in await bot.targets(paula.token)}


async def test_ranges_and_what_can_be_set(portal: Portal, bot: client.Portal) -> None:
    """Number ranges, groups and the published bounds of the demo world are understood."""
    paula = await somebody(portal, bot, PAULA)
    extensions, ranges = await bot.extensions(paula.token), await bot.ranges(paula.token)

    (block,) = ranges
    assert block.number_range is not None
    assert (block.number_range.first, block.supported) == (
        "+492214710200",
        (DivertWhen.ALWAYS, DivertWhen.NOT_REACHABLE),
    )
    assert {extension.number: extension.groups for extension in extensions}["21"] == ("Zentrale",)
    for line in (*extensions, *ranges):
        assert line.voicemail is not None
        assert line.no_reply_timer is not None
        assert (line.no_reply_timer.minimum, line.no_reply_timer.maximum) == (5, 60)
        assert line.allowed_destinations == ("+43",)
        assert DiversionStatus.UNKNOWN not in {diversion.status for diversion in line.diversions}
