"""A portal with the demo world in it, seen by its people; and TM Forum's published schemas, where they are at hand."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft4Validator  # type: ignore[import-untyped]  # it ships no types

from portal.server.world.seed import seed_demo
from tests.portal.conftest import Portal

SPECS = Path(__file__).resolve().parents[2].parent / "shared" / "specs" / "tmforum"
INVENTORY = "/tmf-api/productInventory/v4/product"
OFFERING = "/tmf-api/productCatalogManagement/v4/productOffering"
ORDER = "/tmf-api/productOrderingManagement/v4/productOrder"
BILL = "/tmf-api/customerBillManagement/v4/customerBill"
LINE = "/tmf-api/customerBillManagement/v4/appliedCustomerBillingRate"
ON_DEMAND = "/tmf-api/customerBillManagement/v4/customerBillOnDemand"
SERVICE = "/tmf-api/ServiceActivationAndConfiguration/v4/service"
MAX, PAULA, ERIKA, BERND, NORA = (
    "customer2300229", "customer2300230", "customer2300241", "customer2300242", "customer2300253",
)  # fmt: skip

_FILES = {
    "Product": "TMF637-v4.0.0",
    "ProductOffering": "TMF620-v4.1.0",
    "ProductOrder": "TMF622-v4.0.0",
    "CancelProductOrder": "TMF622-v4.0.0",
    "CustomerBill": "TMF678-v4.0.0",
    "AppliedCustomerBillingRate": "TMF678-v4.0.0",
    "CustomerBillOnDemand": "TMF678-v4.0.0",
    "Service": "TMF640-v4.0.0",
    "Error": "TMF678-v4.0.0",
    "EventSubscription": "TMF678-v4.0.0",
    "ProductOrderCreateEvent": "TMF622-v4.0.0",
    "ProductOrderStateChangeEvent": "TMF622-v4.0.0",
    "ServiceAttributeValueChangeEvent": "TMF640-v4.0.0",
}

Json = Any  # a parsed body, looked into by the tests


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is connected, and what the portal answers to them."""

    http: httpx.AsyncClient
    headers: dict[str, str]
    session: str = ""  # where a step-up starts

    async def get(self, path: str, **params: str | int) -> httpx.Response:
        return await self.http.get(path, params=params, headers=self.headers)

    async def list(self, path: str, **params: str | int) -> list[Json]:
        answer = await self.get(path, **params)
        assert answer.status_code == 200, answer.text
        bodies: list[Json] = answer.json()
        return bodies

    async def one(self, path: str, id: str) -> Json:
        answer = await self.get(f"{path}/{id}")
        assert answer.status_code == 200, answer.text
        return answer.json()


async def connected(portal: Portal, username: str) -> Person:
    """The person of this account in the demo world (which is loaded on first use)."""
    await seed_demo(portal.server.context)
    tokens = await portal.connect(await portal.new_code(username))
    return Person(portal.http, {"Authorization": f"Bearer {tokens.access}"}, tokens.session)


@cache
def _validator(kind: str) -> Draft4Validator | None:
    file = SPECS / f"{_FILES[kind]}.swagger.json"
    if not file.exists():
        return None
    document = json.loads(file.read_text(encoding="utf-8"))
    return Draft4Validator({"$ref": f"#/definitions/{kind}", "definitions": document["definitions"]})


def conform(kind: str, body: Json) -> None:
    """Against the published v4 schema (where it is at hand) and TM Forum's mandatory lists (always)."""
    validator = _validator(kind)
    if validator is not None:
        errors = [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(body)]
        assert not errors, errors
    for path in MANDATORY[kind]:
        assert _present(body, path.split(".")), f"{kind} {body.get('id')} lacks {path}"


def _present(body: Json, path: list[str]) -> bool:
    if not path:
        return body is not None and body != "" and body != []
    if isinstance(body, list):
        return bool(body) and all(_present(element, path) for element in body)
    return isinstance(body, dict) and path[0] in body and _present(body[path[0]], path[1:])


ENVELOPE = ("eventId", "eventTime", "eventType", "timeOcurred", "correlationId", "domain")
MANDATORY = {
    "Product": [
        "id", "href", "@type", "name", "status", "startDate", "productOffering.id", "billingAccount.id",
        "productPrice.price", "productPrice.priceType", "relatedParty.id", "relatedParty.@referredType",
        "productCharacteristic.name", "productCharacteristic.value", "agreement.id",
    ],
    "ProductOffering": ["id", "href", "@type", "name", "lifecycleStatus", "lastUpdate", "productOfferingPrice.price"],
    "ProductOrder": [
        "id", "href", "orderDate", "state", "productOrderItem.id", "productOrderItem.action", "relatedParty.id",
    ],
    "CancelProductOrder": ["id", "href", "@type", "state", "productOrder.id", "effectiveCancellationDate"],
    "CustomerBill": [
        "id", "href", "@type", "billNo", "billDate", "state", "billDocument.id", "billDocument.url",
        "billingAccount.id",
        "amountDue.unit", "amountDue.value", "remainingAmount.unit", "remainingAmount.value", "relatedParty.id",
        "relatedParty.@referredType", "taxItem.taxAmount.value",
    ],
    "AppliedCustomerBillingRate": ["id", "href", "isBilled", "bill.id", "appliedTax.taxAmount"],
    "CustomerBillOnDemand": ["id", "href", "billingAccount.id"],
    "Service": ["id", "href", "@type", "name", "category", "state", "callForwarding", "callForwardingCapability"],
    "Error": ["code", "reason", "message", "status", "@type"],
    "EventSubscription": ["id", "callback"],
    "ProductOrderCreateEvent": [*ENVELOPE, "event.productOrder.id", "event.productOrder.productOrderItem.action"],
    "ProductOrderStateChangeEvent": [*ENVELOPE, "event.productOrder.id", "event.productOrder.state"],
    "ServiceAttributeValueChangeEvent": [*ENVELOPE, "event.service.id", "event.service.relatedParty.id"],
}  # fmt: skip
