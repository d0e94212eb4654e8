"""Who calls: clients by HTTP Basic at the OAuth endpoints, bearers of an access token everywhere else."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias
from urllib.parse import unquote_plus

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBasic, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import JsonValue
from sqlalchemy import select
from starlette.requests import HTTPConnection

from portal.server.access.accounts import scopes_of
from portal.server.access.tables import accounts, grants, tokens
from portal.server.context import Context, Ctx
from portal.server.errors import PortalError
from portal.server.keys import digest, same
from portal.server.settings import Client


class ClientLogin(HTTPBasic):
    """Only the OpenAPI's description: `client_of` does the work, with OAuth's error for what is not readable."""

    async def __call__(self, request: HTTPConnection) -> None:
        return None


basic = ClientLogin(auto_error=False, scheme_name="client", description="client_id and client_secret")
bearer = HTTPBearer(auto_error=False, scheme_name="accessToken", description="an access token of /oauth2/token")
READING = {"GET", "HEAD"}
_Bearer: TypeAlias = Annotated[object, Security(bearer)]


@dataclass(frozen=True, slots=True)
class Caller:
    """The bearer of a customer's access token. What is outside `customer_id` does not exist for it: 404, not 403."""

    customer_id: str
    account_id: str
    grant_id: str
    client_id: str
    scopes: frozenset[str]
    roles: tuple[str, ...]
    token_hash: str
    acr: str | None
    authorization_details: JsonValue

    @property
    def is_stepped_up(self) -> bool:
        """Whether the token is a step-up's: good for the requests that it names and for reading, nothing else."""
        return self.authorization_details is not None


@dataclass(frozen=True, slots=True)
class Program:
    """A client with a token of its own (client_credentials)."""

    client_id: str
    scopes: frozenset[str]


async def client_of(request: Request, context: Ctx, _: Annotated[None, Security(basic)]) -> Client:
    """The client that HTTP Basic names, or 401 invalid_client."""
    scheme, value = get_authorization_scheme_param(request.headers.get("Authorization"))
    try:
        plain = base64.b64decode(value, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        plain = ""
    name, secret = plain.split(":", 1) if ":" in plain else ("", "")
    for client in context.settings.clients:
        if same(client.id, unquote_plus(name)) and same(client.secret, unquote_plus(secret)):
            return client
    headers = {"WWW-Authenticate": 'Basic realm="e:service", charset="UTF-8"'}
    raise PortalError(401, "invalid_client", "unknown client or wrong secret", headers=headers)


Calling: TypeAlias = Annotated[Client, Depends(client_of)]


async def bearer_of(request: Request, context: Ctx) -> Caller | Program:
    """Whose token this is. A grant that has ended, and a closed account, end their tokens at once."""
    scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    if scheme.lower() != "bearer" or not token:
        raise _unauthorised(context, None)
    query = (
        select(
            tokens, grants.c.account_id, grants.c.ended_at, accounts.c.customer_id, accounts.c.roles, accounts.c.state
        )
        .outerjoin(grants, grants.c.id == tokens.c.grant_id)
        .outerjoin(accounts, accounts.c.id == grants.c.account_id)
        .where(tokens.c.hash == digest(token), tokens.c.kind == "access")
    )
    async with context.database.reading() as connection:
        row = (await connection.execute(query)).one_or_none()
    if row is None or row.expires_at <= context.now():
        raise _unauthorised(context, "invalid_token")
    scopes = frozenset(row.scope.split())
    if row.grant_id is None:
        return Program(row.client_id, scopes)
    if row.ended_at is not None or row.state != "active":
        raise _unauthorised(context, "invalid_token")
    roles = tuple(row.roles)
    scopes &= scopes_of(roles)
    return Caller(
        customer_id=row.customer_id,
        account_id=row.account_id,
        grant_id=row.grant_id,
        client_id=row.client_id,
        scopes=scopes,
        roles=roles,
        token_hash=row.hash,
        acr=row.acr,
        authorization_details=row.authorization_details,
    )


def require_scope(scope: str, *, steps_up: bool = False) -> Callable[..., Awaitable[Caller]]:
    """A dependency: the customer's caller whose token has the scope. `Depends(require_scope("bills:read"))`

    A step-up's token passes for reading, and where the route `steps_up`: `require_step_up` looks at what it names.
    """

    async def customer(
        request: Request, context: Ctx, who: Annotated[Caller | Program, Depends(bearer_of)], _: _Bearer
    ) -> Caller:
        if not isinstance(who, Caller) or scope not in who.scopes:
            raise _forbidden(context, scope)
        if who.is_stepped_up and request.method not in READING and not steps_up:
            raise _forbidden(context, "")
        return who

    return customer


def require_program(scope: str) -> Callable[..., Awaitable[Program]]:
    """A dependency: a client's own token with the scope (`operator`, `events:subscribe`)."""

    async def program(context: Ctx, who: Annotated[Caller | Program, Depends(bearer_of)], _: _Bearer) -> Program:
        if not isinstance(who, Program) or scope not in who.scopes:
            raise _forbidden(context, scope)
        return who

    return program


async def any_customer(context: Ctx, who: Annotated[Caller | Program, Depends(bearer_of)], _: _Bearer) -> Caller:
    """A customer's caller, whatever its scopes."""
    if not isinstance(who, Caller):
        raise _forbidden(context, "")
    return who


def challenge_header(context: Context, fields: Sequence[tuple[str, str]]) -> str:
    resource = f"{context.settings.public_url}/.well-known/oauth-protected-resource"
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in [*fields, ("resource_metadata", resource)])


def _unauthorised(context: Context, error: str | None) -> PortalError:
    """Without a token the header names no error (RFC 6750 3.1)."""
    header = challenge_header(context, [("error", error)] if error else [])
    return PortalError(401, error or "unauthorized", "an access token is needed", headers={"WWW-Authenticate": header})


def _forbidden(context: Context, scope: str) -> PortalError:
    header = challenge_header(context, [("error", "insufficient_scope"), ("scope", scope)])
    message = f"the token lacks the scope {scope}" if scope else "a customer's token is needed, no step-up's"
    return PortalError(403, "insufficient_scope", message, headers={"WWW-Authenticate": header})
