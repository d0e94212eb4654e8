"""Changing diversions at the portal: who may divert where, with what proof, and what the telephones make of it."""

import asyncio
import json
from collections import Counter
from dataclasses import replace

import httpx
import pytest

from portal.server.settings import PortalSettings
from portal.server.tmf import tables as t
from tests.portal.conftest import Portal, both_engines
from tests.portal.step_up import Wish, step_up
from tests.portal.tmf import BERND, ERIKA, MAX, PAULA, SERVICE, Json, Person, conform, connected

STRANGER, APPROVED = "tel:+4915228817386", "tel:+491713920014"
VOICEMAIL, LOCAL = "sip:voicemail@pbx.eservice.example", "tel:{};phone-context=pbx.eservice.example"
MERGE = {"Content-Type": "application/merge-patch+json"}
PACE = 15.0


@pytest.fixture
def portal_settings(portal_settings: PortalSettings) -> PortalSettings:
    """A telephone system that takes its time."""
    return replace(portal_settings, forwarding_pace=PACE)


def change(**rules: Json) -> bytes:
    return json.dumps({"callForwarding": rules}).encode()


async def patch(
    person: Person, id: str, body: bytes, *, etag: str | None = "*", headers: dict[str, str] | None = None
) -> httpx.Response:
    match = {} if etag is None else {"If-Match": etag}
    return await person.http.patch(
        f"{SERVICE}/{id}", content=body, headers={**MERGE, **(headers or person.headers), **match}
    )


async def operate(portal: Portal, id: str, body: Json) -> httpx.Response:
    return await portal.http.patch(f"/operator/services/{id}", json=body, headers=portal.operator)


async def rules_of(person: Person, id: str) -> Json:
    return (await person.one(SERVICE, id))["callForwarding"]


async def test_a_change_touches_one_rule_and_moves_the_etag(portal: Portal) -> None:
    """What the patch does not name stays; off keeps its target, null takes it away; a whole Service is the answer."""
    person = await connected(portal, PAULA)
    before = await person.get(f"{SERVICE}/ext-21")
    answer = await patch(person, "ext-21", change(busy={"active": False}), etag=before.headers["ETag"])
    old, new = before.json()["callForwarding"], answer.json()["callForwarding"]

    assert answer.status_code == 200
    conform("Service", answer.json())
    assert answer.headers["ETag"] == '"2"'
    assert new == {**old, "busy": {"active": False, "target": VOICEMAIL, "status": "off"}}
    again = await person.get(f"{SERVICE}/ext-21")
    assert (again.json(), again.headers["ETag"]) == (answer.json(), '"2"')
    gone = await patch(person, "ext-21", change(busy={"target": None}, noAnswer={"noReplyTimer": None}), etag='"2"')
    assert gone.json()["callForwarding"]["busy"] == {"active": False, "status": "off"}
    assert gone.json()["callForwarding"]["noAnswer"]["noReplyTimer"] == 20


async def test_the_capability_is_published(portal: Portal) -> None:
    """Conditions, the timer's bounds, voicemail, and the account's own list of countries."""
    max_, erika = await connected(portal, MAX), await connected(portal, ERIKA)
    capability = (await max_.one(SERVICE, "ext-21"))["callForwardingCapability"]

    assert capability == {
        "conditions": ["unconditional", "busy", "noAnswer", "notReachable"],
        "noReplyTimer": {"minimum": 5, "maximum": 60, "step": 5},
        "specialTargets": [{"target": VOICEMAIL, "name": "Mailbox"}],
        "allowedDestinations": ["+43"],
    }
    assert (await max_.one(SERVICE, "range-koeln"))["callForwardingCapability"]["conditions"] == [
        "unconditional", "notReachable",
    ]  # fmt: skip
    assert (await erika.one(SERVICE, "ext-b-11"))["callForwardingCapability"]["allowedDestinations"] == []


async def test_who_may_and_in_what_form(portal: Portal) -> None:
    """Role, ownership, media type, precondition and the shape of the body: each has its answer, nothing changes."""
    max_, bernd = await connected(portal, MAX), await connected(portal, BERND)
    off, url = change(busy={"active": False}), f"{SERVICE}/ext-21"
    before = await rules_of(max_, "ext-21")
    answers = {
        403: await patch(bernd, "ext-b-11", off),
        404: await patch(max_, "ext-b-11", off),
        428: await patch(max_, "ext-21", off, etag=None),
        413: await patch(max_, "ext-21", off + b" " * 70_000),
        415: await max_.http.patch(url, content=off, headers={**max_.headers, "If-Match": "*"}),
    }
    clashes = [await patch(max_, "ext-21", off, etag=etag) for etag in ('"2"', 'W/"1"', "1", '""')]

    assert {status: answer.status_code for status, answer in answers.items()} == {status: status for status in answers}
    assert answers[428].json()["code"] == "preconditionRequired"
    assert {(answer.status_code, answer.json()["code"]) for answer in clashes} == {(412, "preconditionFailed")}
    for answer in (*answers.values(), *clashes):
        conform("Error", answer.json())
    assert await rules_of(max_, "ext-21") == before
    assert (await patch(max_, "ext-21", off, etag='"7", "1"')).status_code == 200


REFUSED: list[tuple[str, Json, str]] = [
    ("ext-21", {}, "invalidBody"),
    ("ext-21", {"callForwarding": {"busy": {"active": False}}, "name": "Chef"}, "invalidBody"),
    ("ext-21", {"callForwarding": {"sometimes": {"active": False}}}, "invalidBody"),
    ("ext-21", {"callForwarding": {"busy": {"active": False, "status": "active"}}}, "invalidBody"),
    ("ext-21", {"callForwarding": {"busy": {"active": None}}}, "invalidBody"),
    ("ext-21", {"callForwarding": {"busy": {"active": 1}}}, "invalidBody"),
    ("ext-21", {"callForwarding": {"busy": None}}, "invalidBody"),
    ("ext-21", {"callForwarding": {"busy": {"target": "mailto:a@b.example"}}}, "invalidBody"),
    ("ext-21", {"callForwarding": {"busy": {"target": "tel:+49 171"}}}, "invalidBody"),
    ("ext-21", {"callForwarding": {"busy": {"noReplyTimer": 20}}}, "invalidBody"),
    ("range-koeln", {"callForwarding": {"busy": {"active": False}}}, "invalidBody"),
    ("ext-21", {"callForwarding": {"notReachable": {"active": True}}}, "targetMissing"),
    ("ext-21", {"callForwarding": {"busy": {"target": None}}}, "targetMissing"),
    ("ext-21", {"callForwarding": {"noAnswer": {"noReplyTimer": 4}}}, "timerOutOfRange"),
    ("ext-21", {"callForwarding": {"noAnswer": {"noReplyTimer": 65}}}, "timerOutOfRange"),
    ("ext-21", {"callForwarding": {"noAnswer": {"noReplyTimer": 12}}}, "timerOutOfRange"),
]


async def test_what_a_rule_cannot_be(portal: Portal) -> None:
    """Only callForwarding, its four keys and their three fields; an active rule has a target, a timer its bounds."""
    person = await connected(portal, MAX)
    before = await person.list(SERVICE)
    for service, body, code in REFUSED:
        answer = await patch(person, service, json.dumps(body).encode())
        assert (answer.status_code, answer.json()["code"]) == (400, code), body
        conform("Error", answer.json())

    assert await person.list(SERVICE) == before
    for seconds in (5, 60):
        assert (await patch(person, "ext-21", change(noAnswer={"noReplyTimer": seconds}))).status_code == 200


FORBIDDEN = {
    "tel:+499001123456": "premium",
    "tel:+4918051234567": "sharedCost",
    "tel:+491377123456": "massTraffic",
    "tel:+4911833": "directory",
    "tel:+49112": "emergency",
    "tel:+49116117": "shortCode",
    "tel:+4970012345678": "personal",
    "tel:+49321123456789": "corporate",
    "tel:+498003301000": "service",
    "tel:+881612345678": "satellite",
    "tel:+18765551234": "nanp",
    "tel:+447012345678": "ukPersonal",
    "tel:+41791234567": "international",
    "tel:+491715": "invalid",
    "tel:01715123456": "invalid",
    "tel:+4915228817386;ext=5": "characters",
    "sip:somebody@example.org": "characters",
    LOCAL.format("99"): "invalid",
    LOCAL.format("21"): "self",
    "tel:+492214710221": "self",
}


async def test_where_calls_never_go(portal: Portal) -> None:
    """409 with the reason, for each, before any PIN is asked for; switched off such a target may stand."""
    person = await connected(portal, MAX)
    for target, reason in FORBIDDEN.items():
        answer = await patch(person, "ext-21", change(busy={"active": True, "target": target}))
        error = answer.json()
        assert (answer.status_code, error["code"], error["message"]) == (409, "targetNotAllowed", reason), target
        conform("Error", error)

    stored = await patch(person, "ext-21", change(unconditional={"target": "tel:+499001123456"}))
    activated = await patch(person, "ext-21", change(unconditional={"active": True}))
    assert (stored.status_code, activated.json()["message"]) == (200, "premium")


async def test_calls_do_not_go_in_circles(portal: Portal) -> None:
    """Loops over any number of lines and conditions, own numbers and ranges; onto a line that is always diverted."""
    person = await connected(portal, MAX)

    async def busy(source: str, target: str) -> str:
        answer = await patch(person, source, change(busy={"active": True, "target": target}))
        return str(answer.json().get("message", answer.status_code))

    assert await busy("ext-22", LOCAL.format("21")) == "loop"  # 21 diverts to 22 when nobody answers
    assert await busy("ext-22", LOCAL.format("23")) == "200"
    assert await busy("ext-23", "tel:+492214710221") == "loop"
    assert await busy("ext-24", LOCAL.format("21")) == "200"
    assert await busy("ext-25", LOCAL.format("26")) == "chain"
    block = await patch(person, "range-koeln", change(unconditional={"active": True, "target": LOCAL.format("27")}))
    assert block.status_code == 200
    assert await busy("ext-27", "tel:+492214710250") == "loop"
    inside = await patch(person, "range-koeln", change(notReachable={"active": True, "target": "tel:+492214710251"}))
    assert inside.json()["message"] == "self"
    always = await patch(person, "ext-23", change(unconditional={"active": True, "target": VOICEMAIL}))
    assert always.status_code == 200
    assert await busy("ext-28", LOCAL.format("23")) == "200"


async def test_which_changes_need_a_step_up(portal: Portal) -> None:
    """Only calls that newly go to a number outside which nobody has approved."""
    person = await connected(portal, MAX)
    active = {"active": True}
    await operate(portal, "ext-28", {"callForwarding": {"busy": {"active": True, "target": STRANGER}}})
    matrix: list[tuple[str, Json, int]] = [
        ("ext-21", {"unconditional": active}, 200),  # kept, and approved
        ("ext-21", {"unconditional": {"target": STRANGER}}, 401),  # active, another target
        ("ext-21", {"unconditional": {"active": False}}, 200),
        ("ext-21", {"unconditional": {"target": STRANGER}}, 200),  # off
        ("ext-21", {"unconditional": active}, 401),
        ("ext-21", {"busy": {"target": APPROVED}}, 200),
        ("ext-21", {"busy": {"target": VOICEMAIL}}, 200),
        ("ext-21", {"busy": {"target": LOCAL.format("23")}}, 200),
        ("ext-21", {"busy": {"target": "tel:+492214710224"}}, 200),  # a number of its own
        ("ext-21", {"noAnswer": {"noReplyTimer": 30}}, 200),
        ("ext-21", {"busy": {"active": False}, "notReachable": {"active": True, "target": STRANGER}}, 401),
        ("ext-28", {"busy": {"active": True, "target": STRANGER}}, 200),  # goes there already
        ("ext-28", {"noAnswer": {"noReplyTimer": 10}}, 200),
        ("ext-28", {"busy": {"active": False}}, 200),
        ("ext-28", {"busy": active}, 401),
    ]
    for service, rules, status in matrix:
        answer = await patch(person, service, change(**rules))
        assert answer.status_code == status, (rules, answer.text)
        if status == 401:
            conform("Error", answer.json())
            assert 'error="insufficient_user_authentication"' in answer.headers["WWW-Authenticate"]
            assert 'scope="pbx:write"' in answer.headers["WWW-Authenticate"]


@both_engines
async def test_a_step_up_is_for_one_change(portal: Portal) -> None:
    """The very body at the very path, once; a refused change does not use it up; it changes nothing else."""
    person = await connected(portal, MAX)
    body, path = change(busy={"active": True, "target": STRANGER}), f"{SERVICE}/ext-22"
    proof = await step_up(portal, person, Wish(path, body, "PATCH", "Umleitung 22"), scope="pbx:write")
    off = change(noAnswer={"active": False})
    other = [
        await patch(person, "ext-23", body, headers=proof),
        await patch(person, "ext-22", body + b" ", headers=proof),
        await patch(person, "ext-22", off, headers=proof),
    ]
    clash = await patch(person, "ext-22", body, etag='"9"', headers=proof)
    done = await patch(person, "ext-22", body, etag='"1"', headers=proof)
    await patch(person, "ext-22", change(busy={"active": False}))
    again = await patch(person, "ext-22", body, headers=proof)

    assert [answer.status_code for answer in other] == [401, 401, 401]
    assert (clash.status_code, done.status_code, again.status_code) == (412, 200, 401)
    assert done.json()["callForwarding"]["busy"]["target"] == STRANGER
    assert (await person.http.get(f"{SERVICE}/ext-22", headers=proof)).status_code == 403  # its scope is pbx:write


@both_engines
async def test_of_many_changes_of_one_version_one_wins(portal: Portal) -> None:
    """Fifty at once with the same ETag, all alike: one 200, the rest 412, and one new version."""
    person = await connected(portal, MAX)
    body = change(busy={"active": False})
    answers = await asyncio.gather(*(patch(person, "ext-21", body, etag='"1"') for _ in range(50)))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 49}
    assert (await person.get(f"{SERVICE}/ext-21")).headers["ETag"] == '"2"'


@both_engines
async def test_two_lines_at_once_make_no_loop(portal: Portal) -> None:
    """Each alone would be fine: whoever comes second is refused."""
    person = await connected(portal, MAX)
    for first, second in (("23", "24"), ("25", "27")):
        answers = await asyncio.gather(
            patch(person, f"ext-{first}", change(busy={"active": True, "target": LOCAL.format(second)})),
            patch(person, f"ext-{second}", change(busy={"active": True, "target": LOCAL.format(first)})),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_the_telephone_system_follows_slowly(portal: Portal) -> None:
    """requested until its time has come, then active; off at once; unchanged rules do not start again."""
    person = await connected(portal, MAX)

    async def status(condition: str = "busy") -> str:
        return str((await rules_of(person, "ext-21"))[condition]["status"])

    assert await status() == "active"
    made = await patch(person, "ext-21", change(busy={"target": APPROVED}))
    assert made.json()["callForwarding"]["busy"]["status"] == await status() == "requested"
    assert await status("noAnswer") == "active"
    portal.clock.pass_time(PACE)
    assert await status() == "active"
    await patch(person, "ext-21", change(busy={"active": True, "target": APPROVED}))
    assert await status() == "active"
    await patch(person, "ext-21", change(busy={"active": False}))
    assert await status() == "off"


async def test_the_operator_can_make_changes_fail(portal: Portal) -> None:
    """What is requested fails when its time comes, and so does what is asked for next; asking again starts again."""
    person = await connected(portal, MAX)

    async def statuses() -> Json:
        return {name: rule["status"] for name, rule in (await rules_of(person, "ext-21")).items()}

    await patch(person, "ext-21", change(busy={"target": APPROVED}))
    assert (await operate(portal, "ext-21", {"fails": True})).status_code == 200
    await patch(person, "ext-21", change(unconditional={"active": True}))
    assert (await statuses())["busy"] == (await statuses())["unconditional"] == "requested"
    portal.clock.pass_time(PACE)
    assert await statuses() == {
        "unconditional": "failed", "busy": "failed", "noAnswer": "active", "notReachable": "off",
    }  # fmt: skip
    await operate(portal, "ext-21", {"fails": False})
    assert (await statuses())["busy"] == "failed"
    await patch(person, "ext-21", change(busy={"active": True}))
    assert (await statuses())["busy"] == "requested"
    portal.clock.pass_time(PACE)
    assert (await statuses())["busy"] == "active"


async def test_a_change_from_elsewhere_is_seen(portal: Portal) -> None:
    """The operator sets any rule without a step-up; the version moves, so an older change does not overwrite it."""
    person = await connected(portal, MAX)
    before = (await person.get(f"{SERVICE}/ext-24")).headers["ETag"]
    elsewhere = {"callForwarding": {"unconditional": {"active": True, "target": "tel:+18765551234"}}}
    answer = await operate(portal, "ext-24", elsewhere)
    seen = await person.one(SERVICE, "ext-24")
    late = await patch(person, "ext-24", change(noAnswer={"active": True}), etag=before)

    assert (answer.status_code, answer.json(), late.status_code) == (200, seen, 412)
    assert seen["callForwarding"]["unconditional"]["target"] == "tel:+18765551234"
    assert (await operate(portal, "ext-24", {"callForwarding": {"busy": {"active": True}}})).status_code == 400
    assert (await operate(portal, "ext-24", {"name": "Chef"})).status_code == 400
    assert (await operate(portal, "ext-99", {"fails": True})).status_code == 404
    refused = await person.http.patch("/operator/services/ext-24", json={"fails": True}, headers=person.headers)
    assert refused.status_code == 403


async def test_foreign_numbers_by_the_accounts_list(portal: Portal) -> None:
    """Austria is on Muster's list and still needs the step-up; without a list nothing abroad is possible."""
    max_, erika = await connected(portal, MAX), await connected(portal, ERIKA)
    body = change(busy={"active": True, "target": "tel:+436641234567"})
    asked, refused = await patch(max_, "ext-22", body), await patch(erika, "ext-b-11", body)
    async with portal.server.context.database.writing() as connection:
        await connection.execute(t.foreign_prefixes.insert().values(customer_id="cust-2300241", prefix="+43"))

    assert (asked.status_code, refused.json()["message"]) == (401, "international")
    assert (await patch(erika, "ext-b-11", body)).status_code == 401
