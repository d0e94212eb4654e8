"""Contracts: "What do we have, what does it cost, and until when can we give notice?"

/vertraege        -> the list by site; with many contracts the site first; with one contract its card
"vertrag V-2025-4711", a phone number, "Suchen"  -> the contract that is meant
contract          -> its card: number, site, term, last day for notice, price; on to options, documents and invoices
last day for notice -> as a calendar file
"""

import asyncio
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot.chat import choosing
from bot.chat.buttons import Look
from bot.chat.choosing import Choice
from bot.chat.context import Ctx
from bot.chat.doors import ContractCard, DocumentsOf, InvoicesOf, OptionsOf
from bot.chat.feature import INVOICES, Command, Feature, Tap, Words
from bot.chat.lists import whose
from bot.chat.navigation import menu_row
from bot.chat.screen import BLANK, Button, File, Outcome, Rows, Stay, screen
from bot.chat.text import Code, Name, Phone, Say, Texts, say
from portal.models import Contract, Option
from services.calendar import Appointment, ics
from services.contracts import ENDED, Matter, NextDate, last_day_before, monthly, next_date, whole_price
from services.errors import Gone

NOTICE_REMINDERS = (30, 7, 1)  # days before
MOST_NUMBERS = 6  # phone numbers on the card


@dataclass(frozen=True, slots=True)
class Choose(choosing.Choose):
    """A view of the list."""

    feature: ClassVar[str] = "contracts"


@dataclass(frozen=True, slots=True)
class NoticeDate(Look):
    """Send the last day for notice as a calendar file."""

    feature: ClassVar[str] = "contracts"
    verb: ClassVar[str] = "ics"
    account: str
    contract: str


async def card(ctx: Ctx, button: ContractCard) -> Outcome:
    """Everything a customer asks for about one contract."""
    reading = ctx.reading(button.account)
    contract, options = await asyncio.gather(reading.contract(button.contract), reading.options(button.contract))
    today = ctx.now.astimezone(reading.zone).date()
    lines = (*_head(ctx, button.account, contract), *_term(contract, today), *_price(contract, options))
    return screen(*lines, *_extras(contract), rows=_doors(ctx, button.account, contract, today))


def _head(ctx: Ctx, account: str, contract: Contract) -> tuple[Say, ...]:
    line, status = contract.line_of_business.value, contract.status.value
    lines = [
        say("contracts-name", line=line, name=Name(contract.name)),
        *whose(ctx, account),
        say("contracts-number", number=Code(contract.number), status=status, sent=contract.status_sent),
    ]
    if contract.description and contract.description != contract.name:
        lines.append(say("contracts-description", description=Name(contract.description)))
    if contract.site is not None:
        lines.append(say("contracts-site", site=Name(contract.site.name)))
    lines += [say("contracts-phone", phone=Phone(number)) for number in contract.numbers[:MOST_NUMBERS]]
    if len(contract.numbers) > MOST_NUMBERS:
        lines.append(say("contracts-more-phones", count=len(contract.numbers) - MOST_NUMBERS))
    return tuple(lines)


def _term(contract: Contract, today: date) -> tuple[Say, ...]:
    lines = [BLANK, *_deadline(next_date(contract, today), contract)]
    if contract.start is not None:
        lines.append(say("contracts-since", day=contract.start))
    if contract.minimum_term is not None and contract.minimum_term_end is not None:
        key = "contracts-term" if contract.minimum_term_end > today else "contracts-term-over"
        lines.append(say(key, term=contract.minimum_term, day=last_day_before(contract.minimum_term_end)))
    if contract.end is None and contract.notice_period is not None:
        lines.append(say("contracts-notice-period", period=contract.notice_period))
    if contract.end is None and contract.renewal_period is not None:
        lines.append(say("contracts-renewal", period=contract.renewal_period))
    return tuple(lines)


def _deadline(coming: NextDate | None, contract: Contract) -> tuple[Say, ...]:
    if coming is None:
        return () if contract.end is None else (say("contracts-ended", day=last_day_before(contract.end)),)
    if coming.matter is Matter.END:
        return (say("contracts-ends", day=coming.day),)
    key = "contracts-notice-near" if coming.is_near else "contracts-notice"
    return (say(key, day=coming.day, days=coming.days_left),)


def _price(contract: Contract, options: Sequence[Option]) -> tuple[Say, ...]:
    whole, booked = whole_price(contract, options), [o for o in options if o.status not in ENDED]
    lines = [BLANK, say("contracts-price", net=whole.net, gross=whole.gross)]
    if booked:
        extra = monthly(price for option in booked for price in option.prices)
        lines.append(say("contracts-price-options", count=len(booked), net=extra.net))
    return tuple(lines)


def _extras(contract: Contract) -> tuple[Say, ...]:
    lines = []
    if contract.seats is not None:
        lines.append(say("contracts-seats", count=contract.seats))
    if contract.bandwidth is not None:
        lines.append(say("contracts-bandwidth", bandwidth=Name(contract.bandwidth, 60)))
    if contract.cost_centre is not None:
        lines.append(say("contracts-cost-centre", centre=Name(contract.cost_centre, 60)))
    return tuple(lines)


def _doors(ctx: Ctx, account: str, contract: Contract, today: date) -> Rows:
    rows = [
        (
            Button(say("contracts-button-options"), OptionsOf(account, contract.id)),
            Button(say("contracts-button-documents"), DocumentsOf(account, contract.id)),
        )
    ]
    may_see_invoices = INVOICES.is_met_by(ctx.connection_of(account).account.roles)
    invoices = ((Button(say("contracts-button-invoices"), InvoicesOf(account)),),) if may_see_invoices else ()
    is_noticeable = _notice(contract, today) is not None
    dates = ((Button(say("contracts-button-notice"), NoticeDate(account, contract.id)),),) if is_noticeable else ()
    return (*rows, *invoices, *dates, menu_row(CHOICE.around(account, contract.id)))


async def notice_date(ctx: Ctx, button: NoticeDate) -> Outcome:
    """The last day for notice as a calendar file."""
    reading = ctx.reading(button.account)
    contract = await reading.contract(button.contract)
    day = _notice(contract, ctx.now.astimezone(reading.zone).date())
    if day is None:
        raise Gone
    texts, name = Texts(ctx.language, ctx.zone), Name(contract.name)
    facts = say("contracts-notice-description", number=Name(contract.number), name=name)
    entry = Appointment(
        uid=f"notice-{contract.id}",
        day=day,
        summary=texts.written(say("contracts-notice-summary", name=name)),
        description=texts.written(facts),
        days_before=NOTICE_REMINDERS,
    )
    caption = say("contracts-notice-file", name=name, day=day)
    await ctx.hands.send_file(File(f"kuendigungstermin-{day}.ics", io.BytesIO(ics(entry, ctx.now)), caption))
    return Stay()


def _notice(contract: Contract, today: date) -> date | None:
    coming = next_date(contract, today)
    return coming.day if coming is not None and coming.matter is Matter.NOTICE else None


CHOICE = Choice(
    heading="contracts-heading",
    payload=Choose,
    pick=lambda account, contract: ContractCard(account, contract.id),
    open=lambda ctx, account, contract: card(ctx, ContractCard(account, contract.id)),
)

FEATURE = Feature(
    "contracts",
    commands=(Command("vertraege", "contracts", CHOICE.command),),
    taps=(CHOICE.tap, Tap(ContractCard, card), Tap(NoticeDate, notice_date)),
    steps=(CHOICE.step,),
    words=(
        Words(
            re.compile(
                # the other features are asked for by contract too: "rechnung zum vertrag ..."
                r"^(?!.*(?:option|rechnung|invoice|\bbills?\b|dokument|document|unterlage|preisliste))"
                r".*(?:\bvertr(?:ag|äg|aeg)|\bcontracts?\b|\bkündigungsfrist|\bnotice period\b)"
            ),
            CHOICE.said,
        ),
        Words(
            re.compile(  # a contract's number, or a telephone number that is not a month ("03/2026")
                r"^\s*(?!0[1-9]\s*[/.-]\s*20[0-9]{2}\s*$)(?:v-[0-9][0-9-]{3,}|(?:\+|00?)[1-9][0-9 ()/.-]{5,24})\s*$"
            ),
            CHOICE.said,
        ),
    ),
)
