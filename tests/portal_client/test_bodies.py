"""The bodies of changes, to the byte: exact amounts, days with their offset, and nothing that was not shown."""

import datetime as dt
import json
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.bodies import (
    RuleChange,
    add_order,
    cancel_order,
    delete_order,
    diversion_change,
    modify_order,
    target_approval,
)
from portal.models import DivertWhen, Money, Period, Price, PriceKind

BERLIN = ZoneInfo("Europe/Berlin")


def euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def monthly(net: str, gross: str | None = None) -> Price:
    return Price("Grundpreis", PriceKind.RECURRING, "month", euro(net), euro(gross) if gross else None, Decimal(19))


def test_booking_says_exactly_what_was_shown() -> None:
    """Unit prices with two decimals and the term of the option's own are in the order."""
    once = Price("Einrichtung", PriceKind.ONE_TIME, None, euro("99"), None, None)
    body = add_order(
        external_id="a-1",
        customer_id="cust-7",
        contract_id="c-1001",
        offering_id="opt-ddos",
        prices=[monthly("29.00", "34.51"), once],
        minimum_term=Period(12, "month"),
    )

    assert body == (
        b'{"externalId":"a-1","@type":"ProductOrder",'
        b'"relatedParty":[{"id":"cust-7","role":"customer","@referredType":"Customer"}],'
        b'"productOrderItem":[{"id":"1","action":"add","quantity":1,"productOffering":{"id":"opt-ddos"},'
        b'"product":{"@type":"Product","productRelationship":'
        b'[{"relationshipType":"reliesOn","product":{"id":"c-1001"}}]},'
        b'"itemPrice":[{"name":"Grundpreis","priceType":"recurring","recurringChargePeriod":"month",'
        b'"price":{"dutyFreeAmount":{"unit":"EUR","value":29.00},"taxIncludedAmount":{"unit":"EUR","value":34.51}}},'
        b'{"name":"Einrichtung","priceType":"oneTime","price":{"dutyFreeAmount":{"unit":"EUR","value":99.00}}}],'
        b'"itemTerm":[{"name":"minimumTerm","duration":{"amount":12,"units":"month"}}]}]}'
    )


def test_changing_the_quantity() -> None:
    """The order names the booked option and the quantity that is wanted, with the price of one."""
    body = modify_order(
        external_id="a-2", customer_id="cust-7", product_id="p-1004-channels", quantity=5, prices=[monthly("4.9")]
    )

    (item,) = json.loads(body)["productOrderItem"]
    assert b'"value":4.90}' in body
    assert (item["action"], item["quantity"], item["product"]) == ("modify", 5, {"id": "p-1004-channels"})


@pytest.mark.parametrize(
    ("day", "sent"),
    [(dt.date(2027, 1, 1), "2027-01-01T00:00:00+01:00"), (dt.date(2027, 7, 1), "2027-07-01T00:00:00+02:00")],
)
def test_cancelling_an_option_names_the_first_day_without_it(day: dt.date, sent: str) -> None:
    """The day is midnight in the customer's zone with the offset of that day."""
    body = delete_order(external_id="a-3", customer_id="cust-7", product_id="p-2001", ends=day, zone=BERLIN)

    (item,) = json.loads(body)["productOrderItem"]
    assert item == {"id": "1", "action": "delete", "product": {"id": "p-2001", "terminationDate": sent}}


def test_what_was_not_shown_is_not_said() -> None:
    """Without prices, term or day, and for prices without kind or amount, the order leaves them out."""
    strange = Price("?", PriceKind.UNKNOWN, None, euro("1"), None, None)
    empty = Price("Grundpreis", PriceKind.RECURRING, "month", None, None, None)
    added = add_order(
        external_id="a", customer_id="c", contract_id="c-1", offering_id="o", quantity=2, prices=[strange, empty]
    )
    deleted = delete_order(external_id="a", customer_id="c", product_id="p", zone=BERLIN)

    (item,) = json.loads(added)["productOrderItem"]
    assert not {"itemPrice", "itemTerm"} & set(item)
    assert json.loads(deleted)["productOrderItem"][0]["product"] == {"id": "p"}


def test_cancelling_an_order() -> None:
    """The task names the order and the reason, umlauts and quotes included."""
    body = cancel_order(external_id="a-4", order_id="o-1", reason='Vertippt, "zurück"')

    assert json.loads(body) == {
        "externalId": "a-4",
        "@type": "CancelProductOrder",
        "productOrder": {"id": "o-1"},
        "cancellationReason": 'Vertippt, "zurück"',
    }


def test_changing_a_diversion_touches_only_what_is_named() -> None:
    """What is kept is not in the patch, what is taken away is null, and the order of conditions is fixed."""
    body = diversion_change(
        {
            DivertWhen.NO_ANSWER: RuleChange(no_reply_seconds=20),
            DivertWhen.ALWAYS: RuleChange(active=False, target=None),
            DivertWhen.BUSY: RuleChange(active=True, target="tel:+491713920010"),
        }
    )

    assert body == (
        b'{"callForwarding":{"unconditional":{"active":false,"target":null},'
        b'"busy":{"active":true,"target":"tel:+491713920010"},"noAnswer":{"noReplyTimer":20}}}'
    )


def test_a_timer_is_taken_away_only_where_there_is_one() -> None:
    """What a diversion was can be put back as it was read, whatever its condition."""
    earlier = RuleChange(False, "tel:+491713920010", None)

    assert diversion_change({DivertWhen.BUSY: earlier, DivertWhen.NO_ANSWER: earlier}) == (
        b'{"callForwarding":{"busy":{"active":false,"target":"tel:+491713920010"},'
        b'"noAnswer":{"active":false,"target":"tel:+491713920010","noReplyTimer":null}}}'
    )


def test_approving_a_target() -> None:
    """The URI and the name that people will see."""
    assert target_approval("tel:+491713920010", "Max mobil") == b'{"target":"tel:+491713920010","name":"Max mobil"}'


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=2) | st.decimals(0, 1, places=6))
def test_amounts_go_out_exactly(amount: Decimal) -> None:
    """Whoever reads the number as a decimal gets the amount that was shown, with at least two decimals."""
    price = Price("p", PriceKind.USAGE, None, Money(amount, "EUR"), None, None)
    body = modify_order(external_id="a", customer_id="c", product_id="p", quantity=1, prices=[price])
    (item,) = json.loads(body, parse_float=str)["productOrderItem"]
    literal = item["itemPrice"][0]["price"]["dutyFreeAmount"]["value"]

    assert Decimal(literal) == amount
    assert len(literal.partition(".")[2]) >= 2


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_amount_is_not_sent(amount: str) -> None:
    """JSON has no word for it."""
    with pytest.raises(ValueError, match="not an amount"):
        modify_order(external_id="a", customer_id="c", product_id="p", quantity=1, prices=[monthly(amount)])
