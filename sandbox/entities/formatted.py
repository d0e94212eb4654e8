"""From what a bot sent to what Telegram keeps: parsed, trimmed, nested lawfully, at most 100 entities."""

from dataclasses import dataclass

from ..errors import bad_request
from .detect import detect
from .entity import MAX_ENTITIES, SPLITTABLE, VERBATIM, Entity, in_order, utf16_length
from .html import ParseFailure, parse_html
from .links import BadLink, checked_link

GIVEN_TYPES = SPLITTABLE | VERBATIM | {
    "text_link", "text_mention", "custom_emoji", "blockquote", "expandable_blockquote", "mention", "hashtag",
    "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number", "date_time",
}  # fmt: skip
FOUND_BY_TELEGRAM = frozenset({
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number", "date_time",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormattedText:
    text: str
    entities: tuple[Entity, ...] = ()

    def wire_entities(self) -> list[dict[str, object]]:
        return [each.wire() for each in self.entities]


def parse(source: str, parse_mode: str | None) -> tuple[str, list[Entity]]:
    mode = (parse_mode or "").lower()
    if mode in {"", "none"}:
        return source, []
    if mode in {"markdown", "markdownv2"}:
        raise bad_request("the sandbox parses HTML only: send parse_mode HTML or entities")
    if mode != "html":
        raise bad_request("unsupported parse_mode")
    try:
        return parse_html(source)
    except ParseFailure as failure:
        raise bad_request(f"can't parse entities: {failure}") from None


def given(text: str, raw: list[object]) -> list[Entity]:
    """Entities that the bot lists itself instead of a parse mode."""
    result, end_of_text = [], utf16_length(text)
    for each in raw:
        if not isinstance(each, dict):
            raise bad_request("can't parse MessageEntity: expected an Object")
        kind, offset, length = each.get("type"), each.get("offset"), each.get("length")
        for name, value in (("type", kind), ("offset", offset), ("length", length)):
            if value is None:
                raise bad_request(f"can't parse MessageEntity: Can't find field \"{name}\"")
        if not isinstance(kind, str) or kind not in GIVEN_TYPES:
            raise bad_request("can't parse MessageEntity: Unsupported type specified")
        if not isinstance(offset, int) or not isinstance(length, int):
            raise bad_request('can\'t parse MessageEntity: Field "offset" must be a valid Number')
        _check_extent(offset, length, end_of_text)
        if length and kind not in FOUND_BY_TELEGRAM:
            result.append(_given_entity(kind, offset, length, each))
    return result


def _check_extent(offset: int, length: int, end_of_text: int) -> None:
    if offset < 0:
        raise bad_request(f"receive an entity with incorrect offset {offset}")
    if length < 0:
        raise bad_request(f"receive an entity with incorrect length {length}")
    if offset >= end_of_text and length:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if offset + length > end_of_text:
        text = f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset"
        raise bad_request(f"{text} {offset + length}")


def _given_entity(kind: str, offset: int, length: int, fields: dict[str, object]) -> Entity:
    if kind == "text_link":
        url = fields.get("url")
        if not isinstance(url, str):
            raise bad_request("can't parse MessageEntity: Can't find field \"url\"")
        try:
            return Entity(kind, offset, length, url=checked_link(url))
        except BadLink as reason:
            raise bad_request(f"entity URL '{url}' is invalid: {reason}") from None
    if kind == "text_mention":
        user = fields.get("user")
        user_id = user.get("id") if isinstance(user, dict) else None
        if not isinstance(user_id, int):
            raise bad_request("can't parse MessageEntity: Can't find field \"user\"")
        return Entity(kind, offset, length, user_id=user_id)
    if kind == "custom_emoji":
        emoji = fields.get("custom_emoji_id")
        if not isinstance(emoji, str):
            raise bad_request("can't parse MessageEntity: Can't find field \"custom_emoji_id\"")
        return Entity(kind, offset, length, custom_emoji_id=emoji)
    language = fields.get("language")
    return Entity(kind, offset, length, language=language if isinstance(language, str) else None)


def _without_verbatim(entities: list[Entity]) -> list[Entity]:
    """Code holds nothing else: bold around it is cut out of the stretch, a link inside it is dropped."""
    verbatim = [each for each in entities if each.type in VERBATIM]
    if not verbatim:
        return entities
    result = list(verbatim)
    for entity in entities:
        if entity.type in VERBATIM:
            continue
        pieces = [(entity.offset, entity.end)]
        if entity.type in SPLITTABLE:
            for code in verbatim:
                pieces = [
                    piece
                    for begin, end in pieces
                    for piece in ((begin, min(end, code.offset)), (max(begin, code.end), end))
                    if piece[0] < piece[1]
                ]
        elif any(code.offset <= entity.offset and entity.end <= code.end for code in verbatim):
            pieces = [] if "blockquote" not in entity.type else pieces
        result.extend(entity.moved(begin, end) for begin, end in pieces)
    return result


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    stripped = text.strip(" \t\r\n\u200b")
    if len(stripped) == len(text):
        return text, entities
    lead = utf16_length(text[: len(text) - len(text.lstrip(" \t\r\n\u200b"))])
    end = lead + utf16_length(stripped)
    kept = []
    for each in entities:
        begin, stop = max(each.offset, lead), min(each.end, end)
        if begin < stop:
            kept.append(each.moved(begin - lead, stop - lead))
    return stripped, kept


def finished(text: str, entities: list[Entity]) -> FormattedText:
    """What the message will show: trimmed, with what Telegram finds by itself, at most 100 entities."""
    text = text.replace("\r", "") if "\r" in text else text
    text, entities = _trimmed(text, entities)
    everything = _without_verbatim(entities)
    everything += detect(text, everything)
    if not everything:
        return FormattedText(text)
    if text.isspace() or not text:
        return FormattedText("")
    return FormattedText(text, tuple(in_order(everything)[:MAX_ENTITIES]))
