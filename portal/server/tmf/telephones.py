"""A customer's telephone system as the database has it: its lines, and where their calls may go."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.tmf import tables as t
from portal.server.tmf.forwarding import Line, Rules, TelephoneSystem


async def telephone_system(
    connection: AsyncConnection, customer_id: str, changes: dict[str, Rules] | None = None
) -> TelephoneSystem:
    """All of it; `changes`: rules by service that are to replace what is there."""
    rows = (await connection.execute(select(t.services).where(t.services.c.customer_id == customer_id))).all()
    lines = [Line.of(row.id, row.characteristics, (changes or {}).get(row.id, row.call_forwarding)) for row in rows]
    specials = {special["target"] for row in rows for special in row.capability["specialTargets"]}
    return TelephoneSystem(lines, specials, await foreign_prefixes(connection, customer_id))


async def foreign_prefixes(connection: AsyncConnection, customer_id: str) -> list[str]:
    """Where abroad the customer's calls may be diverted to: ["+43"]."""
    c = t.foreign_prefixes.c
    query = select(c.prefix).where(c.customer_id == customer_id).order_by(c.prefix)
    return list((await connection.execute(query)).scalars())


async def approved(connection: AsyncConnection, customer_id: str) -> frozenset[str]:
    """The targets that need no step-up: {"tel:+491713920010"}."""
    c = t.diversion_targets.c
    return frozenset((await connection.execute(select(c.target).where(c.customer_id == customer_id))).scalars())
