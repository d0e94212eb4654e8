"""Noticed: what the bot says without being asked - one glance tells it, one tap leads on, one tap ends it.

invoice: new, due soon, overdue, paid, unusually high -> PDF, card     contract: last day for notice -> card
option: ends -> the contract's options      diversion: still on -> the line      Mondays: the week at a glance
order: placed, held, ended -> the contract's options
Several at once are one message with a line each. The buttons look, so they work however old the message is.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from bot.chat.doors import (
    ContractCard,
    Extensions,
    InvoiceCard,
    InvoiceFile,
    InvoicesOf,
    LineCard,
    OptionsOf,
    StopNotices,
    Subscribed,
)
from bot.chat.feature import Feature, Telling
from bot.chat.noticing import Brief, yes
from bot.chat.screen import BLANK, Button, Rows, Screen
from bot.chat.text import Code, Fact, Month, Name, Phone, Say, say
from portal.models import Money, PaymentMethod
from services.subscriptions import EventKind

Facts = Mapping[str, object]
LONGEST_NAME = 60


def tell_invoice(facts: Facts) -> Screen:
    """A new invoice, or one that something became of: how much, until when, how it is paid."""
    kind, account, invoice = str(facts["kind"]), str(facts["account"]), str(facts["invoice"])
    lines = [
        say("noticed-invoice", kind=kind, credit=_said(facts, "credit_note"), number=Code(str(facts["number"]))),
        say("noticed-about", month=_month(facts), account=Name(str(facts["billing_account_name"]), LONGEST_NAME)),
        _amount(facts),
    ]
    if kind == EventKind.UNUSUAL.value and not _is_hidden(facts):
        usual, more = _money(facts, "usual"), _money(facts, "more")
        lines.append(say("noticed-unusual", usual=usual, more=more, percent=_number(facts, "percent")))
    files = [
        Button(say("noticed-button-file", kind=name), InvoiceFile(account, invoice, name))
        for name, has in (("invoice", "has_pdf"), ("eInvoice", "has_xml"))
        if facts.get(has) is True
    ]
    look = (Button(say("noticed-button-invoice"), InvoiceCard(account, invoice)),)
    return _notice(account, lines, (*((tuple(files),) if files else ()), look))


def brief_invoice(facts: Facts) -> Brief:
    """The same in a line."""
    number, kind = str(facts["number"]), str(facts["kind"])
    line = say(
        "noticed-brief-invoice",
        kind=kind,
        credit=_said(facts, "credit_note"),
        number=Code(number),
        month=_month(facts),
        total="" if _is_hidden(facts) else _money(facts, "total"),
        hidden=yes(_is_hidden(facts)),
        due=_day(facts, "due"),
        dated=yes(kind != EventKind.PAID.value and facts.get("due") is not None),
        debit=yes(facts.get("payment") == PaymentMethod.DIRECT_DEBIT.value),
    )
    label = say("noticed-button-number", number=Name(number, 24))
    return Brief(line, Button(label, InvoiceCard(str(facts["account"]), str(facts["invoice"]))))


def tell_deadline(facts: Facts) -> Screen:
    """A contract's last day for notice comes near."""
    account, contract = str(facts["account"]), str(facts["contract"])
    lines = [
        say("noticed-deadline", days=_number(facts, "days"), day=_day(facts, "last_day")),
        _contract(facts),
        say("noticed-deadline-hint"),
    ]
    return _notice(account, lines, ((Button(say("noticed-button-contract"), ContractCard(account, contract)),),))


def brief_deadline(facts: Facts) -> Brief:
    """The same in a line."""
    name = Name(str(facts["name"]), LONGEST_NAME)
    line = say("noticed-brief-deadline", name=name, day=_day(facts, "last_day"))
    label = say("noticed-button-number", number=Name(str(facts["number"]), 24))
    return Brief(line, Button(label, ContractCard(str(facts["account"]), str(facts["contract"]))))


def tell_option_end(facts: Facts) -> Screen:
    """A booked option ends."""
    account, contract = str(facts["account"]), str(facts["contract"])
    option = Name(str(facts["option_name"]), LONGEST_NAME)
    lines = [say("noticed-option-end", option=option, day=_day(facts, "last_day")), _contract(facts)]
    return _notice(account, lines, ((Button(say("noticed-button-options"), OptionsOf(account, contract)),),))


def brief_option_end(facts: Facts) -> Brief:
    """The same in a line."""
    option = Name(str(facts["option_name"]), LONGEST_NAME)
    line = say("noticed-option-end", option=option, day=_day(facts, "last_day"))
    return Brief(line, Button(say("noticed-button-options"), OptionsOf(str(facts["account"]), str(facts["contract"]))))


def tell_order(facts: Facts) -> Screen:
    """An order that somebody made in the portal."""
    account, contracts = str(facts["account"]), facts.get("contracts")
    day = _day(facts, "expected")
    lines = [say("noticed-order", step=str(facts["step"])), *(_ordered(item) for item in _parts(facts.get("items")))]
    if day is not None and facts["step"] == "placed":
        lines.append(say("noticed-order-expected", day=day))
    first = contracts[0] if isinstance(contracts, Sequence) and contracts else None
    look = ((Button(say("noticed-button-options"), OptionsOf(account, str(first))),),) if first else ()
    return _notice(account, lines, look)


def brief_order(facts: Facts) -> Brief:
    """The same in a line."""
    line = say("noticed-brief-order", step=str(facts["step"]), name=Name(str(facts["name"]), LONGEST_NAME))
    return Brief(line, None)


def tell_diversion(facts: Facts) -> Screen:
    """A diversion has been on for days: meant, or forgotten?"""
    account, line = str(facts["account"]), str(facts["service"])
    look = (Button(say("noticed-button-line"), LineCard(account, line)),)
    return _notice(account, [_diversion(facts), say("noticed-diversion-hint")], (look,))


def brief_diversion(facts: Facts) -> Brief:
    """The same in a line."""
    press = LineCard(str(facts["account"]), str(facts["service"]))
    return Brief(_diversion(facts), Button(say("noticed-button-line"), press))


def tell_week(facts: Facts) -> Screen:
    """The week at a glance: what is diverted, what is to be paid, what ends."""
    account = str(facts["account"])
    diversions, invoices, terms = facts.get("diversions"), facts.get("invoices"), facts.get("terms")
    lines: list[Say] = [say("noticed-week", day=_day(facts, "day"))]
    rows: list[tuple[Button, ...]] = []
    if isinstance(invoices, Sequence):
        lines += [BLANK, *(_outstanding(part, facts) for part in _parts(invoices))]
        if not invoices:
            lines.append(say("noticed-week-no-invoices"))
        rows.append((Button(say("noticed-button-invoices"), InvoicesOf(account)),))
    if isinstance(diversions, Mapping):
        lines += [BLANK, say("noticed-week-diversions", count=_number(diversions, "count"))]
        lines += [_rings(part) for part in _parts(diversions.get("most"))]
        rows.append((Button(say("noticed-button-lines"), Extensions(account)),))
    if isinstance(terms, Mapping) and _number(terms, "count"):
        lines += [BLANK, say("noticed-week-terms", count=_number(terms, "count"))]
        lines += [_term(part) for part in _parts(terms.get("most"))]
    return _notice(account, lines, tuple(rows))


def brief_week(facts: Facts) -> Brief:
    """The week does not shrink to a line; it is one tap away."""
    return Brief(say("noticed-week", day=_day(facts, "day")), None)


def _notice(account: str, lines: Sequence[Say], rows: Rows) -> Screen:
    last = (
        Button(say("noticed-button-settings"), Subscribed(account)),
        Button(say("noticed-button-stop"), StopNotices(account)),
    )
    return Screen(tuple(lines), (*rows, last), stays=True)


def _amount(facts: Facts) -> Say:
    """What is to be paid, how and until when; without the amount where others read along."""
    payment = _BY_KIND.get(str(facts["kind"]), str(facts["payment"]))
    if facts.get("credit_note") is True:
        payment = "credit"
    return say(
        "noticed-amount",
        payment=payment,
        total=_money(facts, "total"),
        hidden=yes(_is_hidden(facts)),
        due=_day(facts, "due"),
        dated=yes(facts.get("due") is not None),
    )


def _contract(facts: Facts) -> Say:
    site = str(facts.get("site") or "")
    return say(
        "noticed-contract",
        name=Name(str(facts["name"]), LONGEST_NAME),
        number=Code(str(facts["number"])),
        site=Name(site, LONGEST_NAME),
        placed=yes(bool(site)),
    )


def _ordered(item: Facts) -> Say:
    name = Name(str(item["name"]), LONGEST_NAME)
    return say("noticed-order-item", action=str(item["action"]), name=name, quantity=_number(item, "quantity"))


def _diversion(facts: Facts) -> Say:
    return say("noticed-diversion", **_aim(facts), since=_day(facts, "since"))


def _rings(part: Facts) -> Say:
    return say("noticed-week-diversion", **_aim(part))


def _aim(facts: Facts) -> dict[str, Fact]:
    target = str(facts.get("target") or "")
    return {
        "line": Name(str(facts["line"]), LONGEST_NAME),
        "target_kind": str(facts["target_kind"]),
        "target_name": Name(str(facts.get("target_name") or ""), LONGEST_NAME),
        "target": Phone(target) if target else "",
    }


def _outstanding(part: Facts, facts: Facts) -> Say:
    amount = part.get("amount")
    is_shown = amount is not None and not _is_hidden(facts)
    money = Money(Decimal(str(amount)), str(part["currency"])) if is_shown else ""
    standing = str(part["standing"])
    return say(
        "noticed-week-invoices", standing=standing, count=_number(part, "count"), amount=money, shown=yes(is_shown)
    )


def _term(part: Facts) -> Say:
    name = Name(str(part["name"]), LONGEST_NAME)
    return say("noticed-week-term", name=name, matter=str(part["matter"]), day=_day(part, "last_day"))


def _month(facts: Facts) -> Month:
    return Month(date.fromisoformat(str(facts.get("period_start") or facts["date"])))


def _money(facts: Facts, name: str) -> Money:
    return Money(Decimal(str(facts[name])), str(facts["currency"]))


def _day(facts: Facts, name: str) -> date | None:
    found = facts.get(name)
    return date.fromisoformat(str(found)) if found else None


def _number(facts: Facts, name: str) -> int:
    return int(str(facts.get(name) or 0))


def _said(facts: Facts, name: str) -> str:
    return yes(facts.get(name) is True)


def _is_hidden(facts: Facts) -> bool:
    return facts.get("amounts_hidden") is True


def _parts(found: object) -> list[Facts]:
    return [part for part in found if isinstance(part, Mapping)] if isinstance(found, Sequence) else []


_BY_KIND = {EventKind.PAID.value: "paid", EventKind.OVERDUE.value: "overdue"}
_INVOICE = (EventKind.INVOICE, EventKind.DUE_SOON, EventKind.OVERDUE, EventKind.PAID, EventKind.UNUSUAL)


def tell_paused(facts: Facts) -> Screen:
    """The right by which this chat was told is gone; said once."""
    return Screen((say("noticed-paused", reason=str(facts["reason"]), company=Name(str(facts["company"]))),))


FEATURE = Feature(
    name="noticed",
    tellings=(
        Telling("subscription-paused", tell_paused),
        *(Telling(kind.value, tell_invoice, brief_invoice) for kind in _INVOICE),
        Telling(EventKind.DEADLINE.value, tell_deadline, brief_deadline),
        Telling(EventKind.OPTION_END.value, tell_option_end, brief_option_end),
        Telling(EventKind.ORDER.value, tell_order, brief_order),
        Telling(EventKind.DIVERSION_ACTIVE.value, tell_diversion, brief_diversion),
        Telling(EventKind.DIGEST.value, tell_week, brief_week),
    ),
)
