"""A step-up is good for the request that the person saw, once, and for nothing that only looks like it (T15)."""

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import httpx
import orjson
import pytest

from portal import bodies
from portal.errors import StepUpDemand
from portal.models import AuthSession
from portal.oauth import Entry, Pkce
from tests.drivers.sandbox import Person
from tests.house import ERIKA, MAX, House, Who
from tests.proof import Proof
from tests.security.engines import one_engine

DEMAND = StepUpDemand("urn:eservice:acr:sms-otp", 300, "orders:write pbx:write")
CUSTOMER, CONTRACT, ROUTER, UPGRADE = "cust-2300229", "c-1003", "opt-router", "opt-bw250"
WRONG = ("body", "path", "method", "token", "person", "again")
NUMBERS = ("+491713920055", "+491713920066")


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it goes over the wire."""

    method: str
    path: str
    body: bytes
    token: str


def wishes(home: House) -> list[Entry]:
    """An order, the end of an option, and an approved target: each is possible."""
    paths, key = home.app.portal.paths, secrets.token_hex
    order = bodies.add_order(external_id=key(8), customer_id=CUSTOMER, contract_id=CONTRACT, offering_id=ROUTER)
    target = bodies.target_approval(f"tel:{NUMBERS[0]}", "Bereitschaft")
    return [
        Entry(key(8), "POST", paths.order_path, order, "Router bestellen"),
        Entry(key(8), "POST", paths.targets_path, target, "Ziel freigeben"),
    ]


async def stepped(home: House, person: Person, who: Who, entries: list[Entry]) -> tuple[str, str]:
    """The connection's own token, and one that a PIN bought for these requests."""
    oauth, pkce = home.app.portal.oauth, Pkce.new()
    (mine,) = await home.app.connections.of_person(person.id)
    assert mine.tokens is not None
    session = AuthSession(mine.tokens.auth_session or "")
    asked = await oauth.step_up_start(session, DEMAND, entries, person.name, pkce=pkce)
    sent = await oauth.request_pin(asked.auth_session)
    code = await oauth.answer_pin(sent.auth_session, (await home.client.sms(who[1])).pin)
    return mine.tokens.access, (await oauth.exchange(code, pkce)).access.value


def spoilt(good: Sent, others: list[Sent], foreign: tuple[str, ...], chance: Random) -> tuple[str, Sent]:
    """Something else, or the same from somebody else; and what was wrong about it."""
    other = chance.choice([sent for sent in others if sent != good])
    spoilers: tuple[tuple[str, Callable[[], Sent]], ...] = (
        ("body", lambda: replace(good, body=bent(good.body, chance))),
        ("body", lambda: replace(good, body=reworded(good.body, chance))),
        ("body", lambda: replace(good, body=other.body)),
        ("path", lambda: replace(good, path=other.path)),
        ("path", lambda: replace(good, path=f"{good.path}/{chance.choice(('', '1', 'x', '%00'))}")),
        (
            "path",
            lambda: replace(
                good, path=chance.choice((good.path.upper(), good.path[:-1], f"/{good.path}", f"{good.path};x"))
            ),
        ),
        ("method", lambda: replace(good, method=chance.choice(("PUT", "PATCH", "DELETE")))),
        ("person", lambda: replace(good, token=chance.choice(foreign))),
        ("token", lambda: replace(good, token=good.token[:-1] + ("A" if good.token[-1] != "A" else "B"))),
    )
    what, make = chance.choice(spoilers)
    return what, make()


def bent(value: bytes, chance: Random) -> bytes:
    """One printable byte more, less, or another."""
    spot, byte = chance.randrange(len(value)), bytes([chance.choice(b"0123456789 -.aZ")])
    after = spot + chance.choice((0, 1, 1))
    made = value[:spot] + chance.choice((byte, b"")) + value[after:]
    return made if made != value else value + b"1"


def reworded(body: bytes, chance: Random) -> bytes:
    """The same or another wish in good JSON, with bytes that nobody confirmed."""
    found = orjson.loads(body)
    if "target" in found:
        return orjson.dumps({**found, "target": f"tel:{NUMBERS[1]}"}) if chance.random() < 0.5 else body + b"\n"
    (item,) = found["productOrderItem"]
    match chance.randrange(4):
        case 0:
            item["quantity"] = 1 + chance.randrange(1, 9)
        case 1:
            item["productOffering"]["id"] = UPGRADE
        case 2:
            item["product"]["productRelationship"][0]["product"]["id"] = "c-1001"
        case 3:
            found["externalId"] = secrets.token_hex(8)
    return orjson.dumps(found)


@one_engine
@pytest.mark.proof("T15", target="100 % of mismatched step-ups refused by the portal, nothing ordered or approved")
async def test_a_step_up_fits_one_request_only(home: House, proof: Proof) -> None:
    """Bytes, path, method, second use, another customer's token, of the order and of the target: all are refused."""
    max_, erika = await home.connected("Max", who=MAX), await home.connected("Erika", who=ERIKA)
    entries = wishes(home)
    plain, bound = await stepped(home, max_, MAX, entries)
    her_plain, her_bound = await stepped(home, erika, ERIKA, entries[:1])  # his order, with a PIN of hers
    good = [Sent(entry.method, entry.path, entry.body, bound) for entry in entries]
    foreign = (plain, her_plain, her_bound, "x")
    tries, refused, tried = proof.count(1_000, "mutations", least=200), 0, Counter[tuple[str, str]]()
    async with httpx.AsyncClient(base_url=home.portal.url, trust_env=False) as http:
        before = await standing(home, max_)
        for number in range(tries):
            wish = proof.random.choice(good)
            is_second = number >= tries // 2
            if number == tries // 2:
                assert [(await sent(http, one)).status_code for one in good] == [201, 201]
                before = await standing(home, max_)
            is_again = is_second and proof.random.random() < 0.2
            what, false = ("again", wish) if is_again else spoilt(wish, good, foreign, proof.random)
            tried[what, wish.path] += 1
            refused += (await sent(http, false)).status_code >= 300
    assert await standing(home, max_) == before
    each = {(what, one.path): tried[what, one.path] for what in WRONG for one in good}
    proof.record(
        figure=f"{refused} of {tries} refused, at least {min(each.values())} of each sort for orders and for targets",
        passed=refused == tries and all(each.values()),
    )
    assert refused == tries
    assert all(each.values()), each


async def sent(http: httpx.AsyncClient, what: Sent) -> httpx.Response:
    """What the portal answers."""
    headers = {"Authorization": f"Bearer {what.token}", "Content-Type": "application/json"}
    return await http.request(
        what.method, str(http.base_url).rstrip("/") + what.path, content=what.body, headers=headers
    )


async def standing(home: House, person: Person) -> tuple[int, frozenset[str]]:
    """How many orders there are, and the targets that calls may go to."""
    (mine,) = await home.app.connections.of_person(person.id)
    targets = await home.app.sessions.call(mine, home.app.portal.targets)
    return len(await home.orders()), frozenset(target.uri for target in targets)
