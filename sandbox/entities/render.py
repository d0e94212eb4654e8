"""Text with entities as safe HTML for the page: everything escaped, a handful of tags, no surprising links."""

from functools import lru_cache
from itertools import pairwise

from .entity import Entity, in_order
from .html import escape

TAG = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "expandable_blockquote": "blockquote",
}  # fmt: skip
CLASSED_LINK = {"bot_command": "command", "mention": "mention", "hashtag": "hashtag", "cashtag": "hashtag"}


def _opening(entity: Entity, shown: str) -> str:
    if entity.type in TAG:
        return f"<{TAG[entity.type]}>"
    if entity.type == "spoiler":
        return '<span class="spoiler">'
    if entity.type in CLASSED_LINK:
        return f'<a class="{CLASSED_LINK[entity.type]}">'
    href = {
        "text_link": entity.url or "",
        "url": shown if "://" in shown else "http://" + shown,
        "email": "mailto:" + shown,
        "phone_number": "tel:" + "".join(char for char in shown if char in "+0123456789"),
    }.get(entity.type)
    return f'<a href="{escape(href)}">' if href else "<span>"


def _closing(entity: Entity) -> str:
    if entity.type in TAG:
        return f"</{TAG[entity.type]}>"
    linked = entity.type in CLASSED_LINK or entity.type in {"text_link", "url", "email", "phone_number"}
    return "</a>" if linked else "</span>"


@lru_cache(4096)  # whoever looks at a chat looks at all of its messages again and again
def render(text: str, entities: tuple[Entity, ...]) -> str:
    """Overlapping entities are closed and opened again, so that the result always nests."""
    ordered = in_order(list(entities))
    if not ordered:
        return escape(text)
    units = text.encode("utf-16-le", "surrogatepass")

    def cut(begin: int, end: int) -> str:
        return units[begin * 2 : end * 2].decode("utf-16-le", "replace")

    points = sorted({0, len(units) // 2, *(each.offset for each in ordered), *(each.end for each in ordered)})
    out: list[str] = []
    stack: list[Entity] = []
    for begin, end in pairwise(points):
        wanted = [each for each in ordered if each.offset <= begin and end <= each.end]
        keep = next((n for n, pair in enumerate(zip(stack, wanted, strict=False)) if pair[0] != pair[1]), None)
        keep = min(len(stack), len(wanted)) if keep is None else keep
        out.extend(_closing(each) for each in reversed(stack[keep:]))
        out.extend(_opening(each, cut(each.offset, each.end)) for each in wanted[keep:])
        out.append(escape(cut(begin, end)))
        stack = wanted
    out.extend(_closing(each) for each in reversed(stack))
    return "".join(out)
