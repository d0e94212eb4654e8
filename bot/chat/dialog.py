"""Conversation: load -> route -> step -> show -> save.

One turn of one person in one chat. The dialog row is saved by compare-and-set together with the update's `done`; an
open question expires, is left by any command, and survives a restart; a step that a deploy removed is answered with the
menu.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog
from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.chat.buttons import ACT, BadPayload, Look, build, has_fields, resolved, unpack
from bot.chat.context import Ctx, Heard, House, Services
from bot.chat.excuse import Excuses
from bot.chat.feature import ANYBODY, Feature, Router, Step
from bot.chat.guard import Attempt, Doorway, Verdict, apology, guarded
from bot.chat.hands import Hands, deleted
from bot.chat.incoming import Incoming, Kind, callback_of, understand
from bot.chat.insist import Undeliverable
from bot.chat.navigation import Go, menu_row
from bot.chat.screen import Ask, Elsewhere, Outcome, Screen, Stay
from bot.chat.sender import Place, Screens, texts_for
from bot.chat.text import Say, Texts, say
from bot.chat.turns import Postponed
from portal.budget import within
from portal.errors import PortalError
from services.connecting import link_code, link_codes
from services.errors import ButtonSpent, TapTooOld
from services.preferences import language_of
from storage.buttons import Buttons
from storage.dialogs import Dialog, DialogChange
from storage.engine import DatabaseUnavailable
from storage.inbox import Inbox, Row
from storage.people import People, Visit

QUESTION_LIFE = timedelta(minutes=30)
TAP_LIFE = timedelta(minutes=5)
BUDGET = 2.6  # seconds that all portal calls of one turn have together, so that an answer comes within three
POPUP_AFTER = 0.7  # seconds that a tap with a popup may wait unanswered
BUSY_AFTER = 0.3  # seconds until the chat shows that something is being done
BURN_PAUSE = 5.0  # seconds until a link seen in a group is burned anew, when the portal was away
BURN_PATIENCE = timedelta(hours=24)  # no link lives longer
BREATHER, LONGEST_PAUSE = timedelta(seconds=4), timedelta(minutes=1)  # before an update is taken up again
LONGEST_WISH = 200  # of what was written, when a button says it again
HOPS = 3  # Elsewhere can lead on, but not in circles
BERLIN = ZoneInfo("Europe/Berlin")

_NOBODYS = Feature("nobodys")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a conversation works with."""

    bot: Bot
    router: Router
    people: People
    buttons: Buttons
    inbox: Inbox
    screens: Screens
    services: Services
    house: House
    doorway: Doorway
    clock: Callable[[], datetime]
    excuse: Excuses


class Conversation:
    """Answers updates."""

    def __init__(self, tools: Tools, budget: float = BUDGET) -> None:
        self._t = tools
        self._budget = budget
        self._waiting: set[int] = set()  # taps in a queue that nobody answered yet
        self._greeted: set[int] = set()  # taps that were answered while they waited

    def greet(self, row: Row) -> None:
        """Answer a tap that has to wait, so that its button does not look dead.

        One that will be answered by a popup (a key) gets a moment: the turn before it is nearly over, as a rule.
        """
        query_id, data = callback_of(row.body) or ("", "")
        if not query_id:
            self._t.screens.beside(self._hide(row), "delete while it waits")
            return
        feature, _, rest = data.partition(":")
        tap = self._t.router.tap(feature, rest.partition(":")[0])
        if tap is not None and tap.payload.pops:
            asyncio.get_running_loop().call_later(POPUP_AFTER, self._greet, row.update_id, query_id)
            self._waiting.add(row.update_id)
        else:
            self._waiting.add(row.update_id)
            self._greet(row.update_id, query_id)

    def _greet(self, update_id: int, query_id: str) -> None:
        if update_id in self._waiting:
            self._waiting.discard(update_id)
            self._greeted.add(update_id)
            self._t.screens.beside(self._t.bot.answer_callback_query(query_id), "early answer")

    async def _hide(self, row: Row) -> None:
        """A secret that was typed while a turn runs (the portal may be slow) does not stay readable until its own."""
        incoming = self._understood(row)
        step = self._open_step((await self._t.people.visit(row.person_id, row.chat_id)).dialog)
        if incoming.kind is Kind.TEXT and step is not None and step.secret:
            await deleted(self._t.bot, incoming.chat_id, incoming.message_id)

    async def turn(self, row: Row) -> None:
        """One update, from the inbox to `done`. An outage of Telegram gives the row back."""
        self._waiting.discard(row.update_id)
        greeted = row.update_id in self._greeted
        self._greeted.discard(row.update_id)
        incoming = self._understood(row)
        try:
            change = await self._turn(row, incoming, greeted)
        except Undeliverable as error:
            raise Postponed(timedelta(seconds=error.pause)) from None
        except DatabaseUnavailable as error:
            log.error("the database does not serve", error=str(error))
            await self._t.excuse(row.body)
            raise Postponed(BREATHER) from None
        except Forbidden:
            if incoming.kind is not Kind.GROUP:
                await self._t.services.preferences.blocked(row.person_id, self._t.clock())
            change = None
        except BadRequest as error:
            log.error("telegram refused an answer", reason=error.message)
            change = None
        except TelegramError as error:
            log.warning("answer not known to have arrived", error=type(error).__name__)
            age = self._t.clock() - row.received_at  # the older, the longer: what may have arrived repeats seldom
            raise Postponed(min(LONGEST_PAUSE, max(BREATHER, age))) from None
        try:
            is_done = await self._t.inbox.finish(row, change)
        except DatabaseUnavailable:
            raise Postponed(BREATHER) from None  # answered already: no excuse, an answer may repeat
        if not is_done:
            log.info("not mine any more", update=row.update_id)

    def _understood(self, row: Row) -> Incoming:
        """An update that can't be read is no crash: Telegram grows, and some of it is new to us."""
        try:
            return understand(row.body, self._t.bot)
        except Exception as error:
            log.warning("unreadable update", update=row.update_id, error=type(error).__name__)
            return Incoming(Kind.IGNORED, row.update_id, row.person_id, row.chat_id)

    async def bury(self, row: Row) -> None:
        """Apologise for an update that crashed the bot three times, and let it go."""
        texts = texts_for(await self._t.people.visit(row.person_id, row.chat_id))
        reference = row.id.hex[:8]
        log.error("dead letter", reference=reference, update=row.update_id)
        try:
            await self._t.screens.show(Place(row.person_id, row.chat_id), apology(reference), texts)
        except Undeliverable:
            return  # the letter is handed out again
        except TelegramError as error:
            log.warning("apology not delivered", error=type(error).__name__)
        await self._t.inbox.bury(row)

    async def _turn(self, row: Row, incoming: Incoming, greeted: bool) -> DialogChange | None:
        match incoming.kind:
            case Kind.IGNORED:
                return None
            case Kind.BLOCKED | Kind.UNBLOCKED:
                preferences, now = self._t.services.preferences, self._t.clock()
                did = preferences.blocked if incoming.kind is Kind.BLOCKED else preferences.back
                await did(incoming.person_id, now)
                return None
            case Kind.GROUP:
                await self._in_a_group(row, incoming)
                return None
        visit = await self._t.people.visit(incoming.person_id, incoming.chat_id)
        await self._t.services.preferences.heard_from(visit.person, incoming.language, self._t.clock())
        return await self._answer(row, incoming, visit, greeted)

    async def _answer(self, row: Row, incoming: Incoming, visit: Visit, greeted: bool) -> DialogChange | None:
        texts = texts_for(visit, incoming.language)
        hands = Hands(self._t.bot, self._t.screens, incoming, texts, answered=greeted)
        ctx = self._context(incoming, visit, hands)
        busy = asyncio.get_running_loop().call_later(BUSY_AFTER, self._show_busy, incoming, hands)
        try:
            with within(self._budget):
                ctx, verdict = await self._verdict(ctx, row, incoming, visit.dialog)
            return await self._show(ctx, incoming, visit.dialog, verdict)
        finally:
            busy.cancel()
            await hands.finish()

    async def _verdict(self, ctx: Ctx, row: Row, incoming: Incoming, dialog: Dialog) -> tuple[Ctx, Verdict]:
        attempt = await self._attempt(ctx, row, incoming, dialog)
        verdict = await guarded(ctx, attempt, self._t.doorway)
        for _ in range(HOPS):
            if not isinstance(verdict.outcome, Elsewhere):
                break
            ctx = await self._revisited(ctx)
            attempt = self._by_command(ctx, dialog, verdict.outcome.command)
            verdict = await guarded(ctx, attempt, self._t.doorway)
        return ctx, verdict

    async def _attempt(self, ctx: Ctx, row: Row, incoming: Incoming, dialog: Dialog) -> Attempt:
        match incoming.kind:
            case Kind.TAP:
                return await self._by_tap(ctx, row, incoming, dialog)
            case Kind.COMMAND:
                return self._by_command(ctx, dialog, incoming.command, incoming.args)
            case Kind.FORWARDED:
                return self._hint(ctx, dialog, say("hint-forwarded"))
            case Kind.OTHER:
                return self._hint(ctx, dialog, say("hint-only-text"))
        return self._by_text(ctx, incoming, dialog)

    def _by_command(self, ctx: Ctx, dialog: Dialog, wish: str, args: str = "") -> Attempt:
        name, _, rest = wish.partition(" ")
        command = self._t.router.command(name)
        if command is None:  # "/rechnung märz" means what "rechnung märz" does
            return self._by_words(ctx, dialog, f"{name} {args or rest}", say("hint-unknown-command"))
        ctx.heard = replace(ctx.heard, args=args or rest)
        retry = f"{command.german} {ctx.heard.args}".strip()
        return Attempt(self._t.router.owner(command), command.needs, partial(command.entry, ctx), retry=retry)

    def _by_text(self, ctx: Ctx, incoming: Incoming, dialog: Dialog) -> Attempt:
        text = incoming.text or ""
        step = self._open_step(dialog)
        if link_code(text) is not None:
            return self._by_command(ctx, dialog, "start", text)
        if step is not None:
            ctx.state = dict(dialog.state)
            owner, about = self._t.router.owner(step), _account_in(dialog.state.get("account"))
            return Attempt(owner, step.needs, partial(step.answer, ctx), step=step.name, account=about)
        if dialog.step is not None:
            return self._hint(ctx, dialog, say("hint-question-over"))
        return self._by_words(ctx, dialog, text, say("hint-use-menu"))

    def _by_words(self, ctx: Ctx, dialog: Dialog, text: str, otherwise: Say) -> Attempt:
        words = self._t.router.words(text)
        if words is None:
            return self._hint(ctx, dialog, otherwise)
        ctx.heard = replace(ctx.heard, text=text)
        owner = self._t.router.owner(words)
        retry = f"{owner.commands[0].german} {text[:LONGEST_WISH]}" if owner.commands else None
        return Attempt(owner, words.needs, partial(words.entry, ctx), retry=retry)

    async def _by_tap(self, ctx: Ctx, row: Row, incoming: Incoming, dialog: Dialog) -> Attempt:
        if self._t.clock() - row.received_at > TAP_LIFE:
            return self._hint(ctx, dialog, say(TapTooOld().key), fresh=True)
        try:
            feature, verb, words = await self._pressed(row, incoming)
            if (feature, verb) == (Go.feature, Go.verb):
                self._t.screens.beside(ctx.hands.finish(), "callback answer")
                return self._by_command(ctx, dialog, build(Go, words).command)
            tap = self._t.router.tap(feature, verb)
            if tap is None or tap.payload.acts != incoming.pressed.startswith(ACT):
                raise BadPayload(verb)  # whoever writes callback data by hand gets past no single use and no binding
            payload = build(tap.payload, words)
        except BadPayload:
            log.info("button of nobody")
            return Attempt(_NOBODYS, ANYBODY, partial(self._spent, ctx))
        if not tap.payload.pops:
            self._t.screens.beside(ctx.hands.finish(), "callback answer")
        step = self._open_step(dialog)
        owner = self._t.router.owner(tap)
        ctx.state = dict(dialog.state) if step is not None and dialog.feature == owner.name else {}
        asked = dialog.step if ctx.state else None
        about = _account_in(getattr(payload, "account", None))
        look = None if payload.acts or payload.pops else payload
        return Attempt(owner, tap.needs, partial(tap.press, ctx, payload), step=asked, account=about, look=look)

    async def _pressed(self, row: Row, incoming: Incoming) -> tuple[str, str, list[object]]:
        if not incoming.pressed.startswith(ACT):
            feature, verb, words = unpack(incoming.pressed)
            kind = self._looking(feature, verb)
            if kind is None or not has_fields(kind, words):
                raise BadPayload(verb)  # before anything is looked up for it
            return feature, verb, await resolved(words, self._t.buttons)
        place = (incoming.person_id, incoming.chat_id, incoming.message_id)
        found = await self._t.buttons.press(incoming.pressed[1:], *place, row.update_id, self._t.clock())
        if found is None:
            raise BadPayload("spent")
        return str(found[0]), str(found[1]), found[2:]

    def _looking(self, feature: str, verb: str) -> type[Look] | None:
        """What a stateless button of this verb carries; None when there is none."""
        if (feature, verb) == (Go.feature, Go.verb):
            return Go
        tap = self._t.router.tap(feature, verb)
        return None if tap is None or tap.payload.acts else tap.payload

    def _open_step(self, dialog: Dialog) -> Step | None:
        if dialog.expires_at is None or dialog.expires_at < self._t.clock():
            return None
        return self._t.router.step(dialog.feature, dialog.step)

    def _hint(self, ctx: Ctx, dialog: Dialog, text: Say, *, fresh: bool = False) -> Attempt:
        """A word about something that leads nowhere; an open question stays open."""
        shown = Screen((text,), (menu_row(),), fresh)
        step = self._open_step(dialog)
        owner = _NOBODYS if step is None else self._t.router.owner(step)

        async def hint() -> Outcome:
            return shown if step is None else Ask(shown, step.name, dict(dialog.state))

        return Attempt(owner, ANYBODY, hint)

    async def _spent(self, ctx: Ctx) -> Outcome:
        """A button that is used up, too old or not theirs: said in a popup, what is on the screen stays."""
        await ctx.hands.popup(say(ButtonSpent().key), alert=True)
        return Stay()

    async def _show(self, ctx: Ctx, incoming: Incoming, dialog: Dialog, verdict: Verdict) -> DialogChange | None:
        outcome = verdict.outcome
        if not isinstance(outcome, Ask | Screen):
            return None
        shown = outcome.screen if isinstance(outcome, Ask) else outcome
        after = Dialog(dialog.person_id, dialog.chat_id, dialog.version, screen_id=dialog.screen_id)
        if shown is not None:
            place = Place(incoming.person_id, incoming.chat_id, incoming.tapped, dialog.screen_id)
            screen_id = await self._t.screens.show(place, shown, Texts(ctx.language, ctx.zone))
            after = replace(after, screen_id=None if shown.stays else screen_id)
            if shown.action is not None:
                await self._t.services.acting.shown(shown.action, screen_id)
        if isinstance(outcome, Ask):
            expires = self._t.clock() + QUESTION_LIFE
            after = replace(after, feature=verdict.feature, step=outcome.step, state=outcome.state, expires_at=expires)
        return None if after == dialog else DialogChange(after, dialog.version)

    def _context(self, incoming: Incoming, visit: Visit, hands: Hands) -> Ctx:
        heard = Heard(
            incoming.update_id,
            incoming.person_id,
            incoming.person_name,
            incoming.chat_id,
            incoming.language,
            incoming.text,
            incoming.args,
        )
        language = language_of(visit.person, incoming.language)
        return Ctx(heard, visit, self._t.services, self._t.house, hands, language, self._t.clock)

    async def _revisited(self, ctx: Ctx) -> Ctx:
        """The same turn after something changed who the person is (a new connection)."""
        visit = await self._t.people.visit(ctx.heard.person_id, ctx.heard.chat_id)
        heard = replace(ctx.heard, text=None, args="")
        language = language_of(visit.person, ctx.heard.language_code)
        return Ctx(heard, visit, ctx.services, ctx.house, ctx.hands, language, ctx.clock)

    def _show_busy(self, incoming: Incoming, hands: Hands) -> None:
        self._t.screens.typing(incoming.chat_id)
        if not hands.answered:
            self._t.screens.beside(hands.finish(), "callback answer")

    async def _in_a_group(self, row: Row, incoming: Incoming) -> None:
        """Part of a secret seen by others is worthless from that moment: the link is burned and the message removed."""
        codes = link_codes(incoming.text or "")
        if not codes:
            return
        hands = Hands(self._t.bot, self._t.screens, incoming, Texts("de", BERLIN), answered=True)
        hands.delete_typed()
        try:
            for code in codes:
                if not await self._t.services.inviting.burn(code):
                    await self._t.services.connecting.burn(code)
        except PortalError as error:
            log.warning("a link seen in a group is not burned yet", error=type(error).__name__)
            if self._t.clock() - row.received_at < BURN_PATIENCE:
                raise Undeliverable(BURN_PAUSE) from None
            return
        shown = Screen((say("hint-link-in-group"),))
        await self._t.screens.show(
            Place(incoming.person_id, incoming.chat_id), shown, Texts(incoming.language or "de", BERLIN)
        )


def _account_in(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
