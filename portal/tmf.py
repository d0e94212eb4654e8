"""From TM Forum's shapes to the facts of `portal.models`; the wire's field names are known here and nowhere else."""

import datetime as dt
from zoneinfo import ZoneInfo

from portal.answers import (
    Node,
    as_day,
    as_node,
    day,
    first,
    flag,
    iso_period,
    maybe_decimal,
    maybe_text,
    moment,
    money,
    node,
    nodes,
    number,
    one_of,
    span,
    text,
)
from portal.errors import BadAnswer
from portal.models import (
    Contract,
    Diversion,
    DivertWhen,
    Document,
    DocumentKind,
    Extension,
    Invoice,
    InvoiceLine,
    InvoiceState,
    LineOfBusiness,
    Offering,
    OfferingRef,
    Option,
    PaymentMethod,
    Period,
    Price,
    PriceKind,
    ProductStatus,
    Site,
    Tax,
)

_BYTES = {"B": 1, "byte": 1, "bytes": 1, "kB": 1000, "KB": 1000, "KiB": 1024, "MB": 1000**2, "MiB": 1024**2}

_INVOICE_STATES = {
    "new": InvoiceState.PREPARING,
    "onHold": InvoiceState.PREPARING,
    "validated": InvoiceState.PREPARING,
    "partiallyPaid": InvoiceState.PARTLY_PAID,
    "settled": InvoiceState.PAID,
}

Facts = dict[str, list[str]]


def relied_on(product: Node) -> str | None:
    """The contract that an option stands on; none for a contract."""
    for relationship in nodes(product, "productRelationship"):
        if relationship.get("relationshipType") == "reliesOn":
            return text(node(relationship, "product"), "id")
    return None


def contract(product: Node, zone: ZoneInfo) -> Contract:
    """A `Product` that relies on no other."""
    facts, term = _facts(product, "productCharacteristic"), first(product, "productTerm")
    offering, place = node(product, "productOffering"), first(product, "place")
    status_sent = text(product, "status").strip()
    return Contract(
        id=text(product, "id"),
        number=maybe_text(first(product, "agreement"), "id") or text(product, "id"),
        name=_name(product),
        description=maybe_text(product, "description") or "",
        status=one_of(ProductStatus, status_sent, ProductStatus.UNKNOWN),
        status_sent=status_sent,
        line_of_business=one_of(LineOfBusiness, _fact(facts, "lineOfBusiness"), LineOfBusiness.OTHER),
        offering_id=maybe_text(offering, "id") or "",
        offering_name=maybe_text(offering, "name") or "",
        customer_id=_customer(product),
        site=Site(maybe_text(place, "id") or "", text(place, "name")) if place.get("name") else None,
        numbers=tuple(facts.get("phoneNumber", ())),
        start=day(product, "startDate", zone),
        end=day(product, "terminationDate", zone),
        minimum_term=_duration(term),
        minimum_term_end=_fact_day(facts, "minimumTermEnd", zone) or day(node(term, "validFor"), "endDateTime", zone),
        notice_period=iso_period(_fact(facts, "noticePeriod")),
        renewal_period=iso_period(_fact(facts, "renewalPeriod")),
        last_day_for_notice=_fact_day(facts, "lastDayForNotice", zone),
        cost_centre=_fact(facts, "costCentre"),
        bandwidth=_fact(facts, "bandwidth"),
        seats=_fact_count(facts, "seats"),
        prices=_prices(product, "productPrice"),
        documents=_documents(product, "document", "category"),
    )


def option(product: Node, zone: ZoneInfo) -> Option:
    """A `Product` that relies on a contract."""
    facts, term = _facts(product, "productCharacteristic"), first(product, "productTerm")
    status_sent = text(product, "status").strip()
    contract_id = relied_on(product)
    if contract_id is None:
        raise BadAnswer("an option without its contract")
    return Option(
        id=text(product, "id"),
        contract_id=contract_id,
        name=_name(product),
        description=maybe_text(product, "description") or "",
        status=one_of(ProductStatus, status_sent, ProductStatus.UNKNOWN),
        status_sent=status_sent,
        offering_id=maybe_text(node(product, "productOffering"), "id") or "",
        quantity=_fact_count(facts, "quantity") or 1,
        start=day(product, "startDate", zone),
        end=day(product, "terminationDate", zone),
        minimum_term=_duration(term),
        minimum_term_end=_fact_day(facts, "minimumTermEnd", zone) or day(node(term, "validFor"), "endDateTime", zone),
        notice_period=iso_period(_fact(facts, "noticePeriod")),
        last_day_for_notice=_fact_day(facts, "lastDayForNotice", zone),
        prices=_prices(product, "productPrice"),
        documents=_documents(product, "document", "category"),
    )


def offering(source: Node) -> Offering:
    """A `ProductOffering` with what it fits on, needs and excludes."""
    facts = _facts(source, "productOfferingCharacteristic")
    return Offering(
        id=text(source, "id"),
        name=_name(source),
        description=maybe_text(source, "description") or "",
        on_sale=(maybe_text(source, "lifecycleStatus") or "").strip() == "Launched",
        optional_for=_related(source, "optionalFor"),
        requires=_related(source, "requires"),
        excludes=_related(source, "excludes"),
        minimum_term=_duration(first(source, "productOfferingTerm")),
        notice_period=iso_period(_fact(facts, "noticePeriod")),
        feasibility_check=(_fact(facts, "feasibilityCheck") or "").lower() == "true",
        quantity_unit=_fact(facts, "quantityUnit"),
        prices=_prices(source, "productOfferingPrice"),
    )


def invoice(bill: Node, zone: ZoneInfo) -> Invoice:
    """A `CustomerBill`."""
    account, method = node(bill, "billingAccount"), node(bill, "paymentMethod")
    payment = one_of(PaymentMethod, maybe_text(method, "@referredType"), PaymentMethod.UNKNOWN)
    state_sent = text(bill, "state").strip()
    credit_note = maybe_text(bill, "category") == "creditNote"
    date, total = day(bill, "billDate", zone), money(bill, "taxIncludedAmount")
    if date is None or total is None:
        raise BadAnswer("an invoice without date or total")
    return Invoice(
        id=text(bill, "id"),
        number=maybe_text(bill, "billNo") or text(bill, "id"),
        state=_invoice_state(state_sent, payment, credit_note),
        state_sent=state_sent,
        payment=payment,
        credit_note=credit_note,
        date=date,
        due=day(bill, "paymentDueDate", zone),
        period=span(bill, "billingPeriod", zone),
        account_id=maybe_text(account, "id") or "",
        account_name=maybe_text(account, "name") or "",
        total=total,
        net=money(bill, "taxExcludedAmount"),
        amount_due=money(bill, "amountDue"),
        remaining=money(bill, "remainingAmount"),
        taxes=_taxes(bill, "taxItem"),
        documents=_documents(bill, "billDocument", "attachmentType"),
        updated=moment(bill, "lastUpdate"),
    )


def _invoice_state(sent: str, payment: PaymentMethod, credit_note: bool) -> InvoiceState:
    if credit_note:
        return InvoiceState.CREDIT
    if sent == "sent":
        return InvoiceState.DEBITED if payment is PaymentMethod.DIRECT_DEBIT else InvoiceState.OPEN
    return _INVOICE_STATES.get(sent, InvoiceState.UNKNOWN)


def invoice_line(rate: Node, zone: ZoneInfo) -> InvoiceLine:
    """An `AppliedCustomerBillingRate`."""
    product = node(rate, "product")
    return InvoiceLine(
        id=text(rate, "id"),
        name=maybe_text(rate, "name") or "",
        description=maybe_text(rate, "description") or "",
        contract_id=maybe_text(product, "id"),
        contract_name=maybe_text(product, "name"),
        period=span(rate, "periodCoverage", zone),
        net=money(rate, "taxExcludedAmount"),
        gross=money(rate, "taxIncludedAmount"),
        taxes=_taxes(rate, "appliedTax"),
    )


def extension(service: Node, etag: str | None = None) -> Extension:
    """A `Service` of the category cloudPbxExtension."""
    facts, capability = _facts(service, "serviceCharacteristic"), node(service, "callForwardingCapability")
    rules = node(service, "callForwarding")
    supported = capability.get("conditions")
    return Extension(
        id=text(service, "id"),
        name=maybe_text(service, "name") or "",
        number=_fact(facts, "extensionNumber") or "",
        phone_number=_fact(facts, "phoneNumber"),
        diversions=tuple(_diversion(when, as_node(rules[when.value])) for when in DivertWhen if rules.get(when.value)),
        supported=tuple(when for when in DivertWhen if isinstance(supported, list) and when.value in supported),
        etag=etag,
    )


def _diversion(when: DivertWhen, rule: Node) -> Diversion:
    return Diversion(when, flag(rule, "active"), maybe_text(rule, "target"), number(rule, "noReplyTimer"))


def _name(source: Node) -> str:
    return maybe_text(source, "name") or maybe_text(node(source, "productOffering"), "name") or text(source, "id")


def _customer(product: Node) -> str:
    for party in nodes(product, "relatedParty"):
        if maybe_text(party, "role") == "customer":
            return text(party, "id")
    return ""


def _facts(source: Node, key: str) -> Facts:
    """Characteristics by name; a name may come several times."""
    facts: Facts = {}
    for entry in nodes(source, key):
        value = entry.get("value")
        if isinstance(value, dict | list):
            continue  # TMF allows structured values; the contract has none, so they are somebody else's extension
        if value is not None:
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            facts.setdefault(text(entry, "name"), []).append(shown)
    return facts


def _fact(facts: Facts, name: str) -> str | None:
    return facts[name][0] if name in facts else None


def _fact_day(facts: Facts, name: str, zone: ZoneInfo) -> dt.date | None:
    value = _fact(facts, name)
    return as_day(value, zone) if value else None


def _fact_count(facts: Facts, name: str) -> int | None:
    value = _fact(facts, name)
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 10 else None


def _duration(term: Node) -> Period | None:
    duration = node(term, "duration")
    amount, units = maybe_decimal(duration, "amount"), maybe_text(duration, "units")
    if amount is None or not units or amount != int(amount):
        return None
    return Period(int(amount), units)


def _prices(source: Node, key: str) -> tuple[Price, ...]:
    return tuple(_price(entry, node(entry, "price")) for entry in nodes(source, key))


def _price(entry: Node, amounts: Node) -> Price:
    return Price(
        name=maybe_text(entry, "name") or "",
        kind=one_of(PriceKind, maybe_text(entry, "priceType"), PriceKind.UNKNOWN),
        period=maybe_text(entry, "recurringChargePeriod"),
        net=money(amounts, "dutyFreeAmount"),
        gross=money(amounts, "taxIncludedAmount"),
        tax_rate=maybe_decimal(amounts, "taxRate"),
    )


def _taxes(source: Node, key: str) -> tuple[Tax, ...]:
    found = ((maybe_decimal(entry, "taxRate"), money(entry, "taxAmount")) for entry in nodes(source, key))
    return tuple(Tax(rate, amount) for rate, amount in found if amount is not None)


def _documents(source: Node, key: str, kind_key: str) -> tuple[Document, ...]:
    return tuple(_document(entry, kind_key) for entry in nodes(source, key) if entry.get("url"))


def _document(entry: Node, kind_key: str) -> Document:
    size = node(entry, "size")
    amount, unit = maybe_decimal(size, "amount"), _BYTES.get(maybe_text(size, "units") or "")
    return Document(
        id=text(entry, "id"),
        name=maybe_text(entry, "name") or text(entry, "id"),
        kind=one_of(DocumentKind, maybe_text(entry, kind_key), DocumentKind.UNKNOWN),
        mime_type=maybe_text(entry, "mimeType") or "",
        url=text(entry, "url"),
        size=int(amount * unit) if amount is not None and unit else None,
    )


def _related(source: Node, kind: str) -> tuple[OfferingRef, ...]:
    return tuple(
        OfferingRef(text(entry, "id"), maybe_text(entry, "name") or "")
        for entry in nodes(source, "productOfferingRelationship")
        if entry.get("relationshipType") == kind
    )
