"""What one message does not hold is shortened there and comes whole as a file, once, also when it fails in between."""

from dataclasses import replace
from datetime import date, timedelta

from services.subscriptions import EventKind, Rhythm
from storage.events import NewEvent
from storage.notices import NewNotice
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import as_read
from tests.house import House
from tests.journeys.billing import beat
from tests.journeys.test_notices import documents, subscribed
from tests.journeys.words import Words

MANY = 20  # notices in one message
LONG = '"&"<Lager>"&" ' * 6  # many characters once it is escaped
HOUR = timedelta(hours=1)


async def happen(home: House, person: Person) -> None:
    """Many deadlines with long names, told together the next day."""
    (by,) = await home.app.connections.of_person(person.id)
    await home.app.outgoing.subscribing.edit(by, person.id, lambda wish: replace(wish, rhythm=Rhythm.DAILY))
    last_day = date(2027, 3, 31)
    found = [
        NewEvent(
            EventKind.DEADLINE.value,
            by.account.customer_id,
            (f"c-{number}", last_day.isoformat()),
            {
                "contract": f"c-{number}",
                "number": f"V-{number}",
                "name": f"{number} {LONG}",
                "site": "",
                "days": 30,
                "last_day": last_day.isoformat(),
                "zone": "Europe/Berlin",
            },
            "poll",
        )
        for number in range(MANY)
    ]
    await home.app.outgoing.events.add(found, home.clock())
    await home.app.planner.run_once()
    home.clock.advance(timedelta(days=1))


async def whole(person: Person, words: Words) -> str:
    """What stands in the newest file."""
    file = await person.receives(words("noticed-whole-name"))
    return (await person.download(file)).decode("utf-8-sig")


def numbered(text: str) -> list[int]:
    """Which of the long names stand there, each in its line."""
    return [n for n in range(MANY) if any(f"{n} {LONG}"[:40] in line for line in text.splitlines())]


async def test_a_long_notice_comes_whole_as_a_file(home: House, words: Words) -> None:
    """The message ends where there is no more room; the file has every line, without mark-up, once, also when the bot
    stops between the two and Telegram fails. What nobody subscribed to is not cut short either."""
    person = await subscribed(home, words)
    await home.client.fault("error", method="sendDocument", status=500)
    await happen(home, person)
    notice = await person.sees(words("noticed-several", count=MANY), new=True)
    assert as_read(notice.text).endswith("…")
    assert documents(await person.transcript()) == []
    await home.restart()
    await beat(home, HOUR)
    await beat(home, HOUR)
    text = await whole(person, words)
    assert numbered(text) == list(range(MANY))
    assert "&quot;" not in text
    assert "<b>" not in text
    head = as_read(words("noticed-several", count=MANY))
    await beat(home, HOUR)
    chat = await person.transcript()
    assert [m.id for m in chat.from_bot if head in as_read(m.text)] == [notice.id]
    assert len(documents(chat)) == 1

    await home.app.notices.add([NewNotice("drift", "drift:many", person.id, await drifted(home, person))], home.clock())
    await beat(home, HOUR)
    assert as_read((await person.sees(words("drift-notice", count=MANY))).text).endswith("…")
    await person.until(lambda chat: len(documents(chat)) == 2 or None, what="a second file")
    assert numbered(await whole(person, words)) == list(range(MANY))


async def drifted(home: House, person: Person) -> dict[str, object]:
    """The facts of many lines that were changed elsewhere."""
    (by,) = await home.app.connections.of_person(person.id)
    aim = {"target_kind": "colleague", "target_name": LONG}
    changes = [
        {"service": f"s-{n}", "line": f"{n} {LONG}", "when": "always", "seconds": 0, "before": aim, "after": aim}
        for n in range(MANY)
    ]
    return {"account": by.tag, "count": MANY, "changes": changes, "back": "r"}
