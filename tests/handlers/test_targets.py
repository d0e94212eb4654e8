"""Approved targets in the chat: who approved them, what leads there, and the way to remove one."""

import re

import pytest

from tests.handlers.reader import Reader

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_each_target_says_who_approved_it_and_when(paula: Reader) -> None:
    """One tap from the lines, also for the PBX admin; back leads to the lines."""
    lines = await paula.say("/umleitung")
    page = await paula.tap("🔖 Ziele", lines)

    assert re.search(
        r"Bereitschaft · \+49 171 3920014\nfreigegeben am \d\d\.\d\d\.\d{4}, \d\d:\d\d Uhr von ", page.text
    )
    assert (await paula.tap("‹ Zurück", page)).rows == lines.rows


async def test_what_leads_there_is_said_before_it_is_removed(max_: Reader) -> None:
    """The card and the question name the line that is diverted there; no changes nothing, back leads to the card."""
    page = await max_.tap("🔖 Ziele", await max_.say("/umleitung"))
    card = await max_.tap(page.label("Bereitschaft"), page)
    asked = await max_.tap("🗑 Entfernen …", card)

    for shown in (card, asked):
        assert "Zurzeit dorthin umgeleitet: 26 Service." in shown.text
    assert "Danach braucht jede neue Umleitung dorthin wieder eine PIN." in asked.text
    assert (await max_.tap("‹ Zurück", asked)).text == card.text
    dropped = await max_.tap("Nein, doch nicht", await max_.tap("🗑 Entfernen …", card))
    assert "nichts geändert" in dropped.text


async def test_accounting_has_no_part_in_it(bernd: Reader) -> None:
    """Whoever may not divert sees no lines, and so no targets."""
    page = await bernd.say("/forwarding")

    assert not any("🔖" in label for label in page.labels)
