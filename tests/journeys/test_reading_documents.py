"""Documents: the papers of a contract, as files."""

from io import BytesIO

from pypdf import PdfReader

from bot.chat.text import Name
from tests.drivers.sandbox_views import as_read
from tests.house import House
from tests.journeys.words import Words


async def test_the_papers_of_a_contract(home: House, words: Words) -> None:
    """Under a heading of their kind; each button sends a whole PDF under a readable name."""
    person = await home.connected(language=words.language)
    await person.send("/dokumente")
    choice = await person.sees(words("documents-heading"), new=True)
    assert len(choice.buttons) == 9
    await person.tap("V-2300229-01", on=choice)
    papers = await person.sees("V-2300229-01", new=True)
    text = as_read(papers.text)
    for kind in ("order", "serviceDescription", "priceList", "terms", "sla"):
        assert words("documents-kind", kind=kind) in text
    assert ".pdf" not in text
    await person.tap("Auftrag V-2300229-01", on=papers)
    file = await person.receives("Auftrag", new=True)
    assert (file.name, file.mime_type) == ("Auftrag V-2300229-01.pdf", "application/pdf")
    content = await person.download(file)
    assert content.startswith(b"%PDF")
    assert "V-2300229-01" in "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    caption = as_read((await person.last()).text)
    assert caption.count("V-2300229-01") == 1
    assert words("documents-file", name=Name("Auftrag V-2300229-01")) in caption
    await person.tap(words.label("button-back"), on=papers)
    await person.sees(words("documents-heading"), new=True)
