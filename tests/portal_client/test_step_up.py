"""Stepping up: a PIN for exactly these requests, and the token that it gives."""

import base64
import datetime as dt
import hashlib
import json

import pytest

from portal import errors
from portal.errors import StepUpDemand
from portal.models import AuthorizationCode, AuthSession, StepUp
from portal.oauth import Entry, Pkce
from tests.portal_client.scripted import Says, Scripted, scripted

CHALLENGE = "/oauth2/challenge"
TOKEN_PATH = "/oauth2/token"
GRANT = AuthSession("grant-session")
DEMAND = StepUpDemand("urn:eservice:acr:sms-otp", 300, "orders:write")
ORDER = Entry("a-1", "POST", "/tmf-api/productOrderingManagement/v4/productOrder", b'{"a":1.00}', "DDoS-Schutz buchen")
OFFER = {
    "error": "insufficient_authorization",
    "auth_session": "challenge-session",
    "otp_required": True,
    "otp_methods": ["sms", "totp"],
    "tx_code": {"length": 6, "input_mode": "numeric", "description": "PIN"},
    "phone_number_masked": "+49 ••• ••••78",
    "locale": "de",
}
TOKENS = {
    "access_token": "canary-access",
    "token_type": "Bearer",
    "expires_in": 300,
    "scope": "orders:write",
    "acr": "urn:eservice:acr:sms-otp",
    "auth_time": 1795000000,
    "authorization_details": [ORDER.details()],
}


async def begin(one: Scripted, *entries: Entry, demand: StepUpDemand = DEMAND, pkce: Pkce | None = None) -> AuthSession:
    offer = await one.portal.oauth.step_up_start(GRANT, demand, entries, "Max Muster", pkce=pkce or Pkce.new())
    return offer.auth_session


async def test_the_whole_way_to_a_stepped_up_token() -> None:
    """Each step sends exactly what the contract says; the token is for one request, without a refresh token."""
    pkce = Pkce.new()
    async with scripted() as one:
        sent = {"error": "insufficient_authorization", "otp_sent": True, "otp_expires_in": 300, "attempts_left": 5}
        one.says(CHALLENGE, Says(OFFER, 400), Says(sent, 400), Says({"authorization_code": "code-1"}))
        one.says(TOKEN_PATH, Says(TOKENS))

        offer = await one.portal.oauth.step_up_start(GRANT, DEMAND, [ORDER], "Max Muster", pkce=pkce)
        pin_sent = await one.portal.oauth.request_pin(offer.auth_session, method="totp")
        code = await one.portal.oauth.answer_pin(pin_sent.auth_session, "123456")
        tokens = await one.portal.oauth.exchange(code, pkce)
        forms = one.forms

    assert (offer.auth_session.value, offer.methods, offer.pin_length) == ("challenge-session", ("sms", "totp"), 6)
    assert (offer.phone_number_masked, offer.customer_name_masked) == ("+49 ••• ••••78", "")
    assert (tokens.refresh, tokens.auth_session, tokens.expires_in) == (None, None, dt.timedelta(minutes=5))
    assert tokens.step_up == StepUp("urn:eservice:acr:sms-otp", dt.datetime.fromtimestamp(1795000000, dt.UTC), ("a-1",))
    assert forms == [
        {
            "response_type": "code",
            "auth_session": "grant-session",
            "acr_values": "urn:eservice:acr:sms-otp",
            "max_age": "300",
            "scope": "orders:write",
            "code_challenge": pkce.challenge,
            "code_challenge_method": "S256",
            "authorization_details": json.dumps([ORDER.details()], separators=(",", ":"), ensure_ascii=False),
            "connection_label": "Max Muster",
        },
        {"auth_session": "challenge-session", "otp_request": "totp"},
        {"auth_session": "challenge-session", "otp": "123456"},
        {"grant_type": "authorization_code", "code": "code-1", "code_verifier": pkce.verifier},
    ]


def test_an_entry_is_bound_to_its_body() -> None:
    """The digest is that of the raw bytes, in base64url without padding; one other byte is another digest."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(ORDER.body).digest()).decode().rstrip("=")
    altered = Entry(ORDER.external_id, ORDER.method, ORDER.path, b'{"a":1.0}', ORDER.summary)

    assert ORDER.details() == {
        "type": "urn:eservice:request",
        "externalId": "a-1",
        "method": "POST",
        "path": "/tmf-api/productOrderingManagement/v4/productOrder",
        "digest": digest,
        "summary": "DDoS-Schutz buchen",
    }
    assert len(digest) == 43
    assert altered.digest != ORDER.digest


async def test_several_requests_with_one_pin() -> None:
    """Each request to come has an entry of its own, in the order in which they were given."""
    other = Entry("a-2", "PATCH", "/x", b"{}", "Umleitung")
    async with scripted() as one:
        one.says(CHALLENGE, Says(OFFER, 400))
        await begin(one, ORDER, other)
        (form,) = one.forms

    assert json.loads(form["authorization_details"]) == [ORDER.details(), other.details()]


async def test_an_authenticator_app_needs_no_number() -> None:
    """An account without a telephone can step up as well."""
    async with scripted() as one:
        one.says(CHALLENGE, Says({**OFFER, "otp_methods": ["totp"], "phone_number_masked": ""}, 400))
        offer = await one.portal.oauth.step_up_start(GRANT, DEMAND, [ORDER], "Max Muster", pkce=Pkce.new())

    assert (offer.methods, offer.phone_number_masked) == (("totp",), "")


async def test_a_demand_without_age_and_scope() -> None:
    """What the portal did not ask for is not sent."""
    async with scripted() as one:
        one.says(CHALLENGE, Says(OFFER, 400))
        await begin(one, ORDER, demand=StepUpDemand("urn:x", None, None))
        (form,) = one.forms

    assert not {"max_age", "scope"} & set(form)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Says({"error": "invalid_session"}, 400), errors.TokenExpired),
        (Says({"error": "invalid_authorization_details"}, 400), errors.Rejected),
        (Says({"error": "otp_rate_limited"}, 429), errors.PinRateLimited),
        (Says({"error": "redirect_to_web"}, 400), errors.UseWeb),
        (Says({"error": "unmet_authentication_requirements"}, 400), errors.UseWeb),
        (Says({"error": "invalid_client"}, 401), errors.ClientRefused),
        (Says({"error": "server_error"}, 500), errors.Unavailable),
        (Says({}, 200), errors.BadAnswer),
        (Says(b"{", 400), errors.BadAnswer),
        (Says({**OFFER, "auth_session": None}, 400), errors.BadAnswer),
        (Says({**OFFER, "otp_methods": "sms"}, 400), errors.BadAnswer),
        (Says({**OFFER, "phone_number_masked": None}, 400), errors.BadAnswer),
    ],
)
async def test_each_refusal_to_begin(answer: Says, expected: type[Exception]) -> None:
    """Beginning sends no PIN, so it is never an unknown outcome; an unknown session asks for a refresh."""
    async with scripted() as one:
        one.says(CHALLENGE, answer)

        with pytest.raises(expected) as caught:
            await begin(one, ORDER)

        assert type(caught.value) is expected


async def test_an_ordinary_token_is_not_stepped_up() -> None:
    """Connecting and refreshing give tokens without a PIN's power."""
    ordinary = {key: TOKENS[key] for key in ("access_token", "token_type", "expires_in", "scope")}
    async with scripted() as one:
        one.says(TOKEN_PATH, Says(ordinary))
        tokens = await one.portal.oauth.exchange(AuthorizationCode("c"), Pkce.new())

    assert tokens.step_up is None


@pytest.mark.parametrize(
    "garbage",
    [
        {"auth_time": "now"},
        {"auth_time": 10**30},
        {"authorization_details": "all"},
        {"authorization_details": [{"externalId": 5}]},
        {"acr": 5},
    ],
)
async def test_a_token_that_cannot_be_read_is_lost(garbage: dict[str, object]) -> None:
    """The code is spent, and what it gave cannot be told."""
    async with scripted() as one:
        one.says(TOKEN_PATH, Says({**TOKENS, **garbage}))

        with pytest.raises(errors.OutcomeUnknown):
            await one.portal.oauth.exchange(AuthorizationCode("c"), Pkce.new())


def test_an_entry_does_not_print_its_body() -> None:
    """Bodies contain telephone numbers."""
    assert "1.00" not in repr(ORDER)
