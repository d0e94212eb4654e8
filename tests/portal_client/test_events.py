"""What the bot believes of an event that comes by itself: rightly signed, now, and of a shape it knows."""

import base64
import datetime as dt
import json
from random import Random

import pytest
from standardwebhooks import Webhook

from portal.events import BadSignature, EventKind, EventRefused, Malformed, TooOld, is_listener, verify
from tests.proof import Proof

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
SECRET, OTHER = ("whsec_" + base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
PARTY = [{"id": "payer-1", "role": "payer"}, {"id": "cust-7", "role": "customer", "@referredType": "Customer"}]
BILL = {"id": "b-1", "state": "sent", "relatedParty": PARTY}
Headers = dict[str, str]


def body(kind: str = "CustomerBillCreateEvent", when: str = "timeOcurred", **event: object) -> bytes:
    at = "2026-03-02T08:59:58.000Z"
    return json.dumps({"eventType": kind, when: at, "event": event or {"customerBill": BILL}}).encode()


def sign(content: bytes, *secrets: str, at: dt.datetime = NOW, event_id: str = "e-1") -> Headers:
    """As PyPI's `standardwebhooks` signs."""
    signatures = " ".join(Webhook(secret).sign(event_id, at, content.decode()) for secret in secrets or (SECRET,))
    stamp = str(int(at.timestamp()))
    return {"webhook-id": event_id, "webhook-timestamp": stamp, "webhook-signature": signatures}


def test_the_specifications_vector() -> None:
    """The example of the Standard Webhooks specification is signed rightly; it is no event, and that is said."""
    headers = {
        "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "Webhook-Timestamp": "1614265330",
        "Webhook-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    content, secret = b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = dt.datetime.fromtimestamp(1614265330, dt.UTC)

    with pytest.raises(Malformed, match="eventType"):
        verify(headers, content, [secret], at)
    with pytest.raises(BadSignature):
        verify(headers, content + b" ", [secret], at)
    with pytest.raises(TooOld):
        verify(headers, content, [secret], NOW)


def test_an_event_is_read() -> None:
    """Kind, subject, state, whose it is and when it happened; both spellings of TM Forum's time are read."""
    for spelling in ("timeOcurred", "timeOccurred", "eventTime"):
        content = body(when=spelling)
        event = verify(sign(content), content, [OTHER, SECRET], NOW)
        assert (event.event_id, event.kind, event.subject_id) == ("e-1", EventKind.INVOICE_CREATED, "b-1")
        assert (event.customer_id, event.state) == ("cust-7", "sent")
        assert event.occurred_at == NOW - dt.timedelta(seconds=2)
    grant = {"id": "g-1", "sub": "acc-1", "state": "ended", "relatedParty": [{"id": "cust-7"}]}
    content = body("GrantRevokedEvent", grant=grant)
    revoked = verify(sign(content), content, [SECRET], NOW)
    assert (revoked.kind, revoked.grant_id, revoked.account_id) == (EventKind.GRANT_REVOKED, "g-1", "acc-1")
    assert revoked.customer_id == "cust-7"


def test_what_nobody_knows_is_ignored() -> None:
    """An event of a kind that is not known is an event all the same: accepted, and told apart."""
    content = body("CustomerBillDeleteEvent", something={"id": 1})
    event = verify(sign(content), content, [SECRET], NOW)

    assert (event.kind, event.kind_sent) == (EventKind.UNKNOWN, "CustomerBillDeleteEvent")


def test_one_happening_has_one_key() -> None:
    """A server that sends again under a new id sends the same business key; another state is another key."""
    first, again = (verify(sign(body(), event_id=one), body(), [SECRET], NOW) for one in ("e-1", "e-2"))
    paid = body("CustomerBillStateChangeEvent", customerBill={**BILL, "state": "settled"})
    settled = verify(sign(paid), paid, [SECRET], NOW)

    assert first.event_id != again.event_id
    assert first.business_key == again.business_key != settled.business_key


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"eventType": 1}', body(customerBill={}), body(customerBill=[]), body("X" * 9, when="x"),
     body(customerBill={"id": "b-1"}), b"[" * 100 + b"]" * 100],
)  # fmt: skip
def test_signed_nonsense_is_malformed(content: bytes) -> None:
    """A right signature makes no event of what is none."""
    with pytest.raises(Malformed):
        verify(sign(content), content, [SECRET], NOW)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_headers_are_needed(name: str) -> None:
    """Without one of the three, or with one that is unreadable, nothing is believed."""
    for value in ("", "ü", "x" * 200, "-1", "1e9", "\x00"):
        with pytest.raises((Malformed, BadSignature)):
            verify({**sign(body()), name: value}, body(), [SECRET], NOW)
    with pytest.raises((Malformed, BadSignature)):
        verify({key: value for key, value in sign(body()).items() if key != name}, body(), [SECRET], NOW)


def test_no_secret_believes_nobody() -> None:
    """Without a secret nothing is signed; an empty one is the installation's mistake, and said to be."""
    with pytest.raises(BadSignature):
        verify(sign(body()), body(), [], NOW)
    for useless in ("", "whsec_", "whsec_!!"):
        with pytest.raises(ValueError, match="secret"):
            verify(sign(body()), body(), [useless], NOW)


def test_both_forms_of_a_listeners_address() -> None:
    """TM Forum's text posts to the callback itself, its API files to a name below it; nothing else is the listener."""
    for path in ("/portal/events", "/portal/events/", "/portal/events/listener/customerBillCreateEvent"):
        assert is_listener(path, "/portal/events")
    for path in (
        "/portal",
        "/portal/eventsx",
        "/portal/events/listener/",
        "/portal/events/listener/a/b",
        "/portal/events/x",
    ):
        assert not is_listener(path, "/portal/events")


@pytest.mark.proof("T38", target="0 false accepts and 0 false refusals; ±300 s; both secrets in rotation")
def test_only_what_the_portal_signed_now_is_believed(proof: Proof) -> None:
    """Bits flipped in body, id, time and signature, foreign secrets, other times; and what is right is taken."""
    wrong, kinds = 0, (_right, _altered, _foreign, _late, _spliced)
    cases = proof.count(10_000, "cases")
    for case in range(cases):
        make = kinds[case % len(kinds)]
        headers, content, now, expected = make(proof.random)
        try:
            verify(headers, content, [SECRET, OTHER], now)
            outcome: type[EventRefused] | None = None
        except EventRefused as refused:
            outcome = type(refused)
        wrong += outcome not in expected

    proof.record(figure=f"{wrong} wrong of {cases}", passed=wrong == 0)
    assert wrong == 0


Case = tuple[Headers, bytes, dt.datetime, set[type[EventRefused] | None]]


def _content(random: Random) -> bytes:
    return body(customerBill={**BILL, "id": f"b-{random.getrandbits(64)}"})


def _right(random: Random) -> Case:
    content = _content(random)
    secrets = random.choice([(SECRET,), (OTHER,), (SECRET, OTHER), (_strange(random), OTHER)])
    return sign(content, *secrets), content, NOW + dt.timedelta(seconds=random.uniform(-300, 300)), {None}


def _altered(random: Random) -> Case:
    """One bit of the body, of the signature's bytes or of what else is signed is another one."""
    content = _content(random)
    headers = sign(content)
    match random.randrange(4):
        case 0:
            content = _flipped(random, content)
        case 1:
            mac = base64.b64decode(headers["webhook-signature"].removeprefix("v1,"))
            headers["webhook-signature"] = "v1," + base64.b64encode(_flipped(random, mac)).decode()
        case 2:
            headers["webhook-id"] += random.choice("abc.")
        case _:
            headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + random.choice([-1, 1]))
    return headers, content, NOW, {BadSignature}


def _foreign(random: Random) -> Case:
    content = _content(random)
    headers = sign(content, *(_strange(random) for _ in range(random.randint(1, 3))))
    if random.random() < 0.3:
        headers["webhook-signature"] = random.choice(
            ["v1,", "v1", "v1a,AAAA", "", sign(content)["webhook-signature"][1:]]
        )
    return headers, content, NOW, {BadSignature}


def _late(random: Random) -> Case:
    content = _content(random)
    off = random.choice([-1, 1]) * random.uniform(300.001, random.choice([301, 4000, 10**8]))
    return sign(content), content, NOW + dt.timedelta(seconds=off), {TooOld}


def _spliced(random: Random) -> Case:
    """The headers of one event with the body of another."""
    return sign(_content(random)), _content(random), NOW, {BadSignature}


def _strange(random: Random) -> str:
    return "whsec_" + base64.b64encode(random.randbytes(32)).decode()


def _flipped(random: Random, content: bytes) -> bytes:
    place = random.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << random.randrange(8)]) + content[place + 1 :]
