"""A date as a calendar file (iCalendar, RFC 5545) that a telephone or an office program takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

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
    event = Event()
    event.add("uid", f"{appointment.uid}@eservice")
    event.add("dtstamp", now)
    event.add("dtstart", appointment.day)
    event.add("dtend", appointment.day + timedelta(days=1))
    event.add("summary", appointment.summary)
    event.add("description", appointment.description)
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    for days in appointment.days_before:
        event.add_component(_alarm(appointment, MORNING - timedelta(days=days)))
    calendar = Calendar()
    calendar.add("prodid", "-//e:service//Telegram bot//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _alarm(appointment: Appointment, when: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", when)
    alarm.add("description", appointment.summary)
    return alarm
