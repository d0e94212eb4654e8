"""The longest facts the portal can tell still fit on a screen: no line of ours is ever left out for want of room."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bot.chat import choosing
from bot.chat.billed import positions
from bot.chat.doors import OptionsOf
from bot.chat.lists import PER_PAGE
from bot.chat.screen import BLANK, screen
from bot.chat.sender import render
from bot.chat.text import LANGUAGES, Code, Name, Phone, Say, Texts, say
from handlers import contracts, invoices, options
from portal.models import BilledProduct, InvoiceState, Site
from services.invoices import grouped
from services.options import Blocked, Obstacle, Shelf
from tests.services.facts import CONTRACT, INVOICE, OFFERING, OPTION, line

LONG = "a.b/c@d#" * 200  # every second character gets an invisible joiner before it is sent
TODAY = date(2026, 11, 22)
HEAD = say("contracts-description", description=Name(LONG))
CONTRACTS = [
    replace(CONTRACT, id=str(n), number=LONG, name=LONG, site=Site(str(n), LONG), numbers=(LONG,)) for n in range(9)
]


def is_whole(language: str, lines: Sequence[Say]) -> bool:
    """Whether all of it is sent, with room for a first line of the longest kind."""
    texts = Texts(language, ZoneInfo("Europe/Berlin"))
    return render(screen(HEAD, *lines), texts) == "\n".join(texts.html(each) for each in (HEAD, *lines))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_contracts_fits(language: str) -> None:
    """Eight contracts at eight sites, each with a deadline."""
    lines = [each for c in CONTRACTS[:PER_PAGE] for each in (BLANK, choosing._heading(c), choosing._line(c, TODAY))]

    assert is_whole(language, lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_contracts_card_fits(language: str) -> None:
    """Everything a card can show, beside the company's name."""
    full = replace(CONTRACTS[0], description=LONG + "x", bandwidth=LONG, cost_centre=LONG, seats=10**6)
    full = replace(full, numbers=(LONG,) * 40)
    named = [
        say("contracts-name", line="mobile", name=Name(LONG)),
        say("list-whose", company=Name(LONG)),
        say("contracts-number", number=Code(LONG), status="other", sent=LONG),
        say("contracts-site", site=Name(LONG)),
        *[say("contracts-phone", phone=Phone(LONG))] * contracts.MOST_NUMBERS,
    ]

    assert is_whole(
        language,
        [*named, *contracts._term(full, TODAY), *contracts._price(full, [OPTION] * 9), *contracts._extras(full)],
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_invoice_lines_fits(language: str) -> None:
    """As many lines as a page holds, each about another contract that is not named in it, with its site below."""
    ids = [f"c-{n}" for n in range(invoices.LINES_PER_PAGE)]
    products = {each: BilledProduct(each, LONG, each, each, f"{each} {LONG}") for each in ids}
    found = grouped([line(LONG[::-1], "1234567.89", each, LONG) for each in ids], products)
    assert all(group.place for group in found)

    assert is_whole(language, positions(found, 0, invoices.LINES_PER_PAGE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_invoices_fits(language: str) -> None:
    """Six invoices of six billing accounts, with states nobody knows."""
    odd = replace(INVOICE, state=InvoiceState.UNKNOWN, state_sent=LONG, account_name=LONG)

    assert is_whole(language, invoices._list([replace(odd, account_id=str(n)) for n in range(6)], TODAY))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_options_fits(language: str) -> None:
    """Eight options that can't be booked, each for many reasons."""
    offering = replace(OFFERING, name=LONG)
    stock = Shelf((), (), tuple(Blocked(offering, Obstacle.NEEDS, (LONG, LONG)) for _ in range(PER_PAGE)))
    entries = options._entries(OptionsOf("t", "c"), stock)

    assert is_whole(language, [entries[0].heading, *(entry.line for entry in entries)])
