"""Options: "What have we added, what could we add, and what would it cost?"

/optionen   -> the contract (skipped when there is one)
contract    -> booked; bookable with prices; not bookable, and why
option      -> its card: what it does, price, own term, what it means for the contract, how to book it
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, TypeVar

from bot.chat import choosing
from bot.chat.buttons import Look
from bot.chat.choosing import Choice
from bot.chat.context import Ctx
from bot.chat.doors import (
    FROM_LIST,
    BookOption,
    CancelOption,
    ContractCard,
    DocumentsOf,
    OptionOffer,
    OptionsOf,
    ResizeOption,
)
from bot.chat.feature import ADMIN, Command, Feature, Tap, Words
from bot.chat.lists import PER_PAGE, pager, whose, window
from bot.chat.navigation import Go, menu_row
from bot.chat.screen import BLANK, Button, File, Outcome, Rows, Stay, screen
from bot.chat.text import Code, Name, Say, say
from portal.models import Contract, Offering, Option, Price
from services.contracts import last_day_before, monthly, next_date, one_off
from services.documents import description_of, file_name, title
from services.errors import Gone
from services.options import Blocked, Shelf, shelf

HELP = "hilfe"
LONGEST_LABEL = 40

Item = TypeVar("Item", Option, Offering)


@dataclass(frozen=True, slots=True)
class Choose(choosing.Choose):
    """A view of the contracts to choose from."""

    feature: ClassVar[str] = "options"


@dataclass(frozen=True, slots=True)
class Booked(Look):
    """An option that is booked."""

    feature: ClassVar[str] = "options"
    verb: ClassVar[str] = "has"
    account: str
    contract: str
    option: str
    came: str


@dataclass(frozen=True, slots=True)
class Description(Look):
    """Send the service description of an option that could be booked."""

    feature: ClassVar[str] = "options"
    verb: ClassVar[str] = "paper"
    account: str
    contract: str
    offering: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a contract's options: under which heading, what is said of it, and the button that shows more."""

    heading: Say
    line: Say
    button: Button


async def of_contract(ctx: Ctx, button: OptionsOf) -> Outcome:
    """Everything that is booked on a contract, can be, and can't be."""
    contract, stock = await _stock(ctx, button.account, button.contract)
    entries = _entries(button, stock)
    cut = window(entries, button.page)
    lines = [say("options-of", name=Name(contract.name, 80), number=Code(contract.number)), *whose(ctx, button.account)]
    heading: Say | None = None
    for entry in cut.items:
        lines += [BLANK, entry.heading] if entry.heading != heading else []
        lines.append(entry.line)
        heading = entry.heading
    if not entries:
        lines += [BLANK, say("options-none")]
    turning = pager(cut.page, cut.pages, lambda page: replace(button, page=page))
    back = CHOICE.around(button.account, contract.id) if button.came == FROM_LIST else None
    up = back or ContractCard(button.account, contract.id)
    return screen(*lines, rows=(*((entry.button,) for entry in cut.items), *turning, menu_row(up)))


async def booked(ctx: Ctx, button: Booked) -> Outcome:
    """One booked option."""
    contract, stock = await _stock(ctx, button.account, button.contract)
    place, option = _pick(stock.booked, button.option)
    today = ctx.now.astimezone(ctx.zone).date()
    lines = [
        say("options-booked-name", name=Name(option.name), count=option.quantity),
        say("options-for", name=Name(contract.name, 80), number=Code(contract.number)),
        *_description(option),
        BLANK,
        *_prices(option.prices),
        *_own_term(option, today),
    ]
    if option.documents:
        lines += [BLANK, say("options-has-documents")]
    back = OptionsOf(button.account, contract.id, button.came, place // PER_PAGE)
    documents = (Button(say("options-button-documents"), DocumentsOf(button.account, contract.id)),)
    rows = (*_changes(ctx, button, option, stock), *((documents,) if option.documents else ()), menu_row(back))
    return screen(*lines, rows=rows)


def _changes(ctx: Ctx, button: Booked, option: Option, stock: Shelf) -> Rows:
    """What an admin can do to a booked option that is not about to end."""
    if not _is_admin(ctx, button.account) or option.end is not None:
        return ()
    where = (button.account, button.contract, option.id)
    cancel = Button(say("options-button-cancel"), CancelOption(*where))
    if option.offering_id not in stock.counted:
        return ((cancel,),)
    return ((Button(say("options-button-resize"), ResizeOption(*where)), cancel),)


async def offered(ctx: Ctx, button: OptionOffer) -> Outcome:
    """One option that could be booked: what it costs and means, and how to get it."""
    contract, stock = await _stock(ctx, button.account, button.contract)
    blocked = {block.offering.id: block for block in stock.blocked}
    place, offering = _pick((*stock.bookable, *(b.offering for b in stock.blocked)), button.offering)
    lines = [
        say("options-offered-name", name=Name(offering.name)),
        say("options-for", name=Name(contract.name, 80), number=Code(contract.number)),
        *_description(offering),
        BLANK,
        *_prices(offering.prices, offering.quantity_unit),
        *_offered_term(offering),
        BLANK,
        *_how(ctx, button.account, blocked.get(offering.id)),
    ]
    page = (len(stock.booked) + place) // PER_PAGE
    back = OptionsOf(button.account, contract.id, button.came, page)
    can_book = offering.id not in blocked and _is_admin(ctx, button.account)
    book = Button(say("options-button-book"), BookOption(button.account, contract.id, offering.id))
    ask = Button(say("options-button-help"), Go(HELP))
    paper = Button(say("options-button-description"), Description(button.account, contract.id, offering.id))
    papers = ((paper,),) if description_of(offering) is not None else ()
    return screen(*lines, rows=((book if can_book else ask,), *papers, menu_row(back)))


async def description(ctx: Ctx, button: Description) -> Outcome:
    """What an option does, as the paper that will be part of the contract."""
    reading = ctx.reading(button.account)
    offerings = await reading.offerings(await reading.contract(button.contract))
    _, offering = _pick(offerings, button.offering)
    paper = description_of(offering)
    if paper is None:
        raise Gone
    caption = say("options-description-file", name=Name(title(paper)))
    async with reading.document(paper) as file:
        await ctx.hands.send_file(File(file_name(paper), file.content, caption))
    return Stay()


def _is_admin(ctx: Ctx, account: str) -> bool:
    return ADMIN.is_met_by(ctx.connection_of(account).account.roles)


async def _stock(ctx: Ctx, account: str, contract_id: str) -> tuple[Contract, Shelf]:
    reading = ctx.reading(account)
    contract, options = await asyncio.gather(reading.contract(contract_id), reading.options(contract_id))
    return contract, shelf(contract, options, await reading.offerings(contract))


def _pick(items: Sequence[Item], wanted: str) -> tuple[int, Item]:
    for place, item in enumerate(items):
        if item.id == wanted:
            return place, item
    raise Gone


def _entries(button: OptionsOf, stock: Shelf) -> list[Entry]:
    account, contract, came = button.account, button.contract, button.came
    found = []
    for option in stock.booked:
        label = say("options-button-booked", name=Name(option.name, LONGEST_LABEL))
        press = Booked(account, contract, option.id, came)
        found.append(Entry(say("options-booked"), _booked_line(option), Button(label, press)))
    for offering in stock.bookable:
        label = say("options-button-bookable", name=Name(offering.name, LONGEST_LABEL))
        offer = OptionOffer(account, contract, offering.id, came)
        found.append(Entry(say("options-bookable"), _bookable_line(offering), Button(label, offer)))
    for block in stock.blocked:
        label = say("options-button-blocked", name=Name(block.offering.name, LONGEST_LABEL))
        offer = OptionOffer(account, contract, block.offering.id, came)
        found.append(Entry(say("options-blocked"), _blocked_line(block), Button(label, offer)))
    return found


def _booked_line(option: Option) -> Say:
    name, net = Name(option.name, 60), monthly(option.prices).net
    if option.end is not None:
        return say("options-line-ending", name=name, count=option.quantity, net=net, day=last_day_before(option.end))
    return say("options-line-booked", name=name, count=option.quantity, net=net)


def _bookable_line(offering: Offering) -> Say:
    name, net, once = Name(offering.name, 60), monthly(offering.prices).net, one_off(offering.prices).net
    if net is not None and once is not None:
        return say("options-line-both", name=name, net=net, once=once)
    if net is not None:
        return say("options-line-monthly", name=name, net=net)
    return say("options-line-once", name=name, once=once) if once is not None else say("options-line-plain", name=name)


def _blocked_line(block: Blocked) -> Say:
    name, others = Name(block.offering.name, 60), Name(", ".join(block.names), 100)
    return say("options-line-blocked", name=name, why=block.obstacle.value, others=others)


def _description(item: Option | Offering) -> tuple[Say, ...]:
    return (say("options-description", description=Name(item.description, 500)),) if item.description else ()


def _prices(prices: Sequence[Price], unit: str | None = None) -> tuple[Say, ...]:
    month, once = monthly(prices), one_off(prices)
    lines = []
    if month.net is not None and unit is not None:
        lines.append(say("options-price-each", net=month.net, gross=month.gross, unit=Name(unit, 40)))
    elif month.net is not None:
        lines.append(say("options-price", net=month.net, gross=month.gross))
    if once.net is not None:
        lines.append(say("options-price-once", net=once.net, gross=once.gross))
    return tuple(lines) or (say("options-price-none"),)


def _own_term(option: Option, today: date) -> tuple[Say, ...]:
    lines = [say("options-since", day=option.start)] if option.start is not None else []
    coming = next_date(option, today)
    if coming is not None:
        lines.append(say("options-next", why=coming.matter.value, day=coming.day))
    if option.minimum_term is not None:
        lines.append(say("options-term", term=option.minimum_term))
    if option.notice_period is not None:
        lines.append(say("options-notice-period", period=option.notice_period))
    return tuple(lines)


def _offered_term(offering: Offering) -> tuple[Say, ...]:
    lines = []
    if offering.minimum_term is not None:
        lines.append(say("options-term", term=offering.minimum_term))
    if offering.notice_period is not None:
        lines.append(say("options-notice-period", period=offering.notice_period))
    lines.append(say("options-term-unchanged"))
    if offering.feasibility_check:
        lines.append(say("options-feasibility"))
    return tuple(lines)


def _how(ctx: Ctx, account: str, block: Blocked | None) -> tuple[Say, ...]:
    if block is not None:
        return (say("options-how-blocked", why=block.obstacle.value, others=Name(", ".join(block.names))),)
    return () if _is_admin(ctx, account) else (say("options-how"),)


CHOICE = Choice(
    heading="options-heading",
    payload=Choose,
    pick=lambda account, contract: OptionsOf(account, contract.id, FROM_LIST),
    open=lambda ctx, account, contract: of_contract(ctx, OptionsOf(account, contract.id)),
)

FEATURE = Feature(
    "options",
    commands=(Command("optionen", "options", CHOICE.command),),
    taps=(
        CHOICE.tap,
        Tap(OptionsOf, of_contract),
        Tap(Booked, booked),
        Tap(OptionOffer, offered),
        Tap(Description, description),
    ),
    steps=(CHOICE.step,),
    words=(Words(re.compile(r"\boption(?:en|s)?\b"), CHOICE.said),),
)
