"""Groß AG: a customer with as many contracts as wanted and hundreds of invoices, to see what long lists do."""

from datetime import date

from portal.server.tmf.calendar import add_months
from portal.server.world.catalogue import OFFERINGS
from portal.server.world.invoicing import Plan, invoices
from portal.server.world.model import Account, BillingAccount, BookedOption, Contract, Customer, Site, World

CATALOGUE = {offering.id: offering for offering in OFFERINGS}
ACCOUNTS = 30
CITIES = ("Köln", "Berlin", "Hamburg", "München", "Frankfurt am Main", "Leipzig", "Bremen", "Essen")
KINDS = ("off-mobile-m", "off-mobile-l", "off-mobile-m", "off-dsl-100", "off-mobile-m", "off-sip-8")
MOBILE = {"off-mobile-m", "off-mobile-l"}


def big_world(today: date, n: int = 500, *, with_catalogue: bool = False) -> World:
    """`n` contracts at forty sites, thirty billing accounts; with 500 contracts 540 invoices.

    Meant to stand beside the demo world, which brings the catalogue.
    """
    first = today.replace(day=1)
    sites = tuple(
        Site(id=f"site-g-{index}", street=f"Filialstraße {index + 1}", postcode=f"{10000 + index}", city=_city(index))
        for index in range(min(40, max(n, 1)))
    )
    accounts = tuple(
        BillingAccount(
            id=f"ba-2300290-{index:02d}",
            name=f"Groß AG Bereich {index + 1:02d}",
            payment="bankTransfer" if index % 2 else "directDebit",
            mandate_reference=f"M-2300290-{index:02d}",
            iban="DE89370400440532013000",
            payment_days=30,
        )
        for index in range(min(ACCOUNTS, max(n, 1)))
    )
    contracts = tuple(_contract(index, first, sites, accounts) for index in range(n))
    billed = tuple(
        invoice
        for index, account in enumerate(accounts)
        for invoice in invoices(today, Plan(account, 300 + index, partly_paid=_partly(index)), contracts, CATALOGUE)
    )
    customer = Customer(
        id="cust-2300290",
        name="Groß AG",
        street="Konzernplatz 1",
        postcode="60311",
        city="Frankfurt am Main",
        accounts=(
            Account(
                username="customer2300290", name="Gisela Groß", mail="gisela.gross@gross-ag.example",
                phone="+491713920040", roles=("portalAdmin",),
            ),
        ),
        sites=sites,
        billing_accounts=accounts,
        contracts=contracts,
        invoices=billed,
    )  # fmt: skip
    return World(offerings=OFFERINGS if with_catalogue else (), customers=(customer,))


def _city(index: int) -> str:
    return CITIES[index % len(CITIES)]


def _partly(index: int) -> frozenset[int]:
    return frozenset({1}) if index % 10 == 0 else frozenset()


def _contract(index: int, first: date, sites: tuple[Site, ...], accounts: tuple[BillingAccount, ...]) -> Contract:
    offering = KINDS[index % len(KINDS)]
    start = add_months(first, -(20 + index % 30))
    options: tuple[BookedOption, ...] = ()
    if offering in MOBILE and index % 4 == 0:
        options = (BookedOption(id=f"p-g-{index}-data", offering="opt-data-20", start=start),)
    return Contract(
        id=f"c-g-{index:04d}",
        number=f"V-2300290-{index + 1:04d}",
        offering=offering,
        site=sites[index % len(sites)].id,
        billing_account=accounts[index % len(accounts)].id,
        description=f"Anschluss {index + 1}",
        start=start,
        phone_numbers=(f"+4930231250{index % 100:02d}",) if offering != "off-dsl-100" else (),
        cost_centre=f"{1000 + index % 40}",
        options=options,
    )
