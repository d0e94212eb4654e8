"""Invitations on both engines: taken once, handed over once, ended for good, nobody's own subscription with them."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from storage.connections import Connections
from storage.engine import Database
from storage.invitations import OFF, Invitation, Invitations
from storage.subscriptions import Subscriptions
from storage.vault import Vault
from tests.storage.conftest import NOW
from tests.storage.test_nouns import ACCOUNT, TOKENS

DAY = timedelta(days=1)
CODE = "c" * 43
WISH = b'{"zone":"Europe/Berlin"}'
TERMS: dict[str, object] = {"kinds": ["invoice"], "sites": [], "places": []}


async def stage(database: Database, vault: Vault) -> tuple[Connections, Subscriptions, Invitations, UUID]:
    """The tables, and the right of somebody who invites."""
    connections, rows = Connections(database, vault), Subscriptions(database, vault)
    by = await connections.add(7, "Max", ACCOUNT, TOKENS, NOW)
    assert by is not None
    return connections, rows, Invitations(database, vault, rows), by.id


async def test_one_of_many_takes_it(database: Database, vault: Vault) -> None:
    """Ten at once: one subscription; too late, nobody. Only the code's hash finds it."""
    _, rows, invitations, by = await stage(database, vault)
    for key, code in ((uuid4(), CODE), (uuid4(), "d" * 43)):
        for _ in range(2):
            await invitations.add(key, code, "cust-1", by, TERMS, NOW, NOW + DAY)
    found, late = await invitations.by_code(CODE), await invitations.by_code("d" * 43)
    assert found is not None and late is not None and await invitations.by_code("x" * 43) is None

    async def take(one: Invitation, person: int, after: timedelta) -> bool:
        return await invitations.take(one, "cust-1", WISH, NOW + after, person_id=person, person_name="Steffi")

    taken = await asyncio.gather(*(take(found, 100 + n, timedelta()) for n in range(10)))
    assert sorted(taken) == [False] * 9 + [True]
    assert not await take(late, 200, DAY)
    assert [row.person_id for row in await rows.of_connection(by)] == [100 + taken.index(True)]
    (live,) = await invitations.of_customer("cust-1", NOW + DAY)
    assert (live.person_name, live.is_resting) == ("Steffi", False)


async def test_a_lost_right_is_handed_over_once_and_ended_for_good(database: Database, vault: Vault) -> None:
    """Orphans are found until others were asked; of two who carry on, one does; a right of one's own is left alone."""
    connections, rows, invitations, by = await stage(database, vault)
    await invitations.add(uuid4(), CODE, "cust-1", by, TERMS, NOW, NOW + DAY)
    found = await invitations.by_code(CODE)
    assert found is not None
    assert await invitations.take(found, "cust-1", WISH, NOW, person_id=100, person_name="Steffi")
    assert await invitations.orphans() == []
    await connections.end(by, NOW)
    (orphan,) = await invitations.orphans()
    assert orphan.is_resting and orphan.subscription_id is not None
    await rows.turn(orphan.subscription_id, "paused", "disconnected")
    await invitations.offered(orphan.id, NOW)
    assert await invitations.orphans() == []
    others = [await connections.add(8 + n, "Martina", ACCOUNT, TOKENS, NOW) for n in range(2)]
    rights = [other.id for other in others if other is not None]
    done = await asyncio.gather(*(invitations.hand_over(orphan, right) for right in rights))
    assert sorted(done) == [False, True]
    (told,) = await rows.of_chat(100)
    assert (told.connection_id, told.state) == (rights[done.index(True)], "on")

    (now,) = await invitations.of_customer("cust-1", NOW)
    own = await connections.add(100, "Steffi", ACCOUNT, TOKENS, NOW)
    assert own is not None
    await rows.put(100, "cust-1", WISH, NOW, person_id=100, connection_id=own.id)
    assert await invitations.end(now) and not await invitations.end(now)
    assert [row.connection_id for row in await rows.of_chat(100)] == [own.id]
    ended = await invitations.get(now.id)
    assert ended is not None and ended.state == OFF
    assert await invitations.of_customer("cust-1", NOW) == []
    await invitations.purge(NOW + 2 * DAY)
    assert await invitations.get(now.id) is None
