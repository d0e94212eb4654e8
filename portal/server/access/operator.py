"""The operator's endpoints: further accounts, activation links, connections. Orders are `portal.server.ordering`.

An order is how access begins (activation guide): the mail goes out by itself. Codes are only answered in a demo
installation; elsewhere nobody but the customer ever sees one.
"""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Row, Select, select
from sqlalchemy.exc import IntegrityError

from portal.server.access import links, totp
from portal.server.access.accounts import NewAccount, account, add_account, find
from portal.server.access.answers import BEARER_ERRORS, OAuthError, Responses
from portal.server.access.grants import end
from portal.server.access.guard import require_program
from portal.server.access.tables import accounts, customers, grants
from portal.server.context import Context, Ctx
from portal.server.errors import PortalError

ERRORS: Responses = {**BEARER_ERRORS, 400: {"model": OAuthError, "description": "the body or a parameter is not valid"}}
UNKNOWN: Responses = {404: {"model": OAuthError, "description": "there is no such thing"}}
TAKEN: Responses = {409: {"model": OAuthError, "description": "the user name is taken"}}
router = APIRouter(
    prefix="/operator", tags=["operator"], dependencies=[Depends(require_program("operator"))], responses=ERRORS
)

Name = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f-\x9f]+$", max_length=200)]
Mail = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{3,180}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
Username = Annotated[str, StringConstraints(pattern=r"^[a-z0-9._-]{3,60}$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Role = Literal["portalAdmin", "pbxAdmin", "accounting"]
Locale = Literal["de", "en"]


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AccountIn(Closed):
    name: Name
    mail: Mail
    phone: Phone
    roles: Annotated[list[Role], Field(min_length=1, max_length=3)] = ["portalAdmin"]
    locale: Locale = "de"
    username: Username | None = None


class FurtherAccountIn(AccountIn):
    customer_id: Identifier


class AccountOut(BaseModel):
    id: str
    customer_id: str
    customer_name: str
    username: str
    name: str
    mail: str
    phone: str
    roles: list[str]
    locale: str
    state: str
    created_at: datetime


class Welcomed(BaseModel):
    """The new account; `activation_code` in a demo installation only."""

    account: AccountOut
    activation_code: str | None = None


class LinkSent(BaseModel):
    username: str
    activation_code: str | None = None


class TotpEnrolled(BaseModel):
    """`uri` is for an authenticator app (otpauth://); it is shown this once."""

    username: str
    uri: str


class GrantOut(BaseModel):
    id: str
    account_id: str
    username: str
    customer_id: str
    client_id: str
    scope: str
    connection_label: str
    created_at: datetime
    last_used_at: datetime
    ended_at: datetime | None
    ended_by: str | None


@router.post("/accounts", status_code=201, responses={**UNKNOWN, **TAKEN})
async def further_account(body: FurtherAccountIn, context: Ctx) -> Welcomed:
    """One more account of a customer, e.g. for accounting; its activation mail goes out by itself."""
    async with context.database.reading() as connection:
        query = select(customers.c.id).where(customers.c.id == body.customer_id)
        if (await connection.execute(query)).scalar_one_or_none() is None:
            raise PortalError(404, "not_found", "there is no such customer")
    return await welcome(context, body.customer_id, _account(body))


@router.get("/accounts")
async def list_accounts(
    context: Ctx,
    customer_id: Annotated[Identifier | None, Query()] = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[AccountOut]:
    query = _accounts().order_by(accounts.c.username).offset(offset).limit(limit)
    if customer_id is not None:
        query = query.where(accounts.c.customer_id == customer_id)
    async with context.database.reading() as connection:
        return [AccountOut.model_validate(row) for row in (await connection.execute(query)).mappings()]


@router.post("/accounts/{username}/activation-link", status_code=201, responses=UNKNOWN)
async def new_activation_link(username: Annotated[Username, Path()], context: Ctx) -> LinkSent:
    """A new activation mail to the address on file."""
    async with context.database.writing() as connection:
        account_id = await find(connection, username)
        if account_id is None:
            raise PortalError(404, "not_found", "there is no such account")
        code = await links.send_activation(context, connection, account_id, kind="activation")
    context.post.set()
    return LinkSent(username=username, activation_code=code if context.settings.demo else None)


@router.post("/accounts/{username}/totp", status_code=201, responses=UNKNOWN)
async def enrol_totp(username: Annotated[Username, Path()], context: Ctx) -> TotpEnrolled:
    """A new secret for the account's authenticator app: from now on a second way to step up. An older one is void."""
    async with context.database.writing() as connection:
        account_id = await find(connection, username)
        if account_id is None:
            raise PortalError(404, "not_found", "there is no such account")
        return TotpEnrolled(
            username=username, uri=await totp.enrol(context, connection, await account(connection, account_id))
        )


@router.get("/grants")
async def list_grants(
    context: Ctx,
    customer_id: Annotated[Identifier | None, Query()] = None,
    live: Annotated[bool, Query()] = True,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[GrantOut]:
    """Connections, newest first."""
    query = (
        select(grants, accounts.c.username, accounts.c.customer_id)
        .join(accounts, accounts.c.id == grants.c.account_id)
        .order_by(grants.c.created_at.desc(), grants.c.id)
        .offset(offset)
        .limit(limit)
    )
    if live:
        query = query.where(grants.c.ended_at.is_(None))
    if customer_id is not None:
        query = query.where(accounts.c.customer_id == customer_id)
    async with context.database.reading() as connection:
        return [GrantOut.model_validate(row) for row in (await connection.execute(query)).mappings()]


@router.delete("/grants/{grant_id}", status_code=204, responses=UNKNOWN)
async def end_grant(grant_id: Annotated[Identifier, Path()], context: Ctx) -> None:
    """Ends a connection at once."""
    async with context.database.writing() as connection:
        query = select(grants.c.id).where(grants.c.id == grant_id)
        if (await connection.execute(query)).scalar_one_or_none() is None:
            raise PortalError(404, "not_found", "there is no such connection")
        await end(connection, context.now(), "operator", grants.c.id == grant_id)


async def welcome(context: Context, customer_id: str, new: NewAccount) -> Welcomed:
    """A new account of a known customer and its activation mail."""
    try:
        async with context.database.writing() as connection:
            account_id = await add_account(connection, customer_id, new, context.now())
            code = await links.send_activation(context, connection, account_id, kind="activation")
            made = shown(await account(connection, account_id))
    except IntegrityError as error:
        raise PortalError(409, "conflict", "the user name is taken") from error
    context.post.set()
    return Welcomed(account=made, activation_code=code if context.settings.demo else None)


def _accounts() -> Select[*tuple[object, ...]]:
    named = select(accounts, customers.c.name.label("customer_name"))
    return named.join(customers, customers.c.id == accounts.c.customer_id)


def shown(row: Row[tuple[object, ...]]) -> AccountOut:
    return AccountOut.model_validate(dict(row._mapping))


def _account(body: AccountIn) -> NewAccount:
    return NewAccount(body.name, body.mail, body.phone, tuple(body.roles), body.locale, body.username)
