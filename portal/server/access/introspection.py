"""What a token is good for at this moment (RFC 7662): asked by its client, answered for that client's tokens only."""

from typing import Literal

from sqlalchemy import Row, select

from portal.server.access.accounts import ordered, scopes_of
from portal.server.access.answers import CustomerClaim, IntrospectionAnswer
from portal.server.access.tables import accounts, customers, grants, tokens
from portal.server.context import Context
from portal.server.keys import digest
from portal.server.settings import Client


async def look(context: Context, client: Client, token: str) -> IntrospectionAnswer:
    """Unknown, expired, of another client, or of a connection that has ended: all the same, not active."""
    query = (
        select(
            tokens, grants.c.account_id, grants.c.ended_at, grants.c.refresh_hash, accounts.c.customer_id,
            accounts.c.roles, accounts.c.state, customers.c.name.label("customer_name"),
        )
        .outerjoin(grants, grants.c.id == tokens.c.grant_id)
        .outerjoin(accounts, accounts.c.id == grants.c.account_id)
        .outerjoin(customers, customers.c.id == accounts.c.customer_id)
        .where(tokens.c.hash == digest(token), tokens.c.client_id == client.id)
    )  # fmt: skip
    async with context.database.reading() as connection:
        row = (await connection.execute(query)).one_or_none()
    if row is None:
        return IntrospectionAnswer(active=False)
    if row.grant_id is None:
        return _own(row) if row.expires_at > context.now() else IntrospectionAnswer(active=False)
    scopes = frozenset(row.scope.split()) & scopes_of(row.roles)
    lives = row.ended_at is None and row.state == "active" and bool(scopes)
    state: Literal["live", "ended"] = "live" if lives else "ended"
    if not lives or row.expires_at <= context.now() or _is_superseded(row):
        return IntrospectionAnswer(active=False, grant_state=state, grant_id=row.grant_id)
    return _own(row).model_copy(
        update={
            "grant_state": state,
            "grant_id": row.grant_id,
            "scope": ordered(scopes),
            "sub": row.account_id,
            "customer": CustomerClaim(id=row.customer_id, name=row.customer_name),
        }
    )


def _own(row: Row[tuple[object, ...]]) -> IntrospectionAnswer:
    return IntrospectionAnswer(
        active=True,
        scope=row.scope,
        client_id=row.client_id,
        token_type="Bearer" if row.kind == "access" else "refresh_token",
        exp=int(row.expires_at.timestamp()),
        iat=int(row.created_at.timestamp()),
        acr=row.acr,
    )


def _is_superseded(row: Row[tuple[object, ...]]) -> bool:
    """A refresh token is good until the one that replaced it was used; using it then would end the connection."""
    return row.kind == "refresh" and row.refresh_hash not in {row.hash, row.parent_hash}
