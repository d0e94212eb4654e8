"""Through whose eyes a resource is rendered: addresses, the customer's name and zone, who bills, today, the wish."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.tables import customers
from portal.server.context import Context
from portal.server.settings import Provider
from portal.server.tmf.calendar import instant
from portal.server.tmf.shapes import RelatedParty, TimePeriod

INVENTORY = "/tmf-api/productInventory/v4"
CATALOG = "/tmf-api/productCatalogManagement/v4"
ORDERING = "/tmf-api/productOrderingManagement/v4"
BILLING = "/tmf-api/customerBillManagement/v4"
SERVICES = "/tmf-api/ServiceActivationAndConfiguration/v4"
DOCUMENTS = "/documents"


@dataclass(frozen=True, slots=True)
class View:
    base: str
    now: datetime
    customer_id: str
    customer_name: str
    zone: ZoneInfo
    provider: Provider
    fields: frozenset[str] | None = None  # the attributes that are asked for; None: all of them

    def wants(self, attribute: str) -> bool:
        """Whether an attribute is worth its work; what is rendered beside the wish is cut off later."""
        return self.fields is None or attribute in self.fields

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def href(self, path: str, id: str) -> str:
        return f"{self.base}{path}/{id}"

    def instant(self, day: date) -> str:
        return instant(day, self.zone)

    def period(self, start: date, end: date) -> TimePeriod:
        return TimePeriod(start_date_time=self.instant(start), end_date_time=self.instant(end))

    def customer(self) -> RelatedParty:
        return RelatedParty(id=self.customer_id, role="customer", name=self.customer_name)


def view_of_operator(context: Context) -> View:
    """For what belongs to no customer."""
    return View(
        context.settings.public_url, context.now(), "", "", ZoneInfo("Europe/Berlin"), context.settings.provider
    )


async def view_of(context: Context, connection: AsyncConnection, customer_id: str) -> View:
    row = (await connection.execute(select(customers).where(customers.c.id == customer_id))).one()
    zone, settings = ZoneInfo(row.zoneinfo), context.settings
    return View(settings.public_url, context.now(), customer_id, row.name, zone, settings.provider)
