"""The portal as the bot uses it: `PortalReads` may be handed to anybody, `Portal` is for services.

Every method takes the connection's access token and gives facts of `portal.models`, or raises one of `portal.errors`.
`TokenExpired` is not handled here: refreshing needs a lease and a commit, and those are the service's.
"""

import datetime as dt
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.answers import Node, as_list, as_node, maybe_text, node, text, texts
from portal.calls import Calls, PortalAccess
from portal.discovery import Discovery, Endpoints
from portal.documents import Documents, File
from portal.errors import BadAnswer
from portal.models import (
    AccessToken,
    Contract,
    Document,
    Extension,
    Invoice,
    InvoiceLine,
    Offering,
    Option,
    Page,
    Role,
    UserInfo,
)
from portal.oauth import OAuth
from portal.tmf import contract, extension, invoice, invoice_line, offering, option, relied_on
from portal.wire import Reply, Wire

BERLIN = ZoneInfo("Europe/Berlin")
PAGE = 500
MOST_PAGES = 40

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
        """All contracts of the customer."""
        found = self._all(f"{self._calls.access.tmf.inventory}/product", token, {})
        return tuple([contract(product, zone) async for product in found if relied_on(product) is None])

    async def contract(self, token: AccessToken, contract_id: str, *, zone: ZoneInfo = BERLIN) -> Contract:
        """One contract."""
        found, _ = await self._calls.read(f"{self._calls.access.tmf.inventory}/product/{_segment(contract_id)}", token)
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
        url = f"{self._calls.access.tmf.catalog}/productOffering/{_segment(offering_id)}"
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
            query["billDate.gte"] = _midnight(dated_from, zone)
        if dated_before:
            query["billDate.lt"] = _midnight(dated_before, zone)
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

    async def invoice(self, token: AccessToken, invoice_id: str, *, zone: ZoneInfo = BERLIN) -> Invoice:
        """One invoice."""
        url = f"{self._calls.access.tmf.bills}/customerBill/{_segment(invoice_id)}"
        return invoice(as_node((await self._calls.read(url, token))[0]), zone)

    async def invoice_lines(
        self, token: AccessToken, invoice_id: str, *, zone: ZoneInfo = BERLIN
    ) -> tuple[InvoiceLine, ...]:
        """The lines of an invoice."""
        url = f"{self._calls.access.tmf.bills}/appliedCustomerBillingRate"
        return tuple([invoice_line(rate, zone) async for rate in self._all(url, token, {"bill.id": invoice_id})])

    async def extensions(self, token: AccessToken) -> tuple[Extension, ...]:
        """The extensions of the customer's cloud PBX."""
        url = f"{self._calls.access.tmf.services}/service"
        found = self._all(url, token, {"category": "cloudPbxExtension"})
        return tuple([extension(service) async for service in found])

    async def extension(self, token: AccessToken, extension_id: str) -> Extension:
        """One extension, with the entity tag that a change will need."""
        url = f"{self._calls.access.tmf.services}/service/{_segment(extension_id)}"
        found, reply = await self._calls.read(url, token)
        return extension(as_node(found), reply.headers.get("ETag"))

    def document(self, token: AccessToken, document: Document) -> AbstractAsyncContextManager[File]:
        """`async with portal.document(token, document) as file:` the complete file."""
        return self._documents.fetch(token, document)

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


class Portal(PortalReads):
    """The whole portal client."""

    def __init__(self, access: PortalAccess, wire: Wire, *, clock: Callable[[], float] = time.monotonic) -> None:
        calls = Calls(wire, access, clock=clock)
        discovery = Discovery(calls)
        super().__init__(calls, discovery)
        self.oauth = OAuth(calls, discovery)

    async def discover(self) -> Endpoints:
        """Ask for the portal's metadata now; at the start it warms the client, in `doctor` it is the check."""
        return await self._discovery.endpoints()

    async def aclose(self) -> None:
        """Close what the client opened itself; the wire belongs to whoever made it."""
        await self._documents.aclose()


def _more(reply: Reply, got: int, limit: int) -> bool:
    """Whether another page may exist; a short page with 200 and without a next link is the last one."""
    return got > 0 and (got >= limit or reply.status == 206 or 'rel="next"' in reply.headers.get("Link", ""))


def _segment(identifier: str) -> str:
    """An opaque id as one path segment, whatever it contains."""
    if identifier in (".", ".."):
        raise BadAnswer("not an id")
    return quote(identifier, safe="")


def _midnight(day: dt.date, zone: ZoneInfo) -> str:
    return dt.datetime.combine(day, dt.time(), zone).isoformat()


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
