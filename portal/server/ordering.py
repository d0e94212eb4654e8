"""A new customer's first order: customer, portal admin and contract at once; the activation mail goes out by itself.

The command line's `order` and `POST /operator/orders` are two doors to the same.
"""

from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from pydantic import StringConstraints
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access import links
from portal.server.access.accounts import account as account_row
from portal.server.access.accounts import next_username
from portal.server.access.guard import require_program
from portal.server.access.operator import ERRORS, TAKEN, AccountIn, AccountOut, Closed, Locale, Name, Welcomed, shown
from portal.server.context import Context, Ctx
from portal.server.errors import PortalError
from portal.server.tmf.tables import offerings
from portal.server.world.file import WorldError
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


STREET, POSTCODE, CITY = "Musterstraße 1", "40549", "Düsseldorf"

router = APIRouter(
    prefix="/operator", tags=["operator"], dependencies=[Depends(require_program("operator"))], responses=ERRORS
)


@dataclass(frozen=True, slots=True)
class FirstOrder:
    company: str
    admin: str
    mail: str
    phone: str
    street: str = STREET
    postcode: str = POSTCODE
    city: str = CITY
    locale: str = "de"  # of letters to the customer
    admin_locale: str | None = None  # else the customer's
    roles: tuple[str, ...] = ("portalAdmin",)
    username: str | None = None  # else the next one
    offering: str | None = None  # of the catalogue; else its first contract


@dataclass(frozen=True, slots=True)
class Placed:
    customer_id: str
    account: AccountOut
    contract_number: str
    activation_code: str | None  # in a demo installation only


class CustomerIn(Closed):
    name: Name
    street: Name = STREET
    postcode: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z -]{3,10}$")] = POSTCODE
    city: Annotated[Name, StringConstraints(max_length=80)] = CITY
    locale: Locale = "de"


class OrderIn(Closed):
    """A first order: a new customer with its `Administrator Kundenportal`."""

    customer: CustomerIn
    admin: AccountIn


@router.post("/orders", status_code=201, responses=TAKEN)
async def order(body: OrderIn, context: Ctx) -> Welcomed:
    """A new customer with its first account and contract; the activation mail goes out by itself."""
    customer, admin = body.customer, body.admin
    wanted = FirstOrder(
        customer.name,
        admin.name,
        admin.mail,
        admin.phone,
        customer.street,
        customer.postcode,
        customer.city,
        customer.locale,
        admin.locale,
        tuple(admin.roles),
        admin.username,
    )
    try:
        placed = await place(context, wanted)
    except (WorldError, IntegrityError) as error:
        raise PortalError(409, "conflict", "the user name is taken") from error
    return Welcomed(account=placed.account, activation_code=placed.activation_code)


async def place(context: Context, order: FirstOrder) -> Placed:
    """All in one transaction, the mail in the outbox with it. What cannot be raises pydantic's or the world's error."""
    now, tail = context.now(), uuid4().hex[:12]
    today = now.astimezone(ZoneInfo("Europe/Berlin")).date()
    async with context.database.writing() as connection:
        sold = order.offering or await _first_contract(connection)
        admin = {"name": order.admin, "mail": order.mail, "phone": order.phone, "roles": order.roles}
        username = order.username or await next_username(connection)
        account = Account.model_validate({**admin, "username": username, "locale": order.admin_locale or order.locale})
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
        made = shown(await account_row(connection, loaded.accounts[0]))
    context.post.set()
    return Placed(customer.id, made, contract.number, code if context.settings.demo else None)


async def _first_contract(connection: AsyncConnection) -> str | None:
    query = select(offerings.c.id).where(offerings.c.kind == "contract", offerings.c.lifecycle == "Launched")
    return (await connection.execute(query.order_by(offerings.c.id).limit(1))).scalar_one_or_none()
