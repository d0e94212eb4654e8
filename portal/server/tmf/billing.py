"""Making a bill: from what was used to rows, with its tax, its due date and its documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.tmf import tables as t
from portal.server.tmf.money import taxed_lines

TAX_RATE = Decimal(19)
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    product_id: str | None
    name: str
    net: Decimal
    kind: str = "recurring"
    description: str = ""
    quantity: int | None = None
    period: tuple[date, date] | None = None  # another one than the bill's


@dataclass(frozen=True, slots=True)
class Draft:
    """A bill before its sums; `paid` tells how much of it has been paid already (None: all of it)."""

    id: str
    number: str
    customer_id: str
    billing_account_id: str
    recipient: dict[str, str]
    payment: str
    mandate_reference: str | None
    iban: str | None
    billed_on: date
    due_on: date
    period_start: date
    period_end: date
    lines: Sequence[Line]
    last_update: datetime
    paid: Decimal | None = Decimal(0)
    category: str = "normal"
    run_type: str = "onCycle"


@dataclass(frozen=True, slots=True)
class BillRows:
    bill: Values
    lines: list[Values]
    documents: list[Values]  # the PDF first


def rows_of(draft: Draft) -> BillRows:
    """The tax of the lines adds up to the tax of the bill, to the cent."""
    amounts = taxed_lines([line.net for line in draft.lines], TAX_RATE)
    net = sum((amount.net for amount in amounts), Decimal(0))
    tax = sum((amount.tax for amount in amounts), Decimal(0))
    remaining = Decimal(0) if draft.paid is None else net + tax - draft.paid
    bill = {
        "id": draft.id,
        "customer_id": draft.customer_id,
        "billing_account_id": draft.billing_account_id,
        "number": draft.number,
        "category": draft.category,
        "run_type": draft.run_type,
        "state": _state(remaining, draft.paid),
        "billed_on": draft.billed_on,
        "due_on": draft.due_on,
        "period_start": draft.period_start,
        "period_end": draft.period_end,
        "net": net,
        "tax_rate": TAX_RATE,
        "tax": tax,
        "gross": net + tax,
        "remaining": remaining,
        "payment": draft.payment,
        "mandate_reference": draft.mandate_reference,
        "iban": draft.iban,
        "recipient": draft.recipient,
        "last_update": draft.last_update,
    }
    lines = [_line(draft, position, line) for position, line in enumerate(draft.lines, start=1)]
    for row, amount in zip(lines, amounts, strict=True):
        row.update(net=amount.net, tax=amount.tax, gross=amount.gross)
    return BillRows(bill, lines, _documents(draft))


def _state(remaining: Decimal, paid: Decimal | None) -> str:
    if remaining == 0:
        return "settled"
    return "partiallyPaid" if paid else "sent"


def _line(draft: Draft, position: int, line: Line) -> Values:
    start, end = line.period or (draft.period_start, draft.period_end)
    return {
        "id": f"{draft.id}-{position}",
        "bill_id": draft.id,
        "customer_id": draft.customer_id,
        "product_id": line.product_id,
        "position": position,
        "name": line.name,
        "description": line.description,
        "kind": line.kind,
        "quantity": line.quantity,
        "period_start": start,
        "period_end": end,
        "tax_rate": TAX_RATE,
    }


def _documents(draft: Draft) -> list[Values]:
    word = "Gutschrift" if draft.category == "creditNote" else "Rechnung"
    shared = {"customer_id": draft.customer_id, "bill_id": draft.id, "issued_on": draft.billed_on}
    return [
        {
            **shared,
            "id": f"doc-{draft.id}",
            "kind": "invoice",
            "name": f"{word}_{draft.number}.pdf",
            "mime_type": "application/pdf",
            "position": 0,
        },
        {
            **shared,
            "id": f"xml-{draft.id}",
            "kind": "eInvoice",
            "name": f"XRechnung_{draft.number}.xml",
            "mime_type": "application/xml",
            "position": 1,
        },
    ]


async def write(connection: AsyncConnection, rows: BillRows) -> None:
    await connection.execute(insert(t.bills).values(rows.bill))
    if rows.lines:
        await connection.execute(insert(t.bill_lines), rows.lines)
    await connection.execute(insert(t.documents), rows.documents)


def recurring_lines(products: Sequence[Row[Any]]) -> list[Line]:
    """One line per contract or option and recurring price; rows as `products` joined with `product_prices`."""
    return [
        Line(
            product_id=row.id,
            name=row.name if row.contract_id else f"{row.price_name} {row.name}",
            net=row.net * (row.quantity or 1),
            quantity=row.quantity,
        )
        for row in products
        if row.kind == "recurring"
    ]
