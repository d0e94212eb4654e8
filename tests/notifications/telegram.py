"""The sandbox with thousands of chats in it, groups too, and what reached them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from random import Random

from sandbox.app import Sandbox
from sandbox.chats import Chat
from sandbox.faults import Fault, Faults
from sandbox.people import Person
from sandbox.settings import BotAccount, SandboxSettings

TOKEN = "2300229:outbox"
PASSES = 100


class Telegram:
    """Its inside: what a test of thousands of messages can't ask for one by one."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.url = sandbox.url
        self._world = sandbox.app.world
        self._bot = next(iter(self._world.bots.values()))
        self._first = self._bot.next_message_id

    def people(self, count: int, first: int = 5_000_001) -> list[int]:
        """New people who have started the bot; the ids of their chats."""
        for number in range(first, first + count):
            person = self._world.add_person(Person(number, f"P{number}"))
            self._world.private_chat(self._bot, person).started = True
        return list(range(first, first + count))

    def groups(self, count: int, first: int = -2_000_001) -> list[int]:
        """New groups with the bot in them."""
        ids = [first - number for number in range(count)]
        for number in ids:
            chat = Chat(
                number, "group", f"group{number}", bot_ids={self._bot.id}, members=set(), title="G", started=True
            )
            self._world.chats[self._bot.id, number] = chat
        return ids

    def received(self) -> Counter[tuple[int, str]]:
        """How often each chat was told what: (chat, one notice's name)."""
        return Counter(
            (chat.id, name)
            for chat in self._world.chats.values()
            for message in chat.messages.values()
            for name in message.content.text.split(" ")
            if "/" in name
        )

    def messages(self, chat_id: int) -> list[str]:
        """What stands in a chat, in order."""
        return [m.content.text for m in self._world.chats[self._bot.id, chat_id].messages.values()]

    @property
    def count(self) -> int:
        """How many messages it has in all."""
        return self._bot.next_message_id - self._first

    async def told(self, count: int, within: float = 60) -> None:
        """Hold until it has so many messages in all."""
        ends = asyncio.get_running_loop().time() + within
        while self.count < count:
            assert asyncio.get_running_loop().time() < ends, f"not {count} messages within {within} s"
            await asyncio.sleep(0.005)  # the cores belong to whoever sends

    async def caught_up(self) -> None:
        """Until it has taken what had arrived: it runs in this loop, and what stands still over many passes is all."""
        before, passes = self.count, 0
        while passes < PASSES:
            await asyncio.sleep(0)
            passes = passes + 1 if self.count == before else 0
            before = self.count

    def refuses(self, chat_id: int, status: int, description: str) -> None:
        """From now on this chat is told so."""
        said = {"status": status, "description": description, "times": None}
        self._world.faults.add({"kind": "error", "method": "sendMessage", "chat_id": chat_id, **said})

    def takes_its_time(self, chat_id: int, seconds: float) -> None:
        """The next message to this chat arrives, and its answer comes so much later."""
        said = {"kind": "slow_answer", "method": "sendMessage", "chat_id": chat_id, "seconds": seconds}
        self._world.faults.add(said)

    def mend(self) -> None:
        """Everybody is served again."""
        self._world.faults.clear()

    def storm(self, random: Random, share: float, longest: int, clock: Callable[[], datetime]) -> "Storm":
        """This share of the messages is answered with 429, and what comes too early is written down."""
        weather = Storm(random, share, longest, clock)
        self._world.faults = weather
        return weather

    def tries(self, chat_id: int) -> int:
        """How often it was tried to send to a chat."""
        return len(self._world.calls.find(0, "sendmessage", chat_id, None))

    def answered(self, status: int) -> int:
        """How many messages were answered like this."""
        return sum(call.status == status for call in self._world.calls.find(0, "sendmessage", None, None))


class Storm(Faults):
    """Floods at random, each for one chat, for a while."""

    def __init__(self, random: Random, share: float, longest: int, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._random, self._share, self._longest, self._clock = random, share, longest, clock
        self._until: dict[int, datetime] = {}
        self.too_early = 0
        self.met = 0
        self.floods = 0
        self._wanted: tuple[int, asyncio.Event] | None = None

    async def reached(self, messages: int) -> None:
        """Hold until it has met so many."""
        self._wanted = (messages, asyncio.Event())
        await self._wanted[1].wait()

    def take(
        self,
        on: str,
        method: str | None = None,
        chat_id: int | None = None,
        to: str | None = None,
        kinds: frozenset[str] | None = None,
    ) -> Fault | None:
        """Whether this message meets one."""
        if method != "sendmessage" or chat_id is None:
            return None
        self.met += 1
        if self._wanted is not None and self.met >= self._wanted[0]:
            self._wanted[1].set()
        now = self._clock()
        self.too_early += now < self._until.get(chat_id, now)
        if self._random.random() >= self._share:
            return None
        self.floods += 1
        seconds = self._random.randint(1, self._longest)
        self._until[chat_id] = self._clock() + timedelta(seconds=seconds)
        return Fault(self.floods, on, "flood", method, chat_id, to, 429, "", seconds, 0.0, 1)


@asynccontextmanager
async def telegram(*, rate_limits: bool = False) -> AsyncIterator[Telegram]:
    """For the length of a block."""
    account = BotAccount(TOKEN, "eservice_demo_bot")
    settings = SandboxSettings(bots=(account,), rate_limits=rate_limits, validation=False, record_size=50_000)
    async with Sandbox(settings) as sandbox:
        yield Telegram(sandbox)
