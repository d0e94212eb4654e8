"""Calendar files, as a stranger's reader takes them."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from services.calendar import Appointment, ics
from tests.proof import examples

NOW = datetime(2026, 11, 5, 8, 30, tzinfo=UTC)
DUE = Appointment("due-b-1", date(2026, 11, 17), "Rechnung Oktober 2026 überweisen: 59,32 €", "Rechnung 2026-10-000123")


def read(content: bytes) -> Event:
    """The one event in the file."""
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(event, Event)
    return event


def test_a_date_is_a_whole_day_with_a_reminder() -> None:
    """That day and no other, nobody busy, called to mind at nine in the morning of the day before."""
    event = read(ics(DUE, NOW))
    (alarm,) = event.walk("VALARM")

    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 11, 17), date(2026, 11, 18))
    assert (str(event["summary"]), str(event["description"])) == (DUE.summary, DUE.description)
    assert (event["transp"], event.decoded("dtstamp")) == ("TRANSPARENT", NOW)
    assert alarm.decoded("trigger") == timedelta(hours=-15)


def test_the_same_thing_has_the_same_uid() -> None:
    """Taken again, also on another day and with other words, it replaces what is there."""
    later = Appointment(DUE.uid, date(2026, 11, 20), "anders", "")

    assert read(ics(DUE, NOW))["uid"] == read(ics(later, NOW + timedelta(days=1)))["uid"] == "due-b-1@eservice"


def test_several_reminders_may_be_wanted() -> None:
    """A last day for notice is called to mind a month, a week and a day before."""
    event = read(ics(Appointment("n", date(2026, 11, 30), "s", "d", days_before=(30, 7, 1)), NOW))

    assert [alarm.decoded("trigger") for alarm in event.walk("VALARM")] == [
        timedelta(hours=9, days=-days) for days in (30, 7, 1)
    ]


@settings(max_examples=examples(400), deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_no_words_break_the_file(words: str) -> None:
    """Semicolons, commas, backslashes and long lines come out as they went in."""
    event = read(ics(Appointment("u", date(2026, 11, 30), words, words), NOW))

    assert str(event["summary"]) == str(event["description"]) == words


def test_a_line_break_makes_no_property() -> None:
    """Words that look like the format stay words."""
    event = read(ics(Appointment("u", date(2026, 11, 30), "x\r\nATTACH:http://evil.example\nEND:VEVENT", ""), NOW))

    assert "attach" not in event
    assert "ATTACH:http://evil.example" in str(event["summary"])
