"""How orders move: by time, by the operator, or to their end by a cancellation; and what each end does to the option.

What is due is decided from the instants in the database: when somebody reads, when somebody changes, and by a beat for
whoever waits for news. A clock that jumps makes several steps at once, each dated as it was due.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.tables import customers
from portal.server.context import Context
from portal.server.database import exclusively
from portal.server.loops import beside
from portal.server.tmf import news
from portal.server.tmf import tables as t

log = logging.getLogger(__name__)
BEAT = 1.0  # seconds
TERMINAL = {"rejected", "cancelled", "completed", "failed", "partial"}
INSTANT = ("inProgress", "completed")
CHECKED = ("pending", *INSTANT)


async def alone_with_orders(context: Context, connection: AsyncConnection, customer_id: str) -> None:
    """Until the transaction ends nobody else changes this customer's orders and options; they are as of now."""
    await exclusively(connection, f"orders {customer_id}")
    o = t.orders.c
    while due := (await connection.execute(_due(context.now()).where(o.customer_id == customer_id))).all():
        for order in due:
            await _step(context, connection, order)


async def settle(context: Context, customer_id: str) -> None:
    """Brings this customer's orders up to now; costs one look where nothing is due."""
    async with context.database.reading() as connection:
        query = _due(context.now()).where(t.orders.c.customer_id == customer_id)
        if (await connection.execute(query.limit(1))).first() is None:
            return
    async with context.database.writing() as connection:
        await alone_with_orders(context, connection, customer_id)


async def settle_all(context: Context) -> None:
    async with context.database.reading() as connection:
        waiting = {order.customer_id for order in await connection.execute(_due(context.now()))}
    for customer_id in sorted(waiting):
        await settle(context, customer_id)


@asynccontextmanager
async def running(context: Context) -> AsyncIterator[None]:
    """The beat, for as long as the block lasts."""
    async with beside(_beat(context)):
        yield


async def _beat(context: Context) -> None:
    while True:
        try:
            await settle_all(context)
        except Exception:  # a loop that ended would be noticed by nobody
            log.exception("orders did not move")
        await asyncio.sleep(BEAT)


def _due(now: datetime) -> Any:
    return select(t.orders).where(t.orders.c.due_at <= now).order_by(t.orders.c.due_at, t.orders.c.id)


async def _step(context: Context, connection: AsyncConnection, order: Row[Any]) -> None:
    state, *ahead = order.ahead
    await enter(context, connection, order, state, order.due_at, ahead=ahead)


async def enter(
    context: Context,
    connection: AsyncConnection,
    order: Row[Any],
    state: str,
    at: datetime,
    *,
    ahead: Sequence[str] = (),
    **more: str | datetime | None,
) -> None:
    """The order is in this state from then on; at its end the option becomes what was ordered, or what it was."""
    pace = timedelta(seconds=context.settings.order_pace)
    values: dict[str, Any] = {
        "state": state,
        "items": [{**item, "state": state} for item in order.items],
        "ahead": list(ahead),
        "due_at": at + pace if ahead else None,
        "expected_at": at + pace * len(ahead) if ahead else order.expected_at,
        "last_update": at,
        **more,
    }
    if state == "completed":
        values["completed_at"] = at
        await _deliver(connection, order, at)
    elif state in TERMINAL:
        await _undo(connection, order)
    await connection.execute(update(t.orders).where(t.orders.c.id == order.id).values(values))
    if state != order.state:
        await news.order_changed(context, connection, order.id)


async def _deliver(connection: AsyncConnection, order: Row[Any], at: datetime) -> None:
    item = order.items[0]
    changed = update(t.products).where(t.products.c.id == order.product_id)
    match item["action"]:
        case "add":
            started = await _local_day(connection, order.customer_id, at)
            await connection.execute(changed.values(status="active", start_on=started))
        case "modify":
            await connection.execute(changed.values(quantity=item["quantity"]))
        case "delete":
            await connection.execute(changed.values(status="pendingTerminate", ends_on=order.ends_on))


async def _undo(connection: AsyncConnection, order: Row[Any]) -> None:
    """An option that was to come is gone as if it had never been; one that is there stays as it is."""
    if order.items[0]["action"] == "add" and order.product_id is not None:
        prices, products = t.product_prices, t.products
        await connection.execute(delete(prices).where(prices.c.product_id == order.product_id))
        await connection.execute(delete(products).where(products.c.id == order.product_id))


async def _local_day(connection: AsyncConnection, customer_id: str, at: datetime) -> date:
    query = select(customers.c.zoneinfo).where(customers.c.id == customer_id)
    return at.astimezone(ZoneInfo((await connection.execute(query)).scalar_one())).date()
