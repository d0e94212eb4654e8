"""The operator's endpoints: orders, accounts, activation links."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from portal.server.settings import PortalSettings
from tests.portal.conftest import Portal, both_engines
from tests.portal.tmf import INVENTORY

ADMIN = {"name": "A", "mail": "a@b.example", "phone": "+4915228817386"}


async def test_order_numbers_users_and_lists_them(portal: Portal) -> None:
    """Each order gets the next user name; accounts can be listed by customer."""
    one, two = await portal.order(), await portal.order("Zweite AG")
    listed = await portal.http.get(
        "/operator/accounts", params={"customer_id": two["customer_id"]}, headers=portal.operator
    )

    assert int(two["username"].removeprefix("customer")) == int(one["username"].removeprefix("customer")) + 1
    assert [account["username"] for account in listed.json()] == [two["username"]]


async def test_an_order_comes_with_its_contract(portal: Portal) -> None:
    """As from the command line: the new customer reads one contract, at its address."""
    made = await portal.order("Neu GmbH")
    tokens = await portal.connect(made["code"])
    headers = {"Authorization": f"Bearer {tokens.access}"}
    (contract,) = (await portal.http.get(INVENTORY, headers=headers)).json()

    assert (contract["status"], contract["productOffering"]["name"]) == ("active", "Business Start")
    assert contract["place"][0]["name"] == "Düsseldorf, Musterstraße 1"


@both_engines
async def test_taken_names_and_unknown_things(portal: Portal) -> None:
    """A taken user name is 409 and changes nothing, unknown customers and accounts are 404, bad bodies 400."""
    made = await portal.order()
    admin = {**ADMIN, "username": made["username"]}
    taken = await portal.http.post(
        "/operator/orders", json={"customer": {"name": "Doppelt"}, "admin": admin}, headers=portal.operator
    )
    further = {**admin, "customer_id": "cust-none", "username": "someone"}
    unknown = await portal.http.post("/operator/accounts", json=further, headers=portal.operator)
    nobody = await portal.http.post("/operator/accounts/nobody/activation-link", headers=portal.operator)
    bad = await portal.http.post("/operator/orders", json={"customer": {"name": "x\x00"}}, headers=portal.operator)
    accounts = (await portal.http.get("/operator/accounts", headers=portal.operator)).json()

    assert [r.status_code for r in (taken, unknown, nobody, bad)] == [409, 404, 404, 400]
    assert bad.json()["error"] == "invalid_request" and "admin" in bad.json()["error_description"]
    assert len(accounts) == 1


async def test_a_body_may_not_be_huge(portal: Portal) -> None:
    """More than a mebibyte is refused, with and without a length announced."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65536

    announced = await portal.http.post("/operator/orders", content=b" " * 2_000_000, headers=portal.operator)
    chunked = await portal.http.post("/operator/orders", content=chunks(), headers=portal.operator)

    assert (announced.status_code, chunked.status_code) == (413, 413)


async def test_a_405_names_every_method(portal: Portal) -> None:
    """Wrong methods are told all the right ones of the path, in the error's own shape."""
    answer = await portal.http.request("PATCH", "/operator/accounts", headers=portal.operator)

    assert answer.status_code == 405 and answer.headers["allow"] == "GET, POST"
    assert answer.json()["error"] == "method_not_allowed"


class TestOutsideTheDemo:
    """An installation that is none of the demo's."""

    @pytest.fixture
    def portal_settings(self, portal_settings: PortalSettings) -> PortalSettings:
        return replace(portal_settings, demo=False)

    async def test_codes_are_never_answered(self, portal: Portal) -> None:
        """Only the customer's mailbox sees an activation code."""
        body = {"customer": {"name": "Muster GmbH"}, "admin": {**ADMIN, "username": "someone"}}
        made = await portal.http.post("/operator/orders", json=body, headers=portal.operator)
        again = await portal.http.post("/operator/accounts/someone/activation-link", headers=portal.operator)
        await portal.post.mails.nth(2)

        assert made.json()["activation_code"] is again.json()["activation_code"] is None
        assert portal.post.mails[0].code != portal.post.mails[1].code
