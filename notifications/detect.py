"""Detection: what happened to customers becomes events, each once, whoever finds it (poll, push or the clock).

Facts of events are JSON: days are ISO dates (`2026-11-27`), amounts are text with a point (`"59.32"`) in `currency`,
and what the portal did not say is None. They are what was true when it was found; whoever sends reads anew what must
be true then. What a filter needs stands in three keys that every kind but the digest has:

    contracts, sites, cost_centres   lists of what it is about: ids of contracts, `services.contracts.site_key`, names;
                                     None when nobody filtered by them, so that nothing was looked up: that passes

Invoices (INVOICE, PAID, UNUSUAL, DUE_SOON, OVERDUE):

    invoice, number    the portal's id, and the number that people know
    credit_note        True for a credit note
    state              `InvoiceState.value`: open, debited, partlyPaid, paid, credit, unknown
    payment            `PaymentMethod.value`: DirectDebit, BankTransfer, ""
    date, due          days; `due` may be None
    period_start, period_last          first and last day of what is billed; both or neither are None
    total, net, to_pay, currency       gross, net (or None), what is left to pay
    billing_account, billing_account_name
    has_pdf, has_xml   whether there is a file of this kind
    zone               the portal account's zone, in which the days are
    UNUSUAL adds       usual (median of the account's last six), more (above it), percent (whole, above it)
    DUE_SOON adds      days (until due; 0 on the day itself)
    OVERDUE adds       days (since it was due, at least 1)

Contracts (DEADLINE: the last day for notice; OPTION_END: an option's last day):

    contract, number, name, site       the contract's id, number, name and site's name ("" without)
    last_day, days     and how many days are left (0 on the day itself)
    zone
    DEADLINE adds      ahead (90, 30 or 7: which of the reminders it is)
    OPTION_END adds    option, option_name

Diversions (DIVERSION_ACTIVE: `always` has been active for more than three days; None for the filter's three keys):

    service, line      the line's id, and what people call it
    when               `DivertWhen.value`, always "unconditional"
    target_kind, target_name, target   as in the notice of drift (`services.drift`)
    since, days        the first day on which it was seen, and how many days ago
    zone

Orders (ORDER: one that was not made in the chat was placed, is held, or has ended; sites and cost centres are None):

    order, step        the portal's id; "placed", "held", or how it ended: an `OrderState.value`
    name, items, count what it is about, in a word; the first items as [{action, name, quantity}]; how many there are
                       (action: `OrderAction.value`)
    expected           the day on which it is to be done, or None
    zone

DIGEST. Each part is None when the customer has nobody entitled to read it; whoever sends leaves out the parts that the
reader's own role may not see (invoices: portalAdmin, accounting; diversions: portalAdmin, pbxAdmin; terms: everybody):

    week, day, zone    `2026-W48`, and the day on which it was made
    diversions         {count, most: [{service, line, when, target_kind, target_name, target}]}: the first eight
    invoices           [{standing, count, amount, currency}]: overdue, open, debited (`services.invoices.Standing`)
    terms              {count, most: [{contract, number, name, matter, last_day, days}]}: within 90 days; matter is
                       `services.contracts.Matter`: notice (last day for notice) or end

An event's key is made of: INVOICE, PAID, UNUSUAL: the invoice. DUE_SOON, OVERDUE: the invoice and its due date. ORDER:
the order and the step. DEADLINE: contract, last day and `ahead`. OPTION_END: option and last day. DIVERSION_ACTIVE:
line and `since`. DIGEST: the week.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from notifications.asking import INVOICES, Asking, NobodyMayAsk
from notifications.facts import About, are_filtered, invoice_facts, looked_into, unusual_facts
from portal.budget import within
from portal.client import PortalReads
from portal.errors import BadAnswer, PortalError, Unavailable
from portal.models import AccessToken, Invoice
from services.bill_news import Known, News, billing_days, news_of
from services.plans_clock import local_day
from services.subscriptions import INVOICE_KINDS, Wish, from_json
from storage.bill_watch import BillTurn, BillWatch, Look
from storage.events import NewEvent
from storage.subscriptions import Subscriptions

OVERLAP = timedelta(hours=72)  # the portal may date a change back by this much
FAST, SLOW, SOON = timedelta(minutes=5), timedelta(hours=1), timedelta(minutes=1)
LEAST = timedelta(seconds=1)
SLOWER_BY = 1.5  # with each look that found nothing
AT_ONCE, TOGETHER = 100, 10  # customers of a round, and how many of them at the same time
PATIENCE = 30.0  # seconds for one customer: less than its claim lasts
OUTAGE = 5  # failures in a round after which the others wait for the next one
FOR_EVER = datetime(2000, 1, 1, tzinfo=UTC)

log = structlog.get_logger(__name__)


class Detector:
    """Looks at the invoices of all customers, each in turn; `run_once` is called by the metronome."""

    def __init__(
        self,
        portal: PortalReads,
        asking: Asking,
        watch: BillWatch,
        subscriptions: Subscriptions,
        clock: Callable[[], datetime],
    ) -> None:
        self._portal = portal
        self._asking = asking
        self._watch = watch
        self._subscriptions = subscriptions
        self._clock = clock

    async def enrol(self) -> None:
        """Everybody who has connected is looked at from now on."""
        await self._watch.enrol(self._clock())

    async def run_once(self) -> int:
        """Look at the customers whose turn it is; returns how many."""
        turns = await self._watch.claim(self._clock(), AT_ONCE)
        if turns:
            wishes = await self._subscriptions.wishes({turn.customer_id for turn in turns})
            await _Round(self, {key: [from_json(one) for one in kept] for key, kept in wishes.items()}).run(turns)
        return len(turns)

    async def purge(self) -> None:
        """Forget customers that nobody is connected to."""
        await self._watch.purge()

    async def settle(self, looks: Sequence[Look]) -> None:
        """Write down what was found."""
        if looks:
            await self._watch.settle(looks, self._clock())

    async def look(self, turn: BillTurn, wishes: Sequence[Wish]) -> Look:
        """What a customer's invoices are now, and what of it is news."""
        began, zone = self._clock(), ZoneInfo(turn.readers[0].account.zone)
        since = FOR_EVER if turn.known is None or turn.since is None else min(turn.since, began) - OVERLAP

        async def bills(token: AccessToken) -> list[Invoice]:
            return [bill async for bill in self._portal.bills_since(token, since, zone=zone)]

        found = await self._asking.ask(turn.readers, INVOICES, bills)
        known, news = news_of(turn.known, found)
        events = await self._events(turn, news, wishes, zone) if news else []
        quiet = 0 if news or turn.known is None else turn.quiet_rounds + 1
        is_wished = any(not INVOICE_KINDS.isdisjoint(wish.kinds) for wish in wishes)
        wait = pause(known, quiet, local_day(began, zone.key), is_wished=is_wished)
        due = next_turn(began, wait, turn.id.bytes)
        return Look(turn, due, quiet, began, known if known != turn.known else None, events)

    def put_off(self, turn: BillTurn, wait: timedelta) -> Look:
        """Nothing was found out; later again."""
        return Look(turn, next_turn(self._clock(), wait, turn.id.bytes), turn.quiet_rounds)

    async def _events(
        self, turn: BillTurn, news: Sequence[News], wishes: Sequence[Wish], zone: ZoneInfo
    ) -> list[NewEvent]:
        ids = list(dict.fromkeys(one.invoice.id for one in news))
        is_asked = are_filtered(wishes)
        about = await looked_into(self._asking, self._portal, turn.readers, ids, zone) if is_asked else {}
        events = []
        for one in news:
            facts = invoice_facts(one.invoice, zone, about.get(one.invoice.id, About()))
            if one.usual is not None:
                facts |= unusual_facts(one.invoice, one.usual)
            events.append(NewEvent(one.kind.value, turn.customer_id, (one.invoice.id,), facts, "poll"))
        return events


class _Round:
    """The turns of one round: some at the same time, and those without news settled together."""

    def __init__(self, detector: Detector, wishes: Mapping[str, Sequence[Wish]]) -> None:
        self._detector = detector
        self._wishes = wishes
        self._gate = asyncio.Semaphore(TOGETHER)
        self._quiet: list[Look] = []
        self._failures = 0

    async def run(self, turns: Sequence[BillTurn]) -> None:
        async with asyncio.TaskGroup() as group:
            for turn in turns:
                group.create_task(self._one(turn))
        await self._detector.settle(self._quiet)

    async def _one(self, turn: BillTurn) -> None:
        async with self._gate:
            if self._failures >= OUTAGE:
                return  # the portal is out: the others wait until their claims run out
            look = await self._look(turn)
        if look.known is None:
            self._quiet.append(look)
        else:
            await self._detector.settle([look])

    async def _look(self, turn: BillTurn) -> Look:
        try:
            with within(PATIENCE):
                return await self._detector.look(turn, self._wishes.get(turn.customer_id, ()))
        except NobodyMayAsk:
            return self._detector.put_off(turn, SLOW)
        except PortalError as error:
            log.info("invoices not looked at", error=type(error).__name__)
            is_out = isinstance(error, Unavailable) and not isinstance(error, BadAnswer)  # else it is this one's alone
            self._failures += is_out
            return self._detector.put_off(turn, SOON if is_out else FAST)


def pause(known: Known, quiet_rounds: int, today: date, *, is_wished: bool) -> timedelta:
    """Until the next look: short after a find and around the usual days, longer and longer while nothing comes."""
    if not is_wished:
        return SLOW
    if any((today.day - day.day) % 31 in (30, 0, 1, 2) for day in billing_days(known)):
        return FAST
    return min(SLOW, FAST * SLOWER_BY ** min(quiet_rounds, 10))


def next_turn(now: datetime, wait: timedelta, customer: bytes) -> datetime:
    """The next of a customer's own moments, `wait` away at most: so everybody's are spread over the time between."""
    own = wait * (int.from_bytes(customer[:2]) / 0x10000)
    return now + max(wait - (now - FOR_EVER - own) % wait, LEAST)
