"""A world into the database: all of it in one transaction, or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.accounts import NewAccount, NewCustomer, add_account, add_customer
from portal.server.access.tables import accounts, customers
from portal.server.tmf import tables as t
from portal.server.tmf.billing import TAX_RATE, Draft, Line, rows_of
from portal.server.world.check import Taken, mistakes
from portal.server.world.file import Lines, parse
from portal.server.world.model import BookedOption, Contract, Customer, Invoice, NamedPrice, Offering, Service, World

VOICEMAIL = {"target": "sip:voicemail@pbx.eservice.example", "name": "Mailbox"}
CONDITIONS = {
    "cloudPbxExtension": ["unconditional", "busy", "noAnswer", "notReachable"],
    "cloudPbxNumberRange": ["unconditional", "notReachable"],
}
PAPERS = {
    "order": "Auftrag",
    "serviceDescription": "Leistungsbeschreibung",
    "priceList": "Preisliste",
    "terms": "AGB",
    "sla": "SLA",
    "supplement": "Nachtrag",
}
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came in. `accounts` have no activation link yet: sending one is the caller's decision."""

    customers: int
    accounts: tuple[str, ...]
    contracts: int
    invoices: int


async def load(connection: AsyncConnection, world: World, now: datetime, lines: Lines | None = None) -> Loaded:
    """Raises WorldError when something does not fit to itself or to what is there; then nothing has been written."""
    taken = await _taken(connection)
    if found := mistakes(world, taken):
        raise (lines or Lines("{}")).error(found)
    rows = _Rows(now, {**taken.offerings, **{offering.id: offering for offering in world.offerings}})
    rows.position = await _first_position(connection)
    for offering in world.offerings:
        rows.offering(offering)
    new_accounts: list[str] = []
    for customer in world.customers:
        new_accounts += await _people(connection, customer, now)
        rows.customer(customer)
    await rows.write(connection)
    contracts = sum(len(customer.contracts) for customer in world.customers)
    invoices = sum(len(customer.invoices) for customer in world.customers)
    return Loaded(len(world.customers), tuple(new_accounts), contracts, invoices)


async def _people(connection: AsyncConnection, customer: Customer, now: datetime) -> list[str]:
    place = (customer.street, customer.postcode, customer.city)
    new = NewCustomer(customer.name, *place, customer.locale, customer.zoneinfo, customer.id)
    await add_customer(connection, new, now)
    ids = []
    for account in customer.accounts:
        person = NewAccount(
            account.name, account.mail, account.phone, account.roles, account.locale, account.username,
            f"acc-{account.username}",
        )  # fmt: skip
        ids.append(await add_account(connection, customer.id, person, now))
    return ids


async def _taken(connection: AsyncConnection) -> Taken:
    columns = {
        "customer": customers.c.id,
        "username": accounts.c.username,
        "offering": t.offerings.c.id,
        "site": t.sites.c.id,
        "billing account": t.billing_accounts.c.id,
        "contract or option": t.products.c.id,
        "contract number": t.products.c.contract_number,
        "service": t.services.c.id,
        "invoice": t.bills.c.id,
        "invoice number": t.bills.c.number,
    }
    ids = {}
    for kind, column in columns.items():
        ids[kind] = frozenset((await connection.execute(select(column))).scalars())
    return Taken(await _catalogue(connection), ids)


async def _catalogue(connection: AsyncConnection) -> dict[str, Offering]:
    """The offerings that are there, as far as a world file can lean on them."""
    related = (await connection.execute(select(t.offering_relationships))).all()
    prices = (await connection.execute(select(t.offering_prices).order_by(t.offering_prices.c.position))).all()
    return {
        row.id: Offering(
            id=row.id,
            kind=row.kind,
            name=row.name,
            line_of_business=row.line_of_business,
            minimum_term_months=row.minimum_term_months,
            notice_months=row.notice_months,
            renewal_months=row.renewal_months,
            quantity_unit=row.quantity_unit,
            prices=tuple(NamedPrice(name=p.name, kind=p.kind, net=p.net) for p in prices if p.offering_id == row.id),
            optional_for=tuple(r.target_id for r in related if r.offering_id == row.id and r.kind == "optionalFor"),
        )
        for row in await connection.execute(select(t.offerings))
    }


async def _first_position(connection: AsyncConnection) -> int:
    return ((await connection.execute(select(func.max(t.products.c.position)))).scalar_one_or_none() or 0) + 1


class _Rows:
    """Collects rows by table and writes them in the order that the references need."""

    ORDER: Sequence[Table] = (
        t.offerings, t.offering_prices, t.offering_relationships, t.sites, t.billing_accounts, t.products,
        t.product_prices, t.bills, t.bill_lines, t.documents, t.services, t.foreign_prefixes, t.diversion_targets,
    )  # fmt: skip

    def __init__(self, now: datetime, catalogue: dict[str, Offering]) -> None:
        self.now = now
        self.catalogue = catalogue
        self.position = 1
        self.rows: dict[Table, list[Values]] = {table: [] for table in self.ORDER}

    async def write(self, connection: AsyncConnection) -> None:
        for table in self.ORDER:
            if self.rows[table]:
                await connection.execute(insert(table), self.rows[table])

    def offering(self, offering: Offering) -> None:
        facts = offering.model_dump(exclude={"prices", "optional_for", "requires", "excludes"})
        self.rows[t.offerings].append({**facts, "features": list(offering.features), "last_update": self.now})
        self._prices(t.offering_prices, "offering_id", offering.id, offering.prices)
        for kind, targets in (
            ("optionalFor", offering.optional_for),
            ("requires", offering.requires),
            ("excludes", offering.excludes),
        ):
            related = [{"offering_id": offering.id, "kind": kind, "target_id": target} for target in targets]
            self.rows[t.offering_relationships] += related
        issued = self.now.date().replace(day=1)
        self._paper(f"doc-{offering.id}", "serviceDescription", offering.name, issued, 0, offering_id=offering.id)

    def customer(self, customer: Customer) -> None:
        mine = {"customer_id": customer.id}
        for site in customer.sites:
            self.rows[t.sites].append({**site.model_dump(), "name": site.name, **mine})
        for account in customer.billing_accounts:
            self.rows[t.billing_accounts].append({**account.model_dump(), **mine})
        for contract in customer.contracts:
            self._contract(customer, contract)
        for position, service in enumerate(customer.services):
            self._service(customer, service, position)
        self.rows[t.foreign_prefixes] += [{"prefix": prefix, **mine} for prefix in customer.allowed_destinations]
        for target in customer.approved_targets:
            facts = {"id": f"target-{uuid4()}", "approved_at": self.now, **target.model_dump()}
            self.rows[t.diversion_targets].append({**facts, **mine})
        for invoice in customer.invoices:
            self._invoice(customer, invoice)

    def _contract(self, customer: Customer, contract: Contract) -> None:
        shared: Values = {
            "customer_id": customer.id,
            "site_id": contract.site,
            "billing_account_id": contract.billing_account,
            "contract_number": contract.number,
            "cost_centre": contract.cost_centre,
        }
        own = {
            "contract_id": None,
            "description": contract.description,
            "quantity": None,
            "phone_numbers": list(contract.phone_numbers),
            "bandwidth": contract.bandwidth,
            "seats": contract.seats,
        }
        self._product(contract, {**shared, **own})
        for option in contract.options:
            own = {
                "contract_id": contract.id,
                "description": "",
                "quantity": option.quantity,
                "phone_numbers": [],
                "bandwidth": None,
                "seats": None,
            }
            self._product(option, {**shared, **own})
        for position, kind in enumerate(contract.documents):
            about = contract.number if kind in {"order", "supplement"} else self.catalogue[contract.offering].name
            mine = {"customer_id": customer.id, "product_id": contract.id}
            self._paper(f"doc-{contract.id}-{kind}", kind, about, contract.start, position, **mine)

    def _product(self, product: Contract | BookedOption, more: Values) -> None:
        offering = self.catalogue[product.offering]

        def own(name: str) -> int:
            value = getattr(product, name)
            return int(getattr(offering, name) if value is None else value)

        self.rows[t.products].append(
            {
                "id": product.id,
                "position": self.position,
                "offering_id": product.offering,
                "name": product.name or offering.name,
                "status": product.status,
                "start_on": product.start,
                "ends_on": product.ends,
                "minimum_term_months": own("minimum_term_months"),
                "notice_months": own("notice_months"),
                "renewal_months": own("renewal_months"),
                **more,
            }
        )
        self.position += 1
        prices = offering.prices if product.prices is None else product.prices
        self._prices(t.product_prices, "product_id", product.id, prices)

    def _prices(self, table: Table, key: str, owner: str, prices: Iterable[NamedPrice]) -> None:
        self.rows[table] += [
            {
                "id": f"{owner}-p{position}",
                key: owner,
                "position": position,
                "name": price.name,
                "kind": price.kind,
                "net": price.net,
                "tax_rate": TAX_RATE,
            }
            for position, price in enumerate(prices)
        ]

    def _paper(self, id: str, kind: str, about: str, issued: date, position: int, **owner: str) -> None:
        name = PAPERS[kind] if kind == "terms" else f"{PAPERS[kind]}_{about.replace(' ', '_').replace('/', '-')}"
        blank = {"customer_id": None, "product_id": None, "bill_id": None, "offering_id": None}
        facts = {"id": id, "kind": kind, "name": f"{name}.pdf", "mime_type": "application/pdf", "issued_on": issued}
        self.rows[t.documents].append({**blank, **facts, "position": position, **owner})

    def _service(self, customer: Customer, service: Service, position: int) -> None:
        contract = next(one for one in customer.contracts if one.id == service.contract)
        self.rows[t.services].append(
            {
                "id": service.id,
                "customer_id": customer.id,
                "product_id": service.contract,
                "site_id": contract.site,
                "position": position,
                "category": service.category,
                "name": service.name,
                "state": "active",
                "characteristics": characteristics(service),
                "call_forwarding": forwarding(service),
                "capability": {
                    "conditions": CONDITIONS[service.category],
                    "noReplyTimer": {"minimum": 5, "maximum": 60, "step": 5},
                    "specialTargets": [VOICEMAIL],
                },
                "version": 1,
                "last_update": self.now,
            }
        )

    def _invoice(self, customer: Customer, invoice: Invoice) -> None:
        account = next(one for one in customer.billing_accounts if one.id == invoice.billing_account)
        place = {"street": customer.street, "postcode": customer.postcode, "city": customer.city}
        changed = datetime.combine(invoice.due if invoice.paid == "all" else invoice.billed, time(4, 12), UTC)
        made = rows_of(
            Draft(
                id=invoice.id,
                number=invoice.number,
                customer_id=customer.id,
                billing_account_id=account.id,
                recipient={"name": customer.name, **place},
                payment=account.payment,
                mandate_reference=account.mandate_reference,
                iban=account.iban,
                billed_on=invoice.billed,
                due_on=invoice.due,
                period_start=invoice.period_start,
                period_end=invoice.period_end,
                lines=[
                    Line(
                        line.product, line.name, line.net, line.kind, line.description, line.quantity,
                        (line.period_start or invoice.period_start, line.period_end or invoice.period_end),
                    )
                    for line in invoice.lines
                ],
                last_update=min(changed, self.now),
                paid=None if invoice.paid == "all" else invoice.paid,
                category=invoice.category,
            )
        )  # fmt: skip
        self.rows[t.bills].append(made.bill)
        self.rows[t.bill_lines] += made.lines
        blank = {"product_id": None, "offering_id": None}
        self.rows[t.documents] += [{**blank, **document} for document in made.documents]


def characteristics(service: Service) -> Values:
    """The facts of an extension or range that TMF640 carries as characteristics."""
    facts: Values = {}
    if service.extension_number:
        facts["extensionNumber"] = service.extension_number
    if len(service.phone_numbers) == 1:
        facts["phoneNumber"] = service.phone_numbers[0]
    elif service.phone_numbers:
        facts["phoneNumbers"] = list(service.phone_numbers)
    if service.number_range:
        facts["firstNumber"], facts["lastNumber"] = service.number_range
    if service.groups:
        facts["groups"] = list(service.groups)
    return facts


def forwarding(service: Service) -> Values:
    """The diversions by condition, as far as this kind of service can have them."""
    rules = service.call_forwarding
    by_name = {
        "unconditional": rules.unconditional,
        "busy": rules.busy,
        "noAnswer": rules.no_answer,
        "notReachable": rules.not_reachable,
    }
    body: Values = {}
    for name in CONDITIONS[service.category]:
        rule = by_name[name]
        facts = {"active": rule.active, "target": rule.target, "noReplyTimer": rule.no_reply_timer}
        if name == "noAnswer" and rule.no_reply_timer is None:
            facts["noReplyTimer"] = 20
        body[name] = {key: value for key, value in facts.items() if value is not None}
    return body


async def import_text(connection: AsyncConnection, text: str, now: datetime) -> Loaded:
    """A world file's text into the database; WorldError names the lines."""
    world, lines = parse(text)
    return await load(connection, world, now, lines)
