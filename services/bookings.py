"""Orders for options: book, change the quantity, cancel, and stop an order that is under way.

What the customer sees (price, one-off, term, end) goes into the order's body and is compared before it is sent, here
and at the portal: a difference stops it, and nothing is ordered.
"""

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from portal import bodies
from portal.client import Portal
from portal.models import AccessToken, Contract, Money, Offering, Option, Order, OrderState, Period, Price, PriceKind
from portal.oauth import Entry
from services.actions import Acting
from services.changes import Result, entries_of
from services.contracts import monthly, one_off
from services.subscriptions import EventKind
from storage.actions import Action, State
from storage.connections import Connection

BOOK, RESIZE, CANCEL_OPTION, CANCEL_ORDER = "book", "resize", "cancel-option", "cancel-order"
ROLES = frozenset({"portalAdmin"})
_CODES = {
    OrderState.REJECTED: "orderRejected",
    OrderState.FAILED: "orderFailed",
    OrderState.PARTIAL: "orderFailed",
    OrderState.CANCELLED: "orderCancelled",
}


class Bookings:
    """Proposes orders: freezes what is shown together with the bytes that will be sent. Each answers the action's id.

    `summary` is what the PIN's SMS will say of it (at most 100 characters).
    """

    def __init__(self, portal: Portal, acting: Acting) -> None:
        self._portal = portal
        self._acting = acting

    async def book(
        self, by: Connection, chat_id: int, contract: Contract, offering: Offering, quantity: int, summary: str
    ) -> UUID:
        """Book an option on a contract."""
        key = uuid4()
        body = bodies.add_order(
            external_id=str(key),
            customer_id=by.account.customer_id,
            contract_id=contract.id,
            offering_id=offering.id,
            quantity=quantity,
            prices=_ordered_at(offering.prices),
            minimum_term=offering.minimum_term,
        )
        shown = {
            **_about(by, contract, offering.name, offering.prices, quantity),
            "subject": f"option:{contract.id}:{offering.id}",
            "offering": offering.id,
            "unit": offering.quantity_unit,
            "term": _term(offering.minimum_term),
            "prices": prices_as_shown(_ordered_at(offering.prices)),
        }
        return await self._propose(by, chat_id, BOOK, key, shown, self._portal.paths.order_path, body, summary)

    async def resize(
        self, by: Connection, chat_id: int, contract: Contract, option: Option, quantity: int, summary: str
    ) -> UUID:
        """Change the quantity of a booked option."""
        key, unit = uuid4(), _ordered_at(option.unit_prices)
        customer = by.account.customer_id
        body = bodies.modify_order(
            external_id=str(key), customer_id=customer, product_id=option.id, quantity=quantity, prices=unit
        )
        shown = {
            **_about(by, contract, option.name, unit, quantity),
            "subject": f"option:{contract.id}:{option.offering_id}",
            "option": option.id,
            "before": option.quantity,
            "prices": prices_as_shown(unit),
        }
        return await self._propose(by, chat_id, RESIZE, key, shown, self._portal.paths.order_path, body, summary)

    async def cancel_option(
        self, by: Connection, chat_id: int, contract: Contract, option: Option, ends: dt.date, summary: str
    ) -> UUID:
        """Cancel a booked option; `ends` is the first day without it, as shown."""
        key = uuid4()
        body = bodies.delete_order(
            external_id=str(key),
            customer_id=by.account.customer_id,
            product_id=option.id,
            ends=ends,
            zone=ZoneInfo(by.account.zone),
        )
        shown = {
            **_about(by, contract, option.name, option.unit_prices, option.quantity),
            "subject": f"option:{contract.id}:{option.offering_id}",
            "option": option.id,
            "ends": ends.isoformat(),
        }
        return await self._propose(by, chat_id, CANCEL_OPTION, key, shown, self._portal.paths.order_path, body, summary)

    async def cancel_order(self, by: Connection, chat_id: int, placed: Action, summary: str) -> UUID:
        """Stop an order that is under way."""
        key, order = uuid4(), str(placed.outcome.get("order", ""))
        body = bodies.cancel_order(external_id=str(key), order_id=order, reason="Vom Kunden storniert")
        kept = ("account", "contract", "contract_name", "number", "name", "quantity")
        shown: dict[str, object] = {
            **{name: placed.payload.get(name) for name in kept},
            "subject": f"order:{order}",
            "order": order,
        }
        return await self._propose(by, chat_id, CANCEL_ORDER, key, shown, self._portal.paths.cancel_path, body, summary)

    async def _propose(
        self,
        by: Connection,
        chat_id: int,
        kind: str,
        key: UUID,
        shown: Mapping[str, object],
        path: str,
        body: bytes,
        summary: str,
    ) -> UUID:
        request = {"method": "POST", "path": path, "body": body.decode(), "summary": summary[:100]}
        return await self._acting.propose(by, chat_id, kind, {**shown, "requests": [request]}, key=key)


class Ordering:
    """How an order is sent and followed: the kinds of change that go to the portal's ordering."""

    roles = ROLES
    is_always_stepped = True

    def __init__(self, portal: Portal, name: str) -> None:
        self.name = name
        self._portal = portal

    def entries(self, action: Action) -> list[Entry]:
        return entries_of(action)

    async def check(self, token: AccessToken, action: Action) -> str | None:
        """The price is read again at the last moment, for portals that do not compare it themselves."""
        shown = action.payload
        if self.name == BOOK:
            offering = await self._portal.offering(token, str(shown["offering"]))
            if not offering.on_sale:
                return "soldOut"
            if prices_as_shown(_ordered_at(offering.prices)) != shown["prices"]:
                return "priceChanged"
            return None if _term(offering.minimum_term) == shown["term"] else "termChanged"
        if self.name == RESIZE:
            options = await self._portal.options(token, str(shown["contract"]))
            found = next((option for option in options if option.id == shown["option"]), None)
            if found is None:
                return "notFound"
            return None if prices_as_shown(_ordered_at(found.unit_prices)) == shown["prices"] else "priceChanged"
        return None

    async def perform(self, token: AccessToken, action: Action) -> Result:
        (entry,) = entries_of(action)
        if self.name == CANCEL_ORDER:
            task = await self._portal.cancel_order(token, entry.body)  # done: looked at; the order says what came of it
            return Result(State.ACCEPTED, {"order": task.order_id, "progress": "pendingCancellation"})
        return result_of(await self._portal.place_order(token, entry.body))

    async def find(self, token: AccessToken, action: Action) -> Result | None:
        if self.name == CANCEL_ORDER:
            return _cancelled(await self._portal.order(token, str(action.payload["order"])), action)
        order = await self._portal.find_order(token, str(action.id))
        return None if order is None else result_of(order)

    async def reverse(self, token: AccessToken, action: Action) -> Mapping[str, object] | None:
        """An order is not taken back in silence: it is cancelled, which is a change of its own with a PIN."""
        return None

    def told_as(self, action: Action) -> EventKind:
        return EventKind.ORDER


def first_day_without(option: Option, today: dt.date) -> dt.date:
    """After its own minimum term, and after the notice counted from today, at the end of a month."""
    notice = option.notice_period or Period(1, "month")
    over = later(today, notice)
    turn = (over.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    return max(option.minimum_term_end or turn, turn)


def result_of(order: Order) -> Result:
    """What an order's state means for the change."""
    facts: dict[str, object] = {"order": order.id, "progress": order.state_sent}
    if order.expected is not None:
        facts["expected"] = order.expected.isoformat()
    if order.state is OrderState.COMPLETED:
        return Result(State.DONE, facts)
    if order.state in _CODES:
        return Result(State.FAILED, {**facts, "code": _CODES[order.state], "names": "; ".join(order.notes)})
    return Result(State.ACCEPTED, facts)


def _cancelled(order: Order, action: Action) -> Result | None:
    facts: dict[str, object] = {"order": order.id, "progress": order.state_sent}
    if order.state is OrderState.CANCELLED:
        return Result(State.DONE, facts)
    if order.state.ended:
        return Result(State.REFUSED, {**facts, "code": "notCancellable"})
    return Result(State.ACCEPTED, facts) if action.state is State.ACCEPTED else None


def _ordered_at(prices: Sequence[Price]) -> tuple[Price, ...]:
    """What is agreed with an order; prices by use are the price list's."""
    return tuple(p for p in prices if p.kind in {PriceKind.RECURRING, PriceKind.ONE_TIME} and p.net is not None)


def prices_as_shown(prices: Sequence[Price]) -> list[list[str]]:
    """Prices in a form that can be kept and compared."""
    return [[p.name, p.kind.value, p.period or "", _amount(p.net), _amount(p.gross)] for p in prices]


def _about(by: Connection, contract: Contract, name: str, prices: Sequence[Price], quantity: int) -> dict[str, object]:
    month, once = monthly(prices), one_off(prices)
    found = month.net or once.net
    return {
        "account": by.tag,
        "contract": contract.id,
        "contract_name": contract.name,
        "number": contract.number,
        "name": name,
        "quantity": quantity,
        "currency": found.currency if found else "EUR",
        "net": _amount(month.net, quantity),
        "gross": _amount(month.gross, quantity),
        "once_net": _amount(once.net, quantity),
        "once_gross": _amount(once.gross, quantity),
    }


def _amount(money: Money | None, times: int = 1) -> str:
    return "" if money is None else f"{money.amount * times:.2f}"


def _term(term: Period | None) -> list[object] | None:
    return None if term is None else [term.amount, term.unit]


def later(day: dt.date, by: Period) -> dt.date:
    """The day a period after this one; the end of a month stays one."""
    if by.unit in {"day", "week"}:
        return day + dt.timedelta(days=by.amount * (7 if by.unit == "week" else 1))
    months = day.month - 1 + by.amount * (12 if by.unit == "year" else 1)
    year, month = day.year + months // 12, months % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
