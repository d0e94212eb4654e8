"""parse_mode HTML, tag by tag as Telegram's parser does it, with its sentences and its byte offsets."""

import html
import re

from .entity import Entity, utf16_length
from .links import BadLink, checked_link

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));?")
ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']*")
BARE_VALUE = re.compile(r"[A-Za-z0-9.:_-]*")
SPACES = re.compile(r"\s*")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
USER_LINK = re.compile(r"^tg:(?://)?user\?id=(\d+)$")


class ParseFailure(Exception):
    """Why the text cannot be parsed, without Telegram's "can't parse entities: " in front."""


def _decode(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        name, decimal, hexadecimal = match.groups()
        if name:
            return NAMED[name]
        code = int(decimal) if decimal else int(hexadecimal, 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else match.group(0)

    return REFERENCE.sub(one, text) if "&" in text else text


class _Open:
    __slots__ = ("argument", "offset", "part", "tag")

    def __init__(self, tag: str, argument: str, offset: int, part: int) -> None:
        self.tag = tag
        self.argument = argument
        self.offset = offset
        self.part = part


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def at_byte(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def emit(self, raw: str) -> None:
        if raw:
            text = _decode(raw)
            self.parts.append(text)
            self.offset += utf16_length(text)

    def run(self) -> tuple[str, list[Entity]]:
        position = 0
        while True:
            tag = self.source.find("<", position)
            self.emit(self.source[position : tag if tag >= 0 else len(self.source)])
            if tag < 0:
                break
            position = self.end_tag(tag) if self.source.startswith("</", tag) else self.start_tag(tag)
        if self.open:
            raise ParseFailure(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.parts), self.entities

    def start_tag(self, begin: int) -> int:
        match = re.compile(r"[^\s>]*").match(self.source, begin + 1)
        position = match.end() if match else begin + 1
        if position >= len(self.source):
            raise ParseFailure(f"Unclosed start tag at byte offset {self.at_byte(begin)}")
        tag = self.source[begin + 1 : position].lower()
        if tag not in TAGS:
            raise ParseFailure(f'Unsupported start tag "{tag}" at byte offset {self.at_byte(begin)}')
        position, argument = self.attributes(tag, begin, position)
        if tag == "span" and argument != "spoiler":
            raise ParseFailure(f'Tag "span" must have class "tg-spoiler" at byte offset {self.at_byte(begin)}')
        self.open.append(_Open(tag, argument, self.offset, len(self.parts)))
        return position + 1

    def attributes(self, tag: str, begin: int, position: int) -> tuple[int, str]:
        """Read up to the closing `>`; the one attribute that means something for this tag is the argument."""
        argument = ""
        while True:
            position = self.skip_spaces(position)
            if position >= len(self.source):
                raise ParseFailure(f'Unclosed start tag "{tag}" at byte offset {self.at_byte(begin)}')
            if self.source[position] == ">":
                return position, argument
            name, value, position = self.attribute(tag, begin, position)
            argument = meaning(tag, name, value) or argument

    def attribute(self, tag: str, begin: int, position: int) -> tuple[str, str, int]:
        match = ATTRIBUTE_NAME.match(self.source, position)
        name = match.group(0).lower() if match else ""
        if not name:
            raise ParseFailure(f'Empty attribute name in the tag "{tag}" at byte offset {self.at_byte(begin)}')
        position = self.skip_spaces(position + len(name))
        if self.source[position : position + 1] != "=":
            if name == "expandable":
                return name, "", position
            text = f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset'
            raise ParseFailure(f"{text} {self.at_byte(begin)}")
        position = self.skip_spaces(position + 1)
        quote = self.source[position : position + 1]
        if quote and quote in "\"'":
            end = self.source.find(quote, position + 1)
            if end < 0:
                raise ParseFailure(f'Unclosed start tag "{tag}" at byte offset {self.at_byte(begin)}')
            return name, _decode(self.source[position + 1 : end]), end + 1
        bare = BARE_VALUE.match(self.source, position)
        end = bare.end() if bare else position
        if end < len(self.source) and self.source[end] not in "> \t\r\n":
            raise ParseFailure(f"Unexpected end of name token at byte offset {self.at_byte(position)}")
        return name, self.source[position:end].lower(), end

    def skip_spaces(self, position: int) -> int:
        match = SPACES.match(self.source, position)
        return match.end() if match else position

    def end_tag(self, begin: int) -> int:
        if not self.open:
            raise ParseFailure(f"Unexpected end tag at byte offset {self.at_byte(begin)}")
        match = re.compile(r"[^\s>]*").match(self.source, begin + 2)
        position = match.end() if match else begin + 2
        name = self.source[begin + 2 : position].lower()
        position = self.skip_spaces(position)
        if self.source[position : position + 1] != ">":
            raise ParseFailure(f"Unclosed end tag at byte offset {self.at_byte(begin)}")
        opened = self.open.pop()
        if name and name != opened.tag:
            text = (
                f'Unmatched end tag at byte offset {self.at_byte(begin)}, expected "</{opened.tag}>", found "</{name}>"'
            )
            raise ParseFailure(text)
        if self.offset > opened.offset:
            self.close(opened)
        return position + 1

    def close(self, opened: _Open) -> None:
        kind, length = TAGS[opened.tag], self.offset - opened.offset
        if kind == "text_link":
            self.close_link(opened, length)
        elif kind == "pre" and self.entities and self.inner_code(opened, length):
            self.entities[-1] = Entity("pre", opened.offset, length, language=self.entities[-1].language)
        elif kind == "code":
            # The language is kept only until an enclosing <pre> of the same extent takes it.
            inside_pre = bool(self.open) and self.open[-1].tag == "pre"
            language = opened.argument.removeprefix("language-") if inside_pre and opened.argument else None
            self.entities.append(Entity("code", opened.offset, length, language=language))
        elif kind == "custom_emoji":
            if not opened.argument.isdigit() or int(opened.argument) >= 2**63:
                raise ParseFailure("Invalid custom emoji identifier specified")
            self.entities.append(Entity(kind, opened.offset, length, custom_emoji_id=opened.argument))
        elif kind == "blockquote" and opened.argument:
            self.entities.append(Entity("expandable_blockquote", opened.offset, length))
        else:
            self.entities.append(Entity(kind, opened.offset, length))

    def inner_code(self, opened: _Open, length: int) -> bool:
        last = self.entities[-1]
        return (
            last.type == "code" and last.language is not None and (last.offset, last.length) == (opened.offset, length)
        )

    def close_link(self, opened: _Open, length: int) -> None:
        url = opened.argument or "".join(self.parts[opened.part :])
        user = USER_LINK.match(url)
        if user:
            self.entities.append(Entity("text_mention", opened.offset, length, user_id=int(user.group(1))))
            return
        try:
            self.entities.append(Entity("text_link", opened.offset, length, url=checked_link(url)))
        except BadLink:
            return  # Telegram shows the words without the link


def meaning(tag: str, name: str, value: str) -> str:
    """What an attribute tells: the target of a link, the language of code, …; everything else is ignored."""
    if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id")}:
        return value
    if tag == "code" and name == "class" and value.startswith("language-"):
        return value
    if tag == "span" and name == "class" and value.startswith("tg-"):
        return value[3:]
    if tag == "blockquote" and name == "expandable":
        return "1"
    return ""


def parse_html(source: str) -> tuple[str, list[Entity]]:
    if "<" not in source and "&" not in source:
        return source, []
    text, entities = _Parser(source).run()
    plain = [Entity("code", each.offset, each.length) if each.type == "code" else each for each in entities]
    return text, plain


def escape(text: str) -> str:
    return html.escape(text, quote=True)
