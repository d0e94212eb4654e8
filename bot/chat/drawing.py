"""What all pictures share: their colours, their letters, and how they become a PNG.

They are light cards on a pale ground, with an edge of their own, so that they read the same in a light and in a dark
chat. Words come in ready to read; they are cut to what fits and freed of what the font has no shape for. Drawing takes
some tens of milliseconds of computing, so it belongs into a thread.
"""

import io
import re
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont


FONTS = Path(__file__).parent / "fonts"
WIDTH = 720  # pixels: sharp on a phone, small to send
MARGIN = 28
COLOURS = 48
PAPER, CARD, EDGE, THREAD = "#e9edf2", "#ffffff", "#cfd6df", "#9aa5b4"
INK, FADED = "#1b2430", "#566173"
NOT_DRAWABLE = re.compile(r"[^ -~\u00a1-\u017f\u0386-\u0387\u038c\u0391-\u03a1\u03a3-\u03ce\u0400-\u045f–—‘’‚“”„…•€−]")


def paper(height: int) -> "tuple[Image.Image, ImageDraw.ImageDraw]":
    """An empty picture and the pen for it."""
    from PIL import Image, ImageDraw  # imported here: memory that is seldom needed

    image = Image.new("RGB", (WIDTH, height), PAPER)
    return image, ImageDraw.Draw(image)


def write(
    pen: "ImageDraw.ImageDraw",
    at: tuple[float, float],
    text: str,
    font: "ImageFont.FreeTypeFont",
    fill: str,
    *,
    room: float = 0,
    anchor: str = "la",
) -> None:
    """Write a line into the room there is (none given: up to the right edge); `anchor` as Pillow has it."""
    pen.text(at, fitting(text, font, room or WIDTH - MARGIN - at[0]), font=font, fill=fill, anchor=anchor)


def fitting(text: str, font: "ImageFont.FreeTypeFont", room: float) -> str:
    """What the font has shapes for, cut to the room there is."""
    drawable = " ".join(NOT_DRAWABLE.sub(" ", text[:200]).split()) or "–"
    if font.getlength(drawable) <= room:
        return drawable
    cuts = range(1, len(drawable))
    longest = bisect_right(cuts, room, key=lambda cut: font.getlength(drawable[:cut] + "…"))
    return drawable[: max(1, longest)].rstrip() + "…"


@cache
def font(weight: str, size: int) -> "ImageFont.FreeTypeFont":
    """Roboto, Regular or Bold."""
    # Basic layout: every letter by itself, so that no text can make the shaper work hard.
    from PIL import ImageFont

    return ImageFont.truetype(FONTS / f"Roboto-{weight}.ttf", size, layout_engine=ImageFont.Layout.BASIC)


def png(image: "Image.Image") -> bytes:
    """The picture as a small file."""
    written = io.BytesIO()
    image.quantize(COLOURS).save(written, "PNG", optimize=True)
    return written.getvalue()
