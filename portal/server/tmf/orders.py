"""TMF622 ProductOrder: what was ordered and how far it is (endpoint 10)."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.guard import Caller
from portal.server.tmf import tables as t
from portal.server.tmf.documented import instant, query, words
from portal.server.tmf.lists import Resource, Rows
from portal.server.tmf.order_progress import settle
from portal.server.tmf.reading import add_reading
from portal.server.tmf.shapes import Note, ProductOrder, utc
from portal.server.tmf.view import ORDERING, View

PATH = f"{ORDERING}/productOrder"
STATES = [
    "acknowledged", "rejected", "pending", "held", "inProgress", "cancelled", "completed", "failed", "partial",
    "assessingCancellation", "pendingCancellation",
]  # fmt: skip


async def render(_: AsyncConnection, view: View, rows: Rows) -> list[ProductOrder]:
    return [_order(view, row) for row in rows]


def _order(view: View, row: Row[Any]) -> ProductOrder:
    return ProductOrder(
        id=row.id,
        href=view.href(PATH, row.id),
        type="ProductOrder",
        external_id=row.external_id,
        state=row.state,
        description=row.description or None,
        order_date=utc(row.ordered_at),
        expected_completion_date=utc(row.expected_at) if row.expected_at else None,
        completion_date=utc(row.completed_at) if row.completed_at else None,
        cancellation_date=utc(row.cancelled_at) if row.cancelled_at else None,
        cancellation_reason=row.cancellation_reason or None,
        note=[Note(text=row.note, author="e:service", date=utc(row.last_update))] if row.note else None,
        product_order_item=row.items,
        related_party=[view.customer()],
    )


def visible(who: Caller) -> Select[Any]:
    """Newest first."""
    return (
        select(t.orders)
        .where(t.orders.c.customer_id == who.customer_id)
        .order_by(t.orders.c.ordered_at.desc(), t.orders.c.id)
    )


ORDERS = Resource(
    path=PATH,
    shape=ProductOrder,
    columns={"id": t.orders.c.id, "externalId": t.orders.c.external_id, "state": t.orders.c.state},
    instants={"orderDate": t.orders.c.ordered_at},
    render=render,
    order=(("orderDate", True),),
)


def add_routes(router: APIRouter) -> None:
    add_reading(
        router,
        ORDERS,
        scope="contracts:read",
        visible=visible,
        before=settle,
        id=t.orders.c.id,
        tag="TMF622 product ordering",
        filters=[
            query("externalId", "the id that the client gave it"),
            words("state", "several may be given, comma separated", STATES),
            instant("orderDate.gte", "ordered then or later"),
        ],
    )
