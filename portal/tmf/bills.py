"""TMF678 customer bills: invoices and their lines."""

from zoneinfo import ZoneInfo

from portal.answers import Node, day, maybe_text, moment, money, node, one_of, span, text
from portal.errors import BadAnswer
from portal.models import Debit, Invoice, InvoiceLine, InvoiceState, PaymentMethod, Transfer
from portal.tmf.pieces import documents, taxes

_INVOICE_STATES = {
    "new": InvoiceState.PREPARING,
    "onHold": InvoiceState.PREPARING,
    "validated": InvoiceState.PREPARING,
    "partiallyPaid": InvoiceState.PARTLY_PAID,
    "settled": InvoiceState.PAID,
}


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
        taxes=taxes(bill, "taxItem"),
        documents=documents(bill, "billDocument", "attachmentType"),
        updated=moment(bill, "lastUpdate"),
        means=None if credit_note else _means(method, payment, zone),
    )


def _means(method: Node, payment: PaymentMethod, zone: ZoneInfo) -> Transfer | Debit | None:
    """The extension of `paymentMethod` (docs/portal.md): what is not complete is not there."""
    if payment is PaymentMethod.DIRECT_DEBIT:
        debited = day(method, "debitDate", zone)
        mandate, creditor = maybe_text(method, "mandateReference"), maybe_text(method, "creditorId")
        return Debit(debited, mandate, creditor) if debited else None
    if payment is PaymentMethod.BANK_TRANSFER and maybe_text(method, "accountNumberType") == "IBAN":
        iban, name, reference = (maybe_text(method, key) for key in ("accountNumber", "owner", "paymentReference"))
        return Transfer(iban, maybe_text(method, "BIC"), name, reference) if iban and name and reference else None
    return None


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
        taxes=taxes(rate, "appliedTax"),
    )
