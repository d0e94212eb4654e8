"""T19: whatever the portal tells, it stays text: no foreign mark-up, nothing foreign to tap, never too long.

Each text of each language is filled with hostile strings, parsed as Telegram parses it, and compared with the same text
filled with harmless ones.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.chat.text import LANGUAGES, LONGEST_LABEL, Code, Fact, Name, Phone, Say, Texts
from sandbox.entities.detect import detect
from sandbox.entities.html import parse_html
from tests.chat.catalogue import choices, needed, said, texts
from tests.chat.hostile import hostile, unwanted
from tests.proof import Proof

LONGEST = 4096
NUMBERS = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 5}
TEXTS = {language: Texts(language, ZoneInfo("Europe/Berlin")) for language in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Shown:
    """What Telegram makes of a rendered text: kinds of entities, and the words of those that can be tapped."""

    length: int
    kinds: Counter[str]
    tappable: frozenset[str]


@dataclass(frozen=True, slots=True)
class Template:
    """A text and how the code fills it: the class of each fact, and by which facts it chooses."""

    language: str
    key: str
    kinds: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, tuple[str, ...]], ...]

    def filled(self, chosen: dict[str, str], string: str, other: str) -> Say:
        """The text with the string in every fact that is not chosen; `other` stands in every second one."""
        facts: dict[str, Fact] = {}
        for place, (name, kind) in enumerate(self.kinds):
            choice = chosen.get(name)
            facts[name] = _typed(kind, other if place % 2 else string) if choice is None else _chosen(choice)
        return Say(self.key, facts)

    def choose(self, random: Random) -> dict[str, str]:
        """One way through the text's variants."""
        return {name: random.choice(names) for name, names in self.choices}


def _typed(kind: str, string: str) -> Fact:
    match kind:
        case "Name":
            return Name(string)
        case "Code":
            return Code(string)
        case "Phone":
            return Phone(string)
    return string


def _chosen(name: str) -> Fact:
    return int(name) if name.isdecimal() else NUMBERS.get(name, name)


@cache
def templates() -> tuple[Template, ...]:
    """Every text with facts, in every language."""
    return tuple(
        Template(
            language,
            key,
            tuple((name, _kind(key, name)) for name in sorted(needed(language, key))),
            tuple(choices(language, key).items()),
        )
        for language in LANGUAGES
        for key in texts(language)
        if needed(language, key)
    )


@cache
def _kind(key: str, name: str) -> str:
    kinds = {one.facts[name] for one in said() if one.means(key) and name in one.facts}
    return next((kind for kind in ("Name", "Phone", "Code") if kind in kinds), "")


def _shown(html: str) -> Shown:
    text, given = parse_html(html)
    found = [*given, *detect(text, given)]
    units = text.encode("utf-16-le")
    words = {e: units[e.offset * 2 : e.end * 2].decode("utf-16-le") for e in found}
    tappable = {words[e] for e in found if e.type not in {"bold", "italic", "code"}}
    return Shown(len(units) // 2, Counter(e.type for e in found), frozenset(tappable))


@cache
def _harmless(template: Template, chosen: tuple[tuple[str, str], ...]) -> Shown:
    return _shown(TEXTS[template.language].html(template.filled(dict(chosen), "Xaver", "Yvonne")))


def _wrong(template: Template, chosen: dict[str, str], string: str, other: str) -> str | None:
    """What is wrong with the text when the enemy fills it; None when nothing is."""
    if "-button" in template.key:
        label = TEXTS[template.language].label(template.filled(chosen, string, other))
        return f"{template.key}: {label!r}" if unwanted(label) or not 1 <= len(label) <= LONGEST_LABEL else None
    html = TEXTS[template.language].html(template.filled(chosen, string, other))
    shown, expected = _shown(html), _harmless(template, tuple(chosen.items()))
    kinds = shown.kinds - expected.kinds
    tappable = shown.tappable - expected.tappable
    if any(kind == "Phone" for _, kind in template.kinds):  # a phone number is there to be tapped
        kinds.pop("phone_number", None)
        tappable = frozenset(word for word in tappable if not word.startswith("+"))
    if kinds or tappable or shown.length > LONGEST:
        return f"{template.key}: {dict(kinds)} {set(tappable)} {shown.length} {html!r}"
    if found := unwanted(html):
        return f"{template.key}: {found} {html!r}"
    return None


@pytest.mark.proof(
    "T19", target="100 % accepted by the entity parser; 0 foreign link, command, mention or mark-up; <= 4096"
)
def test_nothing_foreign_becomes_more_than_text(proof: Proof) -> None:
    """Hostile strings through all texts of all languages: nothing of them is mark-up, nothing can be tapped."""
    strings, wrong, rendered = proof.count(100_000, "hostile strings"), [], 0
    every = templates()
    # a string meets every tenth template (in the quick run every fortieth); each template meets its share of them all
    step = 10 if proof.full else 40
    for turn in range(strings):
        string, other = hostile(proof.random), hostile(proof.random)
        for template in every[turn % step :: step]:
            wrong.append(_wrong(template, template.choose(proof.random), string, other))
            rendered += 1
    broken = [each for each in wrong if each]

    proof.record(figure=f"{len(broken)} of {rendered} rendered texts broken, {len(every)} templates", passed=not broken)
    assert broken[:5] == []


@pytest.mark.parametrize("growing", ['"', "<", "&'"])
def test_what_grows_when_escaped_fits_everywhere(growing: str) -> None:
    """Facts of nothing but what has to be escaped go through every text, several of them beside each other."""
    chance = Random(1)
    for template in templates():
        assert _wrong(template, template.choose(chance), growing * 500, growing * 500) is None, template
