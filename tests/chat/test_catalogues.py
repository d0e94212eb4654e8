"""Every word stands in the catalogues, in both languages, with the facts that the code gives."""

from collections import Counter
from dataclasses import fields

import pytest

from bot.chat.text import LANGUAGES
from services.errors import Refusal
from tests.chat.catalogue import entries, mentioned, needed, said, texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_stands_once(language: str) -> None:
    """No text hides another one, in whatever file it stands."""
    counted = Counter(text.key for text in entries(language))

    assert [key for key, count in counted.items() if count > 1] == []


def test_languages_have_the_same_keys() -> None:
    """What can be said in one language can be said in the other."""
    german, english = texts("de").keys(), texts("en").keys()

    assert german - english == set()
    assert english - german == set()


def test_languages_need_the_same_facts() -> None:
    """A text and its translation show or decide by the same facts."""
    unequal = {key for key in texts("de").keys() & texts("en").keys() if needed("de", key) != needed("en", key)}

    assert unequal == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_exists(language: str) -> None:
    """Each `say(...)` in the code names a text, and gives exactly the facts it needs."""
    wrong = []
    for one in said():
        keys = [key for key in texts(language) if one.means(key)]
        wrong += [] if keys else [f"{one.place}: no text for {one.keys}"]
        for key in keys:
            missing, unused = needed(language, key) - one.facts.keys(), one.facts.keys() - needed(language, key)
            if missing and not one.is_open and not key.startswith("refusal-"):
                wrong.append(f"{one.place}: {key} lacks {sorted(missing)}")
            if unused and len(keys) == 1:  # one call for several texts may know more than each of them needs
                wrong.append(f"{one.place}: {key} does not use {sorted(unused)}")

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_refusals_have_words(language: str) -> None:
    """Each kind of refusal can be told, with no more facts than it carries."""
    for kind in _all_refusals():
        key = kind.__new__(kind).key
        carried = {field.name.replace("_", "-") for field in fields(kind)}

        assert needed(language, key) <= carried, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_to_copy_stands_in_code(language: str) -> None:
    """A `Code` fact is shown in <code> only, where Telegram finds nothing to tap; labels of buttons are plain."""
    outside = [
        f"{one.place}: {name} in {key}"
        for one in said()
        for name, kind in one.facts.items()
        if kind == "Code"
        for key, text in texts(language).items()
        if one.means(key) and name in text.outside_code and "-button" not in key
    ]

    assert outside == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_over(language: str) -> None:
    """A text that nothing says and no other text refers to is not there."""
    referred = {reference for text in texts(language).values() for reference in text.references}
    left_over = [
        key
        for key in texts(language)
        if key not in mentioned() | referred and not any(one.means(key) for one in said())
    ]

    assert left_over == []


def _all_refusals(kind: type[Refusal] = Refusal) -> set[type[Refusal]]:
    return {found for child in kind.__subclasses__() for found in {child, *_all_refusals(child)}}
