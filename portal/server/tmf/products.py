"""TMF637 Product: contracts and booked options (endpoint 7)."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from pydantic import JsonValue
from sqlalchemy import Row, Select, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.guard import Caller
from portal.server.tmf import tables as t
from portal.server.tmf.calendar import Term
from portal.server.tmf.documented import query, words
from portal.server.tmf.lists import Resource, Rows
from portal.server.tmf.money import taxed
from portal.server.tmf.order_progress import settle
from portal.server.tmf.reading import add_reading
from portal.server.tmf.shapes import (
    Characteristic,
    DocumentRef,
    Money,
    Price,
    Product,
    ProductPrice,
    ProductRelationship,
    Quantity,
    Reference,
    RelatedPlace,
)
from portal.server.tmf.shapes import Term as TermShape
from portal.server.tmf.view import CATALOG, DOCUMENTS, INVENTORY, View

STATUSES = [
    "created", "pendingActive", "cancelled", "active", "pendingTerminate", "terminated", "suspended", "aborted ",
]  # fmt: skip
PATH = f"{INVENTORY}/product"
ENDED = {"terminated", "cancelled", "aborted "}


def statement() -> Select[Any]:
    """Contracts in their order, each followed by its options."""
    p = t.products.c
    return (
        select(
            *t.products.c,
            t.offerings.c.name.label("offering_name"),
            t.offerings.c.line_of_business,
            t.sites.c.name.label("site_name"),
            t.billing_accounts.c.name.label("billing_account_name"),
        )
        .join(t.offerings, t.offerings.c.id == p.offering_id)
        .join(t.billing_accounts, t.billing_accounts.c.id == p.billing_account_id)
        .outerjoin(t.sites, t.sites.c.id == p.site_id)
        .order_by(p.position, case((p.contract_id.is_(None), 0), else_=1), p.start_on, p.id)
    )


async def render(connection: AsyncConnection, view: View, rows: Rows) -> list[Product]:
    ids = [row.id for row in rows]
    prices, papers = {}, {}
    if view.wants("productPrice"):
        prices = await _by_product(connection, select(t.product_prices).where(t.product_prices.c.product_id.in_(ids)))
    if view.wants("document"):
        papers = await _by_product(connection, select(t.documents).where(t.documents.c.product_id.in_(ids)))
    return [_product(view, row, prices.get(row.id, []), papers.get(row.id, [])) for row in rows]


async def _by_product(connection: AsyncConnection, query: Select[Any]) -> dict[str, list[Row[Any]]]:
    grouped: dict[str, list[Row[Any]]] = {}
    for row in await connection.execute(query):
        grouped.setdefault(row.product_id, []).append(row)
    for group in grouped.values():
        group.sort(key=lambda row: (row.position, row.id))
    return grouped


def _product(view: View, row: Row[Any], prices: Sequence[Row[Any]], papers: Sequence[Row[Any]]) -> Product:
    term = Term(row.start_on, row.minimum_term_months, row.notice_months, row.renewal_months)
    return Product(
        id=row.id,
        href=view.href(PATH, row.id),
        type="Product",
        name=row.name,
        description=row.description or None,
        status=row.status,
        start_date=view.instant(row.start_on),
        termination_date=view.instant(row.ends_on) if row.ends_on else None,
        is_bundle=False,
        is_customer_visible=True,
        billing_account=_billing_account(row) if view.wants("billingAccount") else None,
        product_offering=Reference(
            id=row.offering_id, href=view.href(f"{CATALOG}/productOffering", row.offering_id), name=row.offering_name
        ),
        agreement=[Reference(id=row.contract_number, name=f"Vertrag {row.contract_number}")],
        place=[RelatedPlace(id=row.site_id, name=row.site_name)] if row.site_id else None,
        product_characteristic=_characteristics(view, row, term) if view.wants("productCharacteristic") else None,
        product_term=[_term(view, row, term)] if view.wants("productTerm") else None,
        product_price=[product_price(price, row.quantity or 1) for price in prices] or None,
        product_relationship=_contract(view, row),
        related_party=[view.customer()] if view.wants("relatedParty") else None,
        document=[document(view, paper) for paper in papers] or None,
    )


def _billing_account(row: Row[Any]) -> Reference:
    return Reference(id=row.billing_account_id, name=row.billing_account_name)


def _term(view: View, row: Row[Any], term: Term) -> TermShape:
    return TermShape(
        name="Mindestlaufzeit",
        duration=Quantity(amount=row.minimum_term_months, units="month"),
        valid_for=view.period(term.start, term.minimum_end),
    )


def _characteristics(view: View, row: Row[Any], term: Term) -> list[Characteristic]:
    facts: list[tuple[str, str, JsonValue]] = [("lineOfBusiness", "string", row.line_of_business)]
    facts += [("phoneNumber", "string", number) for number in row.phone_numbers]
    facts += [
        ("noticePeriod", "string", f"P{term.notice_in_force(view.today)}M"),
        ("renewalPeriod", "string", f"P{row.renewal_months}M"),
        ("minimumTermEnd", "date", term.minimum_end.isoformat()),
    ]
    if row.ends_on is None and row.status not in ENDED:
        facts.append(("lastDayForNotice", "date", term.last_day_for_notice(view.today).isoformat()))
    optional = [
        ("costCentre", "string", row.cost_centre),
        ("bandwidth", "string", row.bandwidth),
        ("seats", "integer", row.seats),
        ("quantity", "integer", row.quantity),
    ]
    facts += [fact for fact in optional if fact[2] is not None]
    return [Characteristic(name=name, value_type=kind, value=value) for name, kind, value in facts]


def _contract(view: View, row: Row[Any]) -> list[ProductRelationship] | None:
    if row.contract_id is None:
        return None
    contract = Reference(id=row.contract_id, href=view.href(PATH, row.contract_id))
    return [ProductRelationship(relationship_type="reliesOn", product=contract)]


def product_price(row: Row[Any], quantity: int) -> ProductPrice:
    """What the whole quantity costs; the price of one stands in the offering."""
    recurring = row.kind == "recurring"
    return ProductPrice(
        name=row.name,
        price_type=row.kind,
        recurring_charge_period="month" if recurring else None,
        price=price_of(row, quantity),
    )


def price_of(row: Row[Any], quantity: int = 1) -> Price:
    amount = taxed(row.net * quantity, row.tax_rate)
    return Price(
        tax_rate=row.tax_rate,
        duty_free_amount=Money(value=amount.net),
        tax_included_amount=Money(value=amount.gross),
    )


def document(view: View, row: Row[Any]) -> DocumentRef:
    return DocumentRef(
        id=row.id,
        name=row.name,
        url=view.href(DOCUMENTS, row.id),
        mime_type=row.mime_type,
        category=row.kind,
        size=Quantity(amount=row.size, units="B") if row.size else None,
    )


PRODUCTS = Resource(
    path=PATH,
    shape=Product,
    columns={
        "id": t.products.c.id,
        "status": t.products.c.status,
        "productRelationship.product.id": t.products.c.contract_id,
        "productRelationship.relationshipType": case((t.products.c.contract_id.is_not(None), "reliesOn")),
        "productOffering.id": t.products.c.offering_id,
        "billingAccount.id": t.products.c.billing_account_id,
        "place.id": t.products.c.site_id,
        "agreement.id": t.products.c.contract_number,
    },
    instants={},
    render=render,
)


def visible(who: Caller) -> Select[Any]:
    return statement().where(t.products.c.customer_id == who.customer_id)


def add_routes(router: APIRouter) -> None:
    add_reading(
        router,
        PRODUCTS,
        scope="contracts:read",
        visible=visible,
        before=settle,
        id=t.products.c.id,
        tag="TMF637 product inventory",
        filters=[
            words("status", "several may be given, comma separated", STATUSES),
            query("id", "several may be given, comma separated"),
            query("productRelationship.product.id", "the options of this contract"),
            query("productOffering.id", "contracts or options of this offering"),
            query("billingAccount.id", "what is billed to this account"),
        ],
    )
