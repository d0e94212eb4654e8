"""TMF622 product orders and the tasks that cancel them."""

from zoneinfo import ZoneInfo

from portal.answers import Node, day, first, maybe_text, moment, node, nodes, number, one_of, text
from portal.models import CancellationState, Order, OrderAction, OrderCancellation, OrderItem, OrderState
from portal.tmf.pieces import duration, prices
from portal.tmf.products import relied_on


def order(source: Node, zone: ZoneInfo) -> Order:
    """A `ProductOrder`."""
    state_sent = text(source, "state").strip()
    return Order(
        id=text(source, "id"),
        external_id=maybe_text(source, "externalId"),
        state=one_of(OrderState, state_sent, OrderState.UNKNOWN),
        state_sent=state_sent,
        description=maybe_text(source, "description") or "",
        items=tuple(_item(entry, zone) for entry in nodes(source, "productOrderItem")),
        ordered=moment(source, "orderDate"),
        expected=moment(source, "expectedCompletionDate"),
        completed=moment(source, "completionDate"),
        notes=tuple(text(entry, "text") for entry in nodes(source, "note") if entry.get("text")),
    )


def cancellation(source: Node) -> OrderCancellation:
    """A `CancelProductOrder`."""
    state_sent = text(source, "state").strip()
    return OrderCancellation(
        id=text(source, "id"),
        external_id=maybe_text(source, "externalId"),
        order_id=text(node(source, "productOrder"), "id"),
        state=one_of(CancellationState, state_sent, CancellationState.UNKNOWN),
        state_sent=state_sent,
        reason=maybe_text(source, "cancellationReason") or "",
    )


def _item(entry: Node, zone: ZoneInfo) -> OrderItem:
    action_sent, product, offering = text(entry, "action"), node(entry, "product"), node(entry, "productOffering")
    quantity = number(entry, "quantity")
    return OrderItem(
        id=text(entry, "id"),
        action=one_of(OrderAction, action_sent, OrderAction.UNKNOWN),
        action_sent=action_sent,
        quantity=1 if quantity is None else quantity,
        offering_id=maybe_text(offering, "id") or "",
        offering_name=maybe_text(offering, "name") or "",
        product_id=maybe_text(product, "id") or "",
        contract_id=relied_on(product) or "",
        prices=prices(entry, "itemPrice"),
        minimum_term=duration(first(entry, "itemTerm")),
        ends=day(product, "terminationDate", zone),
    )
