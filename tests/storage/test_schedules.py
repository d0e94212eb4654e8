"""Schedules and switches on both engines: each due thing is one holder's, and its outcome is written once."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from storage.engine import Database
from storage.schedules import (
    LEASE,
    Due,
    NewSchedule,
    ScheduleKind,
    Schedules,
    ScheduleState,
    SwitchState,
    What,
)
from storage.vault import Vault
from tests.storage.conftest import NOW

HOUR = timedelta(hours=1)
WISH: dict[str, object] = {"line": "21", "until": "18:00"}
AT = Due(What.SWITCH, NOW + HOUR)


@pytest.fixture
def schedules(database: Database, vault: Vault) -> Schedules:
    """On each engine."""
    return Schedules(database, vault)


def an_end(action: UUID | None = None) -> NewSchedule:
    """The end of a diversion of customer cust-1."""
    kind, state = ScheduleKind.END, ScheduleState.ON
    return NewSchedule(kind, state, 7, 7, uuid4(), "cust-1", WISH, NOW, action or uuid4())


async def test_a_change_has_one_end(schedules: Schedules) -> None:
    """However often its outcome is told."""
    new = an_end()
    made = await asyncio.gather(*(schedules.add(new, [AT]) for _ in range(5)))
    (key,) = [one for one in made if one is not None]
    assert new.action_id is not None
    found = await schedules.of_action(new.action_id)
    assert found is not None
    assert (found.id, found.wish, found.kind) == (key, WISH, ScheduleKind.END)
    assert [switch.due_at for switch in await schedules.switches_of(key)] == [AT.at]
    assert [one.id for one in await schedules.of_customer("cust-1", {ScheduleState.ON})] == [key]
    assert await schedules.of_customer("cust-2", {ScheduleState.ON}) == []


async def test_a_switch_is_one_holders(schedules: Schedules) -> None:
    """Ten at once, one claims it; a stalled holder is succeeded and can write nothing any more."""
    key = await schedules.add(an_end(), [AT])
    assert key is not None
    assert await schedules.claim(NOW, 10) == []
    claimed = await asyncio.gather(*(schedules.claim(AT.at, 10) for _ in range(10)))
    (stale,) = [switch for found in claimed for switch in found]
    assert await schedules.claim(AT.at + LEASE, 10) == []
    later = AT.at + LEASE + timedelta(seconds=1)
    (fresh,) = await schedules.claim(later, 10)
    assert (fresh.id, fresh.attempts) == (stale.id, 2)
    assert not await schedules.note(stale, uuid4())
    assert not await schedules.postpone(stale, later, "unreachable")
    assert not await schedules.settle(stale, SwitchState.DONE, later)
    action = uuid4()
    assert await schedules.note(fresh, action)
    assert await schedules.settle(fresh, SwitchState.DONE, later, then=[Due(What.SWITCH, AT.at + HOUR)])
    assert await schedules.claim(later, 10) == []
    done, coming = await schedules.switches_of(key)
    assert (done.state, done.action_id, coming.state) == (SwitchState.DONE, action, SwitchState.DUE)
    schedule = await schedules.get(key)
    assert schedule is not None
    assert schedule.done_through == AT.at


async def test_an_instant_is_due_once(schedules: Schedules) -> None:
    """What was done is not due again, whoever computes it."""
    key = await schedules.add(an_end(), [AT])
    assert key is not None
    (switch,) = await schedules.claim(AT.at, 10)
    assert await schedules.settle(switch, SwitchState.DONE, AT.at, then=[AT])
    assert [one.state for one in await schedules.switches_of(key)] == [SwitchState.DONE]
    assert await schedules.next_due([key]) == {}


async def test_tried_again_later(schedules: Schedules) -> None:
    """A postponed switch comes when it was postponed to, and says why."""
    key = await schedules.add(an_end(), [AT])
    assert key is not None
    (switch,) = await schedules.claim(AT.at, 10)
    assert await schedules.postpone(switch, AT.at + HOUR, "unreachable")
    assert await schedules.claim(AT.at + HOUR / 2, 10) == []
    assert await schedules.next_due([key]) == {key: AT.at}
    (again,) = await schedules.claim(AT.at + HOUR, 10)
    assert (again.id, again.reason, again.due_at) == (switch.id, "unreachable", AT.at)


async def test_of_two_who_change_it_one_does(schedules: Schedules) -> None:
    """A change of what was read before somebody else's is refused; what is due is replaced with it."""
    key = await schedules.add(an_end(), [Due(What.REMIND, NOW + HOUR / 2), AT])
    assert key is not None
    read = await schedules.get(key)
    assert read is not None
    (claimed,) = await schedules.claim(NOW + HOUR / 2, 10)
    later = [Due(What.SWITCH, AT.at + HOUR)]
    changed = await asyncio.gather(*(schedules.change(read, wish={"n": n}, due=later) for n in range(5)))
    assert sum(changed) == 1
    assert not await schedules.settle(claimed, SwitchState.DONE, NOW)
    assert [one.due_at for one in await schedules.switches_of(key)] == [AT.at + HOUR]
    now = await schedules.get(key)
    assert now is not None
    assert await schedules.change(now, state=ScheduleState.OVER, due=())
    assert await schedules.switches_of(key) == []
    assert await schedules.of_customer("cust-1", {ScheduleState.ON}) == []


async def test_what_is_over_is_forgotten(schedules: Schedules) -> None:
    """Ends that are over go; plans stay, and whatever is still due."""
    over = await schedules.add(an_end(), [AT])
    waiting = await schedules.add(an_end(), [AT])
    assert over is not None
    assert waiting is not None
    (first, *_) = await schedules.claim(AT.at, 1)
    assert await schedules.settle(first, SwitchState.DONE, AT.at, schedule_state=ScheduleState.OVER)
    assert await schedules.purge(AT.at + HOUR) == 1
    assert await schedules.get(first.schedule_id) is None
    (other,) = {over, waiting} - {first.schedule_id}
    assert len(await schedules.switches_of(other)) == 1
    await schedules.delete(other)
    assert await schedules.get(other) is None
