"""What follows from contracts: their sites, the date that matters next, the price of a month, which one is meant."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum

from portal.models import Contract, LineOfBusiness, Money, Option, Period, Price, PriceKind, ProductStatus

ENDED = frozenset({ProductStatus.TERMINATED, ProductStatus.CANCELLED, ProductStatus.ABORTED})
NO_SITE = "-"
NEAR = 100  # days: a date this close is shown wherever the contract is shown

_ORDER = {line: place for place, line in enumerate(LineOfBusiness)}
_FOREIGN = re.compile(r"^(?:\+|00)")
_GERMANY = "49"


@dataclass(frozen=True, slots=True)
class SiteContracts:
    """The contracts of one site; `key` names it in a button, `name` is None for contracts without a site."""

    key: str
    name: str | None
    contracts: tuple[Contract, ...]


def by_site(contracts: Iterable[Contract]) -> tuple[SiteContracts, ...]:
    """Sites by name, contracts without a site last; in a site live ones first, then by kind, name and number."""
    found: dict[str, list[Contract]] = {}
    for contract in contracts:
        found.setdefault(site_key(contract), []).append(contract)
    sites = [
        SiteContracts(key, group[0].site.name if group[0].site else None, tuple(sorted(group, key=_rank)))
        for key, group in found.items()
    ]
    return tuple(sorted(sites, key=lambda site: (site.name is None, in_order(site.name or ""), site.key)))


def cost_centres(contracts: Iterable[Contract]) -> tuple[str, ...]:
    """The cost centres that the contracts name."""
    return tuple(sorted({contract.cost_centre for contract in contracts if contract.cost_centre}, key=in_order))


def in_order(text: str) -> tuple[tuple[str, int], ...]:
    """A sort key in which house 2 comes before house 10."""
    parts = re.findall(r"([^0-9]*)([0-9]{0,18})", text.casefold())
    return tuple((words, int(digits) if digits else -1) for words, digits in parts)


def site_key(contract: Contract) -> str:
    """What names the contract's site in a button."""
    return (contract.site.id or contract.site.name) if contract.site else NO_SITE


def _rank(contract: Contract) -> tuple[bool, int, tuple[tuple[str, int], ...], str]:
    return contract.status in ENDED, _ORDER[contract.line_of_business], in_order(contract.name), contract.number


class Matter(Enum):
    """Why a date matters."""

    NOTICE = "notice"
    END = "end"


def last_day_before(first_without: date) -> date:
    """What people call an end: the portal names the first day on which a thing is no more."""
    return first_without - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NextDate:
    """The next date that matters, and how many days are left until then; an end is the last day."""

    matter: Matter
    day: date
    days_left: int
    comes_again: bool = False  # missed, it costs a month at most

    @property
    def is_near(self) -> bool:
        """Whether somebody has to know it now."""
        return self.days_left < NEAR and not self.comes_again


def next_date(contract: Contract | Option, today: date) -> NextDate | None:
    """The end when one is set, else the last day for notice; None for what is over, or when the portal names no day."""
    end = None if contract.end is None else last_day_before(contract.end)
    for matter, day in ((Matter.END, end), (Matter.NOTICE, contract.last_day_for_notice)):
        if day is not None and contract.status not in ENDED:
            comes_again = matter is Matter.NOTICE and runs_by_the_month(contract, today)
            return NextDate(matter, day, (day - today).days, comes_again) if day >= today else None
    return None


def runs_by_the_month(product: Contract | Option, today: date) -> bool:
    """Whether the minimum term is over and the contract goes on from month to month."""
    if not isinstance(product, Contract) or product.renewal_period != Period(1, "month"):
        return False
    return product.minimum_term_end is not None and product.minimum_term_end <= today


@dataclass(frozen=True, slots=True)
class Amounts:
    """A sum net and gross; a half that is missing somewhere, or has two currencies, is None."""

    net: Money | None
    gross: Money | None


def monthly(prices: Iterable[Price]) -> Amounts:
    """What recurs each month."""
    recurring = [p for p in prices if p.kind is PriceKind.RECURRING and p.period in (None, "month")]
    return Amounts(total(p.net for p in recurring), total(p.gross for p in recurring))


def one_off(prices: Iterable[Price]) -> Amounts:
    """What is due once."""
    once = [p for p in prices if p.kind is PriceKind.ONE_TIME]
    return Amounts(total(p.net for p in once), total(p.gross for p in once))


def total(amounts: Iterable[Money | None]) -> Money | None:
    """The sum; None when there is nothing to add, an amount is missing, or currencies differ."""
    found = list(amounts)
    currencies = {amount.currency for amount in found if amount is not None}
    if None in found or len(currencies) != 1:
        return None
    return Money(sum((amount.amount for amount in found if amount is not None), Decimal()), currencies.pop())


def whole_price(contract: Contract, options: Iterable[Option]) -> Amounts:
    """The contract with everything booked on it, by the month."""
    booked = [option for option in options if option.status not in ENDED]
    return monthly([*contract.prices, *(price for option in booked for price in option.prices)])


def matching(contracts: Sequence[Contract], wish: str) -> tuple[Contract, ...]:
    """The contracts that somebody may mean: by contract number, by phone number, else by words in what it is called."""
    sorted_contracts = [contract for site in by_site(contracts) for contract in site.contracts]
    for is_meant in (_by_number, _by_phone, _by_whole_words, _by_words):
        if found := tuple(contract for contract in sorted_contracts if is_meant(contract, wish)):
            return found
    return ()


def _by_number(contract: Contract, wish: str) -> bool:
    return _bare(contract.number) == _bare(wish) != ""


def _by_phone(contract: Contract, wish: str) -> bool:
    if any(char.isalpha() for char in wish):
        return False
    wanted = subscriber_digits(wish)
    return len(wanted) >= 4 and any(wanted in subscriber_digits(number) for number in contract.numbers)


def _by_whole_words(contract: Contract, wish: str) -> bool:
    words = _words(wish)
    return bool(words) and words <= _words(_known(contract))


def _by_words(contract: Contract, wish: str) -> bool:
    words, known = wish.casefold().split(), _known(contract)
    return bool(words) and all(word in known for word in words)


def _known(contract: Contract) -> str:
    texts = (contract.number, contract.name, contract.description, contract.offering_name, contract.cost_centre)
    return " ".join([*(text or "" for text in texts), contract.site.name if contract.site else ""]).casefold()


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def subscriber_digits(number: str) -> str:
    """The digits of a phone number without what is dialled in front of them at home: 0211 = 0049 211 = +49211."""
    text = number.strip().replace("(0)", "")
    is_foreign = _FOREIGN.match(text) is not None
    digits = re.sub(r"[^0-9]", "", _FOREIGN.sub("", text))
    return digits.removeprefix(_GERMANY) if is_foreign else digits.removeprefix("0")


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
