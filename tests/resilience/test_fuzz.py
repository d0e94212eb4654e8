"""T18: whatever Telegram, or somebody who pretends to be a client, sends: no crash, no stall, no growth."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import psutil  # type: ignore[import-untyped]
import pytest

from bot.chat.dialog import BUDGET
from tests.databases import fresh_file
from tests.drivers.sandbox import Person
from tests.house import ERIKA, House, house
from tests.proof import Proof
from tests.resilience.feeder import Feeder, complaints
from tests.resilience.ledger import ledger
from tests.resilience.updates import Generator, Json

BATCH = 50
QUICK = 3_000
FIRST = 900_000_000


class Mix:
    """Half of it of every kind, a quarter by real people, the rest damaged; buttons real, made up and foreign."""

    def __init__(self, home: House, people: list[Person], random: Random) -> None:
        self._random = random
        self._people = people
        self._make = Generator(random, tuple(person.id for person in people))
        self._words = [f"/{c.german}" for c in home.app.router.commands] + [c.english for c in home.app.router.commands]
        self._verbs = [f"{t.payload.feature}:{t.payload.verb}" for f in home.app.router.features for t in f.taps]
        self._buttons: list[tuple[int, str]] = [(1, "menu:go")]

    async def look(self) -> None:
        """Learn the buttons that people really see."""
        for person in self._people:
            chat = await person.transcript()
            seen = [(m.id, b.data) for m in chat.from_bot[-5:] for row in m.buttons for b in row if b.data]
            self._buttons = (self._buttons + seen)[-200:]

    def update(self, number: int) -> Json:
        """One update."""
        chance = self._random.random()
        made = self._make.any_kind(number) if chance < 0.55 else self._by_somebody(number)
        return self._make.damaged(made) if chance > 0.75 else made

    def _by_somebody(self, number: int) -> Json:
        person = self._random.choice(self._people).id
        if self._random.random() < 0.5:
            return self._make.typed(number, person, self._random.choice((*self._words, self._make.odd_text())))
        message, data = self._random.choice(self._buttons)
        match self._random.randrange(4):
            case 0:
                data = self._random.choice(self._verbs) + self._random.choice(("", ":", ":1", ":~x:0", ":a:b:c:-1"))
            case 1:
                data = self._random.choice(("!", "!x", ":", "", "~", "!" + "A" * 63, self._make.odd_text()))
        return self._make.tapped(number, person, message, data)


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    """The whole product on SQLite."""
    async with house(tmp_path, await fresh_file(tmp_path), budget=BUDGET) as running:
        yield running


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("collected_seldom")
@pytest.mark.proof(
    "T18", target="200,000 random updates of every type: 0 exceptions, 0 handlers > 1 s, RSS growth < 50 MB"
)
async def test_any_update_is_survived(proof: Proof, home: House) -> None:
    """Every update of every type is settled without a fault, quickly, and leaves no memory behind."""
    people = [await home.connected("Max"), await home.connected("Erika", who=ERIKA), await home.client.person("Otto")]
    await home.client.switch(rate_limits=False, validation=False, recording=False)
    count = proof.counts["updates"] = 200_000 if proof.full else QUICK
    mix, feeder, memory, warm = Mix(home, people, proof.random), Feeder(home), psutil.Process().memory_info, 0
    with complaints() as heard:
        for start in range(0, count, BATCH):
            await feeder.feed([mix.update(FIRST + start + n) for n in range(BATCH)])
            if start % (10 * BATCH) == 0:
                await mix.look()
            if start % (40 * BATCH) == 0:
                await asyncio.gather(*(person.clear() for person in people))  # the sandbox's memory is not the bot's
            if start == count // 4 // BATCH * BATCH:
                warm = memory().rss
    growth = (memory().rss - warm) / 1e6
    async with ledger(home.settings.database_url.reveal()) as book:
        states = await book.states()
    is_quick = feeder.slowest <= 1 or not proof.full  # among other tests the time is theirs, too
    proof.record(
        figure=f"{feeder.handled} updates, {len(heard.found)} exceptions, slowest {feeder.slowest:.2f} s, "
        f"RSS growth {growth:.0f} MB",
        passed=not heard.found and is_quick and growth < 50,
    )
    assert not heard.found, "\n\n".join(heard.found[:30])
    assert set(states) == {"done"}
    assert feeder.handled == count
    assert is_quick, feeder.slowest_update
    assert growth < 50


async def test_unusable_updates_do_not_hold_up_the_others(home: House) -> None:
    """In a batch with updates that have no usable number, or are nested too deep, the good ones are answered."""
    person = await home.client.person("Anna")
    await person.send("/sprache")
    await person.answer()
    make = Generator(Random(1), (person.id,))
    good = make.typed(FIRST + 5, person.id, "/hilfe")
    feeder = Feeder(home)
    deep: Json = {}
    for _ in range(500):
        deep = {"message": deep}
    deep["update_id"] = FIRST + 4
    with complaints() as heard:
        await feeder.feed(
            [deep, {"message": {}}, {"update_id": 2**64 - 1}, {"update_id": "7"}, {"update_id": None}, good]
        )
    assert "update not storable" in heard.found[0]
    assert feeder.handled == 1
    assert "Hilfe" in (await person.sees("Hilfe")).text
    foreign = make.typed(FIRST + 6, 2**64 - 1, "/hilfe")
    await feeder.feed([foreign])
    async with ledger(home.settings.database_url.reveal()) as book:
        assert await book.states() == Counter(done=3)
