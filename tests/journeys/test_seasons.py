"""What the clock brings, from one autumn to the next spring: each thing at its hour, also where clocks are changed."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.chat.text import Code
from notifications.reasons import Reason
from portal.models import DivertWhen
from portal.server.tmf.tables import orders
from services.subscriptions import EventKind
from storage.told import ToldNotices
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import as_read
from tests.house import PAULA, House, MovableClock, house
from tests.journeys.billing import beat, billed, paid
from tests.journeys.test_drift import elsewhere, looked_at, told_after
from tests.journeys.words import Words

BEGIN = datetime(2026, 10, 23, 10, tzinfo=UTC)  # a Friday; the demo world is seeded as of this day
APPROVED, NOBODYS = "tel:+491713920014", "tel:+491712345678"
TRANSFERRED, DEBITED = "2026-09-000122", "2026-09-000123"  # the newest invoices, both due on 2 November
INVOICE, OVERDUE, PAID = EventKind.INVOICE.value, EventKind.OVERDUE.value, EventKind.PAID.value


@dataclass
class WorldClock(MovableClock):
    """One time for the bot and the portal; what is short and secret lives by the machine's."""

    boot: str = "seasons"

    def monotonic(self) -> float:
        return time.monotonic()


@pytest.fixture
async def home(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    """A house in another year."""
    clock = WorldClock(BEGIN - datetime.now(UTC))
    async with house(tmp_path, database_url, clock=clock, portal_clock=clock) as running:
        yield running


async def on(home: House, *moment: int) -> None:
    """It becomes then (UTC), and everything has its turn."""
    await beat(home, datetime(*moment, tzinfo=UTC) - home.clock())  # type: ignore[misc,arg-type]  # a date and a time


async def test_a_season_of_notices(home: House, words: Words) -> None:
    """Deadline, week, due soon, overdue, paid, quiet hours over both changes of the clocks; and what is declined."""
    max_ = await home.connected("Max", language=words.language)
    await _wishes(home, max_, words)
    await _declines(home, max_, await home.connected("Paula", language=words.language, who=PAULA), words)

    await on(home, 2026, 10, 24, 6, 1)  # 8:01, a week before a contract's last day for notice
    await max_.sees(words("noticed-deadline", days=7, day=date(2026, 10, 31)), new=True)

    await on(home, 2026, 10, 24, 20, 0)  # 22:00 on the evening before the clocks go back
    await _is_held(home, max_, words, until="07:00", not_yet=(2026, 10, 25, 5, 30), now=(2026, 10, 25, 6, 0))

    await on(home, 2026, 10, 26, 7, 1)  # Monday, 8:01
    week = as_read((await max_.sees(words("noticed-week", day=date(2026, 10, 26)), new=True)).text)
    assert "+49 171 2345678" in week
    assert words("noticed-week-terms", count=1).rstrip(":") in week

    await on(home, 2026, 10, 30, 7, 1)  # three days before both are due
    for number in (TRANSFERRED, DEBITED):  # in one message, or in one each
        assert "⏰" in (await max_.sees(number, new=True)).text

    await on(home, 2026, 11, 2, 7, 1)
    await max_.sees(words("noticed-week", day=date(2026, 11, 2)), new=True)
    await on(home, 2026, 11, 3, 7, 1)  # the day after
    overdue = await max_.sees(words("noticed-invoice", kind=OVERDUE, credit="no", number=Code(TRANSFERRED)), new=True)
    assert "520" not in overdue.text
    await max_.does_not_see(words("noticed-invoice", kind=OVERDUE, credit="no", number=Code(DEBITED)))
    await paid(home, TRANSFERRED)
    await max_.sees(words("noticed-invoice", kind=PAID, credit="no", number=Code(TRANSFERRED)), new=True)

    order = await _ordered_in_the_portal(home)
    await on(home, 2026, 11, 4, 7, 1)
    placed = await max_.sees(words("noticed-order", step="placed"), new=True)
    assert "LTE-Backup" in placed.text
    await home.operator("PATCH", f"/product-orders/{order}", {"state": "rejected"})
    await on(home, 2026, 11, 5, 7, 1)
    await max_.sees(words("noticed-order", step="rejected"), new=True)

    await on(home, 2027, 3, 27, 9, 0)
    await max_.sees(words("noticed-week", day=date(2027, 3, 27)), new=True)
    await home.until(home.app.notices.work.waiting, False)
    await on(home, 2027, 3, 27, 21, 0)  # 22:00 on the evening before the clocks go forward
    await _is_held(home, max_, words, until="07:00", not_yet=(2027, 3, 28, 4, 30), now=(2027, 3, 28, 5, 0))


async def test_a_deadline_that_is_told_late_counts_the_days_that_are_left(home: House, words: Words) -> None:
    """Telegram was out for a day: whoever hears of it when it is back has one day less."""
    max_ = await home.connected("Max", language=words.language)
    await max_.send("/benachrichtigungen")
    await max_.tap(words.label("notify-button-begin"), on=await max_.sees(words("notify-always"), new=True))
    await max_.sees(words("notify-quiet-none"))
    await home.app.detection.daily.enrol()  # from now on the days of this customer are looked at
    outage = await home.client.fault("error", method="sendMessage", chat=max_, times=None)
    await on(home, 2026, 10, 24, 6, 1)
    await home.until(partial(_reasons, home, max_), [Reason.TELEGRAM.value])
    await home.client.mend(outage)
    await on(home, 2026, 10, 25, 11, 0)
    await max_.sees(words("noticed-deadline", days=6, day=date(2026, 10, 31)), new=True)


async def _reasons(home: House, person: Person) -> list[str | None]:
    """Why which notices of deadlines wait."""
    told = ToldNotices(home.app.database, home.app.vault)
    return [one.reason for one in await told.of_chat(person.id) if one.kind == EventKind.DEADLINE.value]


async def _wishes(home: House, person: Person, words: Words) -> None:
    """The usual, and: paid, the week, no amounts (so no files follow), quiet from eight to seven."""
    await person.send("/benachrichtigungen")
    page = await person.sees(words("notify-always"), new=True)
    await person.tap(words.label("notify-button-begin"), on=page)
    for kind in (PAID, EventKind.DIGEST.value):
        page = await person.sees(words("notify-quiet-none"))
        await person.tap(words.label("notify-button-kind", kind=kind, on="no"), on=page)
    await person.tap(words.label("notify-button-how"))
    page = await person.sees(words("notify-how"))
    await person.tap(words.label("notify-button-flag", flag="hidden", on="no"), on=page)
    await person.tap(words.label("button-back"))
    await person.tap(words.label("notify-button-quiet"), on=await person.sees(words("notify-quiet-none")))
    await person.sees(words("notify-quiet-how"))
    await person.send("20-7")
    await person.sees(words("notify-quiet", since="20:00", until="07:00"))
    for watch in (home.app.detection.detector, home.app.detection.daily):
        await watch.enrol()
        await home.until(watch.run_once, 0)


async def _declines(home: House, max_: Person, paula: Person, words: Words) -> None:
    """Paula does not want to hear of changed diversions, and does not, until one leads to a number nobody approved."""
    await paula.send("/benachrichtigungen")
    page = await paula.sees(words("notify-unasked"), new=True)
    await paula.tap(words.label("notify-button-kind", kind="diversion-changed", on="yes"), on=page)
    await paula.sees(words("notify-quiet-none"))
    await looked_at(home)
    for target, readers, told in ((APPROVED, [max_], 1), (NOBODYS, [max_, paula], 3)):
        await elsewhere(home, "ext-22", DivertWhen.BUSY, True, target)
        await told_after(home, told)
        for reader in readers:
            await reader.sees(words("drift-notice", count=1), new=True)
            await reader.send("/menue")
            await reader.sees(words("menu-what"), new=True)
        if paula not in readers:
            await paula.does_not_see(words("drift-notice", count=1))


async def _ordered_in_the_portal(home: House) -> str:
    """Somebody has ordered an option there; the order's id."""
    contract = {"relationshipType": "reliesOn", "product": {"id": "c-2300229-01"}}
    item = {
        "id": "1",
        "action": "add",
        "quantity": 1,
        "productOffering": {"id": "opt-lte-backup", "name": "LTE-Backup"},
        "product": {"productRelationship": [contract]},
    }
    now = home.clock()
    row = {"customer_id": "cust-2300229", "state": "acknowledged", "items": [item]}
    async with home.portal.context.database.writing() as connection:
        await connection.execute(insert(orders).values(id="o-elsewhere", ordered_at=now, last_update=now, **row))
    return "o-elsewhere"


async def _is_held(
    home: House, person: Person, words: Words, *, until: str, not_yet: tuple[int, ...], now: tuple[int, ...]
) -> None:
    """An invoice in the night waits for the morning that the reader's clock shows, and the log says so."""
    (number,) = await billed(home)
    head = words("noticed-invoice", kind=INVOICE, credit="no", number=Code(number))
    await home.until(home.app.notices.work.waiting, True)
    await person.send("/zustellung")
    log = as_read((await person.sees(words("delivery-title"), new=True)).text)
    assert number in log
    assert until in log
    await on(home, *not_yet)
    await person.does_not_see(head)
    await on(home, *now)
    await person.sees(head, new=True)
