"""Calls can't be sent round in circles, and no change of diversions stays between two people: it is told and undone."""

import asyncio
from itertools import pairwise
from random import Random

import pytest

from portal.bodies import RuleChange, diversion_change
from portal.dialling import Reason
from portal.errors import Rejected
from portal.models import DivertWhen, Extension
from services.diverting import Wish
from services.diverting_rules import rule_of
from services.errors import NotDivertable
from storage.connections import Connection
from tests.drivers.sandbox import Person
from tests.house import MARTINA, MAX, PAULA, House
from tests.journeys.words import Words
from tests.proof import Proof

TARGET = "100 % refused/4-eyes; alert to all admins <= 60 s (p99); undo <= 5 s"
MOBILE, ON_CALL = "tel:+491713920010", "tel:+491713920014"
LINES = ("22", "23", "24", "25", "27", "28")
IN_CIRCLES = {Reason.SELF.value, Reason.LOOP.value, Reason.CHAIN.value}
ALERT, UNDO = 60.0, 5.0  # seconds

Rules = dict[tuple[str, DivertWhen], tuple[bool, str | None]]


def inside(number: str) -> str:
    """An extension as a target."""
    return f"tel:{number};phone-context=pbx.eservice.example"


async def connection_of(home: House, person: Person) -> Connection:
    """The person's only one."""
    (found,) = await home.app.connections.of_person(person.id)
    return found


@pytest.mark.proof("T43", target=TARGET)
async def test_circles_are_refused(home: House, proof: Proof) -> None:
    """Chains and loops of every length and condition: the bot proposes none, and the portal takes none."""
    by = await connection_of(home, await home.connected())
    refused = 0
    tries = proof.count(100, "loops and chains", least=10)
    for _ in range(tries):
        way = proof.random.sample(LINES, proof.random.randint(1, 4))
        whens = await chained(home, way, proof.random)
        start = way[-1] if proof.random.random() < 0.5 or len(way) == 1 else "26"  # 26 is diverted for always
        wish = into_a_circle(way, start, proof.random)
        refused += await is_refused(home, by, wish)
        for line, when in whens:
            await switched(home, line, when, active=False, target=MOBILE)
    proof.record(figure=f"{refused} of {tries} circles refused by the bot and by the portal", passed=refused == tries)
    assert refused == tries


def into_a_circle(way: list[str], start: str, chance: Random) -> Wish:
    """Where the way ends it begins again; or somebody is sent to a line that hands all calls on."""
    when = chance.choice(list(DivertWhen))
    if start == "26":
        return Wish(f"ext-{way[0]}", {when: RuleChange(active=True, target=inside("26"))})
    target = chance.choice([inside(way[0]), f"tel:+4922147102{way[0]}"])
    return Wish(f"ext-{start}", {when: RuleChange(active=True, target=target)})


async def chained(home: House, way: list[str], chance: Random) -> list[tuple[str, DivertWhen]]:
    """Each line sends calls on to the next one, by hand of the operator."""
    made = []
    for line, onward in pairwise(way):
        when = chance.choice(list(DivertWhen))
        await switched(home, line, when, active=True, target=inside(onward))
        made.append((line, when))
    return made


async def switched(home: House, line: str, when: DivertWhen, *, active: bool, target: str) -> None:
    """Set a rule at the portal, whatever it leads to."""
    rules = {when.value: {"active": active, "target": target}}
    await home.operator("PATCH", f"/services/ext-{line}", {"callForwarding": rules})


async def is_refused(home: House, by: Connection, wish: Wish) -> bool:
    """By the bot before anything is sent, and by the portal when it is sent all the same."""
    try:
        await home.app.diverting.propose(by, by.person_id, [wish], summary="Test", shown={})
    except NotDivertable as no:
        if no.reason not in IN_CIRCLES:
            return False
    else:
        return False
    portal, sessions = home.app.portal, home.app.sessions
    line = await sessions.call(by, lambda token: portal.extension(token, wish.service_id))
    body, etag = diversion_change(wish.changes), line.etag or ""
    try:
        await sessions.call(by, lambda token: portal.change_diversions(token, line.id, body, etag))
    except Rejected as no:
        return no.message in IN_CIRCLES
    return False


@pytest.mark.proof("T43", target=TARGET)
async def test_every_change_is_told_to_all_and_undone_at_once(home: House, proof: Proof) -> None:
    """One line or several: every other entitled person reads of it within a minute, and one tap brings all back."""
    words = Words("de")
    max_ = await home.connected("Max", who=MAX)
    others = [await home.connected(name, who=who) for name, who in (("Paula", PAULA), ("Martina", MARTINA))]
    by, clock = await connection_of(home, max_), asyncio.get_running_loop().time
    alerts, undone, exact = [], [], 0
    tries = proof.count(100, "changes", least=3)
    for n in range(tries):
        wishes = some_wishes(proof.random)
        before = await rules(home, by)
        began = clock()
        seen = [await person.client.version() for person in others]
        action = await home.app.diverting.propose(by, max_.id, wishes, summary="Test", shown={})
        step = await home.app.acting.confirm(action, max_.id, n + 1)
        assert step.pin is None
        for person, version in zip(others, seen, strict=True):
            person.acted_at = version
            await person.sees("🔔", within=ALERT, new=True)
            alerts.append(clock() - began)
        who = proof.random.choice(others)
        began = clock()
        await who.tap(words.label("action-button-undo"), on=await who.sees("🔔", new=True))
        await who.sees("✅", within=ALERT, new=True)
        undone.append(clock() - began)
        exact += await rules(home, by) == before
    held = max(alerts) <= ALERT and max(undone) <= UNDO and exact == tries
    slowest = f"slowest alert {max(alerts):.1f} s, slowest undo {max(undone):.1f} s"
    proof.record(figure=f"{slowest}, {exact} of {tries} exactly as before", passed=held)
    assert held


def some_wishes(chance: Random) -> list[Wish]:
    """One line or several, to approved targets: without a PIN a thief would be quickest."""
    lines = chance.sample(LINES, chance.choice([1, 1, 2, 4]))
    when, target = chance.choice([DivertWhen.BUSY, DivertWhen.NOT_REACHABLE]), chance.choice([MOBILE, ON_CALL])
    return [Wish(f"ext-{line}", {when: RuleChange(active=True, target=target)}) for line in lines]


async def rules(home: House, by: Connection) -> Rules:
    """Every rule as it is."""
    lines: tuple[Extension, ...] = await home.app.diverting.lines(by)
    found = {(line.id, when): rule_of(line, when) for line in lines for when in DivertWhen}
    return {place: (rule.active, rule.target) for place, rule in found.items()}
