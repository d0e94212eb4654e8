"""Approved targets: made with a step-up, used without one, removed without one."""

import asyncio
import json

import httpx

from tests.portal.conftest import Portal, both_engines
from tests.portal.step_up import Wish, step_up
from tests.portal.tmf import BERND, ERIKA, MAX, PAULA, SERVICE, Json, Person, conform, connected

TARGETS = "/tmf-api/ServiceActivationAndConfiguration/v4/targets"
ATTRIBUTES = {"id", "href", "@type", "target", "name", "approvedAt", "approvedBy"}
NUMBER = "tel:+4915228817386"


def wanted(target: str = NUMBER, name: str = "Werkstatt mobil") -> bytes:
    return json.dumps({"target": target, "name": name}).encode()


async def approve(person: Person, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    kind = {"Content-Type": "application/json"}
    return await person.http.post(TARGETS, content=body, headers={**(headers or person.headers), **kind})


async def divert(person: Person, service: str, target: str) -> int:
    rule = {"callForwarding": {"busy": {"active": True, "target": target}}}
    headers = {**person.headers, "If-Match": "*"}
    return (await person.http.patch(f"{SERVICE}/{service}", json=rule, headers=headers)).status_code


async def test_the_demo_has_two(portal: Portal) -> None:
    """Muster's, and nobody else's: a list and each alone, by role."""
    max_, erika, bernd = [await connected(portal, name) for name in (MAX, ERIKA, BERND)]
    listed = await max_.list(TARGETS)

    assert [(one["name"], one["target"], one["approvedBy"]) for one in listed] == [
        ("Bereitschaft", "tel:+491713920014", "Max Muster"),
        ("Max mobil", "tel:+491713920010", "Max Muster"),
    ]
    for one in listed:
        assert (set(one), one["@type"]) == (ATTRIBUTES, "DiversionTarget")
        assert await max_.one(TARGETS, one["id"]) == one
        assert (await erika.get(f"{TARGETS}/{one['id']}")).status_code == 404
    assert await erika.list(TARGETS) == []
    assert (await bernd.get(TARGETS)).status_code == 403


@both_engines
async def test_approved_once_used_freely(portal: Portal) -> None:
    """Without a step-up 401; with it 201 and its address; then diversions need none, until it is removed."""
    person = await connected(portal, PAULA)
    assert (await approve(person, wanted())).status_code == 401
    assert await divert(person, "ext-22", NUMBER) == 401
    proof = await step_up(portal, person, Wish(TARGETS, wanted()), scope="pbx:write")
    altered = await approve(person, wanted("tel:+4915228817387"), proof)
    made = await approve(person, wanted(), proof)
    again = await approve(person, wanted(), proof)

    assert (altered.status_code, made.status_code, again.status_code) == (401, 201, 401)
    assert set(made.json()) == ATTRIBUTES
    assert made.headers["Location"] == made.json()["href"]
    assert made.json()["approvedBy"] == "Paula Pforte"
    assert made.json() in await person.list(TARGETS)
    assert await divert(person, "ext-22", NUMBER) == 200

    refused = await person.http.delete(made.json()["href"], headers=proof)
    removed = await person.http.delete(made.json()["href"], headers=person.headers)
    missing = await person.http.delete(made.json()["href"], headers=person.headers)
    assert (refused.status_code, removed.status_code, missing.status_code) == (403, 204, 404)
    assert await divert(person, "ext-22", NUMBER) == 200  # goes there already
    assert await divert(person, "ext-23", NUMBER) == 401


@both_engines
async def test_the_same_target_is_the_same(portal: Portal) -> None:
    """Approved twice, also at once: one target, two alike answers."""
    person = await connected(portal, MAX)
    wishes = [Wish(TARGETS, wanted(name=name)) for name in ("A", "B")]
    proof = await step_up(portal, person, *wishes, scope="pbx:write")
    made = await asyncio.gather(*(approve(person, wish.body, proof) for wish in wishes))

    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()
    assert len(await person.list(TARGETS)) == 3


async def test_what_cannot_be_approved(portal: Portal) -> None:
    """The policy's reasons before any PIN; own lines need no approval; a body out of shape; another customer's."""
    person, erika = await connected(portal, MAX), await connected(portal, ERIKA)
    forbidden = {
        "tel:+499001123456": "premium",
        "tel:+41791234567": "international",
        "tel:+881612345678": "satellite",
        "tel:015228817386": "invalid",
        "sip:a@example.org": "characters",
        "tel:+492214710222": "self",
        "tel:22;phone-context=pbx.eservice.example": "self",
        "sip:voicemail@pbx.eservice.example": "self",
    }
    for target, reason in forbidden.items():
        error = (await approve(person, wanted(target))).json()
        assert (error["code"], error["message"]) == ("targetNotAllowed", reason), target
        conform("Error", error)
    bad: list[Json] = [{}, {"target": NUMBER}, {"target": NUMBER, "name": ""}, {"target": NUMBER, "name": "a\nb"}]
    bad += [{"target": "+4915228817386", "name": "A"}, {"target": NUMBER, "name": "A", "approvedBy": "Chef"}, []]
    for body in bad:
        answer = await approve(person, json.dumps(body).encode())
        assert (answer.status_code, answer.json()["code"]) == (400, "invalidBody"), body

    mine = (await person.list(TARGETS))[0]["href"]
    assert (await person.http.delete(mine, headers=erika.headers)).status_code == 404
    assert len(await person.list(TARGETS)) == 2
