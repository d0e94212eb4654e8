"""People who ask again and again while the bot is killed and started, and whether each got what they asked for."""

import asyncio
from collections import Counter
from dataclasses import dataclass

from tests.drivers.sandbox import Person
from tests.house import Grounds
from tests.resilience.ledger import Ledger

PEOPLE = 25


@dataclass
class Crowd:
    """People who each ask for something again and again."""

    people: list[Person]
    asked: Counter[int]

    async def ask(self, times: int) -> None:
        """This many updates, from the people in turn; every one of them changes its person's dialog."""
        askers = [self.people[number % len(self.people)] for number in range(times)]
        for start in range(0, times, len(self.people)):
            await asyncio.gather(*(person.send("/hilfe") for person in askers[start : start + len(self.people)]))
        self.asked.update(person.id for person in askers)


async def crowd(outside: Grounds) -> Crowd:
    """People who have never been seen by the bot."""
    await outside.client.switch(rate_limits=False, validation=False)
    return Crowd([await outside.client.person(f"P{number}") for number in range(PEOPLE)], Counter())


async def confirmed(outside: Grounds, number: int) -> None:
    """Hold until the bot has confirmed the update of this number."""
    await outside.client.request("GET", "/sim/updates", bot=outside.client.bot, confirmed=number, wait=20)


async def next_number(outside: Grounds) -> int:
    """The number that the next update gets."""
    found = await outside.client.request("GET", "/sim/updates", bot=outside.client.bot)
    return int(str(found["next_update_id"]))


async def check(book: Ledger, crowd: Crowd, states: Counter[str]) -> tuple[int, int]:
    """(updates lost, updates that changed the state twice) after everything has settled."""
    steps = await book.steps()
    lost = sum(max(0, asked - steps.get(person, 0)) for person, asked in crowd.asked.items())
    twice = sum(max(0, steps.get(person, 0) - asked) for person, asked in crowd.asked.items())
    return lost + states["dead"], twice
