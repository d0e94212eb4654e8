"""Who may do what: every tap there is, by every role, with ids of one's own, of colleagues and of other customers."""

import itertools
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import update

from bot.chat.buttons import Look
from handlers import FEATURES
from handlers.account import End, EndAtOnce
from portal.server.access.tables import accounts
from services.reading import Reading
from storage.buttons import ActButton, new_id
from storage.connections import Account, Connection, Tokens
from tests.drivers.sandbox import Person
from tests.house import BERND, ERIKA, MARTINA, MAX, PAULA, House, Who
from tests.proof import Proof
from tests.security.engines import one_engine
from tests.security.forger import Forger

Words = tuple[object, ...]
ADMIN, PBX, ACCOUNTING, NONE, STRANGER = "portalAdmin", "pbxAdmin", "accounting", "none", "stranger"
PAYLOADS: list[type[Look]] = [tap.payload for feature in FEATURES for tap in feature.taps]
PEOPLE = {MAX: ADMIN, PAULA: PBX, MARTINA: NONE, ERIKA: ADMIN, BERND: ACCOUNTING}
TARGET = "private chat: 100 % of cells as in the policy, nothing shown or ended beyond the role"
ENDING = {("account", "end"), ("account", "now")}


@dataclass(frozen=True, slots=True)
class Holding:
    """What one customer has, as ids that a button may carry and as words that only its people may read."""

    contracts: tuple[str, ...]
    invoices: tuple[str, ...]
    others: tuple[str, ...]  # options, offerings, documents
    company: str
    contract_words: frozenset[str]
    invoice_words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with one role; `mine` is what their customer has."""

    person: Person
    role: str
    mine: Holding | None

    def may_read(self, holding: Holding) -> frozenset[str]:
        """The words of a customer that this person may see."""
        if holding is not self.mine or self.role in (NONE, STRANGER):
            return frozenset()
        return holding.contract_words | (holding.invoice_words if self.role != PBX else frozenset())


async def holding(home: House, connection: Connection) -> Holding:
    """Everything of a customer, by an admin's eyes."""
    reading = Reading(home.app.sessions, home.app.portal, connection)
    contracts = await reading.contracts()
    invoices = (await reading.invoices(limit=50)).items
    options = await reading.options(contracts[0].id)
    papers = [d.id for c in contracts for d in c.documents] + [d.id for i in invoices for d in i.documents]
    others = [*papers[:3], *(o.id for o in options[:2]), *(o.offering_id for o in options[:2] if o.offering_id)]
    return Holding(
        tuple(c.id for c in contracts[:2]),
        tuple(i.id for i in invoices[:2]),
        tuple(others),
        connection.account.customer_name,
        frozenset(c.number for c in contracts),
        frozenset(i.number for i in invoices),
    )


async def connected(home: House, role: str, who: Who) -> tuple[Person, Connection]:
    """Somebody with this role, connected."""
    person = await home.connected(role, who=who)
    return person, (await home.app.connections.of_person(person.id))[0]


async def without_roles(home: House, who: Who) -> None:
    """The portal takes every role away, and the watch hears of it."""
    async with home.portal.context.database.writing() as connection:
        await connection.execute(update(accounts).where(accounts.c.id == f"acc-{who[0]}").values(roles=[]))
    home.clock.advance(timedelta(minutes=11))
    await home.app.watch.run_once()


def fillings(kind: type[Look], domain: dict[str, Words], chance: Random, most: int) -> list[Words]:
    """The fields of a payload with every combination of values, or a sample of them."""
    names: list[str] = [field.name for field in fields(kind)] if is_dataclass(kind) else []
    combinations = list(itertools.product(*(domain.get(name, ("x",)) for name in names)))
    return combinations if len(combinations) <= most else chance.sample(combinations, most)


async def tapped(home: House, forger: Forger, person: Person, kind: type[Look], words: Words) -> None:
    """As if the bot had made such a button for this person once, however they came by it."""
    data = ":".join((kind.feature, kind.verb, *map(str, words)))
    if kind.acts:
        button = ActButton(new_id(), [kind.feature, kind.verb, *words])
        await home.app.buttons.add([button], person.id, person.id, home.app.clock())
        data = f"!{button.id}"
    forger.tap(person.id, data, message=1)


@one_engine
@pytest.mark.timeout(300)
@pytest.mark.proof("T17", target=TARGET)
async def test_nobody_reads_beyond_their_role(home: House, forger: Forger, proof: Proof) -> None:
    """Roles x taps x whose ids: what is shown is one's own customer's, and of that only what the role may see."""
    await home.client.switch(rate_limits=False)
    people = {who: await connected(home, role, who) for who, role in PEOPLE.items()}
    muster, beispiel = [await holding(home, people[who][1]) for who in (MAX, ERIKA)]
    await without_roles(home, MARTINA)
    actors = [
        Actor(person, role, muster if who in (MAX, PAULA, MARTINA) else beispiel)
        for (who, role), (person, _) in zip(PEOPLE.items(), people.values(), strict=True)
    ]
    stranger = await home.client.person("Niemand")
    await stranger.start()
    await stranger.answer()
    actors.append(Actor(stranger, STRANGER, None))
    every = [connection for _, connection in people.values()]
    domain: dict[str, Words] = {
        "account": (*(connection.tag for connection in every), "AAAAAA"),
        "contract": (*muster.contracts, *beispiel.contracts, "nowhere"),
        "invoice": (*muster.invoices, *beispiel.invoices, "nowhere"),
        "connection": (*(connection.id.hex for connection in every), uuid4().hex, "no-id"),
        "option": (*muster.others, *beispiel.others),
        "offering": (*muster.others, *beispiel.others),
        "document": (*muster.others, *beispiel.others),
        "challenge": (str(uuid4()),),
        "kind": ("invoice", "eInvoice", "terms"),
        "by": ("site", "wish", "around", "ask"),
        "value": ("", "V", *muster.contracts[:1], *beispiel.contracts[:1]),
        "wish": ("", "2026"),
        "page": (0, 3),
        "part": (0,),
        "code": ("x" * 43,),
        "came": ("", "list"),
        "language": ("de",),
        "kinds": (1, 127),
        "sites": (0, 1),
    }
    most, cells = proof.count(160, "combinations of a tap", least=4), 0
    seen, shown = await home.client.version(), {str(actor.person.id): "" for actor in actors}
    for actor, kind in itertools.product(actors, PAYLOADS):
        if (kind.feature, kind.verb) in ENDING:
            continue
        for words in fillings(kind, domain, proof.random, most):
            await tapped(home, forger, actor.person, kind, words)
            cells += 1
        await forger.digested()
        for call in await home.client.calls(after=seen):  # at once: the record of calls does not go back for ever
            seen, chat = max(seen, call.version), str(call.params.get("chat_id"))
            if chat in shown:
                shown[chat] += repr((call.params, call.files))
    beyond = [
        f"{actor.role} reads {word}"
        for actor in actors
        for customer in (muster, beispiel)
        for word in (customer.contract_words | customer.invoice_words) - actor.may_read(customer)
        if word in shown[str(actor.person.id)]
    ]
    read = {
        a.role for a in actors for word in (a.may_read(a.mine) if a.mine else ()) if word in shown[str(a.person.id)]
    }
    alive = [
        connection for c in every if (connection := await home.app.connections.get(c.id)) and not connection.ended_at
    ]
    proof.record(figure=f"{len(beyond)} facts beyond the role in {cells} taps", passed=not beyond)
    assert beyond == [] and len(alive) == len(every) - 1  # whoever has no role left is not connected any more
    assert read == {ADMIN, PBX, ACCOUNTING}


@one_engine
@pytest.mark.proof("T17", target=TARGET)
async def test_nobody_ends_beyond_their_role(home: House, forger: Forger, proof: Proof) -> None:
    """Roles x whose connection x way of ending: one's own, one's account's, and by an admin the customer's."""
    await home.client.switch(rate_limits=False)
    wrong: list[str] = []
    cells = 0
    for who, role in ((MAX, ADMIN), (PAULA, PBX), (BERND, ACCOUNTING), (MARTINA, NONE)):
        person, mine = await connected(home, role, who)
        if role == NONE:
            await without_roles(home, who)
        foreign = "cust-9" if mine.account.customer_id != "cust-9" else "cust-8"
        for way in ("end", "now"):
            for relation in ("same account", "colleague", "other customer"):
                cells += 1
                target = await made_up(home, mine, relation, foreign)
                await ended_by(home, forger, person, way, target)
                found = await home.app.connections.get(target.id)
                assert found is not None
                allowed = relation == "same account" or (relation == "colleague" and role == ADMIN)
                allowed = allowed and role != NONE
                if (found.ended_at is not None) is not allowed:
                    wrong.append(f"{role} {way} {relation}: {found.ended_at}")
        await ended_by(home, forger, person, "end", mine)
        assert not await home.app.connections.of_person(person.id)
    chats = [await person.transcript() for person in await home.client.people()]
    leaked = [chat for chat in chats if chat.contains("Fremde AG")]
    proof.record(figure=f"{len(wrong)} of {cells} cells not as in the policy", passed=not wrong and not leaked)
    assert wrong == [] and leaked == []


async def made_up(home: House, mine: Connection, relation: str, foreign: str) -> Connection:
    """A live connection of somebody else."""
    account = mine.account
    sub = account.sub if relation == "same account" else f"acc-{uuid4().hex[:8]}"
    customer = (account.customer_id, account.customer_name)
    customer = (foreign, "Fremde AG") if relation == "other customer" else customer
    new = Account(sub, "customer1", "Jemand", *customer, ("pbxAdmin",), "de", "Europe/Berlin")
    now = home.app.clock()
    tokens = Tokens("a" * 43, "r" * 43, now + timedelta(minutes=5), "contracts:read")
    made = await home.app.connections.add(uuid4().int % 10**9, "Jemand", new, tokens, now)
    assert made is not None
    return made


async def ended_by(home: House, forger: Forger, person: Person, way: str, target: Connection) -> None:
    """Press the button that ends it: the confirmed one, or the one under a notice."""
    await tapped(home, forger, person, EndAtOnce if way == "now" else End, (target.id.hex,))
    await forger.digested()
