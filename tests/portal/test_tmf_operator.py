"""What the operator drives by hand: a bill's state, and a new bill now."""

import io

from pypdf import PdfReader

from tests.portal.conftest import Portal
from tests.portal.tmf import BILL, LINE, MAX, ON_DEMAND, Json, connected


async def test_a_paid_bill_owes_nothing_and_is_news(portal: Portal) -> None:
    """PATCH state=settled clears what is due and moves lastUpdate, so that a poll finds it."""
    person = await connected(portal, MAX)
    (bill, *_) = await person.list(BILL, state="sent")
    before = portal.server.context.now().isoformat()
    answer = await portal.http.patch(f"{BILL}/{bill['id']}", json={"state": "settled"}, headers=portal.operator)

    assert answer.status_code == 200
    assert answer.json() == await person.one(BILL, bill["id"])
    assert answer.json()["remainingAmount"] == {"unit": "EUR", "value": 0.0}
    assert answer.json()["taxIncludedAmount"] == bill["taxIncludedAmount"]
    assert [one["id"] for one in await person.list(BILL, **{"lastUpdate.gte": before})] == [bill["id"]]


async def test_merge_patch_and_nonsense(portal: Portal) -> None:
    """Both media types of a merge patch are taken; other fields, words and forms are refused and change nothing."""
    person = await connected(portal, MAX)
    bill = (await person.list(BILL, state="sent"))[0]
    url = f"{BILL}/{bill['id']}"
    merge = {**portal.operator, "Content-Type": "application/merge-patch+json"}
    bad = [
        await portal.http.patch(url, json={"state": "lost"}, headers=portal.operator),
        await portal.http.patch(url, json={"state": "settled", "billNo": "1"}, headers=portal.operator),
        await portal.http.patch(url, json=["settled"], headers=portal.operator),
        await portal.http.patch(url, content=b"{", headers=merge),
    ]

    assert [answer.status_code for answer in bad] == [400] * 4
    assert (await portal.http.patch(url, data={"state": "settled"}, headers=portal.operator)).status_code == 415
    assert await person.one(BILL, bill["id"]) == bill
    assert (await portal.http.patch(url, content=b'{"state":"onHold"}', headers=merge)).json()["state"] == "onHold"


async def test_a_bill_on_demand_is_a_whole_bill(portal: Portal) -> None:
    """A new number, lines that add up, a PDF at once; a second one has another number."""
    person = await connected(portal, MAX)
    known = {bill["id"] for bill in await person.list(BILL, limit=500)}
    wish = {"billingAccount": {"id": "ba-2300229-m"}, "name": "Probe"}
    made = (await portal.http.post(ON_DEMAND, json=wish, headers=portal.operator)).json()
    again = (await portal.http.post(ON_DEMAND, json=wish, headers=portal.operator)).json()
    bill = await person.one(BILL, made["customerBill"]["id"])
    lines = await person.list(LINE, **{"bill.id": bill["id"]})
    file = await person.get(bill["billDocument"][0]["url"])

    assert bill["id"] not in known
    assert again["customerBill"]["name"] != bill["billNo"]
    assert (bill["state"], bill["runType"]) == ("sent", "offCycle")
    assert round(sum(line["taxIncludedAmount"]["value"] for line in lines), 2) == bill["taxIncludedAmount"]["value"]
    assert bill["billDocument"][0]["size"] == {"amount": len(file.content), "units": "B"}
    assert bill["billNo"] in PdfReader(io.BytesIO(file.content)).pages[0].extract_text()


async def test_a_bill_needs_a_known_account(portal: Portal) -> None:
    """Unknown or missing billing accounts are refused and make nothing."""
    await connected(portal, MAX)
    bad: list[Json] = [{"billingAccount": account} for account in ({}, {"id": ""}, None)]
    for body in [*bad, {}]:
        answer = await portal.http.post(ON_DEMAND, json=body, headers=portal.operator)
        assert answer.status_code == 400, body
    unknown = {"billingAccount": {"id": "ba-nobody"}}
    assert (await portal.http.post(ON_DEMAND, json=unknown, headers=portal.operator)).status_code == 409
    assert (await portal.http.get(ON_DEMAND, headers=portal.operator)).json() == []
