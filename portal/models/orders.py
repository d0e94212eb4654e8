"""Orders for options, how far they are, and their cancellation."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from portal.models.amounts import Period, Price


class OrderState(Enum):
    """How far an order is (TMF622)."""

    ACKNOWLEDGED = "acknowledged"
    PENDING = "pending"
    HELD = "held"
    IN_PROGRESS = "inProgress"
    ASSESSING_CANCELLATION = "assessingCancellation"
    PENDING_CANCELLATION = "pendingCancellation"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    FAILED = "failed"
    PARTIAL = "partial"
    UNKNOWN = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen; a state nobody knows is not taken for an end."""
        return self in _ENDED


_ENDED = (OrderState.REJECTED, OrderState.CANCELLED, OrderState.COMPLETED, OrderState.FAILED, OrderState.PARTIAL)


class OrderAction(Enum):
    """What an order does to a product."""

    ADD = "add"
    MODIFY = "modify"
    DELETE = "delete"
    NO_CHANGE = "noChange"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line of an order; what it does not say is empty or none. Prices are per unit."""

    id: str
    action: OrderAction
    action_sent: str
    quantity: int
    offering_id: str
    offering_name: str
    product_id: str
    contract_id: str
    prices: tuple[Price, ...]
    minimum_term: Period | None
    ends: dt.date | None  # the first day without the product


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the customer; `external_id` is the id that whoever placed it gave it beforehand."""

    id: str
    external_id: str | None
    state: OrderState
    state_sent: str
    description: str
    items: tuple[OrderItem, ...]
    ordered: dt.datetime | None
    expected: dt.datetime | None
    completed: dt.datetime | None
    notes: tuple[str, ...]


class CancellationState(Enum):
    """How far the portal is with the wish to cancel; the outcome is the order's own state."""

    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "inProgress"
    DONE = "done"
    FAILED = "terminatedWithError"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class OrderCancellation:
    """The wish to cancel an order in flight."""

    id: str
    external_id: str | None
    order_id: str
    state: CancellationState
    state_sent: str
    reason: str
