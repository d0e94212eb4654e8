"""Notices become messages: one alone is told whole, several in a line each; then come their files, a message each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from telegram.error import TelegramError

from bot.chat.doors import StopNotices, Subscribed
from bot.chat.feature import Router, Telling
from bot.chat.insist import Undeliverable
from bot.chat.papers import InvoicePapers
from bot.chat.screen import BLANK, Button, Screen
from bot.chat.sender import Place, Screens, fate_of, texts_for
from bot.chat.text import Texts, say
from notifications.reasons import Reason
from notifications.sender import Delivery, Fate
from portal.errors import PortalError
from portal.models import DocumentKind
from services.errors import Refusal
from services.subscriptions import EventKind, Wish, from_json
from storage.connections import Connection, Connections
from storage.notices import Notice
from storage.people import People

MOST_BUTTONS = 6  # in a message that tells several
MOST_FILES = 10  # of several invoices at once: the others are a tap away

Facts = Mapping[str, object]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Told:
    """A batch as it is told: by whose right, and how."""

    batch: Sequence[Notice]
    by: Connection
    wish: Wish

    def facts(self, notice: Notice) -> Facts:
        """What the words need beside what happened."""
        hidden = self.wish.amounts_hidden
        return {**notice.facts, "kind": notice.kind, "account": self.by.tag, "amounts_hidden": hidden}

    def files(self) -> list[tuple[str, DocumentKind]]:
        """Which files follow, always in the same order. Where amounts are hidden there are none: they show them."""
        wanted = (
            (DocumentKind.INVOICE, "has_pdf", self.wish.with_pdf),
            (DocumentKind.E_INVOICE, "has_xml", self.wish.with_xml),
        )
        return [
            (str(notice.facts["invoice"]), kind)
            for notice in self.batch
            if notice.kind == EventKind.INVOICE.value and not self.wish.amounts_hidden
            for kind, has, is_wanted in wanted
            if is_wanted and notice.facts.get(has) is True
        ][:MOST_FILES]


class NoticeSender:
    """Sends notices: the chat adapter's side of `notifications.Sender`."""

    def __init__(
        self, screens: Screens, router: Router, people: People, connections: Connections, papers: InvoicePapers
    ) -> None:
        self._screens = screens
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
            told = _Told(batch, by, from_json(first.subscription.wish))
            if first.parts_sent:
                return await self._file(told, texts)
            return await self._text(told, texts)
        except (TelegramError, Undeliverable) as error:
            return fate_of(error)

    async def _own(self, notice: Notice, texts: Texts) -> Delivery:
        """A notice with facts of its own; one about a thing that was told before edits that message."""
        telling = self._router.telling(notice.kind)
        if telling is None:
            return Delivery(Fate.DEAD, Reason.NO_WORDS)
        before = notice.facts.get("message")
        place = Place(notice.chat_id, notice.chat_id, tapped=before if isinstance(before, int) else None)
        shown = await self._screens.show(place, telling.tell(notice.facts), texts, patient=False)
        return Delivery(Fate.SENT, message_id=shown)

    async def _text(self, told: _Told, texts: Texts) -> Delivery:
        chat = told.batch[0].chat_id
        tellings = [(notice, telling) for notice in told.batch if (telling := self._router.telling(notice.kind))]
        if not tellings:
            return Delivery(Fate.DEAD, Reason.NO_WORDS)
        (notice, telling), *others = tellings
        screen = _several(told, tellings) if others else telling.tell(told.facts(notice))
        place = Place(chat, chat)
        shown = await self._screens.show(place, screen, texts, patient=False, silent=told.wish.silent)
        return Delivery(Fate.SENT, message_id=shown, more=bool(told.files()))

    async def _file(self, told: _Told, texts: Texts) -> Delivery:
        """The file after those that are out already; one that the portal has no more is passed over."""
        first, files = told.batch[0], told.files()
        if first.parts_sent > len(files):
            return Delivery(Fate.SENT)  # files are no longer wished for
        invoice, kind = files[first.parts_sent - 1]
        more = first.parts_sent < len(files)
        try:
            await self._papers.send(first.chat_id, told.by, invoice, kind, texts)
        except Refusal as refusal:
            log.warning("a file is passed over", refusal=type(refusal).__name__)
        except PortalError as error:
            return Delivery(Fate.NOT_SENT, Reason.PORTAL, detail=type(error).__name__)
        return Delivery(Fate.SENT, more=more)


def _several(told: _Told, tellings: Sequence[tuple[Notice, Telling]]) -> Screen:
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
