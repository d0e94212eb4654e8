"""Changed elsewhere: whoever is entitled hears of it in time and once, and can set it back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.chat.text import Name, Phone
from portal.bodies import RuleChange
from portal.models import DivertWhen
from services.diverting import Wish
from storage.tables import notices
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import as_read
from tests.house import ERIKA, MAX, PAULA, House
from tests.journeys.words import Words
from tests.proof import Proof

POLL = timedelta(seconds=5)  # the beat of the watch
IN_TIME = timedelta(minutes=5) + POLL
MOBILE, ON_CALL = "tel:+491713920010", "tel:+491713920014"
LINES = ("ext-22", "ext-23", "ext-24", "ext-25", "ext-27", "ext-28")


async def elsewhere(home: House, line: str, when: DivertWhen, active: bool, target: str = MOBILE) -> None:
    """Somebody changes a rule, and not in the chat."""
    rules = {when.value: {"active": active, "target": target}}
    await home.operator("PATCH", f"/services/{line}", {"callForwarding": rules})


async def alerts(home: House) -> int:
    """How many people were, or will be, told."""
    query = select(func.count()).select_from(notices).where(notices.c.kind == "drift")
    async with home.app.database.reading() as connection:
        return int((await connection.execute(query)).scalar_one())


async def looked_at(home: House) -> None:
    """Everybody's lines are looked at, and nobody's turn is near."""
    await home.until(home.app.drift.run_once, 0)


async def told_after(home: House, wanted: int) -> timedelta:
    """Beat by beat until so many are told; how long that took on the bot's clock."""
    began = home.clock()
    while await alerts(home) < wanted:
        assert home.clock() - began <= 2 * IN_TIME, "nobody is told"
        home.clock.advance(POLL)
        await home.app.drift.run_once()
    return home.clock() - began


async def test_all_who_are_entitled_are_told_and_one_sets_it_back(home: House, words: Words) -> None:
    """What was and what is, to both; one tap and a yes later the exact earlier rule is there, and nobody hears more."""
    max_ = await home.connected("Max", language=words.language, who=MAX)
    paula = await home.connected("Paula", language=words.language, who=PAULA)
    erika = await home.connected("Erika", language=words.language, who=ERIKA)
    await looked_at(home)
    await elsewhere(home, "ext-22", DivertWhen.ALWAYS, True, ON_CALL)
    await told_after(home, 2)
    line = Name("22 Max Muster")
    for person in (max_, paula):
        notice = as_read((await person.sees(words("drift-notice", count=1), new=True)).text)
        for fact in (
            words("drift-line", line=line, when="unconditional", seconds=0),
            words("drift-before", target_kind="off", target_name="", target=""),
            words("drift-after", target_kind="saved", target_name=Name("Bereitschaft"), target=Phone("+491713920014")),
        ):
            assert fact in notice, notice
    await erika.does_not_see(words("drift-notice", count=1))

    await paula.tap(words.label("drift-button-back"))
    await paula.tap(words.label("drift-button-back-yes"), on=await paula.sees(words("drift-ask"), new=True))
    await paula.sees(words("action-state", state="done", kind="divert", code=""), new=True)
    await max_.sees(words("notice-changed", by=Name("Paula"), undoes="no"))
    (by, *_) = await home.app.connections.of_person(max_.id)
    lines = {line.id: line for line in await home.app.diverting.lines(by)}
    assert [rule.when for rule in lines["ext-22"].diversions if rule.active] == []
    home.clock.advance(IN_TIME)
    await looked_at(home)
    assert await alerts(home) == 2


async def test_what_the_bot_changes_is_no_drift(home: House) -> None:
    """A change in the chat is told once, as that; the same rule changed elsewhere after it is drift again."""
    person = await home.connected()
    await looked_at(home)
    for active in (True, False, True):
        await divert(home, person, Wish("ext-22", {DivertWhen.BUSY: RuleChange(active=active, target=MOBILE)}))
        home.clock.advance(IN_TIME)
        await looked_at(home)
    assert await alerts(home) == 0
    await elsewhere(home, "ext-22", DivertWhen.BUSY, False)
    await told_after(home, 1)
    await elsewhere(home, "ext-22", DivertWhen.BUSY, True)
    await told_after(home, 2)


async def divert(home: House, person: Person, wish: Wish) -> None:
    """In the chat, without the taps."""
    (by,) = await home.app.connections.of_person(person.id)
    action = await home.app.diverting.propose(by, person.id, [wish], summary="Test", shown={})
    await home.app.acting.confirm(action, person.id, 1)


@pytest.mark.proof("T44", target="alert <= 5 min + 1 poll")
async def test_drift_is_told_in_time(home: House, proof: Proof) -> None:
    """Whatever is changed elsewhere, and whenever: all who are entitled are told in five minutes and a beat, once."""
    for name, who in (("Max", MAX), ("Paula", PAULA)):
        await home.connected(name, who=who)
    await looked_at(home)
    is_on: dict[tuple[str, DivertWhen], bool] = {}
    slowest = timedelta()
    tries = proof.count(200, "changes elsewhere", least=5)
    for n in range(tries):
        home.clock.advance(timedelta(seconds=proof.random.uniform(0, 600)))
        await home.app.drift.run_once()
        rule = (proof.random.choice(LINES), proof.random.choice(list(DivertWhen)))
        is_on[rule] = not is_on.get(rule, False)
        await elsewhere(home, *rule, is_on[rule])
        slowest = max(slowest, await told_after(home, 2 * (n + 1)))
    home.clock.advance(IN_TIME)
    await looked_at(home)
    held = slowest <= IN_TIME and await alerts(home) == 2 * tries
    proof.record(figure=f"slowest {slowest.total_seconds():.0f} s, each told once to both", passed=held)
    assert held


async def test_a_connection_that_ended_is_not_asked(home: House) -> None:
    """Whoever finds out while nobody asks tells the person, once; after that nobody asks for that customer."""
    person = await home.connected()
    await looked_at(home)
    await home.end_grants()
    home.clock.advance(IN_TIME)
    await looked_at(home)
    await person.sees(Words("de")("notice-ended", company=Name("Muster GmbH")), new=True)
    await elsewhere(home, "ext-22", DivertWhen.BUSY, True)
    home.clock.advance(2 * IN_TIME)
    assert await home.app.drift.run_once() == 0
    assert await alerts(home) == 0
