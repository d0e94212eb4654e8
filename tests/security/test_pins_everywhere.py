"""A PIN is good for one chat, one person, one question and one time, over the whole product (SECURITY rows T4, T7)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from portal.budget import within
from portal.errors import PortalError
from services.errors import Refusal
from tests.drivers.sandbox import Person
from tests.house import ERIKA, MAX, House, Who
from tests.proof import Proof
from tests.security.at_rest import everything
from tests.security.attacks import YES, other
from tests.security.engines import one_engine
from tests.security.forger import GROUP, Forger

T4 = "0 accepted of all cells; 100 parallel submits of one right PIN -> exactly 1 success"
T7 = "exactly 1 claim; 0 hits; DB holds no raw token (byte grep)"
AGAIN, CANCEL = "Neue PIN", "Abbrechen"
PEOPLE, AT_ONCE = 200, 20


@dataclass(slots=True)
class Asked:
    """Somebody who is asked for a PIN; `update` numbers what is submitted in their name."""

    home: House
    person: Person
    challenge: UUID
    pin: str
    update: int = 900_000_000

    async def submit(self, pin: str, *, person: int | None = None, chat: int | None = None) -> bool:
        """Straight to the rules, as any handler of this process could."""
        self.update += 1
        where = (self.challenge, person or self.person.id, chat or self.person.id, "Fremd")
        try:
            await self.home.app.connecting.answer(*where, pin, self.update)
        except (Refusal, PortalError):
            return False
        return True


async def asked(home: House, who: Who) -> Asked:
    """A new person with a fresh link, up to the PIN on the phone."""
    person = await home.person(f"Person {who[0][-2:]}", who=who)
    await person.open_link(await home.mail_link(who))
    await person.tap(YES)
    pin = (await home.client.sms(who[1])).pin
    await person.sees("📱", new=True)
    await home.app.turns.idle()
    return await asked_now(home, person, pin)


async def asked_now(home: House, person: Person, pin: str) -> Asked:
    """The question that is open in somebody's chat."""
    state = (await home.app.people.visit(person.id, person.id)).dialog.state
    return Asked(home, person, UUID(str(state["challenge"])), pin)


async def answers(home: House) -> bool:
    """Whether the portal does: on a busy machine 200 at once may have been too many for it."""
    try:
        await home.app.portal.oauth.reissue("x" * 43)
    except PortalError:
        return False
    return True


async def after_resend(one: Asked, two: Asked, forger: Forger) -> bool:
    """The old PIN, typed and submitted, once a new one is on the phone."""
    old = one.pin
    await one.person.tap(AGAIN)
    one.pin = (await one.home.client.sms(MAX[1])).pin
    await one.person.sees("📱", new=True)
    if old == one.pin:
        return False
    forger.message(one.person.id, old)
    await forger.digested()
    return await one.submit(old)


async def other_purpose(one: Asked, two: Asked, forger: Forger) -> bool:
    """A question of another purpose, with the very session of this one."""
    app = one.home.app
    stored = await app.challenges.get(one.challenge, one.person.id, one.person.id)
    assert stored is not None
    now = datetime.now(UTC)
    whose = (one.person.id, one.person.id)
    step_up = await app.challenges.add(*whose, "stepUp", stored.secrets, now, now + timedelta(minutes=5))
    return await Asked(one.home, one.person, step_up, one.pin).submit(one.pin)


async def other_question(one: Asked, two: Asked, forger: Forger) -> bool:
    """Typed where something else is asked."""
    stranger = await one.home.client.person("Suchend")
    for before in ("/rechnungen", "/vertraege", "/abbrechen", "/start"):
        forger.message(stranger.id, before)
        forger.message(stranger.id, one.pin)
    await forger.digested()
    return bool(await one.home.app.connections.of_person(stranger.id))


async def other_user(one: Asked, two: Asked, forger: Forger) -> bool:
    """From somebody else who is asked for a PIN as well, in both directions, and in the name of the first."""
    forger.message(two.person.id, one.pin if one.pin != two.pin else other(one.pin))
    await forger.digested()
    found = [await one.submit(one.pin, person=two.person.id), await two.submit(two.pin, person=one.person.id)]
    return any(found) or bool(await one.home.app.connections.of_person(two.person.id))


async def other_chat(one: Asked, two: Asked, forger: Forger) -> bool:
    """From the right person in a group, in somebody else's chat, or with another chat's number."""
    forger.message(one.person.id, one.pin, chat=GROUP)
    forger.message(one.person.id, one.pin, chat=two.person.id)
    await forger.digested()
    found = [await one.submit(one.pin, chat=chat) for chat in (GROUP, two.person.id, -one.person.id)]
    return any(found)


CELLS: tuple[Callable[[Asked, Asked, Forger], Awaitable[bool]], ...] = (
    after_resend,
    other_question,
    other_user,
    other_chat,
    other_purpose,
)


@pytest.mark.proof("T4", target=T4)
async def test_matrix(home: House, forger: Forger, proof: Proof) -> None:
    """Resent, replayed, for another purpose, by another user, in another chat: accepted in no cell, alone or after
    another; the right PIN in the right place is accepted once."""
    cells = list(CELLS[:-1])
    proof.random.shuffle(cells)
    one, two = await asked(home, MAX), await asked(home, ERIKA)
    accepted = [cell.__name__ for cell in cells if await cell(one, two, forger)]
    assert await one.submit(one.pin)
    accepted += ["replay"] if await one.submit(one.pin) else []
    forger.message(one.person.id, one.pin)
    await forger.digested()
    accepted += ["other_purpose"] if await other_purpose(two, one, forger) else []
    proof.record(figure=f"{len(accepted)} of {len(cells) + 2} cells accepted", passed=not accepted)
    assert accepted == [] and await home.live_grants() == 1
    assert await two.submit(two.pin) and await home.live_grants() == 2


@pytest.mark.proof("T4", target=T4)
async def test_a_hundred_right_pins_typed_at_once(home: House, forger: Forger, proof: Proof) -> None:
    """A hundred messages with the right PIN in one go: one connection, one grant, both alive."""
    one = await asked(home, MAX)
    for _ in range(100):
        forger.message(one.person.id, one.pin)
    await forger.digested()
    live = await home.app.connections.of_person(one.person.id)
    proof.record(figure=f"{len(live)} connections of 100 messages", passed=len(live) == 1)
    assert len(live) == 1 and await home.live_grants() == 1


@pytest.mark.proof("T4", target=T4)
async def test_a_hundred_right_pins_past_the_queue(home: House, proof: Proof) -> None:
    """A hundred submits that no queue of one chat puts in order: one succeeds, and what it made stays alive."""
    one = await asked(home, MAX)
    results = await asyncio.gather(*(one.submit(one.pin) for _ in range(100)))
    proof.record(figure=f"{sum(results)} of 100 submits accepted", passed=sum(results) == 1)
    assert sum(results) == 1
    assert len(await home.app.connections.of_person(one.person.id)) == await home.live_grants() == 1
    assert not await one.submit(one.pin)


@one_engine
@pytest.mark.timeout(300)
@pytest.mark.proof("T7", target=T7)
async def test_two_hundred_people_want_one_link(home: House, forger: Forger, proof: Proof) -> None:
    """200 people open one link and say yes at once: one SMS, one alarm; all of them know its PIN: one is connected."""
    link = await home.mail_link()
    await home.client.switch(rate_limits=False)
    people = await asyncio.gather(*(home.client.person(f"P{n}") for n in range(PEOPLE)))
    for wave in range(0, PEOPLE, AT_ONCE):
        await asyncio.gather(*(person.open_link(link) for person in people[wave : wave + AT_ONCE]))
        await forger.digested()
    everybody = [await asked_now(home, person, "") for person in people]
    before = max(mail.version for mail in await home.client.all_mails())
    for person in people:
        chat = await person.transcript()
        data = next(b.data for row in chat.last.buttons for b in row if b.data and YES in b.label)
        forger.tap(person.id, data, message=chat.last.id)
    await forger.digested()
    sms = await home.client.all_sms()
    alarms = await home.client.all_mails(MAX[2], after=before, wait=10)
    await home.until(lambda: answers(home), True, within=60)
    with within(60):
        accepted = [await one.submit(sms[0].pin) for one in everybody]
    bound = [person.id for person in people if await home.app.connections.of_person(person.id)]
    figure = f"{len(sms)} claim of {PEOPLE} people, {len(bound)} connected"
    proof.record(figure=figure, passed=len(sms) == len(bound) == 1)
    assert len(sms) == len(bound) == sum(accepted) == await home.live_grants() == 1
    assert [mail.subject for mail in alarms] == ["Jemand wollte Ihren Aktivierungslink für e:service benutzen"]


@pytest.mark.proof("T7", target=T7)
async def test_no_raw_code_and_no_pin_at_rest(home: House, forger: Forger, proof: Proof) -> None:
    """Mid-way and afterwards, neither database holds a code, a PIN or a session as it went over the wire."""
    one = await asked(home, MAX)
    mails = await home.client.all_mails(MAX[2])
    code = next(link.rpartition("=")[2] for mail in mails for link in mail.links if "start=" in link)
    challenge = await home.app.challenges.get(one.challenge, one.person.id, one.person.id)
    assert challenge is not None
    raw = [code, one.pin, *filter(None, challenge.secrets.values())]  # what says nothing is no secret
    stored = await everything(home)
    found = sum(secret.encode() in stored for secret in raw)
    await one.person.send(one.pin)
    await one.person.sees("✅", new=True)
    tokens = (await home.app.connections.of_person(one.person.id))[0].tokens
    assert tokens is not None and tokens.refresh and tokens.auth_session
    raw += [tokens.access, tokens.refresh, tokens.auth_session]
    stored = await everything(home)
    found += sum(secret.encode() in stored for secret in raw)
    proof.record(figure=f"{found} of {len(raw)} secrets found", passed=found == 0)
    assert found == 0
