"""The facts of events (`notifications.detect` says what they are), and what a filter needs to know of an invoice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from notifications.asking import CONTRACTS, INVOICES, Asking, NobodyMayAsk
from portal.client import PortalReads
from portal.models import AccessToken, Contract, DocumentKind, Invoice, Money
from services.contracts import site_key
from services.invoices import paper, to_pay
from services.subscriptions import Wish
from storage.connections import Connection

MOST_LOOKED_INTO = 50

Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class About:
    """What a filter looks at; None where nobody filters by it."""

    contracts: frozenset[str] | None = None
    sites: frozenset[str] | None = None
    cost_centres: frozenset[str] | None = None

    def facts(self) -> Facts:
        """As they stand with an event."""
        return {
            "contracts": _sorted(self.contracts),
            "sites": _sorted(self.sites),
            "cost_centres": _sorted(self.cost_centres),
        }


def are_filtered(wishes: Iterable[Wish]) -> bool:
    """Whether somebody filters by what an invoice is about."""
    return any(wish.filters.contracts or wish.filters.sites or wish.filters.cost_centres for wish in wishes)


def about_contract(contract: Contract) -> About:
    """What a contract is about."""
    centres = frozenset([contract.cost_centre] if contract.cost_centre else [])
    return About(frozenset([contract.id]), frozenset([site_key(contract)]), centres)


async def about_invoice(
    portal: PortalReads, token: AccessToken, invoice_id: str, contracts: Mapping[str, Contract]
) -> About:
    """What the lines of an invoice are about; `contracts` are the customer's."""
    products = {line.contract_id for line in await portal.invoice_lines(token, invoice_id) if line.contract_id}
    others = products - contracts.keys()
    options = await portal.billed_products(token, others) if others else {}
    ids = (products & contracts.keys()) | {options[key].contract_id for key in others & options.keys()}
    known = [about_contract(contracts[key]) for key in ids if key in contracts]
    return About(
        frozenset(ids),
        frozenset().union(*(one.sites or () for one in known)),
        frozenset().union(*(one.cost_centres or () for one in known)),
    )


async def looked_into(
    asking: Asking, portal: PortalReads, readers: Sequence[Connection], invoice_ids: Sequence[str], zone: ZoneInfo
) -> dict[str, About]:
    """What invoices are about, for filters. Of very many only the latest are looked into; the others pass."""

    async def contracts(token: AccessToken) -> dict[str, Contract]:
        return {contract.id: contract for contract in await portal.contracts(token, zone=zone)}

    async def about(token: AccessToken) -> dict[str, About]:
        return {key: await about_invoice(portal, token, key, known) for key in invoice_ids[-MOST_LOOKED_INTO:]}

    try:
        known = await asking.ask(readers, CONTRACTS, contracts)
        return await asking.ask(readers, INVOICES, about)
    except NobodyMayAsk:
        return {}


def invoice_facts(invoice: Invoice, zone: ZoneInfo, about: About) -> Facts:
    """What every kind about an invoice has."""
    left = to_pay(invoice)
    return {
        "invoice": invoice.id,
        "number": invoice.number,
        "credit_note": invoice.credit_note,
        "state": invoice.state.value,
        "payment": invoice.payment.value,
        "date": invoice.date.isoformat(),
        "due": invoice.due.isoformat() if invoice.due else None,
        "period_start": invoice.period.start.isoformat() if invoice.period else None,
        "period_last": invoice.period.last_day.isoformat() if invoice.period else None,
        "total": str(invoice.total.amount),
        "net": str(invoice.net.amount) if invoice.net else None,
        "to_pay": str(left.amount),
        "currency": invoice.total.currency,
        "billing_account": invoice.account_id,
        "billing_account_name": invoice.account_name,
        "has_pdf": paper(invoice, DocumentKind.INVOICE) is not None,
        "has_xml": paper(invoice, DocumentKind.E_INVOICE) is not None,
        "zone": zone.key,
        **about.facts(),
    }


def unusual_facts(invoice: Invoice, usual: Money) -> Facts:
    """How far above the usual it is."""
    more = invoice.total.amount - usual.amount
    percent = int(more * 100 / usual.amount) if usual.amount > 0 else 0
    return {"usual": str(usual.amount), "more": str(more), "percent": percent}


def contract_facts(contract: Contract, zone: ZoneInfo) -> Facts:
    """What every kind about a contract has."""
    return {
        "contract": contract.id,
        "number": contract.number,
        "name": contract.name,
        "site": contract.site.name if contract.site else "",
        "zone": zone.key,
        **about_contract(contract).facts(),
    }


def _sorted(values: frozenset[str] | None) -> list[str] | None:
    return None if values is None else sorted(values)
