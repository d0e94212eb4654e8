"""Order bodies as a client makes them, and the orders that come of them."""

import json

import httpx

from tests.portal.conftest import Portal
from tests.portal.step_up import Wish, step_up
from tests.portal.tmf import INVENTORY, ORDER, Json, Person

CANCEL = "/tmf-api/productOrderingManagement/v4/cancelProductOrder"
CUSTOMER = {"id": "cust-2300229", "role": "customer", "@referredType": "Customer"}


def price(net: float, gross: float, name: str = "Grundpreis", kind: str = "recurring") -> Json:
    period = {"recurringChargePeriod": "month"} if kind == "recurring" else {}
    amounts = {"dutyFreeAmount": {"unit": "EUR", "value": net}, "taxIncludedAmount": {"unit": "EUR", "value": gross}}
    return {"name": name, "priceType": kind, **period, "price": amounts}


def order(external_id: str, **item: Json) -> Wish:
    body = {"externalId": external_id, "@type": "ProductOrder", "relatedParty": [CUSTOMER]}
    return Wish(ORDER, json.dumps({**body, "productOrderItem": [{"id": "1", **item}]}).encode())


def add(external_id: str, offering: str, contract: str, **more: Json) -> Wish:
    relationship = {"relationshipType": "reliesOn", "product": {"id": contract}}
    product = {"@type": "Product", "productRelationship": [relationship]}
    wanted = {"quantity": 1, "productOffering": {"id": offering}, "product": product}
    return order(external_id, **{"action": "add", **wanted, **more})


def modify(external_id: str, product: str, quantity: int, **more: Json) -> Wish:
    return order(external_id, action="modify", quantity=quantity, product={"id": product}, **more)


def end(external_id: str, product: str, **date: str) -> Wish:
    return order(external_id, action="delete", product={"id": product, **date})


def cancel(order_id: str, **more: str) -> Wish:
    return Wish(CANCEL, json.dumps({"productOrder": {"id": order_id}, **more}).encode())


async def send(portal: Portal, headers: dict[str, str], wish: Wish) -> httpx.Response:
    kind = {"Content-Type": "application/json"}
    return await portal.http.post(wish.path, content=wish.body, headers={**headers, **kind})


async def outcomes(portal: Portal, person: Person, *wishes: Wish) -> list[str]:
    """Each wish in turn, with one PIN for all: the code of its refusal, or `ok`."""
    token = await step_up(portal, person, *wishes)
    answers = [await send(portal, token, wish) for wish in wishes]
    return ["ok" if answer.status_code == 201 else str(answer.json()["code"]) for answer in answers]


async def placed(portal: Portal, person: Person, wish: Wish) -> Json:
    answer = await send(portal, await step_up(portal, person, wish), wish)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def options(person: Person, contract: str) -> dict[str, Json]:
    """The options of a contract by their offering."""
    listed = await person.list(INVENTORY, **{"productRelationship.product.id": contract})
    return {option["productOffering"]["id"]: option for option in listed}
