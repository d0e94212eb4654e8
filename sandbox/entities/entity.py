"""One entity: a stretch of text with a meaning, counted in UTF-16 units."""

from dataclasses import dataclass, replace

SPLITTABLE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
VERBATIM = frozenset({"pre", "code"})
NESTING_ORDER = (
    "blockquote", "expandable_blockquote", "pre", "code", "text_link", "text_mention", "url", "email", "phone_number",
    "mention", "hashtag", "cashtag", "bot_command", "custom_emoji", "bold", "italic", "underline", "strikethrough",
    "spoiler",
)  # fmt: skip
MAX_ENTITIES = 100


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Entity:
    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    user_id: int | None = None

    @property
    def end(self) -> int:
        return self.offset + self.length

    def moved(self, offset: int, end: int) -> "Entity":
        return replace(self, offset=offset, length=end - offset)

    def wire(self) -> dict[str, object]:
        result: dict[str, object] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.url is not None:
            result["url"] = self.url
        if self.language:
            result["language"] = self.language
        if self.custom_emoji_id is not None:
            result["custom_emoji_id"] = self.custom_emoji_id
        if self.user_id is not None:
            result["user"] = {"id": self.user_id, "is_bot": False, "first_name": ""}
        return result


def in_order(entities: list[Entity]) -> list[Entity]:
    """Outer before inner, as Telegram sends them."""
    return sorted(entities, key=lambda each: (each.offset, -each.length, NESTING_ORDER.index(each.type)))
