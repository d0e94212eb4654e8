"""The operator's view of events: subscriptions, every event's way with each of its tries, and another try of one."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel
from sqlalchemy import Row, case, func, select, update

from portal.server.access.answers import OAuthError, Responses
from portal.server.access.audience import listeners
from portal.server.access.guard import require_program
from portal.server.access.operator import ERRORS, UNKNOWN, Identifier
from portal.server.context import Ctx
from portal.server.errors import PortalError
from portal.server.events import signing
from portal.server.events.record import REVOKED, end_hub
from portal.server.events.tables import attempts, deliveries, events, hubs

ENDED: Responses = {
    409: {"model": OAuthError, "description": "the subscription has ended, or the client may not know it"}
}
router = APIRouter(
    prefix="/operator", tags=["operator"], dependencies=[Depends(require_program("operator"))], responses=ERRORS
)
State = Literal["waiting", "delivered", "failed", "withdrawn"]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Limit = Annotated[int, Query(ge=1, le=500)]


class HubOut(BaseModel):
    """A subscription and how its events fare; `next_try` is of those that wait."""

    id: str
    client_id: str
    api: str
    callback: str
    query: str | None
    created_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    waiting: int
    delivered: int
    failed: int
    withdrawn: int
    next_try: datetime | None


class TryOut(BaseModel):
    tried_at: datetime
    status: int | None
    error: str | None
    milliseconds: int


class DeliveryOut(BaseModel):
    """One event's way to one subscription. `failed`: its tries are used up."""

    id: str
    hub_id: str
    event_id: str
    event_type: str
    customer_id: str
    occurred_at: datetime
    state: State
    attempts: int
    next_try: datetime | None
    ended_at: datetime | None
    tries: list[TryOut]


class SecretOut(BaseModel):
    """The new secret, shown this once; the one before goes on signing until then."""

    hub_id: str
    secret: str
    former_until: datetime


@router.get("/hubs")
async def list_hubs(
    context: Ctx, live: Annotated[bool, Query()] = True, offset: Offset = 0, limit: Limit = 100
) -> list[HubOut]:
    """Subscriptions, newest first."""
    waiting = deliveries.c.state == "waiting"
    counts = [
        func.count(case((deliveries.c.state == state, 1))).label(state)
        for state in ("waiting", "delivered", "failed", "withdrawn")
    ]
    query = (
        select(hubs, *counts, func.min(case((waiting, deliveries.c.due_at))).label("next_try"))
        .outerjoin(deliveries, deliveries.c.hub_id == hubs.c.id)
        .group_by(hubs.c.id)
        .order_by(hubs.c.created_at.desc(), hubs.c.id)
        .offset(offset)
        .limit(limit)
    )
    if live:
        query = query.where(hubs.c.ended_at.is_(None))
    async with context.database.reading() as connection:
        return [HubOut.model_validate(row) for row in (await connection.execute(query)).mappings()]


@router.post("/hubs/{hub_id}/secret", responses={**UNKNOWN, **ENDED})
async def renew_secret(hub_id: Annotated[Identifier, Path()], context: Ctx) -> SecretOut:
    """A new secret for a subscription, to be handed to its client."""
    query = select(hubs).where(hubs.c.id == hub_id)
    async with context.database.writing() as connection:
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise PortalError(404, "not_found", "there is no such subscription")
        if row.ended_at is not None:
            raise PortalError(409, "conflict", "the subscription has ended")
        secret = await signing.renew(context, connection, row)
        until: datetime = (
            await connection.execute(select(hubs.c.former_until).where(hubs.c.id == hub_id))
        ).scalar_one()
    return SecretOut(hub_id=hub_id, secret=secret, former_until=until)


@router.delete("/hubs/{hub_id}", status_code=204, responses=UNKNOWN)
async def end(hub_id: Annotated[Identifier, Path()], context: Ctx) -> None:
    """Ends a subscription; ending it twice is no error."""
    async with context.database.writing() as connection:
        if (await connection.execute(select(hubs.c.id).where(hubs.c.id == hub_id))).first() is None:
            raise PortalError(404, "not_found", "there is no such subscription")
        await end_hub(connection, hub_id, "operator", context.now())


@router.get("/deliveries")
async def list_deliveries(
    context: Ctx,
    hub_id: Annotated[Identifier | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
    customer_id: Annotated[Identifier | None, Query()] = None,
    offset: Offset = 0,
    limit: Limit = 100,
) -> list[DeliveryOut]:
    """Events on their way and at their end, newest first, with every try."""
    d, e = deliveries.c, events.c
    query = (
        select(deliveries, e.type, e.customer_id, e.occurred_at)
        .join(events, e.id == d.event_id)
        .order_by(e.occurred_at.desc(), d.id)
        .offset(offset)
        .limit(limit)
    )
    for column, wanted in ((d.hub_id, hub_id), (d.state, state), (e.customer_id, customer_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    async with context.database.reading() as connection:
        rows = (await connection.execute(query)).all()
        ids = [row.id for row in rows]
        tried = select(attempts).where(attempts.c.delivery_id.in_(ids)).order_by(attempts.c.tried_at)
        tries = (await connection.execute(tried)).all()
    return [_shown(row, [one for one in tries if one.delivery_id == row.id]) for row in rows]


@router.post("/deliveries/{delivery_id}/replay", status_code=202, responses={**UNKNOWN, **ENDED})
async def replay(delivery_id: Annotated[Identifier, Path()], context: Ctx) -> dict[str, str]:
    """Sends an event once more, under the same `webhook-id`, with all its tries anew."""
    query = (
        select(hubs.c.client_id, hubs.c.ended_at, events.c.customer_id, events.c.type)
        .select_from(deliveries)
        .join(hubs, hubs.c.id == deliveries.c.hub_id)
        .join(events, events.c.id == deliveries.c.event_id)
        .where(deliveries.c.id == delivery_id)
    )
    async with context.database.writing() as connection:
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise PortalError(404, "not_found", "there is no such delivery")
        if row.ended_at is not None:
            raise PortalError(409, "conflict", "the subscription has ended")
        if row.type != REVOKED and row.client_id not in await listeners(connection, row.customer_id):
            raise PortalError(409, "conflict", "the client is not connected to this customer any more")
        again = update(deliveries).where(deliveries.c.id == delivery_id)
        await connection.execute(again.values(state="waiting", attempts=0, due_at=context.now(), ended_at=None))
    return {"replay": "accepted"}


def _shown(row: Row[Any], tries: list[Row[Any]]) -> DeliveryOut:
    return DeliveryOut(
        id=row.id,
        hub_id=row.hub_id,
        event_id=row.event_id,
        event_type=row.type,
        customer_id=row.customer_id,
        occurred_at=row.occurred_at,
        state=row.state,
        attempts=row.attempts,
        next_try=row.due_at if row.state == "waiting" else None,
        ended_at=row.ended_at,
        tries=[TryOut.model_validate(one, from_attributes=True) for one in tries],
    )
