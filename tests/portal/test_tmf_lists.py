"""TMF630's list rules: pages, their headers, sort, fields, filters; and refusing what is not understood."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from portal.server.settings import PortalSettings
from tests.portal.conftest import Portal
from tests.portal.tmf import BILL, INVENTORY, LINE, MAX, OFFERING, SERVICE, Json, Person, connected

REL = re.compile(r'<([^>]+)>; rel="(\w+)"')


async def test_following_next_reads_everything_once(portal: Portal) -> None:
    """Pages do not overlap and leave nothing out; the headers count truly."""
    person = await connected(portal, MAX)
    whole = await person.list(BILL, limit=500)
    url, read, pages = f"{BILL}?limit=10", [], 0
    while url:
        answer = await portal.http.get(url, headers=person.headers)
        page = answer.json()
        assert answer.headers["X-Total-Count"] == str(len(whole))
        assert answer.headers["X-Result-Count"] == str(len(page))
        read += page
        pages += 1
        url = {rel: target for target, rel in REL.findall(answer.headers["Link"])}.get("next", "")

    assert read == whole
    assert pages == -(-len(whole) // 10)


async def test_links_keep_the_filter(portal: Portal) -> None:
    """self, first, prev, next and last of a filtered list are that list's."""
    person = await connected(portal, MAX)
    answer = await person.get(BILL, state="settled", limit=5, offset=5)
    links = {rel: target for target, rel in REL.findall(answer.headers["Link"])}

    assert set(links) == {"self", "first", "prev", "next", "last"}
    assert all("state=settled" in target and target.startswith(portal.base_url) for target in links.values())
    assert (await portal.http.get(links["prev"], headers=person.headers)).json()[0] == (
        await person.list(BILL, state="settled")
    )[0]


class TestTruncatedListsAs206:
    """Some TMF servers answer 206 to a page; where the operator wants that, this one does."""

    @pytest.fixture
    def portal_settings(self, portal_settings: PortalSettings) -> PortalSettings:
        return replace(portal_settings, partial_lists_as_206=True)

    async def test_a_part_is_206_and_the_whole_is_200(self, portal: Portal) -> None:
        """The status tells whether there is more."""
        person = await connected(portal, MAX)

        assert (await person.get(BILL, limit=5)).status_code == 206
        assert (await person.get(BILL, limit=500)).status_code == 200


async def test_fields_are_a_cut_of_the_whole(portal: Portal) -> None:
    """What is asked for alone is what stands in the whole answer, in lists that are sorted by something else too."""
    person = await connected(portal, MAX)
    whole = await person.list(INVENTORY, limit=500)
    for wish in ("productCharacteristic,place", "productPrice", "document,relatedParty", "productTerm,billingAccount"):
        kept = {"id", "href", "@type", *wish.split(",")}
        cut = [{name: value for name, value in body.items() if name in kept} for body in whole]
        by_name = await person.list(INVENTORY, limit=500, fields=wish, sort="name")
        one = await person.get(f"{INVENTORY}/{whole[0]['id']}", fields=wish)

        assert await person.list(INVENTORY, limit=500, fields=wish) == cut
        assert sorted(by_name, key=lambda body: str(body["id"])) == sorted(cut, key=lambda body: str(body["id"]))
        assert one.json() == cut[0]


async def test_fields_select_and_always_keep_id_and_href(portal: Portal) -> None:
    """Attribute selection works on every first-level attribute, in lists and for one."""
    person = await connected(portal, MAX)
    bodies = await person.list(BILL, fields="billNo,state")
    one = (await person.get(f"{BILL}/{bodies[0]['id']}", fields="taxItem")).json()

    assert all(set(body) == {"id", "href", "@type", "billNo", "state"} for body in bodies)
    assert set(one) == {"id", "href", "@type", "taxItem"}


CASES: list[tuple[str, dict[str, str], Callable[[Json], bool]]] = [
    (BILL, {"state": "sent"}, lambda body: body["state"] == "sent"),
    (BILL, {"state": "sent,partiallyPaid"}, lambda body: body["state"] in {"sent", "partiallyPaid"}),
    (BILL, {"billingAccount.id": "ba-2300229-m"}, lambda body: body["billingAccount"]["id"] == "ba-2300229-m"),
    (BILL, {"billDate.gte": "2026-01-03T00:00:00+01:00"}, lambda body: body["billDate"] >= "2026-01-03"),
    (BILL, {"billDate.gt": "2026-01-03T00:00:00+01:00"}, lambda body: body["billDate"] >= "2026-01-04"),
    (BILL, {"billDate.gte": "2026-01-02T23:00:00Z"}, lambda body: body["billDate"] >= "2026-01-03"),
    (BILL, {"billDate>=2026-01-03T00:00:00+01:00": ""}, lambda body: body["billDate"] >= "2026-01-03"),
    (BILL, {"billDate<2026-01-03T00:00:00+01:00": ""}, lambda body: body["billDate"] < "2026-01-03"),
    (BILL, {"lastUpdate.gte": "2026-01-01T00:00:00Z"}, lambda body: body["lastUpdate"] >= "2026-01-01"),
    (BILL, {"category": "creditNote", "state": "settled"}, lambda body: body["category"] == "creditNote"),
    (BILL, {"taxIncludedAmount.value.lt": "0"}, lambda body: body["category"] == "creditNote"),
    (BILL, {"paymentMethod.@referredType": "DirectDebit"}, lambda body: "-m-" in body["id"]),
    (INVENTORY, {"status": "active"}, lambda body: body["status"] == "active"),
    (INVENTORY, {"isBundle": "true"}, lambda _: False),
    (
        INVENTORY,
        {"productRelationship.product.id": "c-1005"},
        lambda body: body.get("productRelationship", [{}])[0].get("product", {}).get("id") == "c-1005",
    ),
    (
        INVENTORY,
        {"productCharacteristic.value": "+491713920010"},
        lambda body: body["id"] == "c-1006",
    ),
    (OFFERING, {"lifecycleStatus": "Retired"}, lambda body: body["lifecycleStatus"] == "Retired"),
    (
        OFFERING,
        {"productOfferingRelationship.id": "off-dsl-100"},
        lambda body: any(one["id"] == "off-dsl-100" for one in body.get("productOfferingRelationship", [])),
    ),
    (SERVICE, {"category": "cloudPbxNumberRange"}, lambda body: body["category"] == "cloudPbxNumberRange"),
]


async def test_a_filter_keeps_exactly_what_it_says(portal: Portal) -> None:
    """The answer is the whole list, less what the condition excludes: in SQL and over the bodies alike."""
    person = await connected(portal, MAX)
    for path, params, kept in CASES:
        whole = await person.list(path, limit=500)
        expected = [body["id"] for body in whole if kept(body)]

        assert [body["id"] for body in await person.list(path, limit=500, **params)] == expected, params
        by_id = await person.list(path, limit=500, sort="id", **params)
        assert [body["id"] for body in by_id] == sorted(expected), params


async def test_sort_goes_by_several_keys(portal: Portal) -> None:
    """Ascending by default, a minus for descending, the second key where the first is equal."""
    person = await connected(portal, MAX)
    bodies = await person.list(BILL, sort="state,-taxIncludedAmount.value", limit=500)
    keys = [(body["state"], -body["taxIncludedAmount"]["value"]) for body in bodies]

    assert keys == sorted(keys)


async def test_lines_are_found_by_their_bill(portal: Portal) -> None:
    """`bill.id` is how a client reads an invoice's lines."""
    person = await connected(portal, MAX)
    bill = (await person.list(BILL))[0]
    lines = await person.list(LINE, **{"bill.id": bill["id"]})

    assert lines
    assert {line["bill"]["id"] for line in lines} == {bill["id"]}


NONSENSE = (
    "limit=0", "limit=501", "limit=ten", "limit=-1", "offset=-1", "limit=1&limit=2", "fields=nothing", "fields=",
    "sort=nothing", "color=blue", "state=", "billDate.regex=2026.*", "state=%00", "limit=%D9%A1",
)  # fmt: skip


async def test_what_is_not_understood_is_refused(portal: Portal) -> None:
    """A filter that is ignored would answer more than was asked for: 400, naming the parameter."""
    person = await connected(portal, MAX)
    for query in NONSENSE:
        answer = await portal.http.get(f"{BILL}?{query}", headers=person.headers)

        assert answer.status_code == 400, query
        assert query.partition("=")[0].partition(".")[0] in answer.json()["message"]


async def test_an_empty_page_is_an_empty_list(portal: Portal) -> None:
    """Beyond the end there is nothing, and no next page."""
    person: Person = await connected(portal, MAX)
    answer = await person.get(BILL, offset=1000)

    assert answer.json() == []
    assert answer.headers["X-Result-Count"] == "0"
    assert "next" not in answer.headers["Link"]
