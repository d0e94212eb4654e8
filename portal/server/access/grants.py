"""Grants: what one connection may do, its tokens, and its end.

Tokens are random and stored as hashes. Refreshing rotates: the previous refresh token stays good until the new one was
used once (a lost answer must not cost the customer the connection), anything older ends the grant. An end is felt
at once, because every use of a token looks at its grant.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, insert, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access import audience, outbox
from portal.server.access.accounts import account, ordered, scopes_of
from portal.server.access.pins import CODE_LIFE
from portal.server.access.step_up import MAX_AGE
from portal.server.access.tables import accounts, challenges, customers, end_links, grants, tokens
from portal.server.context import Context
from portal.server.database import exclusively
from portal.server.errors import PortalError
from portal.server.keys import digest, new_code, same
from portal.server.settings import Client

END_LINK_LIFE = timedelta(days=30)
_STEPPED_UP = tokens.c.acr.is_not(None)


@dataclass(frozen=True, slots=True)
class Issued:
    """The answer of the token endpoint."""

    access_token: str
    expires_in: int
    scope: str
    refresh_token: str | None = None
    auth_session: str | None = None
    acr: str | None = None
    auth_time: int | None = None
    authorization_details: list[dict[str, str]] | None = None
    grant_id: str | None = None


async def exchange(context: Context, client: Client, code: str, verifier: str) -> Issued | PortalError:
    """A grant, or a step-up's token, for a code. A code used twice ends what it made (RFC 6749 4.1.2)."""
    now = context.now()
    async with context.database.writing() as connection:
        await exclusively(connection, f"code {digest(code)}")
        query = select(challenges).where(challenges.c.code_hash == digest(code), challenges.c.client_id == client.id)
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            return _invalid_grant()
        if row.code_used_at is not None:
            await end(connection, now, "reuse", grants.c.challenge_id == row.id)
            if row.grant_id is not None:
                await connection.execute(tokens.delete().where(tokens.c.grant_id == row.grant_id, _STEPPED_UP))
            return _invalid_grant()
        await connection.execute(update(challenges).where(challenges.c.id == row.id).values(code_used_at=now))
        if row.code_expires_at <= now or not same(row.code_challenge, _s256(verifier)):
            return _invalid_grant()
        owner = await account(connection, row.account_id)
        if owner.state != "active":
            return _invalid_grant()
        if row.grant_id is not None:
            return await _issue_step_up(context, connection, row, client)
        grant_id = await _create(connection, row, now)
        await _tell(context, connection, grant_id, row.connection_label, owner)
        issued = await _issue(context, connection, grant_id, client, row.scope, parent=None)
    context.post.set()
    return issued


async def refresh(context: Context, client: Client, token: str, scope: str) -> Issued | PortalError:
    now, used = context.now(), digest(token)
    async with context.database.writing() as connection:
        row = await _refreshable(connection, used, client)
        if row is None or row.ended_at is not None or row.expires_at <= now or row.state != "active":
            return _invalid_grant()
        await exclusively(connection, f"grant {row.grant_id}")
        current = select(grants.c.refresh_hash).where(grants.c.id == row.grant_id, grants.c.ended_at.is_(None))
        last = (await connection.execute(current)).scalar_one_or_none()
        if last not in {used, row.parent_hash}:
            await end(connection, now, "reuse", grants.c.id == row.grant_id)
            return _invalid_grant()
        allowed = frozenset(row.scope.split()) & scopes_of(row.roles)
        if not allowed:  # the account has lost every role that this connection could speak for
            await end(connection, now, "account", grants.c.id == row.grant_id)
            return _invalid_grant()
        wanted = frozenset(scope.split()) or allowed
        if not wanted & allowed or not wanted <= frozenset(row.scope.split()):
            return PortalError(400, "invalid_scope", "more than the connection's scope, or nothing of it is left")
        used_now = update(grants).where(grants.c.id == row.grant_id)
        await connection.execute(used_now.values(refresh_hash=used, last_used_at=now))
        return await _issue(
            context, connection, row.grant_id, client, row.scope, parent=used, narrowed=wanted & allowed
        )


async def own_token(context: Context, client: Client, scope: str) -> Issued | PortalError:
    """client_credentials: the client itself, for no customer."""
    wanted = frozenset(scope.split()) or client.own_scopes
    if not wanted or not wanted <= client.own_scopes:
        return PortalError(400, "invalid_scope", "this client has no such scope of its own")
    granted = " ".join(sorted(wanted))
    async with context.database.writing() as connection:
        access = await _token(context, connection, "access", None, client, granted, None)
    return Issued(access, context.settings.access_lifetime, granted)


async def revoke(context: Context, client: Client, token: str) -> None:
    """RFC 7009: the grant of either token ends as a whole; an unknown token is no error."""
    async with context.database.writing() as connection:
        mine = (tokens.c.hash == digest(token), tokens.c.client_id == client.id)
        row = (await connection.execute(select(tokens.c.grant_id).where(*mine))).one_or_none()
        if row is None:
            return
        if row.grant_id is None:
            await connection.execute(tokens.delete().where(*mine))
        else:
            await end(connection, context.now(), "client", grants.c.id == row.grant_id)


async def end(connection: AsyncConnection, now: datetime, by: str, *which: ColumnElement[bool]) -> int:
    """Ends the live grants that the conditions name, and has their clients told; answers how many that were."""
    live = update(grants).where(grants.c.ended_at.is_(None), *which).values(ended_at=now, ended_by=by)
    ended = (await connection.execute(live.returning(grants.c.id, grants.c.client_id, grants.c.account_id))).all()
    for grant in ended:
        await audience.tell_end(connection, grant, by, now)
    return len(ended)


async def _create(connection: AsyncConnection, row: Row[tuple[object, ...]], now: datetime) -> str:
    grant_id = uuid4().hex
    await connection.execute(
        insert(grants).values(
            id=grant_id,
            account_id=row.account_id,
            client_id=row.client_id,
            scope=row.scope,
            connection_label=row.connection_label,
            session_hash="",
            challenge_id=row.id,
            auth_time=now,
            created_at=now,
            last_used_at=now,
        )
    )
    return grant_id


async def _tell(
    context: Context, connection: AsyncConnection, grant_id: str, label: str, owner: Row[tuple[object, ...]]
) -> None:
    """A mail to the account and to every other portal admin of the customer, each with a link of its own to end it."""
    now = context.now()
    query = (
        select(accounts.c.id, accounts.c.roles, customers.c.zoneinfo)
        .join(customers, customers.c.id == accounts.c.customer_id)
        .where(accounts.c.customer_id == owner.customer_id, accounts.c.state == "active")
    )
    for person in (await connection.execute(query)).all():
        if person.id != owner.id and "portalAdmin" not in person.roles:
            continue
        code, when = new_code(), f"{now.astimezone(ZoneInfo(person.zoneinfo)):%d.%m.%Y %H:%M}"
        link = {"code_hash": digest(code), "grant_id": grant_id, "account_id": person.id}
        await connection.execute(insert(end_links).values(**link, expires_at=now + END_LINK_LIFE))
        facts = {"label": label or "Telegram", "when": when, "owner": owner.username, "end_code": code}
        await outbox.put(context, connection, "connected", person.id, facts)


async def _issue(
    context: Context,
    connection: AsyncConnection,
    grant_id: str,
    client: Client,
    scope: str,
    *,
    parent: str | None,
    narrowed: frozenset[str] | None = None,
) -> Issued:
    session = new_code()
    access_scope = scope if narrowed is None else ordered(narrowed)
    access = await _token(context, connection, "access", grant_id, client, access_scope, None)
    renewal = await _token(context, connection, "refresh", grant_id, client, scope, parent)
    await connection.execute(update(grants).where(grants.c.id == grant_id).values(session_hash=digest(session)))
    return Issued(access, context.settings.access_lifetime, access_scope, renewal, session, grant_id=grant_id)


async def _issue_step_up(
    context: Context, connection: AsyncConnection, row: Row[tuple[object, ...]], client: Client
) -> Issued | PortalError:
    """For what the challenge named: no refresh token, so that no refresh ever makes a fresh PIN out of an old one."""
    live = select(grants.c.id).where(grants.c.id == row.grant_id, grants.c.ended_at.is_(None))
    if (await connection.execute(live)).first() is None:
        return _invalid_grant()
    bound = {"acr": row.acr_values, "authorization_details": row.authorization_details}
    access = await _token(context, connection, "access", row.grant_id, client, row.scope, None, life=MAX_AGE, **bound)
    typed = int((row.code_expires_at - CODE_LIFE).timestamp())
    return Issued(access, MAX_AGE, row.scope, auth_time=typed, **bound, grant_id=row.grant_id)


async def _token(
    context: Context,
    connection: AsyncConnection,
    kind: str,
    grant_id: str | None,
    client: Client,
    scope: str,
    parent: str | None,
    *,
    life: int | None = None,
    acr: str | None = None,
    authorization_details: list[dict[str, str]] | None = None,
) -> str:
    token, now = new_code(), context.now()
    if life is None:
        life = context.settings.access_lifetime if kind == "access" else context.settings.refresh_lifetime
    row = {"hash": digest(token), "kind": kind, "client_id": client.id, "grant_id": grant_id, "parent_hash": parent}
    expires = now + timedelta(seconds=life)
    bound = {"acr": acr, "authorization_details": null() if authorization_details is None else authorization_details}
    await connection.execute(insert(tokens).values(**row, **bound, scope=scope, created_at=now, expires_at=expires))
    return token


async def _refreshable(connection: AsyncConnection, used: str, client: Client) -> Row[tuple[object, ...]] | None:
    query = (
        select(tokens, grants.c.ended_at, accounts.c.roles, accounts.c.state)
        .join(grants, grants.c.id == tokens.c.grant_id)
        .join(accounts, accounts.c.id == grants.c.account_id)
        .where(tokens.c.hash == used, tokens.c.kind == "refresh", tokens.c.client_id == client.id)
    )
    return (await connection.execute(query)).one_or_none()


def _s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode("ascii").rstrip("=")


def _invalid_grant() -> PortalError:
    return PortalError(400, "invalid_grant", "unknown, used, expired or ended")
