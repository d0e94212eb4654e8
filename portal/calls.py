"""One portal call, from request to checked answer or to one of `portal.errors`; the client's methods are written on it.

What every call shares lives here: the time budget, the circuit breaker, the client's own credentials, and the rule that
a *change* whose answer was lost is `OutcomeUnknown` and never "nothing happened".
"""

import base64
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from portal.answers import Json, Node, as_node, decode
from portal.breaker import Breaker
from portal.budget import remaining
from portal.errors import (
    BadAnswer,
    NotAllowed,
    NotFound,
    OutcomeUnknown,
    PortalError,
    Rejected,
    StepUpDemand,
    StepUpRequired,
    TokenExpired,
    Unavailable,
)
from portal.models import AccessToken
from portal.wire import Headers, Lost, NotSent, Reply, Unreadable, Wire

FAIR_CHANCE = 1.0  # seconds; who gave the portal less has learnt nothing about it

_TMF = "/tmf-api"
_AUTH_PARAMETER = re.compile(r'(\w+)\s*=\s*"([^"]*)"')


@dataclass(frozen=True, slots=True)
class TmfBases:
    """Where each TM Forum API begins; none is built from another."""

    inventory: str
    catalog: str
    ordering: str
    bills: str
    services: str

    @classmethod
    def published_under(cls, url: str) -> "TmfBases":
        """The published base paths under one address."""
        root = url.rstrip("/") + _TMF
        return cls(
            inventory=f"{root}/productInventory/v4",
            catalog=f"{root}/productCatalogManagement/v4",
            ordering=f"{root}/productOrderingManagement/v4",
            bills=f"{root}/customerBillManagement/v4",
            services=f"{root}/ServiceActivationAndConfiguration/v4",
        )

    @property
    def orders(self) -> str:
        """Where orders are read and placed."""
        return f"{self.ordering}/productOrder"

    @property
    def cancellations(self) -> str:
        """Where orders are cancelled."""
        return f"{self.ordering}/cancelProductOrder"

    @property
    def targets(self) -> str:
        """Where approved targets are read, added and removed."""
        return f"{self.services}/targets"

    def service(self, service_id: str) -> str:
        """Where one extension or range is read and its diversions are changed."""
        return f"{self.services}/service/{segment(service_id)}"

    def target(self, target_id: str) -> str:
        """Where one approved target is removed."""
        return f"{self.targets}/{segment(target_id)}"


@dataclass(frozen=True, slots=True)
class PortalAccess:
    """Which portal, and as whom; all addresses come from the operator's settings."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    bases: TmfBases | None = None
    issuers: frozenset[str] = frozenset()  # authorization servers beside the portal's own origin
    document_hosts: frozenset[str] = frozenset()  # hosts beside the API's own that documents may come from

    @property
    def tmf(self) -> TmfBases:
        return self.bases or TmfBases.published_under(self.url)


class Calls:
    """Sends requests to one portal."""

    def __init__(self, wire: Wire, access: PortalAccess, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.wire = wire
        self.access = access
        self.breaker = Breaker(clock)
        self._basic = _basic(access.client_id, access.client_secret)

    async def read(
        self, url: str, token: AccessToken | None = None, query: Mapping[str, str] | None = None
    ) -> tuple[Json, Reply]:
        """GET a resource; any 2xx with JSON is an answer."""
        headers = {"Accept": "application/json", **(_bearer(token) if token is not None else {})}
        reply = await self.send("GET", f"{url}?{urlencode(query)}" if query else url, headers)
        if not 200 <= reply.status < 300:
            raise refusal(reply)
        return json_of(reply), reply

    async def change(
        self, method: str, url: str, token: AccessToken, body: bytes | None = None, headers: Headers | None = None
    ) -> Reply:
        """Send a change; any 2xx is a success. `body` goes out as it is, for its digest may have been signed for."""
        kind = {} if body is None else {"Content-Type": "application/json"}
        fields = {"Accept": "application/json", **_bearer(token), **kind, **(headers or {})}
        reply = await self.send(method, url, fields, body, change=True)
        if not 200 <= reply.status < 300:
            with reading(change=True):
                raise refusal(reply)
        return reply

    async def form(self, url: str, fields: Mapping[str, str], *, change: bool) -> Reply:
        """POST a form as the bot itself; the caller judges the status, for OAuth's errors are answers too."""
        headers = {
            "Accept": "application/json",
            "Authorization": self._basic,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return await self.send("POST", url, headers, urlencode(fields).encode(), change=change)

    async def send(
        self, method: str, url: str, headers: Headers, body: bytes | None = None, *, change: bool = False
    ) -> Reply:
        """One request within the budget, unless the breaker is open."""
        seconds = self.admitted()
        try:
            reply = await self.wire.call(method, url, within=seconds, headers=headers, body=body)
        except (NotSent, Lost) as failure:
            raise self.failed(failure, seconds, change=change) from None
        self.judge(reply)
        if change and reply.status in (500, 502, 504):
            raise OutcomeUnknown(f"status {reply.status}")
        return reply

    def admitted(self) -> float:
        """How long the call may take; refuses at once when the time is up or the breaker open."""
        seconds = remaining()
        if seconds <= 0:
            raise Unavailable("no time left")
        if blocked := self.breaker.blocked_for():
            raise Unavailable("not answering for a while", retry_after=blocked)
        return seconds

    def failed(self, failure: NotSent | Lost, seconds: float, *, change: bool = False) -> PortalError:
        """The error for a call that got no complete answer; the breaker hears of it."""
        if not isinstance(failure, Unreadable) and seconds >= FAIR_CHANCE:
            self.breaker.failed()
        why = str(failure)
        if change and isinstance(failure, Lost):
            return OutcomeUnknown(why)
        return BadAnswer(why) if isinstance(failure, Unreadable) else Unavailable(why)

    def judge(self, reply: Reply) -> None:
        """Tell the breaker what an answer says about the portal: a gateway's error page is no answer of the portal."""
        if reply.status in (502, 503, 504) and not is_json(reply.headers):
            self.breaker.failed()
        else:
            self.breaker.succeeded()


def segment(identifier: str) -> str:
    """An opaque id as one path segment, whatever it contains."""
    if identifier in ("", ".", ".."):
        raise BadAnswer("not an id")
    return quote(identifier, safe="")


def _bearer(token: AccessToken) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.value}"}


def _basic(client_id: str, secret: str) -> str:
    # RFC 6749 2.3.1: both halves are form-encoded before they are joined.
    pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


@contextmanager
def reading(*, change: bool) -> Iterator[None]:
    """What an unreadable answer means depends on the question: after a change nobody knows what became of it."""
    try:
        yield
    except BadAnswer as bad:
        if change:
            raise OutcomeUnknown(bad.why) from None
        raise


def is_json(headers: Headers) -> bool:
    """Whether the answer says that it is JSON."""
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def json_of(reply: Reply) -> Json:
    """The checked JSON of an answer."""
    if not is_json(reply.headers):
        raise BadAnswer("not JSON")
    return decode(reply.body)


def refusal(reply: Reply) -> PortalError:
    """The error that a resource's answer stands for."""
    status = reply.status
    if status == 401:
        return _unauthorized(reply.headers.get("WWW-Authenticate", ""))
    if status == 403:
        return NotAllowed("not allowed")
    if status in (404, 410):
        return NotFound("not found")
    if status == 429 or status >= 500:
        return Unavailable(f"status {status}", retry_after=retry_after(reply.headers))
    if status < 400:
        return BadAnswer(f"status {status}")
    body = _error_body(reply)
    return Rejected(status, _said(body, "code"), _said(body, "reason"), _said(body, "message"))


def _unauthorized(challenge: str) -> PortalError:
    said = dict(_AUTH_PARAMETER.findall(challenge))
    if said.get("error") != "insufficient_user_authentication":
        return TokenExpired("token not accepted")
    max_age = said.get("max_age", "")
    seconds = int(max_age) if max_age.isascii() and max_age.isdecimal() and len(max_age) < 10 else None
    return StepUpRequired(StepUpDemand(said.get("acr_values", ""), seconds, said.get("scope")))


def _said(body: Node, key: str) -> str:
    # A refusal is one however its words are formed.
    value = body.get(key)
    return value if isinstance(value, str) else ""


def _error_body(reply: Reply) -> Node:
    try:
        return as_node(json_of(reply))
    except BadAnswer:
        return {}


def retry_after(headers: Headers) -> float | None:
    """`Retry-After` in seconds; its date form is not used by anybody here."""
    value = headers.get("Retry-After", "").strip()
    return float(value) if value.isascii() and value.isdecimal() and len(value) < 7 else None
