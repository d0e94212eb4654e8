"""A connection that is found dead while nobody asks anything: its owner is told at once, and once."""

from datetime import UTC, datetime

from portal.bodies import RuleChange
from portal.models import DivertWhen
from services.diverting import Wish
from storage.actions import State
from tests.services.exchange import SPECIAL, Exchange

ALWAYS = DivertWhen.ALWAYS
VOICEMAIL, OTHER, MAX, EVA, ALI, _ = SPECIAL
TO_VOICEMAIL = Wish("ext-21", {ALWAYS: RuleChange(True, VOICEMAIL)})
SIX = datetime(2027, 1, 4, 17, 0, tzinfo=UTC)  # 18:00 in Berlin


async def cut_off(house: Exchange) -> list[int]:
    """Who was told since the last look that their connection has ended."""
    return [notice.chat_id for notice in await house.told() if notice.kind == "ended"]


async def test_a_connection_found_dead_by_a_plan_is_told_at_once_and_once(house: Exchange) -> None:
    """The end is due, and the portal has ended the connection: its owner hears of it, and a colleague's does it."""
    max_ = await house.somebody()
    await house.divert(max_, TO_VOICEMAIL, until=SIX)
    await house.somebody("Paula Pforte", 8)
    house.telephones.ended.add(max_.person_id)
    await house.told()
    await house.at(SIX)
    told = await cut_off(house)
    for _ in range(3):
        await house.later(seconds=10)

    assert told == [max_.person_id]
    assert await cut_off(house) == []
    rule = house.telephones.rules["ext-21"]["unconditional"]
    assert (rule["active"], rule.get("target")) == (False, OTHER)


async def test_a_connection_found_dead_by_a_look_is_told_at_once_and_once(house: Exchange) -> None:
    """The portal is asked about a lost answer: the dead connection's owner hears of it, a colleague's finds out."""
    max_ = await house.somebody()
    key = await house.diverting.propose(max_, max_.person_id, [TO_VOICEMAIL], summary="", shown={})
    claim = await house.actions.start(key, {State.PROPOSED}, house.now)
    assert claim is not None
    await house.actions.settle(key, claim, State.UNKNOWN, house.now, due_at=house.now)
    house.telephones.elsewhere("ext-21", unconditional={"active": True, "target": VOICEMAIL})
    await house.somebody("Paula Pforte", 8)
    house.telephones.ended.add(max_.person_id)
    await house.later(seconds=1)
    told = await cut_off(house)
    for _ in range(3):
        await house.later(seconds=10)
    found = await house.actions.get(key)

    assert told == [max_.person_id]
    assert await cut_off(house) == []
    assert found is not None
    assert found.state is State.DONE
