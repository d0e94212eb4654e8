"""A date as a calendar file (iCalendar, RFC 5545) that a telephone or an office program takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

MORNING = timedelta(hours=9)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A whole day that matters. `uid` is what it is known by: taken again, it replaces the one there is.

    `days_before` are the days on whose morning, counted back from it, it is called to mind.
    """

    uid: str
    day: date
    summary: str
    description: str
    days_before: Sequence[int] = (1,)


def ics(appointment: Appointment, now: datetime) -> bytes:
    """The file, with one event in it."""
    from icalendar import Alarm, Calendar, Event  # here: it costs start-up time and memory, and is seldom needed

    event = Event()
    event.add("uid", f"{appointment.uid}@eservice")
    event.add("dtstamp", now)
    event.add("dtstart", appointment.day)
    event.add("dtend", appointment.day + timedelta(days=1))
    event.add("summary", appointment.summary)
    event.add("description", appointment.description)
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    for days in appointment.days_before:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", MORNING - timedelta(days=days))
        alarm.add("description", appointment.summary)
        event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//e:service//Telegram bot//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
