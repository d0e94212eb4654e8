"""Telegram's side: hands out /vertraege from many people, keeps so many of them unanswered, and takes the time.

A closed loop: each answered update is followed at once by the next one, from whoever has waited longest. Every method
takes `delay` seconds, getUpdates too once it has something to bring.
"""

import asyncio
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import orjson

from bench.serving import Request, after, answer
from sandbox.botapi.limits import RateLimits
from sandbox.errors import ApiError

LIMIT = 100
FIRST_PERSON = 1_000_000

_CHAT = re.compile(rb"chat_id\"?[:=](-?\d+)")  # in JSON or in a form
_POLL = re.compile(rb"(?:^|&)(offset|timeout)=(\d+)")
_TRUE = answer(b'{"ok":true,"result":true}')

_Work = Callable[[Request, int], None]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was seen between `mark` and `figures`. Latencies in seconds, sorted."""

    answers: int
    seconds: float
    latencies: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.answers / self.seconds

    def latency(self, share: float) -> float:
        """The latency that this share of the answers did not exceed."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))] if self.latencies else 0.0


@dataclass(slots=True)
class _Waiting:
    update_id: int
    chat_id: int
    written: bytes


@dataclass
class BotSide:
    """One bot's updates and answers."""

    bot_id: int
    people: int
    delay: float = 0.0
    polled: asyncio.Event = field(default_factory=asyncio.Event)
    first_poll: float = 0.0
    sample: dict[str, str] = field(default_factory=dict)  # the parameters of the first message that it sent
    calls: dict[str, int] = field(default_factory=dict)
    answered: int = 0  # since begin()
    limits: RateLimits | None = None  # what is over them is answered with 429
    floods: int = 0
    told: Counter[int] = field(default_factory=Counter)  # messages that no update had asked for, by chat

    def __post_init__(self) -> None:
        self._queue: deque[_Waiting] = deque()
        self._since: dict[int, float] = {}  # chat -> when its update was there
        self._rotation = deque(range(FIRST_PERSON, FIRST_PERSON + self.people))
        self._held: Request | None = None
        self._next_update = 1
        self._next_message = 1
        self._running = False
        self._latencies: list[float] = []
        self._marked = 0.0
        self._echo = b'"text":""'
        self._changed = asyncio.Event()

    @property
    def unanswered(self) -> int:
        """How many updates wait for their answer."""
        return len(self._since)

    def begin(self, in_flight: int) -> None:
        """From now on so many updates are unanswered at any time."""
        self._running, self.answered = True, 0
        for _ in range(in_flight):
            self._ask()
        self._feed()

    async def answers(self, count: int, patience: float) -> None:
        """Until that many were answered since begin(), or patience ends."""
        await self._until(lambda: self.answered >= count, patience)

    def ask(self) -> None:
        """One update more."""
        self._ask()
        self._feed()

    async def told_everybody(self, chats: Sequence[int], patience: float) -> None:
        """Until all of these were told something, or patience ends."""
        await self._until(lambda: len(self.told) >= len(chats), patience)

    def mark(self) -> None:
        """The measured time begins."""
        self._latencies = []
        self._marked = time.perf_counter()

    def figures(self) -> Figures:
        """What happened since mark()."""
        seconds = time.perf_counter() - self._marked
        return Figures(len(self._latencies), seconds, tuple(sorted(self._latencies)))

    async def end(self, patience: float) -> int:
        """Ask nothing more; how many updates found no answer in this time. They are forgotten."""
        self._running = False
        await self._until(lambda: not self._since, patience)
        lost = len(self._since)
        self._since.clear()
        self._queue.clear()
        return lost

    def serve(self, method: str, request: Request) -> None:
        """Answer one call."""
        self.calls[method] = self.calls.get(method, 0) + 1
        match method:
            case "getupdates":
                self._poll(request)
            case "sendmessage":
                found = _CHAT.search(request.body)
                self._call_later(self._sent, request, int(found[1]) if found else 0)
            case "getme":
                me = {"id": self.bot_id, "is_bot": True, "first_name": "Bench", "username": f"bench_{self.bot_id}_bot"}
                after(self.delay, request.reply, answer(orjson.dumps({"ok": True, "result": me})))
            case "editmessagereplymarkup" | "editmessagetext":
                found = _CHAT.search(request.body)
                after(self.delay, request.reply, self._message(int(found[1]) if found else 0))
            case _:
                after(self.delay, request.reply, _TRUE)

    def _ask(self) -> None:
        chat_id = self._rotation.popleft()
        self._rotation.append(chat_id)
        self._since[chat_id] = time.perf_counter()
        self._queue.append(_Waiting(self._next_update, chat_id, update(self._next_update, chat_id)))
        self._next_update += 1

    def _poll(self, request: Request) -> None:
        if not self.polled.is_set():
            self.first_poll = time.perf_counter()
            self.polled.set()
        asked = {name: int(value) for name, value in _POLL.findall(request.query or request.body)}
        while self._queue and self._queue[0].update_id < asked.get(b"offset", 0):
            self._queue.popleft()
        if self._held is not None:
            self._held.reply(_batch([]))
        self._held = request
        self._feed()
        if self._held is request:
            asyncio.get_running_loop().call_later(asked.get(b"timeout", 0), self._time_out, request)

    def _time_out(self, request: Request) -> None:
        if self._held is request:
            self._held = None
            request.reply(_batch([]))

    def _feed(self) -> None:
        if self._held is not None and self._queue:
            held, self._held = self._held, None
            self._call_later(self._deliver, held, 0)

    def _deliver(self, request: Request, _: int) -> None:
        first = [self._queue[place].written for place in range(min(LIMIT, len(self._queue)))]
        request.reply(_batch(first))

    def _call_later(self, work: _Work, request: Request, chat_id: int) -> None:
        if self.delay > 0:
            asyncio.get_running_loop().call_later(self.delay, work, request, chat_id)
        else:
            work(request, chat_id)

    def _sent(self, request: Request, chat_id: int) -> None:
        if not self.sample:
            self._take_sample(request.body)
        if (flooded := self._flooded(chat_id)) is not None:
            request.reply(flooded)
            return
        request.reply(self._message(chat_id))
        since = self._since.pop(chat_id, None)
        if since is None:
            self.told[chat_id] += 1
            self._changed.set()
            return
        self._latencies.append(time.perf_counter() - since)
        self.answered += 1
        if self._running:
            self._ask()
            self._feed()
        self._changed.set()

    def _flooded(self, chat_id: int) -> bytes | None:
        if self.limits is None:
            return None
        try:
            self.limits.spend(self.bot_id, chat_id, group=chat_id < 0)
        except ApiError as refused:
            self.floods += 1
            said = {"ok": False, "error_code": refused.code, "description": refused.description}
            return answer(orjson.dumps(said | {"parameters": refused.parameters}), refused.code)
        return None

    def _take_sample(self, body: bytes) -> None:
        if body.startswith(b"{"):
            found = orjson.loads(body)
            self.sample = {"text": found["text"], "reply_markup": orjson.dumps(found.get("reply_markup")).decode()}
        else:
            self.sample = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        markup = self.sample.get("reply_markup")
        self._echo = b'"text":' + orjson.dumps(self.sample.get("text", ""))
        if markup:
            self._echo += b',"reply_markup":' + markup.encode()

    def _message(self, chat_id: int) -> bytes:
        self._next_message += 1
        return answer(
            b'{"ok":true,"result":{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private","first_name":"Max"},'
            b'"from":{"id":%d,"is_bot":true,"first_name":"Bench"},%b}}'
            % (self._next_message, int(time.time()), chat_id, self.bot_id, self._echo)
        )

    async def _until(self, reached: Callable[[], bool], patience: float) -> None:
        ends = time.perf_counter() + patience
        while not reached() and (left := ends - time.perf_counter()) > 0:
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), left)
            except TimeoutError:
                return


class Telegram:
    """All bots under one address."""

    def __init__(self) -> None:
        self._sides: dict[str, BotSide] = {}

    def add(self, token: str, people: int) -> BotSide:
        """The side of the bot with this token."""
        side = BotSide(int(token.partition(":")[0]), people)
        self._sides[token] = side
        return side

    def serve(self, request: Request) -> None:
        """`/bot<token>/<method>`."""
        _, bot, method = request.path.split("/", 2)
        side = self._sides.get(bot.removeprefix("bot"))
        if side is None:
            request.reply(answer(b'{"ok":false,"error_code":401,"description":"Unauthorized"}', 401))
            return
        side.serve(method.lower(), request)


def update(update_id: int, chat_id: int) -> bytes:
    """A person's /vertraege as Telegram writes it."""
    return (
        b'{"update_id":%d,"message":{"message_id":%d,"date":%d,'
        b'"from":{"id":%d,"is_bot":false,"first_name":"Max","last_name":"Muster","language_code":"de"},'
        b'"chat":{"id":%d,"first_name":"Max","last_name":"Muster","type":"private"},'
        b'"text":"/vertraege","entities":[{"offset":0,"length":10,"type":"bot_command"}]}}'
        % (update_id, update_id, int(time.time()), chat_id, chat_id)
    )


def _batch(updates: Sequence[bytes]) -> bytes:
    return answer(b'{"ok":true,"result":[' + b",".join(updates) + b"]}")
