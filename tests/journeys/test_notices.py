"""The bot speaks first: a new invoice comes once, with its file, when the chat wants it; the log says why not."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.chat.text import Code, Name
from services.subscriptions import EventKind
from storage.events import NewEvent
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import Message, Transcript, as_read
from tests.house import House
from tests.journeys.billing import HOUR, beat, billed, paid
from tests.journeys.words import Words

INVOICE = EventKind.INVOICE.value


async def subscribed(home: House, words: Words) -> Person:
    """Somebody who asked for the usual with one tap, and of whose invoices the old ones are known."""
    person = await home.connected("Max", language=words.language)
    await person.send("/benachrichtigungen")
    await person.tap(words.label("notify-button-begin"), on=await person.sees(words("notify-always")))
    await person.sees(words("notify-quiet-none"))
    detector = home.app.detection.detector
    await detector.enrol()
    await home.until(detector.run_once, 0)
    return person


def documents(chat: Transcript) -> list[Message]:
    """The files that came."""
    return [message for message in chat.from_bot if message.document]


def head(words: Words, number: str) -> str:
    """The first line of a notice about a new invoice."""
    return words("noticed-invoice", kind=INVOICE, credit="no", number=Code(number))


async def test_a_new_invoice_comes_once_with_its_file(home: House, words: Words) -> None:
    """The notice, its PDF, and buttons that lead on; whatever is looked at again, it does not come again."""
    person = await subscribed(home, words)
    (number,) = await billed(home)
    notice = await person.sees(head(words, number), new=True)
    (file,) = await person.until(lambda chat: documents(chat) or None)
    assert file.document is not None
    assert file.document.name.endswith(".pdf")
    await person.tap(words.label("noticed-button-invoice"), on=notice)
    await person.sees(words("invoices-number", number=Code(number), day=home.clock().date()), new=True)
    await beat(home, HOUR)
    await beat(home, HOUR)
    seen = [m for m in (await person.transcript()).from_bot if head(words, number) in as_read(m.text)]
    assert [m.id for m in seen] == [notice.id]


async def test_a_paid_invoice_is_set_right_where_it_was_told(home: House, words: Words) -> None:
    """The old message says from now on that it is paid; nothing new rings, for nobody asked for that."""
    person = await subscribed(home, words)
    (number,) = await billed(home)
    notice = await person.sees(head(words, number), new=True)
    count = len((await person.transcript()).from_bot)
    await paid(home, number)
    chat = await person.transcript()
    told = chat.message(notice.id)
    assert told is not None
    assert words("noticed-invoice", kind=EventKind.PAID.value, credit="no", number=Code(number)) in as_read(told.text)
    assert len(chat.from_bot) == count


async def test_quiet_hours_hold_and_do_not_drop(home: House, words: Words) -> None:
    """Quiet but for two hours a day: it waits, the log says until when, and it comes when the quiet ends."""
    person = await subscribed(home, words)
    await person.tap(words.label("notify-button-quiet"))
    await person.sees(words("notify-quiet-how"))
    local = home.clock().astimezone(ZoneInfo("Europe/Berlin"))
    begins, ends = ((local + timedelta(hours=hours)).strftime("%H:%M") for hours in (-2, 20))
    await person.send(f"{begins}-{ends}")
    await person.sees(words("notify-quiet", since=begins, until=ends))
    (number,) = await billed(home)
    await person.does_not_see(head(words, number))
    await person.send("/zustellung")
    log = as_read((await person.sees(words("delivery-title"), new=True)).text)
    assert number in log
    assert ends in log
    await beat(home, timedelta(hours=20))  # an hour has passed with the invoice
    await person.sees(head(words, number), new=True)


async def test_several_at_once_are_one_message(home: House, words: Words) -> None:
    """Three invoices of one run: one message with a line each, and three files."""
    person = await subscribed(home, words)
    numbers = await billed(home, 3)
    several = as_read((await person.sees(words("noticed-several", count=3), new=True)).text)
    assert all(number in several for number in numbers)
    assert len(documents(await person.transcript())) == 3


async def test_what_is_not_wanted_is_left_out_with_its_reason(home: House, words: Words) -> None:
    """Only from a million on: nothing comes, and the log says that it was the amount; after "stop" nothing is noted."""
    person = await subscribed(home, words)
    await person.tap(words.label("notify-button-only"))
    await person.sees(words("notify-only-how"))
    await person.send("1000000")
    await person.sees(words("notify-only"))
    (number,) = await billed(home)
    await person.does_not_see(head(words, number))
    await person.send("/delivery")
    log = await person.sees(words("delivery-title"), new=True)
    assert number in log.text
    await person.send("/notifications")
    await person.tap(words.label("notify-button-stop"), on=await person.sees(words("notify-always"), new=True))
    await person.sees(words("notify-stopped"))
    (other,) = await billed(home)
    await person.does_not_see(head(words, other))


async def test_only_the_own_cost_centre(home: House, words: Words) -> None:
    """What is about another cost centre only is left out, and the log says so; what is about the own one too comes."""
    person = await subscribed(home, words)
    await person.tap(words.label("notify-button-only"))
    await person.tap(words.label("notify-button-centres"))
    for centre in ("1000", "2000"):
        await person.tap(words.label("notify-button-centre", name=Name(centre), on="yes"))
    await person.sees(words("notify-narrowed-centres", count=1, names=Name("3000")), new=True)
    (by,) = await home.app.connections.of_person(person.id)
    facts: dict[str, object] = {"number": "V-1", "cost_centres": ["1000"]}
    other = NewEvent(EventKind.DEADLINE.value, by.account.customer_id, ("c", "1"), facts, "clock")
    await home.app.outgoing.events.add([other], home.clock())
    (number,) = await billed(home)
    await person.sees(head(words, number), new=True)
    await person.send("/zustellung")
    log = as_read((await person.sees(words("delivery-title"), new=True)).text)
    assert {"de": "andere Kostenstelle", "en": "another cost centre"}[words.language] in log
