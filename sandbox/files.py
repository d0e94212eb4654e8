"""Uploaded files: kept in memory, named by reusable file ids as Telegram does; an id is good for one bot only."""

import re
import secrets
import struct
from dataclasses import dataclass

MIME_TYPE = re.compile(r"^[\w.+-]+/[\w.+-]+(?: ?; ?[\w.=\"+-]+)*$", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoredFile:
    file_id: str
    unique_id: str
    kind: str
    name: str
    mime_type: str
    content: bytes
    width: int = 0
    height: int = 0
    bot_id: int | None = None  # the bot it was sent by or to; None for what came by mail

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def path(self) -> str:
        """What getFile answers as file_path."""
        return f"{self.kind}s/{self.unique_id}/{self.safe_name}"

    @property
    def url(self) -> str:
        """Where a person downloads it."""
        return f"/sim/files/{self.unique_id}/{self.safe_name}"

    @property
    def safe_name(self) -> str:
        return re.sub(r"[^\w.\-]", "_", self.name) or "file"


class FileStore:
    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_unique: dict[str, StoredFile] = {}

    def keep(self, kind: str, name: str, mime_type: str, content: bytes, bot_id: int | None = None) -> StoredFile:
        mime_type = mime_type if MIME_TYPE.match(mime_type) else "application/octet-stream"
        width, height = image_size(content) if kind == "photo" else (0, 0)
        unique = "AgAD" + secrets.token_hex(6)
        file_id = ("AgACAgI" if kind == "photo" else "BQACAgI") + secrets.token_urlsafe(30)
        stored = StoredFile(file_id, unique, kind, name, mime_type, content, width, height, bot_id)
        self._by_id[file_id] = self._by_unique[unique] = stored
        return stored

    def by_id(self, file_id: str, bot_id: int) -> StoredFile | None:
        """The file that this bot knows under the id."""
        stored = self._by_id.get(file_id)
        return stored if stored and stored.bot_id == bot_id else None

    def by_unique_id(self, unique_id: str) -> StoredFile | None:
        return self._by_unique.get(unique_id)

    def clear(self) -> None:
        self._by_id.clear()
        self._by_unique.clear()


def image_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG, JPEG, GIF or WebP picture; (0, 0) when it is none of them."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if content[:6] in {b"GIF87a", b"GIF89a"} and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return int(width), int(height)
    if content[:4] == b"RIFF" and content[8:16] == b"WEBPVP8X" and len(content) >= 30:
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else (0, 0)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    position = 2
    while position + 9 < len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return int(width), int(height)
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return 0, 0
