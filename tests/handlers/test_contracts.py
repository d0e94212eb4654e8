"""Contracts in the chat: 8 and 500 of them, cards, search, and who is offered what."""

import re

import pytest
from icalendar import Calendar

from tests.handlers.reader import Page, Reader

pytestmark = pytest.mark.asyncio(loop_scope="session")

SITES = ["📍 Düsseldorf, Musterallee 24", "📍 Hamburg, Am Musterhafen 3", "📍 Köln, Beispielstraße 7"]
ROWS = 8  # of contents on one screen


def contents(page: Page) -> list[str]:
    """Labels of rows that are about things rather than about turning, searching or leaving."""
    return [row[0] for row in page.rows if len(row) == 1 and not row[0].startswith(("🔍", "☰"))]


async def test_eight_contracts_stand_on_one_screen_by_site(max_: Reader) -> None:
    """Each site is a heading, each contract a line with its number and a button that fits a phone."""
    page = await max_.say("/vertraege")

    assert page.lines[0] == "📄 Ihre 8 Verträge"
    assert [line for line in page.lines if line.startswith("📍")] == SITES
    assert sorted(re.findall(r"V-2300229-\d\d", page.text)) == [f"V-2300229-0{n}" for n in range(1, 9)]
    assert len(contents(page)) == 8
    assert all(len(label) <= 40 for label in page.labels)
    assert page.rows[-1] == ["☰ Menü"]


async def test_a_card_has_everything_a_customer_asks_for(max_: Reader) -> None:
    """Number, state, site, phone, term, notice with the last day for it, price net and gross, cost centre."""
    card = await max_.say("vertrag V-2300229-05")

    assert card.message.entity_texts("code") == ["V-2300229-05"]
    for part in ("Cloud-Telefonanlage", "aktiv", "📍 Köln", "📞 +49 221", "Letzter Tag zum Kündigen", "Läuft seit"):
        assert part in card.text
    for part in ("Mindestlaufzeit 36 Monate", "Kündigungsfrist", "Arbeitsplätze", "Kostenstelle 1000"):
        assert part in card.text
    assert re.search(r"💶 [\d,]+ € netto im Monat · [\d,]+ € brutto\ndarin \d Optionen für [\d,]+ € netto", card.text)
    dates = ["🗓 Letzter Kündigungstag (.ics)"]
    assert card.rows == [["🧩 Optionen", "📁 Dokumente"], ["🧾 Rechnungen"], dates, ["‹ Zurück", "☰ Menü"]]


async def test_the_last_day_for_notice_goes_into_the_calendar(max_: Reader) -> None:
    """The day of the card, a whole day, under a name that tells the contract."""
    card = await max_.say("vertrag V-2300229-05")
    file = await max_.receive("🗓 Letzter Kündigungstag (.ics)", card)
    (event,) = Calendar.from_ical(await max_.person.download(file)).walk("VEVENT")

    assert f"Letzter Tag zum Kündigen: {event.decoded('dtstart'):%d.%m.%Y}" in card.text
    assert str(event["summary"]) == "Letzter Tag zum Kündigen: Cloud-Telefonanlage"
    assert "V-2300229-05" in str(event["description"])
    assert len(event.walk("VALARM")) == 3


async def test_a_tap_edits_and_back_leads_back(max_: Reader) -> None:
    """From the list to a card and back is the same message all the time, and the same list at its end."""
    page = await max_.say("/vertraege")
    card = await max_.tap(contents(page)[3], page)
    again = await max_.tap("‹ Zurück", card)

    assert page.message.id == card.message.id == again.message.id
    assert (again.text, again.rows) == (page.text, page.rows)


@pytest.mark.parametrize(
    "wish", ["/vertraege V-2300229-04", "Vertrag v-2300229-04 bitte", "+49 40 66969100", "vertrag sip-trunk"]
)
async def test_a_contract_is_found_by_what_is_typed(max_: Reader, wish: str) -> None:
    """Behind the command, in a sentence, by its phone number or by its name: the card at once."""
    assert (await max_.say(wish)).message.entity_texts("code") == ["V-2300229-04"]


async def test_several_hits_are_a_list_and_none_says_so(max_: Reader) -> None:
    """Two contracts of the same name are offered both; for a word that fits none the whole list comes along."""
    two = await max_.say("vertrag dsl")
    none = await max_.say("vertrag blumenkohl")

    assert "2 Verträge passen zu „dsl“" in two.text
    assert len(contents(two)) == 2
    assert none.lines[0] == "Zu „blumenkohl“ finde ich keinen Vertrag. Das haben Sie:"
    assert len(contents(none)) == 8


async def test_five_hundred_contracts_begin_with_the_site(gisela: Reader) -> None:
    """Forty sites in pages of eight, every contract of every site reachable, never more than eight on a screen."""
    page = await gisela.say("/vertraege")
    assert page.lines[0] == "📄 Ihre 500 Verträge"
    sites: list[str] = []
    for _ in range(5):
        assert len(contents(page)) == ROWS
        sites += contents(page)
        page = await gisela.tap("›", page)

    assert len(set(sites)) == 40
    assert contents(page) == sites[:ROWS]  # it goes round
    assert sum(int(re.findall(r"\((\d+)\)$", site)[0]) for site in sites) == 500


async def test_back_from_a_card_finds_its_page_again(gisela: Reader) -> None:
    """A contract on the second page of a site on the last page of sites: each "back" leads where it was."""
    sites = await gisela.tap("‹", await gisela.say("/vertraege"))
    first = await gisela.tap(contents(sites)[-1], sites)
    second = await gisela.tap("›", first)
    card = await gisela.tap(contents(second)[0], second)
    back = await gisela.tap("‹ Zurück", card)
    up = await gisela.tap("‹ Zurück", back)

    assert back.rows == second.rows
    assert up.rows == sites.rows


async def test_searching_asks_and_understands(gisela: Reader) -> None:
    """The search button asks; what is typed next is looked for, over all 500; the question is closed then."""
    page = await gisela.say("/vertraege")
    question = await gisela.tap("🔍 Suchen", page)
    found = await gisela.say("Filialstraße 11")

    assert "Rufnummer" in question.text
    assert re.match(r"🔍 1[23] Verträge passen zu „Filialstraße 11“", found.text)
    assert len(contents(found)) == ROWS
    assert contents(await gisela.tap("›", found)) != contents(found)
    assert (await gisela.say("V-2300290-0499")).message.entity_texts("code") == ["V-2300290-0499"]


async def test_roles_decide_what_a_card_offers(paula: Reader, bernd: Reader) -> None:
    """The PBX admin is not led to invoices, accounting is; the words are those of the reader's language."""
    pbx = await paula.say("vertrag V-2300229-05")
    accounting = await bernd.say("/contracts")
    card = await bernd.tap(contents(accounting)[0], accounting)

    german, english = ["🗓 Letzter Kündigungstag (.ics)"], ["🗓 Notice date (.ics)"]
    assert pbx.rows == [["🧩 Optionen", "📁 Dokumente"], german, ["‹ Zurück", "☰ Menü"]]
    assert card.rows == [["🧩 Options", "📁 Documents"], ["🧾 Invoices"], english, ["‹ Back", "☰ Menu"]]
    assert "Minimum term" in card.text
