"""The way of a call as a small picture: one card per stop, indented under the one that it comes from.

Words come in ready to read; here they are cut to what fits and freed of what the font has no shape for. Drawing takes
some tens of milliseconds of computing, so it belongs into a thread.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parent / "fonts"
MOST_CARDS = 14
MOST_DEPTH = 5
WIDTH = 720  # pixels: sharp on a phone, small to send
MARGIN, INDENT, GAP, PADDING, STRIPE = 28, 42, 14, 18, 10
COLOURS = 48
PAPER, CARD, EDGE, THREAD = "#e9edf2", "#ffffff", "#cfd6df", "#9aa5b4"
INK, FADED = "#1b2430", "#566173"
NOT_DRAWABLE = re.compile(r"[^ -~\u00a1-\u017f\u0386-\u0387\u038c\u0391-\u03a1\u03a3-\u03ce\u0400-\u045f–—‘’‚“”„…•€]")


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
    image = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(image)
    _write(pen, (MARGIN, MARGIN), heading, _font("Bold", 33), INK)
    _write(pen, (MARGIN, MARGIN + 44), moment, _font("Regular", 25), FADED)
    for place, one in enumerate(placed):
        _thread(pen, placed, place)
        _draw(pen, one)
    for line in rest:
        _write(pen, (MARGIN, height - MARGIN - 26), line, _font("Regular", 23), FADED)
    return _png(image)


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


def _thread(pen: ImageDraw.ImageDraw, placed: Sequence[_Placed], place: int) -> None:
    """The line from a card to the one that it comes from."""
    one = placed[place]
    before = next((p for p in reversed(placed[:place]) if p.card.depth < one.card.depth), None)
    if before is None:
        return
    x, y = before.left + INDENT // 2, (one.top + one.bottom) // 2
    pen.line([(x, before.bottom), (x, y), (max(x, one.left), y)], fill=THREAD, width=3)


def _draw(pen: ImageDraw.ImageDraw, one: _Placed) -> None:
    card, right = one.card, WIDTH - MARGIN
    if card.under:
        _write(pen, (one.left + 4, one.label), card.under, _font("Regular", 23), FADED)
    pen.rounded_rectangle((one.left, one.top, right, one.bottom), 12, fill=CARD, outline=EDGE, width=2)
    pen.rounded_rectangle((one.left, one.top, one.left + 2 * STRIPE, one.bottom), 12, fill=card.tone.value)
    pen.rectangle((one.left + STRIPE, one.top + 2, one.left + 2 * STRIPE, one.bottom - 2), fill=CARD)
    text = one.left + STRIPE + PADDING
    _write(pen, (text, one.top + PADDING - 4), card.title, _font("Bold", 28), INK)
    if card.note:
        _write(pen, (text, one.top + PADDING + 32), card.note, _font("Regular", 23), FADED)


def _write(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, font: ImageFont.FreeTypeFont, fill: str) -> None:
    pen.text(at, _fitting(text, font, WIDTH - MARGIN - PADDING - at[0]), font=font, fill=fill)


def _fitting(text: str, font: ImageFont.FreeTypeFont, room: int) -> str:
    """What the font has shapes for, cut to the room there is."""
    drawable = " ".join(NOT_DRAWABLE.sub(" ", text[:200]).split()) or "–"
    if font.getlength(drawable) <= room:
        return drawable
    longest = len(drawable)
    while longest > 1 and font.getlength(drawable[:longest] + "…") > room:
        longest -= 1
    return drawable[:longest].rstrip() + "…"


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    # Basic layout: every letter by itself, so that no text can make the shaper work hard.
    return ImageFont.truetype(FONTS / f"Roboto-{weight}.ttf", size, layout_engine=ImageFont.Layout.BASIC)


def _png(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.quantize(COLOURS).save(written, "PNG", optimize=True)
    return written.getvalue()
