"""The way of a call as a small picture: one card per stop, indented under the one that it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from bot.chat.drawing import CARD, EDGE, FADED, INK, MARGIN, THREAD, WIDTH, font, paper, png, write

if TYPE_CHECKING:
    from PIL import ImageDraw


MOST_CARDS = 14
MOST_DEPTH = 5
INDENT, GAP, PADDING, STRIPE = 42, 14, 18, 10


class Tone(Enum):
    """What a card is about, as the colour of its stripe."""

    RINGS = "#2e9e5b"
    PASSES = "#7b8798"
    MAILBOX = "#3b7dd8"
    OUTSIDE = "#e08a1e"
    TROUBLE = "#d64545"


@dataclass(frozen=True, slots=True)
class Card:
    """A stop of the call. `under` is the condition under which it gets there; empty for the first one."""

    depth: int
    tone: Tone
    title: str
    note: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class _Placed:
    card: Card
    left: int
    top: int
    bottom: int
    label: int  # where the condition is written


def drawn(heading: str, moment: str, cards: Sequence[Card], more: str) -> bytes:
    """A PNG. `more` is written under the cards when there are too many for one picture."""
    placed = _places(cards[:MOST_CARDS])
    rest = [more] if len(cards) > MOST_CARDS else []
    height = (placed[-1].bottom if placed else _first_top()) + MARGIN + 34 * len(rest)
    image, pen = paper(height)
    write(pen, (MARGIN, MARGIN), heading, font("Bold", 33), INK)
    write(pen, (MARGIN, MARGIN + 44), moment, font("Regular", 25), FADED)
    for place, one in enumerate(placed):
        _thread(pen, placed, place)
        _draw(pen, one)
    for line in rest:
        write(pen, (MARGIN, height - MARGIN - 26), line, font("Regular", 23), FADED)
    return png(image)


def _places(cards: Sequence[Card]) -> list[_Placed]:
    placed, top = [], _first_top()
    for card in cards:
        label = top
        top += 32 if card.under else 0
        bottom = top + 2 * PADDING + 32 + (32 if card.note else 0)
        placed.append(_Placed(card, MARGIN + INDENT * min(card.depth, MOST_DEPTH), top, bottom, label))
        top = bottom + GAP
    return placed


def _first_top() -> int:
    return MARGIN + 96


def _thread(pen: "ImageDraw.ImageDraw", placed: Sequence[_Placed], place: int) -> None:
    """The line from a card to the one that it comes from."""
    one = placed[place]
    before = next((p for p in reversed(placed[:place]) if p.card.depth < one.card.depth), None)
    if before is None:
        return
    x, y = before.left + INDENT // 2, (one.top + one.bottom) // 2
    pen.line([(x, before.bottom), (x, y), (max(x, one.left), y)], fill=THREAD, width=3)


def _draw(pen: "ImageDraw.ImageDraw", one: _Placed) -> None:
    card, right = one.card, WIDTH - MARGIN
    if card.under:
        write(
            pen, (one.left + 4, one.label), card.under, font("Regular", 23), FADED, room=right - PADDING - one.left - 4
        )
    pen.rounded_rectangle((one.left, one.top, right, one.bottom), 12, fill=CARD, outline=EDGE, width=2)
    pen.rounded_rectangle((one.left, one.top, one.left + 2 * STRIPE, one.bottom), 12, fill=card.tone.value)
    pen.rectangle((one.left + STRIPE, one.top + 2, one.left + 2 * STRIPE, one.bottom - 2), fill=CARD)
    text = one.left + STRIPE + PADDING
    write(pen, (text, one.top + PADDING - 4), card.title, font("Bold", 28), INK, room=right - PADDING - text)
    if card.note:
        write(pen, (text, one.top + PADDING + 32), card.note, font("Regular", 23), FADED, room=right - PADDING - text)
