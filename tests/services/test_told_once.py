"""Whoever changed something and still looks at the receipt is not called; whoever has put the phone away is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from handlers.actions import Undo, tell_changed
from portal.bodies import RuleChange
from portal.models import DivertWhen
from services.diverting_rules import Wish
from storage.actions import Action
from storage.notices import Notice, Result
from tests.services.acting_stage import ANNA, MAX, Stage, migrated
from tests.services.model_portal import APPROVED, LINE


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """The road, in front of a telephone system that takes its time."""
    found = Stage(migrated(tmp_path), tmp_path / "road.db")
    found.portal.slow_lines = True
    yield found
    found.close()


@pytest.mark.parametrize(("seconds", "told"), [(3, ["receipt"]), (60, ["outcome", "receipt"])])
def test_what_is_seen_on_the_receipt_is_not_told_again(stage: Stage, seconds: int, told: list[str]) -> None:
    """Within seconds the receipt is changed in silence; later there is a message, too."""
    _diverted(stage)
    stage.now += timedelta(seconds=seconds)
    stage.portal.settle_lines("active")
    stage.run(stage.processes[0].following.run_once())

    assert sorted(notice.kind for notice in _notices(stage) if notice.chat_id == MAX) == told


def test_others_get_the_way_back_while_the_telephone_system_is_on_it(stage: Stage) -> None:
    """They are told once, when it was accepted: the button stands there from the beginning."""
    _diverted(stage)
    (notice,) = [notice for notice in _notices(stage) if notice.chat_id == ANNA]

    shown = tell_changed(notice.facts)

    assert (notice.kind, notice.facts["state"]) == ("changed", "accepted")
    assert next(button.press for row in shown.rows for button in row) == Undo(UUID(str(notice.facts["action"])).hex)


def test_a_receipt_that_comes_late_is_set_right(stage: Stage) -> None:
    """The change was over before the message that says it is under way was in the chat: it is edited all the same."""
    as_shown = _diverted(stage)
    stage.now += timedelta(seconds=3)
    stage.portal.settle_lines("active")
    stage.run(stage.processes[0].following.run_once())
    _notices(stage)
    stage.run(stage.processes[0].acting.shown(as_shown, 8))
    (late,) = _notices(stage)

    assert (late.kind, late.facts["message"], late.facts["state"]) == ("receipt", 8, "done")


def _diverted(stage: Stage) -> Action:
    """Max has diverted a line; the telephone system is on it, and the receipt stands in his chat."""
    process, by = stage.processes[0], stage.connection(MAX)
    wish = Wish(LINE, {DivertWhen.BUSY: RuleChange(True, APPROVED)})
    key = stage.run(process.diverting.propose(by, MAX, [wish], summary="Umleitung", shown={}))
    step = stage.run(process.acting.confirm(key, MAX, 1))
    stage.run(process.acting.shown(step.action, 7))
    return step.action


def _notices(stage: Stage) -> list[Notice]:
    found = stage.run(stage.notices.claim(stage.now + timedelta(seconds=1), 50))
    stage.run(stage.notices.settle(found, Result("sent", stage.now)))
    return found
