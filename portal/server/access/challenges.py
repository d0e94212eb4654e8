"""The authorization challenge endpoint's conversation (FiPA; PORTAL-API 4.2, 5.3, 11), without its HTTP.

Activation code -> session (nothing is sent) -> PIN wished -> PIN typed -> authorization code. A step-up starts from the
token response's session instead of an activation code and goes the same way from there.
"""

import re
from dataclasses import dataclass
from uuid import uuid4

from pydantic import JsonValue
from sqlalchemy import Row, insert, select, update

from portal.server.access import alarms, links, pins, step_up
from portal.server.access.accounts import account, ordered, scopes_of
from portal.server.access.letters import language
from portal.server.access.numbers import masked_name, masked_phone, may_receive_pin, shown_label
from portal.server.access.tables import challenges
from portal.server.context import Context
from portal.server.errors import PortalError
from portal.server.keys import digest, new_code
from portal.server.settings import SCOPES, Client

S256 = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
APP_DIGITS = 6
APP_PROMPT = {"de": "6-stelliger Code aus Ihrer Authenticator-App", "en": "6-digit code from your authenticator app"}
PIN_PROMPT = {"de": "{digits}-stellige PIN aus der SMS an {phone}", "en": "{digits}-digit PIN from the SMS to {phone}"}


@dataclass(frozen=True, slots=True)
class Opening:
    """What a client sends with an activation code."""

    activation_code: str
    response_type: str
    scope: str
    code_challenge: str
    code_challenge_method: str
    connection_label: str


async def open_session(context: Context, client: Client, opening: Opening) -> PortalError:
    """Always an error answer (that is how FiPA asks for more): who would be connected, and how the PIN would come."""
    wanted = _wanted_scopes(client, opening)
    session, now = new_code(), context.now()
    async with context.database.reading() as connection:
        link = await links.usable(connection, opening.activation_code, now)
        owner = await account(connection, link.account_id) if link is not None else None
    if link is None or owner is None:
        await alarms.note(context, opening.activation_code, opening.connection_label)
        raise PortalError(400, "invalid_grant", "the activation link is unknown, used or expired")
    granted = ordered(wanted & scopes_of(owner.roles))
    if not granted:
        raise PortalError(400, "invalid_scope", "the account's roles allow none of these scopes")
    if not may_receive_pin(owner.phone, context.settings.sms_countries):
        raise PortalError(400, "redirect_to_web", "no PIN can be sent to the number on file; please use the portal")
    async with context.database.writing() as connection:
        await connection.execute(
            insert(challenges).values(
                id=uuid4().hex,
                session_hash=digest(session),
                purpose="connect",
                client_id=client.id,
                account_id=owner.id,
                link_id=link.id,
                scope=granted,
                code_challenge=opening.code_challenge,
                connection_label=shown_label(opening.connection_label),
                state="offered",
                created_at=now,
                expires_at=link.expires_at,
                tries=link.tries,
                sends=0,
            )
        )
    extra: dict[str, JsonValue] = {
        "otp_required": True,
        "otp_methods": ["sms"],
        "customer_name_masked": masked_name(owner.customer_name),
        "phone_number_masked": masked_phone(owner.phone),
        "locale": owner.locale,
    }
    return _more(session, owner, extra, pins.DIGITS["connect"])


async def open_step_up(context: Context, client: Client, opening: Opening, demand: step_up.Demand) -> PortalError:
    """The same answer for a connection that is there already: which PINs are possible, nothing is sent."""
    _check_code(opening)
    owner, session = await step_up.begin(context, client, demand)
    methods: list[JsonValue] = [*step_up.methods(context, owner)]
    extra: dict[str, JsonValue] = {
        "otp_required": True,
        "otp_methods": methods,
        "phone_number_masked": masked_phone(owner.phone),
        "locale": owner.locale,
    }
    return _more(session, owner, extra, pins.DIGITS["stepUp"], from_app="sms" not in methods)


async def send_pin(context: Context, client: Client, session: str, method: str) -> PortalError:
    challenge = await _challenge(context, client, session)
    async with context.database.reading() as connection:
        owner = await account(connection, challenge.account_id)
    if method not in (step_up.methods(context, owner) if challenge.purpose == "stepUp" else ["sms"]):
        raise PortalError(400, "invalid_request", "otp_request: not one of otp_methods")
    from_app = method == "totp"
    sent = await (pins.await_totp if from_app else pins.send)(context, challenge)
    if isinstance(sent, PortalError):
        raise sent
    extra: dict[str, JsonValue] = {
        "otp_sent": True,
        "otp_expires_in": context.settings.pin_lifetime,
        "attempts_left": sent.attempts_left,
        "resends_left": sent.resends_left,
    }
    return _more(session, owner, extra, pins.DIGITS[challenge.purpose], from_app=from_app)


async def answer_pin(context: Context, client: Client, session: str, pin: str) -> str:
    challenge = await _challenge(context, client, session)
    outcome = await pins.check(context, challenge, pin)
    context.post.set()  # the account may have to be told
    if isinstance(outcome, PortalError):
        if outcome.code == "invalid_otp":
            outcome.extra["auth_session"] = session
        raise outcome
    return outcome


async def give_up(context: Context, client: Client, session: str) -> None:
    """The session ends and lets its activation link go; the wrong PINs so far stay counted on the link."""
    challenge = await _challenge(context, client, session)
    async with context.database.writing() as connection:
        row = await pins.alone_with(connection, challenge.id)
        ended = update(challenges).where(challenges.c.id == row.id, challenges.c.state.in_(["offered", "open"]))
        if (await connection.execute(ended.values(state="dead", pin_hash=None))).rowcount and row.link_id:
            await links.give_back(connection, row.link_id, row.id, row.tries)


def _check_code(opening: Opening) -> None:
    if opening.response_type != "code":
        raise PortalError(400, "unsupported_response_type", "response_type must be code")
    if opening.code_challenge_method != "S256" or not S256.fullmatch(opening.code_challenge):
        raise PortalError(400, "invalid_request", "code_challenge with code_challenge_method=S256 is needed")


def _wanted_scopes(client: Client, opening: Opening) -> frozenset[str]:
    _check_code(opening)
    asked = frozenset(opening.scope.split()) or client.customer_scopes
    if not asked <= set(SCOPES) or not asked & client.customer_scopes:
        raise PortalError(400, "invalid_scope", "unknown scope, or none that this client may ask for")
    return asked & client.customer_scopes


async def _challenge(context: Context, client: Client, session: str) -> Row[tuple[object, ...]]:
    """The session as its own client knows it."""
    query = select(challenges).where(challenges.c.session_hash == digest(session), challenges.c.client_id == client.id)
    async with context.database.reading() as connection:
        row = (await connection.execute(query)).one_or_none()
    if row is None or row.expires_at <= context.now():
        raise pins.invalid_session()
    return row


def _more(
    session: str, owner: Row[tuple[object, ...]], extra: dict[str, JsonValue], digits: int, *, from_app: bool = False
) -> PortalError:
    """What is still needed; `digits` has a PIN by SMS."""
    words = (APP_PROMPT if from_app else PIN_PROMPT)[language(owner.locale)]
    tx_code: dict[str, JsonValue] = {
        "length": APP_DIGITS if from_app else digits,
        "input_mode": "numeric",
        "description": words.format(phone=masked_phone(owner.phone), digits=digits),
    }
    facts: dict[str, JsonValue] = {"auth_session": session, "tx_code": tx_code, **extra}
    return PortalError(400, "insufficient_authorization", "a PIN is needed", extra=facts)
