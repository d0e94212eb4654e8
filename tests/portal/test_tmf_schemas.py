"""Every answer is what TM Forum published: the v4 schemas and the conformance profiles' mandatory attributes."""

from datetime import UTC, datetime

import pytest

from portal.server.tmf import tables as t
from portal.server.world.big import big_world
from portal.server.world.load import load
from tests.portal.conftest import Portal
from tests.portal.tmf import (
    BERND,
    BILL,
    ERIKA,
    INVENTORY,
    LINE,
    MAX,
    NORA,
    OFFERING,
    ON_DEMAND,
    ORDER,
    SERVICE,
    conform,
    connected,
)

RESOURCES = {
    "Product": INVENTORY,
    "ProductOffering": OFFERING,
    "CustomerBill": BILL,
    "AppliedCustomerBillingRate": LINE,
    "Service": SERVICE,
}


@pytest.mark.parametrize("username", [MAX, ERIKA, NORA])
async def test_whatever_a_customer_can_list_or_read_conforms(portal: Portal, username: str) -> None:
    """All five kinds, whole lists, and the first of each read alone is the same as in the list."""
    person = await connected(portal, username)
    for kind, path in RESOURCES.items():
        bodies = await person.list(path, limit=500)
        assert bodies, kind
        for body in bodies:
            conform(kind, body)
            assert body["href"] == f"{portal.base_url}{path}/{body['id']}"
        assert await person.one(path, bodies[0]["id"]) == bodies[0]


async def test_an_order_conforms(portal: Portal) -> None:
    """Orders are empty until somebody orders; one that is there is a TMF622 order."""
    person = await connected(portal, MAX)
    assert await person.list(ORDER) == []
    item = {
        "id": "1",
        "action": "add",
        "quantity": 1,
        "productOffering": {"id": "opt-lte-guard"},
        "state": "inProgress",
    }
    row = {
        "id": "o-1", "customer_id": "cust-2300229", "external_id": "e-1", "state": "inProgress", "items": [item],
        "ordered_at": datetime(2026, 3, 1, tzinfo=UTC), "last_update": datetime(2026, 3, 1, tzinfo=UTC),
    }  # fmt: skip
    async with portal.server.context.database.writing() as connection:
        await connection.execute(t.orders.insert().values(row))
    (order,) = await person.list(ORDER, externalId="e-1")

    conform("ProductOrder", order)
    assert await person.one(ORDER, "o-1") == order
    assert await person.list(ORDER, **{"orderDate.gte": "2026-03-02T00:00:00Z"}) == []


async def test_every_refusal_is_a_tmf_error(portal: Portal) -> None:
    """400, 401, 403, 404 and 405 under /tmf-api: the Error of TMF, whose status is a string."""
    max_, bernd = await connected(portal, MAX), await connected(portal, BERND)
    answers = [
        await max_.get(BILL, limit=0),
        await portal.http.get(BILL),
        await bernd.get(SERVICE),
        await max_.get(f"{BILL}/nothing"),
        await max_.get("/tmf-api/nothing"),
        await portal.http.delete(BILL, headers=max_.headers),
    ]

    assert [answer.status_code for answer in answers] == [400, 401, 403, 404, 404, 405]
    for answer in answers:
        conform("Error", answer.json())
        assert answer.json()["status"] == str(answer.status_code)


async def test_the_bills_made_on_demand_conform(portal: Portal) -> None:
    """TMF678 makes this resource mandatory; it is the operator's."""
    await connected(portal, MAX)
    answer = await portal.http.post(ON_DEMAND, json={"billingAccount": {"id": "ba-2300229"}}, headers=portal.operator)
    listed = (await portal.http.get(ON_DEMAND, headers=portal.operator)).json()

    assert answer.status_code == 201
    assert answer.headers["Location"] == answer.json()["href"]
    assert listed == [answer.json()]
    conform("CustomerBillOnDemand", answer.json())


async def test_the_big_customer_conforms(portal: Portal) -> None:
    """Groß AG: more than a page of everything."""
    await connected(portal, MAX)
    context = portal.server.context
    async with context.database.writing() as connection:
        await load(connection, big_world(context.now().date(), 200), context.now())
    person = await connected(portal, "customer2300290")
    contracts = await person.list(INVENTORY, limit=500)
    bills = await person.list(BILL, limit=500, offset=400)

    assert len(contracts) >= 200
    assert len(bills) == 540 - 400
    for contract in contracts:
        conform("Product", contract)
    for bill in bills:
        conform("CustomerBill", bill)
