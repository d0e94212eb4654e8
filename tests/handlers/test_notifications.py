"""What a chat is told: everything can be set with taps or a few typed words, and stands on the screen as it is kept."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.subscribing import Standing, typed_hours, typed_time
from services.subscriptions import EventKind, Quiet, Rhythm, Wish
from tests.handlers.reader import Page, Reader
from tests.house import House
from tests.journeys.words import Words

DE = Words("de")
PREFERENCES = pytest.mark.asyncio(loop_scope="session")


async def standing(home: House, reader: Reader) -> Standing:
    """What is kept."""
    by = (await home.app.connections.of_person(reader.person.id))[-1]
    return await home.app.outgoing.subscribing.of(by, reader.person.id)


async def opened(reader: Reader) -> Page:
    """The screen, with the usual switched on."""
    page = await reader.say("/benachrichtigungen")
    begin = DE.label("notify-button-begin")
    return await reader.tap(begin, page) if begin in page.labels else page


@pytest_asyncio.fixture(loop_scope="session")
async def silent_again(home: House, max_: Reader) -> AsyncIterator[None]:
    """However the test ends, nothing is told afterwards, and no question is open."""
    yield
    await max_.say("/menue")
    by = (await home.app.connections.of_person(max_.person.id))[-1]
    await home.app.outgoing.subscribing.stop(by, max_.person.id)


@PREFERENCES
@pytest.mark.usefixtures("silent_again")
async def test_one_tap_for_the_usual_and_one_for_silence(home: House, max_: Reader) -> None:
    """Nothing is told unasked; one tap begins, one stops, and what was chosen is kept for the next time."""
    page = await max_.say("benachrichtigungen")
    assert "nicht von selbst" in page.text
    page = await max_.tap(DE.label("notify-button-begin"), page)
    assert EventKind.INVOICE in (await standing(home, max_)).wish.kinds
    page = await max_.tap(DE.label("notify-button-kind", kind="invoice-paid", on="no"), page)
    assert DE.label("notify-button-kind", kind="invoice-paid", on="yes") in page.labels
    page = await max_.tap(DE.label("notify-button-stop"), page)
    assert not (await standing(home, max_)).is_on
    await max_.tap(DE.label("notify-button-again"), page)
    kept = await standing(home, max_)
    assert kept.is_on
    assert EventKind.PAID in kept.wish.kinds


@PREFERENCES
@pytest.mark.usefixtures("silent_again")
async def test_delivery_and_quiet_hours(home: House, max_: Reader) -> None:
    """Tapped or typed; nonsense is answered kindly and changes nothing."""
    page = await max_.tap(DE.label("notify-button-when"), await opened(max_))
    page = await max_.tap(DE.label("notify-button-rhythm", rhythm="weekdays", on="no"), page)
    page = await max_.tap("09:00", page)
    assert "Montag bis Freitag um 09:00 Uhr" in page.text
    page = await max_.say("wann du willst")
    assert "nicht als Uhrzeit verstanden" in page.text
    page = await max_.say("um 7.45 Uhr")
    assert "Montag bis Freitag um 07:45 Uhr" in page.text
    page = await max_.tap(DE.label("notify-button-quiet"), await max_.tap(DE.label("button-back"), page))
    page = await max_.tap("20:00–07:00", page)
    page = await max_.say("20-20")
    assert "nicht verstanden" in page.text
    page = await max_.say("von 18:30 bis 6 Uhr")
    assert "18:30 bis 06:00 Uhr" in page.text
    wish = (await standing(home, max_)).wish
    hours = typed_hours("18:30-6")
    assert hours is not None
    assert (wish.rhythm, wish.at, wish.quiet) == (Rhythm.WEEKDAYS, typed_time("7:45"), Quiet(*hours))
    page = await max_.tap(DE.label("notify-button-no-quiet"), page)
    page = await max_.tap(DE.label("button-back"), page)
    assert "Ruhezeit: keine" in page.text
    page = await max_.tap(DE.label("notify-button-when"), page)
    await max_.tap(DE.label("notify-button-rhythm", rhythm="once", on="no"), page)
    assert (await standing(home, max_)).wish.rhythm is Rhythm.AT_ONCE


@PREFERENCES
@pytest.mark.usefixtures("silent_again")
async def test_only_some_and_how(home: House, max_: Reader) -> None:
    """Sites, amounts and manner; taking out the last site, or putting the last one in, is no filter at all."""
    page = await max_.tap(DE.label("notify-button-only"), await opened(max_))
    first = next(label for label in page.labels if label.startswith("✅"))
    page = await max_.tap(first, page)
    assert "Nur 2 Standorte" in page.text
    page = await max_.tap(first.replace("✅", "◻️"), page)
    assert "Standort" not in page.text
    page = await max_.say("1.500,50 €")
    assert "ab 1.500,50 €" in page.text
    page = await max_.say("viel")
    assert "nicht als Betrag" in page.text
    page = await max_.tap("alle", page)
    assert (await standing(home, max_)).wish.filters.amount_from is None
    page = await max_.tap(DE.label("notify-button-how"), await max_.tap(DE.label("button-back"), page))
    page = await max_.tap(DE.label("notify-button-flag", flag="hidden", on="no"), page)
    page = await max_.tap(DE.label("notify-button-flag", flag="pdf", on="yes"), page)
    wish = (await standing(home, max_)).wish
    assert (wish.amounts_hidden, wish.with_pdf) == (True, False)
    page = await max_.tap(DE.label("button-back"), page)
    page = await max_.tap(DE.label("notify-button-mute", on="no"), page)
    assert "Stumm bis" in page.text
    page = await max_.tap(DE.label("notify-button-mute", on="yes"), page)
    assert "Stumm bis" not in page.text


@PREFERENCES
@pytest.mark.usefixtures("silent_again")
async def test_only_some_cost_centres(home: House, max_: Reader) -> None:
    """A few are switched like the sites; all of them, or none, is no filter, and a typed one must be known."""
    page = await max_.tap(DE.label("notify-button-only"), await opened(max_))
    page = await max_.tap(DE.label("notify-button-centres"), page)
    page = await max_.tap("✅ 1000", page)
    assert "Nur 2 Kostenstellen: 2000, 3000" in page.text
    page = await max_.tap("✅ 2000", page)
    assert "Nur Kostenstelle 3000" in page.text
    assert (await standing(home, max_)).wish.filters.cost_centres == {"3000"}
    page = await max_.say("4711")
    assert "in keinem Ihrer Verträge" in page.text
    page = await max_.tap("✅ 3000", page)
    assert "✅ 1000" in page.labels
    page = await max_.say("2000")
    assert (await standing(home, max_)).wish.filters.cost_centres == {"2000"}
    page = await max_.tap(DE.label("notify-button-all-centres"), page)
    assert not (await standing(home, max_)).wish.filters.cost_centres
    assert DE.label("notify-button-centres") in (await max_.tap(DE.label("button-back"), page)).labels


@PREFERENCES
async def test_of_many_cost_centres_one_is_typed(home: House, gisela: Reader) -> None:
    """Forty are no list to tap: what is typed is chosen, tapped or typed once more it is not."""
    page = await gisela.tap(DE.label("notify-button-only"), await opened(gisela))
    page = await gisela.tap(DE.label("notify-button-centres"), page)
    assert "40 Kostenstellen" in page.text
    assert not any(label.startswith("✅") for label in page.labels)
    page = await gisela.say(" 1017 ")
    page = await gisela.say("1021")
    assert {"✅ 1017", "✅ 1021"} <= set(page.labels)
    page = await gisela.say("1017")
    assert (await standing(home, gisela)).wish.filters.cost_centres == {"1021"}
    page = await gisela.tap("✅ 1021", page)
    assert not (await standing(home, gisela)).wish.filters.cost_centres
    await gisela.say("/menue")
    by = (await home.app.connections.of_person(gisela.person.id))[-1]
    await home.app.outgoing.subscribing.stop(by, gisela.person.id)


@PREFERENCES
async def test_of_many_sites_one_is_typed(home: House, gisela: Reader) -> None:
    """So much of the name as only one site has; what a few have is to be tapped, what too many or none have is not."""
    page = await gisela.tap(DE.label("notify-button-only"), await opened(gisela))
    assert not any(label.startswith("✅") and "Filial" in label for label in page.labels)
    page = await gisela.tap(DE.label("notify-button-sites"), page)
    assert "40 Standorte" in page.text
    for unclear in ("Filialstraße", "Bahnhofstraße 7"):
        page = await gisela.say(unclear)
        assert "mehr von seinem Namen" in page.text
    page = await gisela.say("filialstraße 25")
    (chosen,) = (label for label in page.labels if label.startswith("✅"))
    assert "Filialstraße 25" in chosen
    page = await gisela.say("Filialstraße 40")
    (kept,) = (await standing(home, gisela)).wish.filters.sites - {"site-g-39"}
    assert kept == "site-g-24"
    page = await gisela.tap(chosen, page)
    assert (await standing(home, gisela)).wish.filters.sites == {"site-g-39"}
    page = await gisela.say("Filialstraße 3")
    assert "Welchen meinen Sie?" in page.text
    close = [label for label in page.labels if "Filialstraße 3" in label]
    assert len(close) == 11 and all(label.startswith("◻️") for label in close)
    page = await gisela.tap(close[0], page)
    assert len((await standing(home, gisela)).wish.filters.sites) == 2
    assert sum(label.startswith("✅") for label in page.labels) == 2
    page = await gisela.tap(DE.label("notify-button-all-sites"), page)
    assert not (await standing(home, gisela)).wish.filters.sites
    assert DE.label("notify-button-sites") in (await gisela.tap(DE.label("button-back"), page)).labels
    await gisela.say("/menue")
    by = (await home.app.connections.of_person(gisela.person.id))[-1]
    await home.app.outgoing.subscribing.stop(by, gisela.person.id)


@PREFERENCES
async def test_what_is_told_unasked_can_be_switched_off(home: House, paula: Reader) -> None:
    """It is on before anybody chose anything, and it can be switched off without anything else beginning."""
    page = await paula.say("/benachrichtigungen")
    on, off = (DE.label("notify-button-kind", kind="diversion-changed", on=each) for each in ("yes", "no"))
    assert "🛡 Immer an" in page.text
    page = await paula.tap(on, page)
    assert off in page.labels
    assert (await standing(home, paula)).wish == Wish(frozenset(), declined=frozenset({EventKind.DIVERSION_CHANGED}))
    page = await paula.tap(off, page)
    assert on in page.labels
    assert (await standing(home, paula)).wish == Wish(frozenset())
    assert not any(
        label.endswith(DE.label("notify-button-kind", kind="order-state", on="no")[2:]) for label in page.labels
    )


@PREFERENCES
async def test_a_role_is_offered_what_it_may_read(paula: Reader) -> None:
    """The PBX admin sees no invoices, not even as a choice, and a made-up button gets none."""
    page = await opened(paula)
    assert DE.label("notify-button-kind", kind="diversion-active", on="no") in page.labels
    assert not any("Rechnung" in label for label in page.labels)
    await paula.tap(DE.label("notify-button-stop"), page)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8", "08:00"),
        ("08:30", "08:30"),
        ("um 17.15 uhr", "17:15"),
        ("24", "00:00"),
        ("25", None),
        ("8:60", None),
        ("٨", None),
    ],
)
def test_typed_times(text: str, expected: str | None) -> None:
    """As people write them, in ASCII digits."""
    found = typed_time(text)
    assert (found.isoformat("minutes") if found else None) == expected
