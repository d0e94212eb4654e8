"""A year's costs and what changed in them, in the chat."""

import re
from decimal import Decimal

import pytest

from tests.drivers.sandbox_views import Message, Transcript
from tests.handlers.reader import INVISIBLE, Page, Reader
from tests.handlers.test_paying import card_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def shown(reader: Reader, typed: str) -> tuple[Message, Page]:
    """The picture and the words under it."""
    before = (await reader.person.transcript()).version
    page = await reader.say(typed)

    def picture(chat: Transcript) -> Message | None:
        return next((m for m in chat.from_bot if m.photo and m.version > before), None)

    return await reader.person.until(picture, what="a picture"), page


async def test_twelve_months_in_a_picture_and_in_words(max_: Reader) -> None:
    """The months under the picture and the sites in the answer both come to the sum in the heading."""
    picture, page = await shown(max_, "/kosten")
    caption = picture.text.translate(INVISIBLE).replace("\xa0", " ")
    (total,) = amounts(page.lines[0])

    assert page.lines[0] == caption.splitlines()[0]
    assert len(caption.splitlines()) == 13
    assert sum(amounts("\n".join(caption.splitlines()[1:]))) == total
    assert sum(amounts("\n".join(line for line in page.lines if line.startswith("·")))) == total
    assert "· Köln, Beispielstraße 7: " in page.text


async def test_too_many_invoices_are_told_by_month(gisela: Reader) -> None:
    """360 invoices in a year are not read one by one: months, and why there are no sites."""
    picture, page = await shown(gisela, "/kosten")

    assert len(picture.text.splitlines()) == 13
    assert "zu viele Rechnungen" in page.text


async def test_the_change_is_explained_line_by_line(max_: Reader) -> None:
    """What is different comes to what net differs; as a picture it has the same words under it; back is the card."""
    card = await card_of(max_, "🟠")
    page = await max_.tap("🔎 Was ist anders?", card)
    told = re.findall(r"^\S+ .*: ([+−][\d.,]+) €", page.text, re.MULTILINE)
    (together,) = re.findall(r"^Zusammen ([+−±][\d.,]+) €", page.text, re.MULTILINE)
    picture = await max_.look("📊 Als Bild", page)

    assert sum(map(signed, told)) == signed(together)
    assert page.lines[-1] in picture.text.translate(INVISIBLE).replace("\xa0", " ")
    assert (await max_.tap("‹ Zurück", page)).rows == card.rows


async def test_accounting_asks_in_english(bernd: Reader) -> None:
    """The English command, and a question in words; the PBX admin's telephone system is not what it costs."""
    picture, page = await shown(bernd, "/costs")

    assert page.lines[0].startswith("📊 Costs of the last 12 months: €")
    assert picture.photo is not None
    assert (await bernd.say("costs?")).lines[0] == page.lines[0]


async def test_the_pbx_admin_sees_no_costs(paula: Reader) -> None:
    """They are invoices."""
    assert "keine Berechtigung" in (await paula.say("/kosten")).text


def amounts(text: str) -> list[Decimal]:
    """All amounts in a text."""
    return [signed(found) for found in re.findall(r"(-?[\d.]+,\d\d) €", text)]


def signed(written: str) -> Decimal:
    """An amount as Germans write it."""
    return Decimal(written.replace(".", "").replace(",", ".").replace("−", "-").replace("±", ""))
