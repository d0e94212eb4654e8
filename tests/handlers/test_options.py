"""Options in the chat: what is booked, what could be, and why not."""

import re

import pytest

from tests.handlers.reader import Reader

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_booked_bookable_and_blocked_stand_apart(max_: Reader) -> None:
    """Booked ones with quantity, price and end; bookable ones with all prices; the rest with what is missing."""
    cloud = await max_.say("/optionen V-2300229-05")
    dsl = await max_.say("/optionen V-2300229-03")

    assert "Gebucht (netto)\n✅ 2 × Arbeitsplatz Best · 25,80 € im Monat" in cloud.text
    assert re.search(r"✅ Automatische Vermittlung · 10,50 € im Monat · bis \d\d\.\d\d\.\d{4}", cloud.text)
    assert "Können Sie dazubuchen (netto)\n▫️ Gesprächsaufzeichnung · 9,90 € im Monat" in cloud.text
    assert re.search(r"Zurzeit nicht buchbar\n🔒 [^\n]+ – braucht zuerst: Business-Router", dsl.text)
    assert len(cloud.rows) == len(re.findall("^(?:✅|▫️|🔒)", cloud.text, re.MULTILINE)) + 1


async def test_an_offered_option_says_what_it_means(max_: Reader) -> None:
    """Price, own term and notice, that the contract's term stays, and the way to book; back leads to the options."""
    page = await max_.say("/optionen V-2300229-08")
    card = await max_.tap(page.label("Multi-SIM"), page)

    for part in ("💶 4,90 € netto im Monat", "einmalig 9,90 € netto", "Kündigungsfrist:"):
        assert part in card.text
    assert "Die Laufzeit Ihres Vertrags bleibt unverändert." in card.text
    assert card.label("🛒 Buchen")
    assert (await max_.tap("‹ Zurück", card)).rows == page.rows


async def test_a_blocked_option_says_what_is_missing(max_: Reader) -> None:
    """Its card names the precondition instead of telling how to book."""
    page = await max_.say("/optionen V-2300229-03")
    card = await max_.tap(page.label("🔒"), page)

    assert "Vorher nötig: Business-Router" in card.text
    assert "So buchen Sie" not in card.text


async def test_a_booked_option_tells_its_end(max_: Reader) -> None:
    """One that notice was given for says when it ends; its papers are one tap away."""
    page = await max_.say("/optionen V-2300229-05")
    card = await max_.tap(page.label("Automatische Vermittlung"), page)

    assert re.search(r"🔚 Endet am \d\d\.\d\d\.\d{4}", card.text)
    assert "Gebucht seit" in card.text


async def test_from_the_command_back_leads_to_the_choice_and_from_a_card_to_the_card(max_: Reader) -> None:
    """Whoever came from the list of contracts gets back there, whoever came from a contract's card there."""
    choice = await max_.say("/optionen")
    chosen = await max_.tap(choice.label("V-2300229-02"), choice)
    back = await max_.tap("‹ Zurück", chosen)
    card = await max_.say("vertrag V-2300229-02")
    options = await max_.tap("🧩 Optionen", card)
    up = await max_.tap("‹ Zurück", options)

    assert (back.text, back.rows) == (choice.text, choice.rows)
    assert (up.text, up.rows) == (card.text, card.rows)


async def test_free_text_about_options_in_english(bernd: Reader) -> None:
    """ "options" in a sentence asks for the contract, in the reader's language."""
    page = await bernd.say("show my options please")

    assert page.lines[0] == "🧩 Options – for which contract?"


async def test_the_paper_of_an_option_is_read_before_it_is_booked(max_: Reader) -> None:
    """The service description comes as a PDF from the card of what could be booked."""
    page = await max_.say("/optionen V-2300229-08")
    card = await max_.tap(page.label("Multi-SIM"), page)
    file = await max_.receive("📎 Leistungsbeschreibung", card)
    content = await max_.person.download(file)

    assert content.startswith(b"%PDF")
    assert file.name.startswith("Leistungsbeschreibung") and file.name.endswith(".pdf")
