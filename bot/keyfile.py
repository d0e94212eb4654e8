"""The vault's keys on disk, for installations that bring none: made once, readable by their owner only."""

import os
import stat
from pathlib import Path

from storage.vault import generate_key

NAME = "secret_keys"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_or_make(folder: Path, *, database: Path | None) -> str:
    """The keys kept in this folder; makes them unless a database exists that they could not have sealed."""
    path = folder / NAME
    if not path.exists():
        if database is not None and database.exists():
            raise ValueError(f"{path} is missing, but {database} was sealed with it: put the key file back")
        _make(path)
    if others_may_read(path):
        raise ValueError(f"others may read {path}: chmod 600 {path}")
    return path.read_text()


def others_may_read(path: Path) -> bool:
    """Whether anybody but the owner has any right on the file."""
    return bool(path.stat().st_mode & OTHERS)


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(generate_key() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # a link, because it fails when another process was quicker: both then read the same keys
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()
