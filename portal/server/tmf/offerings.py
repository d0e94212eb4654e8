"""TMF620 ProductOffering: what can be booked, at which price and on which conditions (endpoint 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from pydantic import JsonValue
from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.guard import Caller
from portal.server.tmf import tables as t
from portal.server.tmf.documented import query, words
from portal.server.tmf.lists import Resource, Rows
from portal.server.tmf.products import price_of
from portal.server.tmf.reading import add_reading
from portal.server.tmf.shapes import (
    Attachment,
    OfferingCharacteristic,
    OfferingPrice,
    OfferingRelationship,
    ProductOffering,
    Quantity,
    Term,
    utc,
)
from portal.server.tmf.view import CATALOG, DOCUMENTS, View

PATH = f"{CATALOG}/productOffering"


@dataclass(frozen=True, slots=True)
class _Details:
    prices: Sequence[Row[Any]]
    relations: Sequence[Row[Any]]
    papers: Sequence[Row[Any]]


async def render(connection: AsyncConnection, view: View, rows: Rows) -> list[ProductOffering]:
    ids = [row.id for row in rows]
    priced = t.offering_prices
    prices = await _grouped(
        connection, select(priced).where(priced.c.offering_id.in_(ids)).order_by(priced.c.position, priced.c.id)
    )
    papers = await _grouped(connection, select(t.documents).where(t.documents.c.offering_id.in_(ids)))
    relations = await _grouped(
        connection,
        select(t.offering_relationships, t.offerings.c.name)
        .join(t.offerings, t.offerings.c.id == t.offering_relationships.c.target_id)
        .where(t.offering_relationships.c.offering_id.in_(ids))
        .order_by(t.offering_relationships.c.kind, t.offering_relationships.c.target_id),
    )
    return [
        _offering(view, row, _Details(prices.get(row.id, []), relations.get(row.id, []), papers.get(row.id, [])))
        for row in rows
    ]


async def _grouped(connection: AsyncConnection, query: Select[Any]) -> dict[str, list[Row[Any]]]:
    grouped: dict[str, list[Row[Any]]] = {}
    for row in await connection.execute(query):
        grouped.setdefault(row.offering_id, []).append(row)
    return grouped


def _offering(view: View, row: Row[Any], details: _Details) -> ProductOffering:
    return ProductOffering(
        id=row.id,
        href=view.href(PATH, row.id),
        type="ProductOffering",
        name=row.name,
        description=row.description or None,
        is_bundle=False,
        is_sellable=row.sellable,
        lifecycle_status=row.lifecycle,
        last_update=utc(row.last_update),
        attachment=[_attachment(view, paper) for paper in details.papers] or None,
        product_offering_characteristic=_characteristics(row),
        product_offering_relationship=[
            OfferingRelationship(
                id=relation.target_id,
                href=view.href(PATH, relation.target_id),
                name=relation.name,
                relationship_type=relation.kind,
            )
            for relation in details.relations
        ]
        or None,
        product_offering_term=[
            Term(name="Mindestlaufzeit", duration=Quantity(amount=row.minimum_term_months, units="month"))
        ],
        product_offering_price=[_price(price) for price in details.prices] or None,
    )


def _characteristics(row: Row[Any]) -> list[OfferingCharacteristic]:
    facts: list[tuple[str, JsonValue]] = [
        ("kind", row.kind),
        ("lineOfBusiness", row.line_of_business),
        ("noticePeriod", f"P{row.notice_months}M"),
        ("renewalPeriod", f"P{row.renewal_months}M"),
        ("feasibilityCheck", row.feasibility_check),
    ]
    if row.quantity_unit:
        facts.append(("quantityUnit", row.quantity_unit))
    return [OfferingCharacteristic(name=name, value=value) for name, value in facts]


def _price(row: Row[Any]) -> OfferingPrice:
    recurring = row.kind == "recurring"
    return OfferingPrice(
        id=row.id,
        name=row.name,
        price_type=row.kind,
        recurring_charge_period="month" if recurring else None,
        recurring_charge_period_length=1 if recurring else None,
        price=price_of(row),
    )


def _attachment(view: View, row: Row[Any]) -> Attachment:
    return Attachment(
        id=row.id,
        name=row.name,
        attachment_type=row.kind,
        mime_type=row.mime_type,
        url=view.href(DOCUMENTS, row.id),
        size=Quantity(amount=row.size, units="B") if row.size else None,
    )


def visible(_: Caller) -> Select[Any]:
    """The catalogue is the same for everyone."""
    return select(t.offerings).order_by(t.offerings.c.kind, t.offerings.c.line_of_business, t.offerings.c.name)


OFFERINGS = Resource(
    path=PATH,
    shape=ProductOffering,
    columns={
        "id": t.offerings.c.id,
        "name": t.offerings.c.name,
        "lifecycleStatus": t.offerings.c.lifecycle,
    },
    instants={"lastUpdate": t.offerings.c.last_update},
    render=render,
)


def add_routes(router: APIRouter) -> None:
    add_reading(
        router,
        OFFERINGS,
        scope="contracts:read",
        visible=visible,
        id=t.offerings.c.id,
        tag="TMF620 product catalogue",
        filters=[
            words("lifecycleStatus", "what can be booked is Launched", ["Launched", "Retired"]),
            query("productOfferingRelationship.id", "options for this contract offering"),
            query("id", "several may be given, comma separated"),
        ],
    )
