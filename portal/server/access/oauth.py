"""Endpoints 3-5 of PORTAL-API 5.1 (challenge, token, revoke) and introspection.

Forms in, JSON out, clients known by HTTP Basic.
"""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel, ConfigDict, Field

from portal.server.access import challenges, grants, introspection, links, step_up
from portal.server.access.answers import (
    CHALLENGE_ERRORS,
    CLIENT_ERRORS,
    Authorized,
    BurnAccepted,
    Cancelled,
    IntrospectionAnswer,
    ReissueAccepted,
    TokenAnswer,
)
from portal.server.access.guard import Calling
from portal.server.context import Context, Ctx
from portal.server.errors import PortalError
from portal.server.settings import Client

router = APIRouter(prefix="/oauth2", tags=["oauth"])
LONGEST_DETAILS = 20_000
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class ChallengeForm(BaseModel):
    """Which step it is follows from what is there.

    activation_code, authorization_details (a step-up), otp_request, otp, cancel, reissue or burn.
    """

    model_config = ConfigDict(str_max_length=2000)
    activation_code: str = ""
    reissue: str = ""
    burn: str = ""
    response_type: str = ""
    scope: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    connection_label: str = ""
    auth_session: str = ""
    acr_values: str = ""
    max_age: str = ""
    authorization_details: Annotated[str, Field(max_length=LONGEST_DETAILS)] = ""
    otp_request: str = ""
    otp: str = ""
    cancel: str = ""


class TokenForm(BaseModel):
    model_config = ConfigDict(str_max_length=2000)
    grant_type: str = ""
    code: str = ""
    code_verifier: str = ""
    refresh_token: str = ""
    scope: str = ""


class KnownTokenForm(BaseModel):
    model_config = ConfigDict(str_max_length=2000)
    token: str = ""
    token_type_hint: str = ""


@router.post("/challenge", responses=CHALLENGE_ERRORS)
async def challenge(
    form: Annotated[ChallengeForm, Form()], client: Calling, context: Ctx, response: Response
) -> Authorized | Cancelled | ReissueAccepted | BurnAccepted:
    """The authorization challenge endpoint (FiPA): activation code or step-up, then a PIN, then a code."""
    response.headers.update(NO_STORE)
    if form.reissue or form.burn:
        response.status_code = 202
        return await _accepted(form, context)
    if form.activation_code:
        raise await challenges.open_session(context, client, _opening(form))
    if not form.auth_session:
        raise PortalError(400, "invalid_request", "activation_code or auth_session is needed")
    if form.cancel:
        await challenges.give_up(context, client, form.auth_session)
        return Cancelled()
    if form.authorization_details or form.acr_values:
        raise await challenges.open_step_up(context, client, _opening(form), _demand(form))
    if form.otp_request:
        raise await challenges.send_pin(context, client, form.auth_session, form.otp_request)
    if form.otp:
        return Authorized(authorization_code=await challenges.answer_pin(context, client, form.auth_session, form.otp))
    raise PortalError(400, "invalid_request", "otp_request or otp is needed")


@router.post("/token", response_model_exclude_none=True, responses=CLIENT_ERRORS)
async def token(form: Annotated[TokenForm, Form()], client: Calling, context: Ctx, response: Response) -> TokenAnswer:
    """Access and refresh tokens for an authorization code or a refresh token; a client's own token."""
    response.headers.update(NO_STORE)
    outcome = await _issued(form, client, context)
    if isinstance(outcome, PortalError):
        raise outcome
    return TokenAnswer(**asdict(outcome))


@router.post("/revoke", responses=CLIENT_ERRORS)
async def revoke(form: Annotated[KnownTokenForm, Form()], client: Calling, context: Ctx) -> dict[str, str]:
    """Ends the token's whole grant at once; 200 for unknown tokens too (RFC 7009)."""
    if not form.token:
        raise PortalError(400, "invalid_request", "token is needed")
    await grants.revoke(context, client, form.token)
    return {}


@router.post("/introspect", response_model_exclude_none=True, responses=CLIENT_ERRORS)
async def introspect(
    form: Annotated[KnownTokenForm, Form()], client: Calling, context: Ctx, response: Response
) -> IntrospectionAnswer:
    """Whether a token of this client's holds, and whether its connection lives (RFC 7662)."""
    response.headers.update(NO_STORE)
    if not form.token:
        raise PortalError(400, "invalid_request", "token is needed")
    return await introspection.look(context, client, form.token)


async def _issued(form: TokenForm, client: Client, context: Context) -> grants.Issued | PortalError:
    match form.grant_type:
        case "authorization_code" if form.code and form.code_verifier:
            return await grants.exchange(context, client, form.code, form.code_verifier)
        case "refresh_token" if form.refresh_token:
            return await grants.refresh(context, client, form.refresh_token, form.scope)
        case "client_credentials":
            return await grants.own_token(context, client, form.scope)
        case "authorization_code" | "refresh_token":
            return PortalError(400, "invalid_request", "a parameter of this grant_type is missing")
        case _:
            return PortalError(400, "unsupported_grant_type", "authorization_code, refresh_token or client_credentials")


async def _accepted(form: ChallengeForm, context: Context) -> ReissueAccepted | BurnAccepted:
    """The same answer whatever the code is; who is known gets a mail."""
    if {form.reissue, form.burn} != {"true", ""} or not form.activation_code:
        raise PortalError(400, "invalid_request", "reissue=true, or burn=true, goes with an activation_code")
    if form.burn:
        await links.burn(context, form.activation_code)
        return BurnAccepted()
    await links.ask_reissue(context, form.activation_code)
    return ReissueAccepted()


def _opening(form: ChallengeForm) -> challenges.Opening:
    return challenges.Opening(
        activation_code=form.activation_code,
        response_type=form.response_type,
        scope=form.scope,
        code_challenge=form.code_challenge,
        code_challenge_method=form.code_challenge_method,
        connection_label=form.connection_label,
    )


def _demand(form: ChallengeForm) -> step_up.Demand:
    return step_up.Demand(
        auth_session=form.auth_session,
        acr_values=form.acr_values,
        max_age=form.max_age,
        scope=form.scope,
        code_challenge=form.code_challenge,
        connection_label=form.connection_label,
        authorization_details=form.authorization_details,
    )
