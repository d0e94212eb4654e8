"""The read half of the portal for one connection: what handlers see. Tokens and their renewal stay behind it."""

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from zoneinfo import ZoneInfo

from portal.client import PortalReads
from portal.documents import File
from portal.errors import NotAllowed, NotFound
from portal.models import AccessToken, BilledProduct, Contract, Document, Invoice, InvoiceLine, Offering, Option, Page
from services.errors import Gone, NotEntitled
from services.sessions import Sessions
from storage.connections import Connection


class Reading:
    """Reads for one connection. Raises refusals for what a customer can cause, portal errors for outages."""

    def __init__(self, sessions: Sessions, portal: PortalReads, connection: Connection) -> None:
        self._sessions = sessions
        self._portal = portal
        self._connection = connection
        self.zone = ZoneInfo(connection.account.zone)

    async def contracts(self) -> tuple[Contract, ...]:
        """All contracts of the customer as a list needs them: without start, prices and documents."""
        return await self._sessions.call(self._connection, lambda t: self._portal.contracts(t, zone=self.zone))

    async def contract(self, contract_id: str) -> Contract:
        """One contract, complete, or Gone."""
        with _refusing():
            return await self._sessions.call(
                self._connection, lambda t: self._portal.contract(t, contract_id, zone=self.zone)
            )

    async def options(self, contract_id: str) -> tuple[Option, ...]:
        """What is booked on a contract."""
        with _refusing():
            return await self._sessions.call(
                self._connection, lambda t: self._portal.options(t, contract_id, zone=self.zone)
            )

    async def offerings(self, contract: Contract) -> tuple[Offering, ...]:
        """What can be booked on contracts of this kind."""
        return await self._sessions.call(self._connection, lambda t: self._portal.offerings(t, contract.offering_id))

    async def invoices(
        self,
        *,
        offset: int = 0,
        limit: int = 10,
        number: str | None = None,
        states: tuple[str, ...] = (),
        dated_from: dt.date | None = None,
        dated_before: dt.date | None = None,
    ) -> Page[Invoice]:
        """One page of invoices, newest first."""
        with _refusing():
            return await self._sessions.call(
                self._connection,
                lambda t: self._portal.invoices(
                    t,
                    offset=offset,
                    limit=limit,
                    number=number,
                    states=states,
                    dated_from=dated_from,
                    dated_before=dated_before,
                    zone=self.zone,
                ),
            )

    async def invoice(self, invoice_id: str) -> Invoice:
        """One invoice, or Gone."""
        with _refusing():
            return await self._sessions.call(
                self._connection, lambda t: self._portal.invoice(t, invoice_id, zone=self.zone)
            )

    async def invoice_lines(self, invoice_id: str) -> tuple[InvoiceLine, ...]:
        """The lines of an invoice."""
        with _refusing():
            return await self._sessions.call(
                self._connection, lambda t: self._portal.invoice_lines(t, invoice_id, zone=self.zone)
            )

    async def billed_products(self, lines: Sequence[InvoiceLine]) -> dict[str, BilledProduct]:
        """What the lines of an invoice are about, by id; nothing for whoever may see invoices and no contracts."""
        ids = {line.contract_id for line in lines if line.contract_id}
        try:
            return await self._sessions.call(self._connection, lambda t: self._portal.billed_products(t, ids))
        except (NotAllowed, NotFound):
            return {}

    @asynccontextmanager
    async def document(self, document: Document) -> AsyncIterator[File]:
        """A complete file, open for as long as the block lasts."""
        async with AsyncExitStack() as stack:

            async def opened(token: AccessToken) -> File:
                return await stack.enter_async_context(self._portal.document(token, document))

            with _refusing():
                file = await self._sessions.call(self._connection, opened)
            yield file


class _refusing:  # reads as a verb at its call sites
    """Turn what a customer can cause into refusals."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, NotFound):
            raise Gone from None
        if isinstance(error, NotAllowed):
            raise NotEntitled from None
