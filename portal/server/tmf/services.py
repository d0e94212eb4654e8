"""TMF640 Service: extensions and number ranges of the cloud telephone system (endpoint 15)."""

from typing import Any

from fastapi import APIRouter
from pydantic import JsonValue
from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.guard import Caller
from portal.server.tmf import tables as t
from portal.server.tmf.documented import query, words
from portal.server.tmf.lists import Resource, Rows
from portal.server.tmf.reading import add_reading
from portal.server.tmf.shapes import Characteristic, RelatedPlace, Service
from portal.server.tmf.view import INVENTORY, SERVICES, View

PATH = f"{SERVICES}/service"
TYPES = {"cloudPbxExtension": "CloudPbxExtension", "cloudPbxNumberRange": "CloudPbxNumberRange"}


async def render(_: AsyncConnection, view: View, rows: Rows) -> list[Service]:
    return [_service(view, row) for row in rows]


def _service(view: View, row: Row[Any]) -> Service:
    product: list[dict[str, JsonValue]] | None = None
    if row.product_id:
        href = view.href(f"{INVENTORY}/product", row.product_id)
        product = [{"id": row.product_id, "href": href, "role": "contract", "@referredType": "Product"}]
    return Service(
        id=row.id,
        href=view.href(PATH, row.id),
        type=TYPES[row.category],
        base_type="Service",
        name=row.name,
        category=row.category,
        state=row.state,
        place=[RelatedPlace(id=row.site_id, name=row.site_name)] if row.site_id else None,
        related_party=[view.customer()],
        related_entity=product,
        service_characteristic=[
            Characteristic(name=name, value_type=_kind(value), value=value)
            for name, value in row.characteristics.items()
        ],
        call_forwarding=row.call_forwarding,
        call_forwarding_capability=row.capability,
    )


def _kind(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, list):
        return "array"
    return "integer" if isinstance(value, int) else "string"


def visible(who: Caller) -> Select[Any]:
    return (
        select(t.services, t.sites.c.name.label("site_name"))
        .outerjoin(t.sites, t.sites.c.id == t.services.c.site_id)
        .where(t.services.c.customer_id == who.customer_id)
        .order_by(t.services.c.position, t.services.c.id)
    )


RESOURCE = Resource(
    path=PATH,
    shape=Service,
    columns={
        "id": t.services.c.id,
        "category": t.services.c.category,
        "state": t.services.c.state,
        "name": t.services.c.name,
        "place.id": t.services.c.site_id,
        "relatedEntity.id": t.services.c.product_id,
    },
    instants={},
    render=render,
    versioned=True,
)


def add_routes(router: APIRouter) -> None:
    add_reading(
        router,
        RESOURCE,
        scope="pbx:read",
        visible=visible,
        id=t.services.c.id,
        tag="TMF640 service activation and configuration",
        filters=[
            words("category", "extensions or number ranges", list(TYPES)),
            query("id", "several may be given, comma separated"),
            query("place.id", "at this site"),
        ],
    )
