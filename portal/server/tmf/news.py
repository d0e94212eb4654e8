"""What changed, told to those who may read it: each in the transaction of its cause, thin (no amounts)."""

from typing import Any
from zoneinfo import ZoneInfo

from pydantic import JsonValue
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.audience import listeners
from portal.server.access.tables import customers
from portal.server.context import Context
from portal.server.events.record import Event, record
from portal.server.tmf import tables as t
from portal.server.tmf.calendar import instant
from portal.server.tmf.view import BILLING, ORDERING, SERVICES


async def bill_created(context: Context, connection: AsyncConnection, bill_id: str) -> None:
    await _bill(context, connection, "CustomerBillCreateEvent", bill_id)


async def bill_changed(context: Context, connection: AsyncConnection, bill_id: str) -> None:
    """Its state is another one, or as much of it is paid as was not before."""
    await _bill(context, connection, "CustomerBillStateChangeEvent", bill_id)


async def order_created(context: Context, connection: AsyncConnection, order_id: str) -> None:
    await _order(context, connection, "ProductOrderCreateEvent", order_id)


async def order_changed(context: Context, connection: AsyncConnection, order_id: str) -> None:
    await _order(context, connection, "ProductOrderStateChangeEvent", order_id)


async def service_changed(context: Context, connection: AsyncConnection, row: Row[Any]) -> None:
    """A diversion is another one, whoever changed it."""
    href = f"{context.settings.public_url}{SERVICES}/service/{row.id}"
    resource: dict[str, JsonValue] = {"id": row.id, "href": href, "category": row.category, "name": row.name}
    event = Event("ServiceAttributeValueChangeEvent", row.customer_id, context.now(), "service", resource)
    await record(connection, event, await listeners(connection, row.customer_id, "pbx:read"))


async def _bill(context: Context, connection: AsyncConnection, type: str, bill_id: str) -> None:
    b = t.bills.c
    query = select(b.id, b.number, b.billed_on, b.state, b.customer_id, customers.c.zoneinfo)
    joined = query.join(customers, customers.c.id == b.customer_id).where(b.id == bill_id)
    bill = (await connection.execute(joined)).one()
    resource: dict[str, JsonValue] = {
        "id": bill.id,
        "href": f"{context.settings.public_url}{BILLING}/customerBill/{bill.id}",
        "billNo": bill.number,
        "billDate": instant(bill.billed_on, ZoneInfo(bill.zoneinfo)),
        "state": bill.state,
    }
    event = Event(type, bill.customer_id, context.now(), "customerBill", resource)
    await record(connection, event, await listeners(connection, bill.customer_id, "bills:read"))


async def _order(context: Context, connection: AsyncConnection, type: str, order_id: str) -> None:
    """Dated as its state is: one that became due while nobody looked came then, not now."""
    order = (await connection.execute(select(t.orders).where(t.orders.c.id == order_id))).one()
    resource: dict[str, JsonValue] = {
        "id": order.id,
        "href": f"{context.settings.public_url}{ORDERING}/productOrder/{order.id}",
        "state": order.state,
        # TM Forum's schema demands the items of every order, and of an item these two
        "productOrderItem": [{"id": item["id"], "action": item["action"]} for item in order.items],
    }
    if order.external_id:
        resource["externalId"] = order.external_id
    event = Event(type, order.customer_id, order.last_update, "productOrder", resource)
    await record(connection, event, await listeners(connection, order.customer_id, "contracts:read"))
