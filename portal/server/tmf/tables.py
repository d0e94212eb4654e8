"""The tables behind the TM Forum resources.

Civil dates (a contract's start, an invoice's due date) are dates and become instants in the customer's zone only on the
wire. Money is euro, net and gross kept apart as they were printed. What is derived from today (the last day for notice)
is not stored.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from portal.server.access.tables import customers
from portal.server.database import Utc, metadata

MONEY = Numeric(12, 2)
RATE = Numeric(5, 2)
ID = String(64)

sites = Table(
    "sites",
    metadata,
    Column("id", ID, primary_key=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False, index=True),
    Column("name", String(200), nullable=False),  # "Köln, Beispielstraße 7"
    Column("street", String(200), nullable=False),
    Column("postcode", String(20), nullable=False),
    Column("city", String(100), nullable=False),
)

billing_accounts = Table(
    "billing_accounts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("payment", String(20), nullable=False),  # directDebit | bankTransfer
    Column("mandate_reference", String(35)),
    Column("iban", String(34)),  # of the customer, where it is debited
    Column("payment_days", Integer, nullable=False),
)

offerings = Table(
    "offerings",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(10), nullable=False),  # contract | option
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False, default=""),
    Column("line_of_business", String(20), nullable=False),
    Column("lifecycle", String(20), nullable=False, default="Launched"),  # Launched | Retired
    Column("sellable", Boolean, nullable=False, default=True),  # false: sold out
    Column("minimum_term_months", Integer, nullable=False),
    Column("notice_months", Integer, nullable=False),
    Column("renewal_months", Integer, nullable=False),
    Column("quantity_unit", String(40)),  # set: booked in a quantity ("Arbeitsplatz")
    Column("feasibility_check", Boolean, nullable=False, default=False),
    Column("features", JSON, nullable=False, default=list),  # sentences of the service description
    Column("last_update", Utc, nullable=False),
)

offering_prices = Table(
    "offering_prices",
    metadata,
    Column("id", ID, primary_key=True),
    Column("offering_id", ForeignKey(offerings.c.id), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("kind", String(10), nullable=False),  # recurring | oneTime
    Column("net", MONEY, nullable=False),
    Column("tax_rate", RATE, nullable=False),
)

offering_relationships = Table(
    "offering_relationships",
    metadata,
    Column("offering_id", ForeignKey(offerings.c.id), primary_key=True),
    Column("kind", String(20), primary_key=True),  # optionalFor | requires | excludes
    Column("target_id", ForeignKey(offerings.c.id), primary_key=True, index=True),
)

products = Table(  # contracts (no parent) and booked options (their contract is the parent)
    "products",
    metadata,
    Column("id", ID, primary_key=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False),
    Column("contract_id", ForeignKey("products.id"), index=True),
    Column("position", Integer, nullable=False),  # options behind their contract
    Column("offering_id", ForeignKey(offerings.c.id), nullable=False),
    Column("site_id", ForeignKey(sites.c.id)),
    Column("billing_account_id", ForeignKey(billing_accounts.c.id), nullable=False),
    Column("contract_number", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False, default=""),
    Column("status", String(20), nullable=False),  # TMF637's words
    Column("start_on", Date, nullable=False),
    Column("ends_on", Date),  # first day without it, once its end is booked
    Column("minimum_term_months", Integer, nullable=False),
    Column("notice_months", Integer, nullable=False),
    Column("renewal_months", Integer, nullable=False),
    Column("quantity", Integer),
    Column("phone_numbers", JSON, nullable=False, default=list),
    Column("cost_centre", String(64)),
    Column("bandwidth", String(64)),
    Column("seats", Integer),
    Index("products_customer", "customer_id", "position"),
)

product_prices = Table(
    "product_prices",
    metadata,
    Column("id", ID, primary_key=True),
    Column("product_id", ForeignKey(products.c.id), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("net", MONEY, nullable=False),
    Column("tax_rate", RATE, nullable=False),
)

bills = Table(
    "bills",
    metadata,
    Column("id", ID, primary_key=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False),
    Column("billing_account_id", ForeignKey(billing_accounts.c.id), nullable=False),
    Column("number", String(40), nullable=False, unique=True),
    Column("category", String(20), nullable=False),  # normal | creditNote
    Column("run_type", String(20), nullable=False),  # onCycle | offCycle
    Column("state", String(20), nullable=False),  # TMF678's words
    Column("billed_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),  # exclusive
    Column("net", MONEY, nullable=False),
    Column("tax_rate", RATE, nullable=False),
    Column("tax", MONEY, nullable=False),
    Column("gross", MONEY, nullable=False),
    Column("remaining", MONEY, nullable=False),
    Column("payment", String(20), nullable=False),  # as it was when the bill was made, like the two below
    Column("mandate_reference", String(35)),
    Column("iban", String(34)),
    Column("recipient", JSON, nullable=False),  # {name, street, postcode, city}: a later move changes no old invoice
    Column("last_update", Utc, nullable=False),
    Index("bills_customer", "customer_id", "billed_on"),
    Index("bills_customer_update", "customer_id", "last_update"),
)

bill_lines = Table(
    "bill_lines",
    metadata,
    Column("id", ID, primary_key=True),
    Column("bill_id", ForeignKey(bills.c.id), nullable=False, index=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False, index=True),
    Column("product_id", ForeignKey(products.c.id)),
    Column("position", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False, default=""),
    Column("kind", String(20), nullable=False),  # recurring | oneTime | usage | credit
    Column("quantity", Integer),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),  # exclusive
    Column("net", MONEY, nullable=False),
    Column("tax_rate", RATE, nullable=False),
    Column("tax", MONEY, nullable=False),
    Column("gross", MONEY, nullable=False),
)

bills_on_demand = Table(
    "bills_on_demand",
    metadata,
    Column("id", ID, primary_key=True),
    Column("billing_account_id", ForeignKey(billing_accounts.c.id), nullable=False),
    Column("bill_id", ForeignKey(bills.c.id), nullable=False),
    Column("name", String(200)),
    Column("description", Text),
    Column("created_at", Utc, nullable=False),
)

documents = Table(  # of a bill, of a contract, or of an offering (then of no customer: everyone may read it)
    "documents",
    metadata,
    Column("id", ID, primary_key=True),
    Column("customer_id", ForeignKey(customers.c.id), index=True),
    Column("product_id", ForeignKey(products.c.id), index=True),
    Column("bill_id", ForeignKey(bills.c.id), index=True),
    Column("offering_id", ForeignKey(offerings.c.id), index=True),
    Column("kind", String(20), nullable=False),  # invoice | eInvoice | order | serviceDescription | priceList | ...
    Column("name", String(200), nullable=False),
    Column("mime_type", String(80), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("position", Integer, nullable=False, default=0),
    Column("size", Integer),  # known once it was rendered
    Column("withdrawn_at", Utc),
)

document_files = Table(  # rendered when first asked for, and kept: what was issued never changes
    "document_files",
    metadata,
    Column("document_id", ForeignKey(documents.c.id), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
)

services = Table(
    "services",
    metadata,
    Column("id", ID, primary_key=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False, index=True),
    Column("product_id", ForeignKey(products.c.id)),
    Column("site_id", ForeignKey(sites.c.id)),
    Column("position", Integer, nullable=False),
    Column("category", String(40), nullable=False),  # cloudPbxExtension | cloudPbxNumberRange
    Column("name", String(200), nullable=False),
    Column("state", String(20), nullable=False, default="active"),
    Column("characteristics", JSON, nullable=False),  # {extensionNumber, phoneNumber, ...}
    Column("call_forwarding", JSON, nullable=False),  # rules by condition; see forwarding.py
    Column("capability", JSON, nullable=False),
    Column("fails", Boolean, nullable=False, default=False, server_default=false()),  # what is asked for next
    Column("version", Integer, nullable=False, default=1),  # its ETag
    Column("last_update", Utc, nullable=False),
)

foreign_prefixes = Table(  # where abroad the customer's calls may be diverted to
    "foreign_prefixes",
    metadata,
    Column("customer_id", ForeignKey(customers.c.id), primary_key=True),
    Column("prefix", String(16), primary_key=True),  # "+43"
)

diversion_targets = Table(  # numbers outside that calls may be diverted to without a step-up
    "diversion_targets",
    metadata,
    Column("id", ID, primary_key=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False),
    Column("target", String(20), nullable=False),  # "tel:+491713920010"
    Column("name", String(200), nullable=False),
    Column("approved_at", Utc, nullable=False),
    Column("approved_by", String(200), nullable=False),  # the person's name, as it was then
    UniqueConstraint("customer_id", "target"),
)

orders = Table(
    "orders",
    metadata,
    Column("id", ID, primary_key=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False, index=True),
    Column("account_id", ID),  # who ordered; none: the operator
    Column("external_id", String(64)),
    Column("digest", String(64)),  # SHA-256 of the body: the same externalId with another body is a conflict
    Column("state", String(30), nullable=False),
    Column("items", JSON, nullable=False),  # productOrderItem[] as ordered, with their states
    Column("description", Text, nullable=False, default=""),
    Column("ordered_at", Utc, nullable=False),
    Column("expected_at", Utc),
    Column("completed_at", Utc),
    Column("last_update", Utc, nullable=False),
    Column("product_id", ID),  # the option it is about; no foreign key: what was never delivered is taken away again
    Column("ends_on", Date),  # first day without the option, as booked with its end
    Column("ahead", JSON),  # the states to come, in order
    Column("due_at", Utc),  # when the next of them comes; none: never, or when the operator says so
    Column("note", Text),  # the operator's
    Column("cancelled_at", Utc),
    Column("cancellation_reason", Text),
    UniqueConstraint("customer_id", "external_id"),
    Index("orders_due", "due_at"),
)

cancellations = Table(
    "cancellations",
    metadata,
    Column("id", ID, primary_key=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False, index=True),
    Column("order_id", ForeignKey(orders.c.id), nullable=False),
    Column("external_id", String(64)),
    Column("digest", String(64), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("cancelled_at", Utc, nullable=False),
    UniqueConstraint("customer_id", "external_id"),
)
