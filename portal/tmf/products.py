"""TMF637 products and TMF620 offerings: contracts, their options, and what can be booked."""

from zoneinfo import ZoneInfo

from portal.answers import Node, day, first, iso_period, maybe_text, node, nodes, one_of, text
from portal.errors import BadAnswer
from portal.models import BilledProduct, Contract, LineOfBusiness, Offering, OfferingRef, Option, ProductStatus, Site
from portal.tmf.pieces import characteristics, documents, duration, fact, fact_count, fact_day, name_of, prices


def relied_on(product: Node) -> str | None:
    """The contract that an option stands on; none for a contract."""
    for relationship in nodes(product, "productRelationship"):
        if relationship.get("relationshipType") == "reliesOn":
            return text(node(relationship, "product"), "id")
    return None


def billed_product(product: Node) -> BilledProduct:
    """A `Product` as an invoice needs it: whose line it is."""
    product_id = text(product, "id")
    return BilledProduct(
        id=product_id,
        name=name_of(product),
        contract_id=relied_on(product) or product_id,
        contract_number=maybe_text(first(product, "agreement"), "id"),
        site=maybe_text(first(product, "place"), "name"),
    )


def contract(product: Node, zone: ZoneInfo) -> Contract:
    """A `Product` that relies on no other."""
    facts, term = characteristics(product, "productCharacteristic"), first(product, "productTerm")
    offering, place = node(product, "productOffering"), first(product, "place")
    status_sent = text(product, "status").strip()
    return Contract(
        id=text(product, "id"),
        number=maybe_text(first(product, "agreement"), "id") or text(product, "id"),
        name=name_of(product),
        description=maybe_text(product, "description") or "",
        status=one_of(ProductStatus, status_sent, ProductStatus.UNKNOWN),
        status_sent=status_sent,
        line_of_business=one_of(LineOfBusiness, fact(facts, "lineOfBusiness"), LineOfBusiness.OTHER),
        offering_id=maybe_text(offering, "id") or "",
        offering_name=maybe_text(offering, "name") or "",
        customer_id=_customer(product),
        site=Site(maybe_text(place, "id") or "", text(place, "name")) if place.get("name") else None,
        numbers=tuple(facts.get("phoneNumber", ())),
        start=day(product, "startDate", zone),
        end=day(product, "terminationDate", zone),
        minimum_term=duration(term),
        minimum_term_end=fact_day(facts, "minimumTermEnd", zone) or day(node(term, "validFor"), "endDateTime", zone),
        notice_period=iso_period(fact(facts, "noticePeriod")),
        renewal_period=iso_period(fact(facts, "renewalPeriod")),
        last_day_for_notice=fact_day(facts, "lastDayForNotice", zone),
        cost_centre=fact(facts, "costCentre"),
        bandwidth=fact(facts, "bandwidth"),
        seats=fact_count(facts, "seats"),
        prices=prices(product, "productPrice"),
        documents=documents(product, "document", "category"),
    )


def option(product: Node, zone: ZoneInfo) -> Option:
    """A `Product` that relies on a contract."""
    facts, term = characteristics(product, "productCharacteristic"), first(product, "productTerm")
    status_sent = text(product, "status").strip()
    contract_id = relied_on(product)
    if contract_id is None:
        raise BadAnswer("an option without its contract")
    return Option(
        id=text(product, "id"),
        contract_id=contract_id,
        name=name_of(product),
        description=maybe_text(product, "description") or "",
        status=one_of(ProductStatus, status_sent, ProductStatus.UNKNOWN),
        status_sent=status_sent,
        offering_id=maybe_text(node(product, "productOffering"), "id") or "",
        quantity=fact_count(facts, "quantity") or 1,
        start=day(product, "startDate", zone),
        end=day(product, "terminationDate", zone),
        minimum_term=duration(term),
        minimum_term_end=fact_day(facts, "minimumTermEnd", zone) or day(node(term, "validFor"), "endDateTime", zone),
        notice_period=iso_period(fact(facts, "noticePeriod")),
        last_day_for_notice=fact_day(facts, "lastDayForNotice", zone),
        prices=prices(product, "productPrice"),
        documents=documents(product, "document", "category"),
    )


def offering(source: Node) -> Offering:
    """A `ProductOffering` with what it fits on, needs and excludes."""
    facts = characteristics(source, "productOfferingCharacteristic")
    return Offering(
        id=text(source, "id"),
        name=name_of(source),
        description=maybe_text(source, "description") or "",
        on_sale=(maybe_text(source, "lifecycleStatus") or "").strip() == "Launched",
        optional_for=_related(source, "optionalFor"),
        requires=_related(source, "requires"),
        excludes=_related(source, "excludes"),
        minimum_term=duration(first(source, "productOfferingTerm")),
        notice_period=iso_period(fact(facts, "noticePeriod")),
        feasibility_check=(fact(facts, "feasibilityCheck") or "").lower() == "true",
        quantity_unit=fact(facts, "quantityUnit"),
        prices=prices(source, "productOfferingPrice"),
        documents=documents(source, "attachment", "attachmentType"),
    )


def _customer(product: Node) -> str:
    for party in nodes(product, "relatedParty"):
        if maybe_text(party, "role") == "customer":
            return text(party, "id")
    return ""


def _related(source: Node, kind: str) -> tuple[OfferingRef, ...]:
    return tuple(
        OfferingRef(text(entry, "id"), maybe_text(entry, "name") or "")
        for entry in nodes(source, "productOfferingRelationship")
        if entry.get("relationshipType") == kind
    )
