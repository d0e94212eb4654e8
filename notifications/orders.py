"""Orders that were not made in the chat: that one was placed, that it is held, how it ended; not each state between.

What is ordered in the chat is told by `services.changes`. A push is a hint that is looked into at once; one that is
lost, or waits when the process ends, costs time only: once a day (`notifications.daily`) all orders are compared with
what was known of them.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from notifications.asking import Asking, NobodyMayAsk
from notifications.daily_questions import Day, Seen
from notifications.facts import Facts
from portal.client import PortalReads
from portal.errors import Failures, PortalError, is_silent
from portal.models import AccessToken, Order, OrderState
from services.plans_clock import local_day
from services.subscriptions import ORDER_ROLES, EventKind, from_json, is_chosen
from storage.actions import Actions
from storage.connections import Connection, Connections
from storage.events import Events, NewEvent
from storage.subscriptions import Subscriptions

AT_ONCE = 20
MOST_WAITING = 5_000
MOST_TOLD = 3  # items
PLACED = "placed"
_KEY = "order:"  # in front of an order's id among what a day leaves for the next

log = structlog.get_logger(__name__)


class OrderNews:
    """Makes events of orders; `run_once` is called by the metronome."""

    def __init__(
        self,
        portal: PortalReads,
        asking: Asking,
        connections: Connections,
        actions: Actions,
        subscriptions: Subscriptions,
        events: Events,
        clock: Callable[[], datetime],
    ) -> None:
        self._portal = portal
        self._asking = asking
        self._connections = connections
        self._actions = actions
        self._subscriptions = subscriptions
        self._events = events
        self._clock = clock
        self._hints: deque[tuple[str, str, bool]] = deque(maxlen=MOST_WAITING)

    async def hint(self, customer_id: str, order_id: str, *, is_new: bool) -> None:
        """Something became of an order: if it is one of ours, it is looked at now; else it may be news."""
        await self._actions.nudge(customer_id, self._clock())
        self._hints.append((customer_id, order_id, is_new))

    async def run_once(self) -> int:
        """Look into what was hinted at; while the portal is out it waits. Returns how many."""
        looked, failures = 0, Failures()
        for _ in range(min(len(self._hints), AT_ONCE)):
            hint = self._hints.popleft()
            try:
                await self._look(*hint)
                failures.none()
            except NobodyMayAsk:
                pass
            except PortalError as error:
                log.info("an order is not looked at", error=type(error).__name__)
                is_outage = failures.are_an_outage(error)
                if is_silent(error):
                    self._hints.append(hint)  # the others may have better luck
                    if is_outage:
                        break
                    continue
            looked += 1
        return looked

    async def of_day(self, readers: Sequence[Connection], day: Day, seen: Seen | None) -> tuple[list[NewEvent], Seen]:
        """What is news among all orders, and what is to be known the next day; `seen` None: nothing was known yet."""

        async def orders(token: AccessToken) -> tuple[Order, ...]:
            return await self._portal.orders(token, zone=day.zone)

        found, now_seen, zone = list[NewEvent](), Seen(), day.zone.key
        for order in await self._asking.ask(readers, ORDER_ROLES, orders):
            key = _KEY + order.id
            if not order.state.ended:
                now_seen[key] = order.state_sent
            if seen is None:
                continue
            is_new = key not in seen and order.ordered is not None and local_day(order.ordered, zone) >= day.after
            if is_new or seen.get(key, order.state_sent) != order.state_sent:
                found += await self._event(day.customer_id, order, day.zone, "poll", is_new=is_new)
        return found, now_seen

    async def _look(self, customer_id: str, order_id: str, is_new: bool) -> None:
        wishes = (await self._subscriptions.wishes({customer_id})).get(customer_id, [])
        readers = await self._connections.of_customer(customer_id)
        if not readers or not any(is_chosen(EventKind.ORDER, from_json(wish)) for wish in wishes):
            return
        zone = ZoneInfo(readers[0].account.zone)

        async def one(token: AccessToken) -> Order:
            return await self._portal.order(token, order_id, zone=zone)

        order = await self._asking.ask(readers, ORDER_ROLES, one)
        await self._events.add(await self._event(customer_id, order, zone, "push", is_new=is_new), self._clock())

    async def _event(
        self, customer_id: str, order: Order, zone: ZoneInfo, found_by: str, *, is_new: bool
    ) -> list[NewEvent]:
        """At most one: its key is the order and the step, so whoever finds it the second time adds nothing."""
        step = step_of(order, is_new=is_new)
        if step is None or await self._is_ours(order):
            return []
        facts = {**order_facts(order, zone), "step": step}
        return [NewEvent(EventKind.ORDER.value, customer_id, (order.id, step), facts, found_by)]

    async def _is_ours(self, order: Order) -> bool:
        try:
            return await self._actions.get(UUID(order.external_id or "")) is not None
        except ValueError:
            return False


def step_of(order: Order, *, is_new: bool) -> str | None:
    """Which of the steps that are told an order has come to; None: none of them."""
    if order.state.ended or order.state is OrderState.HELD:
        return order.state.value
    return PLACED if is_new else None


def order_facts(order: Order, zone: ZoneInfo) -> Facts:
    """What the words need, and what a filter looks at."""
    items = [
        {"action": item.action.value, "name": item.offering_name, "quantity": item.quantity}
        for item in order.items
        if item.offering_name
    ]
    contracts = sorted({item.contract_id for item in order.items if item.contract_id})
    return {
        "order": order.id,
        "name": items[0]["name"] if items else order.description,
        "items": items[:MOST_TOLD],
        "count": len(items),
        "expected": local_day(order.expected, zone.key).isoformat() if order.expected else None,
        "contracts": contracts or None,
        "sites": None,
        "cost_centres": None,
        "zone": zone.key,
    }


def known_of_orders(seen: Mapping[str, str]) -> Seen:
    """The part of what a day left that is about orders."""
    return {key: value for key, value in seen.items() if key.startswith(_KEY)}


def besides_orders(seen: Mapping[str, str]) -> Seen:
    """The other part."""
    return {key: value for key, value in seen.items() if not key.startswith(_KEY)}
