"""Whether an order can be accepted as it stands, and what it comes to: prices, terms and dates from the database alone.

What the customer saw is compared with what holds now; nothing else of the body is believed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.errors import PortalError
from portal.server.tmf import tables as t
from portal.server.tmf.calendar import Term, add_months
from portal.server.tmf.money import taxed
from portal.server.tmf.order_bodies import SeenPrice, WantedItem
from portal.server.tmf.order_progress import TERMINAL
from portal.server.tmf.products import ENDED
from portal.server.tmf.view import View

COMING = {"active", "pendingActive", "suspended"}  # there, or on its way, and not about to end


@dataclass(frozen=True, slots=True)
class Checked:
    """An order that can be accepted: the option it is about (`product` when it is there already) and its conditions."""

    offering: Row[Any]
    contract_id: str
    product: Row[Any] | None
    prices: Sequence[Row[Any]]
    minimum_months: int
    quantity: int | None  # none: not sold in a quantity
    ends_on: date | None = None


async def check(connection: AsyncConnection, view: View, item: WantedItem) -> Checked:
    """Raises 400 for what does not exist, 409 for what cannot be."""
    found = await {"add": _add, "modify": _modify, "delete": _delete}[item.action](connection, view, item)
    _compare(item, found)
    return found


async def _add(connection: AsyncConnection, view: View, item: WantedItem) -> Checked:
    if item.product_offering is None or not item.product.product_relationship:
        raise _malformed("add needs productOffering and product.productRelationship")
    offering = await _offering(connection, item.product_offering.id)
    contract = await _product(connection, view, item.product.product_relationship[0].product.id)
    if contract.contract_id is not None:
        raise _unknown_product()
    if _has_ended(contract, view):
        raise refused("contractEnded", "the contract has ended")
    await _check_fit(connection, offering, contract)
    if not offering.sellable:
        raise refused("soldOut", "this cannot be booked at the moment")
    booked = [row for row in await _options(connection, contract.id) if not _has_ended(row, view)]
    if any(row.offering_id == offering.id for row in booked):
        raise refused("alreadyBooked", "this contract has the option, or it is on its way")
    await _check_others(connection, offering, contract, booked)
    if offering.quantity_unit is None and item.quantity != 1:
        raise _malformed("quantity: this option is not sold in a quantity")
    priced = t.offering_prices
    query = select(priced).where(priced.c.offering_id == offering.id).order_by(priced.c.position)
    quantity = item.quantity if offering.quantity_unit else None
    prices = (await connection.execute(query)).all()
    return Checked(offering, contract.id, None, prices, offering.minimum_term_months, quantity)


async def _check_fit(connection: AsyncConnection, offering: Row[Any], contract: Row[Any]) -> None:
    fits = [row.target_id for row in await _relations(connection, offering.id) if row.kind == "optionalFor"]
    if offering.kind != "option" or offering.lifecycle != "Launched" or contract.offering_id not in fits:
        raise refused("notOffered", "this is not offered for the contract")


async def _check_others(
    connection: AsyncConnection, offering: Row[Any], contract: Row[Any], booked: Sequence[Row[Any]]
) -> None:
    """What it needs must be there to stay; what it cannot stand beside (either way round) must not be there."""
    staying = {contract.offering_id}
    for row in booked:
        if row.status in COMING and not await _in_flight(connection, row.id, "delete"):
            staying.add(row.offering_id)
    there = {row.offering_id for row in booked}
    relations = await _relations(connection, offering.id)
    missing = [row for row in relations if row.kind == "requires" and row.target_id not in staying]
    if missing:
        raise refused("preconditionMissing", await _names(connection, (row.target_id for row in missing)))
    excluded = {row.target_id for row in relations if row.kind == "excludes"}
    r = t.offering_relationships.c
    others = select(r.offering_id).where(r.kind == "excludes", r.target_id == offering.id)
    excluded |= set((await connection.execute(others)).scalars())
    if clash := excluded & there:
        raise refused("excluded", await _names(connection, clash))


async def _modify(connection: AsyncConnection, view: View, item: WantedItem) -> Checked:
    option = await _option(connection, view, item)
    offering = await _offering(connection, option.offering_id)
    if option.status == "pendingTerminate" or await _in_flight(connection, option.id, "delete"):
        raise refused("alreadyTerminating", "the option is about to end")
    if offering.quantity_unit is None or option.status != "active":
        raise refused("notModifiable", "the option has no quantity that can be changed, or is not active yet")
    if await _in_flight(connection, option.id, "modify"):
        raise refused("notModifiable", "another change of this option is on its way")
    if option.quantity == item.quantity:
        raise refused("quantityUnchanged", "that is the quantity already")
    prices = await _own_prices(connection, option.id)
    return Checked(offering, option.contract_id, option, prices, option.minimum_term_months, item.quantity)


async def _delete(connection: AsyncConnection, view: View, item: WantedItem) -> Checked:
    option = await _option(connection, view, item)
    if option.status == "pendingTerminate" or await _in_flight(connection, option.id, "delete"):
        raise refused("alreadyTerminating", "the end of the option is booked already")
    if option.status == "pendingActive":
        raise refused("notModifiable", "the option is not active yet; its order can be cancelled")
    ends_on = first_day_without(option, view.today)
    needing = await _needing(connection, option, ends_on)
    if needing:
        raise refused("requiredByOther", ", ".join(sorted(row.name for row in needing)))
    offering = await _offering(connection, option.offering_id)
    prices = await _own_prices(connection, option.id)
    months = option.minimum_term_months
    return Checked(offering, option.contract_id, option, prices, months, option.quantity, ends_on)


def first_day_without(option: Row[Any], today: date) -> date:
    """After its own minimum term, and after the notice from today, at the end of a month."""
    term = Term(option.start_on, option.minimum_term_months, option.notice_months, option.renewal_months)
    over = add_months(today, term.notice_in_force(today))
    return max(term.minimum_end, add_months(over.replace(day=1), 1))


async def _needing(connection: AsyncConnection, option: Row[Any], ends_on: date) -> list[Row[Any]]:
    """Options of the same contract that need this one and would be there longer."""
    r, p = t.offering_relationships.c, t.products.c
    query = (
        select(t.products)
        .join(t.offering_relationships, and_(r.offering_id == p.offering_id, r.kind == "requires"))
        .where(p.contract_id == option.contract_id, r.target_id == option.offering_id, p.status.not_in(ENDED))
    )
    rows = (await connection.execute(query)).all()
    return [row for row in rows if row.ends_on is None or row.ends_on > ends_on]


async def _option(connection: AsyncConnection, view: View, item: WantedItem) -> Row[Any]:
    if item.product.id is None:
        raise _malformed(f"{item.action} needs product.id")
    option = await _product(connection, view, item.product.id)
    if option.contract_id is None:
        raise refused("notModifiable", "this is a contract, not an option")
    contract = await _product(connection, view, option.contract_id)
    if _has_ended(contract, view) or _has_ended(option, view):
        raise refused("contractEnded", "the contract or the option has ended")
    return option


async def _in_flight(connection: AsyncConnection, product_id: str, action: str) -> bool:
    o = t.orders.c
    query = select(o["items"]).where(o.product_id == product_id, o.state.not_in(TERMINAL))
    return any(items[0]["action"] == action for items in (await connection.execute(query)).scalars())


async def _offering(connection: AsyncConnection, id: str) -> Row[Any]:
    row = (await connection.execute(select(t.offerings).where(t.offerings.c.id == id))).first()
    if row is None:
        raise PortalError(400, "unknownOffering", "no such offering")
    return row


async def _product(connection: AsyncConnection, view: View, id: str) -> Row[Any]:
    p = t.products.c
    query = select(t.products).where(p.id == id, p.customer_id == view.customer_id)
    row = (await connection.execute(query)).first()
    if row is None:
        raise _unknown_product()
    return row


async def _options(connection: AsyncConnection, contract_id: str) -> Sequence[Row[Any]]:
    return (await connection.execute(select(t.products).where(t.products.c.contract_id == contract_id))).all()


async def _own_prices(connection: AsyncConnection, product_id: str) -> Sequence[Row[Any]]:
    priced = t.product_prices
    query = select(priced).where(priced.c.product_id == product_id).order_by(priced.c.position)
    return (await connection.execute(query)).all()


async def _relations(connection: AsyncConnection, offering_id: str) -> Sequence[Row[Any]]:
    r = t.offering_relationships
    return (await connection.execute(select(r).where(r.c.offering_id == offering_id))).all()


async def _names(connection: AsyncConnection, offering_ids: Iterable[str]) -> str:
    o = t.offerings.c
    query = select(o.name).where(o.id.in_(list(offering_ids))).order_by(o.name)
    return ", ".join((await connection.execute(query)).scalars())


def _has_ended(product: Row[Any], view: View) -> bool:
    return product.status in ENDED or (product.ends_on is not None and product.ends_on <= view.today)


def _compare(item: WantedItem, found: Checked) -> None:
    """What the customer saw must be what holds: nothing else, and nothing less."""
    if item.item_price is not None and not _same_prices(item.item_price, found.prices, item.action):
        raise refused("priceChanged", "the price is another one now")
    if any(term.duration.amount != found.minimum_months for term in item.item_term or ()):
        raise refused("termChanged", "the minimum term is another one now")


def check_date(view: View, item: WantedItem, ends_on: date | None) -> None:
    seen = item.product.termination_date
    if seen is None:
        return
    try:
        at = datetime.fromisoformat(seen)
    except ValueError as error:
        raise _malformed("product.terminationDate: an RFC 3339 instant is expected") from error
    if at.tzinfo is None:
        raise _malformed("product.terminationDate: an offset is needed")
    if ends_on is None or at != datetime.fromisoformat(view.instant(ends_on)):
        raise refused("dateChanged", "the option would end on another day")


def _same_prices(seen: Sequence[SeenPrice], prices: Sequence[Row[Any]], action: str) -> bool:
    """One-time prices are due when something is booked; later nobody needs to have seen them."""
    holding = {(row.kind, row.name): row for row in prices}
    shown = {(price.price_type, price.name) for price in seen}
    needed = {key for key in holding if action == "add" or key[0] == "recurring"}
    return needed <= shown and all(
        (row := holding.get((price.price_type, price.name))) is not None and _same_price(price, row) for price in seen
    )


def _same_price(seen: SeenPrice, row: Row[Any]) -> bool:
    amount, gross = taxed(row.net, row.tax_rate), seen.price.tax_included_amount
    return seen.price.duty_free_amount.value == amount.net and (gross is None or gross.value == amount.gross)


def refused(code: str, message: str) -> PortalError:
    return PortalError(409, code, message)


def _malformed(message: str) -> PortalError:
    return PortalError(400, "invalidBody", message)


def _unknown_product() -> PortalError:
    return PortalError(400, "unknownProduct", "no such contract or option")
