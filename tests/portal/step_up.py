"""Stepping up as a client does it: the challenge that names the requests, the PIN from the phone, the bound token."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass

import httpx

from portal.server.access.step_up import ACR, body_digest
from tests.portal.conftest import Portal
from tests.portal.tmf import Json, Person

ORDERS = "orders:write"


@dataclass(frozen=True, slots=True)
class Wish:
    """A request to come."""

    path: str
    body: bytes
    method: str = "POST"
    summary: str = "DDoS-Schutz buchen, 29,00 EUR im Monat"

    @property
    def entry(self) -> dict[str, str]:
        facts = {"type": "urn:eservice:request", "externalId": "action-1", "method": self.method, "path": self.path}
        return {**facts, "digest": body_digest(self.body), "summary": self.summary}


async def ask(portal: Portal, session: str, *wishes: Wish, verifier: str = "v" * 43, **more: str) -> httpx.Response:
    """The first step: nothing is sent yet."""
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    form = {"response_type": "code", "code_challenge": hashed, "code_challenge_method": "S256", "acr_values": ACR}
    details = json.dumps([wish.entry for wish in wishes])
    form |= {"auth_session": session, "max_age": "300", "scope": ORDERS, "authorization_details": details}
    return await portal.challenge(**{**form, **more})


async def typed(portal: Portal, session: str, pin: str, verifier: str) -> Json:
    """The PIN, and the token for it."""
    answer = await portal.challenge(auth_session=session, otp=pin)
    assert answer.status_code == 200, answer.text
    code = answer.json()["authorization_code"]
    token = await portal.token(grant_type="authorization_code", code=code, code_verifier=verifier)
    assert token.status_code == 200, token.text
    return token.json()


async def step_up(portal: Portal, person: Person, *wishes: Wish, scope: str = ORDERS) -> dict[str, str]:
    """The whole way: headers with the token that is good for exactly these wishes (three a test: SMS are limited)."""
    verifier = secrets.token_urlsafe(32)
    begun = (await ask(portal, person.session, *wishes, verifier=verifier, scope=scope)).json()
    assert begun["error"] == "insufficient_authorization", begun
    token = await typed(portal, begun["auth_session"], await portal.pin(begun["auth_session"]), verifier)
    return {"Authorization": f"Bearer {token['access_token']}"}
