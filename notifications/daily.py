"""What only the clock brings: due dates, deadlines, ends, diversions that were forgotten, and the digest of the week.
And the orders that were made elsewhere, should nobody have pushed them.

At 8:00 in the zone of the customer's portal account the day is asked about, once; a day that was slept through until
the evening is asked about then, and what it would have told is told by the next day that is asked about. Only what
somebody wishes to be told is asked. The facts of each kind stand in `notifications.detect`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from notifications.asking import CONTRACTS, INVOICES, TELEPHONES, Answer, Asking, NobodyMayAsk
from notifications.daily_questions import (
    Day,
    digest,
    due_invoices,
    of_contracts,
    of_diversions,
    of_invoices,
    of_options,
)
from notifications.facts import are_filtered, looked_into
from notifications.orders import OrderNews, besides_orders, known_of_orders
from portal.budget import within
from portal.client import PortalReads
from portal.errors import Failures, PortalError
from portal.models import AccessToken, Contract, Invoice, Option
from services.diverting_targets import Switchboard
from services.invoices import UNPAID
from services.plans_clock import instant_of, local_day
from services.subscriptions import EventKind, Wish, from_json, is_chosen
from storage.day_watch import DayTurn, DayWatch, Seen
from storage.events import NewEvent
from storage.subscriptions import Subscriptions

AT = 8 * 60  # the minute of the local day
AT_ONCE = 50
PATIENCE = 30.0
SOON = timedelta(minutes=5)
A_WRONG_CLOCK = timedelta(days=3)  # a day this far ahead was asked for by a clock that was wrong, not by one that jumps

log = structlog.get_logger(__name__)


class Daily:
    """Asks about the days of all customers; `run_once` is called by the metronome."""

    def __init__(
        self,
        portal: PortalReads,
        asking: Asking,
        days: DayWatch,
        orders: OrderNews,
        subscriptions: Subscriptions,
        clock: Callable[[], datetime],
    ) -> None:
        self._portal = portal
        self._orders = orders
        self._asking = asking
        self._days = days
        self._subscriptions = subscriptions
        self._clock = clock

    async def enrol(self) -> None:
        """Everybody who has connected is asked about from now on."""
        await self._days.enrol(self._clock())

    async def run_once(self) -> int:
        """Ask about the customers whose turn it is; returns how many."""
        turns = await self._days.claim(self._clock(), AT_ONCE)
        wishes = await self._subscriptions.wishes({turn.customer_id for turn in turns}) if turns else {}
        failures = Failures()
        for turn in turns:
            try:
                with within(PATIENCE):
                    await self._turn(turn, [from_json(kept) for kept in wishes.get(turn.customer_id, ())])
                failures.none()
            except PortalError as error:
                log.info("a day is not asked about", error=type(error).__name__)
                if failures.are_an_outage(error):
                    return 0  # the portal is out: all of them wait until their claims run out
                await self._days.put_off(turn, self._clock() + SOON)
        return len(turns)

    async def purge(self) -> None:
        """Forget customers that nobody is connected to."""
        await self._days.purge()

    async def _turn(self, turn: DayTurn, wishes: Sequence[Wish]) -> None:
        now, zone = self._clock(), turn.readers[0].account.zone
        today = local_day(now, zone)
        begins, tomorrow = (instant_of(today + timedelta(days=n), AT, zone) for n in (0, 1))
        after = turn.asked if turn.asked is None or turn.asked - today < A_WRONG_CLOCK else None
        if now < begins or (after is not None and after >= today):
            await self._days.put_off(turn, begins if now < begins else tomorrow)
            return
        day = Day(turn.customer_id, today, after or today - timedelta(days=1), ZoneInfo(zone))
        events, seen = await self._asked(turn, day, wishes)
        await self._days.settle(turn, today, seen, tomorrow, events, now)

    async def _asked(self, turn: DayTurn, day: Day, wishes: Sequence[Wish]) -> tuple[list[NewEvent], Seen]:
        """Each question whose answer somebody wants, put by somebody who may ask it."""
        kinds = frozenset(kind for kind in EventKind if any(is_chosen(kind, wish) for wish in wishes))
        is_digest = EventKind.DIGEST in kinds and day.has(day.monday)

        async def answer(
            wanted: set[EventKind], roles: frozenset[str], question: Callable[[AccessToken], Awaitable[Answer]]
        ) -> Answer | None:
            if not is_digest and kinds.isdisjoint(wanted):
                return None
            try:
                return await self._asking.ask(turn.readers, roles, question)
            except NobodyMayAsk:
                return None

        async def unpaid(token: AccessToken) -> tuple[Invoice, ...]:
            return await self._portal.invoices_in(token, UNPAID, zone=day.zone)

        async def inventory(token: AccessToken) -> tuple[tuple[Contract, ...], tuple[Option, ...]]:
            return await self._portal.inventory(token, zone=day.zone)

        invoices = await answer({EventKind.DUE_SOON, EventKind.OVERDUE}, INVOICES, unpaid)
        owned = await answer({EventKind.DEADLINE, EventKind.OPTION_END}, CONTRACTS, inventory)
        board = await answer({EventKind.DIVERSION_ACTIVE}, TELEPHONES, self._switchboard)
        contracts, options = owned or ((), ())
        found = await self._due(turn, day, invoices or (), wishes)
        found += [*of_contracts(day, contracts), *of_options(day, contracts, options)]
        diverted, seen = of_diversions(day, board, turn.seen) if board else ([], besides_orders(turn.seen))
        ordered, orders_seen = await self._ordered(turn, day, is_wished=EventKind.ORDER in kinds)
        found = [event for event in [*found, *diverted, *ordered] if EventKind(event.kind) in kinds]
        if is_digest:
            found.append(digest(day, board, invoices, contracts if owned else None))
        return found, {**seen, **orders_seen}

    async def _ordered(self, turn: DayTurn, day: Day, *, is_wished: bool) -> tuple[list[NewEvent], Seen]:
        known = known_of_orders(turn.seen)
        if is_wished:
            with suppress(NobodyMayAsk):
                return await self._orders.of_day(turn.readers, day, known if turn.asked is not None else None)
        return [], known

    async def _due(
        self, turn: DayTurn, day: Day, invoices: Sequence[Invoice], wishes: Sequence[Wish]
    ) -> list[NewEvent]:
        due = due_invoices(day, invoices)
        ids = [invoice.id for _, invoice, _ in due]
        is_asked = due and are_filtered(wishes)
        about = await looked_into(self._asking, self._portal, turn.readers, ids, day.zone) if is_asked else {}
        return [*of_invoices(day, due, about)]

    async def _switchboard(self, token: AccessToken) -> Switchboard:
        extensions, ranges, targets = await asyncio.gather(
            self._portal.extensions(token), self._portal.ranges(token), self._portal.targets(token)
        )
        return Switchboard((*extensions, *ranges), targets)
