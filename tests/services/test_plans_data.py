"""Plans, rotas and ends as JSON data: the same comes back, anything else is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.plans import WeeklyPlan
from services.plans_data import Damaged, Newer, Unusable, from_data, to_data
from services.plans_rota import Rota
from services.plans_until import Until
from tests.proof import examples
from tests.services.plan_wishes import OFFICE, ON_CALL, plans, rotas, untils

Data = dict[str, Any]


@settings(max_examples=examples(4_000, least=150), deadline=None)
@given(plans | rotas | untils)
def test_the_same_comes_back(kept: WeeklyPlan | Rota | Until) -> None:
    """What went through the text of JSON equals what was written, in every field."""
    assert from_data(type(kept), json.loads(json.dumps(to_data(kept)))) == kept


@pytest.mark.parametrize(
    ("damage", "refusal"),
    [
        (lambda data: data.update(version=2), "version 2 is newer"),
        (lambda data: data.update(version="1"), "no version"),
        (lambda data: data.update(version=0), "no version"),
        (lambda data: data.pop("version"), "no version"),
        (lambda data: data.update(kind="rota"), "no weeklyPlan"),
        (lambda data: data.update(more=1), "no weeklyPlan"),
        (lambda data: data.pop("wish"), "no weeklyPlan"),
        (lambda data: data.update(wish=[]), "object"),
        (lambda data: data.update(wish={1, 2}), "no JSON data"),
        (lambda data: data["wish"].pop("zone"), "zone: "),
        (lambda data: data["wish"].update(zone="Mars/Olympus"), "unknown time zone"),
        (lambda data: data["wish"].update(zone=7), "zone: "),
        (lambda data: data["wish"].update(surprise=1), "surprise: "),
        (lambda data: data["wish"]["week"].pop(), "seven days"),
        (lambda data: data["wish"]["week"][0][0].update(begins="480"), "week.0.0.begins: "),
        (lambda data: data["wish"]["week"][0][0].update(begins=1440), "23:59"),
        (lambda data: data["wish"]["week"][0][0].update(odd=1), "week.0.0.odd: "),
        (lambda data: data["wish"]["holidays"].update(state="XX"), "holidays.state: "),
        (lambda data: data["wish"].update(closed_days=["2027-02-29"]), "closed_days.0: "),
        (lambda data: data["wish"].update(otherwise={"target": "x" * 200_000}), "larger than"),
    ],
)
def test_damage_is_refused_with_its_reason(damage: Callable[[Data], object], refusal: str) -> None:
    """A plan of another version, kind or shape never becomes half a plan."""
    data: Data = json.loads(json.dumps(to_data(OFFICE)))
    damage(data)

    with pytest.raises(Unusable, match=refusal) as caught:
        from_data(WeeklyPlan, data)
    assert isinstance(caught.value, Newer if "newer" in refusal else Damaged)


def test_a_refusal_does_not_repeat_the_data() -> None:
    """Targets are nobody's business in a log."""
    data: Data = json.loads(json.dumps(to_data(OFFICE)))
    data["wish"]["otherwise"] = [ON_CALL.target]

    with pytest.raises(Damaged) as caught:
        from_data(WeeklyPlan, data)
    assert str(ON_CALL.target) not in str(caught.value)
    assert caught.value.__cause__ is None


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@settings(max_examples=examples(4_000, least=150), deadline=None)
@given(json_data, st.sampled_from((WeeklyPlan, Rota, Until)))
def test_any_other_data_is_refused(data: object, kind: type[WeeklyPlan] | type[Rota] | type[Until]) -> None:
    """Nothing but Unusable comes out of reading what nobody wrote."""
    names = {WeeklyPlan: "weeklyPlan", Rota: "rota", Until: "until"}
    for found in (data, {"version": 1, "kind": names[kind], "wish": data}):
        with pytest.raises(Unusable):
            from_data(kind, found)
