"""What is frozen with a change of diversions: the lines, the requests, and the facts that its words need.

`aims` in the payload says of every target involved what it is called, so that the way back can be told as well:
`{"tel:+49...": {"kind": "saved", "name": "Max mobil", "e164": "+49..."}}`.
"""

from collections.abc import Iterable, Mapping, Sequence

from portal.paths import Paths
from services.diverting_rules import LineChange, Rule, requests
from services.diverting_targets import Switchboard, shown_as

OFF, SEVERAL = "off", "several"


def payload_of(
    paths: Paths,
    changes: Sequence[LineChange],
    approve: Sequence[tuple[str, str]],
    summary: str,
    shown: Mapping[str, object],
) -> dict[str, object]:
    """A change as it is frozen. `shown` has `account` and `aims`, and what its words need beside the lines."""
    subject = f"line:{changes[0].service}" if len(changes) == 1 else "lines"
    return {
        "what": "",
        "name": "",
        "until": "",
        **shown,
        **(_told(changes, shown) if changes else _approved(approve)),
        "has_end": "yes" if shown.get("until") else "no",
        "subject": subject if changes else "targets",
        "lines": [change.kept() for change in changes],
        "approved": [uri for uri, _ in approve],
        "requests": requests(paths, changes, approve, summary),
    }


def aims_of(board: Switchboard, changes: Iterable[LineChange]) -> dict[str, object]:
    """Every target that a change is about, as it is kept."""
    aims = [
        board.aim(rule.target)
        for change in changes
        for rules in (change.before, change.after)
        for rule in rules.values()
        if rule.target is not None
    ]
    return {aim.uri: {"kind": aim.kind.value, "name": aim.name, "e164": aim.e164} for aim in aims}


def _told(changes: Sequence[LineChange], shown: Mapping[str, object]) -> dict[str, object]:
    """The facts that follow from the lines, and so can't be given otherwise."""
    rules = [(when, rule) for change in changes for when, rule in change.after.items()]
    facts: dict[str, object] = {"line": changes[0].line, "count": len(changes)}
    if all(not rule.active for _, rule in rules):
        facts |= {"target": "", "target_name": "", "target_kind": OFF}
    elif len(rules) == 1:
        facts |= _target(rules[0][1], shown)
    else:
        facts |= {"target": "", "target_name": "", "target_kind": SEVERAL}
    when = rules[0][0].value if len(rules) == 1 else SEVERAL
    return {**facts, "when": when, "seconds": rules[0][1].seconds or 0 if len(rules) == 1 else 0}


def _approved(approve: Sequence[tuple[str, str]]) -> dict[str, object]:
    """The facts of targets that are approved without a diversion."""
    names, first = ", ".join(name for _, name in approve), approve[0][0]
    return {"count": len(approve), "name": names, "target": first.removeprefix("tel:")}


def _target(rule: Rule, shown: Mapping[str, object]) -> dict[str, object]:
    aims = shown.get("aims")
    aim = aims.get(rule.target) if isinstance(aims, Mapping) else None
    found: Mapping[str, object] = aim if isinstance(aim, Mapping) else {}
    e164, name = str(found.get("e164", "")), str(found.get("name", ""))
    return {"target": e164, "target_name": name, "target_kind": shown_as(str(found.get("kind", "other")), name, e164)}
