"""Endpoints 1, 2 and 6: what a client needs to know of the portal, and whom a token speaks for."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import select

from portal.server.access.answers import BEARER_ERRORS, CustomerClaim, ResourceMetadata, ServerMetadata, UserInfo
from portal.server.access.guard import Caller, any_customer
from portal.server.access.letters import LANGUAGES
from portal.server.access.step_up import ACR, DETAILS_TYPE
from portal.server.access.tables import accounts, customers
from portal.server.context import Ctx
from portal.server.settings import SCOPES

router = APIRouter(tags=["oauth"])


@router.get("/.well-known/oauth-authorization-server")
async def authorization_server(context: Ctx) -> ServerMetadata:
    issuer = context.settings.public_url
    return ServerMetadata(
        issuer=issuer,
        token_endpoint=f"{issuer}/oauth2/token",
        authorization_challenge_endpoint=f"{issuer}/oauth2/challenge",
        revocation_endpoint=f"{issuer}/oauth2/revoke",
        userinfo_endpoint=f"{issuer}/oauth2/userinfo",
        introspection_endpoint=f"{issuer}/oauth2/introspect",
        event_hub_endpoint=f"{issuer}/oauth2/hub",
        scopes_supported=list(SCOPES),
        response_types_supported=["code"],
        grant_types_supported=["authorization_code", "refresh_token", "client_credentials"],
        acr_values_supported=[ACR],
        authorization_details_types_supported=[DETAILS_TYPE],
        code_challenge_methods_supported=["S256"],
        token_endpoint_auth_methods_supported=["client_secret_basic"],
        revocation_endpoint_auth_methods_supported=["client_secret_basic"],
        introspection_endpoint_auth_methods_supported=["client_secret_basic"],
        ui_locales_supported=list(LANGUAGES),
    )


@router.get("/.well-known/oauth-protected-resource")
async def protected_resource(context: Ctx) -> ResourceMetadata:
    return ResourceMetadata(
        resource=context.settings.public_url,
        authorization_servers=[context.settings.public_url],
        scopes_supported=list(SCOPES),
        bearer_methods_supported=["header"],
        resource_name="e:service",
    )


@router.get("/oauth2/userinfo", responses=BEARER_ERRORS)
async def userinfo(caller: Annotated[Caller, Depends(any_customer)], context: Ctx) -> UserInfo:
    """The account behind the token (OIDC claims) with its roles and its customer."""
    query = (
        select(accounts, customers.c.name.label("customer_name"), customers.c.zoneinfo)
        .join(customers, customers.c.id == accounts.c.customer_id)
        .where(accounts.c.id == caller.account_id)
    )
    async with context.database.reading() as connection:
        row = (await connection.execute(query)).one()
    return UserInfo(
        sub=row.id,
        name=row.name,
        preferred_username=row.username,
        locale=row.locale,
        zoneinfo=row.zoneinfo,
        roles=list(row.roles),
        customer=CustomerClaim(id=row.customer_id, name=row.customer_name),
    )
