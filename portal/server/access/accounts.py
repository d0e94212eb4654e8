"""Customers and accounts: how they come into being, and what their roles allow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.tables import accounts, counters, customers
from portal.server.database import exclusively
from portal.server.settings import CUSTOMER_SCOPES, ROLE_SCOPES

FIRST_USERNAME = 2300300  # the demo world's numbers lie below
ROLES = tuple(ROLE_SCOPES)


@dataclass(frozen=True, slots=True)
class NewCustomer:
    name: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    locale: str = "de"
    zoneinfo: str = "Europe/Berlin"
    id: str | None = None  # "cust-7"; made up when not given


@dataclass(frozen=True, slots=True)
class NewAccount:
    name: str
    mail: str
    phone: str  # E.164
    roles: tuple[str, ...] = ("portalAdmin",)
    locale: str = "de"
    username: str | None = None  # "customer2300229"; the next one when not given
    id: str | None = None


async def add_customer(connection: AsyncConnection, new: NewCustomer, now: datetime) -> str:
    customer_id = new.id or f"cust-{uuid4().hex[:12]}"
    place = {"street": new.street, "postcode": new.postcode, "city": new.city}
    row = {"id": customer_id, "name": new.name, "locale": new.locale, "zoneinfo": new.zoneinfo, "created_at": now}
    await connection.execute(insert(customers).values(**row, **place))
    return customer_id


async def add_account(connection: AsyncConnection, customer_id: str, new: NewAccount, now: datetime) -> str:
    """The new account's id. Its activation mail is a step of its own: `links.send_activation`."""
    account_id = new.id or f"acc-{uuid4().hex[:12]}"
    await connection.execute(
        insert(accounts).values(
            id=account_id,
            customer_id=customer_id,
            username=new.username or await next_username(connection),
            name=new.name,
            mail=new.mail,
            phone=new.phone,
            roles=list(new.roles),
            locale=new.locale,
            state="active",
            failures_in_row=0,
            created_at=now,
        )
    )
    return account_id


async def account(connection: AsyncConnection, account_id: str) -> Row[tuple[object, ...]]:
    """An account with its customer's name."""
    query = (
        select(accounts, customers.c.name.label("customer_name"))
        .join(customers, customers.c.id == accounts.c.customer_id)
        .where(accounts.c.id == account_id)
    )
    return (await connection.execute(query)).one()


async def find(connection: AsyncConnection, username: str) -> str | None:
    """The id of the account with this username."""
    query = select(accounts.c.id).where(accounts.c.username == username)
    return (await connection.execute(query)).scalar_one_or_none()


def scopes_of(roles: Iterable[str]) -> frozenset[str]:
    return frozenset(scope for role in roles for scope in ROLE_SCOPES.get(role, ()))


def ordered(scopes: Iterable[str]) -> str:
    """As a `scope` value, in one fixed order."""
    wanted = set(scopes)
    return " ".join(scope for scope in CUSTOMER_SCOPES if scope in wanted)


async def next_username(connection: AsyncConnection) -> str:
    """`customer2300300` and so on."""
    await exclusively(connection, "username")
    row = update(counters).where(counters.c.name == "username").values(value=counters.c.value + 1)
    number = (await connection.execute(row.returning(counters.c.value))).scalar_one_or_none()
    if number is None:
        number = FIRST_USERNAME
        await connection.execute(insert(counters).values(name="username", value=number))
    return f"customer{number}"
