"""Notices become messages: one alone is told whole, several in a line each; then come their files, a message each.

What one message does not hold is shortened there, and comes whole as a text file: the last message of the same notices.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO

import structlog
from telegram.error import TelegramError

from bot.chat.doors import StopNotices, Subscribed
from bot.chat.feature import Router, Telling
from bot.chat.insist import Undeliverable
from bot.chat.noticing import invited_row
from bot.chat.papers import InvoicePapers, Part
from bot.chat.screen import BLANK, Button, File, Screen
from bot.chat.sender import Place, Screens, fate_of, is_shortened, texts_for
from bot.chat.text import Texts, say
from notifications.reasons import Reason
from notifications.sender import Delivery, Fate
from portal.errors import PortalError
from portal.models import PaymentMethod
from services.errors import Refusal
from services.plans_clock import local_day
from services.subscriptions import EventKind, Wish, from_json, readable
from storage.connections import Connection, Connections
from storage.events import event_key
from storage.notices import Notice, Notices
from storage.people import People

MOST_BUTTONS = 6  # in a message that tells several
MOST_FILES = 10  # of several invoices at once: the others are a tap away
BY_TRANSFER = PaymentMethod.BANK_TRANSFER.value
_PAYABLE = {kind.value for kind in (EventKind.INVOICE, EventKind.DUE_SOON, EventKind.OVERDUE)}

Facts = Mapping[str, object]
_Telling = tuple[Notice, Telling]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Told:
    """A batch as it is told: by whose right, and how."""

    batch: Sequence[Notice]
    by: Connection
    wish: Wish
    now: datetime

    @property
    def is_partial(self) -> bool:
        """Whether its reader may know some sites only: the invoice before may have been about others as well."""
        return self.wish.bounds is not None and bool(self.wish.bounds.sites)

    def for_reader(self, screen: Screen) -> Screen:
        """As its reader gets it: whoever was invited has no way to the portal, so no button leads there."""
        subscription = self.batch[0].subscription
        if self.wish.bounds is None or subscription is None:
            return screen
        return replace(screen, rows=(invited_row(subscription.id),))

    def facts(self, notice: Notice) -> Facts:
        """What the words need beside what happened; what the role may not read is not there."""
        found = readable(EventKind(notice.kind), notice.facts, self.by.account.roles)
        if notice.kind == EventKind.DEADLINE.value:  # a day or two may have gone by since it was found
            left = date.fromisoformat(str(found["last_day"])) - local_day(self.now, self.wish.zone)
            found = {**found, "days": max(0, left.days)}
        return {**found, "kind": notice.kind, "account": self.by.tag, "amounts_hidden": self.wish.amounts_hidden}

    def parts(self) -> list[tuple[str, Part]]:
        """Which messages follow, always in the same order. Where amounts are hidden there are none: they show them."""
        if self.wish.amounts_hidden:
            return []
        found = [
            (str(notice.facts["invoice"]), part)
            for notice in self.batch
            if notice.kind == EventKind.INVOICE.value
            for part, is_wanted in (
                (Part.PDF, self.wish.with_pdf and notice.facts.get("has_pdf") is True),
                (Part.XML, self.wish.with_xml and notice.facts.get("has_xml") is True),
            )
            if is_wanted
        ]
        return [*found[:MOST_FILES], *self._pictures()]

    def _pictures(self) -> list[tuple[str, Part]]:
        """Of one alone: how to pay it, and what is different about it."""
        first = self.batch[0]
        if len(self.batch) > 1 or first.kind not in _PAYABLE or first.facts.get("credit_note") is True:
            return []
        invoice = str(first.facts["invoice"])
        code = [(invoice, Part.PAYMENT_CODE)] if first.facts.get("payment") == BY_TRANSFER else []
        is_compared = first.kind == EventKind.INVOICE.value and not self.is_partial
        return [*code, (invoice, Part.CHANGES)] if is_compared else code


class NoticeSender:
    """Sends notices: the chat adapter's side of `notifications.Sender`."""

    def __init__(
        self,
        screens: Screens,
        router: Router,
        people: People,
        connections: Connections,
        notices: Notices,
        papers: InvoicePapers,
        clock: Callable[[], datetime],
    ) -> None:
        self._clock = clock
        self._screens = screens
        self._notices = notices
        self._router = router
        self._people = people
        self._connections = connections
        self._papers = papers

    async def send(self, batch: Sequence[Notice]) -> Delivery:
        """One attempt at one message."""
        first = batch[0]
        texts = texts_for(await self._people.visit(first.chat_id, first.chat_id))
        try:
            if first.subscription is None:
                return await self._own(first, texts)
            by = await self._connections.get(first.subscription.connection_id)
            if by is None:
                return Delivery(Fate.DEAD, Reason.DISCONNECTED)
            told = _Told(batch, by, from_json(first.subscription.wish), self._clock())
            return await (self._file(told, texts) if first.parts_sent else self._text(told, texts))
        except (TelegramError, Undeliverable) as error:
            return fate_of(error)

    async def _own(self, notice: Notice, texts: Texts) -> Delivery:
        """A notice with facts of its own; one about a thing that was told before edits that message."""
        telling = self._router.telling(notice.kind)
        if telling is None:
            return Delivery(Fate.DEAD, Reason.NO_WORDS)
        screen = telling.tell(notice.facts)
        if notice.parts_sent:
            await self._whole(notice.chat_id, screen, texts)
            return Delivery(Fate.SENT)
        before = notice.facts.get("message")
        place = Place(notice.chat_id, notice.chat_id, tapped=before if isinstance(before, int) else None)
        shown = await self._screens.show(place, screen, texts, patient=False)
        return Delivery(Fate.SENT, message_id=shown, more=is_shortened(screen, texts))

    async def _text(self, told: _Told, texts: Texts) -> Delivery:
        tellings = self._tellings(told.batch)
        if not tellings:
            return Delivery(Fate.DEAD, Reason.NO_WORDS)
        for notice, telling in tellings:
            if notice.kind == EventKind.PAID.value:
                await self._set_right(told, notice, telling, texts)
        tellings = _rung(told, tellings)
        if not tellings:
            return Delivery(Fate.SENT)
        notice, chat = tellings[0][0], tellings[0][0].chat_id
        screen = _screen(told, tellings)
        more = bool(told.parts()) or is_shortened(screen, texts)
        if len(tellings) == 1:
            screen = await self._explained(told, notice, screen)
        place, screen = Place(chat, chat), told.for_reader(screen)
        shown = await self._screens.show(place, screen, texts, patient=False, silent=told.wish.silent)
        return Delivery(Fate.SENT, message_id=shown, more=more)

    def _tellings(self, batch: Sequence[Notice]) -> list[_Telling]:
        return [(notice, telling) for notice in batch if (telling := self._router.telling(notice.kind))]

    async def _explained(self, told: _Told, notice: Notice, screen: Screen) -> Screen:
        """A new invoice alone that is much higher or lower also says why, in a few lines for which there is room."""
        if notice.kind != EventKind.INVOICE.value or told.wish.amounts_hidden or told.is_partial:
            return screen
        why = await self._papers.difference(told.by, str(notice.facts["invoice"]))
        return replace(screen, lines=(*screen.lines, BLANK, *why)) if why else screen

    async def _set_right(self, told: _Told, notice: Notice, telling: Telling, texts: Texts) -> None:
        """The message that told of the invoice says from now on that it is paid."""
        key = event_key(EventKind.INVOICE.value, told.by.account.customer_id, str(notice.facts["invoice"]))
        message = await self._notices.message_of(key, notice.chat_id, notice.topic_id)
        if message is None:
            return
        place = Place(notice.chat_id, notice.chat_id, tapped=message)
        try:
            await self._screens.edit(place, told.for_reader(telling.tell(told.facts(notice))), texts)
        except (TelegramError, Undeliverable) as error:  # it was told, and the card says how it stands
            log.info("a notice is not set right", error=type(error).__name__)

    async def _file(self, told: _Told, texts: Texts) -> Delivery:
        """The part after those that are out already; what there is not (any more) is passed over."""
        first, parts = told.batch[0], told.parts()
        tellings = _rung(told, self._tellings(told.batch)) if first.parts_sent >= len(parts) else []
        whole = _screen(told, tellings) if tellings else None
        is_long = whole is not None and is_shortened(whole, texts)
        if first.parts_sent > len(parts):
            if whole is not None and is_long and first.parts_sent == len(parts) + 1:  # else no longer wished for
                await self._whole(first.chat_id, whole, texts)
            return Delivery(Fate.SENT)
        invoice, part = parts[first.parts_sent - 1]
        more = first.parts_sent < len(parts) or is_long
        try:
            await self._papers.send(first.chat_id, told.by, invoice, part, texts)
        except Refusal as refusal:
            log.info("a part is passed over", part=part.name, refusal=type(refusal).__name__)
        except PortalError as error:
            return Delivery(Fate.NOT_SENT, Reason.PORTAL, detail=type(error).__name__)
        return Delivery(Fate.SENT, more=more)

    async def _whole(self, chat_id: int, screen: Screen, texts: Texts) -> None:
        """All of what one message did not hold, as a text file."""
        lines = "\n".join(texts.bare(line) for line in screen.lines)
        content = BytesIO(
            lines.encode("utf-8-sig")
        )  # the mark at its beginning keeps phones from guessing umlauts wrong
        file = File(texts.written(say("noticed-whole-name")), content, say("noticed-whole"))
        await self._screens.send_file(Place(chat_id, chat_id), file, texts, patient=False)


def _rung(told: _Told, tellings: Sequence[_Telling]) -> list[_Telling]:
    """Without those that only set an earlier message right."""
    is_paid_told = EventKind.PAID in told.wish.kinds
    return [pair for pair in tellings if is_paid_told or pair[0].kind != EventKind.PAID.value]


def _screen(told: _Told, tellings: Sequence[_Telling]) -> Screen:
    """One alone is told whole, several in a line each."""
    (notice, telling), *others = tellings
    return _several(told, tellings) if others else telling.tell(told.facts(notice))


def _several(told: _Told, tellings: Sequence[_Telling]) -> Screen:
    """A line each, and the buttons of the first ones."""
    briefs = [telling.brief(told.facts(notice)) for notice, telling in tellings if telling.brief]
    presses = {brief.button.press: brief.button for brief in briefs if brief.button}
    buttons: list[Button] = list(presses.values())[:MOST_BUTTONS]
    rows = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    account = told.by.tag
    last = (
        Button(say("noticed-button-settings"), Subscribed(account)),
        Button(say("noticed-button-stop"), StopNotices(account)),
    )
    lines = (say("noticed-several", count=len(briefs)), BLANK, *(brief.line for brief in briefs))
    return Screen(lines, (*rows, last), stays=True)
