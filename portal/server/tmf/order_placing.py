"""TMF622 ProductOrder, POST: a customer books, changes or ends an option (endpoint 9). Always with a step-up.

Everything happens in one transaction behind one lock per customer: the step-up's entry is used up, the order is there
and the option is on its way, or nothing of it. The same `externalId` with the same body is the same order.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Row, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.guard import Caller, require_scope
from portal.server.access.step_up import body_digest, require_step_up
from portal.server.context import Context, Ctx
from portal.server.errors import PortalError
from portal.server.tmf import news
from portal.server.tmf import tables as t
from portal.server.tmf.documented import failures, sent
from portal.server.tmf.lists import json_response, render
from portal.server.tmf.operator import body_of
from portal.server.tmf.order_bodies import OrderWanted, WantedItem
from portal.server.tmf.order_checks import Checked, check, check_date
from portal.server.tmf.order_progress import CHECKED, INSTANT, alone_with_orders
from portal.server.tmf.orders import ORDERS, PATH, visible
from portal.server.tmf.products import price_of
from portal.server.tmf.shapes import ProductOrder
from portal.server.tmf.view import CATALOG, INVENTORY, View, view_of

SCOPE = "orders:write"
LOCATION = {"Location": {"schema": {"type": "string", "format": "uri"}, "required": True}}
Customer = Annotated[Caller, Depends(require_scope(SCOPE, steps_up=True))]


@dataclass(frozen=True, slots=True)
class _Placing:
    """Who orders what; `digest` is that of the whole body."""

    who: Caller
    view: View
    wanted: OrderWanted
    digest: str

    @property
    def item(self) -> WantedItem:
        return self.wanted.product_order_item[0]


async def place(request: Request, context: Ctx, who: Customer) -> Response:
    """What is refused anyway is refused before the step-up: nobody types a PIN for it, and no entry is used up."""
    wanted = await body_of(request, OrderWanted)
    raw = await request.body()
    async with context.database.writing() as connection:
        await alone_with_orders(context, connection, who.customer_id)
        placing = _Placing(who, await view_of(context, connection, who.customer_id), wanted, body_digest(raw))
        order_id = await _known(connection, placing)
        found = await _check(connection, placing) if order_id is None else None
        await require_step_up(
            context, connection, who, method=request.method, path=request.url.path, body=raw, scope=SCOPE
        )
        if found is not None:
            order_id = await _record(context, connection, placing, found)
        rows = (await connection.execute(visible(who).where(t.orders.c.id == order_id))).all()
        body = (await render(ORDERS, placing.view, connection, rows))[0]
    return json_response(body, 201, {"Location": str(body["href"])})


async def _known(connection: AsyncConnection, placing: _Placing) -> str | None:
    """The order of this `externalId`, should it have been placed before."""
    o = t.orders.c
    mine = (o.customer_id == placing.who.customer_id, o.external_id == placing.wanted.external_id)
    row = (await connection.execute(select(t.orders).where(*mine))).first()
    if row is not None and row.digest != placing.digest:
        raise PortalError(409, "externalIdConflict", "another order has this externalId")
    return None if row is None else str(row.id)


async def _check(connection: AsyncConnection, placing: _Placing) -> Checked:
    if any(party.id != placing.who.customer_id for party in placing.wanted.related_party):
        raise PortalError(400, "invalidBody", "relatedParty: not the customer of this token")
    found = await check(connection, placing.view, placing.item)
    check_date(placing.view, placing.item, found.ends_on)
    return found


async def _record(context: Context, connection: AsyncConnection, placing: _Placing, found: Checked) -> str:
    """The order, on its way from now on, and with it the option that it brings."""
    view, item = placing.view, placing.item
    product_id = found.product.id if found.product else await _book(connection, view, found)
    ahead = CHECKED if item.action == "add" and found.offering.feasibility_check else INSTANT
    pace, order_id = timedelta(seconds=context.settings.order_pace), f"o-{uuid4()}"
    await connection.execute(
        insert(t.orders).values(
            id=order_id,
            customer_id=placing.who.customer_id,
            account_id=placing.who.account_id,
            external_id=placing.wanted.external_id,
            digest=placing.digest,
            state="acknowledged",
            items=[_item(view, item, found, product_id)],
            ordered_at=view.now,
            expected_at=view.now + pace * len(ahead),
            last_update=view.now,
            product_id=product_id,
            ends_on=found.ends_on,
            ahead=list(ahead),
            due_at=view.now + pace,
        )
    )
    await news.order_created(context, connection, order_id)
    return order_id


async def _book(connection: AsyncConnection, view: View, found: Checked) -> str:
    """The option, not active yet, behind the others of its contract; its prices are its own from now on."""
    p, product_id = t.products.c, f"p-{uuid4()}"
    contract = (await connection.execute(select(t.products).where(p.id == found.contract_id))).one()
    family = or_(p.id == contract.id, p.contract_id == contract.id)
    last = (await connection.execute(select(func.max(p.position)).where(family))).scalar_one()
    shared = ("customer_id", "site_id", "billing_account_id", "contract_number", "cost_centre")
    terms = ("minimum_term_months", "notice_months", "renewal_months", "name")
    await connection.execute(
        insert(t.products).values(
            id=product_id,
            contract_id=contract.id,
            position=last,
            offering_id=found.offering.id,
            status="pendingActive",
            start_on=view.today,
            quantity=found.quantity,
            **{name: getattr(contract, name) for name in shared},
            **{name: getattr(found.offering, name) for name in terms},
        )
    )
    prices = [_own_price(product_id, row) for row in found.prices]
    if prices:
        await connection.execute(insert(t.product_prices), prices)
    return product_id


def _own_price(product_id: str, row: Row[Any]) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ("position", "name", "kind", "net", "tax_rate")}
    return {"id": f"{product_id}-p{row.position}", "product_id": product_id, **facts}


def _item(view: View, item: WantedItem, found: Checked, product_id: str) -> dict[str, Any]:
    """The item as accepted: with what holds, not with what was sent."""
    offering = {
        "id": found.offering.id,
        "href": view.href(f"{CATALOG}/productOffering", found.offering.id),
        "name": found.offering.name,
    }
    contract = {"id": found.contract_id, "href": view.href(f"{INVENTORY}/product", found.contract_id)}
    product: dict[str, Any] = {
        "id": product_id,
        "href": view.href(f"{INVENTORY}/product", product_id),
        "@type": "Product",
        "name": found.product.name if found.product else found.offering.name,
        "productRelationship": [{"relationshipType": "reliesOn", "product": contract}],
    }
    if found.ends_on is not None:
        product["terminationDate"] = view.instant(found.ends_on)
    return {
        "id": item.id,
        "action": item.action,
        "quantity": found.quantity or 1,
        "state": "acknowledged",
        "productOffering": offering,
        "product": product,
        "itemPrice": [_price(row) for row in found.prices],
        "itemTerm": [{"name": "minimumTerm", "duration": {"amount": found.minimum_months, "units": "month"}}],
    }


def _price(row: Row[Any]) -> dict[str, Any]:
    """The price of one."""
    period = {"recurringChargePeriod": "month"} if row.kind == "recurring" else {}
    price = price_of(row).model_dump(mode="json", by_alias=True)
    return {"name": row.name, "priceType": row.kind, **period, "price": price}


def add_routes(router: APIRouter) -> None:
    router.add_api_route(
        PATH, place, methods=["POST"], operation_id="create_productOrder", status_code=201,
        summary="productOrder: book, change or end an option", tags=["TMF622 product ordering"], response_model=None,
        responses={
            201: {"model": ProductOrder, "description": "accepted, or accepted before", "headers": LOCATION},
            **failures(400, 401, 403, 409, 413, 415),
        },
        openapi_extra=sent(OrderWanted, "application/json"),
    )  # fmt: skip
