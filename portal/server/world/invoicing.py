"""Invoices out of contracts: month by month what each costs, with usage that looks real and never changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Literal

from portal.server.tmf.calendar import add_months
from portal.server.world.model import BillingAccount, BookedOption, Contract, Invoice, InvoiceLine, NamedPrice, Offering

BILLING_DAY = 3
Paid = Literal["all"] | Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    """How the invoices of one billing account have fared; months count back from the newest."""

    account: BillingAccount
    serial: int  # its place among the numbers of a month
    unpaid: frozenset[int] = frozenset({0})
    partly_paid: frozenset[int] = frozenset()
    months: int = 18


def newest_period(today: date) -> date:
    """The first day of the last month that has been billed."""
    billed = today.replace(day=1) if today.day >= BILLING_DAY else add_months(today.replace(day=1), -1)
    return add_months(billed, -1)


def invoices(
    today: date, plan: Plan, contracts: Sequence[Contract], catalogue: Mapping[str, Offering]
) -> Iterator[Invoice]:
    """Newest first; months in which nothing was used have none."""
    mine = [contract for contract in contracts if contract.billing_account == plan.account.id]
    for age in range(plan.months):
        start = add_months(newest_period(today), -age)
        lines = [line for contract in mine for line in _lines(contract, start, catalogue)]
        if not lines:
            continue
        billed = add_months(start, 1).replace(day=BILLING_DAY)
        yield Invoice(
            id=f"b-{plan.account.id.removeprefix('ba-')}-{start:%Y%m}",
            number=number(start, plan.serial),
            billing_account=plan.account.id,
            billed=billed,
            due=billed + timedelta(days=plan.account.payment_days),
            period_start=start,
            period_end=add_months(start, 1),
            paid=_paid(plan, age),
            lines=tuple(lines),
        )


def number(period: date, serial: int) -> str:
    return f"{period:%Y-%m}-{serial:06d}"


def _paid(plan: Plan, age: int) -> Paid:
    if age in plan.unpaid:
        return Decimal(0)
    return Decimal("20.00") if age in plan.partly_paid else "all"


def _lines(contract: Contract, month: date, catalogue: Mapping[str, Offering]) -> Iterator[InvoiceLine]:
    products: tuple[Contract | BookedOption, ...] = (contract, *contract.options)
    for product in products:
        if product.start >= add_months(month, 1) or (product.ends is not None and product.ends <= month):
            continue
        offering = catalogue[product.offering]
        for price in product.prices or offering.prices:
            if price.kind == "recurring" or product.start >= month:
                yield _priced(product, offering, price)
    if contract.start < add_months(month, 1):
        yield from _usage(contract, month, catalogue[contract.offering].line_of_business)


def _priced(product: Contract | BookedOption, offering: Offering, price: NamedPrice) -> InvoiceLine:
    quantity = product.quantity if isinstance(product, BookedOption) else None
    name = product.name or offering.name
    return InvoiceLine(
        product=product.id,
        name=f"{price.name} {name}" if isinstance(product, Contract) or price.kind == "oneTime" else name,
        kind=price.kind,
        quantity=quantity,
        net=price.net * (quantity or 1),
    )


def _usage(contract: Contract, month: date, line: str) -> Iterator[InvoiceLine]:
    """Calls beyond the flat rates; the same contract and month always give the same figures."""
    if line not in {"voice", "cloudPhone", "mobile"}:
        return
    minutes = _draw(f"{contract.id} {month} minutes", 6, 95)
    name = "Verbindungen Ausland" if line == "mobile" else "Verbindungen in Mobilfunknetze"
    yield InvoiceLine(
        product=contract.id,
        name=name,
        description=f"{minutes} Minuten",
        kind="usage",
        net=Decimal(minutes) * (Decimal("0.19") if line == "mobile" else Decimal("0.13")),
    )


def _draw(seed: str, low: int, high: int) -> int:
    return low + int(sha256(seed.encode()).hexdigest()[:8], 16) % (high - low + 1)
