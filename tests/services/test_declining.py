"""What others do is told to whoever it concerns, unless they declined it in their own chat; security is told anyway."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from portal.bodies import RuleChange
from portal.models import DivertWhen
from services.diverting_rules import Wish as Diverted
from services.subscriptions import Bounds, EventKind, Wish, from_json, to_json, turned
from storage.actions import Action
from tests.services.acting_stage import ANNA, CUSTOMER, MAX, Stage, migrated
from tests.services.model_portal import APPROVED, LINE

CHANGED, ORDER, SECURITY = EventKind.DIVERSION_CHANGED, EventKind.ORDER, EventKind.SECURITY
NOBODYS = "tel:+491712345678"
NOTHING = Wish(frozenset())


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Max, who changes something, and Anna, who may or may not want to know."""
    found = Stage(migrated(tmp_path), tmp_path / "road.db")
    yield found
    found.close()


def chosen(stage: Stage, wish: Wish, state: str = "on") -> None:
    """What Anna wants, in her own chat."""
    by = stage.connection(ANNA).id
    where = (ANNA, CUSTOMER, to_json(wish), stage.now)
    row = stage.run(stage.subscriptions.put(*where, person_id=ANNA, connection_id=by))
    assert row is not None
    stage.run(stage.subscriptions.turn(row.id, state))


def proposed(stage: Stage, target: str, approve: Sequence[tuple[str, str]] = ()) -> Action:
    """Max wants to divert a line."""
    process, by, wish = (
        stage.processes[0],
        stage.connection(MAX),
        Diverted(LINE, {DivertWhen.BUSY: RuleChange(True, target)}),
    )
    key = stage.run(process.diverting.propose(by, MAX, [wish], summary="Umleitung", shown={}, approve=approve))
    action = stage.run(stage.actions.get(key))
    assert action is not None
    return action


def told(stage: Stage) -> list[str]:
    """What Anna is told."""
    found = stage.run(stage.notices.claim(stage.now + timedelta(seconds=1), 50))
    return [notice.kind for notice in found if notice.chat_id == ANNA]


@pytest.mark.parametrize(
    ("wish", "state", "is_told"),
    [
        (None, "", True),  # never chose anything
        (NOTHING, "on", True),
        (turned(NOTHING, ORDER, on=False), "on", True),
        (turned(NOTHING, CHANGED, on=False), "on", False),
        (turned(turned(NOTHING, CHANGED, on=False), CHANGED, on=True), "on", True),
        (NOTHING, "off", False),  # everything off
        (NOTHING, "paused", True),
        (Wish(frozenset(), bounds=Bounds(frozenset())), "off", True),  # an invitation is another matter
    ],
)
def test_only_who_declined_is_not_told(stage: Stage, wish: Wish | None, state: str, is_told: bool) -> None:
    """A diversion to an approved number is told to everybody entitled but those who switched that off."""
    if wish is not None:
        chosen(stage, wish, state)
    action = proposed(stage, APPROVED)
    stage.run(stage.processes[0].acting.confirm(action.id, MAX, 1))

    assert told(stage) == (["changed"] if is_told else [])


def test_what_may_be_fraud_can_not_be_declined(stage: Stage) -> None:
    """A number that nobody approved, or that is approved with the change, is security; of that nobody declines."""
    chosen(stage, turned(NOTHING, CHANGED, on=False), "off")
    told_as = stage.processes[0].kinds["divert"].told_as

    assert told_as(proposed(stage, APPROVED)) is CHANGED
    assert told_as(proposed(stage, NOBODYS)) is SECURITY
    assert told_as(proposed(stage, NOBODYS, approve=[(NOBODYS, "Neu")])) is SECURITY
    assert stage.run(stage.declining.has(CHANGED, stage.connection(ANNA)))
    assert not stage.run(stage.declining.has(SECURITY, stage.connection(ANNA)))


def test_what_was_kept_before_declines_nothing() -> None:
    """A wish of an earlier release is silent about these kinds: they are told, as they were."""
    kept = orjson.loads(to_json(Wish(frozenset({EventKind.INVOICE}))))
    del kept["declined"]

    assert from_json(orjson.dumps(kept)).declined == frozenset()
