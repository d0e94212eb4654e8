"""T13: however many tap "Book" at once, and wherever: one order, and nobody is told that there are more."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest

from bot.chat.dialog import BUDGET
from portal.models import Contract, Offering
from portal.server.access.tables import sms_log
from portal.server.settings import PortalSettings
from storage.actions import State
from storage.connections import Connection
from tests.drivers.sandbox import Person
from tests.house import MARTINA, MAX, House, house
from tests.proof import Proof
from tests.resilience.clerk import Clerk, Taps, Told, clerk

CONTRACT, OPTION = "c-1003", "opt-router"
PROCESSES, TIMES = 2, 25  # with two admins: 100 at once; fewer in the small run
PATIENT = 3_600.0  # seconds between an order's states: the operator ends each
SUCCESS = frozenset({"accepted", "done"})


@dataclass
class Admin:
    """Somebody who may book."""

    person: Person
    connection: Connection
    number: str


@dataclass
class Office:
    """A house, and two more processes on its database."""

    home: House
    clerks: Sequence[Clerk]
    admins: Sequence[Admin]
    contract: Contract
    offering: Offering

    async def proposals(self) -> list[UUID]:
        """Each of the admins looks at the same question."""
        what = (self.contract, self.offering, 1, "Business-Router bestellen")
        return [await self.home.app.bookings.book(a.connection, a.person.id, *what) for a in self.admins]

    async def all_at_once(self, taps: Sequence[Taps]) -> list[Told]:
        """In both processes."""
        return [told for found in await asyncio.gather(*(each.do(taps) for each in self.clerks)) for told in found]

    async def round(self, times: int) -> tuple[int, int]:
        """(orders of this round, taps that were told of a success that there is not)."""
        home = self.home
        before = {order for order, *_ in await home.orders()}
        keys = await self.proposals()
        both = list(zip(keys, self.admins, strict=True))
        told = await self.all_at_once([Taps(key, admin.person.id, times=times) for key, admin in both])
        pins = [(await home.client.sms(admin.number, within=60)).pin for admin in self.admins]
        told += await self.all_at_once(
            [Taps(key, a.person.id, pin, times) for (key, a), pin in zip(both, pins, strict=True)]
        )
        await asyncio.gather(*(self.settled(key) for key in keys))
        made = [(order, key) for order, key, _ in await home.orders() if order not in before]
        ordered = {key for _, key in made}
        told += [(str(key), await self.standing(key)) for key in keys]
        assert {key for key, what in told if what in SUCCESS} >= ordered
        for order, _ in made:
            await home.operator("PATCH", f"/product-orders/{order}", {"state": "failed"})
        await self.forget_sms()
        return len(made), sum(what in SUCCESS and key not in ordered for key, what in told)

    async def settled(self, key: UUID) -> None:
        """Until it is known what became of it; one of the processes asks the portal where an answer was lost."""
        while await self.standing(key) in {State.RUNNING, State.UNKNOWN}:
            await self.clerks[0].do([])

    async def standing(self, key: UUID) -> str:
        """The change's state."""
        action = await self.home.app.actions.get(key)
        assert action is not None
        return str(action.state)

    async def forget_sms(self) -> None:
        """The portal's limits on SMS are not what this is about."""
        async with self.home.portal.context.database.writing() as connection:
            await connection.execute(sms_log.delete())


@pytest.fixture
async def office(tmp_path: Path, database_url: str) -> AsyncIterator[Office]:
    """Two admins of one company, and two processes."""

    def patient(settings: PortalSettings) -> PortalSettings:
        return replace(settings, order_pace=PATIENT)

    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(house(tmp_path, database_url, portal=patient, budget=BUDGET))
        admins = []
        for name, who in (("Max", MAX), ("Martina", MARTINA)):
            person = await home.connected(name, who=who)
            (connection,) = await home.app.connections.of_person(person.id)
            admins.append(Admin(person, connection, who[1]))
        reader, portal = admins[0].connection, home.app.portal
        contract = await home.app.sessions.call(reader, lambda token: portal.contract(token, CONTRACT))
        offering = await home.app.sessions.call(reader, lambda token: portal.offering(token, OPTION))
        clerks = [await stack.enter_async_context(clerk(home.settings, tmp_path)) for _ in range(PROCESSES)]
        made = Office(home, clerks, admins, contract, offering)
        await made.forget_sms()
        yield made


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.proof("T13", target="exactly 1 portal order in each round; 0 errors shown as success")
async def test_a_hundred_taps_book_once(proof: Proof, office: Office) -> None:
    """A hundred confirmations and a hundred PINs by two admins in two processes: one order, and no tap says another."""
    await office.home.client.switch(rate_limits=False, validation=False)
    times = TIMES if proof.full else TIMES // 5
    proof.counts["taps at once"] = times * len(office.admins) * PROCESSES
    rounds = [await office.round(times) for _ in range(proof.count(200, "rounds", least=2))]
    orders, lies = [made for made, _ in rounds], sum(wrong for _, wrong in rounds)
    proof.record(
        figure=f"{min(orders)} to {max(orders)} orders in each of {len(orders)} rounds; {lies} errors shown as success",
        passed=set(orders) == {1} and lies == 0,
    )
    assert set(orders) == {1}
    assert lies == 0
