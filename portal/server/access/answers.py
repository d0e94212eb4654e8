"""The bodies of the OAuth side, as the portal's OpenAPI shows them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Responses = dict[int | str, dict[str, object]]


class OAuthError(BaseModel):
    """RFC 6749 5.2; the challenge endpoint adds what is needed to go on."""

    model_config = ConfigDict(extra="allow")
    error: str
    error_description: str


class TxCode(BaseModel):
    """How to ask for the PIN (the prompt object of OpenID4VCI)."""

    length: int
    input_mode: Literal["numeric"]
    description: str


class ChallengeError(OAuthError):
    """More is needed (`insufficient_authorization`), or the way ends here (PORTAL-API 5.3)."""

    auth_session: str | None = None
    otp_required: bool | None = None
    otp_sent: bool | None = None
    otp_methods: list[str] | None = None
    otp_expires_in: int | None = None
    attempts_left: int | None = None
    resends_left: int | None = None
    tx_code: TxCode | None = None
    customer_name_masked: str | None = None
    phone_number_masked: str | None = None
    locale: str | None = None


class Authorized(BaseModel):
    authorization_code: str


class ReissueAccepted(BaseModel):
    reissue: Literal["accepted"] = "accepted"


class BurnAccepted(BaseModel):
    burn: Literal["accepted"] = "accepted"


class Cancelled(BaseModel):
    cancelled: Literal[True] = True


class TokenAnswer(BaseModel):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a type of token, not a token
    expires_in: int
    scope: str
    refresh_token: str | None = None
    auth_session: str | None = None
    acr: str | None = None
    auth_time: int | None = None  # seconds since 1970, when the PIN was right
    authorization_details: list[dict[str, str]] | None = None
    grant_id: str | None = None  # the connection, as `GrantRevokedEvent` names it (OpenID Grant Management)


class CustomerClaim(BaseModel):
    id: str
    name: str


class UserInfo(BaseModel):
    sub: str
    name: str
    preferred_username: str
    locale: str
    zoneinfo: str
    roles: list[str]
    customer: CustomerClaim


class IntrospectionAnswer(BaseModel):
    """RFC 7662. Of a token that is not active its own client learns one thing more: whether the connection lives."""

    active: bool
    grant_state: Literal["live", "ended"] | None = None
    grant_id: str | None = None
    scope: str | None = None
    client_id: str | None = None
    token_type: Literal["Bearer", "refresh_token"] | None = None
    sub: str | None = None
    exp: int | None = None
    iat: int | None = None
    acr: str | None = None
    customer: CustomerClaim | None = None


class ServerMetadata(BaseModel):
    """RFC 8414."""

    issuer: str
    token_endpoint: str
    authorization_challenge_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    introspection_endpoint: str
    event_hub_endpoint: str  # an extension: where `GrantRevokedEvent` is subscribed to
    scopes_supported: list[str]
    response_types_supported: list[str]
    grant_types_supported: list[str]
    acr_values_supported: list[str]
    authorization_details_types_supported: list[str]
    code_challenge_methods_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]
    introspection_endpoint_auth_methods_supported: list[str]
    ui_locales_supported: list[str]


class ResourceMetadata(BaseModel):
    """RFC 9728."""

    resource: str
    authorization_servers: list[str]
    scopes_supported: list[str]
    bearer_methods_supported: list[str]
    resource_name: str


_HEADER = {"schema": {"type": "string"}}
_CHALLENGED: dict[str, object] = {"WWW-Authenticate": {"description": "RFC 6750 / 9728", **_HEADER}}

CLIENT_ERRORS: Responses = {
    400: {"model": OAuthError, "description": "RFC 6749 5.2"},
    401: {"model": OAuthError, "description": "invalid_client", "headers": _CHALLENGED},
}
CHALLENGE_ERRORS: Responses = {
    202: {
        "model": ReissueAccepted | BurnAccepted,
        "description": "A new activation mail, or the link is dead: should the code be known",
    },
    400: {"model": ChallengeError, "description": "More is needed, or refused"},
    401: CLIENT_ERRORS[401],
    429: {
        "model": OAuthError,
        "description": "otp_rate_limited",
        "headers": {"Retry-After": {"description": "seconds", **_HEADER}},
    },
    503: {"model": OAuthError, "description": "temporarily_unavailable: the SMS gateway is away, nothing was used up"},
}
BEARER_ERRORS: Responses = {
    401: {"model": OAuthError, "description": "no token, or invalid_token", "headers": _CHALLENGED},
    403: {"model": OAuthError, "description": "insufficient_scope", "headers": _CHALLENGED},
}
