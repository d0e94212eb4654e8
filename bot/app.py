"""The composition root: settings in, a running application out. Owns the order of start and stop.

Start: the web (so that one can ask how the start goes), database and schema, Telegram's getMe, then the loops, the way
in last. Stop: the way in first (web or polling), then the turns that run (a few seconds at most), what did not end goes
back into the inbox, connections close last.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]
from telegram.error import InvalidToken, TelegramError

from bot.address import address, show
from bot.chat.commands import publish
from bot.chat.context import House, Services
from bot.chat.dialog import BUDGET, Conversation, Tools
from bot.chat.excuse import Excuses
from bot.chat.feature import Feature, Router
from bot.chat.guard import Doorway
from bot.chat.polling import Polling
from bot.chat.sender import Screens
from bot.chat.transport import TelegramBot, TelegramRequest, base_file_url, base_url
from bot.chat.turns import Postponed, Turns
from bot.chat.webhook import Webhook, WebhookSecret
from bot.detection import Detection
from bot.health import Health
from bot.metrics import Metrics
from bot.outgoing import Outgoing, Speech
from bot.settings import Policy, Settings, TelegramMode
from handlers import DOORWAY, FEATURES
from portal.calls import PortalAccess
from portal.client import Portal
from portal.wire import Wire
from services.actions import Acting
from services.bookings import BOOK, CANCEL_OPTION, CANCEL_ORDER, RESIZE, Bookings, Ordering
from services.changes import Kind, Outcomes
from services.connecting import Connecting
from services.declining import Declining
from services.diverting import APPROVE, BULK, DIVERT, Diverting
from services.diverting_kind import DivertingKind
from services.diverting_limits import Limits
from services.drift import Drift
from services.following import Following
from services.invited import Invited
from services.inviting import Inviting, InvitingKind
from services.pins import Pins
from services.preferences import Preferences
from services.presets import Presets
from services.schedules import Scheduling
from services.schedules_consequences import Consequences
from services.schedules_drafts import Drafts
from services.schedules_planning import Planning
from services.schedules_words import Words as ScheduleWords
from services.sessions import Sessions
from services.targets import RevokingKind, Targets
from services.watch import Watch
from storage.actions import Actions
from storage.buttons import Buttons
from storage.challenges import Challenges
from storage.chats import Chats
from storage.connections import Connections
from storage.depths import Depths
from storage.drift import KnownLines
from storage.engine import Database, DatabaseUnavailable
from storage.inbox import Inbox, Row
from storage.invitations import Invitations
from storage.leases import Leases
from storage.migrate import migrate
from storage.notices import Notices
from storage.people import People
from storage.schedules import Schedules
from storage.subscriptions import Subscriptions
from storage.vault import Vault, parse_keys

TURN_PATIENCE = 7.0  # seconds that running turns get at the end
FIRM_AFTER = timedelta(seconds=10)
BACKLOG = 1_000  # updates in hand above which no old ones are taken up
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0

log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    """The clock of the product; everything that needs the time is given one."""
    return datetime.now(UTC)


class BotTokenRefused(Exception):
    """Telegram does not know this bot token."""


class App:
    """The bot, assembled. `start()` returns when it polls; `stop()` within ten seconds."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = utc_now,
        features: Sequence[Feature] = FEATURES,
        watch_every: timedelta = timedelta(minutes=10),
        budget: float = BUDGET,
    ) -> None:
        token = settings.telegram_bot_token.reveal()
        self.settings = settings
        self.clock = clock
        self.vault = Vault(parse_keys(settings.secret_keys.reveal()))
        self.database = Database(settings.database_url.reveal())
        self.router = Router(features)
        self.metrics = Metrics()
        self.health = Health(self.database, clock)
        self.request = TelegramRequest(observer=self.metrics.telegram_call)
        self._polls = TelegramRequest(connections=4)
        self.bot = TelegramBot(
            token,
            base_url=base_url(settings.telegram_api_url),
            base_file_url=base_file_url(settings.telegram_api_url),
            request=self.request,
            get_updates_request=self._polls,
        )
        self.wire = Wire(observer=self.metrics.portal_call)
        secret = settings.portal_client_secret.reveal()
        self.portal = Portal(PortalAccess(settings.portal_url, settings.portal_client_id, secret), self.wire)
        self.connections = Connections(self.database, self.vault)
        self.people = People(self.database, self.vault, self.connections)
        self.chats = Chats(self.database)
        self.preferences = Preferences(self.people, self.chats)
        self.buttons = Buttons(self.database, self.vault)
        self.challenges = Challenges(self.database, self.vault)
        self.notices = Notices(self.database, self.vault)
        self.inbox = Inbox(self.database, self.vault, int(token.partition(":")[0]))
        self.leases = Leases(self.database)
        self.screens = Screens(self.bot, self.buttons, clock)
        self.sessions = Sessions(self.portal, self.connections, clock)
        pins = Pins(self.portal.oauth, self.challenges, clock, "connect")
        self.actions = Actions(self.database, self.vault, self.notices)
        is_strict = settings.policy is Policy.STRICT
        limits = Limits(self.actions, self.connections, clock) if is_strict else None
        kinds: list[Kind] = [Ordering(self.portal, name) for name in (BOOK, RESIZE, CANCEL_OPTION, CANCEL_ORDER)]
        kinds += [DivertingKind(self.portal, name, limits) for name in (DIVERT, BULK, APPROVE)]
        kinds.append(RevokingKind(self.portal))
        subscriptions = Subscriptions(self.database, self.vault)
        invitations = Invitations(self.database, self.vault, subscriptions)
        kinds.append(InvitingKind(invitations, self.connections, self.vault, clock))
        outcomes = Outcomes(self.actions, self.connections, kinds, Declining(subscriptions), clock)
        steps = Pins(self.portal.oauth, self.challenges, clock, "step-up")
        self.acting = Acting(self.portal, self.sessions, steps, self.actions, self.connections, outcomes, clock)
        invites = (invitations, self.connections, self.notices, self.acting, self.vault)
        self.inviting, self.invited = Inviting(*invites, clock), Invited(subscriptions, self.connections, clock)
        watched = (self.actions, self.connections, self.notices)
        self.following = Following(self.sessions, *watched, outcomes, clock)
        self.bookings = Bookings(self.portal, self.acting)
        self.diverting = Diverting(self.portal, self.sessions, self.acting, clock, limits)
        self._plan(outcomes)
        known = KnownLines(self.database, self.vault, self.connections, self.notices)
        stores = (known, self.actions, self.connections, self.notices)
        self.drift = Drift(self.portal, self.sessions, *stores, outcomes, clock)
        outcomes.after.append(self.drift.learn)
        self.connecting = Connecting(self.portal, pins, self.connections, self.notices, clock)
        self.watch = Watch(self.sessions, self.portal, self.connections, self.notices, clock, watch_every)
        speech = Speech(
            self.bot, self.screens, self.router, self.people, self.chats, self.connections, self.sessions, self.portal,
            self.watch, self.metrics,
        )  # fmt: skip
        self.outgoing = Outgoing(speech, self.database, self.vault, self.notices, clock, settings.mail)
        self.planner, self.deliverer = self.outgoing.planner, self.outgoing.deliverer
        whose = (self.sessions, self.connections, self.notices, self.actions)
        self.detection = Detection(self.database, self.vault, self.portal, *whose, self.metrics.event_found, clock)
        if settings.public_url is not None:
            self.detection.listen(settings.public_url, self.leases, known, self.watch)
        self.excuse = Excuses(self.bot)
        self.conversation = Conversation(self._tools(), budget)
        turn = self.metrics.turning(self.conversation.turn, Postponed)
        self.turns = Turns(turn, self.conversation.greet, self._give_back)
        self._submit = self.metrics.submitting(self.turns.submit)
        self.way_in = self._way_in()
        self.web = address(settings, self.health, self.metrics, self.way_in, self.detection.pushed)
        show(self.metrics, Depths(self.database), self.health, self.way_in, clock)
        self._scheduler: AsyncIOScheduler | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._claiming: asyncio.Task[None] | None = None
        self._started_at = clock()

    def _plan(self, outcomes: Outcomes) -> None:
        """What is wished for later: stored as a consequence of changes, performed by the metronome."""
        rows, clock = Schedules(self.database, self.vault), self.clock
        words = ScheduleWords(self.notices, self.connections, clock)
        consequences = Consequences(rows, self.actions, self.connections, words, clock)
        outcomes.after.append(consequences.of)
        drafts = Drafts(rows, self.diverting, consequences, clock)
        self.schedules = rows
        self.planning = Planning(rows, drafts, consequences, clock)
        self.presets = Presets(rows, self.diverting, self.acting, self.actions, drafts)
        self.targets = Targets(self.portal, self.diverting, self.planning, self.presets, self.acting)
        roads = (self.diverting, self.acting, self.actions, self.connections)
        self.scheduling = Scheduling(rows, *roads, outcomes, words, clock)

    def _way_in(self) -> Polling | Webhook:
        """How updates come in."""
        public_url = self.settings.public_url
        if self.settings.telegram_mode is TelegramMode.WEBHOOK and public_url is not None:
            secret = WebhookSecret(self.vault, self.settings.telegram_bot_token.reveal())
            stores = (self.inbox, self._submit, lambda: self.turns.held)
            return Webhook(self.bot, public_url, secret, *stores, self.clock, self.excuse)
        return Polling(self.bot, self._polls, self.inbox, self.leases, self._submit, self.clock, self.excuse)

    async def start(self) -> None:
        """Bring everything up; raises BotTokenRefused, or what an unusable database raises."""
        try:
            await self.web.start()
            await migrate(self.database)
            await self._meet_telegram()
        except BaseException:
            await self._close()
            raise
        self._scheduler = self._metronome()
        self._scheduler.start()
        self.health.way_in = self.way_in
        self._tasks = [
            asyncio.create_task(self.way_in.run(), name="way in"),
            asyncio.create_task(publish(self.bot, self.router.commands), name="commands"),
            asyncio.create_task(_steady(self.reclaim)(), name="reclaim"),
            asyncio.create_task(_steady(self.detection.begin)(), name="detection"),
        ]
        log.info("started", bot=self.bot.username)

    async def stop(self) -> None:
        """Stop in order; whatever was accepted and not answered is answered after the next start."""
        self.health.stopping = True
        await self.web.stop()
        if isinstance(self.way_in, Webhook):
            await self.way_in.settle()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        if self._claiming is not None:
            await asyncio.wait((self._claiming,))
        undone, _ = await asyncio.gather(self.turns.drain(TURN_PATIENCE), self.deliverer.drain(TURN_PATIENCE))
        try:
            await self._give_back(undone, timedelta())
        except DatabaseUnavailable as error:  # their leases end by themselves
            log.error("rows not given back", rows=len(undone), error=str(error))
        await self.screens.settle()
        await self._close()
        log.info("stopped", undone=len(undone))

    async def _close(self) -> None:
        await self.web.stop()
        await self.request.shutdown()
        await self._polls.shutdown()
        await self.portal.aclose()
        await self.wire.aclose()
        await self.database.close()

    async def reclaim(self) -> None:
        """Take up what waits in the inbox: released, or left by a process that is gone."""
        if self._claiming is None or self._claiming.done():
            self._claiming = asyncio.create_task(self._reclaim())
        await asyncio.shield(self._claiming)  # a row that is claimed must be known here, also at the end

    async def _reclaim(self) -> None:
        while not self.turns.are_ending and len(self.turns.held) < BACKLOG:
            rows, dead = await self.inbox.reclaim(
                self.clock(), holding=self.turns.held, last_chances=self._stands_firm()
            )
            for row in rows:
                self._submit(row)
            for row in dead:
                self.screens.beside(self.conversation.bury(row), "apology")
            if not rows:
                return
            await self.turns.one_ended(within=1)  # one row of each person at a time, the next as soon as it is done

    def _stands_firm(self) -> bool:
        """Whether this process has lived long enough to be no part of a series of crashes right after the start.

        A clock that was set meanwhile, in whichever direction, only makes this true too early.
        """
        return abs(self.clock() - self._started_at) >= FIRM_AFTER

    async def _give_back(self, rows: Sequence[Row], pause: timedelta) -> None:
        await self.inbox.release(rows, self.clock(), pause)

    def _metronome(self) -> AsyncIOScheduler:
        """Wakes the loops and remembers nothing: what is due stands in tables."""
        scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        beats: tuple[tuple[Callable[[], Coroutine[Any, Any, object]], float], ...] = (
            *self.outgoing.beats,
            # with a webhook, who has an update under way in another process waits for this
            (self.reclaim, 0.5 if isinstance(self.way_in, Webhook) else 2),
            (self._renew, 5),
            (self.connecting.revoke_ended, 2),
            (self.following.run_once, 1),
            (self.scheduling.run_once, 1),
            (self.watch.run_once, 15),
            (self.drift.run_once, 5),
            (self.inviting.run_once, 5),
            *self.detection.beats,
            (self._purge, 3600),
        )
        for work, seconds in beats:
            scheduler.add_job(_steady(work), "interval", seconds=seconds, name=work.__qualname__)
        return scheduler

    async def _renew(self) -> None:
        await self.inbox.renew(self.turns.held, self.clock())

    async def _purge(self) -> None:
        now = self.clock()
        await self.inbox.purge(now)
        await self.buttons.purge(now - timedelta(days=1))
        await self.challenges.purge(now - timedelta(days=1))
        await self.following.purge()
        await self.schedules.purge(now - timedelta(days=90))
        await self.drift.purge()
        await self.inviting.purge()
        await self.outgoing.purge(now)
        await self.detection.purge()
        await self.notices.work.purge(now - timedelta(days=90))

    async def _meet_telegram(self) -> None:
        """getMe, again and again while Telegram is out: a bot that starts in an outage must come up by itself."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self.bot.initialize()
                return
            except InvalidToken:
                raise BotTokenRefused from None
            except TelegramError as error:
                log.warning("Telegram does not answer yet", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)

    def _tools(self) -> Tools:
        contact = self.settings.help_contact
        house = House(
            contact.phone,
            contact.mail,
            {"de": contact.hours, "en": contact.hours_en or contact.hours},
            tuple(self.router.commands),
        )
        services = Services(
            self.sessions,
            self.portal,
            self.connecting,
            self.preferences,
            self.acting,
            self.bookings,
            self.diverting,
            self.planning,
            self.presets,
            self.outgoing.subscribing,
            self.targets,
            self.inviting,
            self.invited,
            self.outgoing.mailing,
        )
        return Tools(
            self.bot,
            self.router,
            self.people,
            self.buttons,
            self.inbox,
            self.screens,
            services,
            house,
            Doorway(*DOORWAY),
            self.clock,
            self.excuse,
        )


def _steady(work: Callable[[], Coroutine[Any, Any, object]]) -> Callable[[], Coroutine[Any, Any, None]]:
    """A beat whose failure is logged and tried again at the next one; the end of the process is not a failure."""

    async def beat() -> None:
        try:
            await work()
        except asyncio.CancelledError:
            return
        except Exception:
            log.exception("beat", work=getattr(work, "__qualname__", "?"))

    return beat
