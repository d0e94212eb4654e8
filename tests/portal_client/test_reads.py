"""Reading: paging whatever the portal says about totals, refusals by status, tolerance and intolerance of content."""

import datetime as dt
from decimal import Decimal

import pytest

from portal import errors
from portal.models import (
    Contract,
    Debit,
    DocumentKind,
    Invoice,
    InvoiceState,
    LineOfBusiness,
    Money,
    PaymentMethod,
    Period,
    ProductStatus,
    Role,
    Site,
    Transfer,
)
from tests.portal_client.scripted import TOKEN, Says, Scripted, scripted

PRODUCTS = "/tmf-api/productInventory/v4/product"
BILLS = "/tmf-api/customerBillManagement/v4/customerBill"
OFFERINGS = "/tmf-api/productCatalogManagement/v4/productOffering"


def product(number: int, **more: object) -> dict[str, object]:
    return {"id": f"c-{number}", "status": "active", "name": f"Contract {number}", **more}


def bill(**more: object) -> dict[str, object]:
    money = {"unit": "EUR", "value": 59.32}
    plain = {"id": "b-1", "state": "sent", "billDate": "2026-11-03T00:00:00+01:00", "taxIncludedAmount": money}
    return {**plain, **more}


async def one_bill(one: Scripted, **more: object) -> Invoice:
    one.says(f"{BILLS}/b-1", Says(bill(**more)))
    return await one.portal.invoice(TOKEN, "b-1")


async def one_contract(one: Scripted, **more: object) -> Contract:
    one.says(f"{PRODUCTS}/c-1", Says(product(1, **more)))
    return await one.portal.contract(TOKEN, "c-1")


async def test_token_goes_along() -> None:
    """A read carries the connection's token as a bearer."""
    async with scripted() as one:
        await one_contract(one)

        assert one.server.requests[-1].headers["authorization"] == f"Bearer {TOKEN.value}"


async def test_short_page_with_200_ends_the_list() -> None:
    """One short page is the whole list, whatever X-Total-Count claims."""
    async with scripted() as one:
        one.says(PRODUCTS, Says([product(1), product(2)], headers={"X-Total-Count": "9999"}))

        assert [c.id for c in await one.portal.contracts(TOKEN)] == ["c-1", "c-2"]
        assert len(one.queries(PRODUCTS)) == 1


@pytest.mark.parametrize(
    ("status", "headers"), [(206, {}), (200, {"Link": '<x?offset=2>; rel="next", <x>; rel="self"'})]
)
async def test_truncated_pages_go_on(status: int, headers: dict[str, str]) -> None:
    """206, or a link to the next page, means more, even when the portal caps its pages below what was asked for."""
    async with scripted() as one:
        one.says(PRODUCTS, Says([product(1), product(2)], status, headers), Says([product(3)]))

        assert [c.id for c in await one.portal.contracts(TOKEN)] == ["c-1", "c-2", "c-3"]
        assert [query["offset"] for query in one.queries(PRODUCTS)] == ["0", "2"]


async def test_full_page_asks_for_the_next_which_may_be_empty() -> None:
    """A full page is followed by a question, and an empty answer ends the list although X-Total-Count promises more."""
    async with scripted() as one:
        full = [product(n) for n in range(500)]
        one.says(PRODUCTS, Says(full, headers={"X-Total-Count": "700"}), Says([], headers={"X-Total-Count": "700"}))

        assert len(await one.portal.contracts(TOKEN)) == 500
        assert [query["offset"] for query in one.queries(PRODUCTS)] == ["0", "500"]


async def test_server_that_ignores_the_offset_ends() -> None:
    """A page that brings nothing new ends the list, and nothing comes twice."""
    async with scripted() as one:
        one.says(PRODUCTS, Says([product(1), product(2)], status=206))

        assert [c.id for c in await one.portal.contracts(TOKEN)] == ["c-1", "c-2"]
        assert len(one.queries(PRODUCTS)) == 2


async def test_options_are_told_from_contracts() -> None:
    """What relies on a contract is its option; what relies on nothing is a contract."""
    relies = [{"relationshipType": "reliesOn", "product": {"id": "c-1"}}]
    async with scripted() as one:
        one.says(PRODUCTS, Says([product(1), product(2, productRelationship=relies, id="p-2")]))

        assert [c.id for c in await one.portal.contracts(TOKEN)] == ["c-1"]
        assert [(o.id, o.contract_id) for o in await one.portal.options(TOKEN, "c-1")] == [("p-2", "c-1")]
        assert one.queries(PRODUCTS)[-1]["productRelationship.product.id"] == "c-1"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Says({}, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}), errors.TokenExpired),
        (Says({}, 401), errors.TokenExpired),
        (Says({}, 403), errors.NotAllowed),
        (Says({}, 404), errors.NotFound),
        (Says({}, 410), errors.NotFound),
        (Says({"code": "invalidQuery", "reason": "x"}, 400), errors.Rejected),
        (Says(b"<html>", 409, {"Content-Type": "text/html"}), errors.Rejected),
        (Says({}, 429, {"Retry-After": "7"}), errors.Unavailable),
        (Says({}, 500), errors.Unavailable),
        (Says(b"<html>", 502, {"Content-Type": "text/html"}), errors.Unavailable),
        (Says({}, 302, {"Location": "/elsewhere"}), errors.BadAnswer),
        (Says(b"<html>", 200, {"Content-Type": "text/html"}), errors.BadAnswer),
        (Says({}, 200), errors.BadAnswer),
        (Says([], 200), errors.BadAnswer),
    ],
)
async def test_each_refusal_of_a_read(answer: Says, expected: type[Exception]) -> None:
    """Each status has its error, and a read never has an unknown outcome."""
    async with scripted() as one:
        one.says(f"{PRODUCTS}/c-1", answer)

        with pytest.raises(expected) as caught:
            await one.portal.contract(TOKEN, "c-1")

        assert type(caught.value) is expected


async def test_step_up_demand_is_read() -> None:
    """RFC 9470's challenge is an error of its own, with what the portal wants to see."""
    header = 'Bearer error="insufficient_user_authentication", acr_values="urn:x:sms-otp", max_age="300", scope="w"'
    async with scripted() as one:
        one.says(f"{PRODUCTS}/c-1", Says({}, 401, {"WWW-Authenticate": header}))

        with pytest.raises(errors.StepUpRequired) as caught:
            await one.portal.contract(TOKEN, "c-1")

        assert caught.value.demand == errors.StepUpDemand("urn:x:sms-otp", 300, "w")


@pytest.mark.parametrize("identifier", ["../../oauth2/userinfo", "a/b", "a?b=c", "a#b", "ü", "%2e%2e"])
async def test_ids_stay_one_segment(identifier: str) -> None:
    """An id with slashes, dots or question marks cannot lead to another resource."""
    async with scripted() as one:
        with pytest.raises(errors.NotFound):
            await one.portal.contract(TOKEN, identifier)

        target = one.server.requests[-1].target
        assert target.startswith(f"{PRODUCTS}/")
        assert not set("/?#") & set(target.removeprefix(f"{PRODUCTS}/"))


async def test_everything_about_a_contract() -> None:
    """Number, site, dates in the customer's zone, notice, price and documents come out typed and exact."""
    async with scripted() as one:
        found = await one_contract(
            one,
            agreement=[{"id": "V-2025-4711"}],
            place=[{"id": "s-1", "name": "Düsseldorf, Prinzenallee 11"}],
            startDate="2025-02-28T23:00:00Z",
            productTerm=[{"duration": {"amount": 24, "units": "month"}}],
            productCharacteristic=[
                {"name": "lineOfBusiness", "value": "mobile"},
                {"name": "phoneNumber", "value": "+4915112345678"},
                {"name": "phoneNumber", "value": "+4915112345679"},
                {"name": "noticePeriod", "value": "P3M"},
                {"name": "renewalPeriod", "value": "P1M"},
                {"name": "minimumTermEnd", "value": "2027-03-01"},
                {"name": "lastDayForNotice", "value": "2026-11-30"},
                {"name": "seats", "value": 12},
            ],
            productPrice=[{"priceType": "recurring", "price": {"taxIncludedAmount": {"unit": "EUR", "value": 47.54}}}],
            document=[{"id": "d-1", "name": "Auftrag.pdf", "url": "/documents/d-1", "category": "order"}],
        )

    assert (found.number, found.site) == ("V-2025-4711", Site("s-1", "Düsseldorf, Prinzenallee 11"))
    assert found.line_of_business is LineOfBusiness.MOBILE
    assert found.numbers == ("+4915112345678", "+4915112345679")
    assert (found.start, found.minimum_term_end) == (dt.date(2025, 3, 1), dt.date(2027, 3, 1))
    assert found.last_day_for_notice == dt.date(2026, 11, 30)
    assert (found.minimum_term, found.notice_period) == (Period(24, "month"), Period(3, "month"))
    assert (found.seats, found.renewal_period) == (12, Period(1, "month"))
    assert found.prices[0].gross == Money(Decimal("47.54"), "EUR")
    assert found.documents[0].kind is DocumentKind.ORDER


async def test_unknown_values_are_shown_not_fatal() -> None:
    """New statuses, lines of business, units and structured characteristics do not break a contract."""
    async with scripted() as one:
        found = await one_contract(
            one,
            status="quantumSuspended",
            productCharacteristic=[
                {"name": "lineOfBusiness", "value": "satellite"},
                {"name": "noticePeriod", "value": "P1Y2M"},
                {"name": "geometry", "value": {"lat": 1}},
            ],
        )
        aborted = await one_contract(one, status="aborted ")

    assert (found.status, found.status_sent) == (ProductStatus.UNKNOWN, "quantumSuspended")
    assert found.line_of_business is LineOfBusiness.OTHER
    assert found.notice_period is None
    assert aborted.status is ProductStatus.ABORTED


@pytest.mark.parametrize(
    "garbage",
    [
        {"status": None},
        {"status": 5},
        {"name": ["x"]},
        {"startDate": "yesterday"},
        {"startDate": 20250301},
        {"startDate": "2025-02-30"},
        {"startDate": "0001-01-01T00:00:00+14:00"},
        {"place": {"name": "x"}},
        {"productPrice": [{"price": {"taxIncludedAmount": {"unit": "EUR", "value": "47.54"}}}]},
        {"productPrice": [{"price": {"taxIncludedAmount": {"unit": "EUR", "value": 1e300}}}]},
        {"productPrice": [{"price": {"taxIncludedAmount": {"unit": "EUR", "value": True}}}]},
        {"productPrice": [{"price": {"taxIncludedAmount": {"value": 1}}}]},
        {"document": "none"},
    ],
)
async def test_garbage_is_no_contract(garbage: dict[str, object]) -> None:
    """A field of the wrong kind is a bad answer, not a wrong card."""
    async with scripted() as one:
        with pytest.raises(errors.BadAnswer):
            await one_contract(one, **garbage)


@pytest.mark.parametrize("value", ["0.1", "59.32", "1234567.89", "-12.5", "1e2", "99999999999.99", "0", "7"])
async def test_amounts_are_exact(value: str) -> None:
    """The amount shown is the literal that was sent."""
    raw = f'{{"id":"b-1","state":"sent","billDate":"2026-11-03","taxIncludedAmount":{{"unit":"EUR","value":{value}}}}}'
    async with scripted() as one:
        one.says(f"{BILLS}/b-1", Says(raw.encode()))

        assert (await one.portal.invoice(TOKEN, "b-1")).total == Money(Decimal(value), "EUR")


@pytest.mark.parametrize(
    ("sent", "state"),
    [
        ({"state": "sent", "paymentMethod": {"@referredType": "BankTransfer"}}, InvoiceState.OPEN),
        ({"state": "sent", "paymentMethod": {"@referredType": "DirectDebit"}}, InvoiceState.DEBITED),
        ({"state": "sent"}, InvoiceState.OPEN),
        ({"state": "settled"}, InvoiceState.PAID),
        ({"state": "partiallyPaid"}, InvoiceState.PARTLY_PAID),
        ({"state": "new"}, InvoiceState.PREPARING),
        ({"state": "sent", "category": "creditNote"}, InvoiceState.CREDIT),
        ({"state": "disputed"}, InvoiceState.UNKNOWN),
    ],
)
async def test_state_of_an_invoice(sent: dict[str, object], state: InvoiceState) -> None:
    """What the customer is told about an invoice follows from state, payment method and category."""
    async with scripted() as one:
        assert (await one_bill(one, **sent)).state is state


async def test_how_an_invoice_is_paid() -> None:
    """A transfer with all that it needs, or the day of the debit; what is incomplete, or a credit note, has none."""
    transfer: dict[str, object] = {
        "@referredType": "BankTransfer",
        "accountNumber": "DE02120300000000202051",
        "accountNumberType": "IBAN",
        "owner": "e:service",
        "paymentReference": "2026-10-1",
    }
    debit: dict[str, object] = {"@referredType": "DirectDebit", "debitDate": "2026-11-17", "mandateReference": "M-1"}
    async with scripted() as one:

        async def means(method: dict[str, object], **more: object) -> Transfer | Debit | None:
            return (await one_bill(one, paymentMethod=method, **more)).means

        assert await means({**transfer, "BIC": "BYLADEM1001"}) == Transfer(
            "DE02120300000000202051", "BYLADEM1001", "e:service", "2026-10-1"
        )
        assert await means(debit) == Debit(dt.date(2026, 11, 17), "M-1", None)
        assert await means({**transfer, "owner": None}) is None
        assert await means({**transfer, "accountNumberType": "BBAN"}) is None
        assert await means({"@referredType": "DirectDebit"}) is None
        assert await means({**transfer, "@referredType": "Cash"}) is None
        assert await means(transfer, category="creditNote") is None


async def test_civil_dates_agree_however_they_are_dressed() -> None:
    """The same day as UTC, as local midnight and plain is the same day; a period ends on its last day."""
    async with scripted() as one:
        dressed = ["2026-11-02T23:00:00Z", "2026-11-03T00:00:00+01:00", "2026-11-03"]
        days = [(await one_bill(one, billDate=day)).date for day in dressed]
        period = (
            await one_bill(
                one,
                billingPeriod={
                    "startDateTime": "2026-09-30T22:00:00Z",
                    "endDateTime": "2026-11-01T00:00:00+01:00",
                },
            )
        ).period

    assert days == [dt.date(2026, 11, 3)] * 3
    assert period is not None
    assert (period.start, period.last_day) == (dt.date(2026, 10, 1), dt.date(2026, 10, 31))


async def test_page_of_invoices() -> None:
    """One page, filtered and sorted as asked, knows whether another may follow and treats the total as a hint."""
    async with scripted() as one:
        one.says(
            BILLS,
            Says([bill(), bill(id="b-2", paymentMethod={"@referredType": "?"})], headers={"X-Total-Count": "18"}),
        )
        page = await one.portal.invoices(
            TOKEN,
            offset=2,
            limit=2,
            number="2026-1",
            states=("sent", "settled"),
            dated_from=dt.date(2026, 3, 1),
            dated_before=dt.date(2026, 4, 1),
            updated_since=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC),
            account_id="ba-1",
        )

        assert ([i.id for i in page.items], page.more, page.total) == (["b-1", "b-2"], True, 18)
        assert page.items[1].payment is PaymentMethod.UNKNOWN
        assert one.queries(BILLS) == [
            {
                "sort": "-billDate",
                "billNo": "2026-1",
                "state": "sent,settled",
                "billDate.gte": "2026-03-01T00:00:00+01:00",
                "billDate.lt": "2026-04-01T00:00:00+02:00",
                "lastUpdate.gte": "2026-03-01T12:00:00.000+00:00",
                "billingAccount.id": "ba-1",
                "offset": "2",
                "limit": "2",
            }
        ]


async def test_offerings_that_fit() -> None:
    """Only launched offerings that are optional for the contract's own offering, with what they need and exclude."""
    fits = [
        {"id": "off-bml", "relationshipType": "optionalFor"},
        {"id": "off-5g", "name": "5G", "relationshipType": "requires"},
        {"id": "off-eco", "name": "Eco", "relationshipType": "excludes"},
    ]
    foreign = [{"id": "off-bml", "relationshipType": "excludes"}]
    async with scripted() as one:
        one.says(
            OFFERINGS,
            Says(
                [
                    {
                        "id": "o-1",
                        "name": "Welt",
                        "lifecycleStatus": "Launched",
                        "productOfferingRelationship": fits,
                        "productOfferingCharacteristic": [{"name": "feasibilityCheck", "value": True}],
                    },
                    {"id": "o-2", "lifecycleStatus": "Retired", "productOfferingRelationship": fits},
                    {"id": "o-3", "lifecycleStatus": "Launched", "productOfferingRelationship": foreign},
                ]
            ),
        )
        (found,) = await one.portal.offerings(TOKEN, "off-bml")

    assert (found.id, found.feasibility_check) == ("o-1", True)
    assert ([r.name for r in found.requires], [r.name for r in found.excludes]) == (["5G"], ["Eco"])


async def test_userinfo() -> None:
    """Roles that nobody knows are left out; the zone is a real one or the answer is bad."""
    claims = {"sub": "acc-1", "roles": ["portalAdmin", "astronaut"], "customer": {"id": "cust-7", "name": "Muster"}}
    async with scripted() as one:
        one.says("/oauth2/userinfo", Says(claims), Says({**claims, "zoneinfo": "../../etc/passwd"}))

        found = await one.portal.userinfo(TOKEN)
        with pytest.raises(errors.BadAnswer):
            await one.portal.userinfo(TOKEN)

    assert found.roles == frozenset({Role.PORTAL_ADMIN})
    assert (found.customer_id, found.zone.key) == ("cust-7", "Europe/Berlin")
