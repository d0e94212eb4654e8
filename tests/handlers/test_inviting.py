"""Whom to share what with: also where there are more sites than fit on a screen."""

import pytest

from tests.handlers.reader import Reader
from tests.handlers.test_notifications import opened
from tests.journeys.words import Words

DE = Words("de")


@pytest.mark.asyncio(loop_scope="session")
async def test_of_many_sites_those_that_are_meant_are_ticked(gisela: Reader) -> None:
    """One of forty is two taps away, on whichever page it stands, and nobody has to take out the other thirty-nine."""
    page = await gisela.tap(DE.label("notify-button-invite"), await opened(gisela))
    page = await gisela.tap(DE.label("inviting-button-new"), page)
    assert "alle Standorte" in page.text
    assert not any(label.startswith("✅") and "Filial" in label for label in page.labels)
    page = await gisela.tap("›", page)
    wanted = page.label("Filialstraße")
    page = await gisela.tap(wanted, page)
    assert f"nur {wanted.removeprefix('◻️ ')[:20]}" in page.text
    page = await gisela.tap("‹", page)
    assert not any(label.startswith("✅") and "Filial" in label for label in page.labels)
    page = await gisela.tap(DE.label("inviting-button-go-on"), page)
    assert wanted.removeprefix("◻️ ")[:20] in page.text
    page = await gisela.tap(DE.label("inviting-button-no"), page)
    await gisela.say("/menue")
