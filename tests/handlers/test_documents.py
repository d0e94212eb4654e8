"""Documents in the chat: by contract and kind, and as files."""

import pytest

from tests.handlers.reader import Reader

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_papers_stand_by_kind_and_arrive_as_files(max_: Reader) -> None:
    """Every document has a heading of its kind and a button; the file is a whole PDF under a readable name."""
    choice = await max_.say("/dokumente")
    page = await max_.tap(choice.label("V-2300229-02"), choice)
    file = await max_.receive(page.label("Auftrag"), page)
    content = await max_.person.download(file)

    assert "\nAuftrag\n· Auftrag V-2300229-02\n" in page.text
    assert file.name == "Auftrag V-2300229-02.pdf"
    assert (content[:5], content.rstrip()[-5:]) == (b"%PDF-", b"%%EOF")
    assert len([row for row in page.rows if row[0].startswith("📎")]) == page.text.count("\n· ")


async def test_a_contracts_card_leads_to_its_papers_and_back(max_: Reader) -> None:
    """ "Dokumente" on a card shows that contract's; "back" leads to the card."""
    card = await max_.say("vertrag V-2300229-05")
    page = await max_.tap("📁 Dokumente", card)

    assert page.lines[:2] == ["📁 Dokumente zu Cloud-Telefonanlage", "V-2300229-05"]
    assert (await max_.tap("‹ Zurück", page)).rows == card.rows


@pytest.mark.parametrize("wish", ["Vertragsunterlagen für V-2300229-07", "AGB V-2300229-07", "dokumente 0171 3920013"])
async def test_papers_are_asked_for_in_a_sentence(max_: Reader, wish: str) -> None:
    """The contract named in the sentence is chosen at once."""
    assert "V-2300229-07" in (await max_.say(wish)).lines
