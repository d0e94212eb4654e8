"""Booking: "I want that option", "we need two more", "we don't need it any more".

option's card -> (how many?) -> exactly what is ordered, what it costs and what it means for the term -> confirm
booked option -> another quantity, or its end: last day, what is lost -> confirm
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

from bot.chat.buttons import Look
from bot.chat.context import Ctx
from bot.chat.doors import BookOption, CancelOption, Confirm, Drop, OptionOffer, OptionsOf, ResizeOption
from bot.chat.feature import ADMIN, Feature, Step, Tap
from bot.chat.navigation import menu_row
from bot.chat.screen import BLANK, Ask, Button, Outcome, Rows, screen
from bot.chat.text import Code, Name, Say, Texts, say
from portal.models import Contract, Money, Offering, Option, Period, Price, PriceKind
from services.bookings import first_day_without, later
from services.contracts import Amounts, monthly, one_off
from services.errors import Gone

MOST = 999
CENT = Decimal("0.01")
COUNTS = (1, 2, 3, 5, 10)
_COUNT = re.compile(r"\s*([1-9][0-9]{0,2})\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Count(Look):
    """So many of an option that is to be booked."""

    feature: ClassVar[str] = "booking"
    verb: ClassVar[str] = "count"
    account: str
    contract: str
    offering: str
    count: int


@dataclass(frozen=True, slots=True)
class NewCount(Look):
    """So many of an option that is booked."""

    feature: ClassVar[str] = "booking"
    verb: ClassVar[str] = "to"
    account: str
    contract: str
    option: str
    count: int


async def book(ctx: Ctx, button: BookOption) -> Outcome:
    """How many, if that is a question; else the order at once."""
    contract, offering = await _offered(ctx, button.account, button.contract, button.offering)
    if offering.quantity_unit is None:
        return await _ask(ctx, button.account, contract, offering, 1)
    back = OptionOffer(button.account, contract.id, offering.id)
    counts = tuple(
        Button(say("options-button-count", count=n), Count(button.account, contract.id, offering.id, n)) for n in COUNTS
    )
    state: dict[str, object] = {"account": button.account, "contract": contract.id, "offering": offering.id}
    shown = screen(
        say("options-offered-name", name=Name(offering.name)),
        say("options-how-many", unit=Name(offering.quantity_unit, 40)),
        rows=(counts, menu_row(back)),
    )
    return Ask(shown, "count", state)


async def count(ctx: Ctx, button: Count) -> Outcome:
    """So many."""
    contract, offering = await _offered(ctx, button.account, button.contract, button.offering)
    return await _ask(ctx, button.account, contract, offering, min(max(1, button.count), MOST))


async def typed_count(ctx: Ctx) -> Outcome:
    """A number was written: of what is to be booked, or of what is booked."""
    found = _COUNT.fullmatch(ctx.heard.text or "")
    if found is None:
        return Ask(screen(say("options-not-a-number"), rows=(menu_row(),)), "count", ctx.state)
    where = (str(ctx.state.get("account")), str(ctx.state.get("contract")))
    if "option" in ctx.state:
        return await new_count(ctx, NewCount(*where, str(ctx.state["option"]), int(found[1])))
    return await count(ctx, Count(*where, str(ctx.state.get("offering")), int(found[1])))


async def _ask(ctx: Ctx, account: str, contract: Contract, offering: Offering, quantity: int) -> Outcome:
    """Exactly what will be ordered."""
    by = ctx.connection_of(account)
    words = _summary(offering.name, offering.prices, quantity, contract)
    what = (contract, offering, quantity)
    key = str(await ctx.services.bookings.book(by, ctx.heard.chat_id, *what, Texts("de", ctx.zone).plain(words)))
    longer = _longer(contract, offering, ctx.now.astimezone(ctx.zone).date())
    lines = [
        say("options-ask-book"),
        say("change-book", name=Name(offering.name), quantity=quantity, **_of(contract)),
        BLANK,
        *_totals(offering.prices, quantity),
        *((say("options-term", term=offering.minimum_term),) if offering.minimum_term else ()),
        *((say("options-notice-period", period=offering.notice_period),) if offering.notice_period else ()),
        say("options-term-unchanged"),
        *((say("options-longer", day=longer),) if longer else ()),
        *((say("options-feasibility"),) if offering.feasibility_check else ()),
        BLANK,
        say("options-ask-pin"),
    ]
    yes = say("options-button-consent" if longer else "options-button-confirm")
    return screen(*lines, rows=_yes_or_no(yes, key))


async def resize(ctx: Ctx, button: ResizeOption) -> Outcome:
    """Another quantity: how many?"""
    contract, option = await _booked(ctx, button.account, button.contract, button.option)
    around = sorted({n for n in (option.quantity + step for step in (-2, -1, 1, 2, 5)) if 1 <= n <= MOST})
    where = (button.account, contract.id, option.id)
    counts = tuple(Button(say("options-button-count", count=n), NewCount(*where, n)) for n in around)
    shown = screen(
        say("options-booked-name", name=Name(option.name), count=option.quantity),
        say("options-how-many-now", count=option.quantity),
        rows=(counts, menu_row(OptionsOf(button.account, contract.id))),
    )
    return Ask(shown, "count", {"account": button.account, "contract": contract.id, "option": option.id})


async def new_count(ctx: Ctx, button: NewCount) -> Outcome:
    """Exactly what will be changed."""
    contract, option = await _booked(ctx, button.account, button.contract, button.option)
    quantity, by = min(max(1, button.count), MOST), ctx.connection_of(button.account)
    words = say("summary-resize", name=Name(option.name, 40), count=quantity, number=contract.number)
    what = (contract, option, quantity)
    key = str(await ctx.services.bookings.resize(by, ctx.heard.chat_id, *what, Texts("de", ctx.zone).plain(words)))
    lines = [
        say("options-ask-resize"),
        say("change-resize", name=Name(option.name), before=option.quantity, quantity=quantity, **_of(contract)),
        BLANK,
        *_totals(option.unit_prices, quantity),
        say("options-term-unchanged"),
        BLANK,
        say("options-ask-pin"),
    ]
    return screen(*lines, rows=_yes_or_no(say("options-button-resize-yes"), key))


async def cancel(ctx: Ctx, button: CancelOption) -> Outcome:
    """Its end: the last day, and what is lost."""
    contract, option = await _booked(ctx, button.account, button.contract, button.option)
    by = ctx.connection_of(button.account)
    ends = first_day_without(option, ctx.now.astimezone(ctx.zone).date())
    words = Texts("de", ctx.zone).plain(
        say("summary-cancel-option", name=Name(option.name, 40), number=contract.number)
    )
    key = str(await ctx.services.bookings.cancel_option(by, ctx.heard.chat_id, contract, option, ends, words))
    last = ends - timedelta(days=1)
    lost = say("options-loses", day=last, description=Name(option.description, 300))
    lines = [
        say("options-ask-cancel"),
        say("change-cancel-option", name=Name(option.name), ends=ends, **_of(contract)),
        BLANK,
        lost if option.description else say("options-ends", day=last),
        say("options-term-unchanged"),
        BLANK,
        say("options-ask-pin"),
    ]
    return screen(*lines, rows=_yes_or_no(say("options-button-cancel-yes"), key))


def _yes_or_no(yes: Say, key: str) -> Rows:
    return ((Button(yes, Confirm(key)),), (Button(say("options-button-no"), Drop(key)), *menu_row()))


def _totals(prices: tuple[Price, ...], quantity: int) -> tuple[Say, ...]:
    lines = []
    net, gross = _taxed(monthly(prices), prices, quantity)
    if net is not None and gross is not None:
        lines.append(say("options-total-month", net=net, tax=_tax(net, gross), gross=gross))
    elif net is not None:  # a portal that names no tax rate either
        lines.append(say("options-total-net", net=net))
    net, gross = _times(one_off(prices), quantity)
    if net is not None and gross is not None:
        lines.append(say("options-total-once", net=net, tax=_tax(net, gross), gross=gross))
    return tuple(lines) or (say("options-price-none"),)


def _taxed(amounts: Amounts, prices: tuple[Price, ...], quantity: int) -> tuple[Money | None, Money | None]:
    """The sum for so many; of one of several that are booked the portal names the rate, and not the gross."""
    net, gross = _times(amounts, quantity)
    rates = {price.tax_rate for price in prices if price.kind is PriceKind.RECURRING}
    rate = rates.pop() if len(rates) == 1 else None
    if net is None or gross is not None or rate is None:
        return net, gross
    return net, Money((net.amount * (1 + rate / 100)).quantize(CENT, ROUND_HALF_UP), net.currency)


def _tax(net: Money, gross: Money) -> Money:
    return Money(gross.amount - net.amount, net.currency)


def _times(amounts: Amounts, quantity: int) -> tuple[Money | None, Money | None]:
    net, gross = amounts.net, amounts.gross
    return (
        None if net is None else Money(net.amount * quantity, net.currency),
        None if gross is None else Money(gross.amount * quantity, gross.currency),
    )


def _summary(name: str, prices: tuple[Price, ...], quantity: int, contract: Contract) -> Say:
    """What the PIN's SMS says: in German, for the portal writes it, and short."""
    called = Name(f"{quantity} x {name}" if quantity > 1 else name, 40)
    month, once = _times(monthly(prices), quantity)[0], _times(one_off(prices), quantity)[0]
    if month is not None:
        return say("summary-book", name=called, net=month, number=contract.number)
    if once is not None:
        return say("summary-book-once", name=called, net=once, number=contract.number)
    return say("summary-book-free", name=called, number=contract.number)


def _longer(contract: Contract, offering: Offering, today: date) -> date | None:
    """The option's last day in its own minimum term, when that is later than the contract's."""
    term = offering.minimum_term
    if term is None or term in {Period(0, "month"), Period(1, "month")}:
        return None
    ends = later(today, term)
    if contract.minimum_term_end is not None and contract.minimum_term_end >= ends:
        return None
    return ends - timedelta(days=1)


def _of(contract: Contract) -> dict[str, Name | Code]:
    return {"contract_name": Name(contract.name, 80), "number": Code(contract.number)}


async def _offered(ctx: Ctx, account: str, contract_id: str, offering_id: str) -> tuple[Contract, Offering]:
    reading = ctx.reading(account)
    contract = await reading.contract(contract_id)
    for offering in await reading.offerings(contract):
        if offering.id == offering_id:
            return contract, offering
    raise Gone


async def _booked(ctx: Ctx, account: str, contract_id: str, option_id: str) -> tuple[Contract, Option]:
    reading = ctx.reading(account)
    contract, options = await asyncio.gather(reading.contract(contract_id), reading.options(contract_id))
    for option in options:
        if option.id == option_id:
            return contract, option
    raise Gone


FEATURE = Feature(
    "booking",
    taps=(
        Tap(BookOption, book, ADMIN),
        Tap(Count, count, ADMIN),
        Tap(ResizeOption, resize, ADMIN),
        Tap(NewCount, new_count, ADMIN),
        Tap(CancelOption, cancel, ADMIN),
    ),
    steps=(Step("count", typed_count, ADMIN),),
)
