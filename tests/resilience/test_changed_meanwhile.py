"""T15: what was confirmed is not what would happen any more: nothing happens, and it is said why."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import Executable, update

from portal.bodies import RuleChange
from portal.models import DivertWhen, Option
from portal.server.access.tables import sms_log
from portal.server.tmf.tables import product_prices, products
from services.bookings import first_day_without
from services.diverting_rules import Wish
from storage.actions import State
from storage.connections import Connection
from tests.house import MAX, House
from tests.proof import Proof

LINE, CONTRACT, OFFERING = "ext-22", "c-1003", "opt-router"
ENDING = ("c-1001", "p-1001-ddos")
RESIZED = ("c-1004", "p-1004-channels")
NEW, APPROVED, ELSEWHERE = "tel:+491713920077", "tel:+491713920014", 3930000


@dataclass
class Desk:
    """One admin, and whoever changes things behind their back."""

    home: House
    by: Connection
    random: Random
    updates: int = 0

    async def book(self) -> UUID:
        """A new option."""
        by, portal = self.by, self.home.app.portal
        contract = await self.home.app.sessions.call(by, lambda token: portal.contract(token, CONTRACT))
        offering = await self.home.app.sessions.call(by, lambda token: portal.offering(token, OFFERING))
        return await self.home.app.bookings.book(by, by.person_id, contract, offering, 1, "Router")

    async def resize(self) -> UUID:
        """More of one that is there."""
        contract_id, option = RESIZED[0], await self._option(*RESIZED)
        by, portal = self.by, self.home.app.portal
        contract = await self.home.app.sessions.call(by, lambda token: portal.contract(token, contract_id))
        return await self.home.app.bookings.resize(by, by.person_id, contract, option, option.quantity + 1, "Kanäle")

    async def end(self) -> UUID:
        """An end on the day that is shown."""
        contract_id, option = ENDING[0], await self._option(*ENDING)
        by, portal = self.by, self.home.app.portal
        contract = await self.home.app.sessions.call(by, lambda token: portal.contract(token, contract_id))
        ends = first_day_without(option, self.home.clock().date())
        return await self.home.app.bookings.cancel_option(by, by.person_id, contract, option, ends, "Ende")

    async def divert(self) -> UUID:
        """Calls to a target that takes a PIN."""
        wish = Wish(LINE, {DivertWhen.BUSY: RuleChange(active=True, target=NEW)})
        return await self.home.app.diverting.propose(self.by, self.by.person_id, [wish], summary="Ziel", shown={})

    async def redirect(self) -> UUID:
        """Calls to a target that needs no PIN."""
        wish = Wish(LINE, {DivertWhen.NO_ANSWER: RuleChange(active=True, target=APPROVED)})
        return await self.home.app.diverting.propose(self.by, self.by.person_id, [wish], summary="Ziel", shown={})

    async def price(self) -> None:
        """Another price or one-off, from now on."""
        net = self.random.randrange(1_000, 9_000) / 100
        once = [{"name": "Einrichtung", "kind": "oneTime", "net": net}] if self.random.random() < 0.5 else []
        prices = [{"name": "Grundpreis", "kind": "recurring", "net": net}, *once]
        await self.home.operator("PATCH", f"/offerings/{OFFERING}", {"prices": prices})

    async def term(self) -> None:
        """Another minimum term."""
        before = await self._months()
        months = self.random.choice([months for months in (1, 3, 6, 12, 24, 36) if months != before])
        await self.home.operator("PATCH", f"/offerings/{OFFERING}", {"minimumTermMonths": months})

    async def unit_price(self) -> None:
        """What one more costs."""
        net = self.random.randrange(1_000, 9_000) / 100
        await self._at_the_portal(
            update(product_prices).where(product_prices.c.product_id == RESIZED[1]).values(net=net)
        )

    async def date(self) -> None:
        """The option began later than was thought, so it ends later."""
        began = date(2026 + self.random.randrange(2, 40), self.random.randrange(1, 12), 1)
        await self._at_the_portal(update(products).where(products.c.id == ENDING[1]).values(start_on=began))

    async def target(self) -> None:
        """Somebody else sends the calls elsewhere."""
        rule = {"active": True, "target": f"tel:+49171{ELSEWHERE + self.updates}"}
        when = self.random.choice(("busy", "unconditional"))
        await self.home.operator("PATCH", f"/services/{LINE}", {"callForwarding": {when: rule}})

    async def outcome(self, propose: Callable[[], Awaitable[UUID]], change: Callable[[], Awaitable[None]]) -> str:
        """Proposed; changed before it is confirmed, or while the PIN is looked for; confirmed, and answered."""
        await self._at_the_portal(sms_log.delete())
        acting, key = self.home.app.acting, await propose()
        is_early = propose == self.redirect or self.random.random() < 0.5  # where no PIN comes there is no later
        if is_early:
            await change()
        self.updates += 2
        step = await acting.confirm(key, self.by.person_id, self.updates)
        if step.pin is not None:
            pin = (await self.home.client.sms(MAX[1])).pin
            if not is_early:
                await change()
            step = await acting.answer(key, self.by.person_id, pin, self.updates + 1)
        return str(step.action.outcome.get("code")) if step.action.state is State.REFUSED else str(step.action.state)

    async def stands(self) -> object:
        """What the portal has of it."""
        portal = self.home.app.portal
        line = await self.home.app.sessions.call(self.by, lambda token: portal.extension(token, LINE))
        reached = {rule.target for rule in line.diversions}
        untouched = [rule for rule in line.diversions if rule.when is DivertWhen.NO_ANSWER]
        return await self.home.orders(), NEW in reached, untouched

    async def _option(self, contract: str, product: str) -> Option:
        portal = self.home.app.portal
        options = await self.home.app.sessions.call(self.by, lambda token: portal.options(token, contract))
        return next(option for option in options if option.id == product)

    async def _months(self) -> int:
        portal = self.home.app.portal
        offering = await self.home.app.sessions.call(self.by, lambda token: portal.offering(token, OFFERING))
        return 0 if offering.minimum_term is None else offering.minimum_term.amount

    async def _at_the_portal(self, *statements: Executable) -> None:
        async with self.home.portal.context.database.writing() as connection:
            for statement in statements:
                await connection.execute(statement)


@pytest.mark.slow
@pytest.mark.proof("T15", target="price, term, end, target changed before it is done: 100 % stopped, nothing ordered")
async def test_what_changed_meanwhile_stops_it(proof: Proof, home: House) -> None:
    """Price, term, day of the end, target: changed before the yes or the PIN, nothing is done, and it is said."""
    person = await home.connected()
    await home.client.switch(rate_limits=False)
    (by,) = await home.app.connections.of_person(person.id)
    desk = Desk(home, by, proof.random)
    cases = (
        (desk.book, desk.price, {"priceChanged"}),
        (desk.book, desk.term, {"termChanged"}),
        (desk.resize, desk.unit_price, {"priceChanged"}),
        (desk.end, desk.date, {"dateChanged"}),
        (desk.divert, desk.target, {"changedMeanwhile", "preconditionFailed"}),
        (desk.redirect, desk.target, {"changedMeanwhile", "preconditionFailed"}),
    )
    before = await desk.stands()
    count, wrong = proof.count(200, "changes", least=12), []
    stopped = Counter[str]()
    for number in range(count):
        propose, change, codes = cases[number % len(cases)]
        outcome = await desk.outcome(propose, change)
        if outcome in codes:
            stopped["diversions" if propose in (desk.divert, desk.redirect) else "options"] += 1
        else:
            wrong.append((change.__name__, outcome))
    after = await desk.stands()
    sides = ", ".join(f"{name} {stopped[name]}" for name in ("options", "diversions"))
    proof.record(figure=f"{count - len(wrong)} of {count} stopped ({sides})", passed=not wrong and after == before)
    assert wrong == []
    assert after == before
