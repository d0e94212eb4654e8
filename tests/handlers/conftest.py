"""One house for all tests of handlers: the demo world and, beside it, a customer with 500 contracts. They only read."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.databases import fresh_file
from tests.handlers.reader import Reader
from tests.house import BERND, MAX, PAULA, House, Who, house
from tests.journeys.words import Words

GISELA = ("customer2300290", "+491713920040", "gisela.gross@gross-ag.example")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Sandbox, portal and bot, running."""
    folder = tmp_path_factory.mktemp("house")
    async with house(folder, await fresh_file(folder), big=True) as running:
        yield running


async def _connected(home: House, name: str, who: Who, language: str = "de") -> Reader:
    """Somebody who has connected and looks at the menu."""
    person = await home.connected(name, language=language, who=who)
    await person.sees(Words(language)("menu-what"))
    await home.until(
        home.app.notices.work.waiting, False
    )  # colleagues have heard of it: their next screen is no notice
    return Reader(person)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def max_(home: House) -> Reader:
    """The portal admin of Muster GmbH: eight contracts at three sites, two billing accounts."""
    return await _connected(home, "Max", MAX)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def paula(home: House) -> Reader:
    """The PBX admin of the same company."""
    return await _connected(home, "Paula", PAULA)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bernd(home: House) -> Reader:
    """Accounting of Beispiel Logistik, in English."""
    return await _connected(home, "Bernd", BERND, "en")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def gisela(home: House) -> Reader:
    """The portal admin of Groß AG: 500 contracts at 40 sites, 540 invoices."""
    return await _connected(home, "Gisela", GISELA)
