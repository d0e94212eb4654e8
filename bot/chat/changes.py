"""How a change is told: from what was frozen with it, in the reader's language; the same words wherever it appears.

Each kind of change has a line of its own in the catalogue (`change-<kind>`), and its facts are named alike everywhere.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from bot.chat.text import Code, Fact, Name, Phone, Say, say
from portal.models import Money

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
