"""The half of the portal that changes nothing, and may be handed to anybody.

Every method takes the connection's access token and gives facts of `portal.models`, or raises one of `portal.errors`.
`TokenExpired` is not handled here: refreshing needs a lease and a commit, and those are the service's.
"""

import datetime as dt
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.answers import Node, as_list, as_node, maybe_text, node, text, texts
from portal.bodies import midnight
from portal.calls import Calls, segment
from portal.discovery import Discovery
from portal.documents import Documents, File
from portal.errors import BadAnswer
from portal.models import (
    AccessToken,
    BilledProduct,
    Contract,
    Document,
    Extension,
    Invoice,
    InvoiceLine,
    LineKind,
    Offering,
    Option,
    Order,
    OrderState,
    Page,
    Role,
    Target,
    UserInfo,
)
from portal.tmf.bills import invoice, invoice_line
from portal.tmf.orders import order
from portal.tmf.products import billed_product, contract, offering, option, relied_on
from portal.tmf.services import extension, target
from portal.wire import Reply

BERLIN = ZoneInfo("Europe/Berlin")
PAGE = 500
MOST_PAGES = 40
IDS_AT_ONCE = 40  # keeps the address of a request short
OPEN_STATES = tuple(state.value for state in OrderState if state.value and not state.ended)

# What a list of contracts shows and is searched by; prices and documents are most of the work on both sides.
LISTED = (
    "name,description,status,terminationDate,productOffering,agreement,place,productCharacteristic,productRelationship"
)

Query = dict[str, str]


class PortalReads:
    """The half of the portal that changes nothing."""

    def __init__(self, calls: Calls, discovery: Discovery) -> None:
        self._calls = calls
        self._discovery = discovery
        self._documents = Documents(calls)

    async def userinfo(self, token: AccessToken) -> UserInfo:
        """The account behind the token, with its roles."""
        url = (await self._discovery.endpoints()).userinfo
        return _userinfo(as_node((await self._calls.read(url, token))[0]))

    async def contracts(self, token: AccessToken, *, zone: ZoneInfo = BERLIN) -> tuple[Contract, ...]:
        """All contracts of the customer as a list needs them: without start, prices and documents."""
        found = self._all(f"{self._calls.access.tmf.inventory}/product", token, {"fields": LISTED})
        return tuple([contract(product, zone) async for product in found if relied_on(product) is None])

    async def contract(self, token: AccessToken, contract_id: str, *, zone: ZoneInfo = BERLIN) -> Contract:
        """One contract, complete."""
        found, _ = await self._calls.read(f"{self._calls.access.tmf.inventory}/product/{segment(contract_id)}", token)
        return contract(as_node(found), zone)

    async def options(self, token: AccessToken, contract_id: str, *, zone: ZoneInfo = BERLIN) -> tuple[Option, ...]:
        """The options booked on a contract."""
        query = {"productRelationship.product.id": contract_id}
        found = self._all(f"{self._calls.access.tmf.inventory}/product", token, query)
        return tuple([option(product, zone) async for product in found if relied_on(product) == contract_id])

    async def offerings(self, token: AccessToken, contract_offering_id: str) -> tuple[Offering, ...]:
        """The options that can be booked on contracts of one offering."""
        query = {"lifecycleStatus": "Launched", "productOfferingRelationship.id": contract_offering_id}
        found = [
            offering(entry)
            async for entry in self._all(f"{self._calls.access.tmf.catalog}/productOffering", token, query)
        ]
        # The filter also matches offerings that require or exclude it.
        return tuple(o for o in found if o.on_sale and any(r.id == contract_offering_id for r in o.optional_for))

    async def offering(self, token: AccessToken, offering_id: str) -> Offering:
        """One offering."""
        url = f"{self._calls.access.tmf.catalog}/productOffering/{segment(offering_id)}"
        return offering(as_node((await self._calls.read(url, token))[0]))

    async def invoices(
        self,
        token: AccessToken,
        *,
        offset: int = 0,
        limit: int = 10,
        sort: str = "-billDate",
        number: str | None = None,
        states: tuple[str, ...] = (),
        dated_from: dt.date | None = None,
        dated_before: dt.date | None = None,
        updated_since: dt.datetime | None = None,
        account_id: str | None = None,
        zone: ZoneInfo = BERLIN,
    ) -> Page[Invoice]:
        """One page of invoices, newest first; `states` are the wire's (`sent`, `settled`, ...)."""
        query = {"sort": sort}
        if number:
            query["billNo"] = number
        if states:
            query["state"] = ",".join(states)
        if dated_from:
            query["billDate.gte"] = midnight(dated_from, zone)
        if dated_before:
            query["billDate.lt"] = midnight(dated_before, zone)
        if updated_since:
            query["lastUpdate.gte"] = updated_since.astimezone(dt.UTC).isoformat(timespec="milliseconds")
        if account_id:
            query["billingAccount.id"] = account_id
        url = f"{self._calls.access.tmf.bills}/customerBill"
        bills, reply = await self._page(url, token, query, offset, limit)
        total = reply.headers.get("X-Total-Count", "")
        return Page(
            items=tuple(invoice(bill, zone) for bill in bills[:limit]),
            offset=offset,
            more=_more(reply, len(bills), limit),
            total=int(total) if total.isascii() and total.isdecimal() and len(total) < 10 else None,
        )

    async def bills_since(
        self, token: AccessToken, since: dt.datetime, *, account_id: str | None = None, zone: ZoneInfo = BERLIN
    ) -> AsyncIterator[Invoice]:
        """Every invoice that came or changed at `since` or later, each state of it once.

        The next `since` is the moment *before* this was called, less an overlap. The latest change comes first, so
        what changes meanwhile only pushes the rest back: it is read twice, never skipped. And when a list was longer
        than a page, its beginning is read again until it brings nothing new: there is what jumped ahead.
        """
        query = {"sort": "-lastUpdate", "lastUpdate.gte": since.astimezone(dt.UTC).isoformat(timespec="milliseconds")}
        if account_id:
            query["billingAccount.id"] = account_id
        url, seen = f"{self._calls.access.tmf.bills}/customerBill", set[tuple[str, str]]()
        offset = 0
        for _ in range(MOST_PAGES):
            bills, reply = await self._page(url, token, query, offset, PAGE)
            fresh = {key: bill for bill in bills if (key := _version(bill)) not in seen}
            seen.update(fresh)
            for bill in fresh.values():
                yield invoice(bill, zone)
            if fresh and _more(reply, len(bills), PAGE):
                offset += len(bills)
            elif offset:
                offset = 0
            else:
                return
        raise BadAnswer("a list without end")

    async def invoice(self, token: AccessToken, invoice_id: str, *, zone: ZoneInfo = BERLIN) -> Invoice:
        """One invoice."""
        url = f"{self._calls.access.tmf.bills}/customerBill/{segment(invoice_id)}"
        return invoice(as_node((await self._calls.read(url, token))[0]), zone)

    async def invoice_lines(
        self, token: AccessToken, invoice_id: str, *, zone: ZoneInfo = BERLIN
    ) -> tuple[InvoiceLine, ...]:
        """The lines of an invoice."""
        url = f"{self._calls.access.tmf.bills}/appliedCustomerBillingRate"
        return tuple([invoice_line(rate, zone) async for rate in self._all(url, token, {"bill.id": invoice_id})])

    async def billed_products(self, token: AccessToken, product_ids: Iterable[str]) -> dict[str, BilledProduct]:
        """The contracts and options that lines of an invoice are about, by id; those that are no more are missing."""
        wanted = sorted({product_id for product_id in product_ids if "," not in product_id})
        found: dict[str, BilledProduct] = {}
        for start in range(0, len(wanted), IDS_AT_ONCE):
            some = ",".join(wanted[start : start + IDS_AT_ONCE])
            query = {"id": some, "fields": "name,productOffering,agreement,place,productRelationship"}
            async for product in self._all(f"{self._calls.access.tmf.inventory}/product", token, query):
                one = billed_product(product)
                found[one.id] = one
        return found

    async def orders(
        self, token: AccessToken, *, open_only: bool = False, zone: ZoneInfo = BERLIN
    ) -> tuple[Order, ...]:
        """The customer's orders, newest first; `open_only` leaves out those to which nothing more will happen."""
        query = {"state": ",".join(OPEN_STATES)} if open_only else {}
        found = [order(entry, zone) async for entry in self._all(self._calls.access.tmf.orders, token, query)]
        return tuple(one for one in found if not (open_only and one.state.ended))

    async def order(self, token: AccessToken, order_id: str, *, zone: ZoneInfo = BERLIN) -> Order:
        """One order."""
        url = f"{self._calls.access.tmf.orders}/{segment(order_id)}"
        return order(as_node((await self._calls.read(url, token))[0]), zone)

    async def find_order(self, token: AccessToken, external_id: str, *, zone: ZoneInfo = BERLIN) -> Order | None:
        """The order that was placed under this id, if it was; how a lost answer is cleared up."""
        async for entry in self._all(self._calls.access.tmf.orders, token, {"externalId": external_id}):
            # A portal that ignores the filter lists everything.
            if maybe_text(entry, "externalId") == external_id:
                return order(entry, zone)
        return None

    async def extensions(self, token: AccessToken) -> tuple[Extension, ...]:
        """The extensions of the customer's cloud PBX."""
        return await self._services(token, LineKind.EXTENSION)

    async def ranges(self, token: AccessToken) -> tuple[Extension, ...]:
        """The number ranges of the customer's cloud PBX."""
        return await self._services(token, LineKind.NUMBER_RANGE)

    async def extension(self, token: AccessToken, extension_id: str) -> Extension:
        """One extension or range, with the entity tag that a change will need."""
        found, reply = await self._calls.read(self._calls.access.tmf.service(extension_id), token)
        return extension(as_node(found), reply.headers.get("ETag"))

    async def targets(self, token: AccessToken) -> tuple[Target, ...]:
        """The customer's approved targets."""
        found = self._all(self._calls.access.tmf.targets, token, {})
        return tuple([target(entry) async for entry in found])

    def document(self, token: AccessToken, document: Document) -> AbstractAsyncContextManager[File]:
        """`async with portal.document(token, document) as file:` the complete file."""
        return self._documents.fetch(token, document)

    async def _services(self, token: AccessToken, kind: LineKind) -> tuple[Extension, ...]:
        url = f"{self._calls.access.tmf.services}/service"
        found = [extension(service) async for service in self._all(url, token, {"category": kind.value})]
        return tuple(one for one in found if one.kind is kind)

    async def _all(self, url: str, token: AccessToken, query: Query) -> AsyncIterator[Node]:
        """Every entry of a list, page by page, whatever the portal says about totals (PORTAL-API 1.4)."""
        seen: set[str] = set()
        offset = 0
        for _ in range(MOST_PAGES):
            entries, reply = await self._page(url, token, query, offset, PAGE)
            fresh = {text(entry, "id"): entry for entry in entries if entry.get("id") not in seen}
            seen.update(fresh)
            for entry in fresh.values():
                yield entry
            # A page without anything new ends it: a server that ignores `offset` would never stop.
            if not fresh or not _more(reply, len(entries), PAGE):
                return
            offset += len(entries)
        raise BadAnswer("a list without end")

    async def _page(
        self, url: str, token: AccessToken, query: Query, offset: int, limit: int
    ) -> tuple[list[Node], Reply]:
        found, reply = await self._calls.read(url, token, {**query, "offset": str(offset), "limit": str(limit)})
        return as_list(found), reply


def _more(reply: Reply, got: int, limit: int) -> bool:
    """Whether another page may exist; a short page with 200 and without a next link is the last one."""
    return got > 0 and (got >= limit or reply.status == 206 or 'rel="next"' in reply.headers.get("Link", ""))


def _version(bill: Node) -> tuple[str, str]:
    """An invoice in one of its states."""
    return text(bill, "id"), f"{maybe_text(bill, 'lastUpdate')} {maybe_text(bill, 'state')}"


def _userinfo(claims: Node) -> UserInfo:
    customer = node(claims, "customer")
    try:
        zone = ZoneInfo(maybe_text(claims, "zoneinfo") or "Europe/Berlin")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadAnswer("an unknown time zone") from None
    known = {role.value: role for role in Role}
    return UserInfo(
        subject=text(claims, "sub"),
        name=maybe_text(claims, "name") or "",
        username=maybe_text(claims, "preferred_username") or text(claims, "sub"),
        customer_id=text(customer, "id"),
        customer_name=maybe_text(customer, "name") or "",
        roles=frozenset(known[role] for role in texts(claims, "roles") if role in known),
        locale=maybe_text(claims, "locale") or "de",
        zone=zone,
    )
