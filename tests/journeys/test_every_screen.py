"""Every screen that can be reached by tapping, looked at by somebody who presses everything."""

import re
from collections import Counter
from datetime import timedelta

import pytest

from tests.drivers.sandbox_views import Message, as_read
from tests.house import ERIKA, House
from tests.journeys.walker import Walker
from tests.journeys.words import Words

MOST_TAPS = 6
LONGEST_MESSAGE, MOST_BUTTONS, LONGEST_DATA, LONGEST_LABEL = 4096, 100, 64, 48
SLIPS = re.compile(r"None|[{}<>]|\[[a-z]|\S {2,}\S|\( | \)|\n\n\n|&[a-z]+;| ,|\.\.$|::")


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_no_screen_is_a_dead_end(home: House, words: Words) -> None:
    """From the menu every button that looks leads to a screen with a way back, without a fault, within six taps."""
    person = await home.connected("Erika", language=words.language, who=ERIKA)
    await person.sees(words("menu-what"))
    (by,) = await home.app.connections.of_person(person.id)
    await home.app.outgoing.subscribing.begin(by, person.id)
    between_the_half_hours(home)
    found = await Walker(person, words).walk()
    for seen in found.screens:
        complaints = complaints_about(seen.message, words, is_menu=not seen.path)
        assert not complaints, f"{' > '.join(seen.path)}: {complaints}\n{seen.message.readable()}"
    longest = max((seen.path for seen in found.screens), key=len)
    assert len(longest) <= MOST_TAPS, longest
    assert len(found.screens) > 30, "the walk has seen the lists, cards, options, documents and lines"
    assert any(as_read(path[-1]).startswith("📎 PDF") for path in found.files)
    features = Counter(b.data.split(":")[0] for s in found.screens for row in s.message.buttons for b in row if b.data)
    assert {
        "contracts",
        "options",
        "invoices",
        "documents",
        "diversions",
        "account",
        "go",
        "notify",
        "narrow",
    } <= features.keys()


def between_the_half_hours(home: House) -> None:
    """Screens name the next moments of the day, which come at half hours: none of them passes during the walk."""
    minutes = home.clock().minute % 30
    if minutes >= 20:
        home.clock.advance(timedelta(minutes=30 - minutes))


def complaints_about(message: Message, words: Words, *, is_menu: bool) -> list[str]:
    """What is wrong with a screen."""
    text, labels = as_read(message.text), message.labels
    data = [button.data for row in message.buttons for button in row if button.data]
    ways = {words.label(key) for key in ("button-menu", "button-back", "options-button-no")}
    wrong = {
        "no way back": not is_menu and not ways & set(labels),
        "a fault": any(sign in text for sign in ("😕", "🔧", "❓")),
        "empty": not text.strip(),
        "too long": len(message.text) > LONGEST_MESSAGE,
        "too many buttons": len(data) > MOST_BUTTONS,
        "too much data": any(len(each.encode()) > LONGEST_DATA for each in data),
        "long labels": any(len(label) > LONGEST_LABEL for label in labels),
        "two buttons alike": len(set(labels)) != len(labels),
        "slips of the pen": bool(SLIPS.search("\n".join(line.strip() for line in text.split("\n")))),
    }
    return [name for name, is_so in wrong.items() if is_so]
