"""Costs as pictures: the months in stacked columns, and what became dearer or cheaper in bars to the right and left."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.chat.drawing import CARD, EDGE, FADED, INK, MARGIN, THREAD, WIDTH, font, paper, png, write

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont


PADDING = 22
TOP = MARGIN + 96  # under the heading
PLOT = 360  # height of the tallest column
LABELS = 66  # under the columns: month and year
SUMS = 34  # above them
LINE = 42  # of the legend
COLUMN = 0.68  # how much of its place a column fills
PARTS = ("#2f6fde", "#e8912d", "#2e9e5b", "#a64ca6", "#27a4b5", "#c2544b")
REST = "#98a3b3"
DEARER, CHEAPER = "#d64545", "#2e9e5b"
ROW = 84


@dataclass(frozen=True, slots=True)
class Column:
    """A month: its label, the year where one begins, and its sum; no sum: there is nothing to show for it."""

    label: str
    year: str
    sum: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A site through the months, with its name and its total; `is_rest`: it stands for all the others."""

    name: str
    total: str
    amounts: Sequence[Decimal]
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A line that differs, by how much, and how that is written."""

    name: str
    written: str
    amount: Decimal


def columns(heading: str, note: str, months: Sequence[Column], parts: Sequence[Part]) -> bytes:
    """A PNG: a column for each month, stacked by part, and a legend when there are several parts."""
    legend = parts if len(parts) > 1 else ()
    bottom = TOP + PADDING + SUMS + PLOT + LABELS
    height = bottom + LINE * len(legend) + PADDING * bool(legend) + MARGIN
    image, pen = paper(height)
    _head(pen, heading, note)
    pen.rounded_rectangle((MARGIN, TOP, WIDTH - MARGIN, height - MARGIN), 12, fill=CARD, outline=EDGE, width=2)
    _plot(pen, months, parts)
    for place, part in enumerate(legend):
        _legend(pen, bottom + PADDING // 2 + place * LINE, _colour(place, part), part)
    return png(image)


def _head(pen: "ImageDraw.ImageDraw", heading: str, note: str) -> None:
    write(pen, (MARGIN, MARGIN), heading, font("Bold", 33), INK)
    write(pen, (MARGIN, MARGIN + 46), note, font("Regular", 25), FADED)


def _plot(pen: "ImageDraw.ImageDraw", months: Sequence[Column], parts: Sequence[Part]) -> None:
    left, right = MARGIN + PADDING, WIDTH - MARGIN - PADDING
    ups = [sum((p.amounts[i] for p in parts if p.amounts[i] > 0), Decimal(0)) for i in range(len(months))]
    downs = [sum((p.amounts[i] for p in parts if p.amounts[i] < 0), Decimal(0)) for i in range(len(months))]
    span = max([*ups, Decimal(0)]) - min([*downs, Decimal(0)]) or Decimal(1)
    zero = TOP + PADDING + SUMS + float(max([*ups, Decimal(0)]) / span) * PLOT if any(ups) or any(downs) else 0
    zero = zero or TOP + PADDING + SUMS + PLOT
    step = (right - left) / max(1, len(months))
    figures = _figures([month.sum for month in months if month.sum is not None], step)
    for place, month in enumerate(months):
        middle = left + step * (place + 0.5)
        sides = (middle - step * COLUMN / 2, middle + step * COLUMN / 2)
        if month.sum is None:
            _gap(pen, sides, zero)
        else:
            _stack(pen, sides, zero, [float(part.amounts[place] / span) * PLOT for part in parts], parts)
            above = zero - float(ups[place] / span) * PLOT - 8
            write(pen, (middle, above), month.sum, figures, INK, room=step + 4, anchor="ms")
        under = TOP + PADDING + SUMS + PLOT + 8
        write(pen, (middle, under), month.label, font("Regular", 22), INK, room=step + 6, anchor="ma")
        if month.year:
            write(pen, (middle, under + 27), month.year, font("Bold", 20), FADED, room=step * 2, anchor="ma")
    pen.line((left, zero, right, zero), fill=THREAD, width=2)


def _figures(sums: Sequence[str], room: float) -> "ImageFont.FreeTypeFont":
    """The largest letters in which every sum fits over its column: a figure is never cut."""
    sizes = (font("Bold", size) for size in (19, 17, 15, 13))
    return next((size for size in sizes if all(size.getlength(text) <= room for text in sums)), font("Bold", 11))


def _stack(
    pen: "ImageDraw.ImageDraw",
    sides: tuple[float, float],
    zero: float,
    heights: Sequence[float],
    parts: Sequence[Part],
) -> None:
    """From zero upwards what costs, downwards what was given back."""
    up = down = zero
    for place, (part, height) in enumerate(zip(parts, heights, strict=True)):
        top, bottom = (up - height, up) if height > 0 else (down, down - height)
        if bottom - top >= 0.5:
            pen.rectangle((sides[0], top, sides[1], bottom), fill=_colour(place, part))
            pen.line((sides[0], top, sides[1], top), fill=CARD, width=2)
        up, down = (top, down) if height > 0 else (up, bottom)


def _gap(pen: "ImageDraw.ImageDraw", sides: tuple[float, float], zero: float) -> None:
    """A month without an invoice is not a month that cost nothing."""
    top = zero - 96
    for y in range(int(top), int(zero), 12):
        for x in sides:
            pen.line((x, y, x, y + 6), fill=THREAD, width=2)
    for x in range(int(sides[0]), int(sides[1]), 12):
        pen.line((x, top, min(x + 6, sides[1]), top), fill=THREAD, width=2)
    write(pen, (sum(sides) / 2, zero - 40), "?", font("Bold", 26), THREAD, room=60, anchor="ms")


def _legend(pen: "ImageDraw.ImageDraw", top: int, colour: str, part: Part) -> None:
    left, right = MARGIN + PADDING, WIDTH - MARGIN - PADDING
    total = font("Bold", 24)
    pen.rounded_rectangle((left, top + 5, left + 22, top + 27), 5, fill=colour)
    room = right - left - 36 - total.getlength(part.total) - 20
    write(pen, (left + 36, top), part.name, font("Regular", 25), INK, room=room)
    write(pen, (right, top), part.total, total, INK, room=240, anchor="ra")


def _colour(place: int, part: Part) -> str:
    return REST if part.is_rest else PARTS[place % len(PARTS)]


def bars(heading: str, note: str, rows: Sequence[Bar]) -> bytes:
    """A PNG: what became dearer goes to the right, what became cheaper to the left."""
    height = TOP + 2 * PADDING + ROW * len(rows) + MARGIN - 12
    image, pen = paper(height)
    _head(pen, heading, note)
    pen.rounded_rectangle((MARGIN, TOP, WIDTH - MARGIN, height - MARGIN), 12, fill=CARD, outline=EDGE, width=2)
    left, right = MARGIN + PADDING, WIDTH - MARGIN - PADDING
    most = max([bar.amount for bar in rows if bar.amount > 0], default=Decimal(0))
    least = min([bar.amount for bar in rows if bar.amount < 0], default=Decimal(0))
    scale = (right - left) / float(most - least or 1)
    zero = left - float(least) * scale
    for place, bar in enumerate(rows):
        top = TOP + PADDING + place * ROW
        colour = DEARER if bar.amount > 0 else CHEAPER
        amount = font("Bold", 26)
        write(pen, (left, top), bar.name, font("Regular", 25), INK, room=right - left - 190)
        write(pen, (right, top), bar.written, amount, colour, room=180, anchor="ra")
        ends = sorted((zero, zero + float(bar.amount) * scale))
        pen.rounded_rectangle((ends[0], top + 38, max(ends[1], ends[0] + 3), top + 62), 5, fill=colour)
        pen.line((zero, top + 33, zero, top + 67), fill=THREAD, width=2)
    return png(image)
