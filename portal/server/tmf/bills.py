"""TMF678 CustomerBill and its lines, AppliedCustomerBillingRate (endpoints 12 and 13)."""

from decimal import Decimal
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.guard import Caller
from portal.server.tmf import tables as t
from portal.server.tmf.documented import instant, query, words
from portal.server.tmf.lists import Resource, Rows
from portal.server.tmf.reading import add_reading
from portal.server.tmf.shapes import (
    AppliedCustomerBillingRate,
    Attachment,
    BillPaymentMethod,
    CustomerBill,
    Money,
    Quantity,
    Reference,
    TaxItem,
    utc,
)
from portal.server.tmf.view import BILLING, DOCUMENTS, INVENTORY, View

PATH = f"{BILLING}/customerBill"
LINES_PATH = f"{BILLING}/appliedCustomerBillingRate"
STATES = ["new", "onHold", "validated", "sent", "partiallyPaid", "settled"]
PAYMENT = {"directDebit": ("DirectDebit", "SEPA-Lastschrift"), "bankTransfer": ("BankTransfer", "Überweisung")}


def statement() -> Select[Any]:
    """Newest first."""
    return (
        select(t.bills, t.billing_accounts.c.name.label("billing_account_name"))
        .join(t.billing_accounts, t.billing_accounts.c.id == t.bills.c.billing_account_id)
        .order_by(t.bills.c.billed_on.desc(), t.bills.c.number.desc())
    )


async def render(connection: AsyncConnection, view: View, rows: Rows) -> list[CustomerBill]:
    d = t.documents
    query = select(d).where(d.c.bill_id.in_([row.id for row in rows])).order_by(d.c.position)
    papers: dict[str, list[Row[Any]]] = {}
    for paper in await connection.execute(query):
        papers.setdefault(paper.bill_id, []).append(paper)
    return [_bill(view, row, papers.get(row.id, [])) for row in rows]


def _bill(view: View, row: Row[Any], papers: list[Row[Any]]) -> CustomerBill:
    return CustomerBill(
        id=row.id,
        href=view.href(PATH, row.id),
        type="CustomerBill",
        bill_no=row.number,
        bill_date=view.instant(row.billed_on),
        payment_due_date=view.instant(row.due_on),
        last_update=utc(row.last_update),
        category=row.category,
        run_type=row.run_type,
        state=row.state,
        billing_account=Reference(id=row.billing_account_id, name=row.billing_account_name),
        billing_period=view.period(row.period_start, row.period_end),
        amount_due=Money(value=row.remaining),
        remaining_amount=Money(value=row.remaining),
        tax_excluded_amount=Money(value=row.net),
        tax_included_amount=Money(value=row.gross),
        tax_item=[_tax(row.tax_rate, row.tax)],
        payment_method=_payment(view, row),
        related_party=[view.customer()],
        bill_document=[_attachment(view, paper) for paper in papers],
    )


def _payment(view: View, row: Row[Any]) -> BillPaymentMethod:
    """A credit note is settled with the next bill: nothing is to be paid."""
    kind, name = PAYMENT[row.payment]
    provider, needed = view.provider, dict[str, str | None]()
    if row.category != "creditNote" and row.payment == "directDebit":
        needed = {
            "debit_date": view.instant(row.due_on),
            "mandate_reference": row.mandate_reference,
            "creditor_id": provider.creditor_id,
        }
    elif row.category != "creditNote":
        needed = {
            "account_number": provider.iban,
            "account_number_type": "IBAN",
            "bic": provider.bic,
            "owner": provider.name,
            "bank": provider.bank,
            "payment_reference": row.number,
        }
    return BillPaymentMethod(id=f"{row.billing_account_id}-{row.payment}", name=name, referred_type=kind, **needed)


def _tax(rate: Decimal, amount: Decimal) -> TaxItem:
    return TaxItem(tax_rate=rate, tax_amount=Money(value=amount))


def _attachment(view: View, row: Row[Any]) -> Attachment:
    return Attachment(
        id=row.id,
        name=row.name,
        attachment_type=row.kind,
        mime_type=row.mime_type,
        url=view.href(DOCUMENTS, row.id),
        size=Quantity(amount=row.size, units="B") if row.size else None,
    )


BILLS = Resource(
    path=PATH,
    shape=CustomerBill,
    columns={
        "id": t.bills.c.id,
        "state": t.bills.c.state,
        "category": t.bills.c.category,
        "billNo": t.bills.c.number,
        "billingAccount.id": t.bills.c.billing_account_id,
    },
    instants={"lastUpdate": t.bills.c.last_update},
    render=render,
    order=(("billDate", True),),
)


def visible(who: Caller) -> Select[Any]:
    return statement().where(t.bills.c.customer_id == who.customer_id)


def lines_statement() -> Select[Any]:
    return (
        select(
            t.bill_lines,
            t.products.c.name.label("product_name"),
            t.bills.c.billed_on,
            t.bills.c.number,
            t.bills.c.billing_account_id,
        )
        .join(t.bills, t.bills.c.id == t.bill_lines.c.bill_id)
        .outerjoin(t.products, t.products.c.id == t.bill_lines.c.product_id)
        .order_by(t.bills.c.billed_on.desc(), t.bills.c.number.desc(), t.bill_lines.c.position)
    )


async def render_lines(_: AsyncConnection, view: View, rows: Rows) -> list[AppliedCustomerBillingRate]:
    return [_line(view, row) for row in rows]


def _line(view: View, row: Row[Any]) -> AppliedCustomerBillingRate:
    product = None
    if row.product_id:
        href = view.href(f"{INVENTORY}/product", row.product_id)
        product = Reference(id=row.product_id, href=href, name=row.product_name)
    return AppliedCustomerBillingRate(
        id=row.id,
        href=view.href(LINES_PATH, row.id),
        type="AppliedCustomerBillingRate",
        name=row.name,
        description=row.description or None,
        rate_type=row.kind,
        date=view.instant(row.billed_on),
        is_billed=True,
        bill=Reference(id=row.bill_id, href=view.href(PATH, row.bill_id), name=row.number),
        billing_account=Reference(id=row.billing_account_id),
        product=product,
        period_coverage=view.period(row.period_start, row.period_end),
        tax_excluded_amount=Money(value=row.net),
        tax_included_amount=Money(value=row.gross),
        applied_tax=[_tax(row.tax_rate, row.tax)],
    )


LINES = Resource(
    path=LINES_PATH,
    shape=AppliedCustomerBillingRate,
    columns={
        "id": t.bill_lines.c.id,
        "bill.id": t.bill_lines.c.bill_id,
        "type": t.bill_lines.c.kind,
        "product.id": t.bill_lines.c.product_id,
        "billingAccount.id": t.bills.c.billing_account_id,
    },
    instants={},
    render=render_lines,
)


def visible_lines(who: Caller) -> Select[Any]:
    return lines_statement().where(t.bill_lines.c.customer_id == who.customer_id)


def add_routes(router: APIRouter) -> None:
    tag = "TMF678 customer bill"
    add_reading(
        router,
        BILLS,
        scope="bills:read",
        visible=visible,
        id=t.bills.c.id,
        tag=tag,
        filters=[
            words("state", "several may be given, comma separated", STATES),
            instant("billDate.gte", "dated then or later"),
            instant("billDate.lt", "dated before"),
            instant("lastUpdate.gte", "changed then or later"),
            query("billingAccount.id", "of this account"),
            query("billNo", "by its number"),
        ],
    )
    add_reading(
        router,
        LINES,
        scope="bills:read",
        visible=visible_lines,
        id=t.bill_lines.c.id,
        tag=tag,
        filters=[query("bill.id", "the lines of this bill"), query("product.id", "of this contract or option")],
    )
