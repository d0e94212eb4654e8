"""What is wanted at the same time travels together, on both engines."""

import asyncio
from collections.abc import Sequence

import pytest

from storage.connections import Connections
from storage.dialogs import Dialog, DialogChange
from storage.engine import Database
from storage.inbox import Inbox, Received
from storage.people import People
from storage.together import MOST, Together
from storage.vault import Vault
from tests.storage.conftest import NOW


class Trips:
    """Doubles what it is given, when told to; remembers how many went at once."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.left, self.go = asyncio.Event(), asyncio.Event()

    async def carry(self, numbers: Sequence[int]) -> list[int]:
        self.sizes.append(len(numbers))
        self.left.set()
        await self.go.wait()
        if 13 in numbers:
            raise OSError("disk full")
        return [2 * number for number in numbers]


async def test_what_is_asked_meanwhile_goes_with_the_next_trip() -> None:
    """One goes alone, hundreds go together, never more than fit; each gets its own result."""
    trips = Trips()
    together = Together(trips.carry)
    alone = asyncio.create_task(together(0))
    await trips.left.wait()
    others = [asyncio.create_task(together(number)) for number in range(100, 100 + MOST + 5)]
    await asyncio.sleep(0)
    trips.go.set()
    assert await asyncio.gather(alone, *others) == [0, *range(200, 200 + 2 * (MOST + 5), 2)]
    assert trips.sizes == [1, MOST, 5]


async def test_what_comes_one_by_one_gathers_between_trips() -> None:
    """After a trip there is a pause, and all that comes in it goes together; the first waited for nothing."""
    trips = Trips()
    trips.go.set()
    together = Together(trips.carry, gathering=0.05)
    assert await together(1) == 2
    later = []
    for number in range(2, 6):
        later.append(asyncio.create_task(together(number)))
        await asyncio.sleep(0)
    assert await asyncio.gather(*later) == [4, 6, 8, 10]
    assert trips.sizes == [1, 4]


async def test_a_failed_trip_is_heard_by_all_and_the_next_goes() -> None:
    """Everybody on the trip hears of the fault, also beside somebody who gave up; later items are not affected."""
    trips = Trips()
    trips.go.set()
    together = Together(trips.carry)
    tasks = [asyncio.create_task(together(number)) for number in (12, 13, 14)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [asyncio.CancelledError, OSError, OSError]
    assert await together(21) == 42


async def test_visits_at_the_same_moment_see_their_own(database: Database, vault: Vault) -> None:
    """Many people, one of them in two chats, read together: each visit has its own person and dialog."""
    people, inbox = People(database, vault, Connections(database, vault)), Inbox(database, vault, bot_id=1)
    places = [(person, person) for person in range(1, 21)] + [(1, -100), (2, -100)]
    rows = await inbox.receive([Received(n, *place, {"n": n}) for n, place in enumerate(places)], NOW)
    for person in range(1, 21):
        await people.remember(person, NOW, language_chosen="de" if person % 2 else "en")
    for row in rows[:-1]:
        await inbox.finish(row, DialogChange(Dialog(row.person_id, row.chat_id, screen_id=row.update_id), version=0))
    visits = await asyncio.gather(*(people.visit(*place) for place in [*places, (99, 99)]))
    seen = [(v.dialog.person_id, v.dialog.chat_id, v.dialog.screen_id) for v in visits]
    assert seen == [(*place, n) for n, place in enumerate(places[:-1])] + [(2, -100, None), (99, 99, None)]
    assert [v.person.language_chosen for v in visits[:4]] == ["de", "en", "de", "en"]
    assert [v.person.is_new for v in visits] == [False] * len(places) + [True]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_the_same_dialog_twice_in_one_trip(database: Database, vault: Vault, order: tuple[int, int]) -> None:
    """Two updates that move the same dialog on at once: the first one does, the other goes back to be answered anew."""
    inbox = Inbox(database, vault, bot_id=1)
    rows = await inbox.receive([Received(n, 7, 7, {"n": n}) for n in (1, 2)], NOW)
    change = [DialogChange(Dialog(7, 7, screen_id=row.update_id), version=0) for row in rows]
    landed = await asyncio.gather(*(inbox.finish(rows[n], change[n]) for n in order))
    assert landed == [True, False]
    (again,), _ = await inbox.reclaim(NOW)
    assert again.update_id == rows[order[1]].update_id
