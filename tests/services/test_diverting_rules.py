"""Diversions as they are kept with a change: nothing is lost on the way there and back."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from portal.bodies import KEEP, RuleChange
from portal.models import DiversionStatus, DivertWhen
from services.diverting_rules import LineChange, Rule, Wish, earlier, line_changes
from storage.actions import State
from tests.services.lines import MOBILE, VOICEMAIL, diversion, extension, inside

ALWAYS, BUSY, NO_ANSWER, NOT_REACHABLE = DivertWhen

targets = st.sampled_from([MOBILE, VOICEMAIL, inside("22")])
rules = st.one_of(
    st.builds(Rule, st.just(True), targets), st.builds(Rule, st.just(False), st.one_of(st.none(), targets))
)
changes = st.builds(
    RuleChange,
    active=st.one_of(st.just(KEEP), st.booleans()),
    target=st.one_of(st.just(KEEP), targets),
)
wishes = st.dictionaries(st.sampled_from(list(DivertWhen)), changes, min_size=1)


@given(st.dictionaries(st.sampled_from(list(DivertWhen)), rules), wishes)
def test_there_and_back(before: dict[DivertWhen, Rule], wish: dict[DivertWhen, RuleChange]) -> None:
    """Kept as JSON and read again it is the same; its undoing leads to exactly what was before, and nothing else."""
    line = extension("21", *(diversion(when, rule.target, active=rule.active) for when, rule in before.items()))
    change = LineChange.of(line, Wish(line.id, wish))
    (read,) = line_changes(orjson.loads(orjson.dumps({"lines": [change.kept()]})))

    assert read == change
    after = extension("21", *(diversion(when, rule.target, active=rule.active) for when, rule in change.after.items()))
    (back,) = earlier({"lines": [change.kept()]})
    assert LineChange.of(after, back).after == {when: before.get(when, Rule()) for when in wish}


def test_off_keeps_the_target() -> None:
    """What is sent when a diversion ends still says where it led."""
    line = extension("21", diversion(BUSY, MOBILE))
    change = LineChange.of(line, Wish(line.id, {BUSY: RuleChange(active=False)}))

    assert change.after == {BUSY: Rule(active=False, target=MOBILE)}
    assert orjson.loads(change.body) == {"callForwarding": {"busy": {"active": False, "target": MOBILE}}}
    assert change.newly_reached == {}


def test_only_new_ways_count_as_reached() -> None:
    """A rule that leads where it led already reaches nobody new; one that is switched on does."""
    line = extension("21", diversion(BUSY, MOBILE), diversion(ALWAYS, VOICEMAIL, active=False))
    on = RuleChange(active=True)
    same = LineChange.of(line, Wish(line.id, {BUSY: on, ALWAYS: on}))

    assert same.newly_reached == {ALWAYS: VOICEMAIL}


def test_how_far_the_telephone_system_is() -> None:
    """Done when it follows, accepted while it is asked to, failed when it did not; None when it is otherwise."""
    before = extension("21")
    change = LineChange.of(before, Wish("ext-21", {BUSY: RuleChange(active=True, target=MOBILE)}))
    active = diversion(BUSY, MOBILE)
    found = {}
    for status in (DiversionStatus.ACTIVE, DiversionStatus.REQUESTED, DiversionStatus.FAILED):
        rule = type(active)(BUSY, True, MOBILE, None, status, status.value)
        found[status.value] = change.stand(extension("21", rule))

    assert found == {"active": State.DONE, "requested": State.ACCEPTED, "failed": State.FAILED}
    assert change.stand(before) is None
    assert change.is_fresh(before)
    assert not change.is_fresh(extension("21", diversion(BUSY, VOICEMAIL)))
