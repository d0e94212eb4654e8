"""Setting up: on a machine where something is missing, a sentence with the command that installs it; else quick."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
TOOLS = ("sh", "cat", "cut", "dirname", "rm", "sha256sum")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone, as far as setting up needs it."""
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    for lock in LOCKS:
        shutil.copy(ROOT / lock, folder / lock)
    return folder


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine's programs: the shell's own, and what a test adds."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (folder / tool).symlink_to(found)
    return folder


def install(machine: Path, name: str, script: str) -> None:
    (machine / name).write_text(f"#!/bin/sh\n{script}\n")
    (machine / name).chmod(0o755)


def run(clone: Path, machine: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=clone, env={"PATH": str(machine)}, capture_output=True, text=True, check=False)


def test_a_python_that_is_too_old_is_told(clone: Path, machine: Path) -> None:
    """The version that was found, the one that is needed, and how to get it; no trace, nothing left behind."""
    install(machine, "python3", '[ "$1" = -V ] && echo "Python 3.10.12" && exit 0; exit 1')
    ran = run(clone, machine, "scripts/prepare", "run")

    assert ran.returncode == 1
    assert "Python 3.11 or newer is needed; python3 here is Python 3.10.12" in ran.stderr
    assert "apt-get install python3.11" in ran.stderr
    assert not (clone / ".venv").exists()


def test_no_python_at_all_is_told(clone: Path, machine: Path) -> None:
    """The same sentence where there is none."""
    ran = run(clone, machine, "scripts/prepare", "run")

    assert ran.returncode == 1
    assert "python3 here is missing" in ran.stderr


def test_a_missing_venv_module_is_told(clone: Path, machine: Path) -> None:
    """Debian splits it off; the sentence names its package."""
    install(machine, "python3", 'case "$2" in *ensurepip*) exit 1 ;; esac')
    ran = run(clone, machine, "scripts/prepare", "run")

    assert ran.returncode == 1
    assert "apt-get install python3-venv" in ran.stderr


@pytest.mark.parametrize(("kind", "lock"), [("run", LOCKS[0]), ("dev", LOCKS[1])])
def test_nothing_is_done_when_nothing_changed(clone: Path, machine: Path, kind: str, lock: str) -> None:
    """With the lock's hash in the stamp neither Python nor the network is touched; another lock is another hash."""
    python = clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    install(python.parent, "python", "exit 1")
    stamp = clone / ".venv" / f"installed-{kind}"
    stamp.write_text(hashlib.sha256((clone / lock).read_bytes()).hexdigest() + "\n")

    assert run(clone, machine, "scripts/prepare", kind).returncode == 0
    (clone / lock).write_text("changed")
    assert run(clone, machine, "scripts/prepare", kind).returncode == 1


@pytest.mark.parametrize("there", ["chromium", "pdfinfo"])
def test_a_missing_program_is_told(clone: Path, machine: Path, there: str) -> None:
    """Before the tests begin, with the command that installs it."""
    install(machine, there, "exit 0")
    ran = run(clone, machine, "scripts/programs")

    assert ran.returncode == 1
    assert "apt-get install --no-install-recommends chromium" in ran.stderr


def test_a_browser_is_found_under_each_of_its_names(clone: Path, machine: Path) -> None:
    """Debian, Ubuntu and Google name it differently."""
    install(machine, "pdfinfo", "exit 0")
    for name in ("chromium", "chromium-browser", "google-chrome"):
        install(machine, name, "exit 0")
        assert run(clone, machine, "scripts/programs").returncode == 0
        (machine / name).unlink()


@pytest.mark.parametrize("script", [*sorted((ROOT / "scripts").iterdir()), ROOT / ".ci" / "run"], ids=lambda p: p.name)
def test_every_script_is_plain_shell(script: Path) -> None:
    """Each is executable and parses under the plainest shell there is."""
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0
