"""A year's costs and what changed in them, in the chat."""

import re
from decimal import Decimal

import pytest

from tests.drivers.sandbox_views import Message, Transcript
from tests.handlers.reader import INVISIBLE, Reader
from tests.handlers.test_paying import card_of
from tests.journeys.words import Words

DE = Words("de")

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def shown(reader: Reader, typed: str) -> tuple[Message, list[str]]:
    """The picture, and the lines of the words under it."""
    before = (await reader.person.transcript()).version
    await reader.person.send(typed)

    def picture(chat: Transcript) -> Message | None:
        return next((m for m in chat.from_bot if m.photo and m.version > before), None)

    seen = await reader.person.until(picture, what="a picture")
    return seen, readable(seen).splitlines()


def readable(message: Message) -> str:
    """Its words without what nobody sees."""
    return message.text.translate(INVISIBLE).replace("\xa0", " ")


async def test_twelve_months_in_a_picture_and_in_words(max_: Reader) -> None:
    """The months and the sites under the picture both come to the sum in its heading; a tap shows the same."""
    seen, lines = await shown(max_, "/kosten")
    assert [button.label for row in seen.buttons for button in row] == ["‹ Zurück", "☰ Menü"]
    await max_.person.tap("☰ Menü", on=seen)
    await max_.person.sees(DE("menu-what"), new=True)
    tapped = await max_.look("📊 Kosten 12 Monate", await max_.say("/rechnungen"))
    (total,) = amounts(lines[0])

    assert sum(amounts("\n".join(lines[1:13]))) == total
    assert sum(amounts("\n".join(line for line in lines if line.startswith("·")))) == total
    assert any(line.startswith("· Köln, Beispielstraße 7: ") for line in lines)
    assert readable(tapped).splitlines() == lines


async def test_too_many_invoices_are_told_by_month(gisela: Reader) -> None:
    """360 invoices in a year are not read one by one: months, and why there are no sites."""
    _, lines = await shown(gisela, "/kosten")

    assert sum(amounts("\n".join(lines[1:13]))) == amounts(lines[0])[0]
    assert "zu viele Rechnungen" in lines[-1]


async def test_the_change_is_explained_line_by_line(max_: Reader) -> None:
    """What is different comes to what net differs; as a picture it has the same words under it; back is the card."""
    card = await card_of(max_, "🟠")
    page = await max_.tap("🔎 Was ist anders?", card)
    told = re.findall(r"^\S+ .*: ([+−][\d.,]+) €", page.text, re.MULTILINE)
    (together,) = re.findall(r"^Zusammen ([+−±][\d.,]+) €", page.text, re.MULTILINE)
    picture = await max_.look("📊 Als Bild", page)

    assert sum(map(signed, told)) == signed(together)
    assert page.lines[-1] in readable(picture)
    assert (await max_.tap("‹ Zurück", page)).rows == card.rows


async def test_accounting_asks_in_english(bernd: Reader) -> None:
    """By the English command and in words."""
    _, lines = await shown(bernd, "/costs")

    assert lines[0].startswith("📊 Costs of the last 12 months: €")
    assert (await shown(bernd, "costs of this year?"))[1] == lines


async def test_the_pbx_admin_sees_no_costs(paula: Reader) -> None:
    """They are invoices."""
    assert "keine Berechtigung" in (await paula.say("/kosten")).text


def amounts(text: str) -> list[Decimal]:
    """All amounts in a text."""
    return [signed(found) for found in re.findall(r"(-?[\d.]+,\d\d) €", text)]


def signed(written: str) -> Decimal:
    """An amount as Germans write it."""
    return Decimal(written.replace(".", "").replace(",", ".").replace("−", "-").replace("±", ""))
