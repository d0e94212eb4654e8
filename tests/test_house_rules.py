"""The house rules hold in every file, and each of them catches what it is there for."""

import re
import subprocess
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.house_rules import RULES, Found, Source, idle_tests

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "handlers", "services", "notifications", "storage", "portal", "sandbox", "bench", "tests")
LOCKS = ("requirements.lock", "requirements-dev.lock")
pytestmark = pytest.mark.xdist_group("house rules")  # the files are parsed once
IN_TESTS, IN_PRODUCT = Path("tests/test_x.py"), Path("bot/x.py")

BROKEN = [
    ("no_mocks", IN_TESTS, "from unittest.mock import Magic" + "Mock"),
    ("no_mocks", IN_TESTS, "import unittest.mock"),
    ("no_mocks", IN_TESTS, "monkeypatch.setattr(bot, 'x', 1)"),
    ("no_sleep_in_tests", IN_TESTS, "await asyncio.sleep(0.1)"),
    ("no_sleep_in_tests", IN_TESTS, "time.sleep(pause)"),
    ("nothing_unfinished", IN_PRODUCT, "x = 1  # TO" + "DO later"),
    ("nothing_unfinished", IN_PRODUCT, "raise NotImplemented" + "Error"),
    ("no_skipped_tests", IN_TESTS, "@pytest.mark.skipif(True)\ndef test_x(): ..."),
    ("modules_fit_in_a_head", IN_PRODUCT, "x = 1\n" * 401),
    ("modules_say_what_they_are", IN_PRODUCT, "x = 1"),
    ("tests_state_their_property", IN_TESTS, "async def test_x(): assert True"),
    ("docstrings_have_no_empty_params", IN_PRODUCT, 'def f(x):\n    """Do.\n\n    :param x:\n    """'),
    ("names_say_something", Path("bot/utils.py"), ""),
    ("names_say_something", IN_PRODUCT, "class DialogManager: ..."),
    ("types_are_not_talked_away", IN_PRODUCT, "from typing import cast"),
    ("types_are_not_talked_away", IN_PRODUCT, "x = y  # type: ig" + "nore"),
    ("types_are_not_talked_away", IN_PRODUCT, "x = y  # type: ig" + "nore[arg-type]"),
    ("digits_are_ascii", IN_PRODUCT, r"re.fullmatch(r'\d{6}', text)"),
    ("digits_are_ascii", IN_PRODUCT, "text.isdigit()"),
    ("no_secret_in_the_code", IN_PRODUCT, "TOKEN = '123456789:" + "A" * 35 + "'"),
]
KEPT = [
    ("no_sleep_in_tests", IN_TESTS, "await asyncio.sleep(0)"),
    ("no_sleep_in_tests", IN_TESTS, "await asyncio.sleep(0.1)  # the server's pace"),
    ("no_sleep_in_tests", IN_PRODUCT, "await asyncio.sleep(backoff)"),
    ("types_are_not_talked_away", IN_PRODUCT, "# the stub is wrong, see #12\nx = y  # type: ig" + "nore[arg-type]"),
    ("digits_are_ascii", IN_PRODUCT, "text.isascii() and text.isdigit()"),
    ("types_are_not_talked_away", IN_PRODUCT, "x = y  # type: ig" + "nore[arg-type]  # the stub is wrong, see #12"),
    ("types_are_not_talked_away", IN_PRODUCT, "import x  # type: ig" + "nore[import-untyped]"),
    ("digits_are_ascii", IN_PRODUCT, r"re.fullmatch(r'\d{6}', text, re.ASCII)"),
]


@cache
def sources() -> list[Source]:
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    return [Source(file.relative_to(ROOT), file.read_text()) for file in files]


def named(rule: str) -> Callable[[Source], Found]:
    return next(known for known in RULES if known.__name__ == rule)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.__name__))
def test_the_rule_holds_in_every_file(rule: Callable[[Source], Found]) -> None:
    """Nothing in the tree breaks it."""
    found = [
        f"{source.path}:{place if isinstance(place, int) else getattr(place, 'lineno', 1)}: {what}"
        for source in sources()
        for place, what in rule(source)
    ]

    assert found == [], f"{rule.__doc__}\n" + "\n".join(found)


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_a_rule_catches_what_breaks_it(rule: str, path: Path, text: str) -> None:
    """A linter that finds nothing because it looks nowhere would be found out here."""
    assert list(named(rule)(Source(path, text)))


@pytest.mark.parametrize(("rule", "path", "text"), KEPT)
def test_a_rule_leaves_alone_what_keeps_it(rule: str, path: Path, text: str) -> None:
    """The exceptions that each rule allows are allowed."""
    assert list(named(rule)(Source(path, text))) == []


def test_every_rule_is_tried() -> None:
    """There is no rule without an example that breaks it."""
    assert {rule.__name__ for rule in RULES} == {rule for rule, _, _ in BROKEN}


def test_every_test_asserts_something() -> None:
    """A test fails when its property does not hold, not only when the code crashes."""
    assert list(idle_tests(sources())) == []


def test_a_test_that_asserts_nothing_is_found() -> None:
    """Calling the code is no assertion; calling a function that asserts is."""
    helper = "def check(x):\n    assert x\n"
    idle = Source(IN_TESTS, helper + "def test_a(): run()\ndef test_b(): check(1)\n")

    assert [line.split()[1] for line in idle_tests([idle])] == ["test_a"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_no_addresses(lock: str) -> None:
    """Each requirement is pinned and hashed; where it is fetched from is the machine's own matter."""
    text = (ROOT / lock).read_text()
    pinned = re.findall(r"^(?P<name>[a-z0-9._-]+)(?:\[[a-z,]+\])?==.*\\\n    --hash=sha256:", text, re.MULTILINE)
    names = re.findall(r"^(?P<name>[a-z0-9._-]+)", text, re.MULTILINE)

    assert pinned == names
    assert "://" not in text


@pytest.mark.parametrize(("lock", "extras"), [(LOCKS[0], ()), (LOCKS[1], ("dev",))])
def test_a_lock_holds_what_the_project_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    """No dependency was added without `make lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *(name for extra in extras for name in project["optional-dependencies"][extra])]
    locked = set(re.findall(r"^([a-z0-9._-]+)", (ROOT / lock).read_text(), re.MULTILINE))

    assert {re.split(r"[\[<>=]", name)[0].lower().replace("_", "-").replace(".", "-") for name in asked} <= locked


def test_the_development_lock_extends_the_other() -> None:
    """Tests run on the versions that are shipped."""
    pins = [dict(re.findall(r"^([a-z0-9._-]+)==([^ \\]+)", (ROOT / lock).read_text(), re.MULTILINE)) for lock in LOCKS]

    assert pins[0].items() <= pins[1].items()


def test_help_lists_every_target() -> None:
    """`make help` is the Makefile's table of contents."""
    listed = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert re.findall(r"^  make ([a-z]+) ", listed, re.MULTILINE) == targets


def test_no_machine_is_named() -> None:
    """No path of one machine stands in what is not code for a machine."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    kinds = (".py", ".md", ".toml", ".yaml", ".yml", ".sh", ".ftl", ".ini", ".lock", "")
    home = re.compile(r"(?<![A-Za-z0-9_.-])/(?:ro" r"ot|ho" r"me|wo" r"rk|t" r"mp)/[A-Za-z]")
    found = [
        f"{name}:{number}"
        for name in tracked
        if name and (ROOT / name).is_file() and Path(name).suffix in kinds and not name.startswith("tests/")
        for number, line in enumerate((ROOT / name).read_text(errors="replace").splitlines(), start=1)
        if home.search(line)
    ]

    assert found == []
