"""An event on record: with its cause in one transaction, and a delivery for everybody who may be told.

Thin: an event says what changed and whose it is. Amounts and everything else are read with the customer's token.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import orjson
from pydantic import JsonValue
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.events.tables import deliveries, events, hubs

TYPES: Mapping[str, tuple[str, ...]] = {
    "customerBillManagement": ("CustomerBillCreateEvent", "CustomerBillStateChangeEvent"),
    "productOrderingManagement": ("ProductOrderCreateEvent", "ProductOrderStateChangeEvent"),
    "ServiceActivationAndConfiguration": ("ServiceAttributeValueChangeEvent",),
    "oauth2": ("GrantRevokedEvent",),
}
API_OF = {name: api for api, names in TYPES.items() for name in names}
REVOKED = "GrantRevokedEvent"


@dataclass(frozen=True, slots=True)
class Event:
    """`resource` stands under `name` in the envelope and has an `id`; `customer_id` is whose it is."""

    type: str
    customer_id: str
    occurred_at: datetime
    name: str
    resource: Mapping[str, JsonValue]

    def envelope(self, event_id: str) -> bytes:
        """TM Forum's, v4; `timeOcurred` is spelt so there."""
        at = self.occurred_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        party = {"id": self.customer_id, "role": "customer", "@referredType": "Customer"}
        return orjson.dumps(
            {
                "eventId": event_id,
                "eventTime": at,
                "eventType": self.type,
                "correlationId": self.resource["id"],
                "domain": API_OF[self.type],
                "timeOcurred": at,
                "event": {self.name: {**self.resource, "relatedParty": [party]}},
            }
        )


async def record(connection: AsyncConnection, event: Event, clients: Collection[str]) -> None:
    """For the hubs of these clients: those that speak for the customer. Where nobody listens nothing is written."""
    query = select(hubs.c.id, hubs.c.types).where(
        hubs.c.api == API_OF[event.type], hubs.c.client_id.in_(clients), hubs.c.ended_at.is_(None)
    )
    listening = [hub.id for hub in await connection.execute(query) if event.type in hub.types] if clients else []
    if not listening:
        return
    event_id = str(uuid4())
    row = {"id": event_id, "type": event.type, "customer_id": event.customer_id, "occurred_at": event.occurred_at}
    await connection.execute(insert(events).values(**row, body=event.envelope(event_id).decode()))
    way = {"event_id": event_id, "state": "waiting", "attempts": 0, "due_at": event.occurred_at}
    await connection.execute(insert(deliveries), [{"id": str(uuid4()), "hub_id": hub, **way} for hub in listening])


async def withdraw(connection: AsyncConnection, client_id: str, customer_id: str, now: datetime) -> None:
    """The client speaks for the customer no longer: what is still on its way is not told, but that the grant ended."""
    theirs = select(hubs.c.id).where(hubs.c.client_id == client_id)
    about = select(events.c.id).where(events.c.customer_id == customer_id, events.c.type != REVOKED)
    waiting = update(deliveries).where(
        deliveries.c.state == "waiting", deliveries.c.hub_id.in_(theirs), deliveries.c.event_id.in_(about)
    )
    await connection.execute(waiting.values(state="withdrawn", ended_at=now))


async def end_hub(connection: AsyncConnection, hub_id: str, by: str, now: datetime) -> bool:
    """Nothing more goes to this hub; answers whether it was live."""
    live = update(hubs).where(hubs.c.id == hub_id, hubs.c.ended_at.is_(None))
    ended = (await connection.execute(live.values(ended_at=now, ended_by=by))).rowcount == 1
    waiting = update(deliveries).where(deliveries.c.hub_id == hub_id, deliveries.c.state == "waiting")
    await connection.execute(waiting.values(state="withdrawn", ended_at=now))
    return ended
