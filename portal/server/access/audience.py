"""Which clients may hear of a customer: those with a live connection that may read such things."""

from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.accounts import scopes_of
from portal.server.access.tables import accounts, grants
from portal.server.events.record import REVOKED, Event, record, withdraw


async def listeners(connection: AsyncConnection, customer_id: str, scope: str | None = None) -> set[str]:
    """The ids of clients to which somebody of this customer is connected, with this scope if one is given."""
    query = (
        select(grants.c.client_id, grants.c.scope, accounts.c.roles)
        .join(accounts, accounts.c.id == grants.c.account_id)
        .where(accounts.c.customer_id == customer_id, accounts.c.state == "active", grants.c.ended_at.is_(None))
    )
    live = (await connection.execute(query)).all()
    return {
        grant.client_id for grant in live if scope is None or scope in set(grant.scope.split()) & scopes_of(grant.roles)
    }


async def tell_end(connection: AsyncConnection, grant: Row[tuple[str, str, str]], by: str, now: datetime) -> None:
    """The client learns which connection ended; when it was its last to the customer, it learns nothing else any more.

    `grant` has `id`, `client_id` and `account_id`.
    """
    query = select(accounts.c.customer_id).where(accounts.c.id == grant.account_id)
    customer_id = str((await connection.execute(query)).scalar_one())
    if grant.client_id not in await listeners(connection, customer_id):
        await withdraw(connection, grant.client_id, customer_id, now)
    resource = {"id": grant.id, "sub": grant.account_id, "state": "ended", "endedBy": by}
    await record(connection, Event(REVOKED, customer_id, now, "grant", resource), {grant.client_id})
