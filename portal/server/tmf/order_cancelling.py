"""TMF622 CancelProductOrder: an order that is on its way is taken back (endpoint 11). Always with a step-up."""

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Row, Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.guard import Caller, require_scope
from portal.server.access.step_up import body_digest, require_step_up
from portal.server.context import Context, Ctx
from portal.server.errors import PortalError
from portal.server.tmf import tables as t
from portal.server.tmf.documented import failures, query, sent
from portal.server.tmf.lists import Resource, Rows, json_response, render
from portal.server.tmf.operator import body_of
from portal.server.tmf.order_bodies import CancellationWanted
from portal.server.tmf.order_placing import LOCATION, SCOPE
from portal.server.tmf.order_progress import TERMINAL, alone_with_orders, enter
from portal.server.tmf.orders import PATH as ORDER_PATH
from portal.server.tmf.reading import add_reading
from portal.server.tmf.shapes import CancelProductOrder, Reference, utc
from portal.server.tmf.view import ORDERING, View, view_of

PATH = f"{ORDERING}/cancelProductOrder"
TAG = "TMF622 product ordering"
Customer = Annotated[Caller, Depends(require_scope(SCOPE, steps_up=True))]


async def cancel(request: Request, context: Ctx, who: Customer) -> Response:
    """Like ordering: what is refused anyway costs no PIN, and the same `externalId` is the same cancellation."""
    wanted = await body_of(request, CancellationWanted)
    raw = await request.body()
    async with context.database.writing() as connection:
        await alone_with_orders(context, connection, who.customer_id)
        view = await view_of(context, connection, who.customer_id)
        task_id = await _known(connection, who, wanted, body_digest(raw))
        order = await _order(connection, who, wanted) if task_id is None else None
        await require_step_up(
            context, connection, who, method=request.method, path=request.url.path, body=raw, scope=SCOPE
        )
        if order is not None:
            task_id = await _record(context, connection, order, wanted, body_digest(raw))
        rows = (await connection.execute(visible(who).where(t.cancellations.c.id == task_id))).all()
        body = (await render(CANCELLATIONS, view, connection, rows))[0]
    return json_response(body, 201, {"Location": str(body["href"])})


async def _known(connection: AsyncConnection, who: Caller, wanted: CancellationWanted, digest: str) -> str | None:
    if wanted.external_id is None:
        return None
    c = t.cancellations.c
    query = select(t.cancellations).where(c.customer_id == who.customer_id, c.external_id == wanted.external_id)
    row = (await connection.execute(query)).first()
    if row is not None and row.digest != digest:
        raise PortalError(409, "externalIdConflict", "another cancellation has this externalId")
    return None if row is None else str(row.id)


async def _order(connection: AsyncConnection, who: Caller, wanted: CancellationWanted) -> Row[Any]:
    o = t.orders.c
    query = select(t.orders).where(o.id == wanted.product_order.id, o.customer_id == who.customer_id)
    order = (await connection.execute(query)).first()
    if order is None:
        raise PortalError(400, "unknownOrder", "no such order")
    if order.state in TERMINAL:
        raise PortalError(409, "notCancellable", "the order has come to its end already")
    return order


async def _record(
    context: Context, connection: AsyncConnection, order: Row[Any], wanted: CancellationWanted, digest: str
) -> str:
    now, reason, task_id = context.now(), wanted.cancellation_reason or "", f"co-{uuid4()}"
    await enter(context, connection, order, "cancelled", now, cancelled_at=now, cancellation_reason=reason)
    await connection.execute(
        insert(t.cancellations).values(
            id=task_id,
            customer_id=order.customer_id,
            order_id=order.id,
            external_id=wanted.external_id,
            digest=digest,
            reason=reason,
            cancelled_at=now,
        )
    )
    return task_id


async def _render(_: AsyncConnection, view: View, rows: Rows) -> list[CancelProductOrder]:
    return [_task(view, row) for row in rows]


def _task(view: View, row: Row[Any]) -> CancelProductOrder:
    order = Reference(id=row.order_id, href=view.href(ORDER_PATH, row.order_id), referred_type="ProductOrder")
    return CancelProductOrder(
        id=row.id,
        href=view.href(PATH, row.id),
        type="CancelProductOrder",
        external_id=row.external_id,
        state="done",
        cancellation_reason=row.reason or None,
        effective_cancellation_date=utc(row.cancelled_at),
        product_order=order,
    )


def visible(who: Caller) -> Select[Any]:
    """Newest first."""
    c = t.cancellations.c
    mine = select(t.cancellations).where(c.customer_id == who.customer_id)
    return mine.order_by(c.cancelled_at.desc(), c.id)


CANCELLATIONS = Resource(
    path=PATH,
    shape=CancelProductOrder,
    columns={
        "id": t.cancellations.c.id,
        "externalId": t.cancellations.c.external_id,
        "productOrder.id": t.cancellations.c.order_id,
    },
    instants={"effectiveCancellationDate": t.cancellations.c.cancelled_at},
    render=_render,
    order=(("effectiveCancellationDate", True),),
)


def add_routes(router: APIRouter) -> None:
    router.add_api_route(
        PATH, cancel, methods=["POST"], operation_id="create_cancelProductOrder", status_code=201,
        summary="cancelProductOrder: take an order back", tags=[TAG], response_model=None,
        responses={
            201: {"model": CancelProductOrder, "description": "decided", "headers": LOCATION},
            **failures(400, 401, 403, 409, 413, 415),
        },
        openapi_extra=sent(CancellationWanted, "application/json"),
    )  # fmt: skip
    add_reading(
        router,
        CANCELLATIONS,
        scope="contracts:read",
        visible=visible,
        id=t.cancellations.c.id,
        tag=TAG,
        filters=[
            query("externalId", "the id that the client gave it"),
            query("productOrder.id", "of this order"),
        ],
    )
