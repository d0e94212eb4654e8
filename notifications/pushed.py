"""What the portal pushes: signed, stored, acknowledged, and then only a hint.

An event names what changed; it makes the turn due in which the bot looks for itself, with the customer's own token. So
one that is lost costs time, one that comes twice or too late costs nothing, and none is believed more than a look. Only
a revoked grant is believed at once: it takes rights away.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from notifications.listening import Listening
from notifications.orders import OrderNews
from notifications.push import Receipt
from portal.errors import PortalError
from portal.events import BadSignature, EventKind, EventRefused, TooOld, verify
from services.watch import Watch
from storage.bill_watch import BillWatch
from storage.drift import KnownLines
from storage.pushes import Push, Pushes

AT_ONCE = 500
KEPT = timedelta(days=7)  # longer than the portal tries

log = structlog.get_logger(__name__)

_INVOICES = {EventKind.INVOICE_CREATED.value, EventKind.INVOICE_STATE.value}
_ORDERS = {EventKind.ORDER_CREATED.value, EventKind.ORDER_STATE.value}


class Pushed:
    """Takes pushed events (`notifications.push.PortalEvents`); `run_once` is called by the metronome."""

    def __init__(
        self,
        listening: Listening,
        pushes: Pushes,
        bills: BillWatch,
        orders: OrderNews,
        lines: KnownLines,
        watch: Watch,
        clock: Callable[[], datetime],
    ) -> None:
        self._listening = listening
        self._pushes = pushes
        self._bills = bills
        self._orders = orders
        self._lines = lines
        self._watch = watch
        self._clock = clock

    async def receive(self, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Verify it, then make it durable. One that is not ours costs no database."""
        now = self._clock()
        try:
            event = verify(headers, body, self._listening.secrets, now)
        except (BadSignature, TooOld) as refused:
            log.warning("a pushed event is refused", reason=str(refused))
            return Receipt.UNVERIFIED
        except EventRefused as refused:
            log.warning("a pushed event is refused", reason=str(refused))
            return Receipt.MALFORMED
        if event.kind is not EventKind.UNKNOWN:
            facts = {"customer": event.customer_id, "subject": event.subject_id}
            facts |= {"account": event.account_id or "", "grant": event.grant_id or ""}
            await self._pushes.add(event.event_id, event.kind.value, facts, now)
        return Receipt.TAKEN

    async def run_once(self) -> int:
        """Work on what was stored; whatever can't be done now is done at the next beat. Returns how many."""
        waiting = await self._pushes.waiting(AT_ONCE)
        if waiting:
            await self._revoke([push for push in waiting if push.kind == EventKind.GRANT_REVOKED.value])
            hints = [push for push in waiting if push.kind != EventKind.GRANT_REVOKED.value]
            await self._hint(hints)
            await self._pushes.done([push.id for push in hints])
        return len(waiting)

    async def purge(self) -> None:
        """Forget what the portal will not send again."""
        await self._pushes.purge(self._clock() - KEPT)

    async def _revoke(self, pushes: Sequence[Push]) -> None:
        for push in pushes:
            try:
                await self._watch.revoked(push.facts["account"], push.facts["grant"])
            except PortalError as error:  # a connection whose grant is not known: asked for again
                log.info("a revoked grant is still to be looked for", error=type(error).__name__)
                continue
            await self._pushes.done([push.id])

    async def _hint(self, pushes: Sequence[Push]) -> None:
        now = self._clock()
        if customers := _customers(pushes, _INVOICES):
            await self._bills.nudge(customers, now)
        for push in pushes:
            if push.kind in _ORDERS:
                is_new = push.kind == EventKind.ORDER_CREATED.value
                await self._orders.hint(push.facts["customer"], push.facts.get("subject", ""), is_new=is_new)
        for customer in _customers(pushes, {EventKind.DIVERSION_CHANGED.value}):
            await self._lines.nudge(customer, now)


def _customers(pushes: Sequence[Push], kinds: set[str]) -> set[str]:
    return {push.facts["customer"] for push in pushes if push.kind in kinds}
