"""Deliver: claimed notices leave the outbox at Telegram's pace, and each outcome is written down.

Each chat's notices go in order; chats don't wait for each other. What is due for one chat because of one subscription
goes together. Authority is looked at when it is a notice's turn, not when it was planned.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from notifications.authority import Authority, Go, Left, Wait
from notifications.pace import Pace
from notifications.reasons import CLOSED, Reason
from notifications.sender import Delivery, Fate, Sender
from notifications.tries import HORIZON, pause
from storage.chats import ONE_TRY, Chats
from storage.engine import DatabaseUnavailable
from storage.notices import LEASE, NewNotice, Notice, Notices, Result
from storage.subscriptions import Subscriptions

CHATS = 512  # in hand at once; few of them are being sent to, most wait for their turn
AT_ONCE = 32  # messages on their way: so many may arrive twice, at most, when the process is killed
BUNDLE = 20  # notices in one message
MARGIN = timedelta(seconds=15)  # a lease this close to its end is not good for another message
ARRIVAL = 10.0  # seconds that Telegram's answers have after the machine slept
HICCUP = 1.0  # seconds until an outcome that the database did not take is handed over again
BEAT = 0.2  # seconds between two looks at what has become due meanwhile

log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class _Claim:
    """What was taken at once: ours until then, as long as any of its chats is in hand."""

    id: UUID
    good_until: datetime
    chats: int


@dataclass(slots=True, eq=False)
class _Chat:
    """One chat's claimed notices; the first bundle is the one that it is about now."""

    bundles: list[tuple[Notice, ...]]
    claim: _Claim
    is_sending: bool = False
    waits_until: datetime | None = None  # what comes after a message that must wait does not overtake it

    @property
    def rest(self) -> list[Notice]:
        """What is not settled yet."""
        return [notice for bundle in self.bundles for notice in bundle]


class Deliverer:
    """Works the outbox off; `run_once` is called by the metronome."""

    def __init__(
        self,
        notices: Notices,
        chats: Chats,
        subscriptions: Subscriptions,
        authority: Authority,
        sender: Sender,
        pace: Pace,
        clock: Callable[[], datetime],
    ) -> None:
        self._notices = notices
        self._chats = chats
        self._subscriptions = subscriptions
        self._authority = authority
        self._sender = sender
        self._pace = pace
        self._clock = clock
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._running = asyncio.Lock()
        self._tasks: dict[asyncio.Task[None], _Chat] = {}
        self._claims: set[_Claim] = set()
        self._log = log.bind()  # for a line by the thousand: one that is not bound is made anew each time
        self._looked_at = -BEAT
        self._is_roomy = asyncio.Event()
        self._is_ending = False

    async def run_once(self) -> int:
        """Send what is due now, and what becomes due meanwhile; returns how many notices were handled."""
        handled = 0
        async with self._running:
            while not self._is_ending:
                taken = await self._take()
                handled += taken
                if not self._tasks:
                    break
                if not taken:  # else there may be room again by now
                    await self._room()
                await self._renew()
        return handled

    async def drain(self, patience: float) -> None:
        """Begin nothing any more, let what is on its way arrive, and give back what was not tried."""
        self._is_ending = True
        async with self._running:  # what is just being claimed must be known here
            pass
        idle = [task for task, chat in self._tasks.items() if not chat.is_sending]
        unsent = [notice for task in idle for notice in self._tasks[task].rest]
        for task in idle:
            task.cancel()
        try:
            await self._notices.release(unsent)
        except DatabaseUnavailable as error:  # their leases end by themselves
            log.error("notices not given back", notices=len(unsent), error=str(error))
        if busy := [task for task in self._tasks if task not in idle]:
            await asyncio.wait(busy, timeout=patience)
        for task in list(self._tasks):
            task.cancel()  # what may have arrived is not given back at once: its lease ends by itself

    async def _take(self) -> int:
        """What answers somebody first; what goes out by the thousand when there is room for a good many."""
        taken, now = 0, asyncio.get_running_loop().time()
        if len(self._tasks) < 2 * CHATS and now - self._looked_at >= BEAT:
            self._looked_at = now
            taken = await self._claim(CHATS, own=True)
        room = CHATS - len(self._tasks)
        return taken + (await self._claim(room) if room >= CHATS // 2 else 0)

    async def _room(self) -> None:
        """Until some chats are done, or it is time for another look."""
        self._is_roomy.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(BEAT):
                await self._is_roomy.wait()

    async def _claim(self, chats: int, *, own: bool = False) -> int:
        now = self._clock()
        if any(claim.good_until < now for claim in self._claims):
            await self._arrived(now)  # the machine slept: what was on its way must not be taken once more
        taken = await self._notices.claim(now, chats, own=own)
        if not taken:
            return 0
        by_chat: dict[int, list[Notice]] = {}
        for notice in taken:
            by_chat.setdefault(notice.chat_id, []).append(notice)
        claim = _Claim(taken[0].claim, now + LEASE, len(by_chat))
        self._claims.add(claim)
        for notices in by_chat.values():
            chat = _Chat(_bundles(notices), claim)
            task = asyncio.create_task(self._work_off(chat))
            self._tasks[task] = chat
            task.add_done_callback(self._ended)
        return len(taken)

    async def _arrived(self, now: datetime) -> None:
        """Until what was being sent when a lease ended has its outcome, written down."""
        sending = [task for task, chat in self._tasks.items() if chat.is_sending and chat.claim.good_until < now]
        if sending:
            await asyncio.wait(sending, timeout=ARRIVAL)
        await self._notices.written()

    def _ended(self, task: asyncio.Task[None]) -> None:
        claim = self._tasks.pop(task).claim
        claim.chats -= 1
        if not claim.chats:
            self._claims.discard(claim)
        if len(self._tasks) in (0, CHATS // 2):
            self._is_roomy.set()
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("a chat's notices wait for their lease to end", error=type(fault).__name__, exc_info=fault)

    async def _renew(self) -> None:
        """Tell the database that we are alive, long before it would think otherwise."""
        now = self._clock()
        if all(claim.good_until - now > LEASE * 2 / 3 for claim in self._claims):
            return
        # whoever is too late may have a successor, and must not send
        alive = [claim for claim in self._claims if claim.good_until - MARGIN > now]
        await self._notices.renew([claim.id for claim in alive], now)
        for claim in alive:
            claim.good_until = now + LEASE

    def _holds(self, chat: _Chat) -> bool:
        return self._clock() < chat.claim.good_until - MARGIN

    async def _work_off(self, chat: _Chat) -> None:
        """One chat's bundles in order, until one says that the chat must wait."""
        while chat.bundles and not self._is_ending:
            if not await self._tell(chat):
                break
            chat.bundles.pop(0)
        if chat.bundles and self._holds(chat):
            await self._notices.release(chat.rest, chat.waits_until)

    async def _tell(self, chat: _Chat) -> bool:
        """Tell the first bundle; False when it and whatever comes after it must wait."""
        while chat.bundles[0]:
            batch = chat.bundles[0]
            await self._pace.turn(batch[0].chat_id, is_bulk=batch[0].event_id is not None)
            chat.is_sending = True
            try:
                goes_on = await self._message(chat, batch)
            finally:
                chat.is_sending = False
                self._pace.unused(batch[0].chat_id)
            if not goes_on or (self._is_ending and chat.bundles[0]):
                return False
        return True

    async def _message(self, chat: _Chat, batch: tuple[Notice, ...]) -> bool:
        """One message of a bundle; what of it is still to be told afterwards is the chat's first bundle."""
        verdict = await self._authority.look(batch)
        if not self._holds(chat):
            await self._let_go(chat)
            return False
        match verdict:
            case Left():
                await self._leave(verdict)
                chat.bundles[0] = tuple(notice for notice in batch if notice not in verdict.batch)
                return True
            case Wait():
                await self._postpone(batch, verdict)
                chat.bundles[0] = ()
                return True
            case Go():
                async with self._gate:
                    if not self._holds(chat):  # the machine may have slept while it waited
                        await self._let_go(chat)
                        return False
                    delivery = await self._attempt(verdict.batch)
                return await self._written(chat, batch, delivery)

    async def _attempt(self, batch: Sequence[Notice]) -> Delivery:
        """A fault of our own must not try the same notice for ever, nor hold up what comes after it."""
        try:
            return await self._sender.send(batch)
        except DatabaseUnavailable:
            raise
        except Exception as fault:
            log.exception("a notice could not be told", kind=batch[0].kind)
            return Delivery(Fate.UNKNOWN, Reason.LOST_ANSWER, detail=type(fault).__name__)

    async def _let_go(self, chat: _Chat) -> None:
        """Too late to send. What no successor has taken yet is given back, and need not wait for the lease to end."""
        log.warning("too late to be told by this process", notices=len(chat.rest))
        await self._notices.release(chat.rest)
        chat.bundles = []

    async def _written(self, chat: _Chat, batch: tuple[Notice, ...], delivery: Delivery) -> bool:
        """Write down the outcome of one message; False when the chat must wait."""
        chat_id = batch[0].chat_id
        self._log.info(
            "notice",
            kind=batch[0].kind,
            notices=len(batch),
            part=batch[0].parts_sent,
            fate=delivery.fate.value,
            attempts=batch[0].attempts,
            reason=delivery.detail or delivery.reason,
        )
        if delivery.fate is Fate.SENT:
            self._pace.served(chat_id)
            if batch[0].reason == Reason.BLOCKED:
                await self._chats.back(chat_id, self._clock())
            if delivery.more:
                chat.bundles[0] = await self._notices.reached(batch, delivery.message_id)
                return bool(chat.bundles[0])
        chat.bundles[0] = ()
        chat.waits_until = await self._settle(chat.claim, batch, delivery)
        if delivery.moved_to is not None:
            await self._chats.moved(chat_id, delivery.moved_to)
        elif delivery.reason is Reason.BLOCKED:
            await self._chats.blocked(chat_id, self._clock())
        elif delivery.reason in CLOSED:
            await self._chats.closed(chat_id, str(delivery.reason), self._clock())
        elif delivery.retry_after is not None:
            self._pace.refused(chat_id, delivery.retry_after)
            until = self._clock() + timedelta(seconds=delivery.retry_after)
            await self._notices.hold(chat_id, until, Reason.BUSY)
        return delivery.fate in (Fate.SENT, Fate.DEAD) and delivery.reason not in CLOSED

    async def _settle(self, claim: _Claim, batch: Sequence[Notice], delivery: Delivery) -> datetime | None:
        """Write down what became of them; when they are due again, if they are."""
        now = self._clock()
        is_late = now - min(notice.tried_at for notice in batch) > HORIZON
        again = batch[0].reason == Reason.LOST_ANSWER
        match delivery.fate:
            case Fate.SENT:
                result = Result("sent", now, message_id=delivery.message_id)
            case Fate.DEAD if delivery.reason is Reason.BLOCKED and not is_late:
                result = Result("due", now, Reason.BLOCKED, due_at=now + ONE_TRY)
            case Fate.DEAD:
                result = Result("dead", now, delivery.reason)
            case Fate.UNKNOWN if again:
                result = Result("unknown", now, Reason.LOST_ANSWER)
            case _ if is_late:
                result = Result("dead", now, Reason.TOO_LATE)
            case _ if delivery.moved_to is not None:
                result = Result("due", now, due_at=now)
            case _:
                asked = None if delivery.retry_after is None else timedelta(seconds=delivery.retry_after)
                result = Result(
                    "due", now, delivery.reason, due_at=now + (pause(batch[0].attempts) if asked is None else asked)
                )
        await self._kept(claim, batch, result)
        return result.due_at

    async def _kept(self, claim: _Claim, batch: Sequence[Notice], result: Result) -> None:
        """Written down as soon as the database takes it: what was told must not be told twice because of a hiccup."""
        while True:
            try:
                return await self._notices.settle(batch, result)
            except DatabaseUnavailable:
                if self._is_ending or self._clock() > claim.good_until - MARGIN:
                    raise
                await asyncio.sleep(HICCUP)

    async def _postpone(self, batch: Sequence[Notice], verdict: Wait) -> None:
        """Not a try: only the portal's silence has an end, after which it would be no news."""
        now = self._clock()
        if verdict.until is not None:
            result = Result("due", now, verdict.reason, due_at=verdict.until)
        elif now - batch[0].tried_at > HORIZON:
            result = Result("dead", now, Reason.TOO_LATE)
        else:
            result = Result("due", now, verdict.reason, due_at=now + pause(batch[0].attempts))
        await self._notices.settle(batch, result)

    async def _leave(self, verdict: Left) -> None:
        """Leave these out. Who has lost the right is told once, and the subscription waits for a new one."""
        now, lost = self._clock(), verdict.lost
        if lost is not None:
            await self._subscriptions.turn(lost.id, "paused", verdict.reason)
            await self._notices.leave(lost, verdict.reason, now)
            facts: dict[str, object] = {"reason": verdict.reason.value, "company": verdict.company}
            key = f"paused:{lost.id}:{lost.version}"
            await self._notices.add([NewNotice("subscription-paused", key, lost.chat_id, facts, lost.topic_id)], now)
        await self._notices.settle(verdict.batch, Result("left", now, verdict.reason))


def _bundles(chat: Sequence[Notice]) -> list[tuple[Notice, ...]]:
    """What goes together, in the order of the oldest of each: one subscription's, or those with a part out already."""
    if len(chat) == 1:
        return [tuple(chat)]
    together: dict[object, list[Notice]] = {}
    for notice in chat:
        own = notice.id if notice.subscription_id is None else None
        # whose answer was lost goes apart from what is new: it is tried once more and not again
        key = notice.bundle or own or (notice.subscription_id, notice.topic_id, notice.reason == Reason.LOST_ANSWER)
        together.setdefault(key, []).append(notice)
    return [
        tuple(notices[start : start + (BUNDLE if notices[0].bundle is None else len(notices))])
        for notices in together.values()
        for start in range(0, len(notices), BUNDLE if notices[0].bundle is None else len(notices))
    ]
