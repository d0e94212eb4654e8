"""Step-up: a fresh PIN for exactly one thing (RFC 9470, FiPA, RFC 9396; PORTAL-API 11).

The challenge names every request to come: method, path and the digest of its body. The token that the PIN buys is good
for these requests, each once, and for reading; nothing else.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.accounts import account, ordered, scopes_of
from portal.server.access.guard import Caller, challenge_header
from portal.server.access.numbers import may_receive_pin, shown_label
from portal.server.access.pins import invalid_session
from portal.server.access.tables import challenges, grants, step_up_uses
from portal.server.context import Context
from portal.server.database import exclusively
from portal.server.errors import PortalError
from portal.server.keys import digest, new_code, same
from portal.server.settings import Client

ACR = "urn:eservice:acr:sms-otp"  # what a PIN by SMS reaches; a time-based one does too
MAX_AGE = 300  # seconds; the life of a step-up token as well
SESSION_LIFE = timedelta(minutes=15)
DETAILS_TYPE = "urn:eservice:request"
MOST_ENTRIES = 20


class Entry(BaseModel):
    """One request to come, as the customer confirmed it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    type: Literal["urn:eservice:request"]
    externalId: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    method: Literal["POST", "PUT", "PATCH", "DELETE"]
    path: Annotated[str, StringConstraints(pattern=r"^/[^\s?#]{1,500}$")]
    digest: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]  # base64url SHA-256, no padding
    summary: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f-\x9f]{1,100}$")]


ENTRIES: TypeAdapter[list[Entry]] = TypeAdapter(Annotated[list[Entry], Field(min_length=1, max_length=MOST_ENTRIES)])


@dataclass(frozen=True, slots=True)
class Demand:
    """What a client sends to step up: a connection's latest session, and what it will do with the token."""

    auth_session: str
    acr_values: str
    max_age: str
    scope: str
    code_challenge: str
    connection_label: str
    authorization_details: str


async def begin(context: Context, client: Client, demand: Demand) -> tuple[Row[tuple[object, ...]], str]:
    """A session for the PIN to come; answers the account it belongs to and the session's name. Nothing is sent yet."""
    entries = _entries(demand)
    session, now = new_code(), context.now()
    async with context.database.writing() as connection:
        grant = await _grant(connection, client, demand.auth_session)
        owner = await account(connection, grant.account_id) if grant is not None else None
        if grant is None or owner is None or owner.state != "active":
            raise invalid_session()
        if not methods(context, owner):
            raise PortalError(400, "redirect_to_web", "no PIN can reach this account; please use the portal")
        row = {"id": uuid4().hex, "session_hash": digest(session), "purpose": "stepUp", "client_id": client.id}
        await connection.execute(
            insert(challenges).values(
                **row,
                account_id=owner.id,
                grant_id=grant.id,
                scope=_scope(demand, frozenset(grant.scope.split()) & scopes_of(owner.roles)),
                code_challenge=demand.code_challenge,
                connection_label=shown_label(demand.connection_label) or grant.connection_label,
                acr_values=ACR,
                authorization_details=[entry.model_dump() for entry in entries],
                state="offered",
                created_at=now,
                expires_at=now + SESSION_LIFE,
                tries=0,
                sends=0,
            )
        )
    return owner, session


def methods(context: Context, owner: Row[tuple[object, ...]]) -> list[str]:
    """How a PIN can come to the account: by SMS, from an authenticator app, or not at all."""
    ways = ["sms"] if may_receive_pin(owner.phone, context.settings.sms_countries) else []
    return [*ways, "totp"] if owner.totp_secret is not None else ways


async def require_step_up(
    context: Context, connection: AsyncConnection, who: Caller, *, method: str, path: str, body: bytes, scope: str
) -> None:
    """Uses up the token's entry for this very request, in the transaction given; else 401 with what is demanded.

    `path` is absolute, without a query; `body` as it came in. When the transaction is rolled back the entry stays good.
    An endpoint that asks for a step-up only now and then calls this for every token that carries one
    (`who.is_stepped_up`): such a token changes nothing that it does not name.
    """
    hashed = body_digest(body)
    await exclusively(connection, f"step-up {who.token_hash}")
    query = select(step_up_uses.c.position).where(step_up_uses.c.token_hash == who.token_hash)
    used = set((await connection.execute(query)).scalars())
    for position, entry in enumerate(_carried(who)):
        fits = entry.method == method and entry.path == path and same(entry.digest, hashed)
        if fits and position not in used:
            use = {"token_hash": who.token_hash, "position": position, "used_at": context.now()}
            await connection.execute(insert(step_up_uses).values(**use))
            return
    raise demanded(context, scope)


def demanded(context: Context, scope: str) -> PortalError:
    """RFC 9470: what a token would have to bring."""
    message = "a fresh PIN for exactly this request is needed"
    fields = [
        ("error", "insufficient_user_authentication"),
        ("error_description", message),
        ("acr_values", ACR),
        ("max_age", str(MAX_AGE)),
        ("scope", scope),
    ]
    headers = {"WWW-Authenticate": challenge_header(context, fields)}
    return PortalError(401, "insufficient_user_authentication", message, headers=headers)


def body_digest(body: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).decode("ascii").rstrip("=")


def _carried(who: Caller) -> Sequence[Entry]:
    return () if who.authorization_details is None else ENTRIES.validate_python(who.authorization_details)


def _entries(demand: Demand) -> list[Entry]:
    if ACR not in demand.acr_values.split():
        raise PortalError(400, "unmet_authentication_requirements", f"acr_values: {ACR} is what can be reached")
    if demand.max_age and not (demand.max_age.isascii() and demand.max_age.isdigit()):
        raise PortalError(400, "invalid_request", "max_age: a number of seconds is expected")
    try:
        return ENTRIES.validate_json(demand.authorization_details)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "authorization_details"
        raise PortalError(400, "invalid_authorization_details", f"{place}: {first['type']}") from error


def _scope(demand: Demand, allowed: frozenset[str]) -> str:
    asked: frozenset[str] = frozenset(demand.scope.split())
    if not asked or not asked <= allowed:
        raise PortalError(400, "invalid_scope", "none, or more than the connection's scope")
    return ordered(asked)


async def _grant(connection: AsyncConnection, client: Client, session: str) -> Row[tuple[object, ...]] | None:
    """The live connection whose latest token answer carried this session."""
    g = grants.c
    query = select(grants).where(g.session_hash == digest(session), g.client_id == client.id, g.ended_at.is_(None))
    return (await connection.execute(query)).one_or_none()
