"""The operator's half of TMF678: change a bill's state, and make a bill now (CustomerBillOnDemand)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError
from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.guard import Program, require_program
from portal.server.access.tables import customers
from portal.server.context import Ctx
from portal.server.database import exclusively
from portal.server.errors import PortalError
from portal.server.tmf import news
from portal.server.tmf import tables as t
from portal.server.tmf.billing import Draft, recurring_lines, rows_of, write
from portal.server.tmf.bills import BILLS, statement
from portal.server.tmf.calendar import add_months
from portal.server.tmf.documented import ID, failures, fields, listed, paging, sent, single
from portal.server.tmf.lists import Resource, Rows, answer_list, answer_one, json_response, not_found, render
from portal.server.tmf.papers import gather, keep
from portal.server.tmf.papers import render as print_paper
from portal.server.tmf.shapes import BillStateChange, BillWanted, CustomerBill, CustomerBillOnDemand, Reference, utc
from portal.server.tmf.view import BILLING, View, view_of, view_of_operator

PATH = f"{BILLING}/customerBillOnDemand"
TAG = "TMF678 customer bill: operator"
BODY_LIMIT = 64 * 1024
Operator = Annotated[Program, Depends(require_program("operator"))]
Model = TypeVar("Model", bound=BaseModel)


async def body_of(request: Request, model: type[Model]) -> Model:
    """The JSON body, or 400 with what is wrong in it."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in {"application/json", "application/merge-patch+json"}:
        raise PortalError(415, "unsupportedMediaType", "application/json is expected")
    raw = await request.body()
    if len(raw) > BODY_LIMIT:
        raise PortalError(413, "tooLarge", "the body is too large")
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        raise PortalError(400, "invalidBody", f"{place}: {first['msg']}") from error


async def change_bill(request: Request, context: Ctx, _: Operator) -> Response:
    change = await body_of(request, BillStateChange)
    id = request.path_params["id"]
    async with context.database.writing() as connection:
        row = (await connection.execute(statement().where(t.bills.c.id == id))).first() if id.isprintable() else None
        if row is None:
            raise not_found(BILLS)
        remaining = Decimal(0) if change.state == "settled" else row.remaining
        if change.state != "settled" and row.state == "settled":
            remaining = row.gross
        await connection.execute(
            update(t.bills)
            .where(t.bills.c.id == id)
            .values(state=change.state, remaining=remaining, last_update=context.now())
        )
        if (change.state, remaining) != (row.state, row.remaining):
            await news.bill_changed(context, connection, row.id)
        view = await view_of(context, connection, row.customer_id)
        rows = (await connection.execute(statement().where(t.bills.c.id == id))).all()
        body = (await render(BILLS, view, connection, rows))[0]
    return json_response(body)


async def make_bill(request: Request, context: Ctx, _: Operator) -> Response:
    wanted = await body_of(request, BillWanted)
    async with context.database.writing() as connection:
        await exclusively(connection, "bill numbers")
        account = await _account(connection, wanted.billing_account.id)
        if account is None:
            raise PortalError(409, "unknownBillingAccount", "billingAccount.id: no such billing account")
        rows = rows_of(await _draft(connection, account, context.now()))
        await write(connection, rows)
        await news.bill_created(context, connection, rows.bill["id"])
        paper = rows.documents[0]["id"]
        wanted_paper = await gather(connection, paper, context.settings.provider)
        values = {
            "id": f"bod-{uuid4()}", "billing_account_id": account.id, "bill_id": rows.bill["id"],
            "name": wanted.name, "description": wanted.description, "created_at": context.now(),
        }  # fmt: skip
        await connection.execute(t.bills_on_demand.insert().values(values))
    file = await print_paper(wanted_paper)
    async with context.database.writing() as connection:
        await keep(connection, paper, file)
        view = await view_of(context, connection, account.customer_id)
        made = (await connection.execute(_on_demand().where(t.bills_on_demand.c.id == values["id"]))).all()
        body = (await render(ON_DEMAND, view, connection, made))[0]
    return json_response(body, 201, {"Location": view.href(PATH, str(values["id"]))})


async def _account(connection: AsyncConnection, id: str) -> Row[Any] | None:
    c = customers.c
    query = (
        select(t.billing_accounts, c.name.label("customer_name"), c.street, c.postcode, c.city, c.zoneinfo)
        .join(customers, c.id == t.billing_accounts.c.customer_id)
        .where(t.billing_accounts.c.id == id)
    )
    return (await connection.execute(query)).first() if id.isprintable() else None


async def _draft(connection: AsyncConnection, account: Row[Any], now: datetime) -> Draft:
    """The month after the last bill of this account, but never one that has not begun; else the month before today."""
    today = now.astimezone(ZoneInfo(account.zoneinfo)).date()
    last = (
        await connection.execute(
            select(func.max(t.bills.c.period_end)).where(t.bills.c.billing_account_id == account.id)
        )
    ).scalar_one_or_none()
    this_month = today.replace(day=1)
    start = min(last, this_month) if last else add_months(this_month, -1)
    p, q = t.products, t.product_prices
    products = await connection.execute(
        select(p, q.c.kind, q.c.net, q.c.name.label("price_name"))
        .join(q, q.c.product_id == p.c.id)
        .where(p.c.billing_account_id == account.id, p.c.status == "active")
        .order_by(p.c.position, p.c.id, q.c.position)
    )
    return Draft(
        id=f"b-{uuid4()}",
        number=await _number(connection, start),
        customer_id=account.customer_id,
        billing_account_id=account.id,
        recipient={
            "name": account.customer_name, "street": account.street, "postcode": account.postcode, "city": account.city
        },
        payment=account.payment,
        mandate_reference=account.mandate_reference,
        iban=account.iban,
        billed_on=today,
        due_on=today + timedelta(days=account.payment_days),
        period_start=start,
        period_end=add_months(start, 1),
        lines=recurring_lines(products.all()),
        last_update=now,
        run_type="offCycle",
    )  # fmt: skip


async def _number(connection: AsyncConnection, start: date) -> str:
    """The next number of the billed month, over all customers."""
    prefix = f"{start:%Y-%m}-"
    numbers = await connection.execute(select(t.bills.c.number).where(t.bills.c.number.startswith(prefix)))
    serials = (number.removeprefix(prefix) for (number,) in numbers)
    used = [int(serial) for serial in serials if serial.isascii() and serial.isdecimal()]
    return f"{prefix}{max(used, default=0) + 1:06d}"


async def _render(_: AsyncConnection, view: View, rows: Rows) -> list[CustomerBillOnDemand]:
    return [
        CustomerBillOnDemand(
            id=row.id,
            href=view.href(PATH, row.id),
            type="CustomerBillOnDemand",
            name=row.name,
            description=row.description,
            last_update=utc(row.created_at),
            state="done",
            billing_account=Reference(id=row.billing_account_id, name=row.billing_account_name),
            customer_bill=Reference(id=row.bill_id, href=view.href(BILLS.path, row.bill_id), name=row.number),
        )
        for row in rows
    ]


def _on_demand() -> Select[Any]:
    return (
        select(t.bills_on_demand, t.billing_accounts.c.name.label("billing_account_name"), t.bills.c.number)
        .join(t.billing_accounts, t.billing_accounts.c.id == t.bills_on_demand.c.billing_account_id)
        .join(t.bills, t.bills.c.id == t.bills_on_demand.c.bill_id)
        .order_by(t.bills_on_demand.c.created_at.desc(), t.bills_on_demand.c.id)
    )


ON_DEMAND = Resource(
    path=PATH,
    shape=CustomerBillOnDemand,
    columns={"id": t.bills_on_demand.c.id, "billingAccount.id": t.bills_on_demand.c.billing_account_id},
    instants={},
    render=_render,
)


async def list_on_demand(request: Request, context: Ctx, _: Operator) -> Response:
    async with context.database.reading() as connection:
        return await answer_list(request, context, ON_DEMAND, view_of_operator(context), connection, _on_demand())


async def read_on_demand(request: Request, context: Ctx, _: Operator) -> Response:
    wanted = request.path_params["id"]
    if not wanted.isprintable():
        raise not_found(ON_DEMAND)
    async with context.database.reading() as connection:
        query = _on_demand().where(t.bills_on_demand.c.id == wanted)
        return await answer_one(request, ON_DEMAND, view_of_operator(context), connection, query)


def add_routes(router: APIRouter) -> None:
    refusals = failures(400, 401, 403, 413, 415)
    router.add_api_route(
        f"{BILLING}/customerBill/{{id}}", change_bill, methods=["PATCH"], operation_id="change_customerBill",
        summary="customerBill: its state", tags=[TAG], response_model=None,
        responses={200: {"model": CustomerBill, "description": "as it is now"}, **refusals, **failures(404)},
        openapi_extra={
            "parameters": [ID], **sent(BillStateChange, "application/json", "application/merge-patch+json")
        },
    )  # fmt: skip
    location = {"Location": {"schema": {"type": "string", "format": "uri"}, "required": True}}
    router.add_api_route(
        PATH, make_bill, methods=["POST"], operation_id="create_customerBillOnDemand", status_code=201,
        summary="customerBillOnDemand: make a bill now", tags=[TAG], response_model=None,
        responses={
            201: {"model": CustomerBillOnDemand, "description": "made", "headers": location},
            **refusals,
            **failures(409),
        },
        openapi_extra=sent(BillWanted, "application/json"),
    )  # fmt: skip
    router.add_api_route(
        PATH, list_on_demand, methods=["GET"], operation_id="list_customerBillOnDemand",
        summary="customerBillOnDemand: list", tags=[TAG], response_model=None,
        responses=listed(CustomerBillOnDemand), openapi_extra={"parameters": paging(ON_DEMAND.attributes)},
    )  # fmt: skip
    router.add_api_route(
        PATH + "/{id}", read_on_demand, methods=["GET"], operation_id="read_customerBillOnDemand",
        summary="customerBillOnDemand: one", tags=[TAG], response_model=None,
        responses=single(CustomerBillOnDemand), openapi_extra={"parameters": [ID, fields(ON_DEMAND.attributes)]},
    )  # fmt: skip
