"""Why is it more than last month? Two invoices line by line, exact to the cent.

Lines are the same when they are about the same contract or option under the same name; what is said of them beside
(minutes, quantities) is what changes. Amounts are net, as the lines are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from portal.models import Invoice, InvoiceLine, Money

TOP = 5
NOTABLE = 10  # percent
Key = tuple[str, str]


class Turn(Enum):
    """What became of a line."""

    NEW = "new"
    GONE = "gone"
    DEARER = "dearer"
    CHEAPER = "cheaper"


@dataclass(frozen=True, slots=True)
class Change:
    """A line that differs; `before` is 0 for a new one, `now` for one that is gone."""

    name: str
    contract: str | None
    turn: Turn
    before: Money
    now: Money

    @property
    def difference(self) -> Money:
        """How much more it is now."""
        return Money(self.now.amount - self.before.amount, self.now.currency)


@dataclass(frozen=True, slots=True)
class Changes:
    """The largest changes, largest first, and the sum of the others; together they are `difference`."""

    top: tuple[Change, ...]
    rest: Money
    rest_count: int
    difference: Money


def changes(now: Sequence[InvoiceLine], before: Sequence[InvoiceLine], top: int = TOP) -> Changes | None:
    """What differs; None when a line has no amount or there are several currencies: then nothing exact can be said."""
    amounts = [line.net for line in (*now, *before)]
    currencies = {amount.currency for amount in amounts if amount is not None}
    if None in amounts or len(currencies) != 1:
        return None
    currency = currencies.pop()
    sums, earlier, known = _sums(now), _sums(before), {_key(line): line for line in (*before, *now)}
    found = [
        _change(line, earlier.get(key), sums.get(key), currency)
        for key, line in known.items()
        if sums.get(key) != earlier.get(key)
    ]
    found.sort(key=lambda change: (-abs(change.difference.amount), change.name, change.contract or ""))
    rest = found[top:]
    return Changes(
        top=tuple(found[:top]),
        rest=_summed(rest, currency),
        rest_count=len(rest),
        difference=_summed(found, currency),
    )


def is_notable(now: Invoice, before: Invoice, percent: int = NOTABLE) -> bool:
    """Whether the total differs by more than so many percent of what it was."""
    if now.total.currency != before.total.currency:
        return False
    difference = abs(now.total.amount - before.total.amount)
    return difference * 100 > percent * abs(before.total.amount)


def _key(line: InvoiceLine) -> Key:
    return line.contract_id or "", line.name or line.description


def _sums(lines: Iterable[InvoiceLine]) -> dict[Key, Decimal]:
    found: dict[Key, Decimal] = {}
    for line in lines:
        if line.net is not None:
            found[_key(line)] = found.get(_key(line), Decimal(0)) + line.net.amount
    return found


def _change(line: InvoiceLine, before: Decimal | None, now: Decimal | None, currency: str) -> Change:
    was, is_ = before or Decimal(0), now or Decimal(0)
    if before is None:
        turn = Turn.NEW
    elif now is None:
        turn = Turn.GONE
    else:
        turn = Turn.DEARER if is_ > was else Turn.CHEAPER
    return Change(line.name or line.description, line.contract_name, turn, Money(was, currency), Money(is_, currency))


def _summed(found: Iterable[Change], currency: str) -> Money:
    return Money(sum((change.difference.amount for change in found), Decimal(0)), currency)
