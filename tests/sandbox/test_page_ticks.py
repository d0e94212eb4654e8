"""The ticks at a message on the sandbox's page."""

import pytest
from playwright.async_api import expect

from tests.sandbox.page_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_ticks_tell_whether_the_bot_has_received_a_message(desk: Stage) -> None:
    """One tick while nobody has fetched it, two when the bot has."""
    await desk.start()
    async with desk.bot.away():
        await desk.say("Ist da jemand?")
        await expect(desk.bubble("Ist da jemand?").locator(".meta use")).to_have_attribute("href", "icons.svg#check")
    await expect(desk.bubble("Sie schrieben: Ist da jemand?")).to_be_visible()
    mine = desk.messages.filter(has_text="Ist da jemand?").first
    await expect(mine.locator(".meta use")).to_have_attribute("href", "icons.svg#checks")
