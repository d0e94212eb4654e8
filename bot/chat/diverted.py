"""Lines and their diversions in words: the same on every screen that shows them."""

from bot.chat.text import Fact, Name, Phone, Say, say
from portal.models import Diversion, DiversionStatus, DivertWhen, Extension
from services.diverting import active
from services.diverting_rules import line_name
from services.diverting_targets import Aim, Switchboard

LONGEST = 60


def aim_facts(aim: Aim) -> dict[str, Fact]:
    """What `diversion-aim` needs."""
    return {
        "target_kind": aim.shown_as,
        "target_name": Name(aim.name, LONGEST),
        "target": Phone(aim.e164) if aim.e164 else "",
    }


def glance(board: Switchboard, line: Extension) -> list[Say]:
    """Where a line rings now, in a few words; a diversion for always hides the others."""
    rules = {rule.when: rule for rule in line.diversions if rule.active}
    name = Name(line_name(line), LONGEST)
    if always := rules.get(DivertWhen.ALWAYS):
        return [say("diversions-line-always", line=name, status=_status(always), **_aimed(board, always))]
    if not rules:
        return [say("diversions-line-normal", line=name)]
    more = [say("diversions-line-more", **_when(rule), **_aimed(board, rule)) for rule in rules.values()]
    return [say("diversions-line-normal", line=name), *more]


def rule_lines(board: Switchboard, line: Extension) -> list[Say]:
    """Every condition that a line knows, whether something is set there or not."""
    is_overridden = DivertWhen.ALWAYS in active(line)
    found = {rule.when: rule for rule in line.diversions}
    lines = []
    for when in line.supported:
        rule = found.get(when)
        if rule is None or rule.target is None:
            lines.append(say("diversions-rule-off", when=when.value, seconds=0))
            continue
        rests = is_overridden and when is not DivertWhen.ALWAYS and rule.active
        status = "rests" if rests else _status(rule)
        lines.append(say("diversions-rule", status=status, **_when(rule), **_aimed(board, rule)))
    return lines


def line_fact(line: Extension) -> Name:
    """A line's name as a fact."""
    return Name(line_name(line), LONGEST)


def _status(rule: Diversion) -> str:
    if not rule.active:
        return DiversionStatus.OFF.value
    known = {DiversionStatus.REQUESTED, DiversionStatus.FAILED}
    return rule.status.value if rule.status in known else DiversionStatus.ACTIVE.value


def _when(rule: Diversion) -> dict[str, Fact]:
    is_timed = rule.when is DivertWhen.NO_ANSWER
    return {"when": rule.when.value, "seconds": (rule.no_reply_seconds or 0) if is_timed else 0}


def _aimed(board: Switchboard, rule: Diversion) -> dict[str, Fact]:
    return aim_facts(board.aim(rule.target or ""))
