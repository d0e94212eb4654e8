"""A portal in memory, at the wire: what it holds is known exactly, and its answers get lost when a test says so.

It keeps the rules that the road relies on (one-time step-up entries, entity tags, PINs with tries) and notes what no
portal should ever see: an order that is placed twice.
"""

import asyncio
import hashlib
import json
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from portal.upload import Upload
from portal.wire import JSON_CAP, Headers, Lost, NotSent, Reply, Wire
from tests.services.model_answers import (
    PIN_LIFE,
    SENDINGS,
    STEP_UP_LIFE,
    TOKEN_LIFE,
    Asked,
    Grant,
    Json,
    Line,
    Placed,
    Rule,
    Stepped,
    action_of,
    as_order,
    items_of,
    listed,
    merged,
    metadata,
    price,
    question,
    refused,
    said,
    step_up,
    target,
)

LATEST = timedelta(seconds=55)  # who sits on a request for longer has dropped it
MAIN, LINE = "range-1", "line-21"
APPROVED, NEW = "tel:+491713920010", "tel:+491713920099"
ENDS = frozenset({"completed", "rejected", "failed", "cancelled"})
ORDERS, CANCELS = "/tmf-api/productOrderingManagement/v4/productOrder", "cancelProductOrder"
SERVICES = "/tmf-api/ServiceActivationAndConfiguration/v4"


class Killed(BaseException):
    """The process is gone in the middle of a call."""


class ModelPortal(Wire):
    """The wire, and the portal at its other end."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = clock
        self.grants: dict[str, Grant] = {}
        self.asked: dict[str, Asked] = {}
        self.codes: dict[str, Asked] = {}
        self.stepped: dict[str, Stepped] = {}
        self.orders: dict[str, Placed] = {}  # by external id
        self.passed = Counter[str]()  # orders that got past the step-up, by external id
        self.cancelled: set[str] = set()  # external ids of cancellations that were made
        self.lines = {LINE: Line("cloudPbxExtension"), MAIN: Line("cloudPbxNumberRange")}
        self.targets = {APPROVED: "Max mobil"}
        self.effects: list[tuple[str, bytes, bool]] = []  # path, body, whether with a step-up
        self.price, self.on_sale, self.quantity = 29, True, 3
        self.slow_lines = False
        self.trouble: dict[str, str] = {}  # what happens to the next request of a sort
        self.late: list[tuple[datetime, str, str, Headers, bytes]] = []
        self._count = 0

    async def call(
        self,
        method: str,
        url: str,
        *,
        within: float,
        headers: Headers | None = None,
        body: bytes | Upload | None = None,
        cap: int = JSON_CAP,
    ) -> Reply:
        await asyncio.sleep(0)  # somebody else may come first
        content = body if isinstance(body, bytes) else b""
        match self.trouble.pop(_sort(method, url, content), ""):
            case "away":
                raise NotSent("away")
            case "lost before":
                raise Lost("lost")
            case "late":
                self.late.append((self._now() + LATEST, method, url, headers or {}, content))
                raise Lost("late")
            case "busy":
                return Reply(503, {}, b"busy")
            case "killed before":
                raise Killed
            case after if after:
                reply = self._answer(method, url, headers or {}, content)
                if after == "killed after":
                    raise Killed
                if after == "error after":
                    return Reply(500, {}, b"broken")
                raise Lost("lost after")
        reply = self._answer(method, url, headers or {}, content)
        await asyncio.sleep(0)
        return reply

    def arrive(self) -> None:
        """What hung on the way comes in after all, unless it is too old for anybody to have kept it."""
        late, self.late = self.late, []
        for until, method, url, headers, body in late:
            if self._now() < until:
                self._answer(method, url, headers, body)

    def connect(self, name: str) -> Json:
        """A new grant, and its first tokens."""
        self.grants[name] = Grant(name, since=self._now())
        return self._tokens(self.grants[name])

    def right_pin(self, external_id: str) -> str | None:
        """The PIN that was sent last for a change."""
        found = [a for a in self.asked.values() if a.pin and a.external_id == external_id]
        return found[-1].pin if found else None

    def set_elsewhere(self, service: str, rules: dict[str, Rule]) -> None:
        """Somebody changes a line at the telephone itself."""
        self.lines[service].become({**self.lines[service].rules, **rules})

    def settle_lines(self, status: str) -> None:
        """The telephone system gets to what was requested."""
        for line in self.lines.values():
            if any(rule.get("status") == "requested" for rule in line.rules.values()):
                rules = {
                    when: {**rule, "status": status} if rule.get("status") == "requested" else rule
                    for when, rule in line.rules.items()
                }
                line.become(rules)

    def _answer(self, method: str, url: str, headers: Headers, body: bytes) -> Reply:
        parts = urlsplit(url)
        path, query = parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}
        if path.startswith("/.well-known/"):
            return said(metadata())
        if path.startswith("/oauth2/"):
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            return self._token(form) if path.endswith("/token") else self._challenge(form)
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        if not self._is_live(token):
            return Reply(401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}, b"")
        if method == "GET":
            return self._read(path, query)
        return self._change(method, path, headers, body, token)

    def _is_live(self, token: str) -> bool:
        if (stepped := self.stepped.get(token)) is not None:
            return stepped.grant.alive and self._now() < stepped.until
        _, name, turn = (*token.split("/"), "", "", "")[:3]
        grant = self.grants.get(name)
        if grant is None or not grant.alive or grant.since is None or turn != str(grant.turn):
            return False
        return self._now() < grant.since + TOKEN_LIFE

    def _tokens(self, grant: Grant) -> Json:
        return {
            "access_token": f"access/{grant.name}/{grant.turn}",
            "refresh_token": grant.refresh,
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "scope": "orders:write pbx:write contracts:read pbx:read",
            "auth_session": grant.session,
        }

    def _token(self, form: Mapping[str, str]) -> Reply:
        if form["grant_type"] == "refresh_token":
            grant = next((g for g in self.grants.values() if g.alive and g.refresh == form["refresh_token"]), None)
            if grant is None:
                return said({"error": "invalid_grant"}, 400)
            grant.turn, grant.since = grant.turn + 1, self._now()
            return said(self._tokens(grant))
        asked = self.codes.pop(form["code"], None)
        if asked is None or not asked.grant.alive:
            return said({"error": "invalid_grant"}, 400)
        token = self._name("stepped")
        self.stepped[token] = Stepped(asked.grant, asked.entries, self._now() + STEP_UP_LIFE)
        return said({"access_token": token, "expires_in": int(STEP_UP_LIFE.total_seconds()), "acr": "sms-otp"})

    def _challenge(self, form: Mapping[str, str]) -> Reply:
        session = form.get("auth_session", "")
        if "authorization_details" in form:
            grant = next((g for g in self.grants.values() if g.alive and g.session == session), None)
            if grant is None:
                return said({"error": "invalid_session"}, 400)
            name = self._name("challenge")
            entries = json.loads(form["authorization_details"])
            self.asked[name] = Asked(grant, entries, entries[0]["externalId"])
            return said(question(name, self.asked[name]), 400)
        asked = self.asked.get(session)
        if asked is None or asked.over or not asked.grant.alive:
            return said({"error": "invalid_session"}, 400)
        if "cancel" in form:
            asked.over = True
            return said({})
        return self._send(session, asked) if "otp_request" in form else self._check(asked, form["otp"])

    def _send(self, session: str, asked: Asked) -> Reply:
        if asked.sent >= SENDINGS:
            return said({"error": "otp_rate_limited"}, 429, {"Retry-After": "60"})
        self._count += 1
        asked.sent, asked.pin, asked.sent_at = asked.sent + 1, f"{self._count:06}", self._now()
        return said(question(session, asked), 400)

    def _check(self, asked: Asked, pin: str) -> Reply:
        if asked.sent_at is None or self._now() > asked.sent_at + PIN_LIFE:
            return said({"error": "otp_expired"}, 400)
        if pin != asked.pin:
            asked.tries -= 1
            asked.over = asked.tries == 0
            return said(
                {"error": "invalid_session" if asked.over else "invalid_otp", "attempts_left": asked.tries}, 400
            )
        asked.over = True
        code = self._name("code")
        self.codes[code] = asked
        return said({"authorization_code": code})

    def _read(self, path: str, query: Mapping[str, str]) -> Reply:
        name = path.rpartition("/")[2]
        if name in self.lines:
            return said(self._line(name), 200, {"ETag": f'"{self.lines[name].version}"'})
        if path == f"{SERVICES}/service":
            found = [self._line(name) for name, line in self.lines.items() if line.kind == query["category"]]
            return listed(found, query)
        if name == "targets":
            return listed([target(uri, label) for uri, label in self.targets.items()], query)
        if name == "opt":
            return said({"id": "opt", "name": "Option", "lifecycleStatus": "Launched" if self.on_sale else "Retired",
                          "productOfferingPrice": [price(self.price)]})  # fmt: skip
        if name == "product":
            return listed([self._option()] if "productRelationship.product.id" in query else [], query)
        if path == ORDERS:
            asked_for = self.orders.get(query["externalId"])
            return listed([as_order(query["externalId"], asked_for)] if asked_for is not None else [], query)
        for external_id, placed in self.orders.items():
            if placed.id == name:
                return said(as_order(external_id, placed))
        return said({"code": "notFound"}, 404)

    def _change(self, method: str, path: str, headers: Headers, body: bytes, token: str) -> Reply:
        """One request that changes something; its step-up entry is used up with its effect, and only then."""
        sent: Json = json.loads(body)
        digest = urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
        stepped = self.stepped.get(token)
        entries = stepped.entries if stepped is not None else []
        fits = (e for e in entries if (e["method"], e["path"], e["digest"]) == (method, path, digest))
        entry = next(fits, None)
        name = path.rpartition("/")[2]
        if entry is None and (stepped is not None or self._wants_step_up(name, sent)):
            return step_up()
        if name in self.lines:
            reply = self._divert(name, headers.get("If-Match", ""), sent)
        elif name == "targets":
            self.targets.setdefault(str(sent["target"]), str(sent["name"]))
            reply = said(target(str(sent["target"]), str(sent["name"])), 201)
        else:
            reply = self._cancel(sent) if name == CANCELS else self._place(sent, body)
        if reply.status < 300:
            self.effects.append((path, body, stepped is not None))
            if entry is not None:
                entries.remove(entry)
        return reply

    def _wants_step_up(self, name: str, sent: Json) -> bool:
        if name not in self.lines:
            return True
        before, after = self.lines[name].rules, merged(self.lines[name].rules, sent)
        return any(
            rule["active"]
            and rule.get("target") not in self.targets
            and (not before.get(when, {}).get("active") or before[when].get("target") != rule.get("target"))
            for when, rule in after.items()
        )

    def _divert(self, name: str, tag: str, sent: Json) -> Reply:
        line = self.lines[name]
        if tag != f'"{line.version}"':
            return said({"code": "preconditionFailed", "reason": "changed"}, 412)
        started = "requested" if self.slow_lines else "active"
        rules = merged(line.rules, sent)
        wished = sent["callForwarding"]
        changed = wished if isinstance(wished, dict) else {}
        line.become({
            when: {**rule, "status": (started if rule["active"] else "off")} if when in changed else rule
            for when, rule in rules.items()
        })  # fmt: skip
        return said(self._line(name), 200, {"ETag": f'"{line.version}"'})

    def _place(self, sent: Json, body: bytes) -> Reply:
        external_id, (item,) = str(sent["externalId"]), items_of(sent)
        self.passed[external_id] += 1
        in_flight = [one for one in self.orders.values() if one.state not in ENDS]
        if item["action"] == "add" and not self.on_sale:
            return refused("soldOut")
        if f'"value":{self.price}.' not in body.decode():
            return refused("priceChanged")
        if any(action_of(one.body) == item["action"] for one in in_flight):
            return refused("alreadyBooked")
        placed = self.orders.setdefault(external_id, Placed(self._name("order"), body))
        return said(as_order(external_id, placed), 201)

    def _cancel(self, sent: Json) -> Reply:
        wished = sent["productOrder"]
        order_id = wished["id"] if isinstance(wished, dict) else ""
        placed = next(one for one in self.orders.values() if one.id == order_id)
        if placed.state in ENDS:
            return refused("notCancellable")
        placed.state = "cancelled"
        self.cancelled.add(str(sent["externalId"]))
        return said({"id": self._name("task"), "state": "done", "productOrder": {"id": order_id}}, 201)

    def _option(self) -> Json:
        return {
            "id": "p-option",
            "name": "Option",
            "status": "active",
            "productRelationship": [{"relationshipType": "reliesOn", "product": {"id": "c-1"}}],
            "productPrice": [price(self.price)],
        }

    def _line(self, name: str) -> Json:
        line = self.lines[name]
        number = "+492219876540" if name == LINE else "+492219876500"
        facts = [{"name": "phoneNumber", "value": number}]
        if name == LINE:
            facts.append({"name": "extensionNumber", "value": "21"})
        return {"id": name, "category": line.kind, "name": name, "serviceCharacteristic": facts,
                "callForwarding": line.rules}  # fmt: skip

    def _name(self, sort: str) -> str:
        self._count += 1
        return f"{sort}-{self._count}"


def _sort(method: str, url: str, body: bytes) -> str:
    """Where trouble can strike: a change, a step of the PIN, the exchange, a refresh, a read."""
    if "/oauth2/token" in url:
        return "refresh" if b"refresh_token" in body else "exchange"
    if "/oauth2/challenge" in url:
        return "pin"
    return "read" if method == "GET" else "change"
