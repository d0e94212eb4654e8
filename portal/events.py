"""What the portal says by itself: signed, thin events (TM Forum's envelope, Standard Webhooks' headers).

An event names what changed and whose it is, never an amount: the facts are read with the customer's own token, so a
leaked event leaks nothing and authority is checked where it is known. `verify` believes nothing before the signature
over the raw bytes is right. It knows no clock and no HTTP server: time and headers are passed in.

    EventRefused
     +- BadSignature   none of the secrets made this: forged, altered, or signed with a secret that is not known here
     +- TooOld         rightly signed, but more than five minutes ago (or ahead): a replay, or a clock that is wrong
     +- Malformed      headers are missing or unreadable; or rightly signed, and yet no event

A portal may send the same event again (its `event_id` stays the same) and TM Forum servers make a new id for the same
happening, so a reader remembers both `event_id` and `business_key`.
"""

import base64
import binascii
import datetime as dt
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from portal.answers import Node, as_node, decode, first, maybe_text, moment, node, nodes, one_of, text
from portal.errors import BadAnswer

TOLERANCE = dt.timedelta(minutes=5)
MOST_SIGNATURES = 8  # a rotation has two
LONGEST_ID = 128
_PREFIX = "whsec_"


class EventRefused(Exception):
    """What came is no event of the portal's. The message carries nothing of what was sent."""


class BadSignature(EventRefused):
    """No known secret made the signature."""


class TooOld(EventRefused):
    """Signed at another time than now."""


class Malformed(EventRefused):
    """Not the headers or not the body of an event."""


class EventKind(Enum):
    """What happened, in TM Forum's words; GRANT_REVOKED is the authorization server's own."""

    INVOICE_CREATED = "CustomerBillCreateEvent"
    INVOICE_STATE = "CustomerBillStateChangeEvent"
    ORDER_CREATED = "ProductOrderCreateEvent"
    ORDER_STATE = "ProductOrderStateChangeEvent"
    DIVERSION_CHANGED = "ServiceAttributeValueChangeEvent"
    GRANT_REVOKED = "GrantRevokedEvent"
    UNKNOWN = ""


_RESOURCES = {
    EventKind.INVOICE_CREATED: "customerBill",
    EventKind.INVOICE_STATE: "customerBill",
    EventKind.ORDER_CREATED: "productOrder",
    EventKind.ORDER_STATE: "productOrder",
    EventKind.DIVERSION_CHANGED: "service",
    EventKind.GRANT_REVOKED: "grant",
}


@dataclass(frozen=True, slots=True)
class PortalEvent:
    """One thing that happened at the portal.

    `subject_id` is the id of the invoice, order, service or grant; `account_id` is the portal login (`userinfo`'s
    subject) and, like `grant_id`, only told when a grant was revoked. A kind that nobody knows is `UNKNOWN`, with
    what was sent in `kind_sent`: to be answered as accepted, and ignored.
    """

    event_id: str
    kind: EventKind
    kind_sent: str
    occurred_at: dt.datetime
    customer_id: str
    subject_id: str
    state: str | None = None
    grant_id: str | None = None
    account_id: str | None = None

    @property
    def business_key(self) -> tuple[str, str, str]:
        """The same for one happening, however often it is told and under whatever id."""
        return self.kind_sent, self.subject_id, self.state or self.occurred_at.isoformat()


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: dt.datetime) -> PortalEvent:
    """The event in a request, or one of `EventRefused`.

    `secrets` are all that may be in use (`whsec_...`): one, or two while the portal changes it.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    event_id, stamp, signatures = (sent.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    if not (0 < len(event_id) <= LONGEST_ID and event_id.isascii() and event_id.isprintable()):
        raise Malformed("no usable webhook-id")
    if not (0 < len(stamp) <= 12 and stamp.isascii() and stamp.isdecimal()):
        raise Malformed("no usable webhook-timestamp")
    signed = b".".join((event_id.encode(), stamp.encode(), body))
    if not _is_signed(signed, signatures, secrets):
        raise BadSignature("no known secret made this signature")
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise TooOld("signed at another time than now")
    try:
        return _read(event_id, as_node(decode(body)))
    except BadAnswer as bad:
        raise Malformed(bad.why) from None


def is_listener(path: str, callback_path: str) -> bool:
    """Whether a request's path is a callback's, in either of TM Forum's two forms.

    The text has the callback itself posted to, the API files a `/listener/customerBillCreateEvent` below it. What
    happened stands in the body in either case.
    """
    callback_path = callback_path.rstrip("/")
    below = path.removeprefix(f"{callback_path}/listener/")
    return path.rstrip("/") == callback_path or (below != path and below.isascii() and below.isalnum())


def _is_signed(signed: bytes, signatures: str, secrets: Iterable[str]) -> bool:
    """Whether one of the v1 signatures is of one of the secrets; takes as long whichever it is."""
    versioned = (part.partition(",") for part in signatures.split(" ")[:MOST_SIGNATURES])
    given = [value.encode() for version, _, value in versioned if version == "v1"]
    found = False
    for secret in secrets:
        made = base64.b64encode(hmac.digest(_key(secret), signed, "sha256"))
        for one in given:
            found |= hmac.compare_digest(made, one)
    return found


def _key(secret: str) -> bytes:
    """The bytes of `whsec_` and base64; a secret that is none is the installation's mistake, not the sender's."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("a secret of events is whsec_ and base64") from None
    if not key:
        raise ValueError("an empty secret would let anybody sign")
    return key


def _read(event_id: str, envelope: Node) -> PortalEvent:
    kind_sent = text(envelope, "eventType")
    kind = one_of(EventKind, kind_sent, EventKind.UNKNOWN)
    # TM Forum's v4 files spell it with one r, some of its v5 files with two.
    occurred = moment(envelope, "timeOcurred") or moment(envelope, "timeOccurred") or moment(envelope, "eventTime")
    if occurred is None:
        raise BadAnswer("an event without a time")
    if kind is EventKind.UNKNOWN:
        return PortalEvent(event_id, kind, kind_sent, occurred, customer_id="", subject_id="")
    resource = node(node(envelope, "event"), _RESOURCES[kind])
    is_grant = kind is EventKind.GRANT_REVOKED
    return PortalEvent(
        event_id=event_id,
        kind=kind,
        kind_sent=kind_sent,
        occurred_at=occurred,
        customer_id=_customer(resource),
        subject_id=text(resource, "id"),
        state=(maybe_text(resource, "state") or "").strip() or None,
        grant_id=text(resource, "id") if is_grant else None,
        account_id=text(resource, "sub") if is_grant else None,
    )


def _customer(resource: Node) -> str:
    """The related party that is the customer; where no role is told, the first."""
    for party in nodes(resource, "relatedParty"):
        if maybe_text(party, "role") == "customer":
            return text(party, "id")
    return text(first(resource, "relatedParty"), "id")
