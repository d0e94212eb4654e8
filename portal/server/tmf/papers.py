"""From rows to files: gathers a document's facts, renders it off the event loop, keeps what was rendered."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.tables import accounts, customers
from portal.server.context import Context
from portal.server.settings import Provider
from portal.server.tmf import tables as t
from portal.server.tmf.paper import contract, einvoice, invoice
from portal.server.tmf.paper.einvoice import Guideline
from portal.server.tmf.paper.facts import Address, ContractPaper, Invoice, InvoiceLine, PriceLine

E_INVOICE = "eInvoice"

# One at a time: a PDF is pure Python work, and more threads would only take turns with the event loop more often.
_press = ThreadPoolExecutor(max_workers=1, thread_name_prefix="paper")


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    sha256: str
    mime_type: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to make: of which kind, out of what."""

    kind: str
    mime_type: str
    facts: Invoice | ContractPaper


async def file_of(context: Context, document_id: str) -> File:
    """The document's bytes: as they were kept, or rendered now and kept."""
    async with context.database.reading() as connection:
        kept = await _kept(connection, document_id)
        if kept is not None:
            return kept
        wanted = await gather(connection, document_id, context.settings.provider)
    file = await render(wanted)
    try:
        async with context.database.writing() as connection:
            await keep(connection, document_id, file)
    except IntegrityError:
        pass  # somebody else asked for it at the same moment and was first; the bytes are the same
    return file


async def render(wanted: Wanted) -> File:
    content = await asyncio.get_running_loop().run_in_executor(_press, _render, wanted)
    return File(content, sha256(content).hexdigest(), wanted.mime_type)


def _render(wanted: Wanted) -> bytes:
    facts = wanted.facts
    if isinstance(facts, ContractPaper):
        return contract.render(facts)
    if wanted.kind == E_INVOICE:
        return einvoice.xml(facts, Guideline.XRECHNUNG)
    return einvoice.zugferd(invoice.render(facts), facts)


async def _kept(connection: AsyncConnection, document_id: str) -> File | None:
    files = t.document_files
    query = (
        select(files, t.documents.c.mime_type)
        .join(t.documents, t.documents.c.id == files.c.document_id)
        .where(files.c.document_id == document_id)
    )
    row = (await connection.execute(query)).first()
    return None if row is None else File(row.content, row.sha256, row.mime_type)


async def keep(connection: AsyncConnection, document_id: str, file: File) -> None:
    await connection.execute(
        insert(t.document_files).values(document_id=document_id, content=file.content, sha256=file.sha256)
    )
    await connection.execute(update(t.documents).where(t.documents.c.id == document_id).values(size=len(file.content)))


async def gather(connection: AsyncConnection, document_id: str, provider: Provider) -> Wanted:
    row = (await connection.execute(select(t.documents).where(t.documents.c.id == document_id))).one()
    return Wanted(row.kind, row.mime_type, await _facts(connection, row, provider))


async def _facts(connection: AsyncConnection, row: Row[Any], provider: Provider) -> Invoice | ContractPaper:
    if row.bill_id is not None:
        return await _invoice(connection, row.bill_id, provider)
    if row.product_id is not None:
        return await _contract(connection, row, provider)
    return await _offering(connection, row, provider)


async def _invoice(connection: AsyncConnection, bill_id: str, provider: Provider) -> Invoice:
    bill = (await connection.execute(select(t.bills).where(t.bills.c.id == bill_id))).one()
    lines = (
        await connection.execute(
            select(
                t.bill_lines,
                t.products.c.contract_number,
                t.products.c.contract_id,
                t.products.c.id.label("product"),
                t.products.c.name.label("product_name"),
                t.sites.c.name.label("site_name"),
            )
            .outerjoin(t.products, t.products.c.id == t.bill_lines.c.product_id)
            .outerjoin(t.sites, t.sites.c.id == t.products.c.site_id)
            .where(t.bill_lines.c.bill_id == bill_id)
            .order_by(t.bill_lines.c.position)
        )
    ).all()
    parents = {line.contract_id for line in lines if line.contract_id}
    query = select(t.products.c.id, t.products.c.name).where(t.products.c.id.in_(parents))
    names = {contract.id: contract.name for contract in await connection.execute(query)}
    return Invoice(
        provider=provider,
        recipient=Address(**bill.recipient),
        number=bill.number,
        is_credit_note=bill.category == "creditNote",
        billed_on=bill.billed_on,
        due_on=bill.due_on,
        period_start=bill.period_start,
        period_end=bill.period_end,
        customer_number=customer_number(bill.customer_id),
        billing_account=bill.billing_account_id,
        is_debited=bill.payment == "directDebit",
        mandate_reference=bill.mandate_reference,
        iban=bill.iban,
        recipient_mail=await _mail(connection, bill.customer_id),
        lines=tuple(_line(line, names.get(line.contract_id, line.product_name)) for line in lines),
        net=bill.net,
        tax_rate=bill.tax_rate,
        tax=bill.tax,
        gross=bill.gross,
    )


async def _mail(connection: AsyncConnection, customer_id: str) -> str | None:
    """The customer's first account: there is no mailbox of its own for e-invoices."""
    query = select(accounts.c.mail).where(accounts.c.customer_id == customer_id).order_by(accounts.c.created_at)
    return (await connection.execute(query.order_by(accounts.c.id).limit(1))).scalar_one_or_none()


def _line(row: Row[Any], contract_name: str | None) -> InvoiceLine:
    heading = (row.contract_number, contract_name, row.site_name)
    return InvoiceLine(
        group=" · ".join(part for part in heading if part) or "Allgemein",
        name=row.name,
        description=row.description,
        quantity=row.quantity,
        period_start=row.period_start,
        period_end=row.period_end,
        net=row.net,
    )


def customer_number(customer_id: str) -> str:
    return customer_id.removeprefix("cust-")


async def _contract(connection: AsyncConnection, paper: Row[Any], provider: Provider) -> ContractPaper:
    p, o, c = t.products, t.offerings, customers
    query = (
        select(
            p, o.c.name.label("offering_name"), o.c.description.label("offering_description"), o.c.features,
            t.sites.c.name.label("site_name"), c.c.name.label("customer_name"), c.c.street, c.c.postcode, c.c.city,
        )
        .join(o, o.c.id == p.c.offering_id)
        .join(c, c.c.id == p.c.customer_id)
        .outerjoin(t.sites, t.sites.c.id == p.c.site_id)
        .where(p.c.id == paper.product_id)
    )  # fmt: skip
    row = (await connection.execute(query)).one()
    priced = t.product_prices
    prices = await connection.execute(select(priced).where(priced.c.product_id == row.id).order_by(priced.c.position))
    options = await connection.execute(select(p.c.name).where(p.c.contract_id == row.id).order_by(p.c.position))
    return ContractPaper(
        provider=provider,
        kind=paper.kind,
        issued_on=paper.issued_on,
        product=row.offering_name,
        description=row.offering_description,
        features=tuple(row.features),
        prices=_prices(prices, row.quantity or 1),
        minimum_months=row.minimum_term_months,
        notice_months=row.notice_months,
        customer_number=customer_number(row.customer_id),
        recipient=Address(row.customer_name, row.street, row.postcode, row.city),
        contract_number=row.contract_number,
        site=row.site_name or "",
        start_on=row.start_on,
        phone_numbers=tuple(row.phone_numbers),
        options=tuple(option.name for option in options),
    )


def _prices(rows: Iterable[Row[Any]], quantity: int) -> tuple[PriceLine, ...]:
    return tuple(PriceLine(row.name, row.kind == "recurring", quantity, row.net) for row in rows)


async def _offering(connection: AsyncConnection, paper: Row[Any], provider: Provider) -> ContractPaper:
    row = (await connection.execute(select(t.offerings).where(t.offerings.c.id == paper.offering_id))).one()
    priced = t.offering_prices
    prices = await connection.execute(select(priced).where(priced.c.offering_id == row.id).order_by(priced.c.position))
    return ContractPaper(
        provider=provider,
        kind=paper.kind,
        issued_on=paper.issued_on,
        product=row.name,
        description=row.description,
        features=tuple(row.features),
        prices=_prices(prices, 1),
        minimum_months=row.minimum_term_months,
        notice_months=row.notice_months,
    )
