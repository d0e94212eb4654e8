"""Who sees what: another customer's things do not exist, and a scope that was not granted opens nothing."""

from tests.portal.conftest import Portal
from tests.portal.tmf import BERND, BILL, ERIKA, INVENTORY, LINE, MAX, NORA, ON_DEMAND, ORDER, PAULA, SERVICE, connected


async def test_what_belongs_to_others_is_not_there(portal: Portal) -> None:
    """Reading another customer's contract, bill, line, extension or document is 404 like one that never was."""
    max_, erika = await connected(portal, MAX), await connected(portal, ERIKA)
    for path in (INVENTORY, BILL, LINE, SERVICE):
        theirs = (await max_.list(path))[0]
        foreign, unknown = await erika.get(f"{path}/{theirs['id']}"), await erika.get(f"{path}/never-was")

        assert foreign.status_code == unknown.status_code == 404
        assert foreign.json() == unknown.json()
        assert await erika.list(path, id=theirs["id"]) == []
    bill = (await max_.list(BILL))[0]
    paper = (await max_.list(INVENTORY))[0]["document"][0]
    assert (await max_.get(paper["url"])).status_code == 200
    for url in (bill["billDocument"][0]["url"], paper["url"]):
        assert (await erika.get(url)).status_code == 404


async def test_no_list_shows_a_foreign_row(portal: Portal) -> None:
    """Two customers' lists have nothing in common."""
    max_, nora = await connected(portal, MAX), await connected(portal, NORA)
    for path in (INVENTORY, BILL, LINE, SERVICE):
        seen = {body["id"] for body in await max_.list(path, limit=500)}
        other = {body["id"] for body in await nora.list(path, limit=500)}

        assert seen
        assert other
        assert not seen & other


async def test_roles_open_what_they_should(portal: Portal) -> None:
    """Accounting has no telephones, the PBX admin has no invoices, neither of them nor an admin is an operator."""
    bernd, paula = await connected(portal, BERND), await connected(portal, PAULA)
    opened = {
        "accounting": [(await bernd.get(path)).status_code for path in (INVENTORY, BILL, LINE, ORDER, SERVICE)],
        "pbxAdmin": [(await paula.get(path)).status_code for path in (INVENTORY, BILL, LINE, ORDER, SERVICE)],
    }
    refused = await paula.get(BILL)

    assert opened == {"accounting": [200, 200, 200, 200, 403], "pbxAdmin": [200, 403, 403, 200, 200]}
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
    assert 'scope="bills:read"' in refused.headers["WWW-Authenticate"]


async def test_an_invoice_file_needs_the_right_to_invoices(portal: Portal) -> None:
    """The PBX admin may read contract documents, not invoices."""
    max_, paula = await connected(portal, MAX), await connected(portal, PAULA)
    invoice = (await max_.list(BILL))[0]["billDocument"][0]["url"]
    order_form = (await max_.list(INVENTORY))[0]["document"][0]["url"]

    assert (await paula.get(invoice)).status_code == 403
    assert (await paula.get(order_form)).status_code == 200


async def test_customers_cannot_do_the_operators_work(portal: Portal) -> None:
    """Changing a bill's state and making bills is 403 with a customer's token, 401 without one."""
    max_ = await connected(portal, MAX)
    bill = (await max_.list(BILL))[0]["id"]
    change, wish = {"state": "settled"}, {"billingAccount": {"id": "ba-2300229"}}
    for headers, status in ((max_.headers, 403), ({}, 401)):
        assert (await portal.http.patch(f"{BILL}/{bill}", json=change, headers=headers)).status_code == status
        assert (await portal.http.post(ON_DEMAND, json=wish, headers=headers)).status_code == status
        assert (await portal.http.get(ON_DEMAND, headers=headers)).status_code == status


async def test_ids_with_odd_characters_are_just_unknown(portal: Portal) -> None:
    """Control characters, blanks and quotes in a path end as 404, never as a fault."""
    max_ = await connected(portal, MAX)
    for id in ("%00", "a%00b", "'%20OR%201=1", "%F0%9F%98%80", "..%2f..", "x" * 300):
        for path in (INVENTORY, BILL, SERVICE, "/documents"):
            assert (await max_.get(f"{path}/{id}")).status_code == 404, (path, id)
