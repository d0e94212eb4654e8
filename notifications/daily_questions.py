"""What follows from a day: of unpaid invoices, of contracts and their options, of diversions. Values in, events out.

A reminder belongs to a day. It is made when that day lies after the last one that was asked about, so one that fell on
a day without the bot is made up for, and never after what it warns of.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from notifications.facts import About, Facts, contract_facts, invoice_facts
from portal.models import Contract, DivertWhen, Extension, Invoice, InvoiceState, Option
from services.contracts import ENDED, Matter, last_day_before, next_date
from services.diverting_rules import line_name, rule_of
from services.diverting_targets import Switchboard
from services.invoices import Standing, outstanding, standing
from services.subscriptions import EventKind
from storage.events import NewEvent

DUE_IN, ENDS_IN, ACTIVE_FOR = 3, 7, 3  # days
NOTICE_IN = (90, 30, 7)
TERMS_WITHIN = 90
MOST_TOLD = 8

Seen = dict[str, str]  # by line: the day since which it is diverted, and where to


@dataclass(frozen=True, slots=True)
class Day:
    """A customer's local day; `after` is the last one that was asked about."""

    customer_id: str
    today: date
    after: date
    zone: ZoneInfo

    def has(self, day: date) -> bool:
        """Whether what belongs to a day is to be told now."""
        return self.after < day <= self.today

    @property
    def monday(self) -> date:
        """Of this week."""
        return self.today - timedelta(days=self.today.weekday())

    def event(self, kind: EventKind, about: Sequence[str], facts: Facts) -> NewEvent:
        """Something that the clock has brought."""
        return NewEvent(kind.value, self.customer_id, tuple(about), facts, "clock")


def due_invoices(day: Day, unpaid: Iterable[Invoice]) -> list[tuple[EventKind, Invoice, int]]:
    """What is due within days, also by direct debit; what was to be transferred the day before, and was not."""
    found = []
    for invoice in unpaid:
        if invoice.due is None or invoice.state in (InvoiceState.PREPARING, InvoiceState.CREDIT):
            continue
        left = (invoice.due - day.today).days
        if 0 <= left <= DUE_IN:
            found.append((EventKind.DUE_SOON, invoice, left))
        elif standing(invoice, day.today) is Standing.OVERDUE and day.has(invoice.due + timedelta(days=1)):
            found.append((EventKind.OVERDUE, invoice, -left))
    return found


def of_invoices(
    day: Day, due: Iterable[tuple[EventKind, Invoice, int]], about: Mapping[str, About]
) -> Iterator[NewEvent]:
    """Their events; one for each due date, should it be moved."""
    for kind, invoice, days in due:
        facts = invoice_facts(invoice, day.zone, about.get(invoice.id, About()))
        yield day.event(kind, (invoice.id, str(invoice.due)), {**facts, "days": days})


def of_contracts(day: Day, contracts: Iterable[Contract]) -> Iterator[NewEvent]:
    """The last day for notice is near; one that comes again each month is none."""
    for contract in contracts:
        found = next_date(contract, day.today)
        if found is None or found.matter is not Matter.NOTICE or found.comes_again:
            continue
        passed = [ahead for ahead in NOTICE_IN if day.has(found.day - timedelta(days=ahead))]
        if passed:
            facts = {"last_day": found.day.isoformat(), "days": found.days_left, "ahead": min(passed)}
            about = (contract.id, found.day.isoformat(), str(min(passed)))
            yield day.event(EventKind.DEADLINE, about, {**contract_facts(contract, day.zone), **facts})


def of_options(day: Day, contracts: Iterable[Contract], options: Iterable[Option]) -> Iterator[NewEvent]:
    """An option ends in some days."""
    whose = {contract.id: contract for contract in contracts}
    for option in options:
        contract = whose.get(option.contract_id)
        if option.end is None or option.status in ENDED or contract is None:
            continue
        last = last_day_before(option.end)
        if last >= day.today and day.has(last - timedelta(days=ENDS_IN)):
            facts = {
                **contract_facts(contract, day.zone),
                "option": option.id,
                "option_name": option.name,
                "last_day": last.isoformat(),
                "days": (last - day.today).days,
            }
            yield day.event(EventKind.OPTION_END, (option.id, last.isoformat()), facts)


def of_diversions(day: Day, board: Switchboard, seen: Seen) -> tuple[list[NewEvent], Seen]:
    """Lines all of whose calls have gone elsewhere for days; and since when each does, for the next day."""
    found, now_seen = [], Seen()
    for line in board.lines:
        rule = rule_of(line, DivertWhen.ALWAYS)
        if not rule.active:
            continue
        since, _, target = seen.get(line.id, "").partition(" ")
        if not since or target != (rule.target or "") or date.fromisoformat(since) > day.today:
            since = day.today.isoformat()
        now_seen[line.id] = f"{since} {rule.target or ''}"
        days = (day.today - date.fromisoformat(since)).days
        if days >= ACTIVE_FOR:
            nothing = About().facts()
            facts = {**_diversion(board, line, DivertWhen.ALWAYS), **nothing, "since": since, "days": days}
            about = (line.id, since)
            found.append(day.event(EventKind.DIVERSION_ACTIVE, about, {**facts, "zone": day.zone.key}))
    return found, now_seen


def digest(
    day: Day, board: Switchboard | None, unpaid: Sequence[Invoice] | None, contracts: Sequence[Contract] | None
) -> NewEvent:
    """The week at a glance; what nobody may ask is None."""
    year, number, _ = day.monday.isocalendar()
    week = f"{year}-W{number:02}"
    facts: Facts = {
        "week": week,
        "day": day.today.isoformat(),
        "zone": day.zone.key,
        "diversions": None if board is None else _first([*_active(board)]),
        "invoices": None if unpaid is None else _sums(day, unpaid),
        "terms": None if contracts is None else _first([*_terms(day, contracts)]),
    }
    return day.event(EventKind.DIGEST, (week,), facts)


def _first(entries: Sequence[Facts]) -> Facts:
    return {"count": len(entries), "most": list(entries[:MOST_TOLD])}


def _active(board: Switchboard) -> Iterator[Facts]:
    for line in board.lines:
        for rule in line.diversions:
            if rule.active:
                yield _diversion(board, line, rule.when)


def _diversion(board: Switchboard, line: Extension, when: DivertWhen) -> Facts:
    aim = board.aim(rule_of(line, when).target or "")
    return {
        "service": line.id,
        "line": line_name(line),
        "when": when.value,
        "target_kind": aim.shown_as,
        "target_name": aim.name,
        "target": aim.e164,
    }


def _sums(day: Day, unpaid: Iterable[Invoice]) -> list[Facts]:
    return [
        {
            "standing": group.standing.value,
            "count": group.count,
            "amount": str(group.amount.amount) if group.amount else None,
            "currency": group.amount.currency if group.amount else None,
        }
        for group in outstanding(unpaid, day.today)
    ]


def _terms(day: Day, contracts: Iterable[Contract]) -> Iterator[Facts]:
    near = [
        (found.day, contract.number, contract, found)
        for contract in contracts
        if (found := next_date(contract, day.today)) and found.days_left <= TERMS_WITHIN and not found.comes_again
    ]
    for _, _, contract, found in sorted(near, key=lambda one: one[:2]):
        yield {
            "contract": contract.id,
            "number": contract.number,
            "name": contract.name,
            "matter": found.matter.value,
            "last_day": found.day.isoformat(),
            "days": found.days_left,
        }
