"""Connecting and stepping up: a PIN at the challenge endpoint, then tokens.

The challenge endpoint answers in steps (PORTAL-API 11): `challenge_start` names the masked company and sends nothing
(`step_up_start` does the same for a connection and the requests that it wants to make), `request_pin` sends an SMS,
`answer_pin` gives the code that `exchange` turns into tokens. Each refusal of table 5.3 is an exception of its own. The
portal's errors decide, not its statuses.
"""

import base64
import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import orjson

from portal.answers import Node, as_node, flag, maybe_text, node, nodes, number, text, texts
from portal.calls import Calls, is_json, json_of, reading, refusal, retry_after
from portal.discovery import Discovery
from portal.errors import (
    BadAnswer,
    ChallengeRefused,
    ClientRefused,
    LinkInvalid,
    PinExpired,
    PinLocked,
    PinRateLimited,
    PinWrong,
    PortalError,
    Rejected,
    SignedOut,
    SmsUnavailable,
    StepUpDemand,
    TokenExpired,
    Unavailable,
    UseWeb,
)
from portal.models import (
    AccessToken,
    AuthorizationCode,
    AuthSession,
    Challenge,
    Introspection,
    PinSent,
    RefreshToken,
    StepUp,
    Tokens,
)
from portal.wire import Reply

PIN_LENGTH = 6

_PLAIN_REFUSALS: dict[str, type[ChallengeRefused]] = {
    "invalid_grant": LinkInvalid,
    "otp_expired": PinExpired,
    "invalid_session": PinLocked,
    "redirect_to_web": UseWeb,
    "unmet_authentication_requirements": UseWeb,  # RFC 9470: no PIN can give what was demanded
    "temporarily_unavailable": SmsUnavailable,
}


@dataclass(frozen=True, slots=True)
class Pkce:
    """A proof key (RFC 7636): the challenge goes first, the verifier with the exchange."""

    verifier: str = field(repr=False)

    @classmethod
    def new(cls) -> "Pkce":
        return cls(secrets.token_urlsafe(32))

    @property
    def challenge(self) -> str:
        return _digest(self.verifier.encode())


@dataclass(frozen=True)
class Entry:
    """One request that a step-up is to be good for.

    `body` is exactly what will be sent; `summary` is what the SMS says of it, in at most 100 characters.
    """

    external_id: str
    method: str
    path: str
    body: bytes = field(repr=False)
    summary: str

    @cached_property
    def digest(self) -> str:
        """What binds the step-up to the body: its SHA-256, in base64url without padding."""
        return _digest(self.body)

    def details(self) -> dict[str, str]:
        """An entry of `authorization_details` (RFC 9396)."""
        return {
            "type": "urn:eservice:request",
            "externalId": self.external_id,
            "method": self.method,
            "path": self.path,
            "digest": self.digest,
            "summary": self.summary,
        }


class OAuth:
    """The authorization server's side of the portal."""

    def __init__(self, calls: Calls, discovery: Discovery) -> None:
        self._calls = calls
        self._discovery = discovery

    async def challenge_start(self, activation_code: str, label: str, *, pkce: Pkce, scope: str) -> Challenge:
        """What the activation link is for; nothing is sent yet, so it may be asked again."""
        answer = await self._challenge(
            {
                "response_type": "code",
                "scope": scope,
                "code_challenge": pkce.challenge,
                "code_challenge_method": "S256",
                "activation_code": activation_code,
                "connection_label": label,
            },
            change=False,
        )
        return _read_challenge(answer, customer=text(answer, "customer_name_masked"))

    async def step_up_start(
        self, session: AuthSession, demand: StepUpDemand, entries: Sequence[Entry], label: str, *, pkce: Pkce
    ) -> Challenge:
        """Ask for a step-up that is good for these requests only; nothing is sent yet, so it may be asked again.

        `session` is the connection's latest. When the portal does not know it (any more), `TokenExpired` is raised: a
        refresh brings a new one, or tells that the connection has ended.
        """
        age = {} if demand.max_age is None else {"max_age": str(demand.max_age)}
        fields = {
            "response_type": "code",
            "auth_session": session.value,
            "acr_values": demand.acr_values,
            **age,
            "scope": demand.scope or "",
            "code_challenge": pkce.challenge,
            "code_challenge_method": "S256",
            "authorization_details": orjson.dumps([entry.details() for entry in entries]).decode(),
            "connection_label": label,
        }
        try:
            answer = await self._challenge({name: value for name, value in fields.items() if value}, change=False)
        except PinLocked:
            # No PIN was in play: the portal's `invalid_session` is about the connection's session here.
            raise TokenExpired("session not accepted") from None
        return _read_challenge(answer, customer="")

    async def request_pin(self, session: AuthSession, *, method: str = "sms") -> PinSent:
        """Have a new PIN sent; the ones before it are dead."""
        answer = await self._challenge({"auth_session": session.value, "otp_request": method}, change=True)
        with reading(change=True):
            return PinSent(
                auth_session=AuthSession(maybe_text(answer, "auth_session") or session.value),
                expires_in=dt.timedelta(seconds=number(answer, "otp_expires_in") or 300),
                attempts_left=number(answer, "attempts_left") or 0,
                resends_left=number(answer, "resends_left") or 0,
                pin_length=_pin_length(answer),
            )

    async def answer_pin(self, session: AuthSession, pin: str) -> AuthorizationCode:
        """Tell the portal the PIN; a right one is answered with a code."""
        reply = await self._post_challenge({"auth_session": session.value, "otp": pin}, change=True)
        answer = _answer(reply, change=True)
        if reply.status == 200:
            with reading(change=True):
                return AuthorizationCode(text(answer, "authorization_code"))
        raise _challenge_refusal(reply, answer)

    async def reissue(self, activation_code: str) -> None:
        """Ask for a new activation mail; the portal says the same whether or not it sends one."""
        await self._accepted({"activation_code": activation_code, "reissue": "true"})

    async def burn(self, activation_code: str) -> None:
        """Make an activation link useless that others may have seen; the portal says the same for unknown ones."""
        await self._accepted({"activation_code": activation_code, "burn": "true"})

    async def give_up(self, session: AuthSession) -> None:
        """End a challenge that the person cancelled; its activation link is free again."""
        await self._accepted({"auth_session": session.value, "cancel": "true"})

    async def exchange(self, code: AuthorizationCode, pkce: Pkce) -> Tokens:
        """Turn the code into tokens, once."""
        fields = {"grant_type": "authorization_code", "code": code.value, "code_verifier": pkce.verifier}
        return await self._tokens(fields, dead=LinkInvalid, change=True)

    async def refresh(self, token: RefreshToken) -> Tokens:
        """New tokens for old; the portal honours the old one until the new one was used, so it may be repeated."""
        fields = {"grant_type": "refresh_token", "refresh_token": token.value}
        return await self._tokens(fields, dead=SignedOut, change=False)

    async def revoke(self, token: RefreshToken | AccessToken) -> None:
        """End the whole connection at the portal; repeating it is harmless."""
        hint = "refresh_token" if isinstance(token, RefreshToken) else "access_token"
        url = (await self._discovery.endpoints()).revocation
        reply = await self._calls.form(url, {"token": token.value, "token_type_hint": hint}, change=False)
        if not 200 <= reply.status < 300:
            raise _oauth_refusal(reply, _answer(reply))

    async def introspect(self, token: RefreshToken | AccessToken) -> Introspection:
        """Whether a token still holds: it does not from the moment its connection ended, wherever that was done.

        A refresh token tells of the connection, an access token only until it expires.
        """
        hint = "refresh_token" if isinstance(token, RefreshToken) else "access_token"
        url = (await self._discovery.endpoints()).introspection
        reply = await self._calls.form(url, {"token": token.value, "token_type_hint": hint}, change=False)
        answer = _answer(reply)
        if reply.status != 200:
            raise _oauth_refusal(reply, answer)
        return _read_introspection(answer)

    async def own_token(self, scope: str) -> AccessToken:
        """The bot's own token, for no customer (client_credentials)."""
        fields = {"grant_type": "client_credentials", "scope": scope}
        return (await self._tokens(fields, dead=ClientRefused, change=False)).access

    async def _tokens(self, fields: dict[str, str], *, dead: type[PortalError], change: bool) -> Tokens:
        url = (await self._discovery.endpoints()).token
        reply = await self._calls.form(url, fields, change=change)
        answer = _answer(reply, change=change)
        if reply.status == 200:
            with reading(change=change):
                return _read_tokens(answer)
        if answer.get("error") == "invalid_grant":
            raise dead("grant refused")
        raise _oauth_refusal(reply, answer)

    async def _accepted(self, fields: dict[str, str]) -> None:
        # Nothing is lost when it is sent twice, so a lost answer is no unknown outcome.
        reply = await self._post_challenge(fields, change=False)
        if not 200 <= reply.status < 300:
            raise _challenge_refusal(reply, _answer(reply))

    async def _challenge(self, fields: dict[str, str], *, change: bool) -> Node:
        reply = await self._post_challenge(fields, change=change)
        answer = _answer(reply, change=change)
        if answer.get("error") != "insufficient_authorization":
            raise _challenge_refusal(reply, answer)
        return answer

    async def _post_challenge(self, fields: dict[str, str], *, change: bool) -> Reply:
        url = (await self._discovery.endpoints()).challenge
        return await self._calls.form(url, fields, change=change)


def _answer(reply: Reply, *, change: bool = False) -> Node:
    """The JSON object of an answer of any status."""
    if not is_json(reply.headers) and reply.status >= 400:
        raise refusal(reply)
    with reading(change=change):
        return as_node(json_of(reply))


def _challenge_refusal(reply: Reply, answer: Node) -> PortalError:
    match answer.get("error"):
        case "invalid_otp":
            return PinWrong(number(answer, "attempts_left") or 0)
        case "otp_rate_limited":
            return PinRateLimited(retry_after(reply.headers) or 60.0)
        case str(error) if error in _PLAIN_REFUSALS:
            return _PLAIN_REFUSALS[error](error)
    return _oauth_refusal(reply, answer)


def _oauth_refusal(reply: Reply, answer: Node) -> PortalError:
    error = maybe_text(answer, "error") or ""
    if error in ("invalid_client", "unauthorized_client") or reply.status == 401:
        return ClientRefused("client credentials not accepted")
    if reply.status == 429 or reply.status >= 500:
        return Unavailable(f"status {reply.status}", retry_after=retry_after(reply.headers))
    if reply.status < 400:
        return BadAnswer(f"status {reply.status}")
    return Rejected(reply.status, error, maybe_text(answer, "error_description") or "")


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _read_challenge(answer: Node, *, customer: str) -> Challenge:
    methods = texts(answer, "otp_methods")
    return Challenge(
        auth_session=AuthSession(text(answer, "auth_session")),
        customer_name_masked=customer,
        # Who has an authenticator app may have no number.
        phone_number_masked=text(answer, "phone_number_masked") if "sms" in methods else "",
        methods=methods,
        pin_length=_pin_length(answer),
        locale=maybe_text(answer, "locale"),
    )


def _pin_length(answer: Node) -> int:
    return number(node(answer, "tx_code"), "length") or PIN_LENGTH


def _read_tokens(answer: Node) -> Tokens:
    refresh, session = maybe_text(answer, "refresh_token"), maybe_text(answer, "auth_session")
    return Tokens(
        access=AccessToken(text(answer, "access_token")),
        refresh=RefreshToken(refresh) if refresh else None,
        expires_in=dt.timedelta(seconds=number(answer, "expires_in") or 0),
        scopes=frozenset((maybe_text(answer, "scope") or "").split()),
        auth_session=AuthSession(session) if session else None,
        step_up=_read_step_up(answer),
        grant_id=maybe_text(answer, "grant_id"),
    )


def _read_introspection(answer: Node) -> Introspection:
    if "active" not in answer:
        raise BadAnswer("active is missing")
    state = maybe_text(answer, "grant_state")
    connected = None if state is None else state == "live"
    if not flag(answer, "active"):
        return Introspection(active=False, connected=connected)
    expires = number(answer, "exp")
    return Introspection(
        active=True,
        connected=connected,
        scopes=frozenset((maybe_text(answer, "scope") or "").split()),
        subject=maybe_text(answer, "sub") or "",
        customer_id=maybe_text(node(answer, "customer"), "id") or "",
        grant_id=maybe_text(answer, "grant_id") or "",
        expires_at=None if expires is None else _instant(expires),
    )


def _read_step_up(answer: Node) -> StepUp | None:
    acr, at = maybe_text(answer, "acr"), number(answer, "auth_time")
    if not acr:
        return None
    return StepUp(
        acr=acr,
        at=_instant(at) if at is not None else None,
        external_ids=tuple(text(entry, "externalId") for entry in nodes(answer, "authorization_details")),
    )


def _instant(seconds: int) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise BadAnswer("not a time") from None
