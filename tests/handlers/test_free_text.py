"""Free text: what people write instead of a command, and a command that is only nearly one."""

import pytest

from tests.handlers.reader import Reader

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_is_written_leads_where_it_says(max_: Reader) -> None:
    """Plain words open the screen they name; a command's near miss is read like words."""
    for wish, head in (
        ("pdf", "🧾 Ihre Rechnungen"),
        ("/rechnung März", "🔍 2 Rechnungen passen zu „März“"),
        ("Konto", "👤 Ihre Verbindung"),
        ("trennen", "👤 Ihre Verbindung"),
        ("Sprache", "🌐 In welcher Sprache soll ich antworten?"),
        ("auf Englisch bitte", "🌐 In welcher Sprache soll ich antworten?"),
        ("Wie ist das mit dem Datenschutz?", "🔐 Was gespeichert wird"),
        ("Ich will mit einem Menschen sprechen", "💬 Hilfe"),
        ("Ich möchte kündigen", "💬 Hilfe"),
    ):
        assert (await max_.say(wish)).lines[0] == head, wish


async def test_a_month_in_figures_is_no_telephone_number(max_: Reader) -> None:
    """ "03/2026", "09.2026" and a year look for invoices, in every month; a telephone number for its contract."""
    newest = (await max_.say("letzte rechnung")).message.entity_texts("code")[0]
    for wish in (f"03/{newest[:4]}", f"09.{newest[:4]}", newest[:4]):
        assert "Rechnung" in (await max_.say(wish)).lines[0], wish
    assert "Business Mobile M" in (await max_.say("0171 3920013")).lines[0]
