"""Whoever can write to the database and has no key can break a cell, but not make it say something else (T45)."""

import secrets
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from services.errors import Refusal
from storage.actions import NewAction, State
from storage.connections import Connection
from storage.day_watch import DayWatch
from storage.drift import KnownLines
from storage.events import Event, Events, NewEvent
from storage.hubs import KeptHub, KeptHubs
from storage.inbox import LEASE, Received
from storage.invitations import Invitations
from storage.mailboxes import Mailboxes
from storage.mails import Mails
from storage.notices import NewNotice, Planned
from storage.pushes import Pushes
from storage.schedules import NewSchedule, ScheduleKind, Schedules, ScheduleState
from storage.sent_files import SentFiles, file_key
from storage.subscriptions import Subscription, Subscriptions
from storage.tables import bill_watch
from storage.vault import CannotOpen, Vault, generate_key, parse_keys
from tests.drivers.sandbox import Person
from tests.house import ERIKA, MARTINA, MAX, House
from tests.proof import Proof
from tests.security.at_rest import Cell, of_the_bot, overwrite, sealed_cells, sealed_columns
from tests.security.attacks import YES
from tests.security.engines import one_engine
from tests.security.forger import Forger, chat_of, user

TARGET = "100 % rejected; 0 plaintext in DB/WAL/backup grep"
HEADER, NONCE_AT = 17, 5  # format, key id, nonce; where the nonce begins
SECRET_WORDS = "Kanarienvogel im Rechnungsbüro"
SECRET_TOKEN = "canary-step-up-token-0815"
LATER = timedelta(days=1)
FOREIGN = ("Beispiel Logistik", "customer2300241", "V-2300241")


async def lived_in(home: House, forger: Forger) -> tuple[Person, Person]:
    """Two customers' chats with cells of every kind, a question to each, and work that is not done yet."""
    max_, erika = await home.connected("Max", who=MAX), await home.connected("Erika", who=ERIKA)
    for person in (max_, erika):
        for words in ("/vertraege", "rechnung März", f"Vertrag {SECRET_WORDS}"):
            await person.send(words)
            await person.answer()
    for name, who in (("Zweite", MARTINA), ("Dritte", ERIKA)):
        person = await home.person(name, who=who)
        await person.open_link(await home.mail_link(who))
        await person.tap(YES)
        await person.sees("📱", new=True)
        await person.send("000000")
        await person.answer()
    await forger.digested()
    now = home.app.clock()
    later = now + timedelta(days=1)
    for n, person in enumerate((max_, erika)):
        message: dict[str, object] = {
            "message_id": 1,
            "date": 1,
            "text": SECRET_WORDS,
            "from": user(person.id),
            "chat": chat_of(person.id),
        }
        await home.app.inbox.receive([Received(n + 1, person.id, person.id, {"message": message})], later)
        await home.app.notices.add([NewNotice("ended", f"later:{n}", person.id, {"company": SECRET_WORDS})], later)
        await home.app.buttons.name(f"{SECRET_WORDS} {n}")
        await changed(home, person)
    await home.until(lambda: polled(home), 2)
    return max_, erika


async def polled(home: House) -> int:
    """Of how many customers is known which invoices they have."""
    known = select(func.count()).where(bill_watch.c.known_sealed.is_not(None))
    async with home.app.database.reading() as connection:
        return int((await connection.execute(known)).scalar_one())


async def changed(home: House, person: Person) -> None:
    """A change that the portal took and that is not over, a plan for later, and what is known of the lines."""
    app, now = home.app, home.app.clock()
    (mine,) = await app.connections.of_person(person.id)
    customer, company = mine.account.customer_id, mine.account.customer_name
    payload: dict[str, object] = {"account": mine.tag, "name": f"{company} {SECRET_WORDS}", "requests": []}
    where = (person.id, person.id, mine.id, customer, "option:1:2")
    action = await app.actions.add(NewAction(uuid4(), "book", *where, payload, now + LATER), now)
    claim = await app.actions.start(action, {State.PROPOSED}, now)
    assert claim is not None
    await app.actions.keep_secret(action, {"token": SECRET_TOKEN, "until": (now + LATER).isoformat()})
    taken: dict[str, object] = {"order": SECRET_WORDS}
    assert await app.actions.settle(action, claim, State.ACCEPTED, now, outcome=taken, due_at=now + LATER)
    who = (person.id, person.id, mine.id, customer)
    wish: dict[str, object] = {"name": SECRET_WORDS}
    await Schedules(app.database, app.vault).add(
        NewSchedule(ScheduleKind.PLAN, ScheduleState.DRAFT, *who, wish, now, uuid4())
    )
    known = KnownLines(app.database, app.vault, app.connections, app.notices)
    await known.enrol(now)
    for turn in await known.claim(now, 10):
        await known.settle(turn, {SECRET_WORDS: {}}, now, now + LATER)
    await news(home, mine)


async def news(home: House, mine: Connection) -> None:
    """A subscription, an event, what was pushed and is not worked on yet, hubs, and what the days left."""
    database, vault, people, now = home.app.database, home.app.vault, home.app.connections, home.app.clock()
    customer, facts = mine.account.customer_id, {"customer": SECRET_WORDS}
    wish = SECRET_WORDS.encode()
    who = (mine.person_id, customer, wish, now)
    put = await Subscriptions(database, vault).put(*who, person_id=mine.person_id, connection_id=mine.id)
    assert put is not None
    await Subscriptions(database, vault).turn(put.id, "off")  # nobody is to read this wish
    invitations = Invitations(database, vault, Subscriptions(database, vault))
    await invitations.add(uuid4(), f"code {customer}", customer, mine.id, {"places": [SECRET_WORDS]}, now, now + LATER)
    (shared,) = await invitations.of_customer(customer, now)
    taker = -mine.person_id
    assert await invitations.take(shared, customer, wish, now, person_id=taker, person_name=SECRET_WORDS)
    (taken,) = await invitations.of_customer(customer, now)
    await invitations.end(taken)  # nobody is to read this wish either
    events = Events(database, vault)
    await events.add([NewEvent("invoice", customer, (SECRET_WORDS,), {"number": SECRET_WORDS}, "poll")], now)
    await Pushes(database, vault).add(f"{SECRET_WORDS} {customer}", "GrantRevokedEvent", facts, now)
    await KeptHubs(database, vault).keep(KeptHub(f"api-{mine.person_id}", SECRET_WORDS, "", SECRET_TOKEN), now)
    await SentFiles(database, vault).keep(file_key(customer, "invoice"), SECRET_WORDS, now)
    await mailbox(home, mine, put)
    days = DayWatch(database, vault, people, events)
    await days.enrol(now)
    for turn in await days.claim(now + 2 * LATER, 10):
        await days.settle(turn, now.date(), {SECRET_WORDS: SECRET_WORDS}, now + LATER, [], now)


async def mailbox(home: House, mine: Connection, told: Subscription) -> None:
    """A confirmed mailbox with a mail, and an address that is to be proved."""
    database, vault, now = home.app.database, home.app.vault, home.app.clock()
    rows, address = Mailboxes(database, vault), f"{SECRET_TOKEN}@muster.example"
    keys = [
        await rows.ask(subscription, mine.person_id, address, "123456", update, now, now + LATER)
        for update, subscription in enumerate((told.id, uuid4()))
    ]
    code = await rows.code(keys[0], mine.person_id)
    assert code is not None
    assert await rows.confirm(code, now) is not None
    event = Event(uuid4(), f"mailed:{mine.id}", "invoice", (), {}, now)
    async with database.writing() as connection:
        await Mails(database, vault).plan_within(connection, event, [Planned(told, "due", None, now)], now)


@one_engine
@pytest.mark.proof("T45", target=TARGET)
async def test_no_cell_says_something_else(home: House, forger: Forger, proof: Proof) -> None:
    """Every cell of the product's tables, swapped, cut, bent, or sealed by somebody else: none opens."""
    await lived_in(home, forger)
    cells = await sealed_cells(home.app.database)
    assert {cell.kind for cell in cells} == sealed_columns()
    stranger = Vault(parse_keys(generate_key()))
    opened = []
    cases = proof.count(10_000, "cases", least=2_000)
    for _ in range(cases):
        cell = proof.random.choice(cells)
        forged = tampered(cell, cells, stranger, proof.random)
        try:
            home.app.vault.open(*cell.place, forged)
            opened.append(cell.kind)
        except CannotOpen:
            continue
    for cell in cells:
        assert home.app.vault.open(*cell.place, cell.sealed)
    proof.record(figure=f"{len(opened)} of {cases} opened, over {len(cells)} cells", passed=not opened)
    assert opened == []


def tampered(cell: Cell, cells: list[Cell], stranger: Vault, chance: Random) -> bytes:
    """Something else for this cell."""
    mine, other = cell.sealed, chance.choice([c for c in cells if c is not cell])
    spot = chance.randrange(len(mine))
    return chance.choice(
        (
            other.sealed,  # of another row, column or table
            chance.choice([c for c in cells if c.column is cell.column and c is not cell] or [other]).sealed,
            mine[:spot],
            mine + secrets.token_bytes(1 + spot),
            mine[:spot] + bytes([mine[spot] ^ (1 << chance.randrange(8))]) + mine[spot + 1 :],
            other.sealed[:HEADER] + mine[HEADER:],
            mine[:NONCE_AT] + other.sealed[NONCE_AT:HEADER] + mine[HEADER:],
            mine[:HEADER] + other.sealed[HEADER:],
            mine[:1] + secrets.token_bytes(4) + mine[NONCE_AT:],  # another version of the key
            bytes([2]) + mine[1:],  # another version of the format
            stranger.seal(*cell.place, b"{}"),
            stranger.seal(*cell.place, b"{}")[:0],
            b'{"roles":["portalAdmin"]}',
        )
    )


@one_engine
@pytest.mark.proof("T45", target=TARGET)
async def test_a_foreign_cell_shows_nothing_foreign(home: House, forger: Forger, proof: Proof) -> None:
    """Each kind of cell of one customer with another customer's in it: nothing of the other is shown."""
    max_, _ = await lived_in(home, forger)
    cells = await sealed_cells(home.app.database)
    seen: list[str] = []
    for kind in sorted(sealed_columns()):
        pairs = [(a, b) for a in cells for b in cells if a.kind == b.kind == kind and a.key != b.key]
        for mine, theirs in proof.random.sample(pairs, min(len(pairs), proof.count(200, f"swaps of {kind}"))):
            await overwrite(home.app.database, mine, theirs.sealed)
        for words in ("/vertraege", "/rechnungen", "/konto", "/verlauf"):
            forger.message(max_.id, words)
        await forger.digested()
        chat = await max_.transcript()
        seen += [f"{kind}: {words}" for words in FOREIGN if chat.contains(words)]
        for cell in (c for c in cells if c.kind == kind):
            await overwrite(home.app.database, cell, cell.sealed)
    proof.record(figure=f"{len(seen)} foreign facts seen over {len(sealed_columns())} kinds of cells", passed=not seen)
    assert seen == []


@one_engine
async def test_a_foreign_pin_question_accepts_nothing(home: House, forger: Forger) -> None:
    """One person's question with another's session in it cannot be answered with the other's PIN."""
    await lived_in(home, forger)
    cells = [c for c in await sealed_cells(home.app.database) if c.kind == "challenges.secrets_sealed"]
    assert len(cells) == 2
    await overwrite(home.app.database, cells[0], cells[1].sealed)
    people = {person.name: person for person in await home.client.people()}
    pins = [sms.pin for sms in await home.client.all_sms()]
    before = await home.live_grants()
    for name in ("Zweite", "Dritte"):
        state = (await home.app.people.visit(people[name].id, people[name].id)).dialog.state
        if str(state["challenge"]) != str(cells[0].key[0]):
            continue
        for number, pin in enumerate(pins):
            forger.message(people[name].id, pin)
            await forger.digested()
            with pytest.raises((CannotOpen, Refusal)):
                where = (UUID(str(cells[0].key[0])), people[name].id, people[name].id, "Fremd")
                await home.app.connecting.answer(*where, pin, number)
    assert await home.live_grants() == before


async def test_a_broken_cell_holds_up_nobody_else(home: House) -> None:
    """An update, a notice and a connection that do not open are passed over; those beside them are dealt with."""
    app = home.app
    people = [await home.connected("Max", who=MAX), await home.connected("Erika", who=ERIKA)]
    now = app.clock()
    for number, person in enumerate(people):
        body: dict[str, object] = {"message": {"message_id": 1, "from": user(person.id), "chat": chat_of(person.id)}}
        rows = await app.inbox.receive([Received(number + 1, person.id, person.id, body)], now + LEASE)
        assert len(rows) == 1
        await app.notices.add([NewNotice("ended", f"n:{number}", person.id, {"company": "Muster"})], now + LATER)
    kinds = {"inbox.body_sealed", "notices.facts_sealed", "connections.tokens_sealed"}
    broken = {cell.kind: cell for cell in await sealed_cells(app.database) if cell.kind in kinds}
    for cell in broken.values():
        await overwrite(app.database, cell, cell.sealed[:-1])
    rows, _ = await app.inbox.reclaim(now + LATER)  # until then they are in hand: the running bot leaves them alone
    claimed = await app.notices.claim(now + 2 * LATER, 10)
    due = await app.connections.due_for_check(now + LATER, 10)
    assert broken.keys() == kinds
    assert len([row for row in rows if row.update_id <= 2]) == 1
    assert len(claimed) >= 1 and len(due) == 1


@one_engine
@pytest.mark.proof("T45", target=TARGET)
async def test_nothing_to_read_at_rest(home: House, forger: Forger, proof: Proof) -> None:
    """Names, numbers, tokens, questions and what was typed stand nowhere in the bot's database in clear."""
    max_, erika = await lived_in(home, forger)
    stored = b"\n".join(await of_the_bot(home))
    live = [c for p in (max_, erika) for c in await home.app.connections.of_person(p.id)]
    tokens = [t for c in live if c.tokens for t in (c.tokens.access, c.tokens.refresh, c.tokens.auth_session) if t]
    accounts = [t for c in live for t in (c.account.sub, c.account.name, c.account.customer_name, c.account.user_name)]
    phones = [number[1:] for _, number, _ in (MAX, ERIKA, MARTINA)]
    words = [SECRET_WORDS, "Kanarienvogel", "portalAdmin", "auth_session", "verifier", "rechnung März", "Max", "Erika"]
    canaries = [*tokens, *accounts, *phones, *words, SECRET_TOKEN]
    found = {canary for canary in canaries if canary.encode() in stored}
    proof.record(figure=f"{len(found)} of {len(canaries)} canaries found", passed=not found)
    assert found == set() and len(tokens) == 6
