"""T37: whatever becomes of pushes and pages, each invoice is found, once, in time; and nobody hears of old ones."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from notifications.detect import SLOW
from notifications.listening import Listening
from notifications.push import Receipt
from notifications.pushed import Pushed
from services.subscriptions import EventKind
from services.watch import Watch
from storage.actions import Actions, NewAction, State
from storage.drift import KnownLines
from storage.hubs import KeptHub, KeptHubs
from storage.leases import Leases
from storage.pushes import Pushes
from storage.tables import pushes
from tests.databases import fresh_file
from tests.detection.bill_portal import bill
from tests.detection.lookout import Lookout, lookout
from tests.proof import Proof

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CALLBACK = "https://bot.example.com/portal/events"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
STEP = 10 * MINUTE
OLD = 50  # invoices that everybody has before connecting: more than a page


async def listening(here: Lookout) -> Pushed:
    """What takes pushed events, with a hub whose secret is known."""
    stores = (here.database, here.vault)
    kept = KeptHubs(*stores)
    await kept.keep(
        KeptHub("customerBillManagement", "hub-1", "https://bot.example.com/portal/events", SECRET), here.now
    )
    here.world.is_away = True  # a hub that is not registered now keeps the secret that is known
    ears = Listening(CALLBACK, here.portal.hubs, kept, Leases(here.database), here.clock)
    await ears.run_once()
    here.world.is_away = False
    lines = KnownLines(*stores, here.connections, here.notices)
    watch = Watch(here.sessions, here.portal, here.connections, here.notices, here.clock)
    return Pushed(ears, Pushes(*stores), here.bills, here.orders, lines, watch, here.clock)


def event(customer: str, subject: str, moment: str, kind: str = "CustomerBillCreateEvent") -> bytes:
    """An event about an invoice, as the portal says it."""
    parties = [{"id": customer, "role": "customer"}]
    resource = {"id": subject, "relatedParty": parties}
    name = {"P": "productOrder", "S": "service"}.get(kind[0], "customerBill")
    return orjson.dumps({"eventType": kind, "timeOcurred": moment, "event": {name: resource}})


def signed(here: Lookout, event_id: str, body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers that another implementation of Standard Webhooks gives it."""
    signature = Webhook(secret).sign(event_id, here.now, body.decode())
    stamp = str(int(here.now.timestamp()))
    return {"webhook-id": event_id, "webhook-timestamp": stamp, "webhook-signature": signature}


class Month:
    """A day on which invoices come, and everything that may go wrong with telling of them."""

    def __init__(self, here: Lookout, pushed: Pushed, customers: list[str], random: Random) -> None:
        self._here = here
        self._pushed = pushed
        self._customers = customers
        self._random = random
        self._ids = count()
        self._waiting: list[tuple[str, bytes]] = []
        self.written: dict[str, datetime] = {}
        here.world.between_pages = self._shift

    def write(self, customer: str) -> None:
        """A new invoice, which the portal may date back, and may tell of."""
        now, bill_id = self._here.now, f"n{next(self._ids)}"
        back = timedelta(hours=self._random.uniform(0, 71)) if self._random.random() < 0.2 else timedelta()
        made = bill(bill_id, now - back, day=(now - 10 * back).date(), state=self._random.choice(("sent", "settled")))
        self._here.world.put(customer, made)
        self.written[bill_id] = now
        if self._random.random() >= 0.2:
            told = (f"evt-{bill_id}", event(customer, bill_id, now.isoformat()))
            self._waiting += [told] * (2 if self._random.random() < 0.2 else 1)

    async def push(self) -> None:
        """What waits arrives, some of it later, in no order."""
        self._random.shuffle(self._waiting)
        kept = len(self._waiting) // 3
        self._waiting, sent = self._waiting[:kept], self._waiting[kept:]
        for event_id, body in sent:
            assert await self._pushed.receive(signed(self._here, event_id, body), body) is Receipt.TAKEN
        while await self._pushed.run_once():
            pass

    def _shift(self, customer: str) -> None:
        """While a list is read page by page, another invoice comes and moves what was not read yet."""
        if self.written and self._random.random() < 0.2:
            self.write(customer)


@pytest.mark.proof("T37", target="100 % found <= 2 poll periods; 1 alert each; first link sends 0 old alerts")
async def test_every_invoice_is_found_once_and_in_time(proof: Proof, tmp_path: Path) -> None:
    """Pushes lost, doubled, late and in disorder; invoices dated back; pages that shift; customers that just came."""
    customers = [f"cust-{n}" for n in range(proof.count(1_000, "customers"))]
    invoices = proof.counts["invoices"] = len(customers) * (100 if proof.full else 8)
    async with lookout(await fresh_file(tmp_path)) as here:
        pushed = await listening(here)
        for place, customer in enumerate(customers):
            here.world.put(customer, *(bill(f"{customer}-{n}", here.now - n * 9 * HOUR) for n in range(OLD)))
            who = await here.connect(customer, place)
            if place % 5 == 0:
                await here.subscribe(who, EventKind.INVOICE)
        while {asked[0] for asked in here.world.asked} != set(customers):  # enrolled some at a time
            await here.look()
        assert await here.found() == []

        month = Month(here, pushed, customers, proof.random)
        while len(month.written) < invoices:
            for _ in range(min(invoices // 10, invoices - len(month.written))):
                month.write(proof.random.choice(customers))
            await month.push()
            here.now += STEP
            await here.look()
        here.world.between_pages = lambda _: None
        for _ in range(2 * SLOW // STEP):
            here.now += STEP
            await here.look()

        found = await here.found(EventKind.INVOICE)
        times = Counter(str(one.facts["invoice"]) for one in found)
        late = max(one.found_at - written for one in found if (written := month.written.get(str(one.facts["invoice"]))))
        old = [name for name in times if name not in month.written]
        missing = month.written.keys() - times.keys()

    twice = [name for name, told in times.items() if told > 1]
    held = not (missing or twice or old) and late <= 2 * SLOW
    figure = (
        f"{len(month.written)} written, {len(missing)} missing, {len(twice)} twice, {len(old)} old ones; latest {late}"
    )
    proof.record(figure=figure, passed=held)
    assert held, figure


async def test_a_forged_event_costs_no_database_and_a_replayed_one_does_nothing(here: Lookout) -> None:
    """Another's secret, an altered body, an old signature, no event; the same id again is taken, and is one row."""
    pushed = await listening(here)
    body = event("cust-1", "n1", here.now.isoformat())
    good = signed(here, "evt-1", body)
    other = "whsec_" + "A" * 32
    assert await pushed.receive(signed(here, "evt-1", body, other), body) is Receipt.UNVERIFIED
    assert await pushed.receive(good, body + b" ") is Receipt.UNVERIFIED
    assert await pushed.receive({}, body) is Receipt.MALFORMED
    assert await pushed.receive(signed(here, "evt-2", b"[]"), b"[]") is Receipt.MALFORMED
    here.now += timedelta(minutes=6)
    assert await pushed.receive(good, body) is Receipt.UNVERIFIED
    assert await rows(here) == []

    again = signed(here, "evt-1", body)
    for _ in range(3):
        assert await pushed.receive(again, body) is Receipt.TAKEN
    assert await rows(here) == ["open"]
    assert await pushed.run_once() == 1
    assert await pushed.receive(again, body) is Receipt.TAKEN
    assert await pushed.run_once() == 0
    assert await rows(here) == ["done"]
    here.now += timedelta(days=8)
    await pushed.purge()
    assert await rows(here) == []


async def test_a_hint_makes_due_what_it_is_about(here: Lookout) -> None:
    """An order: the changes under way; a service: the lines; of that customer and of nobody else."""
    pushed, later = await listening(here), here.now + HOUR
    stores = (here.database, here.vault)
    actions, lines = Actions(*stores, here.notices), KnownLines(*stores, here.connections, here.notices)
    for place, customer in enumerate(("cust-1", "cust-2")):
        who = await here.connect(customer, place)
        proposal = NewAction(uuid4(), "book", place, place, who.id, customer, "contract:c-1", {}, later)
        key = await actions.add(proposal, here.now)
        claim = await actions.start(key, {State.PROPOSED}, here.now)
        assert claim is not None
        await actions.settle(key, claim, State.ACCEPTED, here.now, due_at=later)
    await lines.enrol(here.now)
    for turn in await lines.claim(here.now, 10):
        await lines.settle(turn, {}, here.now, later)
    for kind in ("ProductOrderStateChangeEvent", "ServiceAttributeValueChangeEvent"):
        body = event("cust-1", "x", here.now.isoformat(), kind)
        assert await pushed.receive(signed(here, kind, body), body) is Receipt.TAKEN
    assert await pushed.run_once() == 2
    assert [action.person_id for action in await actions.claim_due(here.now, 10)] == [0]
    assert [turn.customer_id for turn in await lines.claim(here.now, 10)] == ["cust-1"]


async def rows(here: Lookout) -> list[str]:
    """The states of what was stored."""
    async with here.database.reading() as connection:
        return list((await connection.execute(select(pushes.c.state))).scalars())
