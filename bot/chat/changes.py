"""How a change is told: from what was frozen with it, in the reader's language; the same words wherever it appears.

Each kind of change has a line of its own in the catalogue (`change-<kind>`), and its facts are named alike everywhere.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from bot.chat.text import Code, Fact, Name, Phone, Say, say
from portal.models import Money
from services.diverting import DIVERT
from services.diverting_rules import line_changes
from services.diverting_targets import shown_as

_NAMES = {"name", "contract_name", "by", "line", "target_name", "unit", "names"}
_CODES = {"number"}
_MONEY = {"net", "gross", "once_net", "once_gross"}
_DAYS = {"ends"}
_INSTANTS = {"until", "at"}
_PHONES = {"target"}
_NO_FACTS = {"key", "requests"}  # what the change is called and sends, towards the portal
_LONGEST = 80


def told(kind: str, shown: Mapping[str, object]) -> Say:
    """One line: what is changed."""
    return say(f"change-{kind}", **facts_of(shown))


def was(kind: str, shown: Mapping[str, object]) -> tuple[Say, ...]:
    """Where calls of a line went before a change of one of its diversions; () for other changes."""
    rules = [rule for change in line_changes(shown) for rule in change.before.values()] if kind == DIVERT else []
    if len(rules) != 1:
        return ()
    (rule,), aims = rules, shown.get("aims")
    found = aims.get(rule.target) if isinstance(aims, Mapping) else None
    if not rule.active or not isinstance(found, Mapping):
        return (say("drift-before", target_kind="off", target_name=Name(""), target=""),)
    name, e164 = str(found.get("name", "")), str(found.get("e164", ""))
    target = Phone(e164) if e164 else ""
    sort = shown_as(str(found.get("kind", "other")), name, e164)
    return (say("drift-before", target_kind=sort, target_name=Name(name, _LONGEST), target=target),)


def facts_of(shown: Mapping[str, object]) -> dict[str, Fact]:
    """What was frozen as facts that texts can show; what texts can't show is left out."""
    facts: dict[str, Fact] = {}
    for name, value in shown.items():
        if name in _NO_FACTS or value is None or isinstance(value, bool | list | dict):
            continue
        facts[name] = _fact(name, value, str(shown.get("currency", "EUR")))
    return facts


def _fact(name: str, value: object, currency: str) -> Fact:
    text = str(value)
    if name in _NAMES:
        return Name(text, _LONGEST)
    if name in _CODES:
        return Code(text)
    if name in _MONEY:
        return Money(Decimal(text), currency) if text else None
    if name in _DAYS:
        return date.fromisoformat(text)
    if name in _INSTANTS:
        return datetime.fromisoformat(text) if text else None
    if name in _PHONES:
        return Phone(text)
    return value if isinstance(value, int) else text
