"""A customer with one contract and one with 500 contracts and 540 invoices: both read well."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.chat.text import Name
from portal.server.world.big import big_world
from portal.server.world.load import load
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import Message, as_object, as_read
from tests.house import House, house
from tests.journeys.dates import today
from tests.journeys.words import Words

GISELA = ("customer2300290", "+491713920040", "gisela.gross@gross-ag.example")
LONGEST, MOST_BUTTONS = 4096, 100
DE = Words("de")


@pytest.fixture
async def large(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    """The house with Groß AG."""
    async with house(tmp_path, database_url, big=True, budget=12.0) as running:
        yield running


async def patiently(person: Person, wish: str) -> Message:
    """Ask, and tap "try again" when this machine is too busy to read 500 contracts in time."""
    await person.send(wish)
    for _ in range(3):
        shown = await person.answer(within=20)
        if DE.label("button-retry") not in shown.labels:
            return shown
        await person.tap(DE.label("button-retry"), on=shown)
    return await person.answer(within=20)


async def test_five_hundred_contracts_and_invoices(large: House) -> None:
    """Forty sites, pages, a search that finds the one; nothing the bot sends comes near Telegram's limits."""
    person = await large.connected("Gisela", who=GISELA)
    await person.sees(DE("menu-what"))
    sites = await patiently(person, "/vertraege")
    assert DE("contracts-heading", count=500) in sites.text
    assert len(sites.buttons) <= 12
    await person.tap(sites.labels[0], on=sites)
    site = await person.sees("Berlin, Filialstraße 2", new=True, within=20)
    await person.tap("›", on=site)
    page = await person.answer(within=20)
    await person.tap(page.labels[0], on=page)
    card = await person.sees(DE("contracts-since", day=None).split("–")[0].strip(), new=True, within=20)
    await person.tap(DE.label("button-back"), on=card)
    assert (await person.answer(within=20)).text == page.text
    again = await patiently(person, "/vertraege")
    await person.tap(DE.label("button-search"), on=again)
    await person.sees("🔍", new=True, within=20)
    await large.app.turns.idle()
    await person.send("V-2300290-0123")
    await person.sees("Anschluss 123", new=True, within=20)
    await person.send("/vertraege Filialstraße 7")
    await person.sees("Filialstraße 7", new=True, within=20)
    for wish in ("/optionen", "/dokumente", "/rechnungen", "/rechnungen 2026", "offene rechnungen"):
        shown = await patiently(person, wish)
        assert DE.label("button-menu") in shown.labels
        turned = await person.tap("›", on=shown)
        assert turned.popup is not None
        assert (await person.answer(within=20)).labels != shown.labels
    await person.send("/rechnungen")
    invoices = await person.sees(DE("invoices-heading"), new=True, within=20)
    assert "1 / 90" in map(as_read, invoices.labels)
    sent = [*await large.client.calls("sendMessage"), *await large.client.calls("editMessageText")]
    assert len(sent) > 20
    for call in sent:
        markup = as_object(call.params.get("reply_markup") or {})
        rows = markup.get("inline_keyboard") or []
        assert isinstance(rows, list)
        assert sum(len(row) for row in rows) <= MOST_BUTTONS
        assert len(str(call.params["text"])) <= LONGEST
        assert call.status == 200, call.readable()


async def test_a_single_contract_needs_no_choosing(home: House, words: Words) -> None:
    """With one contract there is nothing to choose: contracts, options and documents open on it at once."""
    context = home.portal.context
    async with context.database.writing() as connection:
        await load(connection, big_world(today(), 1), context.now())
    person = await home.connected("Gisela", language=words.language, who=GISELA)
    await person.send("/vertraege")
    card = await person.sees("V-2300290-0001", new=True)
    assert words.label("contracts-button-options") in card.labels
    await person.send("/optionen")
    await person.sees(words("options-of", name=Name("Business Mobile M"), number="V-2300290-0001"), new=True)
    await person.send("/dokumente")
    await person.sees(words("documents-of", name=Name("Business Mobile M"), number="V-2300290-0001"), new=True)
    await person.send("/rechnungen")
    await person.sees(words("invoices-heading"), new=True)
