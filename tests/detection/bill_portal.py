"""A portal of invoices at the other end of the wire, as fast as a test needs it: lists, filters, pages that shift."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import orjson

from tests.portal_client.peer import Peer, Request

PAGE = 100  # a portal may answer less than it was asked for

Bill = dict[str, object]


def bill(
    bill_id: str,
    changed: datetime,
    *,
    total: str = "100.00",
    state: str = "sent",
    method: str = "BankTransfer",
    day: date | None = None,
    due: date | None = None,
    zone: str = "Europe/Berlin",
    category: str = "normal",
) -> Bill:
    """A `CustomerBill`, written on `day` (of the change when it is None)."""

    def midnight(of: date) -> str:
        return datetime.combine(of, time(), ZoneInfo(zone)).isoformat()

    made: Bill = {
        "id": bill_id,
        "billNo": f"R-{bill_id}",
        "state": state,
        "category": category,
        "billDate": midnight(day or changed.date()),
        "taxIncludedAmount": {"unit": "EUR", "value": float(total)},
        "lastUpdate": changed.isoformat(),
        "billingAccount": {"id": "ba-1", "name": "Zentrale"},
        "paymentMethod": {"@referredType": method},
    }
    return made | {"paymentDueDate": midnight(due)} if due else made


@dataclass
class BillPortal:
    """What customers have, by the access token of theirs, which is their id. `asked`: who asked for which list."""

    bills: dict[str, dict[str, Bill]] = field(default_factory=dict)
    products: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    services: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    lines: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    orders: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    signed_out: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    is_away: bool = False
    other: Callable[[Peer, Request], Awaitable[None]] | None = None  # who answers instead
    between_pages: Callable[[str], None] = lambda customer: None

    def put(self, customer: str, *bills: Bill) -> None:
        """They are there, or are otherwise, from now on."""
        self.bills.setdefault(customer, {}).update({str(one["id"]): one for one in bills})

    async def answer(self, peer: Peer, request: Request) -> None:
        """One request."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        customer = token.partition("/")[0]
        if self.other is not None:
            await self.other(peer, request)
        elif self.is_away:
            await peer.answer_json({}, 503)
        elif token in self.signed_out:
            await peer.answer_json({}, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        elif token in self.denied:
            await peer.answer_json({"code": "forbidden", "reason": "x", "status": "403"}, 403)
        else:
            await self._list(peer, request, customer)

    async def _list(self, peer: Peer, request: Request, customer: str) -> None:
        name = request.path.rpartition("/")[2]
        query = {key: values[0] for key, values in parse_qs(request.target.partition("?")[2]).items()}
        self.asked.append((customer, name, query))
        if "/productOrder/" in request.path:
            await self._order(peer, customer, name)
            return
        if name == "customerBill":
            found = self._bills(customer, query)
        elif name == "product":
            found = self.products.get(customer, [])
        elif name == "service":
            found = [one for one in self.services.get(customer, []) if one["category"] == query.get("category")]
        elif name == "productOrder":
            found = self.orders.get(customer, [])
        elif name == "appliedCustomerBillingRate":
            found = self.lines.get(query["bill.id"], [])
        else:
            found = []
        offset = int(query.get("offset", "0"))
        page = found[offset : offset + PAGE]
        is_cut = offset + PAGE < len(found)
        await peer.answer(206 if is_cut else 200, orjson.dumps(page))
        if is_cut and name == "customerBill":
            self.between_pages(customer)

    async def _order(self, peer: Peer, customer: str, order_id: str) -> None:
        """One of the customer's own."""
        found = next((one for one in self.orders.get(customer, []) if one["id"] == order_id), None)
        missing = {"code": "notFound", "reason": "x", "status": "404"}
        await peer.answer_json(found or missing, 200 if found else 404)

    def _bills(self, customer: str, query: dict[str, str]) -> list[Bill]:
        found = list(self.bills.get(customer, {}).values())
        if "lastUpdate.gte" in query:
            since = datetime.fromisoformat(query["lastUpdate.gte"]).astimezone(UTC).isoformat()
            found = [one for one in found if str(one["lastUpdate"]) >= since]
        if "state" in query:
            found = [one for one in found if one["state"] in query["state"].split(",")]
        return sorted(found, key=lambda one: (str(one["lastUpdate"]), str(one["id"])), reverse=True)
