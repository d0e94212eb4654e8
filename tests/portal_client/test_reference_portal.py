"""The client against the real reference portal over HTTP: connecting, reading and ending, with the bad endings."""

from dataclasses import replace

import pytest

from portal import client, errors
from portal.calls import PortalAccess
from portal.models import AccessToken, Contract, DocumentKind, InvoiceState, LineOfBusiness, Role
from portal.oauth import Pkce
from portal.server.settings import PortalSettings
from portal.server.world.seed import seed_demo
from portal.wire import Wire
from tests.portal.conftest import BOT, SCOPE, Portal
from tests.portal.tmf import BERND, ERIKA, MAX
from tests.portal_client.reference import connect

BIG = "customer2300290"


@pytest.fixture(params=[False, True], ids=["200", "206"])
def portal_settings(portal_settings: PortalSettings, request: pytest.FixtureRequest) -> PortalSettings:
    """Once with truncated lists as 200, once as 206."""
    return replace(portal_settings, partial_lists_as_206=bool(request.param))


def as_listed(whole: Contract) -> Contract:
    """A contract without what lists leave out."""
    return replace(whole, start=None, minimum_term=None, customer_id="", prices=(), documents=())


async def test_connect_and_read_everything(portal: Portal, bot: client.Portal) -> None:
    """Every read of the demo world is understood without an unknown value, and a PDF comes whole."""
    token = (await connect(portal, bot, MAX)).access

    who = await bot.userinfo(token)
    contracts = await bot.contracts(token)
    page = await bot.invoices(token, limit=50)
    extensions = await bot.extensions(token)

    assert (who.customer_name, Role.PORTAL_ADMIN in who.roles, who.username) == ("Muster GmbH", True, MAX)
    assert len(contracts) == 8
    assert len({contract.site.name for contract in contracts if contract.site}) == 3
    assert all(contract.number and contract.status.value for contract in contracts)
    assert LineOfBusiness.OTHER not in {contract.line_of_business for contract in contracts}
    whole = [await bot.contract(token, contract.id) for contract in contracts]
    assert all(
        contract.start and contract.minimum_term and contract.prices and contract.documents for contract in whole
    )
    assert [as_listed(contract) for contract in whole] == list(contracts)

    options = [option for contract in contracts for option in await bot.options(token, contract.id)]
    offered = [o for contract in contracts for o in await bot.offerings(token, contract.offering_id)]
    assert options and {option.contract_id for option in options} <= {contract.id for contract in contracts}
    assert offered and any(offering.requires for offering in offered)

    states = {invoice.state for invoice in page.items}
    assert {InvoiceState.OPEN, InvoiceState.DEBITED, InvoiceState.PAID, InvoiceState.CREDIT} <= states
    assert InvoiceState.UNKNOWN not in states
    newest = page.items[0]
    lines = await bot.invoice_lines(token, newest.id)
    assert sum(line.net.amount for line in lines if line.net) == (newest.net.amount if newest.net else None)
    assert [i.id for i in (await bot.invoices(token, number=newest.number)).items] == [newest.id]
    assert newest.period and newest.period.start < newest.period.last_day < newest.date

    paper = next(document for document in newest.documents if document.kind is DocumentKind.INVOICE)
    async with bot.document(token, paper) as file:
        content = file.content.read()
        assert (content[:5], file.mime_type, file.size) == (b"%PDF-", "application/pdf", len(content))

    assert extensions and all(extension.number and extension.supported for extension in extensions)


async def test_pages_of_invoices_join(portal: Portal, bot: client.Portal) -> None:
    """Page after page gives each invoice once, newest first."""
    token = (await connect(portal, bot, MAX)).access
    whole = [invoice.id for invoice in (await bot.invoices(token, limit=100)).items]
    pieces: list[str] = []
    more = True
    while more:
        page = await bot.invoices(token, offset=len(pieces), limit=7)
        pieces += [invoice.id for invoice in page.items]
        more = page.more

    assert pieces == whole
    assert len(whole) > 18


async def test_500_contracts(portal: Portal, bot: client.Portal) -> None:
    """A customer with 500 contracts gets them all, over several pages."""
    await seed_demo(portal.server.context, big=True)
    token = (await connect(portal, bot, BIG)).access

    contracts = await bot.contracts(token)

    assert len({contract.id for contract in contracts}) == 500


async def test_disconnecting_ends_everything_at_once(portal: Portal, bot: client.Portal) -> None:
    """After a refresh both tokens live; after revoking, the access token is refused and the refresh token dead."""
    first = await connect(portal, bot, MAX)
    assert first.refresh is not None
    second = await bot.oauth.refresh(first.refresh)
    assert second.refresh is not None
    await bot.userinfo(second.access)

    await bot.oauth.revoke(second.refresh)

    with pytest.raises(errors.TokenExpired):
        await bot.contracts(second.access)
    with pytest.raises(errors.SignedOut):
        await bot.oauth.refresh(second.refresh)


async def test_foreign_and_forbidden(portal: Portal, bot: client.Portal) -> None:
    """What is another customer's is not found; what the role does not allow is not allowed; a made-up token is dead."""
    admin, accounting = await connect(portal, bot, ERIKA), await connect(portal, bot, BERND)
    own = (await bot.invoices(accounting.access)).items[0]
    stranger = (await connect(portal, bot, MAX)).access

    assert (await bot.invoice(admin.access, own.id)).id == own.id
    with pytest.raises(errors.NotFound):
        await bot.invoice(stranger, own.id)
    with pytest.raises(errors.NotFound):
        async with bot.document(stranger, own.documents[0]):
            pass
    with pytest.raises(errors.NotAllowed):
        await bot.extensions(accounting.access)
    with pytest.raises(errors.TokenExpired):
        await bot.contracts(AccessToken("made-up"))


async def test_bad_endings_of_connecting(portal: Portal, bot: client.Portal) -> None:
    """SMS gateway down, wrong PINs, superseded PIN, locked link, unknown link: each is told apart."""
    code, pkce = (await portal.order())["code"], Pkce.new()
    offer = await bot.oauth.challenge_start(code, "Max", pkce=pkce, scope=SCOPE)
    portal.sms.answer = 500
    with pytest.raises(errors.SmsUnavailable):
        await bot.oauth.request_pin(offer.auth_session)
    portal.sms.answer = 202

    sent = await bot.oauth.request_pin(offer.auth_session)
    pin = (await portal.sms.texts.nth(1)).pin
    wrong = f"{(int(pin) + 1) % 10**6:06d}"
    assert sent.attempts_left == 5
    for left in (4, 3, 2, 1):
        with pytest.raises(errors.PinWrong) as caught:
            await bot.oauth.answer_pin(sent.auth_session, wrong)
        assert caught.value.attempts_left == left
    for _ in range(2):
        with pytest.raises(errors.PinLocked):
            await bot.oauth.answer_pin(sent.auth_session, wrong)
    for dead in (code, "x" * 43):
        with pytest.raises(errors.LinkInvalid):
            await bot.oauth.challenge_start(dead, "Max", pkce=pkce, scope=SCOPE)
        await bot.oauth.reissue(dead)


async def test_a_cancelled_challenge_frees_its_link(portal: Portal, bot: client.Portal) -> None:
    """Who gives up may begin again with the same activation link."""
    code = (await portal.order())["code"]
    first = await bot.oauth.challenge_start(code, "Max", pkce=Pkce.new(), scope=SCOPE)
    await bot.oauth.request_pin(first.auth_session)
    await bot.oauth.give_up(first.auth_session)

    again = await bot.oauth.challenge_start(code, "Max", pkce=Pkce.new(), scope=SCOPE)

    assert again.customer_name_masked == first.customer_name_masked


async def test_wrong_client_secret_is_the_operators_mistake(portal: Portal) -> None:
    """A bot with the wrong secret learns that it is the bot, not the customer, who is refused."""
    wire = Wire()
    stranger = client.Portal(PortalAccess(portal.base_url, BOT[0], "wrong"), wire)
    with pytest.raises(errors.ClientRefused):
        await stranger.oauth.reissue("x" * 43)
    await wire.aclose()
