"""What the demo world tells, as a customer would check it with a pencil."""

from collections import Counter
from datetime import date
from decimal import Decimal

from tests.portal.conftest import Portal
from tests.portal.tmf import BILL, ERIKA, INVENTORY, LINE, MAX, OFFERING, SERVICE, Json, connected

TODAY = date(2026, 3, 2)  # of the tests' clock


def facts(product: Json) -> dict[str, Json]:
    return {one["name"]: one["value"] for one in product["productCharacteristic"]}


async def test_a_contract_says_until_when_notice_must_be_given(portal: Portal) -> None:
    """Within the first term the last day is computed from its end; after it a month's notice is enough."""
    person = await connected(portal, MAX)
    first, renewed = await person.one(INVENTORY, "c-1006"), await person.one(INVENTORY, "c-1008")

    assert first["startDate"] == "2024-07-01T00:00:00+02:00"
    assert facts(first)["minimumTermEnd"] == "2026-07-01"
    assert facts(first)["noticePeriod"] == "P3M"
    assert facts(first)["lastDayForNotice"] == "2026-03-31"
    assert facts(renewed)["minimumTermEnd"] == "2024-11-01"
    assert (facts(renewed)["noticePeriod"], facts(renewed)["lastDayForNotice"]) == ("P1M", "2026-03-31")


async def test_the_last_day_for_notice_never_lies_in_the_past(portal: Portal) -> None:
    """Neither now nor in a year, although nothing was stored again in between."""
    person = await connected(portal, MAX)
    for days in (0, 200):
        portal.clock.pass_time(days * 86_400)
        person = await connected(portal, MAX)
        now = portal.server.context.now().date()
        for product in await person.list(INVENTORY, limit=500):
            known = facts(product)
            assert ("terminationDate" in product) != ("lastDayForNotice" in known)
            assert known.get("lastDayForNotice", "9999") >= now.isoformat()


async def test_options_are_bookable_booked_or_lack_a_precondition(portal: Portal) -> None:
    """LTE-Guard fits both DSL lines, but only Düsseldorf has the router that it requires."""
    person = await connected(portal, MAX)
    fitting = await person.list(
        OFFERING, **{"productOfferingRelationship.id": "off-dsl-100", "lifecycleStatus": "Launched"}
    )
    guard = next(one for one in fitting if one["id"] == "opt-lte-guard")
    required = [one for one in guard["productOfferingRelationship"] if one["relationshipType"] == "requires"]
    booked = {
        contract: {
            option["productOffering"]["id"]
            for option in await person.list(INVENTORY, **{"productRelationship.product.id": contract})
        }
        for contract in ("c-1002", "c-1003")
    }

    assert [(one["id"], one["name"]) for one in required] == [("opt-router", "Business-Router")]
    assert booked == {"c-1002": {"opt-router"}, "c-1003": set()}
    assert {"opt-ddos", "opt-up-250", "opt-router"} <= {one["id"] for one in fitting}
    upgrade = next(one for one in fitting if one["id"] == "opt-up-250")
    assert {"name": "feasibilityCheck", "value": True} in upgrade["productOfferingCharacteristic"]


async def test_invoices_add_up_to_the_cent(portal: Portal) -> None:
    """Lines sum to the bill, tax is 19 % of the total, money has at most two decimals and is a JSON number."""
    for username in (MAX, ERIKA):
        person = await connected(portal, username)
        lines = await person.list(LINE, limit=500)
        for bill in await person.list(BILL, limit=500):
            mine = [line for line in lines if line["bill"]["id"] == bill["id"]]
            net, gross = (_euro(bill[name]) for name in ("taxExcludedAmount", "taxIncludedAmount"))
            tax = _euro(bill["taxItem"][0]["taxAmount"])

            assert net == sum(_euro(line["taxExcludedAmount"]) for line in mine)
            assert gross == sum(_euro(line["taxIncludedAmount"]) for line in mine) == net + tax
            assert abs(tax - net * Decimal("0.19")) <= Decimal("0.005")


def _euro(money: Json) -> Decimal:
    value = Decimal(str(money["value"]))
    assert isinstance(money["value"], int | float)
    assert money["unit"] == "EUR"
    assert value == round(value, 2)
    return value


async def test_the_states_a_customer_meets_are_all_there(portal: Portal) -> None:
    """Open, about to be debited, paid, one overdue, one credit note; eighteen months of each account."""
    person = await connected(portal, MAX)
    bills = await person.list(BILL, limit=500)
    now = portal.server.context.now().isoformat()
    open_ones = [bill for bill in bills if bill["state"] == "sent"]
    kinds = Counter((bill["paymentMethod"]["@referredType"], bill["paymentDueDate"] < now) for bill in open_ones)

    assert kinds == {("BankTransfer", False): 1, ("BankTransfer", True): 1, ("DirectDebit", False): 1}
    assert Counter(bill["billingAccount"]["id"] for bill in bills) == {"ba-2300229": 19, "ba-2300229-m": 18}
    assert [bill["taxIncludedAmount"]["value"] for bill in bills if bill["category"] == "creditNote"] == [-17.85]
    assert sum(bill["state"] == "settled" for bill in bills) == 34


async def test_civil_dates_are_midnight_in_the_customers_zone(portal: Portal) -> None:
    """A winter date carries +01:00, a summer date +02:00, and periods end where the next begins."""
    person = await connected(portal, MAX)
    bills = {bill["billNo"]: bill for bill in await person.list(BILL, **{"billingAccount.id": "ba-2300229"})}

    assert bills["2025-10-000122"]["billingPeriod"] == {
        "startDateTime": "2025-10-01T00:00:00+02:00",
        "endDateTime": "2025-11-01T00:00:00+01:00",
    }
    assert bills["2025-10-000122"]["billDate"] == "2025-11-03T00:00:00+01:00"


async def test_extensions_carry_their_diversions(portal: Portal) -> None:
    """Four conditions by name, targets kept while off, a published capability, an ETag for the change to come."""
    person = await connected(portal, MAX)
    answer = await person.get(f"{SERVICE}/ext-21")
    rules = answer.json()["callForwarding"]

    assert set(rules) == {"unconditional", "busy", "noAnswer", "notReachable"}
    assert rules["unconditional"] == {"active": False, "target": "tel:+491713920010", "status": "off"}
    assert rules["noAnswer"]["noReplyTimer"] == 20
    assert answer.headers["ETag"] == '"1"'
    assert len(await person.list(SERVICE, category="cloudPbxExtension")) == 8
    assert [one["id"] for one in await person.list(SERVICE, category="cloudPbxNumberRange")] == ["range-koeln"]


async def test_a_quantity_multiplies_the_price(portal: Portal) -> None:
    """Six seats cost six times one seat; the offering tells the price of one."""
    person = await connected(portal, MAX)
    seats, one = await person.one(INVENTORY, "p-1005-smart"), await person.one(OFFERING, "opt-seat-smart")
    monthly = [price for price in seats["productPrice"] if price["priceType"] == "recurring"]

    assert facts(seats)["quantity"] == 6
    assert monthly[0]["price"]["dutyFreeAmount"]["value"] == 47.40
    assert one["productOfferingPrice"][0]["price"]["dutyFreeAmount"]["value"] == 7.90
