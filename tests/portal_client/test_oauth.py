"""Connecting: what the bot sends, and what each answer of the challenge endpoint becomes."""

import base64
import datetime as dt
from urllib.parse import unquote

import pytest

from portal import errors
from portal.models import AuthorizationCode, AuthSession, RefreshToken
from portal.oauth import Pkce
from tests.portal_client.scripted import SECRET, Says, resource_metadata, scripted, server_metadata

CHALLENGE = "/oauth2/challenge"
TOKEN_PATH = "/oauth2/token"
SESSION = AuthSession("session-1")
OFFER = {
    "error": "insufficient_authorization",
    "auth_session": "session-1",
    "otp_required": True,
    "otp_methods": ["sms", "totp"],
    "tx_code": {"length": 8, "input_mode": "numeric", "description": "PIN"},
    "customer_name_masked": "M••••• GmbH",
    "phone_number_masked": "+49 ••• ••••78",
    "locale": "de",
}
TOKENS = {
    "access_token": "canary-access",
    "token_type": "Bearer",
    "expires_in": 600,
    "scope": "contracts:read bills:read",
    "refresh_token": "canary-refresh",
    "auth_session": "canary-session",
}


async def test_the_whole_way_to_tokens() -> None:
    """Activation code, SMS, PIN, code, tokens: each step sends exactly what the contract says."""
    pkce = Pkce.new()
    async with scripted() as one:
        sent = {"error": "insufficient_authorization", "auth_session": "session-2", "otp_sent": True}
        one.says(
            CHALLENGE,
            Says(OFFER, 400),
            Says({**sent, "otp_expires_in": 300, "attempts_left": 5, "resends_left": 2}, 400),
            Says({"authorization_code": "code-1"}),
        )
        one.says(TOKEN_PATH, Says(TOKENS))

        offer = await one.portal.oauth.challenge_start("act-1", "Max Muster", pkce=pkce, scope="contracts:read")
        pin_sent = await one.portal.oauth.request_pin(offer.auth_session)
        code = await one.portal.oauth.answer_pin(pin_sent.auth_session, "123456")
        tokens = await one.portal.oauth.exchange(code, pkce)

        assert (offer.customer_name_masked, offer.pin_length, offer.methods) == ("M••••• GmbH", 8, ("sms", "totp"))
        assert (pin_sent.expires_in, pin_sent.attempts_left, pin_sent.resends_left) == (dt.timedelta(minutes=5), 5, 2)
        assert tokens.access.value == "canary-access"
        assert tokens.scopes == {"contracts:read", "bills:read"}
        assert one.forms == [
            {
                "response_type": "code",
                "scope": "contracts:read",
                "code_challenge": pkce.challenge,
                "code_challenge_method": "S256",
                "activation_code": "act-1",
                "connection_label": "Max Muster",
            },
            {"auth_session": "session-1", "otp_request": "sms"},
            {"auth_session": "session-2", "otp": "123456"},
            {"grant_type": "authorization_code", "code": "code-1", "code_verifier": pkce.verifier},
        ]


async def test_the_bot_says_who_it_is() -> None:
    """Client id and secret go as HTTP Basic, each form-encoded first, so that any character survives."""
    async with scripted() as one:
        one.says("/oauth2/revoke", Says({}))
        await one.portal.oauth.revoke(RefreshToken("r"))

        scheme, _, value = one.server.requests[-1].headers["authorization"].partition(" ")
        user, _, password = base64.b64decode(value).decode().partition(":")
        assert (scheme, unquote(user), unquote(password)) == ("Basic", "the bot", SECRET)


@pytest.mark.parametrize(
    ("answer", "expected", "facts"),
    [
        (Says({"error": "invalid_grant"}, 400), errors.LinkInvalid, {}),
        (Says({"error": "invalid_otp", "attempts_left": 3}, 400), errors.PinWrong, {"attempts_left": 3}),
        (Says({"error": "otp_expired"}, 400), errors.PinExpired, {}),
        (Says({"error": "invalid_session"}, 400), errors.PinLocked, {}),
        (Says({"error": "redirect_to_web"}, 400), errors.UseWeb, {}),
        (Says({"error": "otp_rate_limited"}, 429, {"Retry-After": "90"}), errors.PinRateLimited, {"retry_after": 90.0}),
        (Says({"error": "temporarily_unavailable"}, 503), errors.SmsUnavailable, {}),
        (Says({"error": "invalid_client"}, 401), errors.ClientRefused, {}),
        (Says({"error": "invalid_request"}, 400), errors.Rejected, {"code": "invalid_request"}),
        (Says({"error": "server_error"}, 503), errors.Unavailable, {}),
        (Says(b"<html>", 503, {"Content-Type": "text/html"}), errors.Unavailable, {}),
        (Says({"error": "server_error"}, 500), errors.OutcomeUnknown, {}),
        (Says(b"<html>", 200, {"Content-Type": "text/html"}), errors.OutcomeUnknown, {}),
        (Says({}, 200), errors.OutcomeUnknown, {}),
        (Says(b"{", 200), errors.OutcomeUnknown, {}),
    ],
)
async def test_each_answer_to_a_pin(answer: Says, expected: type[Exception], facts: dict[str, object]) -> None:
    """Each row of table 5.3 is an exception of its own, and what is unreadable leaves the outcome unknown."""
    async with scripted() as one:
        one.says(CHALLENGE, answer)

        with pytest.raises(expected) as caught:
            await one.portal.oauth.answer_pin(SESSION, "123456")

        assert type(caught.value) is expected
        assert {name: getattr(caught.value, name) for name in facts} == facts


@pytest.mark.parametrize("answer", [Says(b"{", 200), Says({}, 200), Says({"error": "server_error"}, 500)])
async def test_starting_may_be_repeated(answer: Says) -> None:
    """The first step changes nothing, so a spoilt answer to it is an outage and no unknown outcome."""
    async with scripted() as one:
        one.says(CHALLENGE, answer)

        with pytest.raises(errors.PortalError) as caught:
            await one.portal.oauth.challenge_start("act", "Max", pkce=Pkce.new(), scope="x")

        assert not isinstance(caught.value, errors.OutcomeUnknown)


async def test_dead_grant_is_signed_out() -> None:
    """A refresh that the portal refuses means: connect again."""
    async with scripted() as one:
        one.says(TOKEN_PATH, Says({"error": "invalid_grant"}, 400))

        with pytest.raises(errors.SignedOut):
            await one.portal.oauth.refresh(RefreshToken("r"))


async def test_dead_code_is_an_invalid_link() -> None:
    """An authorization code that came too late ends the connecting, not a connection."""
    async with scripted() as one:
        one.says(TOKEN_PATH, Says({"error": "invalid_grant"}, 400))

        with pytest.raises(errors.LinkInvalid):
            await one.portal.oauth.exchange(AuthorizationCode("c"), Pkce.new())


async def test_reissue_burn_and_give_up() -> None:
    """The three side ways of the challenge endpoint send their one parameter and take any success."""
    async with scripted() as one:
        one.says(CHALLENGE, Says({"reissue": "accepted"}, 202))
        await one.portal.oauth.reissue("act-1")
        await one.portal.oauth.burn("act-2")
        await one.portal.oauth.give_up(SESSION)

        assert one.forms == [
            {"activation_code": "act-1", "reissue": "true"},
            {"activation_code": "act-2", "burn": "true"},
            {"auth_session": "session-1", "cancel": "true"},
        ]


async def test_metadata_is_asked_for_once() -> None:
    """Discovery costs two reads, not two per call."""
    async with scripted() as one:
        one.says("/oauth2/revoke", Says({}))
        for _ in range(3):
            await one.portal.oauth.revoke(RefreshToken("r"))

        assert len([r for r in one.server.requests if r.path.startswith("/.well-known/")]) == 2


EVIL = "https://evil.example"


@pytest.mark.parametrize(
    ("resource", "server"),
    [
        ({"resource": EVIL}, {}),
        ({"authorization_servers": [EVIL]}, {}),
        ({"authorization_servers": []}, {}),
        ({"authorization_servers": "x"}, {}),
        ({}, {"issuer": EVIL}),
        ({}, {"token_endpoint": f"{EVIL}/token"}),
        ({}, {"authorization_challenge_endpoint": "http://169.254.169.254/"}),
        ({}, {"revocation_endpoint": None}),
        ({}, {"userinfo_endpoint": "http://[::1"}),
    ],
)
async def test_metadata_cannot_lead_the_secret_away(resource: dict[str, object], server: dict[str, object]) -> None:
    """The bot's own secret goes nowhere that the settings do not allow."""
    async with scripted() as one:
        url = one.server.url
        one.says("/.well-known/oauth-protected-resource", Says({**resource_metadata(url), **resource}))
        one.says("/.well-known/oauth-authorization-server", Says({**server_metadata(url), **server}))

        with pytest.raises(errors.BadAnswer):
            await one.portal.discover()

        assert all("authorization" not in request.headers for request in one.server.requests)


async def test_secrets_are_in_no_repr() -> None:
    """Printing what the client hands out shows no token, code or session."""
    async with scripted() as one:
        one.says(TOKEN_PATH, Says(TOKENS))
        one.says(CHALLENGE, Says({"authorization_code": "canary-code"}))
        tokens = await one.portal.oauth.refresh(RefreshToken("canary-old"))
        code = await one.portal.oauth.answer_pin(AuthSession("canary-session"), "123456")
        pkce = Pkce("canary-verifier")

        printed = f"{tokens} {tokens!r} {code} {pkce} {AuthSession('canary-x')} {RefreshToken('canary-y')}"
        assert "canary" not in printed
