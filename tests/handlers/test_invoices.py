"""Invoices in the chat: what is open, the list, the card, the search and the files."""

import re

import pytest

from tests.handlers.reader import Page, Reader

pytestmark = pytest.mark.asyncio(loop_scope="session")

MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"


def cards(page: Page) -> list[str]:
    """The labels that open an invoice."""
    return [label for label in page.labels if re.match("🟠|🔴|🔵|🟡|✅|💚|⚪️", label)]


async def test_the_list_shows_what_is_open_and_six_with_their_state(max_: Reader) -> None:
    """Sums by standing on top, six invoices newest first with state in words, month and gross on each button."""
    page = await max_.say("/rechnungen")

    for part in ("🔴 Überfällig: ", "🟠 Offen: ", "🔵 Wird abgebucht: "):
        assert part in page.text
    assert len(cards(page)) == 6
    assert all(re.fullmatch(rf"\S+ (?:{MONTHS}) \d{{4}} · [\d.,]+ €", label) for label in cards(page))
    assert re.search(r"🟠 \w+ \d{4} · [\d,]+ € · offen bis \d\d\.\d\d\.\d{4}\n +Muster GmbH\n", page.text)
    assert all(len(label) <= 34 for label in page.labels)


async def test_the_newest_pdf_is_two_taps_away(max_: Reader) -> None:
    """/rechnungen and one more tap: the newest PDF, whole, under its number."""
    page = await max_.say("/rechnungen")
    file = await max_.receive(page.labels[0], page)
    content = await max_.person.download(file)

    assert page.labels[0].startswith("📎 PDF ")
    assert re.fullmatch(r"Rechnung \d{4}-\d\d-\d{6}\.pdf", file.name)
    assert (content[:5], content.rstrip()[-5:]) == (b"%PDF-", b"%%EOF")


async def test_pages_lead_through_all_invoices(max_: Reader) -> None:
    """Every invoice once; the first page's sums stay on top of each; going on from the last page leads to the first."""
    first = page = await max_.say("/rechnungen")
    pages = int(page.label(" / ").rpartition(" ")[2])
    labels: list[str] = []
    for _ in range(pages):
        labels += cards(page)
        assert page.lines[1] == first.lines[1]
        page = await max_.tap("›", page)

    assert len(labels) == 37
    assert cards(page) == cards(first)


async def test_a_card_adds_up(max_: Reader) -> None:
    """Net plus tax is gross, the difference to the month before is told, all lines together are the net amount."""
    page = await max_.say("/rechnungen")
    card = await max_.tap(next(label for label in cards(page) if label.startswith("🔴")), page)
    lines = await max_.tap("📋 Alle Positionen", card)
    net, tax, gross = (_amount(card.text, word) for word in (r"netto", r"19 % USt\.", r"brutto"))

    assert (net + tax, len(card.message.entity_texts("code"))) == (gross, 1)
    assert re.search(r"(📈|📉) [\d,]+ € (mehr|weniger) als im \w+ \d{4}", card.text)
    assert re.search(r"🔴 Überfällig seit \d\d\.\d\d\.\d{4} \(\d+ Tage\)", card.text)
    assert sum(_cents(found) for found in re.findall(r"^· .*: ([\d.,-]+) €$", lines.text, re.MULTILINE)) == net
    assert (await max_.tap("‹ Zurück", lines)).rows == card.rows


async def test_lines_of_two_contracts_of_one_name_are_told_apart(max_: Reader) -> None:
    """Two DSL contracts at two sites: each with its site; options stand under their contract, not beside it."""
    page = await max_.say("/rechnungen")
    card = await max_.tap(next(label for label in cards(page) if label.startswith("🔴")), page)
    lines = await max_.tap("📋 Alle Positionen", card)
    places = [line.strip() for line in lines.lines if line.startswith("      ")]

    assert sorted(places) == ["Düsseldorf, Musterallee 24", "Hamburg, Am Musterhafen 3"]
    assert lines.text.count("Business DSL 100") == 3  # two base prices and the heading over the one with an option
    assert max(len(line) for line in lines.lines) <= 60


async def test_back_from_a_card_leads_to_its_page(max_: Reader) -> None:
    """The third page is the third page again."""
    page = await max_.tap("›", await max_.tap("›", await max_.say("/rechnungen")))
    card = await max_.tap(cards(page)[0], page)

    assert (await max_.tap("‹ Zurück", card)).rows == page.rows


async def test_an_invoice_is_found_by_month_number_or_as_the_latest(max_: Reader) -> None:
    """A month with two invoices is a choice; a number, a part of it and "letzte rechnung" lead to one card."""
    newest = (await max_.say("letzte rechnung")).message.entity_texts("code")[0]
    month = f"{MONTHS.split('|')[int(newest[5:7]) - 1]} {newest[:4]}"
    choice = await max_.say(f"rechnung {month}")

    assert choice.lines[0] == f"🔍 2 Rechnungen passen zu „{month}“"
    assert all(month in label for label in cards(choice))
    for wish in (newest, f"rechnung {newest}", f"/rechnungen {newest.replace('-', '')}"):
        assert (await max_.say(wish)).message.entity_texts("code") == [newest]
    for wish in (f"{newest[5:7]}/{newest[:4]}", newest[:7], f"{month[:-5].upper()} {newest[2:4]}"):
        assert len(cards(await max_.say(wish))) == 2


async def test_the_search_asks_and_says_when_there_is_nothing(max_: Reader) -> None:
    """ "Suchen" asks; a month without invoices and a word that is none are told, with another try at hand."""
    question = await max_.tap("🔍 Suchen", await max_.say("/rechnungen"))
    nothing = await max_.say("März 1999")
    unclear = await max_.say("rechnung blumenkohl")

    assert "Rechnungsnummer" in question.text
    assert "„März 1999“ finde ich keine Rechnung" in nothing.text
    assert "„blumenkohl“ finde ich keine Rechnung" in unclear.text
    assert "🔍 Suchen" in unclear.labels


async def test_unpaid_ones_are_found_together(max_: Reader) -> None:
    """ "offene rechnungen" shows what is overdue, open or about to be debited, and nothing that is paid."""
    page = await max_.say("offene rechnungen")

    assert len(cards(page)) == 3
    assert "bezahlt" not in page.text


async def test_540_invoices_read_well(gisela: Reader) -> None:
    """Counts beside the sums, pages of six, a year's invoices by the year."""
    page = await gisela.say("/rechnungen")

    assert re.search(r"🟠 Offen: [\d.]+,\d\d € \(15 Rechnungen\)", page.text)
    assert "1 / 90" in page.labels
    assert len(cards(page)) == 6


async def test_the_pbx_admin_gets_no_invoices(paula: Reader) -> None:
    """Neither by command nor in a sentence."""
    for wish in ("/rechnungen", "letzte rechnung"):
        assert "keine Berechtigung" in (await paula.say(wish)).text


async def test_accounting_reads_in_english(bernd: Reader) -> None:
    """The same list in the reader's language, reached by the English command and words."""
    page = await bernd.say("/invoices")
    card = await bernd.say("latest invoice")

    assert page.lines[0] == "🧾 Your invoices"
    assert re.search(r"19% VAT €[\d.,]+", card.text)


def _amount(text: str, word: str) -> int:
    return _cents(re.findall(rf"^{word} (-?[\d.,]+) €$", text, re.MULTILINE)[0])


def _cents(amount: str) -> int:
    return int(amount.replace(".", "").replace(",", ""))
