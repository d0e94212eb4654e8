"""Paying an invoice from the chat: code, dates and files, read by strangers' tools."""

import io
import re

import facturx  # type: ignore[import-untyped]
import pytest
import zxingcpp
from icalendar import Calendar
from PIL import Image

from tests.handlers.reader import INVISIBLE, Page, Reader
from tests.handlers.test_invoices import cards

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAY, DATE = "💶 Bezahlen", "🗓 Termin (.ics)"


async def card_of(reader: Reader, sign: str) -> Page:
    """The card of the newest invoice that stands like this."""
    page = await reader.say("/rechnungen")
    while not any(label.startswith(sign) for label in cards(page)):
        page = await reader.tap("›", page)
    return await reader.tap(next(label for label in cards(page) if label.startswith(sign)), page)


async def test_an_open_transfer_is_paid_by_its_code(max_: Reader) -> None:
    """The code says what card and caption say: amount, account, reference."""
    card = await card_of(max_, "🟠")
    sent = await max_.look(PAY, card)
    assert sent.photo is not None
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(await max_.person.download(sent.photo))))
    lines, words = found.text.split("\n"), sent.text.translate(INVISIBLE).replace("\xa0", " ")
    number = card.message.entity_texts("code")[0]
    amount = lines[7].removeprefix("EUR").replace(".", ",")

    assert (lines[6], lines[10]) == ("DE02120300000000202051", number)
    assert f"brutto {amount} €" in card.text
    for told in (f"{amount} €", "e:service Telekommunikation AG", "DE02 1203 0000 0000 2020 51", number):
        assert told in words


async def test_only_what_is_to_be_transferred_can_be_paid(max_: Reader) -> None:
    """A debit, a paid invoice and a credit note have no such button; a debit names its mandate and its day."""
    debit, paid, credit = [await card_of(max_, sign) for sign in ("🔵", "✅", "💚")]

    assert all(PAY not in page.labels for page in (debit, paid, credit))
    assert PAY in (await card_of(max_, "🔴")).labels
    assert [DATE in page.labels for page in (debit, paid, credit)] == [True, False, False]
    assert re.search(r"🔵 Wird am \d\d\.\d\d\.\d{4} abgebucht.*\nSEPA-Mandatsreferenz M-2300229-\d\d", debit.text)
    assert "Beanstanden" not in credit.text


async def test_the_day_goes_into_the_calendar(max_: Reader) -> None:
    """The card's day, with what is due; eight weeks to object stand beside it."""
    for sign, word in (("🟠", "überweisen"), ("🔵", "wird abgebucht")):
        card = await card_of(max_, sign)
        file = await max_.receive(DATE, card)
        (event,) = Calendar.from_ical(await max_.person.download(file)).walk("VEVENT")

        assert f"{event.decoded('dtstart'):%d.%m.%Y}" in card.lines[4]
        assert word in str(event["summary"])
        assert re.search(r"Beanstanden können Sie sie mindestens bis \d\d\.\d\d\.\d{4}", card.text)


async def test_the_card_hands_out_both_files(max_: Reader) -> None:
    """The PDF carries the e-invoice, the XML is one: both are valid, both about this invoice."""
    card = await card_of(max_, "🟠")
    pdf, xml = [await max_.receive(label, card) for label in ("📎 PDF", "🧮 E-Rechnung (XML)")]
    _, embedded = facturx.get_facturx_xml_from_pdf(await max_.person.download(pdf))
    number = card.message.entity_texts("code")[0]

    assert xml.name == f"XRechnung {number}.xml"
    for content in (embedded, await max_.person.download(xml)):
        facturx.xml_check_xsd(content, flavor="factur-x", level="en16931")
        assert number.encode() in content
