"""The bot's own client before the real reference portal."""

from collections.abc import AsyncIterator

import pytest

from portal import client
from portal.budget import within
from portal.calls import PortalAccess
from portal.models import Tokens
from portal.oauth import Pkce
from portal.server.world.seed import seed_demo
from portal.wire import Wire
from tests.portal.conftest import BOT, SCOPE, Portal


@pytest.fixture
async def bot(portal: Portal) -> AsyncIterator[client.Portal]:
    wire = Wire()
    bot = client.Portal(PortalAccess(portal.base_url, *BOT), wire)
    with within(60):  # a busy test machine is not what these tests are about
        yield bot
    await bot.aclose()
    await wire.aclose()


async def connect(portal: Portal, bot: client.Portal, username: str) -> Tokens:
    """The whole way from activation link to tokens, with the bot's own client."""
    await seed_demo(portal.server.context)
    pkce, code = Pkce.new(), await portal.new_code(username)
    before = len(portal.sms.texts)
    offer = await bot.oauth.challenge_start(code, "Max Muster", pkce=pkce, scope=SCOPE)
    sent = await bot.oauth.request_pin(offer.auth_session)
    pin = (await portal.sms.texts.nth(before + 1)).pin
    return await bot.oauth.exchange(await bot.oauth.answer_pin(sent.auth_session, pin), pkce)
