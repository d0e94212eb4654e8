"""A new customer's first order: customer, portal admin and contract at once; the activation mail goes out by itself."""

from dataclasses import dataclass
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access import links
from portal.server.access.accounts import next_username
from portal.server.context import Context
from portal.server.tmf.tables import offerings
from portal.server.world.load import load
from portal.server.world.model import Account, BillingAccount, Contract, Customer, NamedPrice, Offering, Site, World

START = Offering(
    id="off-start",
    kind="contract",
    name="Business Start",
    line_of_business="voice",
    minimum_term_months=24,
    notice_months=3,
    prices=(NamedPrice.model_validate_json('{"name": "Grundpreis", "kind": "recurring", "net": "19.90"}'),),
)


@dataclass(frozen=True, slots=True)
class FirstOrder:
    company: str
    admin: str
    mail: str
    phone: str
    street: str = "Musterstraße 1"
    postcode: str = "40549"
    city: str = "Düsseldorf"
    locale: str = "de"
    offering: str | None = None  # of the catalogue; else its first contract


@dataclass(frozen=True, slots=True)
class Placed:
    customer_id: str
    username: str
    contract_number: str
    activation_code: str | None  # in a demo installation only


async def place(context: Context, order: FirstOrder) -> Placed:
    """All in one transaction, the mail in the outbox with it. What cannot be raises pydantic's or the world's error."""
    now, tail = context.now(), uuid4().hex[:12]
    today = now.astimezone(ZoneInfo("Europe/Berlin")).date()
    async with context.database.writing() as connection:
        sold = order.offering or await _first_contract(connection)
        username = await next_username(connection)
        admin = {"name": order.admin, "mail": order.mail, "phone": order.phone, "locale": order.locale}
        account = Account.model_validate({**admin, "username": username, "roles": ("portalAdmin",)})
        contract = Contract(
            id=f"c-{tail}",
            number=f"V-{today:%Y}-{tail[:6]}",
            offering=sold or START.id,
            site=f"site-{tail}",
            billing_account=f"ba-{tail}",
            start=today,
            documents=("order",),
        )
        customer = Customer.model_validate(
            {
                "id": f"cust-{tail}",
                "name": order.company,
                "street": order.street,
                "postcode": order.postcode,
                "city": order.city,
                "locale": order.locale,
                "accounts": (account,),
                "sites": (Site(id=f"site-{tail}", street=order.street, postcode=order.postcode, city=order.city),),
                "billing_accounts": (
                    BillingAccount(id=f"ba-{tail}", name=order.company[:200], payment="bankTransfer"),
                ),
                "contracts": (contract,),
            }
        )
        world = World(offerings=() if sold else (START,), customers=(customer,))
        loaded = await load(connection, world, now)
        code = await links.send_activation(context, connection, loaded.accounts[0], kind="activation")
    context.post.set()
    return Placed(customer.id, username, contract.number, code if context.settings.demo else None)


async def _first_contract(connection: AsyncConnection) -> str | None:
    query = select(offerings.c.id).where(offerings.c.kind == "contract", offerings.c.lifecycle == "Launched")
    return (await connection.execute(query.order_by(offerings.c.id).limit(1))).scalar_one_or_none()
