"""What both naive bots are told, and the one read that they do."""

from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

READ = "SELECT language, token FROM people WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Task:
    """Where to work, and what to answer with: the text and keyboard that the product sent."""

    token: str = field(repr=False)
    telegram: str
    products: str
    database: str
    text: str
    keyboard: str

    def write(self, path: Path) -> None:
        """Leave it for the bot's process."""
        path.write_bytes(orjson.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> "Task":
        """What was left for this process."""
        return cls(**orjson.loads(path.read_bytes()))
