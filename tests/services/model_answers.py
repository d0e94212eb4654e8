"""What the portal in memory holds, and how it is told in the words of the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.wire import Headers, Reply

URL = "https://portal.example"

Json = dict[str, object]
Rule = Mapping[str, object]

TOKEN_LIFE, STEP_UP_LIFE, PIN_LIFE = timedelta(minutes=10), timedelta(minutes=5), timedelta(minutes=5)
TRIES, SENDINGS = 5, 3


@dataclass
class Grant:
    """A connection as the portal knows it."""

    name: str
    alive: bool = True
    turn: int = 0
    since: datetime | None = None

    @property
    def refresh(self) -> str:
        return f"refresh-{self.name}-{self.turn}"

    @property
    def session(self) -> str:
        return f"grant-{self.name}-{self.turn}"


@dataclass
class Asked:
    """A challenge: tries, the PIN that was sent last, and the requests that it is for."""

    grant: Grant
    entries: list[dict[str, str]]
    external_id: str
    tries: int = TRIES
    sent: int = 0
    pin: str = ""
    sent_at: datetime | None = None
    over: bool = False


@dataclass
class Stepped:
    """A step-up token."""

    grant: Grant
    entries: list[dict[str, str]]
    until: datetime


@dataclass
class Placed:
    """An order."""

    id: str
    body: bytes
    state: str = "acknowledged"


@dataclass
class Line:
    """An extension or range, with every state that it ever had."""

    kind: str
    rules: dict[str, Rule] = field(default_factory=dict)
    version: int = 1
    past: list[dict[str, Rule]] = field(default_factory=lambda: [{}])

    def become(self, rules: dict[str, Rule]) -> None:
        self.rules, self.version = rules, self.version + 1
        self.past.append(rules)


def metadata() -> Json:
    return {
        "resource": URL,
        "authorization_servers": [URL],
        "issuer": URL,
        "token_endpoint": f"{URL}/oauth2/token",
        "authorization_challenge_endpoint": f"{URL}/oauth2/challenge",
        "revocation_endpoint": f"{URL}/oauth2/revoke",
    }


def step_up() -> Reply:
    demand = (
        'Bearer error="insufficient_user_authentication", acr_values="sms-otp", max_age="300", scope="orders:write"'
    )
    return Reply(401, {"WWW-Authenticate": demand}, b"")


def refused(code: str) -> Reply:
    return said({"code": code, "reason": "No."}, 409)


def said(body: object, status: int = 200, headers: Headers | None = None) -> Reply:
    return Reply(status, {"Content-Type": "application/json", **(headers or {})}, json.dumps(body).encode())


def listed(entries: list[Json], query: Mapping[str, str]) -> Reply:
    return said(entries if query.get("offset", "0") == "0" else [])


def price(value: int) -> Json:
    amount = {"unit": "EUR", "value": value}
    return {"name": "Grundpreis", "priceType": "recurring", "recurringChargePeriod": "month",
            "price": {"dutyFreeAmount": amount, "taxIncludedAmount": amount}}  # fmt: skip


def target(uri: str, label: str) -> Json:
    return {"id": uri, "target": uri, "name": label}


def merged(rules: Mapping[str, Rule], sent: Json) -> dict[str, Rule]:
    wished = sent["callForwarding"]
    merged = {when: dict(rule) for when, rule in rules.items()}
    for when, fields in wished.items() if isinstance(wished, dict) else ():
        merged[when] = {"active": False, **merged.get(when, {}), **fields}
        merged[when] = {name: value for name, value in merged[when].items() if value is not None}
    return dict(merged)


def question(session: str, asked: Asked) -> Json:
    return {
        "error": "insufficient_authorization",
        "auth_session": session,
        "otp_methods": ["sms"],
        "phone_number_masked": "…10",
        "tx_code": {"length": 6},
        "otp_expires_in": int(PIN_LIFE.total_seconds()),
        "attempts_left": asked.tries,
        "resends_left": SENDINGS - asked.sent,
    }


def items_of(sent: Json) -> list[dict[str, object]]:
    items = sent["productOrderItem"]
    return list(items) if isinstance(items, list) else []


def action_of(body: bytes) -> object:
    return items_of(json.loads(body))[0]["action"]


def as_order(external_id: str, placed: Placed) -> Json:
    return {"id": placed.id, "externalId": external_id, "state": placed.state}
