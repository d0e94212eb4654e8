"""What a change says of itself, held against what the portal has."""

from collections.abc import Mapping

from services.diverting_rules import LineChange
from services.diverting_rules import Rule as KeptRule
from storage.actions import Action, State
from tests.services.model_answers import Placed, Rule

SETTLED = frozenset({"active", "off", None})


def is_told(action: Action, placed: Placed | None) -> bool:
    match action.state:
        case State.DONE:
            return placed is not None and placed.state == "completed"
        case State.FAILED:
            return placed is not None and placed.state in {"rejected", "failed", "cancelled"}
        case State.ACCEPTED:
            return placed is not None
    return True


def has_come_true(change: LineChange, rules: Mapping[str, Rule]) -> bool:
    return all(
        wished.is_met_by(kept(rules.get(when.value, {}))) and rules.get(when.value, {}).get("status") in SETTLED
        for when, wished in change.after.items()
    )


def kept(rule: Rule) -> KeptRule:
    target = rule.get("target")
    return KeptRule(bool(rule.get("active")), None if target is None else str(target))


def bodies(action: Action) -> set[bytes]:
    requests = action.payload["requests"]
    return {str(request["body"]).encode() for request in requests} if isinstance(requests, list) else set()


def approved(action: Action) -> list[str]:
    approved = action.payload.get("approved")
    return [str(uri) for uri in approved] if isinstance(approved, list) else []
