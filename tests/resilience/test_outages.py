"""Everything around the bot fails in turn: a clear sentence within 3 s, nothing lost, nothing half done, no restart."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.server.access.links import send_activation
from portal.server.running import PortalServer
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import Message
from tests.house import MAX, House
from tests.journeys.words import Words
from tests.resilience.conftest import Spoilable
from tests.resilience.ledger import ledger, moved
from tests.resilience.relay import Trouble, bomb, garbage, refusal

SOON = 3.0  # seconds until a person must have read something
KINDS = ("flood", "error", "garbage", "reset_before", "reset_after")


async def quickly(act: Awaitable[object], see: Callable[[], Awaitable[Message]]) -> Message:
    """What is seen after the act, within the time that a person is kept waiting at most."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await act
    seen = await see()
    assert loop.time() - began <= SOON
    return seen


async def waiting_for_pin(home: House, words: Words) -> tuple[Person, str]:
    """Somebody who has a PIN on the phone."""
    person = await home.person()
    await person.open_link(await home.mail_link())
    await person.tap(words.label("connect-button-yes"))
    await person.sees("📱")
    await home.app.turns.idle()
    return person, (await home.client.sms(MAX[1])).pin


async def portal_back(home: House) -> None:
    """The portal serves again, where it did before."""
    port = home.portal.url.rpartition(":")[2]
    home.portal = PortalServer(replace(home.portal.settings, bind=f"127.0.0.1:{port}"))
    await home.portal.start()


async def test_portal_stopped(home: House, words: Words) -> None:
    """Said at once to a command, to words and to a tap, with a button to try again, which works as soon as the portal
    is back; nobody is disconnected.
    """
    person = await home.connected()
    await home.portal.stop()
    said = await quickly(person.send("rechnung märz"), lambda: person.sees(words("fault-portal-unavailable"), new=True))
    assert said.place(words.label("button-retry")) is not None
    said = await quickly(person.send("/vertraege"), lambda: person.sees(words("fault-portal-unavailable"), new=True))
    assert said.place(words.label("button-retry")) is not None
    await portal_back(home)
    await person.tap(words.label("button-retry"))
    await person.sees("Düsseldorf", new=True)
    await home.portal.stop()
    await person.tap("V-2300229-02")
    await person.sees(words("fault-portal-unavailable"), new=True)
    await portal_back(home)
    await person.tap(words.label("button-retry"))
    await person.sees("Büro Düsseldorf", new=True)
    assert len(await home.app.connections.of_person(person.id)) == 1


@pytest.mark.slow
async def test_portal_in_every_bad_way(spoilable: Spoilable, words: Words) -> None:
    """Ten seconds late, garbage, 200 MB of gzip, refused: the same clear sentence each time, and then all is well."""
    home, wire = spoilable.home, spoilable.wire
    person = await home.connected()
    troubles: tuple[Trouble, ...] = (wire.ten_seconds_late, garbage, bomb, refusal)
    for trouble in troubles:
        wire.spoil(trouble)
        await quickly(person.send("/rechnungen"), lambda: person.sees("Kundenportal", new=True))
        assert "nichts geändert" in (await person.last()).text
        wire.spoil(None)
        await person.send("/rechnungen")
        await person.sees(words("invoices-heading"), new=True)
    assert len(await home.app.connections.of_person(person.id)) == 1


@pytest.mark.slow
async def test_the_portal_fails_while_somebody_connects(spoilable: Spoilable, words: Words) -> None:
    """A PIN typed into an outage: clear words, the question stays open, and the person is connected once afterwards."""
    home, wire = spoilable.home, spoilable.wire
    person, pin = await waiting_for_pin(home, words)
    wire.spoil(refusal)
    await quickly(person.send(pin), lambda: person.sees("Kundenportal", new=True))
    wire.spoil(wire.ten_seconds_late)
    await quickly(person.send(pin), lambda: person.sees("Kundenportal", new=True))
    assert await home.app.connections.of_person(person.id) == []
    wire.spoil(None)
    await person.send(pin)
    said = await person.answer()
    if words("refusal-pin-expired") in said.text:  # it arrived the time before, and was used up by that
        await person.tap(words.label("pin-button-again"))
        await person.sees(words("refusal-link-invalid"), new=True)
        await person.tap(words.label("connect-button-mail"))
        await home.connect_with(person, await home.mailed_link(), words)
    await person.sees(words("menu-what"))
    assert len(await home.app.connections.of_person(person.id)) == 1


@pytest.mark.slow
async def test_telegram_refuses_answers(home: House, words: Words) -> None:
    """429, 5xx, garbage, a reset before or after it was done: what is typed is answered, what is tapped is shown."""
    person = await home.person()
    await home.client.switch(rate_limits=False)
    for kind in KINDS:
        await home.client.fault(kind, method="sendMessage", times=2)
        await person.send("/hilfe")
        await person.sees(words("help-title"), within=20, new=True)
        await home.client.fault(kind, method="editMessageText", times=2)
        await person.tap("Menü")
        await person.sees(words("menu-not-connected"), within=20, new=True)
        await home.client.mend()
    await all_done(home)


async def test_telegram_wants_to_be_left_alone(home: House, words: Words) -> None:
    """Told to wait longer than a turn can, updates go back together and are answered in their order when it is over."""
    person = await home.person()
    await home.client.fault("flood", method="sendMessage", times=None, retry_after=60)
    await person.send("/hilfe")
    await person.send("/sprache")
    async with ledger(home.settings.database_url.reveal()) as book:
        await home.until(book.states, Counter(open=2))
    await home.client.mend()
    home.clock.advance(timedelta(seconds=61))
    await person.sees(words("language-ask"), within=10)
    texts = [message.text for message in (await person.transcript()).from_bot]
    assert [words("help-title") in text for text in texts] == [True, False]
    await all_done(home)


@pytest.mark.slow
async def test_telegram_is_away(home: House, words: Words) -> None:
    """What was said during an outage of Telegram is answered after it, without anybody's help."""
    person = await home.person()
    outage = await home.client.fault("outage")
    await person.send("/hilfe")
    await moved(home.client, await home.client.version())
    await home.client.mend(outage)
    await person.sees(words("help-title"), within=20)
    await all_done(home)


@pytest.mark.slow
async def test_polling_survives(home: House, words: Words) -> None:
    """Whatever getUpdates meets, polling goes on by itself and each update is worked on once."""
    person = await home.person()
    for kind in KINDS:
        await home.client.fault(kind, method="getUpdates", times=1)
        await person.send("/hilfe")
        await person.sees(words("help-title"), within=20, new=True)
    await home.app.turns.idle()
    visit = await home.app.people.visit(person.id, person.id)
    assert visit.dialog.version == len(KINDS)


async def test_disconnecting_while_the_portal_is_away(spoilable: Spoilable, words: Words) -> None:
    """A connection ended during an outage is over here at once, and at the portal as soon as it can be told."""
    home, wire = spoilable.home, spoilable.wire
    person = await home.connected()
    (connection,) = await home.app.connections.of_person(person.id)
    wire.spoil(refusal)
    await home.app.connecting.end(connection.id, [connection])
    assert await home.app.connecting.revoke_ended() == 0
    await person.send("/vertraege")
    await person.sees(words("refusal-not-connected"), new=True)
    assert await home.live_grants() == 1
    wire.spoil(None)
    await home.until(home.live_grants, 0)


async def test_sms_gateway_down(home: House, words: Words) -> None:
    """No SMS can be sent: said at once, no try is used up, and the same button works afterwards."""
    person = await home.person()
    await person.open_link(await home.mail_link())
    await home.client.fault("outage", on="sms")
    tap = person.tap(words.label("connect-button-yes"))
    await quickly(tap, lambda: person.sees(words("refusal-sms-unavailable"), new=True))
    await home.client.mend()
    await person.tap(words.label("connect-button-yes"))
    await person.send((await home.client.sms(MAX[1])).pin)
    await person.sees(words("menu-what"))


async def test_mail_down(home: House, words: Words) -> None:
    """The activation mail that could not be sent arrives by itself after the outage, and its link works."""
    person = await home.person()
    outage = await home.client.fault("outage", on="mail")
    async with home.portal.context.database.writing() as connection:
        await send_activation(home.portal.context, connection, f"acc-{MAX[0]}", kind="activation")
    home.portal.context.post.set()
    assert await home.client.all_mails(MAX[2], wait=1) == []
    await home.client.mend(outage)
    await home.connect_with(person, await home.mailed_link(), words)


@asynccontextmanager
async def full_disk(home: House) -> AsyncIterator[None]:
    """The database file may not grow by a single page, and the room that was left in it is used up."""
    async with home.app.database.writing() as connection:
        await connection.exec_driver_sql("CREATE TABLE ballast (weight BLOB)")
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        free = (await connection.exec_driver_sql("PRAGMA freelist_count")).scalar_one()
        for _ in range(free):
            await connection.exec_driver_sql("INSERT INTO ballast VALUES (zeroblob(4000))")
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    yield
    async with home.app.database.writing() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count=1073741823")


async def test_disk_full(home: House, words: Words) -> None:
    """Nothing can be stored: people are told so, Telegram keeps what they said, and later all of it is answered."""
    person, other = await home.person(), await home.client.person("Otto", language="en")
    await person.send("/hilfe")
    await person.sees(words("help-title"))
    await home.app.turns.idle()
    async with full_disk(home):
        late = words("fault-storage")
        await quickly(person.send("Wörter über Wörter " * 200), lambda: person.sees(late, new=True))
        await quickly(other.send("ÄÖÜ " * 1000), lambda: other.sees(Words("en")("fault-storage"), new=True))
        assert await home.app.inbox.open_count() == 0
    await person.sees(words("hint-use-menu"), within=10)
    await other.sees(Words("en")("hint-use-menu"), within=10)
    excuses = [m for m in (await person.transcript()).from_bot if late in m.text]
    assert len(excuses) == 1
    await all_done(home)


async def all_done(home: House) -> None:
    """Nothing is left open, and nothing became a dead letter."""
    await home.app.turns.idle()
    await home.until(home.app.inbox.open_count, 0)
    assert await home.app.inbox.reclaim(home.clock()) == ([], [])
