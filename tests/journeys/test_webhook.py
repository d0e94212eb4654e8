"""The whole product with Telegram sending the updates: connecting, looking, and going back to polling."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.settings import TelegramMode
from tests.house import House, house, with_webhook
from tests.journeys.words import Words


@pytest.fixture
async def home(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    """Sandbox, portal and a bot that is called."""
    async with house(tmp_path, database_url, bot=with_webhook) as running:
        yield running


async def test_connecting_and_reading_by_webhook(home: House, words: Words) -> None:
    """From the activation link to the contracts without a single poll; the figures show it and nobody's data."""
    person = await home.person(language=words.language)
    await home.connect_with(person, await home.mail_link(), words)
    await person.send("/vertraege")
    await person.sees("Düsseldorf", new=True)
    await home.client.updates_taken()
    await home.app.turns.idle()  # taken means stored; what was answered is written down as done a moment later

    methods = {call.method for call in await home.client.calls()}
    assert "setWebhook" in methods
    assert "getUpdates" not in methods
    async with httpx.AsyncClient(base_url=home.settings.public_url or "", trust_env=False) as http:
        ready, figures = await http.get("/readyz"), (await http.get("/metrics")).text
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "wrong": {}})
    assert 'eservice_portal_request_seconds_count{operation="GET product",status="2xx"}' in figures
    assert 'eservice_telegram_request_seconds_count{method="sendMessage",status="2xx"}' in figures
    assert 'eservice_webhook_requests_total{status="200"}' in figures
    assert "eservice_inbox_waiting 0.0" in figures
    names = re.sub(r" \S+$", "", figures, flags=re.MULTILINE)  # without the values, where any digits may stand
    for private in (home.settings.telegram_bot_token.reveal(), person.phone, str(person.id), "Muster"):
        assert private not in names


async def test_back_to_polling(home: House, words: Words) -> None:
    """A bot that polls again deletes the webhook by itself, and what was said in between is answered."""
    person = await home.person(language=words.language)
    await person.send("/hilfe")
    await person.sees(words("help-title"))
    await home.app.stop()
    await person.send("/hilfe")
    home.settings = replace(home.settings, telegram_mode=TelegramMode.POLLING, public_url=None, http_bind=None)
    await home.start_again()
    await person.sees(words("help-title"), new=True)
    await home.client.bot_polls()
