"""The demo world: three customers with everything a portal shows, as of a given day, so that it never ages.

Numbers are from the ranges that the Bundesnetzagentur keeps for fiction, names and places are made up.

* Muster GmbH (`cust-2300229`): eight contracts at three sites, two billing accounts (transfer: newest invoice open, the
  one two months before it overdue; direct debit: newest about to be debited), a credit note, a telephone system.
* Beispiel Logistik GmbH (`cust-2300241`): a portal admin, an accounting person, and Nora Nordmann as second admin.
* Nordlicht Apotheken OHG (`cust-2300253`): Nora Nordmann again: one person, two accounts.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from portal.server.tmf.calendar import add_months
from portal.server.world.catalogue import OFFERINGS
from portal.server.world.invoicing import Plan, invoices, newest_period, number
from portal.server.world.model import (
    Account,
    ApprovedTarget,
    BillingAccount,
    BookedOption,
    Contract,
    Customer,
    Invoice,
    InvoiceLine,
    Rule,
    Rules,
    Service,
    Site,
    World,
)

CATALOGUE = {offering.id: offering for offering in OFFERINGS}
VOICEMAIL = "sip:voicemail@pbx.eservice.example"
IBAN = "DE89370400440532013000"
MAIN, MOBILE = "ba-2300229", "ba-2300229-m"


def demo_world(today: date) -> World:
    first = today.replace(day=1)
    return World(
        offerings=OFFERINGS, customers=(_muster(today, first), _beispiel(today, first), _nordlicht(today, first))
    )


def ago(first: date, months: int) -> date:
    return add_months(first, -months)


def local(extension: str) -> str:
    return f"tel:{extension};phone-context=pbx.eservice.example"


def _muster(today: date, first: date) -> Customer:
    transfer = BillingAccount(id=MAIN, name="Muster GmbH", payment="bankTransfer", payment_days=30)
    debit = BillingAccount(
        id=MOBILE, name="Muster GmbH Mobilfunk", payment="directDebit", payment_days=30,
        mandate_reference="M-2300229-01", iban=IBAN,
    )  # fmt: skip
    contracts = (*_muster_lines(first), *_muster_mobiles(first))
    billed = (
        *invoices(today, Plan(transfer, 122, unpaid=frozenset({0, 2})), contracts, CATALOGUE),
        *invoices(today, Plan(debit, 123), contracts, CATALOGUE),
        _credit_note(today),
    )
    return Customer(
        id="cust-2300229",
        name="Muster GmbH",
        street="Beispielstraße 7",
        postcode="50667",
        city="Köln",
        accounts=(
            _account("customer2300229", "Max Muster", "max.muster@muster-gmbh.example", "10", "portalAdmin"),
            _account("customer2300230", "Paula Pforte", "paula.pforte@muster-gmbh.example", "11", "pbxAdmin"),
            _account("customer2300231", "Martina Muster", "martina.muster@muster-gmbh.example", "12", "portalAdmin"),
        ),
        sites=(
            Site(id="site-koeln", street="Beispielstraße 7", postcode="50667", city="Köln"),
            Site(id="site-duesseldorf", street="Musterallee 24", postcode="40549", city="Düsseldorf"),
            Site(id="site-hamburg", street="Am Musterhafen 3", postcode="20457", city="Hamburg"),
        ),
        billing_accounts=(transfer, debit),
        contracts=contracts,
        services=_muster_telephones(),
        allowed_destinations=("+43",),
        approved_targets=(
            ApprovedTarget(target="tel:+491713920010", name="Max mobil", approved_by="Max Muster"),
            ApprovedTarget(target="tel:+491713920014", name="Bereitschaft", approved_by="Max Muster"),
        ),
        invoices=billed,
    )


def _account(username: str, name: str, mail: str, phone: str, *roles: str) -> Account:
    """`phone`: the last two digits of the range kept for fiction."""
    facts = {"username": username, "name": name, "mail": mail, "phone": f"+4917139200{phone}", "roles": roles}
    return Account.model_validate(facts)


def _muster_lines(first: date) -> tuple[Contract, ...]:
    return (
        Contract(
            id="c-1001", number="V-2300229-01", offering="off-fibre-500", site="site-koeln", billing_account=MAIN,
            description="Zentrale", start=ago(first, 14), bandwidth="500/250 Mbit/s", cost_centre="1000",
            options=(
                BookedOption(id="p-1001-router", offering="opt-router", start=ago(first, 14)),
                BookedOption(id="p-1001-ddos", offering="opt-ddos", start=ago(first, 6)),
            ),
        ),
        Contract(
            id="c-1002", number="V-2300229-02", offering="off-dsl-100", site="site-duesseldorf",
            billing_account=MAIN, description="Büro Düsseldorf", start=ago(first, 9), bandwidth="100/40 Mbit/s",
            cost_centre="2000", options=(BookedOption(id="p-1002-router", offering="opt-router", start=ago(first, 9)),),
        ),
        Contract(
            id="c-1003", number="V-2300229-03", offering="off-dsl-100", site="site-hamburg", billing_account=MAIN,
            description="Lager Hamburg", start=ago(first, 30), bandwidth="100/40 Mbit/s", cost_centre="3000",
        ),
        Contract(
            id="c-1004", number="V-2300229-04", offering="off-sip-8", site="site-hamburg", billing_account=MAIN,
            description="Anlage im Lager", start=ago(first, 30), phone_numbers=("+494066969100", "+494066969101"),
            cost_centre="3000", options=(
                BookedOption(id="p-1004-flat", offering="opt-flat-national", start=ago(first, 30)),
                BookedOption(id="p-1004-channels", offering="opt-channels", start=ago(first, 12), quantity=4),
            ),
        ),
        Contract(
            id="c-1005", number="V-2300229-05", offering="off-cloud-phone", site="site-koeln", billing_account=MAIN,
            description="Telefonanlage Zentrale", start=ago(first, 14), phone_numbers=("+492214710200",), seats=8,
            cost_centre="1000", options=(
                BookedOption(id="p-1005-smart", offering="opt-seat-smart", start=ago(first, 14), quantity=6),
                BookedOption(id="p-1005-best", offering="opt-seat-best", start=ago(first, 14), quantity=2),
                BookedOption(
                    id="p-1005-attendant", offering="opt-attendant", start=ago(first, 10), ends=add_months(first, 1),
                    status="pendingTerminate",
                ),
            ),
        ),
    )  # fmt: skip


def _muster_mobiles(first: date) -> tuple[Contract, ...]:
    """The first one must be given notice this month; the last is past its minimum term."""
    return (
        Contract(
            id="c-1006", number="V-2300229-06", offering="off-mobile-l", site="site-koeln", billing_account=MOBILE,
            description="Geschäftsführung", start=ago(first, 20), phone_numbers=("+491713920010",), cost_centre="1000",
            options=(BookedOption(id="p-1006-roam", offering="opt-roam-world", start=ago(first, 8)),),
        ),
        Contract(
            id="c-1007", number="V-2300229-07", offering="off-mobile-m", site="site-duesseldorf",
            billing_account=MOBILE, description="Vertrieb", start=ago(first, 5), cost_centre="2000",
            phone_numbers=("+491713920013",), options=(
                BookedOption(id="p-1007-data", offering="opt-data-20", start=ago(first, 3)),
                BookedOption(id="p-1007-multi", offering="opt-multisim", start=ago(first, 5), quantity=1),
            ),
        ),
        Contract(
            id="c-1008", number="V-2300229-08", offering="off-mobile-m", site="site-hamburg",
            billing_account=MOBILE, description="Bereitschaft", start=ago(first, 40), cost_centre="3000",
            phone_numbers=("+491713920014",),
        ),
    )  # fmt: skip


def _muster_telephones() -> tuple[Service, ...]:
    people = (
        ("21", "Zentrale"), ("22", "Max Muster"), ("23", "Paula Pforte"), ("24", "Vertrieb"), ("25", "Buchhaltung"),
        ("26", "Service"), ("27", "Werkstatt"), ("28", "Besprechung"),
    )  # fmt: skip
    rules = {
        "21": Rules(
            unconditional=Rule(target="tel:+491713920010"),
            busy=Rule(active=True, target=VOICEMAIL),
            no_answer=Rule(active=True, target=local("22"), no_reply_timer=20),
        ),
        "26": Rules(unconditional=Rule(active=True, target="tel:+491713920014")),
    }
    extensions = tuple(
        Service(
            id=f"ext-{extension}",
            category="cloudPbxExtension",
            name=name,
            contract="c-1005",
            extension_number=extension,
            phone_numbers=(f"+4922147102{extension}",),
            groups=("Zentrale",) if extension in {"21", "23"} else (),
            call_forwarding=rules.get(extension, Rules(no_answer=Rule(target=VOICEMAIL))),
        )
        for extension, name in people
    )
    block = Service(
        id="range-koeln",
        category="cloudPbxNumberRange",
        name="Köln 0221 4710 200–299",
        contract="c-1005",
        number_range=("+492214710200", "+492214710299"),
        call_forwarding=Rules(not_reachable=Rule(target="tel:+491713920010")),
    )
    return (*extensions, block)


def _credit_note(today: date) -> Invoice:
    """For an outage, four months before the newest invoice."""
    period = add_months(newest_period(today), -4)
    billed = add_months(period, 1).replace(day=10)
    line = InvoiceLine(
        product="c-1003", name="Gutschrift Ausfall Business DSL 100", description="Störung vom 12. bis 14. des Monats",
        kind="credit", net=Decimal("-15.00"),
    )  # fmt: skip
    return Invoice(
        id="b-2300229-credit",
        number=number(period, 901),
        billing_account=MAIN,
        category="creditNote",
        billed=billed,
        due=billed + timedelta(days=14),
        period_start=period,
        period_end=add_months(period, 1),
        paid="all",
        lines=(line,),
    )


def _beispiel(today: date, first: date) -> Customer:
    account = BillingAccount(id="ba-2300241", name="Beispiel Logistik GmbH", payment="bankTransfer", payment_days=30)
    bill = account.id
    contracts = (
        Contract(
            id="c-2001", number="V-2300241-01", offering="off-dsl-250", site="site-b-hamburg", billing_account=bill,
            start=ago(first, 19), bandwidth="250/40 Mbit/s", options=(
                BookedOption(id="p-2001-router", offering="opt-router", start=ago(first, 19)),
                BookedOption(id="p-2001-lte", offering="opt-lte-guard", start=ago(first, 18)),
            ),
        ),
        Contract(
            id="c-2002", number="V-2300241-02", offering="off-dsl-100", site="site-b-frankfurt", billing_account=bill,
            start=ago(first, 4), bandwidth="100/40 Mbit/s",
        ),
        Contract(
            id="c-2003", number="V-2300241-03", offering="off-cloud-phone", site="site-b-hamburg",
            billing_account=bill, start=ago(first, 19), phone_numbers=("+494066969500",), seats=4, options=(
                BookedOption(id="p-2003-smart", offering="opt-seat-smart", start=ago(first, 19), quantity=4),
                BookedOption(id="p-2003-flat", offering="opt-flat-global", start=ago(first, 2)),
            ),
        ),
        Contract(
            id="c-2004", number="V-2300241-04", offering="off-mobile-m", billing_account=bill,
            description="Disposition", start=ago(first, 11), phone_numbers=("+491713920032",),
        ),
        Contract(
            id="c-2005", number="V-2300241-05", offering="off-fax", site="site-b-frankfurt", billing_account=bill,
            start=ago(first, 40), phone_numbers=("+496990009200",),
        ),
    )  # fmt: skip
    return Customer(
        id="cust-2300241",
        name="Beispiel Logistik GmbH",
        street="Speicherweg 12",
        postcode="20457",
        city="Hamburg",
        accounts=(
            _account("customer2300241", "Erika Beispiel", "erika@beispiel-logistik.example", "30", "portalAdmin"),
            _account("customer2300242", "Bernd Beleg", "buchhaltung@beispiel-logistik.example", "31", "accounting"),
            _account("customer2300243", "Nora Nordmann", "nora.nordmann@nordlicht.example", "50", "portalAdmin"),
        ),
        sites=(
            Site(id="site-b-hamburg", street="Speicherweg 12", postcode="20457", city="Hamburg"),
            Site(id="site-b-frankfurt", street="Mainkai 88", postcode="60311", city="Frankfurt am Main"),
        ),
        billing_accounts=(account,),
        contracts=contracts,
        services=_desks("c-2003", "ext-b-", "+4940669695", ("11", "12", "13", "14")),
        invoices=tuple(invoices(today, Plan(account, 124), contracts, CATALOGUE)),
    )


def _nordlicht(today: date, first: date) -> Customer:
    account = BillingAccount(
        id="ba-2300253", name="Nordlicht Apotheken OHG", payment="directDebit", payment_days=30,
        mandate_reference="M-2300253-01", iban=IBAN,
    )  # fmt: skip
    bill = account.id
    contracts = (
        Contract(
            id="c-3001", number="V-2300253-01", offering="off-dsl-100", site="site-n-berlin", billing_account=bill,
            start=ago(first, 22), bandwidth="100/40 Mbit/s",
        ),
        Contract(
            id="c-3002", number="V-2300253-02", offering="off-sip-8", site="site-n-berlin", billing_account=bill,
            start=ago(first, 22), phone_numbers=("+493023125300",),
        ),
        Contract(
            id="c-3003", number="V-2300253-03", offering="off-fibre-500", site="site-n-muenchen",
            billing_account=bill, start=ago(first, 3), bandwidth="500/250 Mbit/s",
        ),
        Contract(
            id="c-3004", number="V-2300253-04", offering="off-cloud-phone", site="site-n-muenchen",
            billing_account=bill, start=ago(first, 3), phone_numbers=("+498999998400",), seats=2, options=(
                BookedOption(id="p-3004-smart", offering="opt-seat-smart", start=ago(first, 3), quantity=2),
            ),
        ),
    )  # fmt: skip
    return Customer(
        id="cust-2300253",
        name="Nordlicht Apotheken OHG",
        street="Polarsternweg 1",
        postcode="10117",
        city="Berlin",
        accounts=(
            _account("customer2300253", "Nora Nordmann", "nora.nordmann@nordlicht.example", "50", "portalAdmin"),
        ),
        sites=(
            Site(id="site-n-berlin", street="Polarsternweg 1", postcode="10117", city="Berlin"),
            Site(id="site-n-muenchen", street="Isarbogen 5", postcode="80331", city="München"),
        ),
        billing_accounts=(account,),
        contracts=contracts,
        services=_desks("c-3004", "ext-n-", "+4989999984", ("11", "12")),
        invoices=tuple(invoices(today, Plan(account, 125), contracts, CATALOGUE)),
    )


def _desks(contract: str, prefix: str, block: str, extensions: Sequence[str]) -> tuple[Service, ...]:
    return tuple(
        Service(
            id=f"{prefix}{extension}",
            category="cloudPbxExtension",
            name=f"Arbeitsplatz {extension}",
            contract=contract,
            extension_number=extension,
            phone_numbers=(f"{block}{extension}",),
            call_forwarding=Rules(no_answer=Rule(active=True, target=VOICEMAIL, no_reply_timer=20)),
        )
        for extension in extensions
    )
