"""Diverting calls from the chat: few taps, shown before it happens, and every way back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.chat.text import Code, Fact, Name, Phone
from portal.models import DivertWhen
from portal.server.settings import PortalSettings
from services.diverting_rules import Rule, rule_of
from tests.databases import fresh_file
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import Message, as_read
from tests.house import ERIKA, MAX, PAULA, House, MovableClock, house
from tests.journeys.words import Words

ALWAYS, BUSY, NO_ANSWER, NOT_REACHABLE = DivertWhen
BERLIN = ZoneInfo("Europe/Berlin")
STANDBY, NEW = "+491713920014", "+491712345678"
VOICEMAIL = "sip:voicemail@pbx.eservice.example"
PACE = 1.0  # seconds that a slow telephone system takes
PATIENCE = 15  # seconds until an answer is missed, on a machine that has other things to do


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    """Everything, running, in the middle of a working day; what is stored where is the road's business."""
    clock = MovableClock()
    while clock().astimezone(BERLIN).hour != 10:
        clock.advance(timedelta(minutes=30))
    async with house(tmp_path, await fresh_file(tmp_path), clock=clock) as running:
        yield running


@pytest.fixture
async def slow_home(tmp_path: Path) -> AsyncIterator[House]:
    """Everything, running, with a telephone system that takes its time."""

    def slow(settings: PortalSettings) -> PortalSettings:
        return replace(settings, forwarding_pace=PACE)

    async with house(tmp_path, await fresh_file(tmp_path), portal=slow) as running:
        yield running


@dataclass
class Thumb:
    """Taps, and counts them."""

    person: Person
    words: Words
    taps: int = 0

    async def say(self, german: str, english: str) -> Message:
        """Type something in one's language; what is answered."""
        await self.person.send(german if self.words.language == "de" else english)
        return await self.person.answer(within=PATIENCE)

    async def tap(self, label: str, on: Message) -> Message:
        """Press a button; what comes then."""
        self.taps += 1
        await self.person.tap(label, on=on)
        return await self.person.answer(within=PATIENCE)

    async def pin(self, home: House, *, wrong: bool = False) -> str:
        """Type the PIN of the next SMS, or one that is not it; the PIN that is right."""
        pin = (await home.client.sms(MAX[1])).pin
        await self.person.send(f"{(int(pin) + 1) % 10**8:08d}" if wrong else pin)
        return pin


async def thumb(home: House, words: Words, who: tuple[str, str, str] = MAX) -> Thumb:
    """Somebody who has connected and looks at the menu."""
    person = await home.connected(language=words.language, who=who)
    await person.sees(words("menu-what"))
    return Thumb(person, words)


async def rule(home: House, person: Person, line: str, when: DivertWhen) -> Rule:
    """What the portal says."""
    (connection,) = (await home.app.people.visit(person.id, person.id)).connections
    lines = await home.app.diverting.lines(connection)
    return next(rule_of(found, when) for found in lines if found.id == line)


def done(words: Words) -> str:
    """The first line of a receipt."""
    return words("action-state", state="done", kind="divert", code="")


async def test_to_a_saved_number_until_six_in_four_taps(home: House, words: Words) -> None:
    """Line, target, until six, yes. It is shown before, read back, told to the PBX admin, and undone with one tap.

    The history says afterwards where calls went before it.
    """
    paula = await home.connected("Paula", language=words.language, who=PAULA)
    max_ = await thumb(home, words)
    before = await rule(home, max_.person, "ext-22", ALWAYS)
    shown = await max_.say("/umleitung", "/forwarding")
    assert shown.labels[0] == "22 Max Muster", "one's own extension comes first"
    card = await max_.tap("22 Max Muster", shown)
    till = await max_.tap("Bereitschaft", card)
    ready = await max_.tap(words.label("diversions-button-until", end="w"), till)
    six = home.clock().astimezone(BERLIN).replace(hour=18, minute=0, second=0, microsecond=0)
    for fact in (
        words("diversions-number", number=Code(STANDBY), sort="mobile", country=Name("Deutschland"))
        if words.language == "de"
        else STANDBY,
        words("diversions-cost"),
        words("diversions-then-back"),
        words("diversion-until", has_end="yes", until=six).strip(),
    ):
        assert fact in as_read(ready.text), ready.readable()
    assert await rule(home, max_.person, "ext-22", ALWAYS) == before
    receipt = await max_.tap(words.label("diversions-button-yes"), ready)
    assert max_.taps <= 4
    assert done(words) in as_read(receipt.text)
    assert await rule(home, max_.person, "ext-22", ALWAYS) == Rule(True, f"tel:{STANDBY}")
    told = await paula.sees(words("notice-changed", by=Name("Max"), undoes="no"))
    assert "22 Max Muster" in as_read(told.text)
    await paula.tap(words.label("action-button-undo"), on=told)
    await paula.sees(done(words), new=True)
    assert await rule(home, max_.person, "ext-22", ALWAYS) == before
    await paula.send("/verlauf" if words.language == "de" else "/history")
    await paula.tap(words.label("actions-button-entry", number=2, state="done"))
    await paula.sees(words("drift-before", target_kind="off", target_name=Name(""), target=""))


async def test_back_to_normal_in_two_taps(home: House, words: Words) -> None:
    """All lines: two taps from the command. One line: its card and off, and undo returns what was there."""
    max_ = await thumb(home, words)
    before = await rule(home, max_.person, "ext-21", NO_ANSWER)
    card = await max_.tap("21 Zentrale", await max_.say("/umleitung", "/forwarding"))
    receipt = await max_.tap(words.label("diversions-button-off"), card)
    assert max_.taps <= 2
    assert done(words) in as_read(receipt.text)
    assert await rule(home, max_.person, "ext-21", NO_ANSWER) == replace(before, active=False)
    await max_.tap(words.label("action-button-undo"), receipt)
    assert await rule(home, max_.person, "ext-21", NO_ANSWER) == before

    max_.taps = 0
    question = await max_.tap(words.label("diversions-button-normal"), await max_.say("/umleitung", "/forwarding"))
    assert "26 Service" in as_read(question.text)
    receipt = await max_.tap(words.label("diversions-button-off-yes"), question)
    assert max_.taps <= 2
    facts: dict[str, Fact] = {"what": "", "name": "", "target_kind": "off", "count": 2, "has_end": "no", "until": None}
    assert words("change-bulk", **facts) in as_read(receipt.text)
    assert not (await rule(home, max_.person, "ext-26", ALWAYS)).active
    nothing = await max_.say("/umleitung aus", "/forwarding off")
    assert words("diversions-normal-already") in as_read(nothing.text)
    await max_.tap(words.label("action-button-undo"), receipt)
    assert (await rule(home, max_.person, "ext-26", ALWAYS)).active


async def test_a_typed_wish_with_a_new_number(home: House, words: Words) -> None:
    """Shown back in full, approved with a PIN (a wrong one first), and kept under the name that was typed."""
    max_ = await thumb(home, words)
    ready = await max_.say(
        "/umleitung 21 besetzt auf 0171 2345678 Otto bis morgen 9 uhr",
        "/forwarding 21 busy to 0171 2345678 Otto until tomorrow 9am",
    )
    text = as_read(ready.text)
    assert NEW in text
    assert words("diversions-new-target") in text
    assert words("diversions-groups", names=Name("Zentrale")) in text
    assert (await rule(home, max_.person, "ext-21", BUSY)).target == VOICEMAIL
    await max_.tap(words.label("diversions-button-keep"), ready)
    pin = await max_.pin(home, wrong=True)
    await max_.person.sees(words("refusal-pin-wrong", attempts_left=4), new=True)
    assert (await rule(home, max_.person, "ext-21", BUSY)).target == VOICEMAIL
    await max_.person.send(pin)
    await max_.person.sees(done(words), new=True)
    assert await rule(home, max_.person, "ext-21", BUSY) == Rule(True, f"tel:{NEW}")
    card = await max_.say("umleitung 22", "forwarding 22")
    assert "→ Otto" in card.labels


async def test_all_calls_of_a_main_number(home: House) -> None:
    """The bot asks for a PIN although the portal would not, and nothing happens when it is not given."""
    words = Words("de")
    max_ = await thumb(home, words)
    ready = await max_.say("/umleitung köln auf max mobil bis 18:30", "/forwarding köln to max mobil until 18:30")
    assert words("diversions-main-number") in as_read(ready.text)
    await max_.tap(words.label("diversions-button-yes"), ready)
    assert "Köln" in (await home.client.sms(MAX[1])).text
    await max_.tap(words.label("pin-button-cancel"), await max_.person.last())
    assert not (await rule(home, max_.person, "range-koeln", ALWAYS)).active


async def test_what_is_refused_says_why(home: House, words: Words) -> None:
    """Numbers, circles, lines and ends: each refusal has its reason and an example; the question stays open."""
    max_ = await thumb(home, words)
    for number, reason in (
        ("0900 1234567", "premium"), ("112", "emergency"), ("11833", "directory"), ("99", "unknownExtension"),
        ("0033 1 23456789", "international"), ("00881612345678", "satellite"), ("26", "chain"),
    ):  # fmt: skip
        answer = await max_.say(f"/umleitung 24 auf {number} bis 18:30", f"/forwarding 24 to {number} until 18:30")
        assert words("refusal-not-divertable", reason=reason) in as_read(answer.text), number
    nonsense = await max_.say("/umleitung bla", "/forwarding bla")
    assert words("diversions-not-understood", wish=Name("bla")) in as_read(nonsense.text)
    till = await max_.say("/umleitung 24 auf mailbox", "/forwarding 24 to voicemail")
    assert words("diversions-till-how") in as_read(till.text)
    again = await max_.say("gestern", "yesterday")
    assert words("diversions-no-end", why="unreadable") in as_read(again.text)
    ready = await max_.say("18:30", "18:30")
    assert words("diversions-ask") in as_read(ready.text)
    which = await max_.say("/umleitung ung auf mailbox bis 18:30", "/forwarding ung to voicemail until 18:30")
    assert words("diversions-which") in as_read(which.text)
    ready = await max_.tap("28 Besprechung", which)
    assert words("diversions-ask") in as_read(ready.text)
    where = await max_.tap(
        words.label("diversions-button-when", when="noAnswer"), await max_.say("umleitung 24", "forwarding 24")
    )
    longer = await max_.tap("45 s", where)
    assert words("diversion-when", when="noAnswer", seconds=45) in as_read(longer.text)
    refused = await max_.say("0137 1234567", "0137 1234567")
    assert words("refusal-not-divertable", reason="massTraffic") in as_read(refused.text)
    ready = await max_.say("0171 3920010 bis 18:30", "0171 3920010 until 18:30")
    assert words("diversion-when", when="noAnswer", seconds=45) in as_read(ready.text)


async def test_changed_elsewhere_meanwhile(home: House) -> None:
    """What was shown does not hold any more: nothing is changed, and the line is one tap away."""
    words = Words("de")
    max_ = await thumb(home, words)
    ready = await max_.say("/umleitung 24 auf 22 bis 18:30", "/forwarding 24 to 22 until 18:30")
    await home.operator(
        "PATCH", "/services/ext-24", {"callForwarding": {"busy": {"active": True, "target": VOICEMAIL}}}
    )
    refused = await max_.tap(words.label("diversions-button-yes"), ready)
    assert words("action-why", code="changedMeanwhile", names="") in as_read(refused.text)
    assert not (await rule(home, max_.person, "ext-24", ALWAYS)).active
    card = await max_.tap(words.label("action-button-look-again"), refused)
    assert "24 Vertrieb" in as_read(card.text)


async def test_the_portal_is_away(home: House) -> None:
    """That nothing was changed is what is said, and the way to try again is one tap."""
    words = Words("de")
    max_ = await thumb(home, words)
    ready = await max_.say("/umleitung 24 auf 22 bis 18:30", "/forwarding 24 to 22 until 18:30")
    await home.portal.stop()
    refused = await max_.tap(words.label("diversions-button-yes"), ready)
    assert words("fault-portal-unavailable") in as_read(refused.text)
    assert words.label("button-retry") in refused.labels


async def test_a_slow_and_a_failing_telephone_system(slow_home: House) -> None:
    """Accepted first; the receipt becomes what came of it, and the card says so too."""
    words = Words("de")
    max_ = await thumb(slow_home, words)
    ready = await max_.say("/umleitung 24 auf 22 bis morgen 9:00", "/forwarding 24 to 22 until tomorrow 9am")
    receipt = await max_.tap(words.label("diversions-button-yes"), ready)
    assert words("action-progress", progress="requested") in as_read(receipt.text)
    await max_.person.sees(done(words), within=15)
    ready = await max_.say("/umleitung 25 auf 22 bis morgen 9:00", "/forwarding 25 to 22 until tomorrow 9am")
    await max_.tap(words.label("diversions-button-yes"), ready)
    await slow_home.operator("PATCH", "/services/ext-25", {"fails": True})
    await max_.person.sees(words("action-why", code="diversionFailed", names=""), within=15)
    await max_.person.send("umleitung 25")
    card = await max_.person.sees(words("diversions-card-how"), new=True)
    facts: dict[str, Fact] = {"target_kind": "extension", "target_name": Name("22 Max Muster"), "target": ""}
    assert words("diversions-rule", status="failed", when="unconditional", seconds=0, **facts) in as_read(card.text)


async def test_who_may_and_what_is_there(home: House) -> None:
    """A PBX admin may; another customer sees their own lines only; the phone number stands on the card."""
    words = Words("de")
    erika = await thumb(home, words, ERIKA)
    shown = as_read((await erika.say("/umleitung", "/forwarding")).text)
    assert "Max Muster" not in shown
    paula = Thumb(await home.connected("Paula", language=words.language, who=PAULA), words)
    await paula.person.sees(words("menu-what"))
    card = await paula.say("umleitung paula pforte", "forwarding paula pforte")
    assert words("diversions-card-number", number=Phone("+492214710223")) in as_read(card.text)
    assert words("diversions-groups", names=Name("Zentrale")) in as_read(card.text)
