"""What the shape of a world cannot say: nothing twice, nothing dangling, nothing before it began."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from portal.dialling import NotDiallable, judge
from portal.server.tmf.billing import TAX_RATE
from portal.server.tmf.money import taxed
from portal.server.world.file import Mistake, Path
from portal.server.world.model import BookedOption, Contract, Customer, Invoice, Offering, Rules, Service, World


@dataclass(frozen=True, slots=True)
class Taken:
    """Ids that the portal has already, by kind; offerings may be referred to."""

    offerings: Mapping[str, Offering] = field(default_factory=dict)
    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)


def mistakes(world: World, taken: Taken | None = None) -> list[Mistake]:
    known = taken or Taken()
    catalogue = {**known.offerings, **{offering.id: offering for offering in world.offerings}}
    found = list(_duplicates(world, known))
    for index, offering in enumerate(world.offerings):
        found += _offering(("offerings", index), offering, catalogue)
    for index, customer in enumerate(world.customers):
        found += _customer(("customers", index), customer, catalogue)
    return found


def _identities(world: World) -> Iterator[tuple[str, Path, str]]:
    """Everything that must be unique: kind, place, value."""
    for number, offering in enumerate(world.offerings):
        yield "offering", ("offerings", number, "id"), offering.id
    for number, customer in enumerate(world.customers):
        at: Path = ("customers", number)
        yield "customer", (*at, "id"), customer.id
        for kind, name, ids in (
            ("site", "sites", [site.id for site in customer.sites]),
            ("billing account", "billing_accounts", [account.id for account in customer.billing_accounts]),
            ("service", "services", [service.id for service in customer.services]),
            ("invoice", "invoices", [invoice.id for invoice in customer.invoices]),
        ):
            for index, value in enumerate(ids):
                yield kind, (*at, name, index, "id"), value
        for index, account in enumerate(customer.accounts):
            yield "username", (*at, "accounts", index, "username"), account.username
        for index, invoice in enumerate(customer.invoices):
            yield "invoice number", (*at, "invoices", index, "number"), invoice.number
        for index, contract in enumerate(customer.contracts):
            yield "contract or option", (*at, "contracts", index, "id"), contract.id
            yield "contract number", (*at, "contracts", index, "number"), contract.number
            for place, option in enumerate(contract.options):
                yield "contract or option", (*at, "contracts", index, "options", place, "id"), option.id


def _duplicates(world: World, taken: Taken) -> Iterator[Mistake]:
    seen: set[tuple[str, str]] = set()
    for kind, path, value in _identities(world):
        if (kind, value) in seen:
            yield Mistake(path, f"the {kind} {value} is there twice")
        elif value in taken.ids.get(kind, frozenset()):
            yield Mistake(path, f"the portal already has the {kind} {value}")
        seen.add((kind, value))


def _offering(at: Path, offering: Offering, catalogue: Mapping[str, Offering]) -> Iterator[Mistake]:
    for name, targets in (
        ("optional_for", offering.optional_for),
        ("requires", offering.requires),
        ("excludes", offering.excludes),
    ):
        wanted = "contract" if name == "optional_for" else "option"
        for index, target in enumerate(targets):
            if target not in catalogue:
                yield Mistake((*at, name, index), f"no such offering: {target}")
            elif catalogue[target].kind != wanted:
                yield Mistake((*at, name, index), f"{target} is no {wanted} offering")
        if targets and offering.kind == "contract":
            yield Mistake((*at, name), "only an option has it")
        if len(set(targets)) < len(targets):
            yield Mistake((*at, name), "the same offering twice")


def _customer(at: Path, customer: Customer, catalogue: Mapping[str, Offering]) -> Iterator[Mistake]:
    sites = {site.id for site in customer.sites}
    accounts = {account.id for account in customer.billing_accounts}
    products = {product.id for product in customer.products()}
    contracts = {contract.id for contract in customer.contracts}
    for index, account in enumerate(customer.billing_accounts):
        if account.payment == "directDebit" and not (account.mandate_reference and account.iban):
            yield Mistake((*at, "billing_accounts", index), "a direct debit needs mandate_reference and iban")
    for index, contract in enumerate(customer.contracts):
        here: Path = (*at, "contracts", index)
        yield from _refers(here, "site", [contract.site] if contract.site else [], sites)
        yield from _refers(here, "billing_account", [contract.billing_account], accounts)
        yield from _contract(here, contract, catalogue)
    for index, service in enumerate(customer.services):
        yield from _refers((*at, "services", index), "contract", [service.contract], contracts)
        yield from _service((*at, "services", index), service)
    yield from _destinations(at, customer)
    for index, invoice in enumerate(customer.invoices):
        here = (*at, "invoices", index)
        yield from _refers(here, "billing_account", [invoice.billing_account], accounts)
        for place, line in enumerate(invoice.lines):
            yield from _refers((*here, "lines", place), "product", [line.product] if line.product else [], products)
        yield from _invoice(here, invoice)


def _refers(at: Path, name: str, wanted: Iterable[str], known: set[str]) -> Iterator[Mistake]:
    for value in wanted:
        if value not in known:
            yield Mistake((*at, name), f"this customer has no such {name.replace('_', ' ')}: {value}")


def _contract(at: Path, contract: Contract, catalogue: Mapping[str, Offering]) -> Iterator[Mistake]:
    yield from _sold(at, contract, catalogue, "contract")
    for index, option in enumerate(contract.options):
        here = (*at, "options", index)
        yield from _sold(here, option, catalogue, "option")
        offering = catalogue.get(option.offering)
        if offering is None or offering.kind != "option":
            continue
        if contract.offering not in offering.optional_for:
            yield Mistake((*here, "offering"), f"{option.offering} is no option for {contract.offering}")
        if (offering.quantity_unit is None) != (option.quantity is None):
            word = "needs a quantity" if offering.quantity_unit else "has no quantity"
            yield Mistake((*here, "quantity"), f"{option.offering} {word}")
        if option.start < contract.start:
            yield Mistake((*here, "start"), "before its contract begins")


def _sold(
    at: Path, product: Contract | BookedOption, catalogue: Mapping[str, Offering], kind: str
) -> Iterator[Mistake]:
    offering = catalogue.get(product.offering)
    if offering is None:
        yield Mistake((*at, "offering"), f"no such offering: {product.offering}")
    elif offering.kind != kind:
        yield Mistake((*at, "offering"), f"{product.offering} is no {kind} offering")
    if product.ends is not None and product.ends <= product.start:
        yield Mistake((*at, "ends"), "not after its start")
    if product.ends is None and product.status in {"terminated", "pendingTerminate"}:
        yield Mistake((*at, "status"), f"{product.status} needs the date `ends`")


def _service(at: Path, service: Service) -> Iterator[Mistake]:
    if service.category == "cloudPbxExtension" and service.extension_number is None:
        yield Mistake((*at, "extension_number"), "an extension needs it")
    if service.category == "cloudPbxNumberRange" and service.number_range is None:
        yield Mistake((*at, "number_range"), "a number range needs it")
    for name in Rules.model_fields:
        rule = getattr(service.call_forwarding, name)
        if rule.active and rule.target is None:
            yield Mistake((*at, "call_forwarding", name), "an active diversion needs a target")


def _destinations(at: Path, customer: Customer) -> Iterator[Mistake]:
    if len(set(customer.allowed_destinations)) < len(customer.allowed_destinations):
        yield Mistake((*at, "allowed_destinations"), "the same prefix twice")
    seen: set[str] = set()
    for index, approved in enumerate(customer.approved_targets):
        here = (*at, "approved_targets", index, "target")
        if approved.target in seen:
            yield Mistake(here, "the same target twice")
        seen.add(approved.target)
        try:
            judge(approved.target.removeprefix("tel:"), allowed=customer.allowed_destinations)
        except NotDiallable as error:
            yield Mistake(here, f"calls are never diverted there: {error.reason}")


def _invoice(at: Path, invoice: Invoice) -> Iterator[Mistake]:
    if invoice.due < invoice.billed:
        yield Mistake((*at, "due"), "before the invoice's date")
    if invoice.period_end <= invoice.period_start:
        yield Mistake((*at, "period_end"), "not after period_start")
    if invoice.billed < invoice.period_start:
        yield Mistake((*at, "billed"), "before the period begins")
    net = sum((line.net for line in invoice.lines), Decimal(0))
    if (net < 0) != (invoice.category == "creditNote"):
        yield Mistake((*at, "category"), "a credit note's lines sum below zero, an invoice's do not")
    if invoice.paid != "all" and invoice.paid > max(taxed(net, TAX_RATE).gross, Decimal(0)):
        yield Mistake((*at, "paid"), "more than the invoice's total")
    for index, line in enumerate(invoice.lines):
        start, end = line.period_start or invoice.period_start, line.period_end or invoice.period_end
        if end <= start:
            yield Mistake((*at, "lines", index), "its period ends before it begins")
