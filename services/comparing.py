"""An invoice against the one before it, read at the portal."""

import asyncio
from dataclasses import dataclass

from portal.models import Invoice
from services.invoice_changes import Changes, changes, is_notable
from services.invoices import one_before
from services.reading import Reading

OLDER = 6  # invoices among which the one before is looked for


@dataclass(frozen=True, slots=True)
class Compared:
    """An invoice, the one before it, and what differs (None: nothing exact can be said)."""

    invoice: Invoice
    before: Invoice
    changes: Changes | None

    @property
    def is_notable(self) -> bool:
        """Whether people want to know why: it differs by more than a tenth, and how can be said."""
        return self.changes is not None and bool(self.changes.top) and is_notable(self.invoice, self.before)


async def compared(reading: Reading, invoice_id: str) -> Compared | None:
    """The comparison; None when there is no invoice before it."""
    invoice = await reading.invoice(invoice_id)
    before = one_before(invoice, (await reading.invoices(dated_before=invoice.date, limit=OLDER)).items)
    if before is None:
        return None
    now, earlier = await asyncio.gather(reading.invoice_lines(invoice.id), reading.invoice_lines(before.id))
    return Compared(invoice, before, changes(now, earlier))
