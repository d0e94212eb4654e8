"""What the operator drives by hand: how an order goes on or ends, and what an offering costs or whether it is sold."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.answers import OAuthError, Responses
from portal.server.access.guard import require_program
from portal.server.access.operator import ERRORS, UNKNOWN, Closed, Identifier, Name
from portal.server.context import Context, Ctx
from portal.server.errors import PortalError
from portal.server.tmf import tables as t
from portal.server.tmf.billing import TAX_RATE
from portal.server.tmf.lists import json_response, render
from portal.server.tmf.money import cents
from portal.server.tmf.offerings import OFFERINGS
from portal.server.tmf.order_progress import TERMINAL, alone_with_orders, enter
from portal.server.tmf.orders import ORDERS
from portal.server.tmf.shapes import ProductOffering, ProductOrder
from portal.server.tmf.view import view_of, view_of_operator

router = APIRouter(
    prefix="/operator", tags=["operator"], dependencies=[Depends(require_program("operator"))], responses=ERRORS
)
ENDED: Responses = {409: {"model": OAuthError, "description": "the order has come to its end already"}}


class OrderChange(Closed):
    """`pending` and `held` wait for the operator; `inProgress` goes on by itself; the others are the end."""

    state: Literal["pending", "held", "inProgress", "completed", "rejected", "failed", "cancelled"]
    note: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00-\x08\x0b-\x1f]*$")] | None = None


class PriceIn(Closed):
    name: Name
    kind: Literal["recurring", "oneTime"]
    net: Annotated[float, Field(strict=True, ge=0, le=100_000, allow_inf_nan=False)]  # euro, rounded to the cent


class OfferingChange(Closed):
    """What is given is changed; `prices` are all prices from then on. What is booked keeps its own."""

    sellable: bool | None = None
    prices: Annotated[list[PriceIn], Field(max_length=20)] | None = None
    minimumTermMonths: Annotated[int, Field(ge=0, le=120)] | None = None


@router.patch("/product-orders/{id}", response_model=ProductOrder, responses={**UNKNOWN, **ENDED})
async def change_order(id: Annotated[Identifier, Path()], body: OrderChange, context: Ctx) -> Response:
    """The order's next state, before time would bring it there."""
    query = select(t.orders).where(t.orders.c.id == id)
    customer_id = await _customer_of(context, id)
    async with context.database.writing() as connection:
        await alone_with_orders(context, connection, customer_id)
        order = (await connection.execute(query)).one()
        if order.state in TERMINAL:
            raise PortalError(409, "conflict", "the order has come to its end already")
        now = context.now()
        ahead = ("completed",) if body.state == "inProgress" else ()
        cancelled_at = now if body.state == "cancelled" else None
        note = order.note if body.note is None else body.note
        await enter(context, connection, order, body.state, now, ahead=ahead, note=note, cancelled_at=cancelled_at)
        view = await view_of(context, connection, customer_id)
        changed = (await connection.execute(query)).all()
        return json_response((await render(ORDERS, view, connection, changed))[0])


async def _customer_of(context: Context, order_id: str) -> str:
    query = select(t.orders.c.customer_id).where(t.orders.c.id == order_id)
    async with context.database.reading() as connection:
        customer_id = (await connection.execute(query)).scalar_one_or_none()
    if customer_id is None:
        raise PortalError(404, "not_found", "there is no such order")
    return str(customer_id)


@router.patch("/offerings/{id}", response_model=ProductOffering, responses=UNKNOWN)
async def change_offering(id: Annotated[Identifier, Path()], body: OfferingChange, context: Ctx) -> Response:
    """What is sold, at which price and with which term, from now on."""
    query = select(t.offerings).where(t.offerings.c.id == id)
    values: dict[str, object] = {"last_update": context.now()}
    if body.sellable is not None:
        values["sellable"] = body.sellable
    if body.minimumTermMonths is not None:
        values["minimum_term_months"] = body.minimumTermMonths
    async with context.database.writing() as connection:
        if (await connection.execute(query)).first() is None:
            raise PortalError(404, "not_found", "there is no such offering")
        await connection.execute(update(t.offerings).where(t.offerings.c.id == id).values(values))
        if body.prices is not None:
            await _replace_prices(connection, id, body.prices)
        await _print_anew(connection, id)
        changed = (await connection.execute(query)).all()
        return json_response((await render(OFFERINGS, view_of_operator(context), connection, changed))[0])


async def _replace_prices(connection: AsyncConnection, offering_id: str, prices: Sequence[PriceIn]) -> None:
    priced = t.offering_prices
    await connection.execute(delete(priced).where(priced.c.offering_id == offering_id))
    rows = [
        {
            "id": f"{offering_id}-p{position}",
            "offering_id": offering_id,
            "position": position,
            "name": price.name,
            "kind": price.kind,
            "net": cents(Decimal(str(price.net))),
            "tax_rate": TAX_RATE,
        }
        for position, price in enumerate(prices)
    ]
    if rows:
        await connection.execute(insert(priced), rows)


async def _print_anew(connection: AsyncConnection, offering_id: str) -> None:
    """The service description names price and term, so the one that was printed is out of date."""
    d, files = t.documents.c, t.document_files
    papers = select(d.id).where(d.offering_id == offering_id)
    await connection.execute(delete(files).where(files.c.document_id.in_(papers)))
    await connection.execute(update(t.documents).where(d.offering_id == offering_id).values(size=None))


def add_routes(whole: APIRouter) -> None:
    whole.include_router(router)
