"""What switches by itself: ends, weekly plans, rotas and presets, in the chat."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.text import Name
from portal.bodies import RuleChange
from portal.models import DivertWhen, Extension
from portal.server.running import PortalServer
from services.diverting import Wish
from services.diverting_rules import Rule, rule_of
from storage.actions import State
from storage.connections import Connection
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import as_read
from tests.house import MAX, House
from tests.journeys.words import Words

ALWAYS = DivertWhen.ALWAYS
BERLIN = ZoneInfo("Europe/Berlin")
LINE, CALLED = "ext-21", "21"
MOBILE = "tel:+491713920014"  # approved: "Bereitschaft"
HOUR = timedelta(hours=1)


async def connection_of(home: House, person: Person) -> Connection:
    """The person's connection."""
    (found,) = await home.app.connections.of_person(person.id)
    return found


async def line(home: House, by: Connection, service: str = LINE) -> Extension:
    """A line as the portal shows it."""
    return next(one for one in await home.app.diverting.lines(by) if one.id == service)


async def always(home: House, by: Connection) -> Rule:
    """What "always" is set to."""
    return rule_of(await line(home, by), ALWAYS)


async def busy(home: House, by: Connection) -> Rule:
    """What "busy" is set to."""
    return rule_of(await line(home, by), DivertWhen.BUSY)


async def divert(home: House, by: Connection, until: datetime | None) -> None:
    """Extension 21 always to the on-call phone."""
    wish, shown = Wish(LINE, {ALWAYS: RuleChange(True, MOBILE)}), {"until": until.isoformat() if until else ""}
    key = await home.app.diverting.propose(by, by.person_id, [wish], summary="21", shown=shown)
    step = await home.app.acting.confirm(key, by.person_id, 1)
    assert step.action.state is State.DONE


async def on(home: House, instant: datetime) -> None:
    """The clock shows another time."""
    home.clock.advance(instant - home.clock())


async def test_an_end_with_a_reminder_an_hour_more_and_a_restart(home: House, words: Words) -> None:
    """It is listed, reminded of, lengthened from the reminder; after a restart the exact earlier rules return."""
    person = await home.connected(language=words.language)
    by = await connection_of(home, person)
    before = await line(home, by)
    ends = (home.clock() + 3 * HOUR).replace(second=0, microsecond=0)
    await divert(home, by, ends)
    await person.send("/plaene")
    called = Name("21 Zentrale", 60)
    await person.sees(words("plans-end", line=called, until=ends), new=True)
    await on(home, ends - timedelta(minutes=14))
    reminder = await person.sees(words("plans-reminder", line=called, until=ends), new=True)
    await person.tap(words.label("plans-button-longer"), on=reminder)
    await person.sees(words("plans-longer", until=ends + HOUR), new=True)
    await on(home, ends + timedelta(minutes=1))
    assert await home.app.scheduling.run_once() == 0
    assert await always(home, by) == Rule(True, MOBILE)
    await home.restart()
    await on(home, ends + HOUR)
    await home.until(lambda: always(home, by), rule_of(before, ALWAYS))
    assert (await line(home, by)).diversions == before.diversions
    await person.tap(words.label("plans-button-end"), on=reminder)
    await person.sees(words("refusal-too-late"), new=True)
    await person.send("/plaene")
    await person.sees(words("plans-none"), new=True)


async def test_the_portal_is_away_at_the_end(home: House, words: Words) -> None:
    """It is ended late, and that is said."""
    person = await home.connected(language=words.language)
    by = await connection_of(home, person)
    before = await always(home, by)
    ends = (home.clock() + HOUR).replace(second=0, microsecond=0)
    await divert(home, by, ends)
    await home.portal.stop()
    await on(home, ends)
    (end,) = await home.app.planning.listed(by)

    async def tried() -> bool:
        return any(switch.reason == "Unavailable" for switch in await home.app.schedules.switches_of(end.schedule.id))

    await home.until(tried, True)
    port = home.portal.url.rpartition(":")[2]
    home.portal = PortalServer(replace(home.portal.settings, bind=f"127.0.0.1:{port}"))
    await home.portal.start()
    home.clock.advance(timedelta(minutes=20))
    called = Name("21 Zentrale", 80)
    await person.sees(words("plans-ended", how="late", line=called, at=ends), within=20, new=True)
    assert await always(home, by) == before


async def test_ended_from_its_card(home: House, words: Words) -> None:
    """Diverted with a typed end, ended before it: everything is as before at once, and that is said."""
    person = await home.connected(language=words.language)
    by = await connection_of(home, person)
    before = await always(home, by)
    await person.send("/umleitung 21 auf bereitschaft bis 5 stunden")
    await person.tap(words.label("diversions-button-yes"))
    await home.until(lambda: always(home, by), Rule(True, MOBILE))
    await home.app.turns.idle()
    await person.send("/schedules")
    listed = await person.sees(words("plans-title"), new=True)
    await person.tap(words.label("plans-button-card", kind="end", name=Name("21 Zentrale", 24)), on=listed)
    (end,) = await home.app.planning.listed(by)
    assert end.next_at is not None
    assert timedelta(hours=4, minutes=55) < end.next_at - home.clock() <= timedelta(hours=5)
    await person.tap(words.label("plans-button-end"))
    called = Name("21 Zentrale", 80)
    await person.sees(words("plans-ended", how="now", line=called, at=home.clock()), new=True)
    assert await always(home, by) == before


def monday(now: datetime, clock: str) -> datetime:
    """A time of day in Berlin on the next Monday."""
    today = now.astimezone(BERLIN)
    return at_clock(today + timedelta(days=7 - today.weekday()), clock)


def at_clock(day: datetime, clock: str) -> datetime:
    """When the clocks of Berlin show it on that day."""
    hour, minute = clock.split(":")
    return day.astimezone(BERLIN).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0).astimezone(UTC)


async def test_a_weekly_plan_and_its_day(home: House, words: Words) -> None:
    """Made by taps and one typed line, confirmed with a PIN; on Monday it rings here, but for lunch and the evening."""
    person = await home.connected(language=words.language)
    by = await connection_of(home, person)
    await person.send("/plaene")
    await person.tap(words.label("plans-button-new"))
    await person.tap(words.label("plans-button-line", line=Name("21 Zentrale", 40)))
    await person.tap(words.label("plans-button-to", name=Name("Bereitschaft", 36)))
    await person.sees(words("plans-hours-how"))
    await person.send("immer")
    await person.sees(words("plans-not-hours"), new=True)
    await person.send("Mo-Fr 9-17")
    hours = words("plans-hours", when="unconditional", same="no", first=0, last=4, spans="9:00–17:00")
    await person.sees(hours, new=True)
    await person.send("Mittag 12:30-13:30")
    await person.sees(words("plans-lunch", span="12:30–13:30"), new=True)
    await person.send("Mittag 18-19")
    await person.sees(words("plans-not-hours"), new=True)
    first = home.clock().date() + timedelta(days=60)
    await person.send(f"Urlaub {first:%d.%m.%Y} - {first + timedelta(days=9):%d.%m.%Y}")
    days_off = words("plans-vacation", first=first, last=first + timedelta(days=9))
    draft = await person.sees(days_off, new=True)
    assert words.label("plans-button-no-vacations") in draft.labels
    await person.tap(words.label("plans-button-holidays"), on=draft)
    await person.tap(words.label("plans-button-state", state="NW"))
    await person.tap(words.label("plans-button-save"))
    await person.tap(words.label("plans-button-save-yes"))
    await person.send((await home.client.sms(MAX[1])).pin)
    name = Name(f"{'Woche' if words.language == 'de' else 'Week'} 21 Zentrale", 60)
    await person.sees(words("plans-on", kind="plan", name=name), new=True)
    wanted = {"08:59": True, "09:00": False, "12:30": True, "13:30": False, "17:00": True}
    for clock, is_diverted in wanted.items():
        await on(home, monday(home.clock(), clock) if clock == "08:59" else at_clock(home.clock(), clock))
        await home.until(lambda: is_on(home, by), is_diverted, within=20)
    assert await always(home, by) == Rule(True, MOBILE)
    await person.send("/plaene")
    listed = await person.sees(words("plans-title"), new=True)
    await person.tap(words.label("plans-button-card", kind="plan", name=Name(name.value, 24)), on=listed)
    await person.tap(words.label("plans-button-change"), on=await person.sees(days_off, new=True))
    again = await person.sees(words("plans-hours-how"), new=True)
    assert hours in as_read(again.text)
    assert days_off in as_read(again.text)
    await person.send("/plaene")
    listed = await person.sees(words("plans-title"), new=True)
    await person.tap(words.label("plans-button-card", kind="plan", name=Name(name.value, 24)), on=listed)
    await person.tap(words.label("plans-button-turn", to="off", rests="on"))
    await person.sees(words("plans-state", state="off"), new=True)
    await person.tap(words.label("plans-button-delete"))
    await person.tap(words.label("plans-button-delete-yes"))
    await person.sees(words("plans-deleted"), new=True)


async def test_a_draft_says_what_it_meets(home: House, words: Words) -> None:
    """Before it is saved: the end that comes first, the plan that it replaces, the plan that a rota comes before."""
    person = await home.connected(language=words.language)
    by = await connection_of(home, person)
    ends = (home.clock() + 3 * HOUR).replace(second=0, microsecond=0)
    await divert(home, by, ends)
    await drafted(person, words, "plans-button-new")
    await person.sees(words("plans-meets-end", until=ends), new=True)
    await person.tap(words.label("plans-button-save"))
    await person.tap(words.label("plans-button-save-yes"))
    await person.send((await home.client.sms(MAX[1])).pin)
    name = Name(f"{'Woche' if words.language == 'de' else 'Week'} 21 Zentrale", 60)
    await person.sees(words("plans-on", kind="plan", name=name), new=True)
    await drafted(person, words, "plans-button-new")
    await person.sees(words("plans-meets", own="plan", other="plan", name=name), new=True)
    await drafted(person, words, "plans-button-rota")
    await person.sees(words("plans-meets", own="rota", other="plan", name=name), new=True)


async def drafted(person: Person, words: Words, button: str) -> None:
    """A plan or a rota for extension 21 that leads to the on-call phone, not saved yet."""
    await person.send("/plaene")
    await person.tap(words.label(button), on=await person.sees(words("plans-title"), new=True))
    await person.tap(words.label("plans-button-line", line=Name("21 Zentrale", 40)))
    await person.tap(words.label("plans-button-to", name=Name("Bereitschaft", 36)))


async def is_on(home: House, by: Connection) -> bool:
    """Whether all calls are diverted."""
    return (await always(home, by)).active


async def test_a_rota(home: House, words: Words) -> None:
    """For calls while the line is busy: people by tap and by typing, weekends in an order of their own, a PIN.

    Its card says all of that; who is on duty is shown, and swapped.
    """
    person = await home.connected(language=words.language)
    by = await connection_of(home, person)
    await person.send("/plaene")
    await person.tap(words.label("plans-button-rota"))
    await person.tap(words.label("plans-button-line", line=Name("21 Zentrale", 40)))
    await person.tap(words.label("plans-button-to", name=Name("Bereitschaft", 36)))
    await person.sees(words("plans-person", now="no", name=Name("Bereitschaft", 60), target="+491713920014"))
    await person.send("Eva Beispiel 22")
    await person.sees("Eva Beispiel", new=True)
    await person.tap(words.label("plans-button-case"))
    await person.tap(words.label("plans-button-case-of", when="busy", chosen=False))
    await person.tap(words.label("plans-button-weekend"))
    await person.tap(words.label("plans-button-weekender", place=0, name=Name("Bereitschaft", 30)))
    await person.tap(words.label("plans-button-weekender", place=0, name=Name("Eva Beispiel", 30)))
    await person.tap(words.label("button-back"))
    await person.tap(words.label("plans-button-save"))
    await person.tap(words.label("plans-button-save-yes"))
    await person.send((await home.client.sms(MAX[1])).pin)
    name = Name("Dienst 21 Zentrale, besetzt" if words.language == "de" else "Duty 21 Zentrale, busy", 60)
    on_ = await person.sees(words("plans-on", kind="rota", name=name), new=True)
    await home.until(lambda: busy(home, by), Rule(True, MOBILE))
    assert not (await always(home, by)).active
    await person.tap(words.label("plans-button-look"), on=on_)
    listed = await person.sees(words("plans-title"), new=True)
    await person.tap(words.label("plans-button-card", kind="rota", name=Name(name.value, 24)), on=listed)
    on_duty = words("plans-person", now="yes", name=Name("Bereitschaft", 60), target="+491713920014")
    card = as_read((await person.sees(on_duty, new=True)).text)
    assert words("plans-case", when="busy", seconds=0) in card
    assert words("plans-handover", day=0, time="8:00") in card
    order = Name("Bereitschaft, Eva Beispiel", 200)
    assert words("plans-weekend", count=2, names=order, first=4, last=0, begins="17:00", ends="8:00") in card
    await person.tap(words.label("plans-button-swap"))
    await person.tap(words.label("plans-button-person", name=Name("Eva Beispiel", 40)))
    await person.sees(words("plans-person", now="yes", name=Name("Eva Beispiel", 60), target="22"), new=True)
    await home.until(lambda: goes_inside(home, by), True)


async def goes_inside(home: House, by: Connection) -> bool:
    """Whether calls go to extension 22."""
    return str((await busy(home, by)).target).startswith("tel:22;")


async def test_a_preset_on_and_back(home: House, words: Words) -> None:
    """Saved from how it stands with a PIN, one tap on, one tap back to exactly what was.

    Once its target is removed from the approved ones, which is said before, it asks for a PIN again.
    """
    person = await home.connected(language=words.language)
    by = await connection_of(home, person)
    normal = await stand(home, by)
    await divert(home, by, None)
    diverted = await stand(home, by)
    await person.send("/plaene")
    await person.tap(words.label("plans-button-presets"))
    await person.tap(words.label("presets-button-keep"))
    await person.tap(words.label("presets-button-name", name="evening"))
    await person.tap(words.label("plans-button-save-yes"))
    await person.send((await home.client.sms(MAX[1])).pin)
    name = Name(words("presets-name", name="evening"), 60)
    saved = await person.sees(words("plans-on", kind="preset", name=name), new=True)
    (entry,) = await home.app.acting.history(by, 1)
    assert entry[0].kind == "approve"
    undone = [one for one, _ in await home.app.acting.history(by, 9) if one.kind == "divert"]
    await home.app.acting.undo(undone[0].id, [by], by.person_id, 77)
    assert await stand(home, by) == normal
    await person.tap(words.label("plans-button-look"), on=saved)
    listed = await person.sees(words("presets-title"), new=True)
    label = Name(words("presets-name", name="evening"), 24)
    await person.tap(words.label("presets-button-on", name=label), on=listed)
    receipt = await person.sees(words("action-state", state="done", kind="bulk", code=""), new=True)
    assert await stand(home, by) == diverted
    await person.tap(words.label("presets-button-back", name=label), on=receipt)
    await home.until(lambda: stand(home, by), normal)

    await home.app.turns.idle()
    await person.send("/umleitung")
    await person.tap(words.label("targets-button-list"), on=await person.sees(words("diversions-title"), new=True))
    await person.tap(words.label("targets-button", name=Name("Bereitschaft", 30)))
    await person.tap(words.label("targets-button-remove"))
    asked = await person.sees(words("targets-ask-then"), new=True)
    used = words("targets-used", where="presets", names=Name(words("presets-name", name="evening"), 160))
    assert used in as_read(asked.text)
    await person.tap(words.label("targets-button-remove-yes"), on=asked)
    await person.sees(words("action-state", state="done", kind="revoke", code=""), new=True)
    assert MOBILE not in [one.uri for one in await home.app.sessions.call(by, home.app.portal.targets)]
    await home.app.turns.idle()
    await person.send("/plaene")
    await person.tap(words.label("plans-button-presets"), on=await person.sees(words("plans-title"), new=True))
    await person.tap(
        words.label("presets-button-on", name=label), on=await person.sees(words("presets-title"), new=True)
    )
    await person.tap(words.label("presets-button-pin"))
    await person.send((await home.client.sms(MAX[1])).pin)
    await home.until(lambda: stand(home, by), diverted)


async def stand(home: House, by: Connection) -> list[object]:
    """All lines."""
    return [one.diversions for one in await home.app.diverting.lines(by)]
