"""The invoice for machines: EN 16931 as CII XML, alone (XRechnung) or inside the PDF (ZUGFeRD).

A credit note states positive amounts: its type says which way the money goes. A price may not be negative, so what is
taken off is a negative quantity at a positive price.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from hashlib import sha256

from drafthorse.models.accounting import ApplicableTradeTax  # type: ignore[import-untyped]
from drafthorse.models.document import Document  # type: ignore[import-untyped]
from drafthorse.models.note import IncludedNote  # type: ignore[import-untyped]
from drafthorse.models.party import TaxRegistration, TradeParty  # type: ignore[import-untyped]
from drafthorse.models.payment import PaymentMeans, PaymentTerms  # type: ignore[import-untyped]
from drafthorse.models.trade import TradeSettlement  # type: ignore[import-untyped]
from drafthorse.models.tradelines import LineItem  # type: ignore[import-untyped]
from facturx import generate_from_binary  # type: ignore[import-untyped]

from portal.server.tmf.paper.facts import Invoice, InvoiceLine
from portal.server.tmf.paper.invoice import OBJECTION, payment, title

INVOICE, CREDIT_NOTE = "380", "381"
TRANSFER, DEBIT = "58", "59"
STANDARD_RATE, ONE = "S", "C62"
EXACT = Decimal("0.0001")  # of a price for one


class Guideline(Enum):
    """Which rules a file promises to follow."""

    ZUGFERD = "urn:cen.eu:en16931:2017"
    XRECHNUNG = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"


def xml(invoice: Invoice, guideline: Guideline) -> bytes:
    """The same bytes every time."""
    document = Document()
    document.context.business_parameter.id = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
    document.context.guideline_parameter.id = guideline.value
    document.header.id = invoice.number
    document.header.type_code = CREDIT_NOTE if invoice.is_credit_note else INVOICE
    document.header.issue_date_time = invoice.billed_on
    if not invoice.is_credit_note:
        note = IncludedNote()
        note.content = OBJECTION
        document.header.notes.add(note)
    _parties(document, invoice)
    for position, line in enumerate(invoice.lines, start=1):
        document.trade.items.add(_item(invoice, position, line))
    document.trade.delivery.event.occurrence = invoice.period_end - timedelta(days=1)
    _settlement(document.trade.settlement, invoice)
    return bytes(document.serialize(schema=None))


def zugferd(pdf: bytes, invoice: Invoice) -> bytes:
    """The PDF/A with the e-invoice in it; the same bytes every time."""
    made = generate_from_binary(
        pdf,
        xml(invoice, Guideline.ZUGFERD),
        flavor="factur-x",
        level="en16931",
        check_xsd=False,
        pdf_metadata={"author": invoice.provider.name, "title": title(invoice), "subject": title(invoice)},
        lang="de-DE",
        afrelationship="alternative",
        xmp_compression=False,
    )
    return _settled(bytes(made), invoice.billed_on)


def _settled(pdf: bytes, day: date) -> bytes:
    """With the invoice's day in place of the moment of making, and an id that follows from the content.

    What comes in is as long as what goes out, so that all offsets in the file still hold.
    """
    moment = datetime.combine(day, time(4), UTC)
    compact, written = (moment.strftime(form).encode() for form in ("%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S"))
    stamped = re.sub(rb"(?<=\(D\\072)[0-9]{14}(?=\\053)", compact, pdf)  # octal: how the library writes ":" and "+"
    stamped = re.sub(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?=\+00:00<)", written, stamped)
    body, trailer, rest = stamped.rpartition(b"/ID [")
    id = sha256(body).hexdigest()[:32].encode()
    return body + trailer + re.sub(rb"(?<=<)[0-9a-f]{32}(?=>)", id, rest)


def _parties(document: Document, invoice: Invoice) -> None:
    provider, agreement = invoice.provider, document.trade.agreement
    agreement.buyer_reference = invoice.customer_number
    _addressed(agreement.seller, provider.name, provider.street, provider.postcode, provider.city)
    agreement.seller.legal_organization.id = ("", provider.register)
    agreement.seller.contact.person_name = "Kundenservice"
    agreement.seller.contact.telephone.number = provider.phone
    agreement.seller.contact.email.address = provider.mail
    agreement.seller.electronic_address.uri_ID = ("EM", provider.mail)
    agreement.seller.tax_registrations.add(TaxRegistration(id=("VA", provider.vat_id)))
    buyer = invoice.recipient
    agreement.buyer.id = invoice.customer_number
    _addressed(agreement.buyer, buyer.name, buyer.street, buyer.postcode, buyer.city)
    if invoice.recipient_mail:
        agreement.buyer.electronic_address.uri_ID = ("EM", invoice.recipient_mail)


def _addressed(party: TradeParty, name: str, street: str, postcode: str, city: str) -> None:
    party.name = name
    party.address.postcode, party.address.line_one, party.address.city_name = postcode, street, city
    party.address.country_id = "DE"


def _item(invoice: Invoice, position: int, line: InvoiceLine) -> LineItem:
    net = _stated(invoice, line.net)
    quantity, price = _priced(net, line.quantity or 1)
    item = LineItem()
    item.document.line_id = str(position)
    item.product.name = line.name
    item.product.description = " · ".join(part for part in (line.group, line.description) if part)
    item.agreement.net.amount = price
    item.delivery.billed_quantity = (quantity, ONE)
    item.settlement.trade_tax.type_code = "VAT"
    item.settlement.trade_tax.category_code = STANDARD_RATE
    item.settlement.trade_tax.rate_applicable_percent = invoice.tax_rate
    item.settlement.period.start = line.period_start
    item.settlement.period.end = line.period_end - timedelta(days=1)
    item.settlement.monetary_summation.total_amount = net
    return item


def _stated(invoice: Invoice, amount: Decimal) -> Decimal:
    return -amount if invoice.is_credit_note else amount


def _priced(net: Decimal, quantity: int) -> tuple[Decimal, Decimal]:
    """Quantity and price for one, which together are exactly the amount; what can't be divided is sold as one."""
    price = (abs(net) / quantity).quantize(EXACT)
    if price * quantity != abs(net):
        quantity, price = 1, abs(net)
    return Decimal(-quantity if net < 0 else quantity), price


def _settlement(settlement: TradeSettlement, invoice: Invoice) -> None:
    net, tax, gross = (_stated(invoice, amount) for amount in (invoice.net, invoice.tax, invoice.gross))
    settlement.payment_reference = invoice.number
    settlement.currency_code = "EUR"
    _payment(settlement, invoice)
    trade_tax = ApplicableTradeTax()
    trade_tax.calculated_amount, trade_tax.basis_amount = tax, net
    trade_tax.type_code, trade_tax.category_code = "VAT", STANDARD_RATE
    trade_tax.rate_applicable_percent = invoice.tax_rate
    settlement.trade_tax.add(trade_tax)
    settlement.period.start, settlement.period.end = invoice.period_start, invoice.period_end - timedelta(days=1)
    total = settlement.monetary_summation
    total.line_total, total.charge_total, total.allowance_total = net, Decimal(0), Decimal(0)
    total.tax_basis_total, total.tax_total, total.grand_total = net, (tax, "EUR"), gross
    total.due_amount = gross


def _payment(settlement: TradeSettlement, invoice: Invoice) -> None:
    provider, means, terms = invoice.provider, PaymentMeans(), PaymentTerms()
    terms.description = payment(invoice)
    terms.due = invoice.due_on
    if invoice.is_debited and not invoice.is_credit_note:
        settlement.creditor_reference_id = provider.creditor_id
        means.type_code = DEBIT
        means.payer_account.iban = invoice.iban or ""
        terms.debit_mandate_id = invoice.mandate_reference or ""
    else:
        means.type_code = TRANSFER
        means.payee_account.iban, means.payee_account.account_name = provider.iban, provider.name
        means.payee_institution.bic = provider.bic
    settlement.payment_means.add(means)
    settlement.terms.add(terms)
