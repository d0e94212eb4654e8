"""Who has one contract is never asked which."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from portal.server.world.big import big_world
from portal.server.world.load import load
from tests.databases import fresh_file
from tests.handlers.conftest import GISELA
from tests.handlers.reader import Reader
from tests.house import house
from tests.journeys.words import Words


@pytest.fixture
async def gisela(tmp_path: Path) -> AsyncIterator[Reader]:
    """The admin of a company with a single contract."""
    async with house(tmp_path, await fresh_file(tmp_path)) as home:
        context = home.portal.context
        async with context.database.writing() as connection:
            await load(connection, big_world(date(2026, 11, 22), 1), context.now())
        person = await home.connected("Gisela", who=GISELA)
        await person.sees(Words("de")("menu-what"))
        yield Reader(person)


async def test_a_single_contract_is_opened_at_once(gisela: Reader) -> None:
    """Contracts, options and documents show that contract without a choice before it; "back" stays with it."""
    card = await gisela.say("/vertraege")
    options = await gisela.say("/optionen")
    documents = await gisela.say("/dokumente")

    assert [page.message.entity_texts("code") for page in (card, options, documents)] == [["V-2300290-0001"]] * 3
    assert "💶" in card.text
    assert "Gebucht" in options.text or "Können Sie dazubuchen" in options.text
    assert (await gisela.tap("‹ Zurück", documents)).rows == card.rows
