"""Two processes at one outbox: rows are locked in one order, so nobody waits for somebody who waits for them."""

import asyncio
from collections import Counter
from random import Random
from uuid import UUID

from storage.engine import Database
from storage.migrate import migrate
from storage.notices import NewNotice, Notices, Result
from storage.vault import Vault
from tests.storage.conftest import NOW

CHATS, EACH, AT_ONCE = 40, 10, 8


class Holder:
    """One of them: takes, gives some back, renews and settles, all at the same time and in whatever order."""

    def __init__(self, notices: Notices, seed: int, in_hand: set[int], told: Counter[UUID]) -> None:
        self._notices = notices
        self._random = Random(seed)
        self._in_hand = in_hand
        self._told = told

    async def work(self) -> None:
        """Until nothing is left; raises what the database raises, above all when two wait for each other."""
        while await self._notices.work.waiting():
            taken = await self._notices.claim(NOW, AT_ONCE)
            chats = {notice.chat_id for notice in taken}
            assert not chats & self._in_hand
            self._in_hand |= chats
            back = {chat for chat in chats if self._random.random() < 0.6}
            mine = [notice for notice in taken if notice.chat_id not in back]
            self._random.shuffle(mine)
            self._told.update(notice.id for notice in mine)
            self._in_hand -= back
            await asyncio.gather(
                *(self._notices.renew({notice.claim for notice in taken}, NOW) for _ in range(3)),
                self._notices.release([notice for notice in taken if notice.chat_id in back]),
                *(self._notices.settle([notice], Result("sent", NOW)) for notice in mine),
            )
            self._in_hand -= chats - back


async def test_two_never_wait_for_each_other(database_url: str, vault: Vault) -> None:
    """Everything is told once, each chat is in one hand at a time, and no write of either ends in a deadlock."""
    databases = [Database(database_url), Database(database_url)]
    await migrate(databases[0])
    both = [Notices(each, vault) for each in databases]
    items = [NewNotice("changed", f"{chat}:{n}", chat, {}) for chat in range(1, CHATS + 1) for n in range(EACH)]
    await both[0].add(items, NOW)
    in_hand, told = set[int](), Counter[UUID]()
    try:
        await asyncio.gather(*(Holder(each, seed, in_hand, told).work() for seed, each in enumerate(both)))
        assert set(told.values()) == {1} and len(told) == CHATS * EACH
        assert await both[0].work.counts() == {"sent": CHATS * EACH}
    finally:
        for each in databases:
            await each.close()
